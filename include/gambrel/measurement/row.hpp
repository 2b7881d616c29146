// SPDX-License-Identifier: Apache-2.0
#pragma once
/// One measured figure and everything its prediction needs: descriptors, the way it was run, the figure itself, and
/// the row's own words; or the reason why it cannot be predicted. Plain values: change `runtime.host` or `runtime`
/// and ask again.

#include <gambrel/hardware/device.hpp>
#include <gambrel/model/architecture.hpp>
#include <gambrel/operators/parallelism.hpp>
#include <gambrel/operators/precision.hpp>
#include <gambrel/roofline/calibration/adjustment.hpp>
#include <gambrel/runtime/runtime.hpp>
#include <gambrel/workload/workload.hpp>
#include <memory>
#include <string>

namespace gambrel {

enum class metric : unsigned char {
    ttft,
    tpot,
    itl,
    latency,  ///< seconds
    output_throughput,
    total_throughput,  ///< tokens per second of the deployment; total: prompt and output
    output_per_device,
    total_per_device,  ///< the same of one device
    output_per_user,   ///< 1 / TPOT
    decode_throughput,
    prompt_throughput,   ///< tokens per second of decodes alone, of prompts alone
    request_throughput,  ///< requests per second
    board_power,         ///< watts of one device
    token_energy,        ///< joules per output token, devices only
};
inline constexpr std::size_t metric_count = 14;

constexpr std::string_view name_of(metric m) {
    constexpr std::array<std::string_view, metric_count> names{"TTFT",
                                                               "TPOT",
                                                               "ITL",
                                                               "latency",
                                                               "output tok/s",
                                                               "total tok/s",
                                                               "output tok/s/device",
                                                               "total tok/s/device",
                                                               "decode tok/s/user",
                                                               "decode tok/s",
                                                               "prompt tok/s",
                                                               "requests/s",
                                                               "board W",
                                                               "J/output tok"};
    return names[static_cast<std::size_t>(m)];
}
/// The unit of `measured::value`.
constexpr std::string_view unit_of(metric m) {
    constexpr std::array<std::string_view, metric_count> units{
        "s", "s", "s", "s", "tok/s", "tok/s", "tok/s", "tok/s", "tok/s", "tok/s", "tok/s", "req/s", "W", "J/tok"};
    return units[static_cast<std::size_t>(m)];
}

/// How the engine was driven.
enum class drive : unsigned char {
    closed_loop,   ///< so many clients, each sending its next request when the last one ends
    open_loop,     ///< so many requests per second
    static_batch,  ///< one batch that starts and ends together
    saturated,     ///< all requests queued at once: serving/saturated.hpp
    prefill,       ///< prompts alone, in passes of at most the token budget
    decode,        ///< decodes alone, at a fixed context
};

struct measured {
    const gambrel::device<>* device = nullptr;
    const architecture* model = nullptr;
    std::shared_ptr<const architecture> adapted{};      ///< owns `model` where the row ran a variant of the catalog's
    std::shared_ptr<const gambrel::device<>> linked{};  ///< owns `device` likewise
    gambrel::runtime<> runtime{};
    parallelism cut{};
    precision formats{};
    gambrel::adjustment adjustment{};  ///< of the constants shipped for `device` and of `runtime.host`
    gambrel::workload workload{};      ///< of a static batch: its size is the concurrency
    gambrel::drive drive = drive::closed_loop;
    double requests = 0;  ///< in all, of a saturated or an open-loop run; 0: endless
    bool tuned = false;   ///< slots and token budget are derived by TensorRT-LLM's rule
    double past = 0;      ///< tokens already cached: of a prefill before it, of decodes at their middle
    gambrel::metric metric = metric::tpot;
    double value = 0;           ///< in `unit_of(metric)`
    std::string unpredictable;  ///< why not; empty when it can be predicted

    // In the row's own words.
    std::string source, date, hardware, model_name, framework, version, weights, notes;
    std::size_t line = 0;

    bool ok() const { return unpredictable.empty(); }
};

/// Whether `m` has no experts.
inline bool is_dense(const architecture& m) {
    for (const layer_group& g : m)
        if (g.layer.experts.present()) return false;
    return true;
}
}  // namespace gambrel
