// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <functional>
#include <gambrel/hardware/catalog.hpp>
#include <gambrel/model/catalog.hpp>
#include <gambrel/runtime/catalog.hpp>
#include <gambrel/serving/static_batch.hpp>
#include <limits>

using namespace gambrel;

namespace {
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

/// Everything a prediction stands on, to be spoilt.
struct parts {
    architecture model = catalog::mixtral_8x7b;
    device<> hardware = catalog::h200_sxm;
    runtime<> software = catalog::vllm;
    precision formats = precision_in(formats::bf16);
    calibration<> constants = default_calibration(catalog::h200_sxm);
};
void refused(const char* because, const std::function<void(parts&)>& spoil) {
    parts p;
    spoil(p);
    const deployment<> d{p.model, p.hardware, p.software, {.tensor = 2}, p.formats, p.constants};
    CAPTURE(because);
    CHECK_THROWS_WITH_AS(predict(d, {.prompt = 100.0, .output = 10.0}), doctest::Contains(because), error);
    CHECK_THROWS_WITH_AS(predict_static_batch(d, 100, 10, 4), doctest::Contains(because), error);
}
}  // namespace

TEST_CASE("the parts as they are predict") {
    const parts p;
    CHECK(predict(deployment<>{p.model, p.hardware, p.software, {.tensor = 2}, p.formats, p.constants},
                  {.prompt = 100.0, .output = 10.0})
              .ok());
}

TEST_CASE("a descriptor with an impossible number is refused by name") {
    refused("no memory bandwidth", [](parts& p) { p.hardware.memory.bandwidth = {}; });
    refused("no bf16, fp16 or fp32", [](parts& p) { p.hardware.peak = {}; });
    for (const double bad : {not_a_number, 0.0, -1e9, 1e30}) {
        refused("memory bandwidth", [=](parts& p) { p.hardware.memory.bandwidth.value = make<byte_rate<>>(bad); });
        refused("memory of a device", [=](parts& p) { p.hardware.memory.capacity.value = make<bytes<>>(bad); });
        refused("peak rate", [=](parts& p) { p.hardware.peak.bf16.value = make<flop_rate<>>(bad); });
        refused("scale-up link", [=](parts& p) { p.hardware.scale_up.per_direction.value = make<byte_rate<>>(bad); });
        refused("token budget", [=](parts& p) { p.software.scheduling.token_budget = bad; });
        refused("slots", [=](parts& p) { p.software.scheduling.most_sequences = bad; });
        refused("memory fraction", [=](parts& p) { p.software.memory.fraction = bad; });
        refused("KV block", [=](parts& p) { p.software.memory.block_tokens = bad; });
        refused("bits of a storage format", [=](parts& p) { p.formats.weights.attention.bits = bad; });
        refused("bits of a storage format", [=](parts& p) { p.formats.kv.bits = bad; });
        refused("share of a peak", [=](parts& p) { p.constants.law(multiply_law::bits_16).compute = bad; });
        refused("overlap", [=](parts& p) { p.constants.law(attention_kernel::decode).product.overlap = bad; });
    }
    for (const double bad : {not_a_number, -1.0, 1e9}) {
        refused("host time", [=](parts& p) { p.software.host.per_step.value = seconds_of(bad); });
        refused("calibrated time", [=](parts& p) { p.constants.collective.ring.latency = seconds_of(bad); });
        refused("deviation of a law", [=](parts& p) { p.constants.experts[0].sigma = bad; });
    }
    for (const count bad : {count{0}, count{-4096}, count{1} << 50}) {
        refused("hidden size", [=](parts& p) { p.model.hidden = bad; });
        refused("vocabulary", [=](parts& p) { p.model.vocabulary = bad; });
        refused("layers in a group", [=](parts& p) { p.model.groups[0].layers = bad; });
        refused("key-value heads", [=](parts& p) { p.model.groups[0].layer.attention.kv_heads = bad; });
        refused("width of an expert", [=](parts& p) { p.model.groups[0].layer.experts.width = bad; });
    }
    refused("experts beyond", [](parts& p) { p.model.groups[0].layer.experts.top_k = 9; });
    refused("width of an MLP", [](parts& p) { p.model.groups[0].layer.feed_forward.width = -1; });
    refused("hidden size", [](parts& p) { p.model = {}; });
    refused("scales but no block", [](parts& p) { p.formats.weights.experts.scale_bits = 8; });
}
