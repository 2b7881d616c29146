// SPDX-License-Identifier: Apache-2.0
// Every data-centre device of the catalog that was sold by 2025, under one workload, the fastest first; those that
// cannot do it say why. The rent is the median of the catalog's on-demand quotes.
#include <algorithm>
#include <fmt/format.h>
#include <gambrel/ask/answer.hpp>
#include <gambrel/hardware/catalog.hpp>
#include <gambrel/model/catalog/qwen.hpp>
#include <gambrel/runtime/catalog/vllm.hpp>

using namespace gambrel;

int main() {
    const workload load{.prompt = 1024, .output = 1024, .concurrency = 64};
    const architecture& model = catalog::qwen3_32b;
    struct row {
        const device<>* on;
        ask::answer answer;
    };
    std::vector<row> can, cannot;
    for (const device<>* d : all_devices) {
        if (d->kind != device_class::datacenter_gpu || d->year > 2025) continue;
        ask::answer a = ask::answered({.what = {model, *d, catalog::vllm, {.tensor = 1}}, .load = load});
        (a.ok() ? can : cannot).push_back({d, std::move(a)});
    }
    std::stable_sort(can.begin(), can.end(), [](const row& a, const row& b) {
        return a.answer.predicted.output_throughput.value > b.answer.predicted.output_throughput.value;
    });

    fmt::print("{} in bf16 on one device, 64 clients\n{:<14}{:>30}{:>10}{:>10}{:>8}{:>14}  {}\n", model.name.view(), "",
               "output (80 % range)", "TPOT", "waiting", "rent", "output", "bound");
    for (const row& r : can) {
        const prediction<>& p = r.answer.predicted;
        fmt::print("{:<14}{:>30}{:>10}{:>8.0f}{:>10}{:>14}  {}\n", r.on->name.view(), to_string(p.output_throughput),
                   to_string(p.tpot.value), p.waiting, r.answer.rent ? to_string(*r.answer.rent) : "-",
                   r.answer.cost ? to_string(r.answer.cost->output.value) : "-", name_of(p.tpot_bound().first));
    }
    fmt::print("\nnot on one:");
    for (const row& r : cannot) fmt::print(" {}", r.on->name.view());
    fmt::print("\n{}\n", cannot.empty() ? "" : cannot.front().answer.verdict.reason);
}
