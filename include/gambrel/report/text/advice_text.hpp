// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Advice as text: what to change first, what to measure first, what gains nothing and what does not apply.
/// Evidence: tests/ask/advice_test.cpp.

#include <gambrel/ask/advice/experiment.hpp>
#include <gambrel/report/text/prediction_text.hpp>

namespace gambrel::report {

namespace detail {
inline std::string gain_words(const figure<double>& g) {
    if (!(g.value > 0.0)) return "-";
    return number(g.value, 3) + (g.low == g.high ? "" : " (" + number(g.low, 3) + " to " + number(g.high, 3) + ")");
}
/// Of each item a line of figures under its key, and what it is.
inline void add_items(std::string& text, const advice& a, advice_verdict verdict, std::string_view heading,
                      std::size_t most) {
    const std::size_t all = a.count(verdict);
    if (all == 0) return;
    table t({align::left, align::left, align::left, align::right, align::right});
    t.row({"", "better by", "work", "TTFT", "TPOT"});
    std::vector<std::string> told{""};
    for (const advice_item& i : a.items) {
        if (i.verdict != verdict || told.size() > most) continue;
        const auto times = [&](advice_goal g) {
            return i.gains.of(g).value > 0.0 ? "x " + number(1.0 / i.gains.of(g).value, 3) : "-";
        };
        t.row({std::string(i.change->key), gain_words(i.gains.of(a.options.goal)),
               std::string(label_of(i.change->effort)), times(advice_goal::ttft), times(advice_goal::tpot)});
        told.push_back("    " +
                       wrapped(std::string(i.change->title) + "; " +
                                   (i.reason.empty() ? "risk: " + std::string(i.change->risk) : "assumes " + i.reason) +
                                   (i.mended.empty() ? "" : "; keeps " + listed(i.mended, " and ")),
                               76, 6));
    }
    text += std::string(heading) + "\n";
    const std::string lines = t.text(2);
    std::size_t at = 0;
    for (const std::string& what : told) {
        const std::size_t end = lines.find('\n', at) + 1;
        text += lines.substr(at, end - at) + what;
        at = end;
    }
    if (all > most) text += fmt::format("  and {} more (--all)\n", all - most);
    text += "\n";
}
/// The limits that are broken as it is, and what brings them back.
inline std::string broken_text(const advice& a) {
    std::string text;
    for (const std::string& limit : a.broken) {
        std::vector<std::string> by;
        for (const what_if* w : kept_by(a, limit)) by.emplace_back(w->key);
        const auto* t = &a.now.predicted.ttft;
        seconds<> most = a.options.limits.ttft;
        if (limit == "TPOT") t = &a.now.predicted.tpot, most = a.options.limits.tpot;
        if (limit == "latency") t = &a.now.predicted.latency, most = a.options.limits.latency;
        text += wrapped(limit + " is above its limit as it is, " + to_string(t->value) + " of " + to_string(most) +
                            ": " + (by.empty() ? "no change of the catalogue keeps it" : "kept by " + listed(by, ", ")),
                        80, 2);
    }
    return text.empty() ? text : text + "\n";
}
inline void add_reasons(std::string& text, const advice& a, advice_verdict verdict, std::string_view heading) {
    std::string lines;
    for (const advice_item& i : a.items)
        if (i.verdict == verdict) lines += "  " + wrapped(std::string(i.change->title) + ": " + i.reason, 78, 4);
    if (!lines.empty()) text += std::string(heading) + "\n" + lines + "\n";
}
}  // namespace detail

/// `most`: items of a list; `tried`: whose experiments are written out.
inline std::string screen(const advice& a, std::size_t most = 8, bool reasons = false) {
    std::string text =
        wrapped(fmt::format("Goal: {}. Better by a factor above 1, with its 80 % range; TTFT and TPOT as "
                            "they become. Work: S hours, M days, L weeks",
                            name_of(a.options.goal)),
                80, 2) +
        "\n" + detail::broken_text(a);
    detail::add_items(text, a, advice_verdict::gain, "Change first", most);
    detail::add_items(text, a, advice_verdict::measure_first,
                      "Measure first: the range holds no gain, or the gain rests on an assumption", most);
    if (a.together) {
        std::vector<std::string> titles;
        for (const what_if* w : a.together->changes) titles.emplace_back(w->title);
        text += wrapped(fmt::format("Together, {}: {}, predicted as one change (product of the gains {})",
                                    listed(titles, " and "), detail::gain_words(a.together->gains.of(a.options.goal)),
                                    number(a.together->product, 3)),
                        80, 2) +
                "\n";
    }
    if (reasons) {
        detail::add_items(text, a, advice_verdict::no_gain, "No gain", most);
        detail::add_reasons(text, a, advice_verdict::impossible, "Not possible");
        detail::add_reasons(text, a, advice_verdict::not_applicable, "Does not apply");
    }
    detail::add_reasons(text, a, advice_verdict::breaks_limit, "Breaks a limit");
    if (!reasons)
        text += fmt::format(
            "{} more gain nothing, {} are not possible, {} do not apply: --all says why\n"
            "--change KEY writes one out with the lines that try it\n",
            a.count(advice_verdict::no_gain), a.count(advice_verdict::impossible),
            a.count(advice_verdict::not_applicable));
    return text;
}

/// What to do about one item: its experiment, as lines to paste.
inline std::string experiment_text(const advice& a, const advice_item& i) {
    std::string text = fmt::format("{} ({} gain {}, work {})\n", i.change->title, name_of(a.options.goal),
                                   detail::gain_words(i.gains.of(a.options.goal)), name_of(i.change->effort));
    text += fmt::format("  risk: {}\n  portable: {}\n", i.change->risk, i.change->portability);
    if (!i.change->quality.empty()) text += fmt::format("  quality: {}\n", i.change->quality);
    if (!i.change->source.empty()) text += fmt::format("  measured: {}\n", i.change->source);
    for (const std::string& line : experiment_of(a, i)) text += "    " + printable(line) + "\n";
    return text;
}

/// The catalogue as a table of Markdown: docs/advice.md.
inline std::string catalogue_markdown() {
    std::string text =
        "| change | key | acts on | work | risk | runs on | answers | back | measured "
        "|\n|---|---|---|---|---|---|---|---|---|\n";
    for (const what_if& w : what_ifs)
        text += fmt::format("| {} | `{}` | {} | {} | {} | {} | {} | {} | {} |\n", w.title, w.key, name_of(w.term),
                            label_of(w.effort), w.risk, w.portability, w.quality.empty() ? "the same" : w.quality,
                            w.rollback, w.source);
    return text;
}
}  // namespace gambrel::report
