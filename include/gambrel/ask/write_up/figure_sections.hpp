// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Sections of a write-up about what a deployment does: figures against targets, what bounds it, use of the hardware,
/// money, what it rests on. Evidence: tests/ask/write_up_test.cpp.

#include <gambrel/ask/advice/advised.hpp>
#include <gambrel/ask/evidence.hpp>
#include <gambrel/ask/heading.hpp>
#include <gambrel/ask/write_up/document.hpp>

namespace gambrel::ask::detail {

inline std::string on_one_line(std::string lines) {
    while (!lines.empty() && lines.back() == '\n') lines.pop_back();
    for (std::size_t at = 0; (at = lines.find('\n', at)) != std::string::npos;) lines.replace(at, 1, "; ");
    return lines;
}
template <class Q> std::string figure_words(const figure<Q>& f) { return to_string(f.value); }
template <class Q> std::string range_words(const figure<Q>& f) { return to_string(f.low) + " to " + to_string(f.high); }
inline std::string factor_words(const figure<double>& g) {
    if (!(g.value > 0.0)) return "-";
    return "x " + number(g.value) + (g.low == g.high ? "" : " (" + number(g.low) + " to " + number(g.high) + ")");
}

inline section baseline_section(const question& q, const answer& a, const objective& o) {
    section s{"baseline", "Baseline against targets", {}};
    const prediction<>& p = a.predicted;
    document_table t{{"", "predicted", "80 % range", "target", ""}, {}};
    const auto add = [&](const char* name, const auto& f, const std::string& target, const std::string& kept) {
        t.rows.push_back({name, figure_words(f), range_words(f), target, kept});
    };
    const auto timed = [&](const char* name, const figure<seconds<>>& f, const seconds<>& limit) {
        const bool any = std::isfinite(limit.value());
        add(name, f, any ? to_string(limit) : "-",
            !any               ? ""
            : f.high <= limit  ? "kept"
            : f.value <= limit ? "kept, but not at the range's bad end"
            : f.low <= limit   ? "broken, but not at the range's good end"
                               : "broken");
    };
    timed("TTFT, mean", p.ttft, o.ttft);
    if (p.has_tpot()) timed("TPOT, mean", p.tpot, o.tpot);
    timed("whole answer, mean", p.latency, o.latency);
    add("requests", p.request_throughput, "-", q.load.open_loop() ? "given" : "");
    add("output", p.output_throughput, "-", "");
    if (a.cost) {
        add("cost of output", a.cost->output, "-", "");
        add("cost of input", a.cost->input, "-", "");
    }
    if (a.energy) add("energy of an output token", *a.energy, "-", "");
    s.blocks.push_back(std::move(t));
    if (p.ask_simulator())
        s.blocks.push_back(paragraph{"Ask the simulator too: " + std::string(name_of(p.warning)) + "."});
    return s;
}

inline section bottleneck_section(const answer& a) {
    section s{"bottleneck", "What bounds it", {}};
    const prediction<>& p = a.predicted;
    const pass_time<>& at = p.has_tpot() ? p.mean_step : p.first_token;
    const bottleneck b = p.has_tpot() ? p.tpot_bound() : p.ttft_bound();
    s.blocks.push_back(paragraph{fmt::format(
        "{} of {} is {}; without it the rest would be {} times as fast. Next is {} with {}. Found by the time of every "
        "operator under its "
        "roof, summed over the mean step (gambrel explain shows them).",
        percent(b.first_share), p.has_tpot() ? "the time of an output token" : "the time to the first token",
        name_of(b.first), b.headroom() > 0.0 ? number(b.headroom(), 2) : "many", name_of(b.second),
        percent(b.second_share))});
    bar_chart c{p.has_tpot() ? "Where the time of an output token goes" : "Where the time to the first token goes",
                {},
                0.0,
                false};
    for (std::size_t i = 0; i < cost_class_count; ++i) {
        const double share = at.by_class(i) / at.total();
        if (share >= 0.005) c.bars.push_back({std::string(name_of_cost_class(i)), percent(share), share, 0.0, share});
    }
    std::stable_sort(c.bars.begin(), c.bars.end(),
                     [](const chart_bar& x, const chart_bar& y) { return x.value > y.value; });
    s.blocks.push_back(std::move(c));
    return s;
}

inline section utilisation_section(const question& q, const answer& a) {
    section s{"utilisation", "Use of the hardware", {}};
    const prediction<>& p = a.predicted;
    const device<>& d = q.what.device;
    const memory_fit& m = p.memory;
    const double groups = static_cast<double>(q.what.cut.replicas * q.what.cut.data);
    const bytes<> kv =
        m.most_sequences > 0.0 ? m.for_kv * smaller(1.0, p.running / groups / m.most_sequences) : bytes<>{};
    document_table t{{"", "present", "peak", "share"}, {}};
    t.rows.push_back({"memory bandwidth of a device", to_string(d.memory.bandwidth.value * p.mbu),
                      to_string(d.memory.bandwidth.value), percent(p.mbu)});
    const auto& peak = native_peak(d, q.what.resolved_formats().weights.feed_forward.issue);
    if (peak.known())
        t.rows.push_back({"multiply, each part at its format's peak", "-", to_string(peak.value), percent(p.mfu)});
    t.rows.push_back({"memory of a device", to_string_binary(m.weights + m.besides() + kv), to_string_binary(m.visible),
                      percent((m.weights + m.besides() + kv) / m.visible)});
    t.rows.push_back({"time in which a pass runs", "-", "-", percent(p.utilisation)});
    if (a.power && d.power.limit.known())
        t.rows.push_back({"power of a board", to_string(a.power->value), to_string(d.power.limit.value),
                          percent(a.power->value / d.power.limit.value)});
    s.blocks.push_back(std::move(t));
    return s;
}

inline section assumptions_section(const question& q, const answer& a) {
    section s{"assumptions", "What was assumed, and what it rests on", {}};
    bullet_list l;
    l.items.push_back("load: " + load_text(q) + ", steady");
    for (const std::string& n : q.notes) l.items.push_back(n);
    if (a.rent) l.items.push_back("rent " + to_string(*a.rent) + " a device: " + a.rent_source);
    else l.items.push_back("no rent is known: " + a.rent_source);
    s.blocks.push_back(std::move(l));
    document_table t{{"", "source", ""}, {}};
    for (const evidence_line& e : evidence_of(q, a))
        t.rows.push_back({e.what, e.text, e.flagged ? "recalled or assumed" : ""});
    s.blocks.push_back(std::move(t));
    return s;
}

inline section money_section(const question& q, const answer& a, const advice& v) {
    section s{"money", "What it costs in a month", {}};
    if (!a.rent) {
        s.blocks.push_back(paragraph{"No rent of the device is known: state the price per device-hour."});
        return s;
    }
    const int devices = devices_of(q, q.what.cut.replicas);
    const double month = a.rent->value() * devices * hours(hours_per_month).value();
    const double requests = a.predicted.request_throughput.value.value() * hours(hours_per_month).value();
    std::string text = fmt::format(
        "{} device{} at {} for {} hours are {} $ a month, used or not; under this load all that time that is "
        "{} requests",
        devices, devices == 1 ? "" : "s", to_string(*a.rent), number(hours_per_month), symbols::fixed(month, 0),
        number(requests));
    if (a.cost)
        text += ", at " + to_string(a.cost->output.value) + " of output and " + to_string(a.cost->input.value) +
                " of input, each by its share of the machine's time";
    text += ".";
    if (v.together)
        if (const figure<double>& g = v.together->gains.of(advice_goal::cost); g.value > 1.0)
            text += fmt::format(" With the changes above together the same requests cost {} $ ({} to {}).",
                                symbols::fixed(month / g.value, 0), symbols::fixed(month / g.high, 0),
                                symbols::fixed(month / g.low, 0));
    s.blocks.push_back(paragraph{std::move(text)});
    return s;
}
}  // namespace gambrel::ask::detail
