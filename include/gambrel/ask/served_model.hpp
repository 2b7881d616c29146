// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The model of a name as people and servers write it, and the format that the name says:
///
///     /data/Qwen3-32B                                   the last part of a path
///     https://huggingface.co/Qwen/Qwen3-8B-AWQ          owner and name of an address
///     nvidia/Llama-3.3-70B-Instruct-FP8                 without the format that ends it (ask/format_names.hpp)
///     unsloth/Qwen3-8B-GGUF:Q4_K_M                      a GGUF file of the hub, Q4_K_M where none is said
///     Qwen3-8B-UD-Q4_K_XL-00001-of-00002.gguf
///     llama3.1:8b-instruct-q8_0                         a tag of Ollama's library, Q4_K_M where none is said
///     llama3.1-8b                                       as the catalog spells it, without regard to '-'
///
/// Measured rows are not read so: they take `find_model`, which knows names of the catalog only.
/// Evidence: tests/ask/served_model_test.cpp, tests/ask/launch_test.cpp.

#include <gambrel/ask/format_names.hpp>
#include <gambrel/model/catalog.hpp>
#include <gambrel/model/catalog/model_aliases.hpp>
#include <gambrel/model/is_dense.hpp>

namespace gambrel::ask {

struct served_model {
    std::string name;       ///< a catalog name where there is one
    std::string weights{};  ///< keyword text; empty: as stored
    std::string remark{};   ///< where something was taken for another
    bool known = false;     ///< `name` is of the catalog
};

namespace detail {
inline std::string_view last_part(std::string_view path) {
    while (!path.empty() && (path.back() == '/' || path.back() == '\\')) path.remove_suffix(1);
    return path.substr(path.find_last_of("/\\") + 1);  // none: npos + 1 is 0
}
inline bool ends_with_name(std::string_view text, std::string_view ending) {
    return text.size() > ending.size() && same_name(text.substr(text.size() - ending.size()), ending);
}

/// The catalog's model of `name`: by its rules, or by another name.
inline const architecture* model_called(std::string_view name) {
    if (const architecture* m = find_model(name)) return m;
    for (const std::string_view part : {name, last_part(name)})
        if (const name_alias* a = find_alias(model_aliases, part)) return find_model(a->name);
    return nullptr;
}
/// Likewise, or spelled with other hyphens.
inline const architecture* model_spelled(std::string_view name) {
    if (const architecture* m = model_called(name)) return m;
    const std::string_view bare = last_part(name);
    for (std::size_t i = 0; i < all_models.size(); ++i)
        if (same_letters(bare, bare_model_names[i]) || same_letters(bare, short_model_names[i])) return all_models[i];
    return nullptr;
}

/// Whether `m` is published in `f`: in its format, or in 8-bit floats with scales of their own.
inline bool stored_in(const architecture& m, const storage_format& f) {
    const weight_formats w = as_served(m.stored);
    const storage_format& own = is_dense(m) ? w.feed_forward : w.experts;
    return own.name == f.name || (f.name == formats::fp8.name && own.issue == multiply::as_8_bit_float);
}

/// The catalog's name of `text`, of its last part, or of what is left without a format at its end.
inline served_model catalog_model(std::string_view text) {
    for (const std::string_view part : {text, last_part(text)}) {
        const architecture* whole = model_called(part);
        if (whole != nullptr && ends_with_name(whole->name.view(), last_part(part)))
            return {whole->name.str(), {}, {}, true};
        for (std::size_t at = part.find_first_of("-_."); at != std::string_view::npos;
             at = part.find_first_of("-_.", at + 1)) {
            const std::string_view ending = part.substr(at + 1);
            const storage_format* format = find_format(ending);
            const bool gguf = names_gguf(ending), unsized = find_alias(unsized_recipes, ending) != nullptr;
            if (format == nullptr && !gguf && !unsized) continue;
            const architecture* m = model_spelled(part.substr(0, at));
            if (m == nullptr) continue;
            if (unsized) return {m->name.str(), std::string(ending), {}, true};
            if (contains_name(text, "mlx-")) return {m->name.str(), "mlx", {}, true};
            if (!gguf && stored_in(*m, *format)) return {m->name.str(), {}, {}, true};
            return {m->name.str(), gguf ? std::string(ending) : format->name.str(), {}, true};
        }
        if (whole != nullptr) return {whole->name.str(), {}, {}, true};
    }
    if (const architecture* m = model_spelled(text)) return {m->name.str(), {}, {}, true};
    return {std::string(last_part(text).size() == text.size() || text.find('/') == text.rfind('/') ? text
                                                                                                   : last_part(text))};
}

/// The file type that `tag` names, a mix without one taken for the nearest: Q4_K_XL for q4_k_m.
inline std::string gguf_weights(std::string_view tag, std::string& remark) {
    for (const std::string_view maker : {"UD-", "ud-", "i1-"})
        if (tag.starts_with(maker)) tag.remove_prefix(maker.size());
    if (find_gguf_file_type(tag)) return std::string(tag);
    if (same_name(tag, "mxfp4")) return "mxfp4";
    if (same_name(tag, "fp16")) return "f16";
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
    for (const std::string_view ending : {"-UD", "-GGUF", "-qat"})
        if (ends_with_name(text, ending)) text.resize(text.size() - ending.size());
    const served_model m = catalog_model(text);
    found.name = m.name;
    found.known = m.known;
    if (found.weights.empty()) found.weights = m.weights;
    return found;
}

/// What is taken where a repository or a tag names no type: gpt-oss is as stored, others are Q4_K_M.
inline served_model with_usual_type(served_model m, std::string_view who) {
    const architecture* a = find_model(m.name);
    const bool narrow = a != nullptr && as_served(a->stored).experts.bits < 8.0;
    if (!m.weights.empty() || narrow) return m;
    m.weights = "q4_k_m";
    if (m.remark.empty()) m.remark = "no type is named, so " + std::string(who) + " takes Q4_K_M";
    return m;
}
/// "unsloth/Qwen3-8B-GGUF:Q4_K_M".
inline served_model gguf_of_hub(std::string_view text) {
    const std::size_t colon = text.find(':');
    served_model found = gguf_file(text.substr(0, colon));
    if (colon == std::string_view::npos) return with_usual_type(std::move(found), "llama-server");
    found.weights = gguf_weights(text.substr(colon + 1), found.remark);
    return found;
}

/// "llama3.1:8b-instruct-q4_K_M": words that say nothing of the layers are left out from the end until the tag is known.
inline served_model ollama_model(std::string_view text) {
    served_model found;
    std::string rest(text);
    while (rest.find(':') != std::string::npos) {
        if (const name_alias* a = find_alias(model_aliases, rest)) {
            const architecture* m = find_model(a->name);
            found.name = m != nullptr ? m->name.str() : std::string(a->name);
            found.known = m != nullptr;
            return with_usual_type(std::move(found), "Ollama");
        }
        const std::size_t at = rest.find_last_of("-:");
        const std::string word = rest.substr(at + 1);
        std::string ignored;
        const std::string type = gguf_weights(word, ignored);
        constexpr std::array<std::string_view, 7> silent{"instruct", "it", "chat", "text", "base", "fp16", "qat"};
        const bool says_nothing = std::any_of(silent.begin(), silent.end(), [&](auto w) { return same_name(w, word); });
        if (rest[at] == ':' || (type.empty() && !says_nothing)) break;
        if (found.weights.empty()) found.weights = type;
        rest.resize(at);
    }
    return {std::string(text)};
}

/// What an address, a cache folder or a prefix leaves: "https://hf.co/Qwen/Qwen3-8B/tree/main" is "Qwen/Qwen3-8B".
inline std::string without_address(std::string_view text) {
    for (const std::string_view scheme : {"https://", "http://", "hf://"})
        if (text.starts_with(scheme)) text.remove_prefix(scheme.size());
    bool hub = false;
    for (const std::string_view place : {"www.huggingface.co/", "huggingface.co/", "hf.co/", "hf-mirror.com/"})
        if (text.starts_with(place)) {
            text.remove_prefix(place.size());
            hub = true;
        }
    for (const std::string_view place :
         {"ollama.com/library/", "ollama.com/", "registry.ollama.ai/library/", "library/"})
        if (text.starts_with(place)) text.remove_prefix(place.size());
    if (text.starts_with("models--")) {
        std::string name(text.substr(8));
        if (const std::size_t at = name.find("--"); at != std::string::npos) name.replace(at, 2, "/");
        return name;
    }
    if (!hub) return std::string(text);
    text = text.substr(0, text.find_first_of("?#"));
    if (text.ends_with(".gguf")) return std::string(last_part(text));
    const std::size_t owner = text.find('/');
    return std::string(owner == std::string_view::npos ? text : text.substr(0, text.find('/', owner + 1)));
}
}  // namespace detail

/// What is served under `text`, which is no file that is there.
inline served_model model_served(const std::string& typed) {
    const std::string text = detail::without_address(typed);
    if (text.ends_with(".gguf")) return detail::gguf_file(text);
    const bool owned = text.find('/') != std::string::npos;
    const std::string repository = text.substr(0, text.find(':'));
    if (owned && detail::without_gguf(repository) != repository) return detail::gguf_of_hub(text);
    if (!owned && text.find(':') != std::string::npos) return detail::ollama_model(text);
    return detail::catalog_model(text);
}
}  // namespace gambrel::ask
