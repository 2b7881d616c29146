// SPDX-License-Identifier: Apache-2.0
// gambrel train, gambrel finetune: time of a step, memory, layout and cost of a run.
#include <gambrel/report/json/training_json.hpp>
#include <gambrel/report/text/training_text.hpp>

#include "commands.hpp"
#include "options.hpp"
#include "output.hpp"

namespace command {

using namespace gambrel;

namespace {
struct typed_training {
    std::string model, device;
    typed_keywords<ask::training_options> typed;
    bool json = false;

    void add_to(CLI::App& app) {
        const std::string what(name_of(ask::keyword_group::deployed));
        app.add_option("model,--model,--config", model, "name (docs/names.md), config.json or model directory")
            ->required()
            ->group(what);
        app.add_option("device,--device", device, "name, \"8x H100\" or device file")->required()->group(what);
        typed.add_to(app, ask::training_keywords);
        app.add_flag("--json", json, "print JSON (docs/json.md)");
    }
};
void add(CLI::App& app, const char* name, const char* help, ask::training_task task, status& result) {
    CLI::App& sub = *app.add_subcommand(name, help);
    const auto options = std::make_shared<typed_training>();
    options->add_to(sub);
    sub.callback([options, task, &result] {
        ask::training_options read;
        options->typed.set(read);
        const ask::bound_training question(ask::asked_model_of(options->model).model,
                                           ask::asked_device_of(options->device), read, task);
        const ask::training_answer answer = ask::answered(question);
        if (options->json) out_json(report::as_json(question, answer));
        else out("{}", report::screen(question, answer));
        if (!answer.ok()) result = infeasible;
    });
}
}  // namespace

void add_train(CLI::App& app, status& result) {
    add(app, "train", "step time, memory, layout and cost of a training run", ask::training_task::train, result);
    add(app, "finetune", "the same of fine-tuning on few devices: what fits, hours, dollars",
        ask::training_task::finetune, result);
}
}  // namespace command
