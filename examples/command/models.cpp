// SPDX-License-Identifier: Apache-2.0
// ridgepoint models [PART OF A NAME]: the catalog.
#include <fmt/core.h>

#include <ridgepoint/model/catalog.hpp>
#include <ridgepoint/model/kv_cache.hpp>
#include <ridgepoint/model/parameters.hpp>
#include <ridgepoint/report/json.hpp>

#include "commands.hpp"

namespace command {

using namespace ridgepoint;
using report::json;

namespace {
std::string billions(count n) { return report::number(static_cast<double>(n) / 1e9) + " B"; }

void print(const std::vector<const architecture*>& found) {
    using enum report::align;
    report::table t({left, right, right, right, right, left}, 1);
    t.row({"model", "total", "active", "KV B/tok", "context", "stored"});
    for (const architecture* m : found)
        t.row({std::string(ridgepoint::detail::without_owner(m->name.view())), billions(parameter_count(*m)),
               billions(active_parameters(*m)), symbols::fixed(kv_bytes_per_token(*m).value(), 0),
               symbols::fixed(static_cast<double>(m->most_context), 0),
               (m->groups[0].layer.experts.present() || m->groups[m->group_count - 1].layer.experts.present()
                    ? m->stored.experts
                    : m->stored.feed_forward)
                   .name.str()});
    fmt::print("{}", t.text());
}

json as_json(const std::vector<const architecture*>& found) {
    json all = json::array();
    for (const architecture* m : found)
        all.push_back({{"name", m->name.view()},
                       {"family", m->family.view()},
                       {"total_parameters", parameter_count(*m)},
                       {"active_parameters", active_parameters(*m)},
                       {"kv_bytes_per_token", static_cast<count>(kv_bytes_per_token(*m).value())},
                       {"layers", m->layers()},
                       {"most_context", m->most_context}});
    return all;
}
}  // namespace

void add_models(CLI::App& app) {
    CLI::App& sub = *app.add_subcommand("models", "the models of the catalog");
    const auto part = std::make_shared<std::string>();
    const auto as_data = std::make_shared<bool>(false);
    sub.add_option("part", *part, "only names that contain this");
    sub.add_flag("--json", *as_data, "print JSON (docs/json.md)");
    sub.callback([part, as_data] {
        std::vector<const architecture*> found;
        for (const architecture* m : all_models)
            if (ridgepoint::detail::contains_name(m->name.view(), *part)) found.push_back(m);
        if (found.empty()) ridgepoint::detail::fail_unknown("part of a model name", *part, model_names);
        if (*as_data)
            fmt::print("{}\n", as_json(found).dump(2));
        else
            print(found);
    });
}
}  // namespace command
