// SPDX-License-Identifier: Apache-2.0
// Launch lines that are written: by hand, and 60 random deployments of each server whose line, read back, asks the same
// question: the same prediction to the last bit.
#include <doctest/doctest.h>

#include <gambrel/ask/bound_question.hpp>
#include <gambrel/ask/launch/write.hpp>
#include <gambrel/report/json/prediction_json.hpp>
#include <random>

using namespace gambrel;
using namespace gambrel::ask;

namespace {
/// The answer to the question of `o`, as data.
std::string answer_of(launch_server s, const std::string& model, const prediction_options& o) {
    const bound_question b(std::make_shared<const architecture>(model_of(model)),
                           std::make_shared<const device<>>(device_named("h200")),
                           std::make_shared<const runtime<>>(runtime_named(std::string(key_of(s)))), o);
    return report::as_json(b.question, answered(b.question)).dump();
}
/// What is asked of the deployment is the asker's: of `read` only what a server is told.
prediction_options asked_again(const launch& l, const prediction_options& asked, int servers) {
    prediction_options o;
    set_from(l, o);
    o.prompt = asked.prompt;
    o.output = asked.output;
    o.concurrency = asked.concurrency;
    o.prefix_hit = asked.prefix_hit;
    o.acceptance = asked.acceptance;
    o.replicas = servers;
    return o;
}
std::vector<std::string> unsaid_of(const written_launch& l) {
    std::vector<std::string> names;
    for (const auto& [name, why] : l.unsaid) {
        CHECK_FALSE(why.empty());
        names.push_back(name);
    }
    return names;
}
using names = std::vector<std::string>;

class drawn {
public:
    explicit drawn(unsigned seed) : random_(seed) {}
    bool maybe(double p = 0.5) { return std::uniform_real_distribution<>(0.0, 1.0)(random_) < p; }
    template <class T> T of(std::initializer_list<T> all) {
        return all.begin()[std::uniform_int_distribution<std::size_t>(0, all.size() - 1)(random_)];
    }
    std::optional<double> perhaps(std::initializer_list<double> all) {
        return maybe() ? std::optional(of(all)) : std::nullopt;
    }
    std::optional<bool> perhaps() { return maybe() ? std::optional(maybe()) : std::nullopt; }

private:
    std::mt19937 random_;
};

/// A deployment that a line of `s` can say, on a dense model or one with experts.
prediction_options deployment_of(launch_server s, bool experts, drawn& d) {
    prediction_options o;
    o.prompt = d.of({256.0, 1024.0, 4096.0});
    o.output = d.of({64.0, 256.0});
    o.concurrency = d.of({1.0, 8.0, 40.0});
    o.replicas = d.of({1, 1, 3});
    o.max_sequences = d.perhaps({16.0, 64.0, 200.0});
    o.token_budget = d.perhaps({2048.0, 8192.0});
    o.max_context = d.perhaps({8192.0, 20000.0});
    if (s == launch_server::llama_cpp) {
        o.weights = d.of<std::string>({"q4_k_m", "q8_0", "q6_k", "mxfp4", "bf16"});
        o.kv = d.of<std::string>({"stored", "q8_0", "q4_0", "f16"});
        o.micro_batch = d.perhaps({256.0, 512.0});
        if (d.maybe(0.3)) {
            o.draft_model = "meta-llama/Llama-3.2-1B";
            o.drafts = d.of({2.0, 5.0});
        } else if (d.maybe(0.3)) {
            o.draft_method = "ngram";
            o.drafts = 3.0;
        }
        return o;
    }
    o.tensor = d.of({1, 2, 4});
    o.pipeline = d.of({1, 1, 2});
    o.memory_fraction = d.perhaps({0.8, 0.92});
    o.block_tokens = d.perhaps({32.0, 64.0});
    o.stream_interval = d.perhaps({2.0, 10.0});
    o.frontend_processes = d.perhaps({2.0, 4.0});
    o.kv = d.of<std::string>({"stored", "fp8"});
    if (d.maybe()) o.prefix_cache = s == launch_server::vllm ? d.maybe() : false;
    if (d.maybe()) o.async_scheduling = s == launch_server::vllm ? d.maybe() : false;
    o.prefix_hit = d.of({0.0, 0.4});
    if (experts) {
        o.data = d.of({1, 2, 4});
        if (s == launch_server::tensorrt_llm && o.data > 1) o.tensor = 1;
        o.expert = d.maybe() ? o.tensor * o.data : s == launch_server::vllm ? 1 : d.of({1, 2});
    }
    if (s == launch_server::tensorrt_llm) {
        o.chunked_prefill = d.perhaps();
        return o;
    }
    if (experts && o.expert > 1 && o.expert == o.tensor * o.data) {
        o.exchange = d.of<std::string>({"gather", "per_rank", "per_expert"});
        if (s == launch_server::sglang && d.maybe(0.3)) o.exchange = "by_pass";
        o.two_batches = d.maybe(0.3);
        o.balanced_experts = d.maybe(0.3);
    }
    o.weights = d.of<std::string>({"stored", "fp8"});
    o.enforce_eager = d.maybe(0.2);
    o.graph_tokens = d.perhaps({256.0});
    if (d.maybe(0.3)) {
        o.adapter_rank = d.of({8, 32});
        o.adapters = d.of({1, 4});
    }
    if (s == launch_server::vllm) {
        o.chunked_prefill = d.perhaps();
        if (d.maybe(0.3))
            o.graphs = d.of<std::string>({"none", "piecewise", "full", "full_decode_only", "full_and_piecewise"});
        if (d.maybe(0.2)) o.weights = "nf4";
    } else {
        if (d.maybe(0.3)) o.chunked_prefill = false;
        o.poll_interval = d.perhaps({10.0});
        o.prompts_per_step = d.perhaps({4.0});
        if (d.maybe(0.3)) o.graphs = d.of<std::string>({"full_decode_only", "full_and_piecewise"});
    }
    if (d.maybe(0.3) && o.pipeline == 1) {
        if (d.maybe()) o.draft_model = experts ? "Qwen/Qwen3-0.6B" : "meta-llama/Llama-3.2-1B";
        else o.draft_method = "ngram";
        o.drafts = d.of({1.0, 3.0});
        o.acceptance = 0.7;
    }
    return o;
}
}  // namespace

TEST_CASE("lines by hand") {
    prediction_options o;
    o.tensor = 4;
    o.max_sequences = 64.0;
    CHECK(write_launch(launch_server::vllm, "Qwen/Qwen3-32B", o).line() ==
          "vllm serve Qwen/Qwen3-32B --tensor-parallel-size 4 --max-num-seqs 64");
    CHECK(write_launch(launch_server::sglang, "Qwen/Qwen3-32B", o).line() ==
          "python3 -m sglang.launch_server --model-path Qwen/Qwen3-32B --tensor-parallel-size 4 --max-running-requests "
          "64");
    CHECK(write_launch(launch_server::tensorrt_llm, "Qwen/Qwen3-32B", o).line() ==
          "trtllm-serve Qwen/Qwen3-32B --tp_size 4 --max_batch_size 64");
    prediction_options l;
    l.weights = "q4_k_m";
    l.max_sequences = 4.0;
    l.max_context = 8192.0;
    l.replicas = 3;
    const written_launch w = write_launch(launch_server::llama_cpp, "Qwen/Qwen3-8B", l);
    CHECK(w.line() == "llama-server -m Qwen3-8B-Q4_K_M.gguf -ngl 99 -np 4 -c 32768");
    CHECK(w.complete());
    CHECK(w.servers == 3);
    o.graphs = "full";
    o.drafts = 2.0;
    o.draft_method = "ngram";
    const written_launch q = write_launch(launch_server::vllm, "Qwen/Qwen3-32B", o);
    CHECK(q.line() ==
          "vllm serve Qwen/Qwen3-32B --tensor-parallel-size 4 --max-num-seqs 64 --compilation-config "
          "'{\"cudagraph_mode\":\"FULL\"}' --speculative-config '{\"method\":\"ngram\",\"num_speculative_tokens\":2}'");
    CHECK(q.complete());
    CHECK(q.devices == 4);
    CHECK(q.settings.front() == "--tensor-parallel-size");
    CHECK(shell_words(q.line()) == q.words);
}

TEST_CASE("words that a shell would change are quoted, and read back") {
    for (const std::string word : {"a b", "", "it's", "$HOME", "a;b", "{\"x\": 1}", "back\\slash", "#", "~"}) {
        CAPTURE(word);
        CHECK(shell_words("x " + shell_quoted(word)) == names{"x", word});
    }
    CHECK(shell_quoted("Qwen/Qwen3-32B") == "Qwen/Qwen3-32B");
}

TEST_CASE("60 random deployments of each server: the line, read back, asks the same question") {
    for (const launch_server s : all_of<launch_server>()) {
        drawn d(2026U + static_cast<unsigned>(s));
        int written = 0, flags = 0;
        for (int i = 0; i < 60; ++i) {
            const bool experts = s != launch_server::llama_cpp && i % 3 == 0;
            const std::string model = experts ? d.of<std::string>({"Qwen/Qwen3-30B-A3B", "deepseek-ai/DeepSeek-V3",
                                                                   "mistralai/Mixtral-8x7B-v0.1"})
                                              : d.of<std::string>({"meta-llama/Llama-3.1-8B-Instruct", "Qwen/Qwen3-32B",
                                                                   "meta-llama/Llama-3.3-70B-Instruct"});
            prediction_options o = deployment_of(s, experts, d);
            if (experts && as_served(model_named(model).stored).experts.bits < 16.0 && s != launch_server::llama_cpp)
                o.weights = "stored";
            const written_launch l = write_launch(s, model, o);
            CAPTURE(l.line());
            CHECK(unsaid_of(l) == names{});
            const launch back = read_launch(l.line());
            REQUIRE(back.understood());
            CHECK(back.server == s);
            CHECK(l.servers == o.replicas);
            CHECK(answer_of(s, model, asked_again(back, o, l.servers)) == answer_of(s, model, o));
            ++written;
            flags += static_cast<int>(l.settings.size());
        }
        CHECK(written == 60);
        CHECK(flags > 180);
    }
}

TEST_CASE("what a line cannot say is named, with the reason") {
    prediction_options o;
    o.weights = "int4";
    o.sequence = true;
    o.tensor = 2;
    CHECK(unsaid_of(write_launch(launch_server::vllm, "Qwen/Qwen3-8B", o)) == names{"weights", "sp"});
    o.sequence = false;
    o.tensor = 1;
    // A checkpoint in that format says it.
    const written_launch awq = write_launch(launch_server::vllm, "Qwen/Qwen3-8B-AWQ", o);
    CHECK(awq.complete());
    CHECK(awq.line() == "vllm serve Qwen/Qwen3-8B-AWQ");
    CHECK(write_launch(launch_server::vllm, "Qwen/Qwen3-8B", o).unsaid[0].second ==
          "vLLM does not make int4 while it loads: name a checkpoint in it as the model");
    prediction_options e;
    e.tensor = 4;
    e.expert = 2;
    CHECK(unsaid_of(write_launch(launch_server::vllm, "Qwen/Qwen3-30B-A3B", e)) == names{"ep"});
    CHECK(write_launch(launch_server::sglang, "Qwen/Qwen3-30B-A3B", e).complete());
    prediction_options p;
    p.prefill_replicas = 1;
    p.decode_replicas = 2;
    CHECK(unsaid_of(write_launch(launch_server::vllm, "Qwen/Qwen3-8B", p)) ==
          names{"prefill_replicas", "decode_replicas"});
    prediction_options heads;
    heads.draft_method = "eagle3";
    CHECK(unsaid_of(write_launch(launch_server::vllm, "Qwen/Qwen3-8B", heads)) == names{"drafts", "draft_method"});
    prediction_options layers;
    layers.pipeline = 2;
    CHECK(unsaid_of(write_launch(launch_server::llama_cpp, "Qwen/Qwen3-8B", layers)) == names{"pp"});
    prediction_options stored;
    CHECK(unsaid_of(write_launch(launch_server::llama_cpp, "deepseek-ai/DeepSeek-V3", stored)) == names{"weights"});
    prediction_options fp8;
    fp8.weights = "fp8";
    CHECK(unsaid_of(write_launch(launch_server::tensorrt_llm, "Qwen/Qwen3-8B", fp8)) == names{"weights"});
    CHECK(write_launch(launch_server::tensorrt_llm, "nvidia/Llama-3.3-70B-Instruct-FP8", fp8).complete());
}

TEST_CASE("runtimes and their servers") {
    CHECK(server_of("vllm") == launch_server::vllm);
    CHECK(server_of("vllm-0.14") == launch_server::vllm);
    CHECK(server_of("tensorrt-llm-batch-wait") == launch_server::tensorrt_llm);
    CHECK(server_of("llama.cpp-metal") == launch_server::llama_cpp);
    CHECK(server_of("sglang-interval-30") == launch_server::sglang);
    CHECK_FALSE(server_of("tgi"));
    CHECK_FALSE(server_of("vllmx"));
    prediction_options o;
    o.token_budget = -3.0;
    CHECK_THROWS_WITH_AS(write_launch(launch_server::vllm, "Qwen/Qwen3-8B", o),
                         "the token budget is -3; it must be from 1 to 10000000", error);
}
