// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Figures of a device that physics or its own other figures speak against: the slips that people make who copy a sheet
/// (a sparse rate for a dense one, both ways of a link for one, bits for bytes, a pair of boards for one) and typing errors.
///
///     rate of a format <= units x operations per unit and clock x step of the format x fastest clock
///     bandwidth        <= bus x fastest pin, the bus from the capacity and the kind of memory
///     rate             <= most operations per joule x power limit
///
/// A doubt is no error: it names the figure, what is stated, the bound, and so by how much it is beyond. Bounds are those
/// of what has been sold, so that a device ahead of its time is doubted too.
///
/// Assumptions: a device of an architecture that is not in the table is held only to the steps between its formats. A lower
/// figure than a sheet's is never doubted: boards are cut.
/// Sources: operations per unit and clock from NVIDIA's architecture whitepapers (V100 2017, Turing 2018, A100 and GA102
/// 2020, Ada and H100 2022, Blackwell 2024 and 2025) and AMD's of CDNA 2 to 4 and RDNA 3; pins and stacks from the JEDEC
/// standards JESD235, JESD238, JESD270, JESD250, JESD239, JESD209-5; recalled, and each held by the whole catalog in the
/// test. Evidence: tests/hardware/plausible_test.cpp.

#include <array>
#include <gambrel/hardware/device.hpp>
#include <string_view>

namespace gambrel {

enum class doubt_kind : unsigned char {
    rate_beyond_units,
    format_step,
    bandwidth_beyond_bus,
    rate_beyond_power,
    whole_read_too_short,
    whole_read_too_long,
    visible_beyond_memory,
    link_beyond_memory,
};
// clang-format off
template <> inline constexpr std::array<enum_row<doubt_kind>, 8> enum_table<doubt_kind>{{
    {doubt_kind::rate_beyond_units, "rate_beyond_units", "more than its units do at the fastest clock: a sparse rate, or of two chips"},
    {doubt_kind::format_step, "format_step", "a greater step from the 16-bit rate than formats make: a sparse rate"},
    {doubt_kind::bandwidth_beyond_bus, "bandwidth_beyond_bus", "more than the widest bus of such memory carries: bits for bytes, or of two chips"},
    {doubt_kind::rate_beyond_power, "rate_beyond_power", "more operations per joule than any device sold"},
    {doubt_kind::whole_read_too_short, "whole_read_too_short", "the whole memory is read in less time than of any device: capacity or bandwidth in another unit"},
    {doubt_kind::whole_read_too_long, "whole_read_too_long", "the whole memory is read in more time than of any device: capacity or bandwidth in another unit"},
    {doubt_kind::visible_beyond_memory, "visible_beyond_memory", "programs see more than there is"},
    {doubt_kind::link_beyond_memory, "link_beyond_memory", "a link faster than the memory behind it: bits for bytes"},
}};
// clang-format on

struct doubt {
    doubt_kind what{};
    number_format format = number_format::bf16;  ///< of a rate
    double stated = 0.0, bound = 0.0;            ///< in base units: FLOP/s, B/s, s, bytes
    /// How many times the bound is passed, upwards or downwards.
    constexpr double times() const {
        return what == doubt_kind::whole_read_too_short ? bound / stated : stated / bound;
    }
};

/// At most one of each kind and format.
struct doubts {
    std::array<doubt, 48> all{};
    std::size_t count = 0;

    constexpr void add(const doubt& d) { all[count++] = d; }
    constexpr const doubt* begin() const { return all.data(); }
    constexpr const doubt* end() const { return all.data() + count; }
    constexpr bool empty() const { return count == 0; }
    constexpr bool has(doubt_kind what) const {
        for (const doubt& d : *this)
            if (d.what == what) return true;
        return false;
    }
};

namespace detail {
/// What a unit (SM, CU, Xe core) multiplies per clock in 16 bit, dense, and how fast boards of the architecture clock.
struct unit_rate {
    std::string_view architecture;  ///< the catalog's names that begin so; "CDNA2" does not with "CDNA"
    double per_clock, hertz;
    double step_4_bit = 4.0, step_6_bit = 2.0;  ///< of fp4 and fp6, from the 16-bit rate
};
inline constexpr std::array unit_rates{
    unit_rate{"Volta", 1024, 1.8e9},         unit_rate{"Turing", 1024, 2.1e9},
    unit_rate{"Ampere GA100", 2048, 1.75e9}, unit_rate{"Ampere GA10B", 2048, 1.4e9},
    unit_rate{"Ampere", 1024, 2.2e9},        unit_rate{"Hopper", 4096, 2.1e9},
    unit_rate{"Grace Hopper", 4096, 2.1e9},  unit_rate{"Ada", 1024, 3.0e9},
    unit_rate{"Blackwell GB", 1024, 3.1e9},  unit_rate{"Blackwell Ultra", 8192, 2.2e9, 6.3},
    unit_rate{"Blackwell", 8192, 2.2e9},     unit_rate{"Vega 20", 256, 1.9e9},
    unit_rate{"CDNA", 1024, 1.6e9},          unit_rate{"CDNA2", 1024, 1.9e9},
    unit_rate{"CDNA3", 2048, 2.3e9},         unit_rate{"CDNA4", 4096, 2.6e9, 4.0, 4.0},
    unit_rate{"RDNA3", 512, 3.0e9},          unit_rate{"RDNA4", 1024, 3.2e9},
    unit_rate{"Battlemage", 2048, 3.0e9},    unit_rate{"Alchemist", 2048, 2.6e9},
};
constexpr const unit_rate* unit_rate_of(std::string_view architecture) {
    for (const unit_rate& u : unit_rates) {
        const std::size_t n = u.architecture.size();
        if (architecture.substr(0, n) != u.architecture) continue;
        const bool later = architecture.size() > n && architecture[n] >= '0' && architecture[n] <= '9' &&
                           u.architecture.find(' ') == std::string_view::npos;  // "CDNA2" is no "CDNA"
        if (!later) return &u;
    }
    return nullptr;
}

/// The step of `f` from the 16-bit rate; 0: no rule (64-bit and 32-bit rates are of other units).
constexpr double format_step_of(number_format f, double four_bit, double six_bit) {
    switch (f) {
        case number_format::bf16:
        case number_format::fp16: return 1.0;
        case number_format::tf32: return 0.5;
        case number_format::fp8:
        case number_format::int8: return 2.0;
        case number_format::fp6: return six_bit;
        case number_format::fp4: return four_bit;
        case number_format::int4: return 4.0;
        case number_format::fp64:
        case number_format::fp32: return 0.0;
    }
    return 0.0;
}

/// The most that memory of this kind, year and capacity delivers, in bytes per second.
constexpr double most_bandwidth(memory_kind kind, int year, double gibibytes) {
    const int y = year == 0 ? 2030 : year;
    const auto whole = [](double x) { return static_cast<double>(static_cast<int>(x + 0.999)); };
    const auto carried = [](double bits, double gigabits_per_pin) { return bits * gigabits_per_pin * 1e9 / 8.0; };
    switch (kind) {
        case memory_kind::gddr: {  // chips of 32 bit and a GiB or more, on at most 512 bit
            const double bits = smaller(512.0, 32.0 * whole(gibibytes));
            return carried(bits, y < 2020 ? 16.0 : y < 2025 ? 23.0 : 32.0);
        }
        case memory_kind::lpddr: return carried(1024.0, y < 2025 ? 8.533 : 10.7);
        case memory_kind::ddr: return carried(16.0 * 64.0, 12.8);
        case memory_kind::hbm:
        case memory_kind::unknown: break;
    }
    const double least_stack = y < 2020 ? 4.0 : y < 2022 ? 8.0 : 16.0, most_stacks = y < 2026 ? 8.0 : 16.0;
    const double stacks = smaller(most_stacks, whole(gibibytes / least_stack));
    const double pin = y < 2020 ? 2.4 : y < 2022 ? 3.6 : y < 2024 ? 6.4 : y < 2026 ? 9.8 : 12.8;
    return carried(stacks * (y < 2026 ? 1024.0 : 2048.0), pin);
}

inline constexpr double most_16_bit_per_joule = 4e12;  ///< B200: 2.3e12
inline constexpr double shortest_whole_read = 3e-3, longest_whole_read = 10.0;
inline constexpr double sheet_rounding = 1.01;  ///< sheets round
}  // namespace detail

/// What speaks against the figures of `d`.
template <class Y> constexpr doubts doubts_of(const device<Y>& d) {
    using detail::sheet_rounding;
    const auto plain = [](const auto& figure) { return figure.known() ? math::plain(figure.value.value()) : 0.0; };
    doubts found;
    const auto beyond = [&](doubt_kind what, double stated, double bound, number_format f = number_format::bf16) {
        if (stated > bound * sheet_rounding) found.add({what, f, stated, bound});
    };
    const detail::unit_rate* const units = detail::unit_rate_of(d.architecture.view());
    const double base = larger(plain(d.peak.bf16), plain(d.peak.fp16)), limit = plain(d.power.limit);
    // Consumer boards halve the 16-bit rate that is accumulated in 32 bit, and nothing else.
    const double halved = d.kind == device_class::consumer_gpu || d.kind == device_class::workstation_gpu ? 2.0 : 1.0;
    for (const number_format f : all_number_formats) {
        const double stated = plain(d.peak.of(f));
        const double step = units != nullptr ? detail::format_step_of(f, units->step_4_bit, units->step_6_bit)
                                             : detail::format_step_of(f, 4.0, 4.0);
        if (step == 0.0 || stated == 0.0) continue;
        if (units != nullptr && d.compute_units > 0)
            beyond(doubt_kind::rate_beyond_units, stated, d.compute_units * units->per_clock * step * units->hertz, f);
        else if (base > 0.0 && step > 1.0) beyond(doubt_kind::format_step, stated, base * step * halved, f);
        if (limit > 0.0) beyond(doubt_kind::rate_beyond_power, stated, detail::most_16_bit_per_joule * step * limit, f);
    }
    const double capacity = plain(d.memory.capacity), bandwidth = plain(d.memory.bandwidth);
    constexpr double gibibyte = 1073741824.0;
    if (capacity > 0.0) {
        beyond(doubt_kind::bandwidth_beyond_bus, bandwidth,
               detail::most_bandwidth(d.memory.kind, d.year, capacity / gibibyte));
        const double read = capacity / bandwidth;
        if (read < detail::shortest_whole_read)
            found.add({doubt_kind::whole_read_too_short, {}, read, detail::shortest_whole_read});
        beyond(doubt_kind::whole_read_too_long, read, detail::longest_whole_read);
        beyond(doubt_kind::visible_beyond_memory, plain(d.memory.visible), capacity);
    }
    for (const interconnect<Y>* link : {&d.scale_up, &d.scale_out}) {
        const double stated = plain(link->per_direction);
        if (!found.has(doubt_kind::link_beyond_memory)) beyond(doubt_kind::link_beyond_memory, stated, bandwidth);
    }
    return found;
}
}  // namespace gambrel
