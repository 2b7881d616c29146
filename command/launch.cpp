// SPDX-License-Identifier: Apache-2.0
// gambrel launch LINE: what a server's launch line says, flag by flag.
#include <gambrel/report/json/launch_json.hpp>
#include <gambrel/report/text/launch_text.hpp>

#include "commands.hpp"
#include "output.hpp"

namespace command {
using namespace gambrel;

void add_launch(CLI::App& app, status& result) {
    CLI::App& sub = *app.add_subcommand("launch", "what a launch line of a server sets, flag by flag");
    const auto line = std::make_shared<std::string>();
    const auto as_data = std::make_shared<bool>(false);
    sub.add_option("line", *line, "\"vllm serve MODEL ...\", of SGLang, TensorRT-LLM or llama.cpp likewise")
        ->required();
    sub.add_flag("--json", *as_data, "print JSON (docs/json.md)");
    sub.callback([line, as_data, &result] {
        const ask::launch read = ask::read_launch(*line);
        if (*as_data) out_json(report::launch_json(read));
        else out("{}", report::screen(read));
        if (!read.understood()) result = infeasible;
    });
}
}  // namespace command
