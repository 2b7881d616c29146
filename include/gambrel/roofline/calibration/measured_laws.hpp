// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Laws of a device that were fitted on its own kernels (calibration/fit_laws.hpp), to be put in the place of those
/// shipped for its chip, its family or its class.
///
/// Which law serves a runtime, best first, as for shipped ones (fitted.hpp): that of its own kernel library, that of
/// vLLM, any other. PyTorch's own 16-bit products and prompts are the kernels that every library calls; else
///
///     sigma' = sqrt(sigma^2 + other_library_sigma^2)      under another library; the shipped law stays where it is surer
///     ring.latency, per_step x ring.start                 share x ring.share
///     direct.latency, per_rank, two_shot_extra x direct.start        one_shot, two_shot x direct.share
///
/// llama.cpp's constants are fitted end to end (ggml_law.hpp) and stay. Evidence: tests/roofline/measured_laws_test.cpp.

#include <gambrel/roofline/calibration/adjustment.hpp>
#include <gambrel/roofline/calibration/defaults.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gambrel {

/// Constants of one law, by the kernels of `library` (`other`: PyTorch's).
template <class Variant, class Law> struct own_law {
    kernel_library library = kernel_library::other;
    Variant variant{};
    Law constants{};
};

/// Factors on the all-reduce of a class: one on its starts and steps, one on its shares of the link.
struct message_factors {
    double start = 1, share = 1;
    double sigma = 0;
    int rows = 0;
};

inline constexpr source own_kernels{"kernels of this device, timed by its owner and fitted", "", evidence::user};

struct measured_laws {
    std::vector<own_law<multiply_law, gemm_law<>>> gemm{};
    std::vector<own_law<expert_format, experts_law<>>> experts{};
    std::vector<own_law<attention_kernel, attention_law<>>> attention{};
    std::optional<product_law<>> elementwise{};  ///< from copies within the device's memory
    std::optional<message_factors> ring{};       ///< all-reduces of the communication library
    std::optional<message_factors> direct{};     ///< those of the runtime's own kernels

    bool empty() const {
        return gemm.empty() && experts.empty() && attention.empty() && !elementwise && !ring && !direct;
    }
};

/// What one's own measurements put in the place of shipped constants: laws, and factors on all of them.
struct own_constants {
    adjustment factors{};
    std::shared_ptr<const measured_laws> laws{};  ///< null: none
};

namespace detail {
/// The law of `variant` that serves `library`, and what its sigma grows by, in squares. Null where there is none.
template <class Variant, class Law>
std::pair<const Law*, double> own_law_of(const std::vector<own_law<Variant, Law>>& laws, Variant variant,
                                         kernel_library library, double other_sigma, bool shared) {
    const own_law<Variant, Law>* best = nullptr;
    for (const auto& each : laws) {
        if (each.variant != variant) continue;
        if (each.library == library) return {&each.constants, 0.0};
        if (best == nullptr || each.library == kernel_library::vllm) best = &each;
    }
    if (best == nullptr) return {nullptr, 0.0};
    return {&best->constants, shared && best->library == kernel_library::other ? 0.0 : other_sigma};
}
/// `sigma` and `more` in squares.
inline double widened(double sigma, double more) { return math::sqrt(sigma * sigma + more * more); }
/// Whether a law of `sigma` that `more` widens goes in the place of one of `shipped`.
inline bool serves(double sigma, double more, double shipped) { return more == 0.0 || widened(sigma, more) < shipped; }
}  // namespace detail

/// `c` with the laws of `own` that serve `library`; its source says so where any does. Evidence: tests/roofline/measured_laws_test.cpp.
inline calibration<> with_laws(calibration<> c, const measured_laws& own, kernel_library library) {
    if (is_ggml(library)) return c;
    bool taken = own.elementwise || own.ring || own.direct;
    for (std::size_t i = 0; i < multiply_law_count; ++i) {
        const auto m = static_cast<multiply_law>(i);
        const auto [law, more] =
            detail::own_law_of(own.gemm, m, library, other_library_sigma, m == multiply_law::bits_16);
        if (law == nullptr || !detail::serves(law->product.sigma, more, c.gemm[i].sigma)) continue;
        taken = true;
        c.gemm[i] = law->product;
        c.gemm[i].sigma = detail::widened(law->product.sigma, more);
        c.conversion[i] = has_static_scales(library, m) ? static_scales : law->conversion;
    }
    for (std::size_t i = 0; i < expert_format_count; ++i) {
        const auto [law, more] = detail::own_law_of(own.experts, static_cast<expert_format>(i), library,
                                                    catalog::other_library_experts_sigma, false);
        if (law == nullptr || !detail::serves(law->sigma, more, c.experts[i].sigma)) continue;
        taken = true;
        c.experts[i] = *law;
        c.experts[i].sigma = detail::widened(law->sigma, more);
    }
    for (std::size_t i = 0; i < attention_kernel_count; ++i) {
        const auto k = static_cast<attention_kernel>(i);
        const auto [law, more] = detail::own_law_of(own.attention, k, library, other_library_sigma, !is_decode(k));
        if (law == nullptr || !detail::serves(law->product.sigma, more, c.attention[i].product.sigma)) continue;
        taken = true;
        c.attention[i] = *law;
        c.attention[i].product.sigma = detail::widened(law->product.sigma, more);
    }
    if (own.elementwise) c.elementwise = *own.elementwise;
    if (own.ring) {
        ring_law<>& ring = c.collective.ring;
        for (seconds<>* t : {&ring.latency, &ring.per_step}) *t = *t * own.ring->start;
        ring.share *= own.ring->share;
        ring.sigma = own.ring->sigma;
    }
    if (own.direct) {
        direct_law<>& direct = c.collective.direct;
        for (seconds<>* t : {&direct.latency, &direct.per_rank, &direct.two_shot_extra}) *t = *t * own.direct->start;
        for (double* share : {&direct.one_shot, &direct.two_shot}) *share *= own.direct->share;
        direct.sigma = own.direct->sigma;
    }
    if (taken) c.from = own_kernels;
    return c;
}

/// Throws `error` naming the first constant out of range.
constexpr void check(const gemm_law<>& l) {
    check(l.product);
    check(l.conversion);
}
constexpr void check(const message_factors& f) {
    checked(f.start, 0.01, 100.0, "the factor of a calibration on starts of messages");
    checked(f.share, 0.01, 100.0, "the factor of a calibration on shares of a link");
    detail::check_sigma(f.sigma);
}

/// The constants that stand for `d` under the kernels of `library`: those shipped, in their place the laws that were
/// measured on it (null: none), and on all of them the factors of `a`.
inline calibration<> constants_of(const device<>& d, kernel_library library, const adjustment& a,
                                  const measured_laws* own) {
    const calibration<> shipped = default_calibration(d, library);
    return adjusted(own == nullptr ? shipped : with_laws(shipped, *own, library), a);
}
}  // namespace gambrel
