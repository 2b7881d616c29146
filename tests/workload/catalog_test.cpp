// SPDX-License-Identifier: Apache-2.0
// Expected values: the InferenceX client (0.8 to 1 of the nominal length, mean 0.9), and the recordings themselves
// where they are at hand.
#include <approx.hpp>
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <gambrel/workload/catalog.hpp>
#include <gambrel/workload/io/trace_csv.hpp>

using namespace gambrel;

static_assert(workload_named("1k1k").name == catalog::inferencex_1k1k.name);
static_assert(find_workload("no-such-workload") == nullptr);

TEST_CASE("the benchmark's shapes") {
    struct {
        const char* name;
        double prompt, output;
    } const rows[]{{"inferencex-1k1k", 1024, 1024}, {"inferencex-1k8k", 1024, 8192}, {"inferencex-8k1k", 8192, 1024}};
    for (const auto& r : rows) {
        const named_workload& w = workload_named(r.name);
        CHECK(w.prompt.kind() == length_kind::uniform);
        CHECK(w.prompt.mean() == approx(0.9 * r.prompt).epsilon(1e-12));
        CHECK(w.output.mean() == approx(0.9 * r.output).epsilon(1e-12));
        CHECK(w.prompt.largest() == r.prompt);
        CHECK(w.output.quantile(0.0) == approx(0.8 * r.output).epsilon(1e-12));
        CHECK(w.protocol.burst_start);
        CHECK(w.protocol.prompts_per_client == 10.0);
    }
}

TEST_CASE("every workload has a unique name, a title, a dated source and lengths a workload may have") {
    for (std::size_t i = 0; i < all_workloads.size(); ++i) {
        const named_workload& w = *all_workloads[i];
        CAPTURE(w.name.view());
        CHECK(find_workload(w.name.view()) == &w);
        CHECK_FALSE(w.title.empty());
        CHECK_FALSE(w.from.text.empty());
        CHECK_FALSE(w.from.date.empty());
        CHECK_NOTHROW(checked(workload{.prompt = w.prompt, .output = w.output, .protocol = w.protocol}));
    }
    for (const name_alias& a : workload_aliases) {
        CAPTURE(a.alias);
        CHECK(find_workload(a.name) != nullptr);
        CHECK(find_workload(a.alias) == find_workload(a.name));
    }
    CHECK(find_workload("Azure_Code") == &catalog::azure_code);
    CHECK_THROWS_WITH_AS(workload_named("azur-code"), doctest::Contains("the nearest are azure-code"), error);
}

TEST_CASE("recorded lengths are those of the recordings") {
    const char* given = std::getenv("GAMBREL_DATA");
    const auto data = (given ? std::filesystem::path(given) : std::filesystem::path("../shared/data")) / "traces";
    if (!std::filesystem::exists(data)) {
        MESSAGE("skipped: no traces at " << data.string());
        return;
    }
    struct {
        const char *name, *file;
    } const rows[]{{"azure-code", "azure2023_code.csv"},
                   {"azure-conversation", "azure2023_conv.csv"},
                   {"mooncake-conversation", "mooncake_fast25_conversation.csv"},
                   {"mooncake-synthetic", "mooncake_fast25_synthetic.csv"}};
    for (const auto& r : rows) {
        CAPTURE(r.name);
        const trace t = read_trace((data / r.file).string());
        const named_workload& w = workload_named(r.name);
        double prompts = 0.0, outputs = 0.0;
        for (const trace_record& each : t.records) {
            prompts += each.prompt;
            outputs += each.output;
        }
        const double n = static_cast<double>(t.records.size());
        CHECK(w.prompt.mean() == approx(prompts / n).epsilon(0.021));  // 33 quantiles: within 2 %
        CHECK(w.output.mean() == approx(outputs / n).epsilon(0.021));
        for (std::size_t i = 0; i < length::table_size; ++i) {
            const double p = length::probability(i);
            CHECK(std::abs(w.prompt.quantile(p) - t.prompts().quantile(p)) <= 0.051);  // written to a tenth of a token
            CHECK(std::abs(w.output.quantile(p) - t.outputs().quantile(p)) <= 0.051);
        }
    }
}
