// SPDX-License-Identifier: Apache-2.0
// gambrel serve: percentiles at a request rate or for so many clients, the greatest rate, how many devices.
#include <fmt/core.h>

#include <fstream>
#include <gambrel/ask/bound_load_question.hpp>
#include <gambrel/report/json/load_json.hpp>
#include <gambrel/report/svg/load_curve_svg.hpp>

#include "commands.hpp"
#include "options.hpp"
#include "output.hpp"

namespace command {

using namespace gambrel;

namespace {
struct serve_options {
    deployment_options deployed;
    typed_keywords<ask::load_options> typed;
    std::string svg;

    void add_to(CLI::App& app) {
        deployed.add_to(app, deployment_options::placed);
        typed.add_to(app, ask::load_keywords);
        app.add_option("--svg", svg, "draw the latency-throughput curve to FILE");
    }
    ask::load_options read() const {
        ask::load_options o;
        o.deployed = deployed.read();
        typed.set(o);
        if (deployed.typed.of("protocol") == nullptr && !deployed.burst)
            o.deployed.protocol = "steady";  // of a workload: its lengths alone
        return o;
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

/// The command line that simulates what was asked, of `replicas`; empty where simulate does not take it.
std::string simulation_of(const deployment_options& d, const ask::load_options& o, const ask::load_question& q,
                          int replicas) {
    ask::prediction_options asked = o.deployed;
    if (asked.images > 0.0 || asked.prefix_hit > 0.0 || (q.rate && !(q.rate->value() > 0.0))) return {};
    asked.replicas = replicas;
    std::string s = "gambrel simulate";
    const auto give = [&](std::string_view option, const std::string& value) {
        s += " " + std::string(option) + (value.empty() ? "" : " " + quoted(value));
    };
    const auto text = [&](std::string_view option, const std::string& value) {
        if (!value.empty()) give(option, value);
    };
    const auto keyword = [&](const ask::keyword<ask::prediction_options>& k) {
        const bool length = k.name == "prompt" || k.name == "output", memory = k.name == "memory_gib";
        if (length || memory) {  // as typed: they keep their own laws and units
            const std::string* typed = d.typed.of(k.name);
            if (typed != nullptr && (memory || !d.workload.empty() || *typed != k.otherwise)) give(k.option, *typed);
        } else if (const std::optional<std::string> value = ask::as_typed(k, asked)) {
            give(ask::option_of(k, asked), *value);
        }
    };
    const auto keywords = [&](const auto& wanted) {
        for (const auto& k : ask::prediction_keywords)
            if (wanted(k)) keyword(k);
    };
    text("--model", d.model_asked());
    text("--device", d.device);
    keywords([](const auto& k) { return k.name == "memory_gib"; });
    text("--runtime", d.runtime_on(q.what.what.device));
    text("--calibration", d.calibration);
    keywords([](const auto& k) { return k.group == ask::keyword_group::deployed && k.name != "memory_gib"; });
    text("--workload", d.workload);
    keywords([](const auto& k) { return k.name == "prompt" || k.name == "output"; });
    keywords([](const auto& k) { return k.group == ask::keyword_group::settings; });
    if (q.clients) {
        give("--concurrency", fmt::format("{}", *q.clients));
        if (!d.workload.empty()) give("--protocol", "steady");
    } else {
        give("--rate", fmt::format("{}", ask::asked_rate(q).value()));
        if (o.variation == 0.0) give("--arrivals", "even");
        else if (o.variation != 1.0) give("--arrivals", fmt::format("gamma:{}", o.variation));
    }
    if (replicas > 1) give("--routing", q.split == arrival_split::random ? "random" : "round-robin");
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
        const ask::load_options read = options->read();
        const auto a = question_of<ask::bound_load_question>(options->deployed, read);
        const ask::load_question& q = a.question;
        const ask::load_answer answer = ask::answered(q);
        const std::string simulate = simulation_of(options->deployed, read, q, answer.cut.replicas);
        if (!options->svg.empty() && answer.possible() && answer.distributions)
            report::write_file(options->svg, report::load_curve_svg(q, answer));
        if (options->deployed.json) out_json(report::as_json(q, answer, simulate));
        else out("{}", report::screen(q, answer, broken(simulate)));
        if (!answer.ok()) result = infeasible;
    });
}
}  // namespace command
