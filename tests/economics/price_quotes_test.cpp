// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <gambrel/economics/price_catalog.hpp>
#include <map>
#include <string>

using namespace gambrel;

// AWS asks one price per device in all sizes of its P instances and all regions of the United States, whoever reports
// it: sources check each other, and a quote that the others do not repeat within a tenth is a misprint.
TEST_CASE("sources agree about what AWS asks for a device of a P instance on demand") {
    std::map<std::string, std::pair<double, double>> ends;  // by device, dollars per hour
    int compared = 0;
    for (const price_quote& q : catalog::price_quotes) {
        if (q.provider != "AWS" || q.terms != commitment::on_demand || !q.region.starts_with("us-") ||
            !q.instance.starts_with("p"))
            continue;
        const double rent = q.rent.value() * 3600;
        const auto [at, first] = ends.try_emplace(std::string(q.device), rent, rent);
        if (first) continue;
        at->second = {std::min(at->second.first, rent), std::max(at->second.second, rent)};
        ++compared;
    }
    for (const auto& quoted : ends) {
        CAPTURE(quoted.first);  // not a structured binding: clang 14 captures none
        CHECK(quoted.second.second <= 1.1 * quoted.second.first);
    }
    CHECK(compared >= 5);
}
