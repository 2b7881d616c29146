// SPDX-License-Identifier: Apache-2.0
// gambrel workloads [PART OF A NAME]: the catalog.
#include <gambrel/ask/matches.hpp>
#include <gambrel/report/json/workload_json.hpp>

#include "commands.hpp"
#include "output.hpp"

namespace command {

using namespace gambrel;

namespace {
void print(const std::vector<const named_workload*>& found) {
    using enum ask::align;
    ask::table t({left, right, right, right, right, right, right, left, left}, 1);
    t.row({"workload", "prompt", "p50", "p99", "output", "p50", "p99", "protocol", ""});
    std::vector<std::string> sources;
    for (const named_workload* w : found) {
        const std::string source = std::string(w->from.text) + ", " + std::string(w->from.date);
        auto at = std::find(sources.begin(), sources.end(), source);
        if (at == sources.end()) at = sources.insert(sources.end(), source);
        std::vector<std::string> cells{w->name.str()};
        for (const length* l : {&w->prompt, &w->output})
            for (const double tokens : {l->mean(), l->quantile(0.5), l->quantile(0.99)})
                cells.push_back(symbols::fixed(tokens, 0));
        cells.push_back(w->protocol.burst_start ? "benchmark" : "steady");
        cells.push_back("[" + std::to_string(at - sources.begin() + 1) + "]");
        t.row(std::move(cells));
    }
    out("{}prompt, output: means, in tokens; predict --workload NAME takes one\n\n", t.text());
    for (std::size_t i = 0; i < sources.size(); ++i)
        out("{}", ask::wrapped("[" + std::to_string(i + 1) + "] " + sources[i], 80, 4));
}
}  // namespace

void add_workloads(CLI::App& app) {
    CLI::App& sub = *app.add_subcommand("workloads", "the workloads of the catalog");
    const auto part = std::make_shared<std::string>();
    const auto as_data = std::make_shared<bool>(false);
    sub.add_option("part", *part, "only names or titles that contain this");
    sub.add_flag("--json", *as_data, "print JSON (docs/json.md)");
    sub.callback([part, as_data] {
        const std::vector<const named_workload*> found = ask::workloads_with(*part);
        if (*as_data) out_json(report::workloads_json(found));
        else print(found);
    });
}
}  // namespace command
