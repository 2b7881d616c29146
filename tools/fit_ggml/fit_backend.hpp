// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The fit of one backend: its law for every kind of board, and its rows with one device (or, of a backend with one device,
/// one model) left out.

#include "constants.hpp"

namespace fit_ggml {

/// `m` predicted under `l`.
inline predicted_figure predicted_under(const measured_row& m, const ggml_law<>& l, const backend& b) {
    adjusted_run run(m);
    run.constants.ggml = gambrel::detail::on_units_of(l, *m.device, backend_on(b.library, *m.device));
    run.constants.ggml.present = true;
    run.constants.state.fixed = l.decode_start;
    return gambrel::detail::pass_rate(m, run);
}

/// A fitted backend: the law is `before` moved by both stages' constants.
struct fitted_backend {
    backend of{};
    ggml_law<> before{};
    std::vector<constant> decode{}, prompt{};
    std::vector<double> decode_values{}, prompt_values{};
    std::size_t rows = 0;
    bool converged = true;

    ggml_law<> law(ggml_board board) const {
        ggml_law<> l = moved(before, decode, decode_values, board);
        return prompt_values.empty() ? l : moved(l, prompt, prompt_values, board);
    }
};

/// Boards of `c` begin where the era before has them, half as free.
inline void take_boards(std::vector<constant>& c, const std::vector<constant>& before,
                        const std::vector<double>& values) {
    for (constant& each : c)
        for (std::size_t i = 0; i < before.size(); ++i)
            if (!each.boards.empty() && each.boards == before[i].boards && each.name == before[i].name)
                each.before = {values[i], 0.5 * each.before.deviation};
}

/// `known`: factors of boards as the backend's era before fitted them, where there was one.
inline fitted_backend fit_of(const backend& b, const rows_type& rows, const fitted_backend* known = nullptr) {
    fitted_backend f{.of = b, .before = law_before(b)};
    f.rows = rows.size();
    for (const bool decodes : {true, false}) {
        rows_type some;
        std::vector<double> values;
        for (const measured_row& m : rows)
            if (is_decode(m) == decodes) {
                some.push_back(m);
                values.push_back(m.value);
            }
        auto& constants = decodes ? f.decode : f.prompt;
        auto& moved_to = decodes ? f.decode_values : f.prompt_values;
        constants = constants_for(b, some, decodes);
        if (known)
            take_boards(constants, decodes ? known->decode : known->prompt,
                        decodes ? known->decode_values : known->prompt_values);
        moved_to.clear();
        for (const constant& c : constants) moved_to.push_back(c.before.mean);
        if (some.empty()) continue;
        std::vector<prior> priors;
        for (const constant& c : constants) priors.push_back(c.before);
        const ggml_law<> from = decodes ? f.before : ggml_law<>{};
        const auto model = [&](std::size_t i, std::span<const double> x) {
            const ggml_board board = board_of(some[i]);
            const ggml_law<> l = decodes
                                     ? moved(from, constants, x, board)
                                     : moved(moved(f.before, f.decode, f.decode_values, board), constants, x, board);
            const predicted_figure p = predicted_under(some[i], l, b);
            return p.ok() ? p.value : 0.0;
        };
        const fit_result r = fit(priors, values, model, {.most_iterations = 300});
        f.converged = f.converged && r.converged;
        moved_to = r.values;
    }
    return f;
}

/// One row under a fit that has not seen its device (or model).
struct left_out_row {
    measured_row row{};
    double error = 0;               ///< ln(predicted / measured)
    double dense = 0, experts = 0;  ///< log standard deviation of the prediction for laws of deviation 1, of each kind

    bool mixture() const { return !is_dense(*row.model); }
    double sigma(double of_dense, double of_experts) const {
        return std::hypot(dense * of_dense, experts * of_experts);
    }
};

inline left_out_row judged(const measured_row& m, const fitted_backend& f) {
    left_out_row r{m};
    ggml_law<> l = f.law(board_of(m));
    for (const bool experts : {false, true}) {
        l.decode_sigma = l.prompt_sigma = experts ? 0.0 : 1.0;
        l.expert_decode_sigma = l.expert_prompt_sigma = experts ? 1.0 : 0.0;
        const predicted_figure p = predicted_under(m, l, f.of);
        r.error = std::log(p.value / m.value);
        // experts: their routing is a part of what the rows show, so its own deviation is taken off
        (experts ? r.experts : r.dense) = std::log(p.high / p.value) / normal_quantile_90;
    }
    return r;
}

/// Rows of other devices of its kind of board that a device needs to be left out: fewer cannot stand for the kind.
inline constexpr std::size_t enough_others = 12;

/// What a row is left out with: its device, or its model on that device where too few others of its kind of board ran.
inline std::string left_out_with(const measured_row& m, const rows_type& rows) {
    std::size_t others = 0;
    for (const measured_row& other : rows)
        others += board_of(other) == board_of(m) && other.device->name != m.device->name ? 1 : 0;
    return others >= enough_others ? m.device->name.str() : m.device->name.str() + ", " + m.model->name.str();
}
/// All rows under fits that have not seen what they are left out with.
inline std::vector<left_out_row> left_out(const backend& b, const rows_type& rows, const fitted_backend* known) {
    std::map<std::string, rows_type> groups;
    for (const measured_row& m : rows) groups[left_out_with(m, rows)].push_back(m);
    std::vector<left_out_row> out;
    if (groups.size() < 2) return out;
    for (const auto& [name, some] : groups) {
        rows_type others;
        for (const measured_row& m : rows)
            if (left_out_with(m, rows) != name) others.push_back(m);
        const fitted_backend f = fit_of(b, others, known);
        for (const measured_row& m : some) out.push_back(judged(m, f));
    }
    return out;
}

/// Deviations of the laws of dense products and of experts.
struct deviations {
    double dense = 0, experts = 0;
};
/// Those whose 80 % ranges hold `share` of `rows`, of dense models and of mixtures each.
inline deviations deviations_for(const std::vector<left_out_row>& rows, bool decodes, double share) {
    const auto held = [&](bool mixtures, const deviations& d) {
        double n = 0, inside = 0;
        for (const left_out_row& r : rows) {
            if (is_decode(r.row) != decodes || r.mixture() != mixtures) continue;
            n += 1;
            inside += std::abs(r.error) <= normal_quantile_90 * r.sigma(d.dense, d.experts) ? 1 : 0;
        }
        return n > 0 ? inside / n : 1.0;
    };
    deviations d;
    double spread = 0.0;  // of all, where there is nothing dense
    for (bool mixtures : {false, true})
        for (double& x = mixtures ? d.experts : d.dense; held(mixtures, d) < share && x < 3.0;) x += 0.002;
    for (const left_out_row& r : rows) spread += is_decode(r.row) == decodes && !r.mixture() ? 1 : 0;
    if (spread == 0.0) d.dense = 0.5 * d.experts;
    d.experts = std::max(d.experts, d.dense);
    return d;
}
}  // namespace fit_ggml
