// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What one device must hold, whether a server starts on it, and how many sequences that leaves room for.
///
///     besides = activations + logits + graphs + communication + reserve
///     KV      = fraction x visible - weights - besides                          total: vLLM
///     KV      = fraction x (visible - reserve - communication) - weights        static_share: SGLang
///     KV      = fraction x (visible - weights - besides)                        after_weights: TensorRT-LLM
///     sequences that fit = KV / bytes of one sequence, rounded up to blocks
///
///     activations = tokens at once x (widest activation x activation_copies + experts' caches) x 2 bytes
///                   + what latent attention lifts at once + workspace of recurrent layers
///     logits      = logit_copies x slots x vocabulary x 4 bytes, whole on every rank
///     llama.cpp: activations = its compute buffer for the whole context, no logits beside; a token embedding that is not
///                the head stays on the host, where that has a memory of its own (step/ggml_memory.hpp)
///
/// Where the sampler's peak follows that of the pass (vLLM's profiling run), `logits` is only what it needs beyond the
/// activations. `visible` is what the driver shows (hardware/visible_memory.hpp). Weights are as loaded
/// (step/weights_on_rank.hpp). KV and stored weights are exact; the rest is a law with a range (step/start.hpp).
/// Constants and what they leave of start-up logs: docs/calibration/memory.md. Evidence: tests/step/memory_fit_test.cpp.

#include <algorithm>
#include <gambrel/hardware/visible_memory.hpp>
#include <gambrel/operators/adapters.hpp>
#include <gambrel/runtime/runtime.hpp>
#include <gambrel/step/ggml_memory.hpp>
#include <gambrel/step/sequence_memory.hpp>
#include <gambrel/step/start.hpp>
#include <gambrel/step/weights_on_rank.hpp>
#include <gambrel/step/working_elements.hpp>

namespace gambrel {

/// Tokens of context where a model states no limit (recurrent and ALiBi models).
inline constexpr double most_context_of_any = 1e8;

/// Where a device's memory goes, and what fits.
struct memory_fit {
    bytes<> capacity{};  ///< as the device is sold
    bytes<> visible{};   ///< as its driver shows it
    bytes<> usable{};    ///< the share of it that the runtime allocates
    bytes<> weights{};
    bytes<> activations{};
    bytes<> logits{};  ///< beyond the activations where the runtime's peaks follow each other
    bytes<> graphs{};
    bytes<> communication{};
    bytes<> reserve{};
    bytes<> host{};              ///< of the weights, what stays in the host's own memory (llama.cpp)
    bytes<> for_kv{};            ///< left for keys, values and state; zero when nothing is
    bytes<> for_kv_low{};        ///< 80 % range of it
    bytes<> for_kv_high{};       ///<
    bytes<> kv_per_token{};      ///< of one sequence, on this rank
    bytes<> kv_ideal{};          ///< of one whole request
    bytes<> kv_allocated{};      ///< the same, rounded to blocks
    double most_sequences = 0;   ///< requests that fit at once on one rank group, each as long as it is on average
    double longest_context = 0;  ///< tokens of a single sequence
    bytes<> shortfall{};         ///< what is missing to hold one request; zero when it fits or may fit
    start_verdict start{};       ///< whether the server starts with room for one request

    constexpr bool fits() const { return start.what != starts::does_not; }
    /// Everything but weights and KV.
    constexpr bytes<> besides() const { return activations + logits + graphs + communication + reserve; }
};

/// How the loader of `software` pads weights on `d`: Marlin's tiles, or wider ones where Blackwell or AMD have their own.
template <class Y> constexpr loaded_padding padding_of(const runtime<Y>& software, const device<Y>& d) {
    loaded_padding pad{.prediction_head = software.memory.loads_prediction_head};
    if (!software.memory.pads_weights) return pad;
    const bool wide = d.peak.fp4.known() || d.vendor == vendor::amd;
    pad.expert_hidden = 256;
    pad.expert_width = wide ? 256.0 : 128.0;
    pad.absorbed_latent = true;
    return pad;
}

/// The part of a `memory_fit` that does not depend on the lengths of requests, so that it is worked out once.
class memory_budget {
public:
    memory_budget() = default;
    template <class Y>
    constexpr memory_budget(const architecture& m, const device<Y>& d, const runtime<Y>& software,
                            const parallelism& cut, const precision& formats, const adapter& adapters = {},
                            const speculation& guesses = {})
        : sequence_(m, cut, formats, larger(software.memory.block_tokens, software.memory.context_step),
                    software.memory.rolling_windows),
          slots_(software.scheduling.most_sequences),
          most_context_(software.scheduling.most_context),
          guesses_(guesses.on() ? static_cast<double>(guesses.drafts) : 0.0) {
        const memory_policy& policy = software.memory;
        memory_fit& r = empty_;
        r.capacity = bytes_of(math::plain(d.memory.capacity.value.value()));
        r.visible = bytes_of(math::plain(visible_memory(d).value()));
        const auto adapted = static_cast<double>(parameter_count(adapters, m) * adapters.distinct_in_batch);
        r.weights = weights_on_rank(m, cut, formats.weights, padding_of(software, d)) * policy.weights_factor +
                    bytes_of(adapted / static_cast<double>(cut.tensor) * activation_bytes);
        if (policy.outputs != ggml_outputs::none && !m.tied_embedding && has_memory_of_its_own(d)) {
            r.host = ggml_host_embedding(m, formats.weights.embedding) * (1.0 / static_cast<double>(cut.tensor));
            r.weights -= r.host;
        }
        if (guesses.on()) {
            r.weights += drafter_weights(guesses, cut);
            if (guesses.drafter != nullptr && keeps_keys(guesses.by))
                sequence_.add(*guesses.drafter, drafter_cut(*guesses.drafter, cut), guesses.formats,
                              software.memory.rolling_windows);
        }
        fill_working_memory(m, software, cut);
        r.graphs = policy.graphs.value;
        r.communication = cut.devices_per_replica() > 1 ? policy.communication.value : bytes<>{};
        r.reserve = policy.reserve.value + policy.besides_correction +
                    (d.vendor == vendor::amd ? policy.amd_reserve.value : bytes<>{});
        switch (policy.basis) {
            case memory_basis::total:
                r.usable = r.visible * policy.fraction;
                left_ = r.usable - r.weights - r.besides();
                break;
            case memory_basis::static_share:
                r.usable = (r.visible - r.reserve - r.communication) * policy.fraction + r.reserve + r.communication;
                left_ = r.usable - r.weights - r.reserve - r.communication;
                break;
            case memory_basis::after_weights:
                r.usable = r.visible;
                left_ = (r.visible - r.weights - r.besides()) * policy.fraction;
                break;
        }
        if (policy.state_block_each_slot) state_blocks_ = sequence_.state_block() * slots_;
        const bytes<> board = board_deviation(r.visible, shares_memory_with_host(d));
        deviation_ = room_deviation(r.weights, r.besides(), board) * policy.deviation_factor;
        r.start.decided_by = largest_doubt(r.weights, r.besides(), board);
        const bytes<> half = deviation_ * normal_80;
        r.for_kv = larger(bytes<>{}, left_);
        r.for_kv_low = larger(bytes<>{}, left_ - half);
        r.for_kv_high = larger(bytes<>{}, left_ + half);
        r.kv_per_token = sequence_.per_token();
        r.longest_context =
            sequence_.longest(r.for_kv, m.most_context > 0 ? static_cast<double>(m.most_context) : most_context_of_any);
    }

    /// What is left for keys, values and state; negative where the rest alone does not fit.
    constexpr bytes<> room() const { return left_; }

    /// The fit of requests of `request_tokens`, of which a running one holds `resident_tokens` (0: all of them). Where
    /// the server may start, the room is at least the one request without which it would not.
    constexpr memory_fit fit(double request_tokens, double resident_tokens = 0.0) const {
        memory_fit r = empty_;
        request_tokens += guesses_;  // their keys are written before they are checked
        if (resident_tokens > 0.0) resident_tokens += guesses_;
        bytes<> left = left_;
        if (ggml_.model) {
            const double context = whole_context(request_tokens);
            r.activations = ggml_.compute(context);
            left -= r.activations - empty_.activations;
            r.for_kv = larger(bytes<>{}, left);
            r.for_kv_low = larger(bytes<>{}, r.for_kv_low - (left_ - left));
            r.for_kv_high = larger(bytes<>{}, r.for_kv_high - (left_ - left));
            r.longest_context = smaller(r.longest_context, sequence_.longest(r.for_kv, r.longest_context));
        }
        r.kv_ideal = sequence_.ideal(request_tokens);
        r.kv_allocated = sequence_.allocated(request_tokens);
        const bytes<> whole =
            most_context_ > 0.0 && ggml_.model ? sequence_.allocated(most_context_ * slots_) : bytes<>{};
        const bytes<> needed = larger(larger(r.kv_allocated, state_blocks_), whole);
        r.start = start_verdict_of(left, needed, deviation_, r.start.decided_by);
        if (r.start.what == starts::does_not) r.shortfall = needed - left;
        else {
            r.for_kv = larger(r.for_kv, needed);
            r.longest_context = larger(r.longest_context, request_tokens);
        }
        const bytes<> resident = resident_tokens > 0.0 ? sequence_.allocated(resident_tokens) : r.kv_allocated;
        r.most_sequences = resident > bytes<>{} ? r.for_kv / resident : slots_;
        return r;
    }

private:
    /// Tokens of context that llama.cpp allocates for: of all slots.
    constexpr double whole_context(double request_tokens) const {
        return slots_ * (most_context_ > 0.0 ? larger(most_context_, request_tokens) : request_tokens);
    }
    template <class Y> static constexpr bool has_memory_of_its_own(const device<Y>& d) {
        return d.kind != device_class::cpu && !shares_memory_with_host(d);
    }
    template <class Y>
    constexpr void fill_working_memory(const architecture& m, const runtime<Y>& software, const parallelism& cut) {
        const memory_policy& policy = software.memory;
        const scheduling& s = software.scheduling;
        const auto vocabulary = static_cast<double>(m.vocabulary);
        bytes<> activations{}, logits{};
        if (policy.outputs != ggml_outputs::none) {  // one buffer, of the context too
            ggml_ = {&m, policy.outputs, !policy.stores_scores, policy.micro_batch};
            activations = ggml_.compute(0.0);
        } else {
            activations = bytes_of(
                activation_bytes *
                (policy.activation_copies > 0.0
                     ? s.token_budget * (widest_activation(m, cut) * policy.activation_copies + expert_caches(m, cut)) +
                           lifted_latents(m, cut, policy.lifted_tokens)
                     : 0.0));
            logits = bytes_of(policy.logit_copies * smaller(s.most_sequences, s.token_budget) * vocabulary * 4.0);
        }
        if (sequence_.state() > bytes<>{}) activations += policy.state_workspace.value;
        empty_.activations = activations;
        empty_.logits = policy.sampler_after_pass ? larger(bytes<>{}, logits - activations) : logits;
    }

    sequence_memory sequence_{};
    double slots_ = 0.0;
    double most_context_ = 0.0;  ///< of a slot, where the server allocates it at start; 0: as requests need
    double guesses_ = 0.0;       ///< tokens of a sequence that are checked and may be dropped
    bytes<> left_{};             ///< for keys, values and state; negative where the weights alone do not fit
    bytes<> deviation_{};        ///< standard deviation of that
    struct ggml_buffer {
        const architecture* model = nullptr;  ///< null: another server
        ggml_outputs outputs{};
        bool flash_attention = true;
        double ub = 0;
        constexpr bytes<> compute(double context) const {
            return ggml_compute_buffer(*model, outputs, flash_attention, ub, context);
        }
    } ggml_{};
    bytes<> state_blocks_{};  ///< of all slots, where a server does not start without them
    memory_fit empty_{};      ///< without requests
};

/// Memory of one rank of `d` running `software` with requests of `request_tokens` (prompt and output together), of which
/// a running one holds `resident_tokens` on average (0: all of them).
template <class Y>
constexpr memory_fit fit_memory(const architecture& m, const device<Y>& d, const runtime<Y>& software,
                                const parallelism& cut, const precision& p, double request_tokens,
                                double resident_tokens = 0.0, const adapter& adapters = {},
                                const speculation& guesses = {}) {
    return memory_budget(m, d, software, cut, p, adapters, guesses).fit(request_tokens, resident_tokens);
}
}  // namespace gambrel
