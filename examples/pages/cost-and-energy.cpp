// SPDX-License-Identifier: Apache-2.0
#include "worked.hpp"

#include <gambrel/economics/break_even.hpp>
#include <gambrel/economics/cost.hpp>
#include <gambrel/economics/energy.hpp>
#include <gambrel/economics/fleet.hpp>
#include <gambrel/economics/footprint.hpp>
#include <gambrel/gambrel.hpp>
#include <gambrel/hardware/catalog/nvidia_datacenter.hpp>
#include <gambrel/model/catalog/llama.hpp>
#include <gambrel/runtime/catalog/vllm.hpp>

namespace {
using namespace gambrel;

/// What those tokens cost at an API that asks one price for input and output.
struct rental_of_api {
    gambrel::token_flows flows;
    gambrel::rental<> at(const gambrel::token_price<>& each) const { return gambrel::billed(flows, {each, {}, each}); }
};
using namespace gambrel::literals;
using pages::number, pages::worked, pages::pow, pages::exp;

void cost_and_energy(worked& w) {
    w.text("Llama-3.1-70B in fp8 on 4 x H100 SXM under vLLM, 64 clients, prompts of 2048 and outputs of 256 tokens.\n");
    constexpr precision fp8{.weights = linear_layers_in(formats::fp8), .kv = formats::fp8};
    const deployment<> d{catalog::llama_3_1_70b, catalog::h100_sxm, catalog::vllm, {.tensor = 4}, fp8};
    const prediction<> p = predict(d, {.prompt = 2048, .output = 256, .concurrency = 64});

    w.text("What one device costs an hour to own; the terms are an example, put yours.");
    const number capital = w.given("capital", 40000, "$", "with its share of server and network");
    const number r = w.given("r", 0.08, "", "interest a year");
    const number n = w.given("n", 4, "years");
    const number availability = w.given("availability", 0.97, "");
    const number it_power = w.given("IT power", 1.3, "kW", "with its share of CPU, network and fans");
    const number pue = w.given("PUE", 1.2, "");
    const number draw = w.given("draw", 0.8, "");
    const number electricity = w.given("electricity", 0.087, "$/kWh");
    const number colocation = w.given("colocation", 130, "$/kW a month of 730 hours");
    const number crf = w.step("CRF", r * pow(1 + r, n) / (pow(1 + r, n) - 1), "");
    const number rental = w.step(
        "rental",
        capital * crf / (8760 * availability) + it_power * pue * draw * electricity + colocation / 730 * it_power,
        "$/h");
    const ownership owned{.capital = 40000_usd,
                          .yearly_rate = 0.08,
                          .years = 4,
                          .availability = 0.97,
                          .it_power = 1300_W,
                          .pue = 1.2,
                          .draw = 0.8,
                          .electricity = 0.087_usd_per_kWh,
                          .colocation = dollars_per_kilowatt_month(130)};
    w.library("cost_of", rental, cost_of(owned).total() / 1_usd_per_h, "$/h");

    w.text("\nWhat a token costs: 4 devices at that price.");
    const number in = w.given("input rate", p.prompt_throughput.value / 1_tok_per_s, "tok/s", "predicted");
    const number out = w.given("output rate", p.output_throughput.value / 1_tok_per_s, "tok/s", "predicted");
    const number share = w.given("prompt_share", p.prompt_share, "", "predicted: of machine time, for prompts");
    const number machine = w.step("machine", 4 * rental / 3600 * 1e6, "10^-6 $/s");
    const number input = w.step("input", machine * share / in, "$/Mtok");
    const number output = w.step("output", machine * (1 - share) / out, "$/Mtok");
    const number blended = w.step("blended", machine / (in + out), "$/Mtok");
    const token_cost cost = cost_per_token({.devices = 4,
                                            .per_device = cost_of(owned).total(),
                                            .input = p.prompt_throughput,
                                            .output = p.output_throughput,
                                            .prompt_share = p.prompt_share});
    w.library("input", input, cost.input.value / 1_usd_per_Mtok, "$/Mtok");
    w.library("output", output, cost.output.value / 1_usd_per_Mtok, "$/Mtok");
    w.library("blended", blended, cost.blended.value / 1_usd_per_Mtok, "$/Mtok");
    const number use = w.given("use", 0.6, "", "share of the paid hours in which these rates hold");
    const number only = w.step("output only", machine / use / out, "$/Mtok");
    const token_flows flows{p.prompt_throughput.value, {}, p.output_throughput.value};
    const token_charge charged = charge(charge_convention::output_only, cost_of(owned).total() * 4, 0.6, flows);
    w.library("charge", only, *charged.output / 1_usd_per_Mtok, "$/Mtok");

    w.text("\nOwn or rent, and API or own.");
    const number rent = w.given("rent", 3, "$/h", "of one device elsewhere");
    const number fixed = w.step("fixed", colocation / 730 * it_power, "$/h");
    const number energy_cost = w.step("energy cost", it_power * pue * draw * electricity, "$/h");
    const number own_from = w.step("own from", (capital / (n * 8760) + fixed) / (rent - energy_cost), "of the hours");
    const own_or_rent choice{.capital = 40000_usd,
                             .years = 4,
                             .fixed = cost_of(owned).colocation,
                             .energy = cost_of(owned).electricity,
                             .rent = 3_usd_per_h};
    w.library("break_even", own_from, *break_even(choice), "of the hours");
    const number back = w.step("paid back after", capital / (rent - energy_cost - fixed) / 730, "months");
    w.library("paid_back", back, *paid_back(choice, 1.0) / hours(hours_per_month), "months");
    const number api = w.given("API", 0.88, "$/Mtok", "of input and of output");
    const number api_from =
        w.step("cheaper than the API from", 4 * rental / (3600 * (in + out) * api / 1e6), "of that load");
    const rental_of_api bill{flows};
    w.library("api_break_even", api_from, *api_break_even(cost_of(owned).total() * 4, bill.at(0.88_usd_per_Mtok)),
              "of that load");

    w.text("\nWhole servers for 5 requests a second where a replica takes 2 and may be used to 0.8.");
    const number load = w.given("load", 5, "req/s"), takes = w.given("capacity", 2, "req/s");
    const number most = w.given("most_use", 0.8, "");
    const number exactly = w.step("replicas", load / (takes * most), "", "so 4, of 4 devices each: 2 servers of 8");
    const fleet whole = fleet_for(5, 2, 4, 8, 0.8);
    w.library("fleet_for", 4 + 0 * exactly, whole.replicas, "replicas");
    const number idle_share = w.step("idle", 1 - load / (takes * 4), "");
    w.library("fleet_for", idle_share, 1 - whole.use, "idle");

    w.text("\nWhat a board draws, as shares of its limit, and what a token takes.");
    const power_law& law = power_law_of(d.device.architecture.view());
    const activity doing = activity_of(p, false);
    const number limit = w.given("limit", d.device.power.limit.value / 1_W, "W");
    const number idle =
        w.given("idle", d.device.power.idle.known() ? *d.device.power.idle / d.device.power.limit.value : *law.idle, "",
                "the law of Hopper");
    const number active = w.given("active", *law.active, "");
    const number memory = w.given("memory", *law.memory, "");
    const number top = w.given("top", *law.top, "");
    const number knee = w.given("knee", *law.knee, "");
    const number busy = w.given("busy", doing.busy, "", "these three predicted");
    const number streaming = w.given("streaming", doing.streaming, "");
    const number computing = w.given("computing", doing.computing, "");
    const number base = w.step("base", idle + (active - idle) * busy + memory * streaming, "");
    const number power = w.step("power", limit * (base + (top - base) * (1 - exp(-computing / knee))), "W");
    const figure<watts<>> board = board_power(d.device.power.limit.value, law, doing, d.device.power.idle);
    w.library("board_power", power, board.value / 1_W, "W");
    const number energy = w.step("energy", 4 * power / out, "J per output token", "server = PUE = 1");
    w.library("energy_per_token", energy, energy_per_token(4, board, p.output_throughput).value / 1_J_per_tok, "J/tok");

    w.text("\nCarbon of a million output tokens.");
    const number server = w.given("server", 1.33, "", "IT power / board power");
    const number grid = w.given("grid", 429, "g/kWh");
    const number carbon = w.step("carbon", energy * 1e6 / 3.6e6 * server * pue * grid, "g/Mtok");
    const footprint print = footprint_of(energy_per_token(4, board, p.output_throughput).value,
                                         {.server = 1.33, .pue = 1.2}, {.grid = 429_g_per_kWh});
    w.library("footprint_of", carbon, print.carbon() / 1_g_per_Mtok, "g/Mtok");
}
const pages::page cost_page("cost-and-energy", cost_and_energy);
}  // namespace
