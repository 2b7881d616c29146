// SPDX-License-Identifier: Apache-2.0
#pragma once
/// How a device finds its constants of ggml's law (catalog/ggml.hpp): those of its kind of board under the backend, else
/// what all boards of the backend share; and the rates of the units that its matrices are multiplied on.
///
///     unit_16     = fp16 summed in fp16 / 16-bit peak              GeForce: 2, else 1; processors: fp32 / 16-bit
///     unit_blocks = INT8 / 16-bit peak      CUDA from 2024-06 on, on devices with INT8 matrix units; else unit_16
///
/// Evidence: tests/roofline/ggml_law_test.cpp.

#include <gambrel/roofline/calibration/calibration.hpp>
#include <gambrel/roofline/calibration/catalog/ggml.hpp>

namespace gambrel {

namespace detail {
constexpr const ggml_fit* find_ggml_fit(kernel_library library, ggml_board board) {
    const ggml_fit* shared = nullptr;
    for (const ggml_fit& f : fits::ggml) {
        if (f.library != library) continue;
        if (f.board == board) return &f;
        if (f.board == ggml_board::any) shared = &f;
    }
    return shared;
}
/// `l` with the units of `d`.
template <class Y> constexpr ggml_law<> on_units_of(ggml_law<> l, const device<Y>& d, kernel_library library) {
    const auto rate = [](const auto& peak) { return peak.known() ? math::plain(peak.value.value()) : 0.0; };
    const auto& p = d.peak;
    const double base = p.bf16.known() ? rate(p.bf16) : p.fp16.known() ? rate(p.fp16) : rate(p.fp32);
    if (!(base > 0.0)) return l;
    l.unit_16 = l.unit_blocks = 1.0;
    if (d.kind == device_class::cpu) {
        if (p.fp32.known()) l.unit_16 = l.unit_blocks = rate(p.fp32) / base;
        return l;
    }
    if (is_ggml_cuda(library) && p.fp16_accumulate.known()) l.unit_16 = l.unit_blocks = rate(p.fp16_accumulate) / base;
    if (library == kernel_library::ggml_cuda && p.int8.known() && d.vendor == vendor::nvidia)
        l.unit_blocks = rate(p.int8) / base;
    return l;
}
}  // namespace detail

/// `c` with the law of ggml's kernels where `library` is of llama.cpp.
template <class Y> constexpr void take_fitted_ggml(calibration<>& c, const device<Y>& d, kernel_library library) {
    const kernel_library backend = backend_on(library, d);
    if (!is_ggml(backend)) return;
    const ggml_fit* found = detail::find_ggml_fit(backend, board_kind_of(d));
    if (!found) return;
    c.ggml = detail::on_units_of(found->law, d, backend);
    c.ggml.present = true;
    c.state.fixed = c.ggml.decode_start;
    c.from = {"llama.cpp runs of this backend and era, fitted by fit_ggml (docs/calibration/llama-cpp.md)", "2026-11",
              evidence::measured};
}
}  // namespace gambrel
