// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A simulation in the words of a command line or a notebook: which requests come, to how many replicas or pools, under
/// which of the runtime's settings. Evidence: tests/ask/asked_test.cpp, tests/command/.

#include <charconv>
#include <chrono>
#include <gambrel/ask/asked_prediction.hpp>
#include <gambrel/ask/heading.hpp>
#include <gambrel/ask/simulated.hpp>
#include <gambrel/simulation/protocol.hpp>
#include <gambrel/simulation/run.hpp>
#include <gambrel/simulation/session_source.hpp>
#include <gambrel/step/tabulated_step.hpp>
#include <gambrel/workload/benchmark_lengths.hpp>
#include <gambrel/workload/trace.hpp>

namespace gambrel::ask {

struct simulation_terms {
    terms deployed{};
    std::string arrivals = "poisson";  ///< poisson, even, gamma:CV, weibull:CV, mmpp:RATE:STAY:RATE:STAY ...
    std::string routing = "round-robin";
    gambrel::trace trace{};  ///< instead of arrivals and lengths, where it holds requests
    std::string trace_name{};
    double trace_scale = 1.0, trace_tick = 0.0;  ///< times the rate; seconds over which recorded ticks are spread
    std::optional<length> turns{};               ///< conversations of so many turns; the rate counts conversations
    double think = 0.0;                          ///< seconds between an answer and the client's next request
    double shared = 0.0;                         ///< tokens that all conversations begin with
    bool benchmark_lengths = false;
    std::optional<double> requests{}, warm_up{}, blocks{}, batch_wait{}, poll_interval{};
    double wait_share = 1.0, balance = 0.0;
    bool prefix_cache = false;
    std::uint32_t prefill_replicas = 0, decode_replicas = 0;
    double link = 0.0;  ///< GB/s between the two pools
    std::uint64_t seed = 1;
};

namespace detail {
[[noreturn]] inline void fail_arrivals(const std::string& typed) {
    fail("the arrivals are \"" + typed.substr(0, 40) +
         "\"; they must be poisson, even, gamma:CV, weibull:CV or mmpp:RATE:STAY:RATE:STAY");
}

inline std::vector<double> numbers_of(std::string_view text, const std::string& typed) {
    std::vector<double> all;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(':'), text.size());
        double x = 0.0;
        const auto [past, wrong] = std::from_chars(text.data(), text.data() + end, x);
        if (wrong != std::errc{} || past != text.data() + end) fail_arrivals(typed);
        all.push_back(x);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return all;
}

inline arrivals arrivals_of(const std::string& typed, double rate) {
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
    fail_arrivals(typed);
}

inline simulation::routing router_of(const std::string& text) {
    constexpr std::array<std::string_view, 5> names{"round-robin", "random", "shortest-queue", "least-kv", "by-client"};
    for (std::size_t i = 0; i < names.size(); ++i)
        if (names[i] == text) return static_cast<simulation::routing>(i);
    fail_unknown("routing", text, names);
}

/// The length that a benchmark draws 80 to 100 % of: of a range its longest.
inline double nominal(const length& l) { return l.kind() == length_kind::uniform ? l.largest() : l.mean(); }

inline const terms& simulated_terms(const terms& t) {
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

/// Owns, or shares, its descriptors. Throws `error` naming the first term that is wrong.
class asked_simulation {
public:
    asked_simulation(std::shared_ptr<const architecture> model, std::shared_ptr<const device<>> device,
                     std::shared_ptr<const runtime<>> runtime, simulation_terms t)
        : terms_(std::move(t)),
          asked_(std::move(model), std::move(device), std::move(runtime), detail::simulated_terms(terms_.deployed)),
          formats_(question().what.resolved_formats()),
          roof_(question().what.roof()) {
        routing_ = detail::router_of(terms_.routing);
        checked(terms_.think, 0.0, 1e9, "the time between answer and request in seconds");
        checked(terms_.shared, 0.0, longest_length, "the shared tokens of conversations");
        checked(terms_.trace_scale, 1e-6, 1e6, "the factor on the rate of a trace");
        checked(terms_.trace_tick, 0.0, 1e6, "the tick of a trace in seconds");
        if (terms_.trace.empty() && terms_.trace_name.empty()) return;
        trace& from = terms_.trace;
        from = scaled(from, terms_.trace_scale);
        if (terms_.trace_tick > 0.0) from = spread(from, terms_.trace_tick, terms_.seed);
        if (terms_.requests) from = first(from, how_many(0.0));
        if (from.empty()) fail("the trace " + terms_.trace_name + " holds no requests");
        asked_.question.load.prompt = from.prompts();
        asked_.question.load.output = from.outputs();
    }
    asked_simulation(const asked_simulation&) = delete;
    asked_simulation& operator=(const asked_simulation&) = delete;

    const gambrel::ask::question& question() const { return asked_.question; }

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
        if (terms_.trace.empty()) context = std::max(context, w.prompt.largest() + w.output.largest());
        for (const trace_record& r : terms_.trace.records)
            context = std::max(context, static_cast<double>(r.prompt) + r.output);
        if (terms_.turns) context = longest_context();
        const memory_fit memory =
            fit_memory(d.model, d.device.memory.capacity.value, d.runtime, d.cut, formats_, mean, 0.0, d.adapter);
        const tabulated_step law({d.model, d.cut, formats_, d.adapter}, roof_, d.runtime, context);
        const simulation::server server = server_for(memory, mean);

        how.routing = routing_;
        how.seed = terms_.seed;
        how.replicas = static_cast<std::uint32_t>(d.cut.replicas);
        simulated s;
        s.heading = heading();
        s.blocks = server.blocks * server.ranks * d.cut.replicas;
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
        if (terms_.blocks) s.blocks = *terms_.blocks;
        if (terms_.batch_wait) s.scheduling.batch_wait_steps = *terms_.batch_wait;
        if (terms_.poll_interval) s.scheduling.poll_interval_steps = *terms_.poll_interval;
        s.batch_wait_share = terms_.wait_share;
        s.balance_wait_steps = terms_.balance;
        s.ranks = question().what.cut.data;
        s.prefix_cache = terms_.prefix_cache;
        s.piece_tokens = terms_.trace.piece_tokens;
        return s;
    }
    std::uint64_t how_many(double usual) const {
        return static_cast<std::uint64_t>(checked(terms_.requests.value_or(usual), 1.0, 1e9, "the number of requests"));
    }
    /// Runs `from` on one pool or two.
    template <class Source>
    simulation::summary on(const tabulated_step& law, const simulation::server& server, const memory_fit& memory,
                           Source from, simulation::options how, double warm_up) const {
        how.warm_up =
            static_cast<std::uint64_t>(checked(terms_.warm_up.value_or(warm_up), 0.0, 1e9, "the warm-up in requests"));
        if (terms_.prefill_replicas + terms_.decode_replicas == 0)
            return simulation::run(law, server, std::move(from), how);
        if (!(terms_.link > 0.0)) fail("two pools need a transfer rate, the GB/s between them");
        const parallelism& cut = question().what.cut;
        const double token = memory.kv_per_token.value() * static_cast<double>(cut.tensor * cut.pipeline);
        return simulation::run(
            simulation::disaggregated<tabulated_step>{
                .prefill_law = law,
                .prefill = server,
                .prefill_replicas = terms_.prefill_replicas,
                .decode_law = law,
                .decode = server,
                .decode_replicas = terms_.decode_replicas,
                .link = {.bandwidth = byte_rate<>::from_value(terms_.link * 1e9), .bytes_per_token = bytes_of(token)}},
            std::move(from), how);
    }
    simulation::summary under_load(const tabulated_step& law, const simulation::server& server,
                                   const memory_fit& memory, simulation::options how) const {
        const workload& w = question().load;
        const simulation_terms& t = terms_;
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
        const closed_loop loop{.clients = static_cast<std::uint32_t>(w.concurrency), .think = t.think};
        const bool benchmark = w.protocol.burst_start;
        const std::uint64_t n = how_many(benchmark ? w.protocol.prompts_per_client * w.concurrency : 20'000);
        if (t.benchmark_lengths) {
            std::vector<simulation::request> given;
            for (const request_lengths& r :
                 gambrel::benchmark_lengths(detail::nominal(w.prompt), detail::nominal(w.output), n))
                given.push_back({.prompt = r.prompt, .output = r.output});
            return on(law, server, memory, simulation::closed_source(loop, std::move(given)), how, 0.0);
        }
        return on(law, server, memory, simulation::closed_source(loop, w.prompt, w.output, n, t.seed), how,
                  benchmark ? 0.0 : std::floor(static_cast<double>(n) / 10.0));
    }
    std::string heading() const {
        if (terms_.trace.empty()) return ask::heading(question());
        gambrel::ask::question q = question();
        q.load.rate = requests_per_second(std::max(1e-9, terms_.trace.rate()));
        return ask::heading(q) + "from " + clipped(terms_.trace_name, 60) + ", variation of the gaps " +
               number(terms_.trace.variation()) + "\n";
    }

    simulation_terms terms_;
    asked asked_;
    precision formats_;
    roof<> roof_;
    simulation::routing routing_{};
};
}  // namespace gambrel::ask
