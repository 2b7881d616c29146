// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Decodes whose next tokens a small model on a device guesses, while the large one lies under a split.
///
///     round  = k (draft + s) + check of k + 1 tokens under the split
///     tokens = (1 - a^(k+1)) / (1 - a)                    operators/speculation.hpp
///     s      = sampling_on_host x vocabulary of a guess    step/draft_run.hpp
///
/// Layers on the host compute k + 1 tokens as one small matrix, which costs a processor more than a device: there
/// speculation pays less, or not at all. Evidence: tests/placement/offload_test.cpp.

#include <gambrel/operators/speculation.hpp>
#include <gambrel/placement/fit.hpp>
#include <gambrel/placement/times.hpp>
#include <gambrel/step/draft_run.hpp>

namespace gambrel::placement {

struct draft_round {
    timed draft{}, check{};
    double sampling = 0;  ///< seconds, of all guesses
    double tokens = 1;

    timed each() const {
        const timed all = draft + check + timed{sampling, 0.0};
        return (1.0 / tokens) * all;
    }
};

/// Bytes that `draft` takes of a device beside the large model, for the same context.
inline double memory_of_draft(const architecture& draft, const stored_model& stored, const settings& s) {
    return memory_of(draft, stored, split_of(stored, 99999), s, 1).devices.front().total();
}

/// A round of `guesses.drafts` guesses by `draft`, wholly on the first device, for the model of `clock` under `at`.
inline draft_round round_of(const machine& on, pass_clock& clock, const layer_split& at, const architecture& draft,
                            const stored_model& stored, const settings& s, const speculation& guesses, double context) {
    checked(guesses);
    if (!guesses.on()) fail("a round of speculation has no guesses; ask for one draft at least");
    draft_round r{.tokens = guesses.tokens()};
    pass_clock own(on, draft, stored, s);
    const auto k = static_cast<double>(guesses.drafts);
    r.draft = k * own.decode(split_of(stored, 99999), context);
    r.sampling = k * sampling_on_host * static_cast<double>(draft.vocabulary);
    r.check = clock.decode(at, context, k + 1.0);
    return r;
}
}  // namespace gambrel::placement
