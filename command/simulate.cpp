// SPDX-License-Identifier: Apache-2.0
// gambrel simulate: a deployment under arriving requests or a trace, pass by pass.
#include <fmt/core.h>

#include <gambrel/ask/bound_simulation.hpp>
#include <gambrel/report/json/prediction_json.hpp>
#include <gambrel/report/json/simulation_json.hpp>
#include <gambrel/report/text/prediction_text.hpp>
#include <gambrel/report/text/simulation_text.hpp>
#include <gambrel/simulation/io/chrome_trace.hpp>
#include <gambrel/simulation/io/records_csv.hpp>
#include <gambrel/workload/io/trace_csv.hpp>

#include "commands.hpp"
#include "options.hpp"
#include "output.hpp"

namespace command {

using namespace gambrel;
namespace sim = gambrel::simulation;

namespace {
struct simulate_options {
    deployment_options deployed;
    typed_keywords<ask::simulation_options> typed;
    std::string trace, requests_csv, steps_csv, chrome_trace;
    bool progress = false;

    void add_to(CLI::App& app) {
        deployed.add_to(app, deployment_options::placed);
        const std::string load(name_of(ask::keyword_group::load)), run(name_of(ask::keyword_group::run));
        app.add_option("--trace", trace, "requests from a CSV file (Azure, Mooncake, BurstGPT columns)")->group(load);
        typed.add_to(app, ask::simulation_keywords);
        app.add_option("--requests-csv", requests_csv, "write every request to FILE")->group(run);
        app.add_option("--steps-csv", steps_csv, "write every pass to FILE")->group(run);
        app.add_option("--chrome-trace", chrome_trace, "write FILE for a trace viewer (Perfetto)")->group(run);
        app.add_flag("--progress", progress, "on the error stream")->group(run);
    }
    ask::simulation_options read() const {
        ask::simulation_options o;
        o.deployed = deployed.read();
        typed.set(o);
        if (!trace.empty()) {
            o.trace = read_trace(trace, ask::part_of_trace(o));
            o.trace_name = trace;
        }
        return o;
    }
};

/// Everything that is written while a run goes.
class writers {
public:
    writers(const simulate_options& o, sim::options& how) {
        if (!o.requests_csv.empty()) requests_.emplace(requests_file_.emplace(o.requests_csv).stream());
        if (!o.steps_csv.empty()) steps_.emplace(steps_file_.emplace(o.steps_csv).stream());
        if (!o.chrome_trace.empty()) chrome_.emplace(chrome_file_.emplace(o.chrome_trace).stream());
        if (requests_ || chrome_)
            how.on_request = [this](const sim::request_record& r) {
                if (requests_) requests_->write(r);
                if (chrome_) chrome_->write(r);
            };
        if (steps_ || chrome_)
            how.on_step = [this](const sim::step_record& s) {
                if (steps_) steps_->write(s);
                if (chrome_) chrome_->write(s);
            };
        if (o.progress) {
            how.progress_every = 10'000;
            how.on_progress = [](std::uint64_t sent, std::uint64_t expected) {
                fmt::print(stderr, "\r{} of {} requests", sent, expected);
                if (sent + 10'000 > expected) fmt::print(stderr, "\n");
            };
        }
    }
    writers(const writers&) = delete;
    writers& operator=(const writers&) = delete;

    /// Throws `error` unless every file is whole.
    void finish() {
        if (chrome_) chrome_->finish();
        for (auto* file : {&requests_file_, &steps_file_, &chrome_file_})
            if (*file) (*file)->finish();
    }

private:
    std::optional<report::written_file> requests_file_, steps_file_, chrome_file_;
    std::optional<sim::request_csv> requests_;
    std::optional<sim::step_csv> steps_;
    std::optional<sim::chrome_trace> chrome_;
};
}  // namespace

void add_simulate(CLI::App& app, status& result) {
    CLI::App& sub = *app.add_subcommand("simulate", "the same under arriving requests or a trace, pass by pass");
    const auto options = std::make_shared<simulate_options>();
    options->add_to(sub);
    sub.callback([options, &result] {
        const auto run = question_of<ask::bound_simulation>(options->deployed, options->read());
        const ask::answer possible = run.feasible();
        if (!possible.ok()) {
            if (options->deployed.json) out_json(report::as_json(run.question(), possible));
            else out("{}", report::screen(run.question(), possible));
            result = infeasible;
            return;
        }
        sim::options how;
        writers written(*options, how);
        const ask::simulated s = run.run(how);
        written.finish();
        if (options->deployed.json) out_json(report::as_json(run, s));
        else out("{}", report::screen(s));
        if (!s.known() || s.result.ended < s.result.sent) result = infeasible;
    });
}
}  // namespace command
