// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/hardware/catalog.hpp>
#include <gambrel/model/catalog.hpp>
#include <gambrel/operators/decoder.hpp>
#include <gambrel/operators/messages.hpp>
#include <gambrel/runtime/catalog.hpp>
#include <gambrel/serving/deployment.hpp>

using namespace gambrel;
using namespace gambrel::literals;

namespace {
// Nodes of 8 with 400 GB/s inside and 50 GB/s between them, per device.
constexpr interconnect<> inside{.kind = fabric::nvlink, .per_direction = 400_GB_per_s, .devices = 8};
constexpr interconnect<> network{.kind = fabric::infiniband, .per_direction = 50_GB_per_s};
constexpr ring_law<> near{.latency = 10_us, .per_step = 1_us, .share = 0.8, .sigma = 0.1};
constexpr ring_law<> far{.latency = 20_us, .per_step = 5_us, .share = 0.5, .sigma = 0.5};
constexpr collective_law<> law{.ring = near, .network = far};

collective_time<double> across(message_kind kind, double megabytes, int ranks) {
    return collective_across(collective(kind, "", megabytes * 1e6 / activation_bytes, ranks), inside, network, law);
}
double us(message_kind kind, double megabytes, int ranks) { return across(kind, megabytes, ranks).total() / 1_us; }
// Microseconds of a megabyte at 320 GB/s inside a node and at 25 GB/s between nodes.
constexpr double inner = 1 / 0.32, outer = 1 / 0.025;
}  // namespace

TEST_CASE("an all-reduce over two nodes: scattered inside, each rank's eighth reduced over its own rail, gathered") {
    // 16 MB: reduce-scatter 10 + 7 + 7/8 16 inner; all-reduce of 2 MB between 2: 20 + 2 5 + 2 1/2 2 outer; gather again.
    const double half = 10 + 7 + 7.0 / 8 * 16 * inner;
    CHECK(us(message_kind::all_reduce, 16, 16) == approx(2 * half + 20 + 10 + 2 * outer));
    // Four nodes: 6 steps, 2 3/4 of the 2 MB.
    CHECK(us(message_kind::all_reduce, 16, 32) == approx(2 * half + 20 + 30 + 3 * outer));
}

TEST_CASE("a gather brings each rail's part from the other nodes first") {
    const double gather = 10 + 7 + 7.0 / 8 * 16 * inner + 20 + 5 + 0.5 * 2 * outer;
    CHECK(us(message_kind::all_gather, 16, 16) == approx(gather));
    CHECK(us(message_kind::reduce_scatter, 16, 16) == approx(gather));
}

TEST_CASE("an exchange takes as long as the slower of what leaves the node and what stays") {
    // Of 15 others 8 are elsewhere. 15 MB: 8 MB leave at 25 GB/s, 7 MB stay at 320.
    CHECK(us(message_kind::all_to_all, 15, 16) == approx(20 + 3 * 5 + 8 * outer));
    constexpr interconnect<> slow{.kind = fabric::nvlink, .per_direction = 10_GB_per_s, .devices = 8};
    const operation op = collective(message_kind::all_to_all, "", 15e6 / activation_bytes, 16);
    CHECK(collective_across(op, slow, network, law).total() / 1_us == approx(10 + 3 + 7 / 0.008));
}

TEST_CASE("nodes that the ranks do not fill have equal shares") {
    // 12 ranks on nodes of 8: two nodes of 6.
    CHECK(us(message_kind::all_gather, 12, 12) == approx(10 + 5 + 5.0 / 6 * 12 * inner + 20 + 5 + 0.5 * 2 * outer));
}

TEST_CASE("the deviation of two levels lies between theirs, by time") {
    const collective_time<double> t = across(message_kind::all_reduce, 16, 16);
    const double half = 10 + 7 + 7.0 / 8 * 16 * inner, net = 20 + 10 + 2 * outer;
    CHECK(t.sigma == approx((0.1 * 2 * half + 0.5 * net) / (2 * half + net)));
}

TEST_CASE("hand-overs leave a node only where the next stage lies in another") {
    CHECK(hand_overs_between_nodes(1, 8, 8) == 0.0);
    CHECK(hand_overs_between_nodes(2, 4, 8) == 0.0);              // both in one node
    CHECK(hand_overs_between_nodes(2, 8, 8) == 1.0);              // a node each
    CHECK(hand_overs_between_nodes(4, 4, 8) == approx(1.0 / 3));  // two a node: one of three
    CHECK(hand_overs_between_nodes(2, 16, 8) == 1.0);
    CHECK(hand_overs_between_nodes(3, 3, 8) == approx(0.5));  // two of three devices a node
}

namespace {
double seconds_of_message(const parallelism& cut, std::string_view name, const architecture& m) {
    const deployment<> d{m, device_named("h100-sxm"), catalog::vllm, cut};
    const precision formats = d.resolved_formats();
    const roof<> r = d.roof();
    double sum = 0.0;
    for_each_operation({m, cut, formats, {}}, step_shape::decode(16, 1000), [&](const operation& op) {
        if (op.name == name) sum += r.time(op).total.value() * op.repeats;
    });
    return sum;
}
}  // namespace

TEST_CASE("each group of ranks has a link of its own: what crosses in one does not slow another") {
    // The all-reduce of 8 tensor ranks stays in the node, however many copies or stages there are elsewhere.
    const double alone = seconds_of_message({.tensor = 8}, "all-reduce", catalog::deepseek_v3);
    REQUIRE(alone > 0.0);
    for (const parallelism cut : {parallelism{.tensor = 8, .data = 4, .expert = 32}, {.tensor = 8, .pipeline = 4}})
        CHECK(seconds_of_message(cut, "all-reduce", catalog::deepseek_v3) == approx(alone));
    CHECK(seconds_of_message({.tensor = 16}, "all-reduce", catalog::deepseek_v3) > 1.5 * alone);
    // Hand-overs inside a node are faster than between nodes.
    const double near_by = seconds_of_message({.tensor = 4, .pipeline = 2}, "stage hand-over", catalog::llama_3_1_70b);
    const double apart = seconds_of_message({.tensor = 8, .pipeline = 2}, "stage hand-over", catalog::llama_3_1_70b);
    CHECK(near_by < apart);
}

TEST_CASE("a rack of 72 is one domain") {
    const device<>& rack = device_named("gb200");
    REQUIRE(rack.scale_up.devices == 72);
    CHECK_FALSE(deployment<>{catalog::deepseek_v3, rack, catalog::vllm, {.data = 64, .expert = 64}}.crosses_nodes());
}
