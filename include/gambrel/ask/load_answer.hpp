// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A question about a load and its whole answer: the distributions of every time, the limit, what an objective allows,
/// how many replicas and devices it takes, what they cost. Text, picture and JSON print the same answer.
///
///     most rate   value: the predicted percentiles meet the objective; low, high: the ends of their ranges do
///     replicas    the fewest, likewise; of the deployment asked for, whose own --replicas are set aside
///
/// Where the load model has no distributions (static batches; clients of a prefill-first runtime) the means of
/// `predict` answer alone. Evidence: tests/ask/load_answer_test.cpp.

#include <gambrel/ask/load_question.hpp>

namespace gambrel::ask {

namespace detail {
/// Why there is nothing but means for `q`; empty where there are distributions.
inline std::string_view means_only(const load_question& q) {
    const batching b = q.what.what.runtime.scheduling.batching;
    if (q.what.pools.on() && b != batching::fixed_batch) return {};
    if (b == batching::fixed_batch) return "batches are static";
    if (b == batching::prefill_first && q.clients)
        return "prompts run in passes of their own, and clients wait for answers";
    return {};
}

inline void add_cost(load_answer& a, const load_question& q) {
    const double rate = a.load.value.rate.value();
    if (!a.lone.rent || !a.load.value.stable || !a.known() || rate < 1e-6) return;
    const double sigma = q.clients ? a.sigma : 0.0;  // an open loop's rate is given
    const auto tokens_each = [&](double n) { return with_range(token_rate<>::from_value(rate * n), sigma); };
    a.cost = cost_per_token({.devices = static_cast<double>(devices_of(q.what, a.cut.replicas)),
                             .per_device = *a.lone.rent,
                             .input = tokens_each(q.what.load.prompt.mean()),
                             .output = tokens_each(q.what.load.output.mean())});
}
}  // namespace detail

/// The smallest short number that is not below `x`: 1, 1.5, 2, 2.5, 3, 4, 5, 6 or 8 times a power of ten.
inline double round_step(double x) {
    const double ten = std::pow(10.0, std::floor(std::log10(x)));
    for (const double step : {1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0})
        if (step * ten >= x) return step * ten;
    return 10.0 * ten;
}

namespace detail {
/// Round rates up to near the limit, or doubling clients until all slots are long taken; in both some between, for
/// pictures.
inline void add_curve(load_answer& a, const loaded_deployment& d, const load_question& q) {
    const auto add = [&](curve_point c) {  // a point that is not known is no point
        if (c.load.value.known()) a.curve.push_back(std::move(c));
    };
    if (q.clients) {
        const double most = std::fmin(most_clients, 2.0 * std::fmax(*q.clients, d.model.basis().slots * d.groups));
        for (double n = 1.0; n <= most; n *= 2.0) {
            add({d.with_clients(n), n, true});
            for (const double more : {1.25, 1.5, 1.75})
                if (n >= 4.0) add({d.with_clients(more * n), more * n, false});
        }
        return;
    }
    const double limit = d.limit().value.value(), step = round_step(limit / 9.0), last = 0.975 * limit;
    for (int i = 1; 0.125 * step * i < last; ++i) add({d.at(requests_per_second(0.125 * step * i)), 0.0, i % 8 == 0});
    add({d.at(requests_per_second(last)), 0.0, true});
}
}  // namespace detail

namespace detail {
/// Fills in up to which rate the objective is met, and what ends it where that is not the objective.
inline void fill_most(load_answer& a, const loaded_deployment& d, const service_level& level) {
    const auto most = [&](bool known) {
        const request_rate<> value = most_at(d, level, range_end::value, known);
        return figure<request_rate<>>{value, smaller(value, most_at(d, level, range_end::high, known)),
                                      larger(value, most_at(d, level, range_end::low, known))};
    };
    constexpr double beyond = 1.0 + 10.0 * greatest_rate_accuracy;
    a.most = most(true);
    if (a.most->value == request_rate<>{}) {  // the model is checked for no rate: its answer is flagged
        a.most = most(false);
        return;
    }
    const ranged_load next = d.at(a.most->value * beyond);
    if (meets_at(next, level, range_end::value)) a.most_ends = next.value.warning;
}

/// Counts replicas for the rate to size for, else for the rate asked about; where nothing else was asked the answer is
/// of that many.
inline void count_replicas(load_answer& a, loaded_deployment& l, const load_question& q) {
    const double unit = l.groups / a.cut.replicas;
    const request_rate<> rate = q.size_for ? *q.size_for : *q.rate;
    const auto count = [&](range_end end) { return replicas_at(l, unit, rate, q.level, end); };
    a.replicas = replica_count{rate, count(range_end::value), count(range_end::low), count(range_end::high)};
    if (q.rate || q.clients || a.replicas->value == 0) return;
    a.cut.replicas = a.replicas->value;
    l.groups = unit * a.replicas->value;
}
}  // namespace detail

/// The whole answer to `q`. Throws `error` naming the first value out of range, for images, static batches of --batch,
/// and where none of rate, clients and size is given.
inline load_answer answered(const load_question& q) {
    if (int(q.rate.has_value()) + int(q.clients.has_value()) > 1) fail("a load is a rate or clients, not both");
    if (!q.rate && !q.clients && !q.size_for) fail("a load needs a rate, a number of clients, or the rate to size for");
    checked(q.level);
    load_answer a;
    question one = q.what;
    one.static_batch.reset();
    one.load.rate = {};
    one.load.concurrency = 1.0;
    one.load.protocol = {};
    a.lone = answered(one);
    a.cut = q.what.what.cut;
    if (!a.possible()) return a;
    a.why_means = detail::means_only(q);
    if (!a.why_means.empty()) {
        if (q.size_for)
            fail("replicas are counted by percentiles, and there are none where " + std::string(a.why_means) +
                 "; ask about a rate or clients");
        one.load.concurrency = q.clients.value_or(1.0);
        one.load.rate = q.rate.value_or(request_rate<>{});
        a.means = answered(one);
        return a;
    }
    a.distributions = true;
    loaded_deployment loaded =
        gambrel::loaded(q.what.what, one.load, q.what.pools, q.split, asked_rate(q), q.clients.value_or(0.0));
    a.sigma = loaded.sigma;
    if (q.size_for || (!q.clients && !loaded.plain(*q.rate).stable)) detail::count_replicas(a, loaded, q);
    a.limit = loaded.limit();
    a.load = q.clients ? loaded.with_clients(*q.clients) : loaded.at(asked_rate(q));
    if (has_limits(q.level.limits) && !q.clients) detail::fill_most(a, loaded, q.level);
    detail::add_cost(a, q);
    detail::add_curve(a, loaded, q);
    return a;
}
}  // namespace gambrel::ask
