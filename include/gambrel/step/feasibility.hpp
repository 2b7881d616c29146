// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Whether a deployment can exist at all, and if not, by how much and what would. An answer, not an exception.
///
///     heads, widths: tensor ranks must divide query heads and widths; key-value heads divide or are divided
///     experts:       expert ranks divide the experts and the tensor x data ranks
///     layers:        at least one per pipeline stage
///     formats:       the device has the multiply, or the runtime widens the weights on the way (weight only)
///     context:       prompt and output stay within what the model was made for
///     memory:        weights and one request fit (step/memory_fit.hpp); a device sold without memory must state it

#include <gambrel/hardware/device.hpp>
#include <gambrel/model/matrices.hpp>
#include <gambrel/operators/parallelism.hpp>
#include <gambrel/operators/precision.hpp>
#include <gambrel/runtime/runtime.hpp>
#include <gambrel/step/resolved_formats.hpp>

namespace gambrel {

// clang-format off
enum class obstacle : unsigned char {
    none, heads_not_divisible, width_not_divisible, too_many_stages, no_experts, experts_not_divisible,
    ranks_not_divisible, format_not_on_device, format_not_in_runtime, device_not_in_runtime,
    devices_not_linked, capacity_unknown, context_too_long, no_images, does_not_fit, unstable
};
// clang-format on

constexpr std::string_view name_of(obstacle o) {
    // clang-format off
    constexpr std::array<std::string_view, 16> names{
        "none", "heads not divisible", "width not divisible", "too many stages", "no experts", "experts not divisible",
        "ranks not divisible", "format not on device", "format not in runtime", "device not in runtime",
        "devices not linked", "capacity unknown", "context too long", "no images", "does not fit", "unstable"};
    // clang-format on
    return names[static_cast<std::size_t>(o)];
}

struct feasibility {
    obstacle what = obstacle::none;
    double have = 0;        ///< what was asked for
    double limit = 0;       ///< what it must divide, or what there is
    double suggestion = 0;  ///< the nearest value that works, 0 when none does
    text<16> format{};      ///< of a format obstacle
    text<16> instead{};     ///< a format that works
    bytes<> shortfall{};    ///< of a memory obstacle, on one device

    constexpr bool ok() const { return what == obstacle::none; }
};

namespace detail {
constexpr bool divides(count ranks, count n) { return n % ranks == 0; }

/// 0 when `ranks` can cut every layer; else the count it does not divide.
constexpr count undivided(const architecture& m, count ranks, bool& is_heads) {
    for (const layer_group& g : m) {
        const layer& l = g.layer;
        is_heads = true;
        if (l.attention.present()) {
            if (!divides(ranks, l.attention.query_heads)) return l.attention.query_heads;
            const count kv = l.attention.kv_heads;
            if (!divides(ranks, kv) && !divides(kv, ranks)) return kv;
        }
        if (l.latent.present() && !divides(ranks, l.latent.heads)) return l.latent.heads;
        if (l.state_space.heads > 0 && !divides(ranks, l.state_space.heads)) return l.state_space.heads;
        if (l.linear.present() && !divides(ranks, l.linear.value_heads)) return l.linear.value_heads;
        is_heads = false;
        if (l.state_space.present() && !divides(ranks, l.state_space.inner)) return l.state_space.inner;
        if (l.feed_forward.present() && !divides(ranks, l.feed_forward.width)) return l.feed_forward.width;
        if (l.experts.shared_width > 0 && !divides(ranks, l.experts.shared_width)) return l.experts.shared_width;
    }
    return 0;
}

/// What keeps `cut` from sharing out the experts of `m`; suggests nothing.
constexpr feasibility undivided_experts(const architecture& m, const parallelism& cut) {
    const auto asked = static_cast<double>(cut.expert), ranks = static_cast<double>(cut.expert_ranks());
    bool any = false;
    for (const layer_group& g : m) {
        const experts_block& e = g.layer.experts;
        if (!e.present()) continue;
        any = true;
        if (!divides(cut.expert, e.experts))
            return {obstacle::experts_not_divisible, asked, static_cast<double>(e.experts)};
        if (!divides(cut.expert, cut.expert_ranks())) return {obstacle::ranks_not_divisible, asked, ranks};
        if (!divides(cut.ranks_per_expert(), e.width))
            return {obstacle::width_not_divisible, static_cast<double>(cut.ranks_per_expert()),
                    static_cast<double>(e.width)};
    }
    if (!any && cut.expert > 1) return {obstacle::no_experts, asked};
    return {};
}
}  // namespace detail

/// Whether `cut` divides `m`. Positive cuts only; a cut below 1 throws.
constexpr feasibility check_parallelism(const architecture& m, const parallelism& cut) {
    for (const int n : {cut.tensor, cut.pipeline, cut.data, cut.expert, cut.replicas})
        checked(static_cast<double>(n), 1.0, 65536.0, "a degree of parallelism");
    feasibility f;
    bool is_heads = true;
    if (const count n = detail::undivided(m, cut.tensor, is_heads); n > 0) {
        f = {is_heads ? obstacle::heads_not_divisible : obstacle::width_not_divisible, static_cast<double>(cut.tensor),
             static_cast<double>(n)};
        for (count t = cut.tensor - 1; t >= 1; --t)
            if (detail::undivided(m, t, is_heads) == 0) {
                f.suggestion = static_cast<double>(t);
                break;
            }
        return f;
    }
    if (m.layers() < cut.pipeline)
        return {obstacle::too_many_stages, static_cast<double>(cut.pipeline), static_cast<double>(m.layers()),
                static_cast<double>(m.layers())};
    f = detail::undivided_experts(m, cut);
    if (f.ok()) return f;
    parallelism other = cut;
    int& degree = f.what == obstacle::width_not_divisible ? other.tensor : other.expert;
    const int asked = degree;
    for (int away = 1; away < cut.expert_ranks() + asked && f.suggestion == 0.0; ++away)
        for (const int n : {asked - away, asked + away}) {
            degree = n;
            if (n < 1 || n > cut.expert_ranks() || f.suggestion > 0.0) continue;
            if (detail::undivided(m, other.tensor, is_heads) == 0 && detail::undivided_experts(m, other).ok())
                f.suggestion = static_cast<double>(n);
        }
    return f;
}

/// The best 8-bit (or wider) format `d` multiplies in natively.
template <class Y> constexpr text<16> native_format(const device<Y>& d) {
    if (d.peak.fp8.known()) return "fp8";
    if (d.peak.int8.known()) return "int8";
    return d.peak.bf16.known() ? "bf16" : d.peak.fp16.known() ? "fp16" : "fp32";
}

/// Whether `runtime` runs on the vendor of `d`.
template <class Y, class X> constexpr bool runs_on(const runtime<X>& r, const device<Y>& d) {
    if (d.kind == device_class::cpu) return r.devices.cpu;
    switch (d.vendor) {
        case vendor::nvidia: return r.devices.nvidia;
        case vendor::amd: return r.devices.amd;
        case vendor::intel: return r.devices.intel;
        case vendor::google: return r.devices.google;
        case vendor::aws: return r.devices.aws;
        case vendor::apple: return r.devices.apple;
        case vendor::huawei: return r.devices.huawei;
        case vendor::other: break;
    }
    return true;  // a device of the caller's own: not ours to forbid
}

/// Whether every format of `p` runs on `d` under `software`.
template <class Y>
constexpr feasibility check_formats(const precision& p, const device<Y>& d, const runtime<Y>& software) {
    feasibility f;
    if (!runs_on(software, d)) {
        f.what = obstacle::device_not_in_runtime;
        return f;
    }
    const auto& can = software.formats;
    for (const weight_part part : {weight_part::attention, weight_part::feed_forward, weight_part::experts,
                                   weight_part::shared_experts, weight_part::state, weight_part::head}) {
        const storage_format s = resolved(p.weights.of(part), d);
        if (!multiplies(d, s.issue)) {
            f.what = obstacle::format_not_on_device;
            f.format = s.name;
            f.instead = native_format(d);
            return f;
        }
        const bool supported = s.gguf                                  ? can.gguf
                               : s.issue == multiply::as_8_bit_float   ? can.fp8
                               : s.issue == multiply::as_4_bit_float   ? can.fp4
                               : s.issue == multiply::as_8_bit_integer ? can.int8
                               : s.bits < 16.0                         ? can.int4 || can.gguf
                                                                       : true;
        if (!supported) {
            f.what = obstacle::format_not_in_runtime;
            f.format = s.name;
            f.instead = "bf16";
            return f;
        }
    }
    if (p.kv.issue == multiply::as_8_bit_float && !can.fp8_kv) {
        f.what = obstacle::format_not_in_runtime;
        f.format = p.kv.name;
        f.instead = "bf16";
    }
    return f;
}
}  // namespace gambrel
