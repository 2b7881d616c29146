// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A model as JSON (docs/json.md): parameters and weight bytes by part and by format, cache and state of a sequence;
/// and the short form of a list of models. Figures as in json.hpp; counts are whole numbers.
/// Opt-in: needs nlohmann-json. Evidence: tests/report/model_json_test.cpp, tests/command/.

#include <gambrel/ask/names.hpp>
#include <gambrel/model/gguf.hpp>
#include <gambrel/model/kv_cache.hpp>
#include <gambrel/model/parameters.hpp>
#include <gambrel/report/json/prediction_json.hpp>
#include <span>

namespace gambrel::report {
using namespace ask;

struct model_part {
    const char* name;
    count parameters;
    bytes<> stored;  ///< as published
};

/// The language model by part; MTP modules and the vision tower are counted beside it.
inline std::vector<model_part> parts_of(const architecture& m) {
    const parameter_parts n = parameters_by_part(m);
    const weight_byte_parts b = weight_bytes_by_part(m, m.stored);
    return {{"embedding", n.embedding, b.embedding},
            {"head", n.head, b.head},
            {"attention", n.attention, b.attention},
            {"feed_forward", n.feed_forward, b.feed_forward},
            {"experts", n.experts, b.experts},
            {"shared_experts", n.shared_experts, b.shared_experts},
            {"router", n.router, b.router},
            {"state", n.state, b.state},
            {"other", n.position + n.norms + n.other, b.other}};
}

/// The GGUF file types most often met, where their rules hold for `m`.
inline std::vector<std::pair<std::string, bytes<>>> gguf_sizes(const architecture& m) {
    using enum gguf_file_type;
    std::vector<std::pair<std::string, bytes<>>> sizes;
    if (!has_gguf_rules(m)) return sizes;
    for (const gguf_file_type f : {q2_k, q3_k_m, q4_0, q4_k_m, q5_k_m, q6_k, q8_0})
        sizes.emplace_back(std::string(name_of(f)), gguf_size(m, f));
    return sizes;
}

/// Lengths worth showing, in tokens: what was asked for, else 1 k to the model's longest in steps of eight. Throws
/// `error` where what was asked for is no length.
inline std::vector<double> contexts_of(const architecture& m, std::optional<double> asked = {}) {
    if (asked) return {checked(*asked, 1.0, longest_length, "the context in tokens")};
    std::vector<double> lengths;
    const double most = m.most_context > 0 ? static_cast<double>(m.most_context) : 131072.0;
    for (double n = 1024.0; n < most; n *= 8.0) lengths.push_back(n);
    lengths.push_back(most);
    return lengths;
}

/// What a configuration leaves out: `key`, the `value` taken for it as text, and `why`.
inline json assumed_json(const std::vector<hugging_face::assumption>& assumed) {
    json list = json::array();
    for (const hugging_face::assumption& a : assumed)
        list.push_back({{"key", a.key}, {"value", a.value}, {"why", a.why}});
    return list;
}

/// All of `m`, with its cache in `kv` and what sequences of `contexts` tokens keep.
inline json model_json(const architecture& m, const storage_format& kv, const std::vector<double>& contexts) {
    const parameter_parts n = parameters_by_part(m);
    const weight_byte_parts b = weight_bytes_by_part(m, m.stored);
    json parts = json::object(), sizes = json::object(), sequences = json::array();
    for (const model_part& p : parts_of(m))
        parts[p.name] = {{"parameters", p.parameters}, {"stored_bytes", figure_json(p.stored)}};
    sizes["stored"] = figure_json(weight_bytes(m, m.stored));
    for (const storage_format* f : storage_formats)
        sizes[f->name.str()] = figure_json(weight_bytes(m, linear_layers_in(*f)));
    for (const auto& [name, size] : gguf_sizes(m)) sizes[name] = figure_json(size);
    for (const double length : contexts)
        sequences.push_back({{"tokens", length},
                             {"kv", figure_json(kv_bytes(m, length, kv))},
                             {"kv_and_state", figure_json(sequence_bytes(m, length, kv))}});
    const auto whole = [](bytes<> size) { return static_cast<count>(std::llround(size.value())); };
    return {
        {"gambrel", version},
        {"name", m.name.view()},
        {"family", m.family.view()},
        {"total_parameters", n.language_model()},
        {"active_parameters", active_parameters(m)},
        {"active_parameters_without_embedding", active_parameters_without_embedding(m)},
        {"kv_bytes_per_token", whole(kv_bytes_per_token(m, kv))},
        {"kv_format", kv.name.view()},
        {"indexer_bytes_per_token", whole(indexer_bytes_per_token(m))},
        {"state_bytes_per_sequence", whole(state_bytes(m))},
        {"layers", m.layers()},
        {"hidden", m.hidden},
        {"vocabulary", m.vocabulary},
        {"most_context", m.most_context},
        {"tied_embedding", m.tied_embedding},
        {"stored_format", m.stored.attention.name.view()},
        {"parts", parts},
        {"mtp", {{"modules", m.mtp.modules}, {"parameters", n.mtp}, {"stored_bytes", figure_json(b.mtp)}}},
        {"vision", {{"layers", m.vision.layers}, {"parameters", n.vision}, {"stored_bytes", figure_json(b.vision)}}},
        {"weight_bytes", sizes},
        {"sequences", sequences}};
}

/// A list: of each model its name, family, counts, cache of a token in fp16, layers and longest context.
inline json models_json(std::span<const architecture* const> models) {
    json all = json::array();
    for (const architecture* m : models)
        all.push_back({{"name", m->name.view()},
                       {"family", m->family.view()},
                       {"total_parameters", parameter_count(*m)},
                       {"active_parameters", active_parameters(*m)},
                       {"kv_bytes_per_token", static_cast<count>(kv_bytes_per_token(*m).value())},
                       {"layers", m->layers()},
                       {"most_context", m->most_context}});
    return all;
}
}  // namespace gambrel::report
