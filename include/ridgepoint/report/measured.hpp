// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A row of measured serving performance, read into the descriptors that predict it: which device, model, runtime,
/// formats, cut, lengths and protocol it stands for, or the reason why it cannot be predicted.
///
/// Columns: source_id, hardware, model, framework, weight_format, kv_format, tp, pp, ep, dp, input_len, output_len,
/// concurrency, metric, value, unit. Names of hardware, framework and formats are those of the tables below;
/// models answer to the catalog's names.
/// Rows of the InferenceX benchmarks carry its protocol (all clients at once, ten prompts each, lengths uniform in 80
/// to 100 % of nominal) and the server settings its recipes used.

#include <array>
#include <charconv>
#include <optional>
#include <ridgepoint/hardware/catalog.hpp>
#include <ridgepoint/model/catalog.hpp>
#include <ridgepoint/numeric/io/csv.hpp>
#include <ridgepoint/runtime/catalog.hpp>
#include <ridgepoint/serving/predict.hpp>

namespace ridgepoint::report {

enum class metric : unsigned char { ttft, tpot, latency, output_throughput };

constexpr std::string_view name_of(metric m) {
    constexpr std::array<std::string_view, 4> names{"TTFT", "TPOT", "latency", "output tok/s"};
    return names[static_cast<std::size_t>(m)];
}

struct measured {
    const ridgepoint::device<>* device = nullptr;
    const architecture* model = nullptr;
    ridgepoint::runtime<> runtime{};
    parallelism cut{};
    precision formats{};
    ridgepoint::workload workload{};
    report::metric metric = metric::tpot;
    double value = 0;         ///< seconds, or tokens per second of the whole deployment
    std::string unpredictable;///< why not; empty when it can be predicted
};

namespace detail {
struct name_pair { std::string_view printed, ours; };

inline constexpr std::array device_names{
    name_pair{"H100-SXM-80GB", "h100-sxm"},   name_pair{"H200-SXM-141GB", "h200-sxm"},
    name_pair{"B200-SXM-180GB", "b200-sxm"},  name_pair{"A100-SXM-80GB", "a100-sxm-80"},
    name_pair{"A100-SXM-40GB", "a100-sxm-40"},name_pair{"MI300X-192GB", "mi300x"},
    name_pair{"L40S-48GB", "l40s"},           name_pair{"H20-96GB", "h20"},
    name_pair{"Inferentia2", "inferentia2"},  name_pair{"Gaudi2-96GB", "gaudi2"},
    name_pair{"RTX-4090-24GB", "rtx-4090"},   name_pair{"RTX-A6000-48GB", "rtx-a6000"},
    name_pair{"H200-NVL-141GB", "h200-nvl"},  name_pair{"TPU-v5e", "tpu-v5e"},
    name_pair{"RTX-5090-32GB", "rtx-5090"},   name_pair{"RTX-6000-Ada-48GB", "rtx-6000-ada"},
    name_pair{"RTX-3090-24GB", "rtx-3090"},   name_pair{"H100-NVL-94GB", "h100-nvl"},
    name_pair{"A10G-24GB", "a10g"},           name_pair{"Apple M1 16GB", "apple-m1"}};

inline constexpr std::array runtime_names{
    name_pair{"trtllm", "tensorrt-llm"}, name_pair{"TensorRT-LLM", "tensorrt-llm"}, name_pair{"vllm", "vllm"},
    name_pair{"vLLM", "vllm"},           name_pair{"vllm-rocm", "vllm"},            name_pair{"sglang", "sglang"},
    name_pair{"lmdeploy-turbomind", "lmdeploy"}, name_pair{"mlc-llm", "mlc-llm"},   name_pair{"llama.cpp", "llama.cpp"}};

inline constexpr std::array weight_names{
    name_pair{"fp8", "fp8"},   name_pair{"fp8_block", "fp8_block"}, name_pair{"nvfp4", "nvfp4"},
    name_pair{"mxfp4", "mxfp4"}, name_pair{"fp16/bf16", "bf16"},    name_pair{"fp16", "bf16"},
    name_pair{"bf16", "bf16"}, name_pair{"bfloat16", "bf16"},       name_pair{"gptq-int4", "int4"},
    name_pair{"awq-int4", "int4"}, name_pair{"int4", "int4"},       name_pair{"int8-wo", "w8a16"},
    name_pair{"gptq-int8", "w8a16"}};

template <std::size_t N> std::string_view ours(const std::array<name_pair, N>& names, std::string_view printed) {
    for (const name_pair& n : names)
        if (n.printed == printed) return n.ours;
    return {};
}

inline std::optional<double> number_in(const std::string& text) {
    double value = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (problem != std::errc{} || end != text.data() + text.size() || !math::is_finite(value)) return {};
    return value;
}

inline storage_format format_named(std::string_view name) {
    for (const storage_format* f : {&formats::bf16, &formats::fp8, &formats::fp8_block, &formats::nvfp4,
                                    &formats::mxfp4, &formats::int4_g128, &formats::w8a16})
        if (f->name.view() == name) return *f;
    return formats::bf16;
}

/// Settings of the InferenceX recipes that decide TPOT and TTFT (their repository's launch scripts, 2025-10 to 2026-03).
inline void apply_inferencex(measured& m, const std::string& framework, double prompt, double output) {
    m.workload.prompt = length::uniform_below(prompt, 0.8);
    m.workload.output = length::uniform_below(output, 0.8);
    m.workload.protocol = protocol::serving_benchmark();
    scheduling& s = m.runtime.scheduling;
    if (framework == "vllm" && m.device->name.view() != "b200-sxm") s.most_sequences = m.workload.concurrency;
    if (framework == "trtllm" && prompt == 1024 && output == 1024 && m.cut.tensor < 8) s.batch_wait_steps = 20;
}
}  // namespace detail

/// The present row of `row` as descriptors. Never throws for what a row holds: the reason is in `unpredictable`.
inline measured read_measured(const csv_reader& row) {
    measured m;
    const auto refuse = [&](std::string why) {
        m.unpredictable = std::move(why);
        return m;
    };
    const std::string& metric = row["metric"];
    if (metric.starts_with("tpot")) m.metric = metric::tpot;
    else if (metric.starts_with("ttft") && metric != "ttft_batch") m.metric = metric::ttft;
    else if (metric == "output_throughput") m.metric = metric::output_throughput;
    else return refuse("metric not predicted yet: " + metric);
    const auto value = detail::number_in(row["value"]);
    if (!value || *value <= 0.0) return refuse("value is not a positive number");
    if (row["unit"] != "ms" && row["unit"] != "s" && row["unit"] != "tok/s") return refuse("unit not known: " + row["unit"]);
    m.value = row["unit"] == "ms" ? *value * 1e-3 : *value;

    const auto prompt = detail::number_in(row["input_len"]), output = detail::number_in(row["output_len"]);
    const auto clients = detail::number_in(row["concurrency"]);
    if (!prompt || !output || *prompt < 1 || *output < 2) return refuse("lengths not stated");
    if (!clients || *clients < 1) return refuse("no concurrency: saturated or rate-driven");
    const auto named = [&](const auto& names, const char* column) -> std::string_view {
        const std::string_view ours = detail::ours(names, row[column]);
        return ours.empty() ? std::string_view(row[column]) : ours;  // or a name of the catalog itself
    };
    m.device = find_device(named(detail::device_names, "hardware"));
    if (!m.device) return refuse("device not in the catalog: " + row["hardware"]);
    const ridgepoint::runtime<>* runtime = find_runtime(named(detail::runtime_names, "framework"));
    if (!runtime) return refuse("runtime not in the catalog: " + row["framework"]);
    m.runtime = *runtime;
    std::string name = row["model"];
    for (const std::string_view ending : {"-FP8", "-NVFP4", "-0528"})
        if (name.ends_with(ending)) name.resize(name.size() - ending.size());
    if (name.starts_with("llama2-")) name = "llama-2-" + name.substr(7);
    m.model = find_model(name);
    if (!m.model) return refuse("model not in the catalog: " + row["model"]);
    const std::string_view weights = detail::ours(detail::weight_names, row["weight_format"]);
    if (weights.empty()) return refuse("precision not stated or not known: " + row["weight_format"]);
    // gpt-oss is published in MXFP4 (experts only) and served so, whatever the row calls it.
    m.formats.weights = m.model->family.view() == "gpt_oss" ? as_served(m.model->stored)
                                                            : linear_layers_in(detail::format_named(weights));
    const std::string& kv = row["kv_format"];
    if (!kv.empty() && kv != "fp8" && kv != "auto" && detail::ours(detail::weight_names, kv) != "bf16")
        return refuse("KV format not known: " + kv);
    const bool narrow = weights == "fp8" || weights == "fp8_block" || weights == "nvfp4";
    m.formats.kv = kv == "fp8" || (kv.empty() && narrow) ? formats::fp8 : formats::bf16;

    const auto ranks = [&](const char* column) {
        const auto n = detail::number_in(row[column]);
        return n && *n >= 1 && *n <= 65536 ? static_cast<int>(*n) : 1;
    };
    m.cut = {.tensor = ranks("tp"), .pipeline = ranks("pp"), .data = ranks("dp"), .expert = ranks("ep")};
    m.workload = {.prompt = *prompt, .output = *output, .concurrency = *clients};
    // LMDeploy's generation benchmark: one thread per client, all started at once, fixed lengths (recalled).
    if (row["source_id"].starts_with("lmdeploy")) m.workload.protocol = {.burst_start = true};
    if (row["source_id"].starts_with("inferencex")) detail::apply_inferencex(m, row["framework"], *prompt, *output);
    return m;
}

/// Whether `m` has no experts.
inline bool is_dense(const architecture& m) {
    for (const layer_group& g : m)
        if (g.layer.experts.present()) return false;
    return true;
}
}  // namespace ridgepoint::report
