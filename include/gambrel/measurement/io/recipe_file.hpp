// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A table of recipes: what launch scripts of a benchmark set, one setting a line. Schema: data/README.md.
///
///     model, weights, device, runtime     patterns, several divided by '|', of the names that rules ask about
///     drafts                              yes or no
///     since, before                       days, the second exclusive and empty where the recipe still stands
///     when                                numbers of the run, as "prompt<=1024 ranks<8 clients>64"; empty: always
///     setting, value                      a setting of rules (row_settings.hpp)
///     file, commit                        the script, and the commit that brought the line
///
/// Lines become rules: of the cut (which ranks hold what) and of the run. A wrong line is one `error` naming file, line
/// and column; nothing is half-read. Two lines that set one thing on one day, under one condition, contradict each
/// other or repeat; both are refused. Evidence: tests/measurement/recipes_test.cpp.

#include <gambrel/measurement/conventions.hpp>
#include <gambrel/measurement/io/data_file.hpp>
#include <gambrel/measurement/io/setting_value.hpp>
#include <gambrel/numeric/io/csv.hpp>
#include <tuple>

namespace gambrel {

struct recipe_rules {
    std::vector<reading_rule> as_cut{}, as_run{};
};

namespace detail {
inline constexpr std::array<std::string_view, 12> recipe_columns{
    "model", "weights", "device", "runtime", "drafts", "since", "before", "when", "setting", "value", "file", "commit"};

class recipe_reader {
public:
    recipe_reader(std::istream& in, std::string name) : row_(in), name_(std::move(name)) {
        for (const std::string_view column : recipe_columns)
            if (!row_.has(std::string(column)))
                fail(name_ + ": line 1 lacks the column \"" + std::string(column) + "\"");
        for (const std::string& column : row_.header())
            if (std::find(recipe_columns.begin(), recipe_columns.end(), column) == recipe_columns.end())
                fail(name_ + ": line 1 has the unknown column \"" + column.substr(0, 40) + "\"");
    }

    recipe_rules read() {
        recipe_rules all;
        std::map<std::string, std::array<std::size_t, 2>> places;  // of each recipe, in the two lists
        while (row_.next()) {
            const std::string& setting = row_["setting"];
            const reading_rule rule = line_rule();
            refuse_overlap();
            std::string recipe;
            for (const char* column : {"model", "weights", "device", "runtime", "drafts"})
                recipe += cell(column) + '\n';
            const bool of_cut = setting == "expert_ranks" || setting == "attention_data_parallel";
            auto& list = of_cut ? all.as_cut : all.as_run;
            auto [at, fresh] = places.try_emplace(recipe, std::array{std::string::npos, std::string::npos});
            std::size_t& place = at->second[of_cut ? 0 : 1];
            if (place == std::string::npos) {
                place = list.size();
                list.push_back(recipe_rule());
            }
            list[place].rules.push_back(rule);
        }
        return all;
    }

private:
    [[noreturn]] void wrong(const std::string& column, const std::string& what) const {
        fail(name_ + ": line " + std::to_string(row_.line()) + ", " + column + ": " + what);
    }
    /// A field that may not be empty.
    const std::string& cell(const std::string& column) const {
        if (row_[column].empty()) wrong(column, "is empty");
        return row_[column];
    }
    static std::vector<std::string> parts(const std::string& text, char between) {
        std::vector<std::string> all;
        std::istringstream in(text);
        for (std::string part; std::getline(in, part, between);)
            if (!part.empty()) all.push_back(part);
        return all;
    }
    row_condition word(const char* fact, const char* column) const {
        row_condition c{.fact = fact};
        c.any_of = parts(cell(column), '|');
        return c;
    }
    /// What tells this recipe from others.
    reading_rule recipe_rule() const {
        const std::string& drafts = cell("drafts");
        if (drafts != "yes" && drafts != "no") wrong("drafts", "must be yes or no, not \"" + drafts + "\"");
        return {.when = {{word("catalog_model", "model"), word("device", "device"), word("runtime", "runtime"),
                          word("weights", "weights"), word("drafted", "drafts")}}};
    }
    std::string day(const std::string& column, bool may_be_empty) const {
        const std::string& text = row_[column];
        if (text.empty() && may_be_empty) return text;
        bool well = text.size() == 10;
        for (std::size_t i = 0; i < text.size() && well; ++i)
            well = i == 4 || i == 7 ? text[i] == '-' : text[i] >= '0' && text[i] <= '9';
        if (!well) wrong(column, "\"" + text.substr(0, 40) + "\" is no day, as 2026-01-21");
        return text;
    }
    reading_rule line_rule() const {
        row_condition date{.fact = "date"};
        date.since = day("since", false);
        date.before = day("before", true);
        if (!date.before.empty() && date.before <= date.since) wrong("before", "is not after since");
        reading_rule rule{.when = {{date}}};
        for (const std::string& part : parts(row_["when"], ' ')) add_condition(rule.when[0], part);
        for (const row_condition& c : rule.when[0])
            if (c.numeric &&
                !(c.at_least <= c.at_most && c.above < c.below && c.above < c.at_most && c.at_least < c.below))
                wrong("when", "\"" + row_["when"] + "\" never holds");
        const setting_name* found = find_setting(cell("setting"));
        if (!found)
            wrong("setting", "\"" + row_["setting"].substr(0, 40) + "\" is none of the settings of data/README.md");
        try {
            rule.settings.set(row_["setting"], setting_from(*found, cell("value")));
        } catch (const error& e) {
            wrong("value", e.what());
        }
        if (row_["setting"] != "recipe") return rule;
        rule.settings.set("recipe", row_["value"] + " @" + cell("commit"));
        return rule;
    }
    /// "clients<=64" beside what is asked of clients already.
    void add_condition(std::vector<row_condition>& all, const std::string& text) const {
        const std::size_t at = text.find_first_of("<>=");
        const std::string fact = text.substr(0, at);
        if (at == std::string::npos || std::find(number_facts.begin(), number_facts.end(), fact) == number_facts.end())
            wrong("when", "\"" + text.substr(0, 40) + "\" is no condition on a number of the run, as clients>64");
        const bool equal = text[at] == '=', or_equal = at + 1 < text.size() && text[at + 1] == '=';
        const auto n = number_in(std::string_view(text).substr(at + (or_equal && !equal ? 2 : 1)));
        if (!n) wrong("when", "\"" + text.substr(0, 40) + "\" compares with no number");
        auto same = std::find_if(all.begin(), all.end(), [&](const row_condition& c) { return c.fact == fact; });
        if (same == all.end()) {
            all.push_back({.fact = fact, .numeric = true});
            same = all.end() - 1;
        }
        if (equal) same->at_least = same->at_most = *n;
        else if (text[at] == '<') (or_equal ? same->at_most : same->below) = *n;
        else (or_equal ? same->at_least : same->above) = *n;
    }
    /// Lines that set one thing under one condition, and on one day.
    void refuse_overlap() {
        std::string what;
        for (const char* column : {"model", "weights", "device", "runtime", "drafts", "when", "setting"})
            what += row_[column] + '\n';
        const std::string &since = row_["since"], &before = row_["before"];
        for (const auto& [from, until, value, line] : spans_[what]) {
            const bool apart = (!before.empty() && before <= from) || (!until.empty() && until <= since);
            if (apart) continue;
            wrong("since", (value == row_["value"] ? "repeats line " : "contradicts line ") + std::to_string(line) +
                               ": both set " + row_["setting"] + " from " + std::max(since, from) + " on");
        }
        spans_[what].push_back({since, before, row_["value"], row_.line()});
    }

    csv_reader row_;
    std::string name_;
    std::map<std::string, std::vector<std::tuple<std::string, std::string, std::string, std::size_t>>> spans_{};
};
}  // namespace detail

/// The recipes of `in`, which messages call `name`.
inline recipe_rules read_recipes(std::istream& in, const std::string& name) {
    try {
        return detail::recipe_reader(in, name).read();
    } catch (const error& e) {
        const std::string what = e.what();
        if (what.starts_with(name)) throw;
        fail(name + ": " + what);
    }
}
inline recipe_rules read_recipes(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) fail("cannot open the data file " + file.string());
    return read_recipes(in, file.filename().string());
}
}  // namespace gambrel
