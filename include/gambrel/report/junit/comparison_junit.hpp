// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A comparison as JUnit's XML, which build servers show as tests: a suite a load, a case a gated figure; worse is a
/// failure, cannot tell is a skipped case with what would tell. The layout is that of Jenkins' and GitLab's readers
/// (testsuites, testsuite, testcase, failure, skipped). Evidence: tests/comparison/shown_test.cpp.

#include <gambrel/report/text/comparison_text.hpp>

namespace gambrel::report {

namespace detail {
/// Text of an XML attribute: names come from files. What XML 1.0 cannot hold has been written out by `printable`.
inline std::string xml_text(std::string_view s) {
    std::string text;
    for (const char c : printable(s)) {
        switch (c) {
            case '&': text += "&amp;"; break;
            case '<': text += "&lt;"; break;
            case '>': text += "&gt;"; break;
            case '"': text += "&quot;"; break;
            default: text += c;
        }
    }
    return text;
}

struct junit_suite {
    std::string cases{};
    int tests = 0, failures = 0, skipped = 0;

    void add(const std::string& suite, const std::string& name, change verdict, const std::string& message) {
        ++tests;
        failures += verdict == change::worse ? 1 : 0;
        skipped += verdict == change::cannot_tell ? 1 : 0;
        cases +=
            fmt::format("    <testcase classname=\"gambrel.compare.{}\" name=\"{}\"", xml_text(suite), xml_text(name));
        if (verdict == change::worse)
            cases += fmt::format("><failure message=\"{}\"/></testcase>\n", xml_text(message));
        else if (verdict == change::cannot_tell)
            cases += fmt::format("><skipped message=\"{}\"/></testcase>\n", xml_text(message));
        else cases += fmt::format("><system-out>{}</system-out></testcase>\n", xml_text(message));
    }
    std::string text(const std::string& name) const {
        return fmt::format(
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\">\n{}  </testsuite>\n",
            xml_text(name), tests, failures, skipped, cases);
    }
};
inline std::string junit_page(const std::string& suites) {
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n" + suites + "</testsuites>\n";
}
}  // namespace detail

inline std::string as_junit(const comparison& c) {
    std::string suites;
    for (const compared_load& l : c.loads) {
        detail::junit_suite suite;
        const std::string name = load_words(l.load);
        for (const metric_change& m : l.metrics)
            if (m.gated)
                suite.add(name, m.metric, m.verdict,
                          fmt::format("{} {} to {}: {}{}", m.metric, detail::mean_words(m.metric, m.a),
                                      detail::mean_words(m.metric, m.b),
                                      m.tested ? detail::ratio_words(m.low) + " to " + detail::ratio_words(m.high)
                                               : detail::ratio_words(m.ratio),
                                      m.verdict == change::cannot_tell ? "; " + detail::missing_words(m) : ""));
        suites += suite.text(name);
    }
    return detail::junit_page(suites);
}

inline std::string as_junit(const predicted_guard& g) {
    detail::junit_suite suite;
    for (const guarded_figure& f : g.figures) {
        const auto words = [&](double x) { return detail::measured_words(key_of(f.of.metric), x); };
        suite.add("predicted",
                  fmt::format("{} {} at {}", f.of.model_name, f.name(),
                              f.of.workload.open_loop() ? number(f.of.workload.rate.value()) + " req/s"
                                                        : number(f.of.workload.concurrency) + " clients"),
                  f.verdict,
                  f.predicted.ok()
                      ? fmt::format("measured {}, predicted {} ({} to {})", words(f.mean()), words(f.predicted.value),
                                    words(f.predicted.low), words(f.predicted.high))
                      : f.predicted.refused);
    }
    return detail::junit_page(suite.text("predicted"));
}
}  // namespace gambrel::report
