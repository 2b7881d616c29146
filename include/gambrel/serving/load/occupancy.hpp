// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Continuous batching on the scale of whole requests: joint second moments of the number of decodes N and of the step
/// S.
///
/// A request puts work h(j) into the j-th step after it came: its prefill at j = 0, then a decode in each of
/// output - 1 steps, dearer with its context. Every second of work lets more requests in: a branching process in steps,
/// all of whose second moments are closed, by frequency w:
///
///     work(w)  = E sum h(j) e^{-iwj}        alive(w): the same of its decodes alone, each counting 1
///     gain(w)  = 1 / (1 - rate e^{-iw} work(w))                arrivals that an arrival brings after it
///     arrivals = rate mean_step                                a step
///     power(w) = arrivals E|h(w)|^2 |gain(w)|^2                spectrum of S
///     mean_step = fixed / (1 - load),   load = rate work(0)    decodes = arrivals E(output - 1)
///     gap_variance(W) = 1/pi integral over w of power (sin(w W/2) / (W sin(w/2)))^2        of the mean of S over W
///     steps TPOT     = E[N S] / E N = mean_step + Cov(N, S) / E N    each decode weighs its own step: exact
///
/// Exact without a cap on N and for a straight step law; insensitivity to the output length holds for the mean only.
/// Var N exceeds processor sharing's because prompts make arrivals cluster. Source: Hawkes 1971 for the spectrum
/// (recalled); derived for serving in docs/models/serving-under-load.md. Evidence:
/// tests/serving/load/occupancy_test.cpp.

#include <algorithm>
#include <complex>
#include <gambrel/serving/load/linearised_step.hpp>
#include <numbers>

namespace gambrel {

/// What of a workload the spectrum needs, whatever the rate: computed once.
class decode_spectrum {
public:
    using complex = std::complex<double>;
    struct frequency {
        double angle = 0, weight = 0;              ///< per step; of the integral over 0..pi, divided by pi
        complex alive{}, work{};                   ///< of its decodes, each counting 1 or its relative cost
        double alive_square = 0, work_square = 0;  ///< E|.|^2 of one request
        complex work_alive{};                      ///< E work conj(alive)
    };

    decode_spectrum() = default;
    /// `context_share`: by how much a decode is dearer per token of context, relative to its cost at the mean context.
    decode_spectrum(const load_shape& shape, double context_share) : windows_(shape.outputs) {
        // Frequencies: the longest output that matters sets the finest; bands grow from a unit to half as wide again.
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
        const complex q = std::polar(1.0, -angle), geometric = 1.0 / (1.0 - q);          // sum of q^j
        const double r = context_share, at_prompt = r * (shape.prompt - shape.context);  // of the first decode
        for (const weighted_length& w : windows_) {
            const double d = w.tokens;
            const complex end = std::polar(1.0, -angle * d);
            const complex alive = q * (1.0 - end) * geometric;
            const complex aged = q * (1.0 - (d + 1.0) * end + d * end * q) * geometric * geometric;
            const complex work = (1.0 + at_prompt) * alive + r * aged;
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
    double load = 0;       ///< rate H(0): unstable from 1 on, whatever the slots
    double mean_step = 0;  ///< E S, seconds
    double arrivals = 0;   ///< per step
    double decodes = 0;    ///< E N
    double decode_variance = 0;
    double step_variance = 0;
    double mean_gap = 0;                 ///< TPOT, seconds
    std::vector<double> gap_variance{};  ///< of the mean step over each of the spectrum's windows
    double prompt_load = 0;              ///< rate E prefill
    /// How much wider N spreads than under processor sharing with Poisson arrivals.
    double dispersion() const { return decode_variance / decodes * (1.0 - load) / (1.0 - prompt_load); }
};

/// Occupancy at `rate` requests per second under step `t`; `prefill` and `prefill_square` are E and E^2 of what a
/// prompt costs in all, `prefill_and_prompt` its covariance with the prompt's tokens; `arrival_scv`: squared variation
/// of the arrival gaps, as if they came in batches. Only `load` and `prompt_load` are set where the load is 1 or more.
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
    const double c = t.per_sequence, a = o.arrivals, burst = arrival_scv - 1.0;
    double covariance = 0.0;
    o.gap_variance.assign(spectrum.windows().size(), 0.0);
    for (std::size_t i = 0; i < spectrum.frequencies().size(); ++i) {
        const decode_spectrum::frequency& f = spectrum.frequencies()[i];
        using complex = decode_spectrum::complex;
        const complex work = prefill + c * f.work, back = rate * std::polar(1.0, -f.angle);
        const complex gain = 1.0 / (1.0 - back * work), fed = back * f.alive * gain;
        const double dearer = t.context_share * prefill_and_prompt;  // longer prompts also decode at longer contexts
        const double square = prefill_square + c * c * f.work_square +
                              2.0 * c * (prefill * f.work.real() + dearer * f.alive.real()) + burst * std::norm(work);
        const complex both = prefill * std::conj(f.alive) + c * f.work_alive + burst * work * std::conj(f.alive);
        const double power = a * square * std::norm(gain);
        covariance += f.weight * (gain * (a * both + a * square * std::conj(fed))).real();
        const double come = f.alive_square + burst * std::norm(f.alive);
        o.decode_variance += f.weight * a * (come + square * std::norm(fed) + 2.0 * (fed * both).real());
        o.step_variance += f.weight * power;
        for (std::size_t w = 0; w < o.gap_variance.size(); ++w)
            o.gap_variance[w] += f.weight * power * spectrum.share(w, i);
    }
    o.mean_gap = o.mean_step + (o.decodes > 0.0 ? covariance / o.decodes : 0.0);
    constexpr double no_decodes = 1e-9;  // outputs of one token do not decode; laws divide by the number
    o.decodes = larger(no_decodes, o.decodes);
    o.decode_variance = larger(o.decodes, o.decode_variance);
    return o;
}
}  // namespace gambrel
