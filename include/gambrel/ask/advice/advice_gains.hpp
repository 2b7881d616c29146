// SPDX-License-Identifier: Apache-2.0
#pragma once
/// How many times better one answer is than another, by what is wanted of it, each with its range (ratio.hpp).
///
///     gain = before / after      of a time, of the cost and the energy of a request
///     cost = devices x rent / request rate        without a rent of both: of one device, where both are the same
///
/// Evidence: tests/ask/advice_test.cpp.

#include <gambrel/ask/advice/ratio.hpp>

namespace gambrel::ask {

enum class advice_goal : unsigned char { cost, latency, ttft, tpot, energy };
}  // namespace gambrel::ask
namespace gambrel {
// clang-format off
template <> inline constexpr std::array<enum_row<ask::advice_goal>, 5> enum_table<ask::advice_goal>{{
    {ask::advice_goal::cost, "cost", "cost of a request"},
    {ask::advice_goal::latency, "latency", "latency"},
    {ask::advice_goal::ttft, "ttft", "TTFT"},
    {ask::advice_goal::tpot, "tpot", "TPOT"},
    {ask::advice_goal::energy, "energy", "energy of a request"},
}};
// clang-format on
}  // namespace gambrel
namespace gambrel::ask {

/// How many times better than now, of each goal; value 0: not known.
struct advice_gains {
    std::array<figure<double>, enum_count<advice_goal>> by_goal{};
    const figure<double>& of(advice_goal g) const { return by_goal[static_cast<std::size_t>(g)]; }
};

namespace detail {
/// The errors of a prediction's times, as far as they may cancel.
struct prediction_errors {
    time_errors ttft, tpot, latency;
    double guesses = 0.0;

    static prediction_errors of(const question& q, const prediction<>& p) {
        const double steps = std::fmax(0.0, q.load.output.mean() - 1.0);
        pass_time<> whole = p.first_token;
        whole.add(p.mean_step, steps);
        const double first = whole.total() > seconds<>{} ? p.first_token.total() / whole.total() : 0.0;
        return {time_errors::of(p.first_token, 1.0), time_errors::of(p.mean_step, 0.0), time_errors::of(whole, first),
                q.what.speculation.deviation};
    }
};
/// Of a positive ratio with logarithmic deviation `sigma`; nothing where either is absent.
inline figure<double> gain_of(double before, double after, double sigma) {
    if (!(before > 0.0) || !(after > 0.0)) return {};
    if (before == after) return exactly(1.0);
    return with_range(before / after, sigma);
}
}  // namespace detail

/// The gains of B over A.
inline advice_gains gains_of(const question& qa, const answer& a, const question& qb, const answer& b) {
    const auto of_a = detail::prediction_errors::of(qa, a.predicted),
               of_b = detail::prediction_errors::of(qb, b.predicted);
    const double guesses = std::hypot(of_a.guesses, of_b.guesses);
    const double both = of_a.guesses > 0.0 && of_b.guesses > 0.0 ? 0.0 : guesses;
    const auto deviation = [&](const time_errors& x, const time_errors& y, double own) {
        return ratio_deviation(x, y, qa.what, qb.what, own);
    };
    const double whole = deviation(of_a.latency, of_b.latency, both * (1.0 - of_b.latency.first));
    const auto& p = a.predicted;
    const auto& r = b.predicted;
    advice_gains g;
    auto& by = g.by_goal;
    by[static_cast<std::size_t>(advice_goal::ttft)] =
        detail::gain_of(p.ttft.value.value(), r.ttft.value.value(), deviation(of_a.ttft, of_b.ttft, 0.0));
    by[static_cast<std::size_t>(advice_goal::tpot)] =
        detail::gain_of(p.tpot.value.value(), r.tpot.value.value(), deviation(of_a.tpot, of_b.tpot, both));
    by[static_cast<std::size_t>(advice_goal::latency)] =
        detail::gain_of(p.latency.value.value(), r.latency.value.value(), whole);
    // A rate is given: what a token costs is known as well as the rent. Of clients it is as sure as the latency. Without a
    // rent, that of one device counts as one.
    const bool priced = a.rent && b.rent;
    const auto cost = [&](const answer& x) {
        const double rate = x.predicted.request_throughput.value.value();
        return rate > 0.0 ? x.predicted.devices * (priced ? x.rent->value() : 1.0) / rate : 0.0;
    };
    if (priced || qa.what.device.name == qb.what.device.name)
        by[static_cast<std::size_t>(advice_goal::cost)] =
            detail::gain_of(cost(a), cost(b), p.request_throughput.value == r.request_throughput.value ? 0.0 : whole);
    if (a.energy && b.energy)
        by[static_cast<std::size_t>(advice_goal::energy)] = detail::gain_of(
            a.energy->value.value() * qa.load.output.mean(), b.energy->value.value() * qb.load.output.mean(), whole);
    return g;
}

/// The goal whose key is `text`.
inline advice_goal advice_goal_named(std::string_view text) {
    for (const auto& row : enum_table<advice_goal>)
        if (same_name(row.key, text)) return row.value;
    fail_unknown("goal", text, keys_of_all<advice_goal>());
}
}  // namespace gambrel::ask
