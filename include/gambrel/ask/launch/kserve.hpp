// SPDX-License-Identifier: Apache-2.0
#pragma once
/// LLMInferenceService of KServe, version v1alpha2, which runs vLLM behind llm-d's scheduler.
///
///     parallelism.tensor                      its template makes --tensor-parallel-size of it
///     VLLM_ADDITIONAL_ARGS                    all other flags, as a shell reads them
///     worker, parallelism.data, dataLocal,    a replica of more devices than a node: pods of a LeaderWorkerSet, whose template
///     pipeline, expert                        makes the flags
///
/// Sources: kserve/kserve @01b1241, pkg/apis/serving/v1alpha2/llm_inference_service_types.go (fields); @0ed19cd,
/// docs/samples/llmisvc/single-node-gpu/llm-inference-service-pd-qwen2-7b-gpu.yaml (pools, their connection, the variable).
/// Evidence: tests/ask/manifest_test.cpp, python/tests/test_manifest.py.

#include <gambrel/ask/launch/manifest.hpp>

namespace gambrel::ask {

namespace detail {
/// The settings of `l` without the flags that the template makes of `parallelism`.
inline std::string additional_arguments(const written_launch& l, bool several_nodes, bool two_pools) {
    std::string s;
    const auto add = [&s](const std::string& word) { s += (s.empty() ? "" : " ") + shell_quoted(word); };
    for (std::size_t i = 0; i < l.settings.size(); ++i) {
        const std::string& word = l.settings[i];
        const bool of_template =
            word == "--tensor-parallel-size" ||
            (several_nodes && (word == "--pipeline-parallel-size" || word == "--data-parallel-size"));
        if (of_template) ++i;
        else if (!(several_nodes && word == "--enable-expert-parallel")) add(word);
    }
    if (two_pools) {
        add("--kv-transfer-config");
        add(std::string(nixl));
    }
    return s;
}
/// A pool: replicas, parallelism and pods.
inline nlohmann::ordered_json kserve_workload(const written_launch& l, const manifest& m) {
    const int nodes = nodes_of(l, m);
    const auto set_to = [&l](std::string_view flag) {
        const std::string value = setting_of(l, {flag});
        return value.empty() ? 1 : std::stoi(value);
    };
    const int tensor = set_to("--tensor-parallel-size"), pipeline = set_to("--pipeline-parallel-size"),
              data = set_to("--data-parallel-size");
    nlohmann::ordered_json w{{"replicas", l.servers}, {"parallelism", {{"tensor", tensor}}}};
    if (nodes > 1) {
        auto& cut = w["parallelism"];
        if (pipeline > 1) cut["pipeline"] = pipeline;
        if (data > 1) {
            cut["data"] = data;
            cut["dataLocal"] = std::max(1, m.devices_per_node / tensor);
        }
        if (std::find(l.settings.begin(), l.settings.end(), "--enable-expert-parallel") != l.settings.end())
            cut["expert"] = true;
    }
    nlohmann::ordered_json main{{"name", "main"}};
    if (!m.image.empty()) main["image"] = m.image;
    nlohmann::ordered_json environment = nlohmann::ordered_json::array();
    if (m.prefill)
        environment.push_back(
            {{"name", "VLLM_NIXL_SIDE_CHANNEL_HOST"}, {"valueFrom", {{"fieldRef", {{"fieldPath", "status.podIP"}}}}}});
    if (const std::string more = additional_arguments(l, nodes > 1, m.prefill.has_value()); !more.empty())
        environment.push_back({{"name", "VLLM_ADDITIONAL_ARGS"}, {"value", more}});
    if (!environment.empty()) main["env"] = environment;
    main["resources"] = resources_of(l, m);
    const nlohmann::ordered_json pod{{"containers", nlohmann::ordered_json::array({main})}};
    w["template"] = pod;
    if (nodes > 1) w["worker"] = pod;
    return w;
}
}  // namespace detail

/// Throws `error` for pools that cannot be; a server that KServe does not start is in `unsaid`, with an empty manifest.
inline written_manifest kserve_manifest(const manifest& m) {
    detail::check_manifest(m);
    written_manifest w{.unsaid = detail::unsaid_of(m)};
    if (m.serving.server != launch_server::vllm) {
        w.unsaid.emplace_back("runtime", "LLMInferenceService starts vLLM, not " +
                                             std::string(name_of(m.serving.server)) +
                                             ": take vLLM, or a manifest of Dynamo");
        return w;
    }
    nlohmann::ordered_json spec{{"model", {{"uri", "hf://" + m.serving.model}, {"name", m.serving.model}}}};
    spec.update(detail::kserve_workload(m.serving, m));
    const auto nothing = nlohmann::ordered_json::object();
    spec["router"] = {{"gateway", nothing}, {"route", nothing}, {"scheduler", nothing}};
    if (m.prefill) spec["prefill"] = detail::kserve_workload(*m.prefill, m);
    w.yaml = yaml_of({{"apiVersion", "serving.kserve.io/v1alpha2"},
                      {"kind", "LLMInferenceService"},
                      {"metadata", {{"name", detail::resource_name(m)}}},
                      {"spec", spec}});
    return w;
}
}  // namespace gambrel::ask
