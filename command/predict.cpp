// SPDX-License-Identifier: Apache-2.0
// gambrel predict: how fast, how responsive, how much memory, how expensive, what bounds it.
#include <gambrel/report/json/prediction_json.hpp>
#include <gambrel/report/text/combinations_text.hpp>
#include <gambrel/report/text/prediction_text.hpp>

#include "axes.hpp"
#include "commands.hpp"
#include "output.hpp"

namespace command {
using namespace gambrel;

namespace {
/// One question: a screen.
void answer_one(const deployment_options& o, status& result) {
    const ask::bound_question a = question_of(o);
    const ask::answer answer = ask::answered(a.question);
    if (o.json) out_json(gambrel::report::as_json(a.question, answer));
    else out("{}", gambrel::report::screen(a.question, answer));
    if (!answer.ok()) result = infeasible;
}

/// Options with several values: a line for each combination.
void answer_each(const deployment_options& o, const std::vector<axis>& axes, bool csv, status& result) {
    std::vector<std::string> names;
    for (const axis& each : axes) names.push_back(each.name);
    gambrel::report::combinations_table table(names);
    report::json rows = report::json::array();
    bool any = false;
    if (csv) write_out(gambrel::report::combinations_csv_heading(names));
    for_each_combination(o, axes, [&](const combination& c) {
        const ask::bound_question a = question_of(c.deployed);
        const ask::answer answer = ask::answered(a.question);
        any = any || answer.ok();
        if (csv) write_out(gambrel::report::combinations_csv_line(c.at, a.question, answer));
        else if (o.json) {
            report::json at = report::json::object();
            for (std::size_t i = 0; i < names.size(); ++i) at[names[i]] = c.at[i];
            rows.push_back({{"at", at}, {"answer", report::as_json(a.question, answer)}});
        } else table.add(c.at, answer);
    });
    if (o.json) out_json(report::json{{"gambrel", version}, {"axes", names}, {"rows", rows}});
    else if (!csv) out("{}", table.text(terminal_columns()));
    if (!any) result = infeasible;
}
}  // namespace

void add_predict(CLI::App& app, status& result) {
    CLI::App& sub = *app.add_subcommand("predict", "speed, memory and cost of a model on a device");
    const auto options = std::make_shared<deployment_options>();
    const auto csv = std::make_shared<bool>(false);
    options->add_to(sub, deployment_options::placed);
    sub.add_flag("--csv", *csv, "of options with several values, 1,2,4 or 4..256: CSV");
    sub.callback([options, csv, &result] {
        const std::vector<axis> axes = axes_of(*options);
        if (*csv && options->json) fail("--csv and --json exclude each other");
        if (*csv && axes.empty()) fail("--csv is for options with several values: --concurrency 1,2,4..256");
        if (axes.empty()) answer_one(*options, result);
        else answer_each(*options, axes, *csv, result);
    });
}
}  // namespace command
