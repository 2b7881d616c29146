// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A whole run: its steps, hours, dollars, energy and carbon.
///
///     steps   = tokens / tokens of a batch (rounded up)         tokens left open: 20 of each parameter (Hoffmann et al.)
///     seconds = steps x larger(step, data loading) / goodput                 loading reads ahead: the slower of the two
///     device-hours, dollars = devices x hours, x rental       energy = devices x board power x server x PUE x busy hours
///
/// Runs of RLHF and DPO are sums: of generation (tokens that a serving prediction delivers a second) and of steps, each of
/// its own model; `stage` holds one and `total` adds them. Board power is economics/energy.hpp's, at the share of the peak
/// that a step reaches: boards that train draw most of their limit; while they wait for data they idle. Ranges are those of the step's time alone.
/// Sources: Chinchilla (arXiv 2203.15556) for 20; DPO (2305.18290): a step computes policy and a frozen reference, 4/3 of a
/// step's work. Evidence: tests/training/run_test.cpp.

#include <gambrel/economics/footprint.hpp>
#include <gambrel/training/failures.hpp>
#include <gambrel/training/predict.hpp>
#include <vector>

namespace gambrel::training {

inline constexpr double compute_optimal_tokens = 20.0;
/// Work of a step of preference optimisation over that of a plain one: a frozen reference runs forward beside.
inline constexpr double preference_step = 4.0 / 3.0;

struct run_terms {
    double tokens = 0;      ///< zero: 20 of each parameter
    double epochs = 1;      ///< times that they are seen
    rental<> per_device{};  ///< zero: not priced
    power_overhead around{};
    energy_emission<> grid{};  ///< zero: not counted
    failure_terms failures{};
    double loader_tokens = 0;  ///< tokens a second that data loading delivers to all devices; zero: as many as asked
    double step_work = 1;      ///< steps that do more than a plain one: preference_step
};

struct run_cost {
    double steps = 0, tokens = 0;
    double devices = 0;
    goodput kept{};
    bool starved = false;  ///< data loading is slower than the step
    figure<seconds<>> time{};
    figure<seconds<>> device_time{};
    figure<dollars<>> price{};
    figure<watts<>> board{};
    figure<joules<>> energy{};  ///< at the meter
    masses<> carbon{};
};

/// Power of one board, of whose time `stepping` is spent in the steps of `p` and the rest waiting for data.
/// Evidence: tests/training/run_test.cpp.
template <class Y>
constexpr figure<watts<>> training_power(const prediction<Y>& p, const job<Y>& j, double stepping = 1.0) {
    if (!j.device.power.limit.known()) return {};
    const double busy = 1.0 - math::plain((p.time.of(part::pipeline) / p.time.total));
    const double seconds = math::plain(p.time.total.value());
    const double computing = smaller(busy, math::plain(p.hfu));
    const double streaming =
        smaller(busy, p.time.traffic / (math::plain(j.device.memory.bandwidth.value.value()) * seconds));
    const auto power_of = [&](const activity& doing) {
        return board_power(watts_of(math::plain(j.device.power.limit.value.value())),
                           power_law_of(j.device.architecture.view()), doing);
    };
    const figure<watts<>> steps = power_of({busy, computing, streaming, !is_dense(j.model)}),
                          rest = power_of({.busy = 0.0});
    const auto mean = [&](const watts<>& a, const watts<>& b) { return a * stepping + b * (1.0 - stepping); };
    return {mean(steps.value, rest.value), mean(steps.low, rest.low), mean(steps.high, rest.high)};
}

/// The run of `j`, predicted as `p`. Evidence: tests/training/run_test.cpp.
inline run_cost cost_of_run(const job<>& j, const prediction<>& p, const run_terms& t) {
    checked(t.tokens, 0.0, 1e18, "the tokens of a run");
    checked(t.epochs, 1e-6, 1e6, "the epochs of a run");
    checked(t.loader_tokens, 0.0, 1e15, "the tokens a second of data loading");
    checked(t.step_work, 0.01, 1e3, "the work of a step over that of a plain one");
    run_cost c;
    c.devices = static_cast<double>(j.layout.devices());
    c.tokens =
        (t.tokens > 0.0 ? t.tokens : compute_optimal_tokens * static_cast<double>(parameter_count(j.model))) * t.epochs;
    c.steps = math::ceil(c.tokens / (j.batch.tokens() * (1.0 - j.recipe.padding)));
    c.kept = goodput_of(t.failures, c.devices);
    const double loading = t.loader_tokens > 0.0 ? j.batch.tokens() / t.loader_tokens : 0.0;
    const auto seconds_of_run = [&](const seconds<>& step) {
        return seconds_of(c.steps * larger(step.value() * t.step_work, loading) * (1.0 + c.kept.lost));
    };
    c.starved = loading > p.step.value.value() * t.step_work;
    c.time = {seconds_of_run(p.step.value), seconds_of_run(p.step.low), seconds_of_run(p.step.high)};
    c.device_time = scaled(c.time, c.devices);
    c.price = {c.device_time.value * t.per_device, c.device_time.low * t.per_device, c.device_time.high * t.per_device};
    const double stepping = p.step.value.value() * t.step_work;
    c.board = training_power(p, j, c.starved ? stepping / loading : 1.0);
    if (c.board.value > watts<>{}) {
        const double site = t.around.server * t.around.pue;
        const joules<> energy = c.device_time.value * c.board.value * site;
        const double wide = math::sqrt(math::pow(math::log(c.board.high / c.board.value), 2.0) +
                                       math::pow(math::log(c.time.high / c.time.value), 2.0));
        c.energy = {energy, energy * math::exp(-wide), energy * math::exp(wide)};
        c.carbon = energy * t.grid;
    }
    return c;
}

/// One stage of a run of several, as reinforcement learning has: generation, scoring, steps.
struct stage {
    figure<seconds<>> time{};
    figure<dollars<>> price{};
};
/// `tokens` generated at `rate` by devices that cost `rent` together.
inline stage generation(double tokens, const figure<token_rate<>>& rate, const rental<>& rent) {
    checked(tokens, 0.0, 1e18, "the tokens to generate");
    const figure<seconds<>> time = inverse(tokens_of(tokens), rate);
    return {time, {time.value * rent, time.low * rent, time.high * rent}};
}
inline stage steps_of(const run_cost& c) { return {c.time, c.price}; }
/// Stages one after the other, their ends added: they share their causes.
inline stage total(const std::vector<stage>& stages) {
    stage all;
    for (const stage& s : stages) {
        all.time = {all.time.value + s.time.value, all.time.low + s.time.low, all.time.high + s.time.high};
        all.price = {all.price.value + s.price.value, all.price.low + s.price.low, all.price.high + s.price.high};
    }
    return all;
}
}  // namespace gambrel::training
