// SPDX-License-Identifier: Apache-2.0
// gambrel validate FILE ...: predicted against measured, by group, with the rows that could not be predicted.
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
    std::string by, out;
    bool json = false, aliases = false, warm = false;
};

void print_aliases(const char* title, const alias_table& names) {
    out("{}\n", title);
    for (const auto& n : names.entries()) out("  {:<54} {}\n", n.printed, n.ours);
    out("\n");
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
    std::optional<report::written_file> file;
    std::optional<report::validation_csv> lines;
    std::function<void(scored_row &&)> written;
    if (!o.out.empty()) {
        lines.emplace(file.emplace(o.out).stream());
        written = [&](const scored_row& row) { lines->write(row); };
    }
    validator scored(o.filter, written);
    const auto skipped = o.files.for_each(c, [&](measured_row&& m) {
        if (o.warm) m.workload.protocol.cold_start = {};
        scored.add(std::move(m));
    });
    const validation& v = scored.result();
    if (file) file->finish();
    if (o.json) out_json(report::validation_json(v));
    else out("{}{}", report::validation_text(v), measured_files::skipped_text(skipped));
}
}  // namespace

void add_validate(CLI::App& app, const std::string& data) {
    auto* sub = app.add_subcommand("validate", "predicted against measured, for tables of measurements");
    auto o = std::make_shared<validation_asked>();
    o->files.add_to(*sub, data);
    sub->add_flag("--dense", o->filter.dense_only, "models without experts only");
    sub->add_option("--metric", o->filter.metric, "one metric only: TPOT, TTFT, latency, \"output tok/s\" ...");
    sub->add_option("--device", o->filter.device, "only rows whose hardware has this in its name");
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
