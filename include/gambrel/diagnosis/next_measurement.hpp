// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The one further measurement that tells two suspects apart best: of a few that anybody can make, the one whose numbers
/// differ most between the two, in deviations of noise and of a tenth for the laws.
///
///     distance^2 = sum over numbers ((e(a) - e(b))^2 / (noise^2 + 0.1^2))      of the measurement, a and b at their best x
///
/// Evidence: tests/diagnosis/diagnosis_test.cpp.

#include <gambrel/diagnosis/weigh.hpp>

namespace gambrel {

enum class measurement : unsigned char {
    one_client,
    more_clients,
    short_prompts,
    kernel_profile,
    server_metrics,
    board_clock
};
// clang-format off
template <> inline constexpr std::array<enum_row<measurement>, 6> enum_table<measurement>{{
    {measurement::one_client, "one_client", "the same with one client"},
    {measurement::more_clients, "more_clients", "the same with four times the clients"},
    {measurement::short_prompts, "short_prompts", "the same with prompts of an eighth"},
    {measurement::kernel_profile, "kernel_profile", "a sum of kernels over twenty seconds of this load"},
    {measurement::server_metrics, "server_metrics", "the server's counters a minute apart under this load"},
    {measurement::board_clock, "board_clock", "the board's clocks under this load"},
}};
// clang-format on

struct next_measurement {
    measurement what = measurement::kernel_profile;
    double distance = 0.0;  ///< in deviations
    workload load{};        ///< under which it is made
};

namespace detail {
/// Numbers that `m` would give, as in an observation of `p`.
inline std::vector<indication> numbers_of(measurement m, const prediction<>& p) {
    std::vector<indication> all;
    switch (m) {
        case measurement::kernel_profile:
            for (std::size_t k = 0; k < profiled_count; ++k)
                if (seconds_in(p.mean_step, static_cast<profiled>(k)) > 0.02 * p.mean_step.total().value())
                    all.push_back({.what = indicator::kernels, .of = static_cast<profiled>(k), .measured = 1.0});
            all.push_back({.what = indicator::gap, .measured = 1.0, .noise = 0.1});
            break;
        case measurement::server_metrics:
            for (const indicator i : {indicator::running, indicator::waiting, indicator::cache_use})
                all.push_back({.what = i, .measured = 1.0, .noise = i == indicator::waiting ? 0.3 : 0.1});
            break;
        case measurement::board_clock: all.push_back({.what = indicator::clock, .measured = 1.0, .noise = 0.03}); break;
        default:
            all.push_back({.what = indicator::ttft, .measured = 1.0});
            if (p.has_tpot()) all.push_back({.what = indicator::tpot, .measured = 1.0});
            all.push_back({.what = indicator::requests, .measured = 1.0});
    }
    return all;
}
/// The load of `m`. Of an open loop, which a slow server may not keep up with, four times the clients that run.
inline workload load_of(measurement m, const examined_run& r) {
    workload w = r.load;
    w.protocol = {};
    if (w.open_loop()) w.concurrency = larger(1.0, r.predicted.running);
    if (m == measurement::more_clients || w.open_loop()) w.concurrency = 4.0 * w.concurrency;
    if (m == measurement::one_client) w.concurrency = 1.0;
    if (m == measurement::short_prompts) w.prompt = larger(16.0, w.prompt.mean() / 8.0);
    w.rate = {};
    return w;
}
}  // namespace detail

/// The measurement that tells `a` from `b` of the run `r`, `most` requests running under the greatest load, or nothing where none would by two deviations.
inline std::optional<next_measurement> measurement_between(const examined_run& r, const weighed_suspect& a,
                                                           const weighed_suspect& b, double most) {
    std::optional<next_measurement> best;
    for (const auto& row : enum_table<measurement>) {
        const workload w = detail::load_of(row.value, r);
        if (w.concurrency > most_clients) continue;
        const prediction<> base = predict(r.what, w);
        if (!base.ok()) continue;
        // Rooms and slots keep the size that they have under the load that was measured.
        const auto under = [&](const weighed_suspect& s) {
            altered_run other(r.what, r.load, r.predicted, s.which, s.x, most);
            const bool of_load = s.which == suspect::clients;
            const double found = other.load.prefix_hit;
            other.load = w;
            other.load.prefix_hit = found;
            if (of_load) other.load.concurrency = larger(1.0, w.concurrency / s.x);
            return std::pair(other.predicted(), other.load);
        };
        const auto [with_a, load_a] = under(a);
        const auto [with_b, load_b] = under(b);
        if (!with_a.ok() || !with_b.ok()) continue;
        double sum = 0.0;
        for (const indication& i : detail::numbers_of(row.value, base)) {
            const double between = expected(i, with_a, load_a, r.copies()) + detail::shift_of(a.which, a.x, i) -
                                   expected(i, with_b, load_b, r.copies()) - detail::shift_of(b.which, b.x, i);
            if (std::isfinite(between)) sum += between * between / (i.noise * i.noise + 0.01);
        }
        if (std::sqrt(sum) > 2.0 && (!best || std::sqrt(sum) > best->distance))
            best = next_measurement{row.value, std::sqrt(sum), w};
    }
    return best;
}
}  // namespace gambrel
