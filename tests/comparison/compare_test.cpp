// SPDX-License-Identifier: Apache-2.0
// Two sets of runs: verdicts, how often they are wrong, and sides that do not match.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <gambrel/comparison/compare.hpp>
#include <gambrel/comparison/io/read_runs.hpp>
#include <gambrel/measurement/io/conventions_file.hpp>
#include <random>

using namespace gambrel;

namespace {
observation run(std::map<std::string, double> figures, double clients = 16.0, double prompt = 1024.0) {
    observation o;
    o.where = "run";
    o.prompt = prompt;
    o.output = 256.0;
    o.clients = clients;
    o.figures = std::move(figures);
    return o;
}
std::vector<observation> runs(const std::string& metric, const std::vector<double>& values, double clients = 16.0) {
    std::vector<observation> all;
    for (const double v : values) all.push_back(run({{metric, v}}, clients));
    return all;
}
const std::vector<double> before{1436, 1452, 1401, 1448, 1420}, after{1361, 1388, 1340, 1379, 1352},
    again{1400, 1455, 1382, 1431, 1415};

/// How often each verdict falls on any of `metrics` figures, of `pairs` pairs of sets of five runs that vary by 2 %.
std::array<int, 4> verdicts(double change, double margin, int metrics, int pairs) {
    std::mt19937_64 random(2026);
    std::normal_distribution<double> noise(0.0, std::sqrt(std::log1p(0.02 * 0.02)));
    std::array<int, 4> count{};
    const comparison_options o{.margin = margin};
    for (int i = 0; i < pairs; ++i) {
        std::vector<log_ratio> ratios;
        std::vector<double> p;
        for (int m = 0; m < metrics; ++m) {
            std::array<std::vector<double>, 2> side;
            for (int n = 0; n < 5; ++n) side[0].push_back(std::exp(noise(random)));
            for (int n = 0; n < 5; ++n) side[1].push_back(std::exp(noise(random)) * change);
            ratios.push_back(unpaired_ratio(side[0], side[1]));
            p.push_back(p_beyond(ratios.back(), margin));
        }
        p = holm_adjusted(p);
        std::array<bool, 4> any{};
        for (std::size_t m = 0; m < ratios.size(); ++m)
            any[static_cast<std::size_t>(verdict_of(ratios[m], false, p[m], o))] = true;
        for (std::size_t v = 0; v < 4; ++v) count[v] += any[v] ? 1 : 0;
    }
    return count;
}
int of(const std::array<int, 4>& count, change c) { return count[static_cast<std::size_t>(c)]; }
}  // namespace

TEST_CASE("worse, same, better, cannot tell") {
    CHECK(compared(runs("output_throughput", before), runs("output_throughput", after), {.margin = 0.02}).verdict ==
          change::worse);
    CHECK(compared(runs("tpot_mean", before), runs("tpot_mean", after), {.margin = 0.02}).verdict == change::better);
    CHECK(compared(runs("output_throughput", before), runs("output_throughput", again)).verdict == change::same);
    const comparison c = compared(runs("output_throughput", before), runs("output_throughput", after));
    REQUIRE(c.verdict == change::cannot_tell);  // 4.7 % less: is that more than 5 % or not?
    const metric_change& m = c.loads.at(0).metrics.at(0);
    CHECK(m.p_changed < 0.001);
    CHECK(m.runs_to_tell == 0);  // 4.94 % lies so near the margin that no number of runs is worth it
    const comparison few = compared(runs("output_throughput", {100, 103}), runs("output_throughput", {91, 88}));
    REQUIRE(few.verdict == change::cannot_tell);
    const int n = few.loads.at(0).metrics.at(0).runs_to_tell;
    CHECK(n > 2);
    CHECK(runs_for({.variation = few.loads.at(0).metrics.at(0).variation},
                   1.0 / few.loads.at(0).metrics.at(0).ratio - 1.0, 0.05) == n);
}

TEST_CASE("2,000 pairs of sets: false alarms at most 5 %, power at least 80 % at the stated least change") {
    constexpr int pairs = 2000;
    // Three standard deviations of a binomial count: 29 at 5 %, 54 at 80 %.
    const double spare_5 = 3.0 * std::sqrt(pairs * 0.05 * 0.95), spare_80 = 3.0 * std::sqrt(pairs * 0.8 * 0.2);
    const auto nothing = verdicts(1.0, 0.0, 1, pairs);
    CHECK(of(nothing, change::worse) + of(nothing, change::better) <= 0.05 * pairs + spare_5);
    CHECK(of(nothing, change::worse) + of(nothing, change::better) >= 0.04 * pairs - spare_5);  // no sleeping guard
    const auto three = verdicts(1.0, 0.0, 3, pairs);
    CHECK(of(three, change::worse) + of(three, change::better) <= 0.05 * pairs + spare_5);
    for (const double margin : {0.0, 0.05}) {
        const double least = 1.0 + least_detectable_change({.variation = 0.02}, 5, margin);
        const auto there = verdicts(least, margin, 1, pairs);
        CAPTURE(margin);
        CHECK(of(there, change::worse) >= 0.8 * pairs - spare_80);
        CHECK(of(there, change::worse) <= 0.8 * pairs + spare_80);  // a stated change that is too large states little
        MESSAGE("shown " << of(there, change::worse) << " at " << least);
    }
    const auto at_margin = verdicts(1.05, 0.05, 1, pairs);  // a change of just what is nobody's concern
    CHECK(of(at_margin, change::worse) <= 0.025 * pairs + 3.0 * std::sqrt(pairs * 0.025 * 0.975));
    CHECK(of(at_margin, change::same) <= 0.05 * pairs + spare_5);
    MESSAGE("false alarms " << of(nothing, change::worse) + of(nothing, change::better) << ", of three figures "
                            << of(three, change::worse) + of(three, change::better));
}

TEST_CASE("several figures: any that is worse decides, and Holm is what it is judged by") {
    std::vector<observation> a, b;
    for (std::size_t i = 0; i < 5; ++i) {
        a.push_back(run({{"output_throughput", before[i]}, {"tpot_mean", before[i]}, {"itl_std", 1.0 + double(i)}}));
        b.push_back(run({{"output_throughput", after[i]}, {"tpot_mean", again[i]}, {"itl_std", 9.0 + double(i)}}));
    }
    const comparison c = compared(a, b, {.margin = 0.02});
    CHECK(c.verdict == change::worse);
    const auto& m = c.loads.at(0).metrics;
    REQUIRE(m.size() == 3);
    CHECK(m[0].metric == "itl_std");
    CHECK_FALSE(m[0].gated);
    CHECK(m[1].p_adjusted == doctest::Approx(2.0 * m[1].p_beyond).epsilon(1e-12));
    comparison_options only{.margin = 0.02, .metrics = {"tpot_mean"}};
    CHECK(compared(a, b, only).verdict == change::cannot_tell);
    only.metrics = {"power"};
    CHECK(compared(a, b, only)
              .remarks.back()
              .find("power is not in runs of both sides; there is itl_std, output_throughput, tpot_mean") == 0);
}

TEST_CASE("sides that do not match: what can be compared is, and the rest is said") {
    auto a = runs("tpot_mean", before), b = runs("tpot_mean", again);
    a.push_back(run({{"tpot_mean", 5.0}}, 64.0));
    b.front().figures["ttft_mean"] = 3.0;
    b.back().figures.clear();
    comparison c = compared(a, b);
    REQUIRE(c.loads.size() == 1);
    CHECK(c.remarks.at(0) == "only A has runs of prompt 1024, output 256, 64 clients");
    CHECK(c.loads[0].remarks.at(0) == "tpot_mean is missing, or not positive, in 1 of 10 runs");
    CHECK(c.loads[0].remarks.at(1) == "ttft_mean is in runs of B alone");
    REQUIRE(c.loads[0].metrics.size() == 2);
    CHECK(c.loads[0].metrics[0].tested);
    CHECK(c.loads[0].metrics[0].verdict == change::cannot_tell);  // the run that lacks it may have broken down
    CHECK(c.loads[0].metrics[1].incomplete);
    CHECK(std::isnan(c.loads[0].metrics[1].ratio));
    CHECK(c.verdict == change::cannot_tell);
    b.back().figures = {{"tpot_mean", again.back()}};
    b.front().figures.erase("ttft_mean");
    CHECK(compared(a, b).verdict == change::same);
    b.front().figures["ttft_p99"] = 3.0;  // decides nothing, and may be missing
    CHECK(compared(a, b).verdict == change::same);
    b.front().figures.erase("ttft_p99");
    b.back().figures.clear();
    CHECK_THROWS_WITH(compared(runs("tpot_mean", before, 16.0), runs("tpot_mean", before, 32.0)),
                      doctest::Contains("no load in common"));
    CHECK_THROWS_WITH(compared({}, b), doctest::Contains("no run on side A"));
    CHECK_THROWS_WITH(compared(a, b, {.margin = -0.1}), doctest::Contains("margin"));

    const comparison one = compared(runs("tpot_mean", {2.0}), runs("tpot_mean", {3.0, 3.1}));
    CHECK(one.verdict == change::cannot_tell);
    CHECK(one.loads[0].metrics[0].ratio == doctest::Approx(std::sqrt(3.0 * 3.1) / 2.0).epsilon(1e-12));
    CHECK_FALSE(one.loads[0].metrics[0].tested);

    auto lone_a = runs("ttft_mean", before, 1.0), lone_b = runs("ttft_mean", after, 1.0);
    lone_a[0].runtime_version = "0.10.0";
    lone_b[0].runtime_version = "0.11.0";
    c = compared(lone_a, lone_b);
    CHECK_FALSE(c.loads[0].metrics[0].gated);
    CHECK(c.verdict == change::cannot_tell);  // nothing is gated
    CHECK(c.differs == std::vector<std::string>{"runtime version: 0.10.0 and 0.11.0"});
    CHECK(std::find(c.remarks.begin(), c.remarks.end(),
                    "runs of side B are not of one server: runtime version 0.11.0") != c.remarks.end());

    comparison_options paired{.margin = 0.02, .paired = true};
    CHECK(compared(runs("tpot_mean", before), runs("tpot_mean", after), paired).loads[0].metrics[0].tested->paired);
    CHECK_FALSE(
        compared(runs("tpot_mean", before), runs("tpot_mean", {1, 2, 3}), paired).loads[0].metrics[0].tested->paired);
}

TEST_CASE("means and one throughput decide") {
    const observation closed = run({}), lone = run({}, 1.0);
    observation batch = run({});
    batch.all_at_once = true;
    const auto gated = [](const std::vector<std::string>& names, const observation& of) {
        std::map<std::string, int> all;
        std::string found;
        for (const std::string& n : names) all[n] = 3;
        for (const auto& [n, sides] : all)
            if (detail::not_gated(n, all, of, {}).empty()) found += n + " ";
        return found;
    };
    const std::vector<std::string> every{
        "ttft_mean",        "ttft_median",     "ttft_p99",          "tpot_mean",          "tpot_std",        "itl_mean",
        "e2e_latency_mean", "e2e_latency_max", "output_throughput", "request_throughput", "total_throughput"};
    CHECK(gated(every, closed) == "e2e_latency_mean output_throughput tpot_mean ttft_mean ");
    CHECK(gated(every, lone) == "e2e_latency_mean output_throughput tpot_mean ");
    CHECK(gated(every, batch) == "output_throughput tpot_mean ");
    CHECK(gated({"request_throughput", "total_throughput", "itl_median"}, closed) == "itl_median request_throughput ");
    CHECK(gated({"total_throughput"}, closed) == "total_throughput ");
}

TEST_CASE("lengths that are drawn differ a little from run to run") {
    CHECK(same_load(run({}, 16, 1024.0), run({}, 16, 1031.0)));
    CHECK_FALSE(same_load(run({}, 16, 1024.0), run({}, 16, 1100.0)));
    CHECK_FALSE(same_load(run({}, 16), run({}, 17)));
}

TEST_CASE("runs in files: a result a run, whatever it does not say of the machine") {
    std::map<std::string, std::size_t> left_out;
    const auto read = [&](const std::string& path) {
        return read_runs({path}, result_json::object(), conventions{}, left_out);
    };
    const auto one = read("python/tests/data/vllm-2025-11.json");
    REQUIRE(one.size() == 1);
    CHECK(one[0].clients == 16.0);
    CHECK(one[0].prompt == 1024.0);
    CHECK(one[0].figures.at("tpot_mean") == doctest::Approx(9.6e-3));
    CHECK(one[0].figures.at("output_throughput") == doctest::Approx(1607.28).epsilon(1e-5));
    CHECK_THROWS_AS(read("CMakeLists.txt"), error);
    CHECK_THROWS_AS(read("no-such-file.json"), error);
    CHECK_FALSE(read("python/tests/data").empty());  // a folder with files of other tools and of none
    CHECK(left_out.at("file: no benchmark result") > 0);

    CHECK(one[0].figures.at("ttft_p99") > one[0].figures.at("ttft_mean"));

    const auto llama = read("python/tests/data/llama-bench-2026.json");
    REQUIRE_FALSE(llama.empty());
    CHECK(llama[0].figures.begin()->first.find("_throughput") != std::string::npos);
    observation deep = llama[0];
    deep.settings["n_depth"] = "4096";
    CHECK_FALSE(same_load(llama[0], deep));
    CHECK(load_words(deep).find("after 4096 cached tokens") != std::string::npos);
    left_out.clear();
    CHECK(read_runs({"python/tests/data/vllm-2025-11.json", "python/tests/data/vllm-2025-11.json"},
                    result_json::object(), conventions{}, left_out)
              .size() == 1);
    CHECK(left_out.at("file: a copy of one that was read") == 1);
    measured_table odd = measured_table::with_columns(table_kind::serving, serving_columns);
    std::vector<std::string> row(serving_columns.size());
    for (std::size_t i = 0; i < row.size(); ++i)
        row[i] = serving_columns[i] == "metric" ? "tpot_mean" : serving_columns[i] == "value" ? "12.3.4" : "";
    odd.add(row);
    CHECK_THROWS_WITH(runs_of(odd), doctest::Contains("tpot_mean of a row is '12.3.4', which is no number"));
    CHECK(detail::no_run(one[0]).empty());
    observation counters{.where = "metrics.txt", .figures = {{"ttft_mean", 0.1}}};
    CHECK(detail::no_run(counters) == "file: neither load nor lengths of requests");
    counters.figures.clear();
    CHECK(detail::no_run(counters) == "file: no figures of requests");
    observation broken = one[0];
    broken.failed = *broken.completed;
    CHECK(detail::no_run(broken) == "run: more than 10% of the requests failed");
    broken.completed = 0.0;
    CHECK(detail::no_run(broken) == "run: no request completed");
}
