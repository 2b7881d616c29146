// SPDX-License-Identifier: Apache-2.0
// A model of your own, before it is trained: layers as counts. Cost does not depend on the order of layers, so
// "three local layers, then one global" is two groups.
#include <fmt/format.h>
#include <gambrel/gambrel.hpp>
#include <gambrel/hardware/catalog/nvidia_workstation.hpp>
#include <gambrel/runtime/catalog/vllm.hpp>
#include <gambrel/units_io.hpp>

using namespace gambrel;

constexpr architecture model_with_window(count window) {
    // [model]
    constexpr count hidden = 3072;
    architecture m{.name = "mine-6b",
                   .hidden = hidden,
                   .vocabulary = 131072,
                   .tied_embedding = true,
                   .final_norm_parameters = hidden,
                   .most_context = 131072};
    layer global{.attention = {.query_heads = 24, .kv_heads = 8, .head_dim = 128, .rotary_dim = 128},
                 .feed_forward = {.width = 12288},
                 .norm_parameters = 2 * hidden};
    layer local = global;
    local.attention.window = window;  // 0: attends to everything
    m.add(30, local);
    m.add(10, global);
    // [model]
    return m;
}
constexpr architecture mine = model_with_window(1024);
constexpr architecture without_windows = model_with_window(0);

// What a block costs is known before anything runs.
static_assert(parameter_count(mine) == parameter_count(without_windows));
static_assert(kv_bytes(without_windows, 32768) > 3.0 * kv_bytes(mine, 32768));

int main() {
    fmt::print("{}: {} parameters, {} in bf16\n", mine.name.view(), parameter_count(mine),
               to_string(weight_bytes(mine, mine.stored)));
    for (const architecture* m : {&mine, &without_windows}) {
        const deployment setup{*m, catalog::l40s, catalog::vllm, {.tensor = 1}};
        const prediction<> p = predict(setup, {.prompt = 32000, .output = 500, .concurrency = 16});
        fmt::print("{:<18} KV of 32,768 tokens {:>8}   {:>2.0f} of 16 requests fit   {}\n",
                   m == &mine ? "window 1024" : "global everywhere", to_string(kv_bytes(*m, 32768)), p.running,
                   to_string(p.output_throughput));
    }
}
