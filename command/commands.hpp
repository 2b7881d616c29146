// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The subcommands. Each `add_` describes its arguments to CLI11 and does its work when the command line names it.

#include <CLI/CLI.hpp>
#include <gambrel/version.hpp>

namespace command {
using namespace gambrel;

/// What the process ends with.
enum status : int { answered = 0, worse = 1, wrong_input = 2, infeasible = 3, cannot_tell = 4 };

/// The whole command; without words it prints its help and ends as wrong input does. Exit status: 0 an answer, 2 wrong input (one line on the error stream), 3 "not possible";
/// of `compare` also 1 worse, 4 cannot tell.
/// `data`: the folder of data files; "": beside the program.
int run(int argc, char** argv, const std::string& data = {});

void add_predict(CLI::App& app, status& result);
void add_explain(CLI::App& app, status& result);
void add_serve(CLI::App& app, status& result);
void add_simulate(CLI::App& app, status& result);
void add_plan(CLI::App& app, status& result);
void add_tco(CLI::App& app, status& result);
void add_diagnose(CLI::App& app, status& result);
void add_train(CLI::App& app, status& result);
void add_fit(CLI::App& app, status& result);
void add_advise(CLI::App& app, status& result);
void add_report(CLI::App& app, status& result);
void add_launch(CLI::App& app, status& result);
void add_shell(CLI::App& app);
void add_check_device(CLI::App& app, status& result);
void add_model(CLI::App& app);
void add_device(CLI::App& app);
void add_devices(CLI::App& app);
void add_models(CLI::App& app);
void add_runtime(CLI::App& app);
void add_runtimes(CLI::App& app);
void add_workloads(CLI::App& app);
void add_validate(CLI::App& app, const std::string& data);
void add_calibrate(CLI::App& app, const std::string& data);
void add_compare(CLI::App& app, const std::string& data, status& result);
}  // namespace command
