// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Runs of the load generator inference-perf on vLLM (training runs of the simulator BLIS): one table says what was
/// sent, the other what was measured, by stage (-1: the whole run).
///
/// Each user of each system prompt has one question, asked again and again: requests go round the users. No
/// conversation grows ("multi_turn" notwithstanding), as BLIS's own reader of these runs states (inference-sim,
/// workload/inference_perf.go: "context is NOT accumulated across turns") and as the steps of such runs show: after the
/// first round, prompts have 1 to 16 tokens left to compute (vllm_h100_steps.csv). So prompt = system prompt +
/// question, its KV but for the last block in the prefix cache. Arrivals within a stage are exponential gaps scaled to
/// its length (same source).
///
/// Requests may end before the output they ask for (end of text): where the measured (E2E - TTFT) / ITL + 1 is more
/// than `early_end` off, it stands for the output. Of such a run, E2E tells nothing beyond ITL and TTFT.
///
/// Runs whose figures are all those of another run were copied: of such, the one stays whose stages add up to its
/// whole. The tables do not say which runtime ran: the caller does. Evidence: tests/validation/online_test.cpp.

#include <gambrel/hardware/catalog.hpp>
#include <gambrel/measurement/online/read_guidellm.hpp>
#include <gambrel/measurement/refusal.hpp>
#include <gambrel/model/catalog.hpp>
#include <gambrel/workload/random_stream.hpp>
#include <istream>
#include <limits>
#include <map>
#include <sstream>

namespace gambrel {

inline constexpr double early_end = 0.05;

namespace detail {
/// "2.5 6.0" as numbers.
inline std::vector<double> numbers_of(const csv_reader& row, const char* column) {
    std::vector<double> all;
    std::istringstream words(row[column]);
    for (std::string word; words >> word;) {
        const auto value = number_in(word);
        if (!value || *value <= 0.0)
            fail("line " + std::to_string(row.line()) + ": " + column + " is not positive numbers: \"" + row[column] +
                 "\"");
        all.push_back(*value);
    }
    return all;
}

/// The requests of a stage: exponential gaps, scaled so that they fill it.
inline void send_stage(online_run& r, double from, double seconds, std::size_t count, std::size_t users,
                       std::size_t users_per_prompt, std::size_t system_tokens, random_stream& random) {
    std::vector<double> at;
    double sum = 0.0;
    for (std::size_t i = 0; i <= count; ++i) at.push_back(sum += random.exponential());
    const auto prompt = static_cast<std::uint32_t>(r.prompt.mean()),
               output = static_cast<std::uint32_t>(r.output.mean());
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t user = r.requests.size() % users;
        simulation::request q{.sent = seconds_of(from + at[i] * seconds / sum),
                              .prompt = prompt,
                              .output = output,
                              .client = static_cast<std::uint32_t>(user)};
        const auto block = static_cast<std::size_t>(r.runtime.memory.block_tokens);
        for (std::size_t end = block; end <= prompt; end += block) {
            const std::size_t who = end <= system_tokens ? user / users_per_prompt : users + user;
            q.blocks.push_back((who << 32U) + end);
        }
        r.requests.push_back(std::move(q));
    }
}

inline online_run read_stages_row(const csv_reader& row, const conventions& c, const runtime<>& software) {
    const auto count = [&](const char* column) {
        return static_cast<std::size_t>(checked(number_of(row, column), 1.0, 1e8, column));
    };
    online_run r;
    r.name = row["exp_id"];
    std::string model = bare_model(row["model"]);
    if (model.ends_with("-FP8-dynamic")) model.resize(model.size() - std::string_view("-FP8-dynamic").size());
    r.model = find_model(without_owner(model));
    const std::string_view alias = c.hardware.ours(row["hardware"]);
    r.device = find_device(alias.empty() ? std::string_view(row["hardware"]) : alias);
    r.shape = std::string(without_owner(model)) + " tp" + row["tp"];
    if (!r.model || !r.device) {
        r.unpredictable = "model or device not in the catalog: " + row["model"] + " on " + row["hardware"];
        return r;
    }
    r.runtime = software;
    r.runtime.scheduling.most_sequences = static_cast<double>(count("max_num_seqs"));
    r.runtime.scheduling.token_budget = static_cast<double>(count("max_num_batched_tokens"));
    r.formats = {.weights = as_served(r.model->stored), .kv = r.model->kv_cache};
    if (row["model"].find("FP8") != std::string::npos) r.formats.weights = linear_layers_in(formats::fp8);
    r.cut.tensor = static_cast<int>(count("tp"));
    r.kv_blocks = static_cast<double>(count("kv_blocks_of_16"));
    const std::size_t system_tokens = count("system_prompt_len"), each = count("users_per_prompt");
    const std::size_t users = count("distinct_system_prompts") * each;
    r.prompt = static_cast<double>(system_tokens + count("question_len"));
    r.output = static_cast<double>(count("output_len"));
    r.prefix_cache = true;
    const double block = r.runtime.memory.block_tokens;
    r.prefix_hit = math::floor((r.prompt.mean() - 1.0) / block) * block / r.prompt.mean();
    const std::vector<double> rates = numbers_of(row, "stage_rates_per_s"),
                              seconds = numbers_of(row, "stage_durations_s");
    if (rates.size() != seconds.size() || rates.empty())
        fail("line " + std::to_string(row.line()) + ": stages without a duration");
    random_stream random(1);
    r.windows.push_back({.name = "-1", .rate = rates.size() == 1 ? rates[0] : 0.0});
    double from = 0.0;
    for (std::size_t i = 0; i < rates.size(); ++i) {
        const double until = from + seconds[i];
        r.windows.push_back({.name = std::to_string(i), .rate = rates[i], .from = from, .until = until});
        send_stage(r, from, seconds[i], static_cast<std::size_t>(rates[i] * seconds[i] + 0.5), users, each,
                   system_tokens, random);
        from = until + 120.0;  // a stage begins when the last one has drained
    }
    r.count = r.requests.size();
    return r;
}

/// The output that requests really had.
inline void take_served_output(online_run& r) {
    const online_figures& m = r.windows.front().measured;
    const double gap = m[static_cast<std::size_t>(online_figure::itl_mean)];
    if (!(gap > 0.0)) return;
    const double served = 1.0 + (m[static_cast<std::size_t>(online_figure::latency_mean)] -
                                 m[static_cast<std::size_t>(online_figure::ttft_mean)]) /
                                    gap;
    if (!(served >= 1.0) || math::abs(served / r.output.mean() - 1.0) <= early_end) return;
    r.output = math::floor(served + 0.5);
    for (simulation::request& q : r.requests) q.output = static_cast<std::uint32_t>(r.output.mean());
}

/// How far the whole run's mean latency is from that of its stages, weighted by their requests.
inline double stages_gap(const online_run& r) {
    double sum = 0.0, weight = 0.0;
    const auto latency = static_cast<std::size_t>(online_figure::latency_mean);
    for (std::size_t i = 1; i < r.windows.size(); ++i) {
        const online_window& w = r.windows[i];
        if (!(w.measured[latency] > 0.0)) return std::numeric_limits<double>::infinity();
        sum += w.measured[latency] * w.rate * (w.until - w.from);
        weight += w.rate * (w.until - w.from);
    }
    return math::abs(sum / weight / r.windows.front().measured[latency] - 1.0);
}
inline void mark_copies(std::vector<online_run>& runs) {
    std::map<online_figures, std::vector<online_run*>> same;
    for (online_run& r : runs)
        if (r.ok()) same[r.windows.front().measured].push_back(&r);
    for (auto& [figures, members] : same) {
        const online_run* stays = members.front();
        for (const online_run* r : members)
            if (stages_gap(*r) < stages_gap(*stays)) stays = r;
        for (online_run* r : members)
            if (r != stays) r->unpredictable = "figures copied from run " + stays->name;
    }
}
}  // namespace detail

/// Every run of `sent` under `software`, with its figures in `measured`; `c` names the hardware. Throws `error` for a
/// column that is missing or is not a number.
inline std::vector<online_run> read_stages(std::istream& sent, std::istream& measured, const conventions& c,
                                           const runtime<>& software) {
    csv_reader row(sent);
    for (const char* column : {"exp_id", "model", "hardware", "tp", "max_num_seqs", "max_num_batched_tokens",
                               "kv_blocks_of_16", "system_prompt_len", "question_len", "output_len",
                               "distinct_system_prompts", "users_per_prompt", "stage_rates_per_s", "stage_durations_s"})
        row.require(column);
    std::vector<online_run> runs;
    while (row.next()) runs.push_back(detail::read_stages_row(row, c, software));

    constexpr std::array<std::string_view, online_figure_count> names{"itl_mean", "ttft_mean", "ttft_p50", "ttft_p90",
                                                                      "ttft_p99", "e2e_mean",  "e2e_p90",  "e2e_p99"};
    csv_reader actual(measured);
    for (const char* column : {"exp_id", "stage_index", "metric_name", "actual"}) actual.require(column);
    while (actual.next())
        for (online_run& r : runs)
            for (online_window& w : r.windows)
                for (std::size_t i = 0; i < names.size(); ++i)
                    if (r.name == actual["exp_id"] && w.name == actual["stage_index"] &&
                        names[i] == actual["metric_name"])
                        w.measured[i] = detail::number_of(actual, "actual") * 1e-3;
    for (online_run& r : runs)
        if (r.ok()) detail::take_served_output(r);
    detail::mark_copies(runs);
    return runs;
}
}  // namespace gambrel
