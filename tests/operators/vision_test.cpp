// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <gambrel/model/catalog.hpp>
#include <operators/collected.hpp>

using namespace gambrel;

TEST_CASE("a vision encoder's work, by hand") {
    // 4 x 4 patches of 2 pixels, 3 layers of width 10, MLP 40, projector of 50 elements to 4 tokens.
    const vision_tower v{.layers = 3,
                         .hidden = 10,
                         .width = 40,
                         .patch = 2,
                         .image = 8,
                         .tokens_per_image = 4,
                         .projector_parameters = 50};
    CHECK(patches_per_image(v) == 16);
    const double matrices = 3 * (4 * 10 * 10 + 2 * 10 * 40) + 3 * 2 * 2 * 10;
    CHECK(encoder_work(v).value() == 2 * 16 * matrices + 4 * 3 * 10 * 16 * 16 + 2 * 4 * 50);
    CHECK(vision_encoder(v, 5, 1).work.value() == 5 * encoder_work(v).value());
    CHECK(vision_encoder(v, 5, 4).work.value() == 5 * encoder_work(v).value() / 4);
    CHECK(vision_encoder(v, 5, 1).weights.value() == 2.0 * static_cast<double>(parameter_count(v)));
    CHECK(patches_per_image({}) == 0);
}

TEST_CASE("the encoder runs in passes that carry images, and only for models that have one") {
    step_shape with = step_shape::prefill(1, 300);
    with.images = 1;
    const auto encoders = [&](const architecture& m, const step_shape& shape) {
        int n = 0;
        for (const operation& op : collected(m, {}, {}, shape)) n += op.name == "vision encoder";
        return n;
    };
    const architecture& gemma = model_named("gemma-3-27b-it");
    REQUIRE(gemma.vision.present());
    CHECK(encoders(gemma, with) == 1);
    CHECK(encoders(gemma, step_shape::prefill(1, 300)) == 0);
    CHECK(encoders(catalog::llama_3_1_8b, with) == 0);
}
