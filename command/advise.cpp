// SPDX-License-Identifier: Apache-2.0
// gambrel advise: what to change first, by how much it gains for the work it takes.
#include <gambrel/report/json/advice_json.hpp>
#include <gambrel/report/text/advice_text.hpp>

#include "advice_options.hpp"
#include "commands.hpp"
#include "output.hpp"

namespace command {
using namespace gambrel;

void add_advise(CLI::App& app, status& result) {
    CLI::App& sub = *app.add_subcommand("advise", "what to change first: gains with ranges, work, risk, experiment");
    struct typed {
        advice_asked advice;
        std::string change;
        bool all = false;
    };
    const auto o = std::make_shared<typed>();
    o->advice.add_to(sub);
    sub.add_option("--change", o->change, "one change in full, with the lines that try it: fp8_cache (docs/advice.md)");
    sub.add_flag("--all", o->all, "everything, with why what does not help does not");
    sub.callback([o, &result] {
        const ask::advice a = o->advice.answered();
        if (!a.ok()) result = infeasible;
        if (o->advice.deployed.json) {
            out_json(report::as_json(a));
        } else if (!a.ok()) {
            const auto asked = ask::bind_case(a.asked);
            out("{}", report::screen(asked->question, a.now));
        } else if (!o->change.empty()) {
            const ask::advice_item& i = ask::item_named(a, o->change);
            if (i.after) out("{}", report::experiment_text(a, i));
            else out("{}: {}, {}\n", i.change->title, name_of(i.verdict), i.reason);
        } else {
            out("{}", report::screen(a, o->all ? ask::what_ifs.size() : 8, o->all));
        }
    });
}
}  // namespace command
