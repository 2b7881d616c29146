// SPDX-License-Identifier: Apache-2.0
// Words for formats: what they stand for is published (the methods' papers, the servers' options), not taken from the
// table.
#include <doctest/doctest.h>
#include <gambrel/ask/format_names.hpp>
#include <gambrel/model/catalog.hpp>

using namespace gambrel;

TEST_CASE("the field's words for formats") {
    CHECK(ask::find_format("bfloat16") == &formats::bf16);
    CHECK(ask::find_format("half") == &formats::fp16);
    CHECK(ask::find_format("awq") == &formats::int4_g128);
    CHECK(ask::find_format("GPTQ") == &formats::int4_g128);
    CHECK(ask::find_format("GPTQ-Int8") == &formats::w8a16);
    CHECK(ask::find_format("SmoothQuant") == &formats::int8);  // W8A8
    CHECK(ask::find_format("LLM.int8()") == &formats::w8a16);
    CHECK(ask::find_format("modelopt_fp4") == &formats::nvfp4);
    CHECK(ask::find_format("bnb-4bit") == &formats::nf4);
    CHECK(ask::find_format("no such word") == nullptr);
}

TEST_CASE("every alias names a format, and no format twice") {
    for (const name_alias& a : format_aliases) CHECK(gambrel::find_number_format(a.name) != nullptr);
    for (const name_alias& a : recipe_aliases) {
        CAPTURE(a.alias);
        CHECK(gambrel::find_number_format(a.name) != nullptr);
        CHECK(gambrel::find_number_format(a.alias) == nullptr);  // else the recipe would never be looked up
        CHECK_FALSE(find_gguf_file_type(a.alias).has_value());
    }
    for (const name_alias& a : unsized_recipes) {
        CAPTURE(a.alias);
        CHECK(ask::find_format(a.alias) == nullptr);
        CHECK_FALSE(find_gguf_file_type(a.alias).has_value());
    }
}

TEST_CASE("words that do not say what is stored are refused with what they leave open") {
    const architecture& m = catalog::llama_3_1_8b;
    CHECK_THROWS_WITH_AS(ask::weights_of("AQLM", m), doctest::Contains("weights in AQLM: its codebooks"), error);
    CHECK_THROWS_WITH_AS(ask::weights_of("QuIP#", m), doctest::Contains("codebook"), error);
    CHECK_THROWS_WITH_AS(ask::weights_of("QuaRot", m), doctest::Contains("activations of 4 bits"), error);
    CHECK_THROWS_WITH_AS(ask::format_of("exl2"), doctest::Contains("config.json"), error);
    CHECK(ask::weights_of("awq", m).attention.name == "int4");
}

TEST_CASE("a cache has number formats, not methods") {
    CHECK(ask::kv_format_of("fp8_e4m3").name == "fp8");
    CHECK_THROWS_AS(ask::kv_format_of("awq"), error);
}
