// SPDX-License-Identifier: Apache-2.0
/// The `ridgepoint` command: one file per subcommand in command/. Documented in docs/command.md.
/// Exit status: 0 an answer, 2 wrong input (one line on the error stream), 3 the answer is "not possible".

#include <cstdio>
#include <exception>

#include "command/commands.hpp"

int main(int argc, char** argv) {
    CLI::App app{"Predicts the speed, memory and cost of LLM inference without running it."};
    app.set_version_flag("--version", ridgepoint::version);
    app.require_subcommand(1);
    command::status status = command::answered;
    command::add_predict(app, status);
    command::add_explain(app, status);
    command::add_serve(app, status);
    command::add_simulate(app, status);
    command::add_model(app);
    command::add_device(app);
    command::add_devices(app);
    command::add_models(app);
    command::add_runtime(app);
    command::add_runtimes(app);
    command::add_workloads(app);
    command::add_validate(app);
    command::add_calibrate(app);
    try {
        app.parse(argc, argv);
        return status;
    } catch (const CLI::ConversionError& e) {
        std::fprintf(stderr, "ridgepoint: %s; it must be a number (a whole one for ranks, stages and replicas)\n",
                     e.what());
    } catch (const CLI::ParseError& e) {
        if (e.get_exit_code() == 0) return app.exit(e);  // --help, --version
        std::fprintf(stderr, "ridgepoint: %s\n", e.what());
    } catch (const std::exception& e) {
        std::fprintf(stderr, "ridgepoint: %s\n", e.what());
    }
    return command::wrong_input;
}
