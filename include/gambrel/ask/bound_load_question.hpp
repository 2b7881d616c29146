// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A question about a load in the words of a command line or a notebook. Evidence: tests/ask/bound_question_test.cpp.

#include <gambrel/ask/bound_question.hpp>
#include <gambrel/ask/load_answer.hpp>

namespace gambrel::ask {

namespace detail {
/// The options of the deployment alone, of which the load is no part.
inline prediction_options without_rate(prediction_options t) {
    if (t.batch) fail("a static batch has no load: ask predict");
    if (t.protocol == "benchmark")
        fail("the benchmark protocol is not a steady state: ask predict for its means, simulate for its percentiles");
    if (t.rate && t.concurrency) fail("concurrency and rate exclude each other: clients, or requests per second");
    t.rate.reset();  // a rate of zero is a lone request here
    return t;
}
}  // namespace detail

/// Owns, or shares, the descriptors that its question refers to. Throws `error` naming the first option that is wrong.
class bound_load_question {
public:
    bound_load_question(std::shared_ptr<const architecture> model, std::shared_ptr<const device<>> device,
                        std::shared_ptr<const runtime<>> runtime, const load_options& t)
        : bound_((check_ranges(t), std::move(model)), std::move(device), std::move(runtime),
                 detail::without_rate(t.deployed)),
          question{.what = bound_.question} {
        if (t.deployed.rate)
            question.rate = requests_per_second(checked(*t.deployed.rate, 0.0, 1e9, "the request rate per second"));
        if (t.deployed.concurrency) question.clients = *t.deployed.concurrency;
        if (t.size_for) question.size_for = requests_per_second(*t.size_for);
        if (!question.rate && !question.clients && !question.size_for)
            fail("give a rate, a concurrency, or the rate to count replicas for");
        question.what.load.arrival_variation = t.variation;
        question.level.limits = t.limits;
        question.split = enum_named<arrival_split>("routing", t.routing);
    }

private:
    bound_question bound_;

public:
    load_question question;
};
}  // namespace gambrel::ask
