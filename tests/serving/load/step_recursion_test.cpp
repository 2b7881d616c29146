// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/queueing/inversion.hpp>
#include <gambrel/serving/load/step_recursion.hpp>
#include <random>

using namespace gambrel;

namespace {
/// Gauss-Legendre on 40 pieces: exact for the inversion, whose terms turn a hundred times over the range.
std::vector<weighted_time> uniform_prefill(double low, double high) {
    std::vector<weighted_time> k;
    for (int piece = 0; piece < 40; ++piece)
        for (const weighted_length& p : detail::gauss_five)
            k.push_back({(low + (high - low) * (piece + p.tokens) / 40.0) * 1e-3, p.weight / 40.0});
    return k;
}

/// The recursion as it is defined, step by step.
struct walk {
    double step = 0, square = 0, first_token = 0, first_token_square = 0, no_prompt = 0;

    walk(double rate, double low, double high, double loaded, double empty, double batch, int steps) {
        std::mt19937_64 random(7);
        std::uniform_real_distribution<double> unit(0.0, 1.0);
        std::geometric_distribution<int> more(1.0 / batch);
        double s = loaded;
        long requests = 0;
        for (int i = 0; i < steps; ++i) {
            std::poisson_distribution<int> batches(rate / batch * s);
            std::vector<double> left;
            double prefill = 0.0;
            for (int k = batches(random); k > 0; --k) {
                const double at = s * unit(random);
                for (int members = 1 + more(random); members > 0; --members) {
                    left.push_back(s - at);
                    prefill += low + (high - low) * unit(random);
                }
            }
            const double next = (left.empty() ? empty : loaded) + prefill;
            for (const double l : left) {
                first_token += l + next;
                first_token_square += (l + next) * (l + next);
            }
            requests += static_cast<long>(left.size());
            no_prompt += left.empty() ? 1.0 : 0.0;
            step += next;
            square += next * next;
            s = next;
        }
        step /= steps;
        square /= steps;
        no_prompt /= steps;
        first_token /= static_cast<double>(requests);
        first_token_square /= static_cast<double>(requests);
    }
};
}  // namespace

// notes, serving theory 4.3, "step recursion": base 10 ms, prefill uniform on 10.65 to 31.95 ms, 12.4 requests/s.
TEST_CASE("the test vector of the theory") {
    const step_recursion r(12.4, uniform_prefill(10.65, 31.95), {.fixed = 0.010}, 0.010);
    CHECK(r.mean_step() * 1e3 == approx(13.589172).epsilon(1e-7));
    CHECK(r.step_variance() * 1e6 == approx(89.030886).epsilon(1e-7));
    CHECK(r.mean_residual() * 1e3 == approx(10.070389).epsilon(1e-7));
    CHECK(r.mean_first_token() * 1e3 == approx(46.689971).epsilon(1e-7));
    const auto lst = [&](std::complex<double> s) { return r.first_token_transform(s); };
    // The quantiles were inverted with 55 terms, which kinks cost digits: with 400 or 1500 p99 is 111.944.
    CHECK(queueing::quantile_from_lst(lst, 0.50, 0.04) * 1e3 == approx(41.8057).epsilon(2e-5));
    CHECK(queueing::quantile_from_lst(lst, 0.90, 0.04) * 1e3 == approx(71.4483).epsilon(5e-5));
    CHECK(queueing::quantile_from_lst(lst, 0.99, 0.04) * 1e3 == approx(112.0467).epsilon(1e-3));
    CHECK(queueing::tail_from_lst(lst, 0.040) == approx(0.561195).epsilon(3e-5));
    CHECK(queueing::tail_from_lst(lst, 0.080) == approx(0.062133).epsilon(5e-4));
}

// The moments that the transforms imply are those of the formulas.
TEST_CASE("transforms agree with moments") {
    for (const double empty : {0.010, 0.004, 0.030})
        for (const double variance : {1.0, 5.0}) {
            CAPTURE(empty);
            CAPTURE(variance);
            const double resting = variance == 1.0 ? 0.3 : 0.0;
            const step_recursion r(12.4, uniform_prefill(10.65, 31.95), {.fixed = 0.010}, empty, variance, resting);
            const double h = 0.05;
            const auto slope = [&](auto&& f) { return (f(-h) - f(h)) / (2.0 * h); };
            CHECK(slope([&](double s) { return r.step_transform(s).real(); }) == approx(r.mean_step()).epsilon(1e-4));
            CHECK(slope([&](double s) { return r.first_token_transform(s).real(); }) ==
                  approx(r.mean_first_token()).epsilon(1e-4));
            CHECK(r.step_transform(12.4 * 2.0 / (1.0 + variance)).real() == approx(r.no_prompt()).epsilon(1e-6));
        }
}

TEST_CASE("the recursion walked step by step gives the same moments") {
    struct row {
        double loaded, empty, batch;
    };
    for (const row& x :
         {row{0.010, 0.010, 1.0}, row{0.012, 0.007, 1.0}, row{0.005, 0.080, 1.0}, row{0.010, 0.010, 2.5}}) {
        CAPTURE(x.empty);
        CAPTURE(x.batch);
        const walk w(12.4, 0.01065, 0.03195, x.loaded, x.empty, x.batch, 400'000);
        const step_recursion r(12.4, uniform_prefill(10.65, 31.95), {.fixed = x.loaded}, x.empty, 2.0 * x.batch - 1.0);
        CHECK(r.mean_step() == approx(w.step).epsilon(0.006));
        CHECK(r.mean_square_step() == approx(w.square).epsilon(0.02));
        CHECK(r.mean_first_token() == approx(w.first_token).epsilon(0.01));
        CHECK(r.no_prompt() == approx(w.no_prompt).epsilon(0.01));
    }
}

// Every empty step a rest: the machine of a prefill pool, which takes all that wait. Batch service with T(b) = alpha b
// + tau0: notes 4.3, exact means for alpha 0.1, tau0 1 (Inoue's chain), from arrival to the end of one's own step.
TEST_CASE("a machine that rests is batch service") {
    struct row {
        double rate, wait;
    };
    for (const row& x : {row{0.02, 1.11215}, row{0.1, 1.16142}, row{0.5, 1.40191}, row{1, 1.64090}, row{2, 1.96613},
                         row{4, 2.64251}, row{8, 7.88889}}) {
        CAPTURE(x.rate);
        const step_recursion r(x.rate, {{0.1, 1.0}}, {.fixed = 1.0}, 1.0, 1.0, 1.0);
        const double at_rest = r.idle_on_arrival(), alone = 1.0 + 0.1;
        CHECK(at_rest * alone + (1.0 - at_rest) * r.mean_first_token() == approx(x.wait).epsilon(1e-5));
    }
}

// Over a gamma law of decodes: E e^{-s base} by its definition, and the weighted law by its derivative.
TEST_CASE("a base that grows with the decodes") {
    const step_base b{.fixed = 0.007, .shape = 12.0, .scale = 0.0005};
    CHECK(b.mean() == approx(0.013));
    CHECK(b.transform(30.0).real() == approx(std::exp(-0.21) * std::pow(1.015, -12.0)).epsilon(1e-12));
    CHECK(b.weighted().mean() == approx(0.007 + 13.0 * 0.0005));
    CHECK(step_base{.fixed = 0.01}.transform({0.0, 100.0}).imag() == approx(-std::sin(1.0)));
}

TEST_CASE("a recursion that cannot be stable is refused") {
    CHECK_THROWS_AS(step_recursion(50.0, {{0.02, 1.0}}, {.fixed = 0.01}, 0.01), error);
    CHECK_THROWS_AS(step_recursion(0.0, {{0.02, 1.0}}, {.fixed = 0.01}, 0.01), error);
    CHECK_THROWS_AS(step_recursion(1.0, {{0.02, 1.0}}, {.fixed = 0.01}, 0.01, 0.2), error);
}
