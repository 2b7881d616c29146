// SPDX-License-Identifier: Apache-2.0
#pragma once
/// How much each figure of a prediction moves with each input: elasticities, d ln figure / d ln input. 0.7 says that 10 % more
/// of the input gives about 7 % more of the figure.
///
///     hardware and host     by dual numbers through the whole prediction (numeric/dual.hpp): exact, one pass for all five
///     lengths and load      by central differences of 0.01 %: they are counts of a workload, not scalars of a device
///
/// `peak` scales every peak rate, `host` every host time, `link` the scale-up link. Constants of the laws are held, and so is
/// what fits in memory. $/token moves as 1 / throughput, and as the rent. Elasticities add up to a scale: with bandwidth, peak,
/// links and power times c, and host and fixed times over c, every time is divided by c.
/// Assumption: away from a change of regime (a slot, a chunk, a whole token more); across one an elasticity says nothing.
/// Evidence: tests/planning/sensitivity_test.cpp (central differences of predict, 1e-6).

#include <gambrel/numeric/dual.hpp>
#include <gambrel/serving/predict.hpp>

namespace gambrel {

enum class varied_input : unsigned char { bandwidth, peak, link, power, host, prompt, output, load };
// clang-format off
template <> inline constexpr std::array<enum_row<varied_input>, 8> enum_table<varied_input>{{
    {varied_input::bandwidth, "bandwidth", "memory bandwidth"},
    {varied_input::peak, "peak", "peak rates"},
    {varied_input::link, "link", "scale-up link"},
    {varied_input::power, "power", "power limit"},
    {varied_input::host, "host", "host times"},
    {varied_input::prompt, "prompt", "prompt length"},
    {varied_input::output, "output", "output length"},
    {varied_input::load, "load", "clients or rate"},
}};
// clang-format on

/// Elasticities of the figures of one prediction to one input.
struct elasticity {
    varied_input input = varied_input::bandwidth;
    double ttft = 0, tpot = 0, latency = 0;
    double requests = 0, output = 0;  ///< throughputs
};
inline constexpr std::size_t varied_inputs = 8;

namespace detail {
inline constexpr std::size_t dual_inputs = 5;
using sloped = dual<dual_inputs>;

/// `figure` times the variable `i`, whose value is 1: its slope is d figure / d ln input.
template <class Q> void vary(sourced<Q>& figure, std::size_t i) {
    if (figure.known()) figure.value = Q::from_value(figure.value.value() * variable<dual_inputs>(1.0, i));
}

inline prediction<sloped> predict_sloped(const deployment<>& d, const workload& w) {
    gambrel::device<sloped> board = as<sloped>(d.device);
    gambrel::runtime<sloped> software = as<sloped>(d.runtime);
    vary(board.memory.bandwidth, 0);
    auto& p = board.peak;
    for (auto* rate : {&p.fp64, &p.fp32, &p.tf32, &p.bf16, &p.fp16, &p.fp8, &p.fp6, &p.fp4, &p.int8, &p.int4})
        vary(*rate, 1);
    vary(board.scale_up.per_direction, 2);
    vary(board.power.limit, 3);
    auto& h = software.host;
    for (auto* time : {&h.per_step, &h.per_plan, &h.per_kernel, &h.per_sequence, &h.per_request, &h.per_prompt_token,
                       &h.per_message, &h.per_eager_kernel})
        vary(*time, 4);
    const deployment<sloped> other(d.model, board, software, d.cut, d.formats, as<sloped>(d.constants), d.adapter,
                                   d.speculation);
    return predict(other, w);
}
}  // namespace detail

/// Of `d` under `w`, one for each input in the order of `varied_input`. Throws `error` for a value out of range and where `d`
/// cannot be.
inline std::array<elasticity, varied_inputs> elasticities_of(const deployment<>& d, const workload& w) {
    const prediction<detail::sloped> at = detail::predict_sloped(d, w);
    if (!at.ok()) fail("a deployment that cannot be has no elasticities: predict says why");
    std::array<elasticity, varied_inputs> all{};
    const auto slope = [](const auto& figure, std::size_t i) {
        const detail::sloped x = figure.value.value();
        return x.value != 0.0 ? x.slope[i] / x.value : 0.0;
    };
    for (std::size_t i = 0; i < detail::dual_inputs; ++i)
        all[i] = {static_cast<varied_input>(i),
                  slope(at.ttft, i),
                  slope(at.tpot, i),
                  slope(at.latency, i),
                  slope(at.request_throughput, i),
                  slope(at.output_throughput, i)};
    constexpr double step = 1e-4;
    const auto differ = [&](varied_input which, auto&& change) {
        workload less = w, more = w;
        change(less, 1.0 - step);
        change(more, 1.0 + step);
        const prediction<> low = predict(d, less), high = predict(d, more);
        elasticity e{.input = which};
        if (low.ok() && high.ok()) {
            const double between = std::log1p(step) - std::log1p(-step);
            const auto of = [&](const auto& a, const auto& b) {
                return a.value.value() > 0.0 ? std::log(b.value / a.value) / between : 0.0;
            };
            e = {which,
                 of(low.ttft, high.ttft),
                 of(low.tpot, high.tpot),
                 of(low.latency, high.latency),
                 of(low.request_throughput, high.request_throughput),
                 of(low.output_throughput, high.output_throughput)};
        }
        all[static_cast<std::size_t>(which)] = e;
    };
    differ(varied_input::prompt, [](workload& x, double f) { x.prompt = x.prompt.mean() * f; });
    differ(varied_input::output, [](workload& x, double f) { x.output = larger(1.0, x.output.mean() * f); });
    differ(varied_input::load, [](workload& x, double f) {
        if (x.open_loop()) x.rate = x.rate * f;
        else x.concurrency = larger(1.0, x.concurrency * f);
    });
    return all;
}
}  // namespace gambrel
