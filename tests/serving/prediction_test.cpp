// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/serving/prediction.hpp>

using namespace gambrel;
using namespace gambrel::literals;

TEST_CASE("the bottleneck is the largest share, the second the next, the headroom what removing it would gain") {
    pass_time<> t;
    operation op;
    op.kind = operator_class::collective;
    t.add(op, {.total = 2_ms, .network = 2_ms});
    t.add_host(1_ms, 0.1);
    op.kind = operator_class::gemm;
    t.add(op, {.total = 5_ms, .compute = 1_ms, .memory = 4_ms});
    const bottleneck b = bottleneck_of(t);  // memory 4, interconnect 2, compute and host 1 each, of 8
    CHECK(b.first == bound::memory);
    CHECK(b.first_share == approx(0.5));
    CHECK(b.second == bound::interconnect);
    CHECK(b.second_share == approx(0.25));
    CHECK(b.headroom() == approx(2));
}

TEST_CASE("an empty pass has no bottleneck") { CHECK(bottleneck_of(pass_time<>{}).first_share == 0); }
