// SPDX-License-Identifier: Apache-2.0
#include "measured_files.hpp"

#include <fmt/core.h>
#include <gambrel/measurement/io/measured_source.hpp>

#include "data_folder.hpp"

namespace command {

void measured_files::add_to(CLI::App& app, const std::string& data_of_caller) {
    data = data_of_caller;
    app.add_option(
        "FILE", paths,
        "tables of measurements, files of benchmark tools (docs/how-to-your-files.md lists them), or folders "
        "of them");
    app.add_option(
           "--state", stated,
           "NAME=VALUE: what benchmark results do not say of their deployment: device, model, runtime, "
           "runtime_version, weights, kv, tp, pp, dp, ep, prompt, output, concurrency, backend, num_devices, date, "
           "source, notes (repeatable)")
        ->allow_extra_args(false);
    app.add_option("--data", data, "folder of data files (data/README.md); by default the one beside the program");
}

conventions measured_files::read_data() const { return read_conventions(data_folder(data)); }

measured_files::read_rows measured_files::read(const conventions& c, const device<>* own) const {
    result_json given = result_json::object();
    for (const std::string& typed : stated) read_stated(typed, given);
    const gambrel::stated said(given, c);
    read_rows all;
    for (const std::string& path : paths) {
        const measured_table table = read_benchmark_results(path, said, c);
        for (measured_row& m : read_measurements(table, c, own)) all.rows.push_back(std::move(m));
        for (const auto& [reason, n] : table.skipped) all.skipped[reason] += n;
    }
    return all;
}

std::map<std::string, std::size_t> measured_files::for_each(const conventions& c, const device<>* own,
                                                            const std::function<void(measured_row&&)>& f) const {
    result_json given = result_json::object();
    for (const std::string& typed : stated) read_stated(typed, given);
    const gambrel::stated said(given, c);
    std::map<std::string, std::size_t> skipped;
    for (const std::string& path : paths) {
        measured_source source(path, said, c);
        for_each_figure(source, c, own, f);
        for (const auto& [reason, n] : source.skipped()) skipped[reason] += n;
    }
    return skipped;
}

std::string measured_files::skipped_text(const std::map<std::string, std::size_t>& skipped) {
    std::string text = skipped.empty() ? "" : "\nLeft out of benchmark results\n";
    for (const auto& [reason, n] : skipped) text += fmt::format("{:>6}  {}\n", n, reason);
    return text;
}
}  // namespace command
