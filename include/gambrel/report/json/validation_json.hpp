// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A validation as JSON with stable keys; errors as shares. Evidence: tests/validation/validation_test.cpp.

#include <gambrel/report/json/prediction_json.hpp>
#include <gambrel/validation/validation.hpp>

namespace gambrel::report {

/// The totals, the groups and the refusals of `v`.
inline json validation_json(const validation& v) {
    const auto scores = [](const std::map<std::string, score>& all) {
        json rows = json::array();
        for (const auto& [group, s] : all)
            rows.push_back({{"group", group},
                            {"rows", s.size()},
                            {"median_error", s.median()},
                            {"mean_error", s.mean()},
                            {"bias", s.bias()},
                            {"p10", s.quantile(0.1)},
                            {"p90", s.quantile(0.9)},
                            {"covered", s.coverage()},
                            {"half_width", s.half_width()},
                            {"interval_score", s.interval_score()}});
        return rows;
    };
    json impossible = json::array();
    for (const impossible_row& m : v.impossible)
        impossible.push_back({{"line", m.line},
                              {"source", m.source},
                              {"model", m.model},
                              {"hardware", m.hardware},
                              {"metric", name_of(m.metric)},
                              {"measured", m.value}});
    return {{"rows", v.read},
            {"left_out", v.left_out},
            {"predicted", v.scored()},
            {"assumed", v.assumed},
            {"totals", scores(v.totals)},
            {"groups", scores(v.groups)},
            {"not_predicted", v.refused},
            {"impossible", impossible}};
}
}  // namespace gambrel::report
