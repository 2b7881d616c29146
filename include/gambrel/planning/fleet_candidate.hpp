// SPDX-License-Identifier: Apache-2.0
#pragma once
/// One way to deploy a replica, and what became of it in a plan.
///
/// By means, a replica's rate is bounded from above: in a closed loop throughput rises with the clients, and so do the
/// mean times. With 1, 2, 4 ... clients, until a mean time breaks its limit or more clients bring no more,
///
///     bound = the greatest throughput so far, that of the first number of clients that fails included
///
/// The last number that passes is no bound: it may be half of it. The first that fails is sought to 6 %. A mean below its
/// limit is necessary for a p90 or p99 below it (short of a tail in which a tenth carries the mean); for lower
/// percentiles only the greatest throughput bounds. At the bad end of the range times are longer by exp(1.2816 sigma),
/// and sigma is `step_sigma` of the runtime at the least (serving/deviation.hpp). `bound_margin` is what the rate by
/// percentiles may be above the bound, for the two models are not one: chosen, and held by a test.
/// Evidence: tests/planning/fleet_plan_test.cpp (no rate by percentiles above the bound, random candidates).

#include <gambrel/planning/fleet_size.hpp>
#include <gambrel/serving/objective.hpp>
#include <gambrel/serving/predict.hpp>
#include <gambrel/step/on_board.hpp>
#include <string>

namespace gambrel {

inline constexpr double bound_margin = 1.1;

/// What became of a candidate.
enum class candidate_fate : unsigned char {
    impossible,   ///< it cannot be deployed: `verdict`
    too_slow,     ///< a lone request already breaks a limit: `over`
    above_limit,  ///< it takes more devices, money or power than there may be
    no_price,     ///< its rent, or its power, is to be least or limited, and is not known
    dearer,       ///< takes more than another, already by means
    counted,      ///< replicas were counted by percentiles
    not_held,     ///< so they were, and the simulator finds no number of them enough
    failed        ///< an error ended its prediction: `problem`
};
// clang-format off
template <> inline constexpr std::array<enum_row<candidate_fate>, 8> enum_table<candidate_fate>{{
    {candidate_fate::impossible, "impossible", "cannot be deployed"},
    {candidate_fate::too_slow, "too_slow", "a lone request is too slow"},
    {candidate_fate::above_limit, "above_limit", "takes more than there may be"},
    {candidate_fate::no_price, "no_price", "no price or power is known"},
    {candidate_fate::dearer, "dearer", "takes more than another, by means already"},
    {candidate_fate::counted, "counted", "counted"},
    {candidate_fate::not_held, "not_held", "the simulator finds no number enough"},
    {candidate_fate::failed, "failed", "an error ended its prediction"},
}};
// clang-format on

/// What a fleet is limited by.
enum class fleet_limit : unsigned char { none, ttft, tpot, latency, throughput, memory, devices, supply, rent, power };
// clang-format off
template <> inline constexpr std::array<enum_row<fleet_limit>, 10> enum_table<fleet_limit>{{
    {fleet_limit::none, "none", "none"},
    {fleet_limit::ttft, "ttft", "TTFT"},
    {fleet_limit::tpot, "tpot", "TPOT"},
    {fleet_limit::latency, "latency", "latency"},
    {fleet_limit::throughput, "throughput", "throughput"},
    {fleet_limit::memory, "memory", "the memory for long requests"},
    {fleet_limit::devices, "devices", "the most devices"},
    {fleet_limit::supply, "supply", "devices of the kind there are"},
    {fleet_limit::rent, "rent", "the budget"},
    {fleet_limit::power, "power", "the power there is"},
}};
// clang-format on

/// Where a candidate stands on each axis of the question.
struct fleet_place {
    std::size_t supply = 0, runtime = 0, cut = 0, format = 0;
};

/// The deployment at a place, with the runtime as it sets itself up on that board. Refers to the question.
class fleet_deployment {
public:
    fleet_deployment(const fleet_question& q, const fleet_place& at)
        : software_(on_board(*q.runtimes[at.runtime], *q.supplies[at.supply].device, q.cuts[at.cut])),
          what(*q.model, *q.supplies[at.supply].device, software_, q.cuts[at.cut], q.formats[at.format]) {}
    fleet_deployment(const fleet_deployment&) = delete;
    fleet_deployment& operator=(const fleet_deployment&) = delete;

private:
    runtime<> software_;

public:
    const deployment<> what;
};

/// By how much a limit is broken at most, as a ratio (time / limit), and which.
struct limit_excess {
    fleet_limit which = fleet_limit::none;
    double times = 0.0;

    void add(fleet_limit limit, double ratio) {
        if (ratio > times) which = limit, times = ratio;
    }
};
inline limit_excess excess_of(seconds<> ttft, seconds<> tpot, seconds<> latency, const objective& limits) {
    limit_excess e;
    e.add(fleet_limit::ttft, ttft / limits.ttft);
    e.add(fleet_limit::tpot, tpot / limits.tpot);
    e.add(fleet_limit::latency, latency / limits.latency);
    return e;
}

/// What a replica can do by means.
struct rate_by_means {
    feasibility verdict{};
    limit_excess lone{};    ///< of one request, by means
    request_rate<> most{};  ///< no rate by percentiles is above bound_margin times it
};

/// What a replica of `d` can do under requests as those of `w`, by means, on a machine whose every time is `slower` than
/// predicted. Throws `error` for a value out of range.
inline rate_by_means bound_by_means(const deployment<>& d, workload w, const service_level& level,
                                    double slower = 1.0) {
    w.rate = {};
    w.protocol = {};
    const predictor<> of(d);
    const bool by_mean = smaller(level.ttft_share, smaller(level.tpot_share, level.latency_share)) >= 0.9;
    rate_by_means found;
    request_rate<> rate{};  // of the last number of clients tried
    bool fails = false, more = true;
    const auto with = [&](double clients) {
        w.concurrency = clients;
        const prediction<> p = of.at(w);
        if (!p.ok()) {
            if (clients == 1.0) found.verdict = p.verdict;
            more = false;
            return;
        }
        const limit_excess e =
            excess_of(p.ttft.value * slower, p.tpot.value * slower, p.latency.value * slower, level.limits);
        if (clients == 1.0) found.lone = e;
        fails = by_mean && e.times > 1.0;
        rate = p.request_throughput.value / slower;
        more = !(p.waiting > 0.0 && rate < 1.001 * found.most);
        if (!fails) found.most = larger(found.most, rate);
    };
    with(1.0);
    double clients = 1.0;
    while (more && !fails && clients < most_clients) with(clients *= 2.0);
    if (!fails) return found;
    double low = clients / 2.0;
    request_rate<> first = rate;  // of the first that fails
    while (clients > 1.06 * low) {
        const double middle = std::floor(std::sqrt(low * clients) + 0.5);
        if (!(low < middle && middle < clients)) break;
        with(middle);
        if (fails) clients = middle, first = rate;
        else low = middle;
    }
    found.most = larger(found.most, first);
    return found;
}

/// Replicas at the ends of the predicted range: 0 where no number meets the limits.
struct replica_range {
    int value = 0, low = 0, high = 0;
    int at(range_end end) const { return detail::at_end(*this, end); }
};

struct fleet_candidate {
    fleet_place place{};
    candidate_fate fate = candidate_fate::impossible;
    feasibility verdict{};      ///< where impossible
    std::string problem{};      ///< where failed
    limit_excess over{};        ///< which limit it breaks, and how many times, where it is too slow or above a limit
    request_rate<> by_means{};  ///< of a replica
    double least = 0.0;         ///< of the objective, by means: $/h, devices or watts
    replica_range replicas{};   ///< where counted; `low` and `value` of those that are listed
    bool simulated = false;     ///< `size` is what the simulator finds enough
    fleet_size size{};          ///< of the end that decides
    std::optional<double> dollars_per_hour{};
    std::optional<double> watts{};  ///< of servers and building, at the planned load
    double cost = 0.0;              ///< of the objective, where counted
};
}  // namespace gambrel
