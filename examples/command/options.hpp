// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What is typed for a deployment, and the terms and descriptors it stands for.

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <ridgepoint/report/ask/asked.hpp>
#include <string>

namespace command {

/// The options that `predict`, `explain`, `serve` and `simulate` share, as typed.
struct deployment_options {
    std::string model, device, memory, runtime, calibration, workload;
    std::optional<std::string> prompt, output, protocol;  ///< what is typed overrides the workload
    ridgepoint::report::terms terms;
    bool burst = false, json = false;

    void add_to(CLI::App& app);
    /// The terms with their texts read.
    ridgepoint::report::terms read() const;
};

/// An `Asked` (asked, asked_load, asked_simulation) of the descriptors named in `o`, under `terms`.
template <class Asked, class Terms> Asked ask(const deployment_options& o, const Terms& terms) {
    using namespace ridgepoint;
    auto model = std::make_shared<const architecture>(report::model_of(o.model));
    auto hardware = std::make_shared<const device<>>(report::device_of(o.device));
    auto software = std::make_shared<const runtime<>>(o.runtime.empty() ? report::usual_runtime(*hardware)
                                                                        : runtime_named(o.runtime));
    return Asked(std::move(model), std::move(hardware), std::move(software), terms);
}
inline ridgepoint::report::asked ask(const deployment_options& o) {
    return ask<ridgepoint::report::asked>(o, o.read());
}
}  // namespace command
