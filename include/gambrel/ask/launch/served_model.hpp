// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The model of a launch line: a name of the hub, a folder or a GGUF file, looked for in the catalog by what is left of
/// it, and the format that the name says.
///
///     /data/Qwen3-32B                        the last part of a path
///     nvidia/Llama-3.3-70B-Instruct-FP8      without the format that ends it
///     unsloth/Qwen3-8B-GGUF:Q4_K_M           a GGUF file of the hub, Q4_K_M where none is said
///     Qwen3-8B-UD-Q4_K_XL-00001-of-00002.gguf
///
/// Evidence: tests/ask/launch_test.cpp.

#include <gambrel/ask/names.hpp>

namespace gambrel::ask {

struct served_model {
    std::string name;       ///< a catalog name where there is one
    std::string weights{};  ///< keyword text; empty: as stored
    std::string remark{};   ///< where something was taken for another
};

namespace detail {
struct format_ending {
    std::string_view ending, weights;
};
inline constexpr std::array<format_ending, 22> format_endings{{
    {"-fp8-dynamic", "fp8"}, {"-fp8-kv", "fp8"},    {"-fp8-block", "fp8_block"}, {"-fp8", "fp8"},
    {"-nvfp4-v2", "nvfp4"},  {"-nvfp4", "nvfp4"},   {"-fp4", "nvfp4"},           {"-gptq-int4", "int4"},
    {"-gptq-int8", "w8a16"}, {"-awq-int4", "int4"}, {"-awq-4bit", "int4"},       {"-awq", "int4"},
    {"-gptq", "int4"},       {"-int4", "int4"},     {"-w4a16", "int4"},          {"-mxfp4", "mxfp4"},
    {"-w8a8", "int8"},       {"-int8", "int8"},     {"-bnb-4bit", "nf4"},        {"-unsloth-bnb-4bit", "nf4"},
    {"-bf16", "bf16"},       {"-4bit", "int4"},
}};

inline bool ends_with_name(std::string_view text, std::string_view ending) {
    return text.size() > ending.size() && same_name(text.substr(text.size() - ending.size()), ending);
}
inline std::string_view last_part(std::string_view path) {
    while (!path.empty() && (path.back() == '/' || path.back() == '\\')) path.remove_suffix(1);
    return path.substr(path.find_last_of("/\\") + 1);  // none: npos + 1 is 0
}
/// The catalog's name of `text`, of its last part, or of what is left without a format at its end.
inline served_model catalog_model(std::string_view text) {
    for (const std::string_view part : {text, last_part(text)}) {
        if (const architecture* m = find_model(part)) return {m->name.str()};
        for (const format_ending& f : format_endings)
            if (ends_with_name(part, f.ending))
                if (const architecture* m = find_model(part.substr(0, part.size() - f.ending.size())))
                    return {m->name.str(), std::string(f.weights)};
    }
    return {std::string(last_part(text).size() == text.size() || text.find('/') == text.rfind('/') ? text
                                                                                                   : last_part(text))};
}

/// The file type that `tag` names, a mix without one taken for the nearest: Q4_K_XL for q4_k_m.
inline std::string gguf_weights(std::string_view tag, std::string& remark) {
    for (const std::string_view maker : {"UD-", "ud-", "i1-"})
        if (tag.starts_with(maker)) tag.remove_prefix(maker.size());
    if (find_gguf_file_type(tag)) return std::string(tag);
    if (same_name(tag, "mxfp4")) return "mxfp4";
    if (!ends_with_name(tag, "_XL")) return {};
    const std::string_view base = tag.substr(0, tag.size() - 3);
    for (const char* mix : {"_M", "_L", ""})
        if (const std::string near = std::string(base) + mix; find_gguf_file_type(near)) {
            remark = std::string(tag) + " is counted as " + near;
            return near;
        }
    return {};
}
inline std::string without_gguf(std::string_view text) {
    for (const std::string_view ending : {"-GGUF", "-gguf", ".gguf", "_GGUF"})
        if (text.size() > ending.size() && text.ends_with(ending))
            return std::string(text.substr(0, text.size() - ending.size()));
    return std::string(text);
}
/// "Qwen3-8B-UD-Q4_K_XL-00001-of-00002.gguf".
inline served_model gguf_file(std::string_view path) {
    std::string text = without_gguf(last_part(path));
    if (const std::size_t of = text.rfind("-of-"); of != std::string::npos && of >= 6) text.resize(of - 6);
    served_model found;
    for (std::size_t at = text.find_first_of("-._"); at != std::string::npos; at = text.find_first_of("-._", at + 1)) {
        found.weights = gguf_weights(std::string_view(text).substr(at + 1), found.remark);
        if (found.weights.empty()) continue;
        text.resize(at);
        break;
    }
    for (const std::string_view ending : {"-UD", "-GGUF"})
        if (std::string_view(text).ends_with(ending)) text.resize(text.size() - ending.size());
    const served_model m = catalog_model(text);
    found.name = m.name;
    if (found.weights.empty()) found.weights = m.weights;
    return found;
}
/// "unsloth/Qwen3-8B-GGUF:Q4_K_M".
inline served_model gguf_of_hub(std::string_view text) {
    const std::size_t colon = text.find(':');
    const std::string_view repository = text.substr(0, colon);
    served_model found = gguf_file(repository);
    if (colon != std::string_view::npos) found.weights = gguf_weights(text.substr(colon + 1), found.remark);
    const architecture* m = find_model(found.name);
    const bool narrow = m != nullptr && as_served(m->stored).experts.bits < 16.0;  // gpt-oss: its files are as stored
    if (colon == std::string_view::npos && found.weights.empty() && !narrow)
        found.weights = "q4_k_m";  // what llama-server takes
    return found;
}
}  // namespace detail

/// What a server that takes folders and names of the hub serves under `text`. What exists as a file is kept as given.
inline served_model model_served(const std::string& text) {
    std::error_code ignored;
    if (names_a_configuration(text) && std::filesystem::exists(text, ignored)) return {text};
    if (text.ends_with(".gguf")) return detail::gguf_file(text);
    return detail::catalog_model(text);
}
}  // namespace gambrel::ask
