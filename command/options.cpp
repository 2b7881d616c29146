// SPDX-License-Identifier: Apache-2.0
#include "options.hpp"

#include <gambrel/workload/catalog.hpp>

namespace command {

using namespace gambrel;

void deployment_options::add_to(CLI::App& app) {
    const std::string what(name_of(ask::keyword_group::deployed)), load(name_of(ask::keyword_group::load));
    app.add_option("--model,--config", model, "catalog name, config.json or model directory")->required()->group(what);
    app.add_option("--device", device, "catalog name or device .json")->required()->group(what);
    app.add_option("--runtime", runtime, "serving software; vllm where it runs")->group(what);
    app.add_option("--calibration", calibration, "file of `gambrel calibrate`")->group(what);
    app.add_option("--workload", workload, "lengths and protocol by name: `gambrel workloads`")->group(load);
    typed.add_to(app, ask::prediction_keywords);
    app.add_flag("--burst", burst, "the same as --protocol benchmark")->group(load);
    app.add_flag("--json", json, "print JSON (docs/json.md)");
}

ask::prediction_options deployment_options::read() const {
    ask::prediction_options o;
    typed.set(o);
    if (burst && o.protocol == "steady" && o.rate) fail("--burst needs clients: use --concurrency, not --rate");
    if (!workload.empty()) {
        o = ask::under(std::move(o), workload_named(workload));
        typed.set(o);  // what is typed overrides the workload
    }
    if (burst) o.protocol = "benchmark";
    if (!calibration.empty()) o.calibration = read_calibration(calibration);
    return o;
}
}  // namespace command
