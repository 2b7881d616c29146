// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The simplex method on a dense tableau, for linear programs of some hundred variables: whole numbers are not asked for.
///
///     x = lower + y, y >= 0; an upper bound is a row; slack and artificial variables make the rows equations
///     phase 1 minimises the sum of artificials, phase 2 the cost
///
/// The entering variable is that of the most negative reduced cost, and after many steps without progress the first
/// (Bland 1977), which cannot circle. Cost: rows x columns for each step. Tolerances: 1e-9 on reduced costs and pivots of
/// programs whose factors are near 1; scale others. Sources: Dantzig 1947; Chvatal, Linear Programming, 1983 (recalled).
/// Evidence: tests/planning/whole_program_test.cpp (against GLPK where it is there, and vertex by vertex).

#include <gambrel/planning/linear_program.hpp>

namespace gambrel {

namespace detail {
class simplex_tableau {
public:
    explicit simplex_tableau(const linear_program& p) : program_(p), variables_(p.variables.size()) {
        std::vector<linear_row> rows = p.rows;
        for (std::size_t j = 0; j < variables_; ++j)
            if (std::isfinite(p.variables[j].upper))
                rows.push_back({{{j, 1.0}}, row_kind::at_most, p.variables[j].upper});
        for (linear_row& r : rows) turn(r);
        std::size_t slacks = 0, artificials = 0;
        for (const linear_row& r : rows) {
            slacks += r.kind != row_kind::equal ? 1U : 0U;
            artificials += r.kind != row_kind::at_most ? 1U : 0U;
        }
        artificial_ = variables_ + slacks;
        columns_ = artificial_ + artificials;
        rows_ = rows.size();
        cells_.assign(rows_ * (columns_ + 1), 0.0);
        basis_.resize(rows_);
        std::size_t slack = variables_, artificial = artificial_;
        for (std::size_t i = 0; i < rows_; ++i) {
            for (const auto& [j, factor] : rows[i].terms) at(i, j) += factor;
            at(i, columns_) = rows[i].limit;
            if (rows[i].kind != row_kind::equal) at(i, slack) = rows[i].kind == row_kind::at_most ? 1.0 : -1.0;
            if (rows[i].kind != row_kind::at_most) at(i, artificial) = 1.0;
            basis_[i] = rows[i].kind == row_kind::at_most ? slack : artificial;
            slack += rows[i].kind != row_kind::equal ? 1U : 0U;
            artificial += rows[i].kind != row_kind::at_most ? 1U : 0U;
        }
    }

    program_solution solve() {
        std::vector<double> phase(columns_, 0.0);
        for (std::size_t j = artificial_; j < columns_; ++j) phase[j] = 1.0;
        double size = 1.0;
        for (std::size_t i = 0; i < rows_; ++i) size = std::fmax(size, std::fabs(at(i, columns_)));
        if (columns_ > artificial_) {
            price(phase);
            const program_state first = run(columns_);
            if (first == program_state::stopped) return {.state = first};
            if (-reduced_[columns_] > 1e-9 * size) return {.state = program_state::infeasible};
            drive_out();
        }
        std::vector<double> cost(columns_, 0.0);
        for (std::size_t j = 0; j < variables_; ++j) cost[j] = program_.variables[j].cost;
        price(cost);
        if (const program_state s = run(artificial_); s != program_state::optimal) return {.state = s};
        program_solution found{.state = program_state::optimal, .cost = 0.0, .nodes = 1};
        found.x.resize(variables_);
        for (std::size_t j = 0; j < variables_; ++j) found.x[j] = program_.variables[j].lower;
        for (std::size_t i = 0; i < rows_; ++i)
            if (basis_[i] < variables_) found.x[basis_[i]] += at(i, columns_);
        found.cost = found.bound = program_.cost_of(found.x);
        return found;
    }

private:
    double& at(std::size_t i, std::size_t j) { return cells_[i * (columns_ + 1) + j]; }

    /// Moves lower bounds into the limit, and makes that positive.
    void turn(linear_row& r) const {
        for (const auto& [j, factor] : r.terms) r.limit -= factor * program_.variables[j].lower;
        if (r.limit >= 0.0) return;
        r.limit = -r.limit;
        for (auto& term : r.terms) term.second = -term.second;
        if (r.kind != row_kind::equal) r.kind = r.kind == row_kind::at_most ? row_kind::at_least : row_kind::at_most;
    }
    /// Reduced costs of `cost` in the present basis; the last cell is minus its value.
    void price(const std::vector<double>& cost) {
        reduced_.assign(columns_ + 1, 0.0);
        for (std::size_t j = 0; j < columns_; ++j) reduced_[j] = cost[j];
        for (std::size_t i = 0; i < rows_; ++i)
            if (const double c = cost[basis_[i]]; c != 0.0)
                for (std::size_t j = 0; j <= columns_; ++j) reduced_[j] -= c * at(i, j);
    }
    /// Steps until no variable below `end` lowers the cost.
    program_state run(std::size_t end) {
        const std::size_t patience = 4 * (rows_ + columns_), most = 50 * patience;
        double before = reduced_[columns_];
        std::size_t idle = 0;
        for (std::size_t step = 0; step < most; ++step) {
            std::size_t enters = end;
            for (std::size_t j = 0; j < end; ++j) {
                if (!(reduced_[j] < -1e-9)) continue;
                if (enters == end || (idle < patience && reduced_[j] < reduced_[enters])) enters = j;
            }
            if (enters == end) return program_state::optimal;
            std::size_t leaves = rows_;
            double least = 0.0;
            for (std::size_t i = 0; i < rows_; ++i) {
                if (!(at(i, enters) > 1e-9)) continue;
                const double ratio = at(i, columns_) / at(i, enters);
                const bool less = leaves == rows_ || ratio < least;
                if (!less && !(ratio == least && basis_[i] < basis_[leaves])) continue;
                leaves = i;
                least = ratio;
            }
            if (leaves == rows_) return program_state::unbounded;
            pivot(leaves, enters);
            idle = reduced_[columns_] > before + 1e-12 ? 0 : idle + 1;
            before = reduced_[columns_];
        }
        return program_state::stopped;
    }
    void pivot(std::size_t row, std::size_t column) {
        const double by = at(row, column);
        for (std::size_t j = 0; j <= columns_; ++j) at(row, j) /= by;
        const auto clear = [&](double* cells) {
            if (const double factor = cells[column]; factor != 0.0)
                for (std::size_t j = 0; j <= columns_; ++j) cells[j] -= factor * at(row, j);
        };
        for (std::size_t i = 0; i < rows_; ++i)
            if (i != row) clear(&at(i, 0));
        clear(reduced_.data());
        basis_[row] = column;
    }
    /// Artificials that are left in the basis at zero go, or their rows say nothing.
    void drive_out() {
        for (std::size_t i = 0; i < rows_; ++i) {
            if (basis_[i] < artificial_) continue;
            for (std::size_t j = 0; j < artificial_; ++j)
                if (std::fabs(at(i, j)) > 1e-9) {
                    pivot(i, j);
                    break;
                }
        }
    }

    const linear_program& program_;
    std::size_t variables_, artificial_ = 0, columns_ = 0, rows_ = 0;
    std::vector<double> cells_{}, reduced_{};
    std::vector<std::size_t> basis_{};
};
}  // namespace detail

/// The least cost where no variable need be whole. Throws `error` for a program that cannot be.
inline program_solution solve_linear(const linear_program& p) { return detail::simplex_tableau(checked(p)).solve(); }
}  // namespace gambrel
