// SPDX-License-Identifier: Apache-2.0
#include "options.hpp"

#include <gambrel/workload/catalog.hpp>

#include "axes.hpp"

namespace command {

using namespace gambrel;

void deployment_options::add_to(CLI::App& app, place by) {
    const std::string what(name_of(ask::keyword_group::deployed)), load(name_of(ask::keyword_group::load));
    const std::string first = by == placed ? "MODEL," : "", second = by == placed ? "DEVICE," : "";
    app.add_option(first + "--model,--config", model, "name (docs/names.md), config.json or model directory")
        ->group(what);
    app.add_option(second + "--device,--gpu", device, "name (docs/names.md) or device .json")->required()->group(what);
    app.add_option("--launch", launch, "launch line of a server, \"vllm serve MODEL ...\": gambrel launch reads it")
        ->group(what);
    app.add_option("--runtime", runtime, "serving software; vllm where it runs")->group(what);
    app.add_option("--calibration", calibration, "file of `gambrel calibrate`")->group(what);
    app.add_option("--workload", workload, "lengths and protocol by name: `gambrel workloads`")->group(load);
    typed.add_to(app, ask::prediction_keywords);
    app.add_flag("--burst", burst, "the same as --protocol benchmark")->group(load);
    app.add_flag("--json", json, "print JSON (docs/json.md)");
}

ask::prediction_options deployment_options::read() const {
    ask::prediction_options o;
    say(o);
    return o;
}

void deployment_options::say(ask::prediction_options& o) const {
    for (const axis& each : axes_of(*this))
        fail("--" + each.name + " has " + std::to_string(each.values.size()) +
             " values, which predict alone takes; give one");
    if (const auto line = launched()) ask::set_from(*line, o);
    typed.set(o);
    if (burst && o.protocol == "steady" && o.rate) fail("--burst needs clients: use --concurrency, not --rate");
    if (!workload.empty()) {
        o = ask::under(std::move(o), workload_named(workload));
        typed.set(o);  // what is typed overrides the workload
    }
    if (burst) o.protocol = "benchmark";
    if (!calibration.empty()) o.calibration = read_calibration(calibration);
}

std::optional<ask::launch> deployment_options::launched() const {
    if (launch.empty()) return std::nullopt;
    return ask::read_launch(launch);
}
std::string deployment_options::model_asked() const {
    if (!model.empty()) return model;
    if (const auto line = launched()) return line->model;
    throw CLI::RequiredError("--model");
}
std::string deployment_options::runtime_on(const gambrel::device<>& d) const {
    const auto line = runtime.empty() ? launched() : std::nullopt;
    if (!line) return runtime;
    return line->server == ask::launch_server::llama_cpp ? ask::llama_cpp_of(d).name.str() : line->runtime;
}

asked_descriptors descriptors_of(const deployment_options& o, const ask::prediction_options& options) {
    ask::asked_model named = ask::asked_model_of(o.model_asked());
    ask::asked_device board = ask::asked_device_of(o.device);
    const std::string name = o.runtime_on(board.device);
    const std::string* weights = o.typed.of("weights");
    const bool gguf = weights != nullptr ? ask::names_gguf(*weights)
                                         : ask::names_gguf(named.weights) || named.model.stored.attention.gguf;
    auto software = std::make_shared<const runtime<>>(name.empty() ? ask::usual_runtime(board.device, gguf)
                                                                   : ask::runtime_of(name, board.device));
    std::vector<std::string> remarks = ask::name_remarks(named, board, options);
    return {std::make_shared<const architecture>(std::move(named.model)),
            std::make_shared<const device<>>(std::move(board.device)), std::move(software), std::move(remarks)};
}
}  // namespace command
