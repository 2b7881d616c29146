// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <approx.hpp>
#include <doctest/doctest.h>
#include <gambrel/economics/price_catalog.hpp>
#include <gambrel/hardware/catalog.hpp>
#include <set>
#include <string>

using namespace gambrel;
using namespace gambrel::literals;

// Prices in a constant expression.
static_assert(typical_price(catalog::h100_sxm)->low == 2.69_usd_per_h);
static_assert(typical_price("h100-sxm")->high == 12.29_usd_per_h);
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

TEST_CASE("at least 60 devices have a dated price, none dated later than it was read") {
    std::set<std::string_view> priced;
    for (const price_quote& q : catalog::price_quotes) {
        CAPTURE(q.source);
        CHECK(q.date >= "2024");
        CHECK(q.date < "2026-11");
        if (q.terms == commitment::on_demand) priced.insert(q.device);
    }
    CHECK(priced.size() >= 60);
    MESSAGE(priced.size(), " devices with an on-demand price");
}

TEST_CASE("the book is sorted, so the first quote of a provider is its newest") {
    CHECK(std::is_sorted(shipped_prices.begin(), shipped_prices.end(), stands_before));
    for (const price_quote& q : shipped_prices)
        for (const price_quote& other : price_quotes_for(q.device))
            if (other.provider == q.provider && other.terms == q.terms && other.date > q.date) CHECK(&other < &q);
}

// A newer board of a family with all that the older one has: nobody asks less for it, and a median over providers must
// not say so because more lists carry the older one.
TEST_CASE("a better board of the same family is not the cheaper one") {
    constexpr std::array rising{"a100-sxm-40", "a100-sxm-80", "h100-sxm", "h200-sxm", "b200-sxm", "b300-sxm", "gb300"};
    for (std::size_t i = 1; i < rising.size(); ++i) {
        CAPTURE(rising[i]);
        CHECK(typical_price(rising[i - 1])->value < typical_price(rising[i])->value);
    }
    CHECK(typical_price("h100-pcie")->value < typical_price("h100-sxm")->value);
    CHECK(typical_price("rtx-3090")->value < typical_price("rtx-4090")->value);
    CHECK(typical_price("rtx-4090")->value < typical_price("rtx-5090")->value);
    CHECK(typical_price("mi300x")->value < typical_price("mi325x")->value);
    CHECK(typical_price("mi325x")->value < typical_price("mi350x")->value);
}

TEST_CASE("a provider counts once, by its newest quote, and of a day by its lowest") {
    constexpr std::array quotes{
        price_quote{"x", "A", "big", commitment::on_demand, "", "2026-05", 9_usd_per_h, "s"},
        price_quote{"x", "A", "small", commitment::on_demand, "", "2026-05", 10_usd_per_h, "s"},
        price_quote{"x", "A", "", commitment::on_demand, "", "2026-04-30", 1_usd_per_h, "s"},
        price_quote{"x", "B", "", commitment::on_demand, "", "2026-01", 2_usd_per_h, "s"},
        price_quote{"x", "C", "", commitment::on_demand, "", "2026-01", 4_usd_per_h, "s"},
        price_quote{"x", "A", "", commitment::spot, "", "2026-09", 0.5_usd_per_h, "s"},
        price_quote{"y", "A", "", commitment::reserved, "", "2026-09", 0.5_usd_per_h, "s"},
    };
    static_assert(std::is_sorted(quotes.begin(), quotes.end(), stands_before));
    const auto x = typical_price("x", quotes);
    REQUIRE(x.has_value());
    CHECK(x->value == 4_usd_per_h);
    CHECK(x->low == 2_usd_per_h);
    CHECK(x->high == 9_usd_per_h);
    CHECK(typical_price("x", quotes, commitment::spot)->value == 0.5_usd_per_h);
    CHECK_FALSE(typical_price("y", quotes).has_value());
    CHECK_FALSE(typical_price("z", quotes).has_value());
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

TEST_CASE("the typical price is the median over providers, by hand") {
    // GB200: CoreWeave 10.50, Spheron 4.54; A10: Vast.ai 0.2348 and Lambda 1.29 of October, Azure 3.20 of September
    CHECK(dollars_per_hour_of(typical_price("gb200")->value) == approx((4.54 + 10.50) / 2));
    CHECK(dollars_per_hour_of(typical_price("a10")->value) == approx(1.29));
    CHECK(dollars_per_hour_of(typical_price("a10")->low) == approx(0.2348));
    CHECK(typical_price("a10")->high == 3.2_usd_per_h);
    CHECK_FALSE(price_quotes_for("mi300a").size() > 0);
    CHECK_FALSE(typical_price("mi300a").has_value());
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
