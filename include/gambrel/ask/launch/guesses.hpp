// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What a launch line says of speculative decoding: who drafts, by which model, how many tokens a step.
///
///     vLLM        --speculative-config {"method", "model", "num_speculative_tokens"}; before: --speculative-model,
///                 --num-speculative-tokens. Without a method the model's name tells (vllm/config/speculative.py), and
///                 without a model it is the prediction module
///     SGLang      --speculative-algorithm, -draft-model-path, -num-steps: EAGLE without a draft model is the model's
///                 own prediction module (NEXTN); a tree of --speculative-eagle-topk above 1 is counted as a chain
///     llama.cpp   --spec-type, --model-draft, --hf-repo-draft, --draft-max
///
/// Heads of any checkpoint are counted as operators/drafter.hpp makes them. Evidence: tests/ask/launch_test.cpp.

#include <gambrel/ask/launch/draft.hpp>
#include <gambrel/ask/speculation_terms.hpp>

namespace gambrel::ask::detail {

/// The method that `text` names in the words of a server; empty: none of those that are counted.
inline std::string method_named(const std::string& text) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 18> words{{{"ngram", "ngram"},
                                                                                   {"[ngram]", "ngram"},
                                                                                   {"draft_model", "draft_model"},
                                                                                   {"draft-simple", "draft_model"},
                                                                                   {"draft", "draft_model"},
                                                                                   {"standalone", "draft_model"},
                                                                                   {"medusa", "medusa"},
                                                                                   {"eagle", "eagle"},
                                                                                   {"eagle3", "eagle3"},
                                                                                   {"draft-eagle3", "eagle3"},
                                                                                   {"nextn", "mtp"},
                                                                                   {"mtp", "mtp"},
                                                                                   {"draft-mtp", "mtp"},
                                                                                   {"ngram-simple", "ngram"},
                                                                                   {"ngram-cache", "ngram"},
                                                                                   {"ngram-map-k", "ngram"},
                                                                                   {"ngram-map-k4v", "ngram"},
                                                                                   {"ngram-mod", "ngram"}}};
    for (const auto& [word, method] : words)
        if (same_name(word, text)) return std::string(method);
    return text.ends_with("_mtp") ? "mtp" : "";
}
/// By the name of a draft checkpoint: "yuhuili/EAGLE3-LLaMA3.1-Instruct-8B".
inline std::string method_of_checkpoint(const std::string& name) {
    std::string lower = name;
    std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
    for (const auto& [part, method] :
         {std::pair{"[ngram]", "ngram"}, std::pair{"eagle3", "eagle3"}, std::pair{"eagle-3", "eagle3"},
          std::pair{"eagle", "eagle"}, std::pair{"medusa", "medusa"}})
        if (lower.find(part) != std::string::npos) return method;
    return "draft_model";
}

inline void finish_guesses(launch_draft& d) {
    if (d.guesses_.empty()) return;
    const auto given = [&](std::string_view what) {
        const launch_guess* found = nullptr;
        for (const launch_guess& g : d.guesses_) found = g.what == what ? &g : found;
        return found;
    };
    const launch_guess *method = given("method"), *model = given("model"), *drafts = given("drafts"),
                       *trees = given("topk");
    const auto say_all = [&](flag_effect effect, const std::string& why) {
        for (const launch_guess& g : d.guesses_) d.say(g.place, effect, why);
    };
    std::string by = method != nullptr  ? method_named(method->value)
                     : model != nullptr ? method_of_checkpoint(model->value)
                                        : "mtp";
    if (by.empty())
        return say_all(flag_effect::refused, "drafting by " + method->value.substr(0, 40) + " is not modelled");
    if (by == "eagle" && model == nullptr) by = "mtp";
    if (d.l_.server != launch_server::vllm && method == nullptr && model == nullptr)
        return say_all(flag_effect::none, "nobody drafts: the line names neither a method nor a draft model");
    std::string what = "draft_method = " + by;
    if (by == "draft_model") {
        if (model == nullptr) return say_all(flag_effect::refused, "the draft model is missing");
        const bool llama = d.l_.server == launch_server::llama_cpp;
        const served_model found = !llama                            ? model_served(model->value)
                                   : model->value.ends_with(".gguf") ? gguf_file(model->value)
                                                                     : gguf_of_hub(model->value);
        std::error_code ignored;
        if (find_model(found.name) == nullptr && !std::filesystem::exists(found.name, ignored))
            return say_all(flag_effect::refused,
                           "the draft model " + found.name.substr(0, 60) +
                               " is no model of the catalog: give its config.json as draft_model");
        d.put("draft_model", found.name);
        what = "draft_model = " + found.name;
    } else {
        d.put("draft_method", by);
    }
    if (drafts != nullptr) {
        const double n = number_or(&drafts->value, 0.0);
        if (!(n >= 1.0 && n <= most_drafts && std::floor(n) == n))
            return say_all(flag_effect::refused, "the drafted tokens of a step are \"" + drafts->value.substr(0, 20) +
                                                     "\"; they must be a whole number from 1 up");
        d.put("drafts", fmt::format("{}", n));
        what += fmt::format(", drafts = {}", n);
    }
    say_all(flag_effect::sets, what);
    if (trees != nullptr && number_or(&trees->value, 1.0) > 1.0)
        d.say(trees->place, flag_effect::not_counted, "a tree of guesses is counted as a chain: state accepted_tokens");
}
}  // namespace gambrel::ask::detail
