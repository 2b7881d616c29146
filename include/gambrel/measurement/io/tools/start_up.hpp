// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What a server printed while it started (measurement/io/start_log.hpp), as an observation: no run, but what a run ran on.
/// Settings go by the names of the server's own flags, so that they set a question as those of any other file do.
///
/// A log begins with '[' as often as JSON does: it is none where a bracket, a brace or a quote follows.
/// Evidence: tests/measurement/io/start_log_test.cpp.

#include <gambrel/measurement/io/observed_figure.hpp>
#include <gambrel/measurement/io/start_log.hpp>
#include <gambrel/measurement/observation.hpp>
#include <sstream>

namespace gambrel::detail {

inline bool begins_as_json(std::string_view head) {
    const std::size_t first = head.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos || head[first] != '[')
        return first != std::string_view::npos && head[first] == '{';
    const std::size_t next = head.find_first_not_of(" \t\r\n", first + 1);
    return next == std::string_view::npos || std::string_view("{[\"]").find(head[next]) != std::string_view::npos;
}

/// Whether text that begins with `head` is a start-up log: a server is known by it, and it says more of it than its name, which
/// tables and prose do too.
inline bool is_start_log(const std::string& head) {
    if (begins_as_json(head)) return false;
    if (const auto columns = fields_of(std::string_view(head).substr(0, head.find_first_of("\r\n")));
        columns && kind_of(*columns))
        return false;
    std::istringstream in(head);
    try {
        const start_log l = read_start_log(in);
        return !l.server.empty() && (!l.version.empty() || l.weights || l.kv || l.kv_tokens || l.free_before ||
                                     l.visible || l.slots || l.fraction || l.started);
    } catch (const error&) {  // no text
        return false;
    }
}

/// Settings by the flags of the server that printed them.
inline std::map<std::string, std::string> settings_of(const start_log& l) {
    struct flags {
        std::string_view server, slots, budget, fraction, context, kv;
    };
    static constexpr std::array<flags, 3> servers{
        {{"vllm", "max_num_seqs", "max_num_batched_tokens", "gpu_memory_utilization", "max_model_len",
          "kv_cache_dtype"},
         {"sglang", "max_running_requests", "chunked_prefill_size", "mem_fraction_static", "context_length",
          "kv_cache_dtype"},
         {"tensorrt-llm", "max_batch_size", "max_num_tokens", "kv_cache_free_gpu_memory_fraction", "max_seq_len",
          "kv_cache_dtype"}}};
    std::map<std::string, std::string> all;
    const auto put_number = [&](std::string_view name, const std::optional<double>& x) {
        if (x && *x > 0.0) all.emplace(name, shortest_text(*x));
    };
    for (const flags& f : servers) {
        if (f.server != l.server) continue;
        put_number(f.slots, l.slots);
        put_number(f.budget, l.token_budget);
        put_number(f.fraction, l.fraction);
        put_number(f.context, l.max_context);
        if (!l.kv_dtype.empty()) all.emplace(f.kv, l.kv_dtype);
        if (!l.quantization.empty()) all.emplace("quantization", l.quantization);
        if (l.eager) all.emplace(l.server == "sglang" ? "disable_cuda_graph" : "enforce_eager", "True");
    }
    return all;
}

inline void observe_start_log(std::istream& in, const std::string& where, std::vector<observation>& all) {
    start_log l = read_start_log(in, where);
    observation o{.where = where, .tool = "start-up log", .runtime = l.server};
    o.runtime_version = l.version;
    o.model = l.model;
    for (const auto& [name, n] : {std::pair{"tp", l.tensor}, std::pair{"pp", l.pipeline}, std::pair{"dp", l.data}})
        if (n && *n >= 1.0) o.ranks[name] = *n;
    o.settings = settings_of(l);
    l.where = where;
    if (l.starts > 1)
        o.notes.push_back(printable(where) + " holds " + std::to_string(l.starts) + " starts: the last is taken");
    if (l.started == false) o.notes.push_back("the log ends with a server that did not start");
    o.start = std::move(l);
    all.push_back(std::move(o));
}
}  // namespace gambrel::detail
