// SPDX-License-Identifier: Apache-2.0
// The split of a disaggregated run, and labels of drafts, as notes state them.
#include <approx.hpp>
#include <doctest/doctest.h>

#include <measurement/measured_rows.hpp>

using namespace gambrel;
using measured_rows::serving_row;

namespace {
measured_row pools_row(const std::string& notes, const char* framework = "dynamo-trt") {
    return serving_row{{"source_id", "inferencex-x"},
                       {"date", "2026-03-23"},
                       {"hardware", "H200-SXM-141GB"},
                       {"num_devices", "64"},
                       {"model", "deepseek-ai/DeepSeek-R1"},
                       {"framework", framework},
                       {"framework_version", "0.8.1"},
                       {"tp", "8"},
                       {"ep", "8"},
                       {"dp", "8"},
                       {"notes", notes}}
        .read();
}
}  // namespace

TEST_CASE("pools: replicas, cuts, attention copies, devices") {
    const auto m = pools_row("image x; DISAGGREGATED 40P(tp8;ep8;dpa=False x5)");
    CHECK(m.unpredictable == "disaggregated, and its split is not stated");
    const auto p = [](std::string notes) {
        std::string quoted = "\"" + notes + "\"";
        return pools_row(quoted);
    };
    const auto both = p("image x; DISAGGREGATED 40P(tp8,ep8,dpa=False x5)+24D(tp8,ep8,dpa=True x3); more");
    REQUIRE(both.ok());
    REQUIRE(both.pools);
    CHECK(both.pools->prefill_replicas == 5);
    CHECK(both.pools->decode_replicas == 3);
    CHECK(both.pools->prefill_cut.tensor == 8);
    CHECK(both.pools->prefill_cut.data == 1);
    CHECK(both.cut.tensor == 1);
    CHECK(both.cut.data == 8);
    CHECK(both.cut.expert == 8);
    CHECK(both.pools->devices(both.cut) == 64);
    CHECK(both.runtime.name.view() == "tensorrt-llm");
    CHECK(both.assumed);  // the settings of its pools are in no table
    // Copies of the attention share the experts whatever ep says.
    CHECK(p("DISAGGREGATED 8P(tp8,ep1,dpa=True x1)+8D(tp8,ep1,dpa=True x1)").cut.expert == 8);
    CHECK(p("DISAGGREGATED 8P(tp8,ep8,dpa=False x1)+8D(tp4,ep4,dpa=False x3)").unpredictable.find("contradicts") !=
          std::string::npos);
    CHECK(p("DISAGGREGATED 8P(tp8,ep16,dpa=False x1)+8D(tp8,ep8,dpa=False x1)").unpredictable.find("contradicts") !=
          std::string::npos);
    for (const char* cut_off : {"DISAGGREGATED", "DISAGGREGATED 8P", "DISAGGREGATED 8P(tp8,ep8", "DISAGGREGATED 0P(tp",
                                "DISAGGREGATED 8P(tp8,ep8,dpa=False x1)+", "DISAGGREGATED 8P(tp8,ep8,dpa=No x1)+8D("})
        CHECK(p(cut_off).unpredictable == "disaggregated, and its split is not stated");
}

TEST_CASE("drafts: a label without a recipe does not say how many") {
    const auto m = serving_row{{"source_id", "x"}, {"notes", "SPECULATIVE DECODING: mtp"}}.read();
    CHECK(m.drafted);
    CHECK(m.unpredictable == "drafted tokens: how many a step is not known");
    CHECK_FALSE(serving_row{{"source_id", "x"}}.read().drafted);
}
