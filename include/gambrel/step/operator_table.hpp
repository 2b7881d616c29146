// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The operations of one pass as rows: arithmetic, traffic, time and bound of each. For tables and plots; the
/// prediction itself does not use it.

#include <gambrel/step/pass.hpp>

namespace gambrel {

template <class Y = double> struct operator_row {
    operation asked{};          ///< of one layer, on one rank
    operation_time<Y> taken{};  ///< of one layer, on one rank

    constexpr seconds<Y> total() const { return taken.total * asked.repeats; }
    /// flop per byte of traffic; zero for a collective.
    constexpr intensity<> intensity_of() const {
        const bytes<> moved = asked.traffic();
        return moved > bytes<>{} ? intensity<>(asked.work / moved) : intensity<>{};
    }
    /// Achieved arithmetic rate, fixed time included.
    constexpr flop_rate<Y> achieved() const {
        return taken.total > seconds<Y>{} ? flop_rate<Y>(asked.work / taken.total) : flop_rate<Y>{};
    }
};

inline constexpr std::size_t most_operator_rows = 224;

template <class Y = double> struct operator_table {
    std::array<operator_row<Y>, most_operator_rows> rows{};
    std::size_t size = 0;

    constexpr const operator_row<Y>* begin() const { return rows.data(); }
    constexpr const operator_row<Y>* end() const { return rows.data() + size; }
};

/// Rows of one pass of `shape`, in the order they run.
template <class Y>
constexpr operator_table<Y> operators_of(const pass_inputs& terms, const step_shape& shape, const roof<Y>& roof) {
    operator_table<Y> table;
    for_each_operation(terms, shape, [&](const operation& op) {
        if (table.size == most_operator_rows) fail("a pass has more than 224 kinds of operations");
        table.rows[table.size++] = {op, roof.time(op)};
    });
    return table;
}
}  // namespace gambrel
