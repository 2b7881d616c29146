// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Aggregated rows of InferenceX (InferenceMAX): one object a run, or a list of them. Times in s, throughput of one GPU.
///
///     hw model framework precision tp ep dp_attention conc isl osl
///     {mean,median,p99,std}_{ttft,tpot,itl,e2el} {mean,median}_intvty tput_per_gpu output_tput_per_gpu input_tput_per_gpu
///
/// The application's rows keep the figures under `metrics` and name the hardware and the ranks otherwise
/// (`hardware`, `decode_tp`, `num_decode_gpu`); runs of separate prefill are kept with a note.
/// Source: SemiAnalysisAI/InferenceX, utils/process_result.py and its documentation.
/// Evidence: tests/measurement/io/observations_test.cpp.

#include <gambrel/measurement/io/observed_figure.hpp>

namespace gambrel::detail {

inline bool is_per_gpu_row(const result_json& v) {
    return v.is_object() && v.contains("conc") && v.contains("isl") && v.contains("osl") &&
           (v.contains("hw") || v.contains("hardware")) &&
           (v.contains("tput_per_gpu") || member(v, "metrics").contains("tput_per_gpu"));
}

inline void observe_per_gpu_row(const result_json& v, const std::string& where, std::vector<observation>& all) {
    observation o;
    o.where = where;
    o.tool = "rows of throughput per GPU";
    const auto either = [&](const char* a, const char* b) -> const result_json& {
        return member(v, a).is_null() ? member(v, b) : member(v, a);
    };
    o.device = text_of(either("hw", "hardware"));
    o.model = text_of(member(v, "model"));
    o.runtime = text_of(member(v, "framework"));
    o.weights = lower(text_of(member(v, "precision")));
    o.date = day_in(text_of(member(v, "date")));
    o.clients = whole_in(member(v, "conc"));
    o.prompt = positive_in(member(v, "isl"));
    o.output = positive_in(member(v, "osl"));
    set_rank(o, "tp", either("tp", "decode_tp"));
    set_rank(o, "ep", either("ep", "decode_ep"));
    set_rank(o, "pp", member(v, "pp"));
    const bool apart = is_on(member(v, "disagg")) || is_on(member(v, "is_multinode"));
    if (apart) o.notes.push_back("prompts and decodes in pools of their own");
    if (is_on(either("dp_attention", "decode_dp_attention"))) {
        o.settings["dp_attention"] = "true";
        o.notes.push_back("attention data-parallel over the ranks");
    }
    const std::string drafts = lower(text_of(either("spec_method", "spec_decoding")));
    if (!drafts.empty() && drafts != "none") o.settings["speculative"] = drafts;
    const result_json& figures = member(v, "metrics").is_object() ? member(v, "metrics") : v;
    for (const auto& [key, value] : figures.items()) {
        const std::size_t at = key.find('_');
        if (at == std::string::npos) continue;
        const std::string statistic = statistic_named(std::string_view(key).substr(0, at)), what = key.substr(at + 1);
        for (const auto& [theirs, ours] :
             {std::pair{"ttft", "ttft_"}, {"tpot", "tpot_"}, {"itl", "itl_"}, {"e2el", "e2e_latency_"}})
            if (!statistic.empty() && what == theirs) put(o, ours + statistic, positive_in(value));
    }
    const auto prefill = whole_in(member(v, "num_prefill_gpu")), decode = whole_in(member(v, "num_decode_gpu"));
    double devices = o.ranks.count("tp") > 0 ? o.ranks["tp"] : 1.0;
    if (o.ranks.count("pp") > 0) devices *= o.ranks["pp"];
    if (prefill && decode) devices = apart ? *prefill + *decode : std::max(*prefill, *decode);
    o.settings["devices"] = shortest_text(devices);
    for (const auto& [figure, key] :
         {std::pair{"output_throughput", "output_tput_per_gpu"}, {"total_throughput", "tput_per_gpu"}})
        if (const auto n = positive_in(member(figures, key))) put(o, figure, *n * devices);
    all.push_back(std::move(o));
}
}  // namespace gambrel::detail
