// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A row of a table of llama.cpp measurements, as descriptors. Columns: hardware, num_devices, backend, model,
/// params_b, quant, file_size_gib, test, batch, threads, ngl, value_tok_s; optional: source_id, date, notes, kv_type.
///
///     a test is what its name says: llama_test.hpp
///
/// Several devices split the layers. The backend and the date choose the runtime (runtime/catalog/llama_cpp.hpp). File
/// types with known rules have their exact formats; hand-made mixes (UD-, ik_llama.cpp) and models without rules get
/// the average bits of the stated file size.

#include <gambrel/hardware/catalog.hpp>
#include <gambrel/measurement/llama_test.hpp>
#include <gambrel/measurement/refusal.hpp>
#include <gambrel/measurement/row.hpp>
#include <gambrel/model/catalog.hpp>
#include <gambrel/model/gguf.hpp>
#include <gambrel/runtime/catalog/llama_cpp.hpp>

namespace gambrel {

namespace detail {
/// Tokens of one prefill pass: llama.cpp computes 512 at a time unless told otherwise.
inline double llama_pass_tokens(const table_row& row) {
    const std::string& notes = row["notes"];
    for (const std::string_view word : {"ub=", "ubatch="})
        if (const auto n = number_after(notes, word)) return larger(1.0, *n);
    if (const auto n = number_after(notes, "n_batch=")) return larger(1.0, smaller(512.0, *n));
    return 512.0;
}

/// The build that a rule names, else the one that the catalog has for the backend.
inline const runtime<>& llama_runtime(const conventions& c, const row_settings& s, const std::string& backend) {
    const std::string stated = s.word("framework");
    const runtime<>* found = c.find_engine(stated.empty() ? "llama.cpp-" + backend : stated);
    if (!found) refuse("backend not predicted: " + backend);
    return *found;
}

/// How exactly `stated` billions of parameters say a number: half a unit of the last digit written, and 0.05 % for what
/// llama.cpp counts besides (tables of rotary frequencies).
inline double count_tolerance(const std::string& stated) {
    const std::size_t point = stated.find('.');
    const auto digits = static_cast<double>(point == std::string::npos ? 0 : stated.size() - point - 1);
    return 0.5 * math::pow(10.0, -digits) + 0.0005 * number_in(stated).value_or(0.0);
}
inline double billions(const architecture& m) { return static_cast<double>(parameter_count(m)) * 1e-9; }

/// The model of the catalog with so many parameters: the first of those that have the same shape; null where none has, or
/// several of different shapes do.
inline const architecture* model_by_count(const std::string& stated) {
    const auto count = number_in(stated);
    if (!count || stated.find('.') == std::string::npos) return nullptr;  // whole billions say too little
    const architecture* found = nullptr;
    for (const architecture* m : all_models) {
        if (math::abs(billions(*m) - *count) > count_tolerance(stated)) continue;
        if (found && (found->layers() != m->layers() || found->hidden != m->hidden)) return nullptr;
        if (!found) found = m;
    }
    return found;
}
/// The model by its label, unless the number of parameters says that it is another: llama.cpp calls models after the
/// nearest size it knows ("llama 13B" is also Mistral Small of 24B).
inline void read_llama_model(measured_row& m, const table_row& row, const conventions& c) {
    const std::string& params = row["params_b"];
    const std::string_view alias = c.gguf_models.ours(row["model"]);
    m.model = find_model(alias.empty() ? std::string_view(row["model"]) : alias);
    const auto stated = number_in(params);
    const bool other_size = m.model && stated && math::abs(*stated / billions(*m.model) - 1.0) > 0.04;
    if (m.model && !other_size) return;
    if (const architecture* by_count = model_by_count(params)) {
        m.model = by_count;
        return;
    }
    refuse("model not in the catalog: " + row["model"] + (m.model ? " of another size" : ""));
}

/// Every part at `bits`, stored as GGUF.
inline weight_formats gguf_average(std::string_view name, double bits) {
    storage_format f{.name = "gguf", .bits = bits};
    if (name.size() <= 16) f.name = name;
    f.gguf = true;
    return {f, f, f, f, f, f, f, f, f};
}

inline void read_llama_formats(measured_row& m, const table_row& row) {
    std::string name = row["quant"];
    if (name == "MXFP4 MoE") name = "mxfp4_moe";
    const auto size = number_in(row["file_size_gib"]);
    const double stated = size && *size > 0.0 ? *size * 1073741824.0 : 0.0;
    const auto file = find_gguf_file_type(name);
    if (file && has_gguf_rules(*m.model)) {
        const double exact = gguf_size(*m.model, *file).value();
        if (stated == 0.0 || math::abs(exact / stated - 1.0) < 0.03) {
            m.formats.weights = gguf_formats(*m.model, *file);
            return;
        }
    }
    const double bits = 8.0 * stated / static_cast<double>(parameter_count(*m.model));
    if (!(bits >= 1.0 && bits <= 40.0)) refuse("precision not stated or not known: " + row["quant"]);
    m.formats.weights = gguf_average(name, bits);
}

/// "q8_0" or "q8_0/q4_0" of keys and values; 16 bit where nothing is said.
inline void read_llama_cache(measured_row& m, const table_row& row) {
    const std::string& stated = row["kv_type"];
    if (stated.empty()) return;
    const std::size_t slash = stated.find('/');
    double bits = 0.0;
    for (const std::string& one :
         {stated.substr(0, slash), slash == std::string::npos ? stated : stated.substr(slash + 1)}) {
        const auto at = std::find_if(gguf_blocks.begin(), gguf_blocks.end(),
                                     [&](const gguf_block& b) { return same_name(b.name.view(), one); });
        if (at == gguf_blocks.end()) refuse("KV cache not known: " + stated);
        bits += 0.5 * 8.0 * at->format().bytes_per_element();
    }
    if (bits == 16.0) return;
    m.formats.kv = {.bits = bits, .gguf = true};
    m.formats.kv.name = slash == std::string::npos && stated.size() <= 16 ? std::string_view(stated) : "mixed";
}

inline void read_llama_offload(const measured_row& m, const table_row& row, const row_settings& s) {
    const std::string& backend = row["backend"];
    if (contains(backend, "+") || contains(row["hardware"], " + "))
        refuse("layers split between GPU and CPU are not predicted");
    const auto layers = number_in(row["ngl"]);
    if (!layers || s.flag("layers_not_counted").value_or(false)) return;
    if (*layers < static_cast<double>(m.model->layers())) refuse("layers split between GPU and CPU are not predicted");
}

/// Layers over `devices`. What passes between them is one row of hidden values, so any PCIe link will do where the
/// catalog states none.
inline void split_layers(measured_row& m, int devices) {
    m.cut.pipeline = devices;
    if (devices == 1) return;
    if (m.device->scale_up.present() || m.device->host_link.present()) return;
    auto linked = std::make_shared<device<>>(*m.device);
    linked->host_link.name = "PCIe";
    linked->host_link.kind = fabric::pcie;
    linked->host_link.per_direction = {gigabytes(16) / seconds_of(1),
                                       {"PCIe 3.0 x16 or better, assumed", "2026-11", evidence::recalled}};
    linked->host_link.devices = 64;
    m.linked = linked;
    m.device = linked.get();
}

/// A processor of which `threads` cores work: their share of its rates, all of its memory.
inline void use_threads(measured_row& m, double threads) {
    const int cores = m.device->compute_units;
    if (cores <= 0 || threads >= cores) return;  // more threads than cores share them
    auto used = std::make_shared<device<>>(*m.device);
    used->compute_units = static_cast<int>(threads);
    auto& p = used->peak;
    for (auto* rate : {&p.fp64, &p.fp32, &p.tf32, &p.bf16, &p.fp16, &p.fp8, &p.int8, &p.int4})
        rate->value = rate->value * (threads / cores);
    m.linked = used;
    m.device = used.get();
}
/// The processor beside a GPU is a device of its own: "CPU of" what the row names, in the alias table.
inline void read_threads(measured_row& m, const table_row& row, const conventions& c) {
    if (row["backend"] != "cpu") return;
    if (m.device->kind != device_class::cpu) m.device = find_device(c.hardware.ours("CPU of " + row["hardware"]));
    if (!m.device) refuse("device not in the catalog: the CPU of " + row["hardware"]);
    if (const auto threads = number_in(row["threads"])) use_threads(m, larger(1.0, *threads));
}

inline void read_llama_load(measured_row& m, const table_row& row, const row_settings& s) {
    const llama_test t = read_llama_test(row["test"]);
    const auto batch = number_in(row["batch"]);
    m.runtime.scheduling.token_budget = llama_pass_tokens(row);
    if (t.then > 0.0) {
        m.load_kind = load_kind::prefill_then_decode;
        m.metric = metric::total_throughput;
        m.workload.prompt = t.tokens;
        m.workload.output = t.then;
        m.workload.concurrency = t.sequences;
        m.past = t.past + t.tokens + 0.5 * t.then;
    } else if (t.decode) {
        m.load_kind = load_kind::decode;
        m.metric = metric::decode_throughput;
        m.workload.output = t.tokens;
        m.workload.concurrency = t.sequences;
        m.past = s.number("decode_past").value_or(t.past + 0.5 * t.tokens);
    } else {
        m.load_kind = load_kind::prefill;
        m.metric = metric::prompt_throughput;
        m.workload.prompt = t.tokens;
        m.workload.concurrency = t.sequences;
        m.past = t.past;
        if (batch && *batch > 1.0 && t.sequences == 1.0) m.runtime.scheduling.token_budget = *batch;  // "ubatch=10"
    }
}
}  // namespace detail

/// A row of a llama.cpp table as descriptors under the conventions `c`, or why not.
/// Evidence: tests/measurement/measured_test.cpp.
inline measured_row read_llama_cpp(const table_row& row, const conventions& c, const device<>* own = nullptr) {
    measured_row m;
    m.line = row.line();
    m.source = row["source_id"];
    m.date = row["date"];
    m.hardware = row["hardware"];
    m.model_name = row["model"];
    m.framework = "llama.cpp " + row["backend"];
    m.weights = row["quant"];
    m.notes = row["notes"];
    return detail::reading(m, [&] {
        const auto value = detail::number_in(row["value_tok_s"]);
        if (!value || *value <= 0.0) detail::refuse("value is not a positive number");
        m.value = *value;
        const auto kind = table_kind::llama_cpp;
        const row_settings printed = detail::settings_of(c.as_printed, detail::facts_of(row, kind, m));
        m.runtime = detail::llama_runtime(c, printed, row["backend"]);
        detail::read_hardware(m, c, own);
        detail::read_llama_model(m, row, c);
        detail::read_llama_offload(m, row, printed);
        detail::read_threads(m, row, c);
        detail::read_llama_formats(m, row);
        detail::read_llama_cache(m, row);
        const auto devices = detail::count_in(row["num_devices"], 64);
        if (!devices) detail::refuse("num_devices is not a count: " + row["num_devices"]);
        detail::split_layers(m, *devices);
        detail::read_llama_load(m, row, printed);
        detail::settings_of(c.as_run, detail::facts_of_run(row, table_kind::llama_cpp, m));
    });
}
}  // namespace gambrel
