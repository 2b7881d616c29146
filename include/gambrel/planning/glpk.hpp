// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Linear programs by GLPK, the GNU Linear Programming Kit: whole numbers by its branch and cut.
///
///     least_cost_fleet(question, solve_by_glpk)
///
/// A component of its own: link gambrel::lp, which is there where GLPK is (libglpk-dev). GLPK keeps its state in the thread
/// that calls it (built with thread-local storage, as distributions do). Source: GLPK 5.0, Reference Manual (glp_intopt).
/// Evidence: tests/lp/glpk_test.cpp.

#include <glpk.h>

#include <gambrel/planning/linear_program.hpp>
#include <memory>

namespace gambrel {

namespace detail {
inline void glpk_asks(glp_tree* tree, void* about) {
    const auto& search = *static_cast<const program_search*>(about);
    if (search.stopped && search.stopped()) glp_ios_terminate(tree);
}
inline void glpk_bounds(glp_prob* p, int at, double lower, double upper,
                        void (*set)(glp_prob*, int, int, double, double)) {
    const bool below = std::isfinite(lower), above = std::isfinite(upper);
    set(p, at,
        below && above ? (lower == upper ? GLP_FX : GLP_DB)
        : below        ? GLP_LO
        : above        ? GLP_UP
                       : GLP_FR,
        lower, upper);
}
}  // namespace detail

/// The least cost, to GLPK's tolerances (1e-5 of a whole number, 1e-7 of a row). Throws `error` for a program that cannot be.
inline program_solution solve_by_glpk(const linear_program& p, const program_search& search = {}) {
    checked(p);
    glp_term_out(GLP_OFF);
    const std::unique_ptr<glp_prob, void (*)(glp_prob*)> lp(glp_create_prob(), glp_delete_prob);
    if (!p.variables.empty()) glp_add_cols(lp.get(), static_cast<int>(p.variables.size()));
    if (!p.rows.empty()) glp_add_rows(lp.get(), static_cast<int>(p.rows.size()));
    for (std::size_t j = 0; j < p.variables.size(); ++j) {
        const linear_variable& v = p.variables[j];
        const int at = static_cast<int>(j) + 1;
        const double lower = v.whole ? std::ceil(v.lower) : v.lower, upper = v.whole ? std::floor(v.upper) : v.upper;
        if (lower > upper) return {};
        detail::glpk_bounds(lp.get(), at, lower, upper, glp_set_col_bnds);
        glp_set_obj_coef(lp.get(), at, v.cost);
        glp_set_col_kind(lp.get(), at, v.whole ? GLP_IV : GLP_CV);
    }
    constexpr double no_limit = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < p.rows.size(); ++i) {
        const linear_row& r = p.rows[i];
        const int at = static_cast<int>(i) + 1;
        detail::glpk_bounds(lp.get(), at, r.kind == row_kind::at_most ? -no_limit : r.limit,
                            r.kind == row_kind::at_least ? no_limit : r.limit, glp_set_row_bnds);
        std::vector<int> variables(1);  // GLPK counts from 1
        std::vector<double> factors(1);
        for (const auto& [j, factor] : r.terms) {
            variables.push_back(static_cast<int>(j) + 1);
            factors.push_back(factor);
        }
        glp_set_mat_row(lp.get(), at, static_cast<int>(r.terms.size()), variables.data(), factors.data());
    }
    glp_smcp simplex;
    glp_init_smcp(&simplex);
    simplex.msg_lev = GLP_MSG_OFF;
    program_solution found;
    if (glp_simplex(lp.get(), &simplex) != 0) return {.state = program_state::stopped};
    switch (glp_get_status(lp.get())) {
        case GLP_OPT: break;
        case GLP_UNBND: return {.state = program_state::unbounded};
        case GLP_NOFEAS: return {.state = program_state::infeasible};
        default: return {.state = program_state::stopped};
    }
    found.bound = glp_get_obj_val(lp.get());
    glp_iocp cuts;
    glp_init_iocp(&cuts);
    cuts.msg_lev = GLP_MSG_OFF;
    cuts.gmi_cuts = cuts.mir_cuts = GLP_ON;
    cuts.cb_func = detail::glpk_asks;
    cuts.cb_info = const_cast<program_search*>(&search);  // handed back to glpk_asks, which reads it alone
    const int ended = glp_intopt(lp.get(), &cuts);
    const int state = glp_mip_status(lp.get());
    found.state = state == GLP_OPT      ? program_state::optimal
                  : state == GLP_NOFEAS ? program_state::infeasible
                                        : program_state::stopped;
    if (ended != 0 && found.state == program_state::optimal) found.state = program_state::stopped;
    if (state != GLP_OPT && state != GLP_FEAS) return found;
    for (std::size_t j = 0; j < p.variables.size(); ++j) {
        const double x = glp_mip_col_val(lp.get(), static_cast<int>(j) + 1);
        found.x.push_back(p.variables[j].whole ? std::round(x) : x);
    }
    found.cost = p.cost_of(found.x);
    if (found.state == program_state::optimal) found.bound = found.cost;
    return found;
}
}  // namespace gambrel
