// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <cmath>
#include <gambrel/serving/arrival_pattern.hpp>

using namespace gambrel;

namespace {
workload benchmark(const length& output, double rounds) {
    workload w{.prompt = length::uniform_below(1024, 0.8), .output = output, .concurrency = 64};
    w.protocol = {.burst_start = true, .prompts_per_client = rounds};
    return w;
}
/// The header's equation, wave by wave.
double by_sum(const length& output, double rounds, double passes) {
    double sum = 0;
    for (double w = 1; w < rounds; ++w)
        sum += output.mean() / (2 * std::sqrt(3.14159265358979323846 * (w * output.variance() + passes * passes / 12)));
    return std::max(1.0, sum / (rounds - 1));
}
}  // namespace

TEST_CASE("the integral over waves follows the sum") {
    for (const double rounds : {3.0, 5.0, 10.0, 50.0})
        for (const double passes : {0.0, 8.0, 60.0, 400.0}) {
            const length o = length::uniform_below(1024, 0.8);
            INFO(rounds, " requests each, ", passes, " passes");
            // The midpoint rule of 1/sqrt(w) is 5 % short of the sum's first terms at worst.
            CHECK(pattern_of(benchmark(o, rounds), passes).burstiness ==
                  approx(by_sum(o, rounds, passes)).epsilon(0.05));
        }
}

TEST_CASE("mixed lengths and slow bursts spread requests; an endless run and an open loop are even") {
    const auto at = [](double low, double passes) {
        return pattern_of(benchmark(length::uniform(low, 1024), 10), passes).burstiness;
    };
    CHECK(at(1000, 0) > at(800, 0));
    CHECK(at(800, 0) > at(400, 0));
    CHECK(at(1000, 0) > at(1000, 200));
    CHECK(pattern_of(benchmark(length::log_normal(1024, 2.0), 10), 0).burstiness == 1.0);
    CHECK(pattern_of(benchmark(length::uniform_below(1024, 0.8), 0), 10).burstiness == 1.0);
    workload open = benchmark(length::uniform_below(1024, 0.8), 10);
    open.rate = requests_per_second(1.0);
    CHECK(pattern_of(open, 10).burstiness == 1.0);
    CHECK(pattern_of(open, 10).open);
}

TEST_CASE(
    "fixed lengths that start at once are in step; fixed outputs with mixed prompts are parted by the burst alone") {
    workload w = benchmark(1024.0, 10);
    CHECK_FALSE(pattern_of(w, 10).lock_step);  // prompts differ
    CHECK(pattern_of(w, 12).burstiness == approx(1024 / (2 * std::sqrt(3.14159265358979323846 * 12))));
    w.prompt = 1024.0;
    CHECK(pattern_of(w, 10).lock_step);
}
