// SPDX-License-Identifier: Apache-2.0
#include <ask/questions.hpp>

#include <doctest/doctest.h>

using namespace gambrel;

TEST_CASE("replicas and attention groups share a static batch; each sequence is held whole") {
    ask::question q = ask::flagship();
    q.static_batch = 64;
    CHECK(ask::demand_of(q).sequences == 64);
    q.what.cut = {.tensor = 1, .replicas = 4};
    CHECK(ask::demand_of(q).sequences == 16);
    CHECK(ask::demand_of(q).tokens == 2048 + 256);
    q.what.cut = {.tensor = 1, .data = 2, .replicas = 4};
    CHECK(ask::demand_of(q).sequences == 8);
}
