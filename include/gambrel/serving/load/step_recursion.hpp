// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Continuous batching on the scale of single steps: whoever arrives in one step is in the next, and makes it longer,
/// so that more arrive in it. K prompts arrive in a step of S seconds, K ~ Poisson(rate S):
///
///     S' = base(K) + sum of K prefill times         base(0) = empty, base(K > 0) = loaded
///     E S = (loaded + p0 (empty - loaded)) / (1 - m)             m = rate E prefill < 1, p0 = P(K = 0)
///     phi(s) = E e^{-s S}: phi(s) = e^{-s loaded} (phi(z) - p0) + e^{-s empty} p0,   z = rate (1 - E e^{-s prefill})
///     TTFT = what is left of the step under way + the next step       (the arrival meets a longer step: S-biased)
///     E e^{-s TTFT} = e^{-s loaded} E e^{-s prefill} (phi(z) - phi(z + s)) / (s E S)
///
/// Both bases grow with the decodes in the step; over a gamma-distributed number of them the transforms stay closed.
/// With empty = loaded, phi(s) = e^{-loaded R(s)}, R(s) = s + R(z): a sum that converges like m^j.
/// Bursty arrivals come in geometric batches of mean size (1 + v) / 2, v the squared variation of their gaps: the gap
/// is nothing or exponential. Then z = rate p x / (p + (1 - p) x), x = 1 - E e^{-s prefill}, p = 2 / (1 + v). For
/// v < 1 the same formula has the moments of more even arrivals, if no batches (quasi-probabilities; v >= 0.4).
/// Assumptions: Poisson arrivals or batches, no slot or token limit met, p0 at the mean number of decodes.
/// Source: branching process with immigration (Heathcote 1966, recalled); derived for serving in
/// docs/models/serving-under-load.md. Evidence: tests/serving/load/step_recursion_test.cpp (test vector, Monte Carlo).

#include <cmath>
#include <complex>
#include <gambrel/serving/load/linearised_step.hpp>

namespace gambrel {

/// A base time that grows with the decodes: fixed + (seconds spread as a gamma law of this shape and scale).
struct step_base {
    double fixed = 0;
    double shape = 0;  ///< 0: no spread
    double scale = 0;  ///< seconds

    double mean() const { return fixed + shape * scale; }
    /// Of the law weighted by the gamma part itself (the view of one of the decodes).
    step_base weighted() const { return shape > 0.0 ? step_base{fixed, shape + 1.0, scale} : *this; }
    /// E e^{-s base}.
    std::complex<double> transform(std::complex<double> s) const {
        const std::complex<double> plain = -s * fixed;
        return shape > 0.0 ? std::exp(plain - shape * std::log(1.0 + s * scale)) : std::exp(plain);
    }
};

class step_recursion {
public:
    using complex = std::complex<double>;

    /// `rate` arrivals per second; `loaded` the base of a step with prompts, `empty` the mean base of one without;
    /// `variance`: squared variation of the gaps, at least 0.4. `resting`: share of empty steps that are none, because
    /// nothing decodes: the next prompt starts at once, alone. Throws `error` unless the rate is positive and m < 1.
    step_recursion(double rate, std::vector<weighted_time> prefill, const step_base& loaded, double empty,
                   double variance = 1.0, double resting = 0.0)
        : rate_(rate),
          first_share_(2.0 / (1.0 + checked(variance, 0.4, 1e6, "the squared variation of arrival gaps"))),
          prefill_(std::move(prefill)),
          loaded_(loaded),
          difference_(empty - loaded.mean()),
          resting_(checked(resting, 0.0, 1.0, "the share of empty steps that are rests")) {
        if (std::fabs(difference_) < 1e-9 * empty) difference_ = 0.0;  // the short way
        double factor = 1.0;
        for (std::size_t k = 0; k < moments_.size(); ++k) {
            factor /= static_cast<double>(k + 1);
            for (const weighted_time& p : prefill_)
                moments_[k] += p.weight * std::pow(p.seconds, static_cast<double>(k + 1));
            scaled_moments_[k] = (k % 2 == 0 ? factor : -factor) * moments_[k];
        }
        for (const weighted_time& p : prefill_) longest_ = std::fmax(longest_, p.seconds);
        load_ = rate * moments_[0];
        if (!(rate > 0.0 && load_ < 1.0)) fail("a step recursion needs a positive rate and a prompt load below 1");
        square_ = moments_[1] + (variance - 1.0) * moments_[0] * moments_[0];
        curvature_ = 0.5 * rate * square_ / ((1.0 - load_) * (1.0 - load_ * load_));
        const parts p = expand(rate_ * first_share_, loaded_);
        none_ = std::fmin(1.0, (p.main / (1.0 - p.others)).real());
    }
    step_recursion(double rate, const linearised_step& t, double decodes)
        : step_recursion(rate, t.prefill, {.fixed = t.decode_step(decodes)}, t.decode_step(decodes)) {}

    double load() const { return load_; }       ///< m: share of time in prefill
    double no_prompt() const { return none_; }  ///< p0: share of steps without prompts
    double mean_prefill() const { return moments_[0]; }
    double mean_step() const { return (loaded_.mean() + none_ * instead()) / (1.0 - load_); }
    /// Share of arrivals that find the machine at rest.
    double at_rest() const {
        const double rests = none_ * resting_;
        return rests / (rate_ * mean_step() + rests);
    }
    /// Prompts in a step, given any.
    double together() const { return rate_ * mean_step() / (1.0 - none_); }
    /// E S^2, at the mean number of decodes plus what their spread adds.
    double mean_square_step() const {
        const double f = loaded_.mean(), e = f + difference_, es = mean_step();
        const double spread = loaded_.shape * loaded_.scale * loaded_.scale / ((1.0 - load_) * (1.0 - load_));
        const double alone = f * f + 2.0 * f * moments_[0] + moments_[1];
        const double bases = f * f * (1.0 - none_) + none_ * ((1.0 - resting_) * e * e + resting_ * alone);
        return (bases + 2.0 * f * load_ * es + rate_ * square_ * es) / (1.0 - load_ * load_) + spread;
    }
    double step_variance() const { return mean_square_step() - mean_step() * mean_step(); }
    /// Mean of the step after one that an arrival meets: its prompts came during that longer one.
    double mean_after_met() const { return (1.0 - load_) * mean_step() + load_ * 2.0 * mean_residual(); }
    /// Rest of the step under way as an arrival finds it.
    double mean_residual() const { return 0.5 * mean_square_step() / mean_step(); }
    double mean_first_token() const {
        const double own_batch = 2.0 * (1.0 / first_share_ - 1.0);  // others in it
        const double spread = loaded_.shape * loaded_.scale * loaded_.scale;
        const double met = spread / ((1.0 - load_) * mean_step());  // longer steps
        return mean_residual() + loaded_.mean() + met +
               moments_[0] * (1.0 + own_batch + rate_ * mean_square_step() / mean_step());
    }
    /// Variance of one step given the last, averaged over long stretches: per step, seconds squared.
    double long_run_variance() const { return rate_ * mean_step() * square_ / ((1.0 - load_) * (1.0 - load_)); }

    /// E e^{-s S}.
    complex step_transform(complex s) const { return step_transform(s, loaded_); }
    /// Steps without prompts as the decodes see it: steps weighted by the number of them.
    double no_prompt_of_decodes() const {
        if (!straight()) return none_;
        return loaded_.weighted().transform(sum(rate_ * first_share_)).real();
    }
    /// E e^{-s S} over the steps with prompts, as the decodes see them. Its mass is 1 - no_prompt_of_decodes().
    complex stalled_transform(complex s) const {
        const step_base base = loaded_.weighted();
        const double f = base.mean();
        return step_transform(s, base) -
               no_prompt_of_decodes() * (base.transform(s) + std::exp(-s * (f + difference_)) - std::exp(-s * f));
    }
    /// E e^{-s TTFT}, without the frontend. `s` not 0.
    complex first_token_transform(complex s) const {
        const complex x = missing(s), alone = first_share_ / (first_share_ + (1.0 - first_share_) * x);
        const complex own = (1.0 - x) * alone * alone, z = rate_ * x * alone;
        const complex r = sum(z), later = sum(z + s);
        complex difference = loaded_.transform(s + r) - loaded_.transform(s + later);
        if (!straight())
            difference +=
                std::exp(-s * loaded_.mean()) * none_ * (expand(z, loaded_).others - expand(z + s, loaded_).others);
        return own * difference / (s * mean_step());
    }
    /// E e^{-s prefill}, over the prompts.
    complex prefill_transform(complex s) const { return 1.0 - missing(s); }

private:
    /// Every base the same.
    bool straight() const { return difference_ == 0.0 && resting_ == 0.0; }
    /// What an empty step takes more than a loaded base, on average.
    double instead() const { return (1.0 - resting_) * difference_ + resting_ * moments_[0]; }
    complex empty_beyond_loaded(complex z, double e, double f) const {
        const complex loaded = std::exp(-z * f);
        complex sum = (1.0 - resting_) * (std::exp(-z * e) - loaded);
        if (resting_ > 0.0) sum -= resting_ * loaded * missing(z);
        return sum;
    }
    struct parts {
        complex main, others;
    };
    /// phi(s) = main + p0 others.
    complex step_transform(complex s, const step_base& base) const {
        if (straight()) return base.transform(sum(s));
        const parts p = expand(s, base);
        return p.main + none_ * p.others;
    }
    parts expand(complex s, const step_base& base) const {
        const double f = base.mean(), e = f + difference_;
        complex before = 0.0, others = 0.0;
        if (!straight()) {
            complex z = s;
            for (int i = 0; i < most_terms && !small(z); ++i) {
                others += std::exp(-f * before) * empty_beyond_loaded(z, e, f);
                before += z;
                z = next(z);
            }
            const double m = load_;  // what is left, to second order
            const double first = instead(), square = 0.5 * (1.0 - resting_) * (e * e - f * f) +
                                                     resting_ * (f * moments_[0] + 0.5 * moments_[1]);
            const double second = (first * f * m / (1.0 - m) + square) / (1.0 - m * m);
            others += std::exp(-f * before) * (second * z * z - first * (z / (1.0 - m) - curvature_ * z * z));
        }
        return {base.transform(sum(s)), others};
    }
    /// R(s) = s + z(s) + z(z(s)) + ...
    complex sum(complex s) const {
        complex total = 0.0;
        for (int i = 0; i < most_terms && !small(s); ++i) {
            total += s;
            s = next(s);
        }
        return total + s / (1.0 - load_) - curvature_ * s * s;  // what is left, to second order
    }
    bool small(complex s) const { return std::norm(s) * longest_ * longest_ < least_term * least_term; }
    complex next(complex s) const {
        const complex x = missing(s);
        return first_share_ == 1.0 ? rate_ * x : rate_ * first_share_ * x / (first_share_ + (1.0 - first_share_) * x);
    }
    /// 1 - E e^{-s prefill}: a series where s is small, else point by point.
    complex missing(complex s) const {
        if (std::norm(s) * longest_ * longest_ > 2.25) {
            complex left = 0.0;
            for (const weighted_time& p : prefill_)
                left += p.weight * std::exp(-s.real() * p.seconds) *
                        complex(std::cos(s.imag() * p.seconds), -std::sin(s.imag() * p.seconds));
            return 1.0 - left;
        }
        const double x = s.real(), y = s.imag();
        double re = scaled_moments_.back(), im = 0.0;
        for (std::size_t k = scaled_moments_.size() - 1; k-- > 0;) {
            const double r = re * x - im * y + scaled_moments_[k];
            im = re * y + im * x;
            re = r;
        }
        return {re * x - im * y, re * y + im * x};
    }

    static constexpr int most_terms = 2000;
    static constexpr double least_term = 2e-3;
    double rate_, first_share_;  ///< of arrivals that open a batch
    std::vector<weighted_time> prefill_;
    step_base loaded_;
    double difference_, resting_;
    std::array<double, 12> moments_{}, scaled_moments_{};  ///< E prefill^(k+1), and its signed share of the series
    double longest_ = 0, load_ = 0, square_ = 0, curvature_ = 0, none_ = 0;
};
}  // namespace gambrel
