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

inline fitted_backend fit_of(const backend& b, const rows_type& rows) {
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
        moved_to.assign(constants.size(), 1.0);
        if (some.empty()) continue;
        std::vector<prior> priors;
        for (const constant& c : constants) priors.push_back(c.before);
        const ggml_law<> from = decodes ? f.before : ggml_law<>{};
        const auto model = [&](std::size_t i, std::span<const double> x) {
            const ggml_board board = board_of(some[i]);
            const ggml_law<> l = decodes ? moved(from, constants, x, board)
                                         : moved(moved(f.before, f.decode, f.decode_values, board), constants, x, board);
            const predicted_figure p = predicted_under(some[i], l, b);
            return p.ok() ? p.value : 0.0;
        };
        const fit_result r = fit(priors, values, model, {.most_iterations = 60});
        f.converged = f.converged && r.converged;
        moved_to = r.values;
    }
    return f;
}

/// One row under a fit that has not seen its device (or model).
struct left_out_row {
    measured_row row{};
    double error = 0;   ///< ln(predicted / measured)
    double sigma = 0;   ///< log standard deviation of the prediction for a law of deviation 1
};

inline left_out_row judged(const measured_row& m, const fitted_backend& f) {
    ggml_law<> l = f.law(board_of(m));
    l.decode_sigma = l.prompt_sigma = 1.0;
    const predicted_figure p = predicted_under(m, l, f.of);
    return {m, std::log(p.value / m.value), std::log(p.high / p.value) / normal_quantile_90};
}

/// What a row is left out with.
inline std::string left_out_with(const measured_row& m, bool by_model) {
    return by_model ? m.model->name.str() : m.device->name.str();
}
inline bool has_one_device(const rows_type& rows) {
    std::set<std::string> devices;
    for (const measured_row& m : rows) devices.insert(m.device->name.str());
    return devices.size() < 2;
}
inline std::vector<left_out_row> left_out(const backend& b, const rows_type& rows) {
    const bool by_model = has_one_device(rows);
    std::map<std::string, rows_type> groups;
    for (const measured_row& m : rows) groups[left_out_with(m, by_model)].push_back(m);
    std::vector<left_out_row> out;
    for (const auto& [name, some] : groups) {
        rows_type others;
        for (const measured_row& m : rows)
            if (left_out_with(m, by_model) != name) others.push_back(m);
        const fitted_backend f = fit_of(b, others);
        for (const measured_row& m : some) out.push_back(judged(m, f));
    }
    return out;
}

/// The deviation of a law whose 80 % ranges hold `share` of `rows`: that quantile of what each would need.
inline double deviation_for(const std::vector<left_out_row>& rows, bool decodes, double share) {
    std::vector<double> needed;
    for (const left_out_row& r : rows)
        if (is_decode(r.row) == decodes && r.sigma > 0.0) needed.push_back(std::abs(r.error) / (normal_quantile_90 * r.sigma));
    return needed.empty() ? 0.0 : gambrel::detail::quantile(needed, share);
}
}  // namespace fit_ggml
