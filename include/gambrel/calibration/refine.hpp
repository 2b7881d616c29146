// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Refines the constants of a device and the host times of a runtime from measured rows: the factors of an `adjustment`
/// under which the whole prediction of every row meets its measurement best.
///
///     minimise sum of loss(ln(measured / predicted(factors)) / noise) + sum ((ln factor) / deviation)^2
///
/// The shipped constants are the prior: every factor is 1, give or take the deviation of the law it stands for
/// (compute, memory: of 16-bit products; network: of collectives; launch: `launch_deviation`; host times: of the
/// runtime). Three rows therefore move what they speak of and leave the rest; what they cannot tell apart is shared by
/// deviation. A roof that no row lies under could only take up what the rows' model does not say of itself, and other
/// models would pay for it. So the deviations of compute and memory shrink with the largest elasticity e = d ln figure /
/// d ln factor that any row has to them: times min(1, 2 e). The deviations of the laws are then scaled by what the rows
/// showed, `noise_rows` imagined rows holding the old ones:
///
///     sigma factor^2 = (noise_rows + rows (residual / predicted deviation)^2) / (noise_rows + rows)
///
/// Rows must be of one device when its constants are to move. Validity: rows whose figure the prediction answers.
/// Evidence: tests/calibration/refine_test.cpp (recovers planted constants; three rows; contradicting rows).

#include <gambrel/calibration/io/calibration_file.hpp>
#include <gambrel/calibration/least_squares.hpp>
#include <gambrel/validation/predict_row.hpp>
#include <map>
#include <vector>

namespace gambrel {

/// What a calibration may move.
struct calibration_request {
    bool device = true;           ///< compute, memory, launch, network
    bool host = true;             ///< the runtime's times
    double host_deviation = 0.0;  ///< prior of host times; 0: the runtime's own
};

/// Prior deviation of the fixed time of kernels: medians of fitted boards differ by about this (docs/calibration/).
inline constexpr double launch_deviation = 0.5;

struct row_residual {
    std::size_t row = 0;           ///< index into the rows given
    double before = 0, after = 0;  ///< predicted / measured - 1
};

struct calibration_outcome {
    gambrel::adjustment adjustment{};
    std::array<double, adjustment::factors> prior{};      ///< deviation of the logarithm; 0: held at 1
    std::array<double, adjustment::factors> deviation{};  ///< the same after the fit
    fit_result fit{};
    std::vector<row_residual> rows{};
    std::map<std::string, std::size_t> refused{};  ///< reason -> rows

    bool converged() const { return fit.converged; }
    /// The rows decide fewer constants than were free: the prior holds the rest.
    bool held_by_prior() const { return fit.free_constants + 0.5 < static_cast<double>(fit.values.size()); }
};

namespace detail {
inline std::array<double, adjustment::factors> prior_deviations(const measured_row& m, const calibration_request& ask) {
    const calibration<> c = constants_of(*m.device, m.runtime.kernels, {}, m.laws.get());
    std::array<double, adjustment::factors> d{};
    if (ask.device) {
        const double product = c.law(multiply_law::bits_16).sigma;
        d[0] = d[1] = product;
        d[2] = launch_deviation;
        d[3] = c.collective.ring.sigma;
    }
    if (ask.host)
        for (std::size_t i = adjustment::device_factors; i < adjustment::factors; ++i)
            d[i] = ask.host_deviation > 0.0 ? ask.host_deviation : m.runtime.host_sigma;
    return d;
}
/// The largest |d ln figure / d ln factor| of factor `i` among `rows`, at most 1.
inline double largest_elasticity(std::vector<measured_row>& rows, std::size_t i) {
    constexpr double step = 0.02;
    double largest = 0.0;
    for (measured_row& m : rows) {
        double value[2] = {};
        for (const int side : {0, 1}) {
            m.adjustment = {};
            m.adjustment.factor[i] = side == 0 ? 1.0 - step : 1.0 + step;
            value[side] = predict_measured(m).value;
        }
        m.adjustment = {};
        if (value[0] > 0.0 && value[1] > 0.0)
            largest =
                larger(largest, std::abs(math::log(value[1] / value[0]) / math::log((1.0 + step) / (1.0 - step))));
    }
    return smaller(largest, 1.0);
}
/// Deviation of the logarithm that the range of `f` stands for.
inline double deviation_of(const predicted_figure& f) {
    return f.high > f.value && f.value > 0.0 ? math::log(f.high / f.value) / normal_quantile_90 : 0.0;
}
}  // namespace detail

/// The adjustment that `rows` ask for. Throws `error` when no row can be predicted, and for rows of several devices or
/// runtimes when those are to move. A fit that does not converge changes nothing and says so.
inline calibration_outcome calibrate(std::vector<measured_row> rows, const calibration_request& ask = {}) {
    calibration_outcome out;
    std::vector<measured_row> used;
    std::vector<double> values;
    double predicted_variance = 0.0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        predicted_figure f = predict_measured(rows[i]);
        if (f.ok() && (rows[i].assumed || rows[i].drafted || rows[i].pools))
            f.refused = "not calibrated on: its settings, its drafts or its pools are not known well enough";
        if (!f.ok()) {
            ++out.refused[f.refused];
            continue;
        }
        out.rows.push_back({i, f.value / rows[i].value - 1.0, 0.0});
        predicted_variance += detail::deviation_of(f) * detail::deviation_of(f);
        values.push_back(rows[i].value);
        used.push_back(std::move(rows[i]));
    }
    if (used.empty()) fail("no row of the table can be predicted, so there is nothing to calibrate on");
    for (const measured_row& m : used) {
        if (ask.device && m.device->name != used.front().device->name)
            fail("the rows are of several devices: " + m.device->name.str() + " and " +
                 used.front().device->name.str());
        if (ask.host && m.runtime.kernels != used.front().runtime.kernels)
            fail("the rows are of several runtimes: " + m.runtime.name.str() + " and " +
                 used.front().runtime.name.str());
    }

    out.prior = detail::prior_deviations(used.front(), ask);
    for (const std::size_t roof : {std::size_t{0}, std::size_t{1}})  // compute, memory
        if (out.prior[roof] > 0.0)
            out.prior[roof] *= smaller(1.0, larger(0.01, 2.0 * detail::largest_elasticity(used, roof)));
    std::vector<std::size_t> free;
    std::vector<prior> priors;
    for (std::size_t i = 0; i < adjustment::factors; ++i)
        if (out.prior[i] > 0.0) {
            free.push_back(i);
            priors.push_back({1.0, out.prior[i]});
        }
    if (free.empty()) fail("a calibration must be allowed to move the device or the host times");
    const auto with = [&](std::span<const double> constants) {
        gambrel::adjustment a;
        for (std::size_t j = 0; j < free.size(); ++j) a.factor[free[j]] = constants[j];
        return a;
    };
    const auto predicted = [&](std::size_t i, std::span<const double> constants) {
        used[i].adjustment = with(constants);
        return predict_measured(used[i]).value;
    };
    out.fit = fit(priors, values, predicted);
    if (!out.fit.converged) return out;

    out.adjustment = with(out.fit.values);
    const auto n = static_cast<double>(used.size());
    const double mean_variance = predicted_variance / n, held = fit_settings{}.noise_rows;
    if (mean_variance > 0.0) {
        const double seen = out.fit.robust_sigma * out.fit.robust_sigma / mean_variance;
        out.adjustment.sigma = smaller(100.0, larger(0.01, math::sqrt((held + n * seen) / (held + n))));
    }
    for (std::size_t j = 0; j < free.size(); ++j) out.deviation[free[j]] = out.fit.deviations[j];
    for (std::size_t i = 0; i < used.size(); ++i) out.rows[i].after = predicted(i, out.fit.values) / values[i] - 1.0;
    return out;
}

/// The file of an outcome. Throws `error` for one that did not converge.
inline calibration_file file_of(const calibration_outcome& o, const measured_row& of, const calibration_request& ask) {
    if (!o.converged()) fail("the fit did not converge: there is no calibration to keep");
    return {ask.device ? of.device->name.str() : "", ask.host ? of.runtime.name.str() : "", o.adjustment, o.fit.rows,
            o.fit.median_error};
}
}  // namespace gambrel
