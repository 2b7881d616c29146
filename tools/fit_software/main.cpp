// SPDX-License-Identifier: Apache-2.0
// fit_software DATA_DIR SOURCE_DIR: fits what kernels do not explain, on DATA_DIR/serving_measured.csv, and writes into
// the tree SOURCE_DIR
//
//   the host times of runtimes                    include/gambrel/runtime/catalog/fitted_hosts.hpp
//   the cold starts of the InferenceX recipes     data/rules/cold_starts.json
//   devices without kernel tables                 include/gambrel/roofline/calibration/catalog/serving.hpp
//   rows, constants, residuals, models left out   docs/calibration/software.md
//
// Kernel constants stay as they are compiled in: run fit_kernels before, build, then this.
#include "fitted_hosts.hpp"
#include "generated.hpp"
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fmt/format.h>
#include <functional>
#include <gambrel/calibration/refine.hpp>
#include <gambrel/measurement/io/conventions_file.hpp>
#include <gambrel/model/is_dense.hpp>
#include <gambrel/roofline/calibration/serving_fits.hpp>
#include <gambrel/validation/measured.hpp>
#include <map>
#include <optional>

using namespace gambrel;

namespace {
using generated::write;
using generated::write_fitted_hosts;
const std::string date = generated::fit_date();
using rows_type = std::vector<measured_row>;

rows_type where(const rows_type& all, const std::function<bool(const measured_row&)>& wanted) {
    rows_type some;
    for (const measured_row& m : all)
        if (m.ok() && wanted(m) && predict_measured(m).ok()) some.push_back(m);
    return some;
}
bool is(const measured_row& m, std::string_view runtime) { return m.runtime.name.view() == runtime; }
bool on(const measured_row& m, std::initializer_list<std::string_view> devices) {
    return std::any_of(devices.begin(), devices.end(), [&](auto d) { return m.device->name.view() == d; });
}
bool from(const measured_row& m, std::string_view source) { return m.source.starts_with(source); }
bool times_tokens(const measured_row& m) { return m.metric == metric::tpot || m.metric == metric::itl; }
/// The burst of a benchmark whose engine was warmed up by one request: it may compile on the way.
bool may_start_cold(const measured_row& m) {
    return from(m, "inferencex") && m.metric == metric::ttft && m.workload.protocol.reported == statistic::mean;
}

struct errors {
    double median = 0, mean = 0;
    std::size_t rows = 0;
};
errors errors_of(const rows_type& rows) {
    std::vector<double> e;
    for (const measured_row& m : rows) e.push_back(std::abs(predict_measured(m).value / m.value - 1));
    if (e.empty()) return {};
    double sum = 0;
    for (const double x : e) sum += x;
    std::sort(e.begin(), e.end());
    return {e[e.size() / 2], sum / static_cast<double>(e.size()), e.size()};
}

// --- Host times ------------------------------------------------------------------------------------------------------
/// kernel_start, per_step, per_kernel, per_sequence, per_request, cold start on Hopper and on Blackwell.
/// Bandwidth shares of measured boards lie within this of each other (docs/calibration/gemm.md): more would not be
/// physical.
constexpr double memory_deviation = 0.1;
const std::vector<prior> host_prior{{0.8, 0.3},   {1e-3, 1.0}, {0.7e-6, 1.0}, {4.4e-6, 0.7},
                                    {10e-3, 0.7}, {0.1, 1.0},  {0.4, 1.0}};

void set_host(measured_row& m, std::span<const double> c) {
    host_time<>& h = m.runtime.host;
    const source by{"fitted", date, evidence::derived};
    m.runtime.kernel_start = c[0];
    h.per_step = {seconds<>::from_value(c[1]), by};
    h.per_kernel = {seconds<>::from_value(c[2]), by};
    h.per_sequence = {seconds<>::from_value(c[3]), by};
    h.per_request = {seconds<>::from_value(c[4]), by};
    m.workload.protocol.cold_start = seconds<>::from_value(!may_start_cold(m)                    ? 0.0
                                                           : m.device->name.view() == "b200-sxm" ? c[6]
                                                                                                 : c[5]);
}
/// How kernels follow each other on a device is the driver's and the graph's affair more than the runtime's: the share of
/// their fixed times and the time between them are fitted on all main runtimes together, and each runtime keeps within
/// this (log) deviation of them.
constexpr double shared_deviation = 0.05;
using shared_constants = std::array<double, 2>;  // kernel_start, per_kernel

constexpr std::size_t shared_of_host[] = {0, 2};
shared_constants fit_shared(std::vector<rows_type> runtimes) {
    std::vector<prior> priors{host_prior[0], host_prior[2]};
    std::vector<double> values;
    std::vector<std::pair<std::size_t, std::size_t>> where_is;  // runtime, row
    for (std::size_t r = 0; r < runtimes.size(); ++r) {
        for (const std::size_t own : {1U, 3U, 4U, 5U, 6U}) priors.push_back(host_prior[own]);
        for (std::size_t i = 0; i < runtimes[r].size(); ++i) {
            values.push_back(runtimes[r][i].value);
            where_is.emplace_back(r, i);
        }
    }
    const fit_result f = fit(priors, values, [&](std::size_t i, std::span<const double> c) {
        const auto [r, row] = where_is[i];
        const double* own = c.data() + 2 + 5 * r;
        set_host(runtimes[r][row], std::array{c[0], own[0], c[1], own[1], own[2], own[3], own[4]});
        return predict_measured(runtimes[r][row]).value;
    });
    if (!f.converged) fail("the constants that runtimes share did not converge");
    return {f.values[0], f.values[1]};
}

fit_result fit_host(rows_type rows, const std::optional<shared_constants>& shared) {
    std::vector<double> values;
    for (const measured_row& m : rows) values.push_back(m.value);
    std::vector<prior> priors = host_prior;
    if (shared)
        for (std::size_t i = 0; i < shared->size(); ++i) priors[shared_of_host[i]] = {(*shared)[i], shared_deviation};
    return fit(priors, values, [&](std::size_t i, std::span<const double> c) {
        set_host(rows[i], c);
        return predict_measured(rows[i]).value;
    });
}
struct host_fit {
    std::string name;   ///< of the runtime
    std::string since;  ///< the first version that the constants stand for
    std::string data;   ///< in words
    rows_type rows;
    std::string source = "fitted: " + data;
    fit_result fit{};
};

// --- Ranges ----------------------------------------------------------------------------------------------------------
/// Share of measured rows that an 80 % range is made to hold: rows of other models and machines will be further off.
constexpr double held = 0.84;

/// The deviation s that, in squares times `weight` beside what a row's range has already, lets `held` of them in.
double missing_deviation(const std::vector<std::array<double, 3>>& rows) {  // |ln error|, deviation, weight
    double low = 0.0, high = 5.0;
    for (int i = 0; i < 60; ++i) {
        const double s = 0.5 * (low + high);
        std::size_t inside = 0;
        for (const auto& [error, deviation, weight] : rows)
            if (error <= normal_quantile_90 * std::hypot(deviation, weight * s)) ++inside;
        (static_cast<double>(inside) < held * static_cast<double>(rows.size()) ? low : high) = s;
    }
    return high;
}
/// Error and deviation of each row as it stands.
std::vector<std::array<double, 3>> spread_of(const rows_type& rows,
                                             const std::function<double(const measured_row&)>& weight) {
    std::vector<std::array<double, 3>> all;
    for (const measured_row& m : rows) {
        const predicted_figure f = predict_measured(m);
        if (f.ok()) all.push_back({std::abs(std::log(f.value / m.value)), gambrel::detail::deviation_of(f), weight(m)});
    }
    return all;
}

// --- Writing ---------------------------------------------------------------------------------------------------------
std::string header_of(const std::string& what) {
    return "// SPDX-License-Identifier: Apache-2.0\n#pragma once\n/// " + what + "\n/// Fitted " + date +
           " by `fit_software DATA_DIR SOURCE_DIR` on serving_measured.csv; residuals:\n"
           "/// docs/calibration/software.md. Do not edit.\n\n";
}
}  // namespace

int main(int argc, char** argv) try {
    if (argc != 3) {
        fmt::print(stderr, "usage: fit_software DATA_DIR SOURCE_DIR\n");
        return 2;
    }
    const std::string tree = argv[2];
    rows_type all = read_measurements(std::string(argv[1]) + "/serving_measured.csv", read_conventions(tree + "/data"));
    for (measured_row& m : all) m.workload.protocol.cold_start = {};
    const auto hopper_and_blackwell = [](const measured_row& m) { return on(m, {"h100-sxm", "h200-sxm", "b200-sxm"}); };
    const auto benchmark = [](const measured_row& m) {
        return (from(m, "inferencex") && (times_tokens(m) || m.metric == metric::ttft)) ||
               (from(m, "aic-runs") && times_tokens(m));
    };
    std::string page =
        "# Software constants\n\nGenerated by `fit_software DATA_DIR SOURCE_DIR` (tools/fit_software/) from "
        "`serving_measured.csv`, with the kernel constants of the other pages fixed. Errors are median / mean of "
        "|predicted / measured - 1| in %.\n\n## Host times of runtimes\n\nFitted on models without experts, but for "
        "gpt-oss under vLLM, whose few layers tell a step's time from a "
        "kernel's; DeepSeek-R1 is left out because its exchange between expert ranks is not fitted. Kernel start and "
        "time per "
        "kernel of the first three are held within 5 % of values fitted on all three together. *Model left out*: each "
        "model's rows under constants fitted on the others', of all three runtimes.\n\n"
        "| runtime | data | rows | kernel start | ms a step | us a kernel | us a sequence | ms a request | sigma | "
        "step sigma | error | model left out |\n|---|---|---|---|---|---|---|---|---|---|---|---|\n";

    std::vector<host_fit> hosts{
        {"vllm", "0.10", "InferenceX and AIConfigurator runs, TPOT of gpt-oss included, H100, H200, B200",
         where(all,
               [&](const measured_row& m) {
                   return is(m, "vllm") && (is_dense(*m.model) || times_tokens(m)) && hopper_and_blackwell(m) &&
                          benchmark(m);
               })},
        {"tensorrt-llm", "1.0", "InferenceX and AIConfigurator runs, H100, H200, B200",
         where(all,
               [&](const measured_row& m) {
                   return is(m, "tensorrt-llm") && is_dense(*m.model) && hopper_and_blackwell(m) && benchmark(m);
               })},
        {"sglang", "0.5", "AIConfigurator runs of Qwen3-32B (all) and Llama-3.1-8B (TPOT), H100, H200",
         where(all,
               [&](const measured_row& m) {
                   return is(m, "sglang") && is_dense(*m.model) && from(m, "aic-runs") &&
                          (times_tokens(m) || (m.metric == metric::ttft && on(m, {"h100-sxm"})));
               })},
        {"tensorrt-llm-engine", "0.12", "static batches (trtllm-perf-static, trtllm-blogs), A100, H100, H200, one L40S",
         where(all,
               [&](const measured_row& m) {
                   return is(m, "tensorrt-llm-engine") && is_dense(*m.model) && from(m, "trtllm-") &&
                          m.load_kind == load_kind::static_batch &&
                          on(m, {"a100-sxm-80", "h100-sxm", "h200-sxm", "l40s"}) &&
                          (m.cut.devices() == 1 || !on(m, {"l40s"}));
               })},
        {"lmdeploy", "0.2", "lmdeploy-a100: 7B and 13B at 1 to 64 clients",
         where(all, [&](const measured_row& m) { return is(m, "lmdeploy") && is_dense(*m.model); })}};

    // The three that serve with graphs on Hopper and Blackwell share constants; the others keep their own.
    constexpr std::size_t sharing = 3;
    const auto shared_without = [&](std::string_view model) {
        std::vector<rows_type> rows(sharing);
        for (std::size_t r = 0; r < sharing; ++r)
            for (const measured_row& m : hosts[r].rows)
                if (m.model->name.view() != model) rows[r].push_back(m);
        return fit_shared(std::move(rows));
    };
    const shared_constants shared = shared_without("");
    std::map<std::string, shared_constants> without;
    for (std::size_t r = 0; r < sharing; ++r)
        for (const measured_row& m : hosts[r].rows)
            if (!without.contains(m.model->name.str()))
                without[m.model->name.str()] = shared_without(m.model->name.view());

    std::vector<fitted_host> fits;
    for (host_fit& h : hosts) {
        const bool shares = static_cast<std::size_t>(&h - hosts.data()) < sharing;
        h.fit = fit_host(h.rows, shares ? std::optional(shared) : std::nullopt);
        if (!h.fit.converged) fail("the fit of " + h.name + " did not converge");
        std::map<std::string, rows_type> models;
        for (const measured_row& m : h.rows) models[m.model->name.str()].push_back(m);
        rows_type left_out;
        if (models.size() > 1)
            for (auto& [name, rows] : models) {
                rows_type others;
                for (const measured_row& m : h.rows)
                    if (m.model->name.view() != name) others.push_back(m);
                const fit_result f = fit_host(others, shares ? std::optional(without.at(name)) : std::nullopt);
                for (measured_row& m : rows) {
                    set_host(m, f.values);
                    left_out.push_back(m);
                }
            }
        for (measured_row& m : h.rows) set_host(m, h.fit.values);
        rows_type steps;
        for (measured_row m : h.rows)
            if (times_tokens(m) || m.load_kind == load_kind::static_batch || m.metric == metric::output_throughput) {
                m.runtime.host_sigma = h.fit.robust_sigma;
                m.runtime.step_sigma = 0.0;
                steps.push_back(m);
            }
        const double step_sigma = missing_deviation(spread_of(steps, [](const measured_row&) { return 1.0; }));
        for (measured_row& m : all)
            if (is(m, h.name)) {
                set_host(m, h.fit.values);
                m.runtime.host_sigma = h.fit.robust_sigma;
                m.runtime.step_sigma = step_sigma;
            }
        const errors in = errors_of(h.rows), out = errors_of(left_out);
        const auto& c = h.fit.values;
        page += fmt::format(
            "| {} | {} | {} | {:.2f} | {:.2f} | {:.2f} | {:.1f} | {:.1f} | {:.2f} | {:.2f} | {:.1f} / {:.1f} | {} |\n",
            h.name, h.data, in.rows, c[0], c[1] * 1e3, c[2] * 1e6, c[3] * 1e6, c[4] * 1e3, h.fit.robust_sigma,
            step_sigma, 100 * in.median, 100 * in.mean,
            out.rows ? fmt::format("{:.1f} / {:.1f}", 100 * out.median, 100 * out.mean) : "one model");
        fits.push_back({h.name,
                        h.since,
                        {h.source, date, evidence::derived},
                        seconds<>::from_value(c[1]),
                        seconds<>::from_value(c[2]),
                        seconds<>::from_value(c[3]),
                        seconds<>::from_value(c[4]),
                        c[0],
                        h.fit.robust_sigma,
                        step_sigma,
                        static_cast<int>(in.rows)});
    }
    write_fitted_hosts(tree, fits);

    // --- Cold starts: one constant per recipe, on its mean TTFT rows -------------------------------------------------
    page +=
        "\n## Cold starts of the InferenceX recipes\n\nTheir servers were warmed up by one request (to 2026-01), and "
        "the opening burst "
        "compiled what that one had not met. What the mean TTFT of a recipe has beyond the law, as seconds that its "
        "burst waits once.\n\n"
        "| runtime | model family | device | rows | seconds | error |\n|---|---|---|---|---|---|\n";
    std::string cold =
        "{\n  \"about\": \"What the opening burst of an InferenceX run waits for compilation, by recipe: "
        "seconds, of means only. Fitted " +
        date +
        " by `fit_software DATA_DIR SOURCE_DIR` on serving_measured.csv; residuals: "
        "docs/calibration/software.md. Generated: do not edit.\",\n  \"as_run\": [\n    {\n"
        "      \"when\": {\"table\": \"serving\", \"source_id\": \"inferencex*\", \"statistic\": "
        "\"mean\"},\n      \"rules\": [\n";
    std::map<std::array<std::string, 3>, rows_type> recipes;
    for (const measured_row& m : all)
        if (m.ok() && may_start_cold(m) && predict_measured(m).ok())
            recipes[{m.runtime.name.str(), m.model->family.str(), m.device->name.str()}].push_back(m);
    for (auto& recipe : recipes) {
        const auto& key = recipe.first;
        rows_type& rows = recipe.second;
        std::vector<double> values;
        for (const measured_row& m : rows) values.push_back(m.value);
        const std::vector<prior> one{{0.2, 1.5}};
        const fit_result f = fit(one, values, [&](std::size_t i, std::span<const double> c) {
            rows[i].workload.protocol.cold_start = seconds<>::from_value(c[0]);
            return predict_measured(rows[i]).value;
        });
        if (!f.converged) fail("the cold start of " + key[0] + " did not converge");
        for (measured_row& m : rows) m.workload.protocol.cold_start = seconds<>::from_value(f.values[0]);
        const errors e = errors_of(rows);
        page += fmt::format("| {} | {} | {} | {} | {:.2f} | {:.1f} / {:.1f} |\n", key[0], key[1], key[2], e.rows,
                            f.values[0], 100 * e.median, 100 * e.mean);
        const std::string any_version = key[0] == "tensorrt-llm" ? "*" : "";  // compiled engines too
        cold += fmt::format(
            "{}        {{\"when\": {{\"runtime\": \"{}{}\", \"family\": \"{}\", \"device\": \"{}\"}}, \"set\": "
            "{{\"cold_start_s\": {:.3f}}}, \"rows\": {}}}",
            &recipe == &*recipes.begin() ? "" : ",\n", key[0], any_version, key[1], key[2], f.values[0], e.rows);
    }
    write(tree + "/data/rules/cold_starts.json", cold + "\n      ]\n    }\n  ]\n}\n");

    // --- What ranges lack --------------------------------------------------------------------------------------------
    for (measured_row& m : all)
        for (const auto& [key, rows] : recipes)
            if (m.ok() && may_start_cold(m) &&
                key == std::array{m.runtime.name.str(), m.model->family.str(), m.device->name.str()})
                m.workload.protocol.cold_start = rows.front().workload.protocol.cold_start;
    const auto main_runtimes = [&](const measured_row& m) {
        return hopper_and_blackwell(m) && (is(m, "vllm") || is(m, "tensorrt-llm") || is(m, "sglang"));
    };
    const rows_type mixtures = where(all, [&](const measured_row& m) {
        return main_runtimes(m) && !is_dense(*m.model) && from(m, "inferencex") && times_tokens(m);
    });
    const auto without_routing = [](const measured_row& m,
                                    double share) {  // the range as it would be without routing_sigma
        const double whole = gambrel::detail::deviation_of(predict_measured(m));
        return std::sqrt(std::max(0.0, whole * whole - share * share * routing_sigma * routing_sigma));
    };
    std::vector<std::array<double, 3>> routed;
    for (const measured_row& m : mixtures) {
        const prediction<> p = predict_run(m);
        const double share = p.mean_step.by_class(operator_class::experts) / p.mean_step.total();
        routed.push_back({std::abs(std::log(p.tpot.value.value() / m.value)), without_routing(m, share), share});
    }
    const double routing = missing_deviation(routed);
    const rows_type first = where(all, [&](const measured_row& m) {
        return main_runtimes(m) && from(m, "inferencex") && m.metric == metric::ttft;
    });
    std::vector<std::array<double, 3>> waits = spread_of(first, [](const measured_row&) { return 1.0; });
    for (auto& w : waits) w[1] = std::sqrt(std::max(0.0, w[1] * w[1] - ttft_sigma * ttft_sigma));
    const double waiting = missing_deviation(waits);
    page +=
        "\n## Routing\n\nMedian / mean error of these runs' TPOT by how unevenly experts are picked "
        "(`experts_block::routing_variation`).\n\n| variation | error |\n|---|---|\n";
    for (const double variation : {0.0, 0.4, 0.8, 1.3, 2.0}) {
        rows_type varied = mixtures;
        for (measured_row& m : varied) {
            auto model = std::make_shared<architecture>(*m.model);
            for (std::size_t i = 0; i < model->group_count; ++i)
                model->groups[i].layer.experts.routing_variation = variation;
            m.adapted = model;
            m.model = model.get();
        }
        const errors e = errors_of(varied);
        page += fmt::format("| {} | {:.1f} / {:.1f} |\n", variation, 100 * e.median, 100 * e.mean);
    }
    page += fmt::format(
        "\n## Ranges\n\nFitted so that 80 % ranges hold {:.0f} % of the rows: step sigma above on TPOT and static "
        "batches, routing "
        "sigma {:.2f} (times the experts' share of the pass) on {} TPOT rows of models with experts, TTFT sigma {:.2f} "
        "on "
        "{} TTFT rows.\n",
        100 * held, routing, routed.size(), waiting, waits.size());
    write(tree + "/include/gambrel/serving/fitted_deviations.hpp",
          header_of("Deviations of serving times beyond those of the laws they are made of (deviation.hpp).") +
              fmt::format("namespace gambrel {{\n\ninline constexpr double routing_sigma = {:.3f};\ninline "
                          "constexpr double ttft_sigma = {:.3f};\n"
                          "}}  // namespace gambrel\n",
                          routing, waiting));

    // --- Devices without kernel tables -------------------------------------------------------------------------------
    page +=
        "\n## Devices fitted on serving rows\n\nFactors on the constants of the class (see "
        "`roofline/calibration/adjustment.hpp`).\n\n"
        "| device | data | rows | compute | memory | launch | network | sigma | error before | error "
        "|\n|---|---|---|---|---|---|---|---|---|---|\n";
    std::string devices =
        header_of("Factors on the class constants of devices whose kernels were not measured, from serving rows.") +
        "#include <array>\n#include <gambrel/roofline/calibration/serving_fit.hpp>\n\nnamespace gambrel::catalog "
        "{\n\n"
        "inline constexpr std::array serving_fits{\n";
    const struct {
        std::string device, data;
        std::function<bool(const measured_row&)> rows;
    } machines[] = {
        {"mi300x", "vLLM 0.7 to 0.9 (rocm-vllm-dev-docker), SGLang DeepSeek-R1 (InferenceX)",
         [](const measured_row& m) { return from(m, "rocm-vllm") || (from(m, "inferencex") && times_tokens(m)); }},
        {"inferentia2", "aws-neuron-inf2", [](const measured_row& m) { return from(m, "aws-neuron"); }},
        {"gaudi2", "intel-gaudi-perf, argonne",
         [](const measured_row& m) { return from(m, "intel-gaudi") || from(m, "argonne"); }},
        {"tpu-v5e", "jetstream-pytorch-tpu, jetstream-jax", [](const measured_row& m) { return from(m, "jetstream"); }},
        {"l40s", "TensorRT-LLM tables on 2 to 8 boards (its own collective table is of one slow host)",
         [](const measured_row& m) { return from(m, "trtllm-") && m.cut.devices() > 1 && is_dense(*m.model); }},
    };
    for (const auto& machine : machines) {
        rows_type rows = where(all, [&](const measured_row& m) { return on(m, {machine.device}) && machine.rows(m); });
        if (rows.empty()) fail("no rows of " + machine.device);
        const device<>& d = *rows.front().device;
        const adjustment before = serving_adjustment(d);  // compiled in: the fit is relative to it, its prior is not
        const calibration<> own = default_calibration(d, rows.front().runtime.kernels);
        const double product = larger(0.2, own.law(multiply_law::bits_16).sigma / before.sigma);
        std::vector<prior> priors;
        const bool network_only = machine.device == "l40s";
        for (std::size_t i = 0; i < adjustment::device_factors; ++i)
            priors.push_back({1.0 / before.factor[i], i == 3         ? 1.0
                                                      : network_only ? 1e-3
                                                      : i == 2       ? launch_deviation
                                                      : i == 1       ? memory_deviation
                                                                     : product});
        std::vector<double> values;
        for (const measured_row& m : rows) values.push_back(m.value);
        for (measured_row& m : rows)
            for (std::size_t i = 0; i < adjustment::device_factors; ++i)
                m.adjustment.factor[i] = 1.0 / before.factor[i];
        const errors old = errors_of(rows);
        const fit_result f = fit(priors, values, [&](std::size_t i, std::span<const double> c) {
            std::copy(c.begin(), c.end(), rows[i].adjustment.factor.begin());
            return predict_measured(rows[i]).value;
        });
        if (!f.converged) fail("the fit of " + machine.device + " did not converge");
        for (measured_row& m : rows) std::copy(f.values.begin(), f.values.end(), m.adjustment.factor.begin());
        const errors e = errors_of(rows);
        std::array<double, 4> total{};
        for (std::size_t i = 0; i < total.size(); ++i) total[i] = f.values[i] * before.factor[i];
        const double sigma = smaller(2.0, larger(1.0, f.robust_sigma / product));  // other models are further off
        page += fmt::format(
            "| {} | {} | {} | {:.2f} | {:.2f} | {:.2f} | {:.2f} | {:.2f} | {:.1f} / {:.1f} | {:.1f} / {:.1f} |\n",
            machine.device, machine.data, e.rows, total[0], total[1], total[2], total[3], f.robust_sigma,
            100 * old.median, 100 * old.mean, 100 * e.median, 100 * e.mean);
        devices += fmt::format(
            "    serving_fit{{\"{}\", {{{{{:.4f}, {:.4f}, {:.4f}, {:.4f}, 1, 1, 1, 1, 1}}, {:.3f}}}, {}}},\n",
            machine.device, total[0], total[1], total[2], total[3], sigma, e.rows);
    }
    write(tree + "/include/gambrel/roofline/calibration/catalog/serving.hpp",
          devices + "};\n}  // namespace gambrel::catalog\n");
    write(tree + "/docs/calibration/software.md", page);
} catch (const std::exception& e) {
    fmt::print(stderr, "fit_software: {}\n", e.what());
    return 1;
}
