// SPDX-License-Identifier: Apache-2.0
#pragma once
/// How irregularly requests were sent, and whether a waiting line grew by more than that explains.
///
///     variation = sqrt(gaps sum gap^2 / span^2 - 1)    standard deviation / mean of the gaps; gaps = count - 1
///     cannot_explain = growth > 4 max(1, variation) sqrt(arrived)      the number of arrivals of a renewal process has
///                                                      that standard deviation, of a Poisson process with variation 1
///
/// Evidence: tests/simulation/inbox_test.cpp.

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace gambrel::simulation {

class arrival_gaps {
public:
    /// Standard deviations: a normal number exceeds 4 once in 30,000 runs of a stable server.
    static constexpr double most_deviations = 4.0;

    void sent_at(double time) {
        if (count_++ == 0) first_ = last_ = time;
        squares_ += (time - last_) * (time - last_);
        last_ = time;
    }
    double first() const { return first_; }
    double variation() const {
        const double span = last_ - first_;
        if (!(span > 0.0)) return 1.0;
        return std::sqrt(std::max(0.0, static_cast<double>(count_ - 1) * squares_ / (span * span) - 1.0));
    }
    /// Whether a line that grew by `growth` requests while `arrived` came shows that the server cannot keep up.
    bool cannot_explain(double growth, double arrived) const {
        return last_ > first_ && growth > most_deviations * std::max(1.0, variation()) * std::sqrt(arrived);
    }

private:
    std::uint64_t count_ = 0;
    double first_ = 0, last_ = 0, squares_ = 0;
};
}  // namespace gambrel::simulation
