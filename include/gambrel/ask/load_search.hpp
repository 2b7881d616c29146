// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The greatest rate, and the fewest replicas, that meet an objective at one end of the predicted ranges.
/// Evidence: tests/ask/load_answer_test.cpp.

#include <gambrel/ask/load_question.hpp>

namespace gambrel::ask {

namespace detail {
/// What the range of a load at `rate` says; below one millionth of the limit it is that of a lone request.
inline request_rate<> most_at(const loaded_deployment& d, const service_level& level, range_end end) {
    const figure<request_rate<>> limit = d.limit();
    return greatest_rate([&](request_rate<> rate) { return meets_at(d.at(rate), level, end); },
                         end == range_end::low    ? limit.high
                         : end == range_end::high ? limit.low
                                                  : limit.value);
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
