// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What `advise` and `report` take: a deployment, a goal, and limits that must stay kept.

#include <gambrel/ask/advice/advised.hpp>

#include "options.hpp"

namespace command {

struct advice_asked {
    deployment_options deployed;
    std::string goal, ttft, tpot, latency;

    void add_to(CLI::App& app) {
        deployed.add_to(app, deployment_options::placed);
        app.add_option("--goal", goal, "cost (of a request), latency, ttft, tpot, energy [cost; of a rate latency]");
        app.add_option("--ttft", ttft, "mean TTFT that must stay kept, \"500 ms\"");
        app.add_option("--tpot", tpot, "likewise TPOT");
        app.add_option("--latency", latency, "likewise the whole answer");
    }
    ask::advice answered() const {
        ask::prediction_options options = deployed.read();
        asked_descriptors named = descriptors_of(deployed, options);
        options.remarks = std::move(named.remarks);
        return answered(
            {std::move(named.model), std::move(named.board), std::move(named.software), std::move(options)});
    }
    /// Of a case that measurements say.
    ask::advice answered(const ask::advised_case& of) const {
        const ask::advice_goal wanted = goal.empty() ? ask::usual_goal(of.options) : ask::advice_goal_named(goal);
        return ask::advised(
            of, {.goal = wanted,
                 .limits = {
                     .ttft = limit(ttft, "TTFT"), .tpot = limit(tpot, "TPOT"), .latency = limit(latency, "latency")}});
    }

private:
    static seconds<> limit(const std::string& text, const char* what) {
        if (text.empty()) return objective{}.ttft;
        const seconds<> time = parse<seconds<>>(text);
        if (!(time > seconds<>{}))
            fail(std::string("the limit of ") + what + " is " + text + "; it must be above zero");
        return time;
    }
};
}  // namespace command
