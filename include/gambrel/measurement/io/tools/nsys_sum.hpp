// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Kernel sums of Nsight Systems: `nsys stats -r cuda_gpu_kern_sum --format csv`.
///
///     Time (%),Total Time (ns),Instances,Avg (ns),Med (ns),Min (ns),Max (ns),StdDev (ns),Name
///
/// after lines of the program, with the unit of the times in the header (ns, us, ms), fields quoted or not, commas inside
/// quoted numbers and inside names; an unquoted name is all that follows the other columns. Other reports may stand before
/// and after: an empty line or another header ends this one; the same report again is another profile.
/// Source: NVIDIA Nsight Systems, User Guide (nsys stats). Evidence: tests/measurement/io/profiles_test.cpp.

#include <gambrel/measurement/io/llama_bench_text.hpp>
#include <gambrel/measurement/io/observed_figure.hpp>
#include <gambrel/measurement/io/text_lines.hpp>
#include <gambrel/measurement/io/tools/kernel_totals.hpp>

namespace gambrel::detail {

/// The columns of a report of nsys that are read.
struct nsys_columns {
    std::size_t total = 0, instances = 0, name = 0, count = 0;
    double factor = 0.0;
};
inline std::optional<nsys_columns> nsys_header(std::string_view line) {
    const auto fields = fields_of(line);
    if (!fields || fields->size() < 4) return {};
    nsys_columns c;
    bool total = false, instances = false, name = false;
    for (std::size_t i = 0; i < fields->size(); ++i) {
        const auto [what, unit] = name_and_unit((*fields)[i]);
        if (what == "Total Time") c.total = i, c.factor = to_base(unit).value_or(0.0), total = true;
        if (what == "Instances") c.instances = i, instances = true;
        if (what == "Name" || what == "Kernel Name") c.name = i, name = true;
    }
    c.count = fields->size();
    if (!total || !instances || !name || c.name + 1 != c.count || !(*fields)[0].starts_with("Time")) return {};
    return c;
}
/// Whether the fields are the header of another report of nsys, which all name a time or a size with its unit.
inline bool nsys_other_header(const std::vector<std::string>& fields) {
    return std::count_if(fields.begin(), fields.end(),
                         [](const std::string& f) { return !name_and_unit(f).second.empty(); }) >= 2;
}
inline bool is_nsys_sum(const std::string& head) {
    for (const std::string& line : lines_of(head))
        if (nsys_header(without_blanks(line))) return true;
    return false;
}

inline void observe_nsys_sum(std::istream& in, const std::string& where, std::vector<observation>& all) {
    text_lines lines(in, where);
    std::optional<nsys_columns> columns;
    kernel_totals totals;
    std::size_t reports = 0;
    const auto finish = [&] {
        columns.reset();
        if (totals.empty()) return;
        observation o;
        o.where = where + (reports > 1 ? " report " + std::to_string(reports) : "");
        o.tool = "nsys stats";
        o.kernels = kernel_profile{.kernels = totals.result()};
        all.push_back(std::move(o));
        totals = {};
    };
    for (std::string line; lines.next(line);) {
        const std::string_view text = without_blanks(line);
        if (auto header = nsys_header(text)) {
            finish();
            columns = header;
            if (!(columns->factor > 0.0)) lines.wrong("the unit of Total Time is not known");
            ++reports;
            continue;
        }
        if (!columns) continue;
        if (text.empty()) {
            finish();
            continue;
        }
        auto fields = fields_of(text);
        if (!fields) lines.wrong("ends inside a quoted field");
        if (fields->size() < columns->count) {
            if (!lines.whole()) lines.wrong("breaks off");
            if (!grouped_number((*fields)[0])) {  // "Processing [run.sqlite] with ..." before the next report
                finish();
                continue;
            }
            lines.wrong("has " + std::to_string(fields->size()) + " fields, its header " +
                        std::to_string(columns->count));
        }
        if (!grouped_number((*fields)[0]) && nsys_other_header(*fields)) {
            finish();
            continue;
        }
        std::string name = (*fields)[columns->name];
        for (std::size_t i = columns->count; i < fields->size(); ++i) name += "," + (*fields)[i];
        const auto total = grouped_number((*fields)[columns->total]),
                   instances = grouped_number((*fields)[columns->instances]);
        if (!total || !instances || *total < 0.0) lines.wrong("its time or its count is no number");
        if (fields->size() > columns->count && grouped_number((*fields)[columns->name]))
            lines.wrong(
                "commas inside its numbers, which are not quoted: they cannot be told from those between fields");
        totals.add(without_blanks(name), *instances, *total * columns->factor);
    }
    finish();
    if (all.empty()) fail(where + " has a header of nsys, and no kernel below it");
}
}  // namespace gambrel::detail
