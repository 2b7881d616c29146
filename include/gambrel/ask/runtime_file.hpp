// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A runtime of one's own, from JSON: a runtime of the catalog that works most alike, and what is different.
///
///     {"name": "our-vllm", "like": "vllm", "scheduling": {"token_budget": 4096},
///      "host": {"per_step": "700 us"}, "memory": {"reserve": "2 GiB"}, "devices": ["nvidia", "amd"]}
///
/// The keys are those of `gambrel runtime NAME --json` (docs/json.md), which is such a file itself. A time or a size is
/// text with its unit, a number in s or B, what --json prints, or null: counted as zero. What a file states is not left
/// to the board any more (step/on_board.hpp). Evidence: tests/ask/runtime_file_test.cpp.

#include <filesystem>
#include <fstream>
#include <gambrel/ask/names.hpp>
#include <gambrel/ask/runtime_fields.hpp>
#include <gambrel/names/printable.hpp>
#include <gambrel/runtime/catalog.hpp>
#include <gambrel/units_io.hpp>
#include <nlohmann/json.hpp>

namespace gambrel::ask {

namespace detail {
using runtime_value = nlohmann::json;

[[noreturn]] inline void fail_runtime(const std::string& key, const char* wanted) {
    fail("the runtime's " + key + " must be " + wanted);
}
inline void read_field(const std::string& key, const runtime_value& v, bool& to) {
    if (!v.is_boolean()) fail_runtime(key, "true or false");
    to = v.get<bool>();
}
inline void read_field(const std::string& key, const runtime_value& v, double& to) {
    if (!v.is_number()) fail_runtime(key, "a number");
    to = v.get<double>();
}
inline void read_field(const std::string& key, const runtime_value& v, name_text& to) {
    if (!v.is_string() || v.get<std::string>().size() > 80) fail_runtime(key, "a short text");
    if (!is_printable(v.get<std::string>())) fail_runtime(key, "text without characters that steer a screen");
    to = name_text(v.get<std::string>());
}
template <class Enum>
requires std::is_enum_v<Enum>
void read_field(const std::string& key, const runtime_value& v, Enum& to) {
    if (!v.is_string()) fail_runtime(key, "one of its words");
    std::vector<std::string_view> keys;
    for (const auto& row : enum_table<Enum>) {
        keys.push_back(row.key);
        if (v == row.key) {
            to = row.value;
            return;
        }
    }
    fail_unknown(key, v.get<std::string>(), keys);
}
template <class Q> Q read_quantity(const std::string& key, const runtime_value& v) {
    const symbols::table& table = symbols::of<typename Q::unit_type>;
    if (v.is_number()) return Q::from_value(v.get<double>() * table.entries.front().factor);
    if (v.is_string()) return Q::from_value(symbols::read(table, v.get<std::string>()));
    if (v.is_object() && v.contains("value") && v["value"].is_number()) {
        const symbols::entry* unit =
            v.contains("unit") && v["unit"].is_string() ? symbols::find(table, v["unit"].get<std::string>()) : nullptr;
        if (unit == nullptr) fail_runtime(key, "in a unit of its kind");
        return Q::from_value(v["value"].get<double>() * unit->factor);
    }
    fail_runtime(key, "text with a unit, a number in s or B, or null");
}
inline void read_field(const std::string& key, const runtime_value& v, bytes<>& to) {
    to = read_quantity<bytes<>>(key, v);
}
template <class Q> void read_field(const std::string& key, const runtime_value& v, sourced<Q>& to) {
    if (v.is_null()) to = {};
    else to = sourced<Q>(read_quantity<Q>(key, v));
}
inline void read_field(const std::string& key, const runtime_value& v, supported_devices& to) {
    if (!v.is_array()) fail_runtime(key, "a list: nvidia, amd, intel, google, aws, apple, cpu, huawei");
    to = {.nvidia = false};
    for (const runtime_value& each : v) {
        bool found = false;
        visit_fields(to, [&](const char* name, bool& runs) {
            if (each == name) runs = found = true;
        });
        if (!found) fail_runtime(key, "of nvidia, amd, intel, google, aws, apple, cpu, huawei");
    }
}
/// The rows of the runtime that it is like stay.
inline void read_field(const std::string&, const runtime_value&, std::span<const board_settings>&) {}

template <class T> concept has_fields = requires(T& t) {
    visit_fields(t, [](const char*, auto&) {});
};

template <has_fields T>
requires(!std::same_as<T, supported_devices>) void read_field(const std::string& key, const runtime_value& v, T& to) {
    if (!v.is_object()) fail_runtime(key.empty() ? "file" : key, "an object");
    std::vector<std::string_view> known{"like", "gambrel"};
    visit_fields(to, [&](const char* name, auto& field) {
        known.emplace_back(name);
        if (v.contains(name)) read_field(key.empty() ? name : key + "." + name, v[name], field);
    });
    for (const auto& [name, unused] : v.items())
        if (std::find(known.begin(), known.end(), name) == known.end()) fail_unknown("key of a runtime", name, known);
}
/// What the file states of the settings that a board decides otherwise.
inline void close_stated(const runtime_value& v, left_to_board& open) {
    const auto states = [&](const char* part, const char* name) { return v.contains(part) && v[part].contains(name); };
    if (v.contains("by_board")) return;  // the file says itself
    open.token_budget = open.token_budget && !states("scheduling", "token_budget");
    open.most_sequences = open.most_sequences && !states("scheduling", "most_sequences");
    open.fraction = open.fraction && !states("memory", "fraction");
}
}  // namespace detail

/// The runtime that `value` describes. Throws `error` naming the key that is wrong, or none.
inline runtime<> runtime_from_json(const nlohmann::json& value) {
    if (!value.is_object()) fail("a runtime is a JSON object, not of type " + std::string(value.type_name()));
    const auto named = [&](const char* key) {
        return value.contains(key) && value[key].is_string() ? value[key].get<std::string>() : std::string();
    };
    std::string like = named("like");
    if (like.empty() && find_runtime(named("name")) != nullptr) like = named("name");  // what --json prints
    if (like.empty())
        fail("the runtime \"" + named("name") + "\" needs \"like\": the runtime of the catalog that works most alike");
    runtime<> r = runtime_named(like);
    detail::read_field("", value, r);
    detail::close_stated(value, r.by_board);
    if (r.name.empty()) fail("a runtime like " + like + " needs a \"name\"");
    return checked(r);
}

/// Errors as `runtime_from_json`, with the path in front.
inline runtime<> read_runtime(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in || std::filesystem::is_directory(path))
        fail("the runtime file " + path.string() + " cannot be opened: give a file that exists");
    const auto value = nlohmann::json::parse(in, nullptr, false);
    if (value.is_discarded()) fail(path.string() + ": the runtime file is not JSON");
    try {
        return runtime_from_json(value);
    } catch (const error& e) {
        fail(path.string() + ": " + e.what());
    }
}

/// A catalog name, or a .json file.
inline runtime<> runtime_of(const std::string& text) {
    return std::string_view(text).ends_with(".json") ? read_runtime(text) : runtime_named(text);
}
/// The same on `d`: "llama.cpp" is built for every machine, and is there the backend of its device.
inline runtime<> runtime_of(const std::string& text, const device<>& d) {
    runtime<> r = runtime_of(text);
    return r.name == catalog::llama_cpp.name && runs_on(llama_cpp_of(d), d) ? llama_cpp_of(d) : r;
}
}  // namespace gambrel::ask
