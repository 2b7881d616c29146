// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/simulation/arrival_gaps.hpp>
#include <gambrel/simulation/inbox.hpp>

using namespace gambrel;
using namespace gambrel::simulation;

namespace {
/// The requests that the pass planned now may see.
std::vector<slot> read(inbox& in, bool decodes) {
    std::vector<slot> seen;
    in.read_for_pass([&] { return decodes; }, [&](slot s) { seen.push_back(s); });
    return seen;
}
using slots = std::vector<slot>;
}  // namespace

TEST_CASE("without polling and asynchronous scheduling a request is in line at once") {
    for (const batching kind : {batching::mixed, batching::prefill_first, batching::fixed_batch}) {
        const inbox in(scheduling{.batching = kind});
        CHECK_FALSE(in.holds_arrivals(false));
        CHECK_FALSE(in.holds_arrivals(true));
    }
}

TEST_CASE("polling: read after so many decode passes, after a prompt, and when nothing decodes") {
    const scheduling every_third{.batching = batching::prefill_first, .poll_interval_steps = 3};
    inbox in(every_third);
    CHECK(in.holds_arrivals(false));
    in.push(7);
    CHECK(in.passes_until_read(10) == 2);  // the pass under way and two more
    for (int pass = 1; pass < 3; ++pass) {
        in.pass_done(false);
        CHECK(read(in, true).empty());
    }
    in.pass_done(false);
    CHECK(read(in, true) == slots{7});
    CHECK(in.size() == 0);

    in.push(8);
    in.pass_done(true);  // the pass computed a prompt
    CHECK(read(in, true) == slots{8});
    in.push(9);
    in.pass_done(false);
    CHECK(read(in, false) == slots{9});
    CHECK(in.passes_until_read(10) == 10);  // nothing to read
}

TEST_CASE("asynchronous scheduling: a request that arrives during a pass misses the next one") {
    inbox in(scheduling{.batching = batching::mixed, .async_scheduling = true});
    CHECK_FALSE(in.holds_arrivals(false));
    CHECK(in.holds_arrivals(true));
    in.push(1);
    CHECK(read(in, true).empty());  // the pass after the one it arrived in was planned before
    CHECK(in.any_missed());
    in.push(2);
    CHECK(read(in, true) == slots{1});
    CHECK(read(in, true) == slots{2});
    CHECK_FALSE(in.any_missed());
}

TEST_CASE("a line grew by more than chance beyond four deviations of the number of arrivals") {
    arrival_gaps even, bursts;
    for (int i = 0; i < 100'000; ++i) {
        even.sent_at(3.0 + i);
        bursts.sent_at(i / 5 * 5.0);  // five at once: gaps 5, 0, 0, 0, 0 have mean 1 and variance 4
    }
    CHECK(even.first() == 3.0);
    CHECK(even.variation() < 1e-6);
    CHECK(bursts.variation() == approx(2.0).epsilon(1e-3));
    CHECK_FALSE(even.cannot_explain(39.9, 100));  // 4 x 1 x sqrt(100): never less than a Poisson process
    CHECK(even.cannot_explain(40.1, 100));
    CHECK_FALSE(bursts.cannot_explain(79, 100));
    CHECK(bursts.cannot_explain(81, 100));
    CHECK_FALSE(arrival_gaps{}.cannot_explain(1e9, 100));  // nothing was sent
}
