// SPDX-License-Identifier: Apache-2.0
// gambrel models [PART OF A NAME]: the catalog.
#include <gambrel/ask/matches.hpp>
#include <gambrel/report/json/model_json.hpp>

#include "commands.hpp"
#include "output.hpp"

namespace command {

using namespace gambrel;

namespace {
std::string billions(count n) { return ask::number(static_cast<double>(n) / 1e9) + " B"; }

void print(const std::vector<const architecture*>& found) {
    using enum ask::align;
    ask::table t({left, right, right, right, right, left}, 1);
    t.row({"model", "total", "active", "KV B/tok", "context", "stored"});
    for (const architecture* m : found)
        t.row({std::string(gambrel::detail::without_owner(m->name.view())), billions(parameter_count(*m)),
               billions(active_parameters(*m)), symbols::fixed(kv_bytes_per_token(*m).value(), 0),
               symbols::fixed(static_cast<double>(m->most_context), 0),
               (m->groups[0].layer.experts.present() || m->groups[m->group_count - 1].layer.experts.present()
                    ? m->stored.experts
                    : m->stored.feed_forward)
                   .name.str()});
    out("{}", t.text());
}
}  // namespace

void add_models(CLI::App& app) {
    CLI::App& sub = *app.add_subcommand("models", "the models of the catalog");
    const auto part = std::make_shared<std::string>();
    const auto as_data = std::make_shared<bool>(false);
    sub.add_option("part", *part, "only names that contain this");
    sub.add_flag("--json", *as_data, "print JSON (docs/json.md)");
    sub.callback([part, as_data] {
        const std::vector<const architecture*> found = ask::models_with(*part);
        if (*as_data) out_json(report::models_json(found));
        else print(found);
    });
}
}  // namespace command
