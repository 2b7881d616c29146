// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What rules of reading (reading_rules.hpp) may state of a row that its columns do not say. Names and meanings are the
/// schema of the files in data/ (data/README.md); a name that is not here is refused when a file is read.
/// Evidence: tests/measurement/reading_rules_test.cpp.

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace gambrel {

/// What a setting holds.
enum class setting_type : unsigned char {
    number,
    flag,
    word,
    number_or_clients,  ///< a number, or "clients": as many as the row has
    lengths             ///< list of [prompt, output, value]
};

struct setting_name {
    std::string_view name;
    setting_type type;
    std::string_view meaning;
};

inline constexpr std::array setting_names{
    setting_name{"source_id", setting_type::word, "source of a table that has no such column"},
    setting_name{"framework", setting_type::word, "runtime of a table that has no such column"},
    setting_name{"foreign_version", setting_type::flag, "framework_version is not that of the engine"},
    setting_name{"ranks_are_products", setting_type::flag, "tp or dp of ep x ep stands for ep"},
    setting_name{"tensor_ranks", setting_type::number, "tensor ranks of a replica where no cut is stated"},
    setting_name{"ranks_per_device", setting_type::number, "tp counts so many cores of one device"},
    setting_name{"weights", setting_type::word, "format of the weights whatever the row prints; stored: as published"},
    setting_name{"experts_in_8_bit", setting_type::flag, "activations of the experts are 8 bit floats"},
    setting_name{"layers_not_counted", setting_type::flag, "the row's number of offloaded layers says nothing"},
    setting_name{"decode_past", setting_type::number, "context of a decode in tokens"},
    setting_name{"expects_recipe", setting_type::flag, "without a recipe the settings are assumed"},
    setting_name{"recipe", setting_type::word, "launch script that the settings are of"},
    setting_name{"drafted", setting_type::flag, "tokens are drafted"},
    setting_name{"drafts", setting_type::number, "drafted tokens a step"},
    setting_name{"acceptance_low", setting_type::number, "chance that a draft is right, low end"},
    setting_name{"acceptance", setting_type::number, "chance that a draft is right"},
    setting_name{"acceptance_high", setting_type::number, "chance that a draft is right, high end"},
    setting_name{"input_len", setting_type::number, "tokens of a prompt"},
    setting_name{"output_len", setting_type::number, "tokens of an output"},
    setting_name{"lengths_from", setting_type::number, "lengths are uniform from this share of the stated ones up"},
    setting_name{"load_kind", setting_type::word, "closed_loop, open_loop, static_batch or saturated"},
    setting_name{"burst_start", setting_type::flag, "all clients send at once when the run begins"},
    setting_name{"requests_per_client", setting_type::number, "0: endless"},
    setting_name{"cold_start_s", setting_type::number, "seconds that the opening burst waits for compilation"},
    setting_name{"requests", setting_type::number_or_clients, "requests in all, of a saturated or an open-loop run"},
    setting_name{"requests_by_lengths", setting_type::lengths, "the same for listed lengths; 0 for others"},
    setting_name{"tuned", setting_type::flag, "slots and token budget follow TensorRT-LLM's rule for throughput"},
    setting_name{"kv", setting_type::word, "format of the KV cache: bf16 or fp8"},
    setting_name{"max_num_batched_tokens", setting_type::number, "token budget of a step"},
    setting_name{"one_prompt_budget", setting_type::number,
                 "token budget: the decodes and one prompt in multiples of 64, at least this"},
    setting_name{"budget_beyond_prompt", setting_type::number, "token budget: one prompt and this many tokens more"},
    setting_name{"mixed_steps", setting_type::flag, "a step carries decodes and prompts (SGLang enable_mixed_chunk)"},
    setting_name{"async_scheduling", setting_type::flag, "a step is planned while the one before it runs"},
    setting_name{"max_num_seqs", setting_type::number_or_clients, "slots"},
    setting_name{"prompts_per_step", setting_type::number, "most new prompts of a step; 0: as many as fit"},
    setting_name{"batch_wait_steps", setting_type::number, "steps that prompts are held back"},
    setting_name{"batch_wait_share", setting_type::number, "share of the token budget that ends that"},
    setting_name{"poll_interval_steps", setting_type::number, "steps between two looks for new requests"},
    setting_name{"memory_fraction", setting_type::number, "share of memory for weights and cache"},
    setting_name{"stream_interval", setting_type::number, "tokens of a message to a client"},
    setting_name{"frontend_processes", setting_type::number, "processes that take in prompts and stream tokens"},
    setting_name{"prompt_graph_tokens", setting_type::number,
                 "tokens of the largest step with a prompt that runs from graphs of pieces; 0: none"},
    setting_name{"graph_mode", setting_type::word, "which steps run from a graph: none, full_decode, piecewise ..."},
    setting_name{"graph_tokens", setting_type::number_or_clients, "most tokens of a captured step"},
    setting_name{"graph_sequences", setting_type::number_or_clients, "most sequences of a captured decode step"},
    setting_name{"chunked_prefill", setting_type::flag, "prompts are split at the token budget"},
    setting_name{"expert_ranks", setting_type::word, "\"tp\": as many as tensor ranks; \"all\": every rank"},
    setting_name{"attention_data_parallel", setting_type::flag, "copies of the attention instead of tensor ranks"},
    setting_name{"sliding_windows", setting_type::flag, "false: windowed layers keep the whole context"},
    setting_name{"scale_out_gb_per_s", setting_type::number, "network per device where the catalog states none"}};

/// Settings by name; those of a later rule replace those of an earlier one.
class row_settings {
public:
    using lengths = std::vector<std::array<double, 3>>;
    using value = std::variant<double, bool, std::string, lengths>;

    void set(const std::string& name, value v) { values_[name] = std::move(v); }
    void add(const row_settings& later) {
        for (const auto& [name, v] : later.values_) values_[name] = v;
    }
    bool has(std::string_view name) const { return values_.find(name) != values_.end(); }
    std::optional<double> number(std::string_view name) const { return as<double>(name); }
    std::optional<bool> flag(std::string_view name) const { return as<bool>(name); }
    std::string word(std::string_view name) const { return as<std::string>(name).value_or(""); }
    /// A `number_or_clients`: its number, or `clients`.
    std::optional<double> count(std::string_view name, double clients) const {
        return as<std::string>(name) ? std::optional(clients) : number(name);
    }
    /// The value that a `lengths` lists for these, 0 where it lists none; nothing without the setting.
    std::optional<double> listed(std::string_view name, double prompt, double output) const {
        const auto all = as<lengths>(name);
        if (!all) return {};
        for (const auto& [in, out, v] : *all)
            if (in == prompt && out == output) return v;
        return 0.0;
    }

private:
    template <class T> std::optional<T> as(std::string_view name) const {
        const auto at = values_.find(name);
        if (at == values_.end()) return {};
        const T* v = std::get_if<T>(&at->second);
        return v ? std::optional<T>(*v) : std::nullopt;
    }
    std::map<std::string, value, std::less<>> values_{};
};
}  // namespace gambrel
