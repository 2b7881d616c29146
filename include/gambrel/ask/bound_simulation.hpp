// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A simulation in the words of a command line or a notebook: which requests come, to how many replicas or pools, under
/// which of the runtime's settings. Evidence: tests/ask/bound_question_test.cpp, tests/command/.

#include <gambrel/ask/bound_question.hpp>
#include <gambrel/ask/heading.hpp>
#include <gambrel/ask/simulation_runs.hpp>

namespace gambrel::ask {

namespace detail {
inline prediction_options simulated_options(prediction_options t) {
    if (t.batch)
        fail(
            "a static batch is not simulated: ask predict, or use a runtime that batches statically with a "
            "concurrency");
    if (t.images > 0.0) fail("images are not simulated; add their tokens to the prompt");
    if (t.prefix_hit > 0.0)
        fail("a prefix hit share is found, not given, in a simulation: use the prefix cache with turns or a trace");
    t.prefix_cache.reset();  // of the run, which finds what hits
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
        from = scaled(std::move(from), options_.trace_scale);
        if (options_.trace_tick > 0.0) from = spread(std::move(from), options_.trace_tick, options_.seed);
        if (options_.requests) from = first(std::move(from), detail::how_many(options_, 0.0));
        if (from.empty())
            fail("the trace " + options_.trace_name + " holds no requests: give a longer one, or more of its requests");
        bound_.question.load.prompt = from.prompts();
        bound_.question.load.output = from.outputs();
    }
    bound_simulation(const bound_simulation&) = delete;
    bound_simulation& operator=(const bound_simulation&) = delete;

    const gambrel::ask::question& question() const { return bound_.question; }

    /// The answer to whether it can exist at all, for a mean request. What the closed form does not know does not matter.
    answer feasible() const {
        gambrel::ask::question q = question();
        q.load.rate = {};
        q.load.concurrency = 1.0;
        q.load.protocol = {};
        answer a = answered(q);
        if (a.predicted.verdict.what == obstacle::not_known) a.predicted.verdict = {};
        return a;
    }

    /// Runs it; `how` tells who wants to see requests, passes or progress, whose exceptions end the run.
    simulated run(simulation::options how) const {
        how.routing = routing_;
        how.seed = options_.seed;
        simulated s = simulation_runs(question(), options_, formats_, roof_).run(how);
        s.heading = ask::heading(asked()) + trace_line() + notes_text(question().notes);
        return s;
    }

    /// The question with the load as it comes: that of a trace is its mean rate, or all at once.
    gambrel::ask::question asked() const {
        gambrel::ask::question q = question();
        if (options_.trace.empty()) return q;
        q.load.rate = requests_per_second(options_.trace.rate());
        if (!q.load.open_loop()) q.load.concurrency = static_cast<double>(options_.trace.records.size());
        return q;
    }
    const simulation_options& options() const { return options_; }

private:
    std::string trace_line() const {
        const trace& t = options_.trace;
        if (t.empty()) return {};
        return "from " + clipped(options_.trace_name, 60) +
               (t.rate() > 0.0 ? ", variation of the gaps " + number(t.variation()) + "\n" : ", all sent at once\n");
    }

    simulation_options options_;
    bound_question bound_;
    precision formats_;
    roof<> roof_;
    simulation::routing routing_{};
};
}  // namespace gambrel::ask
