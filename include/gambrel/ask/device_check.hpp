// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A datasheet held against physics and its relatives, before a plan rests on it.
///
///     doubts      what its own figures and what has been sold speak against (hardware/plausible.hpp)
///     relatives   devices of the catalog of its architecture, else of its kind and within two years of it; of each figure
///                 that the sheet has, the least and the greatest of theirs
///     missing     figures that it does not have, and what cannot be answered without
///
/// A figure outside its relatives' range is no doubt: it is shown. Evidence: tests/ask/device_check_test.cpp.

#include <cstdlib>
#include <gambrel/hardware/catalog.hpp>
#include <gambrel/hardware/plausible.hpp>
#include <gambrel/units_io.hpp>
#include <string>
#include <vector>

namespace gambrel::ask {

/// "fp8 rate 3,958 TFLOP/s: 2.0 times 2,000 TFLOP/s; a greater step from the 16-bit rate than formats make: a sparse rate".
inline std::string sentence_of(const doubt& d) {
    const auto of = [&](double x) -> std::string {
        switch (d.what) {
            case doubt_kind::rate_beyond_units:
            case doubt_kind::format_step:
            case doubt_kind::rate_beyond_power: return to_string(flop_rate<>::from_value(x));
            case doubt_kind::bandwidth_beyond_bus:
            case doubt_kind::link_beyond_memory: return to_string(byte_rate<>::from_value(x));
            case doubt_kind::whole_read_too_short:
            case doubt_kind::whole_read_too_long: return to_string(seconds<>::from_value(x));
            case doubt_kind::visible_beyond_memory: return to_string(bytes<>::from_value(x));
        }
        return shortest(x);
    };
    std::string what;
    switch (d.what) {
        case doubt_kind::rate_beyond_units:
        case doubt_kind::format_step:
        case doubt_kind::rate_beyond_power: what = std::string(name_of(d.format)) + " rate"; break;
        case doubt_kind::bandwidth_beyond_bus: what = "bandwidth"; break;
        case doubt_kind::link_beyond_memory: what = "link"; break;
        case doubt_kind::whole_read_too_short:
        case doubt_kind::whole_read_too_long: what = "time to read the whole memory"; break;
        case doubt_kind::visible_beyond_memory: what = "visible memory"; break;
    }
    const bool below = d.what == doubt_kind::whole_read_too_short;
    return what + " " + of(d.stated) + ": " + symbols::fixed(d.times(), 1) + " times " + (below ? "less than " : "") +
           of(d.bound) + "; " + std::string(name_of(d.what));
}

/// A figure beside those of relatives, as text in its own unit.
struct related_figure {
    std::string name{}, stated{}, least{}, greatest{};
    std::size_t relatives = 0;  ///< that have it
    bool outside = false;       ///< of their range, beyond the rounding of sheets
};

struct missing_figure {
    std::string name{}, without{};  ///< what cannot be answered without it
};

struct device_check {
    doubts doubted{};
    std::string relatives{};  ///< of which devices: "Hopper", "its kind, 2022 to 2026"; empty: none
    std::vector<related_figure> figures{};
    std::vector<missing_figure> missing{};

    bool sound() const { return doubted.empty(); }
};

namespace detail {
inline std::vector<const device<>*> relatives_of(const device<>& d, std::string& which) {
    std::vector<const device<>*> found;
    for (const device<>* each : all_devices)
        if (!d.architecture.empty() && each->architecture == d.architecture && each->name != d.name)
            found.push_back(each);
    if (!found.empty()) {
        which = d.architecture.str();
        return found;
    }
    if (d.year == 0) return found;
    for (const device<>* each : all_devices)
        if (each->kind == d.kind && each->year > 0 && std::abs(each->year - d.year) <= 2) found.push_back(each);
    if (!found.empty()) which = "its kind, " + std::to_string(d.year - 2) + " to " + std::to_string(d.year + 2);
    return found;
}

template <class Of>
void relate(std::vector<related_figure>& to, const std::string& name, const device<>& d,
            const std::vector<const device<>*>& relatives, const Of& of) {
    const auto& own = of(d);
    if (!own.known()) return;
    related_figure f{.name = name, .stated = to_string(own.value)};
    auto least = own.value, greatest = own.value;
    for (const device<>* each : relatives) {
        const auto& theirs = of(*each);
        if (!theirs.known()) continue;
        if (f.relatives == 0 || theirs.value < least) least = theirs.value;
        if (f.relatives == 0 || greatest < theirs.value) greatest = theirs.value;
        ++f.relatives;
    }
    if (f.relatives > 0) {
        f.least = to_string(least);
        f.greatest = to_string(greatest);
        f.outside = own.value.value() < 0.99 * least.value() || own.value.value() > 1.01 * greatest.value();
    }
    to.push_back(std::move(f));
}
}  // namespace detail

inline device_check checked_sheet(const device<>& d) {
    device_check c{.doubted = doubts_of(d)};
    const std::vector<const device<>*> relatives = detail::relatives_of(d, c.relatives);
    const auto relate = [&](const std::string& name, const auto& of) {
        detail::relate(c.figures, name, d, relatives, of);
    };
    relate(
        "memory", [](const device<>& x) -> const auto& { return x.memory.capacity; });
    relate(
        "bandwidth", [](const device<>& x) -> const auto& { return x.memory.bandwidth; });
    for (const number_format f : all_number_formats)
        relate(
            std::string(name_of(f)), [f](const device<>& x) -> const auto& { return x.peak.of(f); });
    relate(
        "scale-up link", [](const device<>& x) -> const auto& { return x.scale_up.per_direction; });
    relate(
        "host link", [](const device<>& x) -> const auto& { return x.host_link.per_direction; });
    relate(
        "scale-out link", [](const device<>& x) -> const auto& { return x.scale_out.per_direction; });
    relate(
        "power limit", [](const device<>& x) -> const auto& { return x.power.limit; });
    const auto lacks = [&](bool known, const char* name, const char* without) {
        if (!known) c.missing.push_back({name, without});
    };
    lacks(d.memory.capacity.known(), "memory", "whether a model fits, unless --memory says it");
    lacks(d.memory.visible.known(), "visible memory", "what the driver keeps: the usual share of its kind is taken");
    lacks(d.scale_up.present(), "scale-up link", "several devices that share a model");
    lacks(d.scale_out.present(), "scale-out link", "several nodes");
    lacks(d.host_link.present(), "host link", "anything moved to the host");
    lacks(d.power.limit.known(), "power limit", "energy, carbon and the clock under load");
    lacks(!d.architecture.empty(), "architecture", "kernels of its family: those of its kind are taken");
    lacks(d.year > 0, "year", "relatives, where no architecture is named");
    return c;
}
}  // namespace gambrel::ask
