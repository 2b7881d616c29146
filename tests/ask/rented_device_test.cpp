// SPDX-License-Identifier: Apache-2.0
// Names of devices as tools print them and clouds rent them; the counts are those of the clouds' own tables.
#include <doctest/doctest.h>
#include <gambrel/ask/bound_question.hpp>

using namespace gambrel;

namespace {
std::string rented(const char* text) {
    const ask::asked_device d = ask::asked_device_of(text);
    return (d.count > 0 ? std::to_string(d.count) + " x " : "") + d.device.name.str();
}
}  // namespace

TEST_CASE("what drivers print") {
    CHECK(rented("NVIDIA H100 80GB HBM3") == "h100-sxm");
    CHECK(rented("NVIDIA H100 PCIe") == "h100-pcie");
    CHECK(rented("NVIDIA A100-SXM4-80GB") == "a100-sxm-80");
    CHECK(rented("NVIDIA A100-PCIE-40GB") == "a100-pcie-40");
    CHECK(rented("NVIDIA GeForce RTX 4090") == "rtx-4090");
    CHECK(rented("NVIDIA A10G") == "a10g");
    CHECK(rented("Tesla T4") == "t4");
    CHECK(rented("NVIDIA RTX PRO 6000 Blackwell Workstation Edition") == "rtx-pro-6000-ws");
    CHECK(rented("AMD Instinct MI300X") == "mi300x");
    CHECK(rented("AMD Radeon RX 7900 XTX") == "rx-7900xtx");
    CHECK(rented("Radeon 8060S Graphics (RADV GFX1151)") == "strix-halo");
    CHECK(rented("Apple M4 Max") == "apple-m4-max-40");
    CHECK(rented("Intel(R) Arc(TM) B580 Graphics") == "arc-b580");
    CHECK(rented("13th Gen Intel(R) Core(TM) i9-13900K") == "i9-13900k");
    CHECK(rented("TPU v5 lite") == "tpu-v5e");
}

TEST_CASE("what people say") {
    CHECK(rented("4090") == "rtx-4090");
    CHECK(rented("rtx4090") == "rtx-4090");
    CHECK(rented("RTX PRO 6000") == "rtx-pro-6000-ws");
    CHECK(rented("M4 Max") == "apple-m4-max-40");
    CHECK(rented("A800") == "a800-sxm-80");
    CHECK(rented("h100") == "h100-sxm");
}

TEST_CASE("machines of clouds, and counts") {
    CHECK(rented("p5.48xlarge") == "8 x h100-sxm");
    CHECK(rented("ml.p5.48xlarge") == "8 x h100-sxm");
    CHECK(rented("a3-highgpu-8g") == "8 x h100-sxm");
    CHECK(rented("Standard_ND96isr_H100_v5") == "8 x h100-sxm");
    CHECK(rented("Standard_NC24ads_A100_v4") == "1 x a100-pcie-80");
    CHECK(rented("g5.12xlarge") == "4 x a10g");
    CHECK(rented("8x H100") == "8 x h100-sxm");
    CHECK(rented("4 x NVIDIA L40S") == "4 x l40s");
    CHECK(rented("H100:8") == "8 x h100-sxm");
    for (const name_count& machine : cloud_instances) {
        CAPTURE(machine.alias);
        REQUIRE(find_device(machine.name) != nullptr);
        CHECK(machine.count >= 1);
        CHECK(machine.count <= 16);
        CHECK(find_device(machine.alias) == nullptr);
    }
}

TEST_CASE("names that are none") {
    CHECK_THROWS_WITH_AS(ask::device_of("RTX 5071 Ti"), doctest::Contains("nearest are rtx-50"), error);
    CHECK_THROWS_WITH_AS(ask::device_of("NVIDIA GeForce GTX 1080"), doctest::Contains("nearest are rtx-"), error);
    for (const char* hostile : {"", " ", "x", "8x", "0x h100", "99999999999x h100", "h100:0", ":8", "((((", "NVIDIA"})
        CHECK_THROWS_AS(ask::device_of(hostile), error);
}

TEST_CASE("what is said of names in an answer") {
    const auto said = [](const char* model, const char* device, const ask::prediction_options& t) {
        return ask::name_remarks(ask::asked_model_of(model), ask::asked_device_of(device), t);
    };
    CHECK(said("Qwen/Qwen3-8B", "h100", {}).empty());
    const auto both = said("Qwen/Qwen3-8B-AWQ", "p5.48xlarge", {.weights = "fp8", .tensor = 2});
    REQUIRE(both.size() == 3);
    CHECK(both[1] == "weights in fp8 are asked for, which hold over int4 of the name");
    CHECK(both[2] == "\"p5.48xlarge\" is 8 x h100-sxm, of which 2 are asked about: --tp and --replicas say how many");
    CHECK(said("Qwen/Qwen3-8B", "p5.4xlarge", {.tensor = 2})[0] ==
          "\"p5.4xlarge\" is 1 x h100-sxm, of which more are asked about than it has, 2");
    CHECK(said("Qwen/Qwen3-8B-AWQ", "h100", {.weights = "int4"}).size() == 1);
}

TEST_CASE("weights that are asked for hold over those of the name") {
    const auto weights = [](const std::string& asked) {
        const auto m = std::make_shared<const architecture>(ask::model_of("Qwen/Qwen3-8B-AWQ"));
        const auto d = std::make_shared<const device<>>(catalog::h100_sxm);
        const ask::bound_question b(m, d, std::make_shared<const runtime<>>(catalog::vllm), {.weights = asked});
        return b.question.what.formats.weights.feed_forward.name.str();
    };
    CHECK(weights("stored") == "int4");
    CHECK(weights("fp8") == "fp8");
    CHECK(weights("gptq") == "int4");
}
