// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Which limits on mean times a change breaks, and which that are broken now it keeps. A limit that is broken already is
/// broken further where its time grows by more than anybody would overlook. Evidence: tests/ask/advice_test.cpp.

#include <array>
#include <gambrel/serving/prediction.hpp>
#include <gambrel/workload/workload.hpp>
#include <string>
#include <vector>

namespace gambrel::ask {

/// Changes of less than half a percent are none that anybody sees.
inline constexpr double least_gain = 1.005;

namespace detail {
/// A mean that has a limit.
struct limited_time {
    const char* name;
    seconds<> value, limit;
    bool kept() const { return value <= limit; }
};
inline std::array<limited_time, 3> limited_times(const prediction<>& p, const objective& o) {
    return {{{"TTFT", p.ttft.value, o.ttft}, {"TPOT", p.tpot.value, o.tpot}, {"latency", p.latency.value, o.latency}}};
}
inline std::vector<std::string> broken_limits(const prediction<>& p, const objective& o) {
    std::vector<std::string> all;
    for (const limited_time& t : limited_times(p, o))
        if (!t.kept()) all.emplace_back(t.name);
    return all;
}
/// The limits that `then` breaks and `now` keeps, or that `then` breaks by more.
inline std::string newly_broken(const prediction<>& now, const prediction<>& then, const objective& o) {
    const auto before = limited_times(now, o), after = limited_times(then, o);
    std::string all;
    for (std::size_t i = 0; i < after.size(); ++i) {
        if (after[i].kept() || (!before[i].kept() && !(after[i].value > before[i].value * least_gain))) continue;
        all += (all.empty() ? "" : ", ") + std::string(after[i].name) + (before[i].kept() ? "" : ", further than now");
    }
    return all;
}
/// The limits that `now` breaks and `then` keeps.
inline std::vector<std::string> mended_limits(const prediction<>& now, const prediction<>& then, const objective& o) {
    const auto before = limited_times(now, o), after = limited_times(then, o);
    std::vector<std::string> all;
    for (std::size_t i = 0; i < after.size(); ++i)
        if (!before[i].kept() && after[i].kept()) all.emplace_back(after[i].name);
    return all;
}
}  // namespace detail
}  // namespace gambrel::ask
