// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A device as the command shows it: the device file of hardware/io/device_json.hpp, then what follows from it (ridge
/// points) and what is known beside it (rental quotes). docs/json.md lists the keys.
/// Opt-in: needs nlohmann-json. Evidence: tests/report/device_json_test.cpp, tests/command/.

#include <gambrel/economics/price_catalog.hpp>
#include <gambrel/hardware/io/device_json.hpp>
#include <gambrel/report/json/prediction_json.hpp>
#include <span>

namespace gambrel::report {
using namespace ask;

/// The file of `d`, `ridge_points` of every known peak (FLOP/B), `price_quotes` and `typical_price` ($/h; null without
/// a quote on demand). `device_from_json` reads it back.
inline json device_sheet_json(const device<>& d) {
    json j = to_json(d), ridges = json::object(), quotes = json::array();
    for (const number_format f : all_number_formats)
        if (const auto& peak = d.peak.of(f); peak.known())
            ridges[std::string(key_of(f))] = figure_json(intensity<>(peak.value / d.memory.bandwidth.value));
    for (const price_quote& q : price_quotes_for(d.name.view()))
        quotes.push_back({{"provider", q.provider},
                          {"instance", q.instance},
                          {"terms", key_of(q.terms)},
                          {"region", q.region},
                          {"date", q.date},
                          {"rent", figure_json(q.rent)},
                          {"source", q.source}});
    const auto typical = typical_price(d);
    j["ridge_points"] = ridges;
    j["price_quotes"] = quotes;
    j["typical_price"] = typical ? figure_json(*typical) : json(nullptr);
    return j;
}

/// A list of device files, without what `device_sheet_json` adds.
inline json devices_json(std::span<const device<>* const> devices) {
    json all = json::array();
    for (const device<>* d : devices) all.push_back(to_json(*d));
    return all;
}
}  // namespace gambrel::report
