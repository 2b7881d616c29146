// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A question about a load in the words of a command line or a notebook. Evidence: tests/ask/asked_test.cpp.

#include <gambrel/ask/asked_prediction.hpp>
#include <gambrel/ask/load_answer.hpp>
#include <limits>

namespace gambrel::ask {

struct load_terms {
    terms deployed{};                  ///< rate: requests per second, zero for a lone request
    double variation = 1.0;            ///< of the arrival gaps: 1 is Poisson
    std::optional<double> size_for{};  ///< requests per second: how many replicas give them the limits
    objective limits{};                ///< longest of 99 % of requests
    std::string routing = "random";
};

namespace detail {
inline routing routing_of(const std::string& text) {
    constexpr std::array<std::string_view, 2> names{"random", "in-turn"};
    for (std::size_t i = 0; i < names.size(); ++i)
        if (names[i] == text) return static_cast<routing>(i);
    fail_unknown("routing", text, names);
}

inline seconds<> checked_limit(seconds<> limit, const char* what) {
    if (limit.value() != std::numeric_limits<double>::infinity()) checked(limit.value(), 1e-9, 1e9, what);
    return limit;
}

/// The terms of the deployment alone, of which the load is no part.
inline terms without_rate(terms t) {
    if (t.batch) fail("a static batch has no load: ask predict");
    if (t.protocol == "benchmark")
        fail("the benchmark protocol is not a steady state: ask predict for its means, simulate for its percentiles");
    if (t.rate && t.concurrency) fail("concurrency and rate exclude each other: clients, or requests per second");
    t.rate.reset();  // a rate of zero is a lone request here
    return t;
}
}  // namespace detail

/// Owns, or shares, the descriptors that its question refers to. Throws `error` naming the first term that is wrong.
class asked_load {
public:
    asked_load(std::shared_ptr<const architecture> model, std::shared_ptr<const device<>> device,
               std::shared_ptr<const runtime<>> runtime, const load_terms& t)
        : asked_(std::move(model), std::move(device), std::move(runtime), detail::without_rate(t.deployed)),
          question{.what = asked_.question} {
        const auto rate_of = [](double r, double least) {
            return requests_per_second(checked(r, least, 1e9, "the request rate per second"));
        };
        if (t.deployed.rate) question.rate = rate_of(*t.deployed.rate, 0.0);
        if (t.deployed.concurrency) question.clients = *t.deployed.concurrency;
        if (t.size_for) question.size_for = rate_of(*t.size_for, 1e-9);
        if (!question.rate && !question.clients && !question.size_for)
            fail("give a rate, a concurrency, or the rate to count replicas for");
        question.what.load.arrival_variation = checked(t.variation, 0.0, 100.0, "the variation of arrival gaps");
        question.level.limits = {.ttft = detail::checked_limit(t.limits.ttft, "the TTFT limit in seconds"),
                                 .tpot = detail::checked_limit(t.limits.tpot, "the TPOT limit in seconds"),
                                 .latency = detail::checked_limit(t.limits.latency, "the latency limit in seconds")};
        question.how = detail::routing_of(t.routing);
    }

private:
    asked asked_;

public:
    load_question question;
};
}  // namespace gambrel::ask
