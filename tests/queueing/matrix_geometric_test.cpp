// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <cmath>
#include <gambrel/queueing/matrix_geometric.hpp>

using namespace gambrel::queueing;

namespace {
level_moves modulated(double mean_per_s, double service_per_s) {
    const arrival_process a = switched_arrivals(mean_per_s, 3.0, 0.2, 10.0);
    const Eigen::MatrixXd one = Eigen::MatrixXd::Identity(2, 2);
    return {a.arrivals, a.quiet - service_per_s * one, service_per_s * one};
}
Eigen::MatrixXd scalar(double x) { return Eigen::MatrixXd::Constant(1, 1, x); }
}  // namespace

TEST_CASE("one phase is M/M/1: R is the utilisation, G is 1 when stable and its inverse when not") {
    for (const double u : {1e-6, 0.5, 0.999}) {
        const level_moves q{scalar(u), scalar(-1.0 - u), scalar(1.0)};
        CHECK(rate_matrix(q)(0, 0) == approx(u).epsilon(1e-12));
        CHECK(first_passage(q)(0, 0) == approx(1.0).epsilon(1e-12));
        CHECK(q.drift_per_s() == approx(u - 1.0).epsilon(1e-12));
    }
    const level_moves over{scalar(2.0), scalar(-3.0), scalar(1.0)};
    CHECK(first_passage(over)(0, 0) == approx(0.5).epsilon(1e-12));
    CHECK(over.drift_per_s() > 0.0);
}

TEST_CASE("R and G solve their equations, from idle to nearly saturated") {
    for (const double mean : {0.01, 2.0, 4.0, 4.99, 4.9999}) {
        CAPTURE(mean);
        const level_moves q = modulated(mean, 5.0);
        const Eigen::MatrixXd r = rate_matrix(q), g = first_passage(q);
        CHECK((q.up + r * q.local + r * r * q.down).cwiseAbs().maxCoeff() < 1e-11);
        CHECK((q.down + q.local * g + q.up * g * g).cwiseAbs().maxCoeff() < 1e-11);
        CHECK(spectral_radius(r) < 1.0);
        CHECK(r.minCoeff() >= 0.0);
    }
}

TEST_CASE("the spectral radius is the root of a determinant") {
    const level_moves q = modulated(4.0, 5.0);
    const double z = spectral_radius(rate_matrix(q));
    CHECK(std::fabs((q.up + z * q.local + z * z * q.down).determinant()) < 1e-10);
}
