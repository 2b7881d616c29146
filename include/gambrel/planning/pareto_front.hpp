// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The rows of a table that no other row beats: a row is beaten by one that is no worse in any column and better in one.
///
///     pareto_front(std::array{pareto_column{tpot}, pareto_column{rate, better::larger}})       row numbers, by rising tpot
///
/// Equal rows all stay; rows without a figure (NaN) in any column are left out. Two columns: sorted, a row stays where the
/// second figure is better than all before, O(n log n). More: each row, sorted, is held against those that stayed,
/// O(n log n + n front columns). Source: Kung, Luccio and Preparata, JACM 22, 1975 (recalled).
/// Evidence: tests/planning/pareto_front_test.cpp.

#include <algorithm>
#include <cmath>
#include <gambrel/error.hpp>
#include <numeric>
#include <span>
#include <string>
#include <vector>

namespace gambrel {

enum class better : unsigned char { smaller, larger };

struct pareto_column {
    std::span<const double> figures{};
    gambrel::better good = better::smaller;
};

namespace detail {
/// The figure of a row, turned so that smaller is better.
inline double cost_in(const pareto_column& c, std::size_t row) {
    return c.good == better::smaller ? c.figures[row] : -c.figures[row];
}
/// -1, 0 or 1 as row a comes before, with or after row b, column by column.
inline int compared(std::span<const pareto_column> columns, std::size_t a, std::size_t b) {
    for (const pareto_column& c : columns) {
        const double x = cost_in(c, a), y = cost_in(c, b);
        if (x != y) return x < y ? -1 : 1;
    }
    return 0;
}
inline bool no_worse(std::span<const pareto_column> columns, std::size_t a, std::size_t b) {
    return std::all_of(columns.begin(), columns.end(),
                       [&](const pareto_column& c) { return cost_in(c, a) <= cost_in(c, b); });
}
}  // namespace detail

/// Numbers of the rows on the front, by the rising figure of the first column. Throws `error` for columns of unlike length.
inline std::vector<std::size_t> pareto_front(std::span<const pareto_column> columns) {
    if (columns.empty()) fail("a front needs a column: give at least one");
    const std::size_t rows = columns[0].figures.size();
    for (std::size_t c = 0; c < columns.size(); ++c)
        if (columns[c].figures.size() != rows)
            fail("column " + std::to_string(c + 1) + " of a front has " + std::to_string(columns[c].figures.size()) +
                 " rows, the first has " + std::to_string(rows) + ": give one figure of each row, or NaN");
    std::vector<std::size_t> order;
    for (std::size_t row = 0; row < rows; ++row)
        if (std::none_of(columns.begin(), columns.end(),
                         [row](const pareto_column& c) { return std::isnan(c.figures[row]); }))
            order.push_back(row);
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return detail::compared(columns, a, b) < 0; });
    std::vector<std::size_t> front;
    for (const std::size_t row : order) {
        const auto beats = [&](std::size_t kept) {
            return detail::no_worse(columns, kept, row) && detail::compared(columns, kept, row) != 0;
        };
        const bool equals_last = !front.empty() && detail::compared(columns, front.back(), row) == 0;
        // Of two columns the last row that stayed has the best second figure so far.
        const bool beaten = columns.size() <= 2 ? !front.empty() && beats(front.back())
                                                : std::any_of(front.rbegin(), front.rend(), beats);
        if (equals_last || !beaten) front.push_back(row);
    }
    std::stable_sort(front.begin(), front.end(),
                     [&](std::size_t a, std::size_t b) { return columns[0].figures[a] < columns[0].figures[b]; });
    return front;
}
}  // namespace gambrel
