// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A diagnosis in words: its conclusion, its numbers, and why a suspect is one. Screens, JSON and write-ups say the same.
/// Evidence: tests/ask/diagnosis_question_test.cpp.

#include <gambrel/ask/start_findings.hpp>
#include <gambrel/ask/suspect_words.hpp>

namespace gambrel::ask {

inline std::string load_text_of(const workload& w) {
    if (w.open_loop()) return number(w.rate.value()) + " req/s";
    return number(w.concurrency, 6) + (w.concurrency == 1.0 ? " client" : " clients");
}

/// A number that was measured, in its unit.
inline std::string measured_text(const indication& i, double x) {
    switch (i.what) {
        case indicator::ttft:
        case indicator::tpot:
        case indicator::itl:
        case indicator::latency: return to_string(seconds<>::from_value(x));
        case indicator::kernels: return to_string(seconds<>::from_value(x));
        case indicator::gap:
        case indicator::cache_use:
        case indicator::clock:
        case indicator::memory_active: return percent(x);
        case indicator::waiting: return number(larger(0.0, x - gambrel::detail::counted_from));
        case indicator::requests: return number(x) + " req/s";
        default: return number(x);
    }
}
inline std::string number_name(const indication& i) {
    if (i.what == indicator::kernels) return std::string(name_of(i.of));
    if (i.what == indicator::itl) return "ITL p" + number(100.0 * i.share, 3);
    return std::string(name_of(i.what)) + (i.median ? ", median" : "");
}

/// The conclusion as a sentence or two.
inline std::string conclusion_words(const bound_diagnosis& b, const diagnosis& d) {
    const auto& all = d.suspects.all;
    const auto weighed = [](const weighed_suspect& s) {
        return suspect_text(s) + ": " + percent(s.weight) + " of the weight";
    };
    std::string s;
    switch (d.conclusion) {
        case conclusion::cause: s = "Likeliest: " + weighed(all[0]) + "."; break;
        case conclusion::either: s = "Either " + weighed(all[0]) + "; or " + weighed(all[1]) + "."; break;
        case conclusion::within_range:
            s = "As predicted: no number lies further out than chance would have it, and nothing being wrong is as "
                "likely as any cause.";
            for (const start_finding& f : start_findings(b))
                if (f.bounds && !f.contradicts && !b.runs[f.run].before)
                    s += " It is as slow as that by how it was started: " + f.says + ".";
            break;
        case conclusion::cannot_be_said:
            s = "It differs from what is predicted, and this file cannot say why: several causes would look alike.";
            break;
        case conclusion::unexplained:
            s = "It differs from what is predicted, and no single cause explains it: the best, " +
                suspect_text(all[0]) + ", leaves " + number(all[0].misfit, 2) +
                " deviations. Is the deployment stated as it ran?";
            break;
        case conclusion::contradictory: s = "The file contradicts itself: nothing is made of it."; break;
        case conclusion::nothing_to_compare: s = "The file has no number that is predicted."; break;
        case conclusion::impossible: {
            const question& q = b.asked(*d.cannot_be);
            const prediction<>& p = b.runs[*d.cannot_be].predicted;
            const verdict v = explained(p.verdict, q.what, p.memory, demand_of(q), q.others);
            s = "Not possible as stated, so that nothing is compared: " + v.reason + "." +
                (v.suggestion.empty() ? "" : " Here " + v.suggestion + ".") + " Is the deployment stated as it ran?";
            break;
        }
        case conclusion::beyond_limit:
            s = "More was sent than is predicted to be served: the queue grows as long as the run, and its times say "
                "nothing of the server. What was served stands beside the predicted limit.";
            break;
        case conclusion::no_run:
            s = "How the server started stands below, beside what is predicted. Why it is slow cannot be said from "
                "that alone: give a benchmark's file of the same server besides.";
            break;
    }
    return s;
}

/// Why `s` is suspected: the time or the rate that it explains best, and what a start-up log says for or against it.
/// Sentences without a full stop.
inline std::vector<std::string> evidence_for(const weighed_suspect& s, const bound_diagnosis& b, const diagnosis& d) {
    std::vector<std::string> all;
    const compared_number* best = nullptr;
    double gained = 0.5, with_it = 0.0;  // deviations
    for (const compared_number& c : d.compared) {
        const examined_run& r = b.runs[c.run];
        if (r.before || c.run >= s.runs.size() || c.seen.what == indicator::in_flight) continue;
        const double e =
            expected(c.seen, s.runs[c.run], r.load, r.copies()) + gambrel::detail::shift_of(s.which, s.x, c.seen);
        const double as_asked = expected(c.seen, r.predicted, r.load, r.copies());
        if (!std::isfinite(e) || !std::isfinite(as_asked) || c.deviations == 0.0) continue;
        const double sigma = std::log(c.seen.measured / c.predicted.value) / c.deviations;
        const double then = c.predicted.value * std::exp(e - as_asked);
        const double left = std::abs(std::log(c.seen.measured / then) / sigma);
        if (std::abs(c.deviations) - left <= gained) continue;
        gained = std::abs(c.deviations) - left;
        best = &c;
        with_it = then;
    }
    if (best != nullptr)
        all.push_back(number_name(best->seen) + " of " + measured_text(best->seen, best->seen.measured) + " at " +
                      load_text_of(b.runs[best->run].load) + ", where " +
                      measured_text(best->seen, best->predicted.value) + " is predicted and " +
                      measured_text(best->seen, with_it) + " with it");
    for (const start_finding& f : start_findings(b))
        if (f.of == s.which && !b.runs[f.run].before) all.push_back(f.says);
    return all;
}
}  // namespace gambrel::ask
