// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The section of a write-up on what was measured: the diagnosis of files against the prediction, why each suspect is one, and the
/// measurement that would tell the first two apart; what it puts first among the actions; and what the write-up is then of:
/// the last run that the files hold, with what the caller says besides. Evidence: tests/ask/write_up_test.cpp.

#include <gambrel/ask/advice/advised.hpp>
#include <gambrel/ask/diagnosis_words.hpp>
#include <gambrel/ask/write_up/document.hpp>
#include <gambrel/ask/write_up/remedies.hpp>

namespace gambrel::ask {

/// What measurements put before the rest of a write-up.
struct measured_part {
    std::vector<section> sections{};
    std::vector<std::string> mend{};          ///< of what is at fault, to be done before anything is changed
    std::vector<std::string_view> changes{};  ///< of the catalogue, that act on the same
};

/// The last run of `b` that is not of before, as advice takes it.
inline advised_case case_of(const bound_diagnosis& b) {
    std::size_t last = b.runs.size() - 1;
    for (std::size_t i = 0; i < b.runs.size(); ++i)
        if (!b.runs[i].before) last = i;
    const asked_run& t = b.terms(last);
    advised_case c{t.model, t.board, t.software, t.options};
    if (b.runs[last].static_batch) {
        c.options.batch = c.options.concurrency;
        c.options.concurrency.reset();
    }
    return c;
}

namespace detail {
inline document_table numbers_table(const bound_diagnosis& b, const diagnosis& d) {
    document_table t{{"run", "", "measured", "predicted", "80 % range", "deviations"}, {}};
    for (const compared_number& c : d.compared) {
        const examined_run& r = b.runs[c.run];
        const auto shown = [&](double x) { return measured_text(c.seen, x); };
        t.rows.push_back({load_text_of(r.load) + (r.before ? ", before" : ""), number_name(c.seen),
                          shown(c.seen.measured), shown(c.predicted.value),
                          shown(c.predicted.low) + " to " + shown(c.predicted.high),
                          (c.deviations > 0.0 ? "+" : "") + symbols::fixed(c.deviations, 1) +
                              (c.within() ? "" : ", outside the range")});
    }
    return t;
}
inline document_table suspects_table(const bound_diagnosis& b, const diagnosis& d) {
    document_table t{{"weight", "suspect", "why", "leaves"}, {}};
    const auto left = [](double misfit) { return number(misfit, 2) + " deviations"; };
    for (const weighed_suspect& s : d.suspects.all) {
        if (t.rows.size() == 5 || s.weight < 0.02) break;
        std::string why;
        for (const std::string& each : evidence_for(s, b, d)) why += (why.empty() ? "" : "; ") + each;
        t.rows.push_back({percent(s.weight), suspect_text(s), why, left(s.misfit)});
    }
    t.rows.push_back({percent(d.suspects.nothing), "nothing is wrong", "", left(d.suspects.misfit)});
    return t;
}
inline section diagnosis_section(const bound_diagnosis& b, const diagnosis& d) {
    section s{"diagnosis", "What was measured", {}};
    bullet_list against, besides;
    for (const start_finding& f : start_findings(b)) (f.contradicts ? against : besides).items.push_back(f.says);
    for (const auto& [run, w] : d.inconsistencies)
        besides.items.push_back(clipped(b.files[run].where, 60) + ": " + w.says +
                                (w.how == disagreement::contradicts ? ": not used" : ""));
    if (!against.items.empty()) {
        s.blocks.push_back(paragraph{"The files say otherwise than the question:"});
        s.blocks.push_back(std::move(against));
    }
    s.blocks.push_back(paragraph{conclusion_words(b, d)});
    if (!d.compared.empty()) s.blocks.push_back(numbers_table(b, d));
    if (!besides.items.empty()) s.blocks.push_back(std::move(besides));
    if (!d.suspects.all.empty()) s.blocks.push_back(suspects_table(b, d));
    if (d.next) {
        s.blocks.push_back(paragraph{"What tells the first two apart: " + std::string(name_of(d.next->what)) +
                                     " (they differ by " + number(d.next->distance, 2) + " deviations there)."});
        code_lines c;
        std::string lines = command_of(*d.next, b.asked(b.files.size() - 1));
        for (std::size_t end; (end = lines.find('\n')) != std::string::npos; lines.erase(0, end + 1))
            c.lines.push_back(lines.substr(0, end));
        c.lines.push_back(lines);
        s.blocks.push_back(std::move(c));
    }
    return s;
}
/// By how many times what a diagnosis compares is worse than predicted: of times and rates the one that is furthest out.
inline std::string worse_text(const diagnosis& d) {
    const compared_number* worst = nullptr;
    for (const compared_number& c : d.compared) {
        const bool time =
            c.seen.what == indicator::ttft || c.seen.what == indicator::tpot || c.seen.what == indicator::latency;
        if (time && c.deviations > 1.0 && (worst == nullptr || c.deviations > worst->deviations)) worst = &c;
    }
    if (worst == nullptr) return "";
    const double m = worst->seen.measured;
    return ": " + number_name(worst->seen) + " x " + number(m / worst->predicted.value) + " (" +
           number(m / worst->predicted.high) + " to " + number(m / worst->predicted.low) + ") of what is predicted";
}
}  // namespace detail

/// Of a diagnosis. Suspects that it names, or where it names none those of a fifth of the weight, are mended first.
inline measured_part measured_part_of(const bound_diagnosis& b, const diagnosis& d) {
    measured_part m;
    m.sections.push_back(detail::diagnosis_section(b, d));
    const std::size_t named = d.conclusion == conclusion::cause ? 1 : 2;
    const bool well = d.conclusion == conclusion::within_range;
    for (const weighed_suspect& s : d.suspects.all) {
        if (well || m.mend.size() == named || s.weight < 0.2) break;
        const remedy& r = remedy_of(s.which);
        m.mend.push_back(std::string(name_of(s.which)) + " (" + percent(s.weight) + " of the weight)" +
                         (m.mend.empty() ? detail::worse_text(d) : "") + "; look at " + std::string(r.look));
        for (const std::string_view key : r.changes)
            if (!key.empty()) m.changes.push_back(key);
    }
    for (const start_finding& f : start_findings(b))  // as predicted, and short by how it was started
        if (well && f.bounds && f.of && !b.runs[f.run].before)
            for (const std::string_view key : remedy_of(*f.of).changes)
                if (!key.empty()) m.changes.push_back(key);
    return m;
}
}  // namespace gambrel::ask
