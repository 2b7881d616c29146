// SPDX-License-Identifier: Apache-2.0
#pragma once
/// How long prompts and outputs are, in tokens: fixed, uniform, log-normal, or an empirical table of quantiles.
/// The closed forms use mean and second moment; `quantile` is for percentiles and the simulator.
///
/// Lengths are continuous: a benchmark's draw of whole numbers from [low, high] has the same mean and a variance
/// (high - low + 2) / (high - low) times larger, 1 % at 819 to 1024.
/// Evidence: tests/workload/length_test.cpp (closed forms, Monte Carlo, refusals).

#include <array>
#include <cstddef>
#include <gambrel/error.hpp>
#include <gambrel/numeric/enum_table.hpp>
#include <gambrel/numeric/math.hpp>
#include <gambrel/numeric/normal.hpp>
#include <span>

namespace gambrel {

enum class length_kind : unsigned char { fixed, uniform, log_normal, empirical };
// clang-format off
template <> inline constexpr std::array<enum_row<length_kind>, 4> enum_table<length_kind>{{
    {length_kind::fixed, "fixed", "fixed"},
    {length_kind::uniform, "uniform", "uniform"},
    {length_kind::log_normal, "lognormal", "log-normal"},
    {length_kind::empirical, "empirical", "empirical"},
}};
// clang-format on

inline constexpr double longest_length = 1e8;  ///< tokens; anything above is taken for a mistake

class length {
public:
    static constexpr std::size_t table_size = 33;

    /// Every request has `tokens` tokens.
    constexpr length(double tokens) : length(length_kind::fixed, tokens, tokens) {}
    constexpr length(int tokens) : length(static_cast<double>(tokens)) {}

    static constexpr length fixed(double tokens) { return length(tokens); }
    /// Equally likely between `low` and `high`, both included.
    static constexpr length uniform(double low, double high) {
        if (high < low) fail("a uniform length needs low <= high");
        return {length_kind::uniform, low, high};
    }
    /// Uniform in [ratio x nominal, nominal], as the public serving benchmarks draw them.
    static constexpr length uniform_below(double nominal, double ratio) {
        checked(ratio, 0.0, 1.0, "the ratio of the shortest length to the nominal one");
        return uniform(ratio * nominal, nominal);
    }
    /// Log-normal with the given mean and coefficient of variation.
    static constexpr length log_normal(double mean, double variation) {
        checked(variation, 0.0, 100.0, "the coefficient of variation of a length");
        return {length_kind::log_normal, mean, variation};
    }
    /// From measured lengths, sorted: 33 quantiles, linear between, closer together towards the longest, where a
    /// straight line between equally spaced ones would overstate the mean of a heavy tail by a tenth.
    static constexpr length empirical(std::span<const double> sorted) {
        if (sorted.empty()) fail("an empirical length needs at least one value");
        for (std::size_t i = 1; i < sorted.size(); ++i)
            if (!(sorted[i - 1] <= sorted[i])) fail("an empirical length needs its values sorted, without NaN");
        length l(length_kind::empirical, sorted.front(), sorted.back());
        for (std::size_t i = 0; i < table_size; ++i) {
            const double at = probability(i) * static_cast<double>(sorted.size() - 1);
            const auto below = static_cast<std::size_t>(at);
            const std::size_t above = below + 1 < sorted.size() ? below + 1 : below;
            l.table_[i] = sorted[below] + (at - static_cast<double>(below)) * (sorted[above] - sorted[below]);
        }
        return l;
    }

    /// From such a table itself: the quantiles at `probability(0)` to `probability(32)`.
    static constexpr length of_quantiles(const std::array<double, table_size>& table) {
        for (std::size_t i = 1; i < table_size; ++i)
            if (!(table[i - 1] <= table[i])) fail("the quantiles of a length need to rise, without NaN");
        length l(length_kind::empirical, table.front(), table.back());
        l.table_ = table;
        return l;
    }
    /// Where the quantiles of an empirical length stand: 0, 1/25 ... 24/25, then halving what is left above, then 1.
    static constexpr double probability(std::size_t i) {
        if (i <= 24) return static_cast<double>(i) / 25.0;
        if (i + 1 == table_size) return 1.0;
        return 1.0 - 0.04 / static_cast<double>(std::size_t{1} << (i - 24));
    }

    constexpr length_kind kind() const { return kind_; }

    /// Mean, in tokens.
    constexpr double mean() const {
        switch (kind_) {
            case length_kind::fixed: return a_;
            case length_kind::uniform: return 0.5 * (a_ + b_);
            case length_kind::log_normal: return a_;
            case length_kind::empirical: break;
        }
        double sum = 0.0;
        for (std::size_t i = 0; i + 1 < table_size; ++i)
            sum += (probability(i + 1) - probability(i)) * 0.5 * (table_[i] + table_[i + 1]);
        return sum;
    }
    /// Variance, in tokens squared (continuous uniform).
    constexpr double variance() const {
        switch (kind_) {
            case length_kind::fixed: return 0.0;
            case length_kind::uniform: return (b_ - a_) * (b_ - a_) / 12.0;
            case length_kind::log_normal: return (a_ * b_) * (a_ * b_);
            case length_kind::empirical: break;
        }
        const double m = mean();
        double sum = 0.0;  // each of the 32 pieces is uniform between its ends; about the mean, so nothing cancels
        for (std::size_t i = 0; i + 1 < table_size; ++i) {
            const double x = table_[i] - m, y = table_[i + 1] - m;
            sum += (probability(i + 1) - probability(i)) * (x * x + x * y + y * y) / 3.0;
        }
        return sum;
    }
    /// The length that a share `p` (0 to 1) of the requests does not exceed, in tokens; the inverse of the
    /// distribution function, so that of a uniform random number it is a random length. The log-normal has no
    /// longest length: it ends at `longest_length`.
    constexpr double quantile(double p) const {
        checked(p, 0.0, 1.0, "the probability of a length quantile");
        switch (kind_) {
            case length_kind::fixed: return a_;
            case length_kind::uniform: return a_ + p * (b_ - a_);
            case length_kind::log_normal: return log_normal_quantile(p);
            case length_kind::empirical: break;
        }
        std::size_t i = 0;
        while (i + 2 < table_size && probability(i + 1) <= p) ++i;
        const double share = (p - probability(i)) / (probability(i + 1) - probability(i));
        return table_[i] + share * (table_[i + 1] - table_[i]);
    }
    /// E f(quantile(u)), u even from 0 to 1: by 64 midpoints that close in on 1. `f` of the mean where it is all there
    /// is.
    template <class F> constexpr double mean_of(F&& f) const {
        constexpr int points = 64;
        double sum = 0.0, low = 0.0;
        for (int i = 1; i <= points; ++i) {
            const double left = 1.0 - static_cast<double>(i) / points, high = 1.0 - left * left;
            sum += (high - low) * f(0.5 * (low + high));
            low = high;
        }
        return sum;
    }
    /// Expected longest of `n` lengths drawn at random: E quantile(u^(1/n)).
    constexpr double expected_longest(double n) const {
        if (!(n > 1.0) || variance() == 0.0) return mean();
        return mean_of([&](double u) { return quantile(math::exp(math::log(u) / n)); });
    }
    /// E[longest of `n` residuals] - E[residual]: how much longer the last of n requests under way, each met at a random
    /// moment, runs than they do on average. A residual has the distribution function E[min(length, x)] / E[length].
    constexpr double last_residual_beyond_mean(double n) const {
        if (!(n > 1.0) || variance() == 0.0) return 0.0;
        constexpr int even = 8,
                      points = even + 18;  // even to the median, then halving what is left: within 6 % (of CV 3: 11 %)
        double x[points + 1]{}, exceeded[points + 1]{}, sum = 0.0;  // exceeded: share of the lengths above x
        for (int i = 0; i <= points; ++i) {
            exceeded[i] = i <= even ? 1.0 - 0.5 * i / even : 0.5 * exceeded[i - 1];
            x[i] = quantile(1.0 - exceeded[i]);
            if (i > 0) sum += (exceeded[i - 1] - exceeded[i]) * 0.5 * (x[i - 1] + x[i]);
        }
        double below = 0.0, all = math::pow(x[0] / sum, n);  // E[length; length < x], P(all n residuals < x)
        double longest = x[0] * (1.0 - all / (n + 1.0));
        for (int i = 1; i <= points; ++i) {
            below += (exceeded[i - 1] - exceeded[i]) * 0.5 * (x[i - 1] + x[i]);
            const double share = (below + exceeded[i] * x[i]) / sum, next = math::pow(share < 1.0 ? share : 1.0, n);
            longest += (x[i] - x[i - 1]) * (1.0 - 0.5 * (all + next));
            all = next;
        }
        const double m = mean(), beyond = longest - (variance() + m * m) / (2.0 * m);
        return beyond > 0.0 ? beyond : 0.0;
    }
    /// Harmonic mean of the tokens after the first, of those that have any: 1 / E 1 / (length - 1).
    constexpr double harmonic_after_first() const {
        if (variance() == 0.0) return mean() > 1.0 ? mean() - 1.0 : 0.0;
        return 1.0 / mean_of([&](double u) {
                   const double after = quantile(u) - 1.0;
                   return after > 1.0 ? 1.0 / after : 1.0;
               });
    }
    /// Largest length, in tokens; the 99.9 % quantile for log-normal.
    constexpr double largest() const { return kind_ == length_kind::log_normal ? quantile(0.999) : b_; }

private:
    constexpr length(length_kind kind, double a, double b) : kind_(kind), a_(a), b_(b) {
        checked(a, 0.0, longest_length, "a length in tokens");
        checked(b, 0.0, longest_length, "a length in tokens");
    }

    constexpr double log_normal_quantile(double p) const {
        if (b_ == 0.0) return a_;
        if (p == 0.0) return 0.0;
        if (p == 1.0) return longest_length;
        const double s2 = math::log(1.0 + b_ * b_);  // variance of the logarithm
        const double x = a_ * math::exp(math::sqrt(s2) * normal_quantile(p) - 0.5 * s2);
        return x < longest_length ? x : longest_length;
    }

    length_kind kind_;
    double a_;  // low, or mean
    double b_;  // high, or coefficient of variation
    std::array<double, table_size> table_{};
};
}  // namespace gambrel
