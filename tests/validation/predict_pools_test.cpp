// SPDX-License-Identifier: Apache-2.0
// A closed loop over two pools: Little's law, the pools' limits, and what replicas and devices do.
#include <approx.hpp>
#include <doctest/doctest.h>

#include <measurement/measured_rows.hpp>

using namespace gambrel;
using measured_rows::serving_row;

namespace {
measured_row run(const char* pools, const char* clients, const char* metric = "tpot_median") {
    return serving_row{{"source_id", "inferencex-x"},
                       {"date", "2026-03-23"},
                       {"hardware", "H200-SXM-141GB"},
                       {"num_devices", "16"},
                       {"model", "deepseek-ai/DeepSeek-R1"},
                       {"framework", "dynamo-sglang"},
                       {"framework_version", ""},
                       {"tp", "8"},
                       {"input_len", "1024"},
                       {"output_len", "1024"},
                       {"concurrency", clients},
                       {"metric", metric},
                       {"unit", std::string(metric).find("throughput") == std::string::npos ? "ms" : "tok/s/GPU"},
                       {"notes", "\"DISAGGREGATED " + std::string(pools) + "\""}}
        .read();
}
constexpr const char* one_and_one = "8P(tp8,ep8,dpa=False x1)+8D(tp8,ep8,dpa=False x1)";
pooled_run of(const measured_row& m) {
    return predict_pools(m, m.runtime, default_calibration(*m.device, m.runtime.kernels));
}
}  // namespace

TEST_CASE("clients = rate x latency, and rate x tokens / devices is the throughput") {
    for (const char* clients : {"1", "16", "200"}) {
        const measured_row m = run(one_and_one, clients);
        REQUIRE_MESSAGE(m.ok(), m.unpredictable);
        const pooled_run r = of(m);
        REQUIRE(r.ok());
        CHECK(r.devices == 16);
        CHECK(r.load.rate.value() * r.load.latency.mean().value() == approx(m.workload.concurrency).epsilon(1e-6));
        CHECK(r.load.rate < r.load.limit);
        const measured_row per_device = run(one_and_one, clients, "total_throughput_per_gpu");
        const predicted_figure f = predict_measured(per_device);
        REQUIRE(f.ok());
        CHECK(f.value == approx(r.load.rate.value() * m.workload.prompt.mean() / 16 +
                                r.load.rate.value() * m.workload.output.mean() / 16));
        CHECK(f.low < f.value);
        CHECK(f.value < f.high);
    }
}

TEST_CASE("one client waits for nobody: a pass of its prompt and its own decode steps") {
    const pooled_run alone = of(run(one_and_one, "1"));
    const pooled_run wider = of(run("16P(tp8,ep8,dpa=False x2)+24D(tp8,ep8,dpa=False x3)", "1"));
    // With a client that waits for its own request alone there is no line; that of the Poisson law is all but empty.
    CHECK(wider.load.ttft.mean().value() <= alone.load.ttft.mean().value());
    CHECK(wider.load.ttft.mean() / alone.load.ttft.mean() == approx(1.0).epsilon(0.02));
    CHECK(wider.load.tpot.mean() / alone.load.tpot.mean() == approx(1.0).epsilon(0.02));
}

TEST_CASE("more decode replicas: fewer sequences a step; a full prefill pool bounds the rate") {
    const pooled_run few = of(run(one_and_one, "256"));
    const pooled_run many = of(run("8P(tp8,ep8,dpa=False x1)+32D(tp8,ep8,dpa=False x4)", "256"));
    CHECK(many.load.tpot.mean() < few.load.tpot.mean());
    CHECK(many.load.rate > few.load.rate);
    const pooled_run crowd = of(run("8P(tp8,ep8,dpa=False x1)+80D(tp8,ep8,dpa=False x10)", "4000"));
    CHECK(crowd.load.bound == pool_bound::prefill);
    CHECK(crowd.load.rate / crowd.load.limit > 0.9);
}

TEST_CASE("what the pools cannot be asked is refused by name") {
    measured_row m = run(one_and_one, "16");
    m.metric = metric::board_power;
    CHECK(predict_measured(m).refused.find("two pools") != std::string::npos);
    m = run(one_and_one, "16");
    m.load_kind = load_kind::open_loop;
    CHECK(predict_measured(m).refused.find("closed loop") != std::string::npos);
    m = run(one_and_one, "16");
    m.drafted = true;
    CHECK(predict_measured(m).refused.find("drafts") != std::string::npos);
    m = run("1P(tp1,ep1,dpa=False x1)+1D(tp1,ep1,dpa=False x1)", "16");
    CHECK(predict_measured(m).refused.find("does not fit") != std::string::npos);
}
