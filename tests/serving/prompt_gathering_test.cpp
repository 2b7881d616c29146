// SPDX-License-Identifier: Apache-2.0
// The rules of waiting played out one arrival at a time, against their means in closed form.
#include <approx.hpp>
#include <doctest/doctest.h>

#include <cmath>
#include <gambrel/model/catalog.hpp>
#include <gambrel/serving/prompt_gathering.hpp>
#include <gambrel/workload/random_stream.hpp>

using namespace gambrel;

namespace {
/// Gathering under requests of 100 tokens and `output`.
prompt_gathering gathered(const scheduling& s, const length& output, double batch, double decodes, double rate,
                          const arrival_pattern& arrivals = {}) {
    const workload w{.prompt = 100, .output = output};
    return {s, request_shape(w, s, catalog::llama_3_1_8b), batch, decodes, rate, arrivals};
}
struct played {
    double wait = 0, gathered = 0;
};
/// Prompts start `held` passes after the first of them came (from_first), or after the last prompts (else; one that comes
/// later starts at once). Poisson arrivals, `rate` a pass.
played play(double rate, double held, bool from_first) {
    random_stream random(7, 1);
    constexpr int starts = 200'000;
    double waits = 0.0, prompts = 0.0;
    for (int i = 0; i < starts; ++i) {
        const double first = random.exponential() / rate;
        const double start = from_first ? first + held : std::fmax(first, held);
        for (double at = first; at <= start; at += random.exponential() / rate) {
            waits += start - at;
            prompts += 1.0;
        }
    }
    return {waits / prompts, prompts / starts};
}
}  // namespace

TEST_CASE("TensorRT-LLM: from the first arrival on, so many passes") {
    const scheduling s{.chunked_prefill = false, .token_budget = 8192, .batch_wait_steps = 20};
    for (const double rate : {0.001, 0.05, 0.6}) {
        CAPTURE(rate);
        const prompt_gathering g = gathered(s, 200, 64, 60, rate);
        const played p = play(rate, 20, true);
        CHECK(g.wait == approx(p.wait).epsilon(0.01));
        CHECK(g.gathered == approx(p.gathered - 1.0 + prompts_per_pass_given_any(rate)).epsilon(0.01));
    }
    CHECK(gathered(s, 200, 1, 1, 0.005).wait == 0.0);  // nobody decodes
}

TEST_CASE("TensorRT-LLM: or until decodes and prompts fill their share of the token budget") {
    scheduling s{.chunked_prefill = false, .token_budget = 1152, .batch_wait_steps = 40, .batch_wait_share = 0.8};
    const double fresh = 100;
    // Decodes that one prompt's tokens complete to 922: no wait, no turns.
    const prompt_gathering at_once = gathered(s, 200, 1000, 0.8 * 1152 - fresh + 1, 0.05);
    CHECK(at_once.wait == 0.0);
    CHECK(at_once.turn == 1.0);
    // Two and a half prompts are lacking, and prompts are whole: the third comes 2 / rate passes after the first.
    s.token_budget = 8192;
    const double decodes = 0.8 * 8192 - 2.5 * fresh;
    const prompt_gathering soon = gathered(s, 200, 2 * decodes, decodes, 0.1);
    CHECK(soon.turn == approx(1.0 + 2 / 0.1));
    const prompt_gathering rare = gathered(s, 200, 2 * decodes, decodes, 0.01);
    CHECK(rare.turn == 41.0);
    // A share of 1: whole prompts that fit do not fill the budget to the last token, so the wait is a full one.
    s.batch_wait_share = 1.0;
    CHECK(gathered(s, 200, 2 * decodes, 8192 - 250, 5.0).turn == 41.0);
    s.chunked_prefill = true;  // a cut one does
    CHECK(gathered(s, 200, 2 * decodes, 8192 - 250, 5.0).turn == approx(1.0 + 2 / 5.0));
}

TEST_CASE("TGI: passes after the last prompts, or once enough wait") {
    const scheduling s{.batching = batching::prefill_first,
                       .chunked_prefill = false,
                       .batch_wait_steps = 20,
                       .waiting_served_ratio = 0.3};
    for (const double rate : {0.001, 0.05, 0.6}) {  // of 100 decodes 30 must wait: at most 19 passes pass before
        CAPTURE(rate);
        const prompt_gathering g = gathered(s, 200, 110, 100, rate);
        const played p = play(rate, 19, false);
        CHECK(g.wait == approx(p.wait).epsilon(0.02));
        CHECK(g.gathered == approx(std::fmax(p.gathered, prompts_per_pass_given_any(rate))).epsilon(0.01));
    }
    const prompt_gathering enough = gathered(s, 200, 110, 100, 6.0);  // 30 have come after 5 passes
    CHECK(enough.gathered == approx(30.0).epsilon(1e-9));
    CHECK(enough.wait == approx(2.5).epsilon(1e-9));
    CHECK(gathered(s, 200, 6, 5, 0.05).wait == 0.0);  // floor(0.3 x 5): one is enough
}

TEST_CASE("SGLang: arrivals are read at intervals, and when the engine has run dry") {
    const scheduling s{.batching = batching::prefill_first, .poll_interval_steps = 30};
    const auto wait = [&](const length& output) { return gathered(s, output, 16, 16, 16 / output.mean()).wait; };
    CHECK(wait(44) == 60.0 - 44.0);  // back at the second read
    CHECK(wait(60) == 0.0);
    CHECK(wait(61) == 90.0 - 61.0);
    CHECK(wait(20) == 0.0);  // all end together, and are read then
    CHECK(gathered(s, 20, 16, 16, 0.8).dry);
    CHECK_FALSE(gathered(s, 44, 16, 16, 0.3).dry);
    CHECK(wait(length::uniform(300, 900)) == approx(15.0).epsilon(0.1));  // anywhere in an interval
    const prompt_gathering open = gathered(s, 200, 16, 16, 0.08, {.open = true});
    CHECK(open.wait == 14.5);
    CHECK(open.gathered == approx(2.4 / (1 - std::exp(-2.4))).epsilon(1e-9));
}
