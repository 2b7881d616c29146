// SPDX-License-Identifier: Apache-2.0
#pragma once
/// An answer as one screen of 80 columns: first what was asked and the figures with their 80 % ranges, then what
/// bounds them and where the time goes, then what all of it rests on. An infeasible deployment is answered by why,
/// by how much, and what would work. Evidence: tests/report/prediction_text_test.cpp.

#include <algorithm>
#include <array>
#include <functional>
#include <gambrel/ask/answer.hpp>
#include <gambrel/ask/evidence.hpp>
#include <gambrel/ask/heading.hpp>

namespace gambrel::report {
using namespace ask;

namespace detail {
/// A row whose value and range stand in columns of their own.
template <class Q>
void figure_row(table& t, const std::string& name, const figure<Q>& f, const std::string& remark = "") {
    const std::string both = to_string(f);
    const std::size_t split = both.find(" (");
    t.row({name, both.substr(0, split), split < both.size() ? both.substr(split + 1) : "", remark});
}

inline std::string figures(const answer& a) {
    const prediction<>& p = a.predicted;
    table t({align::left, align::right, align::left, align::left});
    t.row({"", "", "80 % range", ""});
    figure_row(t, "TTFT", p.ttft, "request to first token");
    if (p.has_tpot()) figure_row(t, "TPOT", p.tpot, "per token after it");
    figure_row(t, "request latency", p.latency);
    figure_row(t, "output", p.output_throughput);
    figure_row(t, "  per device", p.output_per_device);
    if (p.has_tpot()) figure_row(t, "  per user", p.output_per_user);
    figure_row(t, "prompt and output", p.total_throughput);
    figure_row(t, "requests", p.request_throughput);
    if (a.cost) {
        const std::string rent = "at " + to_string(*a.rent) + " each";
        figure_row(t, "cost of output", a.cost->output, rent);
        figure_row(t, "cost of input", a.cost->input, "prompts: " + percent(p.prompt_share) + " of time");
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

/// The memory of a device. A running request holds for_kv / most_sequences bytes: the KV in use is never more than the
/// room, as more requests than fit do not run.
inline std::string memory_text(const prediction<>& p, const deployment<>& d) {
    const memory_fit& m = p.memory;
    const double groups = static_cast<double>(d.cut.replicas * d.cut.data);
    const double running = p.running / groups;
    const bytes<> kv = m.most_sequences > 0.0 ? m.for_kv * smaller(1.0, running / m.most_sequences) : bytes<>{};
    const auto gib = [](const bytes<>& b) { return symbols::fixed(b / gibibytes(1.0), 1); };
    return wrapped("memory     " + gib(m.weights + m.besides() + kv) + " of " + gib(m.visible) +
                       " GiB a device: weights " + gib(m.weights) + ", buffers " + gib(m.besides()) + ", KV " +
                       gib(kv) + " of " + gib(m.for_kv) + " (" + gib(m.for_kv_low) + " to " +
                       gib(larger(m.for_kv, m.for_kv_high)) + "); room for " +
                       number(std::floor(m.most_sequences * groups), 6) + " such requests, or one of " +
                       symbols::fixed(std::floor(m.longest_context), 0) + " tokens",
                   screen_columns, 11);
}

/// "It may not start": how likely it does, and what decides; empty where that is sure.
inline std::string start_text(const memory_fit& m, const std::string& suggestion) {
    if (m.start.what != starts::may_not) return "";
    return wrapped("It may not start: " + percent(m.start.probability) + " that it does; what decides is " +
                       std::string(name_of(m.start.decided_by)) + "." +
                       (suggestion.empty() ? "" : " Here " + suggestion + "."),
                   screen_columns, 0);
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
    t.row({"where the time goes", "", p.has_tpot() ? "TPOT" : "", "", "TTFT"});
    const auto share = [](const pass_time<>& pass, std::size_t cls) {
        return pass.total() > seconds<>{} ? static_cast<double>(pass.by_class(cls) / pass.total()) : 0.0;
    };
    const auto of_step = [&](std::size_t i) { return p.has_tpot() ? share(p.mean_step, i) : 0.0; };
    constexpr std::size_t most_rows = 6;  // a screen holds no more
    std::array<double, cost_class_count> larger_share{};
    for (std::size_t i = 0; i < cost_class_count; ++i) larger_share[i] = larger(of_step(i), share(p.first_token, i));
    std::array<double, cost_class_count> sorted = larger_share;
    std::sort(sorted.begin(), sorted.end(), std::greater<>());
    const double least = larger(0.005, sorted[most_rows - 1]);
    for (std::size_t i = 0; i < cost_class_count; ++i) {
        const double step = of_step(i), first = share(p.first_token, i);
        if (larger_share[i] < least) continue;
        std::string shaped = bar(step, 22);
        shaped.resize(22, ' ');
        t.row({"  " + std::string(name_of_cost_class(i)), p.has_tpot() ? percent(step) : "", shaped, percent(first),
               bar(first, 22)});
    }
    return t.text();
}

inline std::string utilisation_text(const prediction<>& p) {
    std::string s = "what bounds it: MFU " + percent(p.mfu) + ", MBU " + percent(p.mbu) + ", busy " +
                    percent(p.utilisation) + "; " + number(p.running) + " running";
    if (const double waiting = seen_count(p.waiting); waiting > 0.0) s += ", " + number(waiting) + " waiting";
    return wrapped(s, screen_columns, 2);
}
}  // namespace detail

/// The answer for a terminal of 80 columns.
inline std::string screen(const question& q, const answer& a) {
    std::string s = heading(q) + notes_text(q.notes);
    if (!a.ok()) {
        const std::string_view unknown = a.predicted.not_known;
        s += "\n" + wrapped(unknown.empty() ? "Not possible: " + a.verdict.reason + "."
                                            : "Not known here: " + std::string(unknown) + ". Ask the simulator.",
                            screen_columns, 0);
        if (!a.verdict.suggestion.empty()) s += wrapped("Instead: " + a.verdict.suggestion + ".", screen_columns, 0);
        else s += "Nothing that was tried works instead.\n";
        return s;
    }
    const prediction<>& p = a.predicted;
    s += detail::start_text(p.memory, a.verdict.suggestion) + detail::figures(a) + detail::memory_text(p, q.what);
    s += detail::utilisation_text(p) + (p.has_tpot() ? detail::bound_text("TPOT", p.tpot_bound()) : "") +
         detail::bound_text("TTFT", p.ttft_bound()) + detail::breakdown(p);
    if (p.ask_simulator())
        s += wrapped("Ask the simulator: " + std::string(name_of(p.warning)) + ".", screen_columns, 0);
    if (q.load.open_loop()) s += "p50 to p99 at this rate, its limit, replicas for an objective: gambrel serve\n";
    s += "what it rests on (! recalled or assumed)\n";
    for (const evidence_line& e : evidence_of(q, a))
        s += wrapped((e.flagged ? "! " : "  ") + e.what + ": " + e.text, screen_columns, 4);
    return s;
}
}  // namespace gambrel::report
