// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The columns of a sweep, as numbers: figures (double) and codes (small whole numbers), by name, with the unit in the
/// name.
///
/// NaN stands for "no such figure" and nothing else: in every figure of a row whose `status` is not 0, but for those of
/// memory where memory was worked out; in costs where no rent is known, in energy where no power limit is. `status` is
/// 0 or the obstacle (step/obstacle.hpp); bounds are those of roofline/roof.hpp, -1 where there is no figure.
/// Evidence: tests/planning/sweep_test.cpp (each column against the prediction, the cost and the energy it names).

#include <array>
#include <cstdint>
#include <gambrel/economics/cost.hpp>
#include <gambrel/economics/energy.hpp>
#include <gambrel/model/is_dense.hpp>
#include <gambrel/numeric/enum_table.hpp>
#include <gambrel/serving/deployment.hpp>
#include <gambrel/serving/objective.hpp>
#include <gambrel/serving/prediction.hpp>
#include <limits>
#include <optional>
#include <string_view>

namespace gambrel {

enum class sweep_column : unsigned char {
    ttft,
    ttft_low,
    ttft_high,
    tpot,
    tpot_low,
    tpot_high,
    latency,
    latency_low,
    latency_high,
    requests,
    requests_low,
    requests_high,
    output,
    output_low,
    output_high,
    output_per_device,
    output_per_user,
    prompt,
    total,
    usd_output,
    usd_input,
    usd_blended,
    joules,
    board_power,
    memory_weights,
    memory_for_kv,
    kv_per_token,
    shortfall,
    start_probability,
    most_sequences,
    running,
    waiting,
    batch,
    mfu,
    mbu,
    utilisation,
    prompt_share
};
// clang-format off
inline constexpr std::array<std::string_view, 37> sweep_column_names{
    "ttft_s", "ttft_low_s", "ttft_high_s", "tpot_s", "tpot_low_s", "tpot_high_s",
    "latency_s", "latency_low_s", "latency_high_s", "requests_per_s", "requests_low_per_s", "requests_high_per_s",
    "output_tokens_per_s", "output_tokens_low_per_s", "output_tokens_high_per_s", "output_tokens_per_s_per_device",
    "output_tokens_per_s_per_user", "prompt_tokens_per_s", "total_tokens_per_s", "usd_per_million_output_tokens",
    "usd_per_million_input_tokens", "usd_per_million_tokens_blended", "joules_per_output_token", "board_power_w",
    "memory_weights_bytes", "memory_for_kv_bytes", "kv_bytes_per_token", "shortfall_bytes", "start_probability",
    "most_sequences",
    "running", "waiting", "batch", "mfu", "mbu", "utilisation", "prompt_share"};
// clang-format on
inline constexpr std::size_t sweep_column_count = sweep_column_names.size();
static_assert(!detail::is_enumerator<sweep_column, static_cast<sweep_column>(sweep_column_count)>(),
              "sweep_column has a value without a name");

enum class sweep_code : unsigned char { devices, status, tpot_bound, ttft_bound, meets_objective };
inline constexpr std::array<std::string_view, 5> sweep_code_names{"devices", "status", "tpot_bound", "ttft_bound",
                                                                  "meets_objective"};
inline constexpr std::size_t sweep_code_count = sweep_code_names.size();
static_assert(!detail::is_enumerator<sweep_code, static_cast<sweep_code>(sweep_code_count)>(),
              "sweep_code has a value without a name");

constexpr std::string_view name_of(sweep_column c) { return sweep_column_names[static_cast<std::size_t>(c)]; }
constexpr std::string_view name_of(sweep_code c) { return sweep_code_names[static_cast<std::size_t>(c)]; }

/// What cost and energy depend on besides the prediction, looked up once for each deployment.
struct sweep_bill {
    double devices = 1.0;
    std::optional<rental<>> rent{};  ///< per device
    const power_law* law = nullptr;  ///< absent where no power limit is known
    watts<> limit{};
    sourced<watts<>> idle{};
    power_overhead around{};
    watts<> design_limit{};  ///< the limit it is sold with; zero: `limit`
    bool experts = false;
};

inline sweep_bill bill_of(const deployment<>& d, const std::optional<rental<>>& rent, const power_overhead& around) {
    const auto& power = d.device.power;
    return {.devices = static_cast<double>(d.cut.devices()),
            .rent = rent,
            .law = power.limit.known() ? &power_law_of(d.device.architecture) : nullptr,
            .limit = power.limit.value,
            .idle = power.idle,
            .around = around,
            .experts = !is_dense(d.model)};
}

/// All columns of one row.
class sweep_row {
public:
    double& at(sweep_column c) { return figures_[static_cast<std::size_t>(c)]; }
    std::int32_t& at(sweep_code c) { return codes_[static_cast<std::size_t>(c)]; }
    double at(sweep_column c) const { return figures_[static_cast<std::size_t>(c)]; }
    std::int32_t at(sweep_code c) const { return codes_[static_cast<std::size_t>(c)]; }

    /// Fills every column from `p`. Throws `error` where the cost or the energy has a value out of range.
    void fill(const prediction<>& p, const sweep_bill& bill, const objective& limits) {
        at(sweep_code::devices) = static_cast<std::int32_t>(bill.devices);
        at(sweep_code::status) = static_cast<std::int32_t>(p.verdict.what);
        at(sweep_code::meets_objective) = meets(p, limits) ? 1 : 0;
        if (!p.ok()) figures_.fill(no_figure);
        if (p.ok() || p.memory.capacity > bytes<>{}) put_memory(p.memory);
        at(sweep_code::tpot_bound) = p.ok() && p.has_tpot() ? static_cast<std::int32_t>(p.tpot_bound().first) : -1;
        at(sweep_code::ttft_bound) = p.ok() ? static_cast<std::int32_t>(p.ttft_bound().first) : -1;
        if (!p.ok()) return;
        put_times(p);
        put_cost(p, bill);
        put_energy(p, bill);
    }

private:
    using column = sweep_column;
    static constexpr double no_figure = std::numeric_limits<double>::quiet_NaN();

    template <class Figure> void put(column value, column low, column high, const Figure& f) {
        at(value) = f.value.value();
        at(low) = f.low.value();
        at(high) = f.high.value();
    }
    void put_times(const prediction<>& p) {
        put(column::ttft, column::ttft_low, column::ttft_high, p.ttft);
        put(column::tpot, column::tpot_low, column::tpot_high, p.tpot);
        if (!p.has_tpot())  // outputs of one token
            for (const column c : {column::tpot, column::tpot_low, column::tpot_high}) at(c) = no_figure;
        put(column::latency, column::latency_low, column::latency_high, p.latency);
        put(column::requests, column::requests_low, column::requests_high, p.request_throughput);
        put(column::output, column::output_low, column::output_high, p.output_throughput);
        at(column::output_per_device) = p.output_per_device.value.value();
        at(column::output_per_user) = p.has_tpot() ? p.output_per_user.value.value() : no_figure;
        at(column::prompt) = p.prompt_throughput.value.value();
        at(column::total) = p.total_throughput.value.value();
        at(column::running) = p.running;
        at(column::waiting) = p.waiting;
        at(column::batch) = p.batch;
        at(column::mfu) = p.mfu;
        at(column::mbu) = p.mbu;
        at(column::utilisation) = p.utilisation;
        at(column::prompt_share) = p.prompt_share;
    }
    void put_memory(const memory_fit& m) {
        at(column::memory_weights) = m.weights.value();
        at(column::memory_for_kv) = m.for_kv.value();
        at(column::kv_per_token) = m.kv_per_token.value();
        at(column::shortfall) = m.shortfall.value();
        at(column::start_probability) = m.start.probability;
        at(column::most_sequences) = math::floor(m.most_sequences);
    }
    void put_cost(const prediction<>& p, const sweep_bill& bill) {
        for (const column c : {column::usd_output, column::usd_input, column::usd_blended}) at(c) = no_figure;
        if (!bill.rent) return;
        const token_cost cost =
            cost_per_token({bill.devices, *bill.rent, p.prompt_throughput, p.output_throughput, p.prompt_share});
        at(column::usd_output) = cost.output.value / dollars_per_million_tokens(1);
        at(column::usd_input) = cost.input.value / dollars_per_million_tokens(1);
        at(column::usd_blended) = cost.blended.value / dollars_per_million_tokens(1);
    }
    void put_energy(const prediction<>& p, const sweep_bill& bill) {
        at(column::joules) = at(column::board_power) = no_figure;
        if (bill.law == nullptr) return;
        const auto power =
            board_power(bill.limit, *bill.law, activity_of(p, bill.experts), bill.idle, bill.design_limit);
        at(column::board_power) = power.value.value();
        at(column::joules) = energy_per_token(bill.devices, power, p.output_throughput, bill.around).value.value();
    }

    std::array<double, sweep_column_count> figures_{};
    std::array<std::int32_t, sweep_code_count> codes_{};
};
}  // namespace gambrel
