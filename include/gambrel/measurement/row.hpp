// SPDX-License-Identifier: Apache-2.0
#pragma once
/// One measured figure and everything its prediction needs: descriptors, the way it was run, the figure itself, and
/// the row's own words; or the reason why it cannot be predicted. Plain values: change `runtime.host` or `runtime`
/// and ask again. Evidence: tests/measurement/measured_test.cpp.

#include <array>
#include <gambrel/hardware/device.hpp>
#include <gambrel/measurement/load_kind.hpp>
#include <gambrel/measurement/metric.hpp>
#include <gambrel/model/architecture.hpp>
#include <gambrel/operators/parallelism.hpp>
#include <gambrel/operators/precision.hpp>
#include <gambrel/roofline/calibration/measured_laws.hpp>
#include <gambrel/runtime/runtime.hpp>
#include <gambrel/workload/workload.hpp>
#include <memory>
#include <optional>
#include <string>

namespace gambrel {

struct training_row;

/// Two pools of replicas: prompts are computed in one, outputs in the other.
struct measured_pools {
    int prefill_replicas = 0, decode_replicas = 0;
    parallelism prefill_cut{};

    int devices(const parallelism& decode_cut) const {
        return prefill_replicas * prefill_cut.devices() + decode_replicas * decode_cut.devices();
    }
};

struct measured_row {
    const gambrel::device<>* device = nullptr;
    const architecture* model = nullptr;
    std::shared_ptr<const architecture> adapted{};      ///< owns `model` where the row ran a variant of the catalog's
    std::shared_ptr<const gambrel::device<>> linked{};  ///< owns `device` likewise
    gambrel::runtime<> runtime{};
    parallelism cut{};
    precision formats{};
    gambrel::adjustment adjustment{};             ///< of the constants of `device` and of `runtime.host`
    std::shared_ptr<const measured_laws> laws{};  ///< of `device`, in the place of shipped ones; null: none
    gambrel::workload workload{};                 ///< of a static batch: its size is the concurrency
    gambrel::load_kind load_kind = load_kind::closed_loop;
    double requests = 0;   ///< in all, of a saturated or an open-loop run; 0: endless
    bool tuned = false;    ///< slots and token budget are derived by TensorRT-LLM's rule
    bool assumed = false;  ///< its settings are the engine's defaults, for want of the recipe it was run by
    bool drafted = false;  ///< ran with drafted tokens, by its label
    int drafts = 0;        ///< drafted tokens a step; read only where `drafted`
    std::array<double, 3> acceptance{0.0, 0.0, 0.0};  ///< of a draft: low, middle, high; none is measured
    std::optional<measured_pools> pools{};            ///< of a disaggregated run; `cut` is that of a decode replica
    std::shared_ptr<const training_row> training{};   ///< of a training step, which owns `device` and `model`
    double past = 0;  ///< tokens already cached: of a prefill before it, of decodes at their middle
    gambrel::metric metric = metric::tpot;
    double value = 0;           ///< in `unit_of(metric)`
    std::string unpredictable;  ///< why not; empty when it can be predicted

    // In the row's own words.
    std::string source, date, hardware, model_name, framework, version, weights, notes;
    std::string stored;  ///< weight format by the catalog's name, or "stored"
    std::string recipe;  ///< launch script whose settings these are; empty where none is known
    std::size_t line = 0;

    bool ok() const { return unpredictable.empty(); }
};
}  // namespace gambrel
