// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Board power from what the board is doing, and the energy and money a token takes.
///
///     base   = idle + (active - idle) busy + memory streaming
///     power  = base + (top - base) (1 - exp(-computing tiles / knee))          tiles: of grouped products only, else 1
///     energy = devices x power x server x PUE / output rate           input tokens' energy is in it
///     cost   = energy x electricity
///
/// `busy` is the share of time in which any kernel runs, `streaming` the share of memory bandwidth reached, `computing`
/// the share of the dense peak reached; `idle`, `active`, `memory` and `top` are powers, and `knee` the share of the
/// peak at which 63 % of the power between `base` and `top` is drawn. Grouped products, of experts that see few tokens
/// each, multiply whole tiles: `tiles` times what is useful. Power rises steeply with arithmetic: at 5 % of the peak two
/// fifths of that difference are drawn, at 25 % nine tenths; above, the board keeps its limit by lowering its clock.
/// Assumptions: temperature and the spread of boards (a tenth) are not modelled; a power cap is another limit, and a
/// clock held by it is the time's (roofline/calibration/clock_law.hpp): a capped board draws its cap at most.
/// Validity and sources per law below; a figure here is the board's, so state `server` and `PUE` to see a bill.
/// Evidence: tests/economics/energy_test.cpp (by hand, anchors), tests/calibration/fit_power_test.cpp (the fit, 227
/// measured serving runs, and the errors by batch).

#include <gambrel/economics/cost.hpp>
#include <gambrel/economics/price.hpp>
#include <gambrel/names.hpp>
#include <gambrel/numeric/sourced.hpp>
#include <gambrel/serving/prediction.hpp>
#include <string_view>

namespace gambrel {

/// Shares of the board limit, the share of the compute roof at which power has risen by 1 - 1/e of its way to the top,
/// and the log standard deviation of what they leave unexplained.
struct power_law {
    sourced<double> idle{};    ///< nothing runs
    sourced<double> active{};  ///< kernels run and move nothing
    sourced<double> memory{};  ///< more, at full memory bandwidth
    sourced<double> top{};     ///< large matrix products
    sourced<double> knee{};
    double sigma = 0.25;
    sourced<double> tiles{1.0};  ///< multiplied in grouped products, over what is useful
};

namespace power_laws {
inline constexpr source serving{
    "ml.energy leaderboard @0cd52da, 101 H100 runs of dense models, fitted by calibration/fit_power.hpp: median "
    "residual 5.4 %, a model left out 6.2 %",
    "2026-11", evidence::measured};
inline constexpr source grouped_serving{
    "the same, 126 runs of models with experts under the constants of the dense ones: median residual 9.4 %", "2026-11",
    evidence::measured};
inline constexpr source kernels{
    "AIConfigurator kernel tables with power: H200 690 of 700 W in large matrix products, B200 696 (streaming) and "
    "989 of 1000 W, GB200 829 and 1166 of 1200 W",
    "2026-08", evidence::measured};
inline constexpr source idle_h200{"H200 bare idle 80 of 700 W", "2026-08", evidence::measured};
inline constexpr source blackwell_slope{
    "Hopper's of 2026-08, which served all models by one law; no serving run of this class", "2026-08",
    evidence::recalled};
inline constexpr source like_hopper{"as Hopper; no measurement for this class", "2026-11", evidence::recalled};

/// H100, H200, GH200. Dense models fix active, memory and knee, since the flop and bytes counted of them are those done;
/// fitted on all models alike, `active` was 0.422: no busy board could draw less than 295 W, where 137 to 300 W are
/// measured of lone decodes on an H200 (arXiv 2605.11999, 2026-05).
inline constexpr power_law hopper{{0.114, idle_h200},     {0.244, serving}, {0.563, serving},
                                  {0.985, kernels},       {0.096, serving}, 0.15,
                                  {2.84, grouped_serving}};
/// B200, GB200, B300: through its own streaming kernel (0.696 at nine tenths of the bandwidth).
inline constexpr power_law blackwell{{0.114, idle_h200, evidence::recalled},
                                     {0.38, kernels},
                                     {0.350, blackwell_slope},
                                     {0.98, kernels},
                                     {0.101, blackwell_slope},
                                     0.25};
/// For every other architecture, with a wide range.
inline constexpr power_law general{{0.114, like_hopper}, {0.244, like_hopper}, {0.563, like_hopper},
                                   {0.98, like_hopper},  {0.096, like_hopper}, 0.35,
                                   {2.84, like_hopper}};
}  // namespace power_laws

/// The law for an architecture as the device catalog names it ("Hopper GH100", "Grace Hopper", "Blackwell Ultra"); the
/// general one for all others, among them the GDDR parts of the Blackwell generation ("Blackwell GB202").
constexpr const power_law& power_law_of(std::string_view architecture) {
    if (contains_name(architecture, "hopper")) return power_laws::hopper;
    if (same_name(architecture, "blackwell") || same_name(architecture, "blackwell ultra"))
        return power_laws::blackwell;
    return power_laws::general;
}

/// Utilisation of a board, averaged over time, each 0 to 1; streaming and computing are at most busy.
struct activity {
    double busy = 1.0;
    double computing = 0.0;  ///< of the dense peak of the format multiplied in (MFU)
    double streaming = 0.0;  ///< of the memory bandwidth (MBU)
    bool grouped = false;    ///< products are grouped by expert
};

/// The utilisation that `p` predicts of a model with `experts` or without. Evidence: tests/economics/energy_test.cpp.
constexpr activity activity_of(const prediction<>& p, bool experts) {
    const auto share = [&](double reached) { return p.utilisation * larger(0.0, smaller(1.0, reached)); };
    return {p.utilisation, share(p.mfu), share(p.mbu), experts};
}

/// Mean power of one board of the given limit; the range is the law's, cut at the limit. `idle` where it is known. `design`
/// is the limit the board is sold with, where `limit` caps it below: shares are of it, and a cap acts on what would
/// draw more, as the clock law slows it (`doing` is what is reached under the cap).
constexpr figure<watts<>> board_power(const watts<>& limit, const power_law& law, const activity& doing,
                                      const sourced<watts<>>& idle = {}, const watts<>& design = {}) {
    checked(limit.value(), 0.1, 1e6, "the board's power limit in watts");
    checked(doing.busy, 0.0, 1.0, "the share of time a board is busy");
    checked(doing.computing, 0.0, doing.busy, "the share of the compute roof reached (at most the busy share)");
    checked(doing.streaming, 0.0, doing.busy, "the share of memory bandwidth reached (at most the busy share)");
    checked(*law.knee, 1e-6, 1e6, "the knee of a power law");
    checked(*law.tiles, 1.0, 1e3, "the tiles of a power law");
    const watts<> whole = larger(limit, design);
    const watts<> still = idle.known() ? *idle : whole * *law.idle;
    checked(still.value(), 0.0, limit.value(), "the idle power in watts");
    const watts<> active = larger(whole * *law.active, still), top = larger(whole * *law.top, still);
    const watts<> base = smaller(top, still + (active - still) * doing.busy + whole * (*law.memory * doing.streaming));
    const double rising = 1.0 - math::exp(-doing.computing * (doing.grouped ? *law.tiles : 1.0) / *law.knee);
    const watts<> power = smaller(base + (top - base) * rising, limit);
    const auto range = with_range(power, law.sigma);
    return {power, range.low, larger(power, smaller(range.high, limit))};
}

/// Power of the server and the building, as ratios to that of the board.
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
}  // namespace gambrel
