// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <gambrel/hardware/catalog.hpp>
#include <gambrel/model/catalog.hpp>
#include <gambrel/runtime/catalog.hpp>
#include <gambrel/serving/load/closed_loop.hpp>
#include <gambrel/serving/load/deployment_load.hpp>
#include <limits>

using namespace gambrel;

namespace {
const linear_step law{6.7e-3, 2.08e-5, 4.9e-8};

deployment<> served(std::string_view model, std::string_view device, int tensor, std::string_view under) {
    return {model_named(model), device_named(device), runtime_named(under), {.tensor = tensor}};
}
void check_possible(const load_prediction& p, const load_basis& b) {
    CHECK(p.known());
    CHECK(impossible(p, b).empty());
}
}  // namespace

TEST_CASE("what cannot be is named") {
    const load_model<linear_step> m(law, length::uniform(512, 1536), length::uniform(128, 384));
    const load_prediction good = m.at(requests_per_second(10.0));
    CHECK(impossible(good, m.basis()).empty());
    const auto broken = [&](auto&& change) {
        load_prediction p = good;
        change(p);
        return impossible(p, m.basis());
    };
    const double none = std::numeric_limits<double>::quiet_NaN();
    CHECK(broken([&](load_prediction& p) { p.running = none; }) == "a rate or a count is no number or negative");
    CHECK(broken([&](load_prediction& p) { p.waiting = -1e-9; }) == "a rate or a count is no number or negative");
    CHECK(broken([&](load_prediction& p) { p.running = 257.0; }) == "more requests run than there are slots");
    CHECK(broken([&](load_prediction& p) { p.ttft = latency_distribution(seconds_of(none)); }) ==
          "the distribution of TTFT is not one");
    CHECK(broken([&](load_prediction& p) { p.tpot = latency_distribution(seconds_of(6e-3)); }) ==
          "the time between tokens is shorter than a step can be");
    CHECK(broken([&](load_prediction& p) { p.itl = latency_distribution(seconds_of(6e-3)); }) ==
          "a gap between tokens is shorter than a step can be");
    CHECK(broken([&](load_prediction& p) { p.ttft = latency_distribution(seconds_of(none)); }) ==
          "the distribution of TTFT is not one");
    CHECK(broken([&](load_prediction& p) { p.latency = latency_distribution(seconds_of(none)); }) ==
          "the distribution of the latency is not one");
    CHECK(broken([&](load_prediction& p) { p.latency = latency_distribution(seconds_of(0.01)); }) ==
          "a request ends before its first token");
}

// Before the point was a root of the law itself: NaN TTFT, TPOT of -90 ms, latencies of 0.00 ms, "does not reach its
// own greatest rate".
TEST_CASE("real machines up to 99.9 % of their limits") {
    struct question {
        std::string_view model, device;
        int tensor;
        std::string_view under;
        length prompt, output;
    };
    for (const question& q :
         {question{"qwen2.5-32b", "mi300x", 4, "vllm", length::log_normal(1790, 0.3), length::log_normal(196, 1)},
          question{"qwen3-30b-a3b", "h20", 4, "sglang", 1024, length::log_normal(196, 1)},
          question{"gemma-3-27b-it", "mi300x", 8, "sglang", 4096, length::log_normal(400, 0.8)},
          question{"llama-3.1-8b", "a100-sxm-80", 4, "vllm-0.14", length::log_normal(12688, 3), 126},
          question{"llama-3.1-8b", "h100-sxm", 1, "vllm", length::log_normal(500, 15), length::log_normal(200, 15)},
          question{"llama-3.1-8b", "rtx-4090", 1, "vllm", 2048, 1}}) {
        CAPTURE(q.model);
        const deployment<> d = served(q.model, q.device, q.tensor, q.under);
        const workload w{.prompt = q.prompt, .output = q.output};
        const load_model<tabulated_group_step> m = tabulated_load_model(d, load_inputs_of(d, w), w);
        for (const double share : {0.0, 0.05, 0.3, 0.6, 0.8, 0.9, 0.93, 0.95, 0.97, 0.98, 0.99, 0.999}) {
            CAPTURE(share);
            const load_prediction p = m.at(m.limit() * share);
            CHECK(p.stable);
            check_possible(p, m.basis());
        }
        check_possible(m.at(m.limit()), m.basis());
        check_possible(m.at(m.limit() * 1.001), m.basis());
    }
}

TEST_CASE("heavy tails in a closed loop of few clients") {
    for (const double variation : {0.0, 1.0, 3.0, 8.0, 15.0}) {
        const load_model<linear_step> m(law, length::log_normal(8000, variation), length::log_normal(100, variation));
        for (const double clients : {1.0, 2.0, 5.0, 64.0, 1000.0}) {
            CAPTURE(variation);
            CAPTURE(clients);
            check_possible(in_closed_loop(m, clients), m.basis());
        }
    }
}

// A law that jumps where it fills a tile: the chord across the jump is steeper than the whole step.
TEST_CASE("a law with jumps has a point at every stable rate, and more load is never faster") {
    struct jumping {
        double seconds(const pass_load& l) const {
            return 5e-3 + 2e-2 * std::floor(l.decodes / 32.0) + 3e-5 * l.prompt_tokens + 1e-6 * l.decodes;
        }
    };
    const load_model<jumping> m(jumping{}, length::uniform(100, 300), length::uniform(100, 300));
    double tpot = 0.0;
    for (int i = 1; i < 100; ++i) {
        const load_prediction p = m.at(m.limit() * (0.01 * i));
        check_possible(p, m.basis());
        CHECK(p.step.value() >= 0.999 * tpot);
        tpot = p.step.value();
    }
}

// Up to the limit itself TPOT is that of full slots at most, but for the prompts of others.
TEST_CASE("TPOT up to a ten-thousandth of the limit") {
    for (const double slots : {8.0, 64.0, 370.0}) {
        const load_model<linear_step> m(law, length::uniform(512, 1536), length::uniform(128, 384),
                                        {.scheduling = {.most_sequences = slots}});
        const double full = m.at(2.0 * m.limit()).tpot.quantile(0.99).value();
        for (const double share : {0.9, 0.99, 0.999, 0.9999}) {
            CAPTURE(slots);
            CAPTURE(share);
            const load_prediction p = m.at(share * m.limit());
            check_possible(p, m.basis());
            CHECK(p.tpot.quantile(0.99).value() <= 1.05 * full);  // two tables of one law
            CHECK(p.tpot.quantile(0.5) <= p.tpot.mean() * 1.3);
        }
    }
}
