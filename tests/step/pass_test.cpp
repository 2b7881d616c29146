// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/hardware/catalog.hpp>
#include <gambrel/model/catalog.hpp>
#include <gambrel/roofline/calibration/defaults.hpp>
#include <gambrel/runtime/catalog.hpp>
#include <gambrel/step/feasibility.hpp>
#include <gambrel/step/operator_table.hpp>
#include <gambrel/step/timed_step.hpp>

using namespace gambrel;
using namespace gambrel::literals;

namespace {
const device<>& h100 = device_named("h100-sxm");
const calibration<> constants = default_calibration(h100);
const precision bf16{.weights = linear_layers_in(formats::bf16)};
constexpr runtime<> free_host{.name = "free"};
constexpr runtime<> slow_host{.name = "slow",
                              .host = {.per_step = {1_ms, given_by_user},
                                       .per_plan = {2_ms, given_by_user},
                                       .per_kernel = {8_us, given_by_user},
                                       .per_sequence = {3_us, given_by_user},
                                       .per_eager_kernel = {50_us, given_by_user}}};

/// `r` whose steps all start in the same way.
runtime<> started(runtime<> r, graph_use use) {
    r.graphs = {.decode = use, .prompts = use, .prompt_tokens = 1e9};
    return r;
}
double sum_of_classes(const pass_time<>& t) {
    double sum = 0;
    for (std::size_t i = 0; i < cost_class_count; ++i) sum += t.by_class(i).value();
    return sum;
}
double sum_of_bounds(const pass_time<>& t) {
    double sum = 0;
    for (std::size_t i = 0; i < bound_count; ++i) sum += t.by_bound(static_cast<bound>(i)).value();
    return sum;
}
}  // namespace

TEST_CASE("classes and bounds each add up to the pass, for every model") {
    const roof<> r(h100, constants);
    const step_shape shapes[] = {step_shape::decode(1, 100),
                                 step_shape::decode(64, 4000),
                                 step_shape::prefill(2, 1000),
                                 {.decodes = 30, .context = 900, .prompts = 1, .prompt_tokens = 512}};
    for (const architecture* m : all_models)
        for (const parallelism cut : {parallelism{}, {.tensor = 4}, {.tensor = 2, .pipeline = 2}}) {
            if (!check_parallelism(*m, cut).ok()) continue;
            INFO(m->name.view(), ", tp ", cut.tensor);
            for (const step_shape& shape : shapes)
                for (const graph_use use : {graph_use::whole, graph_use::pieces, graph_use::none}) {
                    const pass_time<> t = time_pass({*m, cut, bf16}, shape, r, started(slow_host, use));
                    CHECK(sum_of_classes(t) == approx(t.total().value()).epsilon(1e-12));
                    CHECK(sum_of_bounds(t) == approx(t.total().value()).epsilon(1e-12));
                }
        }
}

TEST_CASE("the pass is the sum of its operator table") {
    const roof<> r(h100, constants);
    const pass_inputs terms{catalog::deepseek_v3, {.tensor = 8}, bf16};
    const step_shape shape = step_shape::decode(32, 3000);
    seconds<> total{};
    flop<> work{};
    bytes<> traffic{};
    for (const auto& row : operators_of(terms, shape, r)) {
        total += row.total();
        work += row.asked.work * row.asked.repeats;
        traffic += row.asked.traffic() * row.asked.repeats;
    }
    const pass_time<> t = time_pass(terms, shape, r, free_host);
    CHECK(t.total().value() == approx(total.value()));
    CHECK(t.work().value() == approx(work.value()));
    CHECK(t.traffic().value() == approx(traffic.value()));
}

TEST_CASE("every model's table has room") {
    const roof<> r(h100, constants);
    const step_shape shape{.decodes = 3, .context = 10, .prompts = 1, .prompt_tokens = 10};
    for (const architecture* m : all_models)
        CHECK(operators_of({*m, {.tensor = 1, .pipeline = 2}, bf16}, shape, r).size > 3);
}

TEST_CASE("the host adds its times once per step, kernel and sequence") {
    const roof<> r(h100, constants);
    const pass_inputs terms{catalog::llama_3_8b, {}, bf16};
    const step_shape shape{.decodes = 10, .context = 100, .prompts = 2, .prompt_tokens = 50};
    const pass_time<> bare = time_pass(terms, shape, r, free_host),
                      t = time_pass(terms, shape, r, started(slow_host, graph_use::whole));
    // 13 kernels a layer of Llama with prompts beside decodes (tests/operators/kernels_test.cpp), embedding, head.
    const seconds<> host = 1_ms + 2_ms + (32 * 13 + 2) * 8_us + 12 * 3_us;
    CHECK(t.total().value() == approx((bare.total() + host).value()));
    CHECK(t.by_class(host_class).value() == approx(host.value()));
    CHECK(t.by_bound(bound::host).value() == approx(host.value()));
}

TEST_CASE("without a graph a pass is never shorter than its launches") {
    const roof<> r(h100, constants);
    const pass_inputs terms{catalog::llama_3_8b, {}, bf16};
    const auto pass = [&](const step_shape& shape, graph_use use) {
        return time_pass(terms, shape, r, started(slow_host, use));
    };
    const step_shape small = step_shape::decode(1, 10), large = step_shape::prefill(4, 8192);
    const pass_time<> captured = pass(small, graph_use::whole), eager = pass(small, graph_use::none),
                      pieces = pass(small, graph_use::pieces);
    const seconds<> host = captured.by_class(host_class);
    const seconds<> launches = 50_us * captured.kernels();
    REQUIRE(captured.total() < launches);
    CHECK(eager.total().value() == approx((launches + host).value()));
    CHECK(eager.by_bound(bound::launch) > captured.by_bound(bound::launch));
    // From graphs of pieces: two launches for each of 32 layers, here more than the kernels take.
    const seconds<> device = captured.total() - host;
    CHECK(pieces.total().value() == approx((larger(device.value(), 2 * 32 * 50e-6) + host.value())));
    CHECK(pass(large, graph_use::none).total() == pass(large, graph_use::whole).total());
}

TEST_CASE("a graph serves steps of prompts up to the tokens it was captured for") {
    constexpr graph_capture piecewise{.prompts = graph_use::pieces, .prompt_tokens = 512};
    static_assert(piecewise.of(0, 4000) == graph_use::whole);
    static_assert(piecewise.of(1, 512) == graph_use::pieces);
    static_assert(piecewise.of(1, 513) == graph_use::none);
    const roof<> r(h100, constants);
    const pass_inputs terms{catalog::llama_3_2_1b, {}, bf16};
    runtime<> software = slow_host;
    software.graphs = piecewise;
    // Of 16 layers: at most 32 launches beside 208 kernels and more.
    const double within = time_pass(terms, step_shape::prefill(1, 512), r, software).by_bound(bound::launch).value();
    const double beyond = time_pass(terms, step_shape::prefill(1, 513), r, software).by_bound(bound::launch).value();
    CHECK(beyond > 2 * within);
}

// pass = max(kernels, planning) + per_step where steps are planned ahead, their sum where they are not.
TEST_CASE("planning is hidden under the step before where steps are planned ahead") {
    const roof<> r(h100, constants);
    const pass_inputs terms{catalog::llama_3_8b, {}, bf16};
    const step_shape shape = step_shape::decode(100, 500);
    runtime<> software = started(slow_host, graph_use::whole), ahead = software;
    ahead.scheduling.async_scheduling = true;
    const double planning = 2e-3 + 100 * 3e-6, total = time_pass(terms, shape, r, software).total().value();
    const double kernels = total - planning - 1e-3;
    REQUIRE(kernels > planning);
    CHECK(time_pass(terms, shape, r, ahead).total().value() == approx(kernels + 1e-3));
    ahead.host.per_plan = {50_ms, given_by_user};  // longer than the kernels: the device waits for the plan
    CHECK(time_pass(terms, shape, r, ahead).total().value() == approx(50e-3 + 100 * 3e-6 + 1e-3));
}

// 1000 decodes at 100 us a message: 100 ms, by one process and one token a message.
TEST_CASE("a step is not shorter than its tokens take to be streamed") {
    const roof<> r(h100, constants);
    const pass_inputs terms{catalog::llama_3_2_1b, {}, bf16};
    runtime<> software = started(slow_host, graph_use::whole);
    software.host.per_message = {100_us, given_by_user};
    const auto seconds = [&](const step_shape& shape) { return time_pass(terms, shape, r, software).total().value(); };
    const double of_engine =
        time_pass(terms, step_shape::decode(1000, 50), r, started(slow_host, graph_use::whole)).total().value();
    REQUIRE(of_engine < 0.1);
    CHECK(seconds(step_shape::decode(1000, 50)) == approx(0.1));
    software.frontend.stream_interval = 4;
    CHECK(seconds(step_shape::decode(1000, 50)) == approx(larger(0.025, of_engine)));
    software.frontend = {.processes = 100};
    CHECK(seconds(step_shape::decode(1000, 50)) == approx(of_engine));
}

TEST_CASE("the deviation of a pass: one law adds up, independent laws add in square") {
    calibration<> c = constants;
    for (auto& l : c.gemm) l.sigma = 0.2;
    for (auto& l : c.experts) l.sigma = 0;
    c.state.sigma = c.elementwise.sigma = c.collective.ring.sigma = c.collective.direct.sigma = 0;
    for (auto& l : c.attention) l.product.sigma = 0;
    const roof<> r(h100, c);
    const pass_inputs terms{catalog::llama_3_8b, {}, bf16};
    const pass_time<> t = time_pass(terms, step_shape::decode(8, 1000), r, free_host);
    CHECK(t.sigma() == approx(0.2 * (t.by_class(operator_class::gemm) / t.total())));

    c.law(attention_kernel::decode).product.sigma = 0.3;
    const roof<> both(h100, c);
    const pass_time<> u = time_pass(terms, step_shape::decode(8, 1000), both, free_host);
    const double gemm = 0.2 * u.by_class(operator_class::gemm).value(),
                 attention = 0.3 * u.by_class(operator_class::decode_attention).value();
    CHECK(u.sigma() == approx(std::sqrt(gemm * gemm + attention * attention) / u.total().value()));
}

TEST_CASE("a weighted mean of passes is linear in all its parts") {
    const roof<> r(h100, constants);
    const pass_inputs terms{catalog::llama_3_8b, {.tensor = 2}, bf16};
    const pass_time<> a = time_pass(terms, step_shape::decode(8, 1000), r, slow_host),
                      b = time_pass(terms, step_shape::prefill(1, 1000), r, slow_host);
    pass_time<> mean = a;
    mean.add(b, 0.25);
    CHECK(mean.total().value() == approx((a.total() + 0.25 * b.total()).value()));
    CHECK(sum_of_classes(mean) == approx(mean.total().value()));
    CHECK(sum_of_bounds(mean) == approx(mean.total().value()));
    CHECK(mean.work().value() == approx(a.work().value() + 0.25 * b.work().value()));
    pass_time<> same = a;
    same.add(a, 3);
    CHECK(same.sigma() == approx(a.sigma()));
}

TEST_CASE("two micro-batches hide the smaller of exchange and the rest, and read the weights twice") {
    const device<>& d = device_named("h200-sxm");
    const calibration<> c = default_calibration(d, kernel_library::sglang);
    const roof<> r(d, c);
    const precision fp8 = precision_in(formats::fp8);
    parallelism cut{.data = 64, .expert = 64, .exchange = expert_exchange::per_expert};
    const step_shape whole = step_shape::decode(256, 4000);
    const auto shares = [&](const step_shape& s) {  // exchange, all others
        std::array<double, 2> t{};
        for_each_operation({catalog::deepseek_v3, cut, fp8}, s, [&](const operation& op) {
            t[is_exchange(op.message) ? 0 : 1] += time_in_pass(op, r, catalog::sglang).total.value() * op.repeats;
        });
        return t;
    };
    const auto time = [&](const step_shape& s) {
        const pass_inputs terms{catalog::deepseek_v3, cut, fp8};
        runtime<> bare = catalog::sglang;
        bare.host = {};
        return time_pass(terms, s, r, bare).total().value();
    };
    const auto [exchange, others] = shares(whole);
    CHECK(time(whole) == approx(exchange + others));
    const auto [half_exchange, half_others] = shares(whole.half());
    cut.two_batches = true;
    CHECK(time(whole) == approx(2 * std::max(half_exchange, half_others)));
    CHECK(time(whole) < exchange + others);
    CHECK(time(whole) > others);  // weights are read for each half
    CHECK(time(step_shape::decode(1, 4000)) == approx([&] {
              const auto [a, b] = shares(step_shape::decode(1, 4000));
              return a + b;
          }()));
    cut.exchange = expert_exchange::gather;  // collectives are not hidden
    const double gathered = time(whole);
    cut.two_batches = false;
    CHECK(gathered == time(whole));
}

TEST_CASE("the half of a load is the load of the half of its shape") {
    for (const pass_load& l :
         {pass_load{.decodes = 10,
         .context = 5000,
         .prompts = 4,
         .prompt_tokens = 800,
         .prompt_pairs = 4 * (200 * 100 + 200 * 201 / 2),
         .finishing = 2},
          pass_load{.prompts = 1, .prompt_tokens = 512, .prompt_pairs = 512 * 513 / 2, .finishing = 1}}) {
        const step_shape a = shape_of(l.half()), b = shape_of(l).half();
        CHECK(a.decodes == b.decodes);
        CHECK(a.context == approx(b.context));
        CHECK(a.prompts == b.prompts);
        CHECK(a.prompt_tokens == b.prompt_tokens);
        CHECK(a.prompt_past == approx(b.prompt_past));
        CHECK(a.finishing == b.finishing);
    }
}

TEST_CASE("frontends for each attention copy stream for it alone, one for all of them streams for all") {
    frontend_policy f{.processes = 2, .stream_interval = 5};
    CHECK(messages_of(f, 100, 8) == 100 * 8 / (2 * 5.0));
    f.per_copy = true;
    CHECK(messages_of(f, 100, 8) == 100 / (2 * 5.0));
    CHECK(messages_of(f, 100, 1) == 100 / (2 * 5.0));
    CHECK(catalog::vllm.frontend.per_copy);
    CHECK_FALSE(catalog::vllm_0_11.frontend.per_copy);
}
