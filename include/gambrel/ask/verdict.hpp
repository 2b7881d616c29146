// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Why a deployment cannot be, and what would: one sentence each, naming the value, the limit and by how much.
///
/// Other tensor degrees, formats and runtimes, and more stages where memory is short, are named only after they
/// passed every check (`works`), memory included; under llama.cpp first the split with the host's
/// memory that its own search finds (beside_host.hpp). Degrees pp and ep, devices, tokens, batches, replicas and rates come
/// from the verdict or from arithmetic and were not tried. Evidence: tests/ask/verdict_test.cpp.

#include <gambrel/ask/alternatives.hpp>
#include <gambrel/ask/beside_host.hpp>

namespace gambrel::ask {

struct verdict {
    std::string reason;      ///< empty when the deployment is feasible
    std::string suggestion;  ///< empty when nothing is known that works
};

namespace detail {
inline std::string reason(const feasibility& f, const deployment<>& d, const memory_fit& memory, const demand& need) {
    const std::string have = number(f.have, 6), limit = number(f.limit, 6), model = clipped(d.model.name.view(), 80);
    switch (f.what) {
        case obstacle::none: return "";
        case obstacle::not_known: return "the closed form gives figures that cannot be";
        case obstacle::heads_not_divisible:
            return "tp " + have + " does not divide the " + limit + " heads of " + model;
        case obstacle::width_not_divisible:
            return "tp " + have + " does not divide a width of " + limit + " in " + model;
        case obstacle::too_many_stages: return "pp " + have + " is more than the " + limit + " layers of " + model;
        case obstacle::no_experts: return "ep " + have + " has nothing to spread: " + model + " has no experts";
        case obstacle::experts_not_divisible:
            return "ep " + have + " does not divide the " + limit + " experts of " + model;
        case obstacle::ranks_not_divisible:
            return "ep " + have + " does not divide the " + limit + " ranks (tp x dp) that share the experts";
        case obstacle::experts_cut:
            return "ep " + have + " cuts experts over ranks, and the kernels of the exchange (" +
                   std::string(name_of(d.cut.exchange)) + ") bring tokens to whole ones, on each of the " + limit +
                   " ranks (tp x dp)";
        case obstacle::format_not_on_device: return device_of(d) + " does not multiply in " + f.format.str();
        case obstacle::format_not_in_runtime:
            return d.runtime.name.str() + " does not run " + f.format.str() +
                   (d.runtime.formats.gguf && f.instead.empty() ? " on " + device_of(d) : "");
        case obstacle::device_not_in_runtime: return d.runtime.name.str() + " does not run on " + device_of(d);
        case obstacle::does_not_fit:
            return to_string_binary(f.shortfall) + " of memory are missing on each " + device_of(d) + ": of " +
                   to_string_binary(memory.visible) + " that its driver shows " + d.runtime.name.str() + " may use " +
                   to_string_binary(memory.usable) + "; weights take " + to_string_binary(memory.weights) +
                   ", buffers " + to_string_binary(memory.besides()) +
                   (need.sequences > 1.0 ? ", the KV cache of each of " + number(need.sequences, 6) + " sequences "
                                         : ", the KV cache of one request ") +
                   to_string_binary(memory.kv_allocated);
        case obstacle::devices_not_linked:
            if (f.limit <= 1.0)
                return "the " + have + " devices of a copy cannot reach each other: " + device_of(d) +
                       " has no known link";
            return "the " + have + " devices of a copy are more than the " + limit + " that " +
                   d.device.scale_up.name.str() + " joins, and no link beyond it is known for " + device_of(d);
        case obstacle::context_too_long:
            return "requests of " + number(f.have, 9) + " tokens are longer than the " + number(f.limit, 9) + " that " +
                   (f.limit < static_cast<double>(d.model.most_context) || d.model.most_context <= 0
                        ? d.runtime.name.str() + " is told to take"
                        : model + " takes");
        case obstacle::prompt_too_long:
            return "prompts of " + number(f.have, 9) + " tokens are longer than the token budget of " +
                   number(f.limit, 9) + ", and " + d.runtime.name.str() + " does not cut prompts";
        case obstacle::no_images: return model + " takes no images";
        case obstacle::capacity_unknown: return "how much memory " + device_of(d) + " has is not known";
        case obstacle::unstable:
            return have + " requests per second are more than the " + number(f.limit) +
                   " that this deployment serves: the queue would grow without end";
    }
    return "";
}

/// The split of `d` with the host's memory; where `d` is another server's, and `lost` otherwise, that of a GGUF file.
inline std::string beside_host(const deployment<>& d, double tokens, runtimes others, bool lost) {
    if (d.runtime.memory.micro_batch > 0.0 || !lost || d.cut.devices() != 1) return with_host(d, tokens);
    const auto type = find_gguf_file_type("q4_k_m");
    for (const runtime<>* each : others) {
        if (!each->formats.gguf || each->memory.micro_batch <= 0.0 || !type || !has_gguf_rules(d.model)) continue;
        precision formats = d.formats;
        formats.weights = gguf_formats(d.model, *type);
        formats.kv = formats::bf16;
        const deployment<> as_file{d.model, d.device, *each, d.cut, formats};
        if (!as_file.check(tokens).ok()) return "";
        const std::string split = with_host(as_file, tokens);
        return split.empty() ? "" : each->name.str() + " with q4_k_m, " + split;
    }
    return "";
}
inline std::string suggestion(const feasibility& f, const deployment<>& d, const memory_fit& memory, const demand& need,
                              runtimes others) {
    std::vector<std::string> ways;
    switch (f.what) {
        case obstacle::none: return "";
        case obstacle::not_known: return "asking the simulator would work (gambrel simulate)";
        case obstacle::devices_not_linked:
            ways = {"tp x pp x dp of at most " + number(f.suggestion, 6), "a device file that states the link"};
            break;
        case obstacle::context_too_long: ways = {"at most " + number(f.suggestion, 9) + " tokens"}; break;
        case obstacle::prompt_too_long: ways = {"a token budget of " + number(f.have, 9)}; break;
        case obstacle::no_images: return "a model with a vision encoder would work";
        case obstacle::capacity_unknown: return "stating its memory would work (--memory, or a device file)";
        case obstacle::heads_not_divisible:
        case obstacle::width_not_divisible:
            ways = other_tensor_degrees(d, need);
            if (ways.empty() && f.suggestion > 0.0)
                return "tp " + number(f.suggestion, 6) + " divides them, but does not fit in memory";
            break;
        case obstacle::too_many_stages: ways = {"pp up to " + number(f.suggestion, 6)}; break;
        case obstacle::no_experts: ways = {"ep 1"}; break;
        case obstacle::experts_not_divisible:
        case obstacle::ranks_not_divisible:
        case obstacle::experts_cut:
            if (f.suggestion > 0.0) {
                parallelism cut = d.cut;
                cut.expert = static_cast<int>(f.suggestion);
                const std::string way = "ep " + number(f.suggestion, 6);
                if (!works(with(d, cut, d.formats), need)) return way + " divides them, but does not fit in memory";
                ways = {way};
            }
            break;
        case obstacle::format_not_on_device:
        case obstacle::format_not_in_runtime:
            if (f.format == d.formats.kv.name && works(with(d, d.cut, {.weights = d.formats.weights}), need))
                ways = {"a bf16 cache"};
            else if (f.instead.empty()) ways = other_runtimes(d, need, others);  // a GGUF type
            if (ways.empty()) ways = other_weight_formats(d, need);
            if (ways.empty() && !f.instead.empty())
                return "weights in " + f.instead.str() + " run there, but need more memory than there is";
            break;
        case obstacle::device_not_in_runtime: ways = other_runtimes(d, need, others); break;
        case obstacle::does_not_fit:
            ways = ways_to_fit(d, memory, need, others);
            if (f.suggestion > 0.0) ways.push_back("a batch of at most " + number(f.suggestion, 6));
            else if (memory.longest_context >= 1.0)
                ways.push_back("requests of at most " + symbols::fixed(std::floor(memory.longest_context), 0) +
                               " tokens");
            if (const std::string split = beside_host(d, need.tokens, others, ways.empty()); !split.empty())
                return split + (ways.empty() ? "" : "; as a whole, " + listed(ways) + " would work");
            break;
        case obstacle::unstable: {
            const double copies = std::ceil(f.have / f.limit * static_cast<double>(d.cut.replicas) * 1.0001);
            if (std::isfinite(copies)) ways = {"replicas " + number(copies, 6), "a lower rate"};
            break;
        }
    }
    return ways.empty() ? "" : listed(ways) + " would work";
}
}  // namespace detail

/// Why `f` says no and what would work instead, for `need`; both empty when `f` says yes. `memory` is the fit
/// that was found lacking (only memory obstacles read it).
inline verdict explained(const feasibility& f, const deployment<>& d, const memory_fit& memory = {},
                         const demand& need = {}, runtimes others = {}) {
    if (f.ok()) return {};
    return {detail::reason(f, d, memory, need), detail::suggestion(f, d, memory, need, others)};
}

/// What would make sure of a start that may fail, for `need`; empty where it is sure, or nothing is known.
inline std::string surely(const deployment<>& d, const memory_fit& memory, const demand& need, runtimes others = {}) {
    if (memory.start.what != starts::may_not) return "";
    const std::vector<std::string> ways = detail::ways_to_fit(d, memory, need, others);
    return ways.empty() ? "" : listed(ways) + " would make it sure";
}

/// The same as one line: "tp 3 does not divide the 64 heads of ...; tp 2 or tp 4 would work".
inline std::string sentence(const feasibility& f, const deployment<>& d, const memory_fit& memory = {},
                            const demand& need = {}, runtimes others = {}) {
    const verdict v = explained(f, d, memory, need, others);
    return v.suggestion.empty() ? v.reason : v.reason + "; " + v.suggestion;
}
}  // namespace gambrel::ask
