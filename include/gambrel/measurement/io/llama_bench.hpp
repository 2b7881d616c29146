// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Output of llama-bench as rows of a llama.cpp table, and what `ollama run --verbose` prints of a request.
///
///     type_k, type_v     column kv_type: "q8_0", or "q8_0/q4_0" where they differ; f16 and bf16 are the default, empty
///     -pg P,N            test ppP+tgN: one speed
///     Ollama             its prompt and its output, ppN and tgM@dN. It states neither model, device, backend nor date: say
///                        model=NAME:TYPE ("llama-3.1-8b:q4_k_m"), device=, backend=, date=
///
/// Fields: tools/llama-bench/llama-bench.cpp, `test::get_fields`, builds of 2023 to 2026. Build 1275 states the backend
/// in flags (cuda, metal, ...), later ones in `backends`. The name of a model ends with its file type, written as
/// llama_ftype_name writes it ("Q4_K - Medium").
/// Evidence: tests/measurement/io/benchmark_results_test.cpp; python/tests/test_measured.py.

#include <gambrel/hardware/catalog.hpp>
#include <gambrel/measurement/io/llama_bench_text.hpp>
#include <gambrel/measurement/io/stated.hpp>
#include <gambrel/model/gguf_block.hpp>
#include <gambrel/model/gguf_file_type.hpp>

namespace gambrel::detail {

/// What `backends` lists, and the backend of our tables.
inline constexpr std::array<std::pair<std::string_view, std::string_view>, 10> llama_backends{{{"cuda", "cuda"},
                                                                                               {"rocm", "rocm"},
                                                                                               {"hip", "rocm"},
                                                                                               {"metal", "metal"},
                                                                                               {"mtl", "metal"},
                                                                                               {"vulkan", "vulkan"},
                                                                                               {"sycl", "sycl"},
                                                                                               {"cpu", "cpu"},
                                                                                               {"blas", "cpu"},
                                                                                               {"accelerate", "cpu"}}};

/// Builds whose date is known from what was measured with them, and the last build that date is taken for: it decides
/// between the generations of kernels, so a build between two of these is asked for its date.
struct build_date {
    double first, last;
    const char* date;
};
inline constexpr std::array llama_build_dates{
    build_date{1275, 1691, "2023-09-23"}, build_date{2796, 3440, "2024-05"}, build_date{3441, 3441, "2024-07"},
    build_date{5163, 5862, "2025-04-24"}, build_date{5863, 7422, "2025-08"}, build_date{7423, 9186, "2026-02"},
    build_date{9187, 1e9, "2026-08"}};

inline bool is_llama_test(const result_json& v) {
    return v.is_object() && v.contains("n_prompt") && (v.contains("avg_ts") || v.contains("samples_ts"));
}
/// "NVIDIA GeForce RTX 4090" as "RTX 4090": what catalogs are asked for. A name that the alias table has stays as it is.
inline std::string plain_hardware(const std::string& printed) {
    if (find_device(printed)) return printed;
    static const std::regex remark(R"(\s*\([^)]*\))"),
        maker(R"(\b(?:NVIDIA|AMD|Intel|GeForce|Tesla|Instinct|Graphics)\b\s*)");
    const std::string name = trimmed(std::regex_replace(std::regex_replace(printed, remark, ""), maker, ""));
    return name.find_first_of("0123456789") == std::string::npos ? printed : name;
}

/// Name and number of the devices that ran the test.
inline std::pair<std::string, double> llama_hardware(const result_json& test, const std::string& where,
                                                     const stated& said) {
    static const std::regex between(R"(,|/(?=\s*(?:NVIDIA|AMD|Intel)\b))");
    const std::string listed = text_of(member(test, "gpu_info")).substr(0, 400);
    std::vector<std::string> printed;
    for (std::sregex_token_iterator at(listed.begin(), listed.end(), between, -1), end; at != end; ++at)
        if (const std::string one = trimmed(at->str()); !one.empty()) printed.push_back(one);
    if (printed.empty())
        if (const std::string cpu = text_of(member(test, "cpu_info")).substr(0, 200); !cpu.empty())
            printed.push_back(cpu);
    for (const auto& p : printed)
        if (p != printed.front()) refuse("devices of two kinds");
    const std::string hardware =
        said.agreed("device", printed.empty() ? "" : plain_hardware(printed.front()), where, devices_differ);
    if (hardware.empty()) fail(where + " does not say on which hardware it ran: pass device=");
    const bool alone = lower(text_of(member(test, "split_mode"))) == "none";
    const double devices = alone || printed.empty() ? 1.0 : static_cast<double>(printed.size());
    const auto asked = said.number("num_devices");
    if (asked && printed.size() > 1 && !alone && *asked != devices)
        fail("num_devices is stated as " + shortest_text(*asked) + ", but " + where + " names " +
             shortest_text(devices));
    return {hardware, asked.value_or(devices)};
}

inline std::string llama_backend(const result_json& test, const std::string& where, const stated& said) {
    static const std::regex amd(R"(\b(AMD|Radeon|Instinct)\b)");
    std::vector<std::string> listed;
    for (const auto& b : split(lower(text_of(member(test, "backends"))), ','))
        if (!b.empty()) listed.push_back(b);
    if (listed.empty()) {  // builds of 2023 and early 2024 state flags
        for (const char* b : {"cuda", "vulkan", "kompute", "metal", "sycl", "opencl", "blas"})
            if (is_on(member(test, b))) listed.emplace_back(b);
        const std::string gpu = text_of(member(test, "gpu_info")).substr(0, 400);
        if (!listed.empty() && listed.front() == "cuda" && std::regex_search(gpu, amd)) listed.front() = "rocm";
        if (listed.empty() && test.contains("cuda")) listed.emplace_back("cpu");
    }
    if (std::find(listed.begin(), listed.end(), "rpc") != listed.end() || is_on(member(test, "rpc")))
        refuse("devices over the network (RPC)");
    const auto ours = [](const std::string& b) {
        for (const auto& [printed, backend] : llama_backends)
            if (printed == b) return std::string(backend);
        return b;
    };
    std::string first = listed.empty() ? "" : ours(listed.front());
    for (const auto& b : listed)
        if (first == "cpu") first = ours(b);  // the accelerator before the libraries beside it
    for (const auto& b : listed)
        if (ours(b) != "cpu" && ours(b) != first) refuse("two backends at once: " + first + " and " + ours(b));
    const std::string backend = said.agreed("backend", first, where);
    if (backend.empty()) fail(where + " does not say with which backend it ran: pass backend=");
    const std::string moved = lower(text_of(member(test, "tensor_buft_overrides")));
    const bool split_off = (!moved.empty() && moved != "none") || whole_in(member(test, "n_cpu_moe"));
    if (backend != "cpu" && split_off) return backend + "+cpu";
    if (backend != "cpu" && backend != "metal" && whole_in(member(test, "n_gpu_layers"), 0.0) == 0.0)
        return backend + "+cpu";
    return backend;
}

inline std::string llama_date(const result_json& test, const std::string& where, const stated& said) {
    const std::string told = day_in(text_of(member(test, "test_time"))), asked = day_in(said.text("date"));
    if (!asked.empty()) {
        const std::size_t shorter = std::min(told.size(), asked.size());
        if (!told.empty() && told.substr(0, shorter) != asked.substr(0, shorter))
            fail("date is stated as " + asked + ", but " + where + " says " + told);
        return told.size() >= asked.size() ? told : asked;
    }
    if (!told.empty()) return told;
    const double build = whole_in(member(test, "build_number")).value_or(0.0);
    for (const build_date& b : llama_build_dates)
        if (b.first <= build && build <= b.last) return b.date;
    fail(where + " does not say when it ran, which chooses the kernels' generation: pass date=");
}

/// "llama 8B Q4_K - Medium" as "llama 8B" and "Q4_K_M".
inline std::pair<std::string, std::string> llama_model(const result_json& test) {
    static const std::regex guessed(R"(\s*\(guessed\)$)"),
        typed(
            R"((.+?)\s+(?:mostly |all )?((?:I?Q\d\w*|TQ\d_\d|MXFP4(?: MoE)?|B?F16|F32|NVFP4)(?: mix)?)(?:,? - ([\w. ]+))?)");
    const std::string name = std::regex_replace(text_of(member(test, "model_type")).substr(0, 200), guessed, "");
    std::smatch found;
    if (!std::regex_match(name, found, typed))
        refuse("file type not known: " + (name.empty() ? "no model_type" : name.substr(0, 60)));
    const std::string kind = found[2].str(), rest = lower(found[3].str());
    const std::string size = rest == "small" ? "S" : rest == "medium" ? "M" : rest == "large" ? "L" : "";
    // llama.cpp's own names of Q6_K and of Q2_K "Medium" have no letter.
    const bool bare = kind == "Q6_K" || size.empty() || (kind == "Q2_K" && size == "M");
    return {found[1].str(), bare ? kind : kind + "_" + size};
}

/// "llama-3.1-8b:q4_k_m", or "...-q4_K_M" as Ollama names its models, as model and file type.
inline std::pair<std::string, std::string> stated_model(const std::string& name) {
    const std::size_t at = name.find_last_of(":-");
    if (at == std::string::npos || at == 0 || !find_gguf_file_type(name.substr(at + 1)))
        refuse("file type not stated: pass model=NAME:TYPE, such as NAME:q4_k_m");
    return {name.substr(0, at), name.substr(at + 1)};
}

/// "q8_0", or "q8_0/q4_0" where keys and values differ; empty for 16 bit.
inline std::string llama_kv_type(const result_json& test) {
    std::array<std::string, 2> types;
    for (std::size_t i = 0; i < 2; ++i) {
        std::string t = lower(text_of(member(test, i == 0 ? "type_k" : "type_v"))).substr(0, 20);
        if (t.empty() || t == "bf16") t = "f16";
        const auto known = [&](const gguf_block& b) { return b.name.view() == t; };
        if (std::none_of(gguf_blocks.begin(), gguf_blocks.end(), known))
            refuse("KV cache in " + t + ": no type of GGUF");
        types[i] = t;
    }
    if (types[0] == "f16" && types[1] == "f16") return "";
    return types[0] == types[1] ? types[0] : types[0] + "/" + types[1];
}
inline void refuse_what_columns_lack(const result_json& test) {
    if (is_on(member(test, "no_kv_offload"))) refuse("KV cache kept on the host");
    if (is_on(member(test, "embeddings"))) refuse("embeddings are not predicted");
    const std::string split_mode = lower(text_of(member(test, "split_mode")));
    if (split_mode == "row" || split_mode == "tensor")
        refuse("matrices split over devices: the table reads several devices as layers");
}

inline std::string llama_test_name(double prompt, double output, double depth) {
    if (prompt == 0.0 && output == 0.0) refuse("neither prompt nor output tokens stated");
    return (prompt > 0.0 ? "pp" + shortest_text(prompt) : "") + (prompt > 0.0 && output > 0.0 ? "+" : "") +
           (output > 0.0 ? "tg" + shortest_text(output) : "") + (depth > 0.0 ? "@d" + shortest_text(depth) : "");
}

inline std::string llama_notes(const result_json& test, const stated& said) {
    const auto batch = whole_in(member(test, "n_batch")), physical = whole_in(member(test, "n_ubatch"));
    const double tokens = std::min(batch.value_or(1e9), physical.value_or(1e9));
    const std::string build = text_of(member(test, "build_number"));
    const result_json& flash = member(test, "flash_attn");
    const std::string attention = flash.is_boolean() ? (flash.get<bool>() ? "1" : "0") : lower(text_of(flash));
    return joined({build.empty() ? "" : "build " + build, tokens < 1e9 ? "ub=" + shortest_text(tokens) : "",
                   attention.empty() ? "" : "fa=" + attention, said.text("notes")});
}

inline std::vector<std::string> llama_fields(const result_json& test, const std::string& where, const stated& said) {
    auto speed = number_of(member(test, "avg_ts"));
    if (!speed && member(test, "samples_ts").is_array()) {
        double sum = 0.0, n = 0.0;
        for (const auto& v : member(test, "samples_ts"))
            if (const auto s = positive_in(v)) sum += *s, n += 1.0;
        if (n > 0.0) speed = sum / n;
    }
    if (!speed) refuse("no speed");
    if (!(*speed > 0.0)) refuse("its speed is not positive");
    refuse_what_columns_lack(test);
    const auto [hardware, devices] = llama_hardware(test, where, said);
    const auto [model, quant] = said.has("model") && member(test, "model_type").is_null()
                                    ? stated_model(said.text("model"))
                                    : llama_model(test);
    const std::string backend = llama_backend(test, where, said);
    const auto or_nothing = [](std::optional<double> n) { return n ? shortest_text(*n) : std::string(); };
    const auto scaled = [&](const char* key, double unit) {
        const auto n = positive_in(member(test, key));
        return n ? shortest_text(rounded(*n / unit, 3)) : std::string();
    };
    const double prompt = whole_in(member(test, "n_prompt"), 0.0).value_or(0.0),
                 output = whole_in(member(test, "n_gen"), 0.0).value_or(0.0),
                 depth = whole_in(member(test, "n_depth"), 0.0).value_or(0.0);
    return {said.has("source") ? said.text("source") : "llama-bench",
            where,
            llama_date(test, where, said),
            hardware,
            shortest_text(devices),
            backend,
            said.has("model") && !member(test, "model_type").is_null() ? said.text("model") : model,
            scaled("model_n_params", 1e9),
            quant,
            scaled("model_size", 1073741824.0),
            llama_test_name(prompt, output, depth),
            shortest_text(prompt),
            shortest_text(output),
            "1",
            or_nothing(whole_in(member(test, "n_threads"))),
            backend == "cpu" ? "" : or_nothing(whole_in(member(test, "n_gpu_layers"), 0.0)),
            shortest_text(*speed),
            or_nothing(number_of(member(test, "stddev_ts"))),
            llama_notes(test, said),
            llama_kv_type(test)};
}

/// Adds the row of one test.
inline void add_llama_test(const result_json& test, const std::string& where, const stated& said,
                           measured_table& table) {
    try {
        table.add(llama_fields(test, where, said));
    } catch (const refusal& why) {
        ++table.skipped["test: " + why.why];
    }
}
}  // namespace gambrel::detail
