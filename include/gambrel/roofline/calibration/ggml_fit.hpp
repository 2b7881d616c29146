// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Constants of ggml's law as the catalog keeps them (catalog/ggml.hpp, written by the program fit_ggml): by backend and
/// era (kernel_library), and by what kind of board runs them, where boards differ. Evidence: tests/roofline/ggml_law_test.cpp.

#include <gambrel/hardware/device.hpp>
#include <gambrel/roofline/calibration/ggml_law.hpp>
#include <gambrel/runtime/runtime.hpp>

namespace gambrel {

/// Kinds of boards that a backend treats differently or that were measured apart. `any`: what all of a backend share, for
/// a kind of which none was measured.
enum class ggml_board : unsigned char {
    any,
    geforce,
    workstation,  ///< and data-centre boards with GDDR
    hbm,
    unified,  ///< NVIDIA's, memory shared with a host
    apple,
    radeon,
    radeon_unified,
    intel,
    cpu_avx512,  ///< of AMD or Intel, with bf16: Zen 4, Sapphire Rapids and later
    cpu
};
// clang-format off
template <> inline constexpr std::array<enum_row<ggml_board>, 11> enum_table<ggml_board>{{
    {ggml_board::any, "any", "any"},
    {ggml_board::geforce, "geforce", "GeForce"},
    {ggml_board::workstation, "workstation", "workstation and GDDR data-centre"},
    {ggml_board::hbm, "hbm", "HBM"},
    {ggml_board::unified, "unified", "NVIDIA with unified memory"},
    {ggml_board::apple, "apple", "Apple"},
    {ggml_board::radeon, "radeon", "Radeon"},
    {ggml_board::radeon_unified, "radeon_unified", "Radeon with unified memory"},
    {ggml_board::intel, "intel", "Intel GPU"},
    {ggml_board::cpu_avx512, "cpu_avx512", "processor with AVX-512"},
    {ggml_board::cpu, "cpu", "processor without"},
}};
// clang-format on

template <class Y> constexpr ggml_board board_kind_of(const device<Y>& d) {
    if (d.kind == device_class::cpu) {
        const bool x86 = d.vendor == vendor::amd || d.vendor == vendor::intel;
        if (x86 && d.peak.bf16.known()) return ggml_board::cpu_avx512;
        return ggml_board::cpu;
    }
    if (d.kind == device_class::apple) return ggml_board::apple;
    const bool unified = d.kind == device_class::embedded;
    if (d.vendor == vendor::amd) return unified ? ggml_board::radeon_unified : ggml_board::radeon;
    if (d.vendor == vendor::intel) return ggml_board::intel;
    if (d.vendor != vendor::nvidia) return ggml_board::any;
    if (unified) return ggml_board::unified;
    if (d.kind == device_class::consumer_gpu) return ggml_board::geforce;
    return d.memory.kind == memory_kind::hbm ? ggml_board::hbm : ggml_board::workstation;
}

/// The backend that `library` stands for on `d`: llama.cpp is built for each.
template <class Y> constexpr kernel_library backend_on(kernel_library library, const device<Y>& d) {
    using enum kernel_library;
    if (!is_ggml(library)) return library;
    if (d.kind == device_class::cpu) return library == ik_cpu ? ik_cpu : ggml_cpu;
    if (library == ggml_vulkan && d.vendor == vendor::nvidia) return ggml_vulkan_2025;  // not measured since
    if (!is_ggml_cuda(library) && library != ggml_cpu && library != ik_cpu) return library;
    if (d.kind == device_class::apple) return ggml_metal;
    if (d.vendor == vendor::amd) return ggml_rocm;
    if (d.vendor == vendor::intel) return ggml_vulkan;
    return is_ggml_cuda(library) ? library : ggml_cuda;
}

struct ggml_fit {
    kernel_library library{};
    ggml_board board = ggml_board::any;
    ggml_law<> law{};
};
}  // namespace gambrel
