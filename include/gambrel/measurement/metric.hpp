// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The figures that measured rows hold, and their units. Evidence: tests/measurement/measured_test.cpp.

#include <array>
#include <cstddef>
#include <gambrel/numeric/enum_table.hpp>
#include <string_view>

namespace gambrel {

enum class metric : unsigned char {
    ttft,
    tpot,
    itl,
    latency,  ///< seconds
    output_throughput,
    total_throughput,  ///< tokens per second of the deployment; total: prompt and output
    output_per_device,
    total_per_device,  ///< the same of one device
    output_per_user,   ///< 1 / TPOT
    decode_throughput,
    prompt_throughput,   ///< tokens per second of decodes alone, of prompts alone
    request_throughput,  ///< requests per second
    board_power,         ///< watts of one device
    token_energy,        ///< joules per output token, devices only
    step_time,           ///< seconds of a training step
    training_memory,     ///< GiB of a device at the peak of a step
};
/// A metric's key and words, and its unit.
struct metric_row {
    metric value{};
    std::string_view key{}, words{}, unit{};
    std::string_view label{}, colour{};
};
// clang-format off
template <> inline constexpr std::array<metric_row, 16> enum_table<metric>{{
    {metric::ttft, "ttft", "TTFT", "s"},
    {metric::tpot, "tpot", "TPOT", "s"},
    {metric::itl, "itl", "ITL", "s"},
    {metric::latency, "latency", "latency", "s"},
    {metric::output_throughput, "output_throughput", "output tok/s", "tok/s"},
    {metric::total_throughput, "total_throughput", "total tok/s", "tok/s"},
    {metric::output_per_device, "output_per_device", "output tok/s/device", "tok/s"},
    {metric::total_per_device, "total_per_device", "total tok/s/device", "tok/s"},
    {metric::output_per_user, "output_per_user", "decode tok/s/user", "tok/s"},
    {metric::decode_throughput, "decode_throughput", "decode tok/s", "tok/s"},
    {metric::prompt_throughput, "prompt_throughput", "prompt tok/s", "tok/s"},
    {metric::request_throughput, "request_throughput", "requests/s", "req/s"},
    {metric::board_power, "board_power", "board W", "W"},
    {metric::token_energy, "token_energy", "J/output tok", "J/tok"},
    {metric::step_time, "step_time", "training step", "s"},
    {metric::training_memory, "training_memory", "training memory", "GiB"},
}};
// clang-format on
inline constexpr std::size_t metric_count = enum_count<metric>;
/// The unit of `measured_row::value`.
constexpr std::string_view unit_of(metric m) { return detail::row_of(m).unit; }
}  // namespace gambrel
