// SPDX-License-Identifier: Apache-2.0
// ridgepoint serve: percentiles at a request rate or for so many clients, the greatest rate, how many devices.
#include <fmt/core.h>

#include <array>
#include <fstream>
#include <ridgepoint/report/load_curve_svg.hpp>
#include <ridgepoint/report/load_json.hpp>

#include "commands.hpp"
#include "options.hpp"

namespace command {

using namespace ridgepoint;

namespace {
struct serve_options {
    deployment_options deployed;
    double variation = 1.0;
    std::optional<double> size_for;
    std::string ttft, tpot, latency, routing = "random", svg;

    void add_to(CLI::App& app) {
        deployed.add_to(app);
        const std::string load = "What is asked of it", want = "What is good enough";
        app.add_option("--arrival-variation", variation, "coefficient of variation of the gaps (1: Poisson)")
            ->capture_default_str()
            ->group(load);
        app.add_option("--routing", routing, "of requests to replicas: random, in-turn")
            ->capture_default_str()
            ->group(load);
        app.add_option("--ttft-p99", ttft, "longest TTFT of 99 % of requests, \"500 ms\"")->group(want);
        app.add_option("--tpot-p99", tpot, "likewise TPOT")->group(want);
        app.add_option("--latency-p99", latency, "likewise of a whole answer")->group(want);
        app.add_option("--replicas-for", size_for, "requests per second: how many replicas give them that")
            ->group(want);
        app.add_option("--svg", svg, "draw the latency-throughput curve to FILE");
    }
};

ridgepoint::routing routing_of(const std::string& text) {
    constexpr std::array<std::string_view, 2> names{"random", "in-turn"};
    for (std::size_t i = 0; i < names.size(); ++i)
        if (names[i] == text) return static_cast<ridgepoint::routing>(i);
    ridgepoint::detail::fail_unknown("routing", text, names);
}

seconds<> limit_of(const std::string& text, const char* what) {
    if (text.empty()) return seconds<>::from_value(std::numeric_limits<double>::infinity());
    const auto limit = parse<seconds<>>(text);
    checked(limit.value(), 1e-9, 1e9, what);
    return limit;
}

void refuse_what_has_no_load(const deployment_options& o) {
    if (o.batch) fail("--batch has no load: ask predict");
    if (o.burst || o.protocol == "benchmark")
        fail("--protocol benchmark is not a steady state: ask predict for its means, simulate for its percentiles");
}

report::load_question question_of(const serve_options& o, const asked& a) {
    report::load_question q{.what = a.question};
    if (o.deployed.rate)
        q.rate = requests_per_second(checked(*o.deployed.rate, 0.0, 1e9, "the request rate per second"));
    if (o.deployed.concurrency) q.clients = *o.deployed.concurrency;
    if (o.size_for) q.size_for = requests_per_second(checked(*o.size_for, 1e-9, 1e9, "the request rate per second"));
    if (!q.rate && !q.clients && !q.size_for) fail("give --rate, --concurrency, or --replicas-for");
    q.what.load.arrival_variation = checked(o.variation, 0.0, 100.0, "the variation of arrival gaps");
    q.level.limits = {.ttft = limit_of(o.ttft, "--ttft-p99 in seconds"),
                      .tpot = limit_of(o.tpot, "--tpot-p99 in seconds"),
                      .latency = limit_of(o.latency, "--latency-p99 in seconds")};
    q.how = routing_of(o.routing);
    return q;
}

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
std::string simulation_of(const serve_options& o, const report::load_question& q, int replicas) {
    const deployment_options &d = o.deployed, usual;
    if (d.images > 0.0 || d.prefix_hit > 0.0 || (q.rate && !(q.rate->value() > 0.0))) return {};
    std::string s = "ridgepoint simulate";
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
    text("--memory", d.memory, usual.memory);
    text("--runtime", d.runtime, usual.runtime);
    text("--calibration", d.calibration, usual.calibration);
    text("--weights", d.weights, usual.weights);
    text("--kv", d.kv, usual.kv);
    count("--tp", d.tensor, 1);
    count("--pp", d.pipeline, 1);
    count("--dp", d.data, 1);
    count("--ep", d.expert, 1);
    count("--replicas", replicas, 1);
    if (d.sequence) s += " --sp";
    count("--lora-rank", d.adapter_rank, 0);
    count("--lora-adapters", d.adapters, 1);
    text("--prompt", d.prompt, usual.prompt);
    text("--output", d.output, usual.output);
    number("--token-budget", d.token_budget);
    number("--max-sequences", d.most_sequences);
    number("--memory-fraction", d.memory_fraction);
    if (q.clients) {
        number("--concurrency", q.clients);
    } else {
        number("--rate", report::asked_rate(q).value());
        if (o.variation == 0.0)
            give("--arrivals", "even");
        else if (o.variation != 1.0)
            give("--arrivals", fmt::format("gamma:{}", o.variation));
    }
    if (replicas > 1) give("--routing", q.how == routing::random ? "random" : "round-robin");
    return s;
}

/// `line` broken between words for a shell.
std::string broken(const std::string& line) {
    std::string s = report::wrapped(line, report::screen_columns - 2, 4);
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
        refuse_what_has_no_load(options->deployed);
        deployment_options deployed = options->deployed;
        deployed.rate.reset();  // serve's own check: zero is a lone request
        if (options->deployed.rate && deployed.concurrency)
            fail("--concurrency and --rate exclude each other: clients, or requests per second");
        const asked a(deployed);
        const report::load_question q = question_of(*options, a);
        const report::load_answer answer = report::answered(q);
        const std::string simulate = simulation_of(*options, q, answer.cut.replicas);
        if (!options->svg.empty() && answer.possible() && answer.distributions) {
            std::ofstream out(options->svg, std::ios::binary);
            if (!(out << report::load_curve_svg(q, answer))) fail("cannot write " + options->svg);
        }
        if (options->deployed.json)
            fmt::print("{}\n", report::as_json(q, answer, simulate).dump(2));
        else
            fmt::print("{}", report::screen(q, answer, broken(simulate)));
        if (!answer.ok()) result = infeasible;
    });
}
}  // namespace command
