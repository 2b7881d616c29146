// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <gambrel/runtime/catalog.hpp>
#include <string>

using namespace gambrel;

TEST_CASE("a version or a date names the era it falls in") {
    for (const std::pair<const char*, const char*>& each : {std::pair{"vllm@0.11", "vllm@0.11"},
                                                            {"vllm@0.11.2", "vllm@0.11"},
                                                            {"vllm@0.13.0rc1", "vllm@0.11"},
                                                            {"vLLM@v0.12", "vllm@0.11"},
                                                            {"vllm@0.10.2", "vllm@0.8"},
                                                            {"vllm@0.9", "vllm@0.8"},  // 9 is less than 11
                                                            {"vllm@0.6.6", "vllm@0.6"},
                                                            {"vllm@2025-12", "vllm@0.11"},
                                                            {"vllm@2025-10-01", "vllm@0.8"},
                                                            {"vllm@2025-10-02", "vllm@0.11"},
                                                            {"vllm@2025-10", "vllm@0.11"},  // begun in that month
                                                            {"vllm@0.27", "vllm"},
                                                            {"vllm@2030-01-01", "vllm"},
                                                            {"vllm", "vllm"},
                                                            {"vllm-0.14", "vllm@0.14"},
                                                            {"sglang@0.5.9", "sglang@0.5"},
                                                            {"sglang@0.5.12", "sglang"},
                                                            {"trtllm@0.17", "tensorrt-llm-engine"},
                                                            {"trtllm@1.1.0rc2.post2", "tensorrt-llm"}}) {
        const std::string asked = each.first;
        CAPTURE(asked);
        CHECK(runtime_named(asked).name.view() == each.second);
    }
    // Before the first era: the nearest.
    CHECK(runtime_named("vllm@0.2").name.view() == "vllm@0.6");
    CHECK(runtime_named("vllm@2023-06").name.view() == "vllm@0.6");
}

TEST_CASE("what is neither version nor date is refused, and a runtime without eras") {
    for (const char* asked : {"vllm@", "vllm@new", "vllm@2025-1", "nothing@0.1", "tgi@3.0", "@0.11", "vllm@-1"}) {
        CAPTURE(asked);
        CHECK(find_runtime(asked) == nullptr);
        CHECK_THROWS_AS(runtime_named(asked), error);
    }
    static_assert(find_era("vllm", "0.12") == &catalog::vllm_0_11);
    static_assert(find_era("vllm", "x") == nullptr);
}

TEST_CASE("eras stand in the order of their releases and days, and every one is in the catalog") {
    for (std::size_t i = 0; i < runtime_eras.size(); ++i) {
        const runtime_era& e = runtime_eras[i];
        CAPTURE(std::string(e.since));
        CHECK(detail::is_date(e.day));
        CHECK(find_runtime(e.what->name.view()) == e.what);
        CHECK(e.what->version.view().starts_with(std::string(e.since).substr(0, 3)) !=
              (e.what == &catalog::tensorrt_llm_engine || e.what == &catalog::tensorrt_llm));
        if (i == 0 || runtime_eras[i - 1].runtime != e.runtime) continue;
        CHECK(*detail::release_numbers(runtime_eras[i - 1].since) < *detail::release_numbers(e.since));
        CHECK(runtime_eras[i - 1].day < e.day);
    }
}

// What changed, as the descriptors' sources say; an era newer than any measured row is less certain.
TEST_CASE("eras differ in what changed") {
    CHECK(catalog::vllm_0_6.scheduling.batching == batching::prefill_first);
    CHECK(catalog::vllm_0_8.graphs.of(0, 64) == graph_use::pieces);
    CHECK(catalog::vllm_0_11.graphs.of(0, 64) == graph_use::whole);
    CHECK_FALSE(catalog::vllm_0_11.scheduling.async_scheduling);
    CHECK(catalog::vllm_0_14.scheduling.async_scheduling);
    CHECK(catalog::vllm_0_14.scheduling.admission == admission::first_chunk);
    CHECK(catalog::vllm.scheduling.admission == admission::on_demand);
    CHECK(catalog::vllm.memory.fraction == 0.92);
    CHECK(catalog::vllm.step_sigma > catalog::vllm_0_14.step_sigma);
    CHECK(catalog::sglang_0_5.graphs.of(1, 1000) == graph_use::none);
    CHECK(catalog::sglang.graphs.on(true, false).of(1, 16384) == graph_use::pieces);
    CHECK(catalog::sglang.graphs.on(true, true).of(1, 2049) == graph_use::none);
    CHECK(catalog::sglang.graphs.on(false, false).of(1, 100) == graph_use::none);
}
