// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What `diagnose` and `report` take of measurements: files of a server, files of it while it was well, and what is typed of
/// the deployment besides.

#include <gambrel/ask/bound_diagnosis.hpp>

#include "options.hpp"

namespace command {

struct diagnosis_asked {
    std::vector<std::string> files, before;
    double noise = 0.05;

    /// `files`: the name under which the files are given. Returns their option.
    CLI::Option* add_to(CLI::App& app, const char* name) {
        CLI::Option* given = app.add_option(name, files,
                                            "what a benchmark, a server (/metrics, its start-up log), a profiler or "
                                            "nvidia-smi wrote, or folders of it (docs/how-to-your-files.md)");
        app.add_option("--before", before, "files of the same server while it was well")->allow_extra_args(false);
        app.add_option("--noise", noise, "by which two runs of one server differ, as a share")->capture_default_str();
        return given;
    }
    /// The runs of the files under what is typed.
    std::unique_ptr<ask::bound_diagnosis> bound(const deployment_options& typed) const {
        ask::diagnosis_options o{.model = typed.model,
                                 .device = typed.device,
                                 .runtime = typed.runtime,
                                 .noise = checked(noise, 1e-3, 1.0, "the noise between two runs")};
        if (!typed.launch.empty()) {
            const ask::launch line = ask::read_launch(typed.launch);
            if (o.model.empty()) o.model = line.model;
            if (o.runtime.empty()) o.runtime = line.runtime;
        }
        o.say = [&](ask::prediction_options& to) { typed.say(to); };
        const auto is_typed = [&](std::string_view name) { return typed.typed.of(name) != nullptr; };
        o.lengths_said = is_typed("prompt") || is_typed("output") || !typed.workload.empty();
        o.load_said = is_typed("concurrency") || is_typed("rate_per_s");
        return std::make_unique<ask::bound_diagnosis>(observed(files), observed(before), o);
    }

private:
    static std::vector<observation> observed(const std::vector<std::string>& paths) {
        if (paths.empty()) return {};
        return read_observations(std::vector<std::filesystem::path>(paths.begin(), paths.end()), stated{});
    }
};
}  // namespace command
