// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Every field of a runtime by its name, once: what is written as JSON (report/json/runtime_json.hpp), what a file may set
/// (ask/runtime_file.hpp) and what a test counts.
///
///     visit_fields(r.memory, [](const char* name, auto& field) { ... });
///
/// Fields that hold others are visited as a whole. Evidence: tests/report/parity_test.cpp, which fails where a field of
/// a descriptor is not listed here.

#include <concepts>
#include <gambrel/runtime/runtime.hpp>
#include <vector>

namespace gambrel::ask {

/// `T`, or `const T`.
template <class T, class Plain> concept field_of = std::same_as<std::remove_const_t<T>, Plain>;

template <field_of<scheduling> S, class F> constexpr void visit_fields(S& s, F&& f) {
    f("batching", s.batching);
    f("admission", s.admission);
    f("chunked_prefill", s.chunked_prefill);
    f("token_budget", s.token_budget);
    f("most_sequences", s.most_sequences);
    f("prompts_per_step", s.prompts_per_step);
    f("batch_wait_steps", s.batch_wait_steps);
    f("batch_wait_share", s.batch_wait_share);
    f("waiting_served_ratio", s.waiting_served_ratio);
    f("poll_interval_steps", s.poll_interval_steps);
    f("spare_blocks", s.spare_blocks);
    f("async_scheduling", s.async_scheduling);
    f("most_context", s.most_context);
}
template <field_of<host_time<>> H, class F> constexpr void visit_fields(H& h, F&& f) {
    f("per_step", h.per_step);
    f("per_plan", h.per_plan);
    f("per_kernel", h.per_kernel);
    f("per_sequence", h.per_sequence);
    f("per_request", h.per_request);
    f("per_prompt_token", h.per_prompt_token);
    f("per_message", h.per_message);
    f("per_eager_kernel", h.per_eager_kernel);
}
template <field_of<graph_capture> G, class F> constexpr void visit_fields(G& g, F&& f) {
    f("decode", g.decode);
    f("prompts", g.prompts);
    f("prompt_tokens", g.prompt_tokens);
    f("latent_prompt_tokens", g.latent_prompt_tokens);
    f("prompts_on_nvidia_alone", g.prompts_on_nvidia_alone);
}
template <field_of<frontend_policy> P, class F> constexpr void visit_fields(P& p, F&& f) {
    f("processes", p.processes);
    f("per_copy", p.per_copy);
    f("stream_interval", p.stream_interval);
}
template <field_of<memory_policy> M, class F> constexpr void visit_fields(M& m, F&& f) {
    f("basis", m.basis);
    f("fraction", m.fraction);
    f("reserve", m.reserve);
    f("graphs", m.graphs);
    f("communication", m.communication);
    f("block_tokens", m.block_tokens);
    f("activation_copies", m.activation_copies);
    f("rolling_windows", m.rolling_windows);
    f("logit_copies", m.logit_copies);
    f("sampler_after_pass", m.sampler_after_pass);
    f("micro_batch", m.micro_batch);
    f("stores_scores", m.stores_scores);
    f("outputs", m.outputs);
    f("context_step", m.context_step);
    f("amd_reserve", m.amd_reserve);
    f("state_workspace", m.state_workspace);
    f("lifted_tokens", m.lifted_tokens);
    f("pads_weights", m.pads_weights);
    f("loads_prediction_head", m.loads_prediction_head);
    f("weights_factor", m.weights_factor);
    f("besides_correction", m.besides_correction);
    f("deviation_factor", m.deviation_factor);
    f("state_block_each_slot", m.state_block_each_slot);
}
template <field_of<supported_formats> S, class F> constexpr void visit_fields(S& s, F&& f) {
    f("fp8", s.fp8);
    f("int8", s.int8);
    f("int4", s.int4);
    f("fp4", s.fp4);
    f("gguf", s.gguf);
    f("fp8_kv", s.fp8_kv);
    f("widens_floats", s.widens_floats);
    f("gguf_on_gpus", s.gguf_on_gpus);
    f("gguf_kv", s.gguf_kv);
}
template <field_of<supported_devices> S, class F> constexpr void visit_fields(S& s, F&& f) {
    f("nvidia", s.nvidia);
    f("amd", s.amd);
    f("intel", s.intel);
    f("google", s.google);
    f("aws", s.aws);
    f("apple", s.apple);
    f("cpu", s.cpu);
    f("huawei", s.huawei);
}
/// `rows` are of static lifetime: a file takes those of the runtime that it is like.
template <field_of<left_to_board> L, class F> constexpr void visit_fields(L& l, F&& f) {
    f("rows", l.rows);
    f("token_budget", l.token_budget);
    f("most_sequences", l.most_sequences);
    f("fraction", l.fraction);
    f("share_by_ranks", l.share_by_ranks);
}
template <field_of<runtime<>> R, class F> constexpr void visit_fields(R& r, F&& f) {
    f("name", r.name);
    f("title", r.title);
    f("version", r.version);
    f("scheduling", r.scheduling);
    f("host", r.host);
    f("host_sigma", r.host_sigma);
    f("step_sigma", r.step_sigma);
    f("kernels", r.kernels);
    f("kernel_start", r.kernel_start);
    f("graphs", r.graphs);
    f("frontend", r.frontend);
    f("memory", r.memory);
    f("formats", r.formats);
    f("devices", r.devices);
    f("by_board", r.by_board);
}

/// The vendors it runs on ("cpu" for processors of any), in the order of `supported_devices`.
inline std::vector<std::string_view> names_of(const supported_devices& d) {
    std::vector<std::string_view> names;
    visit_fields(d, [&](const char* name, bool runs) {
        if (runs) names.emplace_back(name);
    });
    return names;
}
}  // namespace gambrel::ask
