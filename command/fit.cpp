// SPDX-License-Identifier: Apache-2.0
// gambrel fit: what runs on a machine under llama.cpp, where a model runs, and where its layers lie.
#include <gambrel/report/json/fit_json.hpp>
#include <gambrel/report/text/fit_text.hpp>

#include "commands.hpp"
#include "options.hpp"
#include "output.hpp"

namespace command {

using namespace gambrel;

namespace {
struct typed_fit {
    std::string model, device;
    typed_keywords<ask::fit_options> typed;
    bool json = false;

    void add_to(CLI::App& app) {
        const std::string what(name_of(ask::keyword_group::deployed));
        app.add_option("MODEL,--model", model, "name (docs/names.md), config.json or GGUF file; none: the catalog")
            ->group(what);
        app.add_option("--device", device,
                       "name, \"2x rtx-3090\", several with commas, or device file; none: the catalog")
            ->group(what);
        typed.add_to(app, ask::fit_keywords);
        app.add_flag("--json", json, "print JSON (docs/json.md)");
    }
};
}  // namespace

void add_fit(CLI::App& app, status& result) {
    CLI::App& sub = *app.add_subcommand("fit", "what runs on a machine under llama.cpp, and where its layers lie");
    const auto options = std::make_shared<typed_fit>();
    options->add_to(sub);
    sub.callback([options, &result] {
        ask::fit_options read;
        options->typed.set(read);
        const ask::bound_fit question(options->model, options->device, read);
        const ask::fit_answer answer = ask::answered(question);
        if (options->json) out_json(report::as_json(question, answer));
        else out("{}", report::screen(question, answer));
        if (!answer.ok()) result = infeasible;
    });
}
}  // namespace command
