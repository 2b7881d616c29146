// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What start-up logs say, as lines of a screen: against the question, before anything else; and the rest beside what is
/// predicted. Evidence: tests/ask/start_findings_test.cpp.

#include <gambrel/ask/start_findings.hpp>

namespace gambrel::report {
using namespace ask;

namespace detail {
inline std::string findings_text(const std::vector<start_finding>& all, bool against) {
    std::string s;
    for (const start_finding& f : all)
        if (f.contradicts == against) s += wrapped((against ? "! " : "") + f.says + ".", screen_columns, 2);
    return s;
}

/// Printed beside predicted, and what the log of run `i` leaves unsaid.
inline std::string start_text(const bound_diagnosis& b, std::size_t i) {
    const start_log& l = *b.files[i].start;
    const memory_fit& m = b.runs[i].predicted.memory;
    const auto printed = [](const std::optional<double>& x) { return x ? number(*x) + " GiB" : std::string("-"); };
    const auto size = [](const bytes<>& x) { return number(x / gibibytes(1.0)) + " GiB"; };
    table t({align::left, align::right, align::right, align::left});
    t.row({"on a device", "the log", "predicted", "80 % range"});
    t.row({"  weights", printed(l.weights), size(m.weights)});
    if (l.server != "llama.cpp")
        t.row({"  room for keys and values", printed(l.kv), size(m.for_kv),
               "(" + size(m.for_kv_low) + " to " + size(m.for_kv_high) + ")"});
    std::vector<std::string> unsaid;
    for (const std::string_view each : l.missing()) unsaid.emplace_back(each);
    return t.text() +
           (unsaid.empty() ? "" : wrapped("The log does not say: " + listed(unsaid, ", ") + ".", screen_columns, 2));
}
}  // namespace detail
}  // namespace gambrel::report
