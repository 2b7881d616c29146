// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What would work instead of a deployment that does not: other degrees, formats and runtimes, each named only after it
/// passed every check (`works`), memory included. Evidence: tests/ask/verdict_test.cpp.

#include <gambrel/ask/words.hpp>
#include <gambrel/model/gguf.hpp>
#include <gambrel/serving/deployment.hpp>
#include <gambrel/step/memory_fit.hpp>
#include <span>

namespace gambrel::ask {

/// What has to fit in memory: one whole request of so many tokens, and at once so many sequences as they are admitted.
struct demand {
    double tokens = 1;
    double kv_tokens_held = 1;
    double sequences = 1;
};

/// Runtimes to suggest where the one asked for does not run; `all_runtimes` of the catalog is one such list.
using runtimes = std::span<const runtime<>* const>;

/// Whether `d` passes every check and holds `need`.
inline bool works(const deployment<>& d, const demand& need) {
    if (!d.check(need.tokens).ok()) return false;
    const memory_fit m = fit_memory(d.model, d.device, d.runtime, d.cut, d.resolved_formats(), need.tokens,
                                    need.kv_tokens_held, {}, d.speculation);
    return m.start.what == starts::fits && m.most_sequences >= need.sequences;
}

namespace detail {
inline deployment<> with(const deployment<>& d, const parallelism& cut, const precision& formats) {
    deployment<> other{d.model, d.device, d.runtime, cut, formats};
    other.speculation = d.speculation;
    return other;
}
inline deployment<> with_weights(const deployment<>& d, const storage_format& f) {
    precision formats = d.formats;
    formats.weights = linear_layers_in(f);
    return with(d, d.cut, formats);
}
inline parallelism with_tensor(const deployment<>& d, int ranks) {
    parallelism cut = d.cut;
    cut.tensor = ranks;
    return cut;
}
inline std::string device_of(const deployment<>& d) { return d.device.name.str(); }

/// The widest matrices decide what a model is stored in.
inline double weight_bits(const deployment<>& d) {
    double bits = 0.0;
    for (const weight_part part : {weight_part::attention, weight_part::feed_forward, weight_part::experts})
        bits = std::max(bits, d.formats.weights.of(part).bits);
    return bits;
}

/// Ranks that people join: what the link holds, a server of eight, four boards of a workstation.
inline int most_ranks_tried(const device<>& d) {
    if (d.kind == device_class::consumer_gpu || d.kind == device_class::workstation_gpu) return 4;
    return std::max(8, d.scale_up.present() ? std::min(d.scale_up.devices, 64) : 8);
}

inline constexpr int most_degree_tried = 64;

/// Tensor degrees next to the one asked for, below and above.
inline std::vector<std::string> other_tensor_degrees(const deployment<>& d, const demand& need) {
    std::vector<std::string> found;
    for (const int step : {-1, 1}) {
        for (int t = d.cut.tensor + step; t >= 1 && t <= most_degree_tried; t += step) {
            if (!works(with(d, with_tensor(d, t), d.formats), need)) continue;
            found.push_back("tp " + std::to_string(t));
            break;
        }
    }
    return found;
}

inline std::vector<std::string> other_weight_formats(const deployment<>& d, const demand& need) {
    std::vector<std::string> found;
    for (const storage_format& f : {formats::fp8, formats::int8, formats::int4_g128, formats::bf16})
        if (works(with_weights(d, f), need)) found.push_back(f.name.str());
    if (found.empty()) return {};
    return {"weights in " + listed(found)};
}

/// Slots that leave room enough where the server's own are more than that: the most of 256, 128, 64, 16 and 4.
inline std::vector<std::string> fewer_slots(const deployment<>& d, const demand& need) {
    for (const double slots : {256.0, 128.0, 64.0, 16.0, 4.0}) {
        if (slots >= d.runtime.scheduling.most_sequences || slots < need.sequences) continue;
        runtime<> fewer = d.runtime;
        fewer.scheduling.most_sequences = slots;
        if (works({d.model, d.device, fewer, d.cut, d.formats}, need)) return {number(slots, 6) + " slots"};
    }
    return {};
}

/// A GGUF file under llama.cpp on the devices asked for, where that is not what was asked.
inline std::vector<std::string> as_gguf(const deployment<>& d, const demand& need, runtimes others) {
    for (const runtime<>* each : others) {
        if (!each->formats.gguf || each->memory.micro_batch <= 0.0 || each->name == d.runtime.name) continue;
        const auto type = find_gguf_file_type("q4_k_m");
        if (!type || !has_gguf_rules(d.model)) return {};
        precision formats = d.formats;
        formats.weights = gguf_formats(d.model, *type);
        formats.kv = formats::bf16;
        if (works({d.model, d.device, *each, d.cut, formats}, need)) return {each->name.str() + " with q4_k_m"};
        return {};
    }
    return {};
}

/// Fewer slots, more devices, narrower weights, a narrower cache, another server: the least of each that is enough.
inline std::vector<std::string> ways_to_fit(const deployment<>& d, const memory_fit& memory, const demand& need,
                                            runtimes others) {
    std::vector<std::string> found;
    if (const double held = std::floor(memory.most_sequences); held >= 1.0 && need.sequences > held)
        found.push_back("replicas " +
                        number(static_cast<double>(d.cut.replicas) * std::ceil(need.sequences / held), 6));
    for (const std::string& way : fewer_slots(d, need)) found.push_back(way);
    const int most = most_ranks_tried(d.device);
    bool joined = false;
    for (int t = 2 * d.cut.tensor; t <= most && !joined; t *= 2)
        if ((joined = works(with(d, with_tensor(d, t), d.formats), need))) found.push_back("tp " + std::to_string(t));
    for (int stages = 2 * d.cut.pipeline; stages <= most && !joined; stages *= 2) {
        parallelism cut = d.cut;
        cut.pipeline = stages;
        if ((joined = works(with(d, cut, d.formats), need))) found.push_back("pp " + std::to_string(stages));
    }
    for (const storage_format& f : {formats::fp8, formats::w8a16, formats::int8, formats::int4_g128})
        if (f.bits < weight_bits(d) && works(with_weights(d, f), need)) {
            found.push_back("weights in " + f.name.str());
            break;
        }
    if (d.formats.kv.bits > 8.0) {
        precision formats = d.formats;
        formats.kv = formats::fp8;
        if (works(with(d, d.cut, formats), need)) found.emplace_back("an fp8 cache");
    }
    if (found.empty() || d.device.kind == device_class::consumer_gpu)
        for (const std::string& way : as_gguf(d, need, others)) found.push_back(way);
    return found;
}

/// "llama.cpp" of "llama.cpp-metal", "vllm" of "vllm@0.8".
inline std::string family_of(const runtime<>& r) {
    std::string name = r.name.str();
    name = name.substr(0, name.find('@'));
    const std::size_t dot = name.find('.');
    return dot == std::string::npos ? name : name.substr(0, name.find('-', dot));
}
/// Up to three that work: the first of the same family, then of others one each.
inline std::vector<std::string> other_runtimes(const deployment<>& d, const demand& need, runtimes others) {
    std::vector<std::string> found, families;
    const auto add = [&](const runtime<>& each) {
        const std::string family = family_of(each);
        if (found.size() == 3 || std::find(families.begin(), families.end(), family) != families.end()) return;
        if (!works({d.model, d.device, each, d.cut, d.formats}, need)) return;
        found.push_back(each.name.str());
        families.push_back(family);
    };
    for (const runtime<>* each : others)
        if (each->name != d.runtime.name && family_of(*each) == family_of(d.runtime)) add(*each);
    for (const runtime<>* each : others) add(*each);
    return found;
}
}  // namespace detail
}  // namespace gambrel::ask
