// SPDX-License-Identifier: Apache-2.0
// fit_training DATA_DIR SOURCE_DIR: constants of training software on the measured steps of DATA_DIR/training_measured.csv,
// written into the tree SOURCE_DIR
//
//   the constants                                      include/gambrel/training/catalog/fitted.hpp
//   residuals in sample, a source and a device left out docs/calibration/training.md, with those of memory
//
// The ranges of a prediction are those of rows whose source was left out of the fit. With `look` for SOURCE_DIR nothing is
// written.
#include "generated.hpp"
#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <functional>
#include <gambrel/calibration/least_squares.hpp>
#include <gambrel/measurement/read_file.hpp>
#include <gambrel/measurement/read_training.hpp>
#include <gambrel/training/step_time.hpp>
#include <map>
#include <set>

using namespace gambrel;
namespace tr = gambrel::training;

namespace {
struct constant {
    const char *name, *what;
    double tr::fitted_traits::*at;
    double mean, deviation;  ///< before the rows: deviation of the logarithm
};
// Priors: what the note of each says, as wide as it is unsure.
const std::vector<constant> constants{
    {"products", "share of the tables' rate, power known", &tr::fitted_traits::products, 1.0, 0.1},
    {"products_unheld", "the same, power not known (A100)", &tr::fitted_traits::products_unheld, 0.85, 0.2},
    {"attention_forward", "x law of prefill attention", &tr::fitted_traits::attention_forward, 1.2, 0.3},
    {"attention_backward", "x forward", &tr::fitted_traits::attention_backward, 2.5, 0.3},
    {"eager", "x bytes of element-wise kernels, eager", &tr::fitted_traits::eager, 2.2, 0.3},
    {"fused", "the same, fused", &tr::fitted_traits::fused, 1.2, 0.3},
    {"launch_2021", "s a layer and micro-batch, Megatron-LM of 2021", &tr::fitted_traits::launch_2021, 1e-3, 1.0},
    {"launch_2022", "the same, Megatron-DeepSpeed", &tr::fitted_traits::launch_2022, 2e-3, 1.0},
    {"launch_eager", "the same, eager PyTorch", &tr::fitted_traits::launch_eager, 0.5e-3, 1.0},
    {"launch_fused", "the same, fused", &tr::fitted_traits::launch_fused, 0.1e-3, 1.0},
    {"launch_experts", "more for a layer with experts", &tr::fitted_traits::launch_experts, 2e-3, 1.0},
    {"launch_experts_captured", "the same on Blackwell", &tr::fitted_traits::launch_experts_captured, 0.3e-3, 1.0},
    {"tensor_2022", "x law of collectives, Megatron-DeepSpeed", &tr::fitted_traits::tensor_2022, 1.3, 0.5},
    {"tensor_hidden", "exposed share of tensor messages", &tr::fitted_traits::tensor_hidden, 0.5, 0.5},
    {"data_exposed", "exposed share of data messages", &tr::fitted_traits::data_exposed, 0.6, 0.5},
    {"experts_2025", "exposed share of exchanges, to 2025", &tr::fitted_traits::experts_2025, 0.8, 0.5},
    {"experts_early_2026", "the same, early 2026", &tr::fitted_traits::experts_early_2026, 0.6, 0.5},
    {"experts_late_2026", "the same, from mid 2026", &tr::fitted_traits::experts_late_2026, 0.4, 0.5},
    {"per_doubling", "more for each doubling of devices", &tr::fitted_traits::per_doubling, 4e-3, 1.0},
    {"per_owner", "s a rank whose shard is broadcast", &tr::fitted_traits::per_owner, 2e-3, 1.0},
};

struct fit_row {
    training_row run;
    std::string source, device;
    bool experts = false;
};

double predicted(const fit_row& row, const tr::fitted_traits& f) {
    training_row changed = row.run;
    changed.stack = tr::with_traits(row.run.stack, f, tr::catalog::fit);
    return tr::time_step(changed.job()).total.value();
}

std::vector<prior> priors() {
    std::vector<prior> all;
    for (const constant& c : constants) all.push_back({c.mean, c.deviation});
    return all;
}
tr::fitted_traits traits_of(std::span<const double> values) {
    tr::fitted_traits f;
    for (std::size_t i = 0; i < constants.size(); ++i) f.*constants[i].at = values[i];
    // Shares are shares.
    for (double tr::fitted_traits::*share :
         {&tr::fitted_traits::tensor_hidden, &tr::fitted_traits::data_exposed, &tr::fitted_traits::experts_2025,
          &tr::fitted_traits::experts_early_2026, &tr::fitted_traits::experts_late_2026})
        f.*share = std::min(1.0, f.*share);
    return f;
}
fit_result fit_to(const std::vector<const fit_row*>& rows) {
    const std::vector<prior> before = priors();
    std::vector<double> measured;
    for (const fit_row* r : rows) measured.push_back(r->run.seconds);
    return fit(std::span<const prior>(before), std::span<const double>(measured),
               [&](std::size_t i, std::span<const double> values) { return predicted(*rows[i], traits_of(values)); });
}

struct errors {
    std::vector<double> signed_log{};
    void add(double predicted, double measured) { signed_log.push_back(std::log(predicted / measured)); }
    double quantile(double p) const {
        std::vector<double> a;
        for (const double e : signed_log) a.push_back(std::abs(std::exp(e) - 1.0));
        std::sort(a.begin(), a.end());
        if (a.empty()) return 0.0;
        const double at = p * static_cast<double>(a.size() - 1);
        const auto below = static_cast<std::size_t>(at);
        return a[below] + (at - static_cast<double>(below)) * (a[std::min(below + 1, a.size() - 1)] - a[below]);
    }
    double mean() const {
        double sum = 0.0;
        for (const double e : signed_log) sum += std::abs(std::exp(e) - 1.0);
        return sum / static_cast<double>(std::max<std::size_t>(1, signed_log.size()));
    }
    double bias() const {
        double sum = 0.0;
        for (const double e : signed_log) sum += std::exp(e) - 1.0;
        return sum / static_cast<double>(std::max<std::size_t>(1, signed_log.size()));
    }
    /// Of the normal law whose 80 % range covers 80 % of the rows.
    double sigma() const {
        std::vector<double> a;
        for (const double e : signed_log) a.push_back(std::abs(e));
        std::sort(a.begin(), a.end());
        return a.empty() ? 0.0 : a[std::min(a.size() - 1, a.size() * 8 / 10)] / normal_quantile_90;
    }
    std::string line() const {
        return fmt::format("{} | {:.1f} % | {:.1f} % | {:+.1f} % | {:.1f} %", signed_log.size(), 100 * quantile(0.5),
                           100 * mean(), 100 * bias(), 100 * quantile(0.9));
    }
};
struct table {
    errors dense{}, experts{}, all{};
    void add(const fit_row& r, double p) {
        (r.experts ? experts : dense).add(p, r.run.seconds);
        all.add(p, r.run.seconds);
    }
    std::string lines(const std::string& what) const {
        std::string s = fmt::format("| {}, all | {} |\n| {}, dense | {} |\n", what, all.line(), what, dense.line());
        return s + fmt::format("| {}, with experts | {} |\n", what, experts.line());
    }
};

/// Each row predicted by constants fitted without the rows that share `key` with it.
table left_out(const std::vector<fit_row>& rows, const std::function<std::string(const fit_row&)>& key,
               std::map<std::string, errors>& by, std::vector<std::pair<std::string, double>>* dense = nullptr) {
    std::set<std::string> keys;
    for (const fit_row& r : rows) keys.insert(key(r));
    table t;
    for (const std::string& k : keys) {
        std::vector<const fit_row*> rest;
        for (const fit_row& r : rows)
            if (key(r) != k) rest.push_back(&r);
        const tr::fitted_traits f = traits_of(fit_to(rest).values);
        for (const fit_row& r : rows)
            if (key(r) == k) {
                const double p = predicted(r, f);
                t.add(r, p);
                by[k].add(p, r.run.seconds);
                if (dense != nullptr && !r.experts) dense->emplace_back(k, std::log(p / r.run.seconds));
            }
    }
    return t;
}

/// Peaks of the rows that state one, by source and all together.
std::map<std::string, errors> peaks_of(const std::vector<fit_row>& rows) {
    std::map<std::string, errors> by;
    for (const fit_row& r : rows) {
        if (!(r.run.memory > bytes<>{})) continue;
        const double peak = r.run.job().memory().peak().value();
        for (const std::string& name : {r.source, std::string("all")}) by[name].add(peak, r.run.memory.value());
    }
    return by;
}

/// Share of dense rows whose range holds them, where neither constants nor width of it know their source.
std::pair<double, double> coverage(const std::vector<std::pair<std::string, double>>& errors_of) {
    std::set<std::string> keys;
    for (const auto& [k, e] : errors_of) keys.insert(k);
    double held = 0.0, width = 0.0;
    for (const std::string& k : keys) {
        errors rest;
        for (const auto& [other, e] : errors_of)
            if (other != k) rest.signed_log.push_back(e);
        const double most = normal_quantile_90 * rest.sigma();
        for (const auto& [mine, e] : errors_of)
            if (mine == k) {
                held += std::abs(e) <= most ? 1.0 : 0.0;
                width += std::exp(most) - 1.0;
            }
    }
    const auto n = static_cast<double>(errors_of.size());
    return {held / n, width / n};
}

std::string number(double x) { return fmt::format("{:.4g}", x); }
}  // namespace

int main(int argc, char** argv) try {
    if (argc != 3) fail("fit_training DATA_DIR SOURCE_DIR|look");
    const std::string data = argv[1], tree = argv[2];
    const measured_table measured = read_table(data + "/training_measured.csv");
    std::vector<fit_row> rows;
    std::map<std::string, int> refused;
    for (const table_row& row : measured.rows) {
        try {
            fit_row r{detail::training_row_of(row), row["source"].substr(0, row["source"].find(" (")), "", false};
            if (const std::size_t at = r.source.find("docs/performance-summary"); at != std::string::npos)
                r.source = r.source.substr(0, at + 24);
            if (gambrel::detail::contains(r.source, "bigscience train")) r.source = "bigscience train/tr11-176B-ml";
            if (gambrel::detail::contains(r.source, "torchtitan")) r.source = "pytorch/torchtitan benchmarks";
            r.device = r.run.device.name.str();
            r.experts = !is_dense(r.run.model);
            rows.push_back(std::move(r));
        } catch (const detail::refusal& why) {
            ++refused[why.why.substr(0, why.why.find(':'))];
        }
    }
    std::vector<const fit_row*> all;
    for (const fit_row& r : rows) all.push_back(&r);
    const fit_result whole = fit_to(all);
    if (!whole.converged) fmt::print("the fit did not converge\n");
    tr::fitted_traits best = traits_of(whole.values);
    table in_sample;
    std::map<std::string, errors> by_source, by_source_out, by_device_out;
    for (const fit_row& r : rows) {
        const double p = predicted(r, best);
        in_sample.add(r, p);
        by_source[r.source].add(p, r.run.seconds);
    }
    std::vector<std::pair<std::string, double>> dense_out;
    const table sources = left_out(
        rows, [](const fit_row& r) { return r.source; }, by_source_out, &dense_out);
    const table devices = left_out(
        rows, [](const fit_row& r) { return r.device; }, by_device_out);
    best.sigma = sources.dense.sigma();
    best.experts_sigma = sources.experts.sigma();

    std::string page = fmt::format(
        "# Constants of training software\n\nWritten by `fit_training DATA_DIR SOURCE_DIR` ({}) on "
        "`training_measured.csv`: "
        "{} of {} rows, {} sources. Model: [training](../models/training.md).\n\n"
        "| rows | number | median | mean | bias | p90 |\n|---|---|---|---|---|---|\n",
        generated::fit_date(), rows.size(), measured.rows.size(), by_source.size());
    page += in_sample.lines("in sample") + sources.lines("source left out") + devices.lines("device left out");
    page +=
        "\n## Constants\n\n| constant | what | before | fitted | deviation of its logarithm |\n|---|---|---|---|---|\n";
    for (std::size_t i = 0; i < constants.size(); ++i)
        page += fmt::format("| `{}` | {} | {} | {} | {:.2f} |\n", constants[i].name, constants[i].what,
                            number(constants[i].mean), number(best.*constants[i].at), whole.deviations[i]);
    page +=
        fmt::format("\nRanges: log deviation {:.3f} dense, {:.3f} with experts, from rows whose source was left out.\n",
                    best.sigma, best.experts_sigma);
    const auto [held, wide] = coverage(dense_out);
    page += fmt::format(
        "Where the width is of other sources too, {:.0f} % of dense rows lie in their range, of half width {:.0f} %.\n",
        100 * held, 100 * wide);
    page +=
        "\n## Peaks of memory\n\nNothing is fitted; deviations are memory_sigma of `stack.hpp` (all) and of "
        "torchtune.\n\n"
        "| | rows | median | mean | bias | p90 | log deviation |\n|---|---|---|---|---|---|---|\n";
    for (const auto& [name, e] : peaks_of(rows))
        page += fmt::format("| {} | {} | {:.3f} |\n", name, e.line(), e.sigma());
    const auto part = [&](const char* title, const std::map<std::string, errors>& by) {
        page += fmt::format("\n## {}\n\n| | rows | median | mean | bias | p90 |\n|---|---|---|---|---|---|\n", title);
        for (const auto& [name, e] : by) page += fmt::format("| {} | {} |\n", name, e.line());
    };
    part("By source, in sample", by_source);
    part("By source, left out", by_source_out);
    part("By device, left out", by_device_out);
    page += "\n## Rows not predicted\n\n| reason | rows |\n|---|---|\n";
    for (const auto& [why, n] : refused) page += fmt::format("| {} | {} |\n", why, n);
    if (tree == "look") {
        fmt::print("{}", page);
        return 0;
    }
    std::string header = fmt::format(
        "// SPDX-License-Identifier: Apache-2.0\n#pragma once\n/// Constants that training software of one kind has in "
        "common, "
        "fitted on {} measured steps (docs/calibration/training.md).\n/// Fitted {} by `fit_training DATA_DIR "
        "SOURCE_DIR` "
        "(tools/fit_training/main.cpp). Do not edit.\n\n#include <gambrel/training/fitted_traits.hpp>\n\nnamespace "
        "gambrel::training::catalog {{\n\ninline constexpr fitted_traits fitted{{\n",
        rows.size(), generated::fit_date());
    for (const constant& c : constants) header += fmt::format("    .{} = {},\n", c.name, number(best.*c.at));
    header += fmt::format("    .sigma = {:.3f},\n    .experts_sigma = {:.3f},\n}};\n", best.sigma, best.experts_sigma);
    header += fmt::format(
        "inline constexpr source fit{{\"training_measured.csv, {} steps: docs/calibration/training.md\", \"{}\", "
        "evidence::measured}};\n}}  // namespace gambrel::training::catalog\n",
        rows.size(), generated::fit_date());
    generated::write(tree + "/include/gambrel/training/catalog/fitted.hpp", header);
    generated::write(tree + "/docs/calibration/training.md", page);
} catch (const error& e) {
    fmt::print(stderr, "fit_training: {}\n", e.what());
    return 1;
}
