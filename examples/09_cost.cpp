// SPDX-License-Identifier: Apache-2.0
// From tokens per second to dollars: the machine is paid by the hour, prompts and outputs share it as their modelled
// time does, and a board draws power by what it is doing.
#include <fmt/format.h>
#include <gambrel/economics/price_catalog.hpp>
#include <gambrel/gambrel.hpp>
#include <gambrel/hardware/catalog/nvidia_datacenter.hpp>
#include <gambrel/model/catalog/llama.hpp>
#include <gambrel/runtime/catalog/vllm.hpp>
#include <gambrel/units_io.hpp>

using namespace gambrel;
using namespace gambrel::literals;

int main() {
    const device<>& h100 = catalog::h100_sxm;
    const deployment setup{catalog::llama_3_1_70b, h100, catalog::vllm, {.tensor = 4}};
    const prediction<> p = predict(setup, {.prompt = 2048, .output = 256, .concurrency = 64});

    const token_cost cost = cost_per_token({
        .devices = 4,
        .per_device = 2.5_usd_per_h,
        .input = p.prompt_throughput,
        .output = p.output_throughput,
        .prompt_share = p.prompt_share,
    });
    fmt::print("at 2.50 $/h a device, prompts taking {:.0f} % of the time\n", 100.0 * p.prompt_share);
    fmt::print("  input    {}\n  output   {}\n  blended  {}\n", to_string(cost.input), to_string(cost.output),
               to_string(cost.blended));

    const figure<watts<>> power =
        board_power(h100.power.limit.value, power_law_of(h100.architecture), activity_of(p, false));
    const figure<token_energy<>> energy = energy_per_token(4, power, p.output_throughput, {.server = 1.33, .pue = 1.2});
    fmt::print("a board draws {}\n", to_string(power));
    fmt::print("  energy   {}, building and server included\n", to_string(energy));
    fmt::print("  its cost {} at 0.12 $/kWh\n", to_string(energy_cost_per_token(energy, 0.12_usd_per_kWh)));

    // Quotes of one device spread widely: state whose price it is.
    fmt::print("quotes on demand:\n");
    for (const price_quote& q : price_quotes_for(h100.name))
        if (q.terms == commitment::on_demand && q.rent < 3.5_usd_per_h)
            fmt::print("  {:>10}  {} ({})\n", to_string(q.rent), q.provider, q.date);
}
