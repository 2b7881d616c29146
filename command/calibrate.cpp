// SPDX-License-Identifier: Apache-2.0
// gambrel calibrate FILE ...: refines the constants of a device, or the host times of a runtime, from measured rows.
// gambrel calibrate --kernels FILE: puts laws fitted on kernels timed on one's own device in the place of shipped ones.
// gambrel calibrate --log FILE: corrects the memory law by what a server printed while it started.
#include <algorithm>
#include <fmt/core.h>
#include <fstream>
#include <gambrel/ask/names.hpp>
#include <gambrel/ask/timed_kernels.hpp>
#include <gambrel/ask/words.hpp>
#include <gambrel/calibration/correct_memory.hpp>
#include <gambrel/calibration/refine.hpp>
#include <gambrel/report/text/laws_text.hpp>
#include <gambrel/validation/measured.hpp>

#include "commands.hpp"
#include "measured_files.hpp"
#include "output.hpp"

namespace command {
using namespace gambrel;

namespace {
struct calibration_asked {
    measured_files files;
    std::string device, runtime, moves = "both", out, kernels;
    std::string log, model, weights = "stored", kv = "stored";  // of a start-up log
    int tensor = 1, pipeline = 1;
    bool json = false;
};

double median_of(const std::vector<row_residual>& rows, double row_residual::*which) {
    std::vector<double> all;
    for (const auto& r : rows) all.push_back(std::abs(r.*which));
    std::sort(all.begin(), all.end());
    return all.empty() ? 0.0 : all[all.size() / 2];
}

/// The rows of the device and the runtime asked for. `device` is the user's own where its name is no catalog name.
std::vector<measured_row> rows_of(const calibration_asked& o, const gambrel::device<>& device) {
    std::vector<measured_row> wanted;
    for (measured_row& m : o.files.read(o.files.read_data(), &device).rows) {
        if (!m.device || m.device->name != device.name) continue;
        if (!o.runtime.empty() && m.runtime.name != gambrel::runtime_named(o.runtime).name) continue;
        wanted.push_back(std::move(m));
    }
    if (wanted.empty())
        gambrel::fail("no row of " + o.files.paths.front() + (o.files.paths.size() > 1 ? " and the other files" : "") +
                      " is of " + device.name.str() + (o.runtime.empty() ? "" : " under " + o.runtime) +
                      "; --device and --runtime must be what the table names");
    return wanted;
}

void print(const calibration_outcome& c, std::size_t asked) {
    out("{} of {} rows used\n", c.rows.size(), asked);
    for (const auto& [reason, n] : c.refused) out("{:>6}  {}\n", n, reason);
    if (!c.converged()) {
        out("\nThe fit did not converge in {} steps: nothing is changed.\n", c.fit.iterations);
        return;
    }
    out("\n{:<18} {:>8} {:>22} {:>10}\n", "", "factor", "80 % range", "before");
    for (std::size_t i = 0; i < gambrel::adjustment::factors; ++i) {
        if (c.prior[i] == 0.0) continue;
        const double f = c.adjustment.factor[i], w = std::exp(gambrel::normal_quantile_90 * c.deviation[i]),
                     before = std::exp(gambrel::normal_quantile_90 * c.prior[i]);
        out("{:<18} {:>8.3f} {:>10.3f} .. {:<8.3f} {:>6.2f} .. {:.2f}\n", gambrel::adjustment::names[i], f, f / w,
            f * w, 1 / before, before);
    }
    out("ranges of laws     {:>8.3f}\n", c.adjustment.sigma);
    out("\nmedian error {:.1f} % before, {:.1f} % after\n", 100 * median_of(c.rows, &row_residual::before),
        100 * median_of(c.rows, &row_residual::after));
    if (c.held_by_prior())
        out("The rows decide {:.1f} of {} constants; what they leave open stays as shipped.\n", c.fit.free_constants,
            c.fit.values.size());
}

void print(const gambrel::start_log& l, const gambrel::memory_correction& c, const gambrel::memory_budget& law,
           const gambrel::memory_budget& before) {
    const auto gib = [](const gambrel::bytes<>& b) { return b / gambrel::gibibytes(1.0); };
    const auto row = [](const char* what, double predicted, const std::optional<double>& printed) {
        out("{:<26} {:>10.2f} {:>10}\n", what, predicted, printed ? fmt::format("{:.2f}", *printed) : std::string("-"));
    };
    out("{} {}\n\n{:<26} {:>10} {:>10}\n", l.server, l.version, "GiB on one rank", "predicted", "printed");
    const gambrel::memory_fit m = before.fit(1.0);
    row("weights", gib(m.weights), l.weights);
    row("room for keys and values", gib(before.room()), l.kv);
    out("\nweights x {:.3f}, besides {:+.2f} GiB; the room is now {:.2f} GiB\n", c.weights, c.besides, gib(law.room()));
    if (l.starts > 1) out("The log holds {} starts: the last is taken.\n", l.starts);
    if (const auto missing = l.missing(); !missing.empty()) {
        std::vector<std::string> names(missing.begin(), missing.end());
        out("The log does not say: {}.\n", ask::listed(names, ", "));
    }
}

/// The correction by the log asked for, as a file; prints what it found unless JSON was asked for.
gambrel::calibration_file corrected_by_log(const calibration_asked& o, const gambrel::device<>& device) {
    std::ifstream in(o.log, std::ios::binary);
    if (!in) gambrel::fail("the log " + o.log + " cannot be opened: give a file that can be read");
    const gambrel::start_log l = gambrel::read_start_log(in, o.log);
    if (l.server.empty())
        gambrel::fail(o.log + " is no start-up log of vLLM, SGLang, TensorRT-LLM or llama.cpp that can be read");
    if (o.model.empty()) gambrel::fail("--log needs --model: logs name a path, not a model");
    const gambrel::architecture model = ask::model_of(o.model);
    const gambrel::runtime<>& server = gambrel::runtime_named(o.runtime.empty() ? l.server : o.runtime);
    if (!std::string_view(server.name.view()).starts_with(l.server))
        gambrel::fail("the log is of " + l.server + ", not of " + server.name.str());
    gambrel::precision formats{.weights = gambrel::as_served(model.stored), .kv = model.kv_cache};
    if (o.weights != "stored") formats.weights = ask::weights_of(o.weights, model);
    if (o.kv != "stored") formats.kv = ask::kv_format_of(o.kv);
    const gambrel::parallelism cut{
        .tensor = o.tensor > 1 ? o.tensor : static_cast<int>(l.tensor.value_or(1.0)),
        .pipeline = o.pipeline > 1 ? o.pipeline : static_cast<int>(l.pipeline.value_or(1.0))};
    if (const auto f = gambrel::check_parallelism(model, cut); !f.ok())
        gambrel::fail("the log's ranks do not divide " + o.model + ": state --tp and --pp");
    const auto c = gambrel::correction_of(l, model, device, server, cut, formats);
    gambrel::device<> board = device;
    if (c.visible) board.memory.visible = gambrel::gibibytes(*c.visible);
    const auto settled = gambrel::on_board(gambrel::with_stated(server, gambrel::stated_in(l)), board, cut);
    if (!o.json)
        print(l, c, {model, board, gambrel::corrected(settled, c), cut, formats},
              {model, device, settled, cut, formats});
    return {.device = device.name.str(), .runtime = server.name.str(), .memory = c};
}

void write(const calibration_asked& o, const gambrel::calibration_file& f) {
    const std::string text = gambrel::report::json_text(to_json(f)) + "\n";
    if (o.json) out("{}", text);
    if (o.out.empty()) return;
    gambrel::report::write_file(o.out, text);
}

/// Moves the constants of `f`, whose laws hold already, by the rows asked for.
void refine(const calibration_asked& o, const gambrel::device<>& device, gambrel::calibration_file& f) {
    const calibration_request ask{.device = o.moves != "host", .host = o.moves != "device"};
    std::vector<measured_row> rows = rows_of(o, device);
    for (measured_row& m : rows) m.laws = f.laws;
    const calibration_outcome c = calibrate(rows, ask);
    if (!o.json) print(c, rows.size());
    if (o.out.empty() && !o.json) return;
    gambrel::calibration_file moved = file_of(c, rows[c.rows.front().row], ask);
    moved.laws = f.laws;
    moved.kernels = f.kernels;
    if (moved.laws) moved.device = f.device;
    f = moved;
}

void run(const calibration_asked& o) {
    const gambrel::device<> device = ask::device_of(o.device);
    if (o.files.paths.empty() && o.log.empty() && o.kernels.empty())
        gambrel::fail(
            "calibrate needs measured rows (FILE), timed kernels (--kernels) or a start-up log (--log); give one or "
            "more");
    gambrel::calibration_file f;
    if (!o.kernels.empty()) {
        const ask::timed_kernels k = ask::kernels_timed(o.kernels, device);
        ask::add_laws(f, k, device);
        if (!o.json) out("{}{}", gambrel::report::laws_text(k), o.files.paths.empty() ? "" : "\n");
    }
    if (!o.files.paths.empty()) refine(o, device, f);
    if (!o.log.empty()) {
        const gambrel::calibration_file log = corrected_by_log(o, device);
        f.memory = log.memory;
        f.device = log.device;
        if (o.files.paths.empty()) f.runtime = log.runtime;
    }
    write(o, f);
}
}  // namespace

void add_calibrate(CLI::App& app, const std::string& data) {
    auto* sub =
        app.add_subcommand("calibrate", "constants of a device or a runtime, refined from your own measurements");
    auto o = std::make_shared<calibration_asked>();
    o->files.add_to(*sub, data);
    sub->add_option("--kernels", o->kernels,
                    "kernels timed on the device (python -m gambrel.measure_kernels): laws of its own");
    sub->add_option("--log", o->log, "what a server printed while it started: corrects its memory");
    sub->add_option("--model", o->model, "model of the log");
    sub->add_option("--weights", o->weights, "their format in the log")->capture_default_str();
    sub->add_option("--kv", o->kv, "format of its cache")->capture_default_str();
    sub->add_option("--tp", o->tensor, "tensor ranks, where the log does not say")->capture_default_str();
    sub->add_option("--pp", o->pipeline, "pipeline stages, likewise")->capture_default_str();
    sub->add_option("--device", o->device, "catalog name or device .json; rows of other hardware are left aside")
        ->required();
    sub->add_option("--runtime", o->runtime, "rows of this runtime only");
    sub->add_option("--moves", o->moves, "what the rows may move")
        ->check(CLI::IsMember({"device", "host", "both"}))
        ->capture_default_str();
    sub->add_option("--out", o->out, "file for `predict --calibration`");
    sub->add_flag("--json", o->json, "print that file instead");
    sub->callback([o] { run(*o); });
}
}  // namespace command
