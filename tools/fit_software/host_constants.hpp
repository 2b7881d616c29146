// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The host times of runtimes as constants of a fit: those that runtimes share, and their own.

#include "rows.hpp"
#include <array>
#include <gambrel/calibration/least_squares.hpp>
#include <optional>
#include <span>

namespace fit_software {

/// What is fitted of a runtime, and what is known before: the two last where it serves with graphs.
enum constant : std::size_t {
    kernel_start,
    per_step,
    per_kernel,
    per_sequence,
    per_request,
    per_eager_kernel,
    per_prompt_token,
    per_plan,
    constant_count
};
inline const std::array<prior, constant_count> host_prior{
    {{0.8, 0.3}, {1e-3, 1.0}, {0.8e-6, 0.3}, {4.4e-6, 0.7}, {10e-3, 0.7}, {40e-6, 0.7}, {4e-6, 1.0}, {1e-3, 0.5}}};

inline void set_host(measured_row& m, std::span<const double> c) {
    host_time<>& h = m.runtime.host;
    const source by{"fitted", "", evidence::derived};
    m.runtime.kernel_start = c[kernel_start];
    h.per_step = {seconds<>::from_value(c[per_step]), by};
    h.per_kernel = {seconds<>::from_value(c[per_kernel]), by};
    h.per_sequence = {seconds<>::from_value(c[per_sequence]), by};
    h.per_request = {seconds<>::from_value(c[per_request]), by};
    if (c.size() <= per_eager_kernel) return;
    h.per_eager_kernel = {seconds<>::from_value(c[per_eager_kernel]), by};
    h.per_prompt_token = {seconds<>::from_value(c[per_prompt_token]), by};
    h.per_plan = {seconds<>::from_value(c[per_plan]), by};
}
/// How kernels follow each other on a device is the driver's and the graph's affair more than the runtime's, and what a
/// launch costs is Python's: these are fitted on all main runtimes together, and each runtime keeps within this (log)
/// deviation of them.
inline constexpr std::array shared_of_host{kernel_start, per_kernel, per_eager_kernel, per_plan};
inline constexpr std::array own_of_host{per_step, per_sequence, per_request, per_prompt_token};
inline constexpr std::array shared_deviation{0.05, 0.05, 0.3, 0.05};
using shared_constants = std::array<double, shared_of_host.size()>;

/// A pass is the greater of device and launches: slopes are taken over a few percent, or the fit crawls along kinks.
inline const fit_settings across_kinks{.difference = 0.03};

inline shared_constants fit_shared(std::vector<rows_type> runtimes) {
    std::vector<prior> priors;
    for (const constant c : shared_of_host) priors.push_back(host_prior[c]);
    std::vector<double> values;
    std::vector<std::pair<std::size_t, std::size_t>> where_is;  // runtime, row
    for (std::size_t r = 0; r < runtimes.size(); ++r) {
        for (const constant c : own_of_host) priors.push_back(host_prior[c]);
        for (std::size_t i = 0; i < runtimes[r].size(); ++i) {
            values.push_back(runtimes[r][i].value);
            where_is.emplace_back(r, i);
        }
    }
    const fit_result f = fit(
        priors, values,
        [&](std::size_t i, std::span<const double> c) {
            const auto [r, row] = where_is[i];
            std::array<double, constant_count> all{};
            for (std::size_t k = 0; k < shared_of_host.size(); ++k) all[shared_of_host[k]] = c[k];
            for (std::size_t k = 0; k < own_of_host.size(); ++k)
                all[own_of_host[k]] = c[shared_of_host.size() + own_of_host.size() * r + k];
            set_host(runtimes[r][row], all);
            return predict_measured(runtimes[r][row]).value;
        },
        across_kinks);
    if (!f.converged) fail("the constants that runtimes share did not converge");
    shared_constants s{};
    std::copy_n(f.values.begin(), s.size(), s.begin());
    return s;
}

inline fit_result fit_host(rows_type rows, const std::optional<shared_constants>& shared) {
    std::vector<double> values;
    for (const measured_row& m : rows) values.push_back(m.value);
    std::vector<prior> priors(host_prior.begin(), host_prior.begin() + (shared ? constant_count : per_eager_kernel));
    if (!shared) priors[per_kernel].deviation = 1.0;  // known of graphs: not of launches one by one
    if (shared)
        for (std::size_t i = 0; i < shared->size(); ++i)
            priors[shared_of_host[i]] = {(*shared)[i], shared_deviation[i]};
    return fit(
        priors, values,
        [&](std::size_t i, std::span<const double> c) {
            set_host(rows[i], c);
            return predict_measured(rows[i]).value;
        },
        across_kinks);
}
}  // namespace fit_software
