// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Speculative decoding as a setting of a deployment: `drafts` tokens of each sequence are guessed cheaply, and one pass of
/// the model checks them all.
///
///     tokens = 1 + a + a^2 + ... + a^drafts       expected of a step, which the first wrong guess ends;
///                                                 a = acceptance = P(a guess is right | all before it were)
///     passes = n / tokens + (E[k^2] - tokens) / (2 tokens^2)      steps that n tokens take: those of n / tokens, and half
///                                                 of what the last one makes beyond them; k = tokens of a step
///     step   = pass over drafts + 1 tokens of each sequence + passes of the drafter (step/pass.hpp)
///
/// Assumptions: guesses are accepted independently, all with one probability; one chain, no tree of guesses; all
/// sequences speculate in every step.
/// Source: Leviathan, Kalman & Matias 2023 (arXiv 2211.17192), equation 1 (from memory); the passes: the mean overshoot of
/// a renewal process. Evidence: tests/operators/speculation_test.cpp.

#include <gambrel/model/architecture.hpp>
#include <gambrel/numeric/enum_table.hpp>
#include <gambrel/operators/precision.hpp>

namespace gambrel {

/// Who guesses.
enum class drafting : unsigned char {
    draft_model,  ///< a smaller model of its own: a pass for each guess
    n_gram,       ///< what followed the last tokens earlier in the request: no pass
    medusa,       ///< one head for each guess on the last hidden state, all in one pass
    eagle,        ///< one layer on the last hidden state, with the model's own head: a pass for each guess
    eagle3,       ///< the same with a head of its own over fewer tokens
    mtp,          ///< the model's own prediction module: a pass for each guess
};
// clang-format off
template <> inline constexpr std::array<enum_row<drafting>, 6> enum_table<drafting>{{
    {drafting::draft_model, "draft_model", "draft model"},
    {drafting::n_gram, "ngram", "n-grams of the request"},
    {drafting::medusa, "medusa", "Medusa heads"},
    {drafting::eagle, "eagle", "EAGLE head"},
    {drafting::eagle3, "eagle3", "EAGLE-3 head"},
    {drafting::mtp, "mtp", "prediction module"},
}};
// clang-format on

struct speculation {
    int drafts = 0;         ///< guessed per step; 0: no speculation
    double acceptance = 0;  ///< probability that a guess is accepted, given that all before it were
    drafting by = drafting::n_gram;
    /// What its passes are of (operators/drafter.hpp makes those of heads); none: guesses take no pass. Must outlive this.
    const architecture* drafter = nullptr;
    precision formats{};   ///< of the drafter
    double deviation = 0;  ///< log standard deviation of `tokens`, where the acceptance is not measured

    constexpr bool on() const { return drafts > 0; }
    /// Tokens of a sequence in a pass.
    constexpr double checked_tokens() const { return drafts + 1.0; }
    /// Expected tokens of a step: 1 without drafts, drafts + 1 where every guess is right.
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
    /// E[k^2] of the tokens k of a step.
    constexpr double square() const {
        double sum = 0.0, right = 1.0;  // P(k >= i); k^2 = sum of 2 i - 1 up to k
        for (int i = 1; i <= drafts + 1; ++i, right *= acceptance) sum += (2.0 * i - 1.0) * right;
        return sum;
    }
    /// Steps that the next `n` tokens of a sequence take, on average.
    constexpr double passes(double n) const {
        if (!on() || !(n > 0.0)) return n;
        const double each = tokens(), steps = n / each + 0.5 * (square() - each) / (each * each);
        const double least = n < 1.0 ? n : 1.0;
        return steps < least ? least : steps > n ? n : steps;
    }
    /// Variance of that number from sequence to sequence (renewal theory, for many steps).
    constexpr double passes_variance(double n) const {
        if (!on() || !(n > 0.0)) return 0.0;
        const double each = tokens();
        return n * (square() - each * each) / (each * each * each);
    }
    /// Whether sequences of equal length take different numbers of steps.
    constexpr bool uneven() const { return on() && acceptance > 0.0 && acceptance < 1.0; }
};

inline constexpr int most_drafts = 1024;

/// Throws `error` naming the figure out of range; returns `s` otherwise.
constexpr const speculation& checked(const speculation& s) {
    checked(s.drafts, 0, most_drafts, "the number of drafted tokens");
    checked(s.acceptance, 0.0, 1.0, "the acceptance of a drafted token");
    checked(s.deviation, 0.0, 3.0, "the deviation of the tokens of a step");
    if (s.on() && s.drafter != nullptr) {
        checked(*s.drafter);
        checked(s.formats);
    }
    return s;
}
}  // namespace gambrel
