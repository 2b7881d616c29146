// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What each device and the host hold under a split, in bytes, as llama.cpp allocates it when it starts.
///
///     device   weights kept there + keys and values of its layers + compute buffer (step/ggml_memory.hpp)
///     compute  where any weight that a large batch multiplies lies in the host's memory: and a copy of the largest one
///     host     token embedding + the other weights + their keys and values + inputs, mask, logits
///     window   layers with a window keep ceil256(window + ub) tokens of the context
///
/// What a device lets llama.cpp have is `visible` less the driver's context (runtime/memory_policy.hpp). Weights that are
/// mapped from the file lie in the host's page cache, those copied to a device included, until it needs the room: they
/// are counted once. Evidence: tests/placement/placement_test.cpp.

#include <gambrel/model/kv_cache.hpp>
#include <gambrel/placement/layer_split.hpp>
#include <gambrel/step/ggml_memory.hpp>

namespace gambrel::placement {

/// What llama.cpp is started with.
struct settings {
    double context = 4096;  ///< tokens of all sequences (-c)
    double ub = 512;        ///< tokens computed at once (-ub)
    storage_format kv = formats::fp16;
    ggml_outputs outputs = ggml_outputs::every_2024;
    bool flash_attention = true;
    bool rolling_windows = true;
};

struct held {
    double weights = 0, kv = 0, compute = 0;

    constexpr double total() const { return weights + kv + compute; }
};

struct memory_use {
    std::vector<held> devices{};
    held host{};
};

/// Keys and values of one layer like `l`.
constexpr double kv_of_layer(const layer& l, const settings& s) {
    const auto window = static_cast<double>(l.attention.window);
    double tokens = ggml_context(s.context);
    if (s.rolling_windows && l.attention.present() && window > 0.0)
        tokens = smaller(tokens, ggml_context(window + s.ub));
    return static_cast<double>(kv_elements_per_token(l)) * s.kv.bytes_per_element() * tokens;
}

inline memory_use memory_of(const architecture& m, const stored_model& stored, const layer_split& at, const settings& s,
                            std::size_t devices) {
    memory_use use{.devices = std::vector<held>(devices)};
    double largest = 0.0;
    std::array<double, most_layer_groups> kv{};
    for (std::size_t g = 0; g < m.group_count; ++g) kv[g] = kv_of_layer(m.groups[g].layer, s);
    const auto on = [&](int d) -> held& { return d == on_host ? use.host : use.devices[static_cast<std::size_t>(d)]; };
    for (std::size_t i = 0; i < stored.layers.size(); ++i) {
        const layer_bytes& l = stored.layers[i];
        const layer_place& p = at.layers[i];
        const double kept = p.device == on_host ? l.all() : kept_bytes(l, p.keeps);
        on(p.device).weights += kept;
        use.host.weights += l.all() - kept;
        on(at.kv_on_host ? on_host : p.device).kv += kv[l.group];
        if (p.device == on_host || p.keeps != kept::all) largest = larger(largest, l.largest());
    }
    use.host.weights += stored.embedding;
    if (at.output != on_host) on(at.output).weights += stored.head;
    else {
        use.host.weights += stored.tied ? 0.0 : stored.head;
        largest = larger(largest, stored.head);
    }
    const double compute = ggml_compute_buffer(m, s.outputs, s.flash_attention, s.ub, s.context).value() + largest;
    for (held& d : use.devices) d.compute = compute;
    use.host.compute = ggml_host_buffer(m, s.ub, s.context).value() + ggml_output_buffer(m).value();
    return use;
}
}  // namespace gambrel::placement
