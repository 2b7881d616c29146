// SPDX-License-Identifier: Apache-2.0
// Rows of measured training as questions: what is read, what is assumed, what is refused and why.

#include <approx.hpp>
#include <doctest/doctest.h>
#include <gambrel/measurement/read_file.hpp>
#include <gambrel/measurement/read_training.hpp>
#include <gambrel/validation/predict_row.hpp>
#include <sstream>

using namespace gambrel;
namespace tr = gambrel::training;

namespace {
constexpr const char* columns =
    "source,date,hardware,num_gpus,model,params_b,seq_len,micro_batch,global_batch,tp,pp,vp,cp,ep,dp,zero_fsdp,"
    "precision,"
    "activation_ckpt,step_time_s,tokens_s_per_gpu,tflops_per_gpu,mfu,mfu_src,mem_gib_per_gpu,workload,verified,notes\n";
table_row row_of(const std::string& fields) {
    std::istringstream in(columns + fields + "\n");
    return read_table(in).rows.at(0);
}
std::string refusal_of(const std::string& fields) {
    try {
        (void)detail::training_row_of(row_of(fields));
    } catch (const detail::refusal& r) {
        return r.why;
    }
    return "";
}
}  // namespace

TEST_CASE("rows of five sources, every descriptor (values as their pages print them)") {
    const training_row bridge = detail::training_row_of(row_of(
        "NVIDIA-NeMo/Megatron-Bridge docs/performance-summary-archive.md,2026-06,DGX-H100,1024,LLAMA3.1_405B,405.85,"
        "8192,1,1536,8,8,8,2,,,,FP8,,37.693,326,822,,,,pretrain,yes,NeMo container 26.06"));
    CHECK(bridge.stack.name.view() == "megatron-bridge");
    CHECK(bridge.device.name.view() == "h100-sxm");
    CHECK(bridge.layout == tr::layout{.tensor = 8,
                                      .sequence = true,
                                      .pipeline = 8,
                                      .virtual_stages = 8,
                                      .context = 2,
                                      .data = 8,
                                      .zero = tr::zero_stage::optimizer});
    CHECK(bridge.batch.global == 1536);
    CHECK(bridge.seconds == 37.693);
    CHECK(bridge.recipe.products.name.view() == "fp8");

    const training_row foundry = detail::training_row_of(row_of(
        "mosaicml/llm-foundry scripts/train/benchmarking/README.md,2023-2024,A100-40GB,8,MPT-7b,6.6589,2048,12,384,1,"
        "1,,,,8,FULL_SHARD,bf16,True,,3679,158,,,,pretrain,yes,section"));
    CHECK(foundry.recipe.recompute == tr::recomputation::full);
    CHECK(foundry.layout.zero == tr::zero_stage::weights);
    CHECK(foundry.seconds == approx(384.0 * 2048 / (3679.0 * 8)));
    CHECK(foundry.model.position_rows == 2048);
    CHECK(foundry.device.scale_out.per_direction.value == gigabytes_per_second(25));

    const training_row science = detail::training_row_of(row_of(
        "bigscience train/tr11-176B-ml/chronicles-prequel.md,2022-02,A100-SXM-80GB (Jean Zay),384,GPT-182B h=13824 "
        "L=78 a=64,182,2048,2,2048,4,12,,,,8,ZeRO-1,bf16?,full,103.51,105.52,156.92,,,,pretrain,yes,vocab 250k"));
    CHECK(science.model.vocabulary == 250880);
    CHECK(science.model.layers() == 78);
    CHECK(science.model.groups[0].layer.attention.head_dim == 216);
    CHECK(!science.layout.sequence);
    CHECK(science.layout.uneven);  // 78 layers on 12 stages, nor 80
    CHECK(science.stack.name.view() == "megatron-deepspeed");

    const training_row evo = detail::training_row_of(row_of(
        "InternLM/InternEvo doc/en/train_performance.md,2023-11,A100-SXM-80GB (4x100Gb RoCE),32,InternLM-7B,7.3,2048,"
        "4,256,2,1,,,,16,ZeRO-1 shard=8,bf16,none,4.715,3475,,,,,pretrain,yes,x"));
    CHECK(evo.layout.shards() == 8);
    CHECK(evo.stack.per_owner.known());

    const training_row titan = detail::training_row_of(row_of(
        "pytorch/torchtitan benchmarks/x.md,2024-12,H100-SXM-96GB-HBM2e(500W),8,Llama-3.1-8B,8.03,8192,2,16,1,1,,1,,8,"
        "fsdp2=8,FP8-tensorwise,selective,,8532,,,,76.8,pretrain,yes,FSDP+compile+Float8; 500W cap"));
    CHECK(titan.device.power.limit.value == watts_of(500));
    CHECK(titan.recipe.recompute == tr::recomputation::alternate);
    CHECK(titan.memory.value() == approx(76.8 * 1073741824.0));
    CHECK(titan.stack.name.view() == "torchtitan");
}

TEST_CASE("rows that cannot be asked, each with its reason") {
    const std::string head = "mosaicml/llm-foundry x,2023,A100-80GB,", tail = ",pretrain,yes,";
    CHECK(refusal_of(head + "8,MPT-7b,6.66,2048,1,16,1,1,,,,8,FULL_SHARD,bf16,True,1,,,,,,run-average,yes,") ==
          "average of a whole run, restarts included");
    CHECK(refusal_of(head + "8,MPT-8b,6.66,2048,1,16,1,1,,,,8,FULL_SHARD,bf16,True,1,,,,," + tail) ==
          "model not known: MPT-8b");
    CHECK(refusal_of(head + "8,MPT-7b,13,2048,1,16,1,1,,,,8,FULL_SHARD,bf16,True,1,,,,," + tail) ==
          "parameters are not those of the model: MPT-7b");
    CHECK(refusal_of(head + ",MPT-7b,6.66,2048,1,16,1,1,,,,,FULL_SHARD,bf16,True,1,,,,," + tail) ==
          "number of devices not stated");
    CHECK(refusal_of(head + "8,MPT-7b,6.66,,1,16,1,1,,,,8,FULL_SHARD,bf16,True,1,,,,," + tail) ==
          "tokens of a sequence not stated");
    CHECK(refusal_of(head + "8,MPT-7b,6.66,2048,,16,1,1,,,,8,FULL_SHARD,bf16,True,1,,,,," + tail) ==
          "sequences of a micro-batch not stated");
    CHECK(refusal_of(head + "8,MPT-7b,6.66,2048,1,16,1,1,,,,8,FULL_SHARD,bf16,True,,,158,,," + tail) ==
          "neither step time nor tokens per second stated");
    CHECK(refusal_of(head + "8,MPT-7b,6.66,2048,3,16,1,1,,,,8,FULL_SHARD,bf16,True,1,,,,," + tail) ==
          "layout: micro-batches do not divide the batch");
    CHECK(refusal_of(head + "12,MPT-7b,6.66,2048,1,16,8,1,,,,,FULL_SHARD,bf16,True,1,,,,," + tail) ==
          "degrees do not multiply to the devices");
    CHECK(refusal_of(head + "8,MPT-7b,6.66,2048,1,16,1,1,,,,8,FULL_SHARD,int7,True,1,,,,," + tail) ==
          "training format not known: int7");
    CHECK(refusal_of("a paper,2023,A100-80GB,8,MPT-7b,6.66,2048,1,16,1,1,,,,8,FULL_SHARD,bf16,True,1,,,,," + tail) ==
          "training software not known: a paper");
    CHECK(refusal_of(head + "8,MPT-7b,6.66,2048,1,16,1,1,,,,8,FULL_SHARD,bf16,True,1,,,,,,pretrain,yes,SKIP: no") ==
          "contradicts itself, as its notes say");
}

TEST_CASE("the vendored rows are read or refused by reason, and what is read is predicted within a factor of 1.4") {
    std::size_t read = 0;
    for (const measured_row& m : read_measurements(std::string("tests/reference/data/training_measured.csv"), {})) {
        CAPTURE(m.line);
        CHECK(m.metric == metric::step_time);
        const predicted_figure p = predict_measured(m);
        CHECK(p.ok() == m.ok());
        if (!p.ok()) continue;
        ++read;
        CHECK(p.value / m.value < 1.4);
        CHECK(m.value / p.value < 1.4);
        CHECK(p.low < p.value);
        CHECK(p.value < p.high);
    }
    CHECK(read == 9);
}
