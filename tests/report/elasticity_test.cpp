// SPDX-License-Identifier: Apache-2.0
#include <ask/questions.hpp>

#include <doctest/doctest.h>

#include <gambrel/report/json/explanation_json.hpp>
#include <gambrel/report/text/elasticity_text.hpp>

using namespace gambrel;

TEST_CASE("an explanation says what moves the prediction, in text and in JSON alike") {
    ask::question q = ask::asked("llama-3.1-8b", "h100-sxm", {}, formats::bf16);
    q.load = {.prompt = 512, .output = 512};
    const ask::examination e = ask::examined(q, ask::answered(q));
    REQUIRE(e.moved_by);
    const auto j = report::explanation_json(q, e)["elasticities"];
    REQUIRE(j.size() == varied_inputs);
    for (std::size_t i = 0; i < varied_inputs; ++i) {
        CHECK(j[i]["input"] == key_of((*e.moved_by)[i].input));
        CHECK(j[i]["tpot"].get<double>() == (*e.moved_by)[i].tpot);
    }
    const std::string text = report::elasticity_text(*e.moved_by);
    CHECK(text.find("memory bandwidth") != std::string::npos);
    CHECK(text.find(symbols::fixed((*e.moved_by)[0].tpot, 2)) != std::string::npos);

    q.static_batch = 4.0;
    CHECK_FALSE(ask::examined(q, ask::answered(q)).moved_by);
}
