// SPDX-License-Identifier: Apache-2.0
// The InferenceX protocol, recipes and traps, as its launch scripts and client state them.
#include <approx.hpp>
#include <doctest/doctest.h>

#include <measurement/measured_rows.hpp>

using namespace gambrel;
using measured_rows::serving_row;

namespace {
measured_row llama(const char* device, const char* framework, const char* tp, const char* prompt, const char* output) {
    return serving_row{{"source_id", "inferencex-silicon"},
                       {"date", "2025-10-29"},
                       {"hardware", device},
                       {"num_devices", tp},
                       {"model", "meta-llama/Llama-3.1-70B"},
                       {"framework", framework},
                       {"framework_version", ""},
                       {"tp", tp},
                       {"input_len", prompt},
                       {"output_len", output},
                       {"concurrency", "16"}}
        .read();
}
struct deepseek {
    const char *device, *framework, *version, *date, *weights, *tp,
        *ep = "1", *dp = "1", *prompt = "1024", *output = "1024", *clients = "64", *metric = "tpot_mean";
    measured_row read() const {
        return serving_row{{"source_id", "inferencex-silicon"},
                           {"date", date},
                           {"hardware", device},
                           {"num_devices", ""},
                           {"model", "deepseek-ai/DeepSeek-R1"},
                           {"framework", framework},
                           {"framework_version", version},
                           {"weight_format", weights},
                           {"tp", tp},
                           {"ep", ep},
                           {"dp", dp},
                           {"input_len", prompt},
                           {"output_len", output},
                           {"concurrency", clients},
                           {"metric", metric}}
            .read();
    }
};
}  // namespace

TEST_CASE("the client: uniform lengths in 80 to 100 %, all at once, ten requests each") {
    const auto m = llama("H100-SXM-80GB", "vllm", "4", "1024", "8192");
    REQUIRE(m.ok());
    CHECK(m.workload.prompt.mean() == approx(0.9 * 1024));
    CHECK(m.workload.output.mean() == approx(0.9 * 8192));
    CHECK(m.workload.protocol.burst_start);
    CHECK(m.workload.protocol.prompts_per_client == 10);
    CHECK_FALSE(m.workload.lock_step());
}

TEST_CASE("Llama-70B recipes") {
    CHECK(llama("H100-SXM-80GB", "vllm", "4", "1024", "1024").runtime.scheduling.most_sequences == 16);
    CHECK(llama("B200-SXM-180GB", "vllm", "4", "1024", "1024").runtime.scheduling.most_sequences == 512);
    const auto trt = [](const char* tp, const char* prompt) {
        return llama("H200-SXM-141GB", "trtllm", tp, prompt, "1024").runtime.scheduling;
    };
    CHECK(trt("4", "1024").batch_wait_steps == 20);
    CHECK(trt("4", "1024").batch_wait_share == 0.9);
    CHECK(trt("8", "1024").batch_wait_steps == 0);  // tensor parallel 8 does not wait
    CHECK(trt("4", "8192").batch_wait_steps == 0);  // nor do long prompts
    CHECK(trt("4", "1024").token_budget == 16384);
    CHECK(llama("H200-SXM-141GB", "vllm", "4", "1024", "1024").formats.kv.bits == 8);
}

TEST_CASE("gpt-oss is MXFP4 whatever the row says; its cache is 16 bit on Hopper") {
    const auto m = serving_row{
        {"source_id", "inferencex-silicon"},
        {"date", "2025-11-02"},
        {"hardware", "H200-SXM-141GB"},
        {"num_devices", "4"},
        {"model", "openai/gpt-oss-120b"},
        {"framework", "trtllm"},
        {"framework_version", ""},
        {"weight_format", "nvfp4"},
        {"tp", "4"},
        {"output_len",
         "1024"}}.read();
    REQUIRE(m.ok());
    CHECK(m.formats.weights.experts.name.view() == "mxfp4");
    CHECK(m.formats.weights.attention.bits == 16);
    CHECK(m.formats.kv.bits == 16);
    CHECK(m.cut.expert == 4);  // EP = TP
    CHECK(m.runtime.scheduling.token_budget == 20000);
}

TEST_CASE("DeepSeek-R1 on TensorRT-LLM: one prompt per step, attention copies by load") {
    const auto h200 = deepseek{"H200-SXM-141GB", "trtllm", "", "2025-11-02", "fp8", "8"}.read();
    REQUIRE(h200.ok());
    CHECK(h200.runtime.scheduling.token_budget == 1152);  // 64 + 1024 + 64, a multiple of 64 already
    CHECK(h200.runtime.scheduling.prompts_per_step == 1);
    CHECK(h200.cut.tensor == 8);
    CHECK(h200.cut.expert == 8);
    const auto long_prompts = deepseek{.device = "H200-SXM-141GB",
                                       .framework = "trtllm",
                                       .version = "",
                                       .date = "2025-11-02",
                                       .weights = "fp8",
                                       .tp = "8",
                                       .prompt = "8192"}
                                  .read();
    CHECK(long_prompts.cut.data == 8);
    CHECK(long_prompts.cut.tensor == 1);
    CHECK(long_prompts.runtime.scheduling.batch_wait_steps == 60);
    const auto later = deepseek{"B200-SXM-180GB", "trtllm", "1.2.0rc6.post2", "2026-01-29", "fp8", "8"}.read();
    CHECK(later.runtime.scheduling.token_budget == 8192);
    CHECK(later.runtime.scheduling.prompts_per_step == 0);
    CHECK(later.runtime.scheduling.batch_wait_steps == 40);
    CHECK(later.runtime.scheduling.batch_wait_share == 0.8);
    CHECK(later.runtime.graphs.of(1, 8192) == graph_use::pieces);
    CHECK(later.runtime.frontend.stream_interval == 10);
}

TEST_CASE("DeepSeek-R1 on SGLang: requests are polled every 10 or 30 steps on B200") {
    const auto at = [](const char* clients) {
        return deepseek{.device = "B200-SXM-180GB",
                        .framework = "sglang",
                        .version = "0.5.9",
                        .date = "2026-03-25",
                        .weights = "nvfp4",
                        .tp = "4",
                        .clients = clients}
            .read();
    };
    CHECK(at("8").runtime.scheduling.poll_interval_steps == 10);
    CHECK(at("16").runtime.scheduling.poll_interval_steps == 30);
    CHECK(at("16").cut.expert == 4);
    const auto mi300x = deepseek{"MI300X-192GB", "sglang", "v0.5.12", "2026-05-18", "fp8", "8"}.read();
    CHECK(mi300x.runtime.scheduling.token_budget == 131072);
    CHECK(mi300x.formats.kv.bits == 8);
}

TEST_CASE("requests per client: 50 or 20 on B200 SGLang before 2026-01-21") {
    const auto rounds = [](const char* date, const char* weights, const char* output) {
        return deepseek{.device = "B200-SXM-180GB",
                        .framework = "sglang",
                        .version = "",
                        .date = date,
                        .weights = weights,
                        .tp = "8",
                        .output = output}
            .read()
            .workload.protocol.prompts_per_client;
    };
    CHECK(rounds("2025-12-01", "fp8", "1024") == 50);
    CHECK(rounds("2025-12-01", "fp8", "8192") == 20);
    CHECK(rounds("2025-12-01", "nvfp4", "8192") == 10);
    CHECK(rounds("2025-11-02", "nvfp4", "8192") == 20);
    CHECK(rounds("2026-01-21", "fp8", "1024") == 10);
}

TEST_CASE("degrees coded as products are taken apart; true ones are kept") {
    const auto cut = [](int tensor, int data, int expert) {
        return gambrel::detail::without_products({.tensor = tensor, .data = data, .expert = expert});
    };
    CHECK(cut(16, 1, 4).tensor == 4);
    CHECK(cut(4, 1, 2).tensor == 2);
    CHECK(cut(1, 64, 8).data == 8);
    CHECK(cut(1, 16, 4).data == 4);
    CHECK(cut(8, 1, 8).tensor == 8);
    CHECK(cut(8, 1, 1).tensor == 8);
    CHECK(cut(1, 8, 8).data == 8);
    // With the devices stated: a cut that multiplies to them is what it says, and T x T x T^2 is T devices.
    const auto of = [](int tensor, int data, int expert, int devices) {
        return gambrel::detail::without_products({.tensor = tensor, .data = data, .expert = expert}, devices);
    };
    CHECK(of(4, 1, 2, 4).tensor == 4);
    CHECK(of(4, 1, 2, 2).tensor == 2);
    CHECK(of(8, 8, 64, 64).tensor == 8);
    CHECK(of(8, 8, 64, 64).data == 1);
    CHECK(of(8, 8, 64, 64).expert == 8);
    CHECK(of(1, 64, 8, 8).data == 8);
    CHECK(of(8, 8, 8, 64).data == 8);  // eight copies of eight ranks each
}

TEST_CASE("a product is one device count too: eight of 64 stated") {
    const auto m = deepseek{.device = "B200-SXM-180GB",
                            .framework = "trtllm",
                            .version = "",
                            .date = "2026-02-03",
                            .weights = "nvfp4",
                            .tp = "8",
                            .ep = "64",
                            .dp = "8"}
                       .read();
    REQUIRE(m.ok());
    CHECK(m.cut.devices() == 8);
    CHECK(m.cut.expert == 8);
}

TEST_CASE("the unusable row") {
    const deepseek many{.device = "H200-SXM-141GB",
                        .framework = "trtllm",
                        .version = "",
                        .date = "2025-11-02",
                        .weights = "fp8",
                        .tp = "8",
                        .clients = "2048"};
    CHECK(many.read().unpredictable.find("2048") != std::string::npos);
}

TEST_CASE("what ranks hold where a row does not say: by the listed runs") {
    // nvidia-master.yaml @d8fe8f73e: dsr1-fp4-b200-sglang, tp 4 ep 4 and tp 8 ep 8 from 2025-11-10 on
    const auto at = [](const char* date, const char* ep) {
        return deepseek{.device = "B200-SXM-180GB",
                        .framework = "sglang",
                        .version = "",
                        .date = date,
                        .weights = "nvfp4",
                        .tp = "4",
                        .ep = ep}
            .read()
            .cut.expert;
    };
    CHECK(at("2025-11-10", "1") == 4);
    CHECK(at("2025-11-10", "2") == 2);  // the row says it
    CHECK(at("2025-09-01", "1") == 1);  // before the first recipe
}
