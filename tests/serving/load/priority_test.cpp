// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <deque>
#include <gambrel/queueing/general_service.hpp>
#include <gambrel/serving/load/priority.hpp>
#include <gambrel/simulation/run.hpp>
#include <gambrel/workload/random_stream.hpp>

using namespace gambrel;

namespace {
constexpr request_class of(double rate, double service, double scv) {
    return {requests_per_second(rate), seconds_of(service), scv};
}
constexpr request_class three[]{of(0.2, 1.0, 1.0), of(0.1, 2.0, 0.0), of(0.05, 4.0, 2.5)};  // loads 0.2, 0.2, 0.2
constexpr double together[]{1.0}, halves[]{1.0, 1.0}, uneven[]{0.3, 0.7};
}  // namespace

TEST_CASE("one class waits as M/G/1 and M/M/c do") {
    constexpr request_class one[]{of(0.6, 1.2, 0.7)};
    CHECK(priority_wait(one, 0)->value() == approx(*queueing::mg1{0.6, 1.2, 0.7}.mean_wait_s()).epsilon(1e-12));
    constexpr queueing::mmc q{7.0, 1.0, 9};
    CHECK(priority_wait(q, together, 0)->value() == approx(*q.mean_wait_s()).epsilon(1e-12));
}

// Cobham by hand: residual = (0.2 x 2 + 0.1 x 4 + 0.05 x 56) / 2 = 1.8.
TEST_CASE("three classes by hand") {
    static_assert(priority_wait(three, 0)->value() > 0.0);
    CHECK(priority_wait(three, 0)->value() == approx(1.8 / (1.0 * 0.8)).epsilon(1e-12));
    CHECK(priority_wait(three, 1)->value() == approx(1.8 / (0.8 * 0.6)).epsilon(1e-12));
    CHECK(priority_wait(three, 2)->value() == approx(1.8 / (0.6 * 0.4)).epsilon(1e-12));
}

TEST_CASE("conservation: the sum of load x wait does not depend on the order") {
    double first = 0.0;
    std::array<std::size_t, 3> order{0, 1, 2};
    do {
        const request_class c[]{three[order[0]], three[order[1]], three[order[2]]};
        double sum = 0.0;
        for (std::size_t i = 0; i < 3; ++i)
            sum += c[i].rate.value() * c[i].service.value() * priority_wait(c, i)->value();
        if (first == 0.0) first = sum;
        CHECK(sum == approx(first).epsilon(1e-12));
    } while (std::next_permutation(order.begin(), order.end()));
    CHECK(first == approx(0.6 * 1.8 / 0.4).epsilon(1e-12));  // load x wait in order of arrival
}

TEST_CASE("conservation at several servers") {
    constexpr queueing::mmc q{7.2, 1.0, 8};
    const double sum = 0.3 * priority_wait(q, uneven, 0)->value() + 0.7 * priority_wait(q, uneven, 1)->value();
    CHECK(sum == approx(*q.mean_wait_s()).epsilon(1e-12));
    CHECK(priority_wait(q, uneven, 0)->value() < priority_wait(q, uneven, 1)->value());
}

TEST_CASE("too much in all: the first class still has a steady state") {
    // At load 1.5 the second class takes the 0.25 the first leaves: the server never rests.
    constexpr request_class two[]{of(0.75, 1.0, 1.0), of(0.75, 1.0, 0.0)};
    CHECK(priority_wait(two, 0)->value() == approx((0.75 * 2.0 + 0.25 * 1.0) / 2.0 / 0.25).epsilon(1e-12));
    CHECK_FALSE(priority_wait(two, 1).has_value());
    CHECK(priority_wait(queueing::mmc{12.0, 1.0, 8}, halves, 0)->value() == approx(0.125 / 0.25).epsilon(1e-12));
    CHECK_FALSE(priority_wait(queueing::mmc{12.0, 1.0, 8}, halves, 1).has_value());
}

TEST_CASE("a simulated server of two classes, one overloaded") {
    for (const double second : {0.5, 1.0}) {
        CAPTURE(second);
        const request_class two[]{of(0.4, 1.0, 1.0), of(second, 1.0, 0.0)};
        random_stream random(1, 1);
        std::deque<double> line[2];
        double next[2]{random.exponential() / 0.4, random.exponential() / second}, now = 0.0, waited[2]{}, served[2]{};
        for (int i = 0; i < 2'000'000; ++i) {
            if (line[0].empty() && line[1].empty()) now = std::max(now, std::min(next[0], next[1]));
            for (int c = 0; c < 2; ++c)
                while (next[c] <= now)
                    line[c].push_back(next[c]), next[c] += random.exponential() / two[c].rate.value();
            const int who = line[0].empty() ? 1 : 0;
            waited[who] += now - line[who].front();
            served[who] += 1.0;
            line[who].pop_front();
            now += who == 0 ? random.exponential() : 1.0;
        }
        CHECK(waited[0] / served[0] == approx(priority_wait(two, 0)->value()).epsilon(0.01));
        CHECK(priority_wait(two, 1).has_value() == (second < 0.6));
        if (second < 0.6) CHECK(waited[1] / served[1] == approx(priority_wait(two, 1)->value()).epsilon(0.04));
    }
}

TEST_CASE("slots of a load model against the simulator's priorities") {
    constexpr linear_step law{.fixed = 6.7e-3, .per_token = 2.08e-5, .per_context = 4.9e-8};
    const scheduling slots{.token_budget = 8192, .most_sequences = 16};
    const length prompts = length::uniform(512, 1536), outputs = length::uniform(128, 384);
    const load_model<linear_step> m(law, prompts, outputs, {.scheduling = slots});
    for (const double share : {0.85, 1.3}) {
        CAPTURE(share);
        const double rate = share * m.limit().value();
        simulation::open_source from(arrivals::poisson(rate), prompts, outputs, 200'000, 1);
        std::vector<simulation::request> requests;
        random_stream random(1, 9);
        for (int i = 0; i < 200'000; ++i) {
            requests.push_back(from.take());
            requests.back().priority = random.uniform() < 0.3 ? 0 : 1;
        }
        double ttft[2]{}, count[2]{};
        simulation::run(
            law, simulation::server{.scheduling = slots}, simulation::replay_source(requests),
            {.warm_up = 10'000, .most_waiting = 10'000'000, .on_request = [&](const simulation::request_record& r) {
                 ttft[r.priority] += r.ttft().value();
                 count[r.priority] += 1.0;
             }});
        const load_prediction p = m.at(requests_per_second(rate));
        const double alone = m.at(request_rate<>{}).ttft.mean().value(),
                     first = priority_wait(m, p.rate, uneven, 0)->value();
        if (share < 1.0) {
            const double slotted = p.ttft.mean().value() - p.waiting / rate;
            const double last = priority_wait(m, p.rate, uneven, 1)->value();
            CHECK(slotted + last == approx(ttft[1] / count[1]).epsilon(0.05));
            CHECK(slotted + first == approx(ttft[0] / count[0]).epsilon(0.20));
            CHECK(0.3 * first + 0.7 * last == approx(p.waiting / rate).epsilon(1e-9));
        } else {  // the wait of the first class is a third too short
            CHECK(alone + first < ttft[0] / count[0]);
            CHECK(alone + first > 0.65 * ttft[0] / count[0]);
        }
        CHECK(priority_wait(m, p.rate, uneven, 1).has_value() == (share < 1.0));
    }
}

TEST_CASE("wrong classes are refused") {
    constexpr double none[]{0.0, 0.0};
    CHECK_THROWS_AS(priority_wait(three, 3), error);
    CHECK_THROWS_AS(priority_wait(queueing::mmc{1.0, 1.0, 2}, none, 0), error);
    constexpr request_class negative[]{of(-1.0, 1.0, 1.0)};
    CHECK_THROWS_AS(priority_wait(negative, 0), error);
}

TEST_CASE("a class that states no variation of its service is exponential: M/M/1") {
    std::vector<request_class> one(1);
    one[0].rate = requests_per_second(0.75);
    const auto wait = priority_wait(one, 0);  // utilisation 0.75, service 1 s: 0.75 / (1 - 0.75)
    REQUIRE(wait);
    CHECK(wait->value() == approx(3.0).epsilon(1e-12));
}
