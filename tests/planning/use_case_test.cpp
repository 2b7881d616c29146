// SPDX-License-Identifier: Apache-2.0
// Users to rates: the worked example of the planning notes, and the table against its source's own names and order of size.
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/planning/use_case.hpp>
#include <set>

using namespace gambrel;

static_assert(use_case_named("chat").peak_factor == 2.0);
static_assert(find_use_case("poetry") == nullptr);

TEST_CASE("1,000 users of a chat: 200 are active, 80 requests a minute, at the peak twice that") {
    const use_case& chat = use_case_named("chat");
    CHECK(chat.rate(1000) / requests_per_second(1) == approx(80.0 / 60.0).epsilon(1e-14));
    CHECK(std::fabs(chat.peak_rate(1000) / requests_per_second(1) - 2.667) < 5e-4);
    // Code: 250 of them twice a minute, 2.5 at the peak; 150 of them 0.3 a minute, twice.
    CHECK(use_case_named("code-completion").peak_rate(1000) / requests_per_second(1) ==
          approx(1250.0 / 60.0).epsilon(1e-14));
    CHECK(use_case_named("code-generation").peak_rate(1000) / requests_per_second(1) == approx(1.5).epsilon(1e-14));
    CHECK(chat.rate(0) == request_rate<>{});
}

TEST_CASE("names: its own, the source's, any case; an unknown one names the nearest") {
    std::set<std::string_view> seen;
    for (const use_case& u : use_cases) {
        CHECK(seen.insert(u.name).second);
        CHECK(&use_case_named(u.name) == &u);
        CHECK((u.active_share > 0.0 && u.active_share <= 1.0 && u.peak_factor >= 1.0));
        for (const auto& limits : {u.ttft_ms, u.tpot_ms, u.latency_ms}) CHECK(limits[0] < limits[1]);
        // A request at the strictest TTFT and TPOT takes no longer than the loosest latency.
        CHECK(u.ttft_ms[0] + u.output * u.tpot_ms[0] < u.latency_ms[1]);
    }
    for (const name_alias& a : use_case_aliases) {
        CHECK(seen.insert(a.alias).second);
        CHECK(use_case_named(a.alias).name == a.name);
    }
    CHECK(use_case_named("Document_Analysis RAG").name == "document-questions");
    CHECK_THROWS_WITH_AS(use_case_named("chatt"),
                         "no use case is called \"chatt\"; the nearest are chat, chatbot and rag: or state the rate",
                         error);
    CHECK_THROWS_WITH_AS(use_case_named("chat").rate(-1), "the number of users is -1; it must be from 0 to 1e+12",
                         error);
}
