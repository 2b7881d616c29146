// SPDX-License-Identifier: Apache-2.0
// A training step at compile time: how long one takes, whether it fits, and which of two layouts is the faster. When a law,
// a constant or the layout changes so that it no longer holds, this file stops compiling.
#include <cstdio>
#include <gambrel/hardware/catalog/nvidia_datacenter.hpp>
#include <gambrel/model/catalog/llama.hpp>
#include <gambrel/training/catalog/megatron.hpp>
#include <gambrel/training/predict.hpp>

using namespace gambrel;
using namespace gambrel::literals;

constexpr training::prediction<> step_of(const training::layout& layout) {
    return training::predict(training::job<>{catalog::llama_3_8b,
                                             catalog::h100_sxm,
                                             training::catalog::megatron_core,
                                             {.products = formats::fp8},
                                             layout,
                                             {1, 128, 8192}});
}

// [step]
constexpr training::prediction<> cut_by_context =
    step_of({.context = 2, .data = 4, .zero = training::zero_stage::optimizer});

// 13,812 tokens/s of a device were published of this configuration (Megatron-LM, examples/llama/README.md): 9.49 s a step.
static_assert(cut_by_context.step.low < 9.49_s && 9.49_s < cut_by_context.step.high);
static_assert(cut_by_context.fits == training::fit_verdict::may_not_fit);  // it ran: near the limit is no "no"
// [step]

// Whole sequences would be as fast, but one does not fit beside fp32 gradients and a share of the optimizer.
static_assert(step_of({.data = 8, .zero = training::zero_stage::optimizer}).fits ==
              training::fit_verdict::does_not_fit);
// Three ranks divide neither the sequence nor the devices: an answer, not an error.
static_assert(step_of({.context = 3}).layout.what == training::layout_fault::sequence);

int main() {
    std::printf("a step takes %.1f s, MFU %.0f %% with causal attention; checked by the compiler\n",
                cut_by_context.step.value / 1_s, 100 * cut_by_context.mfu_causal);
}
