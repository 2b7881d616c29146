// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A diagnosis as one screen of 80 columns: the conclusion, every number against its range, what does not agree within
/// the file, the suspects by weight, where TPOT goes, what a faster class of kernels would give, and the measurement
/// that comes next with its command. Evidence: tests/ask/diagnosis_question_test.cpp.

#include <gambrel/ask/diagnosis_words.hpp>
#include <gambrel/report/text/prediction_text.hpp>
#include <gambrel/report/text/start_text.hpp>

namespace gambrel::report {
using namespace ask;

namespace detail {
inline std::string factor_text(double x) { return number(x, x < 10.0 ? 2 : 3) + "x"; }

inline std::string comparison_text(const bound_diagnosis& b, const diagnosis& d) {
    table t({align::left, align::right, align::right, align::left, align::right});
    t.row({"", "measured", "predicted", "80 % range", "dev."});
    std::size_t run = b.runs.size();
    for (const compared_number& c : d.compared) {
        const examined_run& r = b.runs[c.run];
        if (c.run != run)
            t.row({load_text_of(r.load) + (r.static_batch ? ", one batch" : "") + (r.before ? ", before" : "")});
        run = c.run;
        const auto shown = [&](double x) { return measured_text(c.seen, x); };
        t.row({"  " + number_name(c.seen), shown(c.seen.measured), shown(c.predicted.value),
               "(" + shown(c.predicted.low) + " to " + shown(c.predicted.high) + ")",
               (c.deviations > 0.0 ? "+" : "") + symbols::fixed(c.deviations, 1) + (c.within() ? "" : " *")});
    }
    return t.text() + "dev.: standard deviations; *: outside the range, in which four of five lie\n";
}

inline std::string suspects_text(const diagnosis& d) {
    if (d.suspects.all.empty()) return "";
    table t({align::right, align::left, align::right, align::left, align::right});
    t.row({"weight", "suspect", "by", "80 % range", "left"});
    double others = 1.0 - d.suspects.nothing;
    int shown = 0;
    for (const weighed_suspect& each : d.suspects.all) {
        if (shown == 5 || each.weight < 0.02) break;
        const bool fixed = range_of(each.which).fixed();
        t.row({percent(each.weight), std::string(name_of(each.which)), fixed ? "" : factor_text(each.x),
               fixed ? "" : "(" + number(each.low, 2) + " to " + number(each.high, 2) + ")", number(each.misfit, 2)});
        others -= each.weight;
        ++shown;
    }
    t.row({percent(d.suspects.nothing), "nothing is wrong", "", "", number(d.suspects.misfit, 2)});
    if (others > 0.02) t.row({percent(others), "all others"});
    return t.text() + wrapped("  left: what is unexplained, in standard deviations of the " +
                                  (d.suspects.numbers == 1 ? std::string("number")
                                                           : std::to_string(d.suspects.numbers) + " numbers") +
                                  " (root mean square)",
                              screen_columns, 2);
}

/// TPOT of run `i`: predicted by class, what the heaviest suspect adds to each, what is left.
inline std::string waterfall_text(const bound_diagnosis& b, const diagnosis& d, std::size_t i) {
    const auto& use = d.use[i];
    if (!use || d.suspects.all.empty()) return "";
    const examined_run& r = b.runs[i];
    const weighed_suspect& s = d.suspects.all.front();
    const double by = i < d.corrected.size() ? d.corrected[i] : 1.0;
    const bool caused = d.names_cause() && s.runs[i].ok() && s.runs[i].has_tpot();
    const auto ms = [](double t) { return to_string(seconds<>::from_value(t)); };
    table t({align::left, align::right, align::right, align::left});
    t.row({"TPOT, " + load_text_of(r.load), "predicted", caused ? "with the cause" : "", ""});
    const double whole = by * r.predicted.mean_step.total().value();
    for (std::size_t c = 0; c < cost_class_count; ++c) {
        const double ours = by * r.predicted.mean_step.by_class(c).value();
        const double theirs = caused ? by * s.runs[i].mean_step.by_class(c).value() : ours;
        if (ours < 0.005 * whole && theirs < 0.005 * whole) continue;
        t.row({"  " + std::string(name_of_cost_class(c)), ms(ours), caused ? ms(theirs) : "",
               bar(theirs / use->measured, 24)});
    }
    for (std::size_t j = 0; j < b.runs.size(); ++j)
        if (const examined_run& other = b.runs[j];
            other.before && d.use[j] && other.load.concurrency == r.load.concurrency && other.load.rate == r.load.rate)
            t.row({"measured before", "", ms(d.use[j]->measured), ""});
    const double explained = caused ? by * s.runs[i].mean_step.total().value() : whole;
    t.row({"  sum", ms(whole), caused ? ms(explained) : "", ""});
    const double left = use->measured - explained;
    t.row({"measured", "", ms(use->measured), ms(std::abs(left)) + (left < 0.0 ? " less" : " more")});
    const std::string corrected =
        by == 1.0 ? "" : "Times are x " + number(by, 3) + " of the prediction, as the runs before correct it. ";
    return t.text() + wrapped(corrected + "MFU " + percent(use->mfu) + ", MBU " + percent(use->mbu) +
                                  "; at the datasheet's rates a token would take " + ms(use->floor) + ": it takes " +
                                  number(use->measured / use->floor, 2) + " times that.",
                              screen_columns, 0);
}

inline std::string faster_text(const diagnosis& d) {
    if (d.faster.empty()) return "";
    std::vector<std::string> parts;
    const auto change = [](double ratio) {
        const double p = 100.0 * (ratio - 1.0);
        return (p > 0.0 ? "+" : "") + symbols::fixed(p, 0) + " %";
    };
    for (const faster_class& f : d.faster)
        if (f.tpot < 0.99)
            parts.push_back(std::string(name_of(f.which)) + ": TPOT " + change(f.tpot) + ", req/s " +
                            change(f.requests));
    if (parts.empty()) return "";
    std::string s;
    for (const std::string& part : parts) s += (s.empty() ? "" : "; ") + part;
    return wrapped("In half the time (predicted): " + s + ".", screen_columns, 2);
}

inline std::string sweep_text(const diagnosis& d) {
    if (!d.sweep) return "";
    const auto line = [](const sweep_line& l) {
        return to_string(seconds<>::from_value(l.intercept)) + " and " + to_string(seconds<>::from_value(l.slope)) +
               " for each request";
    };
    return wrapped("TPOT over requests that decode together: measured " + line(d.sweep->first) + "; predicted " +
                       line(d.sweep->second) + ".",
                   screen_columns, 0);
}
}  // namespace detail

inline std::string screen(const bound_diagnosis& b, const diagnosis& d) {
    using namespace detail;
    const question& q = b.asked(b.files.size() - 1);
    const std::string load = b.runs.size() > 1    ? std::to_string(b.runs.size()) + " runs"
                             : !b.load_is_said(0) ? "no file says the load"
                                                  : load_text_of(b.runs.front().load);
    const std::vector<start_finding> started = start_findings(b);
    const std::string against = findings_text(started, true);
    std::string s = heading(q, load) + "\n" + against + (against.empty() ? "" : "\n") +
                    wrapped(conclusion_words(b, d), screen_columns, 0) + "\n";
    std::vector<std::string> said;
    for (const auto& [run, wrong] : d.inconsistencies)
        said.push_back(clipped(b.files[run].where, 60) + ": " + wrong.says +
                       (wrong.how == disagreement::contradicts ? ": not used" : "") + ".");
    for (const std::string& line : said) s += wrapped(line, screen_columns, 2);
    for (const observation& o : b.files)
        for (const std::string& note : o.notes)
            if (note.ends_with(counts_once) || (o.start && o.start->starts > 1 && note.ends_with("the last is taken")))
                said.push_back(clipped(o.where, 60) + ": " + note + ".");
    for (std::size_t i = d.inconsistencies.size(); i < said.size(); ++i) s += wrapped(said[i], screen_columns, 2);
    if (!said.empty()) s += "\n";
    for (const std::size_t i : b.starts()) s += findings_text(started, false) + start_text(b, i) + "\n";
    if (!d.compared.empty()) s += comparison_text(b, d) + "\n";
    s += suspects_text(d);
    const std::string sweep = sweep_text(d);
    if (!sweep.empty()) s += "\n" + sweep;
    for (std::size_t i = b.runs.size(); i-- > 0;)
        if (const std::string t = waterfall_text(b, d, i); !t.empty()) {
            s += "\n" + t;
            break;
        }
    s += faster_text(d);
    if (d.next)
        s += "\n" +
             wrapped("To tell the first two apart: " + std::string(name_of(d.next->what)) + " (they differ by " +
                         number(d.next->distance, 2) + " deviations there)",
                     screen_columns, 0) +
             command_of(*d.next, q) + "\n";
    return s;
}
}  // namespace gambrel::report
