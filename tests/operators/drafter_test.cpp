// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/model/catalog.hpp>
#include <gambrel/model/parameters.hpp>
#include <gambrel/operators/drafter.hpp>

using namespace gambrel;

namespace {
double layers_of(const architecture& m) {
    double n = 0.0;
    for (const layer_group& g : m) n += static_cast<double>(g.layers * parameter_count(g.layer, m.hidden));
    return n;
}
}  // namespace

TEST_CASE("heads of Llama-3.1-8B, by hand") {
    const architecture& m = catalog::llama_3_1_8b;
    const double h = 4096, kv = 1024, width = 14336, layer = 2 * h * h + 2 * h * kv + 3 * h * width;
    const architecture eagle = drafting_heads(m, drafting::eagle, 3);
    CHECK(eagle.layers() == 1);
    CHECK(eagle.vocabulary == m.vocabulary);
    CHECK(layers_of(eagle) == approx(layer + 2 * h * h).epsilon(0.005));  // 0.25 B, the size published
    const architecture third = drafting_heads(m, drafting::eagle3, 3);
    CHECK(third.vocabulary == 32000);
    CHECK(layers_of(third) == approx(layer + 3 * h * h + h * (h + 2 * kv)).epsilon(0.005));
    CHECK(layers_of(third) + 32000 * h == approx(0.425e9).epsilon(0.01));  // its file has 850 MB in 16 bit (recalled)
    const architecture medusa = drafting_heads(m, drafting::medusa, 4);
    CHECK(layers_of(medusa) == approx(4 * h * h).epsilon(1e-3));
    CHECK(medusa.vocabulary == 4 * m.vocabulary);
    CHECK(checked(medusa).group_count == 1);
}

TEST_CASE("the prediction module of DeepSeek-V3 is its own; EAGLE's layer is dense") {
    const architecture& m = catalog::deepseek_v3;
    REQUIRE(m.mtp.modules > 0);
    const architecture module = drafting_heads(m, drafting::mtp, 1);
    CHECK(layers_of(module) == approx(static_cast<double>(parameter_count(m.mtp.layer, m.hidden))).epsilon(1e-3));
    const architecture eagle = drafting_heads(m, drafting::eagle, 1);
    CHECK_FALSE(eagle.groups[0].layer.experts.present());
    CHECK(eagle.groups[0].layer.feed_forward.width == 8 * 2048 + 2048 + 4864);  // 2 x 7168 / 3 to the next 128
}

TEST_CASE("who has no heads says so") {
    for (const drafting by : {drafting::draft_model, drafting::n_gram})
        CHECK_THROWS_WITH_AS(drafting_heads(catalog::llama_3_1_8b, by, 3), doctest::Contains("have no heads"), error);
    CHECK_THROWS_WITH_AS(drafting_heads({}, drafting::eagle, 3), doctest::Contains("without layers"), error);
}
