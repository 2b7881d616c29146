// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Which layers lie on which device and which in the host's memory, and what of a layer that is on a device does not.
///
///     -ngl k         the output and the last k - 1 layers on the devices; to 2025 the last k layers, the output last
///     --n-cpu-moe m  the experts of the first m layers in the host's memory
///     -ts a,b        layers of the devices in these shares, one after the other
///     -nkvo          keys and values in the host's memory, which computes attention
///     -ot            any tensors: `kept` of each layer
///
/// Sources: get_layer_buft_list of llama.cpp's src/llama-model.cpp and the patterns of common/fit.cpp, in llama-cpp-python
/// 0.3.36 (2026). Evidence: tests/placement/placement_test.cpp.

#include <gambrel/error.hpp>
#include <gambrel/numeric/enum_table.hpp>
#include <gambrel/placement/layer_bytes.hpp>
#include <span>

namespace gambrel::placement {

/// What of a layer stays on its device; the rest of it is in the host's memory.
enum class kept : unsigned char { attention, up, up_gate, all };
// clang-format off
}  // namespace gambrel::placement
namespace gambrel {
template <> inline constexpr std::array<enum_row<placement::kept>, 4> enum_table<placement::kept>{{
    {placement::kept::attention, "attention", "all but experts or feed-forward"},
    {placement::kept::up, "up", "all but gate and down"},
    {placement::kept::up_gate, "up_gate", "all but down"},
    {placement::kept::all, "all", "all"},
}};
}  // namespace gambrel
namespace gambrel::placement {
// clang-format on

inline constexpr int on_host = -1;

struct layer_place {
    int device = on_host;
    kept keeps = kept::all;

    constexpr bool operator==(const layer_place&) const = default;
};

struct layer_split {
    std::vector<layer_place> layers{};
    int output = on_host;
    bool kv_on_host = false;

    /// Layers of which anything is in the host's memory.
    int partly_on_host() const {
        int n = 0;
        for (const layer_place& p : layers) n += p.device == on_host || p.keeps != kept::all ? 1 : 0;
        return n;
    }
    int on_devices() const {
        int n = 0;
        for (const layer_place& p : layers) n += p.device != on_host ? 1 : 0;
        return n;
    }
    /// As `-ngl` counts.
    int gpu_layers() const { return on_devices() + (output != on_host ? 1 : 0); }
    bool all_on_devices() const { return partly_on_host() == 0 && output != on_host && !kv_on_host; }
    bool operator==(const layer_split&) const = default;
};

/// Bytes of `l` that stay on the device of its layer.
constexpr double kept_bytes(const layer_bytes& l, kept k) {
    switch (k) {
        case kept::attention: return l.rest;
        case kept::up: return l.rest + l.up;
        case kept::up_gate: return l.rest + l.up + l.gate;
        case kept::all: break;
    }
    return l.all();
}

/// When the output goes to a device: before all layers, or after them (builds to 2025).
enum class output_order : unsigned char { first, last };

/// `-ngl gpu_layers --n-cpu-moe experts_on_host -ts shares` of `m`; no shares: one device.
inline layer_split split_of(const stored_model& m, int gpu_layers, int experts_on_host = 0,
                            std::span<const double> shares = {}, output_order order = output_order::first) {
    const int layers = static_cast<int>(m.layers.size());
    if (gpu_layers < 0) fail("-ngl is " + std::to_string(gpu_layers) + "; it must be 0 at least");
    if (experts_on_host < 0) fail("--n-cpu-moe is " + std::to_string(experts_on_host) + "; it must be 0 at least");
    double all = 0.0;
    for (const double s : shares) {
        if (!(s >= 0.0 && s < 1e12)) fail("a share of the layers is " + std::to_string(s) + "; it must be 0 or more");
        all += s;
    }
    if (!shares.empty() && !(all > 0.0)) fail("all shares of the layers are 0; one of them must be more");
    const int begin = std::max(layers + (order == output_order::first ? 1 : 0) - gpu_layers, 0);
    const int placed = std::min(gpu_layers, layers + 1);
    layer_split s;
    s.layers.resize(static_cast<std::size_t>(layers));
    const auto device_of = [&](int layer) {
        double sum = 0.0;
        for (std::size_t d = 0; d < shares.size(); ++d) {
            sum += shares[d];
            if (static_cast<double>(layer - begin) / placed < sum / all) return static_cast<int>(d);
        }
        return shares.empty() ? 0 : static_cast<int>(shares.size()) - 1;
    };
    for (int i = begin; i < layers; ++i) {
        layer_place& p = s.layers[static_cast<std::size_t>(i)];
        p.device = device_of(i);
        if (i < experts_on_host && m.layers[static_cast<std::size_t>(i)].mixture) p.keeps = kept::attention;
    }
    const bool output = order == output_order::first ? gpu_layers > 0 : gpu_layers > layers;
    if (output) s.output = device_of(layers);
    return s;
}
}  // namespace gambrel::placement
