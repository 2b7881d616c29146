// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Predicted against measured, by group: how far off (median and mean absolute error), to which side (bias), how often
/// the measured value lies in the 80 % range, and how many rows could not be predicted, with the reason.
///
///     error = predicted / measured - 1

#include <algorithm>
#include <map>
#include <ridgepoint/report/measured.hpp>
#include <ridgepoint/units_io.hpp>

namespace ridgepoint::report {

struct score {
    std::vector<double> errors{};
    std::size_t covered = 0;

    void add(double predicted, double low, double high, double measured) {
        errors.push_back(predicted / measured - 1.0);
        if (low <= measured && measured <= high) ++covered;
    }
    std::size_t size() const { return errors.size(); }
    double median() const {
        if (errors.empty()) return 0.0;
        std::vector<double> a(errors.size());
        std::transform(errors.begin(), errors.end(), a.begin(), [](double e) { return math::abs(e); });
        std::sort(a.begin(), a.end());
        const std::size_t half = a.size() / 2;
        return a.size() % 2 == 1 ? a[half] : 0.5 * (a[half - 1] + a[half]);
    }
    double mean() const {
        double sum = 0.0;
        for (const double e : errors) sum += math::abs(e);
        return errors.empty() ? 0.0 : sum / static_cast<double>(errors.size());
    }
    double bias() const {
        double sum = 0.0;
        for (const double e : errors) sum += e;
        return errors.empty() ? 0.0 : sum / static_cast<double>(errors.size());
    }
    double coverage() const {
        return errors.empty() ? 0.0 : static_cast<double>(covered) / static_cast<double>(errors.size());
    }
};

struct validation {
    std::map<std::string, score> groups;          ///< "TPOT  dense  h100-sxm  vllm"
    std::map<std::string, score> totals;          ///< "TPOT  dense"
    std::map<std::string, std::size_t> refused;   ///< reason -> rows
    std::size_t rows = 0;
};

/// What `validate` looks at.
struct validation_filter {
    bool dense_only = false;
    std::string metric;  ///< "" or "TPOT" ...
};

/// Scores every row of a table. Rows of a deployment whose KV memory starves (requests wait for it) are set apart.
inline validation validate(std::istream& table, const validation_filter& filter = {}) {
    csv_reader row(table);
    for (const char* column : {"hardware", "model", "framework", "weight_format", "tp", "input_len", "output_len",
                               "concurrency", "metric", "value", "unit"})
        row.require(column);
    bool known = filter.metric.empty();
    for (const metric m : {metric::ttft, metric::tpot, metric::output_throughput}) known = known || filter.metric == name_of(m);
    if (!known) fail("unknown metric \"" + filter.metric + "\"; it must be TTFT, TPOT or output tok/s");
    validation v;
    while (row.next()) {
        ++v.rows;
        const measured m = read_measured(row);
        if (!m.unpredictable.empty()) {
            ++v.refused[m.unpredictable];
            continue;
        }
        const std::string kind = is_dense(*m.model) ? "dense" : "MoE";
        if ((filter.dense_only && kind != "dense") || (!filter.metric.empty() && filter.metric != name_of(m.metric))) {
            ++v.refused["left out by the filter"];
            continue;
        }
        const prediction<> p = predict(deployment<>{*m.model, *m.device, m.runtime, m.cut, m.formats}, m.workload);
        if (!p.ok()) {
            ++v.refused["predicted not to run (format, cut or memory)"];
            continue;
        }
        if (p.waiting > 0.0) {
            ++v.refused["predicted to wait for KV memory or slots"];
            continue;
        }
        const std::string total = std::string(name_of(m.metric)) + "  " + kind;
        const std::string group = total + "  " + m.device->name.str() + "  " + m.runtime.name.str();
        const auto add = [&](const auto& figure) {
            for (score* s : {&v.groups[group], &v.totals[total]})
                s->add(figure.value.value(), figure.low.value(), figure.high.value(), m.value);
        };
        switch (m.metric) {
            case metric::ttft: add(p.ttft); break;
            case metric::tpot: add(p.tpot); break;
            case metric::latency: add(p.latency); break;
            case metric::output_throughput: add(p.output_throughput); break;
        }
    }
    return v;
}
}  // namespace ridgepoint::report
