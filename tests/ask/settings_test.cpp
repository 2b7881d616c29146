// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <gambrel/ask/bound_question.hpp>

using namespace gambrel;
using namespace gambrel::ask;

namespace {
std::shared_ptr<const runtime<>> shipped(std::string_view name) {
    return std::make_shared<const runtime<>>(runtime_named(name));
}
bound_question of(const prediction_options& t, std::string_view runtime = "vllm",
                  std::string_view model = "llama-3.1-8b", std::string_view on = "h100-sxm") {
    return {std::make_shared<const architecture>(model_named(model)),
            std::make_shared<const device<>>(device_named(on)), shipped(runtime), t};
}
std::vector<std::string> notes_of(const prediction_options& t, std::string_view runtime = "vllm",
                                  std::string_view model = "llama-3.1-8b") {
    return of(t, runtime, model).question.notes;
}
using notes = std::vector<std::string>;
}  // namespace

TEST_CASE("a setting is put where the runtime has it, and nothing else moves") {
    prediction_options t;
    t.max_context = 4096;
    t.chunked_prefill = false;
    t.async_scheduling = false;
    t.frontend_processes = 4;
    t.stream_interval = 20;
    t.block_tokens = 64;
    t.batch_wait = 3;
    t.wait_share = 0.5;
    t.poll_interval = 7;
    t.prompts_per_step = 2;
    const auto from = shipped("vllm");
    const auto to = ask::detail::with_settings(from, t);
    CHECK(to->scheduling.most_context == 4096);
    CHECK_FALSE(to->scheduling.chunked_prefill);
    CHECK_FALSE(to->scheduling.async_scheduling);
    CHECK(to->frontend.processes == 4);
    CHECK(to->frontend.stream_interval == 20);
    CHECK(to->memory.block_tokens == 64);
    CHECK(to->scheduling.batch_wait_steps == 3);
    CHECK(to->scheduling.batch_wait_share == 0.5);
    CHECK(to->scheduling.poll_interval_steps == 7);
    CHECK(to->scheduling.prompts_per_step == 2);
    CHECK(to->scheduling.token_budget == from->scheduling.token_budget);
    CHECK(to->graphs == from->graphs);
    CHECK(ask::detail::with_settings(from, {}) == from);  // shared, not copied
}

TEST_CASE("graph modes are those of vLLM, in any case") {
    const auto graphs = [](const char* mode, std::optional<double> tokens = {}) {
        prediction_options t;
        t.graphs = mode;
        t.graph_tokens = tokens;
        return ask::detail::with_settings(shipped("vllm"), t)->graphs;
    };
    using enum graph_use;
    CHECK(graphs("NONE").decode == none);
    CHECK(graphs("piecewise").decode == pieces);
    CHECK(graphs("FULL").prompts == whole);
    CHECK(graphs("full_decode_only").prompts == none);
    CHECK(graphs("FULL_AND_PIECEWISE").decode == whole);
    CHECK(graphs("FULL_AND_PIECEWISE").prompts == pieces);
    CHECK(graphs("piecewise", 2048).prompt_tokens == 2048);
    CHECK_THROWS_WITH_AS(graphs("sometimes"), doctest::Contains("unknown graph mode \"sometimes\""), error);
}

TEST_CASE("a longer request than the server takes is refused by the server, not by the model") {
    prediction_options t;
    t.max_context = 1000;
    const answer a = answered(of(t).question);
    CHECK_FALSE(a.ok());
    CHECK(a.verdict.reason == "requests of 1,280 tokens are longer than the 1,000 that vllm is told to take");
    t.max_context = 2000;
    CHECK(answered(of(t).question).ok());
}

TEST_CASE("formats of the cache by the names of their servers") {
    const auto kv = [](const char* text, std::string_view runtime) {
        prediction_options t;
        t.kv = text;
        return answered(of(t, runtime).question);
    };
    CHECK(kv("q8_0", "llama.cpp").ok());
    CHECK(kv("f16", "vllm").ok());
    CHECK(kv("fp8_e5m2", "vllm").ok());
    CHECK(kv("q8_0", "vllm").verdict.reason == "vllm does not run q8_0");
    CHECK(kv("fp8", "llama.cpp").verdict.reason == "llama.cpp does not run fp8");
    prediction_options t;
    t.kv = "q8_0";
    CHECK(of(t, "llama.cpp").question.what.formats.kv.bytes_per_element() == 34.0 / 32.0);
    t.kv = "fp9";
    CHECK_THROWS_AS(of(t), error);
}

TEST_CASE("what changes nothing under a runtime says so") {
    prediction_options t;
    CHECK(notes_of(t).empty());
    t.micro_batch = 256;
    CHECK(notes_of(t) == notes{"micro_batch has no effect: vllm computes what a step holds at once"});
    CHECK(notes_of(t, "llama.cpp").empty());
    t = {};
    t.enforce_eager = true;
    CHECK(notes_of(t).empty());
    CHECK(notes_of(t, "llama.cpp-metal") == notes{"enforce_eager has no effect: llama.cpp-metal captures no graphs"});
    t = {};
    t.chunked_prefill = true;
    CHECK(notes_of(t, "transformers") == notes{"chunked_prefill has no effect: transformers starts whole batches"});
    t = {};
    t.balanced_experts = true;
    CHECK(notes_of(t).front().ends_with("has no experts"));
    CHECK(notes_of(t, "vllm", "mixtral-8x7b") ==
          notes{"balanced_experts has no effect: the experts are not spread: ep is 1"});
    t = {};
    t.prefix_cache = true;
    CHECK(notes_of(t).size() == 1);
    t.prefix_hit = 0.5;
    CHECK(notes_of(t).empty());
}

TEST_CASE("of two settings that contradict each other the server's own rule holds, and is said") {
    prediction_options t;
    t.enforce_eager = true;
    t.graphs = "full";
    CHECK(notes_of(t) == notes{"enforce_eager overrides the graphs that are asked for"});
    CHECK(of(t).question.what.runtime.graphs.decode == graph_use::none);
    t = {};
    t.prefix_cache = false;
    t.prefix_hit = 0.5;
    CHECK(notes_of(t) == notes{"prefix_hit has no effect: the prefix cache is off"});
    CHECK(of(t).question.load.prefix_hit == 0.0);
    t = {};
    t.max_context = 1e6;
    CHECK(notes_of(t).front().starts_with("max_context 1000000 is more than the model was made for"));
    CHECK(of(t).question.what.longest_request() == static_cast<double>(model_named("llama-3.1-8b").most_context));
    t = {};
    t.micro_batch = 4096;
    t.token_budget = 1024;
    CHECK(notes_of(t, "llama.cpp") == notes{"micro_batch is cut to the token budget, 1024"});
    CHECK(of(t, "llama.cpp").question.what.runtime.memory.micro_batch == 1024);
    t = {};
    t.token_budget = 16;
    t.max_sequences = 64;
    CHECK(notes_of(t) == notes{"vllm does not start so: a token budget of 16 is less than its 64 slots"});
}
