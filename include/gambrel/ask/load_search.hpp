// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The greatest rate, and the fewest replicas, that meet an objective at one end of the predicted ranges.
/// Evidence: tests/ask/load_answer_test.cpp.

#include <gambrel/ask/load_question.hpp>

namespace gambrel::ask {

namespace detail {
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
/// Fills in up to which rate the objective is met, and what ends it where that is not the objective.
inline void fill_most(load_answer& a, const loaded_deployment& d, const service_level& level) {
    const auto most = [&](bool known) {
        const request_rate<> value = most_at(d, level, range_end::value, known);
        return figure<request_rate<>>{value, smaller(value, most_at(d, level, range_end::high, known)),
                                      larger(value, most_at(d, level, range_end::low, known))};
    };
    constexpr double beyond = 1.0 + 10.0 * greatest_rate_accuracy;
    a.most = most(true);
    if (a.most->value == request_rate<>{}) {  // the model is checked for no rate: its answer is flagged
        a.most = most(false);
        return;
    }
    const ranged_load next = d.at(a.most->value * beyond);
    if (meets_at(next, level, range_end::value)) a.most_ends = next.value.warning;
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
    return fewest_replicas(enough);
}
}  // namespace detail
}  // namespace gambrel::ask
