// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <cmath>
#include <gambrel/hardware/catalog.hpp>
#include <gambrel/model/catalog.hpp>
#include <gambrel/numeric/normal.hpp>
#include <gambrel/runtime/catalog.hpp>
#include <gambrel/serving/predict.hpp>

using namespace gambrel;

namespace {
/// A pass of these seconds in experts and beside them, under laws of this deviation.
pass_time<> pass_of(double experts, double others, double sigma) {
    const auto seconds = [](double s) { return seconds_of(s); };
    pass_time<> p;
    p.add({.kind = operator_class::experts}, {.total = seconds(experts), .memory = seconds(experts), .sigma = sigma});
    p.add({.kind = operator_class::gemm}, {.total = seconds(others), .memory = seconds(others), .sigma = sigma});
    return p;
}
runtime<> with_step_sigma(double sigma) {
    runtime<> r = catalog::vllm;
    r.step_sigma = sigma;
    return r;
}
}  // namespace

TEST_CASE("the deviation of a pass: laws, steps, and the routing of the share that experts take") {
    CHECK(deviation_of(pass_of(0, 1, 0), with_step_sigma(0)) == 0);
    CHECK(deviation_of(pass_of(0, 1, 0), with_step_sigma(0.05)) == approx(0.05));
    CHECK(deviation_of(pass_of(0, 1, 0.12), with_step_sigma(0.05)) == approx(0.13));
    // routing_sigma where experts are all of a pass; a third of it counts for a third.
    CHECK(routing_sigma > 0.0);
    CHECK(deviation_of(pass_of(1, 0, 0), with_step_sigma(0)) == approx(routing_sigma));
    CHECK(deviation_of(pass_of(1, 2, 0), with_step_sigma(0)) == approx(routing_sigma / 3));
    CHECK(deviation_of(pass_of(1, 0, 0), with_step_sigma(4.0 / 3 * routing_sigma)) == approx(5.0 / 3 * routing_sigma));
    // Two laws of one deviation are independent: 0.1 sqrt(1/4 + 1/4).
    CHECK(deviation_of(pass_of(1, 1, 0.1), with_step_sigma(0)) ==
          approx(std::hypot(0.1 / std::sqrt(2.0), routing_sigma / 2)));
}

TEST_CASE("80 % ranges: TTFT has a deviation beside its passes', latency that in TTFT's share") {
    const deployment<> d{catalog::mixtral_8x7b, device_named("h100-sxm"), catalog::vllm, {.tensor = 4}};
    const prediction<> p = predict(d, {.prompt = 2000, .output = 200, .concurrency = 32});
    REQUIRE(p.ok());
    constexpr double z = 1.2815515655446004;  // 90 % of a normal lie below
    const auto width = [](const auto& f) { return std::log(f.high / f.value) / z; };
    CHECK(p.mean_step.by_class(operator_class::experts).value() > 0.2 * p.mean_step.total().value());
    const double step = deviation_of(p.mean_step, d.runtime), first = deviation_of(p.first_token, d.runtime);
    CHECK(width(p.tpot) == approx(step));
    CHECK(ttft_sigma > 0.0);
    CHECK(width(p.ttft) == approx(std::hypot(first, ttft_sigma)));
    const double share = p.ttft.value / p.latency.value;
    pass_time<> whole = p.first_token;
    whole.add(p.mean_step, 199);
    CHECK(width(p.latency) == approx(std::hypot(deviation_of(whole, d.runtime), ttft_sigma * share)));
}
