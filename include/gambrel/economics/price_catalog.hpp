// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What renting a device has been quoted at, and the typical price:
///
///     newest  = of each provider, its newest on-demand quote for the device (the lowest of that day)
///     typical = median of newest over providers; lowest and highest of newest as its range (not an 80 % range)
///
/// A rent is dollars per DEVICE and hour, an instance's price divided by its devices. Quotes of one device spread four-
/// to eightfold, because a hyperscaler's list, a neocloud and a marketplace sell different goods: a typical price is a
/// default for want of your own, and its range says so. A provider counts once, however many of its machines, regions
/// and reporters are in the table: else the device that more lists mention would look dearer. A device that nobody was
/// found to offer has no price. Left out: quotes without a date, indices (nobody sells at them), spot prices equal to
/// the on-demand price of the same offer (no spot market). AWS Capacity Blocks and contracts of years count as reserved.
/// Evidence: tests/economics/price_catalog_test.cpp.

#include <algorithm>
#include <array>
#include <cstddef>
#include <gambrel/economics/catalog/price_quotes.hpp>
#include <gambrel/economics/price.hpp>
#include <gambrel/numeric/range.hpp>
#include <optional>
#include <span>
#include <string_view>

namespace gambrel {

/// Quotes sorted by device, commitment, provider, newest date, lowest rent, as data/prices/quotes.csv is.
using price_book = std::span<const price_quote>;

inline constexpr price_book shipped_prices{catalog::price_quotes};

/// The order of a book.
constexpr bool stands_before(const price_quote& a, const price_quote& b) {
    if (a.device != b.device) return a.device < b.device;
    if (a.terms != b.terms) return a.terms < b.terms;
    if (a.provider != b.provider) return a.provider < b.provider;
    if (a.date != b.date) return a.date > b.date;
    return a.rent < b.rent;
}

/// All quotes for the device of that catalog name (not an alias); empty when there are none.
constexpr price_book price_quotes_for(std::string_view device_name, price_book book = shipped_prices) {
    const auto first =
        std::partition_point(book.begin(), book.end(), [=](const price_quote& q) { return q.device < device_name; });
    const auto last =
        std::partition_point(first, book.end(), [=](const price_quote& q) { return q.device == device_name; });
    return {first, last};
}

/// The quote as the price a prediction takes.
constexpr price as_price(const price_quote& q) {
    return {.per_device = q.rent,
            .provider = q.provider,
            .commitment = name_of(q.terms),
            .region = q.region,
            .date = q.date};
}

/// The newest quote of each provider on those terms, of the quotes of one device: what a typical price is the median of.
template <class Visit> constexpr void for_each_newest(price_book of_device, commitment terms, Visit&& visit) {
    std::string_view seen;
    for (const price_quote& q : of_device) {
        if (q.terms < terms || (q.terms == terms && q.provider == seen)) continue;
        if (q.terms != terms) return;
        seen = q.provider;
        visit(q);
    }
}

inline constexpr std::size_t most_providers = 64;

/// The typical price of the device whose quotes these are; absent without a quote on those terms. The mean of the middle two
/// for an even number of providers.
constexpr std::optional<figure<rental<>>> typical_of(price_book of_device, commitment terms = commitment::on_demand) {
    std::array<double, most_providers> rents{};  // plain: swapping quantities is not constexpr
    std::size_t n = 0;
    for_each_newest(of_device, terms, [&](const price_quote& q) {
        if (n < rents.size()) rents[n++] = q.rent.value();
    });
    if (n == 0) return std::nullopt;
    std::sort(rents.begin(), rents.begin() + static_cast<std::ptrdiff_t>(n));
    const double median = (rents[(n - 1) / 2] + rents[n / 2]) / 2.0;
    return figure<rental<>>{make<rental<>>(median), make<rental<>>(rents[0]), make<rental<>>(rents[n - 1])};
}

/// The typical on-demand price by name. Evidence: tests/economics/price_catalog_test.cpp.
constexpr std::optional<figure<rental<>>> typical_price(std::string_view device_name, price_book book = shipped_prices,
                                                        commitment terms = commitment::on_demand) {
    return typical_of(price_quotes_for(device_name, book), terms);
}
/// The same for a device: `typical_price(catalog::h100_sxm)`.
template <class Device>
requires requires(const Device& d) { std::string_view(d.name); }
constexpr std::optional<figure<rental<>>> typical_price(const Device& d, price_book book = shipped_prices) {
    return typical_price(std::string_view(d.name), book);
}
}  // namespace gambrel
