// SPDX-License-Identifier: Apache-2.0
// A device that no catalog has, from its datasheet: ten lines. Peaks are dense, links count one direction, and what
// you leave out is absent, not zero. The class chooses the efficiency constants until somebody measures the device.
#include <fmt/format.h>
#include <gambrel/gambrel.hpp>
#include <gambrel/hardware/catalog/nvidia_datacenter.hpp>
#include <gambrel/model/catalog/llama.hpp>
#include <gambrel/runtime/catalog/vllm.hpp>
#include <gambrel/units_io.hpp>

using namespace gambrel;
using namespace gambrel::literals;

// [device]
constexpr device<> accelerator{
    .name = "my-accelerator",
    .kind = device_class::datacenter_gpu,
    .memory = {.capacity = 128_GiB, .bandwidth = 4_TB_per_s, .kind = memory_kind::hbm},
    .peak = {.bf16 = 800_TFLOP_per_s, .fp8 = 1600_TFLOP_per_s},
    .scale_up = {.kind = fabric::ethernet, .per_direction = 300_GB_per_s, .devices = 8},
    .power = {.limit = 600_W},
};
// [device]

int main() {
    constexpr workload chat{.prompt = 1500, .output = 300, .concurrency = 32};
    fmt::print("{:<20}{:>14}{:>30}{:>28}\n", "Llama 3.1 70B", "ridge point", "TPOT (80 % range)", "per device");
    for (const device<>* d : {&accelerator, &catalog::h100_sxm}) {
        const deployment setup{catalog::llama_3_1_70b, *d, catalog::vllm, {.tensor = 4}};
        const prediction<> p = predict(setup, chat);
        const intensity<> ridge_point = d->peak.bf16.value / d->memory.bandwidth.value;
        fmt::print("4 x {:<16}{:>14}{:>30}{:>28}\n", d->name.view(), to_string(ridge_point), to_string(p.tpot),
                   to_string(p.output_per_device));
    }
}
