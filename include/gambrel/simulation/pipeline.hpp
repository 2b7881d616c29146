// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The stages of a pipeline, through which passes go one behind the other, none overtaking:
///
///     enters(i, j) = max(leaves(i, j - 1), leaves(i - 1, j))      leaves(i, j) = enters(i, j) + time(i) / stages
///
/// of the i-th pass at stage j, the stages taking equal shares of a pass. Evidence: tests/simulation/pipeline_test.cpp.

#include <algorithm>
#include <vector>

namespace gambrel::simulation {

class pipeline {
public:
    explicit pipeline(int stages) : free_(static_cast<std::size_t>(stages), 0.0) {}
    std::size_t stages() const { return free_.size(); }

    struct passage {
        double enters = 0, leaves = 0;
    };
    /// A pass that is ready at `now` and takes `duration` seconds over all stages goes through. Passes are sent in the
    /// order of their `now`.
    passage send(double now, double duration) {
        if (free_.size() == 1) return {now, now + duration};
        const double each = duration / static_cast<double>(free_.size()), enters = std::max(now, free_.front());
        double at = enters;
        for (double& free : free_) at = free = std::max(at, free) + each;
        return {enters, at};
    }

private:
    std::vector<double> free_;  ///< when each stage is free again, seconds
};
}  // namespace gambrel::simulation
