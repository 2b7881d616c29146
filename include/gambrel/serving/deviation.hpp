// SPDX-License-Identifier: Apache-2.0
#pragma once
/// How sure a serving time is: the logarithmic deviation of a pass, or of a TTFT, about its prediction.
///
///     pass   sqrt(laws^2 + step_sigma^2 + (experts' share x routing_sigma)^2)
///     TTFT   sqrt(pass^2 + ttft_sigma^2)
///
/// `laws` are those of kernels and host times, each from its own fit. What whole passes show beyond them: how kernels
/// follow each other, power and clocks (`step_sigma`, of the runtime), which experts real traffic picks
/// (`routing_sigma`), and what waiting has beyond the passes (`ttft_sigma`). All three are fitted so that the 80 %
/// ranges hold 84 % of the measured rows: a model or a machine not among them is further off. Evidence:
/// docs/calibration/software.md.

#include <gambrel/runtime/runtime.hpp>
#include <gambrel/serving/fitted_deviations.hpp>
#include <gambrel/step/pass.hpp>

namespace gambrel {

namespace detail {
/// Deviation of a product of two independent factors.
constexpr double combined(double a, double b) { return math::sqrt(a * a + b * b); }
}  // namespace detail

/// Logarithmic standard deviation of `t`, a time made of passes under `r`.
template <class Y> constexpr double deviation_of(const pass_time<Y>& t, const runtime<Y>& r) {
    const double all = math::plain(t.total().value());
    const double experts = all > 0.0 ? math::plain(t.by_class(operator_class::experts).value()) / all : 0.0;
    const double routed = experts * routing_sigma, laws = t.sigma();
    return math::sqrt(laws * laws + r.step_sigma * r.step_sigma + routed * routed);
}
}  // namespace gambrel
