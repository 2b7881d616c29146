// SPDX-License-Identifier: Apache-2.0
// Where the time of a token goes, twice: by the kind of operator that takes it, and by what binds that operator.
// Headroom is how much faster the whole would be if its first bound cost nothing: what an upgrade can win at most.
#include <fmt/format.h>
#include <gambrel/gambrel.hpp>
#include <gambrel/hardware/catalog/nvidia_datacenter.hpp>
#include <gambrel/model/catalog/llama.hpp>
#include <gambrel/runtime/catalog/vllm.hpp>
#include <gambrel/units_io.hpp>

using namespace gambrel;

void print(const char* what, const pass_time<>& t) {
    fmt::print("{} {}\n", what, to_string(t.total()));
    const auto line = [&](std::string_view name, const seconds<>& part) {
        if (part / t.total() > 0.005)
            fmt::print("  {:<18}{:>9}{:>5.0f} %\n", name, to_string(part), 100.0 * (part / t.total()));
    };
    for (std::size_t i = 0; i < cost_class_count; ++i) line(name_of_cost_class(i), t.by_class(i));
    fmt::print("  -- by bound\n");
    for (std::size_t i = 0; i < bound_count; ++i) {
        const auto b = static_cast<bound>(i);
        line(name_of(b), t.by_bound(b));
    }
    const bottleneck b = bottleneck_of(t);
    fmt::print("  {} first, then {}; without the first {:.1f} x as fast\n\n", name_of(b.first), name_of(b.second),
               b.headroom());
}

int main() {
    const deployment setup{catalog::llama_3_1_70b, catalog::h100_sxm, catalog::vllm, {.tensor = 4}};
    const prediction<> p = predict(setup, {.prompt = 2048, .output = 256, .concurrency = 64});
    print("TPOT", p.mean_step);
    print("TTFT", p.first_token);
    fmt::print("MFU {:.0f} %, MBU {:.0f} %, prompts take {:.0f} % of the time\n", 100.0 * p.mfu, 100.0 * p.mbu,
               100.0 * p.prompt_share);
}
