// SPDX-License-Identifier: Apache-2.0
// gambrel calibrate FILE ...: refines the constants of a device, or the host times of a runtime, from measured rows.
#include <algorithm>
#include <fmt/core.h>
#include <fstream>
#include <gambrel/ask/names.hpp>
#include <gambrel/calibration/refine.hpp>
#include <gambrel/validation/measured.hpp>

#include "commands.hpp"
#include "measured_files.hpp"

namespace command {
using namespace gambrel;

namespace {
struct asked_for {
    measured_files files;
    std::string device, runtime, moves = "both", out;
    bool json = false;
};

double median_of(const std::vector<row_residual>& rows, double row_residual::*which) {
    std::vector<double> all;
    for (const auto& r : rows) all.push_back(std::abs(r.*which));
    std::sort(all.begin(), all.end());
    return all.empty() ? 0.0 : all[all.size() / 2];
}

/// The rows of the device and the runtime asked for. `device` is the user's own where its name is no catalog name.
std::vector<measured_row> rows_of(const asked_for& o, const gambrel::device<>& device) {
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
    fmt::print("{} of {} rows used\n", c.rows.size(), asked);
    for (const auto& [reason, n] : c.refused) fmt::print("{:>6}  {}\n", n, reason);
    if (!c.converged()) {
        fmt::print("\nThe fit did not converge in {} steps: nothing is changed.\n", c.fit.iterations);
        return;
    }
    fmt::print("\n{:<18} {:>8} {:>22} {:>10}\n", "", "factor", "80 % range", "before");
    for (std::size_t i = 0; i < gambrel::adjustment::factors; ++i) {
        if (c.prior[i] == 0.0) continue;
        const double f = c.adjustment.factor[i], w = std::exp(gambrel::normal_quantile_90 * c.deviation[i]),
                     before = std::exp(gambrel::normal_quantile_90 * c.prior[i]);
        fmt::print("{:<18} {:>8.3f} {:>10.3f} .. {:<8.3f} {:>6.2f} .. {:.2f}\n", gambrel::adjustment::names[i], f,
                   f / w, f * w, 1 / before, before);
    }
    fmt::print("ranges of laws     {:>8.3f}\n", c.adjustment.sigma);
    fmt::print("\nmedian error {:.1f} % before, {:.1f} % after\n", 100 * median_of(c.rows, &row_residual::before),
               100 * median_of(c.rows, &row_residual::after));
    if (c.held_by_prior())
        fmt::print("The rows decide {:.1f} of {} constants; what they leave open stays as shipped.\n",
                   c.fit.free_constants, c.fit.values.size());
}

void run(const asked_for& o) {
    const gambrel::device<> device = ask::device_of(o.device);
    const calibration_request ask{.device = o.moves != "host", .host = o.moves != "device"};
    const std::vector<measured_row> rows = rows_of(o, device);
    const calibration_outcome c = calibrate(rows, ask);
    if (!o.out.empty() || o.json) {
        const std::string text = to_json(file_of(c, rows[c.rows.front().row], ask)).dump(2) + "\n";
        if (o.json) fmt::print("{}", text);
        if (!o.out.empty()) {
            std::ofstream file(o.out, std::ios::binary);
            file << text;
            if (!file.flush()) gambrel::fail("cannot write " + o.out);
        }
    }
    if (!o.json) print(c, rows.size());
}
}  // namespace

void add_calibrate(CLI::App& app, const std::string& data) {
    auto* sub =
        app.add_subcommand("calibrate", "constants of a device or a runtime, refined from your own measurements");
    auto o = std::make_shared<asked_for>();
    o->files.add_to(*sub, data);
    sub->get_option("FILE")->required();
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
