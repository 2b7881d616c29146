// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The Prometheus text format, read scrape by scrape: `name{label="value",...} number [timestamp in ms]`, comments with #.
///
/// A file may hold one scrape or many, one after the other: a series that is met again begins the next one. Only the
/// first and the last are kept, so that memory is that of two. Between scrapes a line may say when they were made: seconds
/// since 1970, a date with a time, or the Date header that `curl -i` prints; the format itself seldom does.
/// A last scrape that breaks off inside a line is an `error`; a value that is no number too.
/// Source: prometheus.io, "Text-based format" (exposition format 0.0.4) and OpenMetrics 1.0.
/// Evidence: tests/measurement/io/profiles_test.cpp.

#include <ctime>
#include <functional>
#include <gambrel/measurement/io/measured_unit.hpp>
#include <gambrel/measurement/io/text_lines.hpp>
#include <map>
#include <set>

namespace gambrel::detail {

struct prometheus_sample {
    std::string name{};
    std::map<std::string, std::string> labels{};
    double value = 0.0;
    std::optional<double> seconds{};  ///< since 1970
    std::size_t series = 0;           ///< characters of the line that are the name and the labels
};

/// One scrape: its samples by name and labels as written.
struct prometheus_scrape {
    std::map<std::string, prometheus_sample> samples{};
    std::optional<double> seconds{};
};

/// "{a="b",c="d"}" at `at` of `line`, moved past it; false for what is none.
inline bool read_labels(std::string_view line, std::size_t& at, std::map<std::string, std::string>& labels) {
    if (at >= line.size() || line[at] != '{') return true;
    ++at;
    const auto blanks = [&] {
        while (at < line.size() && (line[at] == ' ' || line[at] == '\t' || line[at] == ',')) ++at;
    };
    for (blanks(); at < line.size() && line[at] != '}'; blanks()) {
        const std::size_t equal = line.find('=', at);
        if (equal == std::string_view::npos || equal + 1 >= line.size() || line[equal + 1] != '"') return false;
        std::string name(without_blanks(line.substr(at, equal - at))), value;
        for (at = equal + 2; at < line.size() && line[at] != '"'; ++at) {
            if (line[at] == '\\' && at + 1 < line.size()) {
                ++at;
                value += line[at] == 'n' ? '\n' : line[at];
            } else value += line[at];
        }
        if (at >= line.size()) return false;
        ++at;
        labels[std::move(name)] = std::move(value);
    }
    if (at >= line.size()) return false;
    ++at;
    return true;
}

/// A sample of a line; nothing for a line that is none (`what` says why, or is empty for a line of another kind).
inline std::optional<prometheus_sample> sample_in(std::string_view line, std::string& what) {
    prometheus_sample s;
    std::size_t at = 0;
    const auto of_name = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == ':';
    };
    while (at < line.size() && of_name(line[at])) ++at;
    if (at == 0 || is_decimal_digit(line[0])) return {};
    s.name = std::string(line.substr(0, at));
    if (at < line.size() && line[at] != '{' && line[at] != ' ' && line[at] != '\t') return {};
    if (s.name.ends_with(':')) return {};  // a header of HTTP, as `curl -i` prints it
    if (!read_labels(line, at, s.labels)) {
        what = "its labels break off";
        return {};
    }
    s.series = at;
    std::string_view rest = without_blanks(line.substr(at));
    if (const std::size_t note = rest.find(" #"); note != std::string_view::npos)
        rest = without_blanks(rest.substr(0, note));
    const std::size_t end = std::min(rest.find_first_of(" \t"), rest.size());
    const std::string number(rest.substr(0, end));
    if (number == "NaN" || number == "+Inf" || number == "-Inf" || number == "Inf") s.value = std::nan("");
    else if (const auto n = number_of(result_json(number))) s.value = *n;
    else {
        what = "'" + printable(number.substr(0, 40)) + "' is no number";
        return {};
    }
    if (const auto ms = number_of(result_json(std::string(without_blanks(rest.substr(end))))))
        s.seconds = *ms > 1e11 ? *ms * 1e-3 : *ms;
    return s;
}

/// When a line says a scrape was made: "1764518400.5", "2026-11-30T16:00:00Z", "Date: Mon, 30 Nov 2026 16:00:00 GMT".
inline std::optional<double> time_in(std::string_view line) {
    line = without_blanks(line);
    while (line.starts_with('#') || line.starts_with('=') || line.starts_with(' ')) line.remove_prefix(1);
    if (const auto n = number_of(result_json(std::string(line))); n && *n > 1e9 && *n < 4e12)
        return *n > 1e11 ? *n * 1e-3 : *n;
    if (line.size() > 6 && lower(std::string(line.substr(0, 5))) == "date:") line = without_blanks(line.substr(5));
    std::tm at{};
    double fraction = 0.0;
    const std::string text(line.substr(0, 64));
    int year = 0, month = 0, day = 0, hour = 0, minute = 0;
    double second = 0.0;
    char month_name[4] = {};
    if (std::sscanf(text.c_str(), "%4d-%2d-%2d%*1[T ]%2d:%2d:%lf", &year, &month, &day, &hour, &minute, &second) == 6) {
    } else if (std::sscanf(text.c_str(), "%*3s, %2d %3s %4d %2d:%2d:%lf", &day, month_name, &year, &hour, &minute,
                           &second) == 6) {
        constexpr std::string_view names = "JanFebMarAprMayJunJulAugSepOctNovDec";
        const std::size_t found = names.find(month_name);
        if (found == std::string_view::npos) return {};
        month = static_cast<int>(found / 3) + 1;
    } else return {};
    if (year < 2000 || year > 2100 || month < 1 || month > 12 || day < 1 || day > 31 ||
        !(second >= 0.0 && second < 61.0))
        return {};
    fraction = second - std::floor(second);
    at.tm_year = year - 1900, at.tm_mon = month - 1, at.tm_mday = day, at.tm_hour = hour, at.tm_min = minute;
    at.tm_sec = static_cast<int>(second);
    return static_cast<double>(timegm(&at)) + fraction;
}

/// The first and the last scrape of a text, of the series whose names `wanted` keeps; how many there were.
struct scrapes {
    std::optional<prometheus_scrape> first{}, last{};
    std::size_t count = 0;
};
inline constexpr std::size_t most_series = 200'000;

inline scrapes read_scrapes(std::istream& in, const std::string& where,
                            const std::function<bool(std::string_view)>& wanted) {
    text_lines lines(in, where);
    scrapes found;
    prometheus_scrape now;
    std::set<std::string, std::less<>> seen;
    std::optional<double> said;
    const auto finish = [&] {
        if (seen.empty()) return;
        ++found.count;
        if (!found.first) found.first = now;
        found.last = std::move(now);
        now = {};
        seen.clear();
    };
    for (std::string line; lines.next(line);) {
        const std::string_view text = without_blanks(line);
        if (text.empty()) continue;
        std::string what;
        auto sample = sample_in(text, what);
        if (!sample) {
            if (!what.empty()) lines.wrong(what);
            if (const auto at = time_in(text)) {
                finish();
                said = at;
            }
            continue;
        }
        const std::string key(text.substr(0, sample->series));
        if (seen.find(key) != seen.end()) finish();
        seen.insert(key);
        if (seen.size() > most_series)
            lines.wrong("more than " + std::to_string(most_series) + " series in one scrape");
        if (said && !now.seconds) now.seconds = std::exchange(said, {});
        if (sample->seconds && !now.seconds) now.seconds = sample->seconds;
        if (wanted(sample->name)) now.samples[key] = std::move(*sample);
    }
    finish();
    return found;
}
}  // namespace gambrel::detail
