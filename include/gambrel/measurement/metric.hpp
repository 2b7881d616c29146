// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The figures that measured rows hold, and their units. Evidence: tests/measurement/measured_test.cpp.

#include <array>
#include <cstddef>
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
};
inline constexpr std::size_t metric_count = 14;

constexpr std::string_view name_of(metric m) {
    constexpr std::array<std::string_view, metric_count> names{"TTFT",
                                                               "TPOT",
                                                               "ITL",
                                                               "latency",
                                                               "output tok/s",
                                                               "total tok/s",
                                                               "output tok/s/device",
                                                               "total tok/s/device",
                                                               "decode tok/s/user",
                                                               "decode tok/s",
                                                               "prompt tok/s",
                                                               "requests/s",
                                                               "board W",
                                                               "J/output tok"};
    return names[static_cast<std::size_t>(m)];
}
/// The unit of `measured_row::value`.
constexpr std::string_view unit_of(metric m) {
    constexpr std::array<std::string_view, metric_count> units{
        "s", "s", "s", "s", "tok/s", "tok/s", "tok/s", "tok/s", "tok/s", "tok/s", "tok/s", "req/s", "W", "J/tok"};
    return units[static_cast<std::size_t>(m)];
}
}  // namespace gambrel
