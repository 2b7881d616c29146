// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Carbon and water of a token.
///
///     energy = board energy x server x PUE                               per token, from energy.hpp
///     carbon = energy x grid + embodied / tokens of a life                grid: what a kWh emits
///     water  = board energy x server x on_site + energy x grid_water      litres per kWh, of cooling and of power plants
///
/// `server` is IT power over board power, PUE building power over IT power; on-site water is counted per kWh of IT
/// (WUE). Assumptions: a grid's yearly mean; its marginal plant and its hours differ. What is absent is not counted.
/// Source: docs/models/cost-and-energy.md. Evidence: tests/economics/footprint_test.cpp.

#include <gambrel/economics/energy.hpp>

namespace gambrel {

struct footprint_terms {
    energy_emission<> grid{};
    masses<> embodied{};          ///< CO2e of making one device with its share of a server
    tokens<> life_tokens{};       ///< that one device delivers in its life; zero: `embodied` is not counted
    energy_water<> on_site{};     ///< per IT energy
    energy_water<> generation{};  ///< per energy at the meter
};

struct footprint {
    token_energy<> energy{};  ///< at the meter
    token_emission<> operation{};
    token_emission<> embodied{};
    token_water<> water{};

    constexpr token_emission<> carbon() const { return operation + embodied; }
};

/// The footprint of a token that takes `board` of all its boards' energy.
constexpr footprint footprint_of(const token_energy<>& board, const power_overhead& around, const footprint_terms& t) {
    checked(board.value(), 0.0, 1e9, "the energy per token in joules");
    checked(around.server, 1.0, 10.0, "the server factor");
    checked(around.pue, 1.0, 5.0, "the power usage effectiveness");
    checked(t.grid / grams_per_kilowatt_hour(1), 0.0, 1e4, "the carbon intensity in grams per kWh");
    checked(t.embodied / kilograms(1), 0.0, 1e9, "the embodied carbon in kilograms");
    checked(t.life_tokens.value(), 0.0, 1e30, "the tokens of a life");
    checked(t.on_site / litres_per_kilowatt_hour(1), 0.0, 1e3, "the water usage effectiveness in litres per kWh");
    checked(t.generation / litres_per_kilowatt_hour(1), 0.0, 1e3, "the water of electricity in litres per kWh");
    footprint f;
    const token_energy<> server = board * around.server;
    f.energy = server * around.pue;
    f.operation = f.energy * t.grid;
    if (t.life_tokens.value() > 0.0) f.embodied = t.embodied / t.life_tokens;
    f.water = server * t.on_site + f.energy * t.generation;
    return f;
}
}  // namespace gambrel
