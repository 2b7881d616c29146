// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What only the whole launch line decides: ranks, the exchange between experts, adapters, the context of llama.cpp.
///
///     experts on all ranks     ep = tp dp                                 vLLM --enable-expert-parallel
///     copies of the attention  tp / copies ranks each, `copies` of them   SGLang --enable-dp-attention --dp; all tp ranks
///                              of TensorRT-LLM
///     copies otherwise         replicas = copies                          SGLang --dp
///     longest request          context / slots, context where slots share it       llama.cpp
///
/// Evidence: tests/ask/launch_test.cpp.

#include <gambrel/ask/launch/draft.hpp>

namespace gambrel::ask::detail {

inline void finish_ranks(launch_draft& d) {
    const double tp = number_or(d.l_.of("tp"), 1.0);
    double dp = number_or(d.l_.of("dp"), 1.0);
    const architecture* m = find_model(d.l_.model);
    const bool dense = m != nullptr && is_dense(*m);
    if (d.attention_ != launch_draft::absent) {
        const double copies = d.l_.server == launch_server::tensorrt_llm ? tp : d.value_at(d.copies_at_, 1.0);
        if (!(copies > 1.0)) d.say(d.attention_, flag_effect::none, "there is one copy");
        else if (std::fmod(tp, copies) != 0.0)
            d.say(d.attention_, flag_effect::refused, fmt::format("{} copies do not divide tp {}", copies, tp));
        else {
            d.put("tp", fmt::format("{}", tp / copies));
            d.put("dp", fmt::format("{}", copies));
            d.say(d.attention_, flag_effect::sets, fmt::format("tp = {}, dp = {}", tp / copies, copies));
            d.say(d.copies_at_, flag_effect::sets, fmt::format("dp = {}", copies));
            dp = 1.0;  // tp counts all ranks
        }
    } else if (d.copies_at_ != launch_draft::absent) {
        d.say_set(d.copies_at_, "replicas", d.value_at(d.copies_at_, 1.0));
    }
    if (d.experts_ == launch_draft::absent) return;
    if (dense) d.say(d.experts_, flag_effect::none, d.l_.model + " has no experts");
    else d.say_set(d.experts_, "ep", tp * dp);
}

/// How tokens come to their experts. SGLang's deepep_mode is auto where nobody says, and of DeepEP alone; vLLM's backends are
/// of experts that are spread (data parallel, --enable-expert-parallel).
inline void finish_exchange(launch_draft& d) {
    struct way {
        std::string_view value;
        expert_exchange exchange;
    };
    constexpr std::array<way, 8> ways{{{"naive", expert_exchange::gather},
                                       {"allgather_reducescatter", expert_exchange::gather},
                                       {"deepep_high_throughput", expert_exchange::per_rank},
                                       {"deepep_low_latency", expert_exchange::per_expert},
                                       {"pplx", expert_exchange::per_expert},
                                       {"normal", expert_exchange::per_rank},
                                       {"low_latency", expert_exchange::per_expert},
                                       {"auto", expert_exchange::by_pass}}};
    const bool sglang = d.l_.server == launch_server::sglang;
    const std::size_t names_it = sglang ? d.messages_ : d.experts_;
    if (names_it == launch_draft::absent)
        return d.say(d.exchange_, flag_effect::none, sglang ? "DeepEP is not asked for" : "the experts are not spread");
    if (d.l_.entries[names_it].effect != flag_effect::sets) return;  // a model without experts
    const std::string backend = d.l_.entries[names_it].value;
    if (sglang && !backend.empty() && backend != "deepep")
        return d.say(d.exchange_, flag_effect::none, "it is of DeepEP");
    if (!sglang && d.exchange_ == launch_draft::absent) return;
    const std::string value = d.exchange_ == launch_draft::absent ? "auto" : d.l_.entries[d.exchange_].value;
    for (const way& w : ways) {
        if (w.value != value) continue;
        const std::string text(key_of(w.exchange));
        d.put("exchange", text);
        if (d.exchange_ == launch_draft::absent)
            return d.say(names_it, flag_effect::sets, d.l_.entries[names_it].what + ", exchange = " + text);
        return d.say(d.exchange_, flag_effect::sets, "exchange = " + text);
    }
    d.say(d.exchange_, flag_effect::not_counted, std::string(launch_reason::messages));
}

/// vLLM's and SGLang's adapters: rank 16 and one at a time where nobody says (max_lora_rank, max_loras).
inline void finish_lora(launch_draft& d) {
    const std::size_t on = d.lora_ != launch_draft::absent ? d.lora_ : d.rank_;
    if (on == launch_draft::absent) return d.say(d.loras_, flag_effect::none, "no adapters are served");
    d.put("lora_rank", fmt::format("{}", d.value_at(d.rank_, 16.0)));
    d.put("lora_adapters", fmt::format("{}", d.value_at(d.loras_, 1.0)));
    for (const std::size_t place : {d.lora_, d.rank_})
        d.say(place, flag_effect::sets, "lora_rank = " + *d.l_.of("lora_rank"));
    d.say(d.loras_, flag_effect::sets, "lora_adapters = " + *d.l_.of("lora_adapters"));
}

inline void finish_llama_cpp(launch_draft& d) {
    const double slots = d.value_at(d.slots_, -1.0), context = d.value_at(d.context_, 0.0);
    if (slots >= 1.0) d.say_set(d.slots_, "max_sequences", slots);
    else d.say(d.slots_, flag_effect::none, "as the server works it out");
    const bool shared = d.unified_ != launch_draft::absent || slots < 1.0;
    d.say(d.unified_, flag_effect::sets, "the slots share the context");
    if (context > 0.0) d.say_set(d.context_, "max_context", shared ? context : std::floor(context / slots));
    else d.say(d.context_, flag_effect::none, "the model's own");

    const auto format_at = [&](std::size_t place) {
        return place == launch_draft::absent ? std::string("f16") : d.l_.entries[place].value;
    };
    if (d.keys_ != launch_draft::absent || d.values_ != launch_draft::absent) {
        const std::string keys = format_at(d.keys_), values = format_at(d.values_);
        for (const std::size_t place : {d.keys_, d.values_}) {
            if (place == launch_draft::absent) continue;
            try {
                kv_format_of(format_at(place));
                if (keys == values) d.say(place, flag_effect::sets, "kv = " + keys);
                else
                    d.say(place, flag_effect::refused,
                          "keys in " + keys + " and values in " + values + ": one format for both is modelled");
            } catch (const error& e) {
                d.say(place, flag_effect::refused, e.what());
            }
        }
        if (keys == values) d.put("kv", keys);
    }
    const architecture* m = find_model(d.l_.model);
    if (d.layers_ != launch_draft::absent &&
        (m == nullptr || d.value_at(d.layers_, 0.0) < static_cast<double>(m->layers())))
        d.say(d.layers_, flag_effect::refused,
              m == nullptr ? "whether these are all layers is not known"
                           : std::string(launch_reason::host_weights) +
                                 fmt::format(": {} has {} layers", d.l_.model, m->layers()));
}
}  // namespace gambrel::ask::detail
