// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Continuous batching on the scale of single steps: whoever arrives in one step is in the next, and makes it longer,
/// so that more arrive in it. prompts ~ Poisson(rate step) arrive in a step, and make the next one
///
///     next step   = base + sum of their prefill times        base: `empty` without prompts, `loaded` with
///     mean_step   = (loaded + no_prompt (empty - loaded)) / (1 - load)      load = rate E prefill < 1
///     phi(s)      = E e^{-s step} = e^{-s loaded} (phi(z) - no_prompt) + e^{-s empty} no_prompt
///     z(s)        = rate (1 - E e^{-s prefill})
///     TTFT        = rest of the step under way + the next step      (an arrival meets steps in proportion to length)
///     E e^{-s TTFT} = e^{-s loaded} E e^{-s prefill} (phi(z) - phi(z + s)) / (s mean_step)
///
/// no_prompt = P(no prompts in a step) = phi(rate). Both bases grow with the decodes in the step; over a
/// gamma-distributed number of them the transforms stay closed. With empty = loaded, phi(s) = e^{-loaded R(s)}, R(s) =
/// s + R(z): a sum that converges like load^j. Where nothing decodes there is no empty step: a share `idle_share` of
/// them is idle time. Bursty arrivals come in geometric batches of mean size (1 + v) / 2, v = arrival_scv the squared
/// variation of their gaps: the gap is nothing or exponential. Then z = rate p x / (p + (1 - p) x), x = 1 - E e^{-s
/// prefill}, p = 2 / (1 + v). For v < 1 the same formula has the moments of more even arrivals, if no batches
/// (quasi-probabilities; v >= 0.4). Assumptions: Poisson arrivals or batches, no slot or token limit met, no_prompt at
/// the mean number of decodes. Source: branching process with immigration (Heathcote 1966, recalled); derived for
/// serving in docs/models/serving-under-load.md. Evidence: tests/serving/load/step_recursion_test.cpp (test vector,
/// Monte Carlo).

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
    /// `arrival_scv`: squared variation of the gaps, at least 0.4. `idle_share`: share of empty steps that are none,
    /// because nothing decodes: the next prompt starts at once, alone. Throws `error` unless the rate is positive and m
    /// < 1.
    step_recursion(double rate, std::vector<weighted_time> prefill, const step_base& loaded, double empty,
                   double arrival_scv = 1.0, double idle_share = 0.0)
        : rate_(rate),
          first_share_(2.0 / (1.0 + checked(arrival_scv, 0.4, 1e6, "the squared variation of arrival gaps"))),
          prefill_(std::move(prefill)),
          loaded_(loaded),
          difference_(empty - loaded.mean()),
          idle_share_(checked(idle_share, 0.0, 1.0, "the share of empty steps that are idle time")) {
        if (std::fabs(difference_) < 1e-9 * empty) difference_ = 0.0;  // the short way
        double factor = 1.0;
        for (std::size_t k = 0; k < moments_.size(); ++k) {
            factor /= static_cast<double>(k + 1);
            for (const weighted_time& p : prefill_)
                moments_[k] += p.weight * std::pow(p.seconds, static_cast<double>(k + 1));
            scaled_moments_[k] = (k % 2 == 0 ? factor : -factor) * moments_[k];
        }
        for (const weighted_time& p : prefill_) longest_ = larger(longest_, p.seconds);
        load_ = rate * moments_[0];
        if (!(rate > 0.0 && load_ < 1.0)) fail("a step recursion needs a positive rate and a prompt load below 1");
        square_ = moments_[1] + (arrival_scv - 1.0) * moments_[0] * moments_[0];
        curvature_ = 0.5 * rate * square_ / ((1.0 - load_) * (1.0 - load_ * load_));
        const parts p = expand(rate_ * first_share_, loaded_);
        no_prompt_ = smaller(1.0, (p.main / (1.0 - p.others)).real());
    }
    step_recursion(double rate, const linearised_step& t, double decodes)
        : step_recursion(rate, t.prefill, {.fixed = t.decode_step(decodes)}, t.decode_step(decodes)) {}

    double load() const { return load_; }            ///< m: share of time in prefill
    double no_prompt() const { return no_prompt_; }  ///< p0: share of steps without prompts
    double mean_prefill() const { return moments_[0]; }
    double mean_step() const { return (loaded_.mean() + no_prompt_ * empty_extra()) / (1.0 - load_); }
    /// Share of arrivals that find the engine idle.
    double idle_on_arrival() const {
        const double idle_steps = no_prompt_ * idle_share_;
        return idle_steps / (rate_ * mean_step() + idle_steps);
    }
    /// Prompts in a step, given any.
    double prompts_given_any() const { return rate_ * mean_step() / (1.0 - no_prompt_); }
    /// E S^2, at the mean number of decodes plus what their spread adds.
    double mean_square_step() const {
        const double f = loaded_.mean(), e = f + difference_, es = mean_step();
        const double spread = loaded_.shape * loaded_.scale * loaded_.scale / ((1.0 - load_) * (1.0 - load_));
        const double alone = f * f + 2.0 * f * moments_[0] + moments_[1];
        const double bases =
            f * f * (1.0 - no_prompt_) + no_prompt_ * ((1.0 - idle_share_) * e * e + idle_share_ * alone);
        return (bases + 2.0 * f * load_ * es + rate_ * square_ * es) / (1.0 - load_ * load_) + spread;
    }
    double step_variance() const { return mean_square_step() - mean_step() * mean_step(); }
    /// Mean of a step planned before an arrival came: any step, of the decodes that arrivals meet.
    double mean_planned_step() const { return mean_step() + met_decodes() / (1.0 - load_); }
    /// Rest of the step under way as an arrival finds it.
    double mean_residual() const { return 0.5 * mean_square_step() / mean_step(); }
    double mean_first_token() const {
        const double own_batch = 2.0 * (1.0 / first_share_ - 1.0);  // others in it
        return mean_residual() + loaded_.mean() + met_decodes() +
               moments_[0] * (1.0 + own_batch + rate_ * mean_square_step() / mean_step());
    }
    /// Variance of one step given the last, averaged over long stretches: per step, seconds squared.
    double long_run_variance() const { return rate_ * mean_step() * square_ / ((1.0 - load_) * (1.0 - load_)); }

    /// E e^{-s S}.
    complex step_transform(complex s) const { return step_transform(s, loaded_); }
    /// Steps without prompts as the decodes see it: steps weighted by the number of them.
    double no_prompt_of_decodes() const {
        if (!one_base()) return no_prompt_;
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
        const complex x = one_minus_prefill_transform(s),
                      alone = first_share_ / (first_share_ + (1.0 - first_share_) * x);
        const complex own = (1.0 - x) * alone * alone, z = rate_ * x * alone;
        const complex r = sum(z), later = sum(z + s);
        complex difference = loaded_.transform(s + r) - loaded_.transform(s + later);
        if (!one_base())
            difference += std::exp(-s * loaded_.mean()) * no_prompt_ *
                          (expand(z, loaded_).others - expand(z + s, loaded_).others);
        return own * difference / (s * mean_step());
    }
    /// E e^{-s prefill}, over the prompts.
    complex prefill_transform(complex s) const { return 1.0 - one_minus_prefill_transform(s); }

private:
    /// What the decodes of a step that an arrival meets add to its base: longer steps are met more often.
    double met_decodes() const { return loaded_.shape * loaded_.scale * loaded_.scale / ((1.0 - load_) * mean_step()); }
    /// Every base the same.
    bool one_base() const { return difference_ == 0.0 && idle_share_ == 0.0; }
    /// What an empty step takes more than a loaded base, on average.
    double empty_extra() const { return (1.0 - idle_share_) * difference_ + idle_share_ * moments_[0]; }
    complex empty_beyond_loaded(complex z, double e, double f) const {
        const complex loaded = std::exp(-z * f);
        complex sum = (1.0 - idle_share_) * (std::exp(-z * e) - loaded);
        if (idle_share_ > 0.0) sum -= idle_share_ * loaded * one_minus_prefill_transform(z);
        return sum;
    }
    struct parts {
        complex main, others;
    };
    /// phi(s) = main + p0 others.
    complex step_transform(complex s, const step_base& base) const {
        if (one_base()) return base.transform(sum(s));
        const parts p = expand(s, base);
        return p.main + no_prompt_ * p.others;
    }
    parts expand(complex s, const step_base& base) const {
        const double f = base.mean(), e = f + difference_;
        complex before = 0.0, others = 0.0;
        if (!one_base()) {
            complex z = s;
            for (int i = 0; i < most_terms && !small(z); ++i) {
                others += std::exp(-f * before) * empty_beyond_loaded(z, e, f);
                before += z;
                z = next(z);
            }
            const double m = load_;  // what is left, to second order
            const double first = empty_extra(), square = 0.5 * (1.0 - idle_share_) * (e * e - f * f) +
                                                         idle_share_ * (f * moments_[0] + 0.5 * moments_[1]);
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
        const complex x = one_minus_prefill_transform(s);
        return first_share_ == 1.0 ? rate_ * x : rate_ * first_share_ * x / (first_share_ + (1.0 - first_share_) * x);
    }
    /// 1 - E e^{-s prefill}: a series where s is small, else point by point.
    complex one_minus_prefill_transform(complex s) const {
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

    static constexpr int most_terms = 2000;     ///< of a sum over steps, whose terms fall like load^j
    static constexpr double least_term = 2e-3;  ///< x the longest prefill: what is left is taken to second order
    double rate_, first_share_;                 ///< of arrivals that open a batch
    std::vector<weighted_time> prefill_;
    step_base loaded_;
    double difference_;  ///< mean base of a step without prompts, less that of one with
    double idle_share_;
    std::array<double, 12> moments_{}, scaled_moments_{};  ///< E prefill^(k+1), and its signed share of the series
    double longest_ = 0;                                   ///< prefill
    double load_ = 0;                                      ///< rate E prefill
    double square_ = 0;                                    ///< E prefill^2, and what batches add to it
    double curvature_ = 0;                                 ///< of the sum R(s) at 0, halved
    double no_prompt_ = 0;                                 ///< P(a step has no prompts)
};
}  // namespace gambrel
