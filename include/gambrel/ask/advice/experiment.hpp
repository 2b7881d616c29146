// SPDX-License-Identifier: Apache-2.0
#pragma once
/// How to try a change: both servers, runs interleaved on one machine, the comparison, and what else to look at; lines
/// for a shell. What no launch line says is a comment with the server's own flag. A change of the bill alone has two
/// equal servers, and nothing to try. Evidence: tests/ask/advice_test.cpp.

#include <gambrel/ask/advice/advised.hpp>
#include <gambrel/ask/launch/write.hpp>

namespace gambrel::ask {

/// Runs of fresh servers a side. So many pairs of runs that each vary by 2 % show, four times in five, a change of 10.1
/// % beyond the margin of 5 % that `compare` has, and of 4.9 % beyond none (comparison/detectable_change.hpp); a change
/// that is predicted to be smaller than the first is judged beyond none.
inline constexpr int runs_a_side = 5;
inline constexpr double shown_beyond_margin = 0.1012, shown_beyond_none = 0.0487;

/// The line that starts the server of `c`, or nothing where no line of its server is known.
inline std::optional<written_launch> server_line(const advised_case& c) {
    const auto server = server_of(c.software->name.view());
    if (!server) return std::nullopt;
    return write_launch(*server, c.served(), c.options);
}

/// A run of `vllm bench serve` under the load of `c`, its result in `folder`.
inline std::string bench_line(const advised_case& c, const std::string& folder) {
    const prediction_options& o = c.options;
    const double clients = o.rate ? 0.0 : o.batch.value_or(o.concurrency.value_or(1.0));
    const double prompts = o.rate ? std::fmax(200.0, std::round(120.0 * *o.rate)) : std::fmax(20.0, 10.0 * clients);
    return fmt::format(
        "vllm bench serve --model {} --dataset-name random --random-input-len {:.0f} --random-output-len {:.0f} "
        "--ignore-eos {} "
        "--num-prompts {:.0f} --percentile-metrics ttft,tpot,itl,e2el --metric-percentiles 50,90,99 --save-result "
        "--result-dir {}",
        shell_quoted(c.served()), o.prompt.mean(), o.output.mean(),
        o.rate ? fmt::format("--request-rate {}", *o.rate) : fmt::format("--max-concurrency {:.0f}", clients), prompts,
        folder);
}

/// The lines that compare the runs of both servers: with the margin that shows a gain as large as is predicted.
inline std::vector<std::string> comparing_lines(const advice& a, const advice_item& i) {
    double change = 0.0;
    for (const advice_goal g : {a.options.goal, advice_goal::latency, advice_goal::tpot, advice_goal::ttft})
        if (const double x = i.gains.of(g).value; x > 0.0) change = std::fmax(change, std::fmax(x, 1.0 / x) - 1.0);
    const bool large = change >= shown_beyond_margin;
    return {
        fmt::format("gambrel compare runs/before runs/after --paired{}", large ? "" : " --margin 0"),
        fmt::format("# shows, four times in five, a change of {} % or more where runs vary by 2 %; {} % is predicted",
                    number(100.0 * (large ? shown_beyond_margin : shown_beyond_none), 3), number(100.0 * change, 2))};
}

inline std::vector<std::string> experiment_of(const advice& a, const advice_item& i) {
    std::vector<std::string> lines;
    if (i.change->term == advice_term::price)
        return {"# the bill alone changes: server, load and answers stay, and there is nothing to measure",
                "# risk: " + std::string(i.change->risk), "# back: " + std::string(i.change->rollback)};
    const auto server = [&](const char* name, const advised_case& c, bool changed) {
        const auto line = server_line(c);
        lines.push_back(fmt::format("# server {}{}", name,
                                    line ? "" : ": as it is started now" + std::string(changed ? ", with" : "")));
        if (line) lines.push_back(line->line());
        if (!changed) return;
        const auto before = server_line(a.asked);
        const bool same = line && before && line->line() == before->line();
        if (!line || same || line->unsaid.size() > (before ? before->unsaid.size() : 0))
            if (!i.change->flag.empty()) lines.push_back("#   " + std::string(i.change->flag));
    };
    server("A", a.asked, false);
    server("B", i.changed, true);
    lines.push_back(fmt::format(
        "# {} runs a side {}, in the order A B B A ..., each against a fresh server", runs_a_side,
        a.asked.board->name == i.changed.board->name ? "on one machine" : "from one client, at the same hours"));
    lines.push_back(bench_line(a.asked, "runs/before"));
    lines.push_back(bench_line(i.changed, "runs/after"));
    const auto& x = a.asked.options;
    const auto& y = i.changed.options;
    const bool same_load = x.prompt.mean() == y.prompt.mean() && x.output.mean() == y.output.mean() &&
                           x.concurrency == y.concurrency && x.rate == y.rate;
    if (same_load)
        for (std::string& line : comparing_lines(a, i)) lines.push_back(std::move(line));
    else lines.push_back("# loads differ: set requests per second and TTFT side by side by hand");
    if (!i.change->quality.empty()) lines.push_back("# " + std::string(quality_check));
    lines.push_back("# back: " + std::string(i.change->rollback));
    return lines;
}
}  // namespace gambrel::ask
