// SPDX-License-Identifier: Apache-2.0
#pragma once
/// From people to requests: how many a second so many users make, by what they use a model for.
///
///     rate      = users x active share x requests per active user and minute / 60
///     peak rate = rate x peak factor                                                      what a fleet is sized for
///
/// Lengths and limits of the table are that source's too: means to begin with where nothing was measured, and the range
/// within which it would set the limit of a 95th percentile. Assumption: users come independently, so that arrivals within the
/// peak are Poisson. Every figure is a planner's default and no measurement: one's own traffic goes before it.
/// Source: llm-d-incubation/llm-d-planner @ed2142f, src/planner/data/configuration/usecase_slo_workload.json.
/// Evidence: tests/planning/use_case_test.cpp.

#include <array>
#include <gambrel/names.hpp>
#include <gambrel/units.hpp>
#include <string>
#include <string_view>

namespace gambrel {

struct use_case {
    std::string_view name{};
    double active_share = 0.0;          ///< of the users, at one time
    double requests_per_minute = 0.0;   ///< of an active user
    double peak_factor = 1.0;           ///< of the busiest time over the mean
    double prompt = 0.0, output = 0.0;  ///< mean tokens
    std::array<double, 2> ttft_ms{};    ///< strictest and loosest limit
    std::array<double, 2> tpot_ms{};
    std::array<double, 2> latency_ms{};

    /// Throws `error` for a number of users that cannot be.
    constexpr request_rate<> rate(double users) const {
        return requests_per_second(checked(users, 0.0, 1e12, "the number of users") * active_share *
                                   requests_per_minute / 60.0);
    }
    constexpr request_rate<> peak_rate(double users) const { return rate(users) * peak_factor; }
};

// clang-format off
inline constexpr std::array<use_case, 9> use_cases{{
    {"chat",               0.20, 0.4,  2.0, 512,   256,  {100, 500},   {15, 50}, {3940, 13300}},
    {"code-completion",    0.25, 2.0,  2.5, 512,   256,  {50, 200},    {10, 35}, {2610, 9160}},
    {"code-generation",    0.15, 0.3,  2.0, 1024,  1024, {150, 600},   {15, 45}, {15510, 46680}},
    {"translation",        0.15, 0.2,  1.8, 512,   256,  {200, 800},   {20, 50}, {5320, 20000}},
    {"content-generation", 0.20, 0.5,  2.2, 512,   256,  {200, 800},   {20, 50}, {5320, 25000}},
    {"summary",            0.15, 0.2,  1.8, 4096,  512,  {200, 800},   {20, 50}, {10440, 26400}},
    {"document-questions", 0.20, 1.0,  2.5, 4096,  512,  {400, 1200},  {25, 60}, {13200, 40000}},
    {"long-summary",       0.10, 0.1,  1.5, 10240, 1536, {800, 3000},  {30, 70}, {46880, 110520}},
    {"legal-analysis",     0.10, 0.03, 2.5, 10240, 1536, {1500, 5000}, {30, 80}, {60000, 300000}},
}};
/// What the source calls them, and what people type.
inline constexpr std::array<name_alias, 14> use_case_aliases{{
    {"chatbot-conversational", "chat"}, {"chatbot", "chat"}, {"conversation", "chat"},
    {"autocomplete", "code-completion"},
    {"code-generation-detailed", "code-generation"}, {"coding", "code-generation"},
    {"summarization-short", "summary"}, {"summarization", "summary"},
    {"document-analysis-rag", "document-questions"}, {"rag", "document-questions"},
    {"long-document-summarization", "long-summary"},
    {"research-legal-analysis", "legal-analysis"}, {"research", "legal-analysis"}, {"legal", "legal-analysis"},
}};
// clang-format on

/// Without regard to case, '_' and ' ' for '-'; null where there is none.
constexpr const use_case* find_use_case(std::string_view name) {
    for (const name_alias& a : use_case_aliases)
        if (same_name(a.alias, name)) name = a.name;
    for (const use_case& u : use_cases)
        if (same_name(u.name, name)) return &u;
    return nullptr;
}

namespace detail {
[[noreturn]] inline void no_use_case(std::string_view name) {
    std::array<std::string_view, use_cases.size() + use_case_aliases.size()> names{};
    for (std::size_t i = 0; i < use_cases.size(); ++i) names[i] = use_cases[i].name;
    for (std::size_t i = 0; i < use_case_aliases.size(); ++i) names[use_cases.size() + i] = use_case_aliases[i].alias;
    const auto nearest = nearest_names(name, names);
    fail("no use case is called \"" + std::string(name.substr(0, 40)) + "\"; the nearest are " +
         std::string(nearest[0]) + ", " + std::string(nearest[1]) + " and " + std::string(nearest[2]) +
         ": or state the rate");
}
}  // namespace detail

/// Throws `error` that names the nearest.
constexpr const use_case& use_case_named(std::string_view name) {
    const use_case* found = find_use_case(name);
    if (found == nullptr) detail::no_use_case(name);
    return *found;
}
}  // namespace gambrel
