// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The words of a launch line that is written, in the server's own spelling (launch/write.hpp says how they are checked).
///
///     attention copies   --tp-size tp dp --dp-size dp --enable-dp-attention            SGLang counts all ranks in tp
///                        --tp_size dp --enable_attention_dp                            TensorRT-LLM: tp is 1
///     experts            --enable-expert-parallel where ep = tp dp                     vLLM, of a model with experts
///     context            -c max_context x slots                                        llama.cpp, whose slots share it
///
/// Spellings: those of the tables, TensorRT-LLM's with '_' as its own page has them. Evidence: tests/ask/launch_write_test.cpp.

#include <gambrel/ask/launch/draft.hpp>
#include <gambrel/ask/launch/written.hpp>
#include <nlohmann/json.hpp>

namespace gambrel::ask::detail {

class launch_words {
public:
    launch_words(launch_server s, std::span<const launch_flag> table, std::string model, const prediction_options& o)
        : server_(s), table_(table), o_(o), named_(model_or_file(model)), model_(find_model(named_.name)) {
        l_.server = s;
        l_.model = s == launch_server::llama_cpp ? gguf_name(model) : std::move(model);
        l_.servers = o.replicas;
        l_.devices = o.tensor * o.pipeline * o.data;
        program();
        const std::size_t before = l_.words.size();
        ranks();
        experts();
        formats();
        for (const std::string_view name :
             {"max_sequences", "token_budget", "memory_fraction", "max_context", "block_tokens", "stream_interval",
              "frontend_processes", "micro_batch", "graph_tokens", "poll_interval_steps", "prompts_per_step"})
            number(name);
        for (const std::string_view name : {"chunked_prefill", "prefix_cache", "async_scheduling", "enforce_eager"})
            yes_or_no(name);
        graphs();
        adapters();
        drafts();
        l_.settings.assign(l_.words.begin() + static_cast<std::ptrdiff_t>(before), l_.words.end());
    }
    const written_launch& written() const { return l_; }
    /// What a server asks for beside what is asked of a question.
    std::vector<std::pair<std::string, std::string>> remarks() const { return remarks_; }

private:
    bool is(launch_server s) const { return server_ == s; }
    bool has_experts() const { return model_ != nullptr && !is_dense(*model_); }

    void add(std::string flag) {
        if (is(launch_server::tensorrt_llm)) std::replace(flag.begin() + 2, flag.end(), '-', '_');
        l_.words.push_back(std::move(flag));
    }
    void add(std::string flag, std::string value) {
        add(std::move(flag));
        l_.words.push_back(std::move(value));
    }
    void add(std::string flag, double value) { add(std::move(flag), fmt::format("{}", value)); }

    /// The first name of the row that does `effect` to keyword `name`; empty: the server has none.
    std::string spelling(std::string_view name, flag_effect effect) const {
        for (const launch_flag& f : table_)
            if (f.what == name && f.effect == effect && (f.by.empty() || f.by == "tokens"))
                return std::string(f.names.substr(0, f.names.find(',')));
        return {};
    }
    void program() {
        using words = std::vector<std::string>;
        l_.words = is(launch_server::vllm) ? words{"vllm", "serve", l_.model}
                   : is(launch_server::sglang)
                       ? words{"python3", "-m", "sglang.launch_server", "--model-path", l_.model}
                   : is(launch_server::tensorrt_llm) ? words{"trtllm-serve", l_.model}
                                                     : words{"llama-server", "-m", l_.model, "-ngl", "99"};
    }
    /// "Llama-3.1-8B-Instruct-Q4_K_M.gguf": as files of the hub are called. Names of files stay.
    std::string gguf_name(const std::string& model) {
        if (model.ends_with(".gguf")) return model;
        std::string type = o_.weights == "stored" || o_.weights == "auto" ? named_.weights : o_.weights;
        if (type.empty() && model_ != nullptr) type = as_served(model_->stored).experts.name.str();
        std::transform(type.begin(), type.end(), type.begin(), [](unsigned char c) { return std::toupper(c); });
        if (!find_gguf_file_type(type) && type != "MXFP4")
            remarks_.emplace_back("weights", "llama.cpp runs GGUF files: ask for a type of these, q4_k_m");
        return std::string(last_part(named_.name)) + "-" + type + ".gguf";
    }
    void ranks() {
        const bool copies = o_.data > 1;
        if (is(launch_server::llama_cpp)) return;
        int tensor = o_.tensor;
        if (copies && is(launch_server::sglang)) tensor *= o_.data;
        if (copies && is(launch_server::tensorrt_llm) && o_.tensor == 1) tensor = o_.data;
        if (tensor > 1) add(spelling("tp", flag_effect::sets), tensor);
        if (o_.pipeline > 1) add(spelling("pp", flag_effect::sets), o_.pipeline);
        if (!copies) return;
        if (is(launch_server::vllm)) add("--data-parallel-size", o_.data);
        if (is(launch_server::sglang)) {
            add("--dp-size", o_.data);
            add("--enable-dp-attention");
        }
        if (is(launch_server::tensorrt_llm) && o_.tensor == 1) add("--enable-attention-dp");
    }
    void experts() {
        if (!has_experts()) return;
        const int all = o_.tensor * o_.data;
        const std::string way = in_words(o_.exchange);
        if (is(launch_server::vllm)) {
            if (o_.expert != all || all == 1) return;
            add("--enable-expert-parallel");
            if (!way.empty()) add("--all2all-backend", way);
        } else if (is(launch_server::sglang) && !way.empty() && o_.expert == all) {
            add("--moe-a2a-backend", "deepep");
            add("--deepep-mode", way);
        } else if (o_.expert > 1 && !is(launch_server::llama_cpp)) {
            add(spelling("ep", flag_effect::sets), o_.expert);
        }
        if (o_.balanced_experts) flag("balanced_experts");
        if (o_.two_batches) flag("two_batches");
    }
    /// How the server calls an exchange; empty for the usual one, and where it has none.
    std::string in_words(std::string_view exchange) const {
        if (is(launch_server::vllm))
            return exchange == "per_rank"     ? "deepep_high_throughput"
                   : exchange == "per_expert" ? "deepep_low_latency"
                                              : "";
        return exchange == "per_rank"     ? "normal"
               : exchange == "per_expert" ? "low_latency"
               : exchange == "by_pass"    ? "auto"
                                          : "";
    }
    void formats() {
        const bool stored = o_.weights == "stored" || o_.weights == "auto" || same_name(o_.weights, named_.weights);
        const storage_format* f = stored ? nullptr : find_format(o_.weights);
        if (f != nullptr && named_.weights.empty() && !is(launch_server::llama_cpp)) {
            const bool online = f->name == formats::fp8.name;
            if (online && !is(launch_server::tensorrt_llm)) add("--quantization", "fp8");
            else if (f->name == formats::nf4.name && is(launch_server::vllm)) add("--quantization", "bitsandbytes");
            else if (f->name == formats::fp32.name && !is(launch_server::tensorrt_llm)) add("--dtype", "float32");
        }
        if (o_.kv == "stored" || o_.kv == "auto") return;
        if (is(launch_server::llama_cpp)) {
            add("-ctk", o_.kv);
            return add("-ctv", o_.kv);
        }
        if (const std::string word = kv_word(); !word.empty()) add("--kv-cache-dtype", word);
    }
    /// What the server calls the format of the cache; empty where it has none of it.
    std::string kv_word() const {
        if (same_name(o_.kv, "fp8_e5m2")) return is(launch_server::tensorrt_llm) ? "" : "fp8_e5m2";
        const storage_format* f = find_number_format(o_.kv);
        if (f == nullptr) return {};
        if (f->name == formats::fp8.name) return is(launch_server::sglang) ? "fp8_e4m3" : "fp8";
        if (f->name == formats::bf16.name) return is(launch_server::tensorrt_llm) ? "" : "bfloat16";
        return f->name == formats::nvfp4.name && is(launch_server::tensorrt_llm) ? "nvfp4" : "";
    }
    void flag(std::string_view name) {
        if (const std::string s = spelling(name, flag_effect::sets); !s.empty()) add(s);
    }
    void number(std::string_view name) {
        const auto text = as_typed(*prediction_keyword(name), o_);
        if (!text) return;
        if (is(launch_server::llama_cpp) && name == "max_sequences") return add("-np", *text);
        if (is(launch_server::llama_cpp) && name == "max_context")
            return add("-c", *o_.max_context * o_.max_sequences.value_or(1.0));
        if (is(launch_server::sglang) && name == "token_budget")
            return add(o_.chunked_prefill.value_or(true) ? "--chunked-prefill-size" : "--max-prefill-tokens", *text);
        if (const std::string s = spelling(name, flag_effect::sets); !s.empty()) add(s, *text);
    }
    void yes_or_no(std::string_view name) {
        const keyword<prediction_options>& k = *prediction_keyword(name);
        const auto text = as_typed(k, o_);
        if (!text) return;
        const bool no = option_of(k, o_) != k.option;
        if (is(launch_server::sglang) && name == "chunked_prefill") {
            if (no) add("--chunked-prefill-size", "-1");
            return;
        }
        if (const std::string s = spelling(name, no ? flag_effect::clears : flag_effect::sets); !s.empty()) add(s);
    }
    void graphs() {
        if (!states_graphs(o_)) return;
        std::string mode = o_.graphs;
        if (is(launch_server::vllm)) {
            std::transform(mode.begin(), mode.end(), mode.begin(), [](unsigned char c) { return std::toupper(c); });
            add("--compilation-config", nlohmann::json{{"cudagraph_mode", mode}}.dump());
        } else if (is(launch_server::sglang) && same_name(mode, "full_and_piecewise")) {
            add("--enable-piecewise-cuda-graph");
        } else if (is(launch_server::sglang) && same_name(mode, "full_decode_only")) {
            add("--disable-piecewise-cuda-graph");
        }
    }
    void adapters() {
        if (o_.adapter_rank == 0 || !(is(launch_server::vllm) || is(launch_server::sglang))) return;
        add("--enable-lora");
        add("--max-lora-rank", o_.adapter_rank);
        add(is(launch_server::vllm) ? "--max-loras" : "--max-loras-per-batch", o_.adapters);
    }
    void drafts() {
        const bool by_model = !o_.draft_model.empty();
        const std::string method = by_model ? "draft_model" : o_.draft_method;
        if (method == "none") return;
        const bool heads = method == "eagle" || method == "eagle3" || method == "medusa";
        if (is(launch_server::vllm)) {
            nlohmann::json config{{"method", method}};
            if (by_model) config["model"] = o_.draft_model;
            if (o_.drafts) config["num_speculative_tokens"] = static_cast<int>(*o_.drafts);
            else remarks_.emplace_back("drafts", "vLLM wants num_speculative_tokens: state drafts");
            if (heads) remarks_.emplace_back("draft_method", "vLLM wants the checkpoint of the heads: add \"model\"");
            return add("--speculative-config", config.dump());
        }
        if (is(launch_server::sglang)) {
            const std::string word = by_model             ? "STANDALONE"
                                     : method == "mtp"    ? "NEXTN"
                                     : method == "eagle3" ? "EAGLE3"
                                     : method == "ngram"  ? "NGRAM"
                                                          : "";
            if (word.empty()) return;
            add("--speculative-algorithm", word);
            if (by_model) add("--speculative-draft-model-path", o_.draft_model);
            if (heads)
                remarks_.emplace_back("draft_method",
                                      "SGLang wants the checkpoint of the heads: add --speculative-draft-model-path");
            if (o_.drafts) add("--speculative-num-steps", *o_.drafts);
            return;
        }
        if (!is(launch_server::llama_cpp)) return;
        if (by_model) add("-md", std::string(last_part(o_.draft_model)) + "-Q8_0.gguf");
        else if (method == "ngram") add("--spec-type", "ngram-simple");
        else if (method == "mtp") add("--spec-type", "draft-mtp");
        else return;
        if (o_.drafts) add("--draft-max", *o_.drafts);
    }

    launch_server server_;
    std::span<const launch_flag> table_;
    const prediction_options& o_;
    served_model named_;
    const architecture* model_;
    written_launch l_{};
    std::vector<std::pair<std::string, std::string>> remarks_{};
};
}  // namespace gambrel::ask::detail
