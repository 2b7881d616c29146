// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Spare servers: how many must there be so that `need` of them are up at almost any time.
///
///     up = mtbf / (mtbf + repair)                           mtbf: mean time between failures, repair: until it serves again
///     mtbf = 1 / (failures per device-hour x devices)       of a server that any of its devices stops
///     P(fewer than need up) = P(spares consumed >= spares + 1),  spares consumed ~ negative binomial(need, up)
///     servers = least n with P(Binomial(n, up) >= need) >= target
///
/// Interruptions of rented spot machines are the same: rate of interruptions for that of failures, time to be back for
/// repair. The sum over the negative binomial's terms starts at its mode, so that nothing under- or overflows, and its tail
/// is added from the far end, smallest terms first; terms below 1e-35 of the largest are left out. Cost: about
/// 25 sqrt(need (1 - up)) / up terms.
/// Assumptions: servers fail independently of each other, and no repair waits for another. A rack, a switch or a cloud that takes
/// back many machines together breaks that: keep its share of the fleet below what `spare` covers. A time to repair has any
/// distribution; the share of time is what counts.
/// Sources: Feller, An Introduction to Probability Theory, volume 1, VI.8 (negative binomial; recalled); failures of H100
/// servers: Llama Team, The Llama 3 Herd of Models, 2024, section 3.3.4 (419 in 54 days on 16,384).
/// Evidence: tests/economics/availability_test.cpp.

#include <gambrel/error.hpp>
#include <gambrel/numeric/math.hpp>
#include <gambrel/units.hpp>

namespace gambrel {

inline constexpr double least_share_up = 1e-3;  ///< of the time that a server is up
inline constexpr int most_needed_servers = 1'000'000;

/// The share of time that something is up which stops every `mtbf` and is back after `repair`.
constexpr double share_up(seconds<> mtbf, seconds<> repair) {
    checked(mtbf.value(), 1e-3, 1e15, "the mean time between failures in seconds");
    checked(repair.value(), 0.0, 1e12, "the time to repair in seconds");
    return 1.0 / (1.0 + repair / mtbf);
}

/// Mean time between failures of a server that stops where one of its devices does.
constexpr seconds<> time_between_failures(double failures_per_device_hour, int devices_per_server) {
    checked(failures_per_device_hour, 1e-12, 1e6, "the failures per device and hour");
    checked(devices_per_server, 1, 1e6, "the devices of a server");
    return hours(1.0 / (failures_per_device_hour * devices_per_server));
}

/// What Meta saw of 16,384 H100 in 54 days of training, faulty GPUs, hosts and network together: 1.97e-5 per GPU-hour.
inline constexpr double h100_failures_per_device_hour = 419.0 / (54.0 * 24.0 * 16384.0);

struct spared_servers {
    int servers = 0;       ///< least number that keeps the target
    int spare = 0;         ///< of them beyond the need
    double too_few = 0.0;  ///< share of time with fewer than the need up
    constexpr double met() const { return 1.0 - too_few; }
};

namespace detail {
/// Terms P(spares consumed = k) of the negative binomial, up to a factor: one upwards and one downwards of `k`.
struct spares_consumed {
    double need, up;
    constexpr double mode() const {
        const double k = math::floor((need - 1.0) * (1.0 - up) / up);
        return k > 0.0 ? k : 0.0;
    }
    constexpr double above(double k) const { return (need + k) / (k + 1.0) * (1.0 - up); }  ///< term(k+1) / term(k)
};
inline constexpr double least_term = 1e-35;  ///< of the largest: a share of 1e-18 still has 16 digits

/// The sum of all terms, that at the mode being 1; leaves the last one that counts in `last`, and its size in `size`.
constexpr double sum_of_terms(const spares_consumed& s, double& last, double& size) {
    double sum = 0.0, term = 1.0;
    for (double k = s.mode(); k > 0.0 && term > least_term; k -= 1.0) {
        term /= s.above(k - 1.0);
        sum += term;
    }
    term = 1.0;
    last = s.mode();
    while (true) {
        sum += term;
        size = term;
        term *= s.above(last);
        if (!(term > least_term)) return sum;
        last += 1.0;
    }
}
constexpr void check_need(int need, double up) {
    checked(need, 0, most_needed_servers, "the number of servers needed");
    checked(up, least_share_up, 1.0, "the share of time that a server is up");
}
}  // namespace detail

/// The share of time in which fewer than `need` of `servers` are up: P(Binomial(servers, up) < need).
constexpr double share_too_few(int servers, int need, double up) {
    detail::check_need(need, up);
    checked(servers, 0, 1e9, "the number of servers");
    if (servers < need) return 1.0;
    if (need == 0 || up == 1.0) return 0.0;
    const detail::spares_consumed s{static_cast<double>(need), up};
    double last = 0.0, term = 0.0;
    const double sum = detail::sum_of_terms(s, last, term), spare = static_cast<double>(servers - need);
    double tail = 0.0;
    for (double k = last; k > spare && term > 0.0; k -= 1.0) {
        tail += term;
        term = k > 0.0 ? term / s.above(k - 1.0) : 0.0;
    }
    return tail < sum ? tail / sum : 1.0;
}

/// Least servers, each up for a share `up` of the time, of which `need` are up for a share `target` of it.
constexpr spared_servers servers_for(int need, double up, double target) {
    detail::check_need(need, up);
    checked(target, 0.0, 1.0 - 1e-12, "the share of time with enough servers up");
    if (need == 0 || up == 1.0) return {.servers = need};
    const detail::spares_consumed s{static_cast<double>(need), up};
    double last = 0.0, term = 0.0;
    const double sum = detail::sum_of_terms(s, last, term), allowed = (1.0 - target) * sum;
    double k = last, tail = 0.0;  // tail: P(spares consumed > k)
    while (k > 0.0 && tail + term <= allowed) {
        tail += term;
        term /= s.above(k - 1.0);
        k -= 1.0;
    }
    const int spare = k > 0.0 ? static_cast<int>(k) : 0;
    return {.servers = need + spare, .spare = spare, .too_few = share_too_few(need + spare, need, up)};
}
}  // namespace gambrel
