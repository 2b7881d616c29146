// SPDX-License-Identifier: Apache-2.0
#include "worked.hpp"

#include <gambrel/hardware/catalog/nvidia_datacenter.hpp>
#include <gambrel/model/catalog/llama.hpp>
#include <gambrel/training/catalog/megatron.hpp>
#include <gambrel/training/failures.hpp>
#include <gambrel/training/predict.hpp>

namespace {
using namespace gambrel;
using namespace gambrel::literals;
using pages::number, pages::worked, pages::sqrt;

void training_page_of(worked& w) {
    namespace tr = gambrel::training;
    const tr::job<> j{catalog::llama_3_8b,
                      catalog::h100_sxm,
                      tr::catalog::megatron_core,
                      {},
                      {.data = 8, .zero = tr::zero_stage::optimizer},
                      {1, 128, 8192}};
    const tr::prediction<> p = tr::predict(j);
    w.text("Llama-3 8B on eight H100 SXM, 128 sequences of 8192 tokens a step, bf16, ZeRO-1.\n");
    const number n = w.given("N", static_cast<double>(parameter_count(j.model)) / 1e9, "G", "parameters");
    const number weights = w.given("weights", j.recipe.states.weights, "B");
    const number gradient = w.given("gradient", j.recipe.states.gradient, "B");
    const number optimizer = w.given("optimizer", j.recipe.states.optimizer, "B");
    const number ranks = w.given("ranks", 8, "");
    const number states = w.step("states", n * (weights + gradient + optimizer / ranks), "GB");
    const tr::memory_of_rank& m = p.memory;
    w.library("weights + gradients + optimizer", states, (m.weights + m.gradients + m.optimizer) / 1_GB, "GB");

    const number linear = w.given("linear", tr::work_per_token(j.model, 8192).linear.value() / 1e9, "GFLOP", "a token");
    const number causal = w.step("causal", 6 * number(32) * 32 * 128 * 8192 / 1e9, "GFLOP");
    const number rate = w.given("rate", p.per_device.value / 1_tok_per_s, "tok/s", "of a device: the step's laws");
    const number peak = w.given("peak", p.peak / 1_TFLOP_per_s, "TFLOP/s");
    const number mfu = w.step("mfu", (linear + causal) * rate / (peak * 1000), "");
    w.library("prediction::mfu_causal", mfu, p.mfu_causal, "");

    const number between = w.given("between", 16384.0 * 54 * 24 / 419, "h", "failures of a device: Llama 3");
    const number checkpoint = w.given("checkpoint", 5, "s");
    const number whole = w.step("whole", between * 3600 / 16384, "s");
    const number interval = w.step("interval", sqrt(2 * checkpoint * whole), "s");
    w.library("young_interval", interval, tr::young_interval(5_s, hours(16384.0 * 54 * 24 / 419) / 16384.0) / 1_s, "s");
}
const pages::page training_page("training", training_page_of);
}  // namespace
