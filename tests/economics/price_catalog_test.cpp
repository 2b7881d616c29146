// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>
#include <gambrel/economics/price_catalog.hpp>
#include <gambrel/hardware/catalog.hpp>
#include <set>
#include <string>

#include <hardware/csv_rows.hpp>

using namespace gambrel;
using namespace gambrel::literals;

// Prices in a constant expression.
static_assert(typical_price(catalog::h100_sxm)->low == 1.47_usd_per_h);
static_assert(typical_price("h100-sxm")->high == 12.25_usd_per_h);
static_assert(!typical_price("apple-m1").has_value());

namespace {
double dollars_per_hour_of(rental<> r) { return r.value() * hour_in_seconds; }

bool quoted(std::string_view device, std::string_view provider, commitment terms, rental<> rent) {
    for (const price_quote& q : price_quotes_for(device))
        if (q.provider == provider && q.terms == terms && q.rent == rent) return true;
    return false;
}
}  // namespace

TEST_CASE("quotes typed by hand from their sources") {
    CHECK(quoted("h100-sxm", "AWS", commitment::on_demand, 6.88_usd_per_h));  // 55.04 for 8
    CHECK(quoted("h100-sxm", "GCP", commitment::spot, 5.2_usd_per_h));        // 41.60 for 8
    CHECK(quoted("h100-sxm", "SemiAnalysis survey", commitment::reserved, 1.3_usd_per_h));
    CHECK(quoted("b200-sxm", "CoreWeave", commitment::on_demand, 8.6_usd_per_h));
    CHECK(quoted("l4", "GCP", commitment::on_demand, 0.707_usd_per_h));
    CHECK(quoted("tpu-v5e", "GCP", commitment::spot, 0.63_usd_per_h));
    CHECK(quoted("mi300x", "Hot Aisle", commitment::on_demand, 1.99_usd_per_h));
    CHECK_FALSE(quoted("h200-sxm", "RunPod", commitment::spot, 3.59_usd_per_h));  // equals on-demand: no spot market
}

TEST_CASE("every quote names a catalog device, a provider, a date and a source, and stands with its device") {
    std::set<std::string_view> finished;
    std::string_view current;
    for (const price_quote& q : catalog::price_quotes) {
        CAPTURE(q.device);
        CHECK(find_device(q.device) != nullptr);
        CHECK(find_device(q.device)->name.view() == q.device);
        CHECK_FALSE(q.provider.empty());
        CHECK_FALSE(q.date.empty());
        CHECK_FALSE(q.source.empty());
        CHECK(q.rent > 0.05_usd_per_h);
        CHECK(q.rent < 20_usd_per_h);
        if (q.device != current) CHECK(finished.insert(q.device).second);
        current = q.device;
    }
}

TEST_CASE("the quotes of a device are all of its quotes") {
    std::size_t n = 0;
    for (const price_quote& q : catalog::price_quotes) n += q.device == "h100-sxm" ? 1 : 0;
    CHECK(price_quotes_for("h100-sxm").size() == n);
    CHECK(price_quotes_for("apple-m1").empty());
    CHECK(price_quotes_for("").empty());
    CHECK(price_quotes_for(catalog::price_quotes.back().device).back().rent == catalog::price_quotes.back().rent);
}

TEST_CASE("the typical price is the median on-demand quote between the lowest and the highest") {
    // GB200: 4.54 and 10.50; A10: 0.202, 1.29, 3.20; MI325X has only a contract price.
    const auto gb200 = typical_price("gb200");
    REQUIRE(gb200.has_value());
    CHECK(dollars_per_hour_of(gb200->value) == approx((4.54 + 10.50) / 2));
    CHECK(dollars_per_hour_of(typical_price("a10")->value) == approx(1.29));
    CHECK(typical_price("a10")->low == 0.202_usd_per_h);
    CHECK(typical_price("a10")->high == 3.2_usd_per_h);
    CHECK_FALSE(price_quotes_for("mi325x").empty());
    CHECK_FALSE(typical_price("mi325x").has_value());
}

TEST_CASE("a quote is a price") {
    const price p = as_price(price_quotes_for("tpu-v5p").front());
    CHECK(p.per_device == 4.2_usd_per_h);
    CHECK(p.provider == "GCP");
    CHECK(p.commitment == "on-demand");
    CHECK(p.region == "us-east5");
    CHECK(p.date == "2026-08");
    for (const price_quote& q : catalog::price_quotes) CHECK(as_price(q).per_device == q.rent);  // all names fit
}

TEST_CASE("medians and ends are those of the shared price summary") {
    const auto rows = shared_data::rows("hardware/prices_summary.csv");
    if (rows.empty()) {
        MESSAGE("skipped: hardware/prices_summary.csv of the shared data is not here (set GAMBREL_DATA)");
        return;
    }
    const std::map<std::string, std::string> names{{"H100-SXM", "h100-sxm"},
                                                   {"H200-SXM", "h200-sxm"},
                                                   {"B200", "b200-sxm"},
                                                   {"A100-80GB-SXM", "a100-sxm-80"},
                                                   {"A100-40GB-SXM", "a100-sxm-40"},
                                                   {"L40S", "l40s"},
                                                   {"L4", "l4"},
                                                   {"RTX 4090", "rtx-4090"},
                                                   {"RTX PRO 6000 BSE", "rtx-pro-6000-bse"},
                                                   {"MI355X", "mi355x"},
                                                   {"Inferentia2", "inferentia2"}};
    int compared = 0;
    for (const auto& row : rows) {
        const auto name = names.find(row.at("gpu"));
        if (name == names.end()) continue;
        CAPTURE(name->second);
        const auto price = typical_price(name->second);
        REQUIRE(price.has_value());
        // The summary is rounded to three digits.
        CHECK(dollars_per_hour_of(price->value) == approx(std::stod(row.at("od_median"))).epsilon(0.005));
        CHECK(dollars_per_hour_of(price->low) == approx(std::stod(row.at("od_min"))).epsilon(0.005));
        CHECK(dollars_per_hour_of(price->high) == approx(std::stod(row.at("od_max"))).epsilon(0.005));
        ++compared;
    }
    CHECK(compared == 11);
}
