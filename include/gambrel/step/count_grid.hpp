// SPDX-License-Identifier: Apache-2.0
#pragma once
/// An interpolation grid for whole numbers: every whole number up to `dense` is a node, above that octaves are cut into
/// equal cells (octave_grid.hpp). A function that jumps between two small counts (a collective that changes its
/// protocol) is therefore exact at each of them. Evidence: tests/step/tabulated_step_test.cpp.

#include <gambrel/step/octave_grid.hpp>

namespace gambrel {

class count_grid {
public:
    static constexpr double dense = 2048.0;  ///< a power of two

    /// From 1 to at least `high`.
    constexpr count_grid(double high, int bits)
        : beyond_(dense, high < dense ? dense : high, bits), wide_(high > dense) {
        checked(high, 1.0, 1e15, "the end of a grid");
        whole_ = wide_ ? static_cast<std::size_t>(dense) - 1 : static_cast<std::size_t>(high);
    }
    constexpr std::size_t nodes() const { return whole_ + (wide_ ? beyond_.nodes() : 1); }
    constexpr double node(std::size_t i) const {
        return i < whole_ || !wide_ ? static_cast<double>(i + 1) : beyond_.node(i - whole_);
    }
    constexpr octave_grid::place find(double x) const {
        if (wide_ && x >= dense) {
            octave_grid::place p = beyond_.find(x);
            p.cell += whole_;
            return p;
        }
        if (!(x > 1.0)) return {};
        const auto cell = static_cast<std::size_t>(x) - 1, last = whole_ - 1;
        const std::size_t at = !wide_ && cell > last ? last : cell;
        return {at, x - static_cast<double>(at + 1)};
    }

private:
    octave_grid beyond_;
    bool wide_;
    std::size_t whole_ = 0;  ///< whole numbers that begin a cell of width 1
};

/// The table `t` of a value for each node of `grid`, between its nodes; 0 of an empty one.
template <class T> T interpolated(const std::vector<T>& t, const count_grid& grid, double x) {
    if (t.empty()) return T{};
    const auto [i, u] = grid.find(x);
    return t[i] + u * (t[i + 1] - t[i]);
}
}  // namespace gambrel
