// SPDX-License-Identifier: Apache-2.0
// The ranges of a simulation: what a slower clock does to it, by formula.
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/ask/bound_load_question.hpp>
#include <gambrel/ask/bound_simulation.hpp>
#include <gambrel/ask/load_statistic.hpp>
#include <gambrel/hardware/catalog.hpp>
#include <gambrel/model/catalog.hpp>
#include <gambrel/runtime/catalog.hpp>

using namespace gambrel;
using ask::simulated;
using ask::simulation_options;

namespace {
template <class T> std::shared_ptr<const T> shared(const T& t) { return {std::shared_ptr<const T>(), &t}; }

simulated run(const simulation_options& t, const simulation::options& how = {}, std::string_view under = "vllm") {
    const ask::bound_simulation asked(shared(model_named("llama-3.1-8b")), shared(device_named("h100-sxm")),
                                      shared(runtime_named(under)), t);
    REQUIRE(asked.feasible().ok());
    return asked.run(how);
}
simulation_options at_rate(double rate, double requests) {
    simulation_options t;
    t.deployed.rate = rate;
    t.requests = requests;
    t.deployed.prompt = length::uniform(512, 1536);
    t.deployed.output = length::uniform(128, 384);
    return t;
}
simulation_options of_clients(double clients) {
    simulation_options t = at_rate(1.0, 400);
    t.deployed.rate.reset();
    t.deployed.concurrency = clients;
    return t;
}
double ratio(const figure<seconds<>>& f) { return f.high / f.value; }
const auto& mean = ask::load_statistics[0];
const auto largest = [](const auto& t) { return t.largest(); };
}  // namespace

// In a closed loop nothing but the law and the frontend has a clock: every time scales by f and every rate by 1 / f,
// and the same requests meet in the same passes.
TEST_CASE("closed loop: the ends of the range are the value times and over f, TTFT's with its own deviation") {
    for (const char* protocol : {"benchmark", "steady"})
        for (const std::string_view under : {"vllm", "sglang", "tensorrt-llm"}) {
            CAPTURE(protocol);
            CAPTURE(under);
            simulation_options t = of_clients(24.0);
            t.deployed.protocol = protocol;
            const simulated s = run(t, {}, under);
            REQUIRE(s.range);
            const double f = s.range->factor(), x = normal_quantile_90;
            CHECK(f == approx(std::exp(x * s.range->sigma)).epsilon(1e-12));
            CHECK(f > 1.01);
            CHECK(f < 1.5);
            for (const auto& i : {mean, ask::p50, ask::p99}) {
                CHECK(ratio(s.tpot(i)) == approx(f).epsilon(1e-9));
                CHECK(s.tpot(i).value / s.tpot(i).low == approx(f).epsilon(1e-9));
                CHECK(ratio(s.ttft(i)) == approx(std::exp(std::hypot(std::log(f), x * ttft_sigma))).epsilon(1e-9));
                CHECK(ratio(s.queued(i)) == approx(ratio(s.ttft(i))).epsilon(1e-9));
            }
            CHECK(ratio(s.itl(mean)) == approx(f).epsilon(1e-9));
            CHECK(ratio(s.itl(ask::p99)) == approx(f).epsilon(0.01));  // cells of the histogram
            CHECK(ratio(s.tpot(largest)) == approx(f).epsilon(1e-9));
            const double share = s.result.ttft.mean() / s.result.latency.mean();
            CHECK(ratio(s.latency(mean)) ==
                  approx(std::exp(std::hypot(std::log(f), x * share * ttft_sigma))).epsilon(1e-9));
            const auto rate = s.request_throughput();
            CHECK(rate.value == s.result.request_throughput);
            CHECK(rate.low / rate.value == approx(1.0 / f).epsilon(1e-9));
            CHECK(rate.high / rate.value == approx(f).epsilon(1e-9));
            CHECK(s.output_throughput().high / s.output_throughput().value == approx(f).epsilon(1e-9));
            CHECK(s.prompt_throughput().low / s.prompt_throughput().value == approx(1.0 / f).epsilon(1e-9));
        }
}

TEST_CASE("sigma is that of a decode pass at the simulated batch, as serve has it") {
    const simulated s = run(at_rate(10.0, 4000));
    REQUIRE(s.range);
    const deployment<> d{model_named("llama-3.1-8b"), device_named("h100-sxm"), runtime_named("vllm")};
    const double context = 1024.0 + (256.0 * 256.0 + 257.0 * 257.0 / 12.0) / 512.0;  // output: its mean by time
    const auto t = time_pass({d.model, d.cut, d.resolved_formats(), d.adapter},
                             step_shape::decode(s.result.batch, context), d.roof(), d.runtime);
    CHECK(s.range->sigma == approx(deviation_of(t, d.runtime)).epsilon(1e-4));
    ask::load_options load;
    load.deployed = at_rate(10.0, 1).deployed;
    const ask::bound_load_question q(shared(d.model), shared(d.device), shared(d.runtime), load);
    CHECK(s.range->sigma == approx(ask::answered(q.question).sigma).epsilon(0.03));
}

TEST_CASE("ranges hold their value, widen with the load, and are those of serve to a few per cent") {
    double last = 1.0;
    for (const double rate : {2.0, 8.0, 14.0}) {
        CAPTURE(rate);
        const simulated s = run(at_rate(rate, 10'000));
        CHECK(s.surely_stable());
        for (const auto& i : ask::load_statistics) {
            for (const auto& f : {s.ttft(i), s.tpot(i), s.itl(i), s.latency(i), s.queued(i)}) {
                CHECK(f.contains(f.value));
                CHECK(f.low < f.value);
            }
        }
        const double wide = s.tpot(ask::p99).high / s.tpot(ask::p99).low;
        CHECK(wide > last);
        last = wide;
        CHECK(s.request_throughput().contains(s.result.request_throughput));
        CHECK(s.request_throughput().high / s.request_throughput().low < 1.01);  // what comes is answered
        ask::load_options load;
        load.deployed = at_rate(rate, 1).deployed;
        const ask::load_answer a = ask::answered(ask::bound_load_question(shared(model_named("llama-3.1-8b")),
                                                                          shared(device_named("h100-sxm")),
                                                                          shared(runtime_named("vllm")), load)
                                                     .question);
        CHECK(s.ttft(mean).high / s.ttft(mean).value ==
              approx(a.load.ttft(mean).high / a.load.ttft(mean).value).epsilon(0.02));
        CHECK(s.tpot(mean).high / s.tpot(mean).value ==
              approx(a.load.tpot(mean).high / a.load.tpot(mean).value).epsilon(0.02));
    }
}

TEST_CASE("a rate that a slow machine does not keep up with leaves TTFT and latency without an upper end") {
    const simulated s = run(at_rate(23.2, 60'000));
    REQUIRE(s.range);
    CHECK(s.result.stable);
    CHECK_FALSE(s.range->slow.stable);
    CHECK_FALSE(s.surely_stable());
    for (const auto& f : {s.ttft(mean), s.ttft(ask::p99), s.latency(ask::p50), s.queued(mean)}) {
        CHECK(std::isinf(f.high.value()));
        CHECK(f.low < f.value);
        CHECK(f.low > seconds<>{});
    }
    CHECK(std::isfinite(s.tpot(ask::p99).high.value()));  // every slot is busy, no longer
    CHECK(s.request_throughput().low < 0.99 * s.request_throughput().value);
}

TEST_CASE("a long run's ranges are those of its first requests") {
    simulation_options t = at_rate(20.0, 1.5 * static_cast<double>(ask::range_requests));
    t.deployed.prompt = length::uniform(10, 30);
    t.deployed.output = length::uniform(2, 6);
    std::uint64_t heard = 0;
    const simulated s = run(t, {.on_request = [&](const simulation::request_record&) { ++heard; }});
    CHECK(heard == s.result.sent);  // the runs of the range tell nobody
    REQUIRE(s.range);
    REQUIRE(s.range->first);
    CHECK(s.range->first->sent == ask::range_requests);
    CHECK(s.range->slow.sent == ask::range_requests);
    t.requests = static_cast<double>(ask::range_requests);
    const simulated alone = run(t);
    CHECK_FALSE(alone.range->first);
    CHECK(alone.result.ttft.mean() == s.range->first->ttft.mean());
    CHECK(alone.result.ttft.count() == s.range->first->ttft.count());
    CHECK(ratio(alone.ttft(ask::p99)) == approx(ratio(s.ttft(ask::p99))).epsilon(1e-3));
    CHECK(s.ttft(mean).value == s.result.ttft.mean());
}

TEST_CASE("without an answer there is no range; traces, conversations and pools have one") {
    simulation_options none = at_rate(1.0, 10);
    none.blocks = 1.0;
    const simulated rejected = run(none);
    CHECK(rejected.result.rejected == 10);
    CHECK_FALSE(rejected.range);
    CHECK(rejected.request_throughput().high == rejected.request_throughput().value);

    simulation_options replay;
    replay.trace.records = {{.sent = 0.0, .prompt = 100, .output = 10}, {.sent = 0.25, .prompt = 300, .output = 20}};
    replay.trace_name = "two";
    const simulated two = run(replay);  // alone in turn: passes and frontend are all there is
    REQUIRE(two.range);
    CHECK(ratio(two.tpot(mean)) == approx(two.range->factor()).epsilon(1e-9));
    replay.trace.records[1].sent = 0.0;
    CHECK(run(replay).request_throughput().high.value() > 0.0);

    simulation_options turns = at_rate(0.5, 200);
    turns.turns = length(3.0);
    turns.think = 2.0;
    CHECK(ratio(run(turns).tpot(mean)) > 1.0);
    simulation_options pools = at_rate(4.0, 300);
    pools.deployed.prefill_replicas = pools.deployed.decode_replicas = 1;
    pools.deployed.transfer = 50.0;
    CHECK(ratio(run(pools).tpot(mean)) > 1.0);
}
