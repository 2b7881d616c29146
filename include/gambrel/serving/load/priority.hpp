// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Classes of requests in order of importance, the first the most important: a free slot goes to the first class that
/// waits, within a class in order of arrival; running requests are not interrupted (non-preemptive priority).
///
///     wait_i = residual / ((1 - more_important_i) (1 - more_important_i - load_i))
///     more_important_i: sum of load_j of the classes before i
///     one server:     load_i = rate_i service_i      residual = sum over j of rate_j E[service_j^2] / 2
///     c servers, each of service_rate per second:    load_i = rate_i / (c service_rate)
///                     residual = P(all busy, Erlang C) / (c service_rate), equal exponential service
///     slots of a load model: load_i = utilisation x share of class i
///                     residual = mean wait in order of arrival x (1 - utilisation), from the equation for one class
///
/// `residual` is the mean time until a server or slot is free. sum load_i wait_i is that of the order of arrival
/// whatever the classes (Kleinrock's conservation law). Where all classes together exceed the capacity, the more
/// important ones still have a steady state: the first class that does not fit takes all the time that is left, and the
/// residual counts only the load that is served. Exact for Poisson arrivals to one server of any service time, and to c
/// servers of exponential service. At the slots of a load model the last class is as good as the model; the wait of the
/// first is a quarter to a third short (16 slots), because the residual is that of one server as fast as all slots, and
/// the first of many slots to become free does so later. Classes at slots differ in importance only, not in lengths.
/// Sources: Cobham, Operations Research 2, 1954; Kleinrock, Naval Research Logistics Quarterly 12, 1965 (cited from
/// memory).

#include <gambrel/queueing/erlang.hpp>
#include <gambrel/serving/load/load_model.hpp>
#include <optional>
#include <span>

namespace gambrel {

struct request_class {
    request_rate<> rate{};
    seconds<> service = seconds_of(1);  ///< mean
    double service_scv = 1;             ///< squared coefficient of variation
};

/// A mean wait; empty where the queue grows without bound.
using mean_wait = std::optional<seconds<>>;

namespace detail {
constexpr void checked_class(std::size_t which, std::size_t classes) {
    if (which >= classes) fail("there is no such class of requests");
}
/// wait_i of class i = `which`, with a `residual` in seconds and load_j = `load_of(j)`.
template <class LoadOf> constexpr mean_wait wait_over(double residual, std::size_t which, LoadOf&& load_of) {
    double more_important = 0.0;
    for (std::size_t j = 0; j < which; ++j) more_important += load_of(j);
    const double with_own = more_important + load_of(which);
    if (!(with_own < 1.0)) return {};
    return seconds<>::from_value(residual / ((1.0 - more_important) * (1.0 - with_own)));
}
}  // namespace detail

/// Mean wait of class `which` at one server; empty where its queue grows without bound. Throws `error` for a
/// class that is not there and for rates or services out of range.
/// Evidence: tests/serving/load/priority_test.cpp (one class, conservation, a simulated queue).
constexpr mean_wait priority_wait(std::span<const request_class> classes, std::size_t which) {
    detail::checked_class(which, classes.size());
    double residual = 0.0, left = 1.0;  // seconds; share of the server's time
    for (const request_class& c : classes) {
        const double load = queueing::checked_arrival(c.rate.value()) * queueing::checked_service(c.service.value());
        const double served = load < left ? load : left;
        residual += 0.5 * served * c.service.value() * (1.0 + queueing::checked_scv(c.service_scv));
        left -= served;
    }
    return detail::wait_over(residual, which,
                             [&](std::size_t j) { return classes[j].rate.value() * classes[j].service.value(); });
}

/// Mean wait of class `which` at the servers of `q`, whose arrivals fall to the classes in proportion to
/// `shares`; empty where it grows without bound. Throws `error` for a class that is not there and unless the shares are
/// positive in all.
/// Evidence: tests/serving/load/priority_test.cpp.
constexpr mean_wait priority_wait(const queueing::mmc& q, std::span<const double> shares, std::size_t which) {
    detail::checked_class(which, shares.size());
    double all = 0.0;
    for (const double s : shares) all += checked(s, 0.0, 1e9, "the share of a class of requests");
    if (!(all > 0.0)) fail("no class of requests has a share");
    const queueing::if_stable waiting = q.waiting_share();
    const double capacity = q.servers * q.service_per_s, busy = waiting ? *waiting : 1.0;
    const double load = q.arrival_per_s / capacity;
    return detail::wait_over(busy / capacity, which, [&](std::size_t j) { return load * shares[j] / all; });
}

/// Mean wait for a slot of class `which`, at `rate` requests in all that fall to the classes in proportion
/// to `shares` and are alike but for their class; empty where it grows without bound. A class's mean TTFT is the load
/// model's, less its mean wait (waiting / rate), and this. Throws `error` as above.
/// Evidence: tests/serving/load/priority_test.cpp.
template <step_law Law>
mean_wait priority_wait(const load_model<Law>& m, request_rate<> rate, std::span<const double> shares,
                        std::size_t which) {
    detail::checked_class(which, shares.size());
    double all = 0.0;
    for (const double s : shares) all += checked(s, 0.0, 1e9, "the share of a class of requests");
    if (!(all > 0.0)) fail("no class of requests has a share");
    if (rate.value() == 0.0) return seconds<>{};
    const load_prediction p = m.at(rate);
    const load_basis& b = m.basis();
    const double residual = p.stable ? p.waiting / p.rate.value() * (1.0 - p.utilisation)
                                     : 0.5 * b.service * (1.0 + b.service_scv);  // every slot is busy
    return detail::wait_over(residual, which, [&](std::size_t j) { return p.utilisation * shares[j] / all; });
}
}  // namespace gambrel
