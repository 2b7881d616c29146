// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Every keyword of `train` and `finetune`: the command's options and Python's arguments follow from this table.
/// Evidence: tests/ask/training_test.cpp.

#include <gambrel/ask/keyword.hpp>
#include <gambrel/ask/training_options.hpp>

namespace gambrel::ask {

namespace detail {
using R = training_options;
}

// clang-format off
inline constexpr std::array<keyword<training_options>, 38> training_keywords{{
    {"stack", "--stack", "--framework", "", "training software (docs/models/training.md); megatron-core, torchtune for finetune",
     keyword_group::deployed, &detail::R::stack},
    {"method", "--method", "", "full", "full, lora or qlora", keyword_group::deployed, &detail::R::method},
    {"devices", "--devices", "--gpus,-n", "8", "devices in all (finetune: 1)", keyword_group::deployed, &detail::R::devices,
     {1, 1e6, "the number of devices"}},
    {"tp", "--tp", "--tensor-parallel-size", "", "tensor ranks; layouts are searched where no degree is given", keyword_group::deployed, &detail::R::tensor,
     {1, 1e5, "the tensor ranks"}},
    {"pp", "--pp", "--pipeline-parallel-size", "", "pipeline stages", keyword_group::deployed, &detail::R::pipeline,
     {1, 1e5, "the pipeline stages"}},
    {"vp", "--vp", "--virtual-stages", "", "pieces of the model on each stage", keyword_group::deployed, &detail::R::virtual_stages,
     {1, 1e5, "the virtual stages"}},
    {"cp", "--cp", "--context-parallel-size", "", "context ranks", keyword_group::deployed, &detail::R::context,
     {1, 1e5, "the context ranks"}},
    {"ep", "--ep", "--expert-parallel-size", "", "expert ranks", keyword_group::deployed, &detail::R::expert,
     {1, 1e5, "the expert ranks"}},
    {"etp", "--etp", "--expert-tensor-parallel-size", "1", "tensor ranks of an expert", keyword_group::deployed, &detail::R::expert_tensor,
     {1, 1e5, "the tensor ranks of an expert"}},
    {"zero", "--zero", "--zero-stage", "", "what data ranks share out: 0, 1, 2 or 3 (FSDP)", keyword_group::deployed, &detail::R::zero},
    {"shard", "--shard", "", "", "ranks that share one copy out (hybrid sharding); all", keyword_group::deployed, &detail::R::shard,
     {1, 1e6, "the ranks of a shard"}},
    {"schedule", "--schedule", "", "1f1b", "1f1b, zero_bubble or dual_pipe", keyword_group::deployed, &detail::R::schedule},
    {"sequence_parallel", "--sequence-parallel", "", "", "activations between products cut over tensor ranks; on with several",
     keyword_group::deployed, &detail::R::sequence_parallel, {}, {}, "--no-sequence-parallel"},
    {"format", "--format", "--precision", "bf16", "that products multiply in: bf16, fp8, mxfp8, nvfp4", keyword_group::deployed, &detail::R::format},
    {"optimizer", "--optimizer", "", "", "adam (fp32 master), adam_bf16, adam_8bit, sgd; the software's", keyword_group::deployed, &detail::R::optimizer},
    {"recompute", "--recompute", "--activation-checkpointing", "", "none, selective, alternate or full; none (finetune: full)",
     keyword_group::deployed, &detail::R::recompute},
    {"chunked_loss", "--chunked-loss", "", "", "logits a part of the tokens at a time", keyword_group::deployed, &detail::R::chunked_loss},
    {"optimizer_in_backward", "--optimizer-in-backward", "", "", "gradients are used at once", keyword_group::deployed, &detail::R::optimizer_in_backward},
    {"offload", "--offload", "", "none", "to the host's memory: none, optimizer or states", keyword_group::deployed, &detail::R::offload},
    {"offload_activations", "--offload-activations", "", "", "likewise activations", keyword_group::deployed, &detail::R::offload_activations},
    {"rank", "--rank", "--lora-rank", "16", "of adapters", keyword_group::deployed, &detail::R::rank, {1, 65536, "the rank of adapters"}},
    {"sequence", "--sequence", "--seq-len", "4096", "tokens of a sequence", keyword_group::load, &detail::R::sequence,
     {1, 1e8, "the tokens of a sequence"}},
    {"batch", "--batch", "--global-batch", "", "sequences of a step, over all devices; 128 (finetune: 8)", keyword_group::load, &detail::R::batch,
     {1, 1e9, "the sequences of a batch"}},
    {"micro_batch", "--micro-batch", "", "", "sequences that a rank computes at a time; searched", keyword_group::load, &detail::R::micro,
     {1, 1e6, "the sequences of a micro-batch"}},
    {"padding", "--padding", "", "0", "share of tokens that are padding", keyword_group::load, &detail::R::padding, {0, 0.99, "the share of padding"}},
    {"tokens", "--tokens", "", "", "of the run; 20 of each parameter (finetune: 10 million)", keyword_group::run, &detail::R::tokens,
     {1, 1e18, "the tokens of a run"}},
    {"epochs", "--epochs", "", "1", "times that they are seen", keyword_group::run, &detail::R::epochs, {1e-6, 1e6, "the epochs"}},
    {"loader_tokens_per_s", "--loader", "", "", "tokens a second that data loading delivers; as many as asked", keyword_group::run, &detail::R::loader_tokens,
     {1, 1e15, "the tokens a second of data loading"}},
    {"failure_hours", "--failure-hours", "", "", "between failures of one device [50,700]; 0: none", keyword_group::run, &detail::R::failure_hours,
     {0, 1e9, "the hours between failures of a device"}},
    {"checkpoint_s", "--checkpoint", "", "30", "seconds that a checkpoint stops the run", keyword_group::run, &detail::R::checkpoint,
     {0, 1e6, "the seconds of a checkpoint"}},
    {"restart_s", "--restart", "", "600", "seconds from a failure until the run goes on", keyword_group::run, &detail::R::restart,
     {0, 1e7, "the seconds of a restart"}},
    {"interval_s", "--interval", "", "", "seconds between checkpoints; the best", keyword_group::run, &detail::R::interval,
     {1, 1e9, "the seconds between checkpoints"}},
    {"price_usd_per_hour", "--price", "", "", "$ per device and hour; the median of known quotes", keyword_group::money, &detail::R::rent,
     {0, 1e6, "the rental in dollars per device-hour"}},
    {"server", "--server", "", "1", "power of all the server over that of its boards", keyword_group::money, &detail::R::server, {1, 10, "the server factor"}},
    {"pue", "--pue", "", "1.2", "building power over IT power", keyword_group::money, &detail::R::pue, {1, 5, "the power usage effectiveness"}},
    {"grid_g_per_kwh", "--grid", "", "", "carbon of electricity [429]", keyword_group::money, &detail::R::grid, {0, 1e4, "the carbon intensity"}},
    {"layouts", "--layouts", "", "3", "others to list", keyword_group::run, &detail::R::layouts, {0, 1000, "the layouts to list"}},
    {"search", "--search", "", "", "list ten layouts, whatever degrees are given", keyword_group::run, &detail::R::search},
}};
// clang-format on

inline void check_ranges(const training_options& o) { check_ranges(training_keywords, o); }
}  // namespace gambrel::ask
