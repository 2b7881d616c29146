// SPDX-License-Identifier: Apache-2.0
// judge_online DATA_DIR SOURCE_DIR: the simulator, the closed form and the step law against DATA_DIR/online; writes
// errors by group, shipped constants first, into docs/accuracy-online.md of the tree SOURCE_DIR
#include "generated.hpp"
#include <cstdio>
#include <fmt/format.h>
#include <fstream>
#include <functional>
#include <gambrel/calibration/refine.hpp>
#include <gambrel/measurement/io/conventions_file.hpp>
#include <gambrel/measurement/online/read_request_log.hpp>
#include <gambrel/measurement/online/read_stages.hpp>
#include <gambrel/measurement/online/read_step_log.hpp>
#include <gambrel/runtime/catalog/with_fit.hpp>
#include <gambrel/validation/predict_online.hpp>
#include <gambrel/validation/validation.hpp>
#include <set>

using namespace gambrel;

namespace {
using generated::write;
const std::string date = generated::fit_date();
using runs_type = std::vector<online_run>;
constexpr std::size_t at(online_figure f) { return static_cast<std::size_t>(f); }

std::ifstream opened(const std::string& path) {
    std::ifstream file(path);
    if (!file) fail("cannot open " + path);
    return file;
}

// --- Scores ----------------------------------------------------------------------------------------------------------
/// Two answers to one figure.
struct both {
    score simulated{}, closed{};
};
using scores = std::map<std::pair<std::string, std::size_t>, both>;
/// The groups that a window of a run counts in.
using grouping = std::function<std::vector<std::string>(const online_run&, const online_window&)>;

void add(scores& all, const runs_type& runs, const grouping& groups) {
    std::optional<tabulated_step> law;
    const online_run* of = nullptr;
    for (const online_run& r : runs) {
        if (!r.ok()) continue;
        const bool same = of && of->model == r.model && of->cut.tensor == r.cut.tensor && of->device == r.device &&
                          of->adjustment.factor == r.adjustment.factor &&
                          of->runtime.scheduling.token_budget == r.runtime.scheduling.token_budget &&
                          of->runtime.host.per_step.value == r.runtime.host.per_step.value;
        if (!same) law.emplace(online_law(r, 16384));
        of = &r;
        const auto simulated = simulated_figures(r, *law), closed = closed_figures(r);
        for (std::size_t w = 0; w < r.windows.size(); ++w)
            for (const std::string& group : groups(r, r.windows[w]))
                for (std::size_t f = 0; f < online_figure_count; ++f) {
                    const double measured = r.windows[w].measured[f];
                    if (!(measured > 0.0)) continue;
                    both& b = all[{group, f}];
                    if (simulated[w][f] > 0.0) b.simulated.add(simulated[w][f], 0.0, 0.0, measured);
                    if (closed[w][f] > 0.0) b.closed.add(closed[w][f], 0.0, 0.0, measured);
                }
    }
}
std::string cell(const score& s) {
    if (s.size() == 0) return "| | |";
    return fmt::format("| {} | {:.1f} / {:.1f} | {:+.1f} |", s.size(), 100 * s.median(), 100 * s.mean(),
                       100 * s.bias());
}
std::string table(const scores& all) {
    std::string text =
        "| group | figure | rows | simulator, median / mean | bias | rows | closed form, median / mean | bias |\n"
        "|---|---|---|---|---|---|---|---|\n";
    for (const auto& [key, b] : all)
        text += fmt::format("| {} | {} {}{}\n", key.first, name_of(static_cast<online_figure>(key.second)),
                            cell(b.simulated), b.closed.size() ? cell(b.closed).substr(1) : " | | |");
    return text;
}
std::vector<std::string> load_groups(const online_run& r, const online_window&) {
    if (r.sending == sending::one_at_a_time) return {"one at a time"};
    if (r.sending == sending::at_once) return {"512 clients at once"};
    return {r.share_of_limit < 0.6 ? "below 60 % of the limit" : "from 60 % of the limit", "every rate"};
}
std::vector<std::string> stage_groups(const online_run&, const online_window& w) {
    return {w.name == "-1" ? "whole run" : "stage"};
}

// --- Fits ------------------------------------------------------------------------------------------------------------
/// Refines the factors of deviation above 0 on ITL and TTFT of `runs`, by the closed form.
fit_result refined(runs_type runs, const std::array<double, adjustment::factors>& deviations, online_figure ttft) {
    struct place {
        std::size_t run, window, figure;
    };
    std::vector<place> places;
    std::vector<double> values;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        if (!runs[i].ok() || runs[i].share_of_limit > 0.9) continue;  // nearer, errors of the law are amplified tenfold
        const auto closed = closed_figures(runs[i]);
        for (std::size_t w = 0; w < closed.size(); ++w)
            for (const std::size_t f : {at(online_figure::itl_mean), at(ttft)})
                if (closed[w][f] > 0.0 && runs[i].windows[w].measured[f] > 0.0 &&
                    (runs[i].windows.size() == 1 || w > 0)) {
                    places.push_back({i, w, f});
                    values.push_back(runs[i].windows[w].measured[f]);
                }
    }
    std::vector<prior> priors;
    for (const double d : deviations)
        if (d > 0.0) priors.push_back({1.0, d});
    std::size_t solved = runs.size();
    std::vector<double> under;
    std::vector<online_figures> answer;
    return fit(priors, values, [&](std::size_t row, std::span<const double> constants) {
        const place& p = places[row];
        if (p.run != solved || !std::equal(under.begin(), under.end(), constants.begin(), constants.end())) {
            std::size_t next = 0;
            for (std::size_t i = 0; i < adjustment::factors; ++i)
                if (deviations[i] > 0.0) runs[p.run].adjustment.factor[i] = constants[next++];
            answer = closed_figures(runs[p.run]);
            solved = p.run;
            under.assign(constants.begin(), constants.end());
        }
        return answer[p.window][p.figure];
    });
}
adjustment adjustment_of(const fit_result& f, const std::array<double, adjustment::factors>& deviations) {
    adjustment a;
    std::size_t next = 0;
    for (std::size_t i = 0; i < adjustment::factors; ++i)
        if (deviations[i] > 0.0) a.factor[i] = f.values[next++];
    return a;
}
std::string words(const adjustment& a) {
    std::string text;
    for (std::size_t i = 0; i < adjustment::factors; ++i)
        if (a.factor[i] != 1.0)
            text += fmt::format("{}{} x {:.2f}", text.empty() ? "" : ", ", adjustment::names[i], a.factor[i]);
    return text;
}
/// Each half of `parts` under the factors fitted on the rest.
runs_type left_out(const runs_type& runs, const std::function<int(const online_run&)>& part,
                   const std::array<double, adjustment::factors>& deviations, online_figure ttft, std::string& told) {
    std::set<int> parts;
    for (const online_run& r : runs) parts.insert(part(r));
    runs_type all;
    for (const int p : parts) {
        runs_type rest, these;
        for (const online_run& r : runs) (part(r) == p ? these : rest).push_back(r);
        const fit_result f = refined(rest, deviations, ttft);
        if (!f.converged) fail("a fit on online runs did not converge");
        const adjustment a = adjustment_of(f, deviations);
        told += "- " + words(a) + "\n";
        for (online_run& r : these) {
            r.adjustment = a;
            all.push_back(r);
        }
    }
    return all;
}

// --- Steps -----------------------------------------------------------------------------------------------------------
std::string judged_steps(const std::vector<measured_step>& steps) {
    std::map<std::string, score> groups;
    for (const measured_step& s : steps) {
        const deployment<> d{*s.model, catalog::h100_sxm, catalog::vllm_0_11, s.cut};
        const precision formats = d.resolved_formats();
        const bool mixed = s.shape.prompts > 0.0;
        const double t = time_pass({d.model, d.cut, formats}, s.shape, d.roof(), d.runtime).total().value();
        groups[s.name + (mixed ? " | with prompts" : " | decodes alone")].add(t, 0.0, 0.0, s.seconds);
    }
    std::string text = "| model | step | rows | median / mean | bias |\n|---|---|---|---|---|\n";
    for (const auto& [name, s] : groups) text += fmt::format("| {} {}\n", name, cell(s));
    return text;
}

// --- Request logs ----------------------------------------------------------------------------------------------------
online_run logged(const std::string& folder, const std::string& name, const architecture& model, int ranks) {
    online_run r;
    r.name = r.shape = name;
    r.device = &catalog::rtx_pro_6000_bse;
    r.model = &model;
    r.cut.tensor = ranks;
    r.runtime = catalog::vllm_0_11;
    r.runtime.scheduling.token_budget = 2048;
    r.runtime.scheduling.most_sequences = 128;
    r.formats = {.weights = as_served(model.stored), .kv = model.kv_cache};
    r.prompt = 1000.0;  // for the blocks that fit: the log's means are near
    r.output = 700.0;
    std::ifstream log = opened(folder + "llmservingsim_vllm_RTXPRO6000_" + name + ".csv");
    return read_request_log(log, r);
}
std::string log_row(const online_run& r, const std::string& constants) {
    const tabulated_step law = online_law(r, 16384);
    const auto s = simulated_figures(r, law).front();
    const auto& m = r.windows.front().measured;
    const auto pair = [&](online_figure f, double unit) {
        return fmt::format("{:.4g} / {:.4g} ({:+.1f} %)", s[at(f)] * unit, m[at(f)] * unit,
                           100 * (s[at(f)] / m[at(f)] - 1));
    };
    return fmt::format("| {} | {} | {} | {} | {} |\n", r.name, constants, pair(online_figure::itl_mean, 1e3),
                       pair(online_figure::ttft_mean, 1.0), pair(online_figure::latency_mean, 1.0));
}
/// The factor on the time of collectives under which the simulated TPOT is the measured one.
double network_factor(online_run r) {
    double low = 0.5, high = 8.0;
    const double wanted = r.windows.front().measured[at(online_figure::itl_mean)];
    for (int i = 0; i < 20; ++i) {
        r.adjustment.factor[3] = math::sqrt(low * high);
        const double now = simulated_figures(r, online_law(r, 16384)).front()[at(online_figure::itl_mean)];
        (now < wanted ? low : high) = r.adjustment.factor[3];
    }
    return r.adjustment.factor[3];
}

// --- The page --------------------------------------------------------------------------------------------------------
}  // namespace

int main(int argc, char** argv) try {
    if (argc != 3) {
        fmt::print(stderr, "usage: judge_online DATA_DIR SOURCE_DIR\n");
        return 2;
    }
    const std::string folder = std::string(argv[1]) + "/online/", tree = argv[2];
    std::string page =
        "# Accuracy under load\n\nGenerated by `judge_online DATA_DIR SOURCE_DIR` (scripts/update-accuracy-online.sh) "
        "from "
        "measured runs of vLLM under load. Errors are median / mean of |predicted / measured - 1| and its signed mean "
        "(bias), in %. *Shipped*: constants of the catalog, fitted on other rows; nothing here moved them.\n";

    // (a)
    std::ifstream guidellm = opened(folder + "guidellm_exp1.csv");
    online_run on_h100;  // llm-inferno/model-trainer, exp1: Llama-3.1-8B in bf16 on one H100 under vLLM's defaults
    on_h100.device = &catalog::h100_sxm;
    on_h100.model = &catalog::llama_3_1_8b;
    on_h100.runtime = catalog::vllm_0_14;  // its gaps between tokens are those of steps planned ahead
    on_h100.formats = {.weights = as_served(on_h100.model->stored), .kv = on_h100.model->kv_cache};
    runs_type shapes = read_guidellm(guidellm, on_h100);
    scores all;
    add(all, shapes, load_groups);
    page +=
        "\n## GuideLLM: Llama-3.1-8B on one H100, 16 shapes x 10 loads (guidellm_exp1.csv)\n\n### Shipped "
        "constants\n\n" +
        table(all);
    const auto law = default_calibration(catalog::h100_sxm, catalog::vllm_0_14.kernels);
    const double product = law.law(multiply_law::bits_16).sigma;
    const std::array<double, adjustment::factors> machine{product, product, launch_deviation, 0, 1, 1, 0.7, 0.7, 0};
    std::map<std::string, int> numbers;
    for (const online_run& r : shapes) numbers.emplace(r.shape, static_cast<int>(numbers.size()));
    std::string told;
    all.clear();
    add(all,
        left_out(
            shapes, [&](const online_run& r) { return numbers.at(r.shape) % 2; }, machine, online_figure::ttft_p50,
            told),
        load_groups);
    page +=
        "\n### Device and host refined on half of the shapes, scored on the other half\n\nAs `calibrate` does, by the "
        "closed form, on ITL and "
        "TTFT p50 up to 90 % of the limit. Factors of the two halves:\n\n" +
        told + "\n" + table(all);

    // (b)
    std::ifstream sent = opened(folder + "blis_training_runs.csv"),
                  measured = opened(folder + "blis_training_vllm_actuals.csv");
    runs_type stages = read_stages(sent, measured, read_conventions(tree + "/data"), catalog::vllm_0_14);
    page += "\n## inference-perf: 15 runs of vLLM 0.15 on H100 (blis_training_*.csv)\n\nNot scored:\n\n";
    for (const online_run& r : stages)
        if (!r.ok()) page += "- " + r.name + ": " + r.unpredictable + "\n";
    runs_type in_turn = stages;
    for (online_run& r : in_turn) r.runtime.scheduling.async_scheduling = false;
    all.clear();
    add(all, in_turn, stage_groups);
    page += "\n### Shipped constants, each step planned when the last one has ended\n\n" + table(all);
    all.clear();
    add(all, stages, stage_groups);
    page += "\n### Shipped constants, steps planned one ahead\n\n" + table(all);
    const std::array<double, adjustment::factors> host{0, 0, 0, 0, 1, 1, 0.7, 0.7, 0};
    std::map<std::string, int> models;
    for (const online_run& r : stages)
        if (r.ok()) models.emplace(r.model->name.str(), static_cast<int>(models.size()));
    runs_type fine;
    for (const online_run& r : stages)
        if (r.ok()) fine.push_back(r);
    told.clear();
    all.clear();
    add(all,
        left_out(
            fine, [&](const online_run& r) { return models.at(r.model->name.str()); }, host, online_figure::ttft_mean,
            told),
        stage_groups);
    const fit_result whole = refined(fine, host, online_figure::ttft_mean);
    if (!whole.converged) fail("the fit of host times from 0.14 did not converge");
    page +=
        "\n### Host times fitted on the other models' runs, steps planned one ahead\n\nFactors on the shipped host "
        "times, each model left out:\n\n" +
        told +
        fmt::format(
            "\nOn all runs, not shipped: {}; {} rows, sigma {:.2f}, median / mean error {:.1f} / "
            "{:.1f} %.\n\n",
            words(adjustment_of(whole, host)), whole.rows, whole.robust_sigma, 100 * whole.median_error,
            100 * whole.mean_error) +
        table(all);

    // (c)
    page +=
        "\n## Request logs replayed: RTX PRO 6000 Server, 300 requests each (llmservingsim_*.csv)\n\nSimulator / "
        "measured.\n\n"
        "| model | constants | TPOT mean, ms | TTFT mean, s | E2E mean, s |\n|---|---|---|---|---|\n";
    page += log_row(logged(folder, "Llama-3.1-8B", catalog::llama_3_1_8b, 1), "shipped");
    online_run two = logged(folder, "Qwen3-32B", catalog::qwen3_32b, 2);
    page += log_row(two, "shipped");
    two.adjustment.factor[3] = network_factor(two);
    page += log_row(two, fmt::format("collectives x {:.2f}, from its TPOT", two.adjustment.factor[3]));

    // (d)
    std::ifstream steps = opened(folder + "vllm_h100_steps.csv");
    page +=
        "\n## Single steps: Llama-2-70B on 4, Code Llama 34B on 2 H100 (vllm_h100_steps.csv)\n\nShipped "
        "constants.\n\n" +
        judged_steps(read_step_log(steps));

    std::ifstream notes = opened(tree + "/tools/judge_online/reading.md");
    page += "\n" + std::string(std::istreambuf_iterator<char>(notes), {});
    write(tree + "/docs/accuracy-online.md", page);
} catch (const std::exception& e) {
    fmt::print(stderr, "judge_online: {}\n", e.what());
    return 1;
}
