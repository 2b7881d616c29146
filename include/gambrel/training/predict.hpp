// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What one training configuration delivers: time of a step with its 80 % range, tokens per second, MFU in both
/// conventions, memory of the fullest rank and whether it fits.
///
///     mfu  = work of a token (flop_count.hpp) x tokens / s of a device / peak of the products' format
///            under an adapter 4 instead of 6 of each element: the base has no weight gradients
///     hfu  = work of the average device in a step, what is computed again included, over the same peak; attention causal
///     fits = upper end of the peak's 80 % range <= what the device shows; does not fit: the lower end is beyond; between:
///            may not fit
///
/// The range is exp(+- 1.28 s), s the deviation of measured peaks (stack.hpp, memory_sigma). Evidence:
/// tests/training/step_time_test.cpp; ranges: docs/calibration/training.md.

#include <gambrel/hardware/visible_memory.hpp>
#include <gambrel/numeric/range.hpp>
#include <gambrel/training/flop_count.hpp>
#include <gambrel/training/step_time.hpp>

namespace gambrel::training {

enum class fit_verdict : unsigned char { fits, may_not_fit, does_not_fit };
}  // namespace gambrel::training

namespace gambrel {
// clang-format off
template <> inline constexpr std::array<enum_row<training::fit_verdict>, 3> enum_table<training::fit_verdict>{{
    {training::fit_verdict::fits, "fits", "fits"},
    {training::fit_verdict::may_not_fit, "may_not_fit", "may not fit"},
    {training::fit_verdict::does_not_fit, "does_not_fit", "does not fit"},
}};
// clang-format on
}  // namespace gambrel

namespace gambrel::training {

/// Whether a peak of deviation `sigma` fits into what is there. Evidence: tests/training/search_test.cpp.
constexpr fit_verdict fit_of(const bytes<>& peak, const bytes<>& there, double sigma) {
    const figure<bytes<>> range = with_range(peak, sigma);
    if (!(there < range.high)) return fit_verdict::fits;
    return there < range.low ? fit_verdict::does_not_fit : fit_verdict::may_not_fit;
}

/// Deviation of chips and boards whose kernels were not measured, beside the software's.
inline constexpr double unmeasured_chip = 0.25;

template <class Y = double> struct prediction {
    layout_check layout{};  ///< why there is no more, where it is not ok()
    memory_of_rank memory{};
    figure<bytes<>> memory_range{};  ///< of its peak
    bytes<> capacity{};
    fit_verdict fits = fit_verdict::fits;
    figure<seconds<Y>> step{};
    figure<token_rate<Y>> tokens{};  ///< of all devices
    figure<token_rate<Y>> per_device{};
    double mfu_causal = 0, mfu_full = 0;  ///< causal attention counted, and all of it
    double hfu = 0;                       ///< with what is computed again, as counted causally
    flop_rate<> peak{};                   ///< of a device, for the format that products multiply in
    bool widened = false;                 ///< the device has no such multiply: 16 bit's
    double sigma = 0;
    step_time<Y> time{};

    constexpr bool ok() const { return layout.ok(); }
};

/// The prediction of `j`. Evidence: tests/training/step_time_test.cpp.
template <class Y> constexpr prediction<Y> predict(const job<Y>& j) {
    prediction<Y> p;
    p.layout = j.check();
    if (!p.ok()) return p;
    j.validate();
    p.memory = j.memory();
    p.memory_range = with_range(p.memory.peak(), j.stack.memory_sigma);
    p.capacity = bytes_of(math::plain(visible_memory(j.device).value()));
    p.fits = fit_of(p.memory.peak(), p.capacity, j.stack.memory_sigma);
    p.time = time_step(j);
    const bool experts = !is_dense(j.model);
    const double software = experts ? j.stack.experts_sigma : j.stack.sigma;
    const double chip = chip_of(j.device).found() ? 0.0 : unmeasured_chip;
    p.sigma = math::sqrt(software * software + chip * chip);
    p.step = with_range(p.time.total, p.sigma);
    const double useful = j.batch.tokens() * (1.0 - j.recipe.padding);
    p.tokens = inverse(tokens_of(Y(useful)), p.step);
    p.per_device = scaled(p.tokens, 1.0 / static_cast<double>(j.layout.devices()));
    const auto& native = native_peak(j.device, j.recipe.products.issue);
    p.widened = !native.known();
    const gambrel::roof<Y> roof(j.device, j.constants);
    p.peak = flop_rate<>::from_value(math::plain(roof.peak(j.recipe.products.issue).value()));
    token_work w = work_per_token(j.model, j.batch.sequence);
    if (j.recipe.adapts()) w.linear = w.linear * (2.0 / 3.0);  // the base has no weight gradients
    const double rate = math::plain(p.per_device.value.value()) / p.peak.value();
    p.mfu_causal = w.all(attention_count::causal).value() * rate;
    p.mfu_full = w.all(attention_count::full).value() * rate;
    const double step = math::plain(p.time.total.value()) * p.peak.value();
    p.hfu = p.time.hardware_work / step;
    return p;
}
}  // namespace gambrel::training
