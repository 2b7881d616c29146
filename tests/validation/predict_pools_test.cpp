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
        CHECK(r.rate.value() * (r.load.latency.mean() + r.shared).value() ==
              approx(m.workload.concurrency).epsilon(1e-6));
        CHECK(r.rate < r.load.limit);
        CHECK(r.load.rate / r.rate == approx((m.workload.concurrency - 1) / m.workload.concurrency).epsilon(1e-9));
        const measured_row per_device = run(one_and_one, clients, "total_throughput_per_gpu");
        const predicted_figure f = predict_measured(per_device);
        REQUIRE(f.ok());
        CHECK(f.value == approx(r.rate.value() * (m.workload.prompt.mean() + m.workload.output.mean()) / 16));
        CHECK(f.low < f.value);
        CHECK(f.value < f.high);
    }
}

TEST_CASE("one client waits for nobody: a pass of its prompt and its own decode steps") {
    const pooled_run alone = of(run(one_and_one, "1"));
    const pooled_run wider = of(run("16P(tp8,ep8,dpa=False x2)+24D(tp8,ep8,dpa=False x3)", "1"));
    CHECK(wider.load.ttft.mean() / alone.load.ttft.mean() == approx(1.0).epsilon(1e-6));
    // At no load; of more replicas the closed form's least batch of a step is a little smaller.
    CHECK(wider.load.tpot.mean() / alone.load.tpot.mean() == approx(1.0).epsilon(0.01));
}

TEST_CASE("more decode replicas: fewer sequences a step; a full prefill pool bounds the rate") {
    const pooled_run few = of(run(one_and_one, "256"));
    const pooled_run many = of(run("8P(tp8,ep8,dpa=False x1)+32D(tp8,ep8,dpa=False x4)", "256"));
    CHECK(many.load.tpot.mean() < few.load.tpot.mean());
    CHECK(many.rate > few.rate);
    const pooled_run crowd = of(run("8P(tp8,ep8,dpa=False x1)+80D(tp8,ep8,dpa=False x10)", "4000"));
    CHECK(crowd.load.bound == pool_bound::prefill);
    CHECK(crowd.rate / crowd.load.limit > 0.9);
}

TEST_CASE("prompts that come during a pass share the next: a pool takes more of them than one at a time") {
    const pooled_run alone = of(run("8P(tp8,ep8,dpa=False x1)+80D(tp8,ep8,dpa=False x10)", "1"));
    CHECK(alone.together == 1.0);
    CHECK(alone.shared.value() == 0.0);
    const pooled_run crowd = of(run("8P(tp8,ep8,dpa=False x1)+80D(tp8,ep8,dpa=False x10)", "4000"));
    CHECK(crowd.together > 2.0);
    CHECK(crowd.together <= 32768 / (0.9 * 1024));                     // the token budget of the recipe
    CHECK(crowd.rate.value() > 1.0 / alone.load.ttft.mean().value());  // more than a prompt a pass
    CHECK(crowd.shared.value() > 0.0);
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
