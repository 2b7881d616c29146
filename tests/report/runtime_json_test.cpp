// SPDX-License-Identifier: Apache-2.0
// The keys are a promise (docs/json.md): these lists change only with the document and the changelog.
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/report/json/runtime_json.hpp>
#include <gambrel/runtime/catalog.hpp>

using namespace gambrel;
using report::json;

namespace {
std::vector<std::string> keys(const json& j) {
    std::vector<std::string> names;
    for (const auto& [name, unused] : j.items()) names.push_back(name);
    return names;
}
using names = std::vector<std::string>;
}  // namespace

TEST_CASE("the keys of a runtime") {
    const json j = report::runtime_json(catalog::vllm);
    CHECK(keys(j) == names{"gambrel", "name", "title", "version", "scheduling", "host", "host_sigma", "step_sigma",
                           "kernels", "kernel_start", "graphs", "frontend", "memory", "formats", "devices",
                           "by_board"});
    CHECK(keys(j["scheduling"]) == names{"batching", "admission", "chunked_prefill", "token_budget", "most_sequences",
                                         "prompts_per_step", "batch_wait_steps", "batch_wait_share",
                                         "waiting_served_ratio", "poll_interval_steps", "spare_blocks",
                                         "async_scheduling", "most_context"});
    CHECK(keys(j["host"]) == names{"per_step", "per_plan", "per_kernel", "per_sequence", "per_request",
                                   "per_prompt_token", "per_message", "per_eager_kernel"});
    CHECK(keys(j["host"]["per_step"]) == names{"value", "unit", "source", "date", "evidence"});
    CHECK(keys(j["graphs"]) ==
          names{"decode", "prompts", "prompt_tokens", "latent_prompt_tokens", "prompts_on_nvidia_alone"});
    CHECK(keys(j["frontend"]) == names{"processes", "per_copy", "stream_interval"});
    CHECK(keys(j["memory"]) == names{"basis",
                                     "fraction",
                                     "reserve",
                                     "graphs",
                                     "communication",
                                     "block_tokens",
                                     "activation_copies",
                                     "rolling_windows",
                                     "logit_copies",
                                     "sampler_after_pass",
                                     "micro_batch",
                                     "stores_scores",
                                     "outputs",
                                     "context_step",
                                     "amd_reserve",
                                     "state_workspace",
                                     "lifted_tokens",
                                     "pads_weights",
                                     "loads_prediction_head",
                                     "weights_factor",
                                     "besides_correction",
                                     "deviation_factor",
                                     "state_block_each_slot"});
    CHECK(keys(j["formats"]) ==
          names{"fp8", "int8", "int4", "fp4", "gguf", "fp8_kv", "widens_floats", "gguf_on_gpus", "gguf_kv"});
}

TEST_CASE("settings are those of the descriptor, by name and in the stated unit") {
    runtime<> r{.name = "mine", .title = "Mine", .version = "2"};
    r.scheduling = {.batching = batching::prefill_first,
                    .admission = admission::reserve_all,
                    .chunked_prefill = false,
                    .token_budget = 1000,
                    .most_sequences = 7,
                    .prompts_per_step = 3,
                    .batch_wait_steps = 20,
                    .batch_wait_share = 0.9,
                    .waiting_served_ratio = 0.3,
                    .poll_interval_steps = 30,
                    .spare_blocks = 2,
                    .async_scheduling = true};
    r.host.per_kernel = {microseconds(25), source{"a paper", "2026-01", evidence::measured}};
    r.kernels = kernel_library::sglang;
    r.kernel_start = 0.5;
    r.graphs = {.decode = graph_use::none, .prompts = graph_use::pieces, .prompt_tokens = 2048};
    r.frontend = {.processes = 2, .stream_interval = 10};
    r.memory = {.basis = memory_basis::after_weights,
                .fraction = 0.8,
                .reserve = gigabytes(2),
                .block_tokens = 64,
                .activation_copies = 0.5,
                .rolling_windows = false};
    r.formats = {.fp8 = false, .int8 = true, .int4 = false, .fp4 = true, .gguf = true, .fp8_kv = false};
    r.devices = {.nvidia = false, .amd = true, .cpu = true};
    r.host_sigma = 0.4;
    r.step_sigma = 0.1;
    const json j = report::runtime_json(r);
    CHECK(j["name"] == "mine");
    CHECK(j["title"] == "Mine");
    CHECK(j["version"] == "2");
    CHECK(j["scheduling"] == json{{"batching", "prefill_first"},
                                  {"admission", "reserve_all"},
                                  {"chunked_prefill", false},
                                  {"token_budget", 1000.0},
                                  {"most_sequences", 7.0},
                                  {"prompts_per_step", 3.0},
                                  {"batch_wait_steps", 20.0},
                                  {"batch_wait_share", 0.9},
                                  {"waiting_served_ratio", 0.3},
                                  {"poll_interval_steps", 30.0},
                                  {"spare_blocks", 2.0},
                                  {"async_scheduling", true},
                                  {"most_context", 0.0}});
    CHECK(j["host"]["per_kernel"]["value"].get<double>() == approx(25e-6));
    CHECK(j["host"]["per_kernel"]["unit"] == "s");
    CHECK(j["host"]["per_kernel"]["source"] == "a paper");
    CHECK(j["host"]["per_kernel"]["date"] == "2026-01");
    CHECK(j["host"]["per_kernel"]["evidence"] == "measured");
    CHECK(j["host"]["per_step"].is_null());  // not known, rather than zero
    CHECK(j["kernels"] == "sglang");
    CHECK(j["kernel_start"] == 0.5);
    CHECK(j["graphs"] == json{{"decode", "none"},
                              {"prompts", "pieces"},
                              {"prompt_tokens", 2048},
                              {"latent_prompt_tokens", 0},
                              {"prompts_on_nvidia_alone", false}});
    CHECK(j["frontend"] == json{{"processes", 2}, {"per_copy", false}, {"stream_interval", 10}});
    CHECK(j["memory"]["basis"] == "after_weights");
    CHECK(j["memory"]["fraction"] == 0.8);
    CHECK(j["memory"]["reserve"]["value"].get<double>() == approx(2e9));
    CHECK(j["memory"]["reserve"]["unit"] == "B");
    CHECK(j["memory"]["reserve"]["evidence"] == "user");
    CHECK(j["memory"]["communication"].is_null());
    CHECK(j["memory"]["block_tokens"] == 64.0);
    CHECK(j["memory"]["activation_copies"] == 0.5);
    CHECK(j["memory"]["rolling_windows"] == false);
    CHECK(j["formats"] == json{{"fp8", false},
                               {"int8", true},
                               {"int4", false},
                               {"fp4", true},
                               {"gguf", true},
                               {"fp8_kv", false},
                               {"widens_floats", false},
                               {"gguf_on_gpus", false},
                               {"gguf_kv", false}});
    CHECK(j["devices"] == json{"amd", "cpu"});
    CHECK(j["host_sigma"] == 0.4);
    CHECK(j["step_sigma"] == 0.1);
}

TEST_CASE("enumerations have a name each") {
    CHECK(key_of(batching::mixed) == "mixed");
    CHECK(key_of(batching::fixed_batch) == "fixed_batch");
    CHECK(key_of(admission::on_demand) == "on_demand");
    CHECK(key_of(admission::first_chunk) == "first_chunk");
    CHECK(key_of(admission::estimated) == "estimated");
    CHECK(key_of(memory_basis::total) == "total");
    CHECK(key_of(kernel_library::other) == "other");
    CHECK(key_of(kernel_library::tensorrt_llm) == "tensorrt_llm");
    CHECK(key_of(kernel_library::vllm) == "vllm");
}

TEST_CASE("all runtimes of the catalog") {
    const json all = report::runtimes_json(all_runtimes);
    REQUIRE(all.size() == all_runtimes.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
        CHECK(all[i]["name"] == runtime_names[i]);
        CHECK_FALSE(all[i]["devices"].empty());
        for (const auto& time : all[i]["host"])
            if (!time.is_null()) CHECK_FALSE(time["source"].get<std::string>().empty());
    }
}
