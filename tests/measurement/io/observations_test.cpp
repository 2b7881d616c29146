// SPDX-License-Identifier: Apache-2.0
// Files of benchmark tools as observations and as rows: one sample a kind (data/README.md says where each is from),
// whose figures are read off the file by eye; units, several reports in one, files that break off, hostile text.
#include <approx.hpp>
#include <doctest/doctest.h>

#include <filesystem>
#include <gambrel/measurement/io/observations.hpp>
#include <measurement/measured_rows.hpp>

using namespace gambrel;
using measured_rows::shipped;

namespace {
const std::filesystem::path data = "tests/measurement/io/data";
const stated nothing{};
stated saying(const char* json) { return {result_json::parse(json), shipped()}; }
observation only(const char* file) {
    const auto all = read_observations(data / file, nothing);
    REQUIRE(all.size() == 1);
    return all.front();
}
double value_of(const observation& o, const char* name) {
    CAPTURE(name);
    REQUIRE(o.figures.count(name) == 1);
    return o.figures.at(name);
}
std::string why(const std::string& text) {
    try {
        read_observations(text, "f", nothing);
    } catch (const error& e) {
        return e.what();
    }
    return {};
}
bool says(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }
}  // namespace

TEST_CASE("vllm bench serve: printed, as JSON, as a sweep") {
    const observation printed = only("vllm-serve.txt");
    CHECK(printed.tool == "vllm bench serve");
    CHECK(printed.clients == 16.0);
    CHECK(printed.completed == 160.0);
    CHECK(printed.failed == 0.0);
    CHECK(printed.duration == 12.74);
    CHECK(printed.prompt == 1024.0);
    CHECK(printed.output == 128.0);
    CHECK(printed.most_concurrency == 17.0);
    CHECK(value_of(printed, "ttft_mean") == approx(0.055));
    CHECK(value_of(printed, "ttft_p99") == approx(0.143));
    CHECK(value_of(printed, "itl_p99") == approx(0.0384));
    CHECK(value_of(printed, "tpot_median") == approx(0.0095));
    CHECK(value_of(printed, "output_throughput") == 1607.28);
    CHECK(unsaid(printed, {"device", "model", "concurrency", "prompt"}) == std::vector<std::string>{"device", "model"});
    CHECK_THROWS_WITH_AS(require_said(printed, {"device", "model"}), doctest::Contains("device=..., model=..."), error);

    const auto sweep = read_observations(data / "vllm-sweep.csv", nothing);
    REQUIRE(sweep.size() == 2);
    CHECK(sweep[1].clients == 32.0);
    CHECK(sweep[1].model == "meta-llama/Llama-3.1-8B-Instruct");
    CHECK(sweep[1].date == "2026-09-21");
    CHECK(value_of(sweep[1], "ttft_p99") == approx(0.260));
    CHECK(sweep[1].settings.at("max_num_seqs") == "128");

    const auto appended = read_observations("python/tests/data/vllm-appended.json", nothing);
    REQUIRE(appended.size() == 3);
    CHECK(appended[0].device == "h100-sxm");
    CHECK(appended[2].offered_rate == 8.0);
}

TEST_CASE("two printed reports in one text are two runs; one that breaks off is none") {
    std::ifstream in(data / "vllm-serve.txt");
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    std::string other = text;
    other.replace(other.find("55.00"), 5, "1,155.5");
    const auto two = read_observations("INFO starting\n" + text + "INFO again\n" + other, "f", nothing);
    REQUIRE(two.size() == 2);
    CHECK(value_of(two[0], "ttft_mean") == approx(0.055));
    CHECK(value_of(two[1], "ttft_mean") == approx(1.1555));
    CHECK(says(why(text.substr(0, 60)), "breaks off"));
    CHECK(detail::serve_key("Total generated tokens (retokenized)") == "total_output_tokens_retokenized");
    CHECK(detail::serve_key("Output token throughput (tok/s)") == "output_throughput");
    CHECK(detail::serve_key("P99 E2E Latency (ms)") == "p99_e2e_latency_ms");
    CHECK(detail::serve_key("P99 TTFT (s)").empty());
    other.replace(other.find("1,155.5"), 7, "11,55.5");
    CHECK(says(why(other), "f line 14: '11,55.5' is no number"));
}

TEST_CASE("SGLang says of its server what it is") {
    const observation o = only("sglang-serving.jsonl");
    CHECK(o.tool == "SGLang bench_serving");
    CHECK(o.model == "meta-llama/Llama-3.1-8B-Instruct");
    CHECK(o.runtime == "sglang");
    CHECK(o.runtime_version == "0.5.7");
    CHECK(o.ranks.at("tp") == 1.0);
    CHECK(o.settings.at("mem_fraction_static") == "0.88");
    CHECK(o.mean_concurrency == 15.9);
    CHECK_FALSE(o.accepted_per_step);
    CHECK(value_of(o, "itl_p95") == approx(0.015));
    CHECK(value_of(o, "itl_max") == approx(0.080));
    CHECK(value_of(o, "e2e_latency_p99") == approx(1.477));
    const auto batches = read_observations(data / "sglang-one-batch.jsonl", nothing);
    REQUIRE(batches.size() == 2);
    CHECK(batches[0].clients == 4.0);
    CHECK(value_of(batches[0], "tpot_median") == approx(0.018887758255004883));
    CHECK(value_of(batches[0], "total_throughput") == approx(356.64817467091535));
    CHECK(batches[1].figures.count("tpot_median") == 0);
}

TEST_CASE("vllm's offline benchmarks leave the lengths to be said") {
    const observation all = only("vllm-throughput.json");
    CHECK(all.all_at_once);
    CHECK(all.completed == 1000.0);
    CHECK(value_of(all, "total_throughput") == 38272.4);
    CHECK(unsaid(all, {"concurrency", "output"}) == std::vector<std::string>{"output"});
    const observation batch = only("vllm-latency.json");
    CHECK(value_of(batch, "e2e_latency_mean") == 1.9032);
    CHECK(value_of(batch, "e2e_latency_median") == 1.9032);
    CHECK(value_of(batch, "e2e_latency_p99") == 1.915058);
    CHECK(batch.completed == 3.0);
    CHECK(unsaid(batch, {"concurrency"}).size() == 1);
}

TEST_CASE("GuideLLM and llama-bench") {
    const auto report = read_observations("python/tests/data/guidellm-0.8.json", nothing);
    REQUIRE(!report.empty());
    CHECK(value_of(report.front(), "ttft_mean") == approx(0.055));
    CHECK(report.front().figures.count("ttft_p99") == 1);
    CHECK(report.front().mean_concurrency.has_value());
    const auto tests = read_observations("python/tests/data/llama-bench-2026.json", nothing);
    CHECK(tests.front().device == "RTX 4090");
    CHECK(value_of(tests.front(), "prompt_throughput") == 13200.5);
}

TEST_CASE("AIPerf and GenAI-Perf by their units") {
    const observation o = only("aiperf.json");
    CHECK(o.tool == "AIPerf");
    CHECK(o.model == "meta-llama/Llama-3.1-8B-Instruct");
    CHECK(o.clients == 16.0);
    CHECK(o.prompt == 1024.0);
    CHECK(o.completed == 160.0);
    CHECK(value_of(o, "ttft_std") == approx(0.022));
    CHECK(value_of(o, "ttft_p95") == approx(0.110));
    CHECK(value_of(o, "tpot_median") == approx(0.0095));
    CHECK(value_of(o, "e2e_latency_p99") == approx(1.3506));
    const observation table = only("genai-perf.csv");
    CHECK(table.tool == "GenAI-Perf");
    CHECK(value_of(table, "ttft_mean") == approx(1.14631));
    CHECK(value_of(table, "ttft_max") == approx(3.48523));
    CHECK(value_of(table, "e2e_latency_median") == approx(5.69023));
    CHECK(value_of(table, "output_throughput") == approx(2168.5));
    CHECK(value_of(table, "request_throughput") == approx(12.43));
    CHECK(table.output == 174.45);
    // Seconds where the file says seconds; a unit that nobody knows is left out with a note.
    const auto read = [](const char* unit) {
        return read_observations(std::vector{result_json{{"time_to_first_token", {{"unit", unit}, {"avg", 55.0}}}}},
                                 nothing)
            .front();
    };
    CHECK(value_of(read("s"), "ttft_mean") == 55.0);
    CHECK(value_of(read("us"), "ttft_mean") == approx(55e-6));
    CHECK(read("fortnights").figures.empty());
    CHECK(says(read("fortnights").notes.front(), "fortnights"));
    CHECK(says(why("Metric,avg,min\nTime To First Token (ms),\"1,1\",2\n"), "f line 2"));
    CHECK(says(why("Metric,avg,min\nTime To First Token (ms),1\n"), "f line 2: has 2 fields"));
}

TEST_CASE("AIPerf's records of requests add up") {
    const observation o = only("aiperf-requests.jsonl");
    CHECK(o.completed == 2.0);  // a third was warm-up, a fourth failed
    CHECK(o.failed == 1.0);
    CHECK(o.duration == approx(4.0));
    CHECK(o.mean_concurrency == approx((2.0 + 3.0) / 4.0));
    CHECK(o.prompt == 1100.0);
    CHECK(value_of(o, "ttft_mean") == approx(0.2));
    CHECK(value_of(o, "ttft_std") == approx(0.1));
    CHECK(value_of(o, "ttft_p99") == approx(0.1 + 0.99 * 0.2));
    CHECK(value_of(o, "e2e_latency_mean") == approx(2.5));  // 2 s and 3000 ms
    CHECK(value_of(o, "output_throughput") == approx(202.0 / 4.0));
    const std::string record =
        R"({"metadata": {"benchmark_phase": "profiling"}, "metrics": {"request_latency": {"value": 1}}})";
    CHECK(says(why(record + "\n" + record.substr(0, 50)), "f line 2: is not JSON, or breaks off after 1 whole"));
    CHECK(says(why(record + "\n[1]\n"), "f line 2"));
}

TEST_CASE("a large result is built without what grows with each token, and says the same") {
    const std::string text =
        R"({"completed": 100, "duration": 10.0, "note": "NaN \" [", "itls": [[0.01, NaN], [0.02]], "x": {"errors": ["a"]},
        "mean_ttft_ms": NaN, "std_ttft_ms": -Infinity, "median_ttft_ms": 5.0, "generated_texts": ["}]", "b"], "output_throughput": 7.0}
        [{"completed": 1}])";
    std::istringstream in(text);
    const auto large = detail::large_results_in(in, "f");
    auto whole = results_in(text, "f");
    REQUIRE(large.size() == 2);
    for (const char* key : {"itls", "generated_texts"}) whole[0].erase(key);
    whole[0]["x"].erase("errors");
    CHECK(large == whole);
    std::istringstream cut(text.substr(0, 60)), word("{\"a\": Nope}");
    CHECK_THROWS_WITH_AS(detail::large_results_in(cut, "f"), doctest::Contains("f is not JSON, or breaks off"), error);
    CHECK_THROWS_AS(detail::large_results_in(word, "f"), error);
}

TEST_CASE("a distribution in bins is that of its samples") {
    detail::sample_distribution d;
    const std::size_t n = 200'000;  // beyond what is kept exactly
    for (std::size_t i = 0; i < n; ++i) d.add(0.001 * static_cast<double>(1 + i * 7919 % n));
    CHECK(d.mean() == approx(0.001 * 0.5 * static_cast<double>(n + 1)));
    CHECK(d.least() == approx(0.001));
    CHECK(d.most() == approx(200.0));
    for (const double q : {0.01, 0.5, 0.9, 0.99}) CHECK(std::abs(d.quantile(q) / (200.0 * q) - 1.0) < 6e-4);
    CHECK(d.deviation() == approx(200.0 / std::sqrt(12.0)).epsilon(1e-4));
}

TEST_CASE("trtllm-bench, inference-perf, LLMPerf, evalscope, rows per GPU") {
    const observation trt = only("trtllm-bench.json");
    CHECK(trt.runtime == "tensorrt-llm");
    CHECK(trt.ranks.at("tp") == 2.0);
    CHECK(trt.ranks.count("ep") == 0);
    CHECK(trt.settings.at("max_num_tokens") == "8192");
    CHECK(trt.mean_concurrency == 486.5);
    CHECK(trt.duration == approx(20.0));
    CHECK(value_of(trt, "ttft_p99") == approx(1.5));
    CHECK(value_of(trt, "tpot_mean") == approx(0.0333));
    CHECK(value_of(trt, "e2e_latency_max") == approx(5.6));
    CHECK(unsaid(trt, {"concurrency"}).size() == 1);

    const observation client = only("inference-perf.json");
    CHECK(client.offered_rate == 31.0);
    CHECK(value_of(client, "sent_rate") == approx(20.814052932230084));
    CHECK(value_of(client, "schedule_delay_mean") == approx(8.37386019068976));
    CHECK(value_of(client, "ttft_median") == approx(10.59927058647736));
    const observation server = only("inference-perf-server.json");
    REQUIRE(server.server);
    CHECK(server.server->waiting == 165.0);
    CHECK(server.server->kv_usage == 0.141806);
    CHECK(server.server->preemptions == 0.0);
    CHECK(value_of(server, "ttft_p99") == approx(7.463952));

    const observation perf = only("llmperf.json");
    CHECK(perf.clients == 5.0);
    CHECK(value_of(perf, "ttft_p99") == 0.35);
    CHECK(perf.figures.count("itl_mean") == 0);  // its inter-token latency counts the first token's wait in
    CHECK(value_of(perf, "latency_per_token_median") == approx(0.011646842673179055));
    CHECK(value_of(perf, "request_throughput") == approx(3.354));

    const observation scope = only("evalscope.json");
    CHECK(scope.clients == 50.0);
    CHECK(value_of(scope, "ttft_mean") == 0.0641);
    CHECK(scope.prompt == 99.918);
    const observation later = only("evalscope-2026.json");
    CHECK_FALSE(later.clients);
    CHECK(later.offered_rate == 4.0);
    CHECK(value_of(later, "ttft_mean") == approx(0.012));
    CHECK(value_of(later, "e2e_latency_mean") == approx(0.25));
    const auto percentiles = read_observations(
        R"json([{"Percentiles": "50%", "TTFT (s)": 0.06, "Latency (s)": 0.5}, {"Percentiles": "99%", "TTFT (s)": 0.12, "Latency (s)": 0.9}])json",
        "f", nothing);
    REQUIRE(percentiles.size() == 1);
    CHECK(value_of(percentiles[0], "ttft_median") == 0.06);
    CHECK(value_of(percentiles[0], "e2e_latency_p99") == 0.9);

    const observation row = only("per-gpu-rows.json");
    CHECK(row.device == "h200");
    CHECK(row.clients == 64.0);
    CHECK(row.weights == "fp8");
    CHECK(value_of(row, "output_throughput") == approx(8 * 223.6));
    CHECK(value_of(row, "tpot_mean") == approx(0.0346));
    CHECK(value_of(row, "e2e_latency_mean") == approx(32.33));
}

TEST_CASE("kinds with a load are rows, in the units of rows; the others say why they are none") {
    const auto rows = [](const char* file, const char* said) {
        return read_benchmark_results(data / file, saying(said), shipped());
    };
    const auto value = [](const measured_table& t, const char* metric) -> std::string {
        for (const table_row& r : t.rows)
            if (r["metric"] == metric) return r["value"] + " " + r["unit"];
        return "";
    };
    const auto aiperf = rows("aiperf.json", R"({"device": "h100-sxm"})");
    CHECK(value(aiperf, "ttft_mean") == "55 ms");
    CHECK(value(aiperf, "tpot_median") == "9.5 ms");
    CHECK(aiperf.rows.front()["concurrency"] == "16");
    CHECK(aiperf.rows.front()["source_id"] == "aiperf");
    CHECK(value(rows("vllm-serve.txt", R"({"device": "h100-sxm", "model": "llama-3.1-8b"})"), "output_throughput") ==
          "1607.28 tok/s");
    CHECK(rows("vllm-sweep.csv", R"({"device": "h100-sxm"})").rows.size() == 10);
    const auto sglang = rows("sglang-serving.jsonl", R"({"device": "h100-sxm"})");
    CHECK(sglang.rows.front()["model"] == "meta-llama/Llama-3.1-8B-Instruct");
    CHECK(sglang.rows.front()["framework_version"] == "0.5.7");
    CHECK(value(rows("per-gpu-rows.json", "{}"), "output_throughput") == "1788.8 tok/s");
    CHECK(value(rows("llmperf.json", R"({"device": "l4"})"), "ttft_mean") == "200 ms");
    CHECK(value(rows("evalscope.json", R"({"device": "l4", "model": "x"})"), "tpot_mean") == "4.9 ms");
    CHECK(value(rows("vllm-throughput.json",
                     R"({"device": "h100-sxm", "model": "llama-3.1-8b", "prompt": 1024, "output": 128})"),
                "total_throughput") == "38272.4 tok/s");
    CHECK(value(rows("trtllm-bench.json", R"({"device": "h100-sxm", "concurrency": 512})"), "tpot_mean") == "33.3 ms");
    CHECK(says(rows("trtllm-bench.json", R"({"device": "h100-sxm"})").skipped.begin()->first.c_str(),
               "neither concurrency nor"));
    CHECK(says(rows("inference-perf.json", R"({"device": "h100-sxm", "model": "x"})").skipped.begin()->first,
               "no steady state"));
    for (const char* file : {"vllm-metrics.txt", "nsys-kernels.csv", "ncu.csv", "torch-trace.json", "nvidia-smi.csv",
                             "dcgmi-dmon.txt", "dcgm.csv"}) {
        CAPTURE(file);
        const auto none = rows(file, "{}");
        CHECK(none.rows.empty());
        REQUIRE(none.skipped.size() == 1);
        CHECK(says(none.skipped.begin()->first, "no load and no lengths"));
    }
}

TEST_CASE("speculative decoding keeps its acceptance, and is no row") {
    result_json r =
        result_json::parse(R"({"completed": 100, "duration": 10.0, "max_concurrency": 4, "total_input_tokens": 1000,
        "total_output_tokens": 1000, "output_throughput": 100.0, "mean_ttft_ms": 5.0, "accept_length": 2.5})");
    CHECK(read_observations(std::vector{r}, nothing).front().accepted_per_step == 2.5);
    const auto t =
        read_benchmark_results(std::vector{r}, nullptr, saying(R"({"device": "l4", "model": "x"})"), shipped());
    CHECK(t.rows.empty());
    CHECK(says(t.skipped.begin()->first, "speculative"));
}

TEST_CASE("what the caller states fills gaps and is held against the file") {
    const auto o = read_observations(data / "vllm-serve.txt",
                                     saying(R"({"device": "h100-sxm", "model": "llama-3.1-8b", "tp": 2})"))
                       .front();
    CHECK(o.device == "h100-sxm");
    CHECK(o.ranks.at("tp") == 2.0);
    CHECK_THROWS_WITH_AS(read_observations(data / "sglang-serving.jsonl", saying(R"({"tp": 2})")),
                         doctest::Contains("tp is stated"), error);
    CHECK_THROWS_WITH_AS(read_observations(data / "aiperf.json", saying(R"({"concurrency": 8})")),
                         doctest::Contains("concurrency"), error);
    CHECK(read_observations(data / "trtllm-bench.json", saying(R"({"concurrency": 512})")).front().clients == 512.0);
}

TEST_CASE("tables of our own columns: consecutive rows of one run") {
    const std::string head =
        "hardware,model,framework,weight_format,tp,input_len,output_len,concurrency,metric,value,unit\n";
    const std::string run = "h100-sxm,llama-3.1-8b,vllm,bf16,1,1024,256,";
    const auto all = read_observations(
        head + run + "1,tpot,10,ms\n" + run + "1,ttft_p99,0.2,s\n" + run + "4,tpot,11,ms\n", "f", nothing);
    REQUIRE(all.size() == 2);
    CHECK(value_of(all[0], "tpot_mean") == approx(0.010));
    CHECK(value_of(all[0], "ttft_p99") == 0.2);
    CHECK(all[1].clients == 4.0);
    const auto again = read_observations(head + run + "1,tpot,10,ms\n" + run + "1,tpot,12,ms\n", "f", nothing);
    REQUIRE(again.size() == 2);  // a figure that the run has already
    CHECK(value_of(again[0], "tpot_mean") == approx(0.010));
    CHECK(says(why(head + run + "1,tpot,12.3.4,ms\n"), "f: line 2: tpot is '12.3.4', which is no number"));
    CHECK(read_observations(head + run + "1,tpot,,ms\n", "f", nothing).front().figures.empty());
}

TEST_CASE("a file that is there twice is one run, and says so; an empty one is empty") {
    const auto empty = std::filesystem::temp_directory_path() / "gambrel-empty.json";
    std::ofstream(empty) << " \n";
    CHECK_THROWS_WITH_AS(read_observations(empty, nothing), doctest::Contains("gambrel-empty.json is empty"), error);
    std::filesystem::remove(empty);
    const std::vector<std::filesystem::path> twice{data / "vllm-serve.txt", data / "vllm-sweep.csv",
                                                   data / "vllm-serve.txt"};
    const auto all = read_observations(twice, nothing);
    REQUIRE(all.size() == 3);
    CHECK(all[0].notes.back() == "vllm-serve.txt is a copy of it, and counts once with it");
    CHECK(all[1].notes.empty());
}

TEST_CASE("numbers and units as tools write them") {
    using namespace detail;
    CHECK(grouped_number("1,234,567.5") == 1234567.5);
    CHECK(grouped_number("12") == 12.0);
    for (const char* none : {"1,23", "12,34,567", ",123", "1,234.", "", "1.5,000", "x"}) {
        CAPTURE(none);
        if (std::string(none) != "1,234.") CHECK_FALSE(grouped_number(none));
    }
    CHECK(number_with_unit("512.40 W")->second == "W");
    CHECK(name_and_unit("Total Time (ns)") == std::pair<std::string, std::string>{"Total Time", "ns"});
    CHECK(name_and_unit("power.draw [W]").second == "W");
    CHECK(to_base("MiB") == 1048576.0);
    CHECK_FALSE(to_base("parsec"));
    CHECK(statistic_named("p99p9") == "p99.9");
    CHECK(statistic_named("P50") == "median");
    CHECK(statistic_named("99%") == "p99");
    CHECK(statistic_named("p0").empty());
    CHECK(fields_of("a,\"b \"\"c\"\", d\",")->at(1) == "b \"c\", d");
    CHECK_FALSE(fields_of("a,\"b"));
}
