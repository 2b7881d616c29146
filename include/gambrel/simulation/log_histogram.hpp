// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Counts of positive numbers in cells of equal relative width: quantiles of any number of values in fixed memory.
///
///     cell = exponent and the first 8 bits of the mantissa, so a cell is at most 1/256 of its value wide
///     error of a quantile <= 1/256 relative; values are taken as even within a cell
///
/// Values from 2^-30 to 2^34 (1 ns to 500 years in seconds); outside, and at or below zero, they count in the end
/// cells. Evidence: tests/simulation/tally_test.cpp.

#include <bit>
#include <cstdint>
#include <vector>

namespace gambrel::simulation {

class log_histogram {
public:
    static constexpr double relative_error = 1.0 / 256.0;

    log_histogram() : counts_(cells, 0) {}

    void add(double value, std::uint64_t weight = 1) {
        const std::size_t i = cell(value);
        counts_[i] += weight;
        total_ += weight;
        first_ = i < first_ ? i : first_;
        last_ = i > last_ ? i : last_;
    }
    std::uint64_t total() const { return total_; }
    void clear() {
        for (std::size_t i = first_; i <= last_ && i < cells; ++i) counts_[i] = 0;
        total_ = 0;
        first_ = cells;
        last_ = 0;
    }
    /// The value that a share `p` of the values does not exceed; 0 without values.
    double quantile(double p) const {
        if (total_ == 0) return 0.0;
        const double rank = p * static_cast<double>(total_);
        double below = 0.0;
        for (std::size_t i = first_; i <= last_; ++i) {
            const auto here = static_cast<double>(counts_[i]);
            if (here > 0.0 && below + here >= rank) {
                const double low = edge(i), share = (rank - below) / here;
                return low + (share > 0.0 ? share : 0.0) * (edge(i + 1) - low);
            }
            below += here;
        }
        return edge(last_ + 1);
    }
    /// The share of the values at or below `value`, within the width of a cell.
    double share_below(double value) const {
        if (total_ == 0) return 0.0;
        const std::size_t end = cell(value);
        double below = 0.0;
        for (std::size_t i = first_; i < end && i <= last_; ++i) below += static_cast<double>(counts_[i]);
        const double low = edge(end), inside = (value - low) / (edge(end + 1) - low);
        below += static_cast<double>(counts_[end]) * (inside < 0.0 ? 0.0 : inside > 1.0 ? 1.0 : inside);
        return below / static_cast<double>(total_);
    }

private:
    static constexpr int bits = 8, lowest_exponent = -30, octaves = 64;
    static constexpr std::size_t cells = std::size_t{octaves} << bits;
    // A double of IEEE 754: 52 bits of mantissa below an exponent that is stored plus 1023.
    static constexpr std::uint64_t origin = static_cast<std::uint64_t>(1023 + lowest_exponent) << bits;

    static std::size_t cell(double value) {
        if (!(value > edge(0))) return 0;
        const std::uint64_t i = (std::bit_cast<std::uint64_t>(value) >> (52 - bits)) - origin;
        return i < cells ? static_cast<std::size_t>(i) : cells - 1;
    }
    static double edge(std::size_t i) { return std::bit_cast<double>((origin + i) << (52 - bits)); }

    std::vector<std::uint64_t> counts_;
    std::uint64_t total_ = 0;
    std::size_t first_ = cells, last_ = 0;
};
}  // namespace gambrel::simulation
