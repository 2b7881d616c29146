// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Whether a prediction meets what is asked for: by its values, and by the unfavourable ends of its 80 % ranges.

#include <gambrel/serving/prediction.hpp>
#include <gambrel/workload/workload.hpp>

namespace gambrel {

/// Every asked-for time is predicted at or below its limit. False for a deployment that cannot run.
template <class Y> constexpr bool meets(const prediction<Y>& p, const objective& o) {
    return p.ok() && !(o.ttft < p.ttft.value) && !(o.tpot < p.tpot.value) && !(o.latency < p.latency.value);
}
/// The same for the high ends of the 80 % ranges: each limit holds nine times in ten, as a tenth lies above a range.
template <class Y> constexpr bool surely_meets(const prediction<Y>& p, const objective& o) {
    return p.ok() && !(o.ttft < p.ttft.high) && !(o.tpot < p.tpot.high) && !(o.latency < p.latency.high);
}
}  // namespace gambrel
