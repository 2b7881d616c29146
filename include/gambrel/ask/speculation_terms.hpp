// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Speculative decoding as people state it, made into what a deployment has: who drafts, how many tokens a step, how
/// many are right.
///
///     draft_model given      a model of the catalog or a configuration, in the format of `weights` where that is stated
///     draft_method           ngram, medusa, eagle, eagle3, mtp: heads are made from the model (operators/drafter.hpp)
///     accepted_tokens        the mean tokens of a step, which servers print as acceptance length: acceptance_of(...)
///     neither it nor acceptance      the default of the method, whose range widens that of the answer:
///                            deviation = ln(tokens(high) / tokens(low)) / (2 z), z of an 80 % range
///
/// The defaults are of what was published (`source` of each); what a workload accepts is its own: code and summaries
/// more, chat at a temperature less. Evidence: tests/ask/speculation_test.cpp.

#include <fmt/core.h>
#include <gambrel/ask/keyword.hpp>
#include <gambrel/ask/names.hpp>
#include <gambrel/ask/prediction_options.hpp>
#include <gambrel/operators/drafter.hpp>
#include <gambrel/operators/owned_speculation.hpp>
#include <gambrel/serving/speculation.hpp>
#include <gambrel/step/resolved_formats.hpp>

namespace gambrel::ask {

struct drafting_default {
    drafting by;
    int drafts;
    double acceptance, low, high;
    std::string_view source;
};
// clang-format off
inline constexpr std::array<drafting_default, 6> drafting_defaults{{
    {drafting::draft_model, 5, 0.7, 0.5, 0.9, "T5 pairs of Leviathan et al. 2023, 0.53 to 0.82; 8B with 1B under llama.cpp, 0.89"},
    {drafting::n_gram, 4, 0.4, 0.05, 0.8, "chosen: from chat, which hardly repeats, to 2.8 times on summaries (vLLM blog, 2024-10)"},
    {drafting::medusa, 3, 0.55, 0.4, 0.7, "about 60 % of first heads' guesses, fewer later (Medusa, arXiv 2401.10774)"},
    {drafting::eagle, 3, 0.63, 0.5, 0.75, "an 8B model on MT-Bench, 0.60 to 0.66 (vLLM issue 20780)"},
    {drafting::eagle3, 3, 0.76, 0.6, 0.85, "an 8B model on MT-Bench, 0.74 to 0.77 (vLLM issue 20780)"},
    {drafting::mtp, 1, 0.83, 0.75, 0.9, "0.85 to 0.90 (arXiv 2412.19437), 0.81 to 0.82 (vLLM pull request 12755)"},
}};
/// What runtimes draft by, where it is known that they do not do so by everything. Sources: their documentation, 2026.
struct runtime_drafting {
    std::string_view runtime;  ///< begins so
    std::string_view methods;  ///< with commas; empty: none
};
inline constexpr std::array<runtime_drafting, 7> drafting_of_runtimes{{
    {"sglang", "draft_model,ngram,eagle,eagle3,mtp"},
    {"llama.cpp", "draft_model,ngram,eagle3,mtp"},
    {"tgi", "ngram,medusa"},
    {"mlc", "draft_model,eagle,medusa"},
    {"deepspeed", ""}, {"onnx", ""}, {"neuron", "draft_model,eagle,medusa"},
}};
// clang-format on

namespace detail {
inline const drafting_default& default_of(drafting by) {
    return drafting_defaults[static_cast<std::size_t>(by)];  // in the order of the enumeration
}
inline bool states_method(const prediction_options& t) { return !t.draft_method.empty() && t.draft_method != "none"; }
inline bool speculates(const prediction_options& t) {
    return (states_method(t) || !t.draft_model.empty()) && t.drafts.value_or(1.0) > 0.0;
}
inline drafting method_of(const prediction_options& t) {
    if (!states_method(t)) return drafting::draft_model;
    for (const auto& [other, by] : {std::pair{"nextn", drafting::mtp}, std::pair{"ngram_simple", drafting::n_gram},
                                    std::pair{"n_gram", drafting::n_gram}, std::pair{"model", drafting::draft_model}})
        if (same_name(other, t.draft_method)) return by;
    std::vector<std::string_view> keys{"none"};
    for (const auto& row : enum_table<drafting>) {
        if (same_name(row.key, t.draft_method)) return row.value;
        keys.push_back(row.key);
    }
    fail_unknown("draft method", t.draft_method, keys);
}
/// Refuses what contradicts itself.
inline void check_speculation(const prediction_options& t, const runtime<>& r) {
    if (t.acceptance && t.accepted_tokens)
        fail(fmt::format("acceptance {} and accepted_tokens {} say the same thing twice: give one of them",
                         *t.acceptance, *t.accepted_tokens));
    if (!speculates(t)) {
        const bool off = t.draft_method == "none" || (t.drafts && *t.drafts == 0.0);
        if (t.acceptance || t.accepted_tokens || (off && (!t.draft_model.empty() || t.drafts.value_or(0.0) > 0.0)) ||
            (!off && t.drafts))
            fail(
                fmt::format("{} is stated and nobody drafts: state draft_method (ngram, medusa, eagle, eagle3, mtp) or "
                            "draft_model, and drafts above 0",
                            t.acceptance             ? fmt::format("acceptance {}", *t.acceptance)
                            : t.accepted_tokens      ? fmt::format("accepted_tokens {}", *t.accepted_tokens)
                            : !t.draft_model.empty() ? "draft_model " + t.draft_model.substr(0, 60)
                                                     : fmt::format("drafts {}", *t.drafts)));
        return;
    }
    const drafting by = method_of(t);
    if (by == drafting::draft_model && t.draft_model.empty())
        fail("draft_method is " + t.draft_method +
             " and no model is named: give draft_model, a catalog name or a configuration");
    if (by != drafting::draft_model && !t.draft_model.empty())
        fail("draft_method " + t.draft_method + " and draft_model " + t.draft_model.substr(0, 60) +
             " contradict each other: heads are made from the model itself, so give one of them");
    if (r.scheduling.batching == batching::fixed_batch)
        fail(r.name.str() +
             " starts and ends whole batches, for which speculation is not modelled: take 0 drafts or another runtime");
    const auto known = std::find_if(drafting_of_runtimes.begin(), drafting_of_runtimes.end(),
                                    [&](const auto& k) { return r.name.view().starts_with(k.runtime); });
    if (known != drafting_of_runtimes.end() && !is_one_of(known->methods, key_of(by)))
        fail(r.name.str() + " does not draft by " + std::string(key_of(by)) + ": " +
             (known->methods.empty() ? "it has no speculative decoding, so leave the drafts out"
                                     : "it has " + std::string(known->methods)));
}
/// In the format of `weights` where that is stated, else as published.
inline precision drafter_formats(const prediction_options& t, drafting by, const architecture& drafter,
                                 const precision& of_model) {
    if (by == drafting::mtp) return of_model;
    precision p{.weights = as_served(drafter.stored), .kv = of_model.kv};
    const bool stated = t.weights != "stored" && t.weights != "auto";
    if (by == drafting::draft_model && stated) p.weights = weights_of(t.weights, drafter);
    if (by != drafting::draft_model) p.weights = {};  // heads are published in 16 bit
    return p;
}
}  // namespace detail

/// What `t` says of drafts for `m`, whose formats are `of_model`, on `d` under `r`. Throws `error` for what contradicts
/// itself, and for what `r` does not do.
inline owned_speculation speculation_of(const prediction_options& t, const architecture& m, const precision& of_model,
                                        const device<>& d, const runtime<>& r) {
    detail::check_speculation(t, r);
    if (!detail::speculates(t)) return {};
    owned_speculation o;
    speculation& s = o.terms;
    s.by = detail::method_of(t);
    const drafting_default& usual = detail::default_of(s.by);
    const double drafts = checked(t.drafts.value_or(usual.drafts), 1.0, most_drafts, "the number of drafted tokens");
    if (drafts != std::floor(drafts)) fail(fmt::format("drafts is {}; it must be a whole number", drafts));
    s.drafts = static_cast<int>(drafts);
    if (s.checked_tokens() > r.scheduling.token_budget)
        fail(fmt::format(
            "a step checks {} tokens of a sequence and its token budget is {:.0f}: fewer drafts, or a larger "
            "token_budget",
            s.drafts + 1, r.scheduling.token_budget));
    if (t.acceptance) s.acceptance = checked(*t.acceptance, 0.0, 1.0, "the acceptance of a drafted token");
    else if (t.accepted_tokens) s.acceptance = acceptance_of(*t.accepted_tokens, s.drafts);
    else {
        s.acceptance = usual.acceptance;
        s.deviation = std::log(speculation{s.drafts, usual.high}.tokens() / speculation{s.drafts, usual.low}.tokens()) /
                      (2.0 * normal_quantile_90);
    }
    if (s.by == drafting::n_gram) return o;
    o.drafter = std::make_shared<const architecture>(s.by == drafting::draft_model ? model_of(t.draft_model)
                                                                                   : drafting_heads(m, s.by, s.drafts));
    s.drafter = o.drafter.get();
    s.formats = resolved(detail::drafter_formats(t, s.by, *o.drafter, of_model), d, r.formats);
    return o;
}

/// What is to be said of it, sentences without a full stop.
inline void add_speculation_notes(std::vector<std::string>& notes, const prediction_options& t, const speculation& s,
                                  const architecture& m) {
    if (!s.on()) return;
    const drafting_default& usual = detail::default_of(s.by);
    if (!t.acceptance && !t.accepted_tokens)
        notes.push_back(
            fmt::format("acceptance {} is a default, and the ranges reach from {} to {} ({}): state acceptance, "
                        "or accepted_tokens as your server prints it",
                        usual.acceptance, usual.low, usual.high, usual.source));
    if (!t.drafts) notes.push_back(fmt::format("drafts {} is a default: state drafts", s.drafts));
    if (s.by == drafting::mtp && m.mtp.modules == 0)
        notes.push_back("no prediction module of " + m.name.str() +
                        " is described: one like its last layer is counted");
    if (s.by == drafting::draft_model && s.drafter != nullptr && s.drafter->vocabulary != m.vocabulary)
        notes.push_back(fmt::format("the draft model has {} tokens and the model {}: most servers want the same",
                                    s.drafter->vocabulary, m.vocabulary));
}
}  // namespace gambrel::ask
