// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The fit behind `power_laws::hopper`: active, memory, knee and tiles of a power law from measured serving runs.
///
///     minimise sum of (predicted / measured - 1)^2    of dense models over active, memory, knee   (idle, top: kernel data)
///                                                     then of models with experts over tiles
///
/// A run's activity comes from its own measured output rate, not from a predicted one: the flop and the bytes of a
/// decode pass at its mean batch, over the time a pass took (batch / output rate). Every kernel of such a run follows
/// the last one, so `busy` is 1. Dense models first: what is counted of them is what is done, while grouped products
/// multiply tiles and would be taken for power that any busy board draws. Shares of time that a pass waits for the host
/// or for other ranks were tried in `busy`: they fit no better. Plain least squares by least_squares.hpp under priors
/// too wide to matter.
/// Evidence: tests/calibration/fit_power_test.cpp.

#include <gambrel/calibration/least_squares.hpp>
#include <gambrel/model/is_dense.hpp>
#include <gambrel/model/main_multiply.hpp>
#include <gambrel/validation/measured.hpp>

namespace gambrel {

struct power_sample {
    std::string model;
    double share = 0;      ///< power / limit
    double computing = 0;  ///< flop / (time x peak)
    double streaming = 0;  ///< bytes / (time x bandwidth)
    bool grouped = false;  ///< a model with experts
    double batch = 0;
};

/// One sample per run of an energy table, `rows` as `read_measurements` gives them; unreadable runs are left out.
inline std::vector<power_sample> power_samples(const std::vector<measured_row>& rows) {
    std::vector<power_sample> samples;
    const auto of_run = [&](std::size_t line, metric what) -> const measured_row* {
        for (const measured_row& m : rows)
            if (m.line == line && m.metric == what && m.ok()) return &m;
        return nullptr;
    };
    for (const measured_row& m : rows) {
        if (m.metric != metric::board_power || !m.ok()) continue;
        const measured_row* rate = of_run(m.line, metric::output_throughput);
        if (!rate) continue;
        const precision formats = resolved(m.formats, *m.device, m.runtime.formats);
        const request_shape r(m.workload, m.runtime.scheduling, *m.model);
        double flop = 0.0, moved = 0.0;
        for_each_operation({*m.model, m.cut, formats}, step_shape::decode(m.workload.concurrency, r.context),
                           [&](const operation& op) {
                               flop += op.work.value() * op.repeats;
                               moved += op.traffic().value() * op.repeats;
                           });
        const deployment<> d{*m.model, *m.device, m.runtime, m.cut, formats};
        const roof<> roof = d.roof();
        const double time = m.workload.concurrency / rate->value;
        samples.push_back({m.model_name, m.value / m.device->power.limit.value.value(),
                           flop / (time * roof.peak(main_multiply(*m.model, formats.weights)).value()),
                           moved / (time * roof.bandwidth().value()), !is_dense(*m.model), m.workload.concurrency});
    }
    return samples;
}

struct power_constants {
    double active = 0.5, memory = 0.2, knee = 0.1, tiles = 2.0;

    double share(const power_sample& s, double top) const {
        const double base = smaller(top, active + memory * s.streaming);
        return base + (top - base) * (1.0 - math::exp(-s.computing * (s.grouped ? tiles : 1.0) / knee));
    }
};

struct power_fit {
    power_constants constants{};
    bool converged = false;
};

/// Constants that fit `samples` best, with the given top; `tiles` is 1 without runs of experts. Throws `error` for fewer
/// than ten dense samples.
inline power_fit fit_power_law(const std::vector<power_sample>& samples, double top) {
    std::vector<power_sample> dense, grouped;
    for (const power_sample& s : samples) (s.grouped ? grouped : dense).push_back(s);
    if (dense.size() < 10) fail("a power law needs at least ten measured runs of dense models");
    checked(top, 0.1, 1.0, "the top of a power law");
    constexpr double wide = 3.0;  // deviation of a prior's logarithm: a factor of 20 either way
    constexpr fit_settings plain{.softness = std::numeric_limits<double>::infinity(), .noise_rows = 0.0};
    const power_constants start;
    // The residual of `fit` is ln(measured / predicted): of 1 / exp(error), the relative error itself.
    const auto residual = [&](const power_constants& c, const power_sample& s) {
        return std::exp(c.share(s, top) / s.share - 1.0);
    };
    const std::array priors{prior{start.active, wide}, prior{start.memory, wide}, prior{start.knee, wide}};
    const fit_result f = fit(
        priors, std::vector<double>(dense.size(), 1.0),
        [&](std::size_t i, std::span<const double> c) {
            return residual({c[0], c[1], c[2], 1.0}, dense[i]);
        },
        plain);
    power_fit fitted{{f.values[0], f.values[1], f.values[2], 1.0}, f.converged};
    if (grouped.empty()) return fitted;
    const std::array tiles{prior{start.tiles, wide}};
    const fit_result g = fit(
        tiles, std::vector<double>(grouped.size(), 1.0),
        [&](std::size_t i, std::span<const double> c) {
            power_constants of = fitted.constants;
            of.tiles = c[0];
            return residual(of, grouped[i]);
        },
        plain);
    fitted.constants.tiles = g.values[0];
    fitted.converged = fitted.converged && g.converged;
    return fitted;
}
}  // namespace gambrel
