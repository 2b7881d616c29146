// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A deployment and its load with one suspect (suspect.hpp) x times worse: every constant of a law's time is multiplied, so that
/// the law's time is. Evidence: tests/diagnosis/suspect_test.cpp.

#include <gambrel/diagnosis/suspect.hpp>
#include <gambrel/serving/static_batch.hpp>

namespace gambrel {

namespace detail {
inline void slow(product_law<>& l, double x) {
    l.compute /= x;
    l.memory /= x;
    l.fixed = l.fixed * x;
    l.per_input = l.per_input * x;
}
inline void slow(attention_law<>& l, double x) {
    slow(l.product, x);
    for (seconds<>* t : {&l.per_stream, &l.per_key, &l.ramp}) *t = *t * x;
    l.softmax *= x;
}
inline void slow(experts_law<>& l, double x) {
    l.compute /= x;
    l.memory /= x;
    l.fixed = l.fixed * x;
}
inline void slow(ring_law<>& l, double x) {
    l.latency = l.latency * x;
    l.per_step = l.per_step * x;
    l.share /= x;
}
inline void slow(direct_law<>& l, double x) {
    for (seconds<>* t : {&l.latency, &l.per_rank, &l.two_shot_extra}) *t = *t * x;
    l.one_shot /= x;
    l.two_shot /= x;
}
inline void slow(exchange_law<>& l, double x) {
    for (seconds<>* t : {&l.latency, &l.per_expert, &l.first_hop, &l.per_doubling}) *t = *t * x;
    l.share /= x;
    l.most = l.most * (1.0 / x);
    l.network_share /= x;
}
inline void slow_clock(product_law<>& l, double x) {
    l.compute /= x;
    l.fixed = l.fixed * x;
    l.per_input = l.per_input * x;
}

inline void slow_class(calibration<>& c, suspect s, double x) {
    switch (s) {
        case suspect::gemm:
        case suspect::dequantisation:
            for (product_law<>& l : c.gemm) slow(l, x);
            for (conversion_law<>& l : c.conversion) {
                l.share /= x;
                l.fixed = l.fixed * x;
            }
            break;
        case suspect::experts:
            for (experts_law<>& l : c.experts) slow(l, x);
            break;
        case suspect::prefill_attention:
        case suspect::decode_attention:
            for (std::size_t k = 0; k < attention_kernel_count; ++k)
                if (is_decode(static_cast<attention_kernel>(k)) == (s == suspect::decode_attention))
                    slow(c.attention[k], x);
            break;
        case suspect::elementwise:
            slow(c.elementwise, x);
            slow(c.state, x);
            break;
        case suspect::messages:
            slow(c.collective.ring, x);
            slow(c.collective.direct, x);
            slow(c.collective.network, x);
            for (exchange_law<>& l : c.exchange) slow(l, x);
            break;
        case suspect::clocks:
            for (product_law<>& l : c.gemm) slow_clock(l, x);
            for (experts_law<>& l : c.experts) {
                l.compute /= x;
                l.fixed = l.fixed * x;
            }
            for (attention_law<>& l : c.attention) {
                slow_clock(l.product, x);
                for (seconds<>* t : {&l.per_stream, &l.per_key, &l.ramp}) *t = *t * x;
                l.softmax *= x;
            }
            slow_clock(c.elementwise, x);
            slow_clock(c.state, x);
            break;
        case suspect::bandwidth:
            for (product_law<>& l : c.gemm) l.memory /= x;
            for (experts_law<>& l : c.experts) l.memory /= x;
            for (attention_law<>& l : c.attention) l.product.memory /= x;
            c.elementwise.memory /= x;
            c.state.memory /= x;
            break;
        default: break;
    }
}
}  // namespace detail

/// The prediction of a run: under clients or a rate, or of one batch of as many as the clients.
inline prediction<> predict_run_of(const deployment<>& d, const workload& w, bool static_batch) {
    return static_batch ? predict_static_batch(d, w.prompt.mean(), w.output.mean(), w.concurrency) : predict(d, w);
}

/// A deployment and its load with one suspect x times worse. Refers to the model and device of the deployment it is made of.
class altered_run {
public:
    /// `before` is the prediction of `d` under `w`. `most`: requests that run at once in a copy of the model under the greatest
    /// load of the server, from which rooms and slots are counted; 0: under `w`.
    altered_run(const deployment<>& d, const workload& w, const prediction<>& before, suspect s, double x,
                double most = 0.0)
        : software_(d.runtime), laws_(d.constants), load(w), of_(d) {
        detail::slow_class(laws_, s, x);
        host_time<>& h = software_.host;
        const double copies = static_cast<double>(d.cut.replicas * d.cut.data);
        const double running = larger(1.0, most > 0.0 ? most : before.running / copies);
        switch (s) {
            case suspect::host:
                for (auto* t :
                     {&h.per_step, &h.per_plan, &h.per_kernel, &h.per_sequence, &h.per_message, &h.per_eager_kernel})
                    t->value = t->value * x;
                break;
            case suspect::eager: software_.graphs = {.decode = graph_use::none}; break;
            case suspect::frontend:
                h.per_request.value = h.per_request.value + before.prefill.total() * before.prefill_passes * (x - 1.0);
                break;
            case suspect::cache_room: {
                const memory_fit& m = before.memory;
                const double share = smaller(1.0, running / m.most_sequences) / x;
                const bool of_rest = software_.memory.basis != memory_basis::total;
                software_.memory.besides_correction +=
                    m.for_kv * ((1.0 - share) / (of_rest ? software_.memory.fraction : 1.0));
                break;
            }
            case suspect::slots:
                software_.scheduling.most_sequences =
                    larger(1.0, math::floor(smaller(software_.scheduling.most_sequences, running) / x));
                break;
            case suspect::token_budget:
                software_.scheduling.token_budget = larger(1.0, math::floor(software_.scheduling.token_budget / x));
                break;
            case suspect::cached_prompts: load.prefix_hit = 1.0 - (1.0 - load.prefix_hit) / x; break;
            case suspect::clients:
                if (load.open_loop()) load.rate = load.rate * (1.0 / x);
                else load.concurrency = larger(1.0, load.concurrency / x);
                break;
            default: break;
        }
    }
    altered_run(const altered_run&) = delete;
    altered_run& operator=(const altered_run&) = delete;

    deployment<> what() const {
        return {of_.model, of_.device, software_, of_.cut, of_.formats, laws_, of_.adapter, of_.speculation};
    }
    prediction<> predicted(bool static_batch = false) const {
        const deployment<> d = what();
        return predict_run_of(d, load, static_batch);
    }

private:
    runtime<> software_;
    calibration<> laws_;

public:
    workload load;

private:
    const deployment<>& of_;
};

namespace detail {
/// Whether the linear layers are kept in less than 16 bit.
inline bool is_narrow(const weight_formats& w) {
    return w.of(weight_part::attention).bits < 16.0 || w.of(weight_part::feed_forward).bits < 16.0;
}
}  // namespace detail

/// Whether `s` can be at fault in `d` at all: experts only where there are any, messages only between devices.
inline bool applies(suspect s, const deployment<>& d, const prediction<>& p) {
    const auto takes = [&](operator_class c) {
        return (p.mean_step.by_class(c) + p.first_token.by_class(c)).value() > 0.0;
    };
    switch (s) {
        case suspect::eager:
            return d.runtime.graphs.decode != graph_use::none && d.runtime.host.per_eager_kernel.known();
        case suspect::dequantisation: return detail::is_narrow(d.formats.weights);
        case suspect::experts: return takes(operator_class::experts);
        case suspect::prefill_attention: return takes(operator_class::prefill_attention);
        case suspect::decode_attention: return takes(operator_class::decode_attention);
        case suspect::messages: return takes(operator_class::collective) || takes(operator_class::transfer);
        case suspect::token_budget:
            return d.runtime.scheduling.batching == batching::mixed && d.runtime.scheduling.chunked_prefill;
        default: return true;
    }
}
}  // namespace gambrel
