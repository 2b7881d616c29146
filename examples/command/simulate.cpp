// SPDX-License-Identifier: Apache-2.0
// ridgepoint simulate: a deployment under arriving requests or a trace, pass by pass.
#include <fmt/core.h>

#include <chrono>
#include <fstream>
#include <ridgepoint/report/prediction_text.hpp>
#include <ridgepoint/report/simulation_json.hpp>
#include <ridgepoint/simulation/io/chrome_trace.hpp>
#include <ridgepoint/simulation/io/records_csv.hpp>
#include <ridgepoint/simulation/protocol.hpp>
#include <ridgepoint/simulation/session_source.hpp>
#include <ridgepoint/step/tabulated_step.hpp>
#include <ridgepoint/workload/io/trace_csv.hpp>

#include "commands.hpp"
#include "options.hpp"

namespace command {

using namespace ridgepoint;
namespace sim = ridgepoint::simulation;

namespace {
struct simulate_options {
    deployment_options deployed;
    std::string arrivals = "poisson", trace, routing = "round-robin", requests_csv, steps_csv, chrome_trace, turns;
    double think = 0.0, trace_scale = 1.0, trace_tick = 0.0, shared = 0.0, wait_share = 1.0, balance = 0.0, link = 0.0;
    std::optional<double> requests, warm_up, blocks, batch_wait, poll_interval;
    std::uint32_t prefill_replicas = 0, decode_replicas = 0;
    std::uint64_t seed = 1;
    bool prefix_cache = false, benchmark_lengths = false, progress = false;

    void add_to(CLI::App& app) {
        deployed.add_to(app);
        const std::string load = "What is asked of it", run = "The run", how = "Settings of the runtime";
        app.add_option("--arrivals", arrivals,
                       "with --rate: poisson, even, gamma:CV, weibull:CV, mmpp:RATE:STAY:RATE:STAY ...")
            ->capture_default_str()
            ->group(load);
        app.add_option("--think", think, "seconds between an answer and the client's next request")->group(load);
        app.add_option("--trace", trace, "requests from a CSV file (Azure, Mooncake, BurstGPT columns)")->group(load);
        app.add_option("--trace-scale", trace_scale, "times the rate of the trace")->group(load);
        app.add_option("--trace-tick", trace_tick, "seconds over which times recorded in ticks are spread")
            ->group(load);
        app.add_option("--turns", turns, "conversations of so many turns; --rate counts conversations")->group(load);
        app.add_option("--shared", shared, "tokens that all conversations begin with")->group(load);
        app.add_flag("--benchmark-lengths", benchmark_lengths,
                     "with --protocol benchmark: the InferenceX client's own lengths, 80 to 100 % of the given")
            ->group(load);
        app.add_option("--requests", requests, "in all [20000; with --protocol benchmark 10 per client]")->group(run);
        app.add_option("--warm-up", warm_up,
                       "requests at the start that no figure counts [a tenth; benchmark, trace: 0]")
            ->group(run);
        app.add_option("--seed", seed, "of everything drawn")->capture_default_str()->group(run);
        app.add_option("--requests-csv", requests_csv, "write every request to FILE")->group(run);
        app.add_option("--steps-csv", steps_csv, "write every pass to FILE")->group(run);
        app.add_option("--chrome-trace", chrome_trace, "write FILE for a trace viewer (Perfetto)")->group(run);
        app.add_flag("--progress", progress, "on the error stream")->group(run);
        app.add_option("--routing", routing, "round-robin, random, shortest-queue, least-kv, by-client")
            ->capture_default_str()
            ->group(how);
        app.add_flag("--prefix-cache", prefix_cache, "keep the KV of finished prompts")->group(how);
        app.add_option("--kv-blocks", blocks, "of each rank; else what memory holds")->group(how);
        app.add_option("--batch-wait", batch_wait, "steps prompts are held back while anything decodes")->group(how);
        app.add_option("--batch-wait-share", wait_share, "of the token budget, which ends that")->group(how);
        app.add_option("--balance-wait", balance, "steps prompts wait until every attention rank has one")->group(how);
        app.add_option("--poll-interval", poll_interval, "decode steps between readings of new requests")->group(how);
        app.add_option("--prefill-replicas", prefill_replicas, "of a pool that computes prompts only")->group(how);
        app.add_option("--decode-replicas", decode_replicas, "of the pool that does the rest")->group(how);
        app.add_option("--transfer", link, "GB/s between the pools")->group(how);
    }
};

std::vector<double> numbers_of(std::string_view text, const std::string& typed) {
    std::vector<double> all;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(':'), text.size());
        double x = 0.0;
        const auto [past, wrong] = std::from_chars(text.data(), text.data() + end, x);
        if (wrong != std::errc{} || past != text.data() + end)
            fail("--arrivals is \"" + typed +
                 "\"; it must be poisson, even, gamma:CV, weibull:CV or mmpp:RATE:STAY:RATE:STAY");
        all.push_back(x);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return all;
}

arrivals arrivals_of(const std::string& typed, double rate) {
    const std::size_t colon = std::min(typed.find(':'), typed.size());
    const std::string kind = typed.substr(0, colon);
    const std::vector<double> x = numbers_of(std::string_view(typed).substr(std::min(colon + 1, typed.size())), typed);
    if (kind == "poisson" && x.empty()) return arrivals::poisson(rate);
    if (kind == "even" && x.empty()) return arrivals::evenly_spaced(rate);
    if (kind == "gamma" && x.size() == 1) return arrivals::gamma(rate, x[0]);
    if (kind == "weibull" && x.size() == 1) return arrivals::weibull(rate, x[0]);
    if (kind == "mmpp" && x.size() >= 2 && x.size() % 2 == 0) {
        std::vector<arrival_phase> phases;
        for (std::size_t i = 0; i < x.size(); i += 2) phases.push_back({.rate = x[i], .mean_stay = x[i + 1]});
        return arrivals::modulated(std::move(phases));
    }
    fail("--arrivals is \"" + typed + "\"; it must be poisson, even, gamma:CV, weibull:CV or mmpp:RATE:STAY:RATE:STAY");
}

sim::routing routing_of(const std::string& text) {
    constexpr std::array<std::string_view, 5> names{"round-robin", "random", "shortest-queue", "least-kv", "by-client"};
    for (std::size_t i = 0; i < names.size(); ++i)
        if (names[i] == text) return static_cast<sim::routing>(i);
    ridgepoint::detail::fail_unknown("routing", text, names);
}

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

void refuse_what_is_not_simulated(const deployment_options& o) {
    if (o.batch)
        fail("--batch is not simulated: ask predict, or use a runtime that batches statically with --concurrency");
    if (o.images > 0.0) fail("--images is not simulated; add the images' tokens to --prompt");
    if (o.prefix_hit > 0.0)
        fail("--prefix-hit is found, not given, in a simulation: use --prefix-cache with --turns or --trace");
}

class simulation_run {
public:
    simulation_run(const simulate_options& o, const asked& a)
        : o_(o), question_(a.question), formats_(question_.what.formats), roof_(question_.what.roof()) {
        formats_.weights = resolved(formats_.weights, question_.what.device);
        if (!o.trace.empty()) {
            trace_ = scaled(read_trace(o.trace), o.trace_scale);
            if (o.trace_tick > 0.0) trace_ = spread(trace_, o.trace_tick, o.seed);
            if (o.requests)
                trace_ =
                    first(trace_, static_cast<std::size_t>(checked(*o.requests, 1.0, 1e9, "the number of requests")));
            if (trace_.empty()) fail("the trace " + o.trace + " holds no requests");
            question_.load.prompt = trace_.prompts();
            question_.load.output = trace_.outputs();
        }
    }

    /// The answer to whether it can exist at all, for a mean request.
    report::answer feasible() const {
        report::question q = question_;
        q.load.rate = {};
        q.load.concurrency = 1.0;
        q.load.protocol = {};
        return report::answered(q);
    }
    const report::question& question() const { return question_; }

    report::simulated result() const {
        const deployment<>& d = question_.what;
        const double mean = question_.load.prompt.mean() + question_.load.output.mean();
        const double longest = trace_.empty() ? question_.load.prompt.largest() + question_.load.output.largest() : 0.0;
        double context = std::max(mean, longest);
        for (const trace_record& r : trace_.records)
            context = std::max(context, static_cast<double>(r.prompt) + r.output);
        if (!o_.turns.empty())
            context = d.model.most_context > 0 ? static_cast<double>(d.model.most_context) : 131072.0;
        const memory_fit memory =
            fit_memory(d.model, d.device.memory.capacity.value, d.runtime, d.cut, formats_, mean, 0.0, d.adapter);
        const tabulated_step law({d.model, d.cut, formats_, d.adapter}, roof_, d.runtime, context);
        const sim::server server = server_for(memory, mean);

        sim::options how{.routing = routing_of(o_.routing), .seed = o_.seed};
        how.replicas = static_cast<std::uint32_t>(d.cut.replicas);
        const writers written(o_, how);
        report::simulated s;
        s.heading = heading();
        s.blocks = server.blocks * server.ranks * d.cut.replicas;
        const auto start = std::chrono::steady_clock::now();
        s.result = under_load(law, server, memory, how);
        s.took = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        return s;
    }

private:
    sim::server server_for(const memory_fit& memory, double request_tokens) const {
        const runtime<>& r = question_.what.runtime;
        sim::server s = sim::server_of(r, sim::blocks_that_fit(memory, request_tokens, r.memory.block_tokens));
        if (o_.blocks) s.blocks = *o_.blocks;
        if (o_.batch_wait) s.scheduling.batch_wait_steps = *o_.batch_wait;
        if (o_.poll_interval) s.scheduling.poll_interval_steps = *o_.poll_interval;
        s.batch_wait_share = o_.wait_share;
        s.balance_wait_steps = o_.balance;
        s.ranks = question_.what.cut.data;
        s.prefix_cache = o_.prefix_cache;
        s.piece_tokens = trace_.piece_tokens;
        return s;
    }
    std::uint64_t count(double usual) const {
        return static_cast<std::uint64_t>(checked(o_.requests.value_or(usual), 1.0, 1e9, "the number of requests"));
    }
    /// Runs `from` on one pool or two.
    template <class Source>
    sim::summary on(const tabulated_step& law, const sim::server& server, const memory_fit& memory, Source from,
                    sim::options how, double warm_up) const {
        how.warm_up =
            static_cast<std::uint64_t>(checked(o_.warm_up.value_or(warm_up), 0.0, 1e9, "the warm-up in requests"));
        if (o_.prefill_replicas + o_.decode_replicas == 0) return sim::run(law, server, std::move(from), how);
        if (!(o_.link > 0.0)) fail("two pools need --transfer, the GB/s between them");
        const parallelism& cut = question_.what.cut;
        const double token = memory.kv_per_token.value() * static_cast<double>(cut.tensor * cut.pipeline);
        return sim::run(
            sim::disaggregated<tabulated_step>{.prefill_law = law,
                                               .prefill = server,
                                               .prefill_replicas = o_.prefill_replicas,
                                               .decode_law = law,
                                               .decode = server,
                                               .decode_replicas = o_.decode_replicas,
                                               .link = {.bytes_per_second = o_.link * 1e9, .bytes_per_token = token}},
            std::move(from), how);
    }
    sim::summary under_load(const tabulated_step& law, const sim::server& server, const memory_fit& memory,
                            const sim::options& how) const {
        const workload& w = question_.load;
        if (!trace_.empty()) return on(law, server, memory, sim::replay_source(sim::requests_of(trace_)), how, 0.0);
        if (w.open_loop()) {
            const std::uint64_t n = count(20'000);
            const arrivals process = arrivals_of(o_.arrivals, w.rate.value());
            const double warm_up = std::floor(static_cast<double>(n) / 10.0);
            if (o_.turns.empty())
                return on(law, server, memory, sim::open_source(process, w.prompt, w.output, n, o_.seed), how, warm_up);
            const sim::session_shape shape{
                .turns = length_of(o_.turns, "--turns"),
                .prompt = w.prompt,
                .output = w.output,
                .shared = o_.shared,
                .think = o_.think,
                .most_context = question_.what.model.most_context > 0
                                    ? static_cast<double>(question_.what.model.most_context)
                                    : 131072.0,
                .piece_tokens = server.piece_tokens > 0.0 ? server.piece_tokens : server.block_tokens};
            return on(law, server, memory, sim::session_source(process, shape, n, o_.seed), how, warm_up);
        }
        const closed_loop loop{.clients = static_cast<std::uint32_t>(w.concurrency), .think = o_.think};
        const bool benchmark = w.protocol.burst_start;
        const std::uint64_t n = count(benchmark ? w.protocol.prompts_per_client * w.concurrency : 20'000);
        if (o_.benchmark_lengths) {
            std::vector<sim::request> given;
            for (const request_lengths& r : benchmark_lengths(w.prompt.mean(), w.output.mean(), n))
                given.push_back({.prompt = r.prompt, .output = r.output});
            return on(law, server, memory, sim::closed_source(loop, std::move(given)), how, 0.0);
        }
        return on(law, server, memory, sim::closed_source(loop, w.prompt, w.output, n, o_.seed), how,
                  benchmark ? 0.0 : std::floor(static_cast<double>(n) / 10.0));
    }
    std::string heading() const {
        if (trace_.empty()) return report::detail::heading(question_);
        report::question q = question_;
        q.load.rate = requests_per_second(std::max(1e-9, trace_.rate()));
        return report::detail::heading(q) + "from " + report::clipped(o_.trace, 60) + ", variation of the gaps " +
               report::number(trace_.variation()) + "\n";
    }

    const simulate_options& o_;
    report::question question_;
    precision formats_;
    roof<> roof_;
    trace trace_;
};
}  // namespace

void add_simulate(CLI::App& app, status& result) {
    CLI::App& sub = *app.add_subcommand("simulate", "the same under arriving requests or a trace, pass by pass");
    const auto options = std::make_shared<simulate_options>();
    options->add_to(sub);
    sub.callback([options, &result] {
        refuse_what_is_not_simulated(options->deployed);
        const asked a(options->deployed);
        const simulation_run run(*options, a);
        const report::answer possible = run.feasible();
        if (!possible.ok()) {
            if (options->deployed.json) fmt::print("{}\n", report::as_json(run.question(), possible).dump(2));
            else fmt::print("{}", report::screen(run.question(), possible));
            result = infeasible;
            return;
        }
        const report::simulated s = run.result();
        if (options->deployed.json) fmt::print("{}\n", report::as_json(s).dump(2));
        else fmt::print("{}", report::screen(s));
    });
}
}  // namespace command
