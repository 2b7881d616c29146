// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The indications that a start-up log gives of a run of its server: what it says of the cache, the slots and the graphs
/// where that bounds the run, so that what is ample speaks against a suspect and what is short for it.
///
///     needed              requests that a copy of the model would hold at once: clients, or what runs and waits of a rate
///     holds               sequences of the law x (room printed / room of the law); tokens printed x bytes of one
///     indications         min(holds, needed) beside min(sequences of the law, needed); min(slots, needed) likewise
///     no graphs           seen or not, beside the graphs of the question
///
/// Noise of the room: that of the law of memory, from its 80 % range, and a twentieth; of slots a tenth: chosen.
/// Evidence: tests/diagnosis/start_test.cpp.

#include <gambrel/diagnosis/evidence.hpp>
#include <gambrel/measurement/start_log.hpp>
#include <gambrel/numeric/range.hpp>

namespace gambrel {

/// Requests that a copy of the model of `r` would hold at once.
inline double needed_at_once(const examined_run& r) {
    const double all = r.load.open_loop() ? r.predicted.running + r.predicted.waiting : r.load.concurrency;
    return larger(1.0, all / r.copies());
}
/// Room for keys and values that `l` prints, on one rank, where `m` is the memory as predicted; none where it says none.
inline std::optional<bytes<>> printed_room(const start_log& l, const memory_fit& m) {
    if (l.kv_tokens && m.kv_per_token > bytes<>{}) return m.kv_per_token * *l.kv_tokens;
    if (l.kv) return gibibytes(*l.kv);
    return std::nullopt;
}
/// Requests that the printed room holds at once, each as long as those of the run are on average.
inline std::optional<double> printed_holds(const start_log& l, const memory_fit& m) {
    const auto room = printed_room(l, m);
    if (!room || !(m.for_kv > bytes<>{}) || !(m.most_sequences > 0.0)) return std::nullopt;
    return larger(0.01, m.most_sequences * (*room / m.for_kv));
}

/// What `l` says of the server of `r`.
inline std::vector<indication> indications_of(const start_log& l, const examined_run& r) {
    std::vector<indication> all;
    const double needed = needed_at_once(r);
    const memory_fit& m = r.predicted.memory;
    if (const auto holds = printed_holds(l, m)) {
        const double width = m.for_kv_low > bytes<>{} ? std::log(m.for_kv_high / m.for_kv_low) : 2.0;
        all.push_back({.what = indicator::cache_holds,
                       .measured = smaller(*holds, needed),
                       .noise = std::hypot(0.05, smaller(1.0, width / (2.0 * normal_quantile_90))),
                       .stated = needed});
    }
    if (l.slots && *l.slots >= 1.0)
        all.push_back({.what = indicator::slots,
                       .measured = smaller(*l.slots, needed),
                       .noise = 0.1,
                       .stated = smaller(r.what.runtime.scheduling.most_sequences, needed)});
    if (l.eager || l.captured)
        all.push_back({.what = indicator::eager,
                       .measured = l.eager ? 1.0 : 0.0,
                       .stated = r.what.runtime.graphs.decode == graph_use::none ? 1.0 : 0.0});
    return all;
}
}  // namespace gambrel
