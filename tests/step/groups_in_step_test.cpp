// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/step/groups_in_step.hpp>

using namespace gambrel;

namespace {
/// 1 s + 10 ms a decode + 1 ms a prompt token + 0.1 ms a token of context; experts: 2 ms for each token brought to them.
struct law {
    double seconds(const pass_load& l) const {
        const double brought = l.mean_tokens > 0.0 ? l.mean_tokens : l.tokens();
        return 1.0 + 0.01 * l.decodes + 0.001 * l.prompt_tokens + 0.0001 * l.context + 0.002 * brought;
    }
};
}  // namespace

TEST_CASE("one group is the law itself") {
    const pass_load l{.decodes = 6, .context = 600, .prompts = 1, .prompt_tokens = 50, .finishing = 1};
    CHECK(groups_in_step<law>({}, 1, false).seconds(l) == law{}.seconds(l));
}

TEST_CASE("decodes are shared out, and a lone prompt is one group's alone: the pass is that group's") {
    const groups_in_step<law> stages({}, 4, false), copies({}, 4, true);
    const pass_load decodes{.decodes = 80, .context = 8000};
    CHECK(stages.seconds(decodes) == approx(1.0 + 0.01 * 20 + 0.0001 * 2000 + 0.002 * 20));
    CHECK(copies.seconds(decodes) == approx(stages.seconds(decodes)));
    pass_load with = decodes;
    with.prompts = 1;
    with.prompt_tokens = 100;
    // The stage with the prompt: 20 decodes and 100 tokens. Of copies the experts see (80 + 100) / 4 tokens each.
    CHECK(stages.seconds(with) == approx(1.0 + 0.2 + 0.1 + 0.2 + 0.002 * 120));
    CHECK(copies.seconds(with) == approx(1.0 + 0.2 + 0.1 + 0.2 + 0.002 * 45));
    // Eight prompts of 100 tokens fall by chance: the fullest group has `most` of them, the experts see two each.
    with.prompts = 8;
    with.prompt_tokens = 800;
    const double most = most_of(8, 4, greatest_quantile(4));
    CHECK(most > 3.0);
    CHECK(most < 4.0);
    CHECK(stages.seconds(with) == approx(1.0 + 0.2 + 0.1 * most + 0.2 + 0.002 * (20 + 100 * most)));
    CHECK(copies.seconds(with) == approx(1.0 + 0.2 + 0.1 * most + 0.2 + 0.002 * 220));
}

TEST_CASE("fewer decodes than groups are one each") {
    const groups_in_step<law> stages({}, 8, false);
    CHECK(stages.seconds({.decodes = 2, .context = 400}) == approx(1.0 + 0.01 + 0.0001 * 200 + 0.002));
    CHECK(stages.seconds({.decodes = 0.5, .context = 100}) == approx(law{}.seconds({.decodes = 0.5, .context = 100})));
}

TEST_CASE("prompts of a group that runs no decodes beside them: the slower of it and the others, then its decodes") {
    const groups_in_step<law> first({}, 4, false, true);
    pass_load l{.decodes = 80, .context = 8000, .prompts = 1, .prompt_tokens = 1000};
    const double decode = 1.0 + 0.01 * 20 + 0.0001 * 2000 + 0.002 * 20, prompt = 1.0 + 0.001 * 1000 + 0.002 * 1000;
    CHECK(first.seconds(l) == approx(prompt + decode / 4));
    l.prompts = 4;  // as many as groups: all decodes wait, the fullest has `most`
    l.prompt_tokens = 4000;
    const double most = most_of(4, 4, greatest_quantile(4));
    CHECK(first.seconds(l) == approx(1.0 + 0.003 * 1000 * most + decode));
    CHECK(first.seconds(l) > prompt + decode);
}
