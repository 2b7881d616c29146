// SPDX-License-Identifier: Apache-2.0
// gambrel runtimes [PART OF A NAME]: the catalog.
#include <gambrel/ask/matches.hpp>
#include <gambrel/report/json/runtime_json.hpp>

#include "commands.hpp"
#include "output.hpp"

namespace command {

using namespace gambrel;

namespace {
std::string shown(const sourced<seconds<>>& s) { return s.known() ? to_string(s.value) : "-"; }
std::string whole(double n) { return n < 1e6 ? symbols::fixed(n, 0) : "any"; }

std::string in_words(batching b) {
    switch (b) {
        case batching::mixed: return "mixed";
        case batching::prefill_first: return "prompts first";
        case batching::fixed_batch: return "whole batches";
    }
    return "";
}

void print(const std::vector<const runtime<>*>& found) {
    using enum ask::align;
    ask::table t({left, left, right, right, right, right, right}, 1);
    t.row({"runtime", "steps", "tokens", "slots", "step", "kernel", "request"});
    for (const runtime<>* r : found)
        t.row({r->name.str(), in_words(r->scheduling.batching), whole(r->scheduling.token_budget),
               whole(r->scheduling.most_sequences), shown(r->host.per_step), shown(r->host.per_kernel),
               shown(r->host.per_request)});
    out("{}tokens: most of one step; step, kernel, request: what the host adds to each;\n"
        "gambrel runtime NAME has the rest, and the sources\n",
        t.text());
}
}  // namespace

void add_runtimes(CLI::App& app) {
    CLI::App& sub = *app.add_subcommand("runtimes", "the runtimes of the catalog");
    const auto part = std::make_shared<std::string>();
    const auto as_data = std::make_shared<bool>(false);
    sub.add_option("part", *part, "only names or titles that contain this");
    sub.add_flag("--json", *as_data, "print JSON (docs/json.md)");
    sub.callback([part, as_data] {
        const std::vector<const runtime<>*> found = ask::runtimes_with(*part);
        if (*as_data) out_json(report::runtimes_json(found));
        else print(found);
    });
}
}  // namespace command
