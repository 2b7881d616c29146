// SPDX-License-Identifier: Apache-2.0
// One prediction per line: what each user gets against what the machine gives, and where the KV memory ends.
#include <fmt/format.h>
#include <gambrel/gambrel.hpp>
#include <gambrel/hardware/catalog/nvidia_datacenter.hpp>
#include <gambrel/model/catalog/llama.hpp>
#include <gambrel/runtime/catalog/vllm.hpp>
#include <gambrel/units_io.hpp>

using namespace gambrel;

int main() {
    const deployment setup{catalog::llama_3_1_70b, catalog::h100_sxm, catalog::vllm, {.tensor = 4}};
    workload load{.prompt = 2048, .output = 256};

    fmt::print("{:>7}{:>10}{:>10}{:>15}{:>14}{:>8}{:>9}  {}\n", "clients", "TTFT", "TPOT", "output", "per user",
               "batch", "waiting", "bound");
    for (load.concurrency = 1; load.concurrency <= 1024; load.concurrency *= 2) {
        const prediction<> p = predict(setup, load);
        fmt::print("{:>7}{:>10}{:>10}{:>15}{:>14}{:>8.0f}{:>9.0f}  {}\n", load.concurrency, to_string(p.ttft.value),
                   to_string(p.tpot.value), to_string(p.output_throughput.value), to_string(p.output_per_user.value),
                   p.batch, p.waiting, name_of(p.tpot_bound().first));
    }
    const memory_fit& m = predict(setup, load).memory;
    fmt::print("\n{} a device are left for KV: {:.0f} requests of {} each\n", to_string(m.for_kv),
               math::floor(m.most_sequences), to_string(m.kv_allocated));
}
