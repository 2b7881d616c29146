// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Compilation that the opening burst of a benchmark waited for, where a run's mean and median tell it apart: the median
/// of ten requests a client does not see the burst, the mean has a tenth of it.
///
///     cold start = requests per client x ((mean - median) measured - (mean - median) predicted)      median over pairs
///
/// A pair is two rows of one source family, cut and load. Servers were warmed up by one request until 2026-01-20, by two
/// per client since (benchmark scripts of InferenceX, d053ae24e): the rule holds for runs before that.

#include "generated.hpp"
#include "rows.hpp"
#include <fmt/format.h>
#include <map>
#include <string>
#include <tuple>

namespace fit_software {

/// Writes data/rules/cold_starts.json into `tree`; returns the section of the page.
inline std::string cold_starts(rows_type& all, const std::string& tree, const std::string& date) {
    using key = std::tuple<std::string, std::string, std::string, int, int, int, double, double, double>;
    struct side {
        double measured = 0, predicted = 0;
    };
    std::map<key, std::array<std::vector<side>, 2>> loads;  // means, medians
    std::map<std::pair<std::string, std::string>, std::vector<double>> found;
    for (const measured_row& m : all) {
        if (!m.ok() || !from(m, "inferencex") || !is_ttft(m)) continue;
        const predicted_figure f = predict_measured(m);
        if (!f.ok()) continue;
        const bool median = m.workload.protocol.reported == statistic::median;
        loads[{std::string(runtime_of_era(m.runtime.name.view())), m.model->family.str(), m.device->name.str(),
               m.cut.tensor, m.cut.data, m.cut.expert, m.workload.prompt.mean(), m.workload.output.mean(),
               m.workload.concurrency}][median ? 1 : 0]
            .push_back({m.value, f.value});
    }
    std::map<key, double> rounds;
    for (const measured_row& m : all)
        if (m.ok() && from(m, "inferencex"))
            rounds[{std::string(runtime_of_era(m.runtime.name.view())), m.model->family.str(), m.device->name.str(),
                    m.cut.tensor, m.cut.data, m.cut.expert, m.workload.prompt.mean(), m.workload.output.mean(),
                    m.workload.concurrency}] = m.workload.protocol.prompts_per_client;
    for (const auto& [load, sides] : loads)
        for (const side& mean : sides[0])
            for (const side& median : sides[1])
                found[{std::get<0>(load), std::get<1>(load)}].push_back(
                    rounds[load] * ((mean.measured - median.measured) - (mean.predicted - median.predicted)));
    std::string page =
        "\n## Cold starts\n\nSeconds that the opening burst of an InferenceX run waited for compilation before "
        "2026-01-21, "
        "where means and medians of one load are both published: requests per client x the difference that the law "
        "does not explain.\n\n| runtime | model family | pairs | seconds | quartiles |\n|---|---|---|---|---|\n";
    std::string rules =
        "{\n  \"about\": \"Compilation that the opening burst of an InferenceX run waited for: seconds, of means only, "
        "where "
        "means and medians of one load prove it. Derived " +
        date +
        " by `fit_software DATA_DIR SOURCE_DIR`: docs/calibration/software.md. Generated: do not edit.\",\n  "
        "\"as_run\": "
        "[\n    {\n      \"when\": {\"table\": \"serving\", \"source_id\": \"inferencex*\", \"statistic\": \"mean\", "
        "\"date\": {\"before\": \"2026-01-21\"}},\n      \"rules\": [\n";
    bool first = true;
    for (auto& [who, unsorted] : found) {
        std::vector<double>& sorted = unsorted;
        std::sort(sorted.begin(), sorted.end());
        const auto at = [&](double q) {
            return sorted[static_cast<std::size_t>(q * static_cast<double>(sorted.size() - 1))];
        };
        if (!(at(0.5) > 0.0)) continue;
        page += fmt::format("| {} | {} | {} | {:.2f} | {:.2f} to {:.2f} |\n", who.first, who.second, sorted.size(),
                            at(0.5), at(0.25), at(0.75));
        rules += fmt::format(
            "{}        {{\"when\": {{\"runtime\": \"{}*\", \"family\": \"{}\"}}, \"set\": {{\"cold_start_s\": "
            "{:.3f}}}, \"rows\": {}}}",
            first ? "" : ",\n", who.first, who.second, at(0.5), sorted.size());
        first = false;
        for (measured_row& m : all)
            if (m.ok() && from(m, "inferencex") && is_ttft(m) && m.workload.protocol.reported == statistic::mean &&
                m.date < "2026-01-21" && is(m, who.first) && m.model->family.view() == who.second)
                m.workload.protocol.cold_start = seconds<>::from_value(at(0.5));
    }
    generated::write(tree + "/data/rules/cold_starts.json", rules + "\n      ]\n    }\n  ]\n}\n");
    return page;
}
}  // namespace fit_software
