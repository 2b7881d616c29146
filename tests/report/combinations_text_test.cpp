// SPDX-License-Identifier: Apache-2.0
// Answers in lines: every cell against the answer it is of, in a table with ranges and without, and in CSV.
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/hardware/catalog.hpp>
#include <gambrel/model/catalog.hpp>
#include <gambrel/report/text/combinations_text.hpp>
#include <gambrel/runtime/catalog.hpp>
#include <sstream>

using namespace gambrel;

namespace {
ask::question of(const device<>& d, double clients) {
    ask::question q{.what = {model_named("llama-3.1-8b"), d, runtime_named("vllm")}};
    q.load.concurrency = clients;
    return q;
}
std::vector<std::string> cells_of(const std::string& line) {
    std::vector<std::string> all;
    std::istringstream in(line);
    for (std::string cell; std::getline(in, cell, ',');) all.push_back(cell);
    return all;
}
}  // namespace

TEST_CASE("a line for each: with ranges where they fit, else without, and why not where there is none") {
    report::combinations_table t({"device", "clients"});
    const ask::question q = of(device_named("h100-sxm"), 4.0);
    const ask::answer a = ask::answered(q);
    t.add({"h100-sxm", "4"}, a);
    t.add({"rtx-3070", "1"}, ask::answered(of(device_named("rtx-3070"), 1.0)));
    const std::string wide = t.text(120), narrow = t.text(60);
    CHECK(wide.find(to_string(a.predicted.ttft)) != std::string::npos);
    CHECK(wide.find(to_string(a.predicted.tpot)) != std::string::npos);
    CHECK(narrow.find(to_string(a.predicted.tpot)) == std::string::npos);
    CHECK(narrow.find(to_string(a.predicted.tpot.value)) != std::string::npos);
    CHECK(narrow.find("a wider terminal, --csv or --json") != std::string::npos);
    for (const std::string& s : {wide, narrow}) {
        CHECK(s.find(to_string(a.predicted.output_throughput.value)) != std::string::npos);
        CHECK(s.find("does not fit") != std::string::npos);
        CHECK(s.find("memory bandwidth") != std::string::npos);
    }
    std::istringstream lines(narrow);
    for (std::string line; std::getline(lines, line);) CHECK(ask::width(line) <= 80);
}

TEST_CASE("CSV: the columns of a sweep, a cell that is not known empty") {
    const std::vector<std::string> names = cells_of(report::combinations_csv_heading({"device", "clients"}));
    const ask::question q = of(device_named("h100-sxm"), 4.0);
    const ask::answer a = ask::answered(q);
    std::vector<std::string> cells = cells_of(report::combinations_csv_line({"h100-sxm", "=4"}, q, a));
    REQUIRE(cells.size() == names.size());
    const auto at = [&](const std::string& name) {
        for (std::size_t i = 0; i < names.size(); ++i)
            if (names[i] == name) return cells[i];
        return std::string("no such column");
    };
    CHECK(at("clients") == "'=4");  // no formula for a spreadsheet
    CHECK(at("devices") == "1");
    CHECK(at("status") == "none");
    CHECK(std::stod(at("tpot_s")) == a.predicted.tpot.value.value());
    CHECK(std::stod(at("ttft_high_s")) == a.predicted.ttft.high.value());
    CHECK(std::stod(at("usd_per_million_output_tokens")) ==
          approx(a.cost->output.value / dollars_per_million_tokens(1)));
    CHECK(std::stod(at("joules_per_output_token")) == a.energy->value.value());
    CHECK(std::stod(at("board_power_w")) == a.power->value.value());
    CHECK(at("tpot_bound") == "memory_bandwidth");
    const ask::question none = of(device_named("rtx-3070"), 1.0);
    cells = cells_of(report::combinations_csv_line({"rtx-3070", "1"}, none, ask::answered(none)) + ",");
    CHECK(at("status") == "does_not_fit");
    CHECK(at("tpot_s").empty());
    CHECK(std::stod(at("shortfall_bytes")) > 1e9);
}
