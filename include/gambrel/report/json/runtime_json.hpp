// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A runtime as JSON (docs/json.md): every setting by its name in runtime/runtime.hpp, enumerations as text, times and
/// sizes with their sources in the form of a device's figures, {"value", "unit", "source", "date", "evidence"}. A time
/// that nothing is known of is null, and counted as zero.
/// Opt-in: needs nlohmann-json. Evidence: tests/report/runtime_json_test.cpp.

#include <gambrel/report/json/prediction_json.hpp>
#include <gambrel/runtime/runtime.hpp>

namespace gambrel::report {
using namespace ask;

/// The vendors it runs on ("cpu" for processors of any), in the order of `supported_devices`.
inline std::vector<std::string_view> names_of(const supported_devices& d) {
    std::vector<std::string_view> names;
    const auto add = [&](bool runs, std::string_view name) {
        if (runs) names.push_back(name);
    };
    add(d.nvidia, "nvidia");
    add(d.amd, "amd");
    add(d.intel, "intel");
    add(d.google, "google");
    add(d.aws, "aws");
    add(d.apple, "apple");
    add(d.cpu, "cpu");
    add(d.huawei, "huawei");
    return names;
}

namespace detail {
template <class Q> json sourced_json(const sourced<Q>& s) {
    if (!s.known()) return nullptr;
    const symbols::entry& e = symbols::of<typename Q::unit_type>.entries.front();
    return {{"value", finite(s.value.value() / e.factor)},
            {"unit", e.symbol},
            {"source", s.text},
            {"date", s.date},
            {"evidence", key_of(s.kind)}};
}
}  // namespace detail

/// All of `r`: times in s, sizes in B, steps and tokens as numbers.
inline json runtime_json(const runtime<>& r) {
    const scheduling& s = r.scheduling;
    const memory_policy& m = r.memory;
    return {{"gambrel", version},
            {"name", r.name.view()},
            {"title", r.title.view()},
            {"version", r.version.view()},
            {"scheduling",
             {{"batching", key_of(s.batching)},
              {"admission", key_of(s.admission)},
              {"chunked_prefill", s.chunked_prefill},
              {"token_budget", s.token_budget},
              {"most_sequences", s.most_sequences},
              {"prompts_per_step", s.prompts_per_step},
              {"batch_wait_steps", s.batch_wait_steps},
              {"batch_wait_share", s.batch_wait_share},
              {"waiting_served_ratio", s.waiting_served_ratio},
              {"poll_interval_steps", s.poll_interval_steps},
              {"spare_blocks", s.spare_blocks},
              {"async_scheduling", s.async_scheduling}}},
            {"host",
             {{"per_step", detail::sourced_json(r.host.per_step)},
              {"per_plan", detail::sourced_json(r.host.per_plan)},
              {"per_kernel", detail::sourced_json(r.host.per_kernel)},
              {"per_sequence", detail::sourced_json(r.host.per_sequence)},
              {"per_request", detail::sourced_json(r.host.per_request)},
              {"per_prompt_token", detail::sourced_json(r.host.per_prompt_token)},
              {"per_message", detail::sourced_json(r.host.per_message)},
              {"per_eager_kernel", detail::sourced_json(r.host.per_eager_kernel)}}},
            {"host_sigma", r.host_sigma},
            {"step_sigma", r.step_sigma},
            {"kernels", key_of(r.kernels)},
            {"kernel_start", r.kernel_start},
            {"graphs",
             {{"decode", key_of(r.graphs.decode)},
              {"prompts", key_of(r.graphs.prompts)},
              {"prompt_tokens", r.graphs.prompt_tokens},
              {"latent_prompt_tokens", r.graphs.latent_prompt_tokens},
              {"prompts_on_nvidia_alone", r.graphs.prompts_on_nvidia_alone}}},
            {"frontend",
             {{"processes", r.frontend.processes},
              {"per_copy", r.frontend.per_copy},
              {"stream_interval", r.frontend.stream_interval}}},
            {"memory",
             {{"basis", key_of(m.basis)},
              {"fraction", m.fraction},
              {"reserve", detail::sourced_json(m.reserve)},
              {"graphs", detail::sourced_json(m.graphs)},
              {"communication", detail::sourced_json(m.communication)},
              {"block_tokens", m.block_tokens},
              {"activation_copies", m.activation_copies},
              {"rolling_windows", m.rolling_windows}}},
            {"formats",
             {{"fp8", r.formats.fp8},
              {"int8", r.formats.int8},
              {"int4", r.formats.int4},
              {"fp4", r.formats.fp4},
              {"gguf", r.formats.gguf},
              {"fp8_kv", r.formats.fp8_kv}}},
            {"devices", names_of(r.devices)}};
}

/// A list of them.
inline json runtimes_json(runtimes listed) {
    json all = json::array();
    for (const runtime<>* r : listed) all.push_back(runtime_json(*r));
    return all;
}
}  // namespace gambrel::report
