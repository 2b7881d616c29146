// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Writing the line that starts a server: the reverse of read.hpp, and held against it.
///
///     write_launch(launch_server::vllm, "Qwen/Qwen3-32B", {.tensor = 4, .max_sequences = 64}).line()
///         == "vllm serve Qwen/Qwen3-32B --tensor-parallel-size 4 --max-num-seqs 64"
///
/// Flags are those of the readers' tables, the first name of a row; what only the whole line decides is turned round from
/// finish.hpp. The line is read back at once: every keyword of a deployment or its settings that does not come back as it
/// was asked is in `unsaid`, with the reason, so that a line is either the deployment or says where it is not.
/// A line is of one replica. `model` is a catalog name, or the checkpoint that is served: its name says the format that the
/// server cannot make while loading (all but fp8 and nf4 under vLLM, fp8 under SGLang). Evidence: tests/ask/launch_write_test.cpp.

#include <gambrel/ask/launch/launch_words.hpp>
#include <gambrel/ask/launch/read.hpp>
#include <gambrel/ask/launch/written.hpp>

namespace gambrel::ask {

/// The server whose line starts `runtime`; empty where no line of it is known (TGI, LMDeploy ...).
inline std::optional<launch_server> server_of(std::string_view runtime) {
    for (const auto& row : enum_table<launch_server>)
        if (runtime == row.key || runtime.starts_with(std::string(row.key) + "-")) return row.value;
    return std::nullopt;
}

namespace detail {
/// Whether keyword `k` is the server's to set: measured acceptances, the device's memory and the load are not.
inline bool is_of_server(const keyword<prediction_options>& k) {
    const bool group = k.group == keyword_group::deployed || k.group == keyword_group::settings;
    return group && k.name != "acceptance" && k.name != "accepted_tokens" && k.name != "memory_gib" &&
           k.name != "replicas";
}
/// What `runtime` does where nobody says.
inline std::optional<bool> own_flag(const runtime<>& r, std::string_view name) {
    if (name == "chunked_prefill") return r.scheduling.chunked_prefill;
    if (name == "async_scheduling") return r.scheduling.async_scheduling;
    if (name == "prefix_cache") return true;  // as workload_of takes it
    return std::nullopt;
}
inline bool same_format(const storage_format& a, const storage_format& b) {
    return a.bits == b.bits && a.block_rows == b.block_rows && a.block_columns == b.block_columns &&
           a.scale_bits == b.scale_bits && a.issue == b.issue && a.gguf == b.gguf;
}
/// As the question is made of them: precision_of, ask/bound_question.hpp.
inline bool same_weights(const std::string& a, const std::string& b, const architecture* m) {
    if (same_name(a, b)) return true;
    if (m == nullptr) return false;
    const auto of = [m](const std::string& text) {
        return text == "stored" || text == "auto" ? as_served(m->stored) : weights_of(text, *m);
    };
    const weight_formats x = of(a), y = of(b);
    const auto same = [&](auto part) { return same_format(x.*part, y.*part); };
    using w = weight_formats;
    return same(&w::attention) && same(&w::feed_forward) && same(&w::experts) && same(&w::shared_experts) &&
           same(&w::router) && same(&w::head) && same(&w::embedding) && same(&w::state) && same(&w::other);
}
inline bool same_kv(const std::string& a, const std::string& b, const architecture* m) {
    if (same_name(a, b)) return true;
    const auto of = [m](const std::string& text) -> std::optional<storage_format> {
        if (text != "stored" && text != "auto") return kv_format_of(text);
        return m != nullptr ? std::optional(m->kv_cache) : std::nullopt;
    };
    const auto x = of(a), y = of(b);
    return x && y && same_format(*x, *y);
}
/// Whether `read` says of `k` what `asked` does.
inline bool says_the_same(const keyword<prediction_options>& k, const prediction_options& asked,
                          const prediction_options& read, const architecture* m, const runtime<>& r) {
    if (k.name == "weights") return same_weights(asked.weights, read.weights, m);
    if (k.name == "kv") return same_kv(asked.kv, read.kv, m);
    if (k.name == "lora_adapters" && asked.adapter_rank == 0) return true;
    if (k.name == "exchange") return same_name(asked.exchange, read.exchange);
    if (k.name == "graphs") return same_name(asked.graphs, read.graphs);
    if (k.name == "draft_method" && !asked.draft_model.empty()) return read.draft_method == "none";
    if (k.name == "draft_model" && !asked.draft_model.empty())
        return model_served(asked.draft_model).name == read.draft_model;
    if (const auto* flag = std::get_if<std::optional<bool> prediction_options::*>(&k.field)) {
        const std::optional<bool> own = own_flag(r, k.name);
        const auto said = [&](const prediction_options& o) { return o.*(*flag) ? o.*(*flag) : own; };
        return said(asked) == said(read);
    }
    return as_typed(k, asked) == as_typed(k, read);
}
inline std::string why_unsaid(const keyword<prediction_options>& k, const prediction_options& asked, launch_server s) {
    const std::string server(name_of(s));
    if (k.name == "weights")
        return server + " does not make " + asked.weights + " while it loads: name a checkpoint in it as the model";
    if (k.group == keyword_group::deployed && k.name.ends_with("_replicas"))
        return "a line is of one pool: write one for each, or a manifest";
    if (k.name == "ep") return server + " spreads experts over all ranks or none: ask for ep = tp x dp, or 1";
    if (s == launch_server::llama_cpp && (k.name == "tp" || k.name == "pp"))
        return "llama-server takes all devices that it sees: show it as many (CUDA_VISIBLE_DEVICES)";
    return "no flag of " + server + " that is known says it so";
}
}  // namespace detail

/// Throws `error` for values that no question may have. A line that cannot say all is an answer: `unsaid`.
inline written_launch write_launch(launch_server server, const std::string& model, const prediction_options& asked) {
    check_ranges(asked);
    detail::launch_words w(server, flags_of(server), model, asked);
    written_launch l = w.written();
    const launch back = read_launch(l.line());
    prediction_options read;
    for (const auto& [name, text] : back.keywords) set_from_text(*prediction_keyword(name), read, text);
    const architecture* m = find_model(model_served(model).name);
    const runtime<>& own = runtime_named(std::string(key_of(server)));
    for (const auto& k : prediction_keywords)
        if (detail::is_of_server(k) && !detail::says_the_same(k, asked, read, m, own))
            l.unsaid.emplace_back(std::string(k.name), detail::why_unsaid(k, asked, server));
    for (const launch_entry& e : back.of(flag_effect::refused)) l.unsaid.emplace_back(e.flag, e.what);
    if (find_model(back.model) != m) l.unsaid.emplace_back("model", l.model + " is read as " + back.model);
    for (auto& each : w.remarks()) l.unsaid.push_back(std::move(each));
    return l;
}
}  // namespace gambrel::ask
