// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <cmath>
#include <gambrel/numeric/greatest_count.hpp>
#include <vector>

using namespace gambrel;

namespace {
/// Mean of the greatest of `groups` counts when n things fall into them, counted out over all ways (groups^n).
double counted(int n, int groups) {
    std::vector<int> counts(static_cast<std::size_t>(groups), 0);
    double sum = 0.0;
    const auto fall = [&](auto&& self, int left, int greatest) -> void {
        if (left == 0) {
            sum += greatest;
            return;
        }
        for (int& c : counts) {
            ++c;
            self(self, left - 1, c > greatest ? c : greatest);
            --c;
        }
    };
    fall(fall, n, 0);
    return sum / std::pow(groups, n);
}
}  // namespace

TEST_CASE("the most things that one group gets, against all ways in which they can fall") {
    for (const int groups : {2, 3, 4, 8})
        for (int n = 1; n <= (groups == 8 ? 6 : 8); ++n) {
            CAPTURE(groups);
            CAPTURE(n);
            const double exact = counted(n, groups), most = most_of(n, groups, greatest_quantile(groups));
            CHECK(std::abs(most / exact - 1.0) < 0.18);  // worst for two or three things: a count is no Gamma variate
            if (n > 4) CHECK(std::abs(most / exact - 1.0) < 0.13);
        }
}

TEST_CASE("bounds of the most") {
    CHECK(most_of(0.3, 4, greatest_quantile(4)) == 0.3);
    CHECK(most_of(1.0, 4, greatest_quantile(4)) == 1.0);
    CHECK(most_of(7.0, 1, greatest_quantile(1)) == 7.0);
    const double many = most_of(1e6, 4, greatest_quantile(4));  // 250,000 and a deviation or two of 433
    CHECK(many > 250'000);
    CHECK(many < 251'000);
    double last = 0.0;
    for (double n = 0.1; n < 1000; n *= 1.1) {
        const double most = most_of(n, 8, greatest_quantile(8));
        CHECK(most >= last);
        last = most;
    }
}
