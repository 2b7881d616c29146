// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A calibration as a small JSON file: what `gambrel calibrate` writes and `predict --calibration` loads.
///
///     {"gambrel_calibration": 2, "constants": "2026-11", "device": "my-gpu", "runtime": "vllm",
///      "sections": {"device": {"memory": 0.93, ...}, "host": {"per_step": 1.2, ...},
///                   "memory": {"weights": 1.01, "besides_gib": 0.2, "visible_gib": 79.2, "deviation": 0.5},
///                   "kernels": {"timed": "13 kernels by vLLM 0.11.0", "laws": [...]}},
///      "sigma": 0.8, "rows": 12, "median_error": 0.03}
///
/// Sections device and host hold factors on the constants shipped under `constants`, the date of their fit; a file made
/// for others is refused, for its factors would correct what is no longer there. Section memory corrects the memory law
/// by a start-up log (runtime/memory_correction.hpp). Section kernels puts laws in the place of shipped ones
/// (law_json.hpp). A section that nothing moved is absent; "device" or "runtime" is
/// empty where nothing of it was moved. Version 1, whose "factors" are those of device and host together, is read too.
/// A file is read whole or not at all. Opt-in: needs nlohmann-json. Evidence: tests/calibration/refine_test.cpp.

#include <algorithm>
#include <fstream>
#include <gambrel/calibration/io/law_json.hpp>
#include <gambrel/names/printable.hpp>
#include <gambrel/runtime/memory_correction.hpp>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>

namespace gambrel {

inline constexpr int calibration_version = 2;
/// When the constants shipped were fitted.
inline constexpr std::string_view constants_date = "2026-11";
inline constexpr std::size_t largest_calibration_file = 65536;

struct calibration_file {
    std::string device{}, runtime{};  ///< what it holds for; empty: of none moved
    gambrel::adjustment adjustment{};
    std::size_t rows = 0;     ///< it was fitted on
    double median_error = 0;  ///< of them after the fit
    std::optional<memory_correction> memory{};
    std::shared_ptr<const measured_laws> laws{};  ///< of kernels of the device; null: none were timed
    std::string kernels{};                        ///< what timed them: rows, libraries and versions, in words
};

inline nlohmann::ordered_json to_json(const calibration_file& f) {
    using json = nlohmann::ordered_json;
    json sections = json::object();
    for (std::size_t i = 0; i < adjustment::factors; ++i)
        if (f.adjustment.factor[i] != 1.0)
            sections[i < adjustment::device_factors ? "device" : "host"][std::string(adjustment::names[i])] =
                f.adjustment.factor[i];
    if (f.memory) {
        sections["memory"] = {
            {"weights", f.memory->weights}, {"besides_gib", f.memory->besides}, {"deviation", f.memory->deviation}};
        if (f.memory->visible) sections["memory"]["visible_gib"] = *f.memory->visible;
    }
    if (f.laws && !f.laws->empty()) sections["kernels"] = {{"timed", f.kernels}, {"laws", to_json(*f.laws)}};
    return {{"gambrel_calibration", calibration_version},
            {"constants", constants_date},
            {"device", f.device},
            {"runtime", f.runtime},
            {"sections", sections},
            {"sigma", f.adjustment.sigma},
            {"rows", f.rows},
            {"median_error", f.median_error}};
}

/// The calibration that `value` describes. Throws `error` for another version or other constants, for a key that is
/// unknown, missing or not of its kind, and for a factor no measurement could give.
inline calibration_file calibration_from_json(const nlohmann::json& value) {
    const std::string what = "the calibration file";
    if (!value.is_object()) fail(what + " must be a JSON object");
    const auto member = [&](const char* key) -> const nlohmann::json& {
        if (!value.contains(key)) fail(what + " lacks \"" + key + "\"");
        return value.at(key);
    };
    const auto number = [&](const nlohmann::json& j, const std::string& key) {
        if (!j.is_number()) fail("\"" + key + "\" of " + what + " must be a number");
        return j.get<double>();
    };
    const auto text = [&](const char* key) {
        if (!member(key).is_string()) fail("\"" + std::string(key) + "\" of " + what + " must be text");
        return member(key).get<std::string>();
    };
    const double edition = number(member("gambrel_calibration"), "gambrel_calibration");
    if (edition != 1 && edition != calibration_version)
        fail(what + " is of another version than 1 and " + std::to_string(calibration_version) + ": make it again");
    if (text("constants") != constants_date)
        fail(what + " corrects the constants of " + text("constants") + ", these are of " +
             std::string(constants_date) + ": make it again from your rows");
    const std::string parts = edition == 1 ? "factors" : "sections";
    const std::set<std::string> known{"gambrel_calibration", "constants", "device", "runtime", parts, "sigma", "rows",
                                      "median_error"};
    for (const auto& [key, ignored] : value.items())
        if (!known.contains(key)) fail("\"" + key + "\" means nothing in " + what);

    calibration_file f{.device = text("device"), .runtime = text("runtime")};
    if (!member(parts.c_str()).is_object()) fail("\"" + parts + "\" of " + what + " must be an object");
    const auto read_factors = [&](const nlohmann::json& section, const std::string& name, std::size_t from,
                                  std::size_t to) {
        if (!section.is_object()) fail("\"" + name + "\" of " + what + " must be an object");
        const auto first = adjustment::names.begin() + static_cast<std::ptrdiff_t>(from),
                   last = adjustment::names.begin() + static_cast<std::ptrdiff_t>(to);
        for (const auto& [key, factor] : section.items()) {
            const auto place = std::find(first, last, key);
            if (place == last) fail("\"" + key + "\" is no factor of a calibration");
            f.adjustment.factor[static_cast<std::size_t>(place - adjustment::names.begin())] = number(factor, key);
        }
    };
    const auto read_memory = [&](const nlohmann::json& section) {
        if (!section.is_object()) fail("\"memory\" of " + what + " must be an object");
        memory_correction c;
        for (const auto& [key, value_of] : section.items()) {
            const double x = number(value_of, key);
            if (key == "weights") c.weights = x;
            else if (key == "besides_gib") c.besides = x;
            else if (key == "deviation") c.deviation = x;
            else if (key == "visible_gib") c.visible = x;
            else fail("\"" + key + "\" is no correction of memory");
        }
        f.memory = checked(c);
    };
    const auto read_kernels = [&](const nlohmann::json& section) {
        if (!section.is_object() || section.size() != 2 || !section.contains("timed") || !section.contains("laws") ||
            !section.at("timed").is_string())
            fail("\"kernels\" of " + what + " must be an object of \"timed\", a sentence, and \"laws\", a list");
        if (f.device.empty()) fail(what + " has laws of kernels and no \"device\" they are of");
        f.kernels = printable(section.at("timed").get<std::string>().substr(0, 400));
        f.laws = std::make_shared<const measured_laws>(laws_from_json(section.at("laws")));
    };
    if (edition == 1) {
        read_factors(member("factors"), "factors", 0, adjustment::factors);
    } else {
        for (const auto& [name, section] : member("sections").items()) {
            if (name == "device") read_factors(section, name, 0, adjustment::device_factors);
            else if (name == "host") read_factors(section, name, adjustment::device_factors, adjustment::factors);
            else if (name == "memory") read_memory(section);
            else if (name == "kernels") read_kernels(section);
            else fail("\"" + name + "\" is no section of a calibration");
        }
    }
    f.adjustment.sigma = number(member("sigma"), "sigma");
    f.rows = static_cast<std::size_t>(checked(number(member("rows"), "rows"), 0.0, 1e9, "the rows of a calibration"));
    f.median_error =
        checked(number(member("median_error"), "median_error"), 0.0, 1e6, "the median error of a calibration");
    checked(f.adjustment);
    return f;
}

/// The calibration in the file at `path`; errors have the path in front.
inline calibration_file read_calibration(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) fail("the calibration file " + path + " cannot be opened");
    std::string content(largest_calibration_file + 1, '\0');
    file.read(content.data(), static_cast<std::streamsize>(content.size()));
    content.resize(static_cast<std::size_t>(file.gcount()));
    if (content.size() > largest_calibration_file) fail(path + " is longer than a calibration file can be");
    const nlohmann::json value = nlohmann::json::parse(content, nullptr, false);
    if (value.is_discarded()) fail(path + " is not JSON");
    try {
        return calibration_from_json(value);
    } catch (const error& e) {
        fail(path + ": " + e.what());
    }
}
}  // namespace gambrel
