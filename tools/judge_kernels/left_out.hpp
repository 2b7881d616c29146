// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The class constants of a chip as they would be had its generation never been measured: medians, constant by constant,
/// over the fits of the catalog without it.
///
///     products      of the family under the library, else under any; a GDDR chip: of all chips
///     experts       the geometric mean of that median and the one over all libraries of the family
///     attention     of the family over all libraries
///     collectives   those of the family as shipped (they hold the chip; TPOT moves by a point)
///
/// Formats that no other chip has keep the a-priori law. The rules were chosen once, for all chips together.

#include <algorithm>
#include <gambrel/hardware/catalog.hpp>
#include <gambrel/roofline/calibration/measured_laws.hpp>
#include <vector>

namespace left_out {
using namespace gambrel;

/// The chips whose fits know `c`: itself and its sister.
inline bool same_generation(chip a, chip b) {
    const auto generation = [](chip c) {
        switch (c) {
            case chip::h100:
            case chip::h200: return 1;
            case chip::b200:
            case chip::gb200: return 2;
            default: return 10 + static_cast<int>(c);
        }
    };
    return generation(a) == generation(b);
}
/// A board of chip `c` that the catalog does not know by name.
inline device<> nameless(chip c) {
    device<> d = device_named(board_of(c));
    d.name = "nameless";
    return d;
}

inline double median(std::vector<double> x) {
    std::sort(x.begin(), x.end());
    return (x[(x.size() - 1) / 2] + x[x.size() / 2]) / 2.0;
}
/// `into` takes the median over `fits` of what `member` says of each.
template <class Law, class Get> double median_of(const std::vector<const Law*>& fits, const Get& member) {
    std::vector<double> x;
    for (const Law* f : fits) x.push_back(member(*f));
    return median(std::move(x));
}

/// The fits of `table` for `variant` of chips outside the generation of `c` that may stand for it.
template <class Table, class Variant>
auto others(const Table& table, chip c, Variant variant, kernel_library library, bool any_library) {
    using law = decltype(table[0].constants);
    std::vector<const std::remove_cvref_t<law>*> found;
    for (const auto& row : table)
        if (row.variant == variant && !same_generation(row.key, c) && (any_library || row.library == library) &&
            (family_of(c) == chip_family::gddr || family_of(row.key) == chip_family::hbm))
            found.push_back(&row.constants);
    return found;
}

inline seconds<> of(double t) { return seconds<>::from_value(t); }

inline product_law<> median_product(const std::vector<const product_law<>*>& f, const product_law<>& before) {
    product_law<> l = before;  // its sigma stays
    l.compute = median_of(f, [](const auto& x) { return x.compute; });
    l.memory = median_of(f, [](const auto& x) { return x.memory; });
    l.overlap = median_of(f, [](const auto& x) { return x.overlap; });
    l.fixed = of(median_of(f, [](const auto& x) { return x.fixed.value(); }));
    l.per_input = of(median_of(f, [](const auto& x) { return x.per_input.value(); }));
    return l;
}

inline experts_law<> median_experts(const std::vector<const experts_law<>*>& f, experts_law<> l) {
    l.compute = median_of(f, [](const auto& x) { return x.compute; });
    l.memory = median_of(f, [](const auto& x) { return x.memory; });
    l.overlap = median_of(f, [](const auto& x) { return x.overlap; });
    l.fixed = of(median_of(f, [](const auto& x) { return x.fixed.value(); }));
    l.activation_passes = median_of(f, [](const auto& x) { return x.activation_passes; });
    l.routing_passes = median_of(f, [](const auto& x) { return x.routing_passes; });
    return l;
}
inline experts_law<> between(const experts_law<>& a, const experts_law<>& b) {
    const auto mean = [](double x, double y) { return std::sqrt(x * y); };
    experts_law<> l = a;
    l.compute = mean(a.compute, b.compute);
    l.memory = mean(a.memory, b.memory);
    l.overlap = 1.0 + mean(a.overlap - 1.0, b.overlap - 1.0);
    l.fixed = of(mean(a.fixed.value(), b.fixed.value()));
    l.activation_passes = mean(a.activation_passes, b.activation_passes);
    l.routing_passes = mean(a.routing_passes, b.routing_passes);
    return l;
}

inline attention_law<> median_attention(const std::vector<const attention_law<>*>& f, attention_law<> l) {
    std::vector<const product_law<>*> products;
    for (const auto* each : f) products.push_back(&each->product);
    l.product = median_product(products, l.product);
    l.per_stream = of(median_of(f, [](const auto& x) { return x.per_stream.value(); }));
    l.per_key = of(median_of(f, [](const auto& x) { return x.per_key.value(); }));
    l.ramp = of(median_of(f, [](const auto& x) { return x.ramp.value(); }));
    l.softmax = median_of(f, [](const auto& x) { return x.softmax; });
    return l;
}

/// The constants of a nameless board of chip `c` under `library`, its generation left out.
inline calibration<> constants(chip c, kernel_library library) {
    const calibration<> base = calibration_class::base();
    calibration<> r = default_calibration(nameless(c), library);
    for (std::size_t i = 0; i < multiply_law_count; ++i) {
        const auto m = static_cast<multiply_law>(i);
        auto fits = others(catalog::gemm_fits, c, m, library, false);
        if (fits.empty()) fits = others(catalog::gemm_fits, c, m, library, true);
        if (fits.empty()) {
            r.gemm[i] = base.gemm[i];
            r.conversion[i] = base.conversion[i];
            continue;
        }
        std::vector<const product_law<>*> products;
        for (const auto* f : fits) products.push_back(&f->product);
        r.gemm[i] = median_product(products, r.gemm[i]);
        r.conversion[i].share = median_of(fits, [](const auto& x) { return x.conversion.share; });
        r.conversion[i].fixed = of(median_of(fits, [](const auto& x) { return x.conversion.fixed.value(); }));
    }
    for (std::size_t i = 0; i < expert_format_count; ++i) {
        const auto f = static_cast<expert_format>(i);
        const auto own = others(catalog::expert_fits, c, f, library, false),
                   any = others(catalog::expert_fits, c, f, library, true);
        if (any.empty()) r.experts[i] = base.experts[i];
        else if (own.empty()) r.experts[i] = median_experts(any, r.experts[i]);
        else r.experts[i] = between(median_experts(own, r.experts[i]), median_experts(any, r.experts[i]));
    }
    for (std::size_t i = 0; i < attention_kernel_count; ++i) {
        const auto k = static_cast<attention_kernel>(i);
        const auto any = others(catalog::attention_fits, c, k, library, true);
        r.attention[i] = any.empty() ? base.attention[i] : median_attention(any, r.attention[i]);
    }
    if (!device_named(board_of(c)).peak.fp8.known()) attention_in_16_bit(r);
    return r;
}

/// The same as laws of its own, so that a row can carry them.
inline measured_laws laws(chip c, kernel_library library) {
    const calibration<> r = constants(c, library);
    measured_laws own;
    for (std::size_t i = 0; i < multiply_law_count; ++i)
        own.gemm.push_back({library, static_cast<multiply_law>(i), {r.gemm[i], r.conversion[i]}});
    for (std::size_t i = 0; i < expert_format_count; ++i)
        own.experts.push_back({library, static_cast<expert_format>(i), r.experts[i]});
    for (std::size_t i = 0; i < attention_kernel_count; ++i)
        own.attention.push_back({library, static_cast<attention_kernel>(i), r.attention[i]});
    return own;
}

/// `laws` with those of `learnt` in their place.
inline void take(measured_laws& laws, const measured_laws& learnt) {
    const auto put = [](auto& all, const auto& from) {
        for (const auto& l : from)
            for (auto& each : all)
                if (each.variant == l.variant && each.library == l.library) each.constants = l.constants;
    };
    put(laws.gemm, learnt.gemm);
    put(laws.experts, learnt.experts);
    put(laws.attention, learnt.attention);
}
}  // namespace left_out
