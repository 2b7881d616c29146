// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/hardware/catalog.hpp>
#include <gambrel/hardware/visible_memory.hpp>

using namespace gambrel;
using namespace gambrel::literals;

namespace {
double gib(std::string_view name) { return visible_memory(device_named(name)) / 1_GiB; }
}  // namespace

// Sizes printed in public logs and threads: vllm-project/vllm issues 23230 (L40S), 12330 (A100-40), 10517 (RTX 3090),
// 13061 (RTX 4090), 34076 (RTX 5090 D); pull request 10511 (H100); HabanaAI/vllm-fork issue 809; vllm-project/recipes
// issue 381 (H200, 140.4); ai-dynamo/aiconfigurator issue 1396 (B200, 179).
TEST_CASE("what drivers show is within 1 % of what was printed elsewhere") {
    const std::pair<const char*, double> printed[]{{"l40s", 44.40},     {"a100-sxm-40", 39.50}, {"rtx-3090", 23.58},
                                                   {"rtx-4090", 23.55}, {"rtx-5090", 31.84},    {"h100-sxm", 79.22},
                                                   {"gaudi2", 94.62},   {"h200-sxm", 140.40},   {"b200-sxm", 179.0},
                                                   {"a10g", 21.96},     {"t4", 14.56},          {"a40", 44.7}};
    for (const auto& each : printed) {
        const auto name = each.first;
        const auto size = each.second;
        CAPTURE(name);
        CHECK(gib(name) / size == approx(1.0).epsilon(0.01));
    }
}

TEST_CASE("every device shows at most what it has, and not less than two thirds") {
    for (const device<>* d : all_devices) {
        CAPTURE(d->name.view());
        if (!d->memory.capacity.known()) continue;
        const double share = visible_memory(*d) / d->memory.capacity.value;
        CHECK(share <= 1.0);
        CHECK(share >= 2.0 / 3.0);
        if (!d->memory.visible.known()) continue;
        CHECK_FALSE(d->memory.visible.text.empty());
        CHECK(d->memory.visible.kind != evidence::user);
    }
}

// recommendedMaxWorkingSetSize as llama.cpp prints it: 10,922.67 MB of 16 GiB (in 2^20), 48 GiB of 64 GiB.
TEST_CASE("Apple's GPU may have two thirds of a small memory and three quarters of a large one") {
    CHECK(gib("apple-m1") == approx(16.0 * 2 / 3));
    CHECK(gib("apple-m1-max") == approx(48.0));
    CHECK(gib("apple-m3-pro") == approx(27.0));  // 36 GiB
}

TEST_CASE("a memory of another size shows the share of its kind") {
    const device<> doubled = with_capacity(catalog::rtx_4090, bytes<>(48_GiB));
    CHECK(visible_memory(doubled) / 1_GiB == approx(48 * shown::gddr));
    CHECK(visible_memory(with_capacity(device_named("epyc-9654"), bytes<>(384_GiB))) == 384_GiB);
}
