// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <cmath>

#include <gambrel/serving/load/slot_wait.hpp>
#include <initializer_list>

using namespace gambrel;

// No prompts, steps of constant length, exponential outputs: M/M/c; Erlang C of the notes, 4.3.
TEST_CASE("without prompts it is Erlang C") {
    struct row {
        double c, a, wait;
    };
    for (const row& x :
         {row{1, 0.5, 0.5}, row{2, 1.5, 0.642857}, row{5, 4, 0.554113}, row{10, 9, 0.668732}, row{100, 90, 0.216940}}) {
        CAPTURE(x.c);
        const slot_wait w = slot_wait_of({.rate = x.a,
                                          .slots = x.c,
                                          .present = x.a,
                                          .present_variance = x.a,
                                          .fixed = 1.0,
                                          .service = 1.0 / x.c,
                                          .service_scv = 1.0,
                                          .output_scv = 1.0});
        CHECK(std::abs(w.probability - x.wait) < 0.6e-6);  // printed to six digits
        CHECK(w.rate == approx(x.c - x.a).epsilon(1e-12));
        CHECK(w.running == approx(x.a).epsilon(1e-9));
    }
}

// notes 4.3: Cosmetatos' M/D/c waits, c = 5 and rho = 0.8: 0.288780; c = 10 and rho = 0.9: 0.345543 (service 1). Ours
// has Erlang C's probability and the same mean of those who wait.
TEST_CASE("outputs of one length: M/D/c in Cosmetatos' approximation") {
    struct row {
        double c, a, wait;
    };
    for (const row& x : {row{5, 4, 0.288780}, row{10, 9, 0.345543}}) {
        const slot_wait w = slot_wait_of({.rate = x.a,
                                          .slots = x.c,
                                          .present = x.a,
                                          .present_variance = x.a,
                                          .fixed = 1.0,
                                          .service = 1.0 / x.c,
                                          .service_scv = 0.0,
                                          .output_scv = 0.0});
        CHECK(w.mean() == approx(x.wait).epsilon(1e-5));
    }
}

TEST_CASE("far from the cap nobody waits, at the cap the number is cut off") {
    slot_demand l{.rate = 10.0,
                  .slots = 256,
                  .present = 50,
                  .present_variance = 130,
                  .fixed = 7e-3,
                  .per_sequence = 8e-5,
                  .service = 0.048,
                  .service_scv = 0.05,
                  .prompt_load = 0.2,
                  .output_scv = 0.08};
    const slot_wait calm = slot_wait_of(l);
    CHECK(calm.probability < 1e-9);
    CHECK(calm.share == approx(1.0).epsilon(1e-6));
    CHECK(calm.variance_share == approx(1.0).epsilon(1e-3));
    l.rate = 20.0;
    l.present = 200;
    l.present_variance = 1800;
    const slot_wait near = slot_wait_of(l);
    CHECK(near.probability > 0.05);
    CHECK(near.probability < 0.6);
    CHECK(near.running < 256.0);
    CHECK(near.share < 1.0);
    CHECK(near.variance_share < 1.0);
    l.arrival_scv = 4.0;
    CHECK(slot_wait_of(l).mean() > 2.0 * near.mean());
}

TEST_CASE("thousands of slots neither overflow nor vanish") {
    const slot_wait w = slot_wait_of({.rate = 100,
                                      .slots = 4096,
                                      .present = 3900,
                                      .present_variance = 40000,
                                      .fixed = 7e-3,
                                      .per_sequence = 8e-5,
                                      .service = 0.0098,
                                      .service_scv = 0.1,
                                      .prompt_load = 0.3,
                                      .output_scv = 0.5});
    CHECK(std::isfinite(w.probability));
    CHECK(w.probability > 0.01);
    CHECK(w.probability < 1.0);
}
