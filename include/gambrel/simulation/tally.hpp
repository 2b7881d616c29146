// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Statistics of one figure over a run: exact mean, variance and extremes, quantiles, and 95 % intervals.
///
///     quantiles: exact up to 4096 values (linear between neighbours), then log_histogram's
///     half-width of the 95 % interval = t(batches - 1) sd(of batch figures) / sqrt(batches)
///
/// Batch means: the run is cut into 20 stretches of equally many values, taken as independent, which holds where a
/// stretch is long against the time a queue takes to forget; the same for each quantile. Weighted values do not enter.
/// 20 and 10 (the least values of a batch) are chosen; 4096: memory.
/// Source: Law, Simulation Modeling and Analysis, ch. 9 (cited from memory).
/// Evidence: tests/simulation/tally_test.cpp.

#include <algorithm>
#include <array>
#include <cmath>
#include <gambrel/simulation/log_histogram.hpp>
#include <limits>

namespace gambrel::simulation {

class tally {
public:
    static constexpr std::size_t batches = 20, kept = 4096;
    static constexpr std::array<double, 4> levels{0.50, 0.90, 0.95, 0.99};

    tally() = default;
    /// For `expected` values in all; batch figures are taken only where a batch has 10 values or more.
    explicit tally(std::uint64_t expected) : batch_size_(expected / batches >= 10 ? expected / batches : 0) {}

    void add(double value) {
        sums(value, 1.0);
        if (count_ <= kept) {
            values_.push_back(value);
        } else {
            if (values_.size() == kept) spill();
            histogram_.add(value);
        }
        if (batch_size_ == 0) return;
        batch_sum_ += value;
        batch_.add(value);
        if (batch_.total() == batch_size_) end_batch();
    }
    /// `weight` equal values at once, as of a step that many sequences share. One tally takes either these or single
    /// values: its quantiles see the single ones no more once there is a weighted one.
    void add(double value, std::uint64_t weight) {
        if (weight == 0) return;
        sums(value, static_cast<double>(weight));
        count_ += weight - 1;
        histogram_.add(value, weight);
    }

    std::uint64_t count() const { return count_; }
    /// 0 without values.
    double mean() const { return count_ > 0 ? sum_ / static_cast<double>(count_) : 0.0; }
    double sum() const { return sum_; }
    double variance() const {
        const double m = mean();
        return count_ > 1 ? std::max(0.0, squares_ / static_cast<double>(count_) - m * m) : 0.0;
    }
    double smallest() const { return count_ > 0 ? smallest_ : 0.0; }
    double largest() const { return count_ > 0 ? largest_ : 0.0; }
    double quantile(double p) const {
        if (histogram_.total() > 0) return std::clamp(histogram_.quantile(p), smallest_, largest_);
        if (values_.empty()) return 0.0;
        std::vector<double> sorted = values_;
        std::sort(sorted.begin(), sorted.end());
        const double at = p * static_cast<double>(sorted.size() - 1);
        const auto below = static_cast<std::size_t>(at), above = std::min(below + 1, sorted.size() - 1);
        return sorted[below] + (at - static_cast<double>(below)) * (sorted[above] - sorted[below]);
    }
    double median() const { return quantile(0.5); }
    double p90() const { return quantile(0.90); }
    double p95() const { return quantile(0.95); }
    double p99() const { return quantile(0.99); }
    /// Share of the values at or below `limit`.
    double share_within(double limit) const {
        if (histogram_.total() > 0) return histogram_.share_below(limit);
        if (values_.empty()) return 1.0;
        const auto n = std::count_if(values_.begin(), values_.end(), [&](double x) { return x <= limit; });
        return static_cast<double>(n) / static_cast<double>(values_.size());
    }

    /// Half-width of the 95 % interval of the mean; infinite where the run was too short to say.
    double mean_error() const { return half_width(0); }
    /// The same of quantile `levels[i]`.
    double quantile_error(std::size_t i) const { return half_width(i + 1); }

private:
    void sums(double value, double weight) {
        ++count_;
        sum_ += weight * value;
        squares_ += weight * value * value;
        smallest_ = value < smallest_ ? value : smallest_;
        largest_ = value > largest_ ? value : largest_;
    }
    void spill() {
        for (const double x : values_) histogram_.add(x);
        values_.clear();
        values_.shrink_to_fit();
    }
    void end_batch() {
        if (done_ < batches) {
            std::array<double, levels.size() + 1>& row = figures_[done_++];
            row[0] = batch_sum_ / static_cast<double>(batch_size_);
            for (std::size_t i = 0; i < levels.size(); ++i) row[i + 1] = batch_.quantile(levels[i]);
        }
        batch_sum_ = 0.0;
        batch_.clear();
    }
    double half_width(std::size_t column) const {
        if (done_ < batches) return std::numeric_limits<double>::infinity();
        constexpr double student_19 = 2.0930240544;  // 97.5 % quantile, 19 degrees of freedom
        double sum = 0.0, squares = 0.0;
        for (const auto& row : figures_) sum += row[column];
        const double m = sum / static_cast<double>(batches);
        for (const auto& row : figures_) squares += (row[column] - m) * (row[column] - m);
        return student_19 * std::sqrt(squares / static_cast<double>(batches - 1) / static_cast<double>(batches));
    }

    std::uint64_t count_ = 0, batch_size_ = 0;
    double sum_ = 0, squares_ = 0, batch_sum_ = 0;
    double smallest_ = std::numeric_limits<double>::infinity(), largest_ = -std::numeric_limits<double>::infinity();
    std::vector<double> values_{};
    log_histogram histogram_{}, batch_{};
    std::array<std::array<double, levels.size() + 1>, batches> figures_{};
    std::size_t done_ = 0;
};
}  // namespace gambrel::simulation
