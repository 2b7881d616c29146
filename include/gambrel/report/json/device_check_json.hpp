// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What speaks against a datasheet, as JSON (docs/json.md). Evidence: tests/ask/device_check_test.cpp.

#include <gambrel/ask/device_check.hpp>
#include <gambrel/report/json/prediction_json.hpp>

namespace gambrel::report {
using namespace ask;

inline json as_json(const device<>& d, const device_check& c) {
    json doubted = json::array(), figures = json::array(), missing = json::array();
    for (const doubt& each : c.doubted)
        doubted.push_back({{"kind", key_of(each.what)}, {"times", each.times()}, {"says", sentence_of(each)}});
    for (const related_figure& f : c.figures)
        figures.push_back({{"figure", f.name},
                           {"stated", f.stated},
                           {"least", f.relatives > 0 ? json(f.least) : json(nullptr)},
                           {"greatest", f.relatives > 0 ? json(f.greatest) : json(nullptr)},
                           {"relatives", f.relatives},
                           {"outside", f.outside}});
    for (const missing_figure& m : c.missing) missing.push_back({{"figure", m.name}, {"without", m.without}});
    return {{"gambrel", version},       {"device", d.name.view()}, {"sound", c.sound()}, {"doubts", doubted},
            {"relatives", c.relatives}, {"figures", figures},      {"missing", missing}};
}
}  // namespace gambrel::report
