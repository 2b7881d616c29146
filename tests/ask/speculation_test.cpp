// SPDX-License-Identifier: Apache-2.0
// Speculative decoding as people state it: what it is made into, what contradicts itself, what is said of it.
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/ask/bound_load_question.hpp>
#include <gambrel/ask/bound_simulation.hpp>

using namespace gambrel;
using namespace gambrel::ask;

namespace {
template <class Asked = bound_question, class Options = prediction_options>
Asked of(const Options& t, std::string_view runtime = "vllm", std::string_view model = "llama-3.1-70b") {
    return {std::make_shared<const architecture>(model_named(model)),
            std::make_shared<const device<>>(device_named("h100-sxm")),
            std::make_shared<const gambrel::runtime<>>(runtime_named(runtime)), t};
}
prediction_options by(const char* method, std::optional<double> drafts = {}, std::optional<double> acceptance = {}) {
    prediction_options t;
    t.tensor = 4;
    t.draft_method = method;
    t.drafts = drafts;
    t.acceptance = acceptance;
    return t;
}
void refused(const prediction_options& t, const char* part, std::string_view runtime = "vllm") {
    CHECK_THROWS_WITH_AS(of(t, runtime), doctest::Contains(part), error);
}
bool notes(const bound_question& b, const char* part) {
    for (const std::string& n : b.question.notes)
        if (n.find(part) != std::string::npos) return true;
    return false;
}
}  // namespace

TEST_CASE("every method has its default, in the order of the enumeration, and a range that holds it") {
    for (const drafting_default& d : drafting_defaults) {
        CHECK(d.by == static_cast<drafting>(&d - drafting_defaults.data()));
        CHECK(d.low < d.acceptance);
        CHECK(d.acceptance < d.high);
        CHECK_FALSE(d.source.empty());
    }
}

TEST_CASE("stated: drafts, method and acceptance as they are, and no range of their own") {
    const bound_question b = of(by("eagle3", 4, 0.7));
    const speculation& s = b.question.what.speculation;
    CHECK(s.drafts == 4);
    CHECK(s.by == drafting::eagle3);
    CHECK(s.acceptance == 0.7);
    CHECK(s.deviation == 0.0);
    CHECK(s.drafter->layers() == 1);
    CHECK(s.formats.weights.attention.name == "bf16");
    CHECK(b.question.notes.empty());
    CHECK_FALSE(of(prediction_options{}).question.what.speculation.on());
}

TEST_CASE("accepted tokens are an acceptance") {
    prediction_options t = by("eagle", 2);
    t.accepted_tokens = 2.1;
    CHECK(of(t).question.what.speculation.tokens() == approx(2.1).epsilon(1e-9));
    t.accepted_tokens = 3.5;
    refused(t, "tokens accepted per step");
    t.accepted_tokens = 2.1;
    t.acceptance = 0.5;
    refused(t, "acceptance 0.5 and accepted_tokens 2.1 say the same thing twice");
}

TEST_CASE("a default acceptance is named and its range is in that of the answer") {
    const bound_question guess = of(by("eagle", 3)), stated = of(by("eagle", 3, 0.63));
    CHECK(notes(guess, "acceptance 0.63 is a default, and the ranges reach from 0.5 to 0.75"));
    CHECK(guess.question.what.speculation.deviation ==
          approx(std::log(speculation{3, 0.75}.tokens() / speculation{3, 0.5}.tokens()) / (2 * normal_quantile_90)));
    const answer a = answered(guess.question), b = answered(stated.question);
    CHECK(a.predicted.tpot.value == b.predicted.tpot.value);
    CHECK(a.predicted.tpot.high > b.predicted.tpot.high);
    CHECK(notes(of(by("eagle")), "drafts 3 is a default"));
    CHECK(notes(of(by("mtp")), "no prediction module of"));
    CHECK_FALSE(notes(of(by("mtp"), "vllm", "deepseek-v3"), "no prediction module of"));
}

TEST_CASE("a draft model of the catalog, in the format that weights say") {
    prediction_options t = by("none", 5, 0.8);
    t.draft_model = "llama-3.2-1b";
    const bound_question b = of(t);
    CHECK(b.question.what.speculation.by == drafting::draft_model);
    CHECK(b.question.what.speculation.drafter->layers() == 16);
    t.weights = "fp8";
    CHECK(of(t).question.what.speculation.formats.weights.attention.name == "fp8");
    t.draft_model = "qwen2.5-0.5b";
    CHECK(notes(of(t), "most servers want the same"));
    t.draft_model = "llama-9";
    CHECK_THROWS_AS(of(t), error);
}

TEST_CASE("contradictions name what was stated and what to do") {
    refused(by("none", {}, 0.7), "acceptance 0.7 is stated and nobody drafts");
    refused(by("none", 4), "drafts 4 is stated and nobody drafts");
    refused(by("eagle", 0, 0.7), "nobody drafts");
    refused(by("eagel"), "unknown draft method \"eagel\"");
    refused(by("draft_model"), "and no model is named");
    refused(by("eagle", 2.5), "must be a whole number");
    prediction_options t = by("eagle");
    t.draft_model = "llama-3.2-1b";
    refused(t, "contradict each other");
    t = by("ngram", 600);
    t.token_budget = 512;
    refused(t, "fewer drafts, or a larger token_budget");
    CHECK_FALSE(of(by("eagle", 0)).question.what.speculation.on());
}

TEST_CASE("a runtime that does not draft so says what it has") {
    refused(by("medusa"), "sglang does not draft by medusa: it has draft_model,ngram,eagle", "sglang");
    refused(by("eagle"), "tgi does not draft by eagle: it has ngram,medusa", "tgi");
    refused(by("ngram"), "whole batches", "transformers");
    CHECK_NOTHROW(of(by("ngram"), "tgi"));
}

TEST_CASE("serve and simulate have the drafts of predict: limits, and each other's figures") {
    const auto tpot = [](const prediction_options& t, double& served, double& run_mean) {
        load_options l;
        l.deployed = t;
        l.deployed.rate = 2.0;
        const load_answer a = answered(of<bound_load_question>(l).question);
        REQUIRE(a.ok());
        served = a.load.value.tpot.mean().value();
        simulation_options s;
        s.deployed = l.deployed;
        s.requests = 4000;
        const ask::simulated run = of<bound_simulation>(s).run({});
        REQUIRE(run.known());
        run_mean = run.result.tpot.mean().value();
        return run;
    };
    double plain = 0, plain_run = 0, wrong = 0, wrong_run = 0, right = 0, right_run = 0, half = 0, half_run = 0;
    tpot(by("none"), plain, plain_run);
    tpot(by("eagle", 3, 0.0), wrong, wrong_run);
    tpot(by("eagle", 3, 0.6), half, half_run);
    tpot(by("eagle", 3, 1.0), right, right_run);
    CHECK(wrong > plain);
    CHECK(wrong_run > plain_run);
    CHECK(right > plain / 4);
    CHECK(half == approx(half_run).epsilon(0.02));
    CHECK(right == approx(right_run).epsilon(0.02));
    double guess = 0, guess_run = 0;
    const ask::simulated wide = tpot(by("ngram", 3), guess, guess_run),
                         narrow = tpot(by("ngram", 3, 0.4), half, half_run);
    const auto mean = [](const auto& t) { return t.mean(); };
    CHECK(wide.tpot(mean).high > narrow.tpot(mean).high);
}
