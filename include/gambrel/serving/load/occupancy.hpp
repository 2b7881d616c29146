// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Continuous batching on the scale of whole requests: means, variances and the covariance of the number of decodes N
/// and of the time S of a step (one forward pass).
///
/// A request puts work h(j), in seconds, into the j-th step after it came: its prefill at j = 0, then a decode in each
/// of output - 1 steps, which costs more as its context grows. Every second of work lets `rate` more requests in: a
/// branching process in steps, all of whose second moments are closed at each angular frequency w (radians per step):
///
///     work(w)   = E sum_j h(j) e^{-iwj}         alive(w) = E sum_j e^{-iwj}, j = 1 ... output - 1
///     gain(w)   = 1 / (1 - rate e^{-iw} work(w))     all requests that follow from one, itself included
///     load      = rate work(0) = rate E(prefill + per_sequence (output - 1)) < 1
///     mean_step = fixed / (1 - load)            of a step of n decodes and no prompts = fixed + per_sequence n
///     arrivals  = rate mean_step                per step          decodes = arrivals E(output - 1)
///     power(w)  = arrivals E|sum_j h(j) e^{-iwj}|^2 |gain(w)|^2     spectrum of S; Var S = its mean over 0..pi
///     gap_variance(W) = mean over 0..pi of power(w) (sin(w W/2) / (W sin(w/2)))^2      Var(mean of W steps in a row)
///     mean_gap  = E[N S] / E N = mean_step + Cov(N, S) / E N        mean TPOT, exact: each decode counts its own step
///
/// Exact without a cap on N and for a straight step time. E N depends on the output length by its mean alone, Var N
/// does not; Var N exceeds that of processor sharing because prompts make arrivals cluster.
/// Source: Hawkes 1971 for the spectrum (cited from memory); derived for serving in docs/models/serving-under-load.md.
/// Evidence: tests/serving/load/occupancy_test.cpp.

#include <algorithm>
#include <complex>
#include <gambrel/serving/load/linearised_step.hpp>
#include <numbers>

namespace gambrel {

/// What the spectrum needs of a workload at any rate, by frequency: computed once.
class decode_spectrum {
public:
    using complex = std::complex<double>;
    struct frequency {
        double angle = 0, weight = 0;              ///< w in radians per step; weight in a mean over 0..pi
        complex alive{}, work{};                   ///< decodes only, each counting 1 or its cost over per_sequence
        double alive_square = 0, work_square = 0;  ///< E|.|^2 of one request
        complex work_alive{};                      ///< E[work conj(alive)] of one request
    };

    decode_spectrum() = default;
    /// `context_share`: what a token of context adds to a decode, relative to its cost at the mean context.
    decode_spectrum(const load_shape& shape, double context_share) : windows_(shape.outputs) {
        // Chosen: bands of frequencies, four of width pi / (longest output, at most 4 mean outputs), then each bound
        // 1.5 times the last, five Gauss points in each; the last reaches pi, at most 1.25 times as far as its bound.
        constexpr double longest_outputs = 4.0, fine_bands = 4.0, growth = 1.5, last_band = 1.25;
        double longest = 1.0;
        for (weighted_length& w : windows_) {
            w.tokens = larger(0.0, w.tokens - 1.0);
            longest = larger(longest, smaller(w.tokens, longest_outputs * shape.output));
        }
        const double unit = std::numbers::pi / longest;
        double low = 0.0, multiple = 1.0;
        while (low < std::numbers::pi) {
            const double high = last_band * multiple * unit > std::numbers::pi ? std::numbers::pi : multiple * unit;
            for (const weighted_length& node : detail::gauss_five)
                add(low + (high - low) * node.tokens, node.weight * (high - low) / std::numbers::pi, shape,
                    context_share);
            low = high;
            multiple = multiple < fine_bands ? multiple + 1.0 : multiple * growth;
        }
        shares_.reserve(windows_.size() * frequencies_.size());
        for (const weighted_length& w : windows_)
            for (const frequency& f : frequencies_) shares_.push_back(share_in_mean(f.angle, larger(1.0, w.tokens)));
    }

    const std::vector<frequency>& frequencies() const { return frequencies_; }
    /// Decode steps of a request, in weighted points.
    const std::vector<weighted_length>& windows() const { return windows_; }
    /// Share of the power at frequency `f` that is left in a mean over window `w`.
    double share(std::size_t w, std::size_t f) const { return shares_[w * frequencies_.size() + f]; }

private:
    static double share_in_mean(double angle, double steps) {
        const double s = std::sin(0.5 * angle * steps) / (steps * std::sin(0.5 * angle));
        return s * s;
    }
    void add(double angle, double weight, const load_shape& shape, double context_share) {
        frequency f{.angle = angle, .weight = weight};
        // The j-th decode costs 1 + r (prompt + j tokens_per_pass - context), in units of per_sequence.
        const complex q = std::polar(1.0, -angle), geometric = 1.0 / (1.0 - q);  // sum of q^j
        const double r = context_share, at_prompt = r * (shape.prompt - shape.context);
        for (const weighted_length& w : windows_) {
            const double d = w.tokens;                                                               // decode steps
            const complex end = std::polar(1.0, -angle * d);                                         // q^d
            const complex alive = q * (1.0 - end) * geometric;                                       // sum of q^j
            const complex aged = q * (1.0 - (d + 1.0) * end + d * end * q) * geometric * geometric;  // of j q^j
            const complex work = (1.0 + at_prompt) * alive + r * shape.tokens_per_pass * aged;
            f.alive += w.weight * alive;
            f.work += w.weight * work;
            f.alive_square += w.weight * std::norm(alive);
            f.work_square += w.weight * (std::norm(work) + r * r * shape.prompt_variance * std::norm(alive));
            f.work_alive += w.weight * work * std::conj(alive);
        }
        frequencies_.push_back(f);
    }
    std::vector<weighted_length> windows_;
    std::vector<frequency> frequencies_;
    std::vector<double> shares_;
};

/// First and second moments of the number of decodes and of the step, per step, and over the life of a request.
struct occupancy {
    double load = 0;                     ///< unstable from 1 on, however many slots
    double mean_step = 0;                ///< E S, seconds
    double arrivals = 0;                 ///< requests per step
    double decodes = 0;                  ///< E N, by steps
    double decode_variance = 0;          ///< Var N
    double step_variance = 0;            ///< Var S, seconds squared
    double mean_gap = 0;                 ///< mean TPOT, seconds
    std::vector<double> gap_variance{};  ///< of the mean of S over each of the spectrum's windows, seconds squared
    double prompt_load = 0;              ///< rate E prefill: share of time that goes to prompts
    /// Var N over that of processor sharing with Poisson arrivals.
    double dispersion() const { return decode_variance / decodes * (1.0 - load) / (1.0 - prompt_load); }
};

/// Occupancy at `rate` requests per second under step `t`. Of the seconds that a prompt costs in all: `prefill` the
/// mean, `prefill_square` the mean square, `prefill_and_prompt` the covariance with the prompt's tokens. `arrival_scv`:
/// squared coefficient of variation of the gaps, as of batches. Only `load` and `prompt_load` are set from a load of 1
/// on.
inline occupancy occupancy_of(const decode_spectrum& spectrum, double rate, const linearised_step& t, double prefill,
                              double prefill_square, double prefill_and_prompt = 0.0, double arrival_scv = 1.0) {
    occupancy o;
    double steps = 0.0;
    for (const weighted_length& w : spectrum.windows()) steps += w.weight * w.tokens;
    o.prompt_load = rate * prefill;
    o.load = rate * (prefill + t.per_sequence * steps);
    if (o.load >= 1.0) return o;
    o.mean_step = t.fixed / (1.0 - o.load);
    o.arrivals = rate * o.mean_step;
    o.decodes = o.arrivals * steps;
    const double c = t.per_sequence, a = o.arrivals;
    const double burst = arrival_scv - 1.0;  // mean number of others in an arrival's batch; 0: Poisson
    double covariance = 0.0;
    o.gap_variance.assign(spectrum.windows().size(), 0.0);
    for (std::size_t i = 0; i < spectrum.frequencies().size(); ++i) {
        const decode_spectrum::frequency& f = spectrum.frequencies()[i];
        using complex = decode_spectrum::complex;
        const complex work = prefill + c * f.work, let_in = rate * std::polar(1.0, -f.angle);  // a step later
        const complex gain = 1.0 / (1.0 - let_in * work), fed = let_in * f.alive * gain;  // decodes that work brings
        const double lengths = t.context_share * prefill_and_prompt;  // longer prompts also decode at longer contexts
        // E|sum h(j) e^{-iwj}|^2, E[work conj(alive)] and E|alive|^2 of one request, with what its batch adds.
        const double square = prefill_square + c * c * f.work_square +
                              2.0 * c * (prefill * f.work.real() + lengths * f.alive.real()) + burst * std::norm(work);
        const complex both = prefill * std::conj(f.alive) + c * f.work_alive + burst * work * std::conj(f.alive);
        const double power = a * square * std::norm(gain);
        covariance += f.weight * (gain * (a * both + a * square * std::conj(fed))).real();
        const double alive_square = f.alive_square + burst * std::norm(f.alive);
        o.decode_variance += f.weight * a * (alive_square + square * std::norm(fed) + 2.0 * (fed * both).real());
        o.step_variance += f.weight * power;
        for (std::size_t w = 0; w < o.gap_variance.size(); ++w)
            o.gap_variance[w] += f.weight * power * spectrum.share(w, i);
    }
    o.mean_gap = o.mean_step + (o.decodes > 0.0 ? covariance / o.decodes : 0.0);
    constexpr double no_decodes = 1e-9;  // outputs of one token do not decode; distributions divide by the number
    o.decodes = larger(no_decodes, o.decodes);
    o.decode_variance = larger(o.decodes, o.decode_variance);
    return o;
}
}  // namespace gambrel
