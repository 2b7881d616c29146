// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A runtime as its server sets itself up on a board where nobody says otherwise.
///
///     token budget, slots     those of the first row of runtime.by_board whose `from` the board shows, by name or not
///     share (SGLang)          (shown - reserved) / shown, to three digits, in MiB:
///                             reserved = 512 + 1.5 max(chunk, 2048) + 2 graph_batch + 128 tp pp, 10 GiB at least where
///                             more than 60 GiB are shown
///     share (SGLang 0.4)      0.88, 0.87, 0.85, 0.81, 0.79 from 1, 2, 4, 8, 16 ranks on
///
/// A device without a known memory, a runtime without rows and settings that somebody stated stay as they are; GB10 gives
/// its driver no memory to report and counts as a small board (vLLM).
/// Sources: get_batch_defaults of vllm/engine/arg_utils.py; _handle_gpu_memory_settings of
/// sglang/srt/server_args.py, from pull request 10975 (2025-10) to 2026-01. Evidence: tests/step/on_board_test.cpp.

#include <gambrel/hardware/visible_memory.hpp>
#include <gambrel/operators/parallelism.hpp>
#include <gambrel/runtime/runtime.hpp>
#include <optional>

namespace gambrel {

namespace detail {
/// Memory by which a server of `d` sets itself up.
template <class Y> constexpr double board_bytes(const device<Y>& d) {
    return d.kind == device_class::embedded ? 0.0 : math::plain(visible_memory(d).value());
}
constexpr double share_by_ranks(const parallelism& cut) {
    return cut.tensor >= 16 ? 0.79 : cut.tensor >= 8 ? 0.81 : cut.tensor >= 4 ? 0.85 : cut.tensor >= 2 ? 0.87 : 0.88;
}
constexpr double sglang_share(double shown, double chunk, const parallelism& cut) {
    constexpr double mib = 1048576.0;
    const double mebibytes = shown / mib;
    const double few = cut.tensor < 4 ? 1.0 : 0.0;  // fewer than 4 ranks capture smaller batches
    const double graph_batch = mebibytes < 20.0 * 1024.0    ? 8.0
                               : mebibytes < 35.0 * 1024.0  ? (few > 0 ? 24.0 : 80.0)
                               : mebibytes < 60.0 * 1024.0  ? (few > 0 ? 32.0 : 160.0)
                               : mebibytes < 160.0 * 1024.0 ? (few > 0 ? 256.0 : 512.0)
                                                            : 512.0;
    double reserved = 512.0 + 1.5 * larger(chunk, 2048.0) + 2.0 * graph_batch +
                      128.0 * static_cast<double>(cut.tensor) * static_cast<double>(cut.pipeline);
    if (mebibytes > 60.0 * 1024.0) reserved = larger(reserved, 10.0 * 1024.0);
    return math::floor((mebibytes - reserved) / mebibytes * 1000.0 + 0.5) / 1000.0;
}
}  // namespace detail

/// Settings that somebody stated.
struct stated_settings {
    std::optional<double> token_budget{}, most_sequences{}, memory_fraction{};
};
/// `r` with those of `t`, which are no longer left to the board.
template <class Y> constexpr runtime<Y> with_stated(runtime<Y> r, const stated_settings& t) {
    const auto state = [](const std::optional<double>& said, double& setting, bool& open) {
        if (!said) return;
        setting = *said;
        open = false;
    };
    state(t.token_budget, r.scheduling.token_budget, r.by_board.token_budget);
    state(t.most_sequences, r.scheduling.most_sequences, r.by_board.most_sequences);
    state(t.memory_fraction, r.memory.fraction, r.by_board.fraction);
    return r;
}

/// `r` with the settings that it gives itself on `d`, cut as `cut` says.
template <class Y, class X>
constexpr runtime<X> on_board(runtime<X> r, const device<Y>& d, const parallelism& cut = {}) {
    left_to_board& open = r.by_board;
    if (!d.memory.capacity.known() || open.rows.empty()) return r;
    const double shown = detail::board_bytes(d);
    for (const board_settings& row : open.rows) {
        const bool excepted = !row.except.empty() && d.name.view().find(row.except.view()) != std::string_view::npos;
        if (excepted || shown < row.from.value()) continue;
        if (open.token_budget) r.scheduling.token_budget = row.token_budget;
        if (open.most_sequences && row.most_sequences > 0.0) r.scheduling.most_sequences = row.most_sequences;
        break;
    }
    if (open.fraction && r.memory.basis == memory_basis::static_share && shown > 0.0)
        r.memory.fraction = open.share_by_ranks ? detail::share_by_ranks(cut)
                                                : detail::sglang_share(shown, r.scheduling.token_budget, cut);
    return r;
}
}  // namespace gambrel
