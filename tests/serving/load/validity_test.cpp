// SPDX-License-Identifier: Apache-2.0
// Where the load model stops being what was compared with the simulator: one question on each side of each edge.
#include <doctest/doctest.h>

#include <gambrel/serving/load/load_model.hpp>

using namespace gambrel;

namespace {
constexpr linear_step law{.fixed = 6.7e-3, .per_token = 2.08e-5, .per_context = 4.9e-8};
const length prompts = length::uniform(512, 1536), outputs = length::uniform(128, 384);

load_model<linear_step> reference(const load_settings& settings = {}, const length& output = outputs) {
    return {law, prompts, output, settings};
}
validity_warning warning(const load_model<linear_step>& m, double share, double variation = 1.0) {
    return m.at(m.limit() * share, variation).warning;
}
}  // namespace

TEST_CASE("near the limit: from 97 % of it on") {
    CHECK(warning(reference(), 0.965) == validity_warning::none);
    CHECK(warning(reference(), 0.975) == validity_warning::near_limit);
}

TEST_CASE("arrivals: squared variation of the gaps from 0.3 to 16") {
    CHECK(warning(reference(), 0.5, 3.98) == validity_warning::none);
    CHECK(warning(reference(), 0.5, 4.02) == validity_warning::bursty_arrivals);
    CHECK(warning(reference(), 0.5, 0.56) == validity_warning::none);
    CHECK(warning(reference(), 0.5, 0.54) == validity_warning::even_arrivals);
}

// Prompts of 1024: one in a step that has any, at a rate of next to none. Nothing decodes.
TEST_CASE("chunked prompts: prompts of a step above 0.3 of the budget") {
    const auto with_budget = [](double tokens) { return reference({.scheduling = {.token_budget = tokens}}); };
    CHECK(warning(with_budget(1024 / 0.31), 1e-6) == validity_warning::chunked_prompts);
    CHECK(warning(with_budget(1024 / 0.29), 1e-6) == validity_warning::none);
}

TEST_CASE("few decodes at a time matter from a fifth of the load on") {
    // Outputs of 8 tokens: next to no decodes at any load.
    const load_model<linear_step> short_outputs = reference({.scheduling = {.token_budget = 65536}}, 8);
    const load_prediction calm = short_outputs.at(short_outputs.limit() * 0.1);
    const load_prediction loaded = short_outputs.at(short_outputs.limit() * 0.5);
    CHECK(calm.load < 0.2);
    CHECK(calm.warning == validity_warning::none);
    CHECK(loaded.load > 0.2);
    CHECK(loaded.warning == validity_warning::few_decodes);
}

TEST_CASE("outputs of a squared variation above 2") {
    CHECK(warning(reference({}, length::log_normal(256, 1.40)), 0.5) == validity_warning::none);
    CHECK(warning(reference({}, length::log_normal(256, 1.43)), 0.5) == validity_warning::uneven_outputs);
}

TEST_CASE("prompts that the runtime holds back") {
    scheduling s{.token_budget = 8192, .most_sequences = 256};
    s.batch_wait_steps = 1;
    CHECK(warning(reference({.scheduling = s}), 0.5) == validity_warning::held_prompts);
}
