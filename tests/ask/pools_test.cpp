// SPDX-License-Identifier: Apache-2.0
// Two pools as people state them, in every question.
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/ask/bound_load_question.hpp>
#include <gambrel/ask/bound_simulation.hpp>
#include <gambrel/report/json/load_json.hpp>

using namespace gambrel;
using namespace gambrel::ask;

namespace {
template <class Asked = bound_question, class Options = prediction_options>
Asked of(const Options& t, std::string_view runtime = "vllm") {
    return {std::make_shared<const architecture>(model_named("llama-3.1-70b")),
            std::make_shared<const device<>>(device_named("h100-sxm")),
            std::make_shared<const gambrel::runtime<>>(runtime_named(runtime)), t};
}
prediction_options two(int prefill, int decode) {
    prediction_options t;
    t.tensor = 4;
    t.prompt = 2048.0;
    t.prefill_replicas = prefill;
    t.decode_replicas = decode;
    return t;
}
void refused(const prediction_options& t, const char* part) {
    CHECK_THROWS_WITH_AS(of(t), doctest::Contains(part), error);
}
}  // namespace

TEST_CASE("sizes, cuts and link are as stated; the network is the link where nobody says") {
    prediction_options t = two(2, 3);
    t.prefill_tensor = 8;
    const bound_question b = of(t);
    const pools& p = b.question.pools;
    CHECK(p.prefill_replicas == 2);
    CHECK(p.prefill_cut.tensor == 8);
    CHECK(p.devices(b.question.what.cut) == 2 * 8 + 3 * 4);
    CHECK(p.link.channels == 2);
    CHECK(p.link.bandwidth.value() ==
          approx(8 * b.question.what.device.scale_out.per_direction.value.value()).epsilon(1e-12));
    REQUIRE(b.question.notes.size() == 1);
    CHECK(b.question.notes[0].find("state transfer_gb_per_s") != std::string::npos);
    t.transfer = 25.0;
    const bound_question stated = of(t);
    CHECK(stated.question.pools.link.bandwidth.value() == approx(25e9));
    CHECK(stated.question.pools.link.channels == 1);
    CHECK(stated.question.notes.empty());
    CHECK_FALSE(of(prediction_options{}).question.pools.on());
}

TEST_CASE("contradictions name what was stated and what to do") {
    refused(two(2, 0), "prefill_replicas is 2 and decode_replicas 0");
    refused(two(0, 1), "two pools need one replica each");
    prediction_options t;
    t.transfer = 25.0;
    refused(t, "transfer_gb_per_s 25 is stated and there is one pool");
    t.transfer.reset();
    t.prefill_tensor = 2;
    refused(t, "a cut of prefill replicas is stated");
    t = two(1, 1);
    t.replicas = 2;
    refused(t, "replicas is 2, copies of one pool");
    t = two(1, 1);
    t.batch = 8.0;
    refused(t, "one static batch of 8 has no pools");
    t = two(1, 1);
    t.protocol = "benchmark";
    CHECK_THROWS_WITH_AS(answered(of(t).question), doctest::Contains("simulate it"), error);
}

TEST_CASE("predict, serve and simulate agree on pools; devices and cost are of both") {
    for (const char* runtime : {"vllm", "sglang"}) {
        CAPTURE(runtime);
        load_options l;
        l.deployed = two(2, 2);
        l.deployed.prefill_tensor = 8;
        l.deployed.rate = 2.0;
        l.routing = "in-turn";  // as the simulator does by itself
        const bound_load_question q = of<bound_load_question>(l, runtime);
        const load_answer served = answered(q.question);
        REQUIRE(served.ok());
        REQUIRE(served.distributions);
        const bound_question one = of(l.deployed, runtime);
        const answer mean = answered(one.question);
        REQUIRE(mean.ok());
        CHECK(mean.predicted.devices == 24);
        CHECK(mean.cost.has_value());
        CHECK_FALSE(mean.energy.has_value());
        simulation_options s;
        s.deployed = l.deployed;
        s.requests = 4000;
        const ask::simulated run = of<bound_simulation>(s, runtime).run({});
        REQUIRE(run.known());
        const simulation::summary& r = run.result;
        CHECK(served.load.value.tpot.mean().value() == approx(mean.predicted.tpot.value.value()).epsilon(0.02));
        CHECK(served.load.value.tpot.mean().value() == approx(r.tpot.mean().value()).epsilon(0.03));
        CHECK(served.load.value.tpot.quantile(0.99).value() == approx(r.tpot.p99().value()).epsilon(0.08));
        CHECK(served.load.value.ttft.mean().value() == approx(r.ttft.mean().value()).epsilon(0.12));
        CHECK(served.load.value.ttft.quantile(0.99).value() == approx(r.ttft.p99().value()).epsilon(0.2));
        CHECK(served.load.value.latency.mean().value() == approx(r.latency.mean().value()).epsilon(0.03));
        const auto j = report::as_json(q.question, served);
        CHECK(j["inputs"]["devices"] == 24);
        CHECK(j["inputs"]["pools"]["prefill"]["tp"] == 8);
    }
}

TEST_CASE("clients over pools, pools sized for a rate, and a rate beyond them") {
    load_options l;
    l.deployed = two(1, 1);
    l.deployed.concurrency = 16.0;
    const load_answer clients = answered(of<bound_load_question>(l).question);
    REQUIRE(clients.ok());
    CHECK(clients.load.value.rate.value() == approx(16.0 / clients.load.value.latency.mean().value()).epsilon(0.02));
    l.deployed.concurrency.reset();
    l.size_for = 20.0;
    const bound_load_question sized = of<bound_load_question>(l);
    const load_answer a = answered(sized.question);
    REQUIRE(a.replicas.has_value());
    CHECK(a.replicas->value > 1);
    CHECK(devices_of(sized.question.what, a.cut.replicas) == 8 * a.replicas->value);
    l.size_for.reset();
    l.deployed.rate = 1000.0;
    const load_answer over = answered(of<bound_load_question>(l).question);
    CHECK_FALSE(over.ok());
}
