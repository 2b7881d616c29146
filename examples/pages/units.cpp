// SPDX-License-Identifier: Apache-2.0
#include "worked.hpp"

#include <gambrel/gambrel.hpp>
#include <gambrel/hardware/catalog/nvidia_datacenter.hpp>
#include <gambrel/model/catalog/llama.hpp>
#include <gambrel/units_io.hpp>

namespace {
using namespace gambrel;
using namespace gambrel::literals;
using pages::number, pages::worked;

void units(worked& w) {
    w.text(
        "A floor for the TPOT of Llama-3.1-8B in bf16 on one H100 SXM, and what follows from it, with the powers of\n"
        "ten by hand; the library's figure comes from quantities, whose types carry the units.\n");
    const bytes<> weights = bytes_of(static_cast<double>(parameter_count(catalog::llama_3_1_8b)) * 2.0);
    const byte_rate<> bandwidth = catalog::h100_sxm.memory.bandwidth.value;
    const number billions = w.step("weights", number(8030261248.0) * 2 / 1e9, "GB");
    const number tera = w.given("bandwidth", bandwidth / 1_TB_per_s, "TB/s");
    const number floor = w.step("time", billions / (tera * 1000) * 1000, "ms", "1 TB/s is 1000 GB/s, 1 s 1000 ms");
    const seconds<> time = weights / bandwidth;
    w.library("weights / bandwidth: " + to_string(time) + ", or", floor, time / 1_ms, "ms");

    w.text("");
    const number speed = w.step("rate", 1 / (floor / 1000), "tok/s", "one sequence");
    const number dollars = w.step("price", 2.5 / (speed * 3600) * 1e6, "$/Mtok", "at 2.50 $/h");
    const number joules = w.step("energy", 700 / speed, "J/tok", "at 700 W");
    const token_rate<> rate = 1_tok / time;
    const token_price<> price = 2.5_usd_per_h / rate;
    const token_energy<> energy = 700_W / rate;
    w.library("1_tok / time: " + to_string(rate) + ", or", speed, rate / 1_tok_per_s, "tok/s");
    w.library("2.5_usd_per_h / rate: " + to_string(price) + ", or", dollars, price / 1_usd_per_Mtok, "$/Mtok");
    w.library("700_W / rate: " + to_string(energy) + ", or", joules, energy / 1_J_per_tok, "J/tok");

    w.text("\nGB, GiB and Gb are three units.");
    const number gib = w.step("80 GB", number(80) * 1e9 / 1073741824, "GiB");
    w.library("80_GB / 1_GiB", gib, 80_GB / 1_GiB, "GiB");
    const number network = w.step("400 Gb/s", number(400) / 8, "GB/s");
    w.library("400_Gb_per_s / 1_GB_per_s", network, 400_Gb_per_s / 1_GB_per_s, "GB/s");
}
const pages::page units_page("units", units);
}  // namespace
