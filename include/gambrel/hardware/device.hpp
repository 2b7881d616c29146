// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A device as its datasheet states it: what it can multiply per second in each number format, what it can hold
/// and how fast it can read that, how it is linked, what it draws. Peaks are DENSE; bandwidths are per direction.
///
/// A plain aggregate on the scalar `Y`: a device of your own from a datasheet is
///
///     constexpr gambrel::device<> mine{
///         .name = "my-accelerator",
///         .kind = gambrel::device_class::datacenter_gpu,
///         .memory = {.capacity = 96_GiB, .bandwidth = 4_TB_per_s},
///         .peak = {.bf16 = 1000_TFLOP_per_s, .fp8 = 2000_TFLOP_per_s},
///         .power = {.limit = 600_W},
///     };
///
/// What a device achieves of its peaks is not here but in roofline/calibration. Figures: hardware/catalog.

#include <gambrel/error.hpp>
#include <gambrel/hardware/interconnect.hpp>
#include <gambrel/hardware/number_format.hpp>
#include <gambrel/numeric/enum_table.hpp>
#include <gambrel/numeric/math.hpp>

namespace gambrel {

/// Devices whose kernels behave alike share a class of efficiency constants.
enum class device_class : unsigned char {
    datacenter_gpu,
    workstation_gpu,
    consumer_gpu,
    apple,
    cpu,
    tpu,
    neuron,
    gaudi,
    npu,
    embedded
};
enum class vendor : unsigned char { nvidia, amd, intel, google, aws, apple, huawei, other };
enum class memory_kind : unsigned char { unknown, hbm, gddr, lpddr, ddr };
// clang-format off
template <> inline constexpr std::array<enum_row<vendor>, 8> enum_table<vendor>{{
    {vendor::nvidia, "nvidia", "nvidia"},
    {vendor::amd, "amd", "amd"},
    {vendor::intel, "intel", "intel"},
    {vendor::google, "google", "google"},
    {vendor::aws, "aws", "aws"},
    {vendor::apple, "apple", "apple"},
    {vendor::huawei, "huawei", "huawei"},
    {vendor::other, "other", "other"},
}};
// clang-format on
// clang-format off
template <> inline constexpr std::array<enum_row<memory_kind>, 5> enum_table<memory_kind>{{
    {memory_kind::unknown, "unknown", "unknown"},
    {memory_kind::hbm, "hbm", "hbm"},
    {memory_kind::gddr, "gddr", "gddr"},
    {memory_kind::lpddr, "lpddr", "lpddr"},
    {memory_kind::ddr, "ddr", "ddr"},
}};
// clang-format on
// clang-format off
template <> inline constexpr std::array<enum_row<device_class>, 10> enum_table<device_class>{{
    {device_class::datacenter_gpu, "datacenter_gpu", "datacenter_gpu"},
    {device_class::workstation_gpu, "workstation_gpu", "workstation_gpu"},
    {device_class::consumer_gpu, "consumer_gpu", "consumer_gpu"},
    {device_class::apple, "apple", "apple"},
    {device_class::cpu, "cpu", "cpu"},
    {device_class::tpu, "tpu", "tpu"},
    {device_class::neuron, "neuron", "neuron"},
    {device_class::gaudi, "gaudi", "gaudi"},
    {device_class::npu, "npu", "npu"},
    {device_class::embedded, "embedded", "embedded"},
}};
// clang-format on

template <class Y = double> struct memory_level {
    sourced<bytes<Y>> capacity{};
    sourced<byte_rate<Y>> bandwidth{};
    memory_kind kind = memory_kind::unknown;
    sourced<bytes<Y>> visible{};  ///< what the driver lets programs have (hardware/visible_memory.hpp)
};

/// Dense peak rate per number format; absent where the device has no such multiply.
template <class Y = double> struct peak_rates {
    sourced<flop_rate<Y>> fp64{}, fp32{}, tf32{}, bf16{}, fp16{}, fp8{}, fp6{}, fp4{}, int8{}, int4{};
    sourced<flop_rate<Y>> fp16_accumulate{};  ///< fp16 products summed in fp16, where that is faster (GeForce: twice)

    constexpr const sourced<flop_rate<Y>>& of(number_format f) const {
        switch (f) {
            case number_format::fp64: return fp64;
            case number_format::fp32: return fp32;
            case number_format::tf32: return tf32;
            case number_format::bf16: return bf16;
            case number_format::fp16: return fp16;
            case number_format::fp8: return fp8;
            case number_format::fp6: return fp6;
            case number_format::fp4: return fp4;
            case number_format::int8: return int8;
            case number_format::int4: return int4;
        }
        return fp32;
    }
};

template <class Y = double> struct power_draw {
    sourced<watts<Y>> limit{};  ///< board limit (TDP)
    sourced<watts<Y>> idle{};
};

template <class Y = double> struct device {
    name_text name{};   ///< the key users type: "h100-sxm"
    name_text title{};  ///< the vendor's name
    gambrel::vendor vendor = vendor::other;
    device_class kind = device_class::datacenter_gpu;
    name_text architecture{};
    int year = 0;

    memory_level<Y> memory{};
    memory_level<Y> cache{};  ///< last level; bandwidth usually unknown
    peak_rates<Y> peak{};
    int compute_units = 0;        ///< SMs, CUs, cores
    interconnect<Y> scale_up{};   ///< NVLink, xGMI, ICI ... inside the node or rack
    interconnect<Y> host_link{};  ///< PCIe or the like
    interconnect<Y> scale_out{};  ///< network between nodes, per device
    power_draw<Y> power{};
    sourced<dollars<Y>> list_price{};
};

/// Throws `error` naming the first figure a prediction cannot stand on; returns `d` otherwise. Unknown capacity and
/// links are answers (step/feasibility.hpp), not errors.
template <class Y> constexpr const device<Y>& checked(const device<Y>& d) {
    const auto positive = [](const auto& figure, const char* what) {
        if (!figure.known()) return;
        const double v = math::plain(figure.value.value());
        if (!(v >= 1e6 && v <= 1e21)) out_of_range(v, 1e6, 1e21, what);
    };
    if (!d.memory.bandwidth.known()) fail("the device " + d.name.str() + " states no memory bandwidth");
    if (!d.peak.bf16.known() && !d.peak.fp16.known() && !d.peak.fp32.known())
        fail("the device " + d.name.str() + " states no bf16, fp16 or fp32 rate");
    positive(d.memory.bandwidth, "the memory bandwidth of a device in bytes per second");
    positive(d.memory.capacity, "the memory of a device in bytes");
    positive(d.memory.visible, "the visible memory of a device in bytes");
    for (const number_format f : all_number_formats)
        positive(d.peak.of(f), "a peak rate of a device in FLOP per second");
    positive(d.peak.fp16_accumulate, "a peak rate of a device in FLOP per second");
    positive(d.scale_up.per_direction, "the scale-up link of a device in bytes per second");
    positive(d.host_link.per_direction, "the host link of a device in bytes per second");
    positive(d.scale_out.per_direction, "the scale-out link of a device in bytes per second");
    return d;
}

/// `d` with every figure on scalar `Y`, so that a derivative or a range can be carried through the kernel.
template <class Y, class X> constexpr device<Y> as(const device<X>& d) {
    const auto cast = [](const auto& figure) {
        return figure.map([](const auto& q) {
            using Q = bu::quantity<typename std::remove_cvref_t<decltype(q)>::unit_type, Y>;
            return Q::from_value(Y(q.value()));
        });
    };
    const auto link = [&](const interconnect<X>& l) {
        return interconnect<Y>{l.name, l.kind, cast(l.per_direction), l.devices, l.in_switch_reduction};
    };
    device<Y> r{d.name, d.title, d.vendor, d.kind, d.architecture, d.year};
    r.memory = {cast(d.memory.capacity), cast(d.memory.bandwidth), d.memory.kind, cast(d.memory.visible)};
    r.cache = {cast(d.cache.capacity), cast(d.cache.bandwidth), d.cache.kind, cast(d.cache.visible)};
    const auto& p = d.peak;
    r.peak = {cast(p.fp64), cast(p.fp32), cast(p.tf32), cast(p.bf16), cast(p.fp16),           cast(p.fp8),
              cast(p.fp6),  cast(p.fp4),  cast(p.int8), cast(p.int4), cast(p.fp16_accumulate)};
    r.compute_units = d.compute_units;
    r.scale_up = link(d.scale_up);
    r.host_link = link(d.host_link);
    r.scale_out = link(d.scale_out);
    r.power = {cast(d.power.limit), cast(d.power.idle)};
    r.list_price = cast(d.list_price);
    return r;
}
}  // namespace gambrel
