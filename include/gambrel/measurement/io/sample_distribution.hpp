// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The statistics of a stream of positive samples in bounded memory: count, sum, mean, deviation, least and most exactly;
/// quantiles exactly up to `most_exact` samples (linear between them, as numpy's default), beyond that from bins of equal
/// ratio, off by at most half a bin: 0.05 %.
///
/// Deviation is the population's, as numpy's std; Welford's recurrence, which does not cancel. Samples that are not
/// positive count as the least bin's. Evidence: tests/measurement/io/observations_test.cpp.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace gambrel::detail {

class sample_distribution {
public:
    static constexpr std::size_t most_exact = 65'536;

    void add(double x) {
        ++count_;
        sum_ += static_cast<long double>(x);
        const double moved = x - mean_;
        mean_ += moved / static_cast<double>(count_);
        squares_ += moved * (x - mean_);
        least_ = count_ == 1 ? x : std::min(least_, x);
        most_ = count_ == 1 ? x : std::max(most_, x);
        if (bins_.empty() && exact_.size() < most_exact) {
            exact_.push_back(x);
            return;
        }
        if (bins_.empty()) {
            bins_.resize(bins, 0);
            for (const double e : exact_) ++bins_[bin_of(e)];
            std::vector<double>().swap(exact_);
        }
        ++bins_[bin_of(x)];
    }
    std::size_t count() const { return count_; }
    double sum() const { return static_cast<double>(sum_); }
    double mean() const { return count_ == 0 ? 0.0 : static_cast<double>(sum_ / static_cast<long double>(count_)); }
    double deviation() const {
        return count_ == 0 ? 0.0 : std::sqrt(std::max(0.0, squares_ / static_cast<double>(count_)));
    }
    double least() const { return least_; }
    double most() const { return most_; }
    /// The quantile `q` of 0 to 1.
    double quantile(double q) const {
        if (count_ == 0) return 0.0;
        const double at = q * static_cast<double>(count_ - 1);
        if (bins_.empty()) {
            std::vector<double> sorted = exact_;
            std::sort(sorted.begin(), sorted.end());
            const auto low = static_cast<std::size_t>(at);
            const std::size_t high = std::min(low + 1, sorted.size() - 1);
            return sorted[low] + (at - static_cast<double>(low)) * (sorted[high] - sorted[low]);
        }
        double below = 0.0;
        for (std::size_t i = 0; i < bins; ++i) {
            below += static_cast<double>(bins_[i]);
            if (below > at)
                return std::clamp(smallest * std::exp(width * (static_cast<double>(i) + 0.5)), least_, most_);
        }
        return most_;
    }

private:
    static constexpr double width = 0.001, smallest = 1e-9;  // e^35 from 1e-9 reaches 1.6e6
    static constexpr std::size_t bins = 35'000;
    static std::size_t bin_of(double x) {
        if (!(x > smallest)) return 0;
        return std::min(bins - 1, static_cast<std::size_t>(std::log(x / smallest) / width));
    }

    std::size_t count_ = 0;
    long double sum_ = 0.0L;
    double mean_ = 0.0, squares_ = 0.0, least_ = 0.0, most_ = 0.0;
    std::vector<double> exact_{};
    std::vector<std::uint64_t> bins_{};
};
}  // namespace gambrel::detail
