// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What to do about a suspect of a diagnosis: first what to look at on the server, for a fault is mended and not worked around;
/// then the changes of the catalogue that act on the same term, in the order in which they act on it most directly.
/// Evidence: tests/ask/write_up_test.cpp.

#include <gambrel/ask/advice/catalogue.hpp>
#include <gambrel/diagnosis/suspect.hpp>

namespace gambrel::ask {

struct remedy {
    suspect of = suspect::host;
    std::string_view look{};  ///< at what, on the server
    std::array<std::string_view, 4> changes{};
};

// clang-format off
inline constexpr std::array<remedy, suspect_count> remedies{{
    {suspect::host, "a profile of the host (py-spy), other work on its cores, the power governor of its processor",
     {"graphs", "async_scheduling", "newer_server", "frontend_processes"}},
    {suspect::eager, "--enforce-eager and its like in the launch line; \"Graph capturing finished\" in the start-up log", {"graphs"}},
    {suspect::gemm, "the kernels of products by name (nsys), and the clocks under load", {"fp8_weights", "int8_weights", "int4_weights", "newer_server"}},
    {suspect::dequantisation, "kernels that unpack weights by name (nsys): the server has none that multiplies them packed here",
     {"fp8_weights", "int8_weights", "newer_server"}},
    {suspect::experts, "the kernel of the experts by name (nsys), and whether it is tuned for this device",
     {"balanced_experts", "expert_ranks", "newer_server"}},
    {suspect::prefill_attention, "the attention backend that the start-up log names", {"newer_server", "shorter_prompts"}},
    {suspect::decode_attention, "the attention backend that the start-up log names", {"fp8_cache", "newer_server"}},
    {suspect::elementwise, "whether the compiler of the server ran (its start-up log), and kernels by name (nsys)", {"newer_server"}},
    {suspect::messages, "links between the devices (nvidia-smi topo -m, nccl-tests)", {"fewer_ranks", "stages"}},
    {suspect::clocks, "why the clocks are low: nvidia-smi -q -d PERFORMANCE,CLOCK,POWER", {}},
    {suspect::bandwidth, "other work on the device's memory, and its errors: nvidia-smi -q -d ECC", {}},
    {suspect::frontend, "the frontend's process at its limit (top), the network, a proxy before it", {"frontend_processes", "stream_interval"}},
    {suspect::cache_room, "the room that the start-up log prints, and what else holds memory: nvidia-smi",
     {"more_memory", "fp8_cache", "more_ranks", "fp8_weights"}},
    {suspect::slots, "the slots that the launch line sets", {"more_slots"}},
    {suspect::token_budget, "the token budget that the launch line sets", {"larger_budget", "smaller_budget", "chunked_prefill"}},
    {suspect::cached_prompts, "whether the prompts of the benchmark repeat: nothing is slow by it", {}},
    {suspect::clients, "the client: its processes, its connections, its rate", {}},
}};
// clang-format on

constexpr const remedy& remedy_of(suspect s) {
    for (const remedy& r : remedies)
        if (r.of == s) return r;
    return remedies.front();
}
}  // namespace gambrel::ask
