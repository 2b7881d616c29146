// SPDX-License-Identifier: Apache-2.0
#include "worked.hpp"

#include <gambrel/gambrel.hpp>
#include <gambrel/hardware/catalog/nvidia_datacenter.hpp>
#include <gambrel/model/catalog/llama.hpp>
#include <gambrel/planning/fleet_planner.hpp>
#include <gambrel/runtime/catalog/vllm.hpp>

namespace {
using namespace gambrel;
using namespace gambrel::literals;
using pages::number, pages::worked, pages::ceil, pages::floor, pages::exp;

template <class T> std::shared_ptr<const T> lent(const T& entry) { return {std::shared_ptr<void>{}, &entry}; }

void fleet(worked& w) {
    fleet_question q;
    q.model = lent(catalog::llama_3_1_70b);
    q.supplies = {{.device = lent(catalog::h100_sxm), .rent = dollars_per_hour(2.5), .per_server = 8}};
    q.runtimes = {lent(catalog::vllm)};
    q.cuts = {{.tensor = 2}};
    precision fp8{.weights = linear_layers_in(formats::fp8), .kv = q.model->kv_cache};
    q.formats = {fp8};
    q.load = {.prompt = 2048, .output = 256, .rate = requests_per_second(20)};
    q.limits.level.limits = {.ttft = 1_s, .tpot = 50_ms};
    const fleet_deployment d(q, {});

    w.text(
        "Llama 3.1 70B in fp8 on replicas of two H100, 20 requests a second of 2048 + 256 tokens, TTFT 1 s and TPOT\n"
        "50 ms at p99, at the bad end of the range.\n");
    const number rate = w.given("rate", 20, "req/s");
    const number sigma = w.given("sigma", d.what.runtime.step_sigma, "", "of the runtime");
    const number slower = w.step("slower", exp(1.2815515655446004 * sigma), "", "at the least, at the bad end");
    const rate_by_means found = bound_by_means(d.what, q.load, q.limits.level, slower.value);
    const number bound =
        w.given("bound", found.most.value(), "req/s", "by means: the first clients that break a limit");
    const number margin = w.given("margin", bound_margin, "");
    const number least = w.step("least", ceil(rate / (margin * bound)), "replicas");
    const number rent = w.given("rent", 2.5, "$/h", "a device");
    w.step("least cost", least * 2 * rent, "$/h", "by means");
    const fleet_plan plan = plan_fleet(q);
    const number replicas = w.given("replicas", plan.best().replicas.high, "", "that keep p99: load model, bad end");
    const number in_one = w.step("in one server", floor(number(8) / 2), "replicas");
    const number servers = w.step("servers", ceil(replicas / in_one), "");
    w.library("size_of(...).servers", servers, size_of(replicas.value, q.cuts[0], q.supplies[0], q).servers, "");
    const number cost = w.step("cost", replicas * 2 * rent, "$/h");
    w.library("fleet_candidate::cost", cost, plan.best().cost, "$/h");
}
const pages::page here("fleet", fleet);
}  // namespace
