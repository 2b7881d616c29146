// SPDX-License-Identifier: Apache-2.0
// The keys are a promise (docs/json.md): these lists change only with the document and the changelog.
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/report/json/workload_json.hpp>
#include <gambrel/workload/catalog.hpp>

using namespace gambrel;
using report::json;

TEST_CASE("a named workload as JSON") {
    const json j = report::workload_json(catalog::inferencex_1k8k);
    std::vector<std::string> keys, of_length;
    for (const auto& [key, unused] : j.items()) keys.push_back(key);
    for (const auto& [key, unused] : j["prompt"].items()) of_length.push_back(key);
    CHECK(keys == std::vector<std::string>{"gambrel", "name", "title", "prompt", "output", "protocol", "source", "date",
                                           "evidence"});
    CHECK(of_length ==
          std::vector<std::string>{"distribution", "mean", "standard_deviation", "p50", "p90", "p99", "longest"});
    // uniform from 0.8 x 8192 to 8192: standard deviation of the width 1638.4 over sqrt(12)
    CHECK(j["output"]["distribution"] == "uniform");
    CHECK(j["output"]["mean"].get<double>() == approx(7372.8));
    CHECK(j["output"]["standard_deviation"].get<double>() == approx(1638.4 / std::sqrt(12.0)));
    CHECK(j["output"]["p90"].get<double>() == approx(6553.6 + 0.9 * 1638.4));
    CHECK(j["output"]["longest"] == 8192.0);
    CHECK(j["protocol"] == "benchmark");
    const json all = report::workloads_json(all_workloads);
    REQUIRE(all.size() == all_workloads.size());
    for (std::size_t i = 0; i < all.size(); ++i) CHECK(all[i]["name"] == workload_names[i]);
    CHECK(all[3]["protocol"] == "steady");
    CHECK(all[3]["evidence"] == "measured");
}
