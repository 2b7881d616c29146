// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Readers of descriptors: models, devices, runtimes, calibrations, launch lines, names, quantities, start-up logs.

#include <fuzz/readers.hpp>
#include <gambrel/ask/arrivals_text.hpp>
#include <gambrel/ask/launch/read.hpp>
#include <gambrel/ask/names.hpp>
#include <gambrel/ask/prediction_options.hpp>
#include <gambrel/ask/runtime_file.hpp>
#include <gambrel/calibration/io/calibration_file.hpp>
#include <gambrel/hardware/io/device_json.hpp>
#include <gambrel/hardware/plausible.hpp>
#include <gambrel/measurement/io/start_log.hpp>
#include <gambrel/model/io/gguf_architecture.hpp>
#include <gambrel/model/io/hugging_face.hpp>
#include <gambrel/model/kv_cache.hpp>
#include <gambrel/model/parameters.hpp>
#include <gambrel/names/printable.hpp>
#include <gambrel/report/json/json_text.hpp>
#include <gambrel/report/text/launch_text.hpp>
#include <sstream>

namespace fuzz {
using namespace gambrel;

inline nlohmann::json json_of(const std::string& text) {
    nlohmann::json value = nlohmann::json::parse(text, nullptr, false);
    if (value.is_discarded()) fail("not JSON");
    return value;
}

inline void configuration(const std::string& text) {
    const architecture m = parse_config(text, "fuzzed");
    require(m.layers() >= 1 && parameter_count(m) > 0, "a model has layers and parameters");
    require(active_parameters(m) <= parameter_count(m), "no more parameters are active than there are");
    require(weight_bytes(m, m.stored).value() > 0.0 && kv_bytes(m, 4096.0).value() >= 0.0, "sizes are not negative");
    require(is_printable(m.name.view()) && is_printable(m.family.view()), "names steer nothing");
}

inline void gguf_file(const std::string& text) {
    std::istringstream in(text);
    const gguf_header h = read_gguf_header(in, text.size(), false);
    require(h.data_from <= text.size() + 1048576, "the header lies in the file");
    const architecture m = architecture_of(h);
    require(m.layers() >= 1 && parameter_count(m) > 0, "a model has layers and parameters");
    require(is_printable(m.name.view()) && is_printable(m.family.view()), "names steer nothing");
}

inline void device_file(const std::string& text) {
    std::istringstream in(text);
    const device<> d = read_device(in);
    const std::string written = to_json(d).dump();
    std::istringstream again(written);
    require(to_json(read_device(again)).dump() == written, "a device is read back as it was written");
    for (const doubt& x : doubts_of(d)) require(x.times() > 1.0, "a doubt is beyond its bound");
}

inline void runtime_settings(const std::string& text) {
    const runtime<> r = ask::runtime_from_json(json_of(text));
    require(is_printable(r.name.view()), "a runtime's name steers nothing");
}

inline void calibration(const std::string& text) {
    const calibration_file f = calibration_from_json(json_of(text));
    const std::string written = to_json(f).dump();
    require(to_json(calibration_from_json(nlohmann::json::parse(written))).dump() == written,
            "a calibration is read back as it was written");
}

inline void launch_line(const std::string& text) {
    const ask::launch l = ask::read_launch(text);
    const std::string shown = report::screen(l);
    require(shown == printable_lines(shown), "a screen steers nothing");
}

/// A name, of what the first character says.
inline void typed_name(const std::string& text) {
    if (text.empty() || text.size() > 400) return;
    const std::string name = text.substr(1);
    switch (text[0]) {
        case 'd': checked(ask::device_of(name)); break;
        case 'm': require(ask::asked_model_of(name).model.layers() >= 1, "a model has layers"); break;
        case 'r': ask::runtime_of(name); break;
        default: fail("a name of what?");
    }
}

/// A length, a load or a quantity, or an option with its value: all else that stands on a command line.
inline void typed_words(const std::string& text) {
    const auto each = [&](auto&& read) {
        try {
            read();
        } catch (const error& e) {
            require(is_printable(one_line(e.what())), "a sentence of an error steers nothing");
        }
    };
    if (text.size() > 4096) return;
    each([&] {
        const length l = ask::length_of(text, "--prompt");
        require(std::isfinite(l.mean()) && l.mean() >= 0.0 && l.largest() >= l.mean() * (1.0 - 1e-9),
                "a length has a mean, and none is longer than the longest");
    });
    each([&] { ask::detail::arrivals_of(text, 3.0); });
    for (const symbols::table& t : symbols::all)
        each([&] { require(std::isfinite(symbols::read(t, text)), "a quantity is finite"); });
    each([&] { ask::detail::typed_whole<int>("--tp", text); });
    each([&] { require(std::isfinite(ask::detail::typed_number("--price", text, "a number")), "numbers are finite"); });
    // `NAME VALUE` as an option of the command.
    const std::size_t blank = text.find(' ');
    if (blank == std::string::npos) return;
    for (const auto& k : ask::prediction_keywords)
        if (k.name == text.substr(0, blank)) {
            ask::prediction_options o;
            each([&] { ask::set_from_text(k, o, std::string_view(text).substr(blank + 1)); });
        }
}

inline void start_up_log(const std::string& text) {
    std::istringstream in(text);
    const start_log l = read_start_log(in);
    for (const auto& figure : {l.weights, l.kv})
        if (figure) require(std::isfinite(*figure), "a figure of a log is finite");
}

/// JSON of any kind is printed so that it reads back and steers nothing.
inline void printed_json(const std::string& text) {
    const nlohmann::json value = json_of(text);
    const std::string shown = report::json_text(value);
    require(shown == printable_lines(shown), "JSON steers nothing");
    require(nlohmann::json::parse(shown) == value || text.find("e") != std::string::npos || !is_utf8(text),
            "JSON is read back as it was");
    const std::string raw = printable(text);
    require(is_printable(raw) && printable(raw) == raw, "what is printable stays");
}

inline constexpr std::array descriptor_readers{
    reader{"config", configuration},    reader{"device", device_file}, reader{"runtime", runtime_settings},
    reader{"calibration", calibration}, reader{"launch", launch_line}, reader{"typed", typed_words},
    reader{"gguf", gguf_file},          reader{"names", typed_name},   reader{"start_log", start_up_log},
    reader{"printed", printed_json},
};
}  // namespace fuzz
