// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/model/catalog.hpp>
#include <gambrel/serving/request_shape.hpp>

using namespace gambrel;

namespace {
request_shape shape_of(const length& output) {
    return {workload{.prompt = 1000, .output = output}, scheduling{}, catalog::llama_3_1_8b};
}
/// Mean context of a running decode by counting: over 100,000 requests, each of the steps of each.
double counted_context(double prompt, const length& output) {
    constexpr int requests = 100'000;
    double contexts = 0.0, steps = 0.0;
    for (int i = 0; i < requests; ++i) {
        const double tokens = output.quantile((i + 0.5) / requests);
        contexts += tokens * (prompt + 0.5 * tokens);
        steps += tokens;
    }
    return contexts / steps;
}
}  // namespace

// A request of twice the output is met at twice as many steps, and its context is longer.
TEST_CASE("the context of a running decode: longer outputs are met more often") {
    CHECK(shape_of(300).context == 1150);
    for (const length& output : {length::uniform(0, 600), length::uniform(200, 400), length::log_normal(300, 1.0)}) {
        CAPTURE(output.variance());
        CHECK(shape_of(output).context == approx(counted_context(1000, output)).epsilon(2e-3));
    }
    // Uniform from 0: two thirds of the longest instead of a half.
    CHECK(shape_of(length::uniform(0, 600)).context == approx(1000 + 600.0 / 3));
}
