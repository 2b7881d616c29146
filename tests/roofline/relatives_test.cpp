// SPDX-License-Identifier: Apache-2.0
// Relatives in order: a board that is better in every figure of its sheet is not predicted to be slower.
#include <doctest/doctest.h>

#include <gambrel/hardware/catalog.hpp>
#include <gambrel/model/catalog.hpp>
#include <gambrel/runtime/catalog.hpp>
#include <gambrel/serving/predict.hpp>
#include <string>

using namespace gambrel;

namespace {
/// Whether `a` has as much of everything that a dense pass in 16 bit takes as `b`, of the same maker and class.
bool dominates(const device<>& a, const device<>& b) {
    if (a.vendor != b.vendor || a.kind != b.kind || a.year < b.year) return false;
    const auto peak = [](const device<>& d) { return d.peak.bf16.known() ? d.peak.bf16.value : d.peak.fp16.value; };
    const auto limit = [](const device<>& d) { return d.power.limit.known() ? d.power.limit.value : watts<>{}; };
    return a.memory.bandwidth.value >= b.memory.bandwidth.value && peak(a) >= peak(b) && limit(a) >= limit(b) &&
           a.peak.fp8.known() >= b.peak.fp8.known();
}
double tpot_of(const char* model, const device<>& d, double clients) {
    device<> roomy = d;  // what is asked is the speed, not whether it fits
    roomy.memory.capacity.value = gibibytes(2000.0);
    roomy.memory.visible = {};
    const architecture& m = model_named(model);
    const workload w{.prompt = 1024.0, .output = 128.0, .concurrency = clients};
    const runtime<>& r = runtime_named("vllm");
    const deployment<> what{m, roomy, r};
    const prediction<> p = predict(what, w);
    return p.ok() ? p.tpot.value.value() : 0.0;
}
}  // namespace

TEST_CASE("the newer and better board is not the slower one") {
    std::size_t pairs = 0;
    for (const char* model : {"llama-3.1-8b", "qwen3-30b-a3b"})
        for (const double clients : {1.0, 32.0})
            for (const device<>* a : all_devices)
                for (const device<>* b : all_devices) {
                    if (a == b || a->kind != device_class::datacenter_gpu || !dominates(*a, *b)) continue;
                    const double better = tpot_of(model, *a, clients), other = tpot_of(model, *b, clients);
                    if (better == 0.0 || other == 0.0) continue;
                    const std::string pair = a->name.str() + " over " + b->name.str() + ", " + model;
                    CAPTURE(pair);
                    CAPTURE(better / other);
                    CHECK(better <= 1.05 * other);
                    ++pairs;
                }
    CHECK(pairs > 200);
    MESSAGE(pairs << " pairs of relatives");
}

TEST_CASE("what was fitted on one board: its chip takes all of it, its vendor's software the times, both less surely") {
    const adjustment own = serving_adjustment(device_named("mi300x"));
    for (const char* same : {"mi325x", "mi300a"}) {
        const adjustment a = serving_adjustment(device_named(same));
        CHECK(a.factor == own.factor);
        CHECK(a.sigma == own.sigma * sister_board_widening);
    }
    for (const char* other : {"mi50", "mi60", "mi100", "mi210", "mi250x", "mi250x-gcd", "mi350x", "mi355x"}) {
        const adjustment a = serving_adjustment(device_named(other));
        CHECK(a.compute() == 1.0);
        CHECK(a.memory() == 1.0);
        CHECK(a.launch() == own.launch());
        CHECK(a.network() == own.network());
    }
    CHECK(serving_adjustment(device_named("h100-sxm")).launch() == 1.0);
    device<> mine = device_named("mi325x");
    mine.vendor = vendor::other;
    CHECK(serving_adjustment(mine).launch() == 1.0);
    device<> unknown = device_named("mi325x");  // a board that the catalog does not have runs the same software
    unknown.name = "next-year";
    CHECK(serving_adjustment(unknown).launch() == own.launch());
    CHECK(serving_adjustment(unknown).compute() == 1.0);
    CHECK(serving_adjustment(unknown).sigma == own.sigma * sister_board_widening);
    unknown.kind = device_class::consumer_gpu;  // no server of the kind was measured
    CHECK(serving_adjustment(unknown).launch() == 1.0);
}
