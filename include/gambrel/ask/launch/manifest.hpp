// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What a cluster is to run: one pool of servers, or two for prompts and answers, each with its launch line.
///
///     kserve_manifest(m)     LLMInferenceService of KServe, which starts llm-d's vLLM behind its scheduler
///     dynamo_manifest(m)     DynamoGraphDeployment of NVIDIA's Dynamo: a frontend and workers of vLLM, SGLang, TensorRT-LLM
///
/// A pod holds the devices of a node at most; a replica of more takes several pods. What a manifest cannot say is in
/// `unsaid`, with what its lines could not. Evidence: tests/ask/manifest_test.cpp, python/tests/test_manifest.py.

#include <gambrel/ask/launch/written.hpp>
#include <gambrel/ask/launch/yaml.hpp>

namespace gambrel::ask {

struct manifest {
    written_launch serving{};                 ///< answers; prompts too where there is no pool of them
    std::optional<written_launch> prefill{};  ///< the pool that computes prompts
    std::string name{};                       ///< of the resource; empty: after the model
    int devices_per_node = 8;
    std::string device_resource = "nvidia.com/gpu";  ///< as the device plugin of the nodes calls them: "amd.com/gpu"
    std::string image{};                             ///< empty: the runtime's own
};

struct written_manifest {
    std::string yaml{};
    std::vector<std::pair<std::string, std::string>> unsaid{};
    bool complete() const { return unsaid.empty(); }
};

namespace detail {
/// "meta-llama/Llama-3.1-8B-Instruct" as a DNS label of at most 40 letters: "llama-3-1-8b-instruct".
inline std::string resource_name(const manifest& m) {
    std::string label;
    for (const char c : m.name.empty() ? std::string(last_part(m.serving.model)) : m.name) {
        const char low = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        const bool fits = (low >= 'a' && low <= 'z') || (low >= '0' && low <= '9');
        if (fits || (!label.empty() && label.back() != '-')) label += fits ? low : '-';
    }
    label.resize(std::min<std::size_t>(label.size(), 40));
    while (!label.empty() && label.back() == '-') label.pop_back();
    if (label.empty() || (label.front() >= '0' && label.front() <= '9')) label.insert(0, "model-");
    return label;
}
inline void check_manifest(const manifest& m) {
    checked(m.devices_per_node, 1, 1024, "the devices of a node");
    for (const written_launch* l : {&m.serving, m.prefill ? &*m.prefill : &m.serving}) {
        if (l->words.empty()) fail("a manifest needs the launch line of each pool: write_launch makes it");
        checked(l->servers, 1, 1e6, "the servers of a pool");
        checked(l->devices, 1, 1e6, "the devices of a server");
    }
    if (m.prefill && m.prefill->server != m.serving.server)
        fail("the pools run " + std::string(name_of(m.prefill->server)) + " and " +
             std::string(name_of(m.serving.server)) + ", which do not hand KV to each other: take one server for both");
}
/// What each line could not say, the prefill pool's named so.
inline std::vector<std::pair<std::string, std::string>> unsaid_of(const manifest& m) {
    std::vector<std::pair<std::string, std::string>> all = m.serving.unsaid;
    if (m.prefill)
        for (const auto& [keyword, why] : m.prefill->unsaid) all.emplace_back("prefill " + keyword, why);
    return all;
}
inline int nodes_of(const written_launch& l, const manifest& m) {
    return (l.devices + m.devices_per_node - 1) / m.devices_per_node;
}
inline nlohmann::ordered_json resources_of(const written_launch& l, const manifest& m) {
    const nlohmann::ordered_json devices{{m.device_resource, std::to_string(std::min(l.devices, m.devices_per_node))}};
    return {{"limits", devices}, {"requests", devices}};
}
/// The value of the first of `flags` in the settings of `l`; empty: none is there.
inline std::string setting_of(const written_launch& l, std::initializer_list<std::string_view> flags) {
    for (std::size_t i = 0; i + 1 < l.settings.size(); ++i)
        if (std::find(flags.begin(), flags.end(), l.settings[i]) != flags.end()) return l.settings[i + 1];
    return {};
}
/// A connection of two vLLM pools: either side sends and takes KV over NIXL.
inline constexpr std::string_view nixl = R"({"kv_connector":"NixlConnector","kv_role":"kv_both"})";
}  // namespace detail
}  // namespace gambrel::ask
