// SPDX-License-Identifier: Apache-2.0
// Failures by Young and Daly with Llama 3's interruptions, and the sums of a run.

#include <approx.hpp>
#include <doctest/doctest.h>
#include <gambrel/hardware/catalog/nvidia_datacenter.hpp>
#include <gambrel/model/catalog/llama.hpp>
#include <gambrel/training/catalog/megatron.hpp>
#include <gambrel/training/run.hpp>

using namespace gambrel;
namespace tr = gambrel::training;

TEST_CASE("Llama 3 405B: 419 interruptions in 54 days on 16,384 GPUs, and what checkpoints cost") {
    const tr::failure_terms llama{.checkpoint = seconds_of(5), .restart = seconds_of(600)};
    CHECK(llama.between.value / hours(1) == approx(50'676).epsilon(1e-3));
    const tr::goodput g = tr::goodput_of(llama, 16384);
    CHECK(g.between.value() == approx(11'135).epsilon(1e-3));
    // By Young: 334 s and 8.4 % lost; 30 s: 817 s and 12.7 %. More than 90 % effective was reported.
    const auto with = [](double checkpoint) {
        tr::failure_terms t{.checkpoint = seconds_of(checkpoint), .restart = seconds_of(600)};
        t.interval = tr::young_interval(t.checkpoint, t.between.value / 16384.0);
        return tr::goodput_of(t, 16384);
    };
    CHECK(with(5).interval.value() == approx(334).epsilon(2e-3));
    CHECK(with(5).lost == approx(0.084).epsilon(6e-3));
    CHECK(with(30).interval.value() == approx(817).epsilon(2e-3));
    CHECK(with(30).lost == approx(0.127).epsilon(6e-3));
    CHECK(g.share > 0.90);
    // Daly: with x = d / 2M, sqrt(2 d M)(1 + sqrt(x)/3 + x/9) - d.
    CHECK(tr::daly_interval(seconds_of(2), seconds_of(100)).value() ==
          approx(20.0 * (1.0 + 0.1 / 3.0 + 0.01 / 9.0) - 2.0));
    CHECK(tr::daly_interval(seconds_of(300), seconds_of(100)).value() == 100.0);
    CHECK(tr::goodput_of({.between = {}}, 1e4).share == 1.0);
    CHECK_THROWS_AS(tr::goodput_of({.checkpoint = seconds_of(-1)}, 8), error);
}

TEST_CASE("a run: steps rounded up, hours with what failures take, dollars, energy and carbon") {
    const tr::job<> j{catalog::llama_3_8b,
                      catalog::h100_sxm,
                      tr::catalog::megatron_core,
                      {},
                      {.data = 8, .zero = tr::zero_stage::optimizer},
                      {1, 128, 8192}};
    const tr::prediction<> p = tr::predict(j);
    tr::run_terms t{
        .tokens = 1e9, .per_device = dollars_per_hour(2), .around = {1.25, 1.2}, .grid = grams_per_kilowatt_hour(400)};
    t.failures.between = {};
    const tr::run_cost c = tr::cost_of_run(j, p, t);
    CHECK(c.steps == 954.0);  // 1e9 / 1,048,576 = 953.7
    CHECK(c.time.value.value() == approx(954.0 * p.step.value.value()));
    CHECK(c.time.high.value() == approx(954.0 * p.step.high.value()));
    CHECK(c.price.value.value() == approx(8.0 * c.time.value.value() / 3600.0 * 2.0));
    CHECK(c.board.value < watts_of(700.0 + 1e-9));
    CHECK(c.board.value > watts_of(500));  // a board that trains draws most of its limit
    CHECK(c.energy.value.value() == approx(8.0 * c.time.value.value() * c.board.value.value() * 1.5));
    CHECK(c.carbon.value() == approx(c.energy.value.value() / 3.6e6 * 0.4));
    t.loader_tokens = 8192.0 * 128 / (2.0 * p.step.value.value());
    CHECK(tr::cost_of_run(j, p, t).starved);
    CHECK(tr::cost_of_run(j, p, t).time.value.value() == approx(2.0 * c.time.value.value()));
    // Half of the time is spent in steps; in the other half boards idle.
    const double idle = board_power(watts_of(700), power_law_of("Hopper"), {.busy = 0.0}).value.value();
    CHECK(tr::cost_of_run(j, p, t).board.value.value() == approx(0.5 * c.board.value.value() + 0.5 * idle));
    t.loader_tokens = 1;  // 12 days a step
    const tr::run_cost slow = tr::cost_of_run(j, p, t);
    CHECK(slow.board.value.value() == approx(idle).epsilon(1e-4));
    CHECK(slow.energy.value.value() == approx(8.0 * slow.time.value.value() * slow.board.value.value() * 1.5));
    t.loader_tokens = 0;
    t.tokens = 0;
    CHECK(tr::cost_of_run(j, p, t).tokens == 20.0 * 8030261248.0);
    t.tokens = 1e9;
    t.step_work = tr::preference_step;
    CHECK(tr::cost_of_run(j, p, t).time.value.value() == approx(4.0 / 3.0 * c.time.value.value()));
    // Generation and steps: 3.6 million tokens at 1,000 a second for 4 $ an hour.
    const figure<token_rate<>> rate{tokens_per_second(1000), tokens_per_second(800), tokens_per_second(1200)};
    const tr::stage g = tr::generation(3.6e6, rate, dollars_per_hour(4));
    CHECK(g.price.value.value() == approx(4.0));
    CHECK(g.time.high.value() == approx(4500.0));
    CHECK(tr::total({g, tr::steps_of(c)}).price.value.value() == approx(4.0 + c.price.value.value()));
    t.tokens = -1;
    CHECK_THROWS_AS(tr::cost_of_run(j, p, t), error);
}
