// SPDX-License-Identifier: Apache-2.0
// gambrel validate FILE ...: predicted against measured, by group, with the rows that could not be predicted.
#include <fmt/core.h>
#include <gambrel/ask/names.hpp>
#include <gambrel/calibration/calibrated_row.hpp>

#include "commands.hpp"
#include "measured_files.hpp"
#include "output.hpp"

#include <gambrel/report/json/validation_json.hpp>
#include <gambrel/report/text/validation_csv.hpp>
#include <gambrel/report/text/validation_text.hpp>

namespace command {
using namespace gambrel;

namespace {
namespace report = gambrel::report;

struct validation_asked {
    measured_files files;
    validation_filter filter;
    std::string by, out, calibration;
    bool json = false, aliases = false, warm = false;
};

void print_aliases(const char* title, const alias_table& names) {
    out("{}\n", title);
    for (const auto& n : names.entries()) out("  {:<54} {}\n", n.printed, n.ours);
    out("\n");
}

std::string calibrated_text(const calibration_file& f, std::size_t rows) {
    return fmt::format("\n{} {} with the calibration of {}{}{}\n", rows, rows == 1 ? "row" : "rows",
                       f.device.empty() ? f.runtime : f.device,
                       f.rows > 0 ? fmt::format(" on {} measured rows", f.rows) : "",
                       f.laws ? (f.rows > 0 ? " and " : " on ") + f.kernels : "");
}

void run(validation_asked& o) {
    const conventions c = o.files.read_data();
    if (o.aliases) {
        print_aliases("Hardware", c.hardware);
        print_aliases("Runtimes", c.frameworks);
        print_aliases("Weights", c.weights);
        print_aliases("KV cache", c.kv);
        print_aliases("Models", c.models);
        print_aliases("Models as llama.cpp names them", c.gguf_models);
        return;
    }
    if (o.files.paths.empty())
        gambrel::fail("validate needs at least one file; --aliases shows the names it understands");
    if (!o.by.empty()) o.filter.by = group_keys_in(o.by);
    std::optional<gambrel::device<>> own;
    if (std::string_view(o.filter.device).ends_with(".json")) {
        own = ask::device_of(o.filter.device);
        o.filter.device = own->name.str();
    }
    std::optional<report::written_file> file;
    std::optional<report::validation_csv> lines;
    std::function<void(scored_row &&)> written;
    if (!o.out.empty()) {
        lines.emplace(file.emplace(o.out).stream());
        written = [&](const scored_row& row) { lines->write(row); };
    }
    validator scored(o.filter, written);
    std::optional<calibration_file> corrected;
    if (!o.calibration.empty()) corrected = read_calibration(o.calibration);
    std::size_t calibrated = 0;
    const auto skipped = o.files.for_each(c, own ? &*own : nullptr, [&](measured_row&& m) {
        if (o.warm) m.workload.protocol.cold_start = {};
        if (corrected && o.filter.passes(m) && calibrate_row(*corrected, m)) ++calibrated;
        scored.add(std::move(m));
    });
    const validation& v = scored.result();
    if (file) file->finish();
    if (corrected && calibrated == 0)
        gambrel::fail("no row is of what the calibration " + o.calibration + " holds for (" + corrected->device +
                      (corrected->runtime.empty() ? "" : " under " + corrected->runtime) +
                      "); give the rows of that device, or leave --calibration out");
    if (o.json) out_json(report::validation_json(v));
    else
        out("{}{}{}", report::validation_text(v), corrected ? calibrated_text(*corrected, calibrated) : "",
            measured_files::skipped_text(skipped));
}
}  // namespace

void add_validate(CLI::App& app, const std::string& data) {
    auto* sub = app.add_subcommand("validate", "predicted against measured, for tables of measurements");
    auto o = std::make_shared<validation_asked>();
    o->files.add_to(*sub, data);
    sub->add_flag("--dense", o->filter.dense_only, "models without experts only");
    sub->add_option("--metric", o->filter.metric, "one metric only: TPOT, TTFT, latency, \"output tok/s\" ...");
    sub->add_option("--device", o->filter.device,
                    "only rows whose hardware has this in its name; or a device .json of your own, whose rows it is");
    sub->add_option("--calibration", o->calibration, "file of `gambrel calibrate`, for the rows of its device");
    sub->add_option("--runtime", o->filter.runtime, "likewise the runtime");
    sub->add_option("--model", o->filter.model, "likewise the model");
    sub->add_option("--precision", o->filter.precision, "likewise the weight format, as printed");
    sub->add_option("--source", o->filter.source, "likewise the source");
    sub->add_option("--by", o->by,
                    "group by: metric, kind, device, runtime, model, precision, source (comma-separated)");
    sub->add_option("--out", o->out, "write one CSV line per row: measured, predicted, range, error, reason");
    sub->add_flag("--warm", o->warm, "without the cold starts that rules of some sources state (data/rules/)");
    sub->add_flag("--json", o->json, "the same as JSON");
    sub->footer(
        "Pictures are Python's: gambrel.plot.predicted_vs_measured(gambrel.validate(\"FILE\"), metric=\"TPOT\")");
    sub->add_flag("--aliases", o->aliases, "the names of tables that are understood, and what they stand for");
    sub->callback([o] { run(*o); });
}
}  // namespace command
