// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/hardware/catalog.hpp>
#include <gambrel/model/catalog.hpp>
#include <gambrel/runtime/catalog.hpp>
#include <gambrel/serving/speculation.hpp>

using namespace gambrel;

namespace {
const device<>& h100 = device_named("h100-sxm");
const deployment<> big{catalog::llama_3_1_70b, h100, catalog::vllm, {.tensor = 4}};
const deployment<> small{catalog::llama_3_1_8b, h100, catalog::vllm, {.tensor = 4}};
}  // namespace

// Leviathan et al. 2023, table 1 (recalled): acceptance, drafts, tokens of a step, arithmetic over that without.
TEST_CASE("tokens of a step") {
    struct row {
        double acceptance;
        int drafts;
        double tokens, arithmetic;
    };
    for (const row& r : {row{0.6, 2, 1.96, 1.53}, row{0.7, 3, 2.53, 1.58}, row{0.8, 2, 2.44, 1.23},
                         row{0.8, 5, 3.69, 1.63}, row{0.9, 2, 2.71, 1.11}, row{0.9, 10, 6.86, 1.60}}) {
        const speculation s{r.drafts, r.acceptance};
        CHECK(std::abs(s.tokens() - r.tokens) <= 0.0051);
        CHECK(std::abs((r.drafts + 1) / s.tokens() - r.arithmetic) <= 0.0051);
        const double closed = (1 - std::pow(r.acceptance, r.drafts + 1)) / (1 - r.acceptance);
        CHECK(s.tokens() == approx(closed).epsilon(1e-12));
        double all = 0.0, mean = 0.0;
        for (int n = 0; n <= r.drafts + 2; ++n) all += s.chance_of(n), mean += n * s.chance_of(n);
        CHECK(all == approx(1.0).epsilon(1e-12));
        CHECK(mean == approx(s.tokens()).epsilon(1e-12));
        CHECK(acceptance_of(s.tokens(), r.drafts) == approx(r.acceptance).epsilon(1e-9));
    }
}

TEST_CASE("ends: no drafts, nothing right, all right") {
    static_assert(speculation{0, 0.7}.tokens() == 1.0);
    static_assert(speculation{5, 0.0}.tokens() == 1.0);
    static_assert(speculation{5, 1.0}.tokens() == 6.0);
    CHECK(acceptance_of(1.0, 4) == 0.0);
    CHECK(acceptance_of(5.0, 4) == 1.0);
}

TEST_CASE("no drafts is plain decoding; free drafts never right cost the check") {
    const draft_heads free{};
    for (const double batch : {1.0, 64.0, 500.0}) {
        const speculative_step none = time_speculation(big, {0, 0.5}, free, batch, 1000);
        CHECK(none.tpot().value() == approx(none.plain.value()).epsilon(1e-12));
        CHECK_FALSE(none.pays());
        const speculative_step wrong = time_speculation(big, {3, 0.0}, free, batch, 1000);
        CHECK(wrong.tpot() == wrong.check);
        CHECK(wrong.check > wrong.plain);
    }
}

// Theorem 3.8 with the check as long as a plain step: gain = tokens / (drafts c + 1), c = draft pass / plain step.
TEST_CASE("heads: the gain of the theorem, and the check that makes it less") {
    for (const double share : {0.02, 0.1}) {
        const speculation s{4, 0.75};
        const speculative_step t = time_speculation(big, s, draft_heads{.share = share}, 1, 1000);
        CHECK(t.draft.value() == approx(4 * share * t.plain.value()).epsilon(1e-12));
        const double theorem = s.tokens() / (4 * share + 1);
        CHECK(t.gain() < theorem);
        CHECK(t.gain() > 0.85 * theorem);  // one sequence: bound by the weights
        const draft_heads medusa{.share = share, .one_by_one = false};
        const speculative_step at_once = time_speculation(big, s, medusa, 1, 1000);
        CHECK(at_once.draft.value() == approx(share * at_once.plain.value()).epsilon(1e-12));
    }
}

TEST_CASE("a draft model costs its own steps") {
    const speculation s{5, 0.8};
    const speculative_step t = time_speculation(big, s, draft_model{small}, 8, 1000);
    const speculative_step drafts = time_speculation(small, {0, 0}, draft_heads{}, 8, 1000);
    CHECK(t.draft.value() == approx(5 * drafts.plain.value()).epsilon(1e-12));
    CHECK(t.tpot().value() == approx((t.check + t.draft).value() / s.tokens()).epsilon(1e-12));
}

TEST_CASE("speculation stops paying at the batch where both TPOT cross") {
    const draft_heads heads{.share = 0.05};
    int last = 1 << 30;
    for (const double acceptance : {0.9, 0.6, 0.3}) {
        CAPTURE(acceptance);
        const speculation s{3, acceptance};
        const int n = most_paying_batch(big, s, heads, 500);
        CHECK(n > 0);
        CHECK(n <= last);
        CHECK(time_speculation(big, s, heads, n, 500).pays());
        if (n < 4096) CHECK_FALSE(time_speculation(big, s, heads, n + 1, 500).pays());
        last = n;
    }
    CHECK(last < 4096);
    CHECK(most_paying_batch(big, {3, 0.0}, heads, 500) == 0);
    CHECK(most_paying_batch(big, {3, 0.9}, heads, 500, 1) == 1);
    // Everything bound by arithmetic: 4 tokens are checked for 1.95.
    CHECK(time_speculation(big, {3, 0.5}, draft_heads{}, 4096, 10).gain() < 1.0);
}

TEST_CASE("wrong figures are refused") {
    CHECK_THROWS_AS(time_speculation(big, {-1, 0.5}, draft_heads{}, 1, 10), error);
    CHECK_THROWS_AS(time_speculation(big, {1, 1.5}, draft_heads{}, 1, 10), error);
    CHECK_THROWS_AS(time_speculation(big, {1, 0.5}, draft_heads{.share = -1}, 1, 10), error);
    CHECK_THROWS_AS(acceptance_of(5.5, 4), error);
}
