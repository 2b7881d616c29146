// SPDX-License-Identifier: Apache-2.0
// gambrel predict: how fast, how responsive, how much memory, how expensive, what bounds it.
#include <gambrel/report/json/prediction_json.hpp>
#include <gambrel/report/text/prediction_text.hpp>

#include "commands.hpp"
#include "options.hpp"
#include "output.hpp"

namespace command {
using namespace gambrel;

void add_predict(CLI::App& app, status& result) {
    CLI::App& sub = *app.add_subcommand("predict", "speed, memory and cost of a model on a device");
    const auto options = std::make_shared<deployment_options>();
    options->add_to(sub);
    sub.callback([options, &result] {
        const ask::bound_question a = question_of(*options);
        const ask::answer answer = ask::answered(a.question);
        if (options->json) out_json(gambrel::report::as_json(a.question, answer));
        else out("{}", gambrel::report::screen(a.question, answer));
        if (!answer.ok()) result = infeasible;
    });
}
}  // namespace command
