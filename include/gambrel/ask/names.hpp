// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Descriptors by the names that people type: a model, a device, a storage format, a length. A name that is none is one
/// `error` that lists the nearest. Evidence: tests/ask/bound_question_test.cpp.

#include <array>
#include <filesystem>
#include <gambrel/hardware/catalog.hpp>
#include <gambrel/hardware/io/device_json.hpp>
#include <gambrel/hardware/visible_memory.hpp>
#include <gambrel/model/catalog.hpp>
#include <gambrel/model/gguf.hpp>
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

/// Whether `text` means a file or a model directory rather than a catalog name.
inline bool names_a_configuration(const std::string& text) {
    namespace fs = std::filesystem;
    const std::string_view typed = text;
    std::error_code ignored;
    return typed.starts_with("/") || typed.starts_with("./") || typed.starts_with("../") || typed.ends_with(".json") ||
           fs::is_regular_file(text, ignored) || fs::is_regular_file(fs::path(text) / "config.json", ignored);
}

/// A catalog name, a config.json, or a directory that holds one. What exists as a file is read as one.
inline architecture model_of(const std::string& text) {
    if (!names_a_configuration(text)) return model_named(text);
    return named_after(read_config(std::filesystem::path(text)), text);
}

/// A catalog name, or a .json file (docs/catalog-hardware.md).
inline device<> device_of(const std::string& text) {
    return std::string_view(text).ends_with(".json") ? read_device(std::filesystem::path(text)) : device_named(text);
}

/// The llama.cpp of a device: by its backend.
constexpr const runtime<>& llama_cpp_of(const device<>& d) {
    if (d.vendor == vendor::apple) return catalog::llama_cpp_metal;
    if (d.kind == device_class::cpu) return catalog::llama_cpp_cpu;
    return d.vendor == vendor::amd || d.vendor == vendor::intel ? catalog::llama_cpp_vulkan : catalog::llama_cpp;
}

/// Where no runtime is asked for: llama.cpp for GGUF files and where people run it (Apple, processors, Strix Halo, Intel's
/// consumer boards, small embedded ones), else vLLM, or the first of the catalog where vLLM does not run.
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
inline constexpr std::array<const storage_format*, 13> storage_formats{
    &formats::bf16,  &formats::fp16,  &formats::fp32,      &formats::fp8,      &formats::fp8_block,
    &formats::int8,  &formats::w8a16, &formats::int4_g128, &formats::int4_g32, &formats::nvfp4,
    &formats::mxfp4, &formats::mxfp8, &formats::nf4};

/// Formats as servers spell them, beside the catalog's names.
inline constexpr std::array<std::pair<std::string_view, const storage_format*>, 5> server_formats{
    {{"bfloat16", &formats::bf16},
     {"float16", &formats::fp16},
     {"float32", &formats::fp32},
     {"fp8_e4m3", &formats::fp8},
     {"fp8_e5m2", &formats::fp8}}};

/// Null where there is no format of that name.
inline const storage_format* find_format(std::string_view text) {
    for (const auto& [name, format] : server_formats)
        if (same_name(name, text)) return format;
    for (const storage_format* f : storage_formats)
        if (same_name(f->name.view(), text)) return f;
    return nullptr;
}
inline std::vector<std::string_view> format_names() {
    std::vector<std::string_view> names;
    for (const storage_format* f : storage_formats) names.push_back(f->name.view());
    return names;
}

/// "fp8", "q8_0" ...: a format of the cache, among them the block types of GGUF (llama.cpp -ctk, -ctv).
inline storage_format kv_format_of(std::string_view text) {
    if (const storage_format* f = find_format(text)) return *f;
    std::vector<std::string_view> names = format_names();
    for (const gguf_block& b : gguf_blocks) {
        if (same_name(b.name.view(), text)) {
            storage_format f = b.format();
            f.gguf = f.bits < 16.0;  // f16 and f32 are everybody's
            return f;
        }
        names.push_back(b.name.view());
    }
    fail_unknown("format", text, names);
}

/// "fp8", "int4" ...: the storage formats of model/weight_format.hpp.
inline const storage_format& format_of(std::string_view text) {
    if (const storage_format* f = find_format(text)) return *f;
    fail_unknown("format", text, format_names());
}

/// Whether `text` names a GGUF file type and no format that servers know by the same name.
inline bool names_gguf(std::string_view text) {
    return find_format(text) == nullptr && find_gguf_file_type(text).has_value();
}

/// The linear layers of `m` in such a format, or all of it in a GGUF file type: "q4_k_m". A name of both is the format.
inline weight_formats weights_of(std::string_view text, const architecture& m) {
    if (const storage_format* f = find_format(text)) return linear_layers_in(*f);
    if (const auto type = find_gguf_file_type(text)) return gguf_formats(m, *type);
    std::vector<std::string_view> names = format_names();
    for (const auto& row : gguf_file_types) names.push_back(row.name);
    fail_unknown("format", text, names);
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
