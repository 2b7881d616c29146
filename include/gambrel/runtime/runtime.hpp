// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The serving software as a descriptor: how it batches, what it spends between the kernels, what it captures in
/// graphs, how it divides memory. End-to-end error is dominated by these, not by the kernels.
///
/// Every time is a `sourced` figure; an absent one counts as zero. Catalog: runtime/catalog.

#include <gambrel/error.hpp>
#include <gambrel/numeric/enum_table.hpp>
#include <gambrel/numeric/math.hpp>
#include <gambrel/numeric/sourced.hpp>
#include <gambrel/numeric/text.hpp>
#include <gambrel/runtime/kernel_library.hpp>
#include <gambrel/runtime/memory_policy.hpp>
#include <gambrel/units.hpp>

namespace gambrel {

/// How prompts and running decodes share the machine.
enum class batching : unsigned char {
    mixed,          ///< one step carries decodes and (pieces of) prompts: vLLM, TensorRT-LLM
    prefill_first,  ///< prompts run in steps of their own and decodes wait: SGLang, TGI
    fixed_batch,    ///< a batch starts together and ends together: Transformers, DeepSpeed, ONNX Runtime
};
// clang-format off
template <> inline constexpr std::array<enum_row<batching>, 3> enum_table<batching>{{
    {batching::mixed, "mixed", "mixed"},
    {batching::prefill_first, "prefill_first", "prefill first"},
    {batching::fixed_batch, "fixed_batch", "fixed batch"},
}};
// clang-format on

/// When a request is admitted. All but the first evict and recompute where decodes run out of KV.
enum class admission : unsigned char {
    reserve_all,  ///< when KV for prompt and longest output is free, which it takes: never evicted (TensorRT-LLM, TGI)
    on_demand,    ///< when KV for the whole prompt is free, which it takes (LMDeploy; vLLM from 2026-03 on)
    first_chunk,  ///< when KV for the first piece of the prompt is free, the rest is taken later (vLLM before, MLC LLM)
    estimated,    ///< when KV for prompt, longest output and a share of the others' outputs to come is free (SGLang)
};
// clang-format off
template <> inline constexpr std::array<enum_row<admission>, 4> enum_table<admission>{{
    {admission::reserve_all, "reserve_all", "reserve all"},
    {admission::on_demand, "on_demand", "on demand"},
    {admission::first_chunk, "first_chunk", "by first chunk"},
    {admission::estimated, "estimated", "by estimate"},
}};
// clang-format on

/// The settings that decide which requests a step carries. What the servers call them:
///
///     token_budget         vLLM max_num_batched_tokens, TensorRT-LLM max_num_tokens, SGLang the smaller of
///                          chunked_prefill_size and max_prefill_tokens
///     most_sequences       vLLM max_num_seqs, TensorRT-LLM max_batch_size, SGLang max_running_requests
///     chunked_prefill      vLLM enable_chunked_prefill, TensorRT-LLM enable_chunked_prefill
///     batch_wait_steps     TensorRT-LLM batch_wait_timeout_iters, TGI max_waiting_tokens
///     batch_wait_share     TensorRT-LLM batch_wait_max_tokens_ratio
///     waiting_served_ratio TGI's
///     poll_interval_steps  SGLang scheduler_recv_interval
///     async_scheduling     vLLM async_scheduling
///     most_context         vLLM max_model_len, SGLang context_length, TensorRT-LLM max_seq_len, llama.cpp -c / -np
struct scheduling {
    gambrel::batching batching = batching::mixed;
    gambrel::admission admission = admission::on_demand;
    bool chunked_prefill = true;      ///< a prompt may be cut over several steps
    double token_budget = 8192;       ///< most tokens of one step
    double most_sequences = 256;      ///< most requests that run at once
    double prompts_per_step = 0;      ///< most new prompts of one step; 0: as many as the budget holds
    double batch_wait_steps = 0;      ///< most steps that prompts are held back for while anything decodes
    double batch_wait_share = 1;      ///< decodes and prompts that fill this share of the budget end that
    double waiting_served_ratio = 0;  ///< prefill-first: so many times the decodes may wait before prompts start
    double poll_interval_steps = 1;   ///< decode steps between two reads of arrived requests
    double spare_blocks = 0;          ///< KV blocks kept free for each decode, twice as many to admit (MLC LLM)
    bool async_scheduling = false;    ///< a step is planned while the one before it runs, so an arrival misses both
    double most_context = 0;          ///< longest prompt and answer of a request in tokens; 0: the model's
};

/// Time spent by the host, on the scalar of the kernel.
template <class Y = double> struct host_time {
    sourced<seconds<Y>> per_step{};          ///< sampling, copies, start of the graph: once per step, never hidden
    sourced<seconds<Y>> per_plan{};          ///< planning a step: hidden under the step before with async_scheduling
    sourced<seconds<Y>> per_kernel{};        ///< between one kernel and the next, messages among them
    sourced<seconds<Y>> per_sequence{};      ///< each running sequence, each step: part of planning it
    sourced<seconds<Y>> per_request{};       ///< frontend: HTTP and hand-over, until the first step
    sourced<seconds<Y>> per_prompt_token{};  ///< frontend: work on one request after another, tokenising among it
    sourced<seconds<Y>> per_message{};       ///< frontend: one message of streamed tokens to one client
    sourced<seconds<Y>> per_eager_kernel{};  ///< launch of one kernel in a step that runs without a graph

    /// Work of one frontend process on a prompt of `tokens`: other requests wait meanwhile.
    constexpr seconds<Y> frontend_work(double tokens) const {
        return seconds<Y>::from_value(per_prompt_token.value.value() * Y(tokens));
    }
    /// From sending a request of `tokens` until a step may carry it, where nobody else is in the frontend.
    constexpr seconds<Y> frontend(double tokens) const { return per_request.value + frontend_work(tokens); }
};

/// The processes between clients and engine: they take in prompts and stream tokens out, each on one core.
///
///     processes        vLLM api_server_count, SGLang tokenizer_worker_num, TensorRT-LLM num_postprocess_workers
///     stream_interval  the servers' stream_interval: tokens of one message to a client
///     per_copy         vLLM's default from 0.16 on: as many as attention copies (api_server_count not stated)
struct frontend_policy {
    double processes = 1;
    double stream_interval = 1;
    bool per_copy = false;  ///< so many for each attention copy

    constexpr double processes_of(double copies) const { return per_copy ? processes * copies : processes; }
    bool operator==(const frontend_policy&) const = default;
};

/// How a step is started: from a graph of all its kernels, from one per piece between the attentions, or kernel by kernel.
enum class graph_use : unsigned char { none, pieces, whole };
// clang-format off
template <> inline constexpr std::array<enum_row<graph_use>, 3> enum_table<graph_use>{{
    {graph_use::none, "none", "no graph"},
    {graph_use::pieces, "pieces", "graphs of pieces"},
    {graph_use::whole, "whole", "one graph"},
}};
// clang-format on

/// What was captured when the server started. What the servers call it:
///
///     decode         vLLM cudagraph_mode FULL..., --enforce-eager; SGLang disable_cuda_graph, TensorRT-LLM cuda_graph_config
///     prompts        vLLM cudagraph_mode PIECEWISE, SGLang piecewise and breakable graphs, TensorRT-LLM piecewise graphs
///     prompt_tokens  vLLM cudagraph_capture_sizes, SGLang piecewise_cuda_graph_max_tokens, TensorRT-LLM capture_num_tokens
struct graph_capture {
    graph_use decode = graph_use::whole;  ///< of steps of decodes only
    graph_use prompts = graph_use::none;  ///< of steps that carry a prompt, up to `prompt_tokens`
    double prompt_tokens = 0;             ///< tokens of the largest captured step with a prompt; beyond: no graph
    double latent_prompt_tokens = 0;      ///< the same of models with latent attention; 0: as others
    bool prompts_on_nvidia_alone = false;

    /// What holds on an NVIDIA device or another, for a model with latent attention or without.
    constexpr graph_capture on(bool nvidia, bool latent) const {
        graph_capture g = *this;
        if (latent && latent_prompt_tokens > 0.0) g.prompt_tokens = latent_prompt_tokens;
        if (prompts_on_nvidia_alone && !nvidia) g.prompts = graph_use::none;
        return g;
    }
    constexpr graph_use of(double step_prompts, double step_tokens) const {
        if (!(step_prompts > 0.0)) return decode;
        return step_tokens <= prompt_tokens ? prompts : graph_use::none;
    }
    bool operator==(const graph_capture&) const = default;
};

/// Storage formats that a runtime has kernels for. Whether the device can multiply in them: step/feasibility.hpp.
struct supported_formats {
    bool fp8 = true, int8 = true, int4 = true, fp4 = true, gguf = false;
    bool fp8_kv = true;
    bool widens_floats = false;  ///< narrow floats are widened to 16 bit where the device has no such multiply (Marlin)
    bool gguf_on_gpus = false;   ///< its kernels for GGUF are for NVIDIA and AMD GPUs alone
    bool gguf_kv = false;        ///< its cache takes the block types of GGUF: q8_0, q4_0
};

/// Which devices a runtime runs on: GPUs and accelerators by vendor, and CPUs.
struct supported_devices {
    bool nvidia = true, amd = false, intel = false, google = false, aws = false, apple = false, cpu = false,
         huawei = false;
};

template <class Y = double> struct runtime {
    name_text name{};
    name_text title{};
    name_text version{};  ///< the versions the figures stand for
    gambrel::scheduling scheduling{};
    host_time<Y> host{};
    kernel_library kernels = kernel_library::other;
    /// Share of a kernel's fixed time, measured alone, that is left when kernels follow each other.
    double kernel_start = 1.0;
    graph_capture graphs{};
    frontend_policy frontend{};
    memory_policy memory{};
    supported_formats formats{};
    supported_devices devices{};
    left_to_board by_board{};
    double host_sigma = 0.35;  ///< log standard deviation of the host terms
    /// Log standard deviation of measured passes about the predicted ones (serving/deviation.hpp). 0.15 stands for
    /// runtimes without measurements: about that of vLLM and TensorRT-LLM (catalog/fitted_hosts.hpp).
    double step_sigma = 0.15;
};

/// Throws `error` naming the first setting or time out of range; returns `r` otherwise.
template <class Y> constexpr const runtime<Y>& checked(const runtime<Y>& r) {
    const scheduling& s = r.scheduling;
    checked(s.token_budget, 1.0, 1e9, "the token budget");
    checked(s.most_sequences, 1.0, 1e9, "the number of slots");
    checked(s.prompts_per_step, 0.0, 1e9, "the number of prompts per step");
    checked(s.batch_wait_steps, 0.0, 1e6, "the number of steps prompts are held back");
    checked(s.batch_wait_share, 0.0, 1.0, "the share of the token budget that ends batch waiting");
    checked(s.waiting_served_ratio, 0.0, 1e6, "the waiting requests per decode that end that");
    checked(s.poll_interval_steps, 0.0, 1e6, "the interval of request polling in steps");
    checked(s.spare_blocks, 0.0, 1e6, "the number of KV blocks kept free for each decode");
    checked(s.most_context, 0.0, 1e9, "the longest request in tokens");
    checked(r.kernel_start, 0.0, 10.0, "the share of kernels' fixed times");
    checked(r.frontend.processes, 1.0, 1e6, "the number of frontend processes");
    checked(r.frontend.stream_interval, 1.0, 1e6, "the tokens of a streamed message");
    checked(r.graphs.prompt_tokens, 0.0, 1e9, "the tokens of the largest captured step with a prompt");
    checked(r.step_sigma, 0.0, 10.0, "the deviation of whole passes");
    checked(r.host_sigma, 0.0, 10.0, "the deviation of host times");
    checked(r.memory);
    const host_time<Y>& h = r.host;
    for (const auto* time : {&h.per_step, &h.per_plan, &h.per_kernel, &h.per_sequence, &h.per_request,
                             &h.per_prompt_token, &h.per_message, &h.per_eager_kernel})
        checked(math::plain(time->value.value()), 0.0, 1e3, "a host time in seconds");
    return r;
}

/// `r` with its times on scalar `Y`.
template <class Y, class X> constexpr runtime<Y> as(const runtime<X>& r) {
    const auto cast = [](const sourced<seconds<X>>& f) {
        return f.map([](const seconds<X>& t) { return seconds<Y>::from_value(Y(t.value())); });
    };
    const auto& h = r.host;
    return {r.name,
            r.title,
            r.version,
            r.scheduling,
            {cast(h.per_step), cast(h.per_plan), cast(h.per_kernel), cast(h.per_sequence), cast(h.per_request),
             cast(h.per_prompt_token), cast(h.per_message), cast(h.per_eager_kernel)},
            r.kernels,
            r.kernel_start,
            r.graphs,
            r.frontend,
            r.memory,
            r.formats,
            r.devices,
            r.by_board,
            r.host_sigma,
            r.step_sigma};
}
}  // namespace gambrel
