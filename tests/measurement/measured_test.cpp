// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <fstream>
#include <random>

#include <measurement/measured_rows.hpp>

using namespace gambrel;
using measured_rows::serving_row;
using measured_rows::shipped;

namespace {
std::vector<measured_row> read_all(const std::string& table) {
    std::istringstream in(table);
    return read_measurements(in, shipped());
}
std::string why(std::initializer_list<std::pair<std::string, std::string>> changes) {
    return serving_row(changes).read().unpredictable;
}
bool says(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }
}  // namespace

TEST_CASE("hardware answers without its maker and its memory") {
    const auto device = [](const char* printed) {
        return serving_row{{"hardware", printed}}.read().device->name.str();
    };
    CHECK(device("H100-SXM-80GB") == "h100-sxm");
    CHECK(device("MI300X-192GB") == "mi300x");
    CHECK(device("NVIDIA L4 24GB") == "l4");
    CHECK(device("l40s") == "l40s");
    CHECK(device("A100-SXM-40GB(Polaris; verify)") == "a100-sxm-40");
    CHECK(says(why({{"hardware", "Ascend-910B-64GB"}}), "device"));
    CHECK(says(why({{"hardware", "80GB"}}), "device"));
    CHECK(says(why({{"hardware", "GB"}}), "device"));
    CHECK(says(why({{"hardware", ""}}), "device"));
}

TEST_CASE("a row is read into descriptors") {
    const auto m = serving_row{{"num_devices", "4"}, {"tp", "4"}, {"concurrency", "32"}}.read();
    REQUIRE(m.ok());
    CHECK(m.device->name.view() == "h100-sxm");
    CHECK(m.model->name.view() == "meta-llama/Llama-3.1-8B-Instruct");
    CHECK(runtime_of_era(m.runtime.name.view()) == "vllm");
    CHECK(m.cut.tensor == 4);
    CHECK(m.metric == metric::tpot);
    CHECK(m.value == approx(0.0125));
    CHECK(m.load_kind == load_kind::closed_loop);
    CHECK(m.workload.concurrency == 32);
    CHECK_FALSE(m.workload.protocol.burst_start);
    CHECK(m.formats.weights.attention.name.view() == "fp8");
    CHECK(m.formats.kv.bits == 8);
    CHECK(m.date == "2025-06-01");
    CHECK(m.line == 2);
}

TEST_CASE("metrics: what they are, their unit, their statistic") {
    const auto read = [](const char* name, const char* unit, const char* value = "8") {
        return serving_row{{"metric", name}, {"unit", unit}, {"value", value}}.read();
    };
    CHECK(read("ttft", "ms").metric == metric::ttft);
    CHECK(read("ttft_p50", "s").value == 8.0);
    CHECK(read("ttft_p50", "s").workload.protocol.reported == statistic::median);
    CHECK(read("tpot_median", "ms").workload.protocol.reported == statistic::median);
    CHECK(read("tpot_mean", "ms").workload.protocol.reported == statistic::mean);
    CHECK(read("itl_mean", "ms").metric == metric::itl);
    CHECK(read("e2e_latency", "s").metric == metric::latency);
    CHECK(read("output_throughput", "tok/s").metric == metric::output_throughput);
    CHECK(read("output_throughput_per_gpu", "tok/s/GPU").metric == metric::output_per_device);
    CHECK(read("total_throughput", "tok/s").metric == metric::total_throughput);
    CHECK(read("total_throughput_per_gpu", "tok/s/GPU").metric == metric::total_per_device);
    CHECK(read("decode_speed", "tok/s").metric == metric::output_per_user);
    CHECK(read("request_throughput", "req/s").metric == metric::request_throughput);
    for (const char* name : {"joy", "ttft_p99", "tpot_", "", "output_throughput_per_hour"})
        CHECK(says(read(name, "ms").unpredictable, "metric"));
    CHECK(says(read("ttft", "tok/s").unpredictable, "unit"));
    CHECK(says(read("output_throughput", "ms").unpredictable, "unit"));
    CHECK(says(read("output_throughput", "tok/s/GPU").unpredictable, "unit"));
    for (const char* value : {"", "0", "-3", "nan", "inf", "1e999", "12 ms"})
        CHECK(says(read("ttft", "ms", value).unpredictable, "value"));
}

TEST_CASE("what cannot be predicted says why") {
    CHECK(why({}).empty());
    CHECK(says(why({{"model", "Nothing-7B"}}), "model"));
    CHECK(says(why({{"framework", "shell"}}), "runtime"));
    CHECK(why({{"weight_format", "unstated"}}).empty());  // the checkpoint as published
    CHECK(says(why({{"weight_format", "fp7"}}), "precision"));
    CHECK(says(why({{"weight_format", "int8"}}), "int8"));
    CHECK(says(why({{"kv_format", "int3"}}), "KV"));
    CHECK(says(why({{"input_len", ""}}), "lengths"));
    CHECK(says(why({{"output_len", "0"}}), "lengths"));
    CHECK(says(why({{"input_len", "1e30"}}), "lengths"));
    CHECK(says(why({{"concurrency", "-2"}}), "concurrency"));
    CHECK(says(why({{"concurrency", "many"}}), "concurrency"));
    CHECK(says(why({{"concurrency", ""}, {"request_rate", ""}}), "neither"));
    CHECK(says(why({{"concurrency", ""}, {"request_rate", "-1"}}), "request rate"));
    CHECK(says(why({{"tp", "0.5"}}), "tp"));
    CHECK(says(why({{"tp", "2"}}), "number of devices"));
    CHECK(says(why({{"num_devices", "x"}}), "num_devices"));
    CHECK(says(why({{"tp", ""}, {"num_devices", "8"}}), "cut"));
    CHECK(says(why({{"ep", "8"}}), "expert"));
    CHECK(says(why({{"framework", "dynamo-sglang"}}), "disaggregated"));
    CHECK(says(why({{"notes", "SPECULATIVE DECODING: mtp"}}), "drafted"));
}

TEST_CASE("models by the names of tables") {
    const auto model = [](const char* printed) {
        const auto m = serving_row{{"model", printed}}.read();
        return m.model ? m.model->name.str() : m.unpredictable;
    };
    CHECK(model("Llama 3.1 8B") == model("llama3.1-8b"));
    CHECK(model("nvidia/Llama-3.1-8B-Instruct-FP8") == "meta-llama/Llama-3.1-8B-Instruct");
    CHECK(model("Deepseek R1 0528") == "deepseek-ai/DeepSeek-R1");
    CHECK(model("LLaMA v4 Maverick") == model("Llama 4 Maverick"));
    CHECK(model("llama2-70b-99.9") == model("Llama-2-70B"));
    CHECK(model("Megatron-530B (GPT-3 arch)") == "MT-530B");
    CHECK(model("amd/Llama-3.1-405B-Instruct-FP8-KV") == model("llama-3.1-405b"));
}

TEST_CASE("TensorRT-LLM is the compiled engine before 0.20") {
    const auto runtime = [](const char* release) {
        return serving_row{{"framework", "TensorRT-LLM"}, {"framework_version", release}}.read().runtime.name.str();
    };
    CHECK(runtime("0.5.0") == "tensorrt-llm-engine");
    CHECK(runtime("0.17") == "tensorrt-llm-engine");
    CHECK(runtime("0.20") == "tensorrt-llm");
    CHECK(runtime("1.2.0rc6.post2") == "tensorrt-llm");
    CHECK(runtime("") == "tensorrt-llm-engine");  // by its day, which is before that of 0.20
    // its engines keep the whole context of a windowed model
    const auto m = serving_row{
        {"framework", "TensorRT-LLM"},
        {"framework_version", "0.17"},
        {"model", "Mistral-7B"},
        {"concurrency",
         "max"}}.read();
    REQUIRE(m.ok());
    CHECK(m.model->groups[0].layer.attention.window == 0);
    CHECK(find_model("mistral-7b")->groups[0].layer.attention.window == 4096);
}

TEST_CASE("load kinds: static batches, saturated runs, open loops, single requests") {
    const auto read = [](std::initializer_list<std::pair<std::string, std::string>> changes) {
        return serving_row(changes).read();
    };
    const auto fixed =
        read({{"source_id", "argonne-llm-inference-bench"}, {"request_rate", ""}, {"metric", "e2e_latency"}});
    CHECK(fixed.load_kind == load_kind::static_batch);
    CHECK(fixed.workload.concurrency == 16);
    const auto first =
        read({{"source_id", "trtllm-perf-static"}, {"request_rate", ""}, {"metric", "ttft"}, {"output_len", "1"}});
    CHECK(first.ok());
    CHECK(first.workload.output.mean() == 1.0);

    const auto table = read({{"source_id", "trtllm-perf-v0.17"},
                             {"input_len", "1000"},
                             {"output_len", "1000"},
                             {"concurrency", "max"},
                             {"metric", "output_throughput"},
                             {"unit", "tok/s"}});
    CHECK(table.load_kind == load_kind::saturated);
    CHECK(table.requests == 3000);
    CHECK(table.tuned);
    const auto any = read({{"concurrency", "max"}, {"metric", "output_throughput"}, {"unit", "tok/s"}});
    CHECK(any.load_kind == load_kind::saturated);
    CHECK(any.requests == 0);
    CHECK_FALSE(any.tuned);
    const auto rocm = read({{"source_id", "rocm-vllm-dev-docker"},
                            {"concurrency", "1500"},
                            {"metric", "output_throughput"},
                            {"unit", "tok/s"}});
    CHECK(rocm.load_kind == load_kind::saturated);
    CHECK(rocm.requests == 1500);
    CHECK(rocm.runtime.scheduling.most_sequences == 1500);

    const auto open = read({{"concurrency", ""}, {"request_rate", "4"}});
    CHECK(open.load_kind == load_kind::open_loop);
    CHECK(open.workload.rate.value() == 4);

    const auto lock_step =
        read({{"source_id", "lmdeploy-a100"}, {"framework", "lmdeploy-turbomind"}, {"weight_format", "fp16"}});
    CHECK(lock_step.ok());
    CHECK(lock_step.workload.lock_step());
    CHECK(read({{"source_id", "aic-runs"}}).workload.lock_step());
}

TEST_CASE("lengths that a figure does not depend on need not be stated") {
    const auto read = [](const char* metric, const char* unit, const char* output) {
        return serving_row{{"concurrency", "1"}, {"metric", metric}, {"unit", unit}, {"output_len", output}}.read();
    };
    CHECK(read("tpot_p50", "ms", "<=512").ok());
    CHECK(read("ttft_p50", "ms", "").ok());
    CHECK(read("decode_speed", "tok/s", "").ok());
    CHECK(says(read("output_throughput", "tok/s", "<=512").unpredictable, "lengths"));
    CHECK(says(serving_row{{"concurrency", "8"}, {"output_len", ""}}.read().unpredictable, "lengths"));
}

TEST_CASE("cuts: cores of a chip, attention copies in both spellings, padded heads") {
    const auto neuron = serving_row{
        {"source_id", "aws-neuron-inf2"},
        {"hardware", "Inferentia2"},
        {"num_devices", "12"},
        {"framework", "transformers-neuronx"},
        {"model", "Llama-2-7b"},
        {"weight_format", "bf16"},
        {"tp", "24"},
        {"request_rate",
         ""}}.read();
    REQUIRE(neuron.ok());
    CHECK(neuron.cut.tensor == 12);
    CHECK(neuron.model->groups[0].layer.attention.query_heads == 48);  // 32 rounded up to a multiple of 24 cores
    for (const char* tp : {"1", "8"}) {
        const auto copies = serving_row{
            {"hardware", "H200-SXM-141GB"},
            {"num_devices", "8"},
            {"framework", "trtllm"},
            {"framework_version", "1.2"},
            {"model", "DeepSeek-R1"},
            {"tp", tp},
            {"dp", "8"},
            {"ep", "8"}}.read();
        REQUIRE(copies.ok());
        CHECK(copies.cut.tensor == 1);
        CHECK(copies.cut.data == 8);
        CHECK(copies.cut.expert == 8);
    }
}

TEST_CASE("a run beyond the published context lifts the limit") {
    const auto m = serving_row{
        {"model", "Qwen2.5-7B-Instruct"},
        {"input_len", "129024"},
        {"output_len", "2048"},
        {"concurrency",
         "1"}}.read();
    REQUIRE(m.ok());
    CHECK(m.model->most_context > 131072);
}

TEST_CASE("rows of one run that contradict each other are left out, both") {
    const auto table = [](const char* second) {
        return measured_rows::serving_header + serving_row{{"value", "10"}}.line() +
               serving_row{{"value", second}}.line() + serving_row{{"value", "100"}, {"concurrency", "64"}}.line();
    };
    const auto far = read_all(table("15.1"));
    CHECK(says(far[0].unpredictable, "contradictory"));
    CHECK(says(far[1].unpredictable, "contradictory"));
    CHECK(far[2].ok());
    for (const auto& m : read_all(table("14.9"))) CHECK(m.ok());
}

TEST_CASE("a figure that memory cannot deliver is impossible") {
    // 8 GB of weights at 3.35 TB/s: 2.4 ms at least
    CHECK(says(predict_measured(serving_row{{"value", "1.5"}}.read()).refused, "impossible"));
    CHECK(predict_measured(serving_row{{"value", "4"}}.read()).ok());
    CHECK(says(
        predict_measured(
            serving_row{{"concurrency", "1"}, {"metric", "decode_speed"}, {"unit", "tok/s"}, {"value", "900"}}.read())
            .refused,
        "impossible"));
}

TEST_CASE("llama.cpp rows: tests, backends by date, layers over devices, formats by name or by size") {
    const auto read = [](const std::string& hardware, const std::string& devices, const std::string& backend,
                         const std::string& date, const std::string& model, const std::string& quant,
                         const std::string& size, const std::string& test, const std::string& more = "1,,99,50,") {
        return read_all(
                   "date,hardware,num_devices,backend,model,params_b,quant,file_size_gib,test,batch,threads,ngl,value_"
                   "tok_s,notes\n" +
                   date + "," + hardware + "," + devices + "," + backend + "," + model + ",," + quant + "," + size +
                   "," + test + "," + more + "\n")
            .at(0);
    };
    const auto decode = read("RTX 4090 24GB", "1", "cuda", "2024-05", "llama 8B", "Q4_K_M", "4.58", "tg512");
    REQUIRE(decode.ok());
    CHECK(decode.metric == metric::decode_throughput);
    CHECK(decode.past == 256);
    CHECK(decode.runtime.name.view() == "llama.cpp-cuda-2024");
    CHECK(decode.formats.weights.feed_forward.name.view() == "q4_k_m");
    CHECK(read("RTX 4090 24GB", "1", "cuda", "2023-12", "llama 8B", "Q4_K_M", "4.58", "tg512").runtime.name.view() ==
          "llama.cpp-cuda-2023");
    CHECK(read("RTX 4090 24GB", "1", "cuda", "2025-08", "llama 8B", "Q4_K_M", "4.58", "tg512").runtime.name.view() ==
          "llama.cpp");

    const auto batched = read("DGX Spark GB10 128GB", "1", "cuda", "2026-02", "gpt-oss 20B", "MXFP4 MoE", "11.27",
                              "tg32@pp512xB4", "4,,99,50,fa=1");
    REQUIRE(batched.ok());
    CHECK(batched.workload.concurrency == 4);
    CHECK(batched.past == 512 + 16);
    const auto deep = read("DGX Spark GB10 128GB", "1", "cuda", "2026-02", "gpt-oss 20B", "MXFP4 MoE", "11.27",
                           "pp2048@d4096", "1,,99,50,fa=1 ub=1024");
    REQUIRE(deep.ok());
    CHECK(deep.load_kind == load_kind::prefill);
    CHECK(deep.past == 4096);
    CHECK(deep.runtime.scheduling.token_budget == 1024);
    CHECK(predict_measured(deep).ok());

    const auto two = read("RTX 3090 24GB", "2", "cuda", "2024-05", "llama 70B", "Q4_K_M", "39.59", "pp1024");
    REQUIRE(two.ok());
    CHECK(two.cut.pipeline == 2);
    CHECK(predict_measured(two).ok());
    CHECK(says(read("RTX 3090 24GB", "2", "cuda", "2023-11", "llama 70B", "Q4_K_M", "39.59", "pp1024").unpredictable,
               "rows"));
    // a hand-made mix: the average bits of its file, 8 x 20 GiB / 8.03e9
    const auto mix = read("RTX 4090 24GB", "1", "cuda", "2025-08", "llama 8B", "UD-Q4_K_XL", "5.0", "tg32");
    REQUIRE(mix.ok());
    CHECK(mix.formats.weights.attention.bits == approx(8 * 5.0 * 1073741824 / 8030261248.0).epsilon(1e-4));

    CHECK(says(read("RTX 4090 24GB", "1", "cuda+cpu", "2025-08", "llama 8B", "Q4_0", "4.3", "tg32").unpredictable,
               "not predicted"));
    CHECK(says(
        read("RTX 4090 24GB", "1", "cuda", "2025-08", "llama 8B", "Q4_0", "4.3", "tg32", "1,,20,50,").unpredictable,
        "CPU"));
    CHECK(says(read("Ryzen 9 7950X (16c Zen4; 2ch DDR5)", "1", "cpu", "2025-08", "llama 8B", "Q4_0", "4.3", "tg32")
                   .unpredictable,
               "device"));
    for (const char* test : {"", "tg", "pp-5", "zz12", "tg32@pp512xB0", "tg99999999999999999999"})
        CHECK(
            says(read("RTX 4090 24GB", "1", "cuda", "2025-08", "llama 8B", "Q4_0", "4.3", test).unpredictable, "test"));
}

TEST_CASE("energy rows are four measurements; a training row one, refused where it says too little") {
    const std::string header =
        "model,task,weight_precision,gpu,num_gpus,max_num_seqs,avg_batch,avg_power_w_per_gpu,energy_per_output_token_j,"
        "output_tok_s,median_itl_ms\n";
    const auto rows = read_all(header + "Qwen/Qwen3-14B,gpqa,bfloat16,H100,1,8,8,480,0.874,553,14.4\n");
    REQUIRE(rows.size() == 4);
    CHECK(rows[0].metric == metric::board_power);
    CHECK(rows[1].metric == metric::token_energy);
    CHECK(rows[2].metric == metric::output_throughput);
    CHECK(rows[3].value == approx(0.0144));
    const auto watts = predict_measured(rows[0]), joules = predict_measured(rows[1]), rate = predict_measured(rows[2]);
    REQUIRE(watts.ok());
    CHECK(watts.value > 80);
    CHECK(watts.value < 700);
    CHECK(joules.value == approx(watts.value / rate.value));
    CHECK(says(
        read_all(header + "Qwen/Qwen3-14B,sourcegraph-fim,bfloat16,H100,1,8,8,480,0.874,553,14.4\n")[0].unpredictable,
        "lengths"));

    const auto training = read_all("hardware,model,global_batch,step_time_s\nDGX-H100,LLAMA3_70B,128,3.1\n");
    CHECK(training.at(0).metric == metric::step_time);
    CHECK(says(training.at(0).unpredictable, "training software not known"));
}

TEST_CASE("a table of none of the kinds is refused by what it lacks") {
    CHECK_THROWS_WITH_AS(read_all("a,b\n1,2\n"), doctest::Contains("hardware"), error);
    CHECK_THROWS_AS(read_all(""), error);
    CHECK_THROWS_WITH_AS(read_measurements(std::string("no/such/file.csv"), shipped()),
                         doctest::Contains("no/such/file.csv"), error);
}

TEST_CASE("no table makes the reader do anything but answer or refuse") {
    std::mt19937 random(7);
    const std::string good = measured_rows::serving_header + serving_row{}.line() +
                             serving_row{{"concurrency", "max"}}.line() +
                             serving_row{{"source_id", "inferencex-silicon"}, {"metric", "ttft_mean"}}.line();
    const std::string pieces[] = {"",  "nan", "-1",  "1e308",  "0",     "9999999999999", "max", "\"",
                                  ",", "\n",  "inf", "1e-300", "tok/s", "fp8",           "x"};
    for (int i = 0; i < 3000; ++i) {
        std::string table = good;
        for (int changes = 0; changes < 3; ++changes) {
            const std::size_t at = random() % table.size();
            table.replace(at, random() % 6, pieces[random() % std::size(pieces)]);
        }
        try {
            for (const auto& m : read_all(table)) {
                const auto p = predict_measured(m);
                CHECK(p.ok() != !p.refused.empty());
                if (p.ok()) CHECK((math::is_finite(p.value) && p.value > 0.0 && p.low <= p.value && p.value <= p.high));
            }
        } catch (const error&) {  // a broken record or header
        }
    }
}

TEST_CASE("the shared tables are read whole, with a reason for every row that is not") {
    for (const char* name :
         {"serving_measured.csv", "llamacpp_measured.csv", "energy_measured.csv", "training_measured.csv"}) {
        const auto path = measured_rows::data_folder() / name;
        if (!std::filesystem::exists(path)) {
            MESSAGE("skipped: no ", path.string(), "; set GAMBREL_DATA");
            continue;
        }
        CAPTURE(name);
        const auto rows = read_measurements(path.string(), shipped());
        CHECK(rows.size() > shared_data::of_whole<std::size_t>(500, 10));
        for (const auto& m : rows) {
            CHECK((m.ok() ? m.device != nullptr && m.model != nullptr && m.value > 0.0 : !m.unpredictable.empty()));
        }
    }
}
