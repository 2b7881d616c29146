// SPDX-License-Identifier: Apache-2.0
// gambrel serve: percentiles at a request rate or for so many clients, the greatest rate, how many devices.
#include <fmt/core.h>

#include <fstream>
#include <gambrel/ask/asked_load.hpp>
#include <gambrel/report/json/load_json.hpp>
#include <gambrel/report/svg/load_curve_svg.hpp>

#include "commands.hpp"
#include "options.hpp"

namespace command {

using namespace gambrel;

namespace {
struct serve_options {
    deployment_options deployed;
    ask::load_terms terms;
    std::string ttft, tpot, latency, svg;

    void add_to(CLI::App& app) {
        deployed.add_to(app);
        const std::string load = "What is asked of it", want = "What is good enough";
        app.add_option("--arrival-variation", terms.variation, "coefficient of variation of the gaps (1: Poisson)")
            ->capture_default_str()
            ->group(load);
        app.add_option("--routing", terms.routing, "of requests to replicas: random, in-turn")
            ->capture_default_str()
            ->group(load);
        app.add_option("--ttft-p99", ttft, "longest TTFT of 99 % of requests, \"500 ms\"")->group(want);
        app.add_option("--tpot-p99", tpot, "likewise TPOT")->group(want);
        app.add_option("--latency-p99", latency, "likewise of a whole answer")->group(want);
        app.add_option("--replicas-for", terms.size_for, "requests per second: how many replicas give them that")
            ->group(want);
        app.add_option("--svg", svg, "draw the latency-throughput curve to FILE");
    }
    ask::load_terms read() const {
        ask::load_terms t = terms;
        t.deployed = deployed.read();
        if (!ttft.empty()) t.limits.ttft = parse<seconds<>>(ttft);
        if (!tpot.empty()) t.limits.tpot = parse<seconds<>>(tpot);
        if (!latency.empty()) t.limits.latency = parse<seconds<>>(latency);
        if (!deployed.protocol && !deployed.burst) t.deployed.protocol = "steady";  // of a workload: its lengths alone
        return t;
    }
};

std::string quoted(const std::string& word) {
    const bool plain =
        word.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/:,+=@%") ==
        std::string::npos;
    if (plain && !word.empty()) return word;
    std::string s = "'";
    for (const char c : word) s += c == '\'' ? "'\\''" : std::string(1, c);
    return s + "'";
}

/// The command line that simulates what `o` asks, of `replicas`; empty where simulate does not take it.
std::string simulation_of(const serve_options& o, const ask::load_question& q, int replicas) {
    const deployment_options& d = o.deployed;
    const ask::terms &t = d.terms, usual;
    if (t.images > 0.0 || t.prefix_hit > 0.0 || (q.rate && !(q.rate->value() > 0.0))) return {};
    std::string s = "gambrel simulate";
    const auto give = [&](const char* option, const std::string& value) {
        s += std::string(" ") + option + " " + quoted(value);
    };
    const auto text = [&](const char* option, const std::string& value, const std::string& otherwise) {
        if (value != otherwise) give(option, value);
    };
    const auto number = [&](const char* option, std::optional<double> value) {
        if (value) give(option, fmt::format("{}", *value));
    };
    const auto count = [&](const char* option, int value, int otherwise) {
        if (value != otherwise) give(option, std::to_string(value));
    };
    text("--model", d.model, "");
    text("--device", d.device, "");
    text("--memory", d.memory, "");
    text("--runtime", d.runtime, "");
    text("--calibration", d.calibration, "");
    text("--weights", t.weights, usual.weights);
    text("--kv", t.kv, usual.kv);
    count("--tp", t.tensor, 1);
    count("--pp", t.pipeline, 1);
    count("--dp", t.data, 1);
    count("--ep", t.expert, 1);
    count("--replicas", replicas, 1);
    if (t.sequence) s += " --sp";
    count("--lora-rank", t.adapter_rank, 0);
    count("--lora-adapters", t.adapters, 1);
    text("--workload", d.workload, "");
    if (d.prompt) text("--prompt", *d.prompt, d.workload.empty() ? "1024" : "");
    if (d.output) text("--output", *d.output, d.workload.empty() ? "256" : "");
    number("--token-budget", t.token_budget);
    number("--max-sequences", t.most_sequences);
    number("--memory-fraction", t.memory_fraction);
    if (q.clients) {
        number("--concurrency", q.clients);
        if (!d.workload.empty()) give("--protocol", "steady");
    } else {
        number("--rate", ask::asked_rate(q).value());
        if (o.terms.variation == 0.0) give("--arrivals", "even");
        else if (o.terms.variation != 1.0) give("--arrivals", fmt::format("gamma:{}", o.terms.variation));
    }
    if (replicas > 1) give("--routing", q.how == routing::random ? "random" : "round-robin");
    return s;
}

/// `line` broken between words for a shell.
std::string broken(const std::string& line) {
    std::string s = ask::wrapped(line, ask::screen_columns - 2, 4);
    s.pop_back();
    for (std::size_t at = 0; (at = s.find('\n', at)) != std::string::npos; at += 3) s.replace(at, 1, " \\\n");
    return s;
}
}  // namespace

void add_serve(CLI::App& app, status& result) {
    CLI::App& sub = *app.add_subcommand("serve", "percentiles at a rate, the greatest rate, how many devices");
    const auto options = std::make_shared<serve_options>();
    options->add_to(sub);
    sub.callback([options, &result] {
        const ask::asked_load a = question_of<ask::asked_load>(options->deployed, options->read());
        const ask::load_question& q = a.question;
        const ask::load_answer answer = ask::answered(q);
        const std::string simulate = simulation_of(*options, q, answer.cut.replicas);
        if (!options->svg.empty() && answer.possible() && answer.distributions) {
            std::ofstream out(options->svg, std::ios::binary);
            if (!(out << report::load_curve_svg(q, answer))) fail("cannot write " + options->svg);
        }
        if (options->deployed.json) fmt::print("{}\n", report::as_json(q, answer, simulate).dump(2));
        else fmt::print("{}", report::screen(q, answer, broken(simulate)));
        if (!answer.ok()) result = infeasible;
    });
}
}  // namespace command
