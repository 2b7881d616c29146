// SPDX-License-Identifier: Apache-2.0
// Every subcommand, and what the process ends with.
#include <cstdio>
#include <exception>
#include <sstream>

#include "commands.hpp"
#include "output.hpp"

namespace command {
using namespace gambrel;

namespace {
/// An option whose value is empty is a script whose variable is not set, not an option that is left out.
void refuse_empty_values(CLI::App& app) {
    const CLI::Validator given(
        [](const std::string& typed) {
            return std::string(typed.empty() ? "is empty; give it a value, or leave it out" : "");
        },
        "");
    for (CLI::App* each : app.get_subcommands([](CLI::App*) { return true; })) {
        for (CLI::Option* option : each->get_options()) option->check(given);
        refuse_empty_values(*each);
    }
}
/// One line on the error stream, whatever the sentence quotes.
void complain(const std::string& sentence) { std::fprintf(stderr, "gambrel: %s\n", one_line(sentence).c_str()); }
}  // namespace

int run(int argc, char** argv, const std::string& data) {
    CLI::App app{"Predicts the speed, memory and cost of LLM inference without running it."};
    app.set_version_flag("--version", gambrel::version);
    app.require_subcommand(1);
    command::status status = answered;
    add_predict(app, status);
    add_explain(app, status);
    add_serve(app, status);
    add_simulate(app, status);
    add_plan(app, status);
    add_tco(app, status);
    add_diagnose(app, status);
    add_train(app, status);
    add_fit(app, status);
    add_advise(app, status);
    add_report(app, status);
    add_launch(app, status);
    add_model(app);
    add_device(app);
    add_devices(app);
    add_models(app);
    add_runtime(app);
    add_runtimes(app);
    add_workloads(app);
    add_validate(app, data);
    add_calibrate(app, data);
    add_compare(app, data, status);
    refuse_empty_values(app);
    try {
        try {
            app.parse(argc, argv);
        } catch (const CLI::Success& e) {
            std::ostringstream asked;  // --help, --version
            app.exit(e, asked, asked);
            write_out(asked.str());
        }
        finish_out();
        return status;
    } catch (const CLI::ConversionError& e) {
        complain(std::string(e.what()) + "; it must be a number (a whole one for ranks, stages and replicas)");
    } catch (const std::exception& e) {
        complain(e.what());
    }
    return wrong_input;
}
}  // namespace command
