// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The runs of a simulation: as asked, then the same requests on a slower and a faster clock for the ranges.
///
///     the source   a trace; requests, or conversations, that arrive at a rate; clients that wait for their answers
///     the clock    the step law, the frontend and the spread of the clients' start, all times `slower` (simulated.hpp)
///
/// What is given in seconds is not on that clock: arrivals, thinking times, the link between two pools.
/// Evidence: tests/ask/simulated_test.cpp.

#include <chrono>
#include <gambrel/ask/arrivals_text.hpp>
#include <gambrel/ask/simulated.hpp>
#include <gambrel/ask/simulation_options.hpp>
#include <gambrel/simulation/possible_summary.hpp>
#include <gambrel/simulation/protocol.hpp>
#include <gambrel/simulation/run.hpp>
#include <gambrel/simulation/session_source.hpp>
#include <gambrel/step/scaled_step.hpp>
#include <gambrel/step/tabulated_step.hpp>
#include <gambrel/workload/benchmark_lengths.hpp>

namespace gambrel::ask {

namespace detail {
/// The length that a benchmark draws 80 to 100 % of: of a range its longest.
inline double nominal(const length& l) { return l.kind() == length_kind::uniform ? l.largest() : l.mean(); }

inline std::uint64_t how_many(const simulation_options& t, double usual) {
    return whole_requests(t.requests.value_or(usual));
}
}  // namespace detail

class simulation_runs {
public:
    /// Refers to `q` and `t`. Tabulates the step law.
    simulation_runs(const question& q, const simulation_options& t, const precision& formats, const roof<>& roof)
        : question_(q),
          options_(t),
          formats_(formats),
          memory_(fit_memory(q.what.model, q.what.device, q.what.runtime, q.what.cut, formats, mean_tokens(), 0.0,
                             q.what.adapter, q.what.speculation)),
          law_(q.what.pass_inputs(formats), roof, q.what.runtime, most_tokens()),
          server_(server_for()) {
        const pools& two = q.pools;
        if (!two.on()) return;
        const deployment<> prompts = prefill_of(q.what, two);
        const memory_fit room = fit_memory(prompts.model, prompts.device, prompts.runtime, prompts.cut, formats,
                                           mean_tokens(), 0.0, prompts.adapter);
        prefill_blocks_ = simulation::blocks_that_fit(room, mean_tokens(), prompts.runtime.memory.block_tokens);
        if (!same_cut(prompts.cut, q.what.cut) || q.what.speculation.on())  // else both pools have one law
            prefill_.emplace(prompts.pass_inputs(formats), roof, q.what.runtime, most_tokens());
    }

    /// The whole answer but for its heading. `how` says routing and seed of the router, and who watches.
    simulated run(simulation::options how) const {
        const deployment<>& d = question_.what;
        const int copies = d.cut.data / copies_in_step(d.model, d.cut);  // of a dense model
        how.replicas = static_cast<std::uint32_t>(d.cut.replicas * copies);
        simulated s;
        s.blocks = server_.blocks * server_.ranks * how.replicas;
        const auto start = std::chrono::steady_clock::now();
        s.result = under_load({}, how);
        s.took = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        s.not_known = simulation::checked_summary(s.result, {least_pass(), s.blocks});
        if (s.known() && s.result.latency.count() > 0) s.range = ranges(s.result, how);
        return s;
    }

private:
    /// How a run differs from what was asked: its clock, and how many requests it stops after.
    struct variant {
        double slower = 1.0;
        std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
    };

    static bool same_cut(const parallelism& a, const parallelism& b) {
        return a.tensor == b.tensor && a.pipeline == b.pipeline && a.data == b.data && a.expert == b.expert;
    }
    double mean_tokens() const { return question_.load.prompt.mean() + question_.load.output.mean(); }
    /// Tokens of the longest request.
    double most_tokens() const {
        const workload& w = question_.load;
        double most = mean_tokens();
        if (options_.trace.empty()) most = std::max(most, w.prompt.largest() + w.output.largest());
        for (const trace_record& r : options_.trace.records)
            most = std::max(most, static_cast<double>(r.prompt) + r.output);
        return options_.turns ? longest_context() : most;
    }
    double longest_context() const {
        const double most = question_.what.longest_request();
        return most > 0.0 ? most : 131072.0;
    }
    simulation::server server_for() const {
        const runtime<>& r = question_.what.runtime;
        simulation::server s =
            simulation::server_of(r, simulation::blocks_that_fit(memory_, mean_tokens(), r.memory.block_tokens),
                                  copies_in_step(question_.what.model, question_.what.cut));
        if (options_.blocks) s.blocks = *options_.blocks;
        s.balance_wait_steps = options_.balance;
        s.ranks = copies_in_step(question_.what.model, question_.what.cut);
        s.stages = question_.what.cut.pipeline;
        s.speculation = question_.what.speculation;
        s.seed = options_.seed;
        s.prefix_cache = options_.deployed.prefix_cache.value_or(false);
        s.piece_tokens = options_.trace.piece_tokens;
        return s;
    }

    /// The same requests, at most `range_requests` of them, on machines at the ends of the range. Nobody watches.
    range_runs ranges(const simulation::summary& whole, const simulation::options& as_asked) const {
        simulation::options how{.replicas = as_asked.replicas, .routing = as_asked.routing, .seed = as_asked.seed};
        range_runs r;
        const double running = larger(1.0, whole.batch / server_.ranks);
        r.sigma = law_sigma(question_.what, formats_, lengths_of(whole), running);
        if (whole.sent > range_requests) r.first = under_load({1.0, range_requests}, how);
        r.slow = under_load({r.factor(), range_requests}, how);
        r.fast = under_load({1.0 / r.factor(), range_requests}, how);
        return r;
    }
    /// The lengths that ran: those asked for, or, where the run made its own, their means.
    workload lengths_of(const simulation::summary& whole) const {
        workload w = question_.load;
        if (!options_.turns && !options_.benchmark_lengths) return w;
        const auto each = [&](double tokens) { return larger(1.0, tokens / static_cast<double>(whole.ended)); };
        w.prompt = each(static_cast<double>(whole.prompt_tokens + whole.cached_tokens) -
                        static_cast<double>(whole.recomputed_tokens));
        w.output = each(static_cast<double>(whole.output_tokens));
        return w;
    }
    /// Seconds of the shortest pass that makes a token: of few decodes, their contexts of one token.
    double least_pass() const {
        double least = std::numeric_limits<double>::infinity();
        for (double n = 1.0; n <= question_.what.runtime.scheduling.most_sequences; n *= 2.0)
            least = std::min(least, law_.seconds({.decodes = n, .context = n, .mean_tokens = n / server_.ranks}));
        return least / question_.what.speculation.checked_tokens();
    }
    /// Runs the first requests of `from`, a number of `all`, on one pool or two; the warm-up is the same share of them.
    template <class Source>
    simulation::summary on(const variant& v, std::uint64_t all, Source from, simulation::options how,
                           double warm_up) const {
        const double asked = checked(options_.warm_up.value_or(warm_up), 0.0, 1e9, "the warm-up in requests");
        const double share = std::min(1.0, static_cast<double>(v.most) / static_cast<double>(all));
        how.warm_up = static_cast<std::uint64_t>(asked * share);
        const scaled_step law(law_, v.slower);
        simulation::server server = server_;
        server.frontend = server.frontend * v.slower;
        server.frontend_work = server.frontend_work * v.slower;
        const pools& two = question_.pools;
        if (!two.on()) return simulation::run(law, server, std::move(from), how);
        const scaled_step prompts(prefill_ ? *prefill_ : law_, v.slower);
        simulation::server first = server;
        first.speculation = {};
        first.ranks = copies_in_step(question_.what.model, two.prefill_cut);
        first.stages = two.prefill_cut.pipeline;
        if (!options_.blocks) first.blocks = prefill_blocks_;
        return simulation::run(
            simulation::disaggregated<scaled_step<tabulated_step>>{
                .prefill_law = prompts,
                .prefill = first,
                .prefill_replicas = static_cast<std::uint32_t>(two.prefill_replicas),
                .decode_law = law,
                .decode = server,
                .decode_replicas = static_cast<std::uint32_t>(two.decode_replicas),
                .link = two.link},
            std::move(from), how);
    }
    simulation::summary under_load(const variant& v, const simulation::options& how) const {
        const workload& w = question_.load;
        const simulation_options& t = options_;
        if (!t.trace.empty()) {
            const std::uint64_t all = t.trace.records.size();
            const trace few = all > v.most ? first(t.trace, v.most) : trace{};
            return on(v, all, simulation::replay_source(simulation::requests_of(few.empty() ? t.trace : few)), how,
                      0.0);
        }
        if (w.open_loop()) {
            const std::uint64_t all = detail::how_many(t, 20'000), n = std::min(all, v.most);
            const arrivals process = detail::arrivals_of(t.arrivals, w.rate.value());
            const double warm_up = std::floor(static_cast<double>(all) / 10.0);
            if (!t.turns)
                return on(v, all, simulation::open_source(process, w.prompt, w.output, n, t.seed), how, warm_up);
            const simulation::session_shape shape{
                .turns = *t.turns,
                .prompt = w.prompt,
                .output = w.output,
                .shared = t.shared,
                .think = seconds_of(t.think),
                .most_context = longest_context(),
                .piece_tokens = server_.piece_tokens > 0.0 ? server_.piece_tokens : server_.block_tokens};
            return on(v, all, simulation::session_source(process, shape, n, t.seed), how, warm_up);
        }
        const bool benchmark = w.protocol.burst_start;
        const closed_loop loop{.clients = static_cast<std::uint32_t>(w.concurrency),
                               .think = t.think,
                               .ramp = benchmark ? 0.0 : spread_start(v.slower)};
        constexpr double usual = 20'000, rounds = 20, first_rounds = 2;  // of a closed loop: requests of each client
        const std::uint64_t all = detail::how_many(
            t, benchmark ? w.protocol.prompts_per_client * w.concurrency : std::max(usual, rounds * w.concurrency));
        const std::uint64_t n = std::min(all, v.most);
        const double asked = static_cast<double>(all);
        if (t.benchmark_lengths) {
            std::vector<simulation::request> given;
            for (const request_lengths& r :
                 gambrel::benchmark_lengths(detail::nominal(w.prompt), detail::nominal(w.output), all))
                given.push_back({.prompt = r.prompt, .output = r.output});
            given.resize(n);
            return on(v, all, simulation::closed_source(loop, std::move(given)), how, 0.0);
        }
        return on(
            v, all, simulation::closed_source(loop, w.prompt, w.output, n, t.seed), how,
            benchmark ? 0.0 : std::floor(std::max(asked / 10.0, std::min(asked / 2.0, first_rounds * w.concurrency))));
    }
    /// Seconds over which the clients of a closed loop start, so that they are spread out as `predict` has them: one
    /// request as predicted, on a clock `slower` by so much. A benchmark's start together.
    double spread_start(double slower) const {
        const prediction<> p = predict(question_.what, question_.load);
        return p.ok() ? p.latency.value.value() * slower + options_.think : 0.0;
    }

    const question& question_;
    const simulation_options& options_;
    precision formats_;
    memory_fit memory_;
    tabulated_step law_;
    simulation::server server_;
    std::optional<tabulated_step> prefill_{};  ///< of prefill replicas, where they are not as the decode replicas
    double prefill_blocks_ = simulation::unlimited;
};
}  // namespace gambrel::ask
