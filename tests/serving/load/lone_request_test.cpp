// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/serving/load/load_model.hpp>
#include <queue>
#include <random>

using namespace gambrel;

namespace {
constexpr linear_step law{.fixed = 6.7e-3, .per_token = 2.08e-5, .per_context = 4.9e-8};

double ttft(bool async, double share) {
    const load_model<linear_step> m(
        law, length(1024), length::uniform(128, 384),
        {.scheduling = {.token_budget = 8192, .most_sequences = 256, .async_scheduling = async},
         .frontend = seconds_of(0.01)});
    return m.at(m.limit() * share).ttft.mean().value();
}

/// Share of Poisson arrivals that find nothing running, step by step: no limits, prompts of 1024 tokens, outputs of 2 to
/// 30, each as likely.
double idle_by_walking(double rate, long requests) {
    std::mt19937_64 random(5);
    std::exponential_distribution<double> gap(rate);
    std::uniform_int_distribution<int> output(2, 30);
    struct decode {
        long last_step;
        double context;  ///< in its last step
        bool operator<(const decode& other) const { return last_step > other.last_step; }
    };
    std::priority_queue<decode> running;
    double context = 0.0, now = 0.0, arrival = gap(random);
    long idle = 0, arrived = 0;
    for (long step = 0; arrived < requests; ++step) {
        for (; !running.empty() && running.top().last_step < step; running.pop()) context -= running.top().context;
        const auto decodes = static_cast<double>(running.size());
        if (running.empty() && arrival > now) {
            ++idle;
            now = arrival;
        }
        double seconds = law.fixed + law.per_token * decodes + law.per_context * context;
        context += decodes;
        for (; arrival <= now; arrival += gap(random)) {
            ++arrived;
            seconds += 1024 * law.per_token;
            const int tokens = output(random);  // the first by the prompt itself
            running.push({step + tokens - 1, 1024.0 + tokens});
            context += 1025.0;
        }
        now += seconds;
    }
    return static_cast<double>(idle) / static_cast<double>(requests);
}
}  // namespace

// Asynchronous scheduling plans a step while one runs. Where none runs, none is planned: its own step starts at once.
TEST_CASE("who finds the engine idle pays nothing for asynchronous scheduling") {
    const double alone = 0.01 + 6.7e-3 + 1024 * 2.08e-5;
    CHECK(ttft(false, 0.0) == approx(alone).epsilon(1e-4).scale(0));
    CHECK(ttft(true, 0.0) == approx(alone).epsilon(1e-3).scale(0));
    // Under load nearly everybody meets a step, and waits for the one planned: about one step more.
    CHECK(ttft(true, 0.7) - ttft(false, 0.7) > 6.7e-3);
}

// The number of decodes is negative binomial: at 0.2 of the limit it varies 1.4 times as much as a Poisson number, with
// which arrivals would find the engine idle a sixth less often. 4 %: "no decode" and "no prompt" are taken as independent.
TEST_CASE("how often an arrival finds the engine idle, against a walk") {
    const load_model<linear_step> m(law, length(1024), length::uniform(2, 30),
                                    {.scheduling = {.token_budget = 1e6, .most_sequences = 4096}});
    for (const double share : {0.1, 0.2}) {
        CAPTURE(share);
        const request_rate<> rate = m.limit() * share;
        CHECK(m.point_at(rate, 1.0).idle == approx(idle_by_walking(rate.value(), 400'000)).epsilon(0.04));
    }
}
