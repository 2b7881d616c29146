// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Continuous batching on the scale of single steps (a step: one forward pass). A request that arrives during a step
/// has its prompt in the next one, which becomes longer for it, so that more requests arrive during that:
///
///     next step = base + sum of the prefill times of its prompts      prompts ~ Poisson(rate step)
///     base      = `loaded` in a step with prompts, `empty` in one without       (seconds of the decodes alone)
///     load      = rate E prefill < 1          no_prompt = P(a step has no prompts) = step_transform(rate)
///     mean_step = (loaded + no_prompt (empty - loaded)) / (1 - load)
///
/// In Laplace transforms, E e^{-s T} of a time T:
///
///     next(s)                  = rate (1 - E e^{-s prefill})
///     step_transform(s)        = e^{-s loaded} (step_transform(next(s)) - no_prompt) + e^{-s empty} no_prompt
///                              = e^{-loaded sum(s)} where empty = loaded,   sum(s) = s + next(s) + next(next(s)) + ...
///     first_token_transform(s) = e^{-s loaded} E e^{-s prefill} (step_transform(z) - step_transform(z + s))
///                                / (s mean_step), z = next(s): TTFT = residual of the step under way + the next step;
///                                an arrival meets a step with a probability proportional to its length
///
/// The terms of `sum` fall like load^j. Both bases grow with the decodes; over a gamma-distributed number of them
/// (step_base) the transforms stay closed. Where nothing decodes no empty step runs: a share `idle_share` of the empty
/// steps is idle time, and the prompt that ends it runs at once, alone. Bursts: gaps with squared coefficient of
/// variation arrival_scv are replaced by geometric batches of mean size (1 + arrival_scv) / 2, so that a gap is zero or
/// exponential; first_share = 2 / (1 + arrival_scv) of the arrivals open a batch, and with x = 1 - E e^{-s prefill}
/// next(s) = rate first_share x / (first_share + (1 - first_share) x). Below 1 there is no such batch, but the formula
/// has the moments of more even arrivals (first_share > 1; used from arrival_scv 0.4 on).
/// Assumptions: Poisson arrivals or batches; no slot or token limit reached; no_prompt at the mean number of decodes.
/// Source: branching process with immigration (Heathcote 1966, cited from memory); derived for serving in
/// docs/models/serving-under-load.md. Evidence: tests/serving/load/step_recursion_test.cpp (test vector, Monte Carlo).

#include <cmath>
#include <complex>
#include <gambrel/serving/load/linearised_step.hpp>

namespace gambrel {

/// A base that grows with the decodes: fixed + a gamma-distributed time of mean shape scale, variance shape scale^2.
struct step_base {
    double fixed = 0;
    double shape = 0;  ///< 0: no spread
    double scale = 0;  ///< seconds

    double mean() const { return fixed + shape * scale; }
    /// As one of the decodes meets it: the gamma part weighted by itself (length-biased), which adds 1 to its shape.
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
    /// `prefill`: seconds of each prompt, with weights that sum to 1. Throws `error` unless the rate is positive and
    /// load < 1.
    step_recursion(double rate, std::vector<weighted_time> prefill, const step_base& loaded, double empty,
                   double arrival_scv = 1.0, double idle_share = 0.0)
        : rate_(rate),
          first_share_(2.0 / (1.0 + checked(arrival_scv, 0.4, 1e6, "the squared variation of arrival gaps"))),
          prefill_(std::move(prefill)),
          loaded_(loaded),
          difference_(empty - loaded.mean()),
          idle_share_(checked(idle_share, 0.0, 1.0, "the share of empty steps that are idle time")) {
        if (std::fabs(difference_) < 1e-9 * empty) difference_ = 0.0;  // rounding only: one base, fewer terms
        double factor = 1.0;                                           // 1 / (k + 1)!
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

    double load() const { return load_; }            ///< share of time in prefill
    double no_prompt() const { return no_prompt_; }  ///< share of steps without prompts
    double mean_prefill() const { return moments_[0]; }
    double mean_step() const { return (loaded_.mean() + no_prompt_ * empty_extra()) / (1.0 - load_); }
    /// Share of arrivals that find the engine idle: one ends each idle time, rate mean_step arrive in each step.
    double idle_on_arrival() const {
        const double idle_steps = no_prompt_ * idle_share_;
        return idle_steps / (rate_ * mean_step() + idle_steps);
    }
    /// E step^2: of the recursion at the mean number of decodes, plus the variance that their spread adds.
    double mean_square_step() const {
        const double loaded = loaded_.mean(), empty = loaded + difference_, mean = mean_step();
        const double spread = loaded_.shape * loaded_.scale * loaded_.scale / ((1.0 - load_) * (1.0 - load_));
        const double alone = loaded * loaded + 2.0 * loaded * moments_[0] + moments_[1];  // E (loaded + prefill)^2
        const double bases = loaded * loaded * (1.0 - no_prompt_) +
                             no_prompt_ * ((1.0 - idle_share_) * empty * empty + idle_share_ * alone);
        return (bases + 2.0 * loaded * load_ * mean + rate_ * square_ * mean) / (1.0 - load_ * load_) + spread;
    }
    double step_variance() const { return mean_square_step() - mean_step() * mean_step(); }
    /// Mean of a step planned before an arrival came: any step, at the decodes that an arrival meets.
    double mean_planned_step() const { return mean_step() + met_decodes() / (1.0 - load_); }
    /// Mean residual of the step under way at an arrival: E step^2 / (2 E step).
    double mean_residual() const { return 0.5 * mean_square_step() / mean_step(); }
    /// E TTFT: the residual, then a step with one's own prompt, those of one's batch, and those of the step met.
    double mean_first_token() const {
        const double own_batch = 2.0 * (1.0 / first_share_ - 1.0);  // others in one's batch: arrival_scv - 1
        return mean_residual() + loaded_.mean() + met_decodes() +
               moments_[0] * (1.0 + own_batch + rate_ * mean_square_step() / mean_step());
    }

    /// E e^{-s step}.
    complex step_transform(complex s) const { return step_transform(s, loaded_); }
    /// P(no prompt in a step), steps weighted by their number of decodes: what a decode meets.
    double no_prompt_of_decodes() const {
        if (!one_base()) return no_prompt_;
        return loaded_.weighted().transform(sum(rate_ * first_share_)).real();
    }
    /// E e^{-s step} over the steps with prompts, weighted by their decodes. It is 1 - no_prompt_of_decodes() at s = 0.
    complex stalled_transform(complex s) const {
        const step_base base = loaded_.weighted();
        const double loaded = base.mean(), empty = loaded + difference_;
        return step_transform(s, base) -
               no_prompt_of_decodes() * (base.transform(s) + std::exp(-s * empty) - std::exp(-s * loaded));
    }
    /// E e^{-s TTFT}, without the frontend. `s` not 0. An arrival's own batch is size-biased: hence first_of_batch^2.
    complex first_token_transform(complex s) const {
        const complex x = one_minus_prefill_transform(s),
                      first_of_batch = first_share_ / (first_share_ + (1.0 - first_share_) * x);
        const complex own = (1.0 - x) * first_of_batch * first_of_batch, z = rate_ * x * first_of_batch;
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
    /// Seconds that the decodes add to the base an arrival meets: steps with many are longer and met more often.
    double met_decodes() const { return loaded_.shape * loaded_.scale * loaded_.scale / ((1.0 - load_) * mean_step()); }
    /// Steps with and without prompts have the same base.
    bool one_base() const { return difference_ == 0.0 && idle_share_ == 0.0; }
    /// Mean seconds of a step that begins without prompts beyond the loaded base; after idle time that is one prefill.
    double empty_extra() const { return (1.0 - idle_share_) * difference_ + idle_share_ * moments_[0]; }
    /// E e^{-z step} of a step that begins without prompts, less e^{-z loaded}.
    complex empty_beyond_loaded(complex z, double empty, double loaded) const {
        const complex at_loaded = std::exp(-z * loaded);
        complex sum = (1.0 - idle_share_) * (std::exp(-z * empty) - at_loaded);
        if (idle_share_ > 0.0) sum -= idle_share_ * at_loaded * one_minus_prefill_transform(z);
        return sum;
    }
    /// step_transform(s) = main + no_prompt others, with z_0 = s, z_{j+1} = next(z_j):
    ///     main = E e^{-base sum(s)}  others = sum over j of e^{-loaded (z_0 + ... + z_{j-1})} empty_beyond_loaded(z_j)
    struct parts {
        complex main, others;
    };
    complex step_transform(complex s, const step_base& base) const {
        if (one_base()) return base.transform(sum(s));
        const parts p = expand(s, base);
        return p.main + no_prompt_ * p.others;
    }
    parts expand(complex s, const step_base& base) const {
        const double loaded = base.mean(), empty = loaded + difference_;
        complex before = 0.0, others = 0.0;
        if (!one_base()) {
            complex z = s;
            for (int i = 0; i < most_terms && !small(z); ++i) {
                others += std::exp(-loaded * before) * empty_beyond_loaded(z, empty, loaded);
                before += z;
                z = next(z);
            }
            // The remaining terms, each -first z + square z^2 to second order, summed over z, load z, load^2 z, ...
            const double first = empty_extra(), square = 0.5 * (1.0 - idle_share_) * (empty * empty - loaded * loaded) +
                                                         idle_share_ * (loaded * moments_[0] + 0.5 * moments_[1]);
            const double second = (first * loaded * load_ / (1.0 - load_) + square) / (1.0 - load_ * load_);
            others += std::exp(-loaded * before) * (second * z * z - first * (z / (1.0 - load_) - curvature_ * z * z));
        }
        return {base.transform(sum(s)), others};
    }
    /// s + next(s) + next(next(s)) + ...
    complex sum(complex s) const {
        complex total = 0.0;
        for (int i = 0; i < most_terms && !small(s); ++i) {
            total += s;
            s = next(s);
        }
        return total + s / (1.0 - load_) - curvature_ * s * s;  // the remaining terms, to second order in s
    }
    bool small(complex s) const { return std::norm(s) * longest_ * longest_ < least_term * least_term; }
    complex next(complex s) const {
        const complex x = one_minus_prefill_transform(s);
        return first_share_ == 1.0 ? rate_ * x : rate_ * first_share_ * x / (first_share_ + (1.0 - first_share_) * x);
    }
    /// 1 - E e^{-s prefill}: its power series for |s| longest <= 1.5, where 12 terms leave 1.5^13 / 13! = 3e-8, else
    /// summed over the prompts.
    complex one_minus_prefill_transform(complex s) const {
        constexpr double series_reach = 1.5;
        if (std::norm(s) * longest_ * longest_ > series_reach * series_reach) {
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

    static constexpr int most_terms = 2000;     ///< chosen: load^2000 is nothing up to a load of 0.99
    static constexpr double least_term = 2e-3;  ///< chosen: below this |z| longest the expansion is good to 1e-8
    double rate_, first_share_;                 ///< share of the arrivals that open a batch; above 1 for even arrivals
    std::vector<weighted_time> prefill_;
    step_base loaded_;
    double difference_;  ///< mean base of a step without prompts, less that of one with
    double idle_share_;
    std::array<double, 12> moments_{}, scaled_moments_{};  ///< E prefill^(k+1); the same times (-1)^k / (k+1)!
    double longest_ = 0;                                   ///< prefill, seconds
    double load_ = 0;
    double square_ = 0;     ///< E prefill^2 + (arrival_scv - 1) (E prefill)^2: variance of arriving work per arrival
    double curvature_ = 0;  ///< sum(s) = s / (1 - load) - curvature s^2 + ...
    double no_prompt_ = 0;
};
}  // namespace gambrel
