// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Puts the fitted constants of collectives into a calibration, by the link the device has and the chip it carries.
///
///     ring     the chip on that kind of link, else the family median on it
///     direct   the same under the runtime's library; a runtime whose library is not known (`other`) has none
///
/// A PCIe board of a chip measured with NVLink takes the PCIe constants, which are those of two measured hosts. Other
/// scale-up fabrics (xGMI ...) take NVLink's constants with sigmas of `other_fabric_sigma` at least: no kernel of
/// theirs was measured.

#include <gambrel/roofline/calibration/calibration.hpp>
#include <gambrel/roofline/calibration/catalog/collectives.hpp>

namespace gambrel {

inline constexpr double other_fabric_sigma = 0.5;

/// Replaces the collective laws of `c` by what was fitted for the link of `d`.
/// Evidence: tests/roofline/defaults_test.cpp.
template <class Y> constexpr void take_fitted_collectives(calibration<>& c, const device<Y>& d, const fit_key& key) {
    const fabric link = d.scale_up.present() ? d.scale_up.kind : d.host_link.kind;
    const bool measured = link == fabric::nvlink || link == fabric::pcie;
    const fabric as_if = measured ? link : fabric::nvlink;
    fit_key k{key.chip, key.family == chip_family::none ? chip_family::hbm : key.family, kernel_library::other};

    if (const auto ring = find_fit(catalog::ring_fits, catalog::ring_family_fits, k, as_if)) {
        c.collective.ring = *ring.constants;
        c.collective.ring.sigma = larger(ring.sigma(ring.constants->sigma), measured ? 0.0 : other_fabric_sigma);
    }
    // The L40S tables are of one host whose bridges let 8 boards share 2 GB/s: a fact about that host, not about the
    // board. What serving on 2 to 8 boards shows instead is in catalog/serving.hpp.
    if (key.chip.chip == chip::l40s && link == fabric::pcie) {
        c.collective.ring.crowding = 0.0;
        return;
    }
    if (key.library == kernel_library::other) return;
    k.library = key.library;
    if (const auto direct = find_fit(catalog::direct_fits, catalog::direct_family_fits, k, as_if)) {
        c.collective.direct = *direct.constants;
        c.collective.direct.sigma = larger(direct.sigma(direct.constants->sigma), measured ? 0.0 : other_fabric_sigma);
    }
}
}  // namespace gambrel
