// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Sections of a write-up about what to do: options, actions, how to check them, what would change the decision.
/// Evidence: tests/ask/write_up_test.cpp.

#include <gambrel/ask/advice/experiment.hpp>
#include <gambrel/ask/write_up/figure_sections.hpp>
#include <gambrel/ask/write_up/measured_section.hpp>
#include <gambrel/ask/write_up/watch.hpp>
#include <gambrel/planning/sensitivity.hpp>

namespace gambrel::ask::detail {

inline section options_section(const advice& v) {
    section s{"options", "Options", {}};
    document_table t{{"change", std::string(name_of(v.options.goal)) + " better by", "", "work", "risk"}, {}};
    bar_chart c{"Gain in " + std::string(name_of(v.options.goal)) +
                    " with its 80 % range, on a logarithmic scale; the line is no gain",
                {},
                1.0,
                true};
    for (const advice_item& i : v.items) {
        if (i.verdict != advice_verdict::gain && i.verdict != advice_verdict::measure_first) continue;
        if (t.rows.size() == 12) break;
        const figure<double>& g = i.gains.of(v.options.goal);
        t.rows.push_back({std::string(i.change->title), factor_words(g), std::string(name_of(i.verdict)),
                          std::string(name_of(i.change->effort)),
                          i.reason.empty() ? std::string(i.change->risk) : "assumes that " + i.reason});
        c.bars.push_back({std::string(i.change->title), factor_words(g), g.value, g.low, g.high});
    }
    for (const std::string& limit : v.broken) {
        std::vector<std::string> by;
        for (const what_if* w : kept_by(v, limit)) by.emplace_back(w->title);
        s.blocks.push_back(
            paragraph{"The limit of " + limit + " is broken as it is; " +
                      (by.empty() ? "no change of the catalogue keeps it." : "kept by " + listed(by) + ".")});
    }
    if (t.rows.empty()) {
        s.blocks.push_back(paragraph{"No change of the catalogue is predicted to help."});
        return s;
    }
    s.blocks.push_back(std::move(c));
    s.blocks.push_back(std::move(t));
    if (v.together) {
        std::vector<std::string> names;
        for (const what_if* w : v.together->changes) names.emplace_back(w->title);
        s.blocks.push_back(paragraph{"Together, " + listed(names, " and ") + ": " +
                                     factor_words(v.together->gains.of(v.options.goal)) +
                                     ", predicted as one change."});
    }
    return s;
}

/// The items of `v` in their order, those that act on what `m` names before the others of their verdict.
inline std::vector<const advice_item*> in_order(const advice& v, const measured_part& m) {
    std::vector<const advice_item*> all;
    for (const advice_item& i : v.items) all.push_back(&i);
    const auto place = [&](const advice_item* i) {
        return std::find(m.changes.begin(), m.changes.end(), i->change->key) - m.changes.begin();
    };
    std::stable_sort(all.begin(), all.end(), [&](const advice_item* x, const advice_item* y) {
        return x->verdict != y->verdict ? x->verdict < y->verdict : place(x) < place(y);
    });
    return all;
}
inline bool is_named(const advice_item& i, const measured_part& m) {
    return std::find(m.changes.begin(), m.changes.end(), i.change->key) != m.changes.end();
}

/// The sure gains of this much work, best first.
inline std::vector<const advice_item*> actions(const advice& v, effort e, const measured_part& m) {
    std::vector<const advice_item*> all;
    for (const advice_item* i : in_order(v, m))
        if (i->verdict == advice_verdict::gain && i->change->effort == e && all.size() < 3) all.push_back(i);
    return all;
}
inline section actions_section(const advice& v, const measured_part& m) {
    section s{"actions", "What to do", {}};
    if (!m.mend.empty()) {
        s.blocks.push_back(
            paragraph{"First what the measurement names; a change of the deployment does not mend a fault:"});
        s.blocks.push_back(bullet_list{m.mend});
    }
    const auto add = [&](const char* name, effort e) {
        bullet_list l;
        for (const advice_item* i : actions(v, e, m))
            l.items.push_back(std::string(i->change->title) +
                              (is_named(*i, m) ? ", which acts on what was measured: " : ": ") +
                              factor_words(i->gains.of(v.options.goal)) +
                              (i->change->flag.empty() ? "" : " (" + std::string(i->change->flag) + ")"));
        if (l.items.empty()) l.items.push_back("none with a sure gain");
        s.blocks.push_back(paragraph{name});
        s.blocks.push_back(std::move(l));
    };
    add("Quick wins, in hours:", effort::small);
    add("Then, in days:", effort::medium);
    add("If that is not enough, in weeks:", effort::large);
    return s;
}
inline const advice_item* first_action(const advice& v, const measured_part& m) {
    for (const advice_item* i : in_order(v, m))
        if (i->verdict == advice_verdict::gain || i->verdict == advice_verdict::measure_first) return i;
    return nullptr;
}

inline section validation_section(const question& q, const answer& a, const advice& v, const measured_part& m) {
    section s{"validation", "How to check it, and the way back", {}};
    const advice_item* i = first_action(v, m);
    if (i != nullptr) {
        s.blocks.push_back(paragraph{"The first change, " + std::string(i->change->title) + ":"});
        s.blocks.push_back(code_lines{experiment_of(v, *i)});
    }
    bullet_list l{{}, true};
    if (i == nullptr || i->change->term != advice_term::price)
        l.items.emplace_back("runs of both sides interleaved on one machine, five a side, one change at a time");
    l.items.push_back(i == nullptr || i->change->quality.empty()
                          ? "answers cannot differ: no check of quality is needed for the first change"
                          : "quality: " + std::string(quality_check));
    l.items.emplace_back("the load of production for an hour: p99 of TTFT and TPOT, not means alone");
    l.items.emplace_back("a tenth of the traffic for a day, watched as below, then the rest");
    if (i != nullptr) l.items.push_back("the way back, tried once: " + std::string(i->change->rollback));
    s.blocks.push_back(std::move(l));
    document_table t{{"watch for a day", "Prometheus", "it means"}, {}};
    for (const watched& w : watch_of(q, a)) t.rows.push_back({w.what, w.expression, w.means});
    s.blocks.push_back(std::move(t));
    return s;
}

inline section decision_section(const question& q, const answer& a, const advice& v) {
    section s{"decision", "What would change the decision", {}};
    bullet_list l;
    std::vector<const advice_item*> best;
    for (const advice_item& i : v.items)
        if (i.verdict == advice_verdict::gain && best.size() < 2) best.push_back(&i);
    if (best.size() == 2)
        l.items.push_back(fmt::format("{} comes first with {}; below {} {} would", best[0]->change->title,
                                      factor_words(best[0]->gains.of(v.options.goal)),
                                      number(best[1]->gains.of(v.options.goal).low), best[1]->change->title));
    for (const advice_item& i : v.items)
        if (i.verdict == advice_verdict::measure_first && i.gains.of(v.options.goal).high > 1.2 && l.items.size() < 4)
            l.items.push_back(std::string(i.change->title) + " may give up to x " +
                              number(i.gains.of(v.options.goal).high) + " and may give nothing: a measurement decides");
    if (!q.static_batch && !q.pools.on() && !q.what.speculation.on()) {
        std::array<elasticity, varied_inputs> all = elasticities_of(q.what, q.load);
        std::stable_sort(all.begin(), all.end(), [](const elasticity& x, const elasticity& y) {
            return std::fabs(x.latency) > std::fabs(y.latency);
        });
        for (std::size_t i = 0; i < 3 && std::fabs(all[i].latency) > 0.05; ++i)
            l.items.push_back(fmt::format("10 % more of {}: the whole answer takes {:+.1f} %", name_of(all[i].input),
                                          100.0 * (std::pow(1.1, all[i].latency) - 1.0)));
    }
    if (a.predicted.verdict.ok() && l.items.empty()) l.items.emplace_back("nothing that was tried");
    s.blocks.push_back(std::move(l));
    return s;
}
}  // namespace gambrel::ask::detail
