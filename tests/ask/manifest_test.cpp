// SPDX-License-Identifier: Apache-2.0
// Manifests, word for word as the samples of KServe and Dynamo have them (kserve/kserve @0ed19cd docs/samples/llmisvc,
// ai-dynamo/dynamo @04521f4 examples/backends), and what they hand to the servers, read back.
#include <doctest/doctest.h>

#include <gambrel/ask/launch/dynamo.hpp>
#include <gambrel/ask/launch/kserve.hpp>
#include <gambrel/ask/launch/write.hpp>

using namespace gambrel;
using namespace gambrel::ask;

namespace {
written_launch of(launch_server s, const std::string& model, int tensor, int servers,
                  std::optional<double> slots = {}) {
    prediction_options o;
    o.tensor = tensor;
    o.replicas = servers;
    o.max_sequences = slots;
    return write_launch(s, model, o);
}
bool says(const std::string& yaml, const std::string& part) { return yaml.find(part) != std::string::npos; }
}  // namespace

TEST_CASE("JSON as YAML") {
    using json = nlohmann::ordered_json;
    CHECK(yaml_of(json{{"b", 1}, {"a", "x/y-1.5"}, {"e", json::object()}}) == "b: 1\na: x/y-1.5\ne: {}\n");
    CHECK(yaml_of(json{{"n", "8"}, {"t", "On"}, {"u", true}, {"z", nullptr}, {"f", 0.9}}) ==
          "\"n\": \"8\"\nt: \"On\"\nu: true\nz: null\nf: 0.9\n");
    CHECK(yaml_of(json{{"list", {{{"k", "v w"}, {"l", {1, 2}}}, "--flag", ""}}}) ==
          "list:\n  - k: \"v w\"\n    l:\n      - 1\n      - 2\n  - \"--flag\"\n  - \"\"\n");
    CHECK(yaml_of(json("x: y")) == "\"x: y\"\n");
    CHECK(yaml_of(json{{"q", "it's {\"a\"}\n"}}) == "q: \"it's {\\\"a\\\"}\\n\"\n");
}

TEST_CASE("KServe: one pool of replicas over four devices") {
    const written_manifest w = kserve_manifest({.serving = of(launch_server::vllm, "Qwen/Qwen3-32B", 4, 6, 64.0)});
    CHECK(w.complete());
    CHECK(w.yaml == R"(apiVersion: serving.kserve.io/v1alpha2
kind: LLMInferenceService
metadata:
  name: qwen3-32b
spec:
  model:
    uri: "hf://Qwen/Qwen3-32B"
    name: Qwen/Qwen3-32B
  replicas: 6
  parallelism:
    tensor: 4
  template:
    containers:
      - name: main
        env:
          - name: VLLM_ADDITIONAL_ARGS
            value: "--max-num-seqs 64"
        resources:
          limits:
            nvidia.com/gpu: "4"
          requests:
            nvidia.com/gpu: "4"
  router:
    gateway: {}
    route: {}
    scheduler: {}
)");
}

TEST_CASE("KServe: two pools; replicas wider than a node; what it does not run") {
    manifest m{.serving = of(launch_server::vllm, "meta-llama/Llama-3.1-8B-Instruct", 2, 3),
               .prefill = of(launch_server::vllm, "meta-llama/Llama-3.1-8B-Instruct", 1, 5, 16.0),
               .device_resource = "amd.com/gpu"};
    const std::string yaml = kserve_manifest(m).yaml;
    CHECK(says(yaml, "  replicas: 3\n  parallelism:\n    tensor: 2\n"));
    CHECK(says(yaml, "  prefill:\n    replicas: 5\n    parallelism:\n      tensor: 1\n"));
    CHECK(says(yaml, "amd.com/gpu: \"2\""));
    CHECK(says(yaml,
               "value: \"--kv-transfer-config "
               "'{\\\"kv_connector\\\":\\\"NixlConnector\\\",\\\"kv_role\\\":\\\"kv_both\\\"}'\""));
    CHECK(says(yaml, "value: \"--max-num-seqs 16 --kv-transfer-config "));
    CHECK(says(yaml, "name: VLLM_NIXL_SIDE_CHANNEL_HOST"));

    prediction_options wide;
    wide.tensor = 2;
    wide.data = 8;
    wide.expert = 16;
    const manifest experts{.serving = write_launch(launch_server::vllm, "deepseek-ai/DeepSeek-V3", wide),
                           .name = "DeepSeek V3!"};
    const std::string two_nodes = kserve_manifest(experts).yaml;
    CHECK(says(two_nodes, "  name: deepseek-v3\n"));
    CHECK(says(two_nodes, "    tensor: 2\n    data: 8\n    dataLocal: 4\n    expert: true\n"));
    CHECK(says(two_nodes, "  worker:\n    containers:\n"));
    CHECK(says(two_nodes, "nvidia.com/gpu: \"8\""));
    CHECK_FALSE(says(two_nodes, "VLLM_ADDITIONAL_ARGS"));
    const std::string one_node = kserve_manifest({.serving = experts.serving, .devices_per_node = 16}).yaml;
    CHECK(says(one_node, "value: \"--data-parallel-size 8 --enable-expert-parallel\""));
    CHECK_FALSE(says(one_node, "worker:"));

    const written_manifest none = kserve_manifest({.serving = of(launch_server::sglang, "Qwen/Qwen3-8B", 1, 1)});
    CHECK(none.yaml.empty());
    CHECK(none.unsaid.back().second ==
          "LLMInferenceService starts vLLM, not SGLang: take vLLM, or a manifest of Dynamo");
}

TEST_CASE("KServe: the arguments, read back, are those of the launch line") {
    prediction_options o;
    o.tensor = 4;
    o.kv = "fp8";
    o.token_budget = 4096.0;
    o.graphs = "full";
    o.draft_method = "ngram";
    o.drafts = 3.0;
    const written_launch l = write_launch(launch_server::vllm, "Qwen/Qwen3-32B", o);
    const std::string more = ask::detail::additional_arguments(l, false, false);
    const launch read = read_launch("vllm serve Qwen/Qwen3-32B --tensor-parallel-size 4 " + more);
    CHECK(read.keywords == read_launch(l.line()).keywords);
}

TEST_CASE("Dynamo: aggregated workers, word for word") {
    const written_manifest w =
        dynamo_manifest({.serving = of(launch_server::vllm, "Qwen/Qwen3-0.6B", 1, 2, 64.0), .name = "vllm-agg"});
    CHECK(w.complete());
    CHECK(w.yaml == R"(apiVersion: nvidia.com/v1beta1
kind: DynamoGraphDeployment
metadata:
  name: vllm-agg
spec:
  backendFramework: vllm
  components:
    - name: frontend
      type: frontend
      replicas: 1
      podTemplate:
        spec:
          containers:
            - name: main
              image: "nvcr.io/nvidia/ai-dynamo/vllm-runtime:1.3.1"
    - name: worker
      type: worker
      replicas: 2
      podTemplate:
        spec:
          containers:
            - name: main
              image: "nvcr.io/nvidia/ai-dynamo/vllm-runtime:1.3.1"
              command:
                - python3
                - "-m"
                - dynamo.vllm
              args:
                - "--model"
                - Qwen/Qwen3-0.6B
                - "--max-num-seqs"
                - "64"
              envFrom:
                - secretRef:
                    name: hf-token-secret
              resources:
                limits:
                  nvidia.com/gpu: "1"
                requests:
                  nvidia.com/gpu: "1"
)");
}

TEST_CASE("Dynamo: two pools of each server, nodes, and TensorRT-LLM's own flags") {
    for (const launch_server s : {launch_server::vllm, launch_server::sglang, launch_server::tensorrt_llm}) {
        const manifest m{.serving = of(s, "Qwen/Qwen3-32B", 4, 3), .prefill = of(s, "Qwen/Qwen3-32B", 2, 5)};
        const written_manifest w = dynamo_manifest(m);
        CHECK(w.complete());
        CHECK(says(w.yaml, "    - name: decode\n      type: decode\n      replicas: 3\n"));
        CHECK(says(w.yaml, "    - name: prefill\n      type: prefill\n      replicas: 5\n"));
        CHECK(says(w.yaml, "                - \"--disaggregation-mode\"\n                - decode\n"));
        CHECK(says(w.yaml, "- \"--tensor-parallel-size\"\n                - \"4\"\n"));
        CHECK(says(w.yaml, "NixlConnector") == (s == launch_server::vllm));
        CHECK(says(w.yaml, "--disaggregation-transfer-backend") == (s == launch_server::sglang));
    }
    prediction_options o;
    o.tensor = 16;
    o.memory_fraction = 0.85;
    o.prefix_cache = false;
    o.kv = "fp8";
    const written_manifest t =
        dynamo_manifest({.serving = write_launch(launch_server::tensorrt_llm, "Qwen/Qwen3-32B", o)});
    CHECK(says(t.yaml, "      multinode:\n        nodeCount: 2\n"));
    CHECK(says(t.yaml, "nvidia.com/gpu: \"8\""));
    CHECK(says(t.yaml, "- \"--free-gpu-memory-fraction\"\n                - \"0.85\"\n"));
    REQUIRE(t.unsaid.size() == 2);
    CHECK(t.unsaid[0].first == "--kv_cache_dtype");
    CHECK(t.unsaid[1].first == "--disable_kv_cache_reuse");
    CHECK_FALSE(says(t.yaml, "fp8"));
    const written_manifest none = dynamo_manifest({.serving = of(launch_server::llama_cpp, "Qwen/Qwen3-8B", 1, 1)});
    CHECK(none.yaml.empty());
    CHECK(none.unsaid.back().second == "Dynamo does not run llama.cpp: take vLLM, SGLang or TensorRT-LLM");
}

TEST_CASE("pools that cannot be") {
    CHECK_THROWS_WITH_AS(dynamo_manifest({}), "a manifest needs the launch line of each pool: write_launch makes it",
                         error);
    CHECK_THROWS_WITH_AS(dynamo_manifest({.serving = of(launch_server::vllm, "Qwen/Qwen3-8B", 1, 1),
                                          .prefill = of(launch_server::sglang, "Qwen/Qwen3-8B", 1, 1)}),
                         "the pools run SGLang and vLLM, which do not hand KV to each other: take one server for both",
                         error);
    manifest m{.serving = of(launch_server::vllm, "Qwen/Qwen3-8B", 1, 1)};
    m.devices_per_node = 0;
    CHECK_THROWS_WITH_AS(kserve_manifest(m), "the devices of a node is 0; it must be from 1 to 1024", error);
}
