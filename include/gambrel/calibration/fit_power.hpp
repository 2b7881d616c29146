// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The fit behind `power_laws::hopper`: active, memory and knee of a power law from measured serving runs.
///
///     minimise sum of (predicted / measured - 1)^2 over active, memory, knee        (idle and top are kernel data)
///
/// A run's activity comes from its own measured output rate, not from a predicted one: the flop and the bytes of a
/// decode pass at its mean batch, over the time a pass took (batch / output rate). Every kernel of such a run follows
/// the last one, so `busy` is 1. Gauss-Newton with halved steps. Evidence: tests/calibration/fit_power_test.cpp.

#include <gambrel/model/main_multiply.hpp>
#include <gambrel/validation/measured.hpp>

namespace gambrel {

struct power_sample {
    std::string model;
    double share = 0;      ///< power / limit
    double computing = 0;  ///< flop / (time x peak)
    double streaming = 0;  ///< bytes / (time x bandwidth)
};

/// One sample per run of an energy table, `rows` as `read_measurements` gives them; unreadable runs are left out.
inline std::vector<power_sample> power_samples(const std::vector<measured>& rows) {
    std::vector<power_sample> samples;
    const auto of_run = [&](std::size_t line, metric what) -> const measured* {
        for (const measured& m : rows)
            if (m.line == line && m.metric == what && m.ok()) return &m;
        return nullptr;
    };
    for (const measured& m : rows) {
        if (m.metric != metric::board_power || !m.ok()) continue;
        const measured* rate = of_run(m.line, metric::output_throughput);
        if (!rate) continue;
        const precision formats = resolved(m.formats, *m.device);
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
                           moved / (time * roof.bandwidth().value())});
    }
    return samples;
}

struct power_constants {
    double active = 0.5, memory = 0.2, knee = 0.1;

    double share(const power_sample& s, double top) const {
        const double base = smaller(top, active + memory * s.streaming);
        return base + (top - base) * (1.0 - math::exp(-s.computing / knee));
    }
};

struct power_fit {
    power_constants constants{};
    bool converged = false;
};

namespace detail {
inline double squared_misfit(const std::vector<power_sample>& samples, const power_constants& c, double top) {
    double sum = 0.0;
    for (const power_sample& s : samples) {
        const double e = c.share(s, top) / s.share - 1.0;
        sum += e * e;
    }
    return sum;
}

/// x of a x = b for a symmetric positive 3 x 3 matrix, by elimination.
inline std::array<double, 3> solved(std::array<std::array<double, 3>, 3> a, std::array<double, 3> b) {
    for (std::size_t i = 0; i < 3; ++i)
        for (std::size_t j = i + 1; j < 3; ++j) {
            const double f = a[j][i] / a[i][i];
            for (std::size_t k = i; k < 3; ++k) a[j][k] -= f * a[i][k];
            b[j] -= f * b[i];
        }
    for (std::size_t i = 3; i-- > 0;) {
        for (std::size_t k = i + 1; k < 3; ++k) b[i] -= a[i][k] * b[k];
        b[i] /= a[i][i];
    }
    return b;
}
}  // namespace detail

/// Constants that fit `samples` best, with the given top. Throws `error` for fewer than ten samples.
inline power_fit fit_power_law(const std::vector<power_sample>& samples, double top) {
    if (samples.size() < 10) fail("a power law needs at least ten measured runs");
    checked(top, 0.1, 1.0, "the top of a power law");
    power_fit fit;
    double best = detail::squared_misfit(samples, fit.constants, top);
    for (int round = 0; round < 200 && !fit.converged; ++round) {
        std::array<std::array<double, 3>, 3> normal{};
        std::array<double, 3> right{};
        for (const power_sample& s : samples) {
            const power_constants& c = fit.constants;
            const double still = math::exp(-s.computing / c.knee), base = c.active + c.memory * s.streaming;
            const std::array<double, 3> slope{still / s.share, s.streaming * still / s.share,
                                              -(top - base) * still * s.computing / (c.knee * c.knee) / s.share};
            const double e = c.share(s, top) / s.share - 1.0;
            for (std::size_t i = 0; i < 3; ++i) {
                right[i] -= slope[i] * e;
                for (std::size_t j = 0; j < 3; ++j) normal[i][j] += slope[i] * slope[j];
            }
        }
        for (std::size_t i = 0; i < 3; ++i) normal[i][i] *= 1.0 + 1e-9;  // keeps the elimination from dividing by 0
        const std::array<double, 3> step = detail::solved(normal, right);
        fit.converged = true;
        for (double length = 1.0; length > 1e-6; length *= 0.5) {
            const power_constants next{fit.constants.active + length * step[0], fit.constants.memory + length * step[1],
                                       fit.constants.knee + length * step[2]};
            if (!(next.knee > 1e-3)) continue;
            const double misfit = detail::squared_misfit(samples, next, top);
            if (!(misfit < best)) continue;
            fit.converged = best - misfit < 1e-10 * best;
            fit.constants = next;
            best = misfit;
            break;
        }
    }
    return fit;
}
}  // namespace gambrel
