// SPDX-License-Identifier: Apache-2.0
#pragma once
/// An answer as one screen of 80 columns: first what was asked and the figures with their 80 % ranges, then what
/// bounds them and where the time goes, then what all of it rests on. An infeasible deployment is answered by why,
/// by how much, and what would work. Evidence: tests/report/prediction_text_test.cpp.

#include <ridgepoint/report/answer.hpp>
#include <ridgepoint/report/evidence.hpp>

namespace ridgepoint::report {

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
    if (c.sequence) s += s.empty() ? "sp" : ", sp";
    return s.empty() ? "" : " (" + s + ")";
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
    const auto& w = d.formats.weights;
    const bool routed = d.model.group_count > 0 && d.model.groups[d.model.group_count - 1].layer.experts.present();
    const bool fed = d.model.group_count > 0 && d.model.groups[0].layer.feed_forward.present();
    const storage_format& f = routed ? w.experts : fed ? w.feed_forward : w.state;
    return f.name.str() + " weights, " + d.formats.kv.name.str() + " KV";
}

inline std::string heading(const question& q, const std::string& load) {
    const deployment<>& d = q.what;
    const int n = d.cut.devices();
    return clipped(d.model.name.view(), 50) + " (" + format_text(d) + ")\n" + "on " +
           (n > 1 ? std::to_string(n) + " x " : "") + clipped(d.device.name.view(), 30) + cut_text(d.cut) + " under " +
           d.runtime.title.str() + "\n" +
           wrapped(
               length_text(q.load.prompt, "prompt") + ", " + length_text(q.load.output, "output") + " tokens; " + load,
               screen_columns, 0);
}
inline std::string heading(const question& q) { return heading(q, load_text(q)); }

/// A row whose value and range stand in columns of their own.
template <class Q>
void figure_row(table& t, const std::string& name, const figure<Q>& f, const std::string& remark = "") {
    const std::string both = to_string(f);
    const std::size_t split = both.find(" (");
    t.row({name, both.substr(0, split), both.substr(split + 1), remark});
}

inline std::string figures(const answer& a) {
    const prediction<>& p = a.predicted;
    table t({align::left, align::right, align::left, align::left});
    t.row({"", "", "80 % range", ""});
    figure_row(t, "TTFT", p.ttft, "request to first token");
    figure_row(t, "TPOT", p.tpot, "per token after it");
    figure_row(t, "request latency", p.latency);
    figure_row(t, "output", p.output_throughput);
    figure_row(t, "  per device", p.output_per_device);
    figure_row(t, "  per user", p.output_per_user);
    figure_row(t, "prompt and output", p.total_throughput);
    figure_row(t, "requests", p.request_throughput);
    if (a.cost) {
        const std::string rent = "at " + to_string(*a.rent) + " each";
        figure_row(t, "cost of output", a.cost->output, rent);
        figure_row(t, "cost of input", a.cost->input);
        figure_row(t, "cost blended", a.cost->blended, "all tokens alike");
    } else {
        t.row({"cost", "not known", "", "no price"});
    }
    if (a.energy) {
        figure_row(t, "energy per output", *a.energy, to_string(a.power->value) + " a board");
        figure_row(t, "  its cost", *a.energy_cost);
    } else {
        t.row({"energy", "not known", "", "no power limit"});
    }
    return t.text();
}

inline std::string memory_text(const prediction<>& p, const deployment<>& d) {
    const memory_fit& m = p.memory;
    const double groups = static_cast<double>(d.cut.replicas * d.cut.data);
    const double resident = p.running / groups;
    const bytes<> besides = m.activations + m.logits + m.graphs + m.communication + m.reserve;
    const bytes<> kv = m.kv_allocated * smaller(resident, m.most_sequences);
    const auto of = [](const bytes<>& part, const bytes<>& whole) {
        return symbols::fixed(part / gibibytes(1.0), 1) + " of " + symbols::fixed(whole / gibibytes(1.0), 1) + " GiB";
    };
    return wrapped("memory     " + of(m.weights + besides + kv, m.capacity) + " a device: weights " +
                       to_string_binary(m.weights) + ", buffers " + to_string_binary(besides) + ", KV " +
                       of(kv, m.for_kv) + "; room for " + number(std::floor(m.most_sequences * groups), 6) +
                       " such requests, or one of " + symbols::fixed(std::floor(m.longest_context), 0) + " tokens",
                   screen_columns, 11);
}

inline std::string bound_text(std::string_view what, const bottleneck& b) {
    const auto part = [](bound which, double share) { return std::string(name_of(which)) + " " + percent(share); };
    std::string s = "  " + std::string(what) + "  " + part(b.first, b.first_share);
    if (b.first_share < 1.0)
        s += ", without it " + number(b.headroom(), 2) + "x faster; next " + part(b.second, b.second_share);
    return s + "\n";
}

inline std::string breakdown(const prediction<>& p) {
    table t({align::left, align::right, align::left, align::right, align::left});
    t.row({"where the time goes", "", "TPOT", "", "TTFT"});
    const auto share = [](const pass_time<>& pass, std::size_t cls) {
        return pass.total() > seconds<>{} ? static_cast<double>(pass.by_class(cls) / pass.total()) : 0.0;
    };
    for (std::size_t i = 0; i < cost_class_count; ++i) {
        const double step = share(p.mean_step, i), first = share(p.first_token, i);
        if (step < 0.005 && first < 0.005) continue;
        std::string shaped = bar(step, 22);
        shaped.resize(22, ' ');
        t.row({"  " + std::string(name_of_cost_class(i)), percent(step), shaped, percent(first), bar(first, 22)});
    }
    return t.text();
}

inline std::string utilisation_text(const prediction<>& p) {
    std::string s = "what bounds it: MFU " + percent(p.mfu) + ", MBU " + percent(p.mbu) + ", busy " +
                    percent(p.utilisation) + "; " + number(p.running) + " running";
    if (p.waiting > 0.0) s += ", " + number(p.waiting) + " waiting";
    return wrapped(s, screen_columns, 2);
}
}  // namespace detail

/// The answer for a terminal of 80 columns.
inline std::string screen(const question& q, const answer& a) {
    std::string s = detail::heading(q);
    if (!a.ok()) {
        s += "\n" + wrapped("Not possible: " + a.verdict.reason + ".", screen_columns, 0);
        if (!a.verdict.suggestion.empty()) s += wrapped("Instead: " + a.verdict.suggestion + ".", screen_columns, 0);
        else s += "Nothing that was tried works instead.\n";
        return s;
    }
    const prediction<>& p = a.predicted;
    s += detail::figures(a) + detail::memory_text(p, q.what);
    s += detail::utilisation_text(p) + detail::bound_text("TPOT", p.tpot_bound()) +
         detail::bound_text("TTFT", p.ttft_bound()) + detail::breakdown(p);
    if (q.load.open_loop()) s += "p50 to p99 at this rate, its limit, replicas for an objective: ridgepoint serve\n";
    s += "what it rests on (! recalled or assumed)\n";
    for (const evidence_line& e : evidence_of(q, a))
        s += wrapped((e.flagged ? "! " : "  ") + e.what + ": " + e.text, screen_columns, 4);
    return s;
}
}  // namespace ridgepoint::report
