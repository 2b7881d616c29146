// SPDX-License-Identifier: Apache-2.0
// ridgepoint validate FILE.csv: predicted against measured, by group, with the rows that could not be predicted.
#include "commands.hpp"

#include <fmt/core.h>
#include <fstream>
#include <nlohmann/json.hpp>
#include <ridgepoint/report/validation.hpp>

namespace command {

namespace {
namespace report = ridgepoint::report;
using json = nlohmann::ordered_json;

struct asked_for {
    std::string file;
    bool dense = false, json = false;
    std::string metric;
};

json to_json(const std::map<std::string, report::score>& scores) {
    json rows = json::array();
    for (const auto& [group, s] : scores)
        rows.push_back({{"group", group}, {"rows", s.size()}, {"median_error", s.median()}, {"mean_error", s.mean()},
                        {"bias", s.bias()}, {"covered", s.coverage()}});
    return rows;
}

void print(const std::map<std::string, report::score>& scores) {
    for (const auto& [group, s] : scores)
        fmt::print("{:<42} {:>5} {:>7.1f}% {:>7.1f}% {:>+7.1f}% {:>6.0f}%\n", group, s.size(), 100 * s.median(),
                   100 * s.mean(), 100 * s.bias(), 100 * s.coverage());
}

void run(const asked_for& o) {
    std::ifstream table(o.file);
    if (!table) ridgepoint::fail("cannot open " + o.file);
    const report::validation v = report::validate(table, {.dense_only = o.dense, .metric = o.metric});
    if (o.json) {
        json all{{"rows", v.read}, {"predicted", v.scored()}, {"totals", to_json(v.totals)},
                 {"groups", to_json(v.groups)}, {"not_predicted", v.refused}};
        fmt::print("{}\n", all.dump(2));
        return;
    }
    fmt::print("{} of {} rows predicted\n\n", v.scored(), v.read);
    fmt::print("{:<42} {:>5} {:>8} {:>8} {:>8} {:>7}\n", "", "rows", "median", "mean", "bias", "in 80%");
    print(v.totals);
    fmt::print("\n");
    print(v.groups);
    fmt::print("\nNot predicted\n");
    for (const auto& [reason, rows] : v.refused) fmt::print("{:>6}  {}\n", rows, reason);
}
}  // namespace

void add_validate(CLI::App& app) {
    auto* sub = app.add_subcommand("validate", "Predicted against measured, for a table of serving measurements");
    auto o = std::make_shared<asked_for>();
    sub->add_option("FILE", o->file, "table with the columns of docs/command.md")->required();
    sub->add_flag("--dense", o->dense, "models without experts only");
    sub->add_option("--metric", o->metric, "TPOT, TTFT or \"output tok/s\" only");
    sub->add_flag("--json", o->json, "the same as JSON");
    sub->callback([o] { run(*o); });
}
}  // namespace command
