// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The distributions of a load model at a solved point.
///
///     TTFT    = frontend + { next step of an idle engine | step recursion | exponential wait + a full step }
///               planned ahead: one whole step more for all who find the engine running
///     TPOT    = gamma law of the mean step over each output length; cut off at the full step, where slots bind
///     ITL     = a step as its decodes meet it: one without prompts (normal), or with (step recursion)
///     latency = TTFT + (O - 1) TPOT, over the outputs' quantiles
///
/// Source and figures: docs/models/serving-under-load.md. Evidence: tests/serving/load/load_model_test.cpp.

#include <gambrel/numeric/waiting_time_laws.hpp>
#include <gambrel/serving/load/cosine_distribution.hpp>
#include <gambrel/serving/load/load_point.hpp>

namespace gambrel::detail {

struct extent {
    double mean, deviation;
};
/// Mean and deviation of the law of `transform`, by its value near 0; `scale` is about the mean.
template <class Transform> extent extent_of(const Transform& transform, double mass, double scale) {
    const double probe = 0.02 / scale;
    const std::complex<double> value = transform({0.0, probe});
    const double mean = -value.imag() / (mass * probe), square = 2.0 * (1.0 - value.real() / mass) / (probe * probe);
    return {mean, std::sqrt(std::fmax(1e-4 * mean * mean, square - mean * mean))};
}

/// `out` filled from `low` on in even steps towards `high`, which is left out.
inline void fill_evenly(std::span<double> out, double low, double high) {
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = low + (high - low) * static_cast<double>(i) / static_cast<double>(out.size());
}

/// Time from its slot to its first token of a request that waited for one: who comes with it is who went.
inline wait_and_normal waited_first_token(const load_basis& b, const load_point& here) {
    const double prefill = here.steps->mean_prefill(), others = b.slots / b.shape.output;
    double spread = 0.0;
    for (const weighted_time& k : here.terms.prefill)
        spread += k.weight * (k.seconds - prefill) * (k.seconds - prefill);
    return {here.wait.rate, (b.apart ? 0.0 : b.full_step) + b.full.extra + prefill * (1.0 + others),
            std::sqrt(spread * (1.0 + others) + others * prefill * prefill)};
}

inline latency_distribution first_token_law(const load_basis& b, const load_point& here) {
    const step_recursion& r = *here.steps;
    const auto transform = [&](std::complex<double> s) { return r.first_token_transform(s); };
    const double prefill = r.mean_prefill(), mean = r.mean_first_token();
    const double deviation = extent_of(transform, 1.0, mean).deviation;
    const double alone = here.terms.extra + (b.apart ? 0.0 : here.terms.fixed);  // no step under way
    const double low = alone + here.shortest_prefill(), high = mean + 9.0 * deviation;
    const cosine_distribution<> met(transform, 1.0, low, high);

    const wait_and_normal waited = waited_first_token(b, here);
    const double pw = here.wait.probability, idle = here.idle * (1.0 - pw), busy = 1.0 - pw - idle;
    const auto below = [&](double x) {
        double sum = busy * met.below(x);
        if (idle > 1e-6)
            for (const weighted_time& k : here.terms.prefill)
                sum += idle * k.weight * normal_below((x - alone - k.seconds) / (1e-9 + 0.05 * prefill));
        return pw > 1e-9 ? sum + pw * waited.below(x) : sum;
    };
    std::array<double, latency_distribution::most_points> points{};
    const std::span<double> all(points);
    const double knee = mean + 3.5 * deviation;
    const double end = high + (pw > 1e-6 ? std::fmax(0.0, std::log(1e5 * pw) / here.wait.rate) : 0.01 * high);
    fill_evenly(all.first(40), low, knee);
    fill_evenly(all.subspan(40, 12), knee, high);
    const double grow = std::pow(end / high, 1.0 / 19.0);
    double x = high;
    for (double& point : all.subspan(52)) {
        point = x;
        x *= grow;
    }
    // The step that was planned when they came: as long as the one after a step that an arrival meets.
    const double missed = b.ahead ? (1.0 - idle) * r.mean_after_met() : 0.0;
    const double all_mean = pw * (1.0 / here.wait.rate + waited.mean) + idle * (alone + prefill) + busy * mean;
    return latency_distribution(points, below, all_mean).later(b.frontend + missed);
}

/// Variance of the mean step over an output with every slot busy.
inline double saturated_variance(const load_basis& b) {
    const prompt_cost& k = b.full_prefill;
    const double each = k.variance() + b.output_scv * k.mean * k.mean;
    return std::fmax(1e-12, b.slots / b.shape.output * each / b.shape.output);
}

inline latency_distribution gap_law(const load_basis& b, const load_point& here) {
    const occupancy& o = here.crowd;
    const double full = b.saturated_step(), pw = here.wait.probability;
    // Between Poisson (skewness half a gamma's) and gamma as N clumps: the skewness of a negative binomial.
    const double skew = 1.0 - 0.5 * std::fmin(1.0, o.decodes / o.decode_variance);
    const double above = std::fmax(1e-12, o.mean_step - here.terms.fixed / (1.0 - o.prompt_load));
    const double least = o.mean_gap - (above + o.mean_gap - o.mean_step) / skew;
    const double slope = here.terms.per_sequence / (1.0 - o.prompt_load), wander = slope * slope * o.decode_variance;
    struct part {
        shifted_gamma law;
        double weight;
    };
    std::vector<part> parts;
    double widest = 0.0;
    for (std::size_t i = 0; i < o.gap_variance.size(); ++i) {
        const double v = o.gap_variance[i];        // by steps; arrivals meet steps in proportion to their length
        const double slow = std::fmin(v, wander);  // what an arrival's step tells of the steps to come
        const double met = v + (2.0 * skew * slow / above - slow / o.mean_step) * slow / o.mean_step;
        const shifted_gamma law{least, o.mean_gap, std::sqrt(met)};
        widest = std::fmax(widest, law.deviation);
        const double weight = b.spectrum.windows()[i].weight / (pw > 1e-6 ? law.below(full) : 1.0);
        if (!parts.empty() && std::fabs(parts.back().law.deviation - law.deviation) < 0.03 * law.deviation)
            parts.back().weight += weight;  // as good as the same law
        else parts.push_back({law, weight});
    }
    const double noise = std::sqrt(saturated_variance(b));
    const auto below = [&](double x) {
        double sum = 0.0;
        const double at = pw > 1e-6 ? std::fmin(x, full) : x;
        for (const part& p : parts) sum += p.weight * p.law.below(at);
        return (1.0 - pw) * sum + pw * normal_below((x - full) / noise);
    };
    std::array<double, 36> points{};
    const double high = pw > 1e-6 ? std::fmax(full + 5.0 * noise, 1.01 * o.mean_gap) : o.mean_gap + 6.0 * widest;
    fill_evenly(points, std::fmax(here.terms.fixed, o.mean_gap - 4.0 * widest), high);
    return latency_distribution(points, below, o.mean_gap);
}

inline latency_distribution between_tokens_law(const load_basis& b, const load_point& here) {
    const step_recursion& r = *here.steps;
    const double spread = here.decode_variance, seen = here.decodes + spread / here.decodes;
    const double calm = here.terms.decode_step(seen), mean = std::fmax(calm, here.crowd.mean_gap);
    const double wander = std::fmax(1e-3 * calm, here.terms.per_sequence * std::sqrt(spread));
    const double next = here.terms.extra + here.shortest_prefill();  // what the cheapest prompt adds
    std::array<double, 56> points{};
    const std::span<double> all(points);
    fill_evenly(all.first(16), std::fmax(0.5 * calm, calm - 3.0 * wander), calm + 3.0 * wander);
    const auto up_to = [&](double high) {
        const double from = points[15], width = high - from;
        for (std::size_t i = 16; i < points.size(); ++i) {
            const double u = static_cast<double>(i - 15) / 40.0;
            points[i] = from + width * u * (0.4 + 0.6 * u);
        }
    };
    if (b.apart) {  // a decode step, and at times the passes of a geometric number of prompts
        const double none = 1.0 + std::expm1(-here.rate * calm * b.reading_interval) / b.reading_interval;
        const double stall = std::fmax(next, (mean - calm) / (1.0 - none));
        const double prompts = std::fmax(1.0, stall / here.prefill.mean), k = here.prefill.mean;
        const double deviation = std::sqrt(prompts * (here.prefill.variance() + k * k * (prompts - 1.0)));
        const shifted_gamma stalled{calm + next, calm + stall, deviation};
        up_to(calm + stall + 9.0 * deviation + 6.0 * wander);
        const auto below = [&](double x) {
            return none * normal_below((x - calm) / wander) + (1.0 - none) * stalled.below(x);
        };
        return latency_distribution(points, below, mean);
    }
    const double none = r.no_prompt_of_decodes();
    const auto transform = [&](std::complex<double> s) { return r.stalled_transform(s); };
    const extent e = extent_of(transform, 1.0 - none, mean);
    const cosine_distribution<48> stalled(transform, 1.0 - none, std::fmax(0.0, calm - 4.0 * wander + next),
                                          e.mean + 9.0 * e.deviation);
    up_to(std::fmax(stalled.high(), calm + 6.0 * wander));
    const auto below = [&](double x) {
        const double within = none * normal_below((x - calm) / wander) + stalled.below(x);
        return within + (1.0 - within) * normal_below((x - b.fullest_step - here.terms.per_sequence * seen) / wander);
    };
    return latency_distribution(points, below, mean);
}

/// Variance of the mean step over `steps`, between the windows that were computed.
inline double gap_variance(const load_basis& b, const occupancy& o, double steps) {
    const std::vector<weighted_length>& w = b.spectrum.windows();
    std::size_t i = 0;
    while (i + 1 < w.size() && w[i].tokens < steps) ++i;
    if (i == 0 || w[i].tokens <= w[i - 1].tokens) return o.gap_variance[i];
    const double share = std::fmin(1.0, (steps - w[i - 1].tokens) / (w[i].tokens - w[i - 1].tokens));
    return o.gap_variance[i - 1] + share * (o.gap_variance[i] - o.gap_variance[i - 1]);
}

inline latency_distribution latency_law(const load_basis& b, const load_point& here, const latency_distribution& ttft) {
    constexpr std::size_t outputs = 18;  // ends of shares of the outputs, closer together towards the longest
    constexpr std::array<double, outputs + 1> share{0.0, 0.07, 0.14, 0.21, 0.28, 0.35, 0.42,  0.49,  0.56, 0.63,
                                                    0.7, 0.77, 0.84, 0.9,  0.94, 0.97, 0.985, 0.995, 1.0};
    const double first = ttft.mean().value(), gap = here.crowd.mean_gap;
    const double first_spread = 0.5 * (ttft.quantile(0.8413) - ttft.quantile(0.1587)).value();
    std::array<double, outputs> means{}, deviations{};
    for (std::size_t i = 0; i < outputs; ++i) {
        const double steps = std::fmax(0.0, b.output.quantile(0.5 * (share[i] + share[i + 1])) - 1.0);
        means[i] = steps * gap;
        const double wander = steps * std::sqrt(gap_variance(b, here.crowd, steps));
        deviations[i] = std::fmax(1e-6 * (first + means[i]), std::hypot(first_spread, wander));
    }
    const double pw = here.wait.probability > 1e-4 ? here.wait.probability : 0.0;
    const wait_and_normal waited = pw > 0.0 ? waited_first_token(b, here) : wait_and_normal{};
    double direct = first;  // mean TTFT of those who do not wait
    if (pw > 0.0) direct = (first - b.frontend - pw * (waited.mean + 1.0 / waited.rate)) / (1.0 - pw) + b.frontend;
    const auto below = [&](double x) {
        double sum = 0.0;
        for (std::size_t i = 0; i < outputs; ++i) {
            const double steps = means[i], deviation = deviations[i];
            double one = (1.0 - pw) * normal_below((x - direct - steps) / deviation);
            const wait_and_normal late{waited.rate, b.frontend + waited.mean + steps, deviation};
            if (pw > 0.0) one += pw * late.below(x);
            sum += (share[i + 1] - share[i]) * one;
        }
        return sum;
    };
    std::array<double, 36> points{};
    const double body = first + means[14], end = first + means.back() + 5.0 * deviations.back();
    fill_evenly(std::span(points).first(24), std::fmax(0.0, direct + means.front() - 4.0 * deviations.front()), body);
    fill_evenly(std::span(points).last(12), body, end);
    points.back() = end;  // past the longest output, or the tail would start on a plateau
    return latency_distribution(points, below, first + b.shape.decode_steps() * gap);
}
}  // namespace gambrel::detail
