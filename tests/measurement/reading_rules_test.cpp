// SPDX-License-Identifier: Apache-2.0
// Rules by hand: patterns, dates, numbers, alternatives, order, refusals; and settings put into descriptors.
#include <doctest/doctest.h>

#include <gambrel/measurement/apply_settings.hpp>
#include <gambrel/measurement/reading_rules.hpp>
#include <gambrel/runtime/catalog.hpp>

using namespace gambrel;

namespace {
table_row row_with(std::vector<std::string> columns, std::vector<std::string> fields) {
    return {std::make_shared<const std::vector<std::string>>(std::move(columns)), std::move(fields), 2};
}
row_condition words(std::string fact, std::vector<std::string> is, std::vector<std::string> is_not = {}) {
    return {.fact = std::move(fact), .any_of = std::move(is), .none_of = std::move(is_not)};
}
reading_rule setting(std::vector<std::vector<row_condition>> when, const char* name, double value) {
    reading_rule r{.when = std::move(when)};
    r.settings.set(name, value);
    return r;
}
}  // namespace

TEST_CASE("patterns: equal, begins, ends, contains") {
    CHECK(matches("vllm", "vllm"));
    CHECK_FALSE(matches("vllm", "vllm-rocm"));
    CHECK(matches("vllm*", "vllm-rocm"));
    CHECK_FALSE(matches("vllm*", "a vllm"));
    CHECK(matches("*rocm", "vllm-rocm"));
    CHECK(matches("*l*m-r*", "vllm-rocm") == false);  // one '*' at either end, none inside
    CHECK(matches("*lm-r*", "vllm-rocm"));
    CHECK(matches("", ""));
    CHECK_FALSE(matches("", "x"));
}

TEST_CASE("conditions: words of several, words of none, dates as text, numbers that are known") {
    const table_row row = row_with({"date", "notes"}, {"2026-01-21", "spec_decoding=mtp, fast"});
    row_facts f(row);
    f.tell("clients", 64.0);
    CHECK(words("notes", {"x", "*mtp*"}).holds(f));
    CHECK_FALSE(words("notes", {}, {"*mtp*"}).holds(f));
    CHECK(words("absent", {""}).holds(f));
    CHECK(row_condition{.fact = "date", .since = "2026-01-21"}.holds(f));
    CHECK_FALSE(row_condition{.fact = "date", .before = "2026-01-21"}.holds(f));
    CHECK(row_condition{.fact = "absent", .before = "2026-01-21"}.holds(f));  // no date: before every date
    const auto number = [](double at_least, double above, double at_most, double below) {
        return row_condition{.fact = "clients",
                             .at_least = at_least,
                             .above = above,
                             .at_most = at_most,
                             .below = below,
                             .numeric = true};
    };
    CHECK(number(64, 63, 64, 65).holds(f));
    CHECK_FALSE(number(65, 0, 99, 99).holds(f));
    CHECK_FALSE(number(0, 64, 99, 99).holds(f));
    CHECK_FALSE(number(0, 0, 63, 99).holds(f));
    CHECK_FALSE(number(0, 0, 99, 64).holds(f));
    CHECK_FALSE(row_condition{.fact = "tensor", .numeric = true}.holds(f));  // not known
}

TEST_CASE("rules in order: later settings replace, inner rules need their outer one, the first refusal ends it") {
    const table_row row = row_with({"model"}, {"a"});
    const row_facts f(row);
    std::vector<reading_rule> rules{setting({}, "requests", 1), setting({{words("model", {"a"})}}, "requests", 2),
                                    setting({{words("model", {"b"})}}, "requests", 3)};
    CHECK(verdict_of(rules, f).settings.number("requests") == 2.0);
    rules[2].rules.push_back(setting({}, "requests", 4));
    CHECK(verdict_of(rules, f).settings.number("requests") == 2.0);
    rules[1].rules.push_back(setting({{words("model", {"b"})}, {words("model", {"a"})}}, "requests", 5));
    CHECK(verdict_of(rules, f).settings.number("requests") == 5.0);
    rules.push_back({.refusal = "first"});
    rules.push_back({.refusal = "second"});
    CHECK(verdict_of(rules, f).refusal == "first");
}

TEST_CASE("settings become descriptors") {
    measured_row m;
    m.runtime = catalog::vllm;
    m.cut = {.tensor = 4, .data = 2};
    row_settings s;
    s.set("one_prompt_budget", 0.0);
    s.set("max_num_seqs", std::string("clients"));
    s.set("kv", std::string("fp8"));
    s.set("memory_fraction", 0.8);
    s.set("attention_data_parallel", true);
    gambrel::detail::apply_settings(m, s, 100, 1000);
    CHECK(m.runtime.scheduling.token_budget == 1216);  // 19 x 64: 100 decodes, 1000 of a prompt, 64
    CHECK(m.runtime.scheduling.prompts_per_step == 1);
    CHECK(m.runtime.scheduling.most_sequences == 100);
    CHECK(m.formats.kv.bits == 8);
    CHECK(m.runtime.memory.fraction == 0.8);
    CHECK(m.cut.data == 8);
    CHECK(m.cut.tensor == 1);
    CHECK(m.cut.expert == 8);

    measured_row wide;
    wide.runtime = catalog::vllm;
    s.set("one_prompt_budget", 8192.0);
    gambrel::detail::apply_settings(wide, s, 100, 1000);
    CHECK(wide.runtime.scheduling.token_budget == 8192);
    CHECK(wide.runtime.scheduling.prompts_per_step == 0);  // more than one prompt fits
}
