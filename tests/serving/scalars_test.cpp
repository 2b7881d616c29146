// SPDX-License-Identifier: Apache-2.0
// The same kernel on other scalars: derivatives against central differences of the double kernel, intervals around it.
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/hardware/catalog.hpp>
#include <gambrel/model/catalog.hpp>
#include <gambrel/numeric/dual.hpp>
#include <gambrel/numeric/interval.hpp>
#include <gambrel/runtime/catalog.hpp>
#include <gambrel/serving/predict.hpp>

using namespace gambrel;

namespace {
using two = dual<2>;
const device<>& h100 = device_named("h100-sxm");
const architecture& llama = catalog::llama_3_1_8b;
const precision bf16{.weights = linear_layers_in(formats::bf16)};
const workload load{.prompt = 1500, .output = 200, .concurrency = 40};

device<> with(double bandwidth, double peak) {
    device<> d = h100;
    d.memory.bandwidth.value = make<byte_rate<>>(bandwidth);
    d.peak.bf16.value = make<flop_rate<>>(peak);
    return d;
}
device<two> with_slopes() {
    device<two> d = as<two>(h100);
    d.memory.bandwidth.value = make<byte_rate<two>>(variable<2>(h100.memory.bandwidth.value.value(), 0));
    d.peak.bf16.value = make<flop_rate<two>>(variable<2>(h100.peak.bf16.value.value(), 1));
    return d;
}
/// Central difference of f at x, over a thousandth of x either way, its error of third order removed.
template <class F> double slope(const F& f, double x) {
    const auto at = [&](double h) { return (f(x + h) - f(x - h)) / (2 * h); };
    return (4 * at(5e-4 * x) - at(1e-3 * x)) / 3;
}
}  // namespace

TEST_CASE("derivatives of a pass with respect to bandwidth and peak") {
    const calibration<> c = default_calibration(h100);
    const calibration<two> c2 = as<two>(c);
    const runtime<two> r2 = as<two>(catalog::vllm);
    const device<two> d2 = with_slopes();
    const roof<two> sloped(d2, c2);
    const double bandwidth = h100.memory.bandwidth.value.value(), peak = h100.peak.bf16.value.value();
    for (const architecture* m : {&llama, &catalog::deepseek_v3, &catalog::nemotron_h_8b})
        for (const step_shape& shape :
             {step_shape::decode(40, 1600), step_shape::prefill(2, 1500),
              step_shape{.decodes = 30, .context = 900, .prompts = 1, .prompt_tokens = 700}}) {
            INFO(m->name.view());
            const pass_inputs terms{*m, {.tensor = 2}, bf16};
            const two t = time_pass(terms, shape, sloped, r2).total().value();
            const auto at = [&](double b, double p) {
                const device<> d = with(b, p);
                return time_pass(terms, shape, roof<>(d, c), catalog::vllm).total().value();
            };
            CHECK(t.value == approx(at(bandwidth, peak)).epsilon(1e-14));
            CHECK(t.slope[0] == approx(slope([&](double b) { return at(b, peak); }, bandwidth)).epsilon(1e-6));
            CHECK(t.slope[1] == approx(slope([&](double p) { return at(bandwidth, p); }, peak)).epsilon(1e-6));
        }
}

TEST_CASE("derivatives of a prediction") {
    const runtime<two> r2 = as<two>(catalog::vllm);
    const device<two> d2 = with_slopes();
    const deployment<two> sloped{llama, d2, r2, {}, bf16};
    const prediction<two> p2 = predict(sloped, load);
    REQUIRE(p2.ok());
    const double bandwidth = h100.memory.bandwidth.value.value(), peak = h100.peak.bf16.value.value();
    const auto at = [&](double b, double p) {
        const device<> d = with(b, p);
        return predict(deployment<>{llama, d, catalog::vllm, {}, bf16}, load);
    };
    const prediction<> p = at(bandwidth, peak);
    const auto check = [&](const two& x, const auto& member) {
        CHECK(x.value == approx(member(p)).epsilon(1e-14));
        CHECK(x.slope[0] == approx(slope([&](double b) { return member(at(b, peak)); }, bandwidth)).epsilon(1e-6));
        CHECK(x.slope[1] == approx(slope([&](double f) { return member(at(bandwidth, f)); }, peak)).epsilon(1e-6));
    };
    check(p2.tpot.value.value(), [](const prediction<>& q) { return q.tpot.value.value(); });
    check(p2.ttft.value.value(), [](const prediction<>& q) { return q.ttft.value.value(); });
    check(p2.output_throughput.value.value(), [](const prediction<>& q) { return q.output_throughput.value.value(); });
    check(p2.mfu, [](const prediction<>& q) { return q.mfu; });
}

// Burst, first round and drain of a benchmark, and clients that wait for a slot.
TEST_CASE("derivatives of a benchmark's rate") {
    const double bandwidth = h100.memory.bandwidth.value.value(), peak = h100.peak.bf16.value.value();
    const runtime<two> r2 = as<two>(catalog::vllm);
    const device<two> d2 = with_slopes();
    const deployment<two> sloped{llama, d2, r2, {}, bf16};
    for (const double clients : {32.0, 2000.0}) {
        CAPTURE(clients);
        workload w{.prompt = 1024, .output = length::uniform(128, 384), .concurrency = clients};
        w.protocol = protocol::serving_benchmark();
        const auto rate = [&](double b, double p) {
            const device<> d = with(b, p);
            return predict(deployment<>{llama, d, catalog::vllm, {}, bf16}, w).request_throughput.value.value();
        };
        const two x = predict(sloped, w).request_throughput.value.value();
        CHECK(x.value == approx(rate(bandwidth, peak)).epsilon(1e-14));
        CHECK(x.slope[0] == approx(slope([&](double b) { return rate(b, peak); }, bandwidth)).epsilon(1e-6));
        CHECK(x.slope[1] == approx(slope([&](double p) { return rate(bandwidth, p); }, peak)).epsilon(1e-6));
    }
}

TEST_CASE("an interval holds every prediction between its ends") {
    device<interval> wide = as<interval>(h100);
    const double bandwidth = h100.memory.bandwidth.value.value(), peak = h100.peak.bf16.value.value();
    wide.memory.bandwidth.value = make<byte_rate<interval>>(interval(0.9 * bandwidth, 1.1 * bandwidth));
    wide.peak.bf16.value = make<flop_rate<interval>>(interval(0.8 * peak, 1.1 * peak));
    const runtime<interval> r = as<interval>(catalog::vllm);
    const prediction<interval> p = predict(deployment<interval>{llama, wide, r, {}, bf16}, load);
    REQUIRE(p.ok());
    for (const double b : {0.9, 0.95, 1.0, 1.1})
        for (const double f : {0.8, 0.9, 1.0, 1.1}) {
            const device<> d = with(b * bandwidth, f * peak);
            const prediction<> q = predict(deployment<>{llama, d, catalog::vllm, {}, bf16}, load);
            CAPTURE(b);
            CAPTURE(f);
            CHECK(p.decode.total().value().contains(q.decode.total().value()));
            CHECK(p.prefill.total().value().contains(q.prefill.total().value()));
            CHECK(p.tpot.value.value().contains(q.tpot.value.value()));
            CHECK(p.ttft.value.value().contains(q.ttft.value.value()));
            CHECK(p.output_throughput.value.value().contains(q.output_throughput.value.value()));
        }
}

TEST_CASE("an interval without width stays narrow") {
    const device<interval> exact = as<interval>(h100);
    const runtime<interval> r = as<interval>(catalog::vllm);
    const interval t = predict(deployment<interval>{llama, exact, r, {}, bf16}, load).tpot.value.value();
    const double x = predict(deployment<>{llama, h100, catalog::vllm, {}, bf16}, load).tpot.value.value();
    CHECK(t.contains(x));
    CHECK(t.high - t.low < 1e-9 * x);
}
