// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <cmath>
#include <gambrel/queueing/inversion.hpp>
#include <gambrel/queueing/phase_type.hpp>

using namespace gambrel::queueing;

TEST_CASE("fits have the moments asked for, in as few phases as those take") {
    struct row {
        double scv;
        int phases;
    };
    constexpr row rows[]{{0.002, 500}, {0.01, 100}, {0.2, 5},    {0.3, 4}, {0.4, 3}, {0.5, 2}, {0.75, 2},
                         {0.9999, 2},  {1, 1},      {1.0001, 2}, {2, 2},   {16, 2},  {1e4, 2}};
    for (const row& r : rows)
        for (const double mean : {1e-3, 3.0}) {
            CAPTURE(r.scv);
            const phase_type d = fitted_time(mean, r.scv);
            CHECK_NOTHROW(check(d));
            CHECK(d.phases() == r.phases);
            CHECK(d.mean_s() == approx(mean).epsilon(1e-10));
            CHECK(d.scv() == approx(r.scv).epsilon(1e-8));
        }
}

TEST_CASE("two exponentials share the mean equally") {
    const phase_type d = fitted_time(2.0, 5.0);
    CHECK(d.start(0) / -d.moves(0, 0) == approx(1.0).epsilon(1e-13));
    CHECK(d.start(1) / -d.moves(1, 1) == approx(1.0).epsilon(1e-13));
}

TEST_CASE("transforms of the exponential and the Erlang law, and the tail they invert to") {
    const std::complex<double> s(0.3, 2.0);
    CHECK(std::abs(exponential_time(0.5)(s) - 2.0 / (2.0 + s)) < 1e-14);
    CHECK(std::abs(erlang_time(0.5, 4)(s) - std::pow(8.0 / (8.0 + s), 4)) < 1e-14);
    CHECK(std::abs(fitted_time(1.0, 3.0)(0.0) - 1.0) < 1e-13);
    const phase_type d = fitted_time(2.0, 5.0);
    const double tail = d.start(0) * std::exp(d.moves(0, 0) * 3.0) + d.start(1) * std::exp(d.moves(1, 1) * 3.0);
    CHECK(tail_from_lst(d, 3.0) == approx(tail).epsilon(1e-8));
}

TEST_CASE("moments are those of an Erlang law") {
    CHECK(erlang_time(3.0, 3).moment(3) == approx(3.0 * 4.0 * 5.0).epsilon(1e-13));
    CHECK(erlang_time(3.0, 1).scv() == approx(1.0).epsilon(1e-13));
    CHECK(erlang_time(3.0, 3, 0.2).mean_s() == approx(3.0).epsilon(1e-13));
}

TEST_CASE("what is not a phase-type law is refused") {
    CHECK_THROWS_AS(fitted_time(0.0, 1.0), gambrel::error);
    CHECK_THROWS_AS(fitted_time(1.0, 1e-4), gambrel::error);
    CHECK_THROWS_AS(fitted_time(1.0, -1.0), gambrel::error);
    CHECK_THROWS_AS(erlang_time(1.0, 0), gambrel::error);
    phase_type d = fitted_time(1.0, 2.0);
    d.start(0) += 0.1;
    CHECK_THROWS_AS(check(d), gambrel::error);
    d = fitted_time(1.0, 2.0);
    d.moves(0, 1) = 100.0;
    CHECK_THROWS_AS(check(d), gambrel::error);
    d = fitted_time(1.0, 2.0);
    d.moves.row(0).setZero();
    CHECK_THROWS_AS(check(d), gambrel::error);
    CHECK_THROWS_AS(check(phase_type{}), gambrel::error);
}
