// SPDX-License-Identifier: Apache-2.0
// What a question to the queueing room costs, on one core.
#include <benchmark/benchmark.h>

#include <cmath>
#include <complex>
#include <gambrel/queueing/batch_service.hpp>
#include <gambrel/queueing/birth_death.hpp>
#include <gambrel/queueing/closed_network.hpp>
#include <gambrel/queueing/deterministic_service.hpp>
#include <gambrel/queueing/erlang.hpp>
#include <gambrel/queueing/general_service.hpp>
#include <gambrel/queueing/inverted_law.hpp>
#include <gambrel/queueing/map_mc.hpp>
#include <gambrel/queueing/map_ph1.hpp>
#include <gambrel/queueing/tail.hpp>
#include <gambrel/queueing/variability.hpp>
#include <vector>

using namespace gambrel::queueing;

namespace {
std::vector<double> servers(int c) {
    std::vector<double> rates;
    for (int k = 1; k <= c; ++k) rates.push_back(k);
    return rates;
}
const auto uniform = [](std::complex<double> s) { return (std::exp(-0.5 * s) - std::exp(-1.5 * s)) / s; };

void erlang_quantile(benchmark::State& state) {
    mmc q{0.9 * static_cast<double>(state.range(0)), 1.0, static_cast<int>(state.range(0))};
    for (auto _ : state) {
        benchmark::DoNotOptimize(q);
        benchmark::DoNotOptimize(q.wait_quantile_s(0.99));
    }
}
BENCHMARK(erlang_quantile)->Arg(1)->Arg(10)->Arg(256);

void whitt_wait(benchmark::State& state) {
    ggc q{9.0, 4.0, 1.0, 0.5, 10};
    for (auto _ : state) {
        benchmark::DoNotOptimize(q);
        benchmark::DoNotOptimize(q.whitt_wait_s());
    }
}
BENCHMARK(whitt_wait);

void batch_response(benchmark::State& state) {
    batch_server q{5.0, 0.1438, 1.8874};
    for (auto _ : state) {
        benchmark::DoNotOptimize(q);
        benchmark::DoNotOptimize(q.mean_response_s());
    }
}
BENCHMARK(batch_response);

/// Build and mean, of a state-dependent queue of 256 slots and this much room.
void birth_death(benchmark::State& state) {
    const std::vector<double> rates = servers(256);
    const int room = static_cast<int>(state.range(0));
    for (auto _ : state) benchmark::DoNotOptimize(birth_death_queue(240.0, rates, room).mean_wait_s());
}
BENCHMARK(birth_death)->Arg(unlimited)->Arg(1024);

void birth_death_wait_quantile(benchmark::State& state) {
    const birth_death_queue q(250.0, servers(256), 1024);
    for (auto _ : state) benchmark::DoNotOptimize(q.wait_quantile_s(0.99));
}
BENCHMARK(birth_death_wait_quantile);

void md1_quantile(benchmark::State& state) {
    for (auto _ : state) benchmark::DoNotOptimize(md1(0.9, 1.0).wait_quantile_s(0.99));
}
BENCHMARK(md1_quantile);

void one_inversion(benchmark::State& state) {
    const mg1_wait wait{0.8, 1.0, uniform};
    for (auto _ : state) benchmark::DoNotOptimize(wait.tail(5.0));
}
BENCHMARK(one_inversion);

void inverted_quantile(benchmark::State& state) {
    const mg1_wait wait{0.8, 1.0, uniform};
    for (auto _ : state) benchmark::DoNotOptimize(wait.quantile_s(0.99));
}
BENCHMARK(inverted_quantile);

void four_quantiles_of_one_law(benchmark::State& state) {
    const mg1_wait wait{0.8, 1.0, uniform};
    for (auto _ : state) {
        const inverted_law law(wait, 12.0);
        for (const double p : {0.5, 0.9, 0.95, 0.99}) benchmark::DoNotOptimize(law.quantile_s(p));
    }
}
BENCHMARK(four_quantiles_of_one_law);

void tail_asymptote(benchmark::State& state) {
    for (auto _ : state) benchmark::DoNotOptimize(wait_asymptote(0.8, 1.0, uniform));
}
BENCHMARK(tail_asymptote);

void mean_values(benchmark::State& state) {
    const std::vector<double> demand{.4, .2, .1};
    for (auto _ : state) benchmark::DoNotOptimize(mean_value_analysis(demand, 1.0, static_cast<int>(state.range(0))));
}
BENCHMARK(mean_values)->Arg(256);

void load_dependent_network(benchmark::State& state) {
    const std::vector<station> stations{{.4, servers(64)}, {.001, {1.0}}};
    for (auto _ : state) benchmark::DoNotOptimize(closed_network(stations, 1.0, static_cast<int>(state.range(0))));
}
BENCHMARK(load_dependent_network)->Arg(256);

void bursty_slots(benchmark::State& state) {
    const std::vector<double> rates = servers(static_cast<int>(state.range(0)));
    const arrival_process a = switched_arrivals(0.8 * static_cast<double>(state.range(0)), 3.0, 0.2, 10.0);
    for (auto _ : state) benchmark::DoNotOptimize(map_mc(a, rates).wait_quantile_s(0.99));
}
BENCHMARK(bursty_slots)->Arg(1)->Arg(256);

void bursty_server_quantile(benchmark::State& state) {
    const map_ph1 q(switched_arrivals(0.7, 3.0, 0.2, 10.0), fitted_time(1.0, 0.5));
    for (auto _ : state) benchmark::DoNotOptimize(q.wait_quantile_s(0.99));
}
BENCHMARK(bursty_server_quantile);
}  // namespace
