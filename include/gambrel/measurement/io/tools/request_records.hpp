// SPDX-License-Identifier: Apache-2.0
#pragma once
/// AIPerf's records of single requests (`profile_export.jsonl`), one a line, as one observation; in bounded memory, however
/// many there are.
///
///     {"metadata": {"benchmark_phase": "profiling", "request_start_ns": .., "request_end_ns": .., "was_cancelled": false},
///      "metrics": {"time_to_first_token": {"value": 55.0, "unit": "ms"}, ...}, "error": null}
///
/// Warm-up is left out; cancelled requests and those with an error are the failed ones. What the file does not say but
/// its requests add up to: the duration is from the first start to the last end, the mean concurrency the time that
/// requests were under way per second of it, throughput the tokens of the whole ones over it.
/// Source: ai-dynamo/aiperf (docs on profile_export.jsonl). Evidence: tests/measurement/io/observations_test.cpp.

#include <gambrel/measurement/io/sample_distribution.hpp>
#include <gambrel/measurement/io/tools/aiperf.hpp>

namespace gambrel::detail {

/// Whether the first line is such a record.
inline bool is_request_records(const std::string& head) {
    const std::string first = head.substr(0, head.find('\n'));
    if (!without_blanks(first).starts_with("{") || !contains(first, "\"metrics\"")) return false;
    const scanned_json scanned = scan_json(first);
    const result_json v = scanned.too_deep ? result_json() : result_json::parse(scanned.text, nullptr, false);
    const result_json &metrics = member(v, "metrics"), &about = member(v, "metadata");
    if (!about.is_object() || !(metrics.is_object() || !member(v, "error").is_null())) return false;
    return about.contains("request_start_ns") || about.contains("benchmark_phase") ||
           !member(metrics, "time_to_first_token", "value").is_null() ||
           !member(metrics, "request_latency", "value").is_null();
}

class request_totals {
public:
    void add(const result_json& record, const text_lines& at) {
        const result_json& about = member(record, "metadata");
        if (text_of(member(about, "benchmark_phase")) == "warmup") return;
        const result_json& why = member(record, "error");
        if (!why.is_null() || is_on(member(about, "was_cancelled"))) {
            ++failed_;
            return;
        }
        const result_json& metrics = member(record, "metrics");
        if (!metrics.is_object()) at.wrong("has no metrics of a request");
        const auto value = [&](std::string_view key) -> std::optional<double> {
            const result_json& m = member(metrics, std::string(key).c_str());
            const auto n = number_of(member(m, "value"));
            const std::string unit = text_of(member(m, "unit"));
            // Some versions write no unit: times are in ms then.
            const auto f = !unit.empty()
                               ? to_base(unit)
                               : std::optional(contains(key, "length") || contains(key, "count") ? 1.0 : 1e-3);
            if (n && !f)
                at.wrong("the unit '" + printable(unit.substr(0, 30)) + "' of " + std::string(key) + " is not known");
            return n ? std::optional(*n * *f) : std::nullopt;
        };
        ++completed_;
        for (std::size_t i = 0; i < perf_times.size(); ++i)
            if (const auto n = value(perf_times[i].key)) times_[i].add(*n);
        if (const auto n = value("input_sequence_length")) prompts_.add(*n);
        auto tokens = value("output_sequence_length");
        if (!tokens) tokens = value("output_token_count");
        if (tokens) outputs_.add(*tokens);
        const auto start = positive_in(member(about, "request_start_ns")),
                   end = positive_in(member(about, "request_end_ns"));
        if (!start || !end || *end < *start) return;
        first_ = timed_ == 0 ? *start : std::min(first_, *start);
        last_ = timed_ == 0 ? *end : std::max(last_, *end);
        under_way_ += static_cast<long double>(*end - *start);
        ++timed_;
    }
    observation result(const std::string& where) const {
        observation o;
        o.where = where;
        o.tool = "AIPerf requests";
        o.completed = static_cast<double>(completed_);
        o.failed = static_cast<double>(failed_);
        for (std::size_t i = 0; i < perf_times.size(); ++i) {
            const sample_distribution& d = times_[i];
            if (d.count() == 0) continue;
            const std::string name = std::string(perf_times[i].figure) + "_";
            for (const auto& [statistic, n] : {std::pair{"mean", d.mean()},
                                               {"std", d.deviation()},
                                               {"min", d.least()},
                                               {"max", d.most()},
                                               {"median", d.quantile(0.5)},
                                               {"p90", d.quantile(0.9)},
                                               {"p95", d.quantile(0.95)},
                                               {"p99", d.quantile(0.99)}})
                put(o, name + statistic, n);
        }
        if (prompts_.count() > 0) o.prompt = prompts_.mean();
        if (outputs_.count() > 0) o.output = outputs_.mean();
        const double seconds = (last_ - first_) * 1e-9;
        if (timed_ == completed_ && seconds > 0.0) {
            o.duration = seconds;
            o.mean_concurrency = static_cast<double>(under_way_) * 1e-9 / seconds;
            put(o, "request_throughput", static_cast<double>(completed_) / seconds);
            if (outputs_.count() == completed_) put(o, "output_throughput", outputs_.sum() / seconds);
        }
        if (completed_ > sample_distribution::most_exact) o.notes.push_back("percentiles from bins of 0.1 %");
        return o;
    }
    std::size_t requests() const { return completed_ + failed_; }

private:
    std::size_t completed_ = 0, failed_ = 0, timed_ = 0;
    std::array<sample_distribution, perf_times.size()> times_{};
    sample_distribution prompts_{}, outputs_{};
    double first_ = 0.0, last_ = 0.0;
    long double under_way_ = 0.0L;
};

inline void observe_request_records(std::istream& in, const std::string& where, std::vector<observation>& all) {
    text_lines lines(in, where, std::size_t{64} << 20);
    request_totals totals;
    for (std::string line; lines.next(line);) {
        if (without_blanks(line).empty()) continue;
        const bool bare =
            contains(line, "NaN") || contains(line, "Infinity") || std::count(line.begin(), line.end(), '[') > 100;
        const scanned_json scanned = bare ? scan_json(line) : scanned_json{};
        if (scanned.too_deep) lines.wrong("is nested too deeply to be a request");
        const result_json record = result_json::parse(bare ? scanned.text : line, nullptr, false);
        if (!record.is_object())
            lines.wrong(lines.whole() ? "is not the record of a request: it is no JSON object"
                                      : "is not JSON, or breaks off after " + std::to_string(totals.requests()) +
                                            " whole records");
        totals.add(record, lines);
    }
    if (totals.requests() == 0) fail(where + " holds no request besides warm-up");
    all.push_back(totals.result(where));
}
}  // namespace gambrel::detail
