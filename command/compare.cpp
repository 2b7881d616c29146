// SPDX-License-Identifier: Apache-2.0
// gambrel compare A B: whether runs of a server after a change are worse, the same or better; or runs and their prediction.
#include <gambrel/comparison/compare_sides.hpp>
#include <gambrel/report/json/comparison_json.hpp>
#include <gambrel/report/junit/comparison_junit.hpp>

#include "commands.hpp"
#include "measured_files.hpp"
#include "output.hpp"

namespace command {
using namespace gambrel;

namespace {
namespace report = gambrel::report;

struct compare_options {
    measured_files files;
    std::vector<std::string> probes, metrics;
    double margin = 5.0, level = 5.0;
    bool paired = false, predicted = false, drift = false, json = false;
    std::string junit;
};

status status_of(change verdict) {
    return verdict == change::worse ? worse : verdict == change::cannot_tell ? cannot_tell : answered;
}

status with_prediction(const compare_options& o) {
    if (o.paired || o.drift || !o.probes.empty() || !o.metrics.empty())
        fail(
            "--predicted takes one side and judges every figure by its range: leave --paired, --drift, --probes and "
            "--metric out");
    const auto rows = o.files.read(o.files.read_data());
    const predicted_guard g = guarded(rows.rows);
    if (!o.junit.empty()) report::write_file(o.junit, report::as_junit(g));
    if (o.json) {
        report::json j = report::as_json(g);
        j["left_out"] = rows.skipped;
        out_json(j);
    } else {
        out("{}{}", report::screen(g), measured_files::skipped_text(rows.skipped));
    }
    return status_of(g.verdict);
}

status with_each_other(const compare_options& o) {
    if (o.files.paths.size() != 2)
        fail(
            "compare needs two sides, before and after: gambrel compare A B, each a file or a folder of runs; or one "
            "with "
            "--predicted");
    sides_asked asked{
        .paths = {{{o.files.paths[0]}, {o.files.paths[1]}}},
        .options = {.margin = o.margin / 100.0, .level = o.level / 100.0, .paired = o.paired, .metrics = o.metrics},
        .drift = o.drift};
    if (!o.probes.empty()) asked.probes = {{{o.probes.at(0)}, {o.probes.at(1)}}};
    for (const std::string& typed : o.files.stated) read_stated(typed, asked.stated);
    const compared_sides c = compared(asked, o.files.read_data());
    if (!o.junit.empty()) report::write_file(o.junit, report::as_junit(c.result));
    if (o.json) out_json(report::as_json(c));
    else out("{}{}", report::screen(c), measured_files::skipped_text(c.left_out));
    return status_of(c.result.verdict);
}
}  // namespace

void add_compare(CLI::App& app, const std::string& data, status& result) {
    CLI::App& sub = *app.add_subcommand("compare", "runs before and after a change: worse, the same, or cannot tell");
    const auto o = std::make_shared<compare_options>();
    o->files.add_to(sub, data);
    sub.add_option("--margin", o->margin, "a change up to so many % is nobody's concern")->default_str("5");
    sub.add_option("--level", o->level, "false alarms in %, over all gated figures together")->default_str("5");
    sub.add_option("--metric", o->metrics, "gate this figure alone, as tpot_mean (repeatable)")
        ->allow_extra_args(false);
    sub.add_flag("--paired", o->paired, "run i of A and run i of B shared machine and hour, as in A B B A");
    sub.add_option("--probes", o->probes, "A and B: files of a probe before each run, as one client, in the same order")
        ->expected(2);
    sub.add_flag("--drift", o->drift, "A is how it was, B every run since, in order: does it creep away?");
    sub.add_flag("--predicted", o->predicted, "one side, against what is predicted of it");
    sub.add_option("--junit", o->junit, "write the verdicts as JUnit's XML to FILE");
    sub.add_flag("--json", o->json, "the same as JSON (docs/json.md)");
    sub.footer("Exit status: 0 the same or better, 1 worse, 2 wrong input, 4 cannot tell");
    sub.callback([o, &result] { result = o->predicted ? with_prediction(*o) : with_each_other(*o); });
}
}  // namespace command
