// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What a server printed while it started: vLLM, SGLang, TensorRT-LLM, llama.cpp. One line says one fact; a fact is the
/// number after a phrase that only this server prints. What no line says stays empty, so that a log that is cut off, of
/// another program or in another language gives what is certain, and `missing()` names the rest.
///
///     vLLM           "model weights take 14.99GiB", "Available KV cache memory: 3.81 GiB", "GPU KV cache size: 245,360"
///     SGLang         "Load weight end. ... mem usage=15.09 GB", "max_total_num_tokens=444500"
///     TensorRT-LLM   "available: 17.83 GiB", "Allocated 16.05 GiB for max tokens in paged KV cache (263008)"
///     llama.cpp      "CUDA0 model buffer size = 5049.71 MiB", "KV buffer size", "compute buffer size"
///
/// Of several ranks the first is read; of several starts in one file the last (`starts` counts them): one begins where a
/// server prints its settings after another said how much memory it has, or that it is up. SGLang's GB are 2^30 bytes (its
/// source divides by 1 << 30). Lines are read one at a time, in bounded memory.
/// Evidence: tests/measurement/io/start_log_test.cpp.

#include <array>
#include <gambrel/measurement/io/log_facts.hpp>
#include <gambrel/measurement/io/text_lines.hpp>
#include <gambrel/measurement/start_log.hpp>

namespace gambrel {

inline constexpr std::size_t most_log_lines = 1'000'000;

namespace detail::start_logs {
inline void set_server(start_log& l, std::string_view name) {
    if (l.server.empty()) l.server = name;
}

inline void vllm(start_log& l, std::string_view s) {
    if (after(s, "LLM engine (v")) set_server(l, "vllm");
    keep_word(l.version, after(s, "LLM engine (v"));
    for (const auto phrase : {"max_seq_len=", "max_model_len': ", "Using max model len "})
        keep(l.max_context, s, phrase);
    keep(l.tensor, s, "tensor_parallel_size=");
    keep(l.pipeline, s, "pipeline_parallel_size=");
    keep(l.data, s, "data_parallel_size=");
    if (l.server == "vllm" || after(s, "non-default args")) {
        for (const auto& [name, into] :
             {std::pair{"model", &l.model}, std::pair{"dtype", &l.dtype}, std::pair{"quantization", &l.quantization},
              std::pair{"kv_cache_dtype", &l.kv_dtype}})
            keep_value(*into, s, name);
    }
    if (after(s, "enforce_eager=True") || after(s, "enforce_eager': True")) l.eager = true;
    for (const auto phrase : {"gpu_memory_utilization': ", "gpu_memory_utilization=", "gpu_memory_utilization ("})
        keep(l.fraction, s, phrase);
    for (const auto phrase : {"max_num_batched_tokens=", "max_num_batched_tokens': "}) keep(l.token_budget, s, phrase);
    for (const auto phrase : {"max_num_seqs=", "max_num_seqs': "}) keep(l.slots, s, phrase);
    bool mine = keep(l.visible, s, "total_gpu_memory (");
    for (const auto phrase : {"model weights take ", "Model loading took ", "Loading model weights took "})
        mine = keep(l.weights, s, phrase) || mine;
    keep(l.outside, s, "non_torch_memory takes ");
    mine = keep(l.activations, s, "activation peak memory takes ") || mine;
    for (const auto phrase : {"Available KV cache memory: ", "reserved for KV Cache is "})
        mine = keep(l.kv, s, phrase) || mine;
    mine = keep(l.kv_tokens, s, "GPU KV cache size: ") || mine;
    std::optional<double> blocks;
    for (const auto phrase : {"# GPU blocks: ", "# CUDA blocks: "})
        if (keep(blocks, s, phrase)) mine = true;
    if (blocks && !l.kv_tokens) l.kv_tokens = *blocks * 16.0;
    if (after(s, "Graph capturing finished")) {
        keep(l.graphs, s, "took ");
        l.captured = mine = true;
    }
    if (after(s, "No available memory for the cache blocks") || after(s, "larger than the available KV cache memory") ||
        after(s, "larger than the maximum number of tokens that can be stored in KV cache")) {
        mine = true;
        l.started = false;
    }
    if (after(s, "init engine (profile, create kv cache")) mine = true;
    if (mine) set_server(l, "vllm");
}

inline void sglang(start_log& l, std::string_view s) {
    if (after(s, "server_args=ServerArgs(") || after(s, "server_args ...")) set_server(l, "sglang");
    if (keep(l.free_before, s, "Load weight begin. avail mem=")) set_server(l, "sglang");
    if (after(s, "Load weight end.")) {
        set_server(l, "sglang");
        keep(l.weights, s, "mem usage=");
        keep_value(l.dtype, s, "dtype");
    }
    if (const auto rest = after(s, "KV Cache is allocated."); rest && !l.kv) {
        set_server(l, "sglang");
        std::optional<double> keys, values, both;
        keep(keys, *rest, "K size: ");
        keep(values, *rest, "V size: ");
        keep(both, *rest, "KV size: ");
        if (both) l.kv = both;
        else if (keys && values) l.kv = *keys + *values;
        keep(l.kv_tokens, *rest, "#tokens: ");
    }
    if (l.server != "sglang") return;
    keep(l.fraction, s, "mem_fraction_static=");
    keep(l.tensor, s, "tp_size=");
    keep(l.pipeline, s, "pp_size=");
    keep(l.data, s, "dp_size=");
    keep_value(l.model, s, "model_path");
    keep_value(l.quantization, s, "quantization");
    keep_value(l.kv_dtype, s, "kv_cache_dtype");
    if (after(s, "disable_cuda_graph=True")) l.eager = true;
    if (after(s, "Capture cuda graph end")) {
        l.captured = true;
        keep(l.graphs, s, "mem usage=");
    }
    if (keep(l.kv_tokens, s, "max_total_num_tokens=")) {
        keep(l.token_budget, s, "chunked_prefill_size=");
        keep(l.slots, s, "max_running_requests=");
        keep(l.max_context, s, "context_len=");
    }
    if (after(s, "fired up and ready to roll")) l.started = true;
    if (after(s, "Not enough memory. Please try to increase --mem-fraction-static")) l.started = false;
}

inline void tensorrt_llm(start_log& l, std::string_view s) {
    if (after(s, "TensorRT-LLM") || after(s, "TRT-LLM")) set_server(l, "tensorrt-llm");
    if (l.server != "tensorrt-llm") return;
    keep_word(l.version, after(s, "TensorRT-LLM version: "));
    keep(l.weights, s, "Loaded engine size: ", 1.0 / 1024.0);
    keep(l.visible, s, "device total memory ");
    if (after(s, "Memory usage when calculating max tokens")) {
        keep(l.visible, s, "total: ");
        keep(l.free_before, s, "available: ");  // before the cache
    }
    keep(l.fraction, s, "fraction is set ");
    if (after(s, "for max tokens in paged KV cache (")) {
        keep(l.kv, s, "Allocated ");
        keep(l.kv_tokens, s, "paged KV cache (");
    }
    keep(l.token_budget, s, "max_num_tokens=");
    keep(l.slots, s, "max_num_requests=");
    keep(l.max_context, s, "max_seq_len=");
}

/// Buffers of all devices of llama.cpp are added; those of the host are left aside.
inline void llama_cpp(start_log& l, std::string_view s) {
    const std::size_t at = s.find("buffer size =");
    if (at != std::string_view::npos) {
        set_server(l, "llama.cpp");
        const std::string_view name = s.substr(0, at);
        const bool host = name.find("CPU") != std::string_view::npos || name.find("Host") != std::string_view::npos;
        const auto mib = number(s.substr(at + std::string_view("buffer size =").size()));
        const auto add = [&](std::optional<double>& into) { into = into.value_or(0.0) + *mib / 1024.0; };
        if (mib && !host) {
            if (name.find(" KV ") != std::string_view::npos) add(l.kv);
            else if (name.find(" compute ") != std::string_view::npos) add(l.activations);
            else if (name.find(" model ") != std::string_view::npos) add(l.weights);
        }
        return;
    }
    if (after(s, "llama_context:") || after(s, "llama_new_context_with_model:") || after(s, "llama_init_from_model:")) {
        set_server(l, "llama.cpp");
        for (const auto& [phrase, into] : {std::pair{"n_ctx ", &l.max_context}, std::pair{"n_seq_max", &l.slots}})
            if (const auto rest = after(s, phrase))
                if (const auto value = after(*rest, "= "); value && !*into) *into = number(*value);
    }
    if (after(s, "build: ") && after(s, ") with ")) {
        set_server(l, "llama.cpp");
        keep_word(l.version, after(s, "build: "));
    }
    if (l.server == "llama.cpp" && after(s, "server is listening") && !after(s, "loading model")) l.started = true;
}

/// Whether `s` begins a start of its own after what `l` has read. Ranks and engines of one server print much twice, but not
/// after that server is up.
inline bool begins_another(const start_log& l, std::string_view s) {
    struct first_line {
        std::string_view server, phrase;
        bool once;  ///< for a server, not for a rank
    };
    static constexpr std::array<first_line, 5> firsts{{{"vllm", "API server version", true},
                                                       {"vllm", "LLM engine (v", false},
                                                       {"sglang", "server_args=ServerArgs(", true},
                                                       {"tensorrt-llm", "TensorRT-LLM version: ", false},
                                                       {"llama.cpp", "build: ", true}}};
    if (l.server.empty()) return false;
    const bool has_memory = l.weights || l.kv || l.kv_tokens;
    for (const first_line& f : firsts)
        if (after(s, f.phrase) && (f.server != "llama.cpp" || after(s, ") with ")))
            return f.server != l.server || l.started.has_value() || (f.once && has_memory);
    return false;
}
}  // namespace detail::start_logs

/// The facts in the last start of a log, called `where` in messages. Throws `error` for one that is endless or no text; a
/// log of another program is one without a server.
inline start_log read_start_log(std::istream& in, const std::string& where = "the log") {
    namespace logs = detail::start_logs;
    start_log l;
    std::string line;
    for (detail::text_lines lines(in, where); lines.next(line);) {
        if (lines.number() > most_log_lines)
            fail(where + " has more than a million lines: give those of the start alone");
        if (logs::begins_another(l, line)) l = start_log{.starts = l.starts + 1};
        if (lines.whole()) line += ' ';  // the end of a word
        else                             // a number at the end of a file that was cut may be half of one
            while (!line.empty() && (std::isdigit(static_cast<unsigned char>(line.back())) != 0 || line.back() == '.' ||
                                     line.back() == ','))
                line.pop_back();
        if (l.started == true) continue;  // requests, not facts of the start
        logs::vllm(l, line);
        logs::sglang(l, line);
        logs::tensorrt_llm(l, line);
        logs::llama_cpp(l, line);
        const bool up = logs::after(line, "Application startup complete") || logs::after(line, "Uvicorn running on");
        if (up && !l.server.empty() && !l.started) l.started = true;
        if (logs::after(line, "out of memory") && !l.started && !l.server.empty()) l.started = false;
    }
    return l;
}
}  // namespace gambrel
