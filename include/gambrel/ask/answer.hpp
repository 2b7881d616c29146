// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A question and its whole answer: the prediction, what the tokens cost, what energy they take, or why not.
/// Text and JSON print the same `answer`, so they cannot disagree.
///
/// The rent is the caller's, else the median over providers of each one's newest on-demand quote, else there is no cost. Energy needs
/// the board's power limit. `computing` of the power law is the share of TPOT under the compute roof.
/// Evidence: tests/ask/answer_test.cpp.

#include <gambrel/ask/verdict.hpp>
#include <gambrel/economics/cost.hpp>
#include <gambrel/economics/energy.hpp>
#include <gambrel/economics/price_catalog.hpp>
#include <gambrel/model/is_dense.hpp>
#include <gambrel/serving/load/pooled_prediction.hpp>
#include <gambrel/serving/predict.hpp>
#include <gambrel/serving/static_batch.hpp>
#include <optional>

namespace gambrel::ask {

/// Average of United States customers; only a default for want of the caller's own.
inline constexpr sourced<energy_price<>> usual_electricity{
    dollars_per_kilowatt_hour(0.12), source{"United States average, secondary page", "2026", evidence::recalled}};

struct question {
    deployment<> what;
    workload load{};
    std::optional<double> static_batch{};  ///< sequences that start and end together; the load's lengths by mean
    std::optional<rental<>> rent{};        ///< per device
    price_book prices = shipped_prices;    ///< where no rent is given
    std::string prices_from{};             ///< the file they are of; empty: shipped
    sourced<energy_price<>> electricity = usual_electricity;
    power_overhead around{};
    watts<> design_limit{};            ///< the limit the device is sold with, where its own caps it below
    runtimes others{};                 ///< to suggest where the runtime asked for does not run
    gambrel::pools pools{};            ///< a prefill pool beside decode replicas of `what`; off: one pool
    std::vector<std::string> notes{};  ///< what is to be said of the settings (ask/settings.hpp)
};

struct answer {
    prediction<> predicted{};
    gambrel::ask::verdict verdict{};
    std::optional<rental<>> rent{};  ///< per device
    std::string rent_source{};
    std::optional<token_cost> cost{};
    std::optional<figure<watts<>>> power{};  ///< of one board
    std::optional<figure<token_energy<>>> energy{};
    std::optional<figure<token_price<>>> energy_cost{};

    bool ok() const { return predicted.ok(); }
};

/// Devices of `replicas` of what `q` asks about: of both pools where there are two.
inline int devices_of(const question& q, int replicas) {
    const parallelism& cut = q.what.cut;
    return (q.pools.on() ? q.pools.devices(cut) : cut.devices_per_replica()) * replicas;
}

namespace detail {
/// "median of 12 providers, 1.49 (Vast.ai 2026-08-23) to 12.29 $/h (AWS 2026-01-21)".
inline std::string quoted_range(price_book of_device) {
    const price_quote* lowest = nullptr;
    const price_quote* highest = nullptr;
    int providers = 0;
    for_each_newest(of_device, commitment::on_demand, [&](const price_quote& q) {
        ++providers;
        if (lowest == nullptr || q.rent < lowest->rent) lowest = &q;
        if (highest == nullptr || highest->rent < q.rent) highest = &q;
    });
    const auto seller = [](const price_quote& q) {
        return " (" + std::string(q.provider) + " " + std::string(q.date) + ")";
    };
    if (providers == 1) return "the only provider on demand, " + to_string(lowest->rent) + seller(*lowest);
    return "median of " + std::to_string(providers) + " providers on demand, " +
           symbols::fixed(lowest->rent / dollars_per_hour(1), 2) + seller(*lowest) + " to " + to_string(highest->rent) +
           seller(*highest);
}

inline void add_cost(answer& a, const question& q) {
    if (q.rent) {
        a.rent = q.rent;
        a.rent_source = "given by the caller";
    } else if (const price_book quotes = price_quotes_for(q.what.device.name.view(), q.prices);
               const auto typical = typical_of(quotes)) {
        a.rent = typical->value;
        a.rent_source = quoted_range(quotes);
        if (!q.prices_from.empty()) a.rent_source += ", by " + ask::clipped(q.prices_from, 60);
    } else {
        a.rent_source =
            "no on-demand quote for " + q.what.device.name.str() + " is known: give the price per device-hour";
        return;
    }
    a.cost = cost_per_token({static_cast<double>(a.predicted.devices), *a.rent, a.predicted.prompt_throughput,
                             a.predicted.output_throughput, a.predicted.prompt_share});
}

inline void add_energy(answer& a, const question& q) {
    const auto& device = q.what.device;
    if (!device.power.limit.known() || q.pools.on()) return;  // boards of two pools work differently
    const activity doing = activity_of(a.predicted, !is_dense(q.what.model));
    a.power = board_power(device.power.limit.value, power_law_of(device.architecture), doing, device.power.idle,
                          q.design_limit);
    a.energy =
        energy_per_token(static_cast<double>(q.what.cut.devices()), *a.power, a.predicted.output_throughput, q.around);
    a.energy_cost = energy_cost_per_token(*a.energy, q.electricity.value);
}
}  // namespace detail

/// What must fit for `q` to be answered at all.
inline demand demand_of(const question& q) {
    const request_shape r(q.load, q.what.runtime.scheduling, q.what.model, q.what.speculation);
    if (!q.static_batch) return {r.whole(), r.kv_tokens_held, 1.0};
    const double tokens = r.prompt + r.output;
    return {tokens, tokens, *q.static_batch / static_cast<double>(q.what.cut.replicas * q.what.cut.data)};
}

/// The whole answer to `q`. Throws `error` naming the first value out of range.
inline answer answered(const question& q) {
    answer a;
    a.predicted = q.static_batch
                      ? predict_static_batch(q.what, q.load.prompt.mean(), q.load.output.mean(), *q.static_batch)
                  : q.pools.on() ? predict(q.what, q.pools, q.load)
                                 : predict(q.what, q.load);
    if (!a.ok()) {
        a.verdict = explained(a.predicted.verdict, q.what, a.predicted.memory, demand_of(q), q.others);
        return a;
    }
    a.verdict.suggestion = surely(q.what, a.predicted.memory, demand_of(q), q.others);
    detail::add_cost(a, q);
    detail::add_energy(a, q);
    return a;
}
}  // namespace gambrel::ask
