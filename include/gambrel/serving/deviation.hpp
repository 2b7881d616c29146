// SPDX-License-Identifier: Apache-2.0
#pragma once
/// How sure a serving time is: the standard deviation of ln(measured / predicted) of a time made of passes.
///
///     deviation_of(time) = sqrt(laws^2 + step_sigma^2 + (experts' share of the time x routing_sigma)^2)
///     of a TTFT besides:   sqrt(deviation_of(TTFT)^2 + ttft_sigma^2)                                     (figures.hpp)
///
/// `laws`: what the fits of kernel and host times left, each operator class by its share (pass_time::sigma). Beyond
/// them whole passes show: how kernels follow each other, power and clocks (`step_sigma`, of the runtime), which
/// experts real traffic picks (`routing_sigma`), and waiting (`ttft_sigma`). These three are fitted so that 84 % of the
/// measured rows lie in ranges that are called 80 %: a margin, as a model or a machine that is not among the rows is
/// further off. Evidence: docs/calibration/software.md.

#include <gambrel/runtime/runtime.hpp>
#include <gambrel/serving/fitted_deviations.hpp>
#include <gambrel/step/pass.hpp>

namespace gambrel {

namespace detail {
/// Log standard deviation of a product of two independent factors whose own are `a` and `b`.
constexpr double combined(double a, double b) { return math::sqrt(a * a + b * b); }
}  // namespace detail

/// Log standard deviation of `t`, a time made of passes under runtime `r`.
template <class Y> constexpr double deviation_of(const pass_time<Y>& t, const runtime<Y>& r) {
    const double all = math::plain(t.total().value());
    const double experts = all > 0.0 ? math::plain(t.by_class(operator_class::experts).value()) / all : 0.0;
    const double routed = experts * routing_sigma, laws = t.sigma();
    return math::sqrt(laws * laws + r.step_sigma * r.step_sigma + routed * routed);
}
}  // namespace gambrel
