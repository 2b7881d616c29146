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
#include <istream>
#include <nlohmann/json.hpp>
#include <ridgepoint/detail/nearest_names.hpp>
#include <ridgepoint/hardware/device.hpp>
#include <ridgepoint/units_io.hpp>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace ridgepoint {

inline constexpr std::size_t largest_device_file = 65536;

namespace detail::device_json {

using json = nlohmann::json;

/// How a figure of one dimension is keyed and written, and what of it is credible, in that unit.
struct figure_unit {
    std::string_view key_ending;
    std::string_view symbol;
    double factor;
    double low;
    double high;
};
template <class Unit> inline constexpr figure_unit unit_of{};
template <> inline constexpr figure_unit unit_of<unit::byte>{"_gb", "GB", 1e9, 1e-3, 1e6};
template <> inline constexpr figure_unit unit_of<unit::byte_per_second>{"_gb_per_s", "GB/s", 1e9, 1e-2, 1e6};
template <> inline constexpr figure_unit unit_of<unit::flop_per_second>{"_tflop_per_s", "TFLOP/s", 1e12, 1e-4, 1e6};
template <> inline constexpr figure_unit unit_of<unit::watt>{"_w", "W", 1.0, 1e-2, 1e5};
template <> inline constexpr figure_unit unit_of<unit::dollar>{"_usd", "$", 1.0, 1e-2, 1e8};

// In the order of the enumerations.
inline constexpr std::array<std::string_view, 8> vendors{"nvidia", "amd", "intel", "google", "aws", "apple", "huawei",
                                                         "other"};
inline constexpr std::array<std::string_view, 10> classes{"datacenter_gpu", "workstation_gpu", "consumer_gpu", "apple",
                                                          "cpu", "tpu", "neuron", "gaudi", "npu", "embedded"};
inline constexpr std::array<std::string_view, 5> memories{"unknown", "hbm", "gddr", "lpddr", "ddr"};
inline constexpr std::array<std::string_view, 9> fabrics{"none", "pcie", "nvlink", "xgmi", "ici", "neuronlink",
                                                         "ethernet", "infiniband", "shared_memory"};
inline constexpr std::array<std::string_view, 6> evidences{"measured", "datasheet", "derived", "recalled", "user",
                                                           "absent"};

/// One JSON object whose keys are asked for one by one; `finish` refuses those that nobody asked for.
class object {
public:
    object(const json& value, std::string path) : value_(value), path_(std::move(path)) {
        if (!value_.is_object()) fail(named() + " must be an object, not " + value_.type_name());
    }
    bool has(std::string_view key) {
        known_.emplace_back(key);
        return value_.contains(key);
    }
    const json& at(std::string_view key) const { return *value_.find(key); }
    std::string name_of(std::string_view key) const { return (path_.empty() ? "" : path_ + ".") + std::string(key); }

    name_text text(std::string_view key) {
        if (!has(key)) return {};
        if (!at(key).is_string()) fail(name_of(key) + " must be text, not " + at(key).type_name());
        const auto& s = at(key).get_ref<const std::string&>();
        for (char c : s)
            if (static_cast<unsigned char>(c) < 32) fail(name_of(key) + " contains a control character");
        return std::string_view(s);
    }
    int whole(std::string_view key, int low, int high, int otherwise) {
        if (!has(key)) return otherwise;
        if (!at(key).is_number_integer()) fail(name_of(key) + " must be a whole number, not " + at(key).dump());
        return static_cast<int>(checked(at(key).get<double>(), low, high, name_of(key).c_str()));
    }
    bool flag(std::string_view key) {
        if (!has(key)) return false;
        if (!at(key).is_boolean()) fail(name_of(key) + " must be true or false, not " + at(key).dump());
        return at(key).get<bool>();
    }
    template <class E, std::size_t N>
    E choice(std::string_view key, const std::array<std::string_view, N>& names, E otherwise) {
        if (!has(key)) return otherwise;
        if (!at(key).is_string()) fail(name_of(key) + " must be text, not " + at(key).type_name());
        const auto& s = at(key).get_ref<const std::string&>();
        for (std::size_t i = 0; i < N; ++i)
            if (names[i] == s) return static_cast<E>(i);
        fail_unknown(name_of(key), s, names);
    }
    /// The figure under `key` or `key` + its unit's ending; absent when neither is there, an error when both are.
    template <class Q> sourced<Q> figure(std::string_view key) {
        constexpr figure_unit u = unit_of<typename Q::unit_type>;
        const std::string keyed_by_unit = std::string(key) + std::string(u.key_ending);
        const bool plain = has(key), by_unit = has(keyed_by_unit);
        if (plain && by_unit) fail(named() + " has both \"" + std::string(key) + "\" and \"" + keyed_by_unit + "\"");
        if (!plain && !by_unit) return {};
        const std::string where = name_of(plain ? key : std::string_view(keyed_by_unit));
        double in_unit = 0.0;
        if (by_unit) in_unit = number(at(keyed_by_unit), where);
        else if (at(key).is_string()) in_unit = parse<Q>(at(key).get_ref<const std::string&>()).value() / u.factor;
        else if (at(key).is_object()) in_unit = written<Q>(object(at(key), where)).value() / u.factor;
        else fail(where + " must be text with its unit, such as \"4 " + std::string(u.symbol) + "\", or be named \"" +
                  keyed_by_unit + "\"");
        return make<Q>(checked(in_unit, u.low, u.high, (where + " in " + std::string(u.symbol)).c_str()) * u.factor);
    }
    /// An error naming the first key that was not asked for and the nearest that was.
    void finish() const {
        for (const auto& [key, unused] : value_.items())
            if (std::find(known_.begin(), known_.end(), key) == known_.end())
                fail_unknown("key of " + named(), key, known_);
    }

private:
    static double number(const json& n, const std::string& where) {
        if (!n.is_number()) fail(where + " must be a number, not " + n.type_name());
        return n.get<double>();
    }
    template <class Q> static Q written(object o) {
        if (!o.has("value") || !o.has("unit")) fail(o.path_ + " must have \"value\" and \"unit\"");
        const double value = number(o.at("value"), o.name_of("value"));
        const auto unit = o.text("unit");
        for (const char* remark : {"source", "date", "evidence"})  // kept by nobody: the figure is the caller's
            if (o.has(remark) && !o.at(remark).is_string()) fail(o.name_of(remark) + " must be text");
        o.finish();
        return value * parse<Q>("1 " + unit.str());
    }
    std::string named() const { return path_.empty() ? "the device" : path_; }

    const json& value_;
    std::string path_;
    std::vector<std::string> known_;
};

inline memory_level<> memory(object o) {
    memory_level<> m;
    m.capacity = o.figure<bytes<>>("capacity");
    m.bandwidth = o.figure<byte_rate<>>("bandwidth");
    m.kind = o.choice("kind", memories, memory_kind::unknown);
    o.finish();
    return m;
}
inline peak_rates<> peak(object o) {
    peak_rates<> p;
    const auto rate = [&](number_format f) { return o.figure<flop_rate<>>(ridgepoint::name_of(f)); };
    using enum number_format;
    p = {rate(fp64), rate(fp32), rate(tf32), rate(bf16), rate(fp16),
         rate(fp8),  rate(fp6),  rate(fp4),  rate(int8), rate(int4)};
    o.finish();
    return p;
}
inline interconnect<> link(object o) {
    interconnect<> l;
    l.name = o.text("name");
    l.kind = o.choice("kind", fabrics, fabric::none);
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
                 {"evidence", evidences[static_cast<std::size_t>(figure.kind)]}};
}
inline nlohmann::ordered_json written(const memory_level<>& m) {
    auto j = nlohmann::ordered_json::object();
    write(j, "capacity", m.capacity);
    write(j, "bandwidth", m.bandwidth);
    j["kind"] = memories[static_cast<std::size_t>(m.kind)];
    return j;
}
inline nlohmann::ordered_json written(const interconnect<>& l) {
    auto j = nlohmann::ordered_json::object();
    j["name"] = l.name.view();
    j["kind"] = fabrics[static_cast<std::size_t>(l.kind)];
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
    d.vendor = o.choice("vendor", dj::vendors, vendor::other);
    d.kind = o.choice("class", dj::classes, device_class::datacenter_gpu);
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
        fail(std::string("the device file is not JSON: ") + e.what());
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
                             {"vendor", dj::vendors[static_cast<std::size_t>(d.vendor)]},
                             {"class", dj::classes[static_cast<std::size_t>(d.kind)]},
                             {"architecture", d.architecture.view()}};
    if (d.year != 0) j["year"] = d.year;
    j["memory"] = dj::written(d.memory);
    if (d.cache.capacity.known() || d.cache.bandwidth.known()) j["cache"] = dj::written(d.cache);
    j["peak"] = nlohmann::ordered_json::object();
    for (number_format f : all_number_formats) dj::write(j["peak"], name_of(f).data(), d.peak.of(f));
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
}  // namespace ridgepoint
