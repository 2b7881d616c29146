// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Where a model that one device does not hold runs under llama.cpp with the rest of it in the host's memory, and how fast:
/// one sentence. Evidence: tests/ask/fit_test.cpp.

#include <gambrel/ask/words.hpp>
#include <gambrel/hardware/catalog.hpp>
#include <gambrel/placement/times.hpp>
#include <gambrel/serving/deployment.hpp>

namespace gambrel::ask {

/// A host where nothing is said of it.
inline constexpr const char* assumed_cpu = "ryzen-7950x";
inline constexpr bytes<> assumed_ram = gibibytes(64);

/// "43 of 81 layers there, the others in 64 GiB beside a ryzen-7950x (assumed), would work, at 1.8 tok/s (1.5 to 2.2):
/// gambrel fit"; empty where a device of `d` has no memory of its own, or that does not work either.
inline std::string with_host(const deployment<>& d, double tokens) {
    const bool one_memory = d.device.kind == device_class::cpu || shares_memory_with_host(d.device);
    const device<>* cpu = find_device(assumed_cpu);
    if (one_memory || d.runtime.memory.micro_batch <= 0.0 || d.cut.devices() != 1 || cpu == nullptr) return "";
    const placement::machine on({d.device}, d.runtime, *cpu, assumed_ram);
    const placement::stored_model stored = placement::stored_in(d.model, d.resolved_formats().weights);
    const placement::fitted f = placement::fit(on, d.model, stored,
                                               {.context = tokens,
                                                .ub = d.runtime.memory.micro_batch,
                                                .kv = d.formats.kv,
                                                .outputs = d.runtime.memory.outputs,
                                                .flash_attention = !d.runtime.memory.stores_scores});
    if (!f.runs() || f.at.all_on_devices()) return "";
    placement::pass_clock clock(on, d.model, stored, f.with);
    const figure<token_rate<>> speed = inverse(tokens_of(1.0), placement::with_spread(clock.decode(f.at, tokens)));
    const std::size_t layers = f.at.layers.size();
    std::string what = std::to_string(f.at.gpu_layers()) + " of " + std::to_string(layers + 1) + " layers there";
    if (f.at.gpu_layers() == static_cast<int>(layers) + 1)
        what = "all there but experts of " + std::to_string(f.at.partly_on_host()) + " of " + std::to_string(layers) +
               " layers";
    return what + " and the rest in the host's memory (" + to_string_binary(assumed_ram) + " and a " + assumed_cpu +
           " assumed) would work, at " + number(speed.value.value(), 2) + " tok/s (" + number(speed.low.value(), 2) +
           " to " + number(speed.high.value(), 2) + "): gambrel fit";
}
}  // namespace gambrel::ask
