// SPDX-License-Identifier: Apache-2.0
// Fronts: by hand, and every row against every other.
#include <doctest/doctest.h>

#include <array>
#include <gambrel/planning/pareto_front.hpp>
#include <limits>
#include <random>

using namespace gambrel;

namespace {
using rows = std::vector<std::size_t>;
rows by_pairs(const std::vector<pareto_column>& columns) {
    rows kept;
    const std::size_t n = columns[0].figures.size();
    const auto figure = [&](const pareto_column& c, std::size_t i) {
        return c.good == better::smaller ? c.figures[i] : -c.figures[i];
    };
    for (std::size_t i = 0; i < n; ++i) {
        bool stays = true;
        for (const pareto_column& c : columns) stays = stays && !std::isnan(c.figures[i]);
        for (std::size_t j = 0; j < n && stays; ++j) {
            bool no_worse = true, one_better = false;
            for (const pareto_column& c : columns) {
                no_worse = no_worse && figure(c, j) <= figure(c, i);
                one_better = one_better || figure(c, j) < figure(c, i);
            }
            stays = !(no_worse && one_better);
        }
        if (stays) kept.push_back(i);
    }
    return kept;
}
}  // namespace

TEST_CASE("cost against latency and against a rate, by hand") {
    const std::vector<double> tpot{10, 20, 20, 30, 15, 10}, usd{5, 3, 3, 3, 6, 5}, rate{1, 2, 2, 4, 3, 1};
    CHECK(pareto_front(std::array{pareto_column{tpot}, pareto_column{usd}}) == rows{0, 5, 1, 2});
    CHECK(pareto_front(std::array{pareto_column{rate, better::larger}, pareto_column{usd}}) == rows{3});
    CHECK(pareto_front(std::array{pareto_column{tpot}, pareto_column{rate, better::larger}}) == rows{0, 5, 4, 3});
    CHECK(pareto_front(std::array{pareto_column{tpot}, pareto_column{usd}, pareto_column{rate, better::larger}}) ==
          rows{0, 5, 4, 1, 2, 3});
    CHECK(pareto_front(std::array{pareto_column{usd}}) == rows{1, 2, 3});
    constexpr double none = std::numeric_limits<double>::quiet_NaN(), far = std::numeric_limits<double>::infinity();
    const std::vector<double> a{1, none, 0, far}, b{1, 0, none, 0.5};
    CHECK(pareto_front(std::array{pareto_column{a}, pareto_column{b}}) == rows{0, 3});
    CHECK(pareto_front(std::array{pareto_column{}, pareto_column{}}).empty());
}

TEST_CASE("1 to 5 columns, with equals and gaps: those that no other row beats") {
    std::mt19937 random(9);
    for (int i = 0; i < 300; ++i) {
        CAPTURE(i);
        const std::size_t width = 1 + static_cast<std::size_t>(i % 5), n = static_cast<std::size_t>(i) % 60;
        std::uniform_int_distribution<> figure(0, 2 + i % 12);
        std::vector<std::vector<double>> figures(width, std::vector<double>(n));
        std::vector<pareto_column> columns;
        for (auto& c : figures) {
            for (double& x : c) x = figure(random) == 0 && i % 3 == 0 ? std::nan("") : figure(random);
            columns.push_back({c, figure(random) % 2 == 0 ? better::smaller : better::larger});
        }
        rows found = pareto_front(columns);
        for (std::size_t k = 1; k < found.size(); ++k) CHECK(figures[0][found[k - 1]] <= figures[0][found[k]]);
        std::sort(found.begin(), found.end());
        CHECK(found == by_pairs(columns));
    }
}

TEST_CASE("a front as long as the table takes no longer than sorting") {
    std::vector<double> x(1'000'000), y(1'000'000);
    for (std::size_t i = 0; i < x.size(); ++i) {
        x[i] = static_cast<double>((i * 7919) % x.size());
        y[i] = -x[i];
    }
    CHECK(pareto_front(std::array{pareto_column{x}, pareto_column{y}}).size() ==
          x.size());  // by pairs: 10^12 comparisons
}

TEST_CASE("columns that do not fit") {
    const std::vector<double> two{1, 2}, three{1, 2, 3};
    CHECK_THROWS_WITH_AS(pareto_front(std::array{pareto_column{two}, pareto_column{three}}),
                         "column 2 of a front has 3 rows, the first has 2: give one figure of each row, or NaN", error);
    CHECK_THROWS_WITH_AS(pareto_front({}), "a front needs a column: give at least one", error);
}
