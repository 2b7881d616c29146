// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The passes of a drafter in a step (operators/speculation.hpp): how many, of what, on which ranks, launched how.
///
///     first pass    all sequences and the prompts of the step, whose keys the drafter needs too; heads that guess all at
///                   once (Medusa) see no prompts
///     later passes  one token of every sequence that goes on: decodes and prompts that end
///     host          drafting_host once and drafting_host_of_a_pass for each, each at most the server's own per_step, and what
///                   is between kernels; planned with the
///                   step they belong to. llama.cpp (gguf_kv) samples every guess there: sampling_on_host x vocabulary each
///
/// vLLM launches heads kernel by kernel (vllm/v1/spec_decode/eagle.py, 2025: graphs of
/// pieces, which a lone layer has one of); elsewhere they run from the graph of a decode.
/// Assumption: what is guessed beyond the first wrong token is computed again by the next first pass at no cost.
/// Three constants from two published runs: the host once and for each pass (positions and slots of the next one are made
/// between passes) from EAGLE heads of Llama-3.1-8B under vLLM (issue 20780: the line through what passes leave of rounds of
/// 2 to 7 drafts, met within 0.1 of 9 to 13 ms; EAGLE-3 of the same table took no part), sampling from 8B with 1B under llama.cpp on an RTX 3060
/// (5 ms a guess over 128,256 tokens). Others are held against them: tests/serving/published_speculation_test.cpp.
/// Evidence: tests/step/draft_run_test.cpp.

#include <gambrel/operators/decoder.hpp>
#include <gambrel/runtime/runtime.hpp>
#include <gambrel/step/drafter_cut.hpp>
#include <gambrel/step/step_law.hpp>

namespace gambrel {

/// Seconds of the host in a step that drafts, for each pass of the drafter, and for each token of the vocabulary that a guess
/// is sampled from there (llama.cpp, whose passes are calls of its own loop).
inline constexpr double drafting_host = 0.69e-3, drafting_host_of_a_pass = 0.186e-3, sampling_on_host = 39e-9;

template <class Y = double> struct draft_run {
    double passes = 0;  ///< 0: guesses take none
    seconds<Y> host{};  ///< beside the passes, in a step
    parallelism cut{};
    gambrel::runtime<Y> software{};

    constexpr draft_run(const pass_inputs& terms, const gambrel::runtime<Y>& server) : software(server) {
        const speculation& s = *terms.drafts;
        if (s.drafter == nullptr) return;
        at_once_ = !guesses_one_by_one(s.by);
        const Y own = server.host.per_step.value.value();
        passes = at_once_ ? 1.0 : static_cast<double>(s.drafts);
        Y taken = smaller(own, Y(drafting_host));
        if (!server.formats.gguf_kv) taken += smaller(own, Y(drafting_host_of_a_pass)) * passes;
        else if (!at_once_) taken += Y(s.drafts * sampling_on_host * static_cast<double>(s.drafter->vocabulary));
        host = seconds<Y>::from_value(taken);
        cut = drafter_cut(*s.drafter, terms.cut);
        host_time<Y>& h = software.host;
        h.per_step = h.per_plan = h.per_sequence = h.per_message = {};
        if (s.by != drafting::draft_model && software.kernels == kernel_library::vllm)
            software.graphs.decode = graph_use::none;
    }
    constexpr step_shape first(const step_shape& shape) const {
        if (at_once_ || !(shape.prompts > 0.0)) return later(shape);
        step_shape s = shape;
        s.images = 0.0;
        return s;
    }
    static constexpr step_shape later(const step_shape& shape) {
        const double ending = shape.prompts * shape.finishing, n = shape.decodes + ending;
        const double prompt = shape.prompt_past + shape.prompt_tokens;
        return step_shape::decode(n, n > 0.0 ? (shape.decodes * shape.context + ending * prompt) / n : 0.0);
    }

    constexpr bool sees_prompts() const { return !at_once_; }

private:
    bool at_once_ = false;
};

namespace detail {
/// What goes on after a pass of `l`, as the load of a pass.
constexpr pass_load going_on(const pass_load& l) {
    pass_load s{.decodes = l.decodes + l.finishing, .context = l.context};
    if (l.finishing > 0.0 && l.prompt_tokens > 0.0) {
        const double each = l.prompt_tokens / l.prompts;
        s.context += l.finishing * larger(each, l.prompt_pairs / l.prompt_tokens + 0.5 * (each - 1.0));
    }
    return s;
}
}  // namespace detail
}  // namespace gambrel
