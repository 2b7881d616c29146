// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Numbers as tools print them ("1,234.5", "300.12 W", "[N/A]") and their units as a factor to base units: seconds, watts,
/// hertz, bytes, shares of 1. A unit that is not known has no factor: what it measures is left out, never guessed.
/// Evidence: tests/measurement/io/observations_test.cpp.

#include <gambrel/measurement/io/result_fields.hpp>

namespace gambrel::detail {

struct unit_factor {
    std::string_view name;
    double factor;
};
/// In lower case, as nsys, ncu, nvidia-smi, AIPerf, GenAI-Perf, evalscope and inference-perf write them.
inline constexpr std::array unit_factors{unit_factor{"ns", 1e-9},
                                         unit_factor{"nsec", 1e-9},
                                         unit_factor{"nsecond", 1e-9},
                                         unit_factor{"nanosecond", 1e-9},
                                         unit_factor{"nanoseconds", 1e-9},
                                         unit_factor{"us", 1e-6},
                                         unit_factor{"usec", 1e-6},
                                         unit_factor{"usecond", 1e-6},
                                         unit_factor{"\xC2\xB5s", 1e-6},
                                         unit_factor{"\xCE\xBCs", 1e-6},
                                         unit_factor{"microseconds", 1e-6},
                                         unit_factor{"ms", 1e-3},
                                         unit_factor{"msec", 1e-3},
                                         unit_factor{"msecond", 1e-3},
                                         unit_factor{"milliseconds", 1e-3},
                                         unit_factor{"s", 1.0},
                                         unit_factor{"sec", 1.0},
                                         unit_factor{"second", 1.0},
                                         unit_factor{"seconds", 1.0},
                                         unit_factor{"s/token", 1.0},
                                         unit_factor{"ms/token", 1e-3},
                                         unit_factor{"min", 60.0},
                                         unit_factor{"tokens/sec", 1.0},
                                         unit_factor{"tokens/s", 1.0},
                                         unit_factor{"tok/s", 1.0},
                                         unit_factor{"tokens/second", 1.0},
                                         unit_factor{"requests/sec", 1.0},
                                         unit_factor{"requests/s", 1.0},
                                         unit_factor{"req/s", 1.0},
                                         unit_factor{"per sec", 1.0},
                                         unit_factor{"queries/s", 1.0},
                                         unit_factor{"tokens", 1.0},
                                         unit_factor{"token", 1.0},
                                         unit_factor{"requests", 1.0},
                                         unit_factor{"request", 1.0},
                                         unit_factor{"count", 1.0},
                                         unit_factor{"w", 1.0},
                                         unit_factor{"mw", 1e-3},
                                         unit_factor{"%", 1e-2},
                                         unit_factor{"mhz", 1e6},
                                         unit_factor{"ghz", 1e9},
                                         unit_factor{"hz", 1.0},
                                         unit_factor{"b", 1.0},
                                         unit_factor{"byte", 1.0},
                                         unit_factor{"bytes", 1.0},
                                         unit_factor{"kib", 1024.0},
                                         unit_factor{"mib", 1048576.0},
                                         unit_factor{"gib", 1073741824.0},
                                         unit_factor{"kb", 1e3},
                                         unit_factor{"mb", 1e6},
                                         unit_factor{"gb", 1e9}};

/// What a number of `unit` is multiplied by; nothing for a unit that is not known.
inline std::optional<double> to_base(std::string_view unit) {
    const std::string small = lower(std::string(unit));
    for (const unit_factor& u : unit_factors)
        if (u.name == small) return u.factor;
    return {};
}

inline std::string_view without_blanks(std::string_view s) {
    while (!s.empty() && (s.front() == ' ' || s.front() == '\t' || s.front() == '\r')) s.remove_prefix(1);
    while (!s.empty() && (s.back() == ' ' || s.back() == '\t' || s.back() == '\r')) s.remove_suffix(1);
    return s;
}

/// "1,234.5" as 1234.5: groups of three between commas; nothing for other commas, or for what is no number.
inline std::optional<double> grouped_number(std::string_view text) {
    text = without_blanks(text);
    std::string digits;
    std::size_t group = 0;
    bool grouped = false, fraction = false;
    for (const char c : text) {
        if (c == ',') {
            if (fraction || group == 0 || (grouped ? group != 3 : group > 3)) return {};
            grouped = true;
            group = 0;
            continue;
        }
        if (c == '.' || c == 'e' || c == 'E') {
            if (grouped && !fraction && group != 3) return {};
            fraction = true;
        } else if (c >= '0' && c <= '9' && !fraction) ++group;
        digits += c;
    }
    if (grouped && !fraction && group != 3) return {};
    return number_of(result_json(digits));
}

/// "300.12 W" as 300.12 and "W"; a number alone has no unit.
inline std::optional<std::pair<double, std::string>> number_with_unit(std::string_view text) {
    text = without_blanks(text);
    const std::size_t end = std::min(text.find_first_not_of("+-0123456789.,eE"), text.size());
    const auto n = grouped_number(text.substr(0, end));
    if (!n) return {};
    return std::pair(*n, std::string(without_blanks(text.substr(end))));
}

/// "Total Time (ns)" or "power.draw [W]" as the name and the unit; no unit where there is none.
inline std::pair<std::string, std::string> name_and_unit(std::string_view header) {
    header = without_blanks(header);
    for (const auto& [open, close] : {std::pair{'(', ')'}, {'[', ']'}})
        if (header.ends_with(close))
            if (const std::size_t at = header.rfind(open); at != std::string_view::npos)
                return {std::string(without_blanks(header.substr(0, at))),
                        std::string(without_blanks(header.substr(at + 1, header.size() - at - 2)))};
    return {std::string(header), ""};
}
}  // namespace gambrel::detail
