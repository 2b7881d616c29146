// SPDX-License-Identifier: Apache-2.0
// A planner inside a capacity tool: the cheapest fleet of three kinds of device that keeps p99 limits at 20 requests/s.
#include <cstdio>
#include <gambrel/gambrel.hpp>
#include <gambrel/hardware/catalog/nvidia_datacenter.hpp>
#include <gambrel/model/catalog/llama.hpp>
#include <gambrel/planning/fleet_headroom.hpp>
#include <gambrel/runtime/catalog/vllm.hpp>

using namespace gambrel;
using namespace gambrel::literals;

namespace {
template <class T> std::shared_ptr<const T> borrowed(const T& entry) { return {std::shared_ptr<void>{}, &entry}; }
}  // namespace

int main() {
    fleet_question q;
    q.model = borrowed(catalog::llama_3_1_70b);
    q.supplies = {{.device = borrowed(catalog::h100_sxm), .rent = dollars_per_hour(2.5), .per_server = 8},
                  {.device = borrowed(catalog::h200_sxm), .rent = dollars_per_hour(3.2), .per_server = 8},
                  {.device = borrowed(catalog::a100_sxm_80), .rent = dollars_per_hour(1.4), .per_server = 8}};
    q.runtimes = {borrowed(catalog::vllm)};
    q.cuts = {{.tensor = 2}, {.tensor = 4}, {.tensor = 8}};
    const precision stored{.weights = as_served(q.model->stored), .kv = q.model->kv_cache};
    precision fp8 = stored;
    fp8.weights = linear_layers_in(formats::fp8);
    q.formats = {stored, fp8};
    q.load = {.prompt = 2048, .output = 256, .rate = requests_per_second(20)};
    q.limits.level.limits = {.ttft = 1_s, .tpot = 50_ms};

    fleet_planner planner(q);
    const fleet_plan plan = planner.plan();
    std::printf("%-12s %4s %-7s %9s %8s %8s\n", "device", "tp", "weights", "replicas", "devices", "$/h");
    for (std::size_t i = 0; i < plan.counted; ++i) {
        const fleet_candidate& c = plan.candidates[i];
        std::printf("%-12s %4d %-7s %2d (%d-%2d) %8.0f %8.1f\n", q.supplies[c.place.supply].device->name.str().c_str(),
                    q.cuts[c.place.cut].tensor, c.place.format == 0 ? "stored" : "fp8",
                    static_cast<int>(c.size.replicas), c.replicas.low, c.replicas.high, c.size.devices,
                    *c.dollars_per_hour);
    }
    const loaded_deployment fleet = loaded_fleet(planner, plan.best());
    const fleet_headroom more = headroom_of(q, fleet);
    std::printf("takes %.0f %% more requests as predicted, then %s breaks its limit\n", 100.0 * more.more,
                std::string(name_of(more.ends)).c_str());
}
