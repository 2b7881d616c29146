// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/hardware/catalog.hpp>
#include <gambrel/model/catalog.hpp>
#include <gambrel/model/kv_cache.hpp>
#include <gambrel/model/parameters.hpp>
#include <gambrel/runtime/catalog.hpp>
#include <gambrel/step/feasibility.hpp>
#include <gambrel/step/memory_fit.hpp>

using namespace gambrel;
using namespace gambrel::literals;

namespace {
const precision bf16{.weights = linear_layers_in(formats::bf16)};

/// A runtime whose every number is round.
constexpr runtime<> round_runtime{
    .name = "round",
    .scheduling = {.token_budget = 1000, .most_sequences = 100},
    .memory = {.fraction = 0.9,
               .reserve = {2_GB, given_by_user},
               .graphs = {1_GB, given_by_user},
               .communication = {0.5_GB, given_by_user},
               .block_tokens = 16,
               .activation_copies = 2},
};
/// A board of `size`, all of which its driver shows.
device<> board_of(const bytes<>& size) { return {.memory = {.capacity = size, .visible = size}}; }

sequence_memory sequence_of(const architecture& m, const parallelism& cut = {}, const precision& p = bf16,
                            double block = 1, bool rolling = true) {
    return sequence_memory(m, cut, p, block, rolling);
}
}  // namespace

TEST_CASE("on one device the weights are all parameters of the model, its vision tower included") {
    for (const architecture* m : all_models) {
        INFO(m->name.view());
        const auto seen = static_cast<double>(parameter_count(m->vision));
        const double stored = weight_bytes(*m, m->stored).value() + seen * m->stored.other.bytes_per_element();
        CHECK(weights_on_rank(*m, {}, m->stored).value() == approx(stored).epsilon(1e-6));
        CHECK(weights_on_rank(*m, {}, bf16.weights).value() ==
              approx(2.0 * (static_cast<double>(parameter_count(*m)) + seen)).epsilon(1e-6));
    }
}

// Published: 70,553,706,496 parameters, 131.417 GiB in 16 bit, 32.854 GiB on each of four and 16.427 GiB on eight.
TEST_CASE("Llama-3-70B over tensor ranks") {
    const auto gib = [](int tp) { return weights_on_rank(catalog::llama_3_70b, {.tensor = tp}, bf16.weights) / 1_GiB; };
    CHECK(gib(1) == approx(131.417).epsilon(1e-5));
    CHECK(gib(4) == approx(32.854).epsilon(1e-4));
    CHECK(gib(8) == approx(16.427).epsilon(2e-4));
    // In fp8, embedding, head and norms stay in 16 bit: a quarter of 80 (q k v, o, gate up, down) bytes and 2 x 2 V H.
    const double linear = 80.0 * 8192 * (8192 + 2048 + 8192 + 3 * 28672), tables = 2 * 2.0 * 128256 * 8192,
                 norms = 2 * 161.0 * 8192;
    CHECK(weights_on_rank(catalog::llama_3_70b, {.tensor = 4}, linear_layers_in(formats::fp8)).value() ==
          approx((linear + tables) / 4 + norms).epsilon(1e-12));
}

TEST_CASE("key and value weights are copied where there are more ranks than heads") {
    const architecture& m = catalog::llama_3_70b;
    const double at_8 = weights_on_rank(m, {.tensor = 8}, bf16.weights).value(),
                 at_16 = weights_on_rank(m, {.tensor = 16}, bf16.weights).value();
    const double norms = 2 * 161.0 * 8192, kv = 80 * 2 * 8192.0 * 2048;
    CHECK(at_16 == approx((at_8 - norms - kv / 8) / 2 + norms + kv / 8).epsilon(1e-12));
}

TEST_CASE("the fullest pipeline stage has the layers rounded up and the larger table") {
    const architecture& m = catalog::llama_3_70b;
    const double layer = 2.0 * (8192 * (8192 + 2048 + 8192 + 3.0 * 28672) + 2 * 8192), table = 2.0 * 128256 * 8192;
    CHECK(weights_on_rank(m, {.pipeline = 4}, bf16.weights).value() == approx(20 * layer + table).epsilon(1e-6));
    CHECK(weights_on_rank(m, {.pipeline = 3}, bf16.weights).value() == approx(27 * layer + table).epsilon(1e-6));
}

// GGUF stores the head wider than the embedding: with 2 bytes against 1, the last stage is the fullest, with 1 against
// 2 the first.
TEST_CASE("the larger table is that of its format, be it the first stage's or the last's") {
    const architecture& m = catalog::llama_3_70b;
    const double layer = 2.0 * (8192 * (8192 + 2048 + 8192 + 3.0 * 28672) + 2 * 8192), element_table = 128256.0 * 8192;
    weight_formats f = bf16.weights;
    f.embedding = f.head = formats::fp8;
    const auto fullest = [&] { return weights_on_rank(m, {.pipeline = 4}, f).value(); };
    CHECK(fullest() == approx(20 * layer + element_table).epsilon(1e-6));
    f.head = formats::bf16;
    CHECK(fullest() == approx(20 * layer + 2 * element_table).epsilon(1e-6));
    f.embedding = formats::bf16;
    f.head = formats::fp8;
    CHECK(fullest() == approx(20 * layer + 2 * element_table).epsilon(1e-6));
    CHECK(weights_on_rank(m, {}, f).value() == approx(80 * layer + 3 * element_table).epsilon(1e-6));
}

TEST_CASE("experts are shared out over all ranks, whichever way they are cut") {
    const architecture& m = catalog::deepseek_v3;
    const auto on = [&](const parallelism& cut) { return weights_on_rank(m, cut, m.stored).value(); };
    CHECK(on({.tensor = 8, .expert = 8}) == approx(on({.tensor = 8})).epsilon(0.001));
    // Attention data parallelism: everything but the experts is whole on every rank.
    const auto parts = weight_bytes_by_part(m, m.stored);
    CHECK(on({.data = 8, .expert = 8}) ==
          approx((parts.language_model() - parts.experts * (7.0 / 8)).value()).epsilon(1e-6));
}

// Published: 524,288, 131,072 and 327,680 bytes per token in 16 bit; DeepSeek-V3 70,272.
TEST_CASE("keys and values per token") {
    CHECK(sequence_of(catalog::llama_2_7b).per_token() == 524288_B);
    CHECK(sequence_of(catalog::llama_3_8b).per_token() == 131072_B);
    CHECK(sequence_of(catalog::llama_3_70b).per_token() == 327680_B);
    CHECK(sequence_of(catalog::deepseek_v3).per_token() == 70272_B);
    CHECK(sequence_of(catalog::llama_3_70b, {.tensor = 4}).per_token() == bytes_of(327680 / 4.0));
    CHECK(sequence_of(catalog::llama_3_70b, {.tensor = 16}).per_token() == bytes_of(327680 / 8.0));
    CHECK(sequence_of(catalog::llama_3_70b, {.pipeline = 4}).per_token() == bytes_of(327680 / 4.0));
    precision fp8 = bf16;
    fp8.kv = formats::fp8;
    CHECK(sequence_of(catalog::llama_3_70b, {}, fp8).per_token() == bytes_of(327680 / 2.0));
    // The latent serves all heads and is copied to every rank.
    CHECK(sequence_of(catalog::deepseek_v3, {.tensor = 8}).per_token() == 70272_B);
}

TEST_CASE("a sequence keeps what the model says it keeps") {
    for (const architecture* m : all_models) {
        INFO(m->name.view());
        for (const double length : {1.0, 500.0, 20000.0})
            CHECK(sequence_of(*m).ideal(length).value() == approx(sequence_bytes(*m, length).value()));
    }
}

TEST_CASE("blocks round a sequence up") {
    const sequence_memory s = sequence_of(catalog::llama_3_70b, {}, bf16, 16);
    CHECK(s.allocated(1) == bytes_of(16 * 327680.0));
    CHECK(s.allocated(16) == bytes_of(16 * 327680.0));
    CHECK(s.allocated(17) == bytes_of(32 * 327680.0));
    CHECK(s.ideal(17) == bytes_of(17 * 327680.0));
}

// gpt-oss-120b: 18 layers see 128 tokens, 18 everything, 8 heads of 64, 2 x 8 x 64 x 2 = 2048 bytes per layer and
// token.
TEST_CASE("window layers stop growing where the runtime lets them roll") {
    const sequence_memory rolling = sequence_of(catalog::gpt_oss_120b),
                          full = sequence_of(catalog::gpt_oss_120b, {}, bf16, 1, false);
    CHECK(full.per_token() == 73728_B);
    CHECK(full.ideal(10000) == bytes_of(73728 * 1e4));
    CHECK(rolling.per_token() == 36864_B);
    CHECK(rolling.ideal(100) == bytes_of(73728 * 100.0));
    CHECK(rolling.ideal(10000) == bytes_of(36864 * (1e4 + 128)));
}

TEST_CASE("the longest sequence fills the room exactly") {
    for (const architecture* m : {&catalog::llama_3_70b, &catalog::gpt_oss_120b, &catalog::gemma_3_27b,
                                  &catalog::deepseek_v3, &catalog::nemotron_h_8b, &catalog::llama_4_scout}) {
        INFO(m->name.view());
        const sequence_memory s = sequence_of(*m);
        for (const double length : {3.0, 90.0, 700.0, 5000.0, 1e5}) {
            CAPTURE(length);
            CHECK(s.longest(s.ideal(length), 1e9) == approx(length));
        }
        CHECK(s.longest(s.ideal(1e5), 4096) == 4096);
    }
    CHECK(sequence_of(catalog::mamba2_2_7b).longest(1_TB, 1e6) == 1e6);
    CHECK(sequence_of(catalog::mamba2_2_7b).longest(1_kB, 1e6) == 0);
}

TEST_CASE("two window sizes at once: the room is still filled exactly") {
    layer narrow = catalog::llama_3_8b.groups[0].layer, wide = narrow;
    narrow.attention.window = 128;
    wide.attention.window = 4096;
    architecture m = catalog::llama_3_8b;
    m.group_count = 0;
    m.add(16, narrow);
    m.add(8, wide);
    m.add(8, catalog::llama_3_8b.groups[0].layer);
    const sequence_memory s = sequence_of(m);
    for (const double length : {100.0, 1000.0, 4000.0, 50000.0}) {
        CAPTURE(length);
        CHECK(s.longest(s.ideal(length), 1e9) == approx(length));
    }
}

TEST_CASE("many groups of one window size are one window") {
    architecture m = catalog::llama_3_8b;
    layer l = m.groups[0].layer;
    l.attention.window = 1024;
    m.group_count = 0;
    for (int i = 0; i < 8; ++i) {
        l.feed_forward.width += 128;
        m.add(4, l);
    }
    CHECK(sequence_of(m).ideal(5000) == bytes_of(32 * 2.0 * 8 * 256 * 1024));
}

TEST_CASE("a device's memory adds up, by hand") {
    // Llama-3-70B in fp8 on four devices of 80 GB, 4096 tokens per request.
    precision fp8 = bf16;
    fp8.weights = linear_layers_in(formats::fp8);
    const memory_fit r = fit_memory(catalog::llama_3_70b, board_of(80_GB), round_runtime, {.tensor = 4}, fp8, 4090);
    CHECK(r.fits());
    CHECK(r.usable / 1_GB == approx(72));
    CHECK(r.weights == weights_on_rank(catalog::llama_3_70b, {.tensor = 4}, fp8.weights));
    // The widest activation of a rank is gate and up, 2 x 28672 / 4, beside the residual of 8192.
    CHECK(r.activations.value() == approx(1000 * (14336 + 8192) * 2.0 * 2));
    CHECK(r.logits.value() == approx(100 * 128256 * 4.0));  // of all slots, whole on every rank
    CHECK(r.communication == 0.5_GB);
    const double left = 72e9 - (r.weights + r.activations + r.logits).value() - 3.5e9;
    CHECK(r.for_kv.value() == approx(left));
    CHECK(r.kv_ideal == bytes_of(4090 * 81920.0));
    CHECK(r.kv_allocated == bytes_of(4096 * 81920.0));
    CHECK(r.most_sequences == approx(left / (4096 * 81920.0)));
    CHECK(r.longest_context == 8192);  // the model's own limit

    runtime<> after = round_runtime;
    after.memory.basis = memory_basis::after_weights;
    const memory_fit s = fit_memory(catalog::llama_3_70b, board_of(80_GB), after, {.tensor = 4}, fp8, 4090);
    CHECK(s.for_kv.value() == approx(0.9 * (80e9 - 72e9 + left)));
    CHECK(fit_memory(catalog::llama_3_8b, board_of(80_GB), round_runtime, {}, bf16, 4090).communication == 0_B);
}

TEST_CASE("what does not fit says by how much") {
    const memory_fit r = fit_memory(catalog::llama_3_70b, board_of(80_GB), round_runtime, {}, bf16, 4096);
    CHECK_FALSE(r.fits());
    CHECK(r.for_kv == 0_B);
    CHECK(r.most_sequences == 0);
    CHECK(r.longest_context == 0);
    const bytes<> needed = r.weights + r.activations + r.logits + r.graphs + r.reserve + r.kv_allocated;
    CHECK(r.shortfall.value() == approx((needed - 72_GB).value()));
    // A device larger by just that much, at 0.9 of it, holds one request.
    const memory_fit enough = fit_memory(catalog::llama_3_70b, board_of(80_GB + r.shortfall * (1.0000001 / 0.9)),
                                         round_runtime, {}, bf16, 4096);
    CHECK(enough.fits());
    CHECK(enough.most_sequences == approx(1).epsilon(1e-4));
}

// gpt-oss: 2880 wide, so 3072 and 2944 once padded to 256 and 128 (Marlin), 4.25 bits an element; three matrices of 32
// experts in 24 layers (20B), of 128 in 36 (120B). Logs: 13.72 GiB (A100), 65.97 GiB (H100).
TEST_CASE("experts in mxfp4 are loaded padded") {
    const auto loaded = [](const architecture& m, const device<>& d, const parallelism& cut = {}) {
        return fit_memory(m, d, catalog::vllm, cut, {.weights = as_served(m.stored)}, 1).weights / 1_GiB;
    };
    const auto stored = [](const architecture& m) { return weights_on_rank(m, {}, as_served(m.stored)) / 1_GiB; };
    const double padding = (3072.0 * 2944 - 2880.0 * 2880) * 3 * 4.25 / 8 / (1_GiB).value();
    CHECK(loaded(catalog::gpt_oss_20b, catalog::a100_sxm_80) - stored(catalog::gpt_oss_20b) ==
          approx(24 * 32 * padding));
    CHECK(loaded(catalog::gpt_oss_120b, catalog::h100_sxm) - stored(catalog::gpt_oss_120b) ==
          approx(36 * 128 * padding));
    CHECK(loaded(catalog::gpt_oss_20b, catalog::a100_sxm_80) == approx(13.72).epsilon(0.01));
    CHECK(loaded(catalog::gpt_oss_120b, catalog::h100_sxm) == approx(65.97).epsilon(0.005));
    // Eight ranks of a B200: 360 wide, padded to 512.
    const double wide = 36.0 * 128 * 3 * (3072.0 * 512 - 2880.0 * 360) * 4.25 / 8 / (1_GiB).value();
    const weight_formats f = as_served(catalog::gpt_oss_120b.stored);
    CHECK(loaded(catalog::gpt_oss_120b, catalog::b200_sxm, {.tensor = 8}) -
              weights_on_rank(catalog::gpt_oss_120b, {.tensor = 8}, f) / 1_GiB ==
          approx(wide));
}

// DeepSeek-V3: 128 heads of 128 + 128 over a rank of 512, 61 layers, in 16 bit.
TEST_CASE("latent attention keeps its up-projection twice") {
    const weight_formats f = as_served(catalog::deepseek_v3.stored);
    const double once = weights_on_rank(catalog::deepseek_v3, {.tensor = 8}, f).value(),
                 twice = weights_on_rank(catalog::deepseek_v3, {.tensor = 8}, f, {.absorbed_latent = true}).value();
    CHECK(twice - once == approx(61 * (128 / 8) * 256.0 * 512 * 2));
}

TEST_CASE("prediction modules are loaded where the policy says so") {
    const architecture& m = catalog::deepseek_v3;
    const weight_formats f = as_served(m.stored);
    const double more =
        (weights_on_rank(m, {.tensor = 8}, f, {.prediction_head = true}) - weights_on_rank(m, {.tensor = 8}, f))
            .value();
    CHECK(more == approx(weight_bytes_by_part(m, f).mtp.value() / 8));
}

TEST_CASE("where the sampler's peak follows the pass's, the larger of the two counts") {
    runtime<> r = round_runtime;
    r.memory.logit_copies = 9.5;
    const auto fit = [&] { return fit_memory(catalog::llama_3_70b, board_of(80_GB), r, {.tensor = 4}, bf16, 16); };
    const double pass = 1000 * (14336 + 8192) * 2.0 * 2, sampler = 9.5 * 100 * 128256 * 4;
    CHECK((fit().activations + fit().logits).value() == approx(pass + sampler));
    r.memory.sampler_after_pass = true;
    CHECK((fit().activations + fit().logits).value() == approx(sampler));
    r.scheduling.most_sequences = 10;
    CHECK((fit().activations + fit().logits).value() == approx(pass));
    CHECK(fit().logits == 0_B);
    r.scheduling.most_sequences = 5000;  // a pass samples at most its budget
    CHECK((fit().activations + fit().logits).value() == approx(9.5 * 1000 * 128256 * 4));
}

// DeepSeek-V3 on 8 ranks: 8 experts of 2048 / 8, 7168 wide: 8 x (7168 + 256) elements a token; 16 heads of 128 + 128.
TEST_CASE("routed experts and lifted latents are activations too") {
    runtime<> r = round_runtime;
    const auto fit = [&] { return fit_memory(catalog::deepseek_v3, board_of(141_GB), r, {.tensor = 8}, bf16, 16); };
    const double widest = widest_activation(catalog::deepseek_v3, {.tensor = 8});
    CHECK(fit().activations.value() == approx(1000 * 2.0 * (2 * widest + 8 * (7168 + 256))));
    r.memory.lifted_tokens = 65536;
    CHECK(fit().activations.value() == approx(1000 * 2.0 * (2 * widest + 8 * (7168 + 256)) + 2.0 * 65536 * 16 * 256));
}

TEST_CASE("a static share is of what is free before loading") {
    runtime<> r = round_runtime;
    r.memory.basis = memory_basis::static_share;
    const memory_fit one = fit_memory(catalog::llama_3_8b, board_of(80_GB), r, {}, bf16, 16);
    CHECK(one.for_kv.value() == approx(0.9 * (80e9 - 2e9) - one.weights.value()));
    const memory_fit two = fit_memory(catalog::llama_3_8b, board_of(80_GB), r, {.tensor = 2}, bf16, 16);
    CHECK(two.for_kv.value() == approx(0.9 * (80e9 - 2.5e9) - two.weights.value()));
}

// llama.cpp's compute buffer with flash attention, MiB, of public logs (device): pythia-2.8b 162 before it had it; with
// ub 512: 512 (V + h) 4. Qwen3.6-27B: 495.0 (V 248,320, h 5120).
TEST_CASE("llama.cpp: one buffer for the logits of a micro-batch and what they are made from") {
    runtime<> every = catalog::llama_cpp;
    every.memory.outputs = ggml_outputs::every_2024;
    const memory_fit m = fit_memory(catalog::qwen3_5_27b, catalog::rtx_5090, every, {}, bf16, 16);
    CHECK((m.activations + m.logits).value() / 1048576 == approx(495.0).epsilon(1e-3));
    const memory_fit wide = fit_memory(catalog::llama_3_8b, catalog::rtx_5090, every, {}, bf16, 16);
    CHECK((wide.activations + wide.logits).value() == approx(512.0 * (128256 + 4096) * 4));
}

// Qwen3.5-27B: 48 of 64 layers are recurrent; a block is the state of 16 of them, 48 heads of 128 x 128 in fp32 and the
// convolution.
TEST_CASE("every slot must find a block of state, where the server wants that") {
    const sequence_memory s = sequence_of(catalog::qwen3_5_27b);
    CHECK(s.state_block().value() == approx(s.state().value() / 3));
    runtime<> r = round_runtime;
    r.scheduling.most_sequences = 256;
    r.memory.state_block_each_slot = true;
    const memory_fit m = fit_memory(catalog::qwen3_5_27b, board_of(64_GB), r, {}, bf16, 16);
    CHECK(m.start.what == starts::does_not);
    CHECK(m.shortfall.value() > 256 * s.state_block().value() - 64e9);
    r.scheduling.most_sequences = 1;
    CHECK(fit_memory(catalog::qwen3_5_27b, board_of(80_GB), r, {}, bf16, 16).fits());
}

// Without flash attention: Mistral-7B, 32,768 tokens of context: 2,144 MiB in a public log (fedora-copr/logdetective
// pull request 106); pythia-2.8b at 2,048 tokens 162.
TEST_CASE("llama.cpp without flash attention keeps scores of a micro-batch over the whole context") {
    runtime<> server = catalog::llama_cpp_cuda_2024;
    server.scheduling.most_sequences = 1;
    const auto mib = [&](const architecture& m, double context) {
        const memory_fit f = fit_memory(m, catalog::a100_sxm_80, server, {}, bf16, context);
        return (f.activations + f.logits).value() / 1048576;
    };
    CHECK(mib(catalog::mistral_7b, 32768) == approx(2144).epsilon(0.005));
    CHECK(mib(catalog::pythia_2_8b, 2048) == approx(162).epsilon(0.07));
    const memory_fit one = fit_memory(catalog::mistral_7b, catalog::a100_sxm_80, server, {}, bf16, 32768);
    server.scheduling.most_sequences = 2;
    const memory_fit two = fit_memory(catalog::mistral_7b, catalog::a100_sxm_80, server, {}, bf16, 32768);
    CHECK((one.for_kv - two.for_kv).value() == approx(512.0 * 33 * 32768 * 4));
}
