// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A `tally` of times: what it says, as seconds. The engine adds plain numbers of seconds (docs/rationale.md, "Where
/// units end"). Evidence: tests/simulation/tally_test.cpp.

#include <gambrel/simulation/tally.hpp>
#include <gambrel/units.hpp>

namespace gambrel::simulation {

class time_tally {
public:
    time_tally() = default;
    explicit time_tally(std::uint64_t expected) : plain_(expected) {}

    void add(double seconds) { plain_.add(seconds); }
    void add(double seconds, std::uint64_t weight) { plain_.add(seconds, weight); }

    std::uint64_t count() const { return plain_.count(); }
    seconds<> mean() const { return seconds_of(plain_.mean()); }
    seconds<> sum() const { return seconds_of(plain_.sum()); }
    seconds<> standard_deviation() const { return seconds_of(std::sqrt(plain_.variance())); }
    seconds<> smallest() const { return seconds_of(plain_.smallest()); }
    seconds<> largest() const { return seconds_of(plain_.largest()); }
    seconds<> quantile(double p) const { return seconds_of(plain_.quantile(p)); }
    seconds<> median() const { return quantile(0.5); }
    seconds<> p90() const { return quantile(0.90); }
    seconds<> p95() const { return quantile(0.95); }
    seconds<> p99() const { return quantile(0.99); }
    /// Share of the values at or below `limit`.
    double share_within(const seconds<>& limit) const { return plain_.share_within(limit.value()); }
    /// Half-width of the 95 % interval of the mean; infinite where the run was too short to say.
    seconds<> mean_error() const { return seconds_of(plain_.mean_error()); }
    /// The same of quantile `tally::levels[i]`.
    seconds<> quantile_error(std::size_t i) const { return seconds_of(plain_.quantile_error(i)); }

private:
    tally plain_{};
};
}  // namespace gambrel::simulation
