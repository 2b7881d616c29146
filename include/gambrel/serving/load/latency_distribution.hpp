// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The distribution of a time: TTFT, TPOT, ITL (the gap between two tokens), a request's latency. A table of its
/// distribution function, linear between the points, exponential from where its maker says so and beyond the last two
/// points; its mean is kept beside it.
///
///     P(T > t) = tail(t)        P(T <= quantile(p)) = p        mean() is exact as its maker computed it
///     beyond the table          rate: of the last two points that differ; where a tail of that rate would be longer than the
///                               table, it has ended before the law, between two humps, and the rate is that of the mean:
///                               1 / rate = (mean - what is within) / what is left - last point
///
/// The points are chosen by the maker, closer together where the function bends; with 72 of them a quantile is read to
/// about 0.1 % of the table's width. Evidence: tests/serving/load/latency_distribution_test.cpp (uniform, exponential
/// and normal distributions; atoms).

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <gambrel/error.hpp>
#include <gambrel/units.hpp>
#include <limits>
#include <span>

namespace gambrel {

class latency_distribution {
public:
    static constexpr std::size_t most_points = 72;  ///< chosen: no allocation, and finer than the models are right

    /// Always `value`.
    explicit latency_distribution(seconds<> value = {}) : mean_(value.value()), size_(1) {
        at_[0] = value.value();
        below_[0] = 1.0;
    }

    /// From the distribution function `cdf` at increasing `points` (2 to 72 of them) and the mean, all plain numbers of
    /// seconds. Values of `cdf` that rounding leaves below 0, above 1 or decreasing are clamped to the last one and 1; a
    /// point that does not exceed the last is left out; where `cdf` is no number the mean is none either. Throws
    /// `error` for another number of points.
    template <class Cdf>
    latency_distribution(std::span<const double> points, Cdf&& cdf, double mean,
                         double exponential_from = std::numeric_limits<double>::infinity())
        : mean_(mean), exponential_from_(exponential_from) {
        if (points.size() < 2 || points.size() > most_points)
            fail("a table of a latency distribution needs 2 to 72 points");
        double reached = 0.0;
        for (const double x : points) {
            if (size_ > 0 && !(x > at_[size_ - 1])) continue;
            const double below = static_cast<double>(cdf(x));
            if (std::isnan(below)) mean_ = below;
            else reached = std::clamp(below, reached, 1.0);
            at_[size_] = x;
            below_[size_++] = reached;
        }
        for (std::size_t i = size_ - 1; i > 0 && rate_ == 0.0; --i)  // the last two points that still differ
            if (below_[i] < 1.0 && below_[i - 1] < below_[i])
                rate_ = std::log((1.0 - below_[i - 1]) / (1.0 - below_[i])) / (at_[i] - at_[i - 1]);
        end_by_mean();
    }

    seconds<> mean() const { return seconds<>::from_value(mean_); }

    /// The time that a share `p` of all does not exceed, at most what the mean allows (Markov: P(T > t) <= mean / t).
    /// Throws `error` unless 0 <= p < 1.
    seconds<> quantile(double p) const {
        if (!(p >= 0.0 && p < 1.0)) fail("the probability of a time quantile must be at least 0 and below 1");
        const double most = mean_ / (1.0 - p), at = quantile_value(p);
        return seconds<>::from_value(most < at ? most : at);
    }

    /// P(T > t).
    double tail(seconds<> t) const {
        const double x = t.value();
        if (x < at_[0]) return 1.0;
        if (x >= at_[size_ - 1]) return (1.0 - below_[size_ - 1]) * std::exp(-rate_ * (x - at_[size_ - 1]));
        const auto above = std::upper_bound(at_.begin(), at_.begin() + static_cast<std::ptrdiff_t>(size_), x);
        const auto i = static_cast<std::size_t>(above - at_.begin());
        const double share = (x - at_[i - 1]) / (at_[i] - at_[i - 1]);
        if (falls_fast(i)) return (1.0 - below_[i - 1]) * std::exp(share * log_fall(i));
        return 1.0 - (below_[i - 1] + share * (below_[i] - below_[i - 1]));
    }

    /// The same distribution, later by `delay`.
    latency_distribution later(seconds<> delay) const {
        const double by = delay.value();
        latency_distribution l = *this;
        l.mean_ += by;
        l.exponential_from_ += by;
        for (std::size_t i = 0; i < size_; ++i) l.at_[i] += by;
        return l;
    }

    /// The same law where no quantile is less than that of `earlier`: what follows an event does not come before it.
    latency_distribution not_before(const latency_distribution& earlier) const {
        latency_distribution l = *this;
        for (std::size_t i = 0; i < size_; ++i)
            if (below_[i] < 1.0) l.at_[i] = std::max(l.at_[i], earlier.quantile_value(below_[i]));
        for (std::size_t i = 1; i < size_; ++i) l.at_[i] = std::max(l.at_[i], l.at_[i - 1]);
        if (rate_ > 0.0 && earlier.rate_ > 0.0) l.rate_ = std::min(rate_, earlier.rate_);
        l.mean_ = std::max(mean_, earlier.mean_);
        return l;
    }

private:
    /// The rate beyond a table that ends before its law does.
    void end_by_mean() {
        constexpr double negligible = 1e-6;  // chosen: what is left is lost in the rounding of the mean
        const double left = 1.0 - below_[size_ - 1], last = at_[size_ - 1];
        if (!(left > negligible) || rate_ * (last - at_[0]) >= 1.0) return;
        double within = below_[0] * at_[0];
        for (std::size_t i = 1; i < size_; ++i) within += (below_[i] - below_[i - 1]) * 0.5 * (at_[i - 1] + at_[i]);
        constexpr double least = 1e-9;  // of the last point: a rate stays finite
        rate_ = 1.0 / std::max((mean_ - within) / left - last, least * std::max(last, least));
    }
    /// Whether the law is exponential between points i - 1 and i, which lie apart.
    bool falls_fast(std::size_t i) const {
        constexpr double straight = 0.8;  // of the tail left: chosen, the two differ little
        return at_[i - 1] >= exponential_from_ && below_[i] < 1.0 && 1.0 - below_[i] < straight * (1.0 - below_[i - 1]);
    }
    double log_fall(std::size_t i) const { return std::log((1.0 - below_[i]) / (1.0 - below_[i - 1])); }
    double quantile_value(double p) const {
        const auto end = below_.begin() + static_cast<std::ptrdiff_t>(size_);
        const auto reached = std::lower_bound(below_.begin(), end, p);
        const auto i = static_cast<std::size_t>(reached - below_.begin());
        if (i == 0) return at_[0];
        if (i == size_) {
            if (rate_ == 0.0) return at_[size_ - 1];
            return at_[size_ - 1] + std::log((1.0 - below_[size_ - 1]) / (1.0 - p)) / rate_;
        }
        const double share = falls_fast(i) ? std::log((1.0 - p) / (1.0 - below_[i - 1])) / log_fall(i)
                                           : (p - below_[i - 1]) / (below_[i] - below_[i - 1]);
        return at_[i - 1] + share * (at_[i] - at_[i - 1]);
    }

    double mean_;
    double exponential_from_ = std::numeric_limits<double>::infinity();  ///< seconds
    double rate_ = 0.0;  ///< of the exponential beyond the table, per second
    std::size_t size_ = 0;
    std::array<double, most_points> at_{}, below_{};
};
}  // namespace gambrel
