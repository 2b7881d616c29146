// SPDX-License-Identifier: Apache-2.0
// ridgepoint predict: how fast, how responsive, how much memory, how expensive, what bounds it.
#include <fmt/core.h>

#include <ridgepoint/report/json.hpp>
#include <ridgepoint/report/prediction_text.hpp>

#include "commands.hpp"
#include "options.hpp"

namespace command {

void add_predict(CLI::App& app, status& result) {
    CLI::App& sub = *app.add_subcommand("predict", "speed, memory and cost of a model on a device");
    const auto options = std::make_shared<deployment_options>();
    options->add_to(sub);
    sub.callback([options, &result] {
        const ridgepoint::report::asked a = ask(*options);
        const ridgepoint::report::answer answer = ridgepoint::report::answered(a.question);
        if (options->json) fmt::print("{}\n", ridgepoint::report::as_json(a.question, answer).dump(2));
        else fmt::print("{}", ridgepoint::report::screen(a.question, answer));
        if (!answer.ok()) result = infeasible;
    });
}
}  // namespace command
