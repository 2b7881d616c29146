// SPDX-License-Identifier: Apache-2.0
// Start-up logs as evidence: what is short for a suspect, what is ample against it.
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/diagnosis/diagnosis.hpp>
#include <gambrel/diagnosis/start_indications.hpp>
#include <gambrel/hardware/catalog.hpp>
#include <gambrel/model/catalog.hpp>
#include <gambrel/runtime/catalog.hpp>

using namespace gambrel;

namespace {
const device<>& board = catalog::h100_sxm;
const deployment<>& server() {
    static const deployment<> d{catalog::llama_3_1_8b, board, catalog::vllm};
    return d;
}
workload load(double clients) {
    workload w{.prompt = 2048.0, .output = 256.0};
    w.concurrency = clients;
    return w;
}
/// A file that shows what `p` says.
observation file_of(const prediction<>& p, double clients) {
    observation o{.where = "a.json", .prompt = 2048.0, .output = 256.0, .clients = clients};
    o.figures = {{"ttft_mean", p.ttft.value.value()},
                 {"tpot_mean", p.tpot.value.value()},
                 {"request_throughput", p.request_throughput.value.value()}};
    return o;
}
/// The diagnosis of a server that was predicted to run as `what` and runs as `slow`, with a log.
diagnosis with_log(const deployment<>& what, const prediction<>& slow, double clients, const start_log& log) {
    observation o = file_of(slow, clients);
    o.start = log;
    const workload w = load(clients);
    const prediction<> p = predict(what, w);
    std::vector<examined_run> runs{{what, w, p, indications_of(o, w, p)}};
    for (const indication& i : indications_of(log, runs.front())) runs.front().seen.push_back(i);
    return diagnose(runs, {o});
}
const weighed_suspect& of(const diagnosis& d, suspect s) {
    for (const weighed_suspect& each : d.suspects.all)
        if (each.which == s) return each;
    FAIL("not weighed");
    return d.suspects.all.front();
}
prediction<> with_slots(double slots, double clients) {
    runtime<> r = catalog::vllm;
    r.scheduling.most_sequences = slots;
    return predict(deployment<>{catalog::llama_3_1_8b, board, r}, load(clients));
}
}  // namespace

TEST_CASE("room for four requests of 64 is the cache's fault, by as much as the log says") {
    const prediction<> p = predict(server(), load(64.0));
    start_log l{.server = "vllm"};
    l.kv_tokens = 9360.0;
    const examined_run run{server(), load(64.0), p, {}};
    const double holds = *printed_holds(l, p.memory);
    // tokens over those of a request, each as long as it is on average: between its prompt and its whole
    CHECK(holds > 9360.0 / (2048.0 + 256.0));
    CHECK(holds < 9360.0 / 2048.0);
    const auto seen = indications_of(l, run);
    REQUIRE(seen.size() == 1);
    CHECK(seen.front().what == indicator::cache_holds);
    CHECK(seen.front().measured == holds);
    CHECK(std::exp(expected(seen.front(), p, load(64.0), 1.0)) == approx(64.0));  // the law has ample room

    const diagnosis d = with_log(server(), with_slots(std::floor(holds), 64.0), 64.0, l);
    CHECK(d.conclusion == conclusion::cause);
    CHECK(d.suspects.all.front().which == suspect::cache_room);
    CHECK(d.suspects.all.front().x == approx(64.0 / holds));  // beyond the usual range
    CHECK(d.suspects.all.front().misfit < 1.0);
    REQUIRE(d.use.front());
    CHECK(d.use.front()->mbu < 1.0);  // of the passes that run
    // The same file without a log contradicts its prediction of 64 at once.
    observation alone = file_of(with_slots(std::floor(holds), 64.0), 64.0);
    CHECK(diagnose({{server(), load(64.0), p, indications_of(alone, load(64.0), p)}}, {alone}).conclusion ==
          conclusion::contradictory);
}

TEST_CASE("ample room and slots speak against what is short of them, and for neither where both are as asked") {
    const prediction<> slow = with_slots(24.0, 64.0);
    start_log few{.server = "vllm"}, ample{.server = "vllm"}, slots{.server = "vllm"};
    ample.kv_tokens = 400e3;
    slots.slots = 24.0;
    const diagnosis without = with_log(server(), slow, 64.0, few);
    CHECK(of(without, suspect::slots).weight + of(without, suspect::cache_room).weight > 0.8);
    const diagnosis roomy = with_log(server(), slow, 64.0, ample);
    CHECK(of(roomy, suspect::cache_room).weight < 0.02);
    CHECK(roomy.suspects.all.front().which == suspect::slots);
    const diagnosis said = with_log(server(), slow, 64.0, slots);
    CHECK(said.suspects.all.front().which == suspect::slots);
    CHECK(said.suspects.all.front().x == approx(64.0 / 24.0).epsilon(0.15));
    // As predicted, with a log that agrees: nothing is wrong.
    const diagnosis well = with_log(server(), predict(server(), load(64.0)), 64.0, ample);
    CHECK(well.conclusion == conclusion::within_range);
    for (const compared_number& c : well.compared) CHECK_FALSE(is_of_start(c.seen.what));
}

TEST_CASE("graphs that were captured clear the suspect that has none, and a log without them names it") {
    runtime<> r = catalog::vllm;
    r.graphs = {.decode = graph_use::none};
    const prediction<> slow = predict(deployment<>{catalog::llama_3_1_8b, board, r}, load(4.0));
    start_log silent{.server = "vllm"}, captured{.server = "vllm"}, eager{.server = "vllm"};
    captured.captured = true;
    eager.eager = true;
    const double before = of(with_log(server(), slow, 4.0, silent), suspect::eager).weight;
    CHECK(of(with_log(server(), slow, 4.0, captured), suspect::eager).weight < 0.5 * before);
    CHECK(of(with_log(server(), slow, 4.0, eager), suspect::eager).weight > before);
}

TEST_CASE("a log alone suspects nothing; one that says nothing gives no evidence") {
    start_log l{.server = "vllm"};
    l.kv_tokens = 9360.0;
    observation o{.where = "startup.log"};
    o.start = l;
    const prediction<> p = predict(server(), load(64.0));
    std::vector<examined_run> runs{{server(), load(64.0), p, {}}};
    for (const indication& i : indications_of(l, runs.front())) runs.front().seen.push_back(i);
    const diagnosis d = diagnose(runs, {o});
    CHECK(d.conclusion == conclusion::no_run);
    CHECK(d.suspects.all.empty());
    CHECK(indications_of(start_log{}, runs.front()).empty());
    start_log none{.server = "vllm"};
    none.kv_tokens = 0.0;
    none.slots = 0.0;
    for (const indication& i : indications_of(none, runs.front())) CHECK(i.measured > 0.0);  // its logarithm is taken
}
