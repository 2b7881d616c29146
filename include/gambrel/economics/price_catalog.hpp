// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What renting a device has been quoted at: provider, commitment, region, date and source of each quote.
///
/// A rent is dollars per DEVICE and hour, an instance's price divided by its devices. Quotes of one device spread
/// four- to eightfold, because a hyperscaler's list, a neocloud and a marketplace sell different goods: a typical
/// price is a default for want of your own, and its range says so. Left out: indices (nobody sells at them) and
/// spot prices equal to the on-demand price of the same offer (no spot market). A single seller's or an undated
/// quote is carried as it stands. AWS Capacity Blocks and multi-year contracts count as reserved.
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

/// All quotes for the device of that catalog name (not an alias); empty when there are none.
constexpr std::span<const price_quote> price_quotes_for(std::string_view device_name) {
    const auto of_device = [=](const price_quote& q) { return q.device == device_name; };
    const auto first = std::find_if(catalog::price_quotes.begin(), catalog::price_quotes.end(), of_device);
    const auto last = std::find_if_not(first, catalog::price_quotes.end(), of_device);
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

/// The median on-demand quote, with the lowest and the highest as its range (not an 80 % range); absent when the
/// device has no on-demand quote. The mean of the middle two for an even number.
constexpr std::optional<figure<rental<>>> typical_price(std::string_view device_name) {
    std::array<double, catalog::price_quotes.size()> rents{};  // plain: swapping quantities is not constexpr
    std::size_t n = 0;
    for (const price_quote& q : price_quotes_for(device_name))
        if (q.terms == commitment::on_demand) rents[n++] = q.rent.value();
    if (n == 0) return std::nullopt;
    std::sort(rents.begin(), rents.begin() + static_cast<std::ptrdiff_t>(n));
    const double median = (rents[(n - 1) / 2] + rents[n / 2]) / 2.0;
    return figure<rental<>>{make<rental<>>(median), make<rental<>>(rents[0]), make<rental<>>(rents[n - 1])};
}
/// The same for a device: `typical_price(catalog::h100_sxm)`.
template <class Device>
requires requires(const Device& d) { std::string_view(d.name); }
constexpr std::optional<figure<rental<>>> typical_price(const Device& d) {
    return typical_price(std::string_view(d.name));
}
}  // namespace gambrel
