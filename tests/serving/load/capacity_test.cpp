// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/serving/load/capacity.hpp>
#include <gambrel/simulation/run.hpp>

using namespace gambrel;
using namespace gambrel::literals;

namespace {
constexpr linear_step law{.fixed = 6.7e-3, .per_token = 2.08e-5, .per_context = 4.9e-8};
const length prompts = length::uniform(512, 1536), outputs = length::uniform(128, 384);
const load_model<linear_step> model(law, prompts, outputs,
                                    {.scheduling = {.token_budget = 8192, .most_sequences = 256}});
}  // namespace

TEST_CASE("at the most rate the limit is met, a little above it is not") {
    const double infinite = std::numeric_limits<double>::infinity();
    struct row {
        double ttft, tpot, latency;
    };
    for (const row& x : {row{0.1, infinite, infinite}, row{infinite, 0.02, infinite}, row{infinite, infinite, 8.0},
                         row{0.12, 0.015, 10.0}, row{10.0, infinite, infinite}}) {
        const service_level level{
            .limits = {seconds<>::from_value(x.ttft), seconds<>::from_value(x.tpot), seconds<>::from_value(x.latency)}};
        const request_rate<> most = most_rate(model, level);
        CHECK(most.value() > 1.0);
        CHECK(meets(model.at(most), level));
        CHECK_FALSE(meets(model.at(most * 1.002), level));
    }
    CHECK(most_rate(model, {}).value() == approx(model.limit().value()).epsilon(0.002));
    CHECK(most_rate(model, {.limits = {.ttft = 20_ms}}).value() == 0.0);
    CHECK_THROWS_AS(most_rate(model, {.ttft_share = 1.0}), error);
}

// A p99 of 100 ms at the rate it says, by simulation.
TEST_CASE("the most rate holds in simulation") {
    const request_rate<> most = most_rate(model, {.limits = {.ttft = 100_ms}});
    const auto s = simulation::run(
        law, simulation::server{.scheduling = model.settings().scheduling},
        simulation::open_source(arrivals::poisson(most.value()), prompts, outputs, 300'000, 5), {.warm_up = 15'000});
    CHECK(std::abs(s.ttft.p99().value() - 0.100) < 0.002 + s.ttft.quantile_error(3).value());
}

TEST_CASE("goodput is the rate within the limits") {
    const load_prediction p = model.at(requests_per_second(10.0));
    CHECK(goodput(p, {}).value() == approx(10.0));
    CHECK(goodput(p, {.ttft = p.ttft.quantile(0.9)}).value() == approx(9.0).epsilon(1e-6));
    CHECK(goodput(p, {.ttft = p.ttft.quantile(0.9), .tpot = p.tpot.quantile(0.5)}).value() ==
          approx(4.5).epsilon(1e-6));
    CHECK(goodput(model.at(requests_per_second(30.0)), {}).value() == 0.0);
}

TEST_CASE("the fewest replicas") {
    const service_level level{.limits = {.ttft = 100_ms}};
    const double most = most_rate(model, level).value();
    CHECK(replicas_needed(model, requests_per_second(0.9 * most), level) == 1);
    CHECK(replicas_needed(model, requests_per_second(9.5 * most), level) == 10);
    CHECK(replicas_needed(model, requests_per_second(9.5 * most), level, arrival_split::in_turn) < 10);
    CHECK(replicas_needed(model, requests_per_second(9.5 * most), level, arrival_split::random, 3.0) >= 10);
    CHECK(replicas_needed(model, requests_per_second(10), {.limits = {.ttft = 1_ms}}) == 0);
}

TEST_CASE("replicas at random see Poisson as Poisson, in turn a more even stream; bursts are split") {
    CHECK(split_variance(1.0, 5.0, arrival_split::random) == 1.0);
    CHECK(split_variance(4.0, 4.0, arrival_split::in_turn) == 1.0);
    CHECK(split_variance(16.0, 3.0, arrival_split::random) == approx(6.0));
    const load_prediction one = model.at(requests_per_second(10.0));
    const load_prediction four = over_replicas(model, requests_per_second(40.0), 4, arrival_split::random);
    CHECK(four.ttft.quantile(0.99) == one.ttft.quantile(0.99));
    CHECK(four.running == approx(4.0 * one.running));
    CHECK(four.limit.value() == approx(4.0 * model.limit().value()));
    CHECK(over_replicas(model, requests_per_second(40.0), 4, arrival_split::in_turn).ttft.mean() < one.ttft.mean());
}

TEST_CASE("replicas in turn against simulation: TTFT mean 4 %, p99 15 %, TPOT p99 3 %") {
    struct row {
        unsigned replicas;
        double variation;
    };
    for (const row& x : {row{2, 1.0}, row{4, 1.0}, row{4, 2.0}, row{4, 4.0}}) {
        CAPTURE(x.replicas);
        CAPTURE(x.variation);
        const double rate = 0.6 * model.limit().value() * x.replicas;
        const load_prediction p =
            over_replicas(model, requests_per_second(rate), x.replicas, arrival_split::in_turn, x.variation);
        const arrivals gaps = x.variation == 1.0 ? arrivals::poisson(rate) : arrivals::gamma(rate, x.variation);
        const auto s = simulation::run(law, simulation::server{.scheduling = model.settings().scheduling},
                                       simulation::open_source(gaps, prompts, outputs, 400'000, 1),
                                       {.warm_up = 20'000, .replicas = x.replicas});
        CHECK(p.ttft.mean().value() == approx(s.ttft.mean().value()).epsilon(0.04));
        CHECK(p.ttft.quantile(0.99).value() == approx(s.ttft.p99().value()).epsilon(0.15));
        CHECK(p.tpot.quantile(0.99).value() == approx(s.tpot.p99().value()).epsilon(0.03));
    }
}

TEST_CASE("the latency-throughput curve rises") {
    const std::vector<load_prediction> curve = load_curve(model, 20);
    CHECK(curve.size() == 20);
    for (std::size_t i = 1; i < curve.size(); ++i) {
        CHECK(curve[i].rate > curve[i - 1].rate);
        CHECK(curve[i].latency.quantile(0.9) > curve[i - 1].latency.quantile(0.9));
    }
    CHECK(curve.back().utilisation == approx(0.88));
    CHECK_THROWS_AS(load_curve(model, 1), error);
}
