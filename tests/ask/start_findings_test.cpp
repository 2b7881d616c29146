// SPDX-License-Identifier: Apache-2.0
// Start-up logs beside benchmarks: what they set, what they say against the question, and what of it is printed first.
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/report/json/diagnosis_json.hpp>
#include <gambrel/report/json/json_text.hpp>
#include <gambrel/report/text/diagnosis_text.hpp>
#include <start_logs.hpp>

using namespace gambrel;
using namespace gambrel::ask;

namespace {
observation log_of(const std::string& text, const std::string& name = "startup.log") {
    return read_observations(text, name, stated{}).front();
}
observation benchmark(double clients = 64.0) {
    observation o{.where = "bench.json", .tool = "vllm bench serve", .model = "meta-llama/Llama-3.1-8B-Instruct"};
    o.device = "rtx-3090";
    o.prompt = 2048.0;
    o.output = 256.0;
    o.clients = clients;
    o.figures = {{"ttft_mean", 60.0}, {"tpot_mean", 0.05}};
    return o;
}
diagnosis_options saying(std::function<void(prediction_options&)> say) {
    diagnosis_options o;
    o.say = std::move(say);
    return o;
}
std::string refusal(std::vector<observation> files, const diagnosis_options& how) {
    try {
        const bound_diagnosis b(std::move(files), {}, how);
    } catch (const error& e) {
        return e.what();
    }
    return "";
}
bool says(const std::vector<start_finding>& all, const std::string& part, bool contradicts) {
    return std::any_of(all.begin(), all.end(), [&](const start_finding& f) {
        return f.contradicts == contradicts && f.says.find(part) != std::string::npos;
    });
}
/// A log with these lines between the first engine's and its end.
std::string vllm_log(const std::string& lines) {
    return "INFO Initializing a V1 LLM engine (v0.9.1) with config: model='meta-llama/Llama-3.1-8B-Instruct', "
           "dtype=torch.bfloat16, max_seq_len=4096, tensor_parallel_size=1, pipeline_parallel_size=1, "
           "enforce_eager=False, kv_cache_dtype=auto\n" +
           lines + "INFO:     Application startup complete.\n";
}
const std::string starved = "INFO Model loading took 14.9889 GiB\nINFO GPU KV cache size: 3,120 tokens\n";
}  // namespace

TEST_CASE("room against need, by hand: 64 clients of 2,304 tokens need 147,456") {
    const bound_diagnosis b({benchmark(), log_of(vllm_log(starved))}, {}, {});
    REQUIRE(b.runs.size() == 1);  // the log is of the run beside it
    CHECK(b.files.front().where == "bench.json with startup.log");
    const auto all = start_findings(b);
    CHECK(says(all,
               "startup.log says: room for 3,120 KV tokens, where 64 clients x 2,304 tokens need 147,456: 1 at once",
               false));
    CHECK(all.front().of == suspect::cache_room);
    CHECK(all.front().bounds);
    CHECK(std::none_of(all.begin(), all.end(), [](const start_finding& f) { return f.contradicts; }));
    const std::string text = report::screen(b, diagnosed(b));
    CHECK(text.find("need\n  147,456: 1 at once") != std::string::npos);
    CHECK(text.find("The log does not say: ") != std::string::npos);

    const bound_diagnosis one({benchmark(1.0), log_of(vllm_log(starved))}, {}, {});
    CHECK(says(start_findings(one), "where 1 client x 2,304 tokens need 2,304 (", false));
    CHECK_FALSE(start_findings(one).front().bounds);
}

TEST_CASE("settings of a log set the question of every run of a sweep, and are set against what is typed") {
    const std::string lines =
        "INFO non-default args: {'max_num_seqs': 24, 'max_num_batched_tokens': 4096, 'gpu_memory_utilization': 0.8, "
        "'enforce_eager': True}\nINFO Model loading took 14.9889 GiB\n";
    const observation log = log_of(vllm_log(lines));
    const bound_diagnosis b({benchmark(1.0), benchmark(16.0), benchmark(64.0), log}, {}, {});
    REQUIRE(b.runs.size() == 3);
    for (std::size_t i = 0; i < 3; ++i) {
        CHECK(b.asked(i).what.runtime.scheduling.most_sequences == 24.0);
        CHECK(b.asked(i).what.runtime.scheduling.token_budget == 4096.0);
        CHECK(b.asked(i).what.runtime.scheduling.most_context == 4096.0);  // max_seq_len
        CHECK(b.asked(i).what.runtime.memory.fraction == 0.8);
        CHECK(b.asked(i).what.runtime.graphs.decode == graph_use::none);
    }
    CHECK(b.starts() == std::vector<std::size_t>{2});  // set against the greatest load
    const auto agreed = start_findings(b);
    CHECK(says(agreed, "slots 24", true) == false);
    CHECK(says(agreed, "24 slots, fewer than the 64 requests at once", false));
    CHECK(says(agreed, "no graphs are captured", false));

    const bound_diagnosis over({benchmark(), log}, {}, saying([](prediction_options& to) {
                                   to.max_sequences = 256.0;
                                   to.memory_fraction = 0.9;
                                   to.enforce_eager = false;
                                   to.graphs = "full";
                               }));
    const auto against = start_findings(over);
    CHECK(says(against, "slots 24, and the question has 256 (--max-sequences)", true));
    CHECK(says(against, "share of the memory 0.8, and the question has 0.9", true));
    CHECK(says(against, "no graphs are captured, and the question has graphs", true));
    const std::string text = report::screen(over, diagnosed(over));
    const std::size_t first = text.find("! startup.log says"), conclusion = text.find("ikeliest"),
                      file = text.find("room for keys and values");
    REQUIRE(first != std::string::npos);
    CHECK(first < std::min(conclusion, file));
    CHECK(text.find("\n! ") == text.find("\n\n") + 1);  // behind the heading, before all else
}

TEST_CASE(
    "as predicted, and slow by how it was started: the conclusion says so; logs of before are no evidence of now") {
    const observation log = log_of(vllm_log("INFO gpu_memory_utilization=0.8\n" + starved));
    const bound_diagnosis asked({benchmark(), log}, {}, {});
    const prediction<>& p = asked.runs.front().predicted;
    REQUIRE(p.memory.most_sequences < 64.0);
    observation o = benchmark();
    o.figures = {{"ttft_mean", p.ttft.value.value()}, {"tpot_mean", p.tpot.value.value()}};
    const observation as_predicted =
        log_of(vllm_log("INFO gpu_memory_utilization=0.8\nINFO GPU KV cache size: " +
                        std::to_string(static_cast<long>(p.memory.for_kv / p.memory.kv_per_token)) + " tokens\n"));
    const bound_diagnosis b({o, as_predicted}, {}, {});
    const gambrel::diagnosis d = diagnosed(b);
    CHECK(d.conclusion == conclusion::within_range);
    CHECK(conclusion_words(b, d).find("by how it was started: startup.log says: room for ") != std::string::npos);
    const bound_diagnosis before({o}, {o, as_predicted}, {});
    CHECK(conclusion_words(before, diagnosed(before)).find("by how it was started") == std::string::npos);
}

TEST_CASE("another format, cut, server, device and length are contradictions") {
    const std::string lines =
        "INFO Model loading took 8.5 GiB\nINFO Available KV cache memory: 2 GiB\n"
        "INFO GPU KV cache size: 32,768 tokens\nINFO total_gpu_memory (79.3GiB)\n";
    const observation log = log_of(vllm_log(lines));
    const auto all = start_findings(bound_diagnosis({benchmark(), log}, {}, {}));
    CHECK(says(all, "the weights take 8.5 GiB of a device, where bf16 weights, bf16 KV take", true));
    CHECK(says(all, "a token takes 64 KiB of the cache, where bf16 weights, bf16 KV take 128 KiB",
               true));  // 2 GiB / 32,768
    CHECK_FALSE(says(all, "tokens of a pass", true));
    CHECK(says(all, "the device shows 79.3 GiB of memory, where rtx-3090 shows", true));
    observation longer = benchmark();
    longer.prompt = 8192.0;
    CHECK(says(start_findings(bound_diagnosis({longer, log}, {}, {})), "requests have 4,096 tokens at most", true));
    const auto cut =
        start_findings(bound_diagnosis({benchmark(), log}, {}, saying([](prediction_options& to) { to.tensor = 2; })));
    CHECK(says(cut, "tensor ranks 1, and the question has 2 (--tp)", true));
    CHECK_FALSE(says(cut, "the weights take", true));  // of another share
    diagnosis_options sglang;
    sglang.runtime = "sglang";
    CHECK(says(start_findings(bound_diagnosis({benchmark(), log}, {}, sglang)), "the server is vllm", true));
    const observation failed = log_of(vllm_log(starved + "ValueError: No available memory for the cache blocks.\n"));
    CHECK(says(start_findings(bound_diagnosis({benchmark(), failed}, {}, {})), "it did not start", true));
    // What a log says its weights are made into holds where nobody says otherwise.
    const observation fp8 = log_of(
        "INFO Initializing a V1 LLM engine (v0.9.1) with config: model='m', "
        "quantization=fp8, x\nINFO Model loading took 8.49 GiB\n");
    const bound_diagnosis narrow({benchmark(), fp8}, {}, {});
    CHECK(narrow.asked(0).what.formats.weights.feed_forward.bits == 8.0);
    CHECK_FALSE(says(start_findings(narrow), "the weights take", true));
}

TEST_CASE("the servers' own logs: nothing contradicts the deployments that printed them") {
    const auto found = [](const std::string& text, const char* model, const char* device) {
        diagnosis_options o;
        o.model = model;
        o.device = device;
        const bound_diagnosis b({log_of(text)}, {}, o);
        const gambrel::diagnosis d = diagnosed(b);
        CHECK(d.conclusion == conclusion::no_run);
        CHECK(report::screen(b, d).find("cannot be said") != std::string::npos);
        return start_findings(b);
    };
    for (const auto& all :
         {found(start_logs::vllm_0_6, "llama-3.1-8b", "rtx-3090"), found(start_logs::sglang, "qwen3-14b", "rtx-4090")})
        for (const start_finding& f : all) {
            CAPTURE(f.says);
            CHECK_FALSE(f.contradicts);
        }
}

TEST_CASE("a log alone answers without a load, and says what it cannot; with a load it says what that needs") {
    diagnosis_options o;
    o.device = "rtx-3090";
    const bound_diagnosis b({log_of(vllm_log(starved))}, {}, o);  // the model as the log says
    CHECK(b.asked(0).what.model.name.view() == "meta-llama/Llama-3.1-8B-Instruct");
    CHECK_FALSE(b.load_is_said(0));
    const auto all = start_findings(b);
    REQUIRE(!all.empty());
    CHECK(all.front().says.find("room for 3,120 KV tokens (") != std::string::npos);
    CHECK(all.front().says.find("need") == std::string::npos);
    o.load_said = o.lengths_said = true;
    o.say = [](prediction_options& to) {
        to.concurrency = 8.0;
        to.prompt = 1000.0;
        to.output = 24.0;
    };
    const bound_diagnosis asked({log_of(vllm_log(starved))}, {}, o);
    CHECK(says(start_findings(asked), "8 clients x 1,024 tokens need 8,192: 3 at once", false));
    CHECK(diagnosed(asked).conclusion == conclusion::no_run);
    CHECK(refusal({log_of(start_logs::sglang)}, {}).find("does not say on which device it ran") != std::string::npos);
    CHECK(refusal({log_of("INFO LLM engine (v0.9.1) model='/srv/secret', x\n")}, o) ==
          "startup.log does not say which model it ran: give --model");
}

TEST_CASE("two starts are not one server's; a log whose names steer a terminal steers none") {
    const observation log = log_of(vllm_log(starved)), other = log_of(vllm_log(starved), "other.log");
    CHECK(refusal({benchmark(), log, other}, {}) ==
          "startup.log and other.log are each the log of a start: give that of the server that was measured");
    // But a log of each side of a change is.
    CHECK(bound_diagnosis({benchmark(), log}, {benchmark(), other}, {}).starts().size() == 2);
    observation hostile =
        log_of("INFO LLM engine (v0.9.1) config: model='a 70b\x1b[31m', x\n" + starved, "l\x1b[2J.log");
    const bound_diagnosis b({benchmark(), hostile}, {}, {});
    const gambrel::diagnosis d = diagnosed(b);
    const std::string text = report::screen(b, d);
    CHECK(text.find("the model is") != std::string::npos);
    CHECK(text.find('\x1b') == std::string::npos);
    CHECK(report::json_text(report::as_json(b, d)).find('\x1b') == std::string::npos);
}

TEST_CASE("JSON holds what is printed, predicted and found, and suspects their evidence") {
    const bound_diagnosis b({benchmark(), log_of(vllm_log(starved))}, {}, {});
    const gambrel::diagnosis d = diagnosed(b);
    const report::json j = report::as_json(b, d);
    REQUIRE(j["start_logs"].size() == 1);
    const report::json& l = j["start_logs"][0];
    CHECK(l["file"] == "startup.log");
    CHECK(l["printed"]["kv_tokens"] == 3120.0);
    CHECK(l["predicted"]["weights_gib"].get<double>() == approx(14.957).epsilon(0.001));
    CHECK(l["findings"][0]["suspect"] == "cache_room");
    CHECK(l["findings"][0]["bounds"] == true);
    CHECK(l["missing"].size() == b.files.front().start->missing().size());
    bool seen = false;
    for (const report::json& s : j["suspects"])
        if (s["suspect"] == "cache_room")
            for (const report::json& why : s["evidence"])
                seen = seen || why.get<std::string>().find("3,120 KV tokens") != std::string::npos;
    CHECK(seen);
    CHECK(report::as_json(bound_diagnosis({benchmark()}, {}, {}),
                          diagnosed(bound_diagnosis({benchmark()}, {}, {})))["start_logs"]
              .empty());
}
