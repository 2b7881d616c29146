// SPDX-License-Identifier: Apache-2.0
#pragma once
/// M/G/1: Poisson arrivals, one server in order of arrival, any service law, given by two moments or by its transform.
///
///     mean wait = utilisation service (1 + scv) / (2 (1 - utilisation))
///     E e^{-s wait} = (1 - u) s / (s - arrival (1 - E e^{-s service}))           u = arrival service
///
/// Exact. scv is variance over squared mean: 0 deterministic, 1 exponential. Unstable from arrival = 1 / service on.
/// Sources: Pollaczek, Mathematische Zeitschrift 32, 1930; Khinchine, Mat. Sbornik 39, 1932 (recalled).

#include <complex>
#include <gambrel/queueing/inversion.hpp>
#include <gambrel/queueing/stability.hpp>

namespace gambrel::queueing {

struct mg1 {
    double arrival_per_s = 0.0;
    double service_s = 1.0;    ///< mean
    double service_scv = 1.0;  ///< squared coefficient of variation

    constexpr stability state() const {
        return stability_of(checked_arrival(arrival_per_s), 1.0 / checked_service(service_s));
    }
    /// Evidence: tests/queueing/general_service_test.cpp.
    constexpr if_stable mean_wait_s() const {
        const stability is = state();
        if (!is.stable) return {};
        return is.utilisation * service_s * (1.0 + checked_scv(service_scv)) / (2.0 * (1.0 - is.utilisation));
    }
    constexpr if_stable mean_response_s() const {
        const if_stable wait = mean_wait_s();
        return wait ? if_stable(*wait + service_s) : wait;
    }
    constexpr if_stable mean_in_system() const {
        const if_stable response = mean_response_s();
        return response ? if_stable(*response * arrival_per_s) : response;
    }
};

/// The wait of M/G/1 as a law: itself its LST, with tail and quantiles by inversion. A service law on a lattice costs
/// digits near the lattice (inversion.hpp); for deterministic service use deterministic_service.hpp.
template <laplace_transform Service> struct mg1_wait {
    double arrival_per_s;
    double service_s;  ///< mean; must be that of `service`
    Service service;   ///< s -> E e^{-s service}

    constexpr stability state() const {
        return stability_of(checked_arrival(arrival_per_s), 1.0 / checked_service(service_s));
    }

    /// E e^{-s wait}; a probability law only when stable.
    std::complex<double> operator()(std::complex<double> s) const {
        if (s == 0.0) return 1.0;
        return (1.0 - arrival_per_s * service_s) * s / (s - arrival_per_s * (1.0 - std::complex<double>(service(s))));
    }
    /// P(wait > t).
    if_stable tail(double t_s) const {
        checked_time(t_s);
        if (!state().stable) return {};
        return t_s > 0.0 ? tail_from_lst(*this, t_s) : arrival_per_s * service_s;
    }
    /// The wait that a share p, at most 1 - 1e-9, does not exceed.
    if_stable quantile_s(double p) const {
        const stability is = state();
        checked(p, 0.0, greatest_inverted_share, "the share below an inverted quantile");
        if (!is.stable) return {};
        if (is.utilisation <= 1.0 - p) return 0.0;
        return quantile_from_lst(*this, p, service_s / (1.0 - is.utilisation));
    }
};
template <class Service> mg1_wait(double, double, Service) -> mg1_wait<Service>;
}  // namespace gambrel::queueing
