// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Rules that say what the rows of published tables mean beyond their columns: how a source drove its engine, what its
/// recipes set, which of its rows are not what they say. They are data (data/README.md), read by
/// io/conventions_file.hpp.
///
///     rule = conditions -> a refusal, or settings and further rules
///
/// A rule holds when every condition of one of its alternatives does. Rules are tried in order, each followed by its
/// own; a setting stated twice is the later one's; the first refusal ends the reading.
///
///     words    equal; "a*" begins, "*a" ends, "*a*" contains; any of several, none of several; since / before a date,
///              compared as text, an empty date being before every date
///     numbers  equal, at least, above, at most, below; a number that the row lacks meets no condition
///
/// Evidence: tests/measurement/reading_rules_test.cpp.

#include <gambrel/measurement/row_settings.hpp>
#include <gambrel/measurement/table.hpp>
#include <limits>

namespace gambrel {

/// What rules ask about: the row's columns, and what has been found of it.
class row_facts {
public:
    explicit row_facts(const table_row& row) : row_(row) {}
    void tell(std::string name, std::string value) { words_[std::move(name)] = std::move(value); }
    void tell(std::string name, double value) { numbers_[std::move(name)] = value; }
    const std::string& word(std::string_view name) const {
        const auto at = words_.find(name);
        return at == words_.end() ? row_[name] : at->second;
    }
    std::optional<double> number(std::string_view name) const {
        const auto at = numbers_.find(name);
        return at == numbers_.end() ? std::nullopt : std::optional(at->second);
    }

private:
    const table_row& row_;
    std::map<std::string, std::string, std::less<>> words_{};
    std::map<std::string, double, std::less<>> numbers_{};
};

/// The numbers that rules may ask about; everything else is a word.
inline constexpr std::array<std::string_view, 10> number_facts{"clients", "prompt",  "output", "tensor", "data",
                                                               "expert",  "devices", "ranks",  "copies", "release"};

/// Whether `text` is what `pattern` says, '*' at either end standing for anything.
inline bool matches(std::string_view pattern, std::string_view text) {
    const bool open_start = pattern.starts_with('*'), open_end = pattern.size() > 1 && pattern.ends_with('*');
    if (open_start) pattern.remove_prefix(1);
    if (open_end) pattern.remove_suffix(1);
    if (open_start && open_end) return text.find(pattern) != std::string_view::npos;
    if (open_start) return text.ends_with(pattern);
    return open_end ? text.starts_with(pattern) : text == pattern;
}

struct row_condition {
    std::string fact{};
    std::vector<std::string> any_of{}, none_of{};
    std::string since{}, before{};
    double at_least = -std::numeric_limits<double>::infinity(), above = at_least;
    double at_most = std::numeric_limits<double>::infinity(), below = at_most;
    bool numeric = false;

    bool holds(const row_facts& f) const {
        if (numeric) {
            const auto n = f.number(fact);
            return n && *n >= at_least && *n > above && *n <= at_most && *n < below;
        }
        const std::string& text = f.word(fact);
        const auto is = [&](const std::string& pattern) { return matches(pattern, text); };
        return (any_of.empty() || std::any_of(any_of.begin(), any_of.end(), is)) &&
               std::none_of(none_of.begin(), none_of.end(), is) && (since.empty() || text >= since) &&
               (before.empty() || text < before);
    }
};

struct reading_rule {
    std::vector<std::vector<row_condition>> when{};  ///< alternatives; none: always
    std::string refusal{};                           ///< why such a row must not be scored
    row_settings settings{};
    std::vector<reading_rule> rules{};

    bool holds(const row_facts& f) const {
        return when.empty() || std::any_of(when.begin(), when.end(), [&](const auto& alternative) {
                   return std::all_of(alternative.begin(), alternative.end(),
                                      [&](const row_condition& c) { return c.holds(f); });
               });
    }
};

struct row_verdict {
    row_settings settings{};
    std::string refusal{};
};

/// What `rules` say of a row.
inline void apply(const std::vector<reading_rule>& rules, const row_facts& f, row_verdict& v) {
    for (const reading_rule& r : rules) {
        if (!v.refusal.empty()) return;
        if (!r.holds(f)) continue;
        v.refusal = r.refusal;
        v.settings.add(r.settings);
        apply(r.rules, f, v);
    }
}
inline row_verdict verdict_of(const std::vector<reading_rule>& rules, const row_facts& f) {
    row_verdict v;
    apply(rules, f, v);
    return v;
}
}  // namespace gambrel
