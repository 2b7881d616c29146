// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Storage formats by their names and by the field's words for them: a number format (bfloat16), a method of quantisation
/// (awq, SmoothQuant) or a GGUF file type (q4_k_m). A method whose word does not say what is stored (AQLM, QuaRot) is
/// refused with what it leaves open. The words: data/names.csv. Evidence: tests/ask/format_names_test.cpp.

#include <gambrel/model/catalog/number_formats.hpp>
#include <gambrel/model/gguf.hpp>
#include <vector>

namespace gambrel::ask {

/// The format of that name, what servers call so ("bfloat16"), or what a method of that name makes ("awq"). Null where
/// there is none.
inline const storage_format* find_format(std::string_view text) {
    if (const name_alias* a = find_alias(recipe_aliases, text)) text = a->name;
    return find_number_format(text);
}
inline std::vector<std::string_view> format_names() {
    std::vector<std::string_view> names;
    for (const storage_format* f : storage_formats) names.push_back(f->name.view());
    return names;
}

/// Throws where `text` is a method whose word does not say what is stored.
inline void refuse_unsized(std::string_view text) {
    if (const name_alias* a = find_alias(unsized_recipes, text))
        fail("weights in " + std::string(text) + ": " + std::string(a->name) +
             "; give the config.json of the checkpoint as the model, or a format: fp8, int4, nf4 ...");
}

/// "fp8", "q8_0" ...: a format of the cache, among them the block types of GGUF (llama.cpp -ctk, -ctv).
inline storage_format kv_format_of(std::string_view text) {
    if (const storage_format* f = find_number_format(text)) return *f;
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
    refuse_unsized(text);
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
    refuse_unsized(text);
    std::vector<std::string_view> names = format_names();
    for (const auto& row : gguf_file_types) names.push_back(row.name);
    fail_unknown("format", text, names);
}
}  // namespace gambrel::ask
