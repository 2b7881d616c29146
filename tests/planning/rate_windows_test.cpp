// SPDX-License-Identifier: Apache-2.0
// Rates in windows: Azure's conversation trace against counts made outside this library, Poisson arrivals, and traces
// that have no rate.
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/planning/rate_windows.hpp>
#include <gambrel/workload/io/trace_csv.hpp>
#include <planning/azure_conversation_counts.hpp>
#include <random>
#include <shared_data.hpp>

using namespace gambrel;

namespace {
trace sent_at(const std::vector<double>& times) {
    trace t;
    for (const double s : times) t.records.push_back({.sent = s, .prompt = 10, .output = 5});
    return t;
}
}  // namespace

TEST_CASE("Azure's conversations in minutes") {
    const rate_windows w = rates_of(azure_conversation_rates(), 60.0);
    REQUIRE(w.per_s.size() == 58);
    CHECK(std::fabs(w.least() - 3.1833) < 5e-5);
    CHECK(std::fabs(w.mean() - 5.5543) < 5e-5);
    CHECK(w.most() == approx(8.45).epsilon(1e-12));
    CHECK(std::fabs(*w.dispersion() - 16.4) < 0.05);
    const std::filesystem::path file = shared_data::folder() / "traces" / "azure2023_conv.csv";
    if (!std::filesystem::exists(file)) return;  // a clone has the counts alone
    const rate_windows read = rates_of(read_trace(file.string()));
    REQUIRE(read.ok());
    CHECK(read.per_s == w.per_s);
}

TEST_CASE("windows begin with the first request, and only whole ones count") {
    const rate_windows w = rates_of(sent_at({100, 100.5, 101.9, 102, 104.5}), 2.0);
    REQUIRE(w.ok());
    CHECK(w.per_s == std::vector<double>{1.5, 0.5});  // what is sent from 104 s on lies in no whole window
    CHECK(w.duration_s == 4.5);
    // Counts 3 and 1: variance 2, mean 2.
    CHECK(*w.dispersion() == approx(1.0).epsilon(1e-14));
}

TEST_CASE("Poisson arrivals have a dispersion of 1, bursts of k have k") {
    std::mt19937_64 random(7);
    std::exponential_distribution<> gap(5.0);
    std::vector<double> alone, in_fours;
    for (double t = 0.0; alone.size() < 200'000; alone.push_back(t += gap(random))) {
    }
    for (double t = 0.0; in_fours.size() < 200'000;) {
        t += gap(random);
        for (int i = 0; i < 4; ++i) in_fours.push_back(t);
    }
    // 20,000 and 5,000 windows of 2 s: standard error of the dispersion sqrt(2 / n), 0.01 and 0.08.
    CHECK(*rates_of(sent_at(alone), 2.0).dispersion() == approx(1.0).epsilon(0.04));
    CHECK(*rates_of(sent_at(in_fours), 2.0).dispersion() == approx(4.0).epsilon(0.08));
}

TEST_CASE("a trace without a rate says why") {
    const auto said = [](const std::vector<double>& times, double window_s = 60.0) {
        const rate_windows w = rates_of(sent_at(times), window_s);
        CHECK_FALSE(w.ok());
        CHECK(w.per_s.empty());
        CHECK(w.mean() == 0.0);
        CHECK_FALSE(w.dispersion());
        return w.reason();
    };
    CHECK(said({}) == "the trace has no requests: give one that has");
    CHECK(said({5}) == "the trace has one request, and one makes no rate: give a longer trace, or state the rate");
    CHECK(said({5, 5, 5}) ==
          "all requests of the trace are sent at the same time, which makes no rate: give their times, or state the "
          "rate");
    CHECK(said({0, 7, 6.5, 9}) == "request 3 of the trace is sent before the one before it: sort the trace by time");
    CHECK(said({std::nan(""), 1}).starts_with("request 1 of the trace"));
    CHECK(said({0, std::nan(""), 2}).starts_with("request 2 of the trace"));
    CHECK(said({0, 30}) ==
          "the trace takes 30 s, less than one window of 60 s: take shorter windows, or a longer trace");
    CHECK(said({0, 3e6}, 0.1) == "the trace takes 3000000 s, more than 10000000 windows of 0.1 s: take longer windows");
    CHECK(rates_of(sent_at({0, 60})).reason().empty());
}

TEST_CASE("rates and windows that cannot be are errors") {
    CHECK_THROWS_WITH_AS(rates_of(sent_at({0, 90}), 0.0),
                         "the length of a window in seconds is 0; it must be from 0.001 to 1000000000", error);
    CHECK_THROWS_WITH_AS(rates_of(std::vector<double>{}, 60.0), "there are no rates: give one for each window", error);
    CHECK_THROWS_WITH_AS(rates_of(std::vector<double>{1.0, -2.0}, 60.0),
                         "the rate of window 2 per second is -2; it must be from 0 to 1000000000", error);
    CHECK_FALSE(rates_of(std::vector<double>{3.0}, 60.0).dispersion());
    CHECK_FALSE(rates_of(std::vector<double>{0.0, 0.0}, 60.0).dispersion());
}
