// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A calibration as a small JSON file: what `gambrel calibrate` writes and `predict --calibration` loads.
///
///     {"gambrel_calibration": 1, "constants": "2026-11", "device": "my-gpu", "runtime": "vllm",
///      "factors": {"memory": 0.93, ...}, "sigma": 0.8, "rows": 12, "median_error": 0.03, ...}
///
/// Factors correct the constants shipped under `constants`, the date of their fit; a file made for others is refused,
/// for its factors would correct what is no longer there. "device" or "runtime" is empty where nothing of it was moved.
/// A file is read whole or not at all. Opt-in: needs nlohmann-json. Evidence: tests/calibration/refine_test.cpp.

#include <algorithm>
#include <fstream>
#include <gambrel/roofline/calibration/adjustment.hpp>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>

namespace gambrel {

inline constexpr int calibration_version = 1;
/// When the constants shipped were fitted.
inline constexpr std::string_view constants_date = "2026-11";
inline constexpr std::size_t largest_calibration_file = 65536;

struct calibration_file {
    std::string device{}, runtime{};  ///< what it holds for; empty: of none moved
    gambrel::adjustment adjustment{};
    std::size_t rows = 0;     ///< it was fitted on
    double median_error = 0;  ///< of them after the fit
};

inline nlohmann::ordered_json to_json(const calibration_file& f) {
    nlohmann::ordered_json factors = nlohmann::ordered_json::object();
    for (std::size_t i = 0; i < adjustment::factors; ++i)
        if (f.adjustment.factor[i] != 1.0) factors[std::string(adjustment::names[i])] = f.adjustment.factor[i];
    return {{"gambrel_calibration", calibration_version},
            {"constants", constants_date},
            {"device", f.device},
            {"runtime", f.runtime},
            {"factors", factors},
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
    if (number(member("gambrel_calibration"), "gambrel_calibration") != calibration_version)
        fail(what + " is of another version than " + std::to_string(calibration_version) + ": make it again");
    if (text("constants") != constants_date)
        fail(what + " corrects the constants of " + text("constants") + ", these are of " +
             std::string(constants_date) + ": make it again from your rows");
    const std::set<std::string> known{
        "gambrel_calibration", "constants", "device", "runtime", "factors", "sigma", "rows", "median_error"};
    for (const auto& [key, ignored] : value.items())
        if (!known.contains(key)) fail("\"" + key + "\" means nothing in " + what);

    calibration_file f{.device = text("device"), .runtime = text("runtime")};
    if (!member("factors").is_object()) fail("\"factors\" of " + what + " must be an object");
    for (const auto& [key, factor] : member("factors").items()) {
        const auto place = std::find(adjustment::names.begin(), adjustment::names.end(), key);
        if (place == adjustment::names.end()) fail("\"" + key + "\" is no factor of a calibration");
        f.adjustment.factor[static_cast<std::size_t>(place - adjustment::names.begin())] = number(factor, key);
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
