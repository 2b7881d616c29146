// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Descriptors by the names that people type: a model, a device, a length. A name that is none is one
/// `error` that lists the nearest. Evidence: tests/ask/bound_question_test.cpp.

#include <array>
#include <filesystem>
#include <gambrel/ask/format_names.hpp>
#include <gambrel/ask/rented_device.hpp>
#include <gambrel/ask/served_model.hpp>
#include <gambrel/hardware/io/device_json.hpp>
#include <gambrel/hardware/visible_memory.hpp>
#include <gambrel/model/io/gguf_architecture.hpp>
#include <gambrel/model/io/hugging_face.hpp>
#include <gambrel/numeric/read_number.hpp>
#include <gambrel/runtime/catalog.hpp>
#include <gambrel/step/feasibility.hpp>
#include <gambrel/workload/workload.hpp>

namespace gambrel::ask {

namespace detail {
/// What to call a model whose configuration names only its family: its directory, or its file.
inline std::string name_from(const std::filesystem::path& path) {
    const std::filesystem::path full = std::filesystem::absolute(path).lexically_normal();
    if (full.filename() == "config.json") return full.parent_path().filename().string();
    return (full.has_filename() ? full.stem() : full.parent_path().filename()).string();
}

/// The number that `part` of what was typed for `what` is.
inline double number_of(std::string_view part, std::string_view typed, const std::string& what) {
    double x = 0.0;
    const auto [end, wrong] = read_number(part.data(), part.data() + part.size(), x);
    if (wrong != std::errc{} || end != part.data() + part.size())
        fail(what + " is \"" + std::string(typed.substr(0, 40)) +
             "\"; it must be tokens (2048), uniform:LOW:HIGH or lognormal:MEAN:VARIATION");
    return x;
}
}  // namespace detail

/// `m`, called after `path` where its configuration names only its family.
inline architecture named_after(architecture m, const std::filesystem::path& path) {
    if (m.name == m.family) m.name = hugging_face::name_that_fits(detail::name_from(path));
    return m;
}

/// Whether `text` is a GGUF file, whatever it is called. One that is not here is a name: of a model and its format.
inline bool names_a_gguf(const std::string& text) {
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(text, ignored)) return false;
    std::array<char, 4> magic{};
    std::ifstream(text, std::ios::binary).read(magic.data(), 4);
    return std::string_view(magic.data(), 4) == "GGUF";
}

/// Whether `text` means a file or a model directory rather than a catalog name.
inline bool names_a_configuration(const std::string& text) {
    namespace fs = std::filesystem;
    const std::string_view typed = text;
    std::error_code ignored;
    return typed.starts_with("/") || typed.starts_with("./") || typed.starts_with("../") || typed.ends_with(".json") ||
           fs::is_regular_file(text, ignored) || fs::is_regular_file(fs::path(text) / "config.json", ignored);
}

/// A model by what was typed for it, and the format that the name says ("Qwen/Qwen3-8B-AWQ"): `stored` is in it.
struct asked_model {
    architecture model{};
    std::string weights{};                            ///< keyword text; empty: as published
    std::string remark{};                             ///< what was made of the name; empty where it is the catalog's
    std::vector<hugging_face::assumption> assumed{};  ///< what a configuration leaves out, and what was taken for it
};
/// A device by what was typed for it, and how many of it that is.
struct asked_device {
    gambrel::device<> device{};
    int count = 0;  ///< 0: the name says nothing
    std::string typed{};
};

namespace detail {
inline std::string quoted(const std::string& text) { return "\"" + text.substr(0, longest_compared_name) + "\""; }
}  // namespace detail

namespace detail {
/// Throws where `text` is a directory without a config.json, with the GGUF files in it.
inline void refuse_directory(const std::string& text) {
    namespace fs = std::filesystem;
    std::error_code ignored;
    if (!fs::is_directory(text, ignored) || fs::exists(fs::path(text) / "config.json", ignored)) return;
    std::vector<std::string> files;
    for (const auto& entry : fs::directory_iterator(text, ignored))
        if (files.size() < 3 && entry.path().extension() == ".gguf") files.push_back(printable(entry.path().string()));
    std::sort(files.begin(), files.end());
    std::string all;
    for (const std::string& f : files) all += (all.empty() ? "" : ", ") + f;
    fail("the directory " + printable(text) + " holds no config.json" +
         (all.empty() ? ", and no GGUF file: a model is a name, a config.json or its directory, or a GGUF file"
                      : "; give one of its GGUF files: " + all));
}
}  // namespace detail

/// A name (ask/served_model.hpp), a config.json, a directory that holds one, or a GGUF file. What exists as a file is
/// read as one.
inline asked_model asked_model_of(const std::string& text) {
    if (names_a_gguf(text)) return {read_gguf(text)};
    if (names_a_configuration(text)) {
        detail::refuse_directory(text);
        asked_model read;
        read.model = named_after(hugging_face::architecture_of(hugging_face::read_object(text), &read.assumed), text);
        return read;
    }
    const served_model named = model_served(text);
    if (!named.known) {
        detail::refuse_directory(text);
        if (std::string_view(text).ends_with(".gguf"))
            fail("there is no file " + printable(text) + ", and no model of the catalog has such a name");
        fail_with_nearest("model", text, nearest_models(detail::without_address(text)));
    }
    if (named.weights.empty() && find_model(text) != nullptr) return {model_named(named.name)};
    asked_model found{model_named(named.name), named.weights};
    found.remark = detail::quoted(text) + " is " + named.name;
    if (!named.weights.empty()) {
        found.model.stored = weights_of(named.weights, found.model);
        found.remark += " with weights in " + named.weights;
    }
    if (!named.remark.empty()) found.remark += ": " + named.remark;
    return found;
}
inline architecture model_of(const std::string& text) { return asked_model_of(text).model; }

/// A name (ask/rented_device.hpp), or a .json file (docs/catalog-hardware.md).
inline asked_device asked_device_of(const std::string& text) {
    if (std::string_view(text).ends_with(".json")) return {read_device(std::filesystem::path(text)), 0, text};
    const rented_device found = device_rented(text);
    if (found.device == nullptr) fail_with_nearest("device", text, nearest_devices(text));
    return {*found.device, found.count, text};
}
inline device<> device_of(const std::string& text) { return asked_device_of(text).device; }

/// The llama.cpp of a device: by its backend.
constexpr const runtime<>& llama_cpp_of(const device<>& d) {
    if (d.vendor == vendor::apple) return catalog::llama_cpp_metal;
    if (d.kind == device_class::cpu) return catalog::llama_cpp_cpu;
    return d.vendor == vendor::amd || d.vendor == vendor::intel ? catalog::llama_cpp_vulkan : catalog::llama_cpp;
}

/// Where no runtime is asked for: llama.cpp for GGUF files and where people run it (Apple, processors, Strix Halo,
/// Intel's consumer boards, small embedded ones), else vLLM, or the first of the catalog where vLLM does not run.
constexpr const runtime<>& usual_runtime(const device<>& d, bool gguf = false) {
    const bool shared_memory = d.vendor == vendor::amd && shares_memory_with_host(d);
    const bool small = d.kind == device_class::embedded && d.memory.capacity.value < gibibytes(16);
    const bool consumer_intel = d.vendor == vendor::intel && d.kind == device_class::consumer_gpu;
    const bool local =
        d.vendor == vendor::apple || d.kind == device_class::cpu || shared_memory || small || consumer_intel;
    if ((gguf || local) && runs_on(llama_cpp_of(d), d)) return llama_cpp_of(d);
    if (runs_on(catalog::vllm, d)) return catalog::vllm;
    for (const runtime<>* each : all_runtimes)
        if (runs_on(*each, d)) return *each;
    return catalog::vllm;
}

/// "2048", "uniform:1600:2048", "lognormal:2048:0.5" (mean and coefficient of variation). `what` it is, for the error.
inline length length_of(std::string_view text, const std::string& what) {
    const std::size_t first = text.find(':');
    if (first == std::string_view::npos) return length(detail::number_of(text, text, what));
    const std::string_view kind = text.substr(0, first), rest = text.substr(first + 1);
    const std::size_t second = rest.find(':');
    const double a = detail::number_of(rest.substr(0, second), text, what);
    const double b = detail::number_of(second == std::string_view::npos ? "" : rest.substr(second + 1), text, what);
    if (kind == "uniform") return length::uniform(a, b);
    if (kind == "lognormal") return length::log_normal(a, b);
    fail_unknown("distribution of " + what, kind, std::array<std::string_view, 2>{"uniform", "lognormal"});
}
}  // namespace gambrel::ask
