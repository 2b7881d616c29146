// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The memory law corrected by a start-up log of the same deployment.
///
///     weights   = printed / predicted
///     besides   = (room predicted, with those weights - room printed) / the share it is multiplied by
///     deviation = one_log of that of the law
///
/// so that the law gives the printed room back. llama.cpp prints no room but its buffers: besides = printed - predicted.
/// Of other models on the same device and runtime the correction is an assumption. `one_log` is one too: the logs of one
/// machine that there are (docs/calibration/memory.md, L89 to L95) differ less than half as much as all do.
/// Evidence: tests/calibration/correct_memory_test.cpp.

#include <gambrel/measurement/io/start_log.hpp>
#include <gambrel/runtime/memory_correction.hpp>
#include <gambrel/step/memory_fit.hpp>
#include <gambrel/step/on_board.hpp>

namespace gambrel {

inline constexpr double one_log = 0.5;

/// The settings that `l` prints.
inline stated_settings stated_in(const start_log& l) { return {l.token_budget, l.slots, l.fraction}; }

/// What `l`, a log of `m` on `d` under `r`, corrects. A fact that it does not print corrects nothing.
inline memory_correction correction_of(const start_log& l, const architecture& m, device<> d, const runtime<>& r,
                                       const parallelism& cut, const precision& formats) {
    memory_correction c;
    if (l.visible) {
        c.visible = *l.visible;
        d.memory.visible = gibibytes(*l.visible);
    }
    runtime<> server = on_board(with_stated(r, stated_in(l)), d, cut);
    const auto law = [&] { return memory_budget(m, d, server, cut, formats).fit(1.0); };
    if (l.weights && *l.weights > 0.0) c.weights = *l.weights / (law().weights / gibibytes(1.0));
    server.memory.weights_factor = c.weights;
    const memory_fit fit = law();
    const sequence_memory one(m, cut, formats, 1.0, server.memory.rolling_windows);
    std::optional<double> room = l.kv;
    if (!room && l.kv_tokens && one.state() == bytes<>{}) room = *l.kv_tokens * (one.per_token() / gibibytes(1.0));
    if (server.memory.micro_batch > 0.0) {
        if (l.activations) c.besides = *l.activations - fit.besides() / gibibytes(1.0);
    } else if (room) {
        const double share = server.memory.basis == memory_basis::total ? 1.0 : server.memory.fraction;
        c.besides = (memory_budget(m, d, server, cut, formats).room() / gibibytes(1.0) - *room) / share;
    }
    if (room || l.activations) c.deviation = one_log;
    return checked(c);
}
}  // namespace gambrel
