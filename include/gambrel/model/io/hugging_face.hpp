// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A model from the config.json of a Hugging Face repository.
///
/// The language part is text_config, llm_config, language_config or thinker_config.text_config where there is one,
/// else the file itself; model_type picks the dialect; absent keys and nulls take the class's defaults. Families and
/// keys with operators that the library lacks are refused by name. Whatever the bytes are, the answer is a whole
/// architecture or a gambrel::error, in bounded time. Opt-in: needs nlohmann-json.
/// Evidence: tests/model/parameters_test.cpp, tests/model/io/, tests/fuzz/hugging_face_fuzz_test.cpp.

#include <filesystem>
#include <fstream>
#include <gambrel/model/io/dialect_table.hpp>
#include <gambrel/model/io/quantization_config.hpp>
#include <gambrel/model/io/unsupported.hpp>
#include <gambrel/model/io/vision_config.hpp>
#include <gambrel/model/matrices.hpp>
#include <gambrel/names/printable.hpp>

namespace gambrel {

namespace hugging_face {

/// The object that holds the language model, and its path; the file itself when nothing is nested.
inline const json& language_part(const json& root, std::string& path) {
    const auto nested = [&](const json& object, const char* name) -> const json* {
        const auto found = object.find(name);
        if (found == object.end() || found->is_null()) return nullptr;
        path += path.empty() ? name : "." + std::string(name);
        if (!found->is_object()) fail(path + " is " + described(*found) + "; it must be an object");
        return &*found;
    };
    for (const char* name : {"text_config", "llm_config", "language_config"})
        if (const json* part = nested(root, name)) return *part;
    if (const json* thinker = nested(root, "thinker_config")) {
        if (const json* part = nested(*thinker, "text_config")) return *part;
        fail("thinker_config.text_config is missing; it must hold the language model");
    }
    return root;
}

/// More parameters than any model: the counts would not fit in 64 bits. Summed in floating point, which cannot wrap.
inline void refuse_absurd_size(const architecture& m) {
    double n = 2.0 * static_cast<double>(m.vocabulary) * static_cast<double>(m.hidden) +
               static_cast<double>(m.position_rows) * static_cast<double>(m.hidden);
    for (const layer_group& g : m)
        for_each_matrix(g.layer, m.hidden, [&](const matrix& x) {
            n += static_cast<double>(g.layers) * static_cast<double>(x.copies) * static_cast<double>(x.outputs) *
                 static_cast<double>(x.inputs);
        });
    for_each_matrix(m.mtp.layer, m.hidden, [&](const matrix& x) {
        n += static_cast<double>(m.mtp.modules) * static_cast<double>(x.copies) * static_cast<double>(x.outputs) *
             static_cast<double>(x.inputs);
    });
    if (n > 1e15) fail("the configuration asks for " + std::to_string(n) + " parameters; at most 1e15 are read");
}

/// `name` as it may be shown, or the start of it that a name_text holds, cut between characters of UTF-8 and not inside one.
/// Evidence: python/tests/test_descriptors.py.
inline name_text name_that_fits(std::string_view name) {
    const std::string shown = printable(name);
    std::size_t most = name_text{}.characters.size();
    if (shown.size() > most)
        while (most > 0 && (static_cast<unsigned char>(shown[most]) & 0xC0U) == 0x80U) --most;
    return std::string_view(shown).substr(0, most);
}

/// The model of a configuration. `assumed`, where there is one, gets what the file leaves out and what was taken for it.
inline architecture architecture_of(const json& object, std::vector<assumption>* assumed = nullptr) {
    const config_reader root(&object, "", nullptr, assumed);
    std::string path;
    const json& part = language_part(object, path);
    const config_reader text(&part, path, path.empty() ? nullptr : &root, assumed);
    refuse_unsupported(root);
    if (text.nested()) refuse_unsupported(text);

    draft d;
    const std::string family = family_of(text);
    dialect_of(family).read(text, d);
    read_quantization(text, root, d);
    architecture m = grouped(d);
    m.family = name_that_fits(family);
    const std::string name = root.has("_name_or_path") ? root.text("_name_or_path", family) : family;
    m.name = name_that_fits(name);
    refuse_absurd_size(m);
    m.vision = read_vision(root, m.hidden);
    return m;
}

/// The recipe of a side file, where config.json carries none: ModelOpt's hf_quant_config.json or AutoGPTQ's.
inline void merge_side_file(json& object, const std::filesystem::path& directory) {
    if (object.contains("quantization_config")) return;
    for (const char* name : {"hf_quant_config.json", "quantize_config.json"}) {
        std::ifstream in(directory / name, std::ios::binary);
        if (!in) continue;
        json side = bounded_json(bounded_text(in, name), name);
        const auto inner = side.find("quantization");
        json recipe = inner != side.end() ? *inner : side;
        if (!recipe.is_object())
            fail(std::string(name) + ": quantization is " + described(recipe) + "; it must be an object");
        if (!recipe.contains("quant_method")) recipe["quant_method"] = inner != side.end() ? "modelopt" : "gptq";
        const auto algorithm = recipe.find("quant_algo");
        if (inner != side.end() && (algorithm == recipe.end() || algorithm->is_null())) return;  // no weights
        object["quantization_config"] = std::move(recipe);
        return;
    }
}

/// The configuration in a file, or in a model directory: its config.json and, where there is one, its separate recipe.
inline json read_object(const std::filesystem::path& path) {
    std::error_code ignored;
    const bool directory = std::filesystem::is_directory(path, ignored);
    const std::filesystem::path file = directory ? path / "config.json" : path;
    std::ifstream in(file, std::ios::binary);
    if (!in) fail("cannot open " + shown(file.string()) + "; it must be a config.json or a model directory");
    json object = bounded_json(bounded_text(in, file.string()), file.string());
    if (directory) merge_side_file(object, path);
    return object;
}
}  // namespace hugging_face

/// The model that the text of a config.json describes. `name` is what errors call it.
inline architecture parse_config(std::string_view text, std::string_view name = "config.json") {
    return hugging_face::architecture_of(hugging_face::bounded_json(text, name));
}

/// The same from a stream.
inline architecture read_config(std::istream& in, std::string_view name = "config.json") {
    return parse_config(hugging_face::bounded_text(in, name), name);
}

/// The same from a file, or from a model directory.
inline architecture read_config(const std::filesystem::path& path) {
    return hugging_face::architecture_of(hugging_face::read_object(path));
}
}  // namespace gambrel
