// SPDX-License-Identifier: Apache-2.0
// Launch lines of servers: 61 that people published (tests/ask/launches.csv, with address), and lines of one's own.
#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <gambrel/ask/bound_question.hpp>
#include <gambrel/ask/launch/read.hpp>
#include <gambrel/numeric/io/csv.hpp>
#include <set>

using namespace gambrel;
using namespace gambrel::ask;

namespace {
std::string joined(std::vector<std::string> all, const char* between) {
    std::string s;
    for (const std::string& each : all) s += (s.empty() ? "" : between) + each;
    return s;
}
std::string keywords_of(const launch& l) {
    std::vector<std::string> all;
    for (const auto& [name, text] : l.keywords) all.push_back(name + "=" + text);
    std::sort(all.begin(), all.end());
    return joined(all, " ");
}
std::string refused_of(const launch& l) {
    std::vector<std::string> all;
    for (const launch_entry& e : l.of(flag_effect::refused)) all.push_back(e.flag);
    return joined(all, "; ");
}
const launch_entry& entry(const launch& l, std::string_view flag) {
    for (const launch_entry& e : l.entries)
        if (e.flag == flag) return e;
    FAIL("no entry " << flag);
    return l.entries.front();
}
}  // namespace

TEST_CASE("published launch lines are read as they mean, or refused by the name of the flag") {
    std::ifstream in("tests/ask/launches.csv");
    REQUIRE(in.good());
    csv_reader table(in);
    int rows = 0, understood = 0, answered = 0;
    std::set<std::string> runtimes;
    while (table.next()) {
        const std::string line = table["line"];
        CAPTURE(line);
        const launch l = read_launch(line);
        CHECK(table["address"].starts_with("https://"));
        CHECK(l.runtime == table["runtime"]);
        CHECK(find_model(l.model) == find_model(table["model"]));
        CHECK(keywords_of(l) == table["keywords"]);
        CHECK(refused_of(l) == table["refused"]);
        for (const launch_entry& e : l.entries) CHECK((e.effect == flag_effect::none || !e.what.empty()));
        ++rows;
        understood += l.understood() ? 1 : 0;
        runtimes.insert(l.runtime);
        if (!l.understood() || find_model(l.model) == nullptr) continue;
        prediction_options o;
        set_from(l, o);
        CHECK_NOTHROW(bound_question(std::make_shared<const architecture>(model_named(l.model)),
                                     std::make_shared<const device<>>(device_named("h200")),
                                     std::make_shared<const runtime<>>(runtime_named(l.runtime)), o));
        ++answered;
    }
    CHECK(rows == 61);
    CHECK(understood == 46);
    CHECK(answered >= 28);
    CHECK(runtimes == std::set<std::string>{"llama.cpp", "sglang", "tensorrt-llm", "vllm"});
}

TEST_CASE("every flag is in one row of its server's table, and sets a keyword that there is") {
    for (const launch_server s :
         {launch_server::vllm, launch_server::sglang, launch_server::tensorrt_llm, launch_server::llama_cpp}) {
        std::set<std::string> seen;
        for (const launch_flag& f : flags_of(s)) {
            for_each_name(f.names, [&](std::string_view name) {
                CAPTURE(name);
                CHECK(name.starts_with("-"));
                CHECK(name.find('_') == std::string_view::npos);
                CHECK(seen.insert(std::string(name)).second);
                if (!f.by.empty() || (f.effect != flag_effect::sets && f.effect != flag_effect::clears)) return;
                const auto* k = prediction_keyword(f.what);
                REQUIRE(k != nullptr);
                // What may be typed to gambrel itself means the same there.
                for (const auto& own : prediction_keywords)
                    if (is_called(own, in_python(name)) && name.starts_with("--")) CHECK(own.name == f.what);
            });
            if (f.effect == flag_effect::refused || f.effect == flag_effect::not_counted) CHECK_FALSE(f.what.empty());
        }
    }
}

TEST_CASE("words of a shell") {
    using words = std::vector<std::string>;
    CHECK(shell_words("a  'b c' \"d \\\" e\" f\\ g") == words{"a", "b c", "d \" e", "f g"});
    CHECK(shell_words("a \\\n  b ^\n c `\r\n d # remark\n e") == words{"a", "b", "c", "d", "e"});
    CHECK(shell_words("x='{\"a\": 1}' ''") == words{"x={\"a\": 1}", ""});
    CHECK(shell_words("").empty());
    CHECK_THROWS_WITH_AS(shell_words("a 'b"), "a quote of the launch line does not end: 'b", error);
}

TEST_CASE("spellings of one flag") {
    for (const char* line :
         {"vllm serve m --tensor-parallel-size 4", "vllm serve m --tensor_parallel_size=4", "vllm serve m -tp 4",
          "vllm serve --model m -tp=4", "python -m vllm.entrypoints.openai.api_server --model m -tp 4",
          "docker run --gpus all -p 1:2 vllm/vllm-openai:v0.11.0 --model m --tensor-parallel-size 4"}) {
        CAPTURE(line);
        const launch l = read_launch(line);
        CHECK(l.model == "m");
        CHECK(keywords_of(l) == "tp=4");
        CHECK(l.understood());
    }
    CHECK(keywords_of(read_launch("vllm serve m --max-model-len 128K")) == "max_context=131072");
    CHECK(keywords_of(read_launch("vllm serve m --max-model-len 128k")) == "max_context=128000");
    CHECK(keywords_of(read_launch("vllm serve m --max-model-len auto")).empty());
    CHECK(keywords_of(read_launch("vllm serve m --max-num-seqs 8 --max-num-seqs 16")) == "max_sequences=16");
    CHECK(keywords_of(read_launch("vllm serve m --enable-prefix-caching --no-enable-prefix-caching")) ==
          "prefix_cache=false");
}

TEST_CASE("what a line says together") {
    CHECK(keywords_of(read_launch("vllm serve deepseek-ai/DeepSeek-R1 -tp 2 -dp 4 -ep")) == "dp=4 ep=8 tp=2");
    const launch dense = read_launch("vllm serve Qwen/Qwen3-32B -tp 2 --enable-expert-parallel");
    CHECK(keywords_of(dense) == "tp=2");
    CHECK(entry(dense, "--enable-expert-parallel").what == "Qwen/Qwen3-32B has no experts");
    CHECK(keywords_of(read_launch("python -m sglang.launch_server --model m --tp 16 --dp 2 --enable-dp-attention")) ==
          "dp=2 tp=8");
    CHECK(keywords_of(read_launch("python -m sglang.launch_server --model m --tp 4 --dp 2")) == "replicas=2 tp=4");
    CHECK(keywords_of(read_launch("trtllm-serve m --tp_size 8 --ep_size 8 --enable_attention_dp")) == "dp=8 ep=8 tp=1");
    CHECK(keywords_of(read_launch("sglang serve --model m --chunked-prefill-size 8192 --max-prefill-tokens 4096")) ==
          "token_budget=4096");
    CHECK(keywords_of(read_launch("sglang serve --model m --chunked-prefill-size -1")) == "chunked_prefill=false");
    CHECK(keywords_of(read_launch("llama-server -m m.gguf -c 32768 -np 4")) == "max_context=8192 max_sequences=4");
    CHECK(keywords_of(read_launch("llama-server -m m.gguf -c 32768 -np 4 -kvu")) ==
          "max_context=32768 max_sequences=4");
    CHECK(keywords_of(read_launch("llama-server -m m.gguf -ctk q8_0 -ctv q8_0")) == "kv=q8_0");
    CHECK(refused_of(read_launch("llama-server -m m.gguf -ctk q8_0 -ctv q4_0")) == "-ctk; -ctv");
    CHECK(refused_of(read_launch("llama-server -hf unsloth/Qwen3-8B-GGUF:Q4_K_M -ngl 20")) == "-ngl");
    CHECK(refused_of(read_launch("llama-server -hf unsloth/Qwen3-8B-GGUF:Q4_K_M -ngl 37")).empty());
    CHECK(keywords_of(read_launch("vllm serve m --enable-lora --max-loras 4 --max-lora-rank 64")) ==
          "lora_adapters=4 lora_rank=64");
    CHECK(keywords_of(read_launch("vllm serve m --compilation-config '{\"cudagraph_mode\": \"FULL\", "
                                  "\"cudagraph_capture_sizes\": [1, 8, 4]}'")) == "graph_tokens=8 graphs=FULL");
    CHECK(read_launch("trtllm-serve m --backend trt").runtime == "tensorrt-llm-engine");
}

TEST_CASE("who drafts, by the words of each server") {
    CHECK(keywords_of(read_launch("vllm serve m --speculative-config '{\"model\": \"meta-llama/Llama-3.2-1B\", "
                                  "\"num_speculative_tokens\": 5, \"draft_tensor_parallel_size\": 1}'")) ==
          "draft_model=meta-llama/Llama-3.2-1B drafts=5");
    CHECK(keywords_of(read_launch(
              "vllm serve m --speculative-config.method ngram --speculative-config.num_speculative_tokens 4")) ==
          "draft_method=ngram drafts=4");
    CHECK(keywords_of(read_launch("vllm serve m --speculative-model [ngram] --num-speculative-tokens 4 "
                                  "--ngram-prompt-lookup-max 4")) == "draft_method=ngram drafts=4");
    CHECK(keywords_of(read_launch("vllm serve m --speculative-model yuhuili/EAGLE3-LLaMA3.1-Instruct-8B "
                                  "--num-speculative-tokens 3")) == "draft_method=eagle3 drafts=3");
    CHECK(keywords_of(read_launch("vllm serve m --num-speculative-tokens 1")) == "draft_method=mtp drafts=1");
    CHECK(keywords_of(read_launch("sglang serve --model m --speculative-algorithm NEXTN --speculative-num-steps 3 "
                                  "--speculative-eagle-topk 1 --speculative-num-draft-tokens 4")) ==
          "draft_method=mtp drafts=3");
    const launch tree = read_launch(
        "sglang serve --model m --speculative-algorithm EAGLE --speculative-draft-model-path "
        "yuhuili/EAGLE-LLaMA3-Instruct-8B --speculative-num-steps 5 --speculative-eagle-topk 8");
    CHECK(keywords_of(tree) == "draft_method=eagle drafts=5");
    CHECK(entry(tree, "--speculative-eagle-topk").what ==
          "a tree of guesses is counted as a chain: state accepted_tokens");
    CHECK(keywords_of(read_launch("llama-server -m m.gguf -md Llama-3.2-1B-Instruct-Q8_0.gguf --draft-max 8")) ==
          "draft_model=meta-llama/Llama-3.2-1B drafts=8");
    CHECK(entry(read_launch("llama-server -m m.gguf --draft-max 8"), "--draft-max").what ==
          "nobody drafts: the line names neither a method nor a draft model");
    for (const char* line : {"vllm serve m --speculative-config '{\"method\": \"suffix\"}'",
                             "vllm serve m --speculative-config '{\"seed\": 1}'", "vllm serve m --speculative-config 3",
                             "vllm serve m --speculative-model nobody/knows --num-speculative-tokens 3",
                             "vllm serve m --speculative-model [ngram] --num-speculative-tokens none"}) {
        CAPTURE(line);
        CHECK_FALSE(read_launch(line).understood());
    }
}

TEST_CASE("models by the names that files and quantised copies have") {
    const auto served = [](const char* text) {
        const served_model m = model_served(text);
        return m.name + " " + m.weights;
    };
    CHECK(served("/data/models/Qwen3-32B") == "Qwen/Qwen3-32B ");
    CHECK(served("someone/Qwen3-32B-AWQ") == "Qwen/Qwen3-32B int4");
    CHECK(served("x/Qwen3-8B-UD-Q4_K_XL-00001-of-00002.gguf") == "Qwen/Qwen3-8B Q4_K_M");
    CHECK(model_served("Qwen3-8B-Q4_K_XL.gguf").remark == "Q4_K_XL is counted as Q4_K_M");
    CHECK(served("org/its-own-model") == "org/its-own-model ");
    CHECK(served("/x/y/its-own-model") == "its-own-model ");
}

TEST_CASE("what is refused says why") {
    const launch l =
        read_launch("vllm serve m --max-num-sequences 4 --cpu-offload-gb 10 --kv-cache-dtype fp9 --max-num-seqs 0");
    CHECK_FALSE(l.understood());
    CHECK(entry(l, "--max-num-sequences").what == "no flag of vLLM that is known; the nearest is --max-num-seqs");
    CHECK(entry(l, "--cpu-offload-gb").what == "weights in the memory of the host are not modelled");
    prediction_options o;
    CHECK_THROWS_WITH(set_from(l, o), doctest::Contains("--kv-cache-dtype fp9"));
    CHECK(read_launch("vllm serve m --cpu-offload-gb 0").understood());
    CHECK(refused_of(read_launch("vllm serve m --port")) == "--port");
    CHECK(refused_of(read_launch("vllm serve m stray")) == "stray");
    CHECK(refused_of(read_launch("vllm serve $MODEL")) == "$MODEL; the model");
    CHECK_THROWS_WITH_AS(read_launch("python train.py"),
                         "the line starts no server that is known: vllm serve, python -m sglang.launch_server, "
                         "trtllm-serve or llama-server",
                         error);
}

TEST_CASE("how tokens come to their experts follows from the backend of the messages") {
    const auto of = [](const std::string& flags, const char* server = "vllm serve deepseek-ai/DeepSeek-V3 -dp 16 ") {
        const launch l = read_launch(server + flags);
        const std::string* text = l.of("exchange");
        return text == nullptr ? std::string() : *text;
    };
    CHECK(of("--enable-expert-parallel --all2all-backend deepep_low_latency") == "per_expert");
    CHECK(of("--all2all-backend deepep_high_throughput -ep") == "per_rank");
    CHECK(of("--all2all-backend allgather_reducescatter -ep") == "gather");
    CHECK(of("--all2all-backend deepep_low_latency").empty());  // the experts are not spread
    CHECK(of("-ep --all2all-backend flashinfer_all2allv").empty());
    CHECK(entry(read_launch("vllm serve deepseek-ai/DeepSeek-V3 -ep --all2all-backend flashinfer_all2allv"),
                "--all2all-backend")
              .effect == flag_effect::not_counted);
    const char* sglang =
        "python3 -m sglang.launch_server --model-path deepseek-ai/DeepSeek-V3 --tp 16 --dp 16 "
        "--enable-dp-attention ";
    CHECK(of("--moe-a2a-backend deepep", sglang) == "by_pass");
    CHECK(of("--deepep-mode low_latency --moe-a2a-backend deepep", sglang) == "per_expert");
    CHECK(of("--moe-a2a-backend deepep --deepep-mode normal", sglang) == "per_rank");
    CHECK(of("--deepep-mode normal", sglang).empty());
    CHECK(of("--moe-a2a-backend none", sglang).empty());
}

TEST_CASE("lines that no server could start are refused in words") {
    for (const char* line : {"", " ", "vllm", "ls -l", "'vllm serve", "vllm serve \"x"})
        CHECK_THROWS_AS(read_launch(line), error);
    for (const char* flags : {"--max-num-seqs nan", "--max-num-seqs -3", "--max-num-seqs 0", "--max-num-seqs 1e400",
                              "--max-num-seqs", "--gpu-memory-utilization 7", "--no-such-flag", "--kv-cache-dtype fp3",
                              "--max-num-seqs=", "-tp 0", "-tp two", "--cuda-graph-sizes x"}) {
        CAPTURE(flags);
        const launch l = read_launch(std::string("vllm serve Qwen/Qwen3-32B ") + flags);
        CHECK_FALSE(l.understood());
        prediction_options o;
        CHECK_THROWS_AS(set_from(l, o), error);
    }
}
