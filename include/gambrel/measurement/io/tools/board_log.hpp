// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Logs of boards: `nvidia-smi --query-gpu=... --format=csv -l 1`, `dcgmi dmon -e ...` (columns between blanks) and tables
/// or scrapes with DCGM's field names. One line a board and a moment; in bounded memory.
///
///     nvidia-smi   power.draw [W], power.limit [W], clocks.sm [MHz], utilization.gpu [%], memory.used [MiB]: units in
///                  the header, and after the numbers unless `nounits`; "[N/A]" and "[Not Supported]" are nothing
///     dcgmi dmon   #Entity  SMACT TENSO DRAMA POWER SMCLK GPUTL FBUSD; then a line "ID"; then "GPU 0  0.52 ..."
///     DCGM_FI_     DEV_POWER_USAGE W, DEV_SM_CLOCK MHz, DEV_GPU_UTIL %, DEV_FB_USED MiB, PROF_{SM,PIPE_TENSOR,DRAM}_ACTIVE 0 to 1
///
/// Of several boards every line is a sample: means are over boards and time. Utilisation is the share of time in which any
/// kernel ran, and no measure of work. Source: nvidia-smi --help-query-gpu; NVIDIA/DCGM, dcgmlib/dcgm_fields.h.
/// Evidence: tests/measurement/io/profiles_test.cpp.

#include <gambrel/measurement/io/llama_bench_text.hpp>
#include <gambrel/measurement/io/observed_figure.hpp>
#include <gambrel/measurement/io/sample_distribution.hpp>
#include <gambrel/measurement/io/tools/prometheus_text.hpp>

namespace gambrel::detail {

enum class board_reading : unsigned char {
    power,
    power_limit,
    sm_clock,
    utilisation,
    memory_used,
    sm_active,
    tensor_active,
    dram_active
};
struct board_column {
    std::string_view name;  ///< in lower case, without its unit
    board_reading reading;
    std::string_view unit;  ///< where the header has none
};
inline constexpr std::array board_columns{
    board_column{"power.draw", board_reading::power, "w"},
    board_column{"power.draw.average", board_reading::power, "w"},
    board_column{"power.draw.instant", board_reading::power, "w"},
    board_column{"power.limit", board_reading::power_limit, "w"},
    board_column{"enforced.power.limit", board_reading::power_limit, "w"},
    board_column{"clocks.sm", board_reading::sm_clock, "mhz"},
    board_column{"clocks.current.sm", board_reading::sm_clock, "mhz"},
    board_column{"utilization.gpu", board_reading::utilisation, "%"},
    board_column{"memory.used", board_reading::memory_used, "mib"},
    board_column{"dcgm_fi_dev_power_usage", board_reading::power, "w"},
    board_column{"dcgm_fi_dev_power_mgmt_limit", board_reading::power_limit, "w"},
    board_column{"dcgm_fi_dev_enforced_power_limit", board_reading::power_limit, "w"},
    board_column{"dcgm_fi_dev_sm_clock", board_reading::sm_clock, "mhz"},
    board_column{"dcgm_fi_dev_gpu_util", board_reading::utilisation, "%"},
    board_column{"dcgm_fi_dev_fb_used", board_reading::memory_used, "mib"},
    board_column{"dcgm_fi_prof_sm_active", board_reading::sm_active, ""},
    board_column{"dcgm_fi_prof_pipe_tensor_active", board_reading::tensor_active, ""},
    board_column{"dcgm_fi_prof_dram_active", board_reading::dram_active, ""},
    board_column{"power", board_reading::power, "w"},
    board_column{"powr", board_reading::power, "w"},
    board_column{"pmlmt", board_reading::power_limit, "w"},
    board_column{"smclk", board_reading::sm_clock, "mhz"},
    board_column{"gputl", board_reading::utilisation, "%"},
    board_column{"fbusd", board_reading::memory_used, "mib"},
    board_column{"smact", board_reading::sm_active, ""},
    board_column{"tenso", board_reading::tensor_active, ""},
    board_column{"drama", board_reading::dram_active, ""}};
inline const board_column* board_column_named(std::string_view header) {
    const std::string name = lower(name_and_unit(header).first);
    for (const board_column& c : board_columns)
        if (c.name == name) return &c;
    return nullptr;
}

/// Sums of the readings of a log.
class board_totals {
public:
    void add(board_reading what, double x) { kinds_[static_cast<std::size_t>(what)].add(x); }
    void name(const std::string& device) {
        if (device_.empty()) device_ = printable(device.substr(0, 100));
        else if (device_ != device) mixed_ = true;
    }
    observation result(const std::string& where, const std::string& tool) const {
        observation o;
        o.where = where;
        o.tool = tool;
        o.device = mixed_ ? "" : device_;
        if (mixed_) o.notes.push_back("boards of several kinds");
        board_readings b;
        for (const sample_distribution& k : kinds_) b.samples = std::max(b.samples, k.count());
        const auto of = [&](board_reading what) -> const sample_distribution& {
            return kinds_[static_cast<std::size_t>(what)];
        };
        const auto mean = [&](board_reading what) {
            return of(what).count() > 0 ? std::optional(of(what).mean()) : std::nullopt;
        };
        b.power_mean = mean(board_reading::power);
        b.power_limit = mean(board_reading::power_limit);
        b.sm_clock_mean = mean(board_reading::sm_clock);
        b.utilisation = mean(board_reading::utilisation);
        b.sm_active = mean(board_reading::sm_active);
        b.tensor_active = mean(board_reading::tensor_active);
        b.dram_active = mean(board_reading::dram_active);
        if (b.power_mean) b.power_most = of(board_reading::power).most();
        if (b.sm_clock_mean)
            b.sm_clock_least = of(board_reading::sm_clock).least(),
            b.sm_clock_most = of(board_reading::sm_clock).most();
        if (of(board_reading::memory_used).count() > 0) b.memory_used = of(board_reading::memory_used).most();
        o.board = b;
        return o;
    }

private:
    std::array<sample_distribution, 8> kinds_{};
    std::string device_{};
    bool mixed_ = false;
};

/// Whether a line is a header with columns of a board, between commas or between blanks.
inline std::size_t board_columns_in(const std::vector<std::string>& fields) {
    return static_cast<std::size_t>(std::count_if(
        fields.begin(), fields.end(), [](const std::string& f) { return board_column_named(f) != nullptr; }));
}
inline std::vector<std::string> words_of(std::string_view line) {
    std::vector<std::string> words;
    for (std::size_t at = 0; at < line.size();) {
        const std::size_t from = line.find_first_not_of(" \t", at);
        if (from == std::string_view::npos) break;
        const std::size_t end = std::min(line.find_first_of(" \t", from), line.size());
        words.emplace_back(line.substr(from, end - from));
        at = end;
    }
    return words;
}
inline bool is_dmon_header(std::string_view line) {
    return (line.starts_with("#") || line.starts_with("Entity")) &&
           lower(std::string(line.substr(0, 10))).find("entity") != std::string::npos;
}
inline bool is_board_log(const std::string& head) {
    for (const std::string& line : lines_of(head)) {
        const std::string_view text = without_blanks(line);
        if (is_dmon_header(text) && board_columns_in(words_of(text)) > 0) return true;
        if (text.starts_with("DCGM_FI_") && text.find('{') != std::string_view::npos) return true;
        if (const auto fields = fields_of(text);
            fields && fields->size() > 1 && board_columns_in(*fields) > 0 && contains(text, "metric") == false) {
            for (const std::string& f : *fields)
                if (const auto n = lower(name_and_unit(f).first);
                    n.find('.') != std::string::npos || n.starts_with("dcgm_fi_"))
                    return true;
        }
    }
    return false;
}

inline void add_board_cell(board_totals& totals, const board_column& column, std::string_view header_unit,
                           std::string_view cell, const text_lines& at) {
    cell = without_blanks(cell);
    if (cell.empty() || cell.front() == '[' || lower(std::string(cell)) == "n/a" || cell == "-") return;
    const auto n = number_with_unit(cell);
    if (!n) at.wrong("'" + printable(cell.substr(0, 40)) + "' is no number of " + std::string(column.name));
    const std::string unit = !n->second.empty()     ? n->second
                             : !header_unit.empty() ? std::string(header_unit)
                                                    : std::string(column.unit);
    const auto f = unit.empty() ? std::optional(1.0) : to_base(unit);
    if (!f)
        at.wrong("the unit '" + printable(unit.substr(0, 20)) + "' of " + std::string(column.name) + " is not known");
    totals.add(column.reading, n->first * *f);
}

/// Lines of nvidia-smi or of a table with DCGM's names; `dmon`: of dcgmi dmon.
inline void observe_board_log(std::istream& in, const std::string& where, std::vector<observation>& all) {
    text_lines lines(in, where);
    board_totals totals;
    std::vector<const board_column*> columns;
    std::vector<std::string> units, names;
    bool dmon = false, dcgm = false;
    std::size_t name_at = std::string::npos;
    for (std::string line; lines.next(line);) {
        const std::string_view text = without_blanks(line);
        if (text.empty()) continue;
        std::string what;
        if (text.starts_with("DCGM_FI_") && text.find('{') != std::string_view::npos) {
            const auto s = sample_in(text, what);
            if (!s) lines.wrong(what.empty() ? "is no sample" : what);
            const auto model = s->labels.find("modelName");
            if (model != s->labels.end()) totals.name(model->second);
            if (const board_column* c = board_column_named(s->name); c && !std::isnan(s->value))
                totals.add(c->reading, s->value * to_base(c->unit).value_or(1.0));
            dcgm = true;
            continue;
        }
        const bool header = is_dmon_header(text);
        std::vector<std::string> fields;
        if (header || dmon) {
            fields = words_of(text);
        } else {
            auto read = fields_of(text);
            if (!read) lines.wrong("ends inside a quoted field");
            fields = std::move(*read);
        }
        if (board_columns_in(fields) > 0) {  // also where dmon prints its header anew
            dmon = header;
            columns.clear(), units.clear(), names = fields;
            name_at = std::string::npos;
            for (std::size_t i = 0; i < fields.size(); ++i) {
                columns.push_back(board_column_named(fields[i]));
                units.push_back(name_and_unit(fields[i]).second);
                const std::string n = lower(std::string(without_blanks(fields[i])));
                if (n == "name" || n == "gpu_name" || n == "modelname") name_at = i;
                dcgm = dcgm || n.starts_with("dcgm_fi_");
            }
            continue;
        }
        if (columns.empty()) continue;
        std::size_t skip = 0;
        if (dmon) {
            if (fields.size() < 2 || lower(fields[0]) == "id" || text.starts_with("#")) continue;
            skip = fields.size() == columns.size() + 1 ? 1 : 0;  // "GPU 0" are two words, "#Entity" is one
        }
        if (fields.size() != columns.size() + skip)
            lines.wrong((lines.whole() ? "has " : "breaks off: it has ") + std::to_string(fields.size()) +
                        " fields, the header " + std::to_string(columns.size() + skip));
        for (std::size_t i = 0; i < columns.size(); ++i)
            if (columns[i]) add_board_cell(totals, *columns[i], units[i], fields[i + skip], lines);
        if (name_at != std::string::npos) totals.name(std::string(without_blanks(fields[name_at + skip])));
    }
    all.push_back(totals.result(where, dmon ? "dcgmi dmon" : dcgm ? "DCGM" : "nvidia-smi"));
    if (all.back().board->samples == 0) fail(where + " holds no reading of a board");
}
}  // namespace gambrel::detail
