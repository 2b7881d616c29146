// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The statistics of a time that tables, pictures and JSON show. Evidence: tests/ask/load_answer_test.cpp.

#include <array>
#include <gambrel/ask/load_answer.hpp>

namespace gambrel::ask {

/// A statistic of a time, as tables and keys name it.
struct load_statistic {
    std::string_view name;
    double share = 0.0;  ///< a quantile; 0: the mean

    /// Of a predicted distribution, or of a simulated tally.
    template <class Times> seconds<> operator()(const Times& t) const {
        return share > 0.0 ? t.quantile(share) : t.mean();
    }
};
inline constexpr std::array<load_statistic, 5> load_statistics{
    {{"mean"}, {"p50", 0.50}, {"p90", 0.90}, {"p95", 0.95}, {"p99", 0.99}}};
inline constexpr load_statistic p50 = load_statistics[1], p99 = load_statistics[4];

/// Whether there is a second token to wait for.
inline bool has_gaps(const load_question& q) { return q.what.load.output.largest() > 1.0; }

}  // namespace gambrel::ask
