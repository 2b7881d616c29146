// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A device from a JSON file and back. The smallest file that is a device:
///
///     {"name": "my-accelerator", "class": "datacenter_gpu",
///      "memory": {"capacity": "96 GB", "bandwidth": "4 TB/s"}, "peak": {"bf16": "1000 TFLOP/s"}}
///
/// A figure is written in one of three ways: text with its unit, "bandwidth": "4 TB/s"; a number whose key carries
/// the unit, "bandwidth_gb_per_s": 4000 (also _gb, _tflop_per_s, _w, _usd); or what `to_json` writes,
/// {"value": 4000, "unit": "GB/s", ...}. Every figure read is evidence::user: its source is the caller, whatever
/// the file says. Keys and their meaning: docs/catalog-hardware.md. A file is read whole or not at all.
/// Opt-in: needs nlohmann-json. Evidence: tests/hardware/io/device_json_test.cpp.

#include <filesystem>
#include <fstream>
#include <gambrel/hardware/io/device_fields.hpp>
#include <gambrel/numeric/io/json_problem.hpp>
#include <istream>
#include <set>

namespace gambrel {

inline constexpr std::size_t largest_device_file = 65536;

namespace detail::device_json {

inline memory_level<> memory(object o) {
    memory_level<> m;
    m.capacity = o.figure<bytes<>>("capacity");
    m.bandwidth = o.figure<byte_rate<>>("bandwidth");
    m.kind = o.choice("kind", memory_kind::unknown);
    m.visible = o.figure<bytes<>>("visible");
    o.finish();
    return m;
}
inline peak_rates<> peak(object o) {
    peak_rates<> p;
    const auto rate = [&](number_format f) { return o.figure<flop_rate<>>(gambrel::name_of(f)); };
    using enum number_format;
    p = {rate(fp64),
         rate(fp32),
         rate(tf32),
         rate(bf16),
         rate(fp16),
         rate(fp8),
         rate(fp6),
         rate(fp4),
         rate(int8),
         rate(int4),
         o.figure<flop_rate<>>("fp16_accumulate")};
    o.finish();
    return p;
}
inline interconnect<> link(object o) {
    interconnect<> l;
    l.name = o.text("name");
    l.kind = o.choice("kind", fabric::none);
    l.per_direction = o.figure<byte_rate<>>("per_direction");
    l.devices = o.whole("devices", 1, 1000000, 1);
    l.in_switch_reduction = o.flag("in_switch_reduction");
    o.finish();
    if (l.per_direction.known() && l.kind == fabric::none)
        fail(o.name_of("kind") + " is missing: which fabric is the link?");
    return l;
}
inline power_draw<> power(object o) {
    power_draw<> p{o.figure<watts<>>("limit"), o.figure<watts<>>("idle")};
    o.finish();
    return p;
}

template <class Q> void write(nlohmann::ordered_json& into, const char* key, const sourced<Q>& figure) {
    if (!figure.known()) return;
    constexpr figure_unit u = unit_of<typename Q::unit_type>;
    into[key] = {{"value", figure.value.value() / u.factor},
                 {"unit", u.symbol},
                 {"source", figure.text},
                 {"date", figure.date},
                 {"evidence", key_of(figure.kind)}};
}
inline nlohmann::ordered_json written(const memory_level<>& m) {
    auto j = nlohmann::ordered_json::object();
    write(j, "capacity", m.capacity);
    write(j, "bandwidth", m.bandwidth);
    j["kind"] = key_of(m.kind);
    write(j, "visible", m.visible);
    return j;
}
inline nlohmann::ordered_json written(const interconnect<>& l) {
    auto j = nlohmann::ordered_json::object();
    j["name"] = l.name.view();
    j["kind"] = key_of(l.kind);
    write(j, "per_direction", l.per_direction);
    j["devices"] = l.devices;
    j["in_switch_reduction"] = l.in_switch_reduction;
    return j;
}
}  // namespace detail::device_json

/// The device that `value` describes. Error naming the key for an unknown, missing, doubled or wrong one; a figure
/// must be in its credible range (1 MB to 1 PB, 10 MB/s to 1 PB/s, 100 MFLOP/s to 1 EFLOP/s, 10 mW to 100 kW).
/// Evidence: tests/hardware/io/device_json_test.cpp.
inline device<> device_from_json(const nlohmann::json& value) {
    namespace dj = detail::device_json;
    dj::object o(value, "");
    const auto part = [&](const char* key) { return dj::object(o.at(key), key); };
    device<> d;
    d.name = o.text("name");
    d.title = o.text("title");
    d.vendor = o.choice("vendor", vendor::other);
    d.kind = o.choice("class", device_class::datacenter_gpu);
    d.architecture = o.text("architecture");
    d.year = o.whole("year", 1990, 2100, 0);
    if (o.has("memory")) d.memory = dj::memory(part("memory"));
    if (o.has("cache")) d.cache = dj::memory(part("cache"));
    if (o.has("peak")) d.peak = dj::peak(part("peak"));
    d.compute_units = o.whole("compute_units", 1, 10000000, 0);
    if (o.has("scale_up")) d.scale_up = dj::link(part("scale_up"));
    if (o.has("host_link")) d.host_link = dj::link(part("host_link"));
    if (o.has("scale_out")) d.scale_out = dj::link(part("scale_out"));
    if (o.has("power")) d.power = dj::power(part("power"));
    d.list_price = o.figure<dollars<>>("list_price");
    for (const char* derived : {"ridge_points", "price_quotes", "typical_price"}) o.has(derived);  // `device --json`
    o.finish();

    if (d.name.empty()) fail("name is missing: what shall the device be called?");
    if (!value.contains("class"))
        fail("class is missing: it decides the efficiency constants, for example \"datacenter_gpu\"");
    if (!d.memory.capacity.known()) fail("memory.capacity is missing");
    if (!d.memory.bandwidth.known()) fail("memory.bandwidth is missing");
    bool some_peak = false;
    for (number_format f : all_number_formats) some_peak = some_peak || d.peak.of(f).known();
    if (!some_peak) fail("peak is missing: give at least one dense rate, for example \"bf16\": \"1000 TFLOP/s\"");
    return d;
}

/// The device that the JSON text of `in` describes. Errors as `device_from_json`, and for text that is not JSON,
/// repeats a key, nests deeper than 4 or is longer than 64 KiB.
inline device<> read_device(std::istream& in) {
    std::string text(largest_device_file + 1, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (in.bad()) fail("the device file cannot be read");
    text.resize(static_cast<std::size_t>(in.gcount()));
    if (text.size() > largest_device_file)
        fail("the device file is longer than " + std::to_string(largest_device_file) + " bytes");

    using event = nlohmann::json::parse_event_t;
    std::vector<std::set<std::string>> keys;
    const auto watch = [&](int depth, event e, nlohmann::json& parsed) {
        if (depth > 4) fail("the device file nests deeper than 4 levels");
        if (e == event::object_start) keys.emplace_back();
        if (e == event::object_end) keys.pop_back();
        if (e == event::key && !keys.back().insert(parsed.get<std::string>()).second)
            fail("the key \"" + parsed.get<std::string>().substr(0, 80) + "\" stands twice");
        return true;
    };
    nlohmann::json value;
    try {
        value = nlohmann::json::parse(text, watch);
    } catch (const nlohmann::json::exception& e) {
        fail("the device file is not JSON: " + json_problem(e));
    }
    return device_from_json(value);
}

/// The device in the file at `path`. Errors as for a stream, with the path in front.
inline device<> read_device(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file || std::filesystem::is_directory(path)) fail("the device file " + path.string() + " cannot be opened");
    try {
        return read_device(file);
    } catch (const error& e) {
        fail(path.string() + ": " + e.what());
    }
}

/// The device as JSON that `device_from_json` reads: every known figure {value, unit, source, date, evidence}.
inline nlohmann::ordered_json to_json(const device<>& d) {
    namespace dj = detail::device_json;
    nlohmann::ordered_json j{{"name", d.name.view()},
                             {"title", d.title.view()},
                             {"vendor", key_of(d.vendor)},
                             {"class", key_of(d.kind)},
                             {"architecture", d.architecture.view()}};
    if (d.year != 0) j["year"] = d.year;
    j["memory"] = dj::written(d.memory);
    if (d.cache.capacity.known() || d.cache.bandwidth.known()) j["cache"] = dj::written(d.cache);
    j["peak"] = nlohmann::ordered_json::object();
    for (number_format f : all_number_formats) dj::write(j["peak"], key_of(f).data(), d.peak.of(f));
    dj::write(j["peak"], "fp16_accumulate", d.peak.fp16_accumulate);
    if (d.compute_units != 0) j["compute_units"] = d.compute_units;
    if (d.scale_up.kind != fabric::none) j["scale_up"] = dj::written(d.scale_up);
    if (d.host_link.kind != fabric::none) j["host_link"] = dj::written(d.host_link);
    if (d.scale_out.kind != fabric::none) j["scale_out"] = dj::written(d.scale_out);
    if (d.power.limit.known() || d.power.idle.known()) {
        j["power"] = nlohmann::ordered_json::object();
        dj::write(j["power"], "limit", d.power.limit);
        dj::write(j["power"], "idle", d.power.idle);
    }
    dj::write(j, "list_price", d.list_price);
    return j;
}
}  // namespace gambrel
