// SPDX-License-Identifier: Apache-2.0
#pragma once
/// DynamoGraphDeployment of NVIDIA's Dynamo, version v1beta1: a frontend that routes, and a component of workers, or one each
/// for prompts and answers, with the server's own flags.
///
///     multinode.nodeCount     a replica of more devices than a node
///
/// dynamo.vllm and dynamo.sglang hand their flags on; dynamo.trtllm has its own, to which those of trtllm-serve are turned, and
/// what it has not is in `unsaid`. Sources: ai-dynamo/dynamo @0fddc01 and @006b6e1,
/// deploy/operator/api/v1beta1/dynamographdeployment_types.go and dynamocomponentdeployment_types.go (fields); @04521f4,
/// examples/backends/{vllm,trtllm}/deploy/v1beta1 and @2ac51dd, examples/backends/sglang/deploy/v1beta1 (commands, images, pools);
/// @b6c8733, components/src/dynamo/trtllm/backend_args.py (its flags). Evidence: tests/ask/manifest_test.cpp, python/tests/test_manifest.py.

#include <gambrel/ask/launch/manifest.hpp>

namespace gambrel::ask {

namespace detail {
struct dynamo_backend {
    launch_server server;
    std::string_view name;    ///< spec.backendFramework
    std::string_view module;  ///< of Python
    std::string_view image, model_flag;
};
inline constexpr std::array<dynamo_backend, 3> dynamo_backends{{
    {launch_server::vllm, "vllm", "dynamo.vllm", "nvcr.io/nvidia/ai-dynamo/vllm-runtime:1.3.1", "--model"},
    {launch_server::sglang, "sglang", "dynamo.sglang", "nvcr.io/nvidia/ai-dynamo/sglang-runtime:1.3.1", "--model-path"},
    {launch_server::tensorrt_llm, "trtllm", "dynamo.trtllm", "nvcr.io/nvidia/ai-dynamo/tensorrtllm-runtime:1.3.1",
     "--model-path"},
}};
/// The flag of dynamo.trtllm for one of trtllm-serve; empty: it has none.
inline std::string_view dynamo_trtllm_flag(std::string_view flag) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 9> flags{
        {{"--tp_size", "--tensor-parallel-size"},
         {"--pp_size", "--pipeline-parallel-size"},
         {"--ep_size", "--expert-parallel-size"},
         {"--enable_attention_dp", "--enable-attention-dp"},
         {"--max_batch_size", "--max-batch-size"},
         {"--max_num_tokens", "--max-num-tokens"},
         {"--max_seq_len", "--max-seq-len"},
         {"--kv_cache_free_gpu_memory_fraction", "--free-gpu-memory-fraction"},
         {"--tokens_per_block", "--kv-block-size"}}};
    for (const auto& [served, own] : flags)
        if (served == flag) return own;
    return {};
}
inline nlohmann::ordered_json dynamo_settings(const written_launch& l, written_manifest& w) {
    nlohmann::ordered_json args = nlohmann::ordered_json::array();
    const bool own_flags = l.server == launch_server::tensorrt_llm;
    for (std::size_t i = 0; i < l.settings.size(); ++i) {
        const std::string& word = l.settings[i];
        if (!own_flags || !word.starts_with("--")) {
            args.push_back(word);
            continue;
        }
        const std::string_view flag = dynamo_trtllm_flag(word);
        if (!flag.empty()) {
            args.push_back(std::string(flag));
            continue;
        }
        w.unsaid.emplace_back(word, "dynamo.trtllm has no such flag: put it into the file of --extra-engine-args");
        if (i + 1 < l.settings.size() && !l.settings[i + 1].starts_with("--")) ++i;
    }
    return args;
}
inline nlohmann::ordered_json dynamo_workers(const written_launch& l, const manifest& m, const dynamo_backend& b,
                                             std::string_view role, written_manifest& w) {
    nlohmann::ordered_json args = nlohmann::ordered_json::array({std::string(b.model_flag), l.model});
    for (const auto& word : dynamo_settings(l, w)) args.push_back(word);
    if (m.prefill) {
        args.push_back("--disaggregation-mode");
        args.push_back(std::string(role));
        if (b.server == launch_server::vllm)
            for (const std::string_view word : {std::string_view("--kv-transfer-config"), nixl})
                args.push_back(std::string(word));
        if (b.server == launch_server::sglang)
            for (const char* word : {"--disaggregation-transfer-backend", "nixl"}) args.push_back(word);
    }
    const nlohmann::ordered_json main{
        {"name", "main"},
        {"image", m.image.empty() ? std::string(b.image) : m.image},
        {"command", nlohmann::ordered_json::array({"python3", "-m", std::string(b.module)})},
        {"args", args},
        {"envFrom", nlohmann::ordered_json::array({{{"secretRef", {{"name", "hf-token-secret"}}}}})},
        {"resources", resources_of(l, m)}};
    nlohmann::ordered_json c{{"name", std::string(role)}, {"type", std::string(role)}, {"replicas", l.servers}};
    if (const int nodes = nodes_of(l, m); nodes > 1) c["multinode"] = {{"nodeCount", nodes}};
    c["podTemplate"] = {{"spec", {{"containers", nlohmann::ordered_json::array({main})}}}};
    return c;
}
}  // namespace detail

/// Throws `error` for pools that cannot be; llama.cpp, which Dynamo does not run, is in `unsaid`, with an empty manifest.
inline written_manifest dynamo_manifest(const manifest& m) {
    detail::check_manifest(m);
    written_manifest w{.unsaid = detail::unsaid_of(m)};
    const auto b = std::find_if(detail::dynamo_backends.begin(), detail::dynamo_backends.end(),
                                [&](const auto& each) { return each.server == m.serving.server; });
    if (b == detail::dynamo_backends.end()) {
        w.unsaid.emplace_back("runtime", "Dynamo does not run " + std::string(name_of(m.serving.server)) +
                                             ": take vLLM, SGLang or TensorRT-LLM");
        return w;
    }
    const nlohmann::ordered_json frontend{{"name", "main"},
                                          {"image", m.image.empty() ? std::string(b->image) : m.image}};
    nlohmann::ordered_json components = nlohmann::ordered_json::array();
    components.push_back({{"name", "frontend"},
                          {"type", "frontend"},
                          {"replicas", 1},
                          {"podTemplate", {{"spec", {{"containers", nlohmann::ordered_json::array({frontend})}}}}}});
    components.push_back(detail::dynamo_workers(m.serving, m, *b, m.prefill ? "decode" : "worker", w));
    if (m.prefill) components.push_back(detail::dynamo_workers(*m.prefill, m, *b, "prefill", w));
    w.yaml = yaml_of({{"apiVersion", "nvidia.com/v1beta1"},
                      {"kind", "DynamoGraphDeployment"},
                      {"metadata", {{"name", detail::resource_name(m)}}},
                      {"spec", {{"backendFramework", std::string(b->name)}, {"components", components}}}});
    return w;
}
}  // namespace gambrel::ask
