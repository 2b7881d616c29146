// SPDX-License-Identifier: Apache-2.0
// Results of benchmark tools as rows: whole files of python/tests/data (its README.md says where each is from), values
// that break one thing at a time, and what is refused. python/tests/test_measured.py has every layout and reason.
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/measurement/io/benchmark_results.hpp>

#include <measurement/measured_rows.hpp>

using namespace gambrel;
using measured_rows::shipped;

namespace {
const std::filesystem::path data = "python/tests/data";
stated saying(const char* json) { return {result_json::parse(json), shipped()}; }
measured_table read(const char* file, const char* said = "{}") {
    return read_benchmark_results(data / file, saying(said), shipped());
}
/// 100 requests of 1000 and 101 tokens by 10 clients, TPOT 10 ms, TTFT 50 ms, so a latency of 1.05 s.
result_json result() {
    const double rate = 10 / 1.05;
    return {{"date", "20251103-101502"},
            {"model_id", "meta-llama/Llama-3.1-8B-Instruct"},
            {"num_prompts", 100},
            {"completed", 100},
            {"request_rate", "inf"},
            {"max_concurrency", 10},
            {"duration", 100 / rate},
            {"total_input_tokens", 100000},
            {"total_output_tokens", 10100},
            {"request_throughput", rate},
            {"output_throughput", 101 * rate},
            {"mean_ttft_ms", 50.0},
            {"mean_tpot_ms", 10.0},
            {"mean_e2el_ms", 1050.0}};
}
measured_table read(const result_json& value, const char* said = R"({"device": "h100-sxm"})") {
    return read_benchmark_results(std::vector{value}, {}, saying(said), shipped());
}
std::string skipped(result_json changed, const char* key, const result_json& value) {
    changed[key] = value;
    const auto t = read(changed);
    CHECK(t.rows.empty());
    return t.skipped.empty() ? "" : t.skipped.begin()->first;
}
std::string why(const char* file, const char* said) {
    try {
        read(file, said);
    } catch (const error& e) {
        return e.what();
    }
    return {};
}
bool says(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }
}  // namespace

TEST_CASE("a result of vLLM's benchmark is rows, predicted as a closed loop of its clients") {
    const auto t = read("vllm-2025-11.json", R"({"device": "h100-sxm"})");
    CHECK(t.kind == table_kind::serving);
    CHECK(t.skipped.empty());
    const auto rows = read_measurements(t, shipped());
    REQUIRE(rows.size() == 7);
    for (const measured_row& m : rows) {
        CHECK(m.ok());
        CHECK(m.load_kind == load_kind::closed_loop);
        CHECK(m.workload.concurrency == 16);
        CHECK(m.workload.prompt.mean() == 1024);
        CHECK(m.workload.output.mean() == 128);
        CHECK(m.date == "2025-11-03");
        CHECK(predict_measured(m).ok());
    }
    CHECK(rows[0].metric == metric::ttft);
    CHECK(rows[0].value == approx(0.055));
}

TEST_CASE("appended results say by metadata what they ran on; folders are read file by file") {
    const auto t = read("vllm-appended.json");
    CHECK(t.rows.front()["hardware"] == "h100-sxm");
    CHECK(t.rows.front()["source"] == "vllm-appended.json result 1");
    const auto folder = std::filesystem::temp_directory_path() / "gambrel-results";
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "a.json") << result().dump();
    std::ofstream(folder / "b.json") << R"({"model_type": "llama"})";
    const auto both = read_benchmark_results(folder, saying(R"({"device": "h100-sxm"})"), shipped());
    CHECK(both.rows.size() == 4);
    CHECK(both.skipped.at("file: no benchmark result") == 1);
    std::filesystem::remove_all(folder);
}

TEST_CASE("GuideLLM's report and llama-bench's formats") {
    const auto report = read("guidellm-0.8.json", R"({"device": "h100-sxm"})");
    CHECK(report.rows.front()["value"] == "55");
    CHECK(says(report.rows.front()["notes"], "GuideLLM 0.8.0"));
    for (const char* file : {"llama-bench-2026.json", "llama-bench-2026.jsonl", "llama-bench-2026.sql"}) {
        const auto t = read(file);
        CHECK(t.kind == table_kind::llama_cpp);
        CHECK(t.rows.front()["hardware"] == "RTX 4090");
        CHECK(t.rows.front()["quant"] == "Q4_K_M");
        CHECK(t.rows.front()["test"] == "pp512");
        CHECK(t.rows.front()["value_tok_s"] == "13200.5");
        CHECK(t.rows.front()["notes"] == "build 7948; ub=512; fa=1");
        CHECK(read_measurements(t, shipped()).front().ok());
    }
    const auto markdown = read("llama-bench-2025.md");
    CHECK(markdown.rows.front()["num_devices"] == "2");
    CHECK(markdown.rows.front()["date"] == "2025-08");
    CHECK(read("llama-bench-2023.csv").rows.front()["value_tok_s"] == "2413.341687");
}

TEST_CASE("a stated date may be rougher or finer than the file's, not another") {
    const auto dated = [](const char* date) {
        return read("llama-bench-2026.json", (R"({"date": ")" + std::string(date) + "\"}").c_str())
            .rows.front()["date"];
    };
    const std::string day = read("llama-bench-2026.json").rows.front()["date"];
    CHECK(dated(day.substr(0, 7).c_str()) == day);
    CHECK(dated(day.c_str()) == day);
    CHECK(says(why("llama-bench-2026.json", R"({"date": "2024-01"})"), "date is stated as 2024-01"));
}

TEST_CASE("CSV of llama-bench is found behind what the program says first") {
    const auto tests = detail::llama_csv_tests(
        "warning: asserts enabled, performance may be affected\n\nready\n"
        "n_prompt,n_gen,avg_ts\n\"512\",\"0\",\"2413.5\"\n0,128,101.25\n",
        "a file");
    REQUIRE(tests.size() == 2);
    CHECK(tests[0]["n_prompt"] == "512");
    CHECK(tests[1]["avg_ts"] == "101.25");
}

TEST_CASE("a run that is not what it says is left out with its reason") {
    CHECK(read(result()).rows.size() == 4);  // TTFT, TPOT, latency, output throughput
    CHECK(says(skipped(result(), "completed", 0), "no request completed"));
    CHECK(says(skipped(result(), "completed", 120), "more requests completed"));
    CHECK(says(skipped(result(), "failed", 30), "more than 10%"));
    CHECK(says(skipped(result(), "output_throughput", 5.0), "duration"));
    CHECK(says(skipped(result(), "max_concurrency", 50), "fewer than 3 requests per client"));
    CHECK(says(skipped(result(), "max_concurrency", nullptr), "fewer than 1000 requests"));
    CHECK(says(skipped(result(), "request_rate", 20.0), "held the rate back"));
    CHECK(says(skipped(result(), "ramp_up_strategy", "linear"), "rises"));
    CHECK(says(skipped(result(), "spec_decode_acceptance_rate", 60.0), "speculative"));
    result_json slow = result();
    slow["mean_e2el_ms"] = 40.0;  // less than TTFT and its steps
    CHECK(read(slow).rows.size() == 1);
}

TEST_CASE("what is stated must fit the file and be known") {
    CHECK(says(why("vllm-2025-11.json", "{}"), "device="));
    CHECK(says(why("vllm-2025-11.json", R"({"device": "h100-sxm", "model": "llama-3.1-70b"})"), "llama-3.1-70b"));
    CHECK(says(why("vllm-2025-11.json", R"({"device": "h100-sxm", "weights": "fp9"})"), "known: unstated"));
    CHECK(says(why("vllm-2025-11.json", R"({"device": "h100-sxm", "kv": "fp8"})"), "kv= needs weights="));
    CHECK(says(why("vllm-2025-11.json", R"({"device": "h100-sxm", "tp": 0})"), "tp must be"));
    CHECK(says(why("vllm-2025-11.json", R"({"device": "h100-sxm", "backend": "cuda"})"), "for llama-bench"));
    CHECK(says(why("llama-bench-2026.json", R"({"tp": 2})"), "says this itself"));
    CHECK(says(why("llama-bench-2026.json", R"({"device": "h100-sxm"})"), "RTX 4090"));
    CHECK(says(why("vllm-2025-11.json", R"({"colour": "red"})"), "colour"));
    result_json given = result_json::object();
    read_stated("tp=2", given);
    read_stated("device=h100-sxm", given);
    CHECK(given == result_json{{"tp", 2.0}, {"device", "h100-sxm"}});
    CHECK_THROWS_WITH_AS(read_stated("tp", given), doctest::Contains("NAME=VALUE"), error);
}

TEST_CASE("what is none of the tools' says what was tried") {
    const auto file = std::filesystem::temp_directory_path() / "gambrel-no-result.json";
    std::ofstream(file) << R"({"model_type": "llama", "hidden_size": 4096})";
    try {
        read_benchmark_results(file, stated{}, shipped());
        FAIL("read");
    } catch (const unknown_result& e) {
        for (const char* part : {"vllm bench serve", "GuideLLM", "llama-bench", "model_type, hidden_size"})
            CHECK(says(e.what(), part));
    }
    std::ofstream(file) << "\xC0\x80";  // no mark of UTF-16, and no UTF-8
    CHECK_THROWS_WITH_AS(read_benchmark_results(file, stated{}, shipped()), doctest::Contains("UTF-8"), error);
    std::filesystem::remove(file);
}
