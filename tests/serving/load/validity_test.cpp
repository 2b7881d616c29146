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

TEST_CASE("near the limit: from 88 % of it on") {
    CHECK(warning(reference(), 0.875) == validity_warning::none);
    CHECK(warning(reference(), 0.885) == validity_warning::near_limit);
}

TEST_CASE("arrivals: squared variation of the gaps from 0.3 to 16") {
    CHECK(warning(reference(), 0.5, 3.98) == validity_warning::none);
    CHECK(warning(reference(), 0.5, 4.02) == validity_warning::bursty_arrivals);
    CHECK(warning(reference(), 0.5, 0.56) == validity_warning::none);
    CHECK(warning(reference(), 0.5, 0.54) == validity_warning::even_arrivals);
}

// Prompts of 1024 in a budget of 3303: 0.31 of it, of one 3531: 0.29. They meet where they take a tenth of the time.
TEST_CASE("chunked prompts: prompts that meet, and fill 0.3 of the budget") {
    const auto with_budget = [](double tokens) { return reference({.scheduling = {.token_budget = tokens}}); };
    const load_model<linear_step> narrow = with_budget(1024 / 0.31);
    const double prefill = law.per_token * 1024;               // this law has no cost of pairs
    const double few = 0.09 / prefill, many = 0.12 / prefill;  // requests per second
    CHECK(narrow.at(requests_per_second(few)).warning == validity_warning::none);
    CHECK(narrow.at(requests_per_second(many)).warning == validity_warning::chunked_prompts);
    CHECK(with_budget(4096).at(requests_per_second(many)).warning == validity_warning::none);
}

TEST_CASE("prompts that a pass does not hold and the runtime does not cut") {
    scheduling s{.chunked_prefill = false, .token_budget = 2048, .most_sequences = 64};
    CHECK(warning(reference({.scheduling = s}), 0.1) == validity_warning::none);  // 1536 and 64 decodes
    s.token_budget = 1550;
    CHECK(warning(reference({.scheduling = s}), 0.1) == validity_warning::whole_prompts);
}

// A deviation of 0.1 of the KV of all that run: three of them must be free.
TEST_CASE("KV memory that binds, by the spread of what it holds") {
    const load_model<linear_step> m = reference({.kv_sequences = 40, .kv_spread = 0.1});
    CHECK(m.basis().bound == rate_bound::kv_memory);
    CHECK(warning(m, 0.69) == validity_warning::none);
    CHECK(warning(m, 0.71) == validity_warning::kv_pressure);
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
    CHECK(warning(reference({}, length::log_normal(256, 1.43)), 0.25) == validity_warning::none);  // few at a time
}

TEST_CASE("prompts that the runtime holds back") {
    scheduling s{.token_budget = 8192, .most_sequences = 256};
    s.batch_wait_steps = 1;
    CHECK(warning(reference({.scheduling = s}), 0.5) == validity_warning::held_prompts);
}

TEST_CASE("batches whose passes go together, above 0.4 of the limit") {
    CHECK(warning(reference({.in_step = 4}), 0.39) == validity_warning::none);
    CHECK(warning(reference({.in_step = 4}), 0.41) == validity_warning::batches_in_step);
    CHECK(warning(reference(), 0.41) == validity_warning::none);
}
