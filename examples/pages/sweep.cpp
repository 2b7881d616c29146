// SPDX-License-Identifier: Apache-2.0
#include "worked.hpp"

#include <gambrel/gambrel.hpp>
#include <gambrel/hardware/catalog/nvidia_datacenter.hpp>
#include <gambrel/model/catalog/llama.hpp>
#include <gambrel/planning/sweep_plan.hpp>
#include <gambrel/runtime/catalog/vllm.hpp>

namespace {
using namespace gambrel;
using namespace gambrel::literals;
using pages::number, pages::worked, pages::floor;

template <class T> std::shared_ptr<const T> entry(const T& of_catalog) {
    return std::shared_ptr<const T>(std::shared_ptr<const T>(), &of_catalog);  // not owned: the catalog lives longer
}

void sweep(worked& w) {
    w.text("Two models, three devices, one runtime, four numbers of clients; every other axis has one entry.\n");
    const sweep_plan plan(
        {.models = {entry(catalog::llama_3_1_8b), entry(catalog::llama_3_1_70b)},
         .devices = {entry(catalog::a100_sxm_80), entry(catalog::h100_sxm), entry(catalog::h200_sxm)},
         .runtimes = {entry(catalog::vllm)},
         .cuts = {{.tensor = 4}},
         .loads = {load_level::closed(1), load_level::closed(16), load_level::closed(64), load_level::closed(256)}});
    const number models = w.given("models", 2, "", "Llama-3.1-8B, Llama-3.1-70B");
    const number devices = w.given("devices", 3, "", "A100, H100, H200, four of each");
    const number loads = w.given("loads", 4, "", "1, 16, 64, 256 clients");
    const number rows = w.step("rows", models * devices * loads, "");
    w.library("sweep_plan::rows", rows, static_cast<double>(plan.rows()), "");

    w.text("\nThe 70B model on H100 with 64 clients, counted from 0: model 1, device 1, load 2.");
    const number row = w.step("row", (1 * devices + 1) * loads + 2, "");
    sweep_reader reader(plan);
    const sweep_row& read = reader.read(static_cast<row_number>(row.value));
    w.library("the row of this deployment", row,
              reader.asked().model.name == catalog::llama_3_1_70b.name &&
                      reader.asked().device.name == catalog::h100_sxm.name && reader.load().concurrency == 64
                  ? 18
                  : -1,
              "");
    w.text("And back, from the fastest axis to the slowest.");
    const number above = w.step("row / loads", floor(row / loads), "");
    w.step("load", row - above * loads, "");
    const number model = w.step("model", floor(above / devices), "");
    w.step("device", above - model * devices, "");

    w.text("\nIts figures are those of predict; columns follow from them.");
    const deployment<> d{catalog::llama_3_1_70b, catalog::h100_sxm, catalog::vllm, {.tensor = 4}};
    const prediction<> p = predict(d, {.prompt = 1024, .output = 256, .concurrency = 64});
    const number tpot = w.given("TPOT", p.tpot.value / 1_ms, "ms", "predict");
    w.library("tpot_s", tpot / 1000, read.at(sweep_column::tpot), "s");
    const number user = w.step("of a user", 1000 / tpot, "tok/s");
    w.library("output_tokens_per_s_per_user", user, read.at(sweep_column::output_per_user), "tok/s");
    const number rent = w.given("rent", *typical_rent(catalog::h100_sxm) / 1_usd_per_h, "$/h", "median of quotes");
    const number share = w.given("prompt_share", p.prompt_share, "", "predict");
    const number rate = w.given("output rate", p.output_throughput.value / 1_tok_per_s, "tok/s", "predict");
    const number price = w.step("price", 4 * rent / 3600 * (1 - share) / rate * 1e6, "$/Mtok");
    w.library("usd_per_million_output_tokens", price, read.at(sweep_column::usd_output), "$/Mtok");
}
const pages::page sweep_page("sweep", sweep);
}  // namespace
