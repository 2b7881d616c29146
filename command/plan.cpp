// SPDX-License-Identifier: Apache-2.0
// gambrel plan: the least fleet of all devices, cuts and formats that keeps the limits at a rate, and why.
#include <gambrel/ask/fleet_keywords.hpp>
#include <gambrel/report/json/fleet_json.hpp>
#include <gambrel/report/text/fleet_text.hpp>
#include <gambrel/workload/catalog.hpp>

#include "commands.hpp"
#include "options.hpp"
#include "output.hpp"

namespace command {

using namespace gambrel;

namespace {
struct plan_options {
    std::string model, workload;
    typed_keywords<ask::prediction_options> deployed;
    typed_keywords<ask::load_options> load;
    typed_keywords<ask::fleet_options> fleet;
    bool json = false;

    void add_to(CLI::App& app) {
        const std::string what(name_of(ask::keyword_group::deployed)), asked(name_of(ask::keyword_group::load));
        app.add_option("model,--model,--config", model, "name (docs/names.md), config.json or model directory")
            ->required()
            ->group(what);
        app.add_option("--workload", workload, "lengths by name: `gambrel workloads`")->group(asked);
        fleet.add_to(app, ask::fleet_keywords);
        deployed.add_to(app, ask::prediction_keywords, [](const auto& k) { return ask::of_a_plan(k.name); });
        load.add_to(app, ask::load_keywords, [](const auto& k) { return k.name != "replicas_for_per_s"; });
        app.add_flag("--json", json, "print JSON (docs/json.md)");
    }
    ask::fleet_options read() const {
        ask::fleet_options o;
        if (!workload.empty()) o.load.deployed = ask::under(std::move(o.load.deployed), workload_named(workload));
        o.load.deployed.concurrency.reset();
        o.load.deployed.protocol = "steady";
        fleet.set(o);
        if (o.users && deployed.of("rate_per_s") != nullptr)
            fail("users are " + shortest(*o.users) + " beside a rate of " + *deployed.of("rate_per_s") +
                 ": give one of the two");
        ask::add_use_case(o);
        deployed.set(o.load.deployed);
        load.set(o.load);
        return o;
    }
};
}  // namespace

void add_plan(CLI::App& app, status& result) {
    CLI::App& sub = *app.add_subcommand("plan", "the least fleet that keeps the limits at a rate, and why");
    const auto options = std::make_shared<plan_options>();
    options->add_to(sub);
    sub.callback([options, &result] {
        const ask::fleet_options read = options->read();
        const ask::bound_fleet fleet(ask::asked_model_of(options->model).model, read);
        const ask::fleet_answer answer = ask::answered(fleet, read);
        if (options->json) out_json(report::as_json(fleet, answer));
        else out("{}", report::screen(fleet, answer));
        if (!answer.ok()) result = infeasible;
    });
}
}  // namespace command
