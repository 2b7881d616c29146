// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <ridgepoint/operators/messages.hpp>
#include <ridgepoint/roofline/collective.hpp>

using namespace ridgepoint;
using namespace ridgepoint::literals;

namespace {
// 400 GB/s; 5 us + 1 us per further rank; one-shot at half the link, two-shot at 0.8 of it and 20 us later.
constexpr collective_law<> law{5_us, 1_us, 0.5, 20_us, 0.8, 0.3};
constexpr interconnect<> wire{.kind = fabric::nvlink, .per_direction = 400_GB_per_s, .devices = 8};

double us(message_kind kind, double megabytes, int ranks, const interconnect<>& over = wire) {
    return collective_duration(collective(kind, "", megabytes * 1e6 / activation_bytes, ranks), over, law).total() / 1_us;
}
}  // namespace

TEST_CASE("a small all-reduce is one-shot, a large one two-shot") {
    // 4 ranks: one-shot 7 us + 3 S / 200 GB/s = 7 + 15 S[MB]; two-shot 27 us + 1.5 S / 320 GB/s = 27 + 4.6875 S.
    CHECK(us(message_kind::all_reduce, 0, 4) == doctest::Approx(7));
    CHECK(us(message_kind::all_reduce, 1, 4) == doctest::Approx(7 + 15));
    CHECK(us(message_kind::all_reduce, 100, 4) == doctest::Approx(27 + 468.75));
    const double crossing = 20 / (15 - 4.6875);
    CHECK(us(message_kind::all_reduce, crossing * 0.999, 4) == doctest::Approx(7 + 15 * crossing * 0.999));
    CHECK(us(message_kind::all_reduce, crossing * 1.001, 4) == doctest::Approx(27 + 4.6875 * crossing * 1.001));
}

TEST_CASE("alone, nothing is sent") {
    for (const message_kind kind : {message_kind::all_reduce, message_kind::all_gather, message_kind::all_to_all})
        CHECK(us(kind, 10, 1) == 0);
}

TEST_CASE("gathers and scatters move (n - 1) / n of the payload once, exchanges all of it") {
    for (const message_kind kind : {message_kind::all_gather, message_kind::reduce_scatter})
        CHECK(us(kind, 10, 8) == doctest::Approx(5 + 6 + 7.0 / 8 * 10e6 / 320e9 * 1e6));
    CHECK(us(message_kind::all_to_all, 10, 8) == doctest::Approx(5 + 6 + 10e6 / 320e9 * 1e6));
    CHECK(us(message_kind::point_to_point, 10, 2) == doctest::Approx(5 + 10e6 / 320e9 * 1e6));
}

TEST_CASE("more bytes and more ranks never take less time") {
    for (const message_kind kind : {message_kind::all_reduce, message_kind::all_gather, message_kind::all_to_all})
        for (int ranks = 2; ranks <= 64; ++ranks)
            for (double megabytes = 0.001; megabytes < 2000; megabytes *= 1.7) {
                CAPTURE(ranks);
                CAPTURE(megabytes);
                CHECK(us(kind, megabytes * 1.01, ranks) >= us(kind, megabytes, ranks));
                CHECK(us(kind, megabytes, ranks + 1) >= us(kind, megabytes, ranks));
            }
}

TEST_CASE("a switch that adds in flight is never slower") {
    interconnect<> adding = wire;
    adding.in_switch_reduction = true;
    for (const int ranks : {2, 4, 8})
        for (double megabytes = 0.01; megabytes < 2000; megabytes *= 3)
            CHECK(us(message_kind::all_reduce, megabytes, ranks, adding) <= us(message_kind::all_reduce, megabytes, ranks));
    CHECK(us(message_kind::all_reduce, 1000, 8, adding) <
          doctest::Approx(0.8 * us(message_kind::all_reduce, 1000, 8)));
}
