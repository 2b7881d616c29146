// SPDX-License-Identifier: Apache-2.0
// What p99 will I get at this rate, and how many GPUs do I need? The distributions of TTFT and TPOT under Poisson
// arrivals, the greatest rate that keeps an objective, the replicas for a rate; all in closed form.
#include <fmt/format.h>
#include <gambrel/hardware/catalog/nvidia_datacenter.hpp>
#include <gambrel/model/catalog/llama.hpp>
#include <gambrel/runtime/catalog/vllm.hpp>
#include <gambrel/serving/load/deployment_load.hpp>
#include <gambrel/units_io.hpp>

using namespace gambrel;
using namespace gambrel::literals;

int main() {
    // [p99]
    const deployment setup{catalog::llama_3_1_8b, catalog::h100_sxm, catalog::vllm, {.tensor = 1}};
    const workload chat{.prompt = length::uniform(512, 1536), .output = length::uniform(128, 384)};
    const load_model model = tabulated_load_model(setup, load_inputs_of(setup, chat), chat);

    const load_prediction p = model.at(requests_per_second(12));
    fmt::print("at 12 requests/s TTFT p99 {}, TPOT p99 {}\n", to_string(p.ttft.quantile(0.99)),
               to_string(p.tpot.quantile(0.99)));
    // [p99]

    // [size]
    const service_level level{.limits = {.ttft = 500_ms, .tpot = 25_ms}};  // for 99 % of requests
    fmt::print("one device meets the objective up to {}\n", to_string(most_rate(model, level)));
    fmt::print("200 requests/s need {} devices, {} in turn\n", replicas_needed(model, requests_per_second(200), level),
               replicas_needed(model, requests_per_second(200), level, arrival_split::in_turn));
    // [size]

    fmt::print("\n{:>10}{:>10}{:>10}{:>10}{:>10}{:>10}  {}\n", "requests/s", "running", "TTFT p50", "p99", "TPOT p50",
               "p99", "goodput");
    for (const load_prediction& at : load_curve(model, 8, 0.2, 0.97))
        fmt::print("{:>10.1f}{:>10.0f}{:>10}{:>10}{:>10}{:>10}  {}{}\n", at.rate.value(), at.running,
                   to_string(at.ttft.quantile(0.5)), to_string(at.ttft.quantile(0.99)),
                   to_string(at.tpot.quantile(0.5)), to_string(at.tpot.quantile(0.99)),
                   to_string(goodput(at, level.limits)),
                   at.ask_simulator() ? fmt::format(" (ask the simulator: {})", name_of(at.warning)) : "");

    const load_prediction over = model.at(requests_per_second(30));
    fmt::print("\nstable at 30 requests/s: {}; from {} on the line grows, there by {}\n", over.stable,
               to_string(over.limit), to_string(over.backlog));
}
