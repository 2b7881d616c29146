// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What may be asked of a deployment besides its model, device and runtime: parallel degrees, formats, lengths, load,
/// prices and settings of the runtime. Evidence: tests/ask/bound_question_test.cpp.

#include <gambrel/calibration/io/calibration_file.hpp>
#include <gambrel/workload/named_workload.hpp>
#include <optional>
#include <string>
#include <vector>

namespace gambrel::ask {

/// Everything but the three descriptors; ask/keywords.hpp says what each is called, its unit and its range.
struct prediction_options {
    std::optional<bytes<>> memory{};  ///< of one device; else the device's own
    std::string weights = "stored", kv = "stored", protocol = "steady";
    length prompt = 1024.0, output = 256.0;
    int tensor = 1, pipeline = 1, expert = 1, data = 1, replicas = 1;
    bool sequence = false;
    int adapter_rank = 0, adapters = 1;
    double images = 0.0, prefix_hit = 0.0;
    std::optional<double> server{}, pue{};                 ///< IT power / board power; building power / IT power
    std::optional<double> concurrency{}, rate{}, batch{};  ///< clients, requests per second, sequences of one batch
    std::optional<double> price{}, price_kwh{};            ///< $ per device-hour, $ per kWh
    std::string prices{};                                  ///< file of quotes; else those shipped
    std::optional<double> token_budget{}, max_sequences{}, memory_fraction{};
    std::optional<double> max_context{};  ///< longest prompt and answer of a request in tokens; else the model's
    std::optional<bool> chunked_prefill{}, async_scheduling{};  ///< else the runtime's
    std::optional<bool> prefix_cache{};                         ///< keep the KV of finished prompts
    bool enforce_eager = false;                                 ///< no graphs: the host launches every kernel
    std::string graphs = "runtime";                             ///< its own, or one of `graph_modes`
    std::optional<double> graph_tokens{}, frontend_processes{}, stream_interval{}, block_tokens{}, micro_batch{},
        batch_wait{}, wait_share{}, poll_interval{}, prompts_per_step{};
    bool balanced_experts = false, two_batches = false;
    std::string exchange = "gather";                                  ///< a key of `expert_exchange`
    std::string draft_method = "none", draft_model{};                 ///< who drafts (ask/speculation_terms.hpp)
    std::optional<double> drafts{}, acceptance{}, accepted_tokens{};  ///< else the method's own
    int prefill_replicas = 0, decode_replicas = 0;                    ///< two pools where both are given
    int prefill_tensor = 0, prefill_pipeline = 0, prefill_data = 0, prefill_expert = 0;  ///< 0: as the decode pool's
    std::optional<double> transfer{};                                                    ///< GB/s between the pools
    std::optional<calibration_file> calibration{};
    std::vector<std::string> remarks{};  ///< what was made of the names of model and device (`name_remarks`)
};

/// The options of the deployment in those of a question.
inline prediction_options& deployed_of(prediction_options& t) { return t; }
template <class Options> prediction_options& deployed_of(Options& t) { return t.deployed; }

/// `t` with the lengths of `w`, and its protocol where clients ask: a rate or a static batch has no opening burst.
inline prediction_options under(prediction_options t, const named_workload& w) {
    t.prompt = w.prompt;
    t.output = w.output;
    t.protocol = w.protocol.burst_start && !t.rate && !t.batch ? "benchmark" : "steady";
    return t;
}

}  // namespace gambrel::ask
