// SPDX-License-Identifier: Apache-2.0
// The closed form against our own simulator, an implementation that shares nothing with it but the step law. Reference
// scenario: an 8B model on an H100 as a straight law, prompts of 512 to 1536, outputs of 128 to 384 tokens, budget
// 8192, 256 slots. Each tolerance is the project's target plus the simulation's own 95 % half-width.
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/serving/load/load_model.hpp>
#include <gambrel/simulation/run.hpp>

using namespace gambrel;

namespace {
constexpr linear_step law{.fixed = 6.7e-3, .per_token = 2.08e-5, .per_context = 4.9e-8};

struct scenario {
    gambrel::scheduling scheduling = {.token_budget = 8192, .most_sequences = 256};
    length prompt = length::uniform(512, 1536), output = length::uniform(128, 384);
    double variation = 1.0;
    std::uint64_t requests = 300'000;
};

struct both {
    load_prediction closed;
    simulation::summary simulated;
};

both at_share(const scenario& s, double share, std::uint64_t seed = 1) {
    const load_model<linear_step> m(law, s.prompt, s.output, {.scheduling = s.scheduling});
    const double rate = share * m.limit().value();
    const arrivals gaps = s.variation == 1.0 ? arrivals::poisson(rate) : arrivals::gamma(rate, s.variation);
    return {m.at(requests_per_second(rate), s.variation),
            simulation::run(law, simulation::server{.scheduling = s.scheduling},
                            simulation::open_source(gaps, s.prompt, s.output, s.requests, seed),
                            {.warm_up = s.requests / 20, .most_waiting = 10'000'000})};
}

/// `predicted` within `relative` of `simulated` and its half-width.
void near(seconds<> predicted, double simulated, double half_width, double relative) {
    CAPTURE(simulated);
    CAPTURE(half_width);
    CHECK(std::abs(predicted.value() - simulated) <= relative * simulated + half_width);
}
}  // namespace

TEST_CASE("up to three quarters of the load: TPOT mean 1.5 %, TTFT mean 1 %, p50, p90, p99 1, 2, 3 %") {
    for (const double share : {0.12, 0.35, 0.58, 0.75, 0.86}) {
        CAPTURE(share);
        const both b = at_share({}, share);
        CAPTURE(b.closed.load);
        CHECK_FALSE(b.closed.ask_simulator());
        near(b.closed.tpot.mean(), b.simulated.tpot.mean().value(), b.simulated.tpot.mean_error().value(), 0.015);
        near(b.closed.tpot.quantile(0.99), b.simulated.tpot.p99().value(), b.simulated.tpot.quantile_error(3).value(),
             0.03);
        near(b.closed.ttft.mean(), b.simulated.ttft.mean().value(), b.simulated.ttft.mean_error().value(), 0.01);
        near(b.closed.ttft.quantile(0.50), b.simulated.ttft.median().value(),
             b.simulated.ttft.quantile_error(0).value(), 0.01);
        near(b.closed.ttft.quantile(0.90), b.simulated.ttft.p90().value(), b.simulated.ttft.quantile_error(1).value(),
             0.02);
        near(b.closed.ttft.quantile(0.99), b.simulated.ttft.p99().value(), b.simulated.ttft.quantile_error(3).value(),
             0.03);
        near(b.closed.itl.quantile(0.50), b.simulated.itl.median().value(), 0.0, 0.03);
        near(b.closed.itl.quantile(0.99), b.simulated.itl.p99().value(), 0.0, 0.04);
        near(b.closed.latency.quantile(0.50), b.simulated.latency.median().value(),
             b.simulated.latency.quantile_error(0).value(), 0.01);
        near(b.closed.latency.quantile(0.99), b.simulated.latency.p99().value(),
             b.simulated.latency.quantile_error(3).value(), 0.03);
        CHECK(b.closed.running == approx(b.simulated.running).epsilon(0.03));
    }
}

TEST_CASE("up to 97 % of the cap: TTFT p99 15 %, TPOT p99 8 %") {
    for (const double share : {0.90, 0.93, 0.96}) {
        CAPTURE(share);
        const both b = at_share({.requests = 3'000'000}, share, 2);
        near(b.closed.ttft.quantile(0.99), b.simulated.ttft.p99().value(), b.simulated.ttft.quantile_error(3).value(),
             0.15);
        near(b.closed.ttft.quantile(0.50), b.simulated.ttft.median().value(),
             b.simulated.ttft.quantile_error(0).value(), 0.05);
        near(b.closed.tpot.quantile(0.99), b.simulated.tpot.p99().value(), b.simulated.tpot.quantile_error(3).value(),
             0.08);
        near(b.closed.tpot.mean(), b.simulated.tpot.mean().value(), b.simulated.tpot.mean_error().value(), 0.02);
    }
}

TEST_CASE("bursty arrivals: TTFT p99 within 20 % up to a variation of 4") {
    for (const double variation : {2.0, 4.0})
        for (const double share : {0.3, 0.6, 0.8}) {
            CAPTURE(variation);
            CAPTURE(share);
            const both b = at_share({.variation = variation}, share);
            near(b.closed.ttft.quantile(0.99), b.simulated.ttft.p99().value(),
                 b.simulated.ttft.quantile_error(3).value(), 0.20);
            near(b.closed.tpot.mean(), b.simulated.tpot.mean().value(), b.simulated.tpot.mean_error().value(), 0.06);
        }
}

TEST_CASE("other lengths, few slots") {
    const length uneven = length::log_normal(256, 1.0);
    for (const scenario& s :
         {scenario{.output = 256.0}, scenario{.output = uneven}, scenario{.prompt = length::log_normal(1024, 1.0)},
          scenario{.prompt = 1024.0, .output = 256.0}, scenario{.prompt = 16.0},
          scenario{.scheduling = {.token_budget = 8192, .most_sequences = 16}, .requests = 600'000}}) {
        CAPTURE(s.scheduling.most_sequences);
        CAPTURE(s.prompt.variance());
        CAPTURE(s.output.variance());
        const both b = at_share(s, 0.6);
        near(b.closed.ttft.mean(), b.simulated.ttft.mean().value(), b.simulated.ttft.mean_error().value(), 0.02);
        near(b.closed.ttft.quantile(0.90), b.simulated.ttft.p90().value(), b.simulated.ttft.quantile_error(1).value(),
             0.03);
        near(b.closed.ttft.quantile(0.99), b.simulated.ttft.p99().value(), b.simulated.ttft.quantile_error(3).value(),
             0.10);
        near(b.closed.tpot.mean(), b.simulated.tpot.mean().value(), b.simulated.tpot.mean_error().value(), 0.015);
        near(b.closed.latency.quantile(0.99), b.simulated.latency.p99().value(),
             b.simulated.latency.quantile_error(3).value(), 0.04);
    }
}

TEST_CASE("outputs of a few tokens: TTFT of a machine that rests between them, 2 % and p99 4 %") {
    for (const length& output : {length(1), length::uniform(2, 6), length::uniform(8, 24)})
        for (const double share : {0.3, 0.6}) {
            CAPTURE(output.mean());
            CAPTURE(share);
            const both b = at_share({.output = output, .requests = 200'000}, share);
            if (output.mean() < 10.0) CHECK(b.closed.warning == validity_warning::few_decodes);
            near(b.closed.ttft.mean(), b.simulated.ttft.mean().value(), b.simulated.ttft.mean_error().value(), 0.02);
            near(b.closed.ttft.quantile(0.5), b.simulated.ttft.median().value(),
                 b.simulated.ttft.quantile_error(0).value(), 0.02);
            near(b.closed.ttft.quantile(0.99), b.simulated.ttft.p99().value(),
                 b.simulated.ttft.quantile_error(3).value(), 0.04);
        }
}

TEST_CASE("prompts in passes of their own, requests read every so many steps: TTFT 3 %, TPOT 3 %") {
    struct row {
        double poll, share;
    };
    for (const row& x : {row{1, 0.3}, row{1, 0.7}, row{10, 0.5}}) {
        CAPTURE(x.poll);
        CAPTURE(x.share);
        const both b = at_share({.scheduling = simulation::sglang_style(256, 8192, x.poll)}, x.share);
        near(b.closed.ttft.mean(), b.simulated.ttft.mean().value(), b.simulated.ttft.mean_error().value(), 0.02);
        near(b.closed.ttft.quantile(0.99), b.simulated.ttft.p99().value(), b.simulated.ttft.quantile_error(3).value(),
             0.03);
        near(b.closed.tpot.mean(), b.simulated.tpot.mean().value(), b.simulated.tpot.mean_error().value(), 0.03);
    }
}
