// SPDX-License-Identifier: Apache-2.0
#pragma once
/// One measured figure and everything its prediction needs: descriptors, the way it was run, the figure itself, and
/// the row's own words; or the reason why it cannot be predicted. Plain values: change `runtime.host` or `runtime`
/// and ask again. Evidence: tests/measurement/measured_test.cpp.

#include <gambrel/hardware/device.hpp>
#include <gambrel/measurement/load_kind.hpp>
#include <gambrel/measurement/metric.hpp>
#include <gambrel/model/architecture.hpp>
#include <gambrel/operators/parallelism.hpp>
#include <gambrel/operators/precision.hpp>
#include <gambrel/roofline/calibration/adjustment.hpp>
#include <gambrel/runtime/runtime.hpp>
#include <gambrel/workload/workload.hpp>
#include <memory>
#include <string>

namespace gambrel {

struct measured_row {
    const gambrel::device<>* device = nullptr;
    const architecture* model = nullptr;
    std::shared_ptr<const architecture> adapted{};      ///< owns `model` where the row ran a variant of the catalog's
    std::shared_ptr<const gambrel::device<>> linked{};  ///< owns `device` likewise
    gambrel::runtime<> runtime{};
    parallelism cut{};
    precision formats{};
    gambrel::adjustment adjustment{};  ///< of the constants shipped for `device` and of `runtime.host`
    gambrel::workload workload{};      ///< of a static batch: its size is the concurrency
    gambrel::load_kind load_kind = load_kind::closed_loop;
    double requests = 0;  ///< in all, of a saturated or an open-loop run; 0: endless
    bool tuned = false;   ///< slots and token budget are derived by TensorRT-LLM's rule
    double past = 0;      ///< tokens already cached: of a prefill before it, of decodes at their middle
    gambrel::metric metric = metric::tpot;
    double value = 0;           ///< in `unit_of(metric)`
    std::string unpredictable;  ///< why not; empty when it can be predicted

    // In the row's own words.
    std::string source, date, hardware, model_name, framework, version, weights, notes;
    std::size_t line = 0;

    bool ok() const { return unpredictable.empty(); }
};
}  // namespace gambrel
