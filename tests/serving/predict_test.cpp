// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <cmath>
#include <gambrel/hardware/catalog.hpp>
#include <gambrel/model/catalog.hpp>
#include <gambrel/runtime/catalog.hpp>
#include <gambrel/serving/static_batch.hpp>
#include <serving/numbers.hpp>

using namespace gambrel;
using namespace gambrel::literals;

namespace {
const device<>& h100 = device_named("h100-sxm");
/// Mixed batching, one prompt per pass, nothing spent outside the passes but a frontend of 10 ms.
constexpr runtime<> plain_runtime{
    .name = "plain",
    .scheduling = {.token_budget = 8192, .most_sequences = 512, .prompts_per_step = 1},
    .host = {.per_step = {1_ms, given_by_user}, .per_request = {10_ms, given_by_user}},
    .memory = {.fraction = 0.9, .block_tokens = 16},
};
const precision fp8{.weights = linear_layers_in(formats::fp8), .kv = formats::fp8};
const deployment<> llama{catalog::llama_3_1_70b, h100, plain_runtime, {.tensor = 4}, fp8};
workload closed(double prompt, double output, double clients) {
    return {.prompt = prompt, .output = output, .concurrency = clients};
}
double of(const seconds<>& t) { return t.value(); }
}  // namespace

TEST_CASE("closed loop: clients = throughput x latency, waiting ones and bursts included") {
    for (const runtime<>* r : all_runtimes)
        for (const double clients : {1.0, 2.0, 64.0, 700.0, 5000.0})
            for (const bool burst : {false, true}) {
                const deployment<> d{catalog::llama_3_1_8b, h100, *r, {}, {.weights = linear_layers_in(formats::bf16)}};
                workload w = closed(1024, 256, clients);
                if (burst) w.protocol = protocol::serving_benchmark();
                const prediction<> p = predict(d, w);
                if (!p.ok()) continue;
                INFO(r->name.view(), " at ", clients);
                // A benchmark's mean latency has the first round in it, in which clients wait for half of those before them.
                const double served = of(p.latency.value) / (1.0 + p.waiting / p.running * (burst ? 0.95 : 1.0));
                CHECK(p.request_throughput.value.value() * served == approx(p.running).epsilon(1e-12));
                CHECK(p.output_throughput.value.value() == approx(256 * p.request_throughput.value.value()));
                CHECK(p.total_throughput.value.value() == approx(1280 * p.request_throughput.value.value()));
                CHECK(p.running + p.waiting == approx(clients));
            }
}

TEST_CASE("latency is TTFT and the further tokens; users see 1 / TPOT") {
    const prediction<> p = predict(llama, closed(2048, 300, 64));
    REQUIRE(p.ok());
    CHECK(of(p.latency.value) == approx(of(p.ttft.value) + 299 * of(p.tpot.value)));
    CHECK(p.output_per_user.value.value() == approx(1 / of(p.tpot.value)));
    CHECK(p.output_per_device.value.value() == approx(p.output_throughput.value.value() / 4));
    CHECK(p.running == 64);
    CHECK(p.waiting == 0);
}

TEST_CASE("a single user: TPOT is the decode pass, TTFT the prefill and the frontend") {
    const prediction<> p = predict(llama, closed(512, 100000, 1));
    REQUIRE(p.ok());
    CHECK(of(p.tpot.value) == approx(of(p.decode.total())));
    CHECK(of(p.ttft.value) == approx(0.010 + of(p.prefill.total())));
    const roof<> r(h100, llama.constants);
    const pass_time<> prefill = time_pass({llama.model, llama.cut, fp8}, step_shape::prefill(1, 512), r, plain_runtime);
    const pass_time<> decode =
        time_pass({llama.model, llama.cut, fp8}, step_shape::decode(1, 512 + 50000), r, plain_runtime);
    CHECK(of(p.prefill.total()) == approx(of(prefill.total())));
    CHECK(of(p.decode.total()) == approx(of(decode.total())));
}

/// Passes a prompt waits, by bisection of q = z r^2 / (2 (1 - r)), r = others z / (own + q).
double queue_by_bisection(double others, double z, double own) {
    double low = std::max(0.0, others * z - own), high = low + others * z + 1;
    for (int i = 0; i < 200; ++i) {
        const double q = 0.5 * (low + high), r = others * z / (own + q);
        (r >= 1 || z * r * r / (2 * (1 - r)) > q ? low : high) = q;
    }
    return high;
}

TEST_CASE("mixed batching by hand at 64 clients") {
    // A request decodes 256 passes, prefills one and waits q; meanwhile the prompts of the 63 others pass by.
    const prediction<> p = predict(llama, closed(2048, 256, 64));
    REQUIRE(p.ok());
    const roof<> r(h100, llama.constants);
    const pass_inputs terms{llama.model, llama.cut, fp8};
    const double queue = queue_by_bisection(63, 1, 257), cycle = 257 + queue, decodes = 1 + 63 * 256 / cycle;
    CHECK(p.batch == approx(decodes));
    CHECK(p.queued == approx(64 * queue / cycle));
    const double decode = of(time_pass(terms, step_shape::decode(decodes, 2048 + 128), r, plain_runtime).total());
    const double with =
        of(time_pass(terms,
                     {.decodes = std::min(decodes, 63.0), .context = 2048 + 128, .prompts = 1, .prompt_tokens = 2048},
                     r, plain_runtime)
               .total());
    // Every other client's prompt is met once a cycle: while waiting, under way at the boundary, or while decoding.
    const double x = 63 / cycle, met = (63 - queue - 63.0 / 64 * x) / 256;
    CHECK(of(p.tpot.value) == approx(decode + met * (with - decode)));
    // After a completion the frontend takes 10 ms; the pass it then falls into carries a prompt x times.
    const double boundary = (x * with + (1 - x) * decode) * (1 - std::pow(1 - x, 0.010 / decode + 0.5)) / x;
    CHECK(of(p.ttft.value) == approx(0.010 + (1 + queue) * with + 63.0 / 64 * (boundary - 0.010)));
    // A request takes (with - decode) for its prompt and a share of 256 decode passes for its output.
    CHECK(p.prompt_share == approx((with - decode) / (with - decode + 256 / decodes * decode)));
}

TEST_CASE("prefill-first by hand: decodes stand still while prompts run") {
    runtime<> first = plain_runtime;
    first.scheduling.batching = batching::prefill_first;
    const deployment<> d{llama.model, h100, first, {.tensor = 4}, fp8};
    const prediction<> p = predict(d, closed(2048, 256, 64));
    const roof<> r(h100, llama.constants);
    const pass_inputs terms{llama.model, llama.cut, fp8};
    const seconds<> decode = time_pass(terms, step_shape::decode(64, 2048 + 128), r, first).total();
    const seconds<> prompts = time_pass(terms, step_shape::prefill(1, 2048), r, first).total();
    // The prompts of 63 others in 256 decode passes; one of them, if any, is under way when the request comes.
    const double met = 63.0 / 256, busy = met / (1 + met);
    CHECK(of(p.tpot.value) == approx(of(decode) + (63.0 - 63.0 / 64 * busy) / 256 * of(prompts)));
}

TEST_CASE("a long prompt is spread over passes and its pieces add up") {
    const prediction<> p = predict(llama, closed(20000, 256, 1));
    REQUIRE(p.ok());
    CHECK(p.prefill_passes == 3);  // 8191 tokens a pass beside one decode
    const roof<> r(h100, llama.constants);
    const double piece = 20000 / 3.0;
    pass_time<> middle =
        time_pass({llama.model, llama.cut, fp8},
                  {.prompts = 1, .prompt_tokens = piece, .prompt_past = piece, .finishing = 1 / 3.0}, r, plain_runtime);
    middle.hold(llama.constants.clock, p.decode.demand());  // its own decodes were before it
    CHECK(of(p.ttft.value) == approx(0.010 + 3 * of(middle.total())));
}

TEST_CASE("a cached prefix is not computed again, but attended to") {
    workload w = closed(4096, 256, 1);
    const prediction<> cold = predict(llama, w);
    w.prefix_hit = 0.75;
    const prediction<> warm = predict(llama, w);
    const roof<> r(h100, llama.constants);
    const pass_time<> rest =
        time_pass({llama.model, llama.cut, fp8}, step_shape::prefill(1, 1024, 3072), r, plain_runtime);
    CHECK(of(warm.ttft.value) == approx(0.010 + of(rest.total())));
    CHECK(warm.ttft.value < cold.ttft.value);
    CHECK(warm.decode.total() == cold.decode.total());
}

TEST_CASE("requests beyond slots or memory wait, and Little's law still holds") {
    runtime<> few = plain_runtime;
    few.scheduling.most_sequences = 16;
    const deployment<> d{llama.model, h100, few, {.tensor = 4}, fp8};
    const prediction<> full = predict(d, closed(1024, 256, 16)), over = predict(d, closed(1024, 256, 64));
    REQUIRE(over.ok());
    CHECK(over.running == 16);
    CHECK(over.waiting == 48);
    CHECK(over.batch == full.batch);
    CHECK(over.tpot.value == full.tpot.value);
    CHECK(over.request_throughput.value.value() == approx(full.request_throughput.value.value()));
    CHECK(of(over.latency.value) == approx(4 * of(full.latency.value)));
    CHECK(of(over.ttft.value - full.ttft.value) == approx(3 * of(full.latency.value)));

    device<> small = h100;
    small.memory.capacity.value = 40_GB;
    const deployment<> starved{llama.model, small, plain_runtime, {.tensor = 4}, fp8};
    const prediction<> p = predict(starved, closed(8192, 1024, 400));
    REQUIRE(p.ok());
    CHECK(p.running == math::floor(p.memory.most_sequences));
    CHECK(p.running < 400);
    CHECK(p.waiting == approx(400 - p.running));
}

TEST_CASE("more clients than fill every pass wait for their prefill, and throughput stays where it is") {
    // One prompt a pass and 32 tokens each: the passes of 32 others' prompts fill a request's own. Beyond, q grows.
    const prediction<> some = predict(llama, closed(1024, 32, 66)), many = predict(llama, closed(1024, 32, 330));
    REQUIRE(many.ok());
    const double cycle = 33 + queue_by_bisection(329, 1, 33);
    CHECK(cycle == approx(329).epsilon(0.01));  // one request a pass
    CHECK(many.queued == approx(330 * (cycle - 33) / cycle));
    CHECK(many.waiting == 0);
    CHECK(many.batch == approx(33).epsilon(0.01));
    CHECK(of(many.tpot.value) == approx(of(many.prefill.total())).epsilon(0.02));
    CHECK(many.request_throughput.value.value() == approx(1 / of(many.prefill.total())).epsilon(0.02));
    CHECK(some.request_throughput.value.value() == approx(many.request_throughput.value.value()).epsilon(0.03));
}

TEST_CASE("time spent waiting is as uncertain as the latency it is made of") {
    runtime<> few = plain_runtime;
    few.scheduling.most_sequences = 16;
    const deployment<> d{llama.model, h100, few, {.tensor = 4}, fp8};
    const prediction<> full = predict(d, closed(1024, 256, 16)), over = predict(d, closed(1024, 256, 64));
    CHECK(over.latency.high / over.latency.value >= approx(full.latency.high / full.latency.value).epsilon(0.02));
}

TEST_CASE("replicas and attention groups share the clients") {
    const prediction<> one = predict(llama, closed(1024, 256, 32));
    const deployment<> twice{llama.model, h100, plain_runtime, {.tensor = 4, .replicas = 2}, fp8};
    const prediction<> two = predict(twice, closed(1024, 256, 64));
    CHECK(of(two.tpot.value) == of(one.tpot.value));
    CHECK(two.request_throughput.value.value() == approx(2 * one.request_throughput.value.value()));
    CHECK(two.output_per_device.value.value() == approx(one.output_per_device.value.value()));
    CHECK(two.running == 64);
    const prediction<> lonely = predict(twice, closed(1024, 256, 1));
    CHECK(lonely.running == 1);
    CHECK(lonely.request_throughput.value.value() * of(lonely.latency.value) == approx(1));
}

TEST_CASE("pipeline stages work on different sequences at once") {
    const architecture& m = catalog::llama_3_1_8b;
    const precision bf16{.weights = linear_layers_in(formats::bf16)};
    const deployment<> stages{m, h100, plain_runtime, {.pipeline = 4}, bf16};
    const prediction<> p = predict(stages, closed(1024, 256, 64));
    CHECK(p.batch == approx(1 + 15 * 256.0 / 257).epsilon(1e-3));  // 16 requests, one pass of each a prefill
    const roof<> r(h100, stages.constants);
    CHECK(of(p.decode.total()) ==
          approx(of(time_pass({m, stages.cut, bf16}, step_shape::decode(p.batch, 1152), r, plain_runtime).total())));
    CHECK(p.mfu <= 1);
    CHECK(p.mbu <= 1);
}

TEST_CASE("the opening burst of a benchmark, by hand") {
    // 64 clients, prompts of 2048, one prompt a pass: the burst waits 1 ... 64 passes and is a tenth of the requests.
    workload w = closed(2048, 256, 64);
    w.output = length::uniform(0, 512);  // long and short ones: no clumps after the burst
    const prediction<> steady = predict(llama, w);
    w.protocol = protocol::serving_benchmark();
    const prediction<> burst = predict(llama, w);
    const roof<> r(h100, llama.constants);
    const pass_inputs terms{llama.model, llama.cut, fp8};
    step_shape one = step_shape::prefill(1, 2048);
    one.decodes = 31.5;
    one.context = 2048;
    const double pass = of(time_pass(terms, one, r, plain_runtime).total());
    REQUIRE(pattern_of(w, 64).burstiness == 1.0);
    CHECK(of(burst.ttft.value) == approx(0.9 * of(steady.ttft.value) + 0.1 * (0.010 + pass * 65 / 2)));
    CHECK(burst.tpot.value == steady.tpot.value);

    // 8192 tokens a pass: 4 prompts, 16 passes.
    runtime<> packed = plain_runtime;
    packed.scheduling.prompts_per_step = 0;
    const deployment<> d{llama.model, h100, packed, {.tensor = 4}, fp8};
    step_shape four = step_shape::prefill(4, 2048);
    four.decodes = 30;
    four.context = 2048;
    const double full = of(time_pass(terms, four, r, packed).total());
    const double share = 0.1 * (0.010 + full * 17 / 2);
    w.protocol = protocol::steady_state();
    const double before = of(predict(d, w).ttft.value);
    w.protocol = protocol::serving_benchmark();
    CHECK(of(predict(d, w).ttft.value) == approx(0.9 * before + share));
    w.protocol.reported = statistic::median;
    CHECK(of(predict(d, w).ttft.value) == approx(before));
}

TEST_CASE("requests that end close together find the next pass taken") {
    workload even = closed(2048, 256, 64), clumped = even;
    even.output = length::uniform(0, 512);
    clumped.output = length::uniform(250, 262);
    for (workload* w : {&even, &clumped}) w->protocol = {true, 10.0, statistic::median};
    CHECK(predict(llama, clumped).ttft.value > predict(llama, even).ttft.value);
}

TEST_CASE("clients in step, by hand: every request meets every other's prompt") {
    // Prefill-first, 16 clients of 2048 tokens, one prompt a pass: all 16 prompts before anybody decodes.
    runtime<> first = plain_runtime;
    first.scheduling.batching = batching::prefill_first;
    const deployment<> d{llama.model, h100, first, {.tensor = 4}, fp8};
    workload w = closed(2048, 256, 16);
    w.protocol = {.burst_start = true};
    const prediction<> p = predict(d, w);
    REQUIRE(p.ok());
    const roof<> r(h100, llama.constants);
    const pass_inputs terms{llama.model, llama.cut, fp8};
    const double decode = of(time_pass(terms, step_shape::decode(16, 2176), r, first).total());
    const double prompt = of(time_pass(terms, step_shape::prefill(1, 2048), r, first).total());
    CHECK(of(p.ttft.value) == approx(0.010 + prompt * 17 / 2));
    CHECK(of(p.tpot.value) == approx(decode + 7.5 / 255 * prompt));
    // Mixed lengths drift apart: then only the opening burst is met, by a tenth of the requests.
    w.output = length::uniform(200, 312);
    w.protocol = protocol::serving_benchmark();
    CHECK(predict(d, w).ttft.value < p.ttft.value);
}

TEST_CASE("under mixed batching fixed lengths are staggered: full passes follow each other") {
    workload w = closed(2048, 256, 16);
    w.protocol = {.burst_start = true};
    const prediction<> p = predict(llama, w);
    REQUIRE(p.ok());
    const roof<> r(h100, llama.constants);
    const pass_inputs terms{llama.model, llama.cut, fp8};
    const double decodes = 1 + 15 * 256.0 / 257;
    const double decode = of(time_pass(terms, step_shape::decode(decodes, 2176), r, plain_runtime).total());
    const double with =
        of(time_pass(terms, {.decodes = std::min(decodes, 15.0), .context = 2176, .prompts = 1, .prompt_tokens = 2048},
                     r, plain_runtime)
               .total());
    const double y = 15.0 / 16;  // all but the first find the pass of those before them under way
    const double boundary = (y * with + (1 - y) * decode) * (1 - std::pow(1 - y, 0.010 / decode + 0.5)) / y;
    CHECK(of(p.ttft.value) == approx(0.010 + with + 15.0 / 16 * (boundary - 0.010)));
    CHECK(of(p.tpot.value) == approx(decode + (15 - 15.0 / 16 * y) / 256 * (with - decode)));
    // Few enough for one pass: in step, whatever the batching.
    runtime<> packed = plain_runtime;
    packed.scheduling.prompts_per_step = 0;
    const deployment<> d{llama.model, h100, packed, {.tensor = 4}, fp8};
    w.concurrency = 4;
    const double four = of(time_pass(terms, step_shape::prefill(4, 2048), r, packed).total());
    CHECK(of(predict(d, w).ttft.value) == approx(0.010 + four).epsilon(1e-3));  // the budget is shared with 2 decodes
}

TEST_CASE("a fixed batch prefills everybody at once and then decodes undisturbed") {
    runtime<> batch = plain_runtime;
    batch.scheduling.batching = batching::fixed_batch;
    const deployment<> d{llama.model, h100, batch, {.tensor = 4}, fp8};
    const prediction<> loop = predict(d, closed(512, 256, 8)), once = predict_static_batch(d, 512, 256, 8);
    CHECK(of(loop.tpot.value) == approx(of(once.tpot.value)));
    CHECK(of(loop.ttft.value) == approx(of(once.ttft.value)));
}

TEST_CASE("an open loop decodes as the closed loop with as many clients, and waits for the pass at a random time") {
    for (const double clients : {1.0, 3.0, 20.0, 100.0, 250.0}) {
        const prediction<> loop = predict(llama, closed(1024, 256, clients));
        REQUIRE(loop.ok());
        workload w = closed(1024, 256, 1);
        w.rate = loop.request_throughput.value;
        const prediction<> open = predict(llama, w);
        REQUIRE(open.ok());
        CAPTURE(clients);
        CHECK(open.running == approx(w.rate.value() * of(open.latency.value)).epsilon(1e-6));
        CHECK(open.running == approx(clients).epsilon(0.05));
        CHECK(of(open.tpot.value) == approx(of(loop.tpot.value)).epsilon(0.01));
        CHECK(open.request_throughput.value == w.rate);
        CHECK(open.waiting == 0);
    }
    // By hand: the rest of the pass under way is E[S^2] / (2 E[S]) of the two kinds of passes.
    workload w = closed(2048, 256, 1);
    w.rate = 4_req_per_s;
    const prediction<> p = predict(llama, w);
    REQUIRE(p.ok());
    const double n = p.running, queue = queue_by_bisection(n - 1, 1, 257), x = (n - 1) / (257 + queue);
    const double step = of(p.decode.total()), with = of(p.prefill.total());
    const double rest = (x * with * with + (1 - x) * step * step) / (2 * (x * with + (1 - x) * step));
    CHECK(of(p.ttft.value) == approx(0.010 + (1 + queue) * with + (n - 1) / n * rest));
}

TEST_CASE("an almost idle open loop has the latency of an empty engine, and Little's law") {
    const prediction<> alone = predict(llama, closed(1024, 256, 1));
    for (const double busy : {0.5, 0.1, 0.001}) {
        workload w = closed(1024, 256, 1);
        w.rate = alone.request_throughput.value * busy;
        const prediction<> p = predict(llama, w);
        REQUIRE(p.ok());
        CAPTURE(busy);
        CHECK(of(p.latency.value) == approx(of(alone.latency.value)));
        CHECK(p.running == approx(w.rate.value() * of(p.latency.value)).epsilon(1e-6));
    }
}

TEST_CASE("beyond what it can serve an open loop is unstable, and says from which rate on") {
    workload w = closed(1024, 256, 1);
    w.rate = 1e6_req_per_s;
    const prediction<> p = predict(llama, w);
    CHECK(p.verdict.what == obstacle::unstable);
    CHECK(p.verdict.have == 1e6);
    REQUIRE(p.verdict.limit > 0);
    w.rate = requests_per_second(p.verdict.limit * 0.999);
    CHECK(predict(llama, w).ok());
    w.rate = requests_per_second(p.verdict.limit * 1.001);
    CHECK(predict(llama, w).verdict.what == obstacle::unstable);
    const prediction<> full = predict(llama, closed(1024, 256, 512));
    CHECK(p.verdict.limit == approx(full.request_throughput.value.value()).epsilon(0.01));
}

TEST_CASE("a request that cannot be held whole does not fit, even if its mean context does") {
    // On-demand admission holds the mean context, but a single request must still reach its end.
    const architecture& m = catalog::llama_3_1_8b;
    const precision bf16{.weights = linear_layers_in(formats::bf16)};
    runtime<> r = plain_runtime;
    r.scheduling.admission = admission::on_demand;
    device<> d = h100;
    const memory_fit needs = fit_memory(m, d, r, {}, bf16, 30000);
    // Room for a request of 30,000 tokens, half of it: a few deviations from either end of what is asked.
    d = with_capacity(d, needs.weights + needs.besides() + needs.kv_allocated);
    d.memory.visible = bytes<>((needs.weights + needs.besides() + needs.kv_allocated) / 0.9);
    const deployment<> tight{m, d, r, {}, bf16};
    CHECK(predict(tight, closed(5000, 10000, 4)).memory.start.what == starts::fits);
    CHECK(predict(tight, closed(10000, 20000, 4)).memory.start.what == starts::may_not);
    CHECK(predict(tight, closed(20000, 40000, 4)).verdict.what == obstacle::does_not_fit);
}

TEST_CASE("MFU and MBU are shares") {
    for (const char* name : {"h100-sxm", "b200-sxm", "mi300x", "rtx-4090", "l4"})
        for (const architecture* m : {&catalog::gpt_oss_20b, &catalog::llama_3_1_8b, &catalog::qwen3_30b_a3b}) {
            const deployment<> d{*m, device_named(name), catalog::vllm, {}};
            for (const double clients : {1.0, 256.0}) {
                const prediction<> p = predict(d, closed(8000, 16, clients));
                if (!p.ok()) continue;
                INFO(name, " ", m->name.view());
                CHECK(p.mfu > 0);
                CHECK(p.mfu < 1);
                CHECK(p.mbu > 0);
                CHECK(p.mbu < 1);
                CHECK(p.utilisation > 0);
                CHECK(p.utilisation <= 1);
            }
        }
}

TEST_CASE("MFU counts each flop against the peak of the multiply that it is done in") {
    // gpt-oss: experts in fp4, the rest in 16 bit, whose peak is a quarter.
    const deployment<> d{catalog::gpt_oss_120b, device_named("b200-sxm"), catalog::vllm, {}};
    const prediction<> p = predict(d, closed(1000, 16, 64));
    REQUIRE(p.ok());
    CHECK(p.mfu == approx(p.mean_step.at_peak() / p.mean_step.total()));
    const double all_in_fp4 = p.mean_step.work() / (p.mean_step.total() * *d.device.peak.fp4);
    CHECK(p.mfu > 1.2 * all_in_fp4);
    CHECK(p.mfu < 4.0 * all_in_fp4);
}

TEST_CASE("what cannot be is a result without NaN or infinity") {
    device<> tiny = h100;
    tiny = with_capacity(tiny, bytes<>(10_GB));
    const deployment<> no_room{llama.model, tiny, plain_runtime, {.tensor = 4}, fp8};
    const deployment<> no_heads{llama.model, h100, plain_runtime, {.tensor = 3}, fp8};
    const deployment<> no_format{llama.model, device_named("a100-sxm-80"), plain_runtime, {.tensor = 4}, fp8};
    workload rush = closed(1024, 256, 1);
    rush.rate = 1e6_req_per_s;
    struct {
        prediction<> p;
        obstacle what;
    } cases[] = {{predict(no_room, closed(1024, 256, 8)), obstacle::does_not_fit},
                 {predict_static_batch(no_room, 1024, 256, 8), obstacle::does_not_fit},
                 {predict_static_batch(llama, 100000, 20000, 1000), obstacle::does_not_fit},
                 {predict(no_heads, closed(1024, 256, 8)), obstacle::heads_not_divisible},
                 {predict(no_format, closed(1024, 256, 8)), obstacle::format_not_on_device},
                 {predict(llama, rush), obstacle::unstable}};
    for (const auto& c : cases) {
        CHECK(c.p.verdict.what == c.what);
        for (const auto& number : numbers_of(c.p)) {
            INFO(number.first);
            CHECK(math::is_finite(number.second));
        }
    }
    CHECK(cases[0].p.verdict.shortfall > 0_B);
    CHECK(cases[2].p.verdict.suggestion > 0);
    CHECK(predict_static_batch(llama, 100000, 20000, cases[2].p.verdict.suggestion).ok());
}

TEST_CASE("bad workloads throw an error that names the value") {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    CHECK_THROWS_WITH_AS(predict(llama, closed(1024, 256, 0)), doctest::Contains("concurrency"), error);
    CHECK_THROWS_WITH_AS(predict(llama, closed(1024, 256, nan)), doctest::Contains("concurrency"), error);
    CHECK_THROWS_WITH_AS(predict(llama, closed(0, 256, 1)), doctest::Contains("prompt"), error);
    CHECK_THROWS_WITH_AS(predict(llama, closed(1024, 0.1, 1)), doctest::Contains("output"), error);
    CHECK_THROWS_AS(predict(llama, closed(nan, 256, 1)), error);
    CHECK_THROWS_AS(predict(llama, closed(-5, 256, 1)), error);
    CHECK_THROWS_WITH_AS(predict_static_batch(llama, 1024, 256, 0), doctest::Contains("concurrency"), error);
    workload w = closed(1024, 256, 1);
    w.rate = requests_per_second(-1.0);
    CHECK_THROWS_WITH_AS(predict(llama, w), doctest::Contains("rate"), error);
    w.rate = requests_per_second(0.0);
    w.prefix_hit = 1.5;
    CHECK_THROWS_WITH_AS(predict(llama, w), doctest::Contains("prefix"), error);
}

TEST_CASE("images are prompt tokens and one run of the encoder each") {
    const architecture& gemma = model_named("gemma-3-27b-it");
    const deployment<> d{gemma, h100, plain_runtime, {.tensor = 4}, fp8};
    workload w = closed(500, 100, 1);
    const prediction<> text = predict(d, w);
    w.images = 2;
    const prediction<> seen = predict(d, w);
    REQUIRE(seen.ok());
    w.images = 0;
    w.prompt = 500.0 + 2 * static_cast<double>(gemma.vision.tokens_per_image);
    const prediction<> longer = predict(d, w);
    CHECK(of(seen.decode.total()) == approx(of(longer.decode.total())));
    const roof<> r(h100, d.constants);
    const double encoder = of(r.time(vision_encoder(gemma.vision, 2, 4)).total);
    CHECK(of(seen.prefill.total()) == approx(of(longer.prefill.total()) + encoder));
    CHECK(text.ttft.value < seen.ttft.value);
    workload blind = closed(500, 100, 1);
    blind.images = 1;
    CHECK(predict(llama, blind).verdict.what == obstacle::no_images);
}

TEST_CASE("adapters cost time and memory") {
    const deployment<> with{llama.model,
                            h100,
                            plain_runtime,
                            {.tensor = 4},
                            fp8,
                            llama.constants,
                            {.rank = 64, .on_feed_forward = true, .distinct_in_batch = 16}};
    const prediction<> plain = predict(llama, closed(1024, 256, 32)), adapted = predict(with, closed(1024, 256, 32));
    CHECK(plain.tpot.value < adapted.tpot.value);
    const double bytes_more = 16.0 * 2 * static_cast<double>(parameter_count(with.adapter, llama.model)) / 4;
    CHECK((adapted.memory.weights - plain.memory.weights).value() == approx(bytes_more));
}
