// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Tables of Nsight Compute: `ncu --csv`, a line a metric, or a column a metric (--page raw) with a second line of units.
///
///     "ID",...,"Kernel Name",...,"Metric Name","Metric Unit","Metric Value"
///
/// The time is gpu__time_duration.sum or Duration; shares of the peak are those of the section SpeedOfLight. ncu replays
/// kernels one at a time, with clocks held: its sum is that of the kernels alone.
/// Source: NVIDIA Nsight Compute CLI (--csv, --page). Evidence: tests/measurement/io/profiles_test.cpp.

#include <gambrel/measurement/io/llama_bench_text.hpp>
#include <gambrel/measurement/io/observed_figure.hpp>
#include <gambrel/measurement/io/text_lines.hpp>
#include <gambrel/measurement/io/tools/kernel_totals.hpp>

namespace gambrel::detail {

/// The columns of ncu's table.
struct ncu_columns {
    std::size_t id = std::string::npos, name = std::string::npos, metric = std::string::npos, unit = std::string::npos,
                value = std::string::npos, duration = std::string::npos, dram = std::string::npos,
                sm = std::string::npos, count = 0;
    bool wide() const { return metric == std::string::npos; }
};
inline bool is_ncu_time(std::string_view metric) { return metric == "gpu__time_duration.sum" || metric == "Duration"; }
inline bool is_ncu_dram(std::string_view metric) {
    return metric == "Memory Throughput" || metric.starts_with("gpu__compute_memory_throughput.avg.pct") ||
           metric.starts_with("dram__throughput.avg.pct");
}
inline bool is_ncu_sm(std::string_view metric) {
    return metric == "Compute (SM) Throughput" || metric.starts_with("sm__throughput.avg.pct");
}
inline std::optional<ncu_columns> ncu_header(std::string_view line) {
    const auto fields = fields_of(line);
    if (!fields) return {};
    ncu_columns c;
    for (std::size_t i = 0; i < fields->size(); ++i) {
        const std::string& f = (*fields)[i];
        if (f == "ID") c.id = i;
        else if (f == "Kernel Name") c.name = i;
        else if (f == "Metric Name") c.metric = i;
        else if (f == "Metric Unit") c.unit = i;
        else if (f == "Metric Value") c.value = i;
        else if (is_ncu_time(f)) c.duration = i;
        else if (is_ncu_dram(f)) c.dram = i;
        else if (is_ncu_sm(f)) c.sm = i;
    }
    c.count = fields->size();
    const bool tall = c.metric != std::string::npos && c.unit != std::string::npos && c.value != std::string::npos;
    if (c.name == std::string::npos || c.id == std::string::npos || (!tall && c.duration == std::string::npos))
        return {};
    return c;
}
inline bool is_ncu_table(const std::string& head) {
    for (const std::string& line : lines_of(head))
        if (ncu_header(without_blanks(line))) return true;
    return false;
}

/// Sums over launches, in the order of the table: the metrics of a launch stand together.
class ncu_launches {
public:
    void begin(const std::string& id, const std::string& name) {
        if (id == id_) return;
        finish();
        id_ = id, name_ = name;
    }
    void time(double seconds) { seconds_ = seconds; }
    void dram(double share) { dram_ = share; }
    void sm(double share) { sm_ = share; }
    void finish() {
        if (seconds_) {
            totals_.add(name_, 1.0, *seconds_);
            if (dram_) dram_time_ += *dram_ * *seconds_, dram_of_ += *seconds_;
            if (sm_) sm_time_ += *sm_ * *seconds_, sm_of_ += *seconds_;
        }
        seconds_.reset(), dram_.reset(), sm_.reset();
    }
    kernel_profile result() const {
        kernel_profile p{.kernels = totals_.result()};
        if (dram_of_ > 0.0) p.memory_throughput = dram_time_ / dram_of_;
        if (sm_of_ > 0.0) p.compute_throughput = sm_time_ / sm_of_;
        return p;
    }

private:
    std::string id_{}, name_{};
    std::optional<double> seconds_{}, dram_{}, sm_{};
    kernel_totals totals_{};
    double dram_time_ = 0.0, dram_of_ = 0.0, sm_time_ = 0.0, sm_of_ = 0.0;
};

inline void observe_ncu(std::istream& in, const std::string& where, std::vector<observation>& all) {
    text_lines lines(in, where);
    std::optional<ncu_columns> columns;
    std::vector<std::string> units;
    ncu_launches launches;
    for (std::string line; lines.next(line);) {
        const std::string_view text = without_blanks(line);
        if (auto header = ncu_header(text)) {
            launches.finish();
            columns = header;
            units.clear();
            continue;
        }
        if (!columns || text.empty() || text.starts_with("==")) continue;
        const auto read = fields_of(text);
        if (!read) lines.wrong("ends inside a quoted field");
        const std::vector<std::string>& f = *read;
        if (f.size() != columns->count)
            lines.wrong((lines.whole() ? "has " : "breaks off: it has ") + std::to_string(f.size()) +
                        " fields, its header " + std::to_string(columns->count));
        if (without_blanks(f[columns->id]).empty()) {
            units = f;
            continue;
        }
        launches.begin(f[columns->id], f[columns->name]);
        const auto number = [&](std::size_t at, const std::string& unit) -> std::optional<double> {
            const auto n = grouped_number(f[at]);
            const auto factor = to_base(unit);
            if (!n || !factor)
                lines.wrong("'" + printable((f[at] + " " + unit).substr(0, 60)) + "' is no number with a known unit");
            return *n * *factor;
        };
        if (columns->wide()) {
            if (units.empty()) lines.wrong("no line of units stands under the header");
            launches.time(*number(columns->duration, units[columns->duration]));
            if (columns->dram != std::string::npos) launches.dram(*number(columns->dram, "%"));
            if (columns->sm != std::string::npos) launches.sm(*number(columns->sm, "%"));
        } else {
            const std::string &metric = f[columns->metric], &unit = f[columns->unit];
            if (is_ncu_time(metric)) launches.time(*number(columns->value, unit));
            else if (is_ncu_dram(metric) && unit == "%") launches.dram(*number(columns->value, unit));
            else if (is_ncu_sm(metric) && unit == "%") launches.sm(*number(columns->value, unit));
        }
    }
    launches.finish();
    observation o;
    o.where = where;
    o.tool = "ncu";
    o.kernels = launches.result();
    if (o.kernels->kernels.empty())
        fail(where + " times no kernel: ncu needs gpu__time_duration.sum or the section SpeedOfLight");
    o.notes.push_back("each kernel alone, replayed");
    all.push_back(std::move(o));
}
}  // namespace gambrel::detail
