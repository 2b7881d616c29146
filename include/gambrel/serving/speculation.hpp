// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Speculative decoding: `drafts` tokens are guessed cheaply, and one pass of the model checks them all.
///
///     tokens   = 1 + a + a^2 + ... + a^drafts     expected of a step, which the first wrong guess ends;
///                                                 a = acceptance = P(a guess is right | all before it were)
///     TPOT     = (check + draft) / tokens         check: seconds of a pass over drafts + 1 tokens of each sequence
///     draft    = drafts passes of a draft model, or passes of extra heads x (share x plain step + extra seconds)
///
/// Heads: MTP and EAGLE run one pass per draft, each on the last one's guess; Medusa's heads guess all in one pass.
/// Checking costs next to nothing while a step is bound by reading weights, and up to drafts + 1 steps when bound by
/// arithmetic: from some batch on speculation does not pay.
/// Assumptions: guesses are accepted independently, all with one probability; one chain, no tree of guesses; all
/// sequences of the batch speculate in every step; prompts in the same step are not slowed; the sampler's own cost is
/// in the host's time per step.
/// Source: Leviathan, Kalman & Matias 2023 (arXiv 2211.17192), equation 1 and theorem 3.8 (from memory).

#include <gambrel/numeric/bisection.hpp>
#include <gambrel/serving/deployment.hpp>
#include <gambrel/step/pass.hpp>

namespace gambrel {

struct speculation {
    int drafts = 0;         ///< guessed per step
    double acceptance = 0;  ///< probability that a guess is accepted, given that all before it were

    /// Expected tokens of a step: 1 without drafts, drafts + 1 where every guess is right.
    /// Evidence: tests/serving/speculation_test.cpp (table 1 of the source).
    constexpr double tokens() const {
        double sum = 1.0;  // Horner's rule for the sum above
        for (int i = 0; i < drafts; ++i) sum = 1.0 + acceptance * sum;
        return sum;
    }
    /// P(a step gives exactly `n` tokens).
    constexpr double chance_of(int n) const {
        if (n < 1 || n > drafts + 1) return 0.0;
        double all = 1.0;
        for (int i = 1; i < n; ++i) all *= acceptance;
        return n == drafts + 1 ? all : all * (1.0 - acceptance);
    }
};

inline constexpr int most_drafts = 1024;

/// Throws `error` naming the figure out of range; returns `s` otherwise.
constexpr const speculation& checked(const speculation& s) {
    checked(s.drafts, 0, most_drafts, "the number of drafted tokens");
    checked(s.acceptance, 0.0, 1.0, "the acceptance of a drafted token");
    return s;
}

/// The acceptance at which `drafts` guesses give `tokens` per step on average: runtimes report the latter.
/// Throws `error` unless 1 <= tokens <= drafts + 1. Evidence: tests/serving/speculation_test.cpp.
constexpr double acceptance_of(double tokens, int drafts) {
    checked(drafts, 1, most_drafts, "the number of drafted tokens");
    checked(tokens, 1.0, drafts + 1.0, "the tokens accepted per step");
    if (tokens == 1.0) return 0.0;
    if (tokens == drafts + 1.0) return 1.0;
    return bisected_root([&](double a) { return tokens - speculation{drafts, a}.tokens(); }, 0.0, 1.0);
}

/// A draft model of its own, on the same devices: one pass per draft. Its prompts' passes are not counted.
struct draft_model {
    const deployment<>& model;

    seconds<> time(const speculation& s, double batch, double context, seconds<>) const {
        const deployment<>& d = model;
        const step_shape shape = step_shape::decode(batch, context);
        const precision formats = d.resolved_formats();
        return time_pass({d.model, d.cut, formats, d.adapter}, shape, d.roof(), d.runtime).total() *
               static_cast<double>(s.drafts);
    }
};

/// Heads on the model's own last layer. What a pass of them costs is given.
struct draft_heads {
    double share = 0;        ///< of the model's plain step, per pass of the heads
    seconds<> extra{};       ///< beside that, per pass
    bool one_by_one = true;  ///< MTP and EAGLE: a pass per draft; Medusa: one for all

    seconds<> time(const speculation& s, double, double, seconds<> plain) const {
        checked(share, 0.0, 1e3, "the share of a step that drafting heads take");
        checked(extra.value(), 0.0, 1e3, "the seconds that drafting heads take");
        return (plain * share + extra) * static_cast<double>(one_by_one ? s.drafts : s.drafts > 0 ? 1 : 0);
    }
};

template <class D> concept drafter = requires(const D& d, const speculation& s, double x, seconds<> t) {
    { d.time(s, x, x, t) } -> std::convertible_to<seconds<>>;
};

/// A step of decodes with and without speculation.
struct speculative_step {
    seconds<> plain{};  ///< a step, and a token, without
    seconds<> check{};  ///< pass over the drafts
    seconds<> draft{};
    double tokens = 1;  ///< expected of a step

    constexpr seconds<> step() const { return check + draft; }
    constexpr seconds<> tpot() const { return step() / tokens; }
    /// Plain over speculative TPOT.
    constexpr double gain() const { return plain / tpot(); }
    constexpr bool pays() const { return tpot() < plain; }
};

/// A step of `batch` decodes at `context` tokens each, of one rank group of `d`. Throws `error` for figures out of
/// range. Evidence: tests/serving/speculation_test.cpp.
template <drafter Drafter>
speculative_step time_speculation(const deployment<>& d, const speculation& s, const Drafter& by, double batch,
                                  double context) {
    checked(s);
    checked(batch, 1e-9, 1e9, "the number of decodes of a step");
    checked(context, 0.0, 1e9, "the context of a decode in tokens");
    const roof<> roof = d.roof();
    const precision formats = d.resolved_formats();
    const auto pass = [&](double tokens) {
        const step_shape shape{.decodes = batch, .context = context, .tokens_per_decode = tokens};
        return time_pass({d.model, d.cut, formats, d.adapter}, shape, roof, d.runtime).total();
    };
    speculative_step t{.plain = pass(1.0), .tokens = s.tokens()};
    t.check = pass(s.drafts + 1.0);
    t.draft = by.time(s, batch, context, t.plain);
    return t;
}

/// The greatest batch, up to `most`, before speculation first stops paying; 0 where it does not pay for one sequence.
/// Experts make steps longer already at small batches, where a pass of several tokens reads more of them; speculation
/// may pay again at larger ones. Evidence: tests/serving/speculation_test.cpp.
template <drafter Drafter>
int most_paying_batch(const deployment<>& d, const speculation& s, const Drafter& by, double context, int most = 4096) {
    checked(most, 1, 10'000'000, "the greatest batch of a search");
    const auto pays = [&](int batch) { return time_speculation(d, s, by, batch, context).pays(); };
    const int first_loss = least_that([&](int batch) { return !pays(batch); }, 1, most);
    return first_loss == 0 ? most : first_loss - 1;
}
}  // namespace gambrel
