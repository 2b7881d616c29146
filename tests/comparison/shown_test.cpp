// SPDX-License-Identifier: Apache-2.0
// What people and build servers see of a comparison: from files to text, JSON and JUnit; probes, drift, and
// predictions.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <gambrel/measurement/io/conventions_file.hpp>
#include <gambrel/report/json/comparison_json.hpp>
#include <gambrel/report/junit/comparison_junit.hpp>

using namespace gambrel;
using report::json;

namespace {
/// A folder of results in the layout of `vllm bench serve`, removed with it.
struct result_folder {
    std::filesystem::path path;
    explicit result_folder(const std::string& name, const std::vector<double>& tpot_ms, double clients = 16)
        : path(std::filesystem::temp_directory_path() / ("gambrel-compare-" + name)) {
        std::filesystem::remove_all(path);
        std::filesystem::create_directories(path);
        int i = 0;
        for (const double ms : tpot_ms) {
            const json j{{"date", "20261101-1015" + std::to_string(10 + i)},
                         {"backend", "vllm"},
                         {"model_id", "meta-llama/Llama-3.1-8B-Instruct"},
                         {"num_prompts", 160},
                         {"completed", 160},
                         {"request_rate", "inf"},
                         {"max_concurrency", clients},
                         {"total_input_tokens", 163840},
                         {"total_output_tokens", 20480},
                         {"mean_tpot_ms", ms},
                         {"output_throughput", 16e3 / ms}};
            std::ofstream(path / ("run-" + std::to_string(100 + i++) + ".json")) << j;
        }
    }
    ~result_folder() { std::filesystem::remove_all(path); }
    std::vector<std::string> files() const { return {path.string()}; }
};
sides_asked asked(const result_folder& a, const result_folder& b, double margin) {
    sides_asked s;
    s.paths = {a.files(), b.files()};
    s.options.margin = margin;
    return s;
}
}  // namespace

TEST_CASE("from files to a verdict, in words, as data and for a build server") {
    const result_folder a("a", {10.0, 10.1, 9.9, 10.05, 9.95}), b("b", {10.9, 11.1, 11.0, 10.95, 11.05});
    const compared_sides c = compared(asked(a, b, 0.05), conventions{});
    CHECK(c.result.verdict == change::worse);
    REQUIRE(c.result.loads.size() == 1);
    CHECK(c.result.loads[0].runs_a.size() == 5);
    const std::string text = report::screen(c);
    CHECK(text.find("prompt 1024, output 128, 16 clients: 5 and 5 runs") != std::string::npos);
    CHECK(text.find("B is worse: output_throughput, tpot_mean") != std::string::npos);
    CHECK(text.find("+10.0 %") != std::string::npos);
    const json j = report::as_json(c);
    CHECK(j["verdict"] == "worse");
    CHECK(j["loads"][0]["metrics"][1]["metric"] == "tpot_mean");
    CHECK(j["loads"][0]["metrics"][1]["ratio"]["value"].get<double>() == doctest::Approx(1.1).epsilon(1e-4));
    CHECK(j["loads"][0]["metrics"][1]["a"].size() == 5);
    CHECK(j["loads"][0]["metrics"][1]["higher_is_better"] == false);
    CHECK(j["drift"].is_null());
    const std::string xml = report::as_junit(c.result);
    CHECK(xml.find("tests=\"2\" failures=\"2\" errors=\"0\" skipped=\"0\"") != std::string::npos);
    CHECK(xml.find("<failure message=\"tpot_mean 10 ms to 11 ms: +") != std::string::npos);

    sides_asked odd = asked(a, b, 0.05);
    odd.stated["device"] = "<h100> & \"co\"";  // never a name in the XML, and escaped in what is
    CHECK(report::detail::xml_text("<h100> & \"co\"\n") == "&lt;h100&gt; &amp; &quot;co&quot;\\n");
    CHECK(compared(odd, conventions{}).result.verdict == change::worse);
}

TEST_CASE("too few runs: how many would tell") {
    const result_folder a("few-a", {10.0, 10.6}), b("few-b", {10.9, 11.6});
    const compared_sides c = compared(asked(a, b, 0.05), conventions{});
    CHECK(c.result.verdict == change::cannot_tell);
    CHECK(report::screen(c).find("more runs a side would tell") != std::string::npos);
    CHECK(report::as_junit(c.result).find("skipped=\"2\"") != std::string::npos);
    const result_folder one("one", {12.0});
    const std::string text = report::screen(compared(asked(a, one, 0.05), conventions{}));
    CHECK(text.find("one run a side: a ratio without a range") != std::string::npos);
    const result_folder other("other", {12.0, 12.1}, 32);
    CHECK_THROWS_WITH(compared(asked(a, other, 0.05), conventions{}), doctest::Contains("no load in common"));
}

TEST_CASE("runs that broke down: what is left of a side is not the side") {
    const result_folder a("k-a", {10.0, 10.1, 9.9, 10.05, 9.95}), b("k-b", {10.0, 10.1, 9.9, 10.05, 9.95});
    CHECK(compared(asked(a, b, 0.05), conventions{}).result.verdict == change::same);
    const auto break_down = [&](int i) {
        const auto file = b.path / ("run-" + std::to_string(100 + i) + ".json");
        json j;
        std::ifstream(file) >> j;
        j["completed"] = 0;
        std::ofstream(file) << j;
    };
    break_down(4);
    const compared_sides c = compared(asked(a, b, 0.05), conventions{});
    CHECK(c.result.verdict == change::cannot_tell);
    CHECK(c.left_out.at("run: no request completed") == 1);
    for (int i = 0; i < 4; ++i) break_down(i);
    CHECK_THROWS_WITH(compared(asked(a, b, 0.05), conventions{}),
                      "there is no run on side B; left out: 5 x run: no request completed");
}

TEST_CASE("probes: an hour that slows both") {
    const std::vector<double> hours{1.0, 1.1, 0.95, 1.05, 1.2};
    const auto times = [&](double base, bool turned) {
        std::vector<double> all;
        for (std::size_t i = 0; i < hours.size(); ++i)
            all.push_back(base * hours[turned ? hours.size() - 1 - i : i] * (1.0 + 0.002 * static_cast<double>(i % 3)));
        return all;
    };
    const result_folder a("p-a", times(10.0, false)), b("p-b", times(10.8, true)),
        probe_a("p-pa", times(5.0, false), 1), probe_b("p-pb", times(5.0, true), 1);
    sides_asked s = asked(a, b, 0.05);
    CHECK(compared(s, conventions{}).result.verdict == change::cannot_tell);
    s.probes = {probe_a.files(), probe_b.files()};
    const compared_sides c = compared(s, conventions{});
    CHECK(c.result.verdict == change::worse);
    CHECK(c.result.loads.at(0).remarks.at(0).find("output_throughput: the probe explains 100 % of its spread") == 0);
    CHECK(report::as_json(c)["loads"][0]["metrics"][0]["probe_explains"].get<double>() > 0.99);
    s.probes = {probe_a.files(), {(probe_b.path / "run-100.json").string()}};
    CHECK_THROWS_WITH(compared(s, conventions{}), doctest::Contains("side B has 5 runs and 1 probes"));
}

TEST_CASE("a history that creeps away is worse though no pair of runs shows it") {
    const result_folder a("h-a", {10.0, 10.1, 9.9, 10.05, 9.95, 10.02, 9.98, 10.0}),
        b("h-b", {10.0, 10.1, 10.12, 10.15, 10.14, 10.16, 10.15});
    sides_asked s = asked(a, b, 0.05);
    CHECK(compared(s, conventions{}).result.verdict == change::same);
    s.drift = true;
    const compared_sides c = compared(s, conventions{});
    CHECK(c.result.verdict == change::worse);
    CHECK(c.drifts.at("tpot_mean").upwards);
    CHECK(report::screen(c).find("tpot_mean: drifts up from run") != std::string::npos);
    CHECK(report::as_json(c)["drift"]["tpot_mean"]["direction"] == "up");
    std::swap(s.paths[0], s.paths[1]);
    CHECK_THROWS_WITH(compared(s, conventions{}), doctest::Contains("side A has 7 runs"));
}

TEST_CASE("measured against predicted") {
    const result_folder slow("g-slow", {30.0, 31.0}), fast("g-fast", {8.5, 8.6});
    const auto guard = [](const result_folder& f) {
        result_json given = result_json::object();
        given["device"] = "h100-sxm";
        const conventions c = read_conventions("data");
        return guarded(read_measurements(read_benchmark_results(f.path, stated(given, c), c), c));
    };
    const predicted_guard bad = guard(slow), good = guard(fast);
    CHECK(bad.verdict == change::worse);
    CHECK(good.verdict == change::same);
    REQUIRE(bad.figures.size() == 2);
    CHECK(bad.figures[0].measured.size() == 2);
    for (const guarded_figure& f : bad.figures)
        CHECK(f.higher_is_better() == (f.of.metric == metric::output_throughput));
    CHECK(report::screen(bad).find("worse than predicted") != std::string::npos);
    CHECK(report::as_junit(bad).find("failures=\"2\"") != std::string::npos);
    CHECK(report::as_json(good)["figures"][0]["verdict"] == "same");
    measured_row median = bad.figures[1].of;  // a median is no other run of the mean
    median.workload.protocol.reported = statistic::median;
    const predicted_guard two = guarded({bad.figures[1].of, median});
    REQUIRE(two.figures.size() == 2);
    CHECK(two.figures[1].name() == two.figures[0].name() + ", median");
    CHECK(report::as_json(two)["figures"][1]["statistic"] == "median");
    measured_row unread;
    unread.unpredictable = "its model is not known";
    unread.value = 1.0;
    const predicted_guard none = guarded({unread});
    CHECK(none.verdict == change::cannot_tell);
    CHECK(report::screen(none).find("its model is not known") != std::string::npos);
    CHECK_THROWS_WITH(guarded({}), doctest::Contains("no run"));
}
