// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What measurements of a whole machine correct: factors on the constants of its device and on the times of its
/// runtime. One factor for all laws of a kind, because a few end-to-end rows cannot tell them apart:
///
///     share of the peak        x compute      share of the bandwidth   x memory
///     fixed time of a kernel   x launch       time of a collective     x network
///     host times of a runtime  x per_step, per_kernel, per_sequence, per_request, per_eager_kernel
///     deviation of every law   x sigma
///
/// 1 changes nothing. Made by calibration/refine.hpp, kept in a file by calibration/io/calibration_file.hpp.

#include <gambrel/roofline/calibration/calibration.hpp>
#include <gambrel/runtime/runtime.hpp>
#include <string_view>

namespace gambrel {

struct adjustment {
    static constexpr std::size_t device_factors = 4, host_factors = 5, factors = device_factors + host_factors;
    static constexpr std::array<std::string_view, factors> names{"compute",      "memory",      "launch",
                                                                 "network",      "per_step",    "per_kernel",
                                                                 "per_sequence", "per_request", "per_eager_kernel"};

    std::array<double, factors> factor{1, 1, 1, 1, 1, 1, 1, 1, 1};
    double sigma = 1.0;

    constexpr double compute() const { return factor[0]; }
    constexpr double memory() const { return factor[1]; }
    constexpr double launch() const { return factor[2]; }
    constexpr double network() const { return factor[3]; }
    constexpr double host(std::size_t i) const { return factor[device_factors + i]; }
};

/// Throws `error` naming the first factor that no measurement could give; returns `a` otherwise.
constexpr const adjustment& checked(const adjustment& a) {
    for (const double f : a.factor) checked(f, 0.01, 100.0, "a factor of a calibration");
    checked(a.sigma, 0.01, 100.0, "the factor of a calibration on deviations");
    return a;
}

namespace detail {
template <class Law> constexpr void adjust(Law& l, const adjustment& a) {
    l.compute = l.compute * a.compute();
    l.memory = l.memory * a.memory();
    l.fixed = l.fixed * a.launch();
    l.sigma *= a.sigma;
}
template <class Y> constexpr void adjust(ggml_law<Y>& l, const adjustment& a) {
    for (Y& share : l.memory) share = share * a.memory();
    for (Y* share : {&l.cache, &l.widening, &l.elementwise}) *share = *share * a.memory();
    for (Y& share : l.share) share = share * a.compute();
    for (Y& rate : l.rate) rate = rate * a.compute();
    for (Y* share : {&l.per_row, &l.fused, &l.cache_rate}) *share = *share * a.compute();
    for (seconds<Y>* t : {&l.decode_start, &l.prompt_start, &l.expert_start}) *t = *t * a.launch();
    for (double* s : {&l.decode_sigma, &l.prompt_sigma, &l.expert_decode_sigma, &l.expert_prompt_sigma}) *s *= a.sigma;
}
}  // namespace detail

/// `c` corrected by `a`.
template <class Y> constexpr calibration<Y> adjusted(calibration<Y> c, const adjustment& a) {
    for (auto& l : c.gemm) detail::adjust(l, a);
    for (product_law<Y>* l : {&c.state, &c.elementwise}) detail::adjust(*l, a);
    for (experts_law<Y>& l : c.experts) detail::adjust(l, a);
    for (attention_law<Y>& l : c.attention) {
        detail::adjust(l.product, a);
        for (seconds<Y>* t : {&l.per_stream, &l.per_key, &l.ramp}) *t = *t * a.launch();
    }
    for (conversion_law<Y>& l : c.conversion) {
        l.share = l.share * a.memory();
        l.fixed = l.fixed * a.launch();
    }
    ring_law<Y>& ring = c.collective.ring;
    direct_law<Y>& direct = c.collective.direct;
    for (seconds<Y>* t : {&ring.latency, &ring.per_step, &direct.latency, &direct.per_rank, &direct.two_shot_extra})
        *t = *t * a.network();
    for (Y* share : {&ring.share, &direct.one_shot, &direct.two_shot}) *share = *share * (1.0 / a.network());
    ring.sigma *= a.sigma;
    direct.sigma *= a.sigma;
    for (exchange_law<Y>& l : c.exchange) {
        for (seconds<Y>* t : {&l.latency, &l.per_expert}) *t = *t * a.network();
        l.share = l.share * (1.0 / a.network());
        l.most = l.most * (1.0 / a.network());
        l.sigma *= a.sigma;
    }
    detail::adjust(c.ggml, a);
    return c;
}

/// `r` with its host times corrected by `a`.
template <class Y> constexpr runtime<Y> adjusted(runtime<Y> r, const adjustment& a) {
    host_time<Y>& h = r.host;
    std::size_t i = 0;
    for (auto* time : {&h.per_step, &h.per_kernel, &h.per_sequence, &h.per_request, &h.per_eager_kernel})
        time->value = time->value * a.host(i++);
    h.per_prompt_token.value = h.per_prompt_token.value * a.host(3);  // the frontend, as per_request
    h.per_plan.value = h.per_plan.value * a.host(2);                  // planning, as per_sequence
    h.per_message.value = h.per_message.value * a.host(3);
    r.host_sigma *= a.sigma;
    r.step_sigma *= a.sigma;
    return r;
}
}  // namespace gambrel
