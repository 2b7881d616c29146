// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A simulation in the words of a command line or a notebook: which requests come, to how many replicas or pools, under
/// which of the runtime's settings. Evidence: tests/ask/bound_question_test.cpp, tests/command/.

#include <chrono>
#include <gambrel/ask/arrivals_text.hpp>
#include <gambrel/ask/bound_question.hpp>
#include <gambrel/ask/heading.hpp>
#include <gambrel/ask/simulated.hpp>
#include <gambrel/simulation/protocol.hpp>
#include <gambrel/simulation/run.hpp>
#include <gambrel/simulation/session_source.hpp>
#include <gambrel/step/tabulated_step.hpp>
#include <gambrel/workload/benchmark_lengths.hpp>

namespace gambrel::ask {

namespace detail {
/// The length that a benchmark draws 80 to 100 % of: of a range its longest.
inline double nominal(const length& l) { return l.kind() == length_kind::uniform ? l.largest() : l.mean(); }

inline const prediction_options& simulated_options(const prediction_options& t) {
    if (t.batch)
        fail(
            "a static batch is not simulated: ask predict, or use a runtime that batches statically with a "
            "concurrency");
    if (t.images > 0.0) fail("images are not simulated; add their tokens to the prompt");
    if (t.prefix_hit > 0.0)
        fail("a prefix hit share is found, not given, in a simulation: use the prefix cache with turns or a trace");
    return t;
}
}  // namespace detail

/// Owns, or shares, its descriptors. Throws `error` naming the first option that is wrong.
class bound_simulation {
public:
    bound_simulation(std::shared_ptr<const architecture> model, std::shared_ptr<const device<>> device,
                     std::shared_ptr<const runtime<>> runtime, simulation_options t)
        : options_(std::move(t)),
          bound_(std::move(model), std::move(device), std::move(runtime), detail::simulated_options(options_.deployed)),
          formats_(question().what.resolved_formats()),
          roof_(question().what.roof()) {
        routing_ = enum_named<simulation::routing>("routing", options_.routing);
        check_ranges(options_);
        if (options_.trace.empty() && options_.trace_name.empty()) return;
        trace& from = options_.trace;
        from = scaled(from, options_.trace_scale);
        if (options_.trace_tick > 0.0) from = spread(from, options_.trace_tick, options_.seed);
        if (options_.requests) from = first(from, how_many(0.0));
        if (from.empty())
            fail("the trace " + options_.trace_name + " holds no requests: give a longer one, or more of its requests");
        bound_.question.load.prompt = from.prompts();
        bound_.question.load.output = from.outputs();
    }
    bound_simulation(const bound_simulation&) = delete;
    bound_simulation& operator=(const bound_simulation&) = delete;

    const gambrel::ask::question& question() const { return bound_.question; }

    /// The answer to whether it can exist at all, for a mean request.
    answer feasible() const {
        gambrel::ask::question q = question();
        q.load.rate = {};
        q.load.concurrency = 1.0;
        q.load.protocol = {};
        return answered(q);
    }

    /// Runs it; `how` tells who wants to see requests, passes or progress, whose exceptions end the run.
    simulated run(simulation::options how) const {
        const deployment<>& d = question().what;
        const workload& w = question().load;
        const double mean = w.prompt.mean() + w.output.mean();
        double context = mean;
        if (options_.trace.empty()) context = std::max(context, w.prompt.largest() + w.output.largest());
        for (const trace_record& r : options_.trace.records)
            context = std::max(context, static_cast<double>(r.prompt) + r.output);
        if (options_.turns) context = longest_context();
        const memory_fit memory =
            fit_memory(d.model, d.device.memory.capacity.value, d.runtime, d.cut, formats_, mean, 0.0, d.adapter);
        const tabulated_step law({d.model, d.cut, formats_, d.adapter}, roof_, d.runtime, context);
        const simulation::server server = server_for(memory, mean);

        how.routing = routing_;
        how.seed = options_.seed;
        const int copies = d.cut.data / copies_in_step(d.model, d.cut);  // of a dense model
        how.replicas = static_cast<std::uint32_t>(d.cut.replicas * copies);
        simulated s;
        s.heading = heading();
        s.blocks = server.blocks * server.ranks * how.replicas;
        const auto start = std::chrono::steady_clock::now();
        s.result = under_load(law, server, memory, std::move(how));
        s.took = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        return s;
    }

private:
    double longest_context() const {
        const count most = question().what.model.most_context;
        return most > 0 ? static_cast<double>(most) : 131072.0;
    }
    simulation::server server_for(const memory_fit& memory, double request_tokens) const {
        const runtime<>& r = question().what.runtime;
        simulation::server s =
            simulation::server_of(r, simulation::blocks_that_fit(memory, request_tokens, r.memory.block_tokens));
        if (options_.blocks) s.blocks = *options_.blocks;
        if (options_.batch_wait) s.scheduling.batch_wait_steps = *options_.batch_wait;
        if (options_.poll_interval) s.scheduling.poll_interval_steps = *options_.poll_interval;
        s.batch_wait_share = options_.wait_share;
        s.balance_wait_steps = options_.balance;
        s.ranks = copies_in_step(question().what.model, question().what.cut);
        s.stages = question().what.cut.pipeline;
        s.prefix_cache = options_.prefix_cache;
        s.piece_tokens = options_.trace.piece_tokens;
        return s;
    }
    std::uint64_t how_many(double usual) const {
        return static_cast<std::uint64_t>(
            checked(options_.requests.value_or(usual), 1.0, 1e9, "the number of requests"));
    }
    /// Runs `from` on one pool or two.
    template <class Source>
    simulation::summary on(const tabulated_step& law, const simulation::server& server, const memory_fit& memory,
                           Source from, simulation::options how, double warm_up) const {
        how.warm_up = static_cast<std::uint64_t>(
            checked(options_.warm_up.value_or(warm_up), 0.0, 1e9, "the warm-up in requests"));
        if (options_.prefill_replicas + options_.decode_replicas == 0)
            return simulation::run(law, server, std::move(from), how);
        if (!(options_.link > 0.0))
            fail("two pools need a transfer rate, the GB/s between them: give --transfer (transfer_gb_per_s)");
        const parallelism& cut = question().what.cut;
        const double token = memory.kv_per_token.value() * static_cast<double>(cut.tensor * cut.pipeline);
        return simulation::run(
            simulation::disaggregated<tabulated_step>{
                .prefill_law = law,
                .prefill = server,
                .prefill_replicas = options_.prefill_replicas,
                .decode_law = law,
                .decode = server,
                .decode_replicas = options_.decode_replicas,
                .link = {.bandwidth = byte_rate<>::from_value(options_.link * 1e9),
                         .bytes_per_token = bytes_of(token)}},
            std::move(from), how);
    }
    simulation::summary under_load(const tabulated_step& law, const simulation::server& server,
                                   const memory_fit& memory, simulation::options how) const {
        const workload& w = question().load;
        const simulation_options& t = options_;
        if (!t.trace.empty())
            return on(law, server, memory, simulation::replay_source(simulation::requests_of(t.trace)), how, 0.0);
        if (w.open_loop()) {
            const std::uint64_t n = how_many(20'000);
            const arrivals process = detail::arrivals_of(t.arrivals, w.rate.value());
            const double warm_up = std::floor(static_cast<double>(n) / 10.0);
            if (!t.turns)
                return on(law, server, memory, simulation::open_source(process, w.prompt, w.output, n, t.seed), how,
                          warm_up);
            const simulation::session_shape shape{
                .turns = *t.turns,
                .prompt = w.prompt,
                .output = w.output,
                .shared = t.shared,
                .think = seconds_of(t.think),
                .most_context = longest_context(),
                .piece_tokens = server.piece_tokens > 0.0 ? server.piece_tokens : server.block_tokens};
            return on(law, server, memory, simulation::session_source(process, shape, n, t.seed), how, warm_up);
        }
        const bool benchmark = w.protocol.burst_start;
        const closed_loop loop{.clients = static_cast<std::uint32_t>(w.concurrency),
                               .think = t.think,
                               .ramp = benchmark ? 0.0 : spread_start()};
        constexpr double usual = 20'000, rounds = 20, first_rounds = 2;  // of a closed loop: requests of each client
        const std::uint64_t n = how_many(benchmark ? w.protocol.prompts_per_client * w.concurrency
                                                   : std::max(usual, rounds * w.concurrency));
        const double all = static_cast<double>(n);
        if (t.benchmark_lengths) {
            std::vector<simulation::request> given;
            for (const request_lengths& r :
                 gambrel::benchmark_lengths(detail::nominal(w.prompt), detail::nominal(w.output), n))
                given.push_back({.prompt = r.prompt, .output = r.output});
            return on(law, server, memory, simulation::closed_source(loop, std::move(given)), how, 0.0);
        }
        return on(
            law, server, memory, simulation::closed_source(loop, w.prompt, w.output, n, t.seed), how,
            benchmark ? 0.0 : std::floor(std::max(all / 10.0, std::min(all / 2.0, first_rounds * w.concurrency))));
    }
    /// Seconds over which the clients of a closed loop start, so that they are spread out as `predict` has them: one
    /// request as predicted. A benchmark's start together.
    double spread_start() const {
        const prediction<> p = predict(question().what, question().load);
        return p.ok() ? p.latency.value.value() + options_.think : 0.0;
    }
    std::string heading() const {
        if (options_.trace.empty()) return ask::heading(question());
        gambrel::ask::question q = question();
        const trace& t = options_.trace;
        const bool at_once = !(t.rate() > 0.0);
        q.load.rate = requests_per_second(t.rate());
        if (at_once) q.load.concurrency = static_cast<double>(t.records.size());
        return ask::heading(q) + "from " + clipped(options_.trace_name, 60) +
               (at_once ? ", all sent at once\n" : ", variation of the gaps " + number(t.variation()) + "\n");
    }

    simulation_options options_;
    bound_question bound_;
    precision formats_;
    roof<> roof_;
    simulation::routing routing_{};
};
}  // namespace gambrel::ask
