// SPDX-License-Identifier: Apache-2.0
#include "questions.hpp"

#include <doctest/doctest.h>

#include <ridgepoint/report/prediction_text.hpp>
#include <sstream>

using namespace ridgepoint;

namespace {
std::vector<std::string> lines(const std::string& s) {
    std::vector<std::string> all;
    std::istringstream in(s);
    for (std::string line; std::getline(in, line);) all.push_back(line);
    return all;
}
void check_screen(const report::question& q) {
    const auto all = lines(report::screen(q, report::answered(q)));
    CHECK(all.size() <= 40);
    for (const std::string& line : all) {
        CAPTURE(line);
        CHECK(report::width(line) <= 80);
        CHECK((line.empty() || line.back() != ' '));
    }
}
}  // namespace

TEST_CASE("an answer fits on one screen of 80 by 40") {
    check_screen(report::flagship());
    check_screen(report::asked("deepseek-r1", "h200-sxm", {.tensor = 8, .expert = 8}, formats::fp8_block));
    check_screen(report::asked("llama-3.1-70b", "h100-sxm", {}, formats::bf16));
    auto waiting = report::asked("llama-3.1-8b", "h100-sxm", {}, formats::bf16);
    waiting.load.concurrency = 5000;
    waiting.load.prompt = length::log_normal(2048, 0.5);
    check_screen(waiting);
    auto benchmark = report::flagship();
    benchmark.load.protocol = protocol::serving_benchmark();
    check_screen(benchmark);
}

TEST_CASE("the answer comes first, then the bound, then the evidence") {
    auto q = report::flagship();
    q.rent = dollars_per_hour(2.5);
    const auto a = report::answered(q);
    const std::string s = report::screen(q, a);
    std::size_t at = 0;
    for (const char* part :
         {"meta-llama/Llama-3.1-70B-Instruct (fp8 weights, fp8 KV)\non 4 x h100-sxm (tp 4) under vLLM",
          "prompt 2,048, output 256 tokens; 64 clients", "80 % range", "TTFT", "TPOT", "per device", "at 2.50 $/h each",
          "energy per output", "memory", "what bounds it", "where the time goes", "GEMM", "what it rests on",
          "device: ", "efficiency: ", "host times: ", "price: given by the caller"}) {
        CAPTURE(part);
        const std::size_t found = s.find(part, at);
        REQUIRE(found != std::string::npos);
        at = found;
    }
    const std::string tpot = to_string(a.predicted.tpot);
    CHECK(s.find(tpot.substr(tpot.find('('))) != std::string::npos);
}

TEST_CASE("recalled figures are flagged") {
    const auto q = report::flagship();
    const auto evidence = report::evidence_of(q, report::answered(q));
    REQUIRE(evidence.size() == 5);
    CHECK(evidence[1].what == "efficiency");
    CHECK(evidence[1].flagged == (q.what.constants.from.kind == evidence::recalled));
    CHECK(evidence[4].flagged);  // the usual price of electricity is recalled
    auto own = q;
    own.electricity = dollars_per_kilowatt_hour(0.2);
    CHECK_FALSE(report::evidence_of(own, report::answered(own))[4].flagged);
}

TEST_CASE("an impossible deployment is answered by why and what instead") {
    const auto q = report::asked("llama-3.1-70b", "h100-sxm", {.tensor = 3}, formats::fp8);
    const std::string s = report::screen(q, report::answered(q));
    CHECK(s.find("Not possible: tp 3 does not divide the 64 heads") != std::string::npos);
    CHECK(s.find("Instead: tp 2 or tp 4 would work.") != std::string::npos);
}
