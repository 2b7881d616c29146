// SPDX-License-Identifier: Apache-2.0
// The constants of power_laws::hopper are what calibration/fit_power.hpp makes of the measured runs, and how well they
// fit.
#include <approx.hpp>
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <gambrel/calibration/fit_power.hpp>
#include <gambrel/measurement/io/conventions_file.hpp>
#include <set>
#include <shared_data.hpp>

using namespace gambrel;

namespace {
std::vector<power_sample> measured_samples() {
    const auto data = shared_data::folder(), file = data / "energy_measured.csv";
    if (!std::filesystem::exists(file)) {
        MESSAGE("skipped: no energy_measured.csv in ", data.string(), "; set GAMBREL_DATA");
        return {};
    }
    return power_samples(read_measurements(file.string(), read_conventions("data")));
}
double median(std::vector<double> v) {
    std::sort(v.begin(), v.end());
    return v[v.size() / 2];
}
constexpr double top = *power_laws::hopper.top;
}  // namespace

namespace {
struct errors_of {
    std::vector<double> all{}, signed_ones{};
    void add(double predicted, double measured) {
        signed_ones.push_back(predicted / measured - 1.0);
        all.push_back(std::abs(signed_ones.back()));
    }
    double mean() const {
        double sum = 0.0;
        for (const double e : all) sum += e;
        return sum / static_cast<double>(all.size());
    }
};
constexpr power_constants shipped{*power_laws::hopper.active, *power_laws::hopper.memory, *power_laws::hopper.knee,
                                  *power_laws::hopper.tiles};
/// The law before: one fit to dense models and to those with experts.
constexpr power_constants earlier{0.422, 0.350, 0.101, 1.0};
}  // namespace

TEST_CASE("the fit recovers the constants of runs made from the law") {
    const power_constants truth{0.40, 0.30, 0.12, 2.5};
    std::vector<power_sample> samples;
    for (int i = 0; i < 60; ++i) {
        power_sample s{"made", 0.0, 0.01 * (i % 40), 0.09 * (7 * i % 10), i >= 40};
        s.share = truth.share(s, 0.98);
        samples.push_back(s);
    }
    const power_fit fit = fit_power_law(samples, 0.98);
    CHECK(fit.converged);
    CHECK(fit.constants.active == approx(truth.active).epsilon(1e-6));
    CHECK(fit.constants.memory == approx(truth.memory).epsilon(1e-6));
    CHECK(fit.constants.knee == approx(truth.knee).epsilon(1e-6));
    CHECK(fit.constants.tiles == approx(truth.tiles).epsilon(1e-6));
    samples.resize(40);
    CHECK(fit_power_law(samples, 0.98).constants.tiles == 1.0);
    samples.resize(9);
    CHECK_THROWS_AS(fit_power_law(samples, 0.98), error);
}

TEST_CASE("the shipped Hopper constants are the fit to the measured runs") {
    const auto samples = measured_samples();
    if (samples.empty()) return;
    if (!shared_data::whole()) {  // too few for a fit: the law as shipped on each
        REQUIRE(samples.size() > 30);
        std::vector<double> off;
        for (const auto& s : samples) off.push_back(std::abs(shipped.share(s, top) / s.share - 1.0));
        CHECK(median(off) <= 0.10);
        return;
    }
    REQUIRE(samples.size() > 200);
    const power_fit fit = fit_power_law(samples, top);
    REQUIRE(fit.converged);
    MESSAGE("fit: active ", fit.constants.active, ", memory ", fit.constants.memory, ", knee ", fit.constants.knee,
            ", tiles ", fit.constants.tiles);
    CHECK(fit.constants.active == approx(shipped.active).epsilon(0.03));
    CHECK(fit.constants.memory == approx(shipped.memory).epsilon(0.05));
    CHECK(fit.constants.knee == approx(shipped.knee).epsilon(0.05));
    CHECK(fit.constants.tiles == approx(shipped.tiles).epsilon(0.05));
}

TEST_CASE("errors of board power by kind of model and by batch, before and now") {
    const auto samples = measured_samples();
    if (samples.empty()) return;
    struct group {
        std::string name;
        bool grouped;
        double least, most;
    };
    for (const group& g : {group{"dense, to 8", false, 0, 8}, group{"dense, 9 to 64", false, 8.5, 64.5},
                           group{"dense, above", false, 64.5, 1e9}, group{"experts, to 8", true, 0, 8},
                           group{"experts, 9 to 64", true, 8.5, 64.5}, group{"experts, above", true, 64.5, 1e9}}) {
        errors_of then, now;
        for (const auto& s : samples) {
            if (s.grouped != g.grouped || s.batch < g.least || s.batch > g.most) continue;
            then.add(earlier.share(s, top), s.share);
            now.add(shipped.share(s, top), s.share);
        }
        if (now.all.empty()) continue;
        MESSAGE(g.name, ": ", now.all.size(), " runs, median ", 100 * median(then.all), " -> ", 100 * median(now.all),
                " %, mean ", 100 * then.mean(), " -> ", 100 * now.mean(), " %, bias ", 100 * median(then.signed_ones),
                " -> ", 100 * median(now.signed_ones), " %");
        CHECK(median(now.all) <= (g.grouped ? 0.20 : 0.10));
    }
    errors_of then, now;
    for (const auto& s : samples) {
        then.add(earlier.share(s, top), s.share);
        now.add(shipped.share(s, top), s.share);
    }
    MESSAGE("all: median ", 100 * median(then.all), " -> ", 100 * median(now.all), " %, mean ", 100 * then.mean(),
            " -> ", 100 * now.mean(), " %");
    CHECK(median(now.all) < median(then.all));
}

TEST_CASE("a model left out of the fit is predicted within 15 %") {
    const auto samples = measured_samples();
    if (samples.empty()) return;
    std::set<std::string> models;
    for (const auto& s : samples) models.insert(s.model);
    errors_of dense, grouped;
    for (const std::string& held : models) {
        std::vector<power_sample> rest;
        for (const auto& s : samples)
            if (s.model != held) rest.push_back(s);
        const power_fit fit = fit_power_law(rest, top);
        for (const auto& s : samples)
            if (s.model == held) (s.grouped ? grouped : dense).add(fit.constants.share(s, top), s.share);
    }
    MESSAGE("leave one model out: dense median ", 100 * median(dense.all), " %, mean ", 100 * dense.mean(),
            " %; with experts ", 100 * median(grouped.all), " %, ", 100 * grouped.mean(), " %");
    CHECK(median(dense.all) <= 0.08);
    CHECK(dense.mean() <= 0.10);
    CHECK(median(grouped.all) <= 0.15);
}
