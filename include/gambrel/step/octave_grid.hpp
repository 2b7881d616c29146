// SPDX-License-Identifier: Apache-2.0
#pragma once
/// An interpolation grid over several octaves, each cut into equally many equal cells. The cell of a number is read
/// from its bits, without a search or a logarithm. Linear between nodes; beyond the last node the last cell is
/// extrapolated.
///
///     nodes 2^e (1 + k / 2^bits)          relative width of a cell <= 2^-bits
///     a function x^2 between nodes is off by at most 2^(-2 bits) / 4

#include <bit>
#include <cstddef>
#include <cstdint>
#include <gambrel/error.hpp>
#include <vector>

namespace gambrel {

class octave_grid {
public:
    struct place {
        std::size_t cell = 0;
        double share = 0;  ///< of the way to the next node; above 1 beyond the last
    };

    /// From `low` (a power of two not above it) to at least `high`.
    constexpr octave_grid(double low, double high, int bits) : shift_(52 - bits) {
        checked(low, 1e-9, 1e9, "the start of a grid");
        checked(high, low, 1e15, "the end of a grid");
        origin_ = std::bit_cast<std::uint64_t>(low) >> 52 << bits;
        cells_ = static_cast<std::size_t>((std::bit_cast<std::uint64_t>(high) >> shift_) - origin_) + 1;
    }
    constexpr std::size_t nodes() const { return cells_ + 1; }
    constexpr double node(std::size_t i) const { return std::bit_cast<double>((origin_ + i) << shift_); }
    constexpr place find(double x) const {
        if (!(x > node(0))) return {};
        const std::uint64_t i = (std::bit_cast<std::uint64_t>(x) >> shift_) - origin_;
        const std::size_t cell = i < cells_ ? static_cast<std::size_t>(i) : cells_ - 1;
        const double from = node(cell);
        return {cell, (x - from) / (node(cell + 1) - from)};
    }

private:
    int shift_;
    std::uint64_t origin_ = 0;
    std::size_t cells_ = 0;
};

/// The table `t` of one row of `along` for each node of `across`, between its nodes; 0 of an empty one.
template <class T>
T interpolated(const std::vector<T>& t, const octave_grid& across, const octave_grid& along, double x, double y) {
    if (t.empty()) return T{};
    const auto [i, u] = across.find(x);
    const auto [j, v] = along.find(y);
    const T* low = t.data() + i * along.nodes() + j;
    const T* high = low + along.nodes();
    const T a = low[0] + v * (low[1] - low[0]), b = high[0] + v * (high[1] - high[0]);
    return a + u * (b - a);
}
/// The table `t` of one such face for each node of `layers`, between its nodes.
template <class T>
T interpolated(const std::vector<T>& t, const octave_grid& layers, const octave_grid& across, const octave_grid& along,
               double z, double x, double y) {
    const octave_grid::place layer = layers.find(z), row = across.find(x), column = along.find(y);
    const std::size_t n = along.nodes(), size = across.nodes() * n;
    const auto face = [&](const T* low) {
        const T* high = low + n;
        const T a = low[0] + column.share * (low[1] - low[0]), b = high[0] + column.share * (high[1] - high[0]);
        return a + row.share * (b - a);
    };
    const T* at = t.data() + layer.cell * size + row.cell * n + column.cell;
    const T a = face(at);
    return a + layer.share * (face(at + size) - a);
}
}  // namespace gambrel
