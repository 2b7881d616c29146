// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What an answer is of, in three lines: the model and its formats, the machines and the runtime, the lengths and the
/// load. Screens, notebook cards and simulations begin with it. Evidence: tests/report/prediction_text_test.cpp.

#include <fmt/core.h>
#include <gambrel/ask/answer.hpp>
#include <gambrel/ask/words.hpp>

namespace gambrel::ask {

inline constexpr std::size_t screen_columns = 80;

namespace detail {
inline std::string length_text(const length& l, std::string_view what) {
    const auto tokens = [](double n) { return symbols::fixed(n, n == std::floor(n) ? 0 : 1); };
    const std::string mean = std::string(what) + " " + tokens(l.mean());
    switch (l.kind()) {
        case length_kind::fixed: break;
        case length_kind::uniform:
            return mean + " (uniform " + tokens(l.quantile(0.0)) + " to " + tokens(l.quantile(1.0)) + ")";
        case length_kind::log_normal: return mean + " (log-normal, 99.9 % below " + tokens(l.largest()) + ")";
        case length_kind::empirical: return mean + " (empirical, at most " + tokens(l.largest()) + ")";
    }
    return mean;
}

inline std::string cut_text(const parallelism& c) {
    std::string s;
    const auto add = [&](std::string_view name, int n) {
        if (n > 1) s += (s.empty() ? "" : ", ") + std::string(name) + " " + std::to_string(n);
    };
    add("tp", c.tensor);
    add("pp", c.pipeline);
    add("dp", c.data);
    add("ep", c.expert);
    add("replicas", c.replicas);
    if (c.data > 1 && c.exchange != expert_exchange::gather) s += ", exchange " + std::string(key_of(c.exchange));
    if (c.sequence) s += s.empty() ? "sp" : ", sp";
    return s.empty() ? "" : " (" + s + ")";
}

/// "2 prefill replicas (tp 4), 3 decode replicas (tp 8), 400 GB/s between".
inline std::string pools_text(const question& q) {
    const auto replicas = [](int n, std::string_view what) {
        return fmt::format("{} {} replica{}", n, what, n == 1 ? "" : "s");
    };
    return replicas(q.pools.prefill_replicas, "prefill") + cut_text(q.pools.prefill_cut) + ", " +
           replicas(q.pools.decode_replicas, "decode") + cut_text(q.what.cut) +
           fmt::format(", {:.4g} GB/s between", q.pools.link.bandwidth.value() * q.pools.link.channels / 1e9);
}

/// "3 drafts a step by EAGLE head, 0.63 accepted: 2.3 tokens a step".
inline std::string speculation_text(const speculation& s) {
    return fmt::format("{} {} a step by {}, {:.3g} accepted: {:.3g} tokens a step", s.drafts,
                       s.drafts == 1 ? "draft" : "drafts",
                       s.by == drafting::draft_model && s.drafter != nullptr ? clipped(s.drafter->name.view(), 40)
                                                                             : std::string(name_of(s.by)),
                       s.acceptance, s.tokens());
}

inline std::string load_text(const question& q) {
    std::string s;
    if (q.static_batch) s = "one batch of " + number(*q.static_batch, 6);
    else if (q.load.open_loop()) s = number(q.load.rate.value(), 4) + " requests/s";
    else s = number(q.load.concurrency, 6) + (q.load.concurrency == 1.0 ? " client" : " clients");
    if (q.load.images > 0.0 && !q.static_batch) s += ", images in each " + number(q.load.images);
    if (q.what.adapter.rank > 0)
        s += ", LoRA rank " + std::to_string(q.what.adapter.rank) + " x " +
             std::to_string(q.what.adapter.distinct_in_batch);
    if (q.load.prefix_hit > 0.0 && !q.static_batch) s += ", prefix hits " + percent(q.load.prefix_hit);
    if (q.load.protocol.burst_start && !q.static_batch)
        s += ", all at once, " + number(q.load.protocol.prompts_per_client) + " prompts each";
    return s;
}

/// "fp8 weights, bf16 KV": the format of the part that weighs most, as nearly all recipes convert it.
inline std::string format_text(const deployment<>& d) {
    const precision p = d.resolved_formats();
    const weight_formats& w = p.weights;
    const bool routed = d.model.group_count > 0 && d.model.groups[d.model.group_count - 1].layer.experts.present();
    const bool fed = d.model.group_count > 0 && d.model.groups[0].layer.feed_forward.present();
    const storage_format& f = routed ? w.experts : fed ? w.feed_forward : w.state;
    return f.name.str() + " weights, " + p.kv.name.str() + " KV";
}
}  // namespace detail

/// What is to be said of the settings, a line each.
inline std::string notes_text(const std::vector<std::string>& notes) {
    std::string s;
    for (const std::string& note : notes) s += wrapped("note: " + note, screen_columns, 6);
    return s;
}

/// `load` says what is asked of the deployment, in words.
inline std::string heading(const question& q, const std::string& load) {
    const deployment<>& d = q.what;
    const int n = devices_of(q, d.cut.replicas);
    return clipped(d.model.name.view(), 50) + " (" + detail::format_text(d) + ")\n" + "on " +
           (n > 1 ? std::to_string(n) + " x " : "") + clipped(d.device.name.view(), 30) +
           (q.pools.on() ? "" : detail::cut_text(d.cut)) + " under " + d.runtime.title.str() + "\n" +
           (q.pools.on() ? wrapped(detail::pools_text(q), screen_columns, 0) : "") +
           (d.speculation.on() ? wrapped(detail::speculation_text(d.speculation), screen_columns, 0) : "") +
           wrapped(detail::length_text(q.load.prompt, "prompt") + ", " + detail::length_text(q.load.output, "output") +
                       " tokens; " + load,
                   screen_columns, 0);
}
inline std::string heading(const question& q) { return heading(q, detail::load_text(q)); }
}  // namespace gambrel::ask
