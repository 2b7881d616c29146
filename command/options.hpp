// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What is typed for a deployment, and the terms and descriptors it stands for.

#include <CLI/CLI.hpp>
#include <gambrel/ask/asked_prediction.hpp>
#include <memory>
#include <optional>
#include <string>

namespace command {
using namespace gambrel;

/// The options that `predict`, `explain`, `serve` and `simulate` share, as typed.
struct deployment_options {
    std::string model, device, memory, runtime, calibration, workload;
    std::optional<std::string> prompt, output, protocol;  ///< what is typed overrides the workload
    ask::terms terms;
    bool burst = false, json = false;

    void add_to(CLI::App& app);
    /// The terms with their texts read.
    ask::terms read() const;
};

/// An `Asked` (asked, asked_load, asked_simulation) of the descriptors named in `o`, under `terms`.
template <class Asked, class Terms> Asked question_of(const deployment_options& o, const Terms& terms) {
    auto model = std::make_shared<const architecture>(ask::model_of(o.model));
    auto hardware = std::make_shared<const device<>>(ask::device_of(o.device));
    auto software =
        std::make_shared<const runtime<>>(o.runtime.empty() ? ask::usual_runtime(*hardware) : runtime_named(o.runtime));
    return Asked(std::move(model), std::move(hardware), std::move(software), terms);
}
inline ask::asked question_of(const deployment_options& o) { return question_of<ask::asked>(o, o.read()); }
}  // namespace command
