// SPDX-License-Identifier: Apache-2.0
#pragma once
/// When requests are sent. Open: gaps between requests are drawn whatever the server does. Closed: a client sends its
/// next request a thinking time after its last answer.
///
///     Poisson       gap = -ln(u) / rate
///     Gamma         gap ~ Gamma(1 / cv^2) cv^2 / rate                       Marsaglia and Tsang 2000
///     Weibull       gap = (-ln u)^(1/k) / (rate G(1 + 1/k)),  cv^2 = G(1 + 2/k) / G(1 + 1/k)^2 - 1
///     MMPP          Poisson with the rate of the current phase; phases in a cycle, each for an exponential time
///     evenly spaced gap = 1 / rate
///
/// u is uniform in (0, 1), cv the coefficient of variation of the gaps, G the gamma function, k the Weibull shape.
/// Evidence: tests/workload/arrivals_test.cpp (moments in closed form, seeds, refusals).

#include <cmath>
#include <gambrel/error.hpp>
#include <gambrel/numeric/bisection.hpp>
#include <gambrel/numeric/enum_table.hpp>
#include <gambrel/numeric/normal.hpp>
#include <gambrel/workload/random_stream.hpp>
#include <limits>
#include <vector>

namespace gambrel {

enum class arrival_kind : unsigned char { poisson, gamma, weibull, modulated, even };
// clang-format off
template <> inline constexpr std::array<enum_row<arrival_kind>, 5> enum_table<arrival_kind>{{
    {arrival_kind::poisson, "poisson", "poisson"},
    {arrival_kind::gamma, "gamma", "gamma"},
    {arrival_kind::weibull, "weibull", "weibull"},
    {arrival_kind::modulated, "mmpp", "mmpp"},
    {arrival_kind::even, "even", "even"},
}};
// clang-format on

/// A phase of a modulated Poisson process.
struct arrival_phase {
    double rate = 0;       ///< requests per second
    double mean_stay = 1;  ///< seconds
};

/// How gaps between requests are drawn; a value. Rates in requests per second; a rate of 0 sends nothing.
class arrivals {
public:
    static arrivals poisson(double rate) { return {arrival_kind::poisson, rate, 1.0}; }
    static arrivals evenly_spaced(double rate) { return {arrival_kind::even, rate, 0.0}; }
    /// `variation`: coefficient of variation of the gaps, above 0.
    static arrivals gamma(double rate, double variation) {
        checked(variation, 1e-3, 100.0, "the variation of Gamma arrival gaps");
        return {arrival_kind::gamma, rate, variation};
    }
    static arrivals weibull(double rate, double variation) {
        checked(variation, 0.02, 100.0, "the variation of Weibull arrival gaps");
        arrivals a{arrival_kind::weibull, rate, variation};
        a.shape_ = weibull_shape(variation);
        a.scale_ = 1.0 / std::tgamma(1.0 + 1.0 / a.shape_);
        return a;
    }
    /// At least one phase with a positive rate.
    static arrivals modulated(std::vector<arrival_phase> phases) {
        double stay = 0.0, sent = 0.0;
        for (const arrival_phase& p : phases) {
            checked(p.rate, 0.0, 1e9, "the rate of an arrival phase per second");
            checked(p.mean_stay, 1e-9, 1e12, "the mean stay in an arrival phase in seconds");
            stay += p.mean_stay;
            sent += p.mean_stay * p.rate;
        }
        if (!(sent > 0.0)) fail("modulated arrivals need a phase with a positive rate");
        arrivals a{arrival_kind::modulated, sent / stay, 1.0};
        a.phases_ = std::move(phases);
        return a;
    }

    arrival_kind kind() const { return kind_; }
    double rate() const { return rate_; }  ///< in the long run
    double variation() const { return variation_; }
    double shape() const { return shape_; }
    double scale() const { return scale_; }
    const std::vector<arrival_phase>& phases() const { return phases_; }

    /// k such that Weibull gaps have this coefficient of variation, to the last bit.
    static double weibull_shape(double variation) {
        const auto more_varied = [&](double k) {
            const double mean = std::tgamma(1.0 + 1.0 / k);
            return std::tgamma(1.0 + 2.0 / k) / (mean * mean) - 1.0 > variation * variation;
        };
        const bracket b = bisected(more_varied, {0.05, 200.0}, 0.0);
        return 0.5 * (b.low + b.high);
    }

private:
    arrivals(arrival_kind kind, double rate, double variation) : kind_(kind), rate_(rate), variation_(variation) {
        checked(rate, 0.0, 1e9, "the arrival rate per second");
    }
    arrival_kind kind_;
    double rate_, variation_;
    double shape_ = 1.0, scale_ = 1.0;
    std::vector<arrival_phase> phases_{};
};

/// Draws the gaps of one arrival process from one seed.
class gap_sampler {
public:
    explicit gap_sampler(arrivals process, std::uint64_t seed) : process_(std::move(process)), random_(seed, 1) {
        if (process_.kind() == arrival_kind::gamma) {
            const double cv = process_.variation();
            shape_ = 1.0 / (cv * cv);
        }
        if (process_.kind() == arrival_kind::modulated)
            stay_ = process_.phases().front().mean_stay * random_.exponential();
    }

    /// Seconds to the next request; infinite at a rate of 0.
    double operator()() {
        const double rate = process_.rate();
        if (!(rate > 0.0)) return std::numeric_limits<double>::infinity();
        switch (process_.kind()) {
            case arrival_kind::poisson: return random_.exponential() / rate;
            case arrival_kind::even: return 1.0 / rate;
            case arrival_kind::gamma: return gamma(shape_) / (shape_ * rate);
            case arrival_kind::weibull:
                return std::pow(random_.exponential(), 1.0 / process_.shape()) * process_.scale() / rate;
            case arrival_kind::modulated: break;
        }
        return modulated();
    }

private:
    /// Gamma(shape) of scale 1; below a shape of 1 by a power of a uniform number.
    double gamma(double shape) {
        if (shape < 1.0) return gamma(shape + 1.0) * std::pow(random_.inside(), 1.0 / shape);
        const double d = shape - 1.0 / 3.0, c = 1.0 / std::sqrt(9.0 * d);
        for (;;) {
            const double x = normal_quantile(random_.inside()), cube = 1.0 + c * x;
            if (cube <= 0.0) continue;
            const double v = cube * cube * cube;
            if (std::log(random_.inside()) < 0.5 * x * x + d - d * v + d * std::log(v)) return d * v;
        }
    }
    double modulated() {
        double gap = 0.0;
        for (;;) {
            const arrival_phase& phase = process_.phases()[phase_];
            const double next =
                phase.rate > 0.0 ? random_.exponential() / phase.rate : std::numeric_limits<double>::infinity();
            if (next < stay_) {  // exponential gaps have no memory: a new draw in each phase is the same process
                stay_ -= next;
                return gap + next;
            }
            gap += stay_;
            phase_ = (phase_ + 1) % process_.phases().size();
            stay_ = process_.phases()[phase_].mean_stay * random_.exponential();
        }
    }

    arrivals process_;
    random_stream random_;
    double shape_ = 1.0, stay_ = 0.0;
    std::size_t phase_ = 0;
};

/// A closed loop: each of `clients` sends its next request `think` seconds after its last answer.
struct closed_loop {
    std::uint32_t clients = 1;
    double think = 0;                ///< seconds between an answer and the next request, on average
    bool exponential_think = false;  ///< else every time the same
    double ramp = 0;                 ///< seconds over which the clients start, evenly; 0: all at once
};
}  // namespace gambrel
