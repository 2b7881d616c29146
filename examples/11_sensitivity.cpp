// SPDX-License-Identifier: Apache-2.0
// Swap the scalar, not the code: with duals in place of doubles the same prediction carries its derivatives. An
// elasticity of 0.7 says that 10 % more bandwidth gives about 7 % more tokens per second.
#include <fmt/format.h>
#include <gambrel/gambrel.hpp>
#include <gambrel/hardware/catalog/nvidia_datacenter.hpp>
#include <gambrel/model/catalog/llama.hpp>
#include <gambrel/numeric/dual.hpp>
#include <gambrel/runtime/catalog/vllm.hpp>

using namespace gambrel;

using sloped = dual<4>;

/// `figure` as input number `i`: its slope with respect to itself is one.
template <class Q> void make_variable(sourced<Q>& figure, std::size_t i) {
    figure.value = Q::from_value(variable<4>(figure.value.value().value, i));
}

/// d ln(output tokens per second) / d ln(bandwidth, bf16 peak, link, host time per step).
std::array<double, 4> elasticities(const architecture& model, int ranks, double clients) {
    device<sloped> d = as<sloped>(catalog::h100_sxm);
    runtime<sloped> software = as<sloped>(catalog::vllm);
    make_variable(d.memory.bandwidth, 0);
    make_variable(d.peak.bf16, 1);
    make_variable(d.scale_up.per_direction, 2);
    make_variable(software.host.per_step, 3);
    const std::array<double, 4> at{d.memory.bandwidth.value.value().value, d.peak.bf16.value.value().value,
                                   d.scale_up.per_direction.value.value().value,
                                   software.host.per_step.value.value().value};

    const deployment setup{model, d, software, {.tensor = ranks}};
    const sloped rate =
        predict(setup, {.prompt = 2048, .output = 256, .concurrency = clients}).output_throughput.value.value();
    std::array<double, 4> e{};
    for (std::size_t i = 0; i < 4; ++i) e[i] = rate.slope[i] * at[i] / rate.value;
    return e;
}

int main() {
    fmt::print("{:<36}{:>10}{:>10}{:>10}{:>10}\n", "% of output per % of", "bandwidth", "bf16", "NVLink", "host");
    for (const double clients : {1.0, 16.0, 256.0}) {
        const auto e = elasticities(catalog::llama_3_1_70b, 4, clients);
        fmt::print("{:<36}{:>10.2f}{:>10.2f}{:>10.2f}{:>10.2f}\n",
                   fmt::format("Llama 3.1 70B, tp 4, clients {}", clients), e[0], e[1], e[2], e[3]);
    }
}
