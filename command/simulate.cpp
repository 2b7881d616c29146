// SPDX-License-Identifier: Apache-2.0
// gambrel simulate: a deployment under arriving requests or a trace, pass by pass.
#include <fmt/core.h>

#include <fstream>
#include <gambrel/ask/asked_simulation.hpp>
#include <gambrel/report/json/prediction_json.hpp>
#include <gambrel/report/json/simulation_json.hpp>
#include <gambrel/report/text/prediction_text.hpp>
#include <gambrel/report/text/simulation_text.hpp>
#include <gambrel/simulation/io/chrome_trace.hpp>
#include <gambrel/simulation/io/records_csv.hpp>
#include <gambrel/workload/io/trace_csv.hpp>

#include "commands.hpp"
#include "options.hpp"

namespace command {

using namespace gambrel;
namespace sim = gambrel::simulation;

namespace {
struct simulate_options {
    deployment_options deployed;
    ask::simulation_terms terms;
    std::string trace, turns, requests_csv, steps_csv, chrome_trace;
    bool progress = false;

    void add_to(CLI::App& app) {
        deployed.add_to(app);
        const std::string load = "What is asked of it", run = "The run", how = "Settings of the runtime";
        app.add_option("--arrivals", terms.arrivals,
                       "with --rate: poisson, even, gamma:CV, weibull:CV, mmpp:RATE:STAY:RATE:STAY ...")
            ->capture_default_str()
            ->group(load);
        app.add_option("--think", terms.think, "seconds between an answer and the client's next request")->group(load);
        app.add_option("--trace", trace, "requests from a CSV file (Azure, Mooncake, BurstGPT columns)")->group(load);
        app.add_option("--trace-scale", terms.trace_scale, "times the rate of the trace")->group(load);
        app.add_option("--trace-tick", terms.trace_tick, "seconds over which times recorded in ticks are spread")
            ->group(load);
        app.add_option("--turns", turns, "conversations of so many turns; --rate counts conversations")->group(load);
        app.add_option("--shared", terms.shared, "tokens that all conversations begin with")->group(load);
        app.add_flag("--benchmark-lengths", terms.benchmark_lengths,
                     "with --protocol benchmark: the InferenceX client's own lengths, 80 to 100 % of the given")
            ->group(load);
        app.add_option("--requests", terms.requests, "in all [20000; with --protocol benchmark 10 per client]")
            ->group(run);
        app.add_option("--warm-up", terms.warm_up,
                       "requests at the start that no figure counts [a tenth; benchmark, trace: 0]")
            ->group(run);
        app.add_option("--seed", terms.seed, "of everything drawn")->capture_default_str()->group(run);
        app.add_option("--requests-csv", requests_csv, "write every request to FILE")->group(run);
        app.add_option("--steps-csv", steps_csv, "write every pass to FILE")->group(run);
        app.add_option("--chrome-trace", chrome_trace, "write FILE for a trace viewer (Perfetto)")->group(run);
        app.add_flag("--progress", progress, "on the error stream")->group(run);
        app.add_option("--routing", terms.routing, "round-robin, random, shortest-queue, least-kv, by-client")
            ->capture_default_str()
            ->group(how);
        app.add_flag("--prefix-cache", terms.prefix_cache, "keep the KV of finished prompts")->group(how);
        app.add_option("--kv-blocks", terms.blocks, "of each rank; else what memory holds")->group(how);
        app.add_option("--batch-wait", terms.batch_wait, "steps prompts are held back while anything decodes")
            ->group(how);
        app.add_option("--batch-wait-share", terms.wait_share, "of the token budget, which ends that")->group(how);
        app.add_option("--balance-wait", terms.balance, "steps prompts wait until every attention rank has one")
            ->group(how);
        app.add_option("--poll-interval", terms.poll_interval, "decode steps between readings of new requests")
            ->group(how);
        app.add_option("--prefill-replicas", terms.prefill_replicas, "of a pool that computes prompts only")
            ->group(how);
        app.add_option("--decode-replicas", terms.decode_replicas, "of the pool that does the rest")->group(how);
        app.add_option("--transfer", terms.link, "GB/s between the pools")->group(how);
    }
    ask::simulation_terms read() const {
        ask::simulation_terms t = terms;
        t.deployed = deployed.read();
        if (!turns.empty()) t.turns = ask::length_of(turns, "--turns");
        if (!trace.empty()) {
            t.trace = read_trace(trace);
            t.trace_name = trace;
        }
        return t;
    }
};

std::ofstream opened(const std::string& file) {
    std::ofstream out(file, std::ios::binary);
    if (!out) fail("cannot write " + file);
    return out;
}

/// Everything that is written while a run goes.
class writers {
public:
    writers(const simulate_options& o, sim::options& how) {
        if (!o.requests_csv.empty()) requests_.emplace(requests_file_ = opened(o.requests_csv));
        if (!o.steps_csv.empty()) steps_.emplace(steps_file_ = opened(o.steps_csv));
        if (!o.chrome_trace.empty()) chrome_.emplace(chrome_file_ = opened(o.chrome_trace));
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

private:
    std::ofstream requests_file_, steps_file_, chrome_file_;
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
        const auto run = question_of<ask::asked_simulation>(options->deployed, options->read());
        const ask::answer possible = run.feasible();
        if (!possible.ok()) {
            if (options->deployed.json) fmt::print("{}\n", report::as_json(run.question(), possible).dump(2));
            else fmt::print("{}", report::screen(run.question(), possible));
            result = infeasible;
            return;
        }
        sim::options how;
        const writers written(*options, how);
        const ask::simulated s = run.run(how);
        if (options->deployed.json) fmt::print("{}\n", report::as_json(s).dump(2));
        else fmt::print("{}", report::screen(s));
    });
}
}  // namespace command
