// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The greatest rate, and the fewest replicas, that meet an objective at one end of the predicted 80 % ranges.
///
///     low     the good end: the machine is faster than predicted, and the percentiles at their low ends
///     value   as predicted
///     high    the bad end: nine machines in ten are better
///
/// Evidence: tests/ask/load_answer_test.cpp, tests/planning/fleet_plan_test.cpp.

#include <gambrel/serving/load/capacity.hpp>
#include <gambrel/serving/load/ranged_load.hpp>
#include <gambrel/serving/load/service_level.hpp>

namespace gambrel {

inline bool has_limits(const objective& o) {
    return std::isfinite(o.ttft.value()) || std::isfinite(o.tpot.value()) || std::isfinite(o.latency.value());
}

enum class range_end : unsigned char { low, value, high };
// clang-format off
template <> inline constexpr std::array<enum_row<range_end>, 3> enum_table<range_end>{{
    {range_end::low, "low", "low"},
    {range_end::value, "value", "value"},
    {range_end::high, "high", "high"},
}};
// clang-format on

namespace detail {
template <class Figure> constexpr auto at_end(const Figure& f, range_end end) {
    return end == range_end::low ? f.low : end == range_end::high ? f.high : f.value;
}
inline bool within(const figure<seconds<>>& f, range_end end, seconds<> limit) { return !(at_end(f, end) > limit); }
}  // namespace detail

/// The load at an end of the range of `r`.
inline const load_prediction& load_at(const ranged_load& r, range_end end) {
    return end == range_end::low ? r.fast : end == range_end::high ? r.slow : r.value;
}

/// Which limits of `level` that end of the range breaks: TTFT, TPOT, latency. Read where the queue is stable.
struct broken_limits {
    bool ttft = false, tpot = false, latency = false;
    bool any() const { return ttft || tpot || latency; }
};
inline broken_limits broken_at(const ranged_load& r, const service_level& level, range_end end) {
    const auto at = [](double share) { return [share](const latency_distribution& t) { return t.quantile(share); }; };
    return {!detail::within(r.ttft(at(level.ttft_share)), end, level.limits.ttft),
            !detail::within(r.tpot(at(level.tpot_share)), end, level.limits.tpot),
            !detail::within(r.latency(at(level.latency_share)), end, level.limits.latency)};
}

/// Whether that end of the asked-for percentiles of `r` meets `level`; the queue must be stable there.
inline bool meets_at(const ranged_load& r, const service_level& level, range_end end) {
    const load_prediction& there = load_at(r, end);
    return there.stable && there.known() && !broken_at(r, level, end).any();
}

/// The greatest rate at which `level` is met; `known`: as far as the load model was checked, below the first rate at
/// which it says to ask the simulator.
inline request_rate<> most_at(const loaded_deployment& d, const service_level& level, range_end end, bool known) {
    const figure<request_rate<>> limit = d.limit();
    const auto meets = [&](request_rate<> rate) {
        const ranged_load r = d.at(rate);
        return meets_at(r, level, end) && !(known && load_at(r, end).ask_simulator());
    };
    return greatest_rate(meets, end == range_end::low ? limit.high : end == range_end::high ? limit.low : limit.value);
}

/// The fewest replicas of `unit` groups each; 0 where not even a lone request meets `level`.
inline int replicas_at(loaded_deployment d, double unit, request_rate<> rate, const service_level& level,
                       range_end end) {
    const auto enough = [&](int n) {
        d.groups = unit * n;
        return meets_at(d.at(rate), level, end);
    };
    d.groups = unit;
    if (!meets_at(d.at({}), level, end)) return 0;
    const double slower = end == range_end::low ? 1.0 / d.factor() : end == range_end::high ? d.factor() : 1.0;
    const double stable_from = 0.999 * (rate / d.limit().value) * slower;  // fewer do not keep up
    return fewest_replicas(enough, static_cast<int>(larger(1.0, smaller(std::ceil(stable_from), 1e6))));
}
}  // namespace gambrel
