// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Whether speculative decoding pays (operators/speculation.hpp says what it is, step/pass.hpp what it takes):
///
///     TPOT = (check + draft) / tokens         check: seconds of a pass over drafts + 1 tokens of each sequence
///     gain = plain / TPOT                     plain: a pass of the same batch without drafts
///
/// Checking costs next to nothing while a step is bound by reading weights, and up to drafts + 1 steps when bound by
/// arithmetic: from some batch on speculation does not pay.
/// Source: Leviathan, Kalman & Matias 2023 (arXiv 2211.17192), theorem 3.8 (from memory).

#include <gambrel/numeric/bisection.hpp>
#include <gambrel/serving/deployment.hpp>
#include <gambrel/step/pass.hpp>

namespace gambrel {

/// The acceptance at which `drafts` guesses give `tokens` per step on average: runtimes report the latter.
/// Throws `error` unless 1 <= tokens <= drafts + 1. Evidence: tests/serving/speculation_test.cpp.
constexpr double acceptance_of(double tokens, int drafts) {
    checked(drafts, 1, most_drafts, "the number of drafted tokens");
    checked(tokens, 1.0, drafts + 1.0, "the tokens accepted per step");
    if (tokens == 1.0) return 0.0;
    if (tokens == drafts + 1.0) return 1.0;
    return bisected_root([&](double a) { return tokens - speculation{drafts, a}.tokens(); }, 0.0, 1.0);
}

/// A step of decodes with and without speculation.
struct speculative_step {
    seconds<> plain{};  ///< a step, and a token, without
    seconds<> check{};  ///< pass over the drafts
    seconds<> draft{};  ///< passes of the drafter, and the host for them
    double tokens = 1;  ///< expected of a step

    constexpr seconds<> step() const { return check + draft; }
    constexpr seconds<> tpot() const { return step() / tokens; }
    /// Plain over speculative TPOT.
    constexpr double gain() const { return plain / tpot(); }
    constexpr bool pays() const { return tpot() < plain; }
};

/// A step of `batch` decodes at `context` tokens each, of one rank group of `d`, by d.speculation. Throws `error` for
/// figures out of range. Evidence: tests/serving/speculation_test.cpp.
inline speculative_step time_speculation(const deployment<>& d, double batch, double context) {
    checked(d.speculation);
    checked(batch, 1e-9, 1e9, "the number of decodes of a step");
    checked(context, 0.0, 1e9, "the context of a decode in tokens");
    const roof<> roof = d.roof();
    const precision formats = d.resolved_formats();
    const pass_inputs terms = d.pass_inputs(formats);
    step_shape shape = step_shape::decode(batch, context);
    speculative_step t{.plain = forward_pass(terms, shape, roof, d.runtime).total(), .tokens = d.speculation.tokens()};
    const seconds<> whole = time_pass(terms, shape, roof, d.runtime).total();
    shape.tokens_per_decode = d.speculation.checked_tokens();
    t.check = forward_pass(terms, shape, roof, d.runtime).total();
    t.draft = whole - t.check;
    return t;
}

/// The greatest batch, up to `most`, before speculation first stops paying; 0 where it does not pay for one sequence.
/// Experts make steps longer already at small batches, where a pass of several tokens reads more of them; speculation
/// may pay again at larger ones. Evidence: tests/serving/speculation_test.cpp.
inline int most_paying_batch(const deployment<>& d, double context, int most = 4096) {
    checked(most, 1, 10'000'000, "the greatest batch of a search");
    const int first_loss = least_that([&](int batch) { return !time_speculation(d, batch, context).pays(); }, 1, most);
    return first_loss == 0 ? most : first_loss - 1;
}
}  // namespace gambrel
