// SPDX-License-Identifier: Apache-2.0
// gambrel diagnose FILE ...: why a server is as slow as it is.
#include <gambrel/report/json/diagnosis_json.hpp>
#include <gambrel/report/text/diagnosis_text.hpp>

#include "commands.hpp"
#include "options.hpp"
#include "output.hpp"

namespace command {
using namespace gambrel;

namespace {
struct diagnosis_asked {
    std::vector<std::string> files, before;
    deployment_options deployed;
    double noise = 0.05;
};

std::vector<observation> observed(const std::vector<std::string>& paths) {
    if (paths.empty()) return {};
    return read_observations(std::vector<std::filesystem::path>(paths.begin(), paths.end()), stated{});
}
}  // namespace

void add_diagnose(CLI::App& app, status& result) {
    CLI::App& sub =
        *app.add_subcommand("diagnose", "why a server is slow: what its files show against what is predicted");
    const auto asked = std::make_shared<diagnosis_asked>();
    sub.add_option("FILE", asked->files,
                   "what a benchmark, a server (/metrics), a profiler or nvidia-smi wrote, or folders of it "
                   "(docs/how-to-your-own-files.md)")
        ->required();
    sub.add_option("--before", asked->before, "files of the same server while it was well")->allow_extra_args(false);
    sub.add_option("--noise", asked->noise, "by which two runs of one server differ, as a share")
        ->capture_default_str();
    asked->deployed.add_to(sub);
    sub.get_option("--device")->required(false);
    sub.callback([asked, &result] {
        const deployment_options& typed = asked->deployed;
        ask::diagnosis_options o{.model = typed.model,
                                 .device = typed.device,
                                 .runtime = typed.runtime,
                                 .noise = checked(asked->noise, 1e-3, 1.0, "the noise between two runs")};
        if (!typed.launch.empty()) {
            const ask::launch line = ask::read_launch(typed.launch);
            if (o.model.empty()) o.model = line.model;
            if (o.runtime.empty()) o.runtime = line.runtime;
        }
        o.say = [&](ask::prediction_options& to) { typed.say(to); };
        const auto is_typed = [&](std::string_view name) { return typed.typed.of(name) != nullptr; };
        o.lengths_said = is_typed("prompt") || is_typed("output") || !typed.workload.empty();
        o.load_said = is_typed("concurrency") || is_typed("rate_per_s");
        const ask::bound_diagnosis b(observed(asked->files), observed(asked->before), o);
        const diagnosis d = ask::diagnosed(b);
        if (typed.json) out_json(report::as_json(b, d));
        else out("{}", report::screen(b, d));
        if (d.conclusion == conclusion::contradictory || d.conclusion == conclusion::nothing_to_compare ||
            d.conclusion == conclusion::impossible)
            result = infeasible;
    });
}
}  // namespace command
