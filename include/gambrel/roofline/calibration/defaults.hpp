// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The constants a device starts from: fitted ones where its chip or its family was measured, else those of its class.
///
/// Fitted constants come from catalog/ by chip, kernel library and number format (fitted.hpp says in which order); what
/// was not measured keeps the class constants, with a wide sigma:
///
/// The base set is a priori, chosen before any comparison with serving measurements: compute 0.60 and memory 0.80 of
/// peak, p = 1.5, 4 us per product, 0.90 of bandwidth in decode attention.
/// Class sets change only what published medians of that class say is different; each names its evidence.
/// Sigmas are the spread of measured kernels about such uncalibrated laws (10 to 40 % by operator).

#include <gambrel/hardware/device.hpp>
#include <gambrel/roofline/calibration/calibration.hpp>
#include <gambrel/roofline/calibration/fitted_attention.hpp>
#include <gambrel/roofline/calibration/fitted_clock.hpp>
#include <gambrel/roofline/calibration/fitted_collectives.hpp>
#include <gambrel/roofline/calibration/fitted_elementwise.hpp>
#include <gambrel/roofline/calibration/fitted_exchange.hpp>
#include <gambrel/roofline/calibration/fitted_experts.hpp>
#include <gambrel/roofline/calibration/fitted_gemm.hpp>
#include <gambrel/roofline/calibration/fitted_ggml.hpp>
#include <gambrel/roofline/calibration/serving_fits.hpp>

namespace gambrel {

namespace calibration_class {

inline constexpr source a_priori{"a-priori step law: compute 0.60, memory 0.80, 4 us per product, p 1.5", "2026-11",
                                 evidence::recalled};
inline constexpr source gddr_class{
    "a-priori law; memory 0.90 from llama.cpp decode on GDDR cards (leave-one-device-out "
    "5 to 6 %)",
    "2024-2025", evidence::measured};
inline constexpr source apple_class{"a-priori law; memory 0.88 from llama.cpp decode under Metal", "2024-2025",
                                    evidence::measured};
inline constexpr source cpu_class{"a-priori law; memory 0.72 from llama.cpp decode on a Ryzen 7950X (22 points, 2.5 %)",
                                  "2024-2025", evidence::measured};
inline constexpr source tpu_class{"a-priori law; matmul 0.86 and memory 0.83 of peak measured on TPU v6e", "2026",
                                  evidence::measured};
inline constexpr source amd_class{"a-priori law; best-shape matmul 0.51 to 0.68 of peak published for MI300X/MI355X",
                                  "2026-08", evidence::measured};
inline constexpr source gaudi_class{"a-priori law; best-shape bf16 matmul 0.97 of peak published for Gaudi 2",
                                    "2026-08", evidence::measured};
inline constexpr source fitted_chip{"kernels of this chip, measured by AIConfigurator (2026-08) and fitted", "2026-11",
                                    evidence::measured};
inline constexpr source fitted_family{"median of the fits of measured NVIDIA chips with this kind of memory", "2026-11",
                                      evidence::measured};
inline constexpr source unknown_class{"a-priori law, no measurement of this class known", "2026-11",
                                      evidence::recalled};

/// The a-priori set.
constexpr calibration<> base() {
    const auto us = [](double t) { return microseconds(t); };
    calibration<> c{.name = "data-centre GPU", .from = a_priori};
    c.law(multiply_law::bits_16) = {0.60, 0.80, 1.5, us(4), 0.15};
    c.law(multiply_law::fp8) = {0.60, 0.80, 1.5, us(4), 0.20};
    c.law(multiply_law::fp4) = {0.60, 0.80, 1.5, us(4), 0.30};
    c.law(multiply_law::int8) = {0.60, 0.80, 1.5, us(4), 0.25};
    c.law(multiply_law::weight_only) = {0.60, 0.80, 1.5, us(4), 0.25};
    c.law(multiply_law::fp32) = {0.60, 0.80, 1.5, us(4), 0.25};
    c.law(multiply_law::fp8_block) = {0.60, 0.80, 1.5, us(4), 0.25};
    for (auto& l : c.conversion) l = {0.80, us(0)};
    for (auto& l : c.experts) l = {0.30, 0.75, 1.5, us(20), 1.0, 0.0, 0.40};
    for (std::size_t i = 0; i < attention_kernel_count; ++i) {  // 8-bit multiplies reach a smaller share of their peak
        const auto k = static_cast<attention_kernel>(i);
        const double share = is_narrow(k) ? 0.30 : 0.50, sigma = is_latent(k) ? 0.40 : is_narrow(k) ? 0.30 : 0.20;
        c.attention[i].product = is_decode(k) ? product_law<>{share, 0.90, 1.5, us(4), sigma}
                                              : product_law<>{share, 0.30, 1.2, us(10), larger(sigma, 0.25)};
    }
    c.state = {0.50, 0.60, 1.5, us(10), 0.50};
    c.elementwise = {0.50, 0.80, 1.5, us(0), 0.35};
    c.collective.ring = {us(8), us(1), 0.90, 0.40, 1.2, 0.85, 0.0, 0.35};
    c.collective.network = {us(14), us(4), 0.74, 0.0, 1.2, 1.0, 0.0, 0.60};  // docs/models/collectives.md
    return c;
}
constexpr void set_memory(calibration<>& c, double share) {
    for (auto& l : c.gemm) l.memory = share;
    for (std::size_t i = 0; i < attention_kernel_count; ++i)
        if (is_decode(static_cast<attention_kernel>(i))) c.attention[i].product.memory = share;
}
constexpr void set_compute(calibration<>& c, double share) {
    for (auto& l : c.gemm) l.compute = share;
}
constexpr void widen(calibration<>& c, double sigma) {
    for (auto& l : c.gemm) l.sigma = larger(l.sigma, sigma);
    for (auto& l : c.experts) l.sigma = larger(l.sigma, sigma);
    for (auto& l : c.attention) l.product.sigma = larger(l.product.sigma, sigma);
    c.state.sigma = larger(c.state.sigma, sigma);
    c.elementwise.sigma = larger(c.elementwise.sigma, sigma);
    c.collective.ring.sigma = larger(c.collective.ring.sigma, sigma);
    c.collective.direct.sigma = larger(c.collective.direct.sigma, sigma);
    c.collective.network.sigma = larger(c.collective.network.sigma, sigma);
}
}  // namespace calibration_class

/// Puts what was fitted for `d` under the kernels of `library` over the class constants `c`.
template <class Y> constexpr void take_fitted(calibration<>& c, const device<Y>& d, kernel_library library) {
    take_fitted_elementwise(c, d);
    const fit_key key = fit_key_of(d, library);
    take_fitted_collectives(c, d, key);  // by the link, whatever the class
    take_fitted_exchange(c, key);
    // GDDR cards under libraries of their own (llama.cpp): the class constants are measured there, end to end.
    const bool class_knows = is_ggml(library) || (key.family == chip_family::gddr && library == kernel_library::other);
    if (!key.chip.found() && (key.family == chip_family::none || class_knows)) return;
    if (key.chip.found()) {
        c.name = board_of(key.chip.chip);
        c.from = calibration_class::fitted_chip;
    } else {
        c.from = calibration_class::fitted_family;
    }
    take_fitted_clock(c, d, key.chip);
    take_fitted_gemm(c, key);
    take_fitted_attention(c, key);
    take_fitted_experts(c, key);
}

/// The constants of `d` under the kernels of `library`: of its chip, else its family, else its class. A recalled
/// bandwidth or peak widens every sigma. Evidence: tests/roofline/defaults_test.cpp.
template <class Y>
constexpr calibration<Y> default_calibration(const device<Y>& d, kernel_library library = kernel_library::other) {
    namespace cls = calibration_class;
    calibration<> c = cls::base();
    switch (d.kind) {
        case device_class::datacenter_gpu:
            if (d.vendor == vendor::amd) {
                c.name = "AMD data-centre GPU";
                c.from = cls::amd_class;
                cls::set_compute(c, 0.50);
                cls::widen(c, 0.35);
            } else if (d.vendor != vendor::nvidia) {
                c.from = cls::unknown_class;
                cls::widen(c, 0.40);
            }
            break;
        case device_class::workstation_gpu:
        case device_class::consumer_gpu:
            c.name = "GDDR GPU";
            c.from = cls::gddr_class;
            cls::set_memory(c, 0.90);
            cls::widen(c, d.vendor == vendor::nvidia ? 0.20 : 0.35);
            break;
        case device_class::embedded:
            c.name = "unified-memory module";
            c.from = cls::unknown_class;
            cls::widen(c, 0.35);
            break;
        case device_class::apple:
            c.name = "Apple GPU";
            c.from = cls::apple_class;
            cls::set_memory(c, 0.88);
            cls::widen(c, 0.25);
            break;
        case device_class::cpu:
            c.name = "CPU";
            c.from = cls::cpu_class;
            cls::set_memory(c, 0.72);
            cls::widen(c, 0.40);
            break;
        case device_class::tpu:
            c.name = "TPU";
            c.from = cls::tpu_class;
            cls::set_compute(c, 0.80);
            cls::set_memory(c, 0.83);
            cls::widen(c, 0.35);
            break;
        case device_class::gaudi:
            c.name = "Gaudi";
            c.from = cls::gaudi_class;
            cls::set_compute(c, 0.75);
            cls::widen(c, 0.35);
            break;
        case device_class::neuron:
        case device_class::npu:
            c.name = "accelerator of an unmeasured class";
            c.from = cls::unknown_class;
            cls::widen(c, 0.45);
            break;
    }
    take_fitted(c, d, library);
    if (!d.peak.fp8.known()) attention_in_16_bit(c);
    const auto& peak = d.peak.bf16.known() ? d.peak.bf16 : d.peak.fp16;
    if (d.memory.bandwidth.kind == evidence::recalled || peak.kind == evidence::recalled) cls::widen(c, 0.30);
    if (is_ggml(library)) {  // fitted end to end: nothing of other servers is true of it
        take_fitted_ggml(c, d, library);
        return as<Y>(c);
    }
    return as<Y>(adjusted(c, serving_adjustment(d)));
}
}  // namespace gambrel
