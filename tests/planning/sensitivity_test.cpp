// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/hardware/catalog.hpp>
#include <gambrel/model/catalog.hpp>
#include <gambrel/planning/sensitivity.hpp>
#include <gambrel/runtime/catalog.hpp>

using namespace gambrel;

namespace {
template <class Q> void times(sourced<Q>& figure, double f) {
    if (figure.known()) figure.value = figure.value * f;
}
void change(device<>& d, runtime<>& r, varied_input which, double f) {
    switch (which) {
        case varied_input::bandwidth: return times(d.memory.bandwidth, f);
        case varied_input::peak:
            for (auto* p : {&d.peak.fp64, &d.peak.fp32, &d.peak.tf32, &d.peak.bf16, &d.peak.fp16, &d.peak.fp8,
                            &d.peak.fp6, &d.peak.fp4, &d.peak.int8, &d.peak.int4})
                times(*p, f);
            return;
        case varied_input::link: return times(d.scale_up.per_direction, f);
        case varied_input::power: return times(d.power.limit, f);
        case varied_input::host:
            for (auto* t :
                 {&r.host.per_step, &r.host.per_plan, &r.host.per_kernel, &r.host.per_sequence, &r.host.per_request,
                  &r.host.per_prompt_token, &r.host.per_message, &r.host.per_eager_kernel})
                times(*t, f);
            return;
        default: return;
    }
}
}  // namespace

TEST_CASE("elasticities to hardware and host are the central differences of predict") {
    struct {
        const char *model, *device, *runtime;
        int tensor;
        double clients;
    } cases[] = {{"llama-3.1-70b", "h100-sxm", "vllm", 4, 1},
                 {"llama-3.1-70b", "h100-sxm", "vllm", 4, 48},
                 {"llama-3.1-8b", "a100-sxm-80", "sglang", 1, 16},
                 {"gpt-oss-120b", "h200-sxm", "vllm", 2, 32},
                 {"llama-3.1-8b", "l40s", "vllm", 2, 8}};
    for (const auto& c : cases) {
        const architecture& m = model_named(c.model);
        const device<>& d = device_named(c.device);
        const runtime<>& r = runtime_named(c.runtime);
        const deployment<> setup{m, d, r, {.tensor = c.tensor}};
        const workload w{.prompt = 2048, .output = 256, .concurrency = c.clients};
        const auto e = elasticities_of(setup, w);
        for (std::size_t i = 0; i < 5; ++i) {
            const auto which = static_cast<varied_input>(i);
            const auto figures = [&](double f) {
                device<> board = d;
                runtime<> software = r;
                change(board, software, which, f);
                const deployment<> other(m, board, software, {.tensor = c.tensor}, setup.formats, setup.constants);
                const prediction<> p = predict(other, w);
                return std::array{std::log(p.ttft.value.value()), std::log(p.tpot.value.value()),
                                  std::log(p.output_throughput.value.value())};
            };
            constexpr double h = 1e-5;
            const auto low = figures(1 - h), high = figures(1 + h);
            const std::array<double, 3> found{e[i].ttft, e[i].tpot, e[i].output};
            CAPTURE(c.model);
            CAPTURE(c.clients);
            CAPTURE(name_of(which));
            for (std::size_t k = 0; k < 3; ++k)
                CHECK(std::abs(found[k] - (high[k] - low[k]) / (std::log1p(h) - std::log1p(-h))) < 2e-6);
        }
    }
}

TEST_CASE("signs: more of the machine never slows a request, longer work never shortens it") {
    const deployment<> setup{
        model_named("llama-3.1-70b"), device_named("h100-sxm"), runtime_named("vllm"), {.tensor = 4}};
    for (const double clients : {1.0, 16.0, 100.0}) {
        const auto e = elasticities_of(setup, {.prompt = 1500, .output = 200, .concurrency = clients});
        for (const varied_input more :
             {varied_input::bandwidth, varied_input::peak, varied_input::link, varied_input::power}) {
            CHECK(e[static_cast<std::size_t>(more)].latency <= 1e-12);
            CHECK(e[static_cast<std::size_t>(more)].output >= -1e-12);
            CHECK(e[static_cast<std::size_t>(more)].latency >= -1.0);
        }
        CHECK(e[static_cast<std::size_t>(varied_input::host)].latency >= 0.0);
        CHECK(e[static_cast<std::size_t>(varied_input::prompt)].ttft > 0.0);
        CHECK(e[static_cast<std::size_t>(varied_input::output)].latency > 0.2);
    }
    // one client: decode is the weights over the bandwidth, for the greater part
    const auto lone = elasticities_of(setup, {.prompt = 512, .output = 512});
    CHECK(lone[0].tpot < -0.6);
    CHECK(std::abs(lone[1].tpot) < 0.1);
    CHECK_THROWS_AS(elasticities_of({model_named("llama-3.1-405b"), device_named("l4"), runtime_named("vllm")}, {}),
                    error);
}
