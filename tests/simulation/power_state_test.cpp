// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <cmath>
#include <gambrel/simulation/power_state.hpp>

using namespace gambrel;
using namespace gambrel::simulation;

namespace {
/// Passes of 10 ms a prompt and 1 ms a decode; prompts want 1.6, decodes 0.4; 1 ms more for each tenth before.
struct wanting {
    double seconds(const pass_load& l) const {
        return 0.010 * l.prompts + 0.001 * l.decodes + 0.010 * std::fmax(0.0, l.demand_before);
    }
    powered_pass powered(const pass_load& l) const { return {seconds(l), l.prompts > 0.0 ? 1.6 : 0.4}; }
    double settling() const { return 0.020; }
};
std::vector<pass_load> prompts(double n) { return {{.prompts = n, .prompt_tokens = n}}; }
}  // namespace

TEST_CASE("what a pass finds is what the passes before left, fading") {
    power_state s;
    auto l = prompts(2);
    CHECK(s.pass(wanting{}, l, 0.0) == approx(0.020));  // an engine that has been idle wants nothing
    CHECK(s.wanted() == approx(1.6 * (1 - std::exp(-1.0))));
    const double left = s.wanted();
    CHECK(s.pass(wanting{}, l, 0.020) == approx(0.020 + 0.010 * left));
    CHECK(l.front().demand_before == approx(left));
    const double end = 0.040 + 0.010 * left, wanted = s.wanted();
    l = prompts(2);
    s.pass(wanting{}, l, end + 0.030);  // idle for 30 ms
    CHECK(l.front().demand_before == approx(wanted * std::exp(-1.5)));
}

TEST_CASE("a stretch of like passes is no idle time") {
    power_state s;
    auto l = prompts(20);
    s.pass(wanting{}, l, 0.0);
    s.same_until(5.0);
    l = prompts(1);
    s.pass(wanting{}, l, 5.0);
    CHECK(l.front().demand_before == approx(1.6).epsilon(1e-4));
}

TEST_CASE("of ranks in lockstep the slowest; a law without a limit is asked as it is") {
    power_state s;
    std::vector<pass_load> l{{.decodes = 5}, {.prompts = 1, .prompt_tokens = 1}};
    CHECK(s.pass(wanting{}, l, 0.0) == approx(0.010));
    CHECK(s.wanted() == approx(1.6 * (1 - std::exp(-0.5))));
    std::vector<pass_load> plain{{.decodes = 3}, {.decodes = 7}};
    power_state none;
    CHECK(none.pass(linear_step{.per_token = 0.5}, plain, 0.0) == 3.5);
    CHECK(plain.front().demand_before == -1.0);
    CHECK(none.wanted() == 0.0);
}
