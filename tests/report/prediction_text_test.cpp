// SPDX-License-Identifier: Apache-2.0
#include <ask/questions.hpp>

#include <doctest/doctest.h>

#include <gambrel/report/text/prediction_text.hpp>
#include <sstream>

using namespace gambrel;

namespace {
std::vector<std::string> lines(const std::string& s) {
    std::vector<std::string> all;
    std::istringstream in(s);
    for (std::string line; std::getline(in, line);) all.push_back(line);
    return all;
}
void check_screen(const ask::question& q) {
    const auto all = lines(report::screen(q, ask::answered(q)));
    CHECK(all.size() <= 40);
    for (const std::string& line : all) {
        CAPTURE(line);
        CHECK(ask::width(line) <= 80);
        CHECK((line.empty() || line.back() != ' '));
    }
}
}  // namespace

TEST_CASE("an answer fits on one screen of 80 by 40") {
    check_screen(ask::flagship());
    check_screen(ask::asked("deepseek-r1", "h200-sxm", {.tensor = 8, .expert = 8}, formats::fp8_block));
    check_screen(ask::asked("llama-3.1-70b", "h100-sxm", {}, formats::bf16));
    auto waiting = ask::asked("llama-3.1-8b", "h100-sxm", {}, formats::bf16);
    waiting.load.concurrency = 5000;
    waiting.load.prompt = length::log_normal(2048, 0.5);
    check_screen(waiting);
    auto benchmark = ask::flagship();
    benchmark.load.protocol = protocol::serving_benchmark();
    check_screen(benchmark);
}

TEST_CASE("the answer comes first, then the bound, then the evidence") {
    auto q = ask::flagship();
    q.rent = dollars_per_hour(2.5);
    const auto a = ask::answered(q);
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
    const auto q = ask::flagship();
    const auto evidence = ask::evidence_of(q, ask::answered(q));
    REQUIRE(evidence.size() == 5);
    CHECK(evidence[1].what == "efficiency");
    CHECK(evidence[1].flagged == (q.what.constants.from.kind == evidence::recalled));
    CHECK(evidence[4].flagged);  // the usual price of electricity is recalled
    auto own = q;
    own.electricity = dollars_per_kilowatt_hour(0.2);
    CHECK_FALSE(ask::evidence_of(own, ask::answered(own))[4].flagged);
}

TEST_CASE("an impossible deployment is answered by why and what instead") {
    const auto q = ask::asked("llama-3.1-70b", "h100-sxm", {.tensor = 3}, formats::fp8);
    const std::string s = report::screen(q, ask::answered(q));
    CHECK(s.find("Not possible: tp 3 does not divide the 64 heads") != std::string::npos);
    CHECK(s.find("Instead: tp 2 or tp 4 would work.") != std::string::npos);
}
