// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/numeric/io/csv.hpp>
#include <gambrel/simulation/io/chrome_trace.hpp>
#include <gambrel/simulation/io/records_csv.hpp>
#include <gambrel/simulation/run.hpp>
#include <nlohmann/json.hpp>
#include <sstream>

using namespace gambrel;
using namespace gambrel::simulation;

namespace {
const server small{.scheduling = vllm_style(8, 512), .blocks = 60};
const std::vector<request> sent{{.sent = seconds_of(0), .prompt = 700, .output = 20},
                                {.sent = seconds_of(0.1), .prompt = 100, .output = 1},
                                {.sent = seconds_of(0.2), .prompt = 5000, .output = 5}};
constexpr linear_step law{6.7e-3, 2.08e-5, 4.9e-8};
}  // namespace

TEST_CASE("requests and passes as CSV: read back, they say what the summary says") {
    std::stringstream of_requests, of_steps;
    request_csv by_request(of_requests);
    step_csv by_step(of_steps);
    const summary a =
        run(law, small, replay_source(sent), {.on_request = by_request.writer(), .on_step = by_step.writer()});
    CHECK(a.rejected == 1);
    csv_reader r(of_requests);
    double ttft = 0.0;
    int rows = 0, rejected = 0;
    while (r.next()) {
        ++rows;
        if (r["rejected"] == "1") {
            ++rejected;
            CHECK(r["ttft_s"].empty());
            CHECK(r["input_tokens"] == "5000");
        } else {
            ttft += std::stod(r["ttft_s"]);
            CHECK(std::stod(r["finished_s"]) - std::stod(r["sent_s"]) ==
                  approx(std::stod(r["latency_s"])).epsilon(1e-4));
        }
    }
    CHECK(rows == 3);
    CHECK(rejected == 1);
    CHECK(ttft == approx(a.ttft.sum().value()).epsilon(1e-4));
    csv_reader s(of_steps);
    std::uint64_t passes = 0, prompt_tokens = 0;
    while (s.next()) {
        ++passes;
        prompt_tokens += std::stoul(s["prompt_tokens"]);
    }
    CHECK(passes == a.passes);
    CHECK(prompt_tokens == 800);
}

TEST_CASE("the Chrome trace is JSON with one slice a pass and balanced spans of requests") {
    std::stringstream out;
    summary a;
    {
        chrome_trace trace(out);
        a = run(law, small, replay_source(sent),
                {.on_request = [&](const request_record& r) { trace.write(r); },
                 .on_step = [&](const step_record& s) { trace.write(s); }});
    }
    const auto document = nlohmann::json::parse(out.str());
    std::uint64_t slices = 0, begun = 0, ended = 0;
    for (const auto& e : document["traceEvents"]) {
        CHECK(e["ts"].is_number());
        slices += e["ph"] == "X" ? 1 : 0;
        begun += e["ph"] == "b" ? 1 : 0;
        ended += e["ph"] == "e" ? 1 : 0;
    }
    CHECK(slices == a.passes);
    CHECK(begun == 5);  // two in line, two prefills, one decode
    CHECK(ended == begun);
    std::stringstream empty;
    chrome_trace(empty).finish();
    CHECK(nlohmann::json::parse(empty.str())["traceEvents"].empty());
}
