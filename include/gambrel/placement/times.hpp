// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What a pass of one sequence takes of each layer on each device of a machine and on its host, and the pass under a split:
/// the sum of its layers where they are.
///
///     pass    = sum over layers (dense + attention + movable, each where it is) + head + crossings
///     prompt  = its passes of ub tokens; where S devices hold layers in a row, they work on different passes at once:
///               (passes + S - 1) / S times one pass
///     a pass of `streamed_rows` tokens and more is computed on the devices, to which the weights travel (offload_law.hpp)
///     disk    what the host has no room for is read again for each pass: bytes read x share without room / disk
///
/// Times are those of ggml's law (roofline/ggml_time.hpp). Of an expert layer on the host as many experts travel as a pass
/// picks. Assumption on disks: the pages in memory are the same at every pass; a system that drops those used longest ago
/// reads all of them again. Evidence: tests/placement/offload_test.cpp.

#include <gambrel/numeric/range.hpp>
#include <gambrel/operators/decoder.hpp>
#include <gambrel/placement/fit.hpp>
#include <gambrel/placement/machine.hpp>
#include <gambrel/placement/memory.hpp>
#include <gambrel/step/pass.hpp>

namespace gambrel::placement {

/// Seconds, and those that one standard deviation of their law moves them by.
struct timed {
    double seconds = 0, spread = 0;

    constexpr timed& operator+=(const timed& t) {
        seconds += t.seconds;
        spread += t.spread;
        return *this;
    }
    friend constexpr timed operator*(double x, const timed& t) { return {x * t.seconds, x * t.spread}; }
    friend constexpr timed operator+(timed a, const timed& b) { return a += b; }
};

/// A layer of each group, and the head, on one device.
struct layer_times {
    struct parts {
        timed dense{}, attention{}, movable{};
        timed all() const { return dense + attention + movable; }
    };
    std::array<parts, most_layer_groups> groups{};
    timed head{};
};

/// What a pass of `shape` takes on `b`.
inline layer_times times_on(const board& b, const pass_inputs& terms, const step_shape& shape,
                            const runtime<>& software) {
    layer_times t;
    for (std::size_t g = 0; g < terms.model.group_count; ++g) {
        const layer& l = terms.model.groups[g].layer;
        layer_times::parts& parts = t.groups[g];
        const auto count = [&](const operation& op) {
            const operation_time<> took = time_in_pass(op, b.roof, software);
            const double seconds = took.total.value() * op.repeats;
            const bool product = op.kind == operator_class::gemm &&
                                 (op.name == name_of(matrix_role::gate_up) || op.name == name_of(matrix_role::down));
            const bool attends =
                op.kind == operator_class::decode_attention || op.kind == operator_class::prefill_attention;
            const bool moves = l.experts.present() ? op.kind == operator_class::experts : product;
            const double start = attends ? took.fixed.value() * op.repeats : 0.0;  // of the layer, wherever keys lie
            parts.dense += {start, start * took.sigma};
            (moves     ? parts.movable
             : attends ? parts.attention
                       : parts.dense) += {seconds - start, (seconds - start) * took.sigma};
        };
        layer_visit<decltype(count)>{terms, l, shape, 1.0, count}.all();
    }
    if (shape.logit_rows() > 0.0) {
        const weight_formats& w = terms.formats.weights;
        const operation_time<> took = time_in_pass(gemm(head_matrix(terms.model), shape.logit_rows(), 1.0, 1.0,
                                                        terms.model.tied_embedding ? w.embedding : w.head),
                                                   b.roof, software);
        t.head = {took.total.value(), took.total.value() * took.sigma};
    }
    return t;
}

/// Passes of one model on one machine.
class pass_clock {
public:
    pass_clock(const machine& on, const architecture& m, const stored_model& stored, const settings& s)
        : machine_(on), model_(m), stored_(stored), settings_(s), formats_{.weights = stored.formats, .kv = s.kv} {}

    /// A decode at `context` tokens, of `rows` tokens (of a check of guesses: all of them).
    timed decode(const layer_split& at, double context, double rows = 1.0) {
        if (context != priced_at_ || rows != priced_rows_) {
            step_shape shape = step_shape::decode(1.0, context);
            shape.tokens_per_decode = rows;
            decode_ = priced(shape, true);
            priced_at_ = context;
            priced_rows_ = rows;
        }
        return pass(at, decode_, false, rows);
    }
    /// The same with what the host has no room for read from a disk of `rate` bytes a second.
    timed decode(const fitted& f, double context, double rate, double rows = 1.0) {
        return decode(f.at, context, rows) + from_disk(f, rate, rows);
    }
    /// Bytes of weights in the host's memory that a pass of `rows` tokens reads.
    double bytes_on_host(const layer_split& at, double rows) const {
        double sum = at.output == on_host ? stored_.head : 0.0;
        for (std::size_t i = 0; i < stored_.layers.size(); ++i) {
            const layer_bytes& l = stored_.layers[i];
            sum += moved_bytes(l, at.layers[i]) * read_share(l, rows) + (at.layers[i].device == on_host ? l.rest : 0.0);
        }
        return sum;
    }
    /// A prompt of `tokens` until its first logits.
    timed prompt(const layer_split& at, double tokens) {
        const double ub = settings_.ub, whole = math::floor(tokens / ub), rest = tokens - whole * ub;
        double stages = 0.0;
        for (std::size_t d = 0; d < machine_.size(); ++d) stages += holds_layers(at, static_cast<int>(d)) ? 1.0 : 0.0;
        stages = larger(stages, 1.0);
        timed sum;
        if (whole > 0.0) {
            if (whole != priced_passes_) {
                step_shape shape = step_shape::prefill(1.0, ub, 0.5 * (whole - 1.0) * ub);
                shape.finishing = rest > 0.0 ? 0.0 : 1.0 / whole;
                prompt_ = priced(shape, false);
                priced_passes_ = whole;
            }
            sum += ((whole + stages - 1.0) / stages) * pass(at, prompt_, true, ub);
        }
        if (rest > 0.0) {
            const bool streams = rest >= machine_.law().streamed_rows;
            sum += pass(at, priced(step_shape::prefill(1.0, rest, whole * ub), !streams), streams, rest);
        }
        return sum;
    }

    /// The same with what the host has no room for read from a disk, for each pass.
    timed prompt(const fitted& f, double tokens, double rate) {
        return prompt(f.at, tokens) +
               math::pieces(tokens, settings_.ub) * from_disk(f, rate, smaller(tokens, settings_.ub));
    }

private:
    timed from_disk(const fitted& f, double rate, double rows) const {
        if (!(f.from_disk > 0.0)) return {};
        const double read = bytes_on_host(f.at, rows) * f.from_disk / f.memory.host.weights / rate;
        return {read, read * machine_.law().host_sigma};
    }
    struct pass_times {
        std::vector<layer_times> devices{};
        layer_times host{};
    };
    static bool holds_layers(const layer_split& at, int device) {
        for (const layer_place& p : at.layers)
            if (p.device == device) return true;
        return false;
    }
    pass_times priced(const step_shape& shape, bool with_host) const {
        const parallelism one;
        const pass_inputs terms{model_, one, formats_};
        pass_times t;
        for (std::size_t d = 0; d < machine_.size(); ++d)
            t.devices.push_back(times_on(machine_.at(d), terms, shape, machine_.software()));
        if (with_host && machine_.host()) t.host = times_on(*machine_.host(), terms, shape, machine_.software());
        return t;
    }
    /// Share of the movable weights of a layer that a pass of `rows` tokens reads.
    double read_share(const layer_bytes& l, double rows) const {
        if (!l.mixture) return 1.0;
        const experts_block& e = model_.groups[l.group].layer.experts;
        const auto all = static_cast<double>(e.experts);
        return distinct_experts(all, static_cast<double>(e.top_k), rows, e.routing_variation) / all;
    }
    /// Of the movable weights of `l` at `p`, those on the host.
    static double moved_bytes(const layer_bytes& l, const layer_place& p) {
        return p.device == on_host ? l.movable() : l.all() - kept_bytes(l, p.keeps);
    }
    /// A pass of `rows` tokens; with `streams` all of it is computed on devices.
    timed pass(const layer_split& at, const pass_times& t, bool streams, double rows) const {
        timed sum;
        double crossings = 0.0;
        bool before_on_host = true;  // the token embedding
        const auto go_to = [&](bool to_host) {
            if (to_host != before_on_host) crossings += 1.0;
            before_on_host = to_host;
        };
        for (std::size_t i = 0; i < stored_.layers.size(); ++i) {
            const layer_bytes& l = stored_.layers[i];
            const layer_place& p = at.layers[i];
            const bool there = p.device == on_host && !streams;
            const auto& on = there ? t.host.groups[l.group] : t.devices[device_of(p.device)].groups[l.group];
            go_to(there);
            sum += on.dense;
            const bool attends_there = at.kv_on_host && !there && !streams;
            sum += attends_there ? t.host.groups[l.group].attention : on.attention;
            const double moved = there || streams || !(l.movable() > 0.0) ? 0.0 : moved_bytes(l, p) / l.movable();
            sum += (1.0 - moved) * on.movable;
            if (moved > 0.0) sum += moved * t.host.groups[l.group].movable;
            crossings += (attends_there ? 2.0 : 0.0) + (moved > 0.0 ? 2.0 : 0.0);
        }
        const bool head_there = at.output == on_host && !streams;
        go_to(head_there);
        sum += head_there ? t.host.head : t.devices[device_of(at.output)].head;
        const offload_law& law = machine_.law();
        sum += {crossings * law.crossing, crossings * law.crossing * law.host_sigma};
        if (!streams) return sum;
        const interconnect<>& link = machine_.at(0).device.host_link;
        const double rate = link.present() ? link.per_direction.value.value() : assumed_link;
        const double took = bytes_on_host(at, rows) / (rate * law.streamed_share);
        return sum += {took, took * law.streamed_sigma};
    }
    static std::size_t device_of(int device) { return device == on_host ? 0 : static_cast<std::size_t>(device); }

    /// Of a device that states none: PCIe 4.0 x16.
    static constexpr double assumed_link = 32e9;

    const machine& machine_;
    const architecture& model_;
    const stored_model& stored_;
    settings settings_;
    precision formats_;
    pass_times decode_{}, prompt_{};
    double priced_at_ = -1, priced_rows_ = -1, priced_passes_ = -1;
};

/// The 80 % range of a time whose spread is one standard deviation.
inline figure<seconds<>> with_spread(const timed& t) {
    return with_range(seconds_of(t.seconds), t.seconds > 0.0 ? t.spread / t.seconds : 0.0);
}
}  // namespace gambrel::placement
