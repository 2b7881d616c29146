// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The deployments that the tests of this room ask about.

#include <gambrel/ask/answer.hpp>
#include <gambrel/hardware/catalog.hpp>
#include <gambrel/model/catalog.hpp>
#include <gambrel/runtime/catalog.hpp>

namespace gambrel::ask {

inline question asked(std::string_view model, std::string_view device, const parallelism& cut,
                      const storage_format& weights, std::string_view runtime = "vllm") {
    return {.what = {model_named(model),
                     device_named(device),
                     runtime_named(runtime),
                     cut,
                     {.weights = linear_layers_in(weights), .kv = formats::fp8}},
            .load = {.prompt = 2048, .output = 256, .concurrency = 64},
            .others = all_runtimes};
}

/// Llama-3.1-70B in fp8 on four H100 under vLLM: the flagship.
inline question flagship() { return asked("llama-3.1-70b", "h100-sxm", {.tensor = 4}, formats::fp8); }
}  // namespace gambrel::ask
