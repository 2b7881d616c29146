// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Board power from what the board is doing, and the energy and money a token takes.
///
///     power  = idle + (P_mem - idle) busy + (P_comp - P_mem) computing
///     energy = devices x power x server x PUE / output rate           input tokens' energy is in it
///     cost   = energy x electricity
///
/// `busy` is the share of time in which any kernel runs, `computing` the share of the compute roof reached (or of
/// the time under it): an idle board draws `idle`, one streaming memory P_mem, one in large matrix products P_comp.
/// Assumptions: accelerators hold near P_mem even in small-batch decode; clocks and temperature are not modelled.
/// Validity and sources per law below; a figure here is the board's, so state `server` and `PUE` to see a bill.
/// Evidence: tests/economics/energy_test.cpp (hand values; 74 measured serving runs).

#include <ridgepoint/detail/nearest_names.hpp>
#include <ridgepoint/economics/cost.hpp>
#include <ridgepoint/economics/price.hpp>
#include <ridgepoint/numeric/sourced.hpp>
#include <string_view>

namespace ridgepoint {

/// Shares of the board limit, and the log standard deviation of what they leave unexplained.
struct power_law {
    sourced<double> idle{};
    sourced<double> memory{};   ///< P_mem / limit
    sourced<double> compute{};  ///< P_comp / limit
    double sigma = 0.25;
};

namespace power_laws {
inline constexpr source serving{"ml.energy leaderboard, H100 serving at batch 1-8: 0.63-0.65 of the limit", "2026-02",
                                evidence::measured};
inline constexpr source kernels{
    "AIConfigurator kernel tables with power: H200 337 of 700 W streaming and 690 W in large matrix products, "
    "B200 696 and 989 of 1000 W, GB200 829 and 1166 of 1200 W",
    "2026-08", evidence::measured};
inline constexpr source idle_h200{"H200 bare idle 80 of 700 W", "2026-08", evidence::measured};
inline constexpr source between{"between the Hopper and Blackwell figures; no measurement for this class", "2026-11",
                                evidence::recalled};

/// H100, H200, GH200. Serving, not bare streaming (0.48 of the limit), sets the memory term: see the page.
inline constexpr power_law hopper{{0.114, idle_h200}, {0.64, serving}, {0.985, kernels}, 0.20};
/// B200, GB200, B300.
inline constexpr power_law blackwell{{0.114, idle_h200, evidence::recalled}, {0.70, kernels}, {0.98, kernels}, 0.25};
/// Everything else: a wide range.
inline constexpr power_law general{{0.114, idle_h200, evidence::recalled}, {0.65, between}, {0.98, between}, 0.35};
}  // namespace power_laws

/// The law for an architecture as the device catalog names it ("Hopper GH100", "Grace Hopper", "Blackwell Ultra"); the
/// general one for all others, among them the GDDR parts of the Blackwell generation ("Blackwell GB202").
constexpr const power_law& power_law_of(std::string_view architecture) {
    if (detail::contains_name(architecture, "hopper")) return power_laws::hopper;
    if (detail::same_name(architecture, "blackwell") || detail::same_name(architecture, "blackwell ultra"))
        return power_laws::blackwell;
    return power_laws::general;
}

/// What a board does with its time, each 0 to 1, computing <= busy.
struct activity {
    double busy = 1.0;
    double computing = 0.0;
};

/// Mean power of one board of the given limit; the range is the law's, cut at the limit. `idle` where it is known.
constexpr figure<watts<>> board_power(const watts<>& limit, const power_law& law, const activity& doing,
                                      const sourced<watts<>>& idle = {}) {
    checked(limit.value(), 0.1, 1e6, "the board's power limit in watts");
    checked(doing.busy, 0.0, 1.0, "the share of time a board is busy");
    checked(doing.computing, 0.0, doing.busy, "the share of the compute roof reached (at most the busy share)");
    const watts<> still = idle.known() ? *idle : limit * *law.idle;
    checked(still.value(), 0.0, limit.value(), "the idle power in watts");
    const watts<> streaming = larger(limit * *law.memory, still);
    const watts<> multiplying = larger(limit * *law.compute, streaming);
    const watts<> power =
        still + (streaming - still) * doing.busy + (multiplying - streaming) * doing.computing;
    const auto range = with_range(power, law.sigma);
    return {power, range.low, larger(power, smaller(range.high, limit))};
}

/// What stands around the board.
struct power_overhead {
    double server = 1.0;  ///< all IT power / board power: 1.33 for a GB300 rack (a quarter is CPU and static)
    double pue = 1.0;     ///< building power / IT power: 1.1 hyperscale, 1.2 new AI hall, 1.56 average (Uptime 2024)
};

/// Energy per output token of `devices` boards at `power`; the ranges of power and rate are combined as independent.
constexpr figure<token_energy<>> energy_per_token(double devices, const figure<watts<>>& power,
                                                  const figure<token_rate<>>& output,
                                                  const power_overhead& around = {}) {
    checked(devices, 1.0, 1e7, "the number of devices");
    checked(around.server, 1.0, 10.0, "the server factor");
    checked(around.pue, 1.0, 5.0, "the power usage effectiveness");
    checked(power.value.value(), 1e-3, 1e6, "the board power in watts");
    checked(power.low.value(), 1e-6, power.value.value(), "the low end of the board power in watts");
    checked(power.high.value(), power.value.value(), 1e7, "the high end of the board power in watts");
    checked(output, "the output tokens per second");
    const auto apart = [](double power_ratio, double rate_ratio) {
        const double a = math::log(power_ratio), b = math::log(rate_ratio);
        return math::exp(math::sqrt(a * a + b * b));
    };
    const token_energy<> energy = devices * around.server * around.pue * power.value / output.value;
    return {energy, energy / apart(power.value / power.low, output.high / output.value),
            energy * apart(power.high / power.value, output.value / output.low)};
}

/// What that energy costs per output token.
constexpr figure<token_price<>> energy_cost_per_token(const figure<token_energy<>>& energy,
                                                      const energy_price<>& electricity) {
    checked(electricity / dollars_per_kilowatt_hour(1), 0.0, 100.0, "the electricity price in dollars per kWh");
    return scaled(energy, electricity);
}
}  // namespace ridgepoint
