// SPDX-License-Identifier: Apache-2.0
// The keys are a promise (docs/json.md); the figures are counts that can be made by hand.
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/report/json/model_json.hpp>
#include <limits>

using namespace gambrel;
using report::json;

namespace {
std::vector<std::string> keys(const json& j) {
    std::vector<std::string> names;
    for (const auto& [name, unused] : j.items()) names.push_back(name);
    return names;
}
using names = std::vector<std::string>;
const architecture& llama() { return model_named("llama-3.1-8b"); }
}  // namespace

TEST_CASE("the keys of a model") {
    const json j = report::model_json(llama(), formats::fp16, {1024.0});
    CHECK(keys(j) == names{"gambrel",
                           "name",
                           "family",
                           "total_parameters",
                           "active_parameters",
                           "active_parameters_without_embedding",
                           "kv_bytes_per_token",
                           "kv_format",
                           "indexer_bytes_per_token",
                           "state_bytes_per_sequence",
                           "layers",
                           "hidden",
                           "vocabulary",
                           "most_context",
                           "tied_embedding",
                           "stored_format",
                           "parts",
                           "mtp",
                           "vision",
                           "weight_bytes",
                           "sequences"});
    CHECK(keys(j["parts"]) == names{"embedding", "head", "attention", "feed_forward", "experts", "shared_experts",
                                    "router", "state", "other"});
    CHECK(keys(j["mtp"]) == names{"modules", "parameters", "stored_bytes"});
    CHECK(keys(j["vision"]) == names{"layers", "parameters", "stored_bytes"});
    CHECK(keys(j["sequences"][0]) == names{"tokens", "kv", "kv_and_state"});
    CHECK(j["weight_bytes"].contains("stored"));
    for (const storage_format* f : gambrel::storage_formats) CHECK(j["weight_bytes"].contains(f->name.str()));
    CHECK(j["weight_bytes"].contains("q4_k_m"));
}

TEST_CASE("counts of Llama-3.1-8B by hand") {
    const json j = report::model_json(llama(), formats::fp16, {1024.0});
    // 32 layers of q, o 4096^2, k, v 1024 x 4096, three 14336 x 4096 and two norms; a norm; embedding and head
    const count embedding = 128256LL * 4096, attention = 32LL * (2 * 4096 * 4096 + 2 * 1024 * 4096),
                feed_forward = 32LL * 3 * 14336 * 4096, norms = 32LL * 2 * 4096 + 4096;
    CHECK(j["total_parameters"] == 2 * embedding + attention + feed_forward + norms);
    CHECK(j["parts"]["attention"]["parameters"] == attention);
    CHECK(j["parts"]["feed_forward"]["parameters"] == feed_forward);
    CHECK(j["parts"]["other"]["parameters"] == norms);
    count sum = 0;
    double stored = 0.0;
    for (const auto& part : j["parts"]) {
        sum += part["parameters"].get<count>();
        stored += part["stored_bytes"]["value"].get<double>();
    }
    CHECK(j["total_parameters"] == sum);
    CHECK(j["weight_bytes"]["stored"]["value"].get<double>() == approx(stored).epsilon(1e-12));
    CHECK(j["weight_bytes"]["bf16"]["value"].get<double>() == approx(2.0 * double(sum)).epsilon(1e-12));
    CHECK(j["kv_bytes_per_token"] == 32 * 2 * 8 * 128 * 2);
    CHECK(j["sequences"][0]["kv"]["value"].get<double>() == approx(1024.0 * 32 * 2 * 8 * 128 * 2));
    CHECK(report::model_json(llama(), formats::fp8, {1024.0})["kv_bytes_per_token"] == 32 * 2 * 8 * 128);
}

TEST_CASE("contexts: the one asked for, else 1 k to the longest in steps of eight") {
    CHECK(report::contexts_of(llama()) == std::vector<double>{1024.0, 8192.0, 65536.0, 131072.0});
    CHECK(report::contexts_of(llama(), 5000.0) == std::vector<double>{5000.0});
    architecture m = llama();
    m.most_context = 0;  // not stated: shown up to 131072
    CHECK(report::contexts_of(m).back() == 131072.0);
    m.most_context = 512;
    CHECK(report::contexts_of(m) == std::vector<double>{512.0});
    for (const double wrong : {0.0, -1.0, 1e300, std::numeric_limits<double>::quiet_NaN()})
        CHECK_THROWS_AS(report::contexts_of(m, wrong), error);
}

TEST_CASE("every model of the catalog has its short form and its long one") {
    const json all = report::models_json(all_models);
    REQUIRE(all.size() == all_models.size());
    CHECK(keys(all[0]) == names{"name", "family", "total_parameters", "active_parameters", "kv_bytes_per_token",
                                "layers", "most_context"});
    for (std::size_t i = 0; i < all.size(); ++i) {
        const architecture& m = *all_models[i];
        CAPTURE(m.name.view());
        const json whole = report::model_json(m, formats::fp16, report::contexts_of(m));
        CHECK(whole["name"] == all[i]["name"]);
        CHECK(whole["layers"] == all[i]["layers"]);
        CHECK(whole.dump().find("null") == std::string::npos);  // no figure is NaN or infinite
    }
}
