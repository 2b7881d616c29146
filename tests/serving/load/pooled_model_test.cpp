// SPDX-License-Identifier: Apache-2.0
// Two pools of a deployment: against the simulator, and what replicas, cuts and the link do.
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/hardware/catalog.hpp>
#include <gambrel/model/catalog.hpp>
#include <gambrel/operators/drafter.hpp>
#include <gambrel/runtime/catalog.hpp>
#include <gambrel/serving/load/pooled_prediction.hpp>
#include <gambrel/serving/predict.hpp>
#include <gambrel/simulation/run.hpp>

using namespace gambrel;

namespace {
const device<>& h100 = device_named("h100-sxm");
const deployment<> replica{catalog::llama_3_1_8b, h100, catalog::vllm};
const workload lengths{.prompt = length::uniform(1000, 3000), .output = length::uniform(100, 300)};

pools of(int prefill, int decode, const parallelism& cut = {}) {
    pools p{prefill, decode, cut};
    p.link = network_between(replica, p);
    return p;
}
workload at_rate(double rate) {
    workload w = lengths;
    w.rate = requests_per_second(rate);
    return w;
}
workload of_clients(double n) {
    workload w = lengths;
    w.concurrency = n;
    return w;
}
simulation::summary simulated(const pools& p, const workload& w, const deployment<>& d = replica,
                              std::uint64_t requests = 20'000) {
    const deployment<> prompts = prefill_of(d, p);
    const pooled_inputs t(d, prompts, w);
    const tabulated_step decode(d.pass_inputs(t.decode.formats), d.roof(), d.runtime, 4096),
        prefill(prompts.pass_inputs(t.prefill.formats), prompts.roof(), d.runtime, 4096);
    simulation::server one = simulation::server_of(d.runtime), two = one;
    two.speculation = d.speculation;
    const simulation::disaggregated<tabulated_step> both{
        .prefill_law = prefill,
        .prefill = one,
        .prefill_replicas = static_cast<std::uint32_t>(p.prefill_replicas),
        .decode_law = decode,
        .decode = two,
        .decode_replicas = static_cast<std::uint32_t>(p.decode_replicas),
        .link = p.link};
    if (w.open_loop())
        return simulation::run(
            both, simulation::open_source(arrivals::poisson(w.rate.value()), w.prompt, w.output, requests, 3),
            {.warm_up = requests / 10, .routing = simulation::routing::random});
    return simulation::run(
        both,
        simulation::closed_source({.clients = static_cast<std::uint32_t>(w.concurrency), .ramp = 3.0}, w.prompt,
                                  w.output, requests, 3),
        {.warm_up = requests / 10});
}
double limit_of(const pools& p) { return predict(replica, p, at_rate(1e6)).verdict.limit; }
}  // namespace

TEST_CASE("an open loop as simulated: TTFT 10 %, TPOT 2 %, latency 3 %") {
    const pools p = of(2, 2);
    for (const double share : {0.1, 0.4, 0.7}) {
        CAPTURE(share);
        const workload w = at_rate(share * limit_of(p));
        const prediction<> a = predict(replica, p, w);
        REQUIRE(a.ok());
        const simulation::summary s = simulated(p, w);
        CHECK(a.ttft.value.value() == approx(s.ttft.mean().value()).epsilon(0.1));
        CHECK(a.tpot.value.value() == approx(s.tpot.mean().value()).epsilon(0.02));
        CHECK(a.latency.value.value() == approx(s.latency.mean().value()).epsilon(0.03));
    }
}

TEST_CASE("a closed loop as simulated: throughput 5 %, TPOT 5 %") {
    const pools p = of(1, 2);
    for (const double clients : {1.0, 8.0, 64.0}) {
        CAPTURE(clients);
        const prediction<> a = predict(replica, p, of_clients(clients));
        REQUIRE(a.ok());
        const simulation::summary s = simulated(p, of_clients(clients), replica, clients == 1.0 ? 1'000 : 10'000);
        CHECK(a.request_throughput.value.value() == approx(s.request_throughput.value()).epsilon(0.05));
        CHECK(a.tpot.value.value() == approx(s.tpot.mean().value()).epsilon(0.05));
    }
}

TEST_CASE("percentiles of TPOT and latency as simulated, with drafts in the decode pool too") {
    deployment<> d = replica;
    const architecture head = drafting_heads(catalog::llama_3_1_8b, drafting::eagle, 3);
    for (const bool drafts : {false, true}) {
        CAPTURE(drafts);
        if (drafts)
            d.speculation = {.drafts = 3, .acceptance = 0.7, .by = drafting::eagle, .drafter = &head, .formats = {}};
        const pools p = of(2, 1);
        const workload w = at_rate(5.0);
        const deployment<> prompts = prefill_of(d, p);
        const pooled_inputs t(d, prompts, w);
        const roof<> decode_roof = d.roof(), prefill_roof = prompts.roof();
        const timed_step outputs(d.pass_inputs(t.decode.formats), decode_roof, d.runtime);
        const pooled_model<timed_step> m(timed_step(prompts.pass_inputs(t.prefill.formats), prefill_roof, d.runtime),
                                         detail::law_of_group(d, t.decode, outputs), t.decode, p, 1.0, w);
        const pooled_point a = m.at(w.rate);
        const simulation::summary s = simulated(p, w, d);
        CHECK(a.load.tpot.quantile(0.5).value() == approx(s.tpot.median().value()).epsilon(0.03));
        CHECK(a.load.tpot.quantile(0.99).value() == approx(s.tpot.p99().value()).epsilon(0.06));
        CHECK(a.latency().quantile(0.99).value() == approx(s.latency.p99().value()).epsilon(0.05));
        CHECK(a.ttft().quantile(0.99).value() == approx(s.ttft.p99().value()).epsilon(0.12));
    }
}

TEST_CASE("more of what binds moves the limit; a wider prefill replica makes TTFT shorter") {
    CHECK(limit_of(of(2, 8)) == approx(2 * limit_of(of(1, 8))).epsilon(1e-6));  // prompts bind
    CHECK(limit_of(of(1, 8)) == approx(limit_of(of(1, 9))).epsilon(1e-6));
    pools slow = of(4, 4);
    slow.link.bandwidth = byte_rate<>::from_value(1e9);
    slow.link.channels = 1;
    // 131,072 bytes a token, 2,000 tokens of a prompt, over 1 GB/s.
    CHECK(limit_of(slow) == approx(1e9 / (131072.0 * 2000)).epsilon(1e-3));
    const prediction<> narrow = predict(replica, of(1, 2), of_clients(1)),
                       wide = predict(replica, of(1, 2, {.tensor = 4}), of_clients(1));
    CHECK(wide.ttft.value < narrow.ttft.value);
    CHECK(narrow.devices == 3);
    CHECK(wide.devices == 6);
    CHECK(wide.output_per_device.value.value() == approx(wide.output_throughput.value.value() / 6));
}

TEST_CASE("TPOT of a decode pool does not see prompts: below that of one pool at equal load of decodes") {
    const prediction<> apart = predict(replica, of(1, 1), of_clients(32)), together = predict(replica, of_clients(32));
    CHECK(apart.tpot.value < together.tpot.value);
    CHECK(apart.request_throughput.value < together.request_throughput.value * 2.0);
}

TEST_CASE("what cannot be says so") {
    const pools p = of(1, 1);
    CHECK(predict(replica, p, at_rate(1e4)).verdict.what == obstacle::unstable);
    deployment<> big{catalog::llama_3_1_405b, h100, catalog::vllm, {.tensor = 8}};
    CHECK(predict(big, p, of_clients(1)).verdict.what == obstacle::does_not_fit);
    const device<> alone = [] {
        device<> d = h100;
        d.scale_out = {};
        return d;
    }();
    const deployment<> without{catalog::llama_3_1_8b, alone, catalog::vllm};
    CHECK_THROWS_WITH_AS(network_between(without, p), doctest::Contains("state the transfer rate"), error);
}
