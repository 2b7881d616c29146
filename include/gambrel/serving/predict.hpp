// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Mean performance of a deployment under a workload, in closed form.
///
///     n       = clients per rank group, capped by slots and by KV memory; the rest wait
///     latency = TTFT + (O - 1) TPOT        throughput = clients / latency        (Little's law)
///
/// TTFT and TPOT of n sequences: operating_point.hpp. In an open loop n is the root of n = rate x latency(n); where
/// there is none below the cap the queue is unstable, and the answer says from which rate on. A request that waits
/// for a place waits clients / n - 1 whole requests. A benchmark's opening burst: burst.hpp.
/// Assumptions: lengths enter by their means and second moment; means, not tails.
/// Evidence: tests/serving/, tests/properties/, docs/models/serving.md; against measurement: `gambrel validate`.

#include <gambrel/serving/prepared.hpp>

namespace gambrel {

/// Mean TTFT, TPOT, latency and throughput of `d` under `w`, each with its 80 % range; or why not, in `verdict`.
/// Throws `error` for a value of `w` or of a descriptor out of range. Evidence: tests/serving/predict_test.cpp.
template <class Y> constexpr prediction<Y> predict(const deployment<Y>& d, const workload& w) {
    checked(w);
    return prepared<Y>(d).at(w, request_shape(w, d.runtime.scheduling, d.model));
}
}  // namespace gambrel
