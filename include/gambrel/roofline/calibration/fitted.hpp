// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Fitted constants as the catalog keeps them, and how a device finds its own.
///
/// catalog/<law>.hpp, written by the program fit_kernels, holds two tables of `fitted` rows: one keyed by chip, one by
/// family. `find_fit` picks, best first, and says by how much sigma must be widened:
///
///     the chip under the library asked for, the chip under another library, its family, nothing
///
/// A law plugs itself in with one function `take_fitted_<law>(calibration<>&, const fit_key&)` in fitted_<law>.hpp that
/// asks `find_fit` for each of its variants (or `find_fits` for all at once) and copies what it finds; defaults.hpp
/// calls these after the class constants.

#include <gambrel/roofline/calibration/chip.hpp>
#include <gambrel/runtime/runtime.hpp>

namespace gambrel {

/// NVIDIA GPUs whose chip was not measured take the constants of their family: the median of its chips' fits.
enum class chip_family : unsigned char { none, hbm, gddr };

template <class Y> constexpr chip_family family_of(const device<Y>& d) {
    if (d.vendor != vendor::nvidia) return chip_family::none;
    if (d.kind == device_class::embedded) return chip_family::none;
    return d.memory.kind == memory_kind::gddr  ? chip_family::gddr
           : d.memory.kind == memory_kind::hbm ? chip_family::hbm
                                               : chip_family::none;
}
constexpr chip_family family_of(chip c) {
    if (c == chip::none) return chip_family::none;
    return c == chip::l40s || c == chip::rtx_pro_6000 ? chip_family::gddr : chip_family::hbm;
}

/// Under whose kernels a law runs on which chip.
struct fit_key {
    chip_match chip{};
    chip_family family = chip_family::none;
    kernel_library library = kernel_library::other;
};
template <class Y> constexpr fit_key fit_key_of(const device<Y>& d, kernel_library library) {
    return {chip_of(d), family_of(d), library};
}

/// One row of a catalog: `Key` is chip or chip_family, `Variant` what else the law depends on (number format, ...).
template <class Key, class Variant, class Law> struct fitted {
    Key key{};
    kernel_library library = kernel_library::other;  ///< `other`: whatever the library
    Variant variant{};
    Law constants{};
};

/// Sigma of a fit made under another library's kernels: libraries differ on one chip by 5 to 15 %.
inline constexpr double other_library_sigma = 0.10;

/// What `find_fit` found; `constants` is null when nothing was.
template <class Law> struct found_fit {
    const Law* constants = nullptr;
    double widening = 1.0;     ///< factor on sigma
    double added_sigma = 0.0;  ///< to be added in squares

    constexpr explicit operator bool() const { return constants != nullptr; }
    constexpr double sigma(double fitted_sigma) const {
        const double wide = fitted_sigma * widening;
        return added_sigma > 0.0 ? math::sqrt(wide * wide + added_sigma * added_sigma) : wide;
    }
};

/// The constants of `variant` for `key` among `chips`, else among `families`.
/// Evidence: tests/roofline/fitted_test.cpp.
template <class Variant, class Law, std::size_t Chips, std::size_t Families>
constexpr found_fit<Law> find_fit(const std::array<fitted<chip, Variant, Law>, Chips>& chips,
                                  const std::array<fitted<chip_family, Variant, Law>, Families>& families,
                                  const fit_key& key, Variant variant) {
    found_fit<Law> best;
    if (key.chip.found())
        for (const auto& row : chips) {
            if (row.key != key.chip.chip || row.variant != variant) continue;
            if (row.library == key.library) return {&row.constants, key.chip.widening(), 0.0};
            if (!best || row.library == kernel_library::vllm)  // whose kernels are the common open ones
                best = {&row.constants, key.chip.widening(), other_library_sigma};
        }
    if (best) return best;
    if (key.family != chip_family::none)
        for (const auto& row : families) {
            if (row.key != key.family || row.variant != variant) continue;
            if (row.library == key.library) return {&row.constants, 1.0, 0.0};
            if (!best || row.library == kernel_library::other) best = {&row.constants, 1.0, 0.0};
        }
    return best;
}

/// `find_fit` of the variants 0 .. `Count` - 1 at once, in one walk of each table (rows of one key lie together): a
/// prediction pays for it.
template <std::size_t Count, class Variant, class Law, std::size_t Chips, std::size_t Families>
constexpr std::array<found_fit<Law>, Count> find_fits(
    const std::array<fitted<chip, Variant, Law>, Chips>& chips,
    const std::array<fitted<chip_family, Variant, Law>, Families>& family, const fit_key& key) {
    std::array<found_fit<Law>, Count> best{};
    std::array<int, Count>
        rank{};  // 1 to 3: the family (any library, `other`, ours); 4 to 6: the chip (any, vLLM, ours)
    const auto walk = [&](const auto& table, auto wanted, int base, found_fit<Law> own, found_fit<Law> other) {
        bool met = false;
        for (const auto& row : table) {
            if (row.key != wanted) {
                if (met) return;
                continue;
            }
            met = true;
            const auto v = static_cast<std::size_t>(row.variant);
            const bool asked_for = row.library == key.library;
            const bool second = base > 1 ? row.library == kernel_library::vllm : row.library == kernel_library::other;
            const int here = base + (asked_for ? 2 : second ? 1 : 0);
            if (here <= rank[v]) continue;
            rank[v] = here;
            best[v] = asked_for ? own : other;
            best[v].constants = &row.constants;
        }
    };
    if (key.family != chip_family::none) walk(family, key.family, 1, {}, {});
    if (key.chip.found()) {
        const double wide = key.chip.widening();
        walk(chips, key.chip.chip, 4, {nullptr, wide, 0.0}, {nullptr, wide, other_library_sigma});
    }
    return best;
}
}  // namespace gambrel
