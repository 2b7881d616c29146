// SPDX-License-Identifier: Apache-2.0
// gambrel tco: what a deployment costs, rented, owned or as an API; from when on owning is cheaper.
#include <gambrel/ask/bound_tco.hpp>
#include <gambrel/report/json/tco_json.hpp>
#include <gambrel/report/svg/tco_svg.hpp>

#include "commands.hpp"
#include "options.hpp"
#include "output.hpp"

namespace command {

using namespace gambrel;

namespace {
struct typed_tco {
    deployment_options deployed;
    typed_keywords<ask::tco_options> typed;
    std::string svg;

    void add_to(CLI::App& app) {
        deployed.add_to(app, deployment_options::placed);
        typed.add_to(app, ask::tco_keywords);
        app.add_option("--svg", svg, "draw what is spent month by month to FILE");
    }
    ask::tco_options read() const {
        ask::tco_options o;
        o.deployed = deployed.read();
        typed.set(o);
        if (deployed.typed.of("protocol") == nullptr && !deployed.burst)
            o.deployed.protocol = "steady";  // of a workload: its lengths alone
        return o;
    }
};
}  // namespace

void add_tco(CLI::App& app, status& result) {
    CLI::App& sub = *app.add_subcommand("tco", "rent, own or buy as an API: bills, $/Mtok, idle share, break-even");
    const auto options = std::make_shared<typed_tco>();
    options->add_to(sub);
    sub.callback([options, &result] {
        const auto a = question_of<ask::bound_tco>(options->deployed, options->read());
        const ask::tco_answer answer = ask::answered(a.question);
        if (!options->svg.empty() && answer.ok()) report::write_file(options->svg, report::tco_svg(a.question, answer));
        if (options->deployed.json) out_json(report::as_json(a.question, answer));
        else out("{}", report::screen(a.question, answer));
        if (!answer.ok()) result = infeasible;
    });
}
}  // namespace command
