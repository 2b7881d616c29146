// SPDX-License-Identifier: Apache-2.0
#pragma once
/// How sure the ratio of two predictions is. An error that both share cancels as far as it has the same share in both.
///
///     time_i = sum over classes of cost c       share_ci = time under c / time_i        sigma_c: of the law of c
///     one law on both sides    moves ln(b / a) by (share_cb - share_ca) sigma_c         products in bf16 on both
///     two laws                 moves it by        share_ca sigma_ca and share_cb sigma_cb, independently
///     deviation^2 = sum of these^2
///                 + ((experts' share_b - experts' share_a) routing_sigma)^2
///                 + of another runtime or device: step_sigma_a^2 + step_sigma_b^2; of the same none
///                 + pair_step_sigma^2 (1 - TTFT's share)^2 + (pair_ttft_sigma TTFT's share)^2      what does not cancel
///                 + own^2                                                 of the change itself: guesses, hits
///     two predictions that are equal to the last bit: 0
///
/// One law: the same device and kernel library, and for products and experts the same format to multiply in and to
/// store, for attention the same cache. That a law's error is one factor for every shape is not quite so, and two runs
/// of one server differ besides: `pair_` is what is left of pairs of measured rows that differ in nothing but clients,
/// layout or lengths, where every law is shared: half the distance of the 10 and 90 % quantiles of ln(measured ratio /
/// predicted ratio) over 1.2816, by tools/judge_pairs of serving_measured.csv (2026-11-30), every two rows whose
/// predictions are less than twice each other: 0.072 of 5,297 pairs of TPOT and 0.245 of 4,326 of TTFT, where a single
/// figure of these rows errs by 0.119 and 0.391. Laws were fitted on many of these rows: this is within the sample.
/// Predictions twice or more apart: 0.100 and 0.424, which the range here does not say. Evidence:
/// tests/ask/advice_test.cpp; docs/advice.md.

#include <gambrel/ask/answer.hpp>
#include <gambrel/serving/deviation.hpp>

namespace gambrel::ask {

inline constexpr double pair_step_sigma = 0.07, pair_ttft_sigma = 0.25;

/// Errors of one time, by where they come from, as logarithmic deviations of it.
struct time_errors {
    std::array<double, cost_class_count> laws{};
    double experts = 0.0, first = 0.0;  ///< shares of the time

    static time_errors of(const pass_time<>& t, double first) {
        time_errors e{.first = first};
        if (!(t.total() > seconds<>{})) return e;
        for (std::size_t c = 0; c < cost_class_count; ++c) e.laws[c] = t.deviation_by(c) / t.total().value();
        e.experts = t.by_class(operator_class::experts) / t.total();
        return e;
    }
};

namespace detail {
inline bool same_storage(const storage_format& a, const storage_format& b) {
    return a.name == b.name && a.bits == b.bits && a.issue == b.issue;
}
inline bool same_weight_laws(const weight_formats& a, const weight_formats& b) {
    for (const weight_part p : all_weight_parts)
        if (!same_storage(a.of(p), b.of(p))) return false;
    return true;
}
/// Which laws answer on both sides.
inline std::array<bool, cost_class_count> shared_laws(const deployment<>& a, const deployment<>& b) {
    std::array<bool, cost_class_count> shared{};
    const bool machine = a.device.name == b.device.name && a.runtime.kernels == b.runtime.kernels;
    shared.fill(machine);
    const bool weights = same_weight_laws(a.formats.weights, b.formats.weights);
    const bool cache = same_storage(a.formats.kv, b.formats.kv);
    const auto limit = [&](operator_class c, bool same) { shared[static_cast<std::size_t>(c)] = machine && same; };
    limit(operator_class::gemm, weights);
    limit(operator_class::experts, weights);
    limit(operator_class::prefill_attention, cache);
    limit(operator_class::decode_attention, cache);
    shared[host_class] = a.runtime.name == b.runtime.name;
    return shared;
}
}  // namespace detail

/// Logarithmic deviation of b / a; `own`: what the change itself leaves open.
inline double ratio_deviation(const time_errors& a, const time_errors& b, const deployment<>& of_a,
                              const deployment<>& of_b, double own = 0.0) {
    const auto shared = detail::shared_laws(of_a, of_b);
    double sum = own * own;
    for (std::size_t c = 0; c < cost_class_count; ++c) {
        const double apart = b.laws[c] - a.laws[c];
        sum += shared[c] ? apart * apart : a.laws[c] * a.laws[c] + b.laws[c] * b.laws[c];
    }
    const double routed = (b.experts - a.experts) * routing_sigma, share = 0.5 * (a.first + b.first),
                 first = share * pair_ttft_sigma, steps = (1.0 - share) * pair_step_sigma;
    sum += routed * routed + first * first + steps * steps;
    const bool same_passes = of_a.runtime.name == of_b.runtime.name && of_a.device.name == of_b.device.name;
    if (!same_passes)
        sum += of_a.runtime.step_sigma * of_a.runtime.step_sigma + of_b.runtime.step_sigma * of_b.runtime.step_sigma;
    return std::sqrt(sum);
}
}  // namespace gambrel::ask
