// SPDX-License-Identifier: Apache-2.0
// gambrel advise: what to change first, by how much it gains for the work it takes.
#include <gambrel/report/json/advice_json.hpp>
#include <gambrel/report/text/advice_text.hpp>

#include "commands.hpp"
#include "options.hpp"
#include "output.hpp"

namespace command {
using namespace gambrel;

namespace {
ask::advised_case case_of(const deployment_options& o) {
    ask::prediction_options options = o.read();
    asked_descriptors named = descriptors_of(o, options);
    options.remarks = std::move(named.remarks);
    return {std::move(named.model), std::move(named.board), std::move(named.software), std::move(options)};
}
seconds<> limit_typed(const std::string& text, const char* what) {
    if (text.empty()) return objective{}.ttft;
    const seconds<> limit = parse<seconds<>>(text);
    if (!(limit > seconds<>{})) fail(std::string("the limit of ") + what + " is " + text + "; it must be above zero");
    return limit;
}
}  // namespace

void add_advise(CLI::App& app, status& result) {
    CLI::App& sub = *app.add_subcommand("advise", "what to change first: gains with ranges, work, risk, experiment");
    struct typed {
        deployment_options deployed;
        std::string goal = "cost", ttft, tpot, latency, change;
        bool all = false;
    };
    const auto o = std::make_shared<typed>();
    o->deployed.add_to(sub);
    sub.add_option("--goal", o->goal, "cost (of a request), latency, ttft, tpot, energy")->default_str("cost");
    sub.add_option("--ttft", o->ttft, "mean TTFT that must stay kept, \"500 ms\"");
    sub.add_option("--tpot", o->tpot, "likewise TPOT");
    sub.add_option("--latency", o->latency, "likewise the whole answer");
    sub.add_option("--change", o->change, "one change in full, with the lines that try it: fp8_cache (docs/advice.md)");
    sub.add_flag("--all", o->all, "everything, with why what does not help does not");
    sub.callback([o, &result] {
        const ask::advice a =
            ask::advised(case_of(o->deployed), {.goal = ask::advice_goal_named(o->goal),
                                                .limits = {.ttft = limit_typed(o->ttft, "TTFT"),
                                                           .tpot = limit_typed(o->tpot, "TPOT"),
                                                           .latency = limit_typed(o->latency, "latency")}});
        if (!a.ok()) result = infeasible;
        if (o->deployed.json) {
            out_json(report::as_json(a));
        } else if (!a.ok()) {
            const auto asked = ask::bind_case(a.asked);
            out("{}", report::screen(asked->question, a.now));
        } else if (!o->change.empty()) {
            const ask::advice_item& i = ask::item_named(a, o->change);
            if (i.after) out("{}", report::experiment_text(a, i));
            else out("{}: {}, {}\n", i.change->title, name_of(i.verdict), i.reason);
        } else {
            out("{}", report::screen(a, o->all ? ask::what_ifs.size() : 8, o->all));
        }
    });
}
}  // namespace command
