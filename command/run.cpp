// SPDX-License-Identifier: Apache-2.0
// Every subcommand, and what the process ends with.
#include <cstdio>
#include <exception>

#include "commands.hpp"

namespace command {
using namespace gambrel;

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
    try {
        app.parse(argc, argv);
        return status;
    } catch (const CLI::ConversionError& e) {
        std::fprintf(stderr, "gambrel: %s; it must be a number (a whole one for ranks, stages and replicas)\n",
                     e.what());
    } catch (const CLI::ParseError& e) {
        if (e.get_exit_code() == 0) return app.exit(e);  // --help, --version
        std::fprintf(stderr, "gambrel: %s\n", e.what());
    } catch (const std::exception& e) {
        std::fprintf(stderr, "gambrel: %s\n", e.what());
    }
    return wrong_input;
}
}  // namespace command
