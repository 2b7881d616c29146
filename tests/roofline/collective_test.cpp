// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/numeric/dual.hpp>
#include <gambrel/operators/messages.hpp>
#include <gambrel/roofline/collective.hpp>

using namespace gambrel;
using namespace gambrel::literals;

namespace {
// 400 GB/s. Direct: 5 us + 1 us per further rank; one-shot at half the link, two-shot at 0.8 of it and 20 us later.
// Ring: 30 us + 2 us a step at 0.8 of the link with a fifth of the payload copied; no pipelining unless a test adds it.
constexpr direct_law<> direct{5_us, 1_us, 0.5, 20_us, 0.8, 16_MB, 0.3};
constexpr ring_law<> ring{
    .latency = 30_us, .per_step = 2_us, .share = 0.8, .copies = 0.2, .in_switch = 0.75, .sigma = 0.4};
constexpr collective_law<> both{ring, direct}, ring_alone{ring, {}};
constexpr interconnect<> wire{.kind = fabric::nvlink, .per_direction = 400_GB_per_s, .devices = 8};

operation of(message_kind kind, double megabytes, int ranks) {
    return collective(kind, "", megabytes * 1e6 / activation_bytes, ranks);
}
double us(message_kind kind, double megabytes, int ranks, const collective_law<>& law = ring_alone,
          const interconnect<>& over = wire) {
    return collective_duration(of(kind, megabytes, ranks), over, law).total() / 1_us;
}
}  // namespace

TEST_CASE("a runtime's own all-reduce: small payloads one-shot, larger ones two-shot, the largest by the ring") {
    // 4 ranks: one-shot 7 us + 3 S / 200 GB/s = 7 + 15 S[MB]; two-shot 27 us + 1.5 S / 320 GB/s = 27 + 4.6875 S;
    // ring 30 + 6 * 2 us + (1.5 + 0.2) S / 320 GB/s = 42 + 5.3125 S.
    const auto kind = message_kind::all_reduce;
    CHECK(us(kind, 0, 4, both) == approx(7));
    CHECK(us(kind, 1, 4, both) == approx(7 + 15));
    CHECK(us(kind, 15.9, 4, both) == approx(27 + 4.6875 * 15.9));
    CHECK(us(kind, 16.1, 4, both) == approx(42 + 5.3125 * 16.1));
    const double crossing = 20 / (15 - 4.6875);
    CHECK(us(kind, crossing * 0.999, 4, both) == approx(7 + 15 * crossing * 0.999));
    CHECK(us(kind, crossing * 1.001, 4, both) == approx(27 + 4.6875 * crossing * 1.001));
}

TEST_CASE("the ring serves below the limit too where it is faster") {
    collective_law<> slow = both;
    slow.direct.latency = 1000_us;
    CHECK(us(message_kind::all_reduce, 1, 4, slow) == us(message_kind::all_reduce, 1, 4));
}

TEST_CASE("in anything but an all-reduce the ring serves") {
    for (const auto kind : {message_kind::all_gather, message_kind::reduce_scatter, message_kind::all_to_all})
        CHECK(us(kind, 1, 4, both) == us(kind, 1, 4));
}

TEST_CASE("the deviation is that of the law that serves") {
    CHECK(collective_duration(of(message_kind::all_reduce, 1, 4), wire, both).sigma == 0.3);
    CHECK(collective_duration(of(message_kind::all_reduce, 100, 4), wire, both).sigma == 0.4);
}

TEST_CASE("alone, nothing is sent") {
    for (const message_kind kind : {message_kind::all_reduce, message_kind::all_gather, message_kind::all_to_all}) {
        CHECK(us(kind, 10, 1) == 0);
        CHECK(us(kind, 10, 1, both) == 0);
    }
}

TEST_CASE("what the ring sends, and in how many steps") {
    // 8 ranks, 10 MB at 320 GB/s: 31.25 us for the whole payload, a fifth of it copied besides.
    const double whole = 10e6 / 320e9 * 1e6, copied = 0.2 * whole;
    CHECK(us(message_kind::all_reduce, 10, 8) == approx(30 + 2 * 14 + 2 * 7.0 / 8 * whole + copied));
    for (const message_kind kind : {message_kind::all_gather, message_kind::reduce_scatter})
        CHECK(us(kind, 10, 8) == approx(30 + 2 * 7 + 7.0 / 8 * whole + copied));
    // of an exchange the payload is what is sent; its buffer is n / (n - 1) of that
    CHECK(us(message_kind::all_to_all, 10, 8) == approx(30 + 2 * exchange_steps + whole + copied * 8 / 7));
    CHECK(us(message_kind::point_to_point, 10, 2) == approx(30 + 2 + whole + copied));
}

TEST_CASE("pipelining adds a term in the root of start-up times transfer") {
    ring_law<> pieces = ring;
    pieces.pipelining = 1.5;
    const double plain = us(message_kind::all_gather, 10, 8);
    const double transfer = plain - (30 + 2 * 7);
    CHECK(us(message_kind::all_gather, 10, 8, {pieces, {}}) == approx(plain + 1.5 * std::sqrt(30 * transfer)));
    CHECK(us(message_kind::all_gather, 0, 8, {pieces, {}}) == approx(30 + 2 * 7));
}

TEST_CASE("ranks that share a path slow each other down; two do not") {
    ring_law<> shared = ring;
    shared.crowding = 1.0;
    const double latency = 30 + 2 * 14;
    CHECK(us(message_kind::all_reduce, 10, 2, {shared, {}}) == us(message_kind::all_reduce, 10, 2));
    CHECK(us(message_kind::all_reduce, 10, 8, {shared, {}}) - latency ==
          approx(4 * (us(message_kind::all_reduce, 10, 8) - latency)));
}

TEST_CASE("more bytes and more ranks never take less time") {
    ring_law<> pieces = ring;
    pieces.pipelining = 1.5;
    for (const collective_law<>& law : {collective_law<>{pieces, {}}, collective_law<>{pieces, direct}})
        for (const message_kind kind : {message_kind::all_reduce, message_kind::all_gather, message_kind::all_to_all})
            for (int ranks = 2; ranks <= 64; ++ranks)
                for (double megabytes = 0.001; megabytes < 2000; megabytes *= 1.7) {
                    CAPTURE(ranks);
                    CAPTURE(megabytes);
                    CHECK(us(kind, megabytes * 1.01, ranks, law) >= us(kind, megabytes, ranks, law));
                    // the copy of an exchange's own part shrinks by a few percent of a fifth
                    CHECK(us(kind, megabytes, ranks + 1, law) >=
                          us(kind, megabytes, ranks, law) * (kind == message_kind::all_to_all ? 0.9 : 1.0));
                }
}

TEST_CASE("a switch that adds in flight is never slower, and saves its share of a large all-reduce") {
    interconnect<> adding = wire;
    adding.in_switch_reduction = true;
    for (const int ranks : {2, 4, 8})
        for (double megabytes = 0.01; megabytes < 2000; megabytes *= 3)
            CHECK(us(message_kind::all_reduce, megabytes, ranks, both, adding) <=
                  us(message_kind::all_reduce, megabytes, ranks, both));
    const double latency = 30 + 2 * 14, plain = us(message_kind::all_reduce, 1000, 8) - latency;
    CHECK(us(message_kind::all_reduce, 1000, 8, ring_alone, adding) - latency == approx(0.75 * plain));
    CHECK(us(message_kind::all_reduce, 1000, 4, ring_alone, adding) == us(message_kind::all_reduce, 1000, 4));
    CHECK(us(message_kind::all_gather, 1000, 8, ring_alone, adding) == us(message_kind::all_gather, 1000, 8));
}

TEST_CASE("derivatives pass through an empty payload") {
    using d = dual<1>;
    interconnect<d> link{.kind = fabric::nvlink};
    link.per_direction.value = byte_rate<d>::from_value(d(4e11));
    const auto t = collective_duration(of(message_kind::all_gather, 0, 4), link, as<d>(both)).total().value();
    CHECK(t.value == approx(36e-6));
    CHECK(t.slope[0] == 0.0);
}
