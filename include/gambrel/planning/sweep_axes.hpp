// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The axes of a sweep; its rows are their product. A row is one deployment under one workload.
///
///     rows = models x devices x ... x outputs x loads        the last axis is the fastest
///     row  = ((model devices + device) runtimes + runtime) ... + load         back by division: place_of
///
/// What depends on another axis is a function, called once for each pair when the sweep is made, on the thread that
/// makes it: the formats of a model, the calibration of a device under a runtime, the rent of a device. Evidence:
/// tests/planning/sweep_test.cpp.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <gambrel/economics/energy.hpp>
#include <gambrel/economics/price_catalog.hpp>
#include <gambrel/operators/owned_speculation.hpp>
#include <gambrel/roofline/calibration/measured_laws.hpp>
#include <gambrel/serving/deployment.hpp>
#include <gambrel/serving/load/pooled_prediction.hpp>
#include <gambrel/workload/workload.hpp>
#include <memory>
#include <optional>
#include <vector>

namespace gambrel {

/// Clients in a closed loop, or requests per second in an open one where `rate` is positive.
struct load_level {
    double clients = 1.0;
    request_rate<> rate{};

    static constexpr load_level closed(double clients) { return {clients, {}}; }
    static constexpr load_level open(double per_second) { return {1.0, requests_per_second(per_second)}; }
};

/// Who drafts for a model in those formats; none: nobody.
using speculation_choice =
    std::function<owned_speculation(const architecture&, const precision&, const device<>&, const runtime<>&)>;
/// The pools beside decode replicas of a deployment; off: one pool.
using pools_choice = std::function<pools(const deployment<>&)>;
using precision_choice = std::function<precision(const architecture&)>;
using calibration_choice = std::function<own_constants(const device<>&, const runtime<>&)>;
using rent_choice = std::function<std::optional<rental<>>(const device<>&)>;  ///< per device; none: no cost

/// Weights as published, the cache as the checkpoint asks for.
inline precision stored_precision(const architecture& m) { return {.weights = as_served(m.stored), .kv = m.kv_cache}; }
/// Nobody drafts.
inline owned_speculation no_speculation(const architecture&, const precision&, const device<>&, const runtime<>&) {
    return {};
}
inline pools one_pool(const deployment<>&) { return {}; }
/// The constants of the library.
inline own_constants no_own_constants(const device<>&, const runtime<>&) { return {}; }
/// The median of the catalog's on-demand quotes; none for a device without.
inline std::optional<rental<>> typical_rent(const device<>& d) {
    const auto typical = typical_price(d);
    return typical ? std::optional(typical->value) : std::nullopt;
}

/// The power limit a board is sold with, where its own caps it below.
using limit_choice = std::function<watts<>(const device<>&)>;
inline watts<> own_limit(const device<>&) { return {}; }

/// From the slowest to the fastest. A setting of a runtime (token budget, slots) or of a device (memory) is an axis of
/// runtimes or devices that differ in it; what a runtime leaves to the board is set on each device (step/on_board.hpp).
struct sweep_axes {
    std::vector<std::shared_ptr<const architecture>> models{};
    std::vector<std::shared_ptr<const device<>>> devices{};
    std::vector<std::shared_ptr<const runtime<>>> runtimes{};
    std::vector<calibration_choice> calibrations{no_own_constants};
    std::vector<parallelism> cuts{parallelism{}};
    std::vector<precision_choice> precisions{stored_precision};
    std::vector<adapter> adapters{adapter{}};
    std::vector<speculation_choice> speculations{no_speculation};
    std::vector<pools_choice> pools{one_pool};
    std::vector<protocol> protocols{protocol{}};
    std::vector<double> images{0.0};
    std::vector<double> prefix_hits{0.0};
    std::vector<length> prompts{1024.0};
    std::vector<length> outputs{256.0};
    std::vector<load_level> loads{load_level{}};
};

/// What holds for every row.
struct sweep_terms {
    rent_choice rent = typical_rent;
    limit_choice design_limit = own_limit;
    power_overhead around{};
    objective limits{};  ///< of the column `meets_objective`
};

enum class sweep_axis : unsigned char {
    model,
    device,
    runtime,
    calibration,
    cut,
    precision,
    adapter,
    speculation,
    pools,
    protocol,
    images,
    prefix_hit,
    prompt,
    output,
    load
};
inline constexpr std::size_t sweep_axis_count = 15, sweep_deployment_axes = 9;
inline constexpr std::array<std::string_view, sweep_axis_count> sweep_axis_names{
    "model", "device",   "runtime", "calibration", "cut",    "precision", "adapter", "speculation",
    "pools", "protocol", "images",  "prefix_hit",  "prompt", "output",    "load"};

using row_number = std::uint64_t;
/// Where a row stands on each axis, in the order of `sweep_axis`; also how many there are on each.
using sweep_place = std::array<std::size_t, sweep_axis_count>;

constexpr std::size_t on(const sweep_place& p, sweep_axis a) { return p[static_cast<std::size_t>(a)]; }

/// More rows than a machine computes in a year are taken for a mistake.
inline constexpr row_number most_sweep_rows = 1'000'000'000'000'000;

inline sweep_place extents_of(const sweep_axes& a) {
    return {a.models.size(),     a.devices.size(),     a.runtimes.size(),     a.calibrations.size(), a.cuts.size(),
            a.precisions.size(), a.adapters.size(),    a.speculations.size(), a.pools.size(),        a.protocols.size(),
            a.images.size(),     a.prefix_hits.size(), a.prompts.size(),      a.outputs.size(),      a.loads.size()};
}

/// The product of `extents`. Throws `error` for an empty axis and beyond `most_sweep_rows`.
inline row_number rows_of(const sweep_place& extents) {
    row_number rows = 1;
    for (std::size_t i = 0; i < sweep_axis_count; ++i) {
        if (extents[i] == 0) fail("the sweep has nothing on its axis \"" + std::string(sweep_axis_names[i]) + "\"");
        if (extents[i] > most_sweep_rows / rows)
            fail("the sweep has more than " + std::to_string(most_sweep_rows) + " rows: shorten its axes");
        rows *= extents[i];
    }
    return rows;
}

/// The place of `row`: the last axis is its remainder by that extent, and so on.
constexpr sweep_place place_of(row_number row, const sweep_place& extents) {
    sweep_place p{};
    for (std::size_t i = sweep_axis_count; i-- > 0; row /= extents[i])
        p[i] = static_cast<std::size_t>(row % extents[i]);
    return p;
}
}  // namespace gambrel
