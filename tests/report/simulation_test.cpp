// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <gambrel/report/json/simulation_json.hpp>
#include <gambrel/report/text/simulation_text.hpp>
#include <gambrel/simulation/run.hpp>

using namespace gambrel;
using namespace gambrel::simulation;

namespace {
ask::simulated simulated(double rate) {
    const server s{.scheduling = vllm_style(64, 8192), .blocks = 3000};
    return {.heading = "what\n",
            .result = run(linear_step{6.7e-3, 2.08e-5, 4.9e-8}, s,
                          open_source(arrivals::poisson(rate), 1000.0, 200.0, 3000, 1), {.warm_up = 100}),
            .blocks = 3000};
}
}  // namespace

TEST_CASE("text and JSON of a run say the same") {
    const ask::simulated s = simulated(5);
    const report::json j = report::as_json(s);
    CHECK(j["stable"] == true);
    CHECK(j["requests"]["answered"] == 3000);
    CHECK(j["ttft_s"]["count"] == 2900);
    CHECK(j["ttft_s"]["mean"] == s.result.ttft.mean().value());
    CHECK(j["kv_blocks"]["available"] == 3000);
    const std::string text = report::screen(s);
    CHECK(text.find("what\n") == 0);
    CHECK(text.find("3,000 sent, 3,000 answered, 0 rejected") != std::string::npos);
    CHECK(text.find(report::detail::milliseconds_text(s.result.ttft.p99())) != std::string::npos);
    CHECK(text.find("Not stable") == std::string::npos);
    CHECK(text.find("nan") == std::string::npos);
}

TEST_CASE("an unstable run says so, in both") {
    const ask::simulated s = simulated(60);
    CHECK(report::as_json(s)["stable"] == false);
    CHECK(report::screen(s).find("Not stable: the line grew by") != std::string::npos);
}

TEST_CASE("a run of nothing has no figures, and no numbers that are none") {
    const ask::simulated s{.heading = "", .result = {}, .blocks = unlimited};
    const std::string text = report::screen(s), data = report::as_json(s).dump();
    CHECK(text.find("nan") == std::string::npos);
    CHECK(text.find("inf") == std::string::npos);
    CHECK(report::as_json(s)["ttft_s"].is_null());
    CHECK(report::as_json(s)["kv_blocks"]["available"].is_null());
}
