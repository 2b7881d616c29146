// SPDX-License-Identifier: Apache-2.0
// gambrel report: the write-up of a deployment, from its prediction or from measurements too, as Markdown, page or JSON.
#include <gambrel/ask/write_up/write_up.hpp>
#include <gambrel/report/html/document_html.hpp>
#include <gambrel/report/json/document_json.hpp>
#include <gambrel/report/text/document_markdown.hpp>
#include <gambrel/report/text/prediction_text.hpp>

#include "advice_options.hpp"
#include "commands.hpp"
#include "diagnosis_options.hpp"
#include "output.hpp"

namespace command {
using namespace gambrel;

void add_report(CLI::App& app, status& result) {
    CLI::App& sub = *app.add_subcommand("report", "the write-up: baseline, bottleneck, options, actions, checks, cost");
    struct typed {
        advice_asked advice;
        diagnosis_asked measured;
        std::string html, markdown;
    };
    const auto o = std::make_shared<typed>();
    o->advice.add_to(sub);
    o->measured.add_to(sub, "--measured")->allow_extra_args(false);
    sub.get_option("--device")->required(false);
    sub.add_option("--html", o->html, "write a page that needs nothing else to FILE");
    sub.add_option("--markdown", o->markdown, "write Markdown to FILE instead of the standard output");
    sub.callback([o, &result] {
        if (o->measured.files.empty() && o->advice.deployed.device.empty())
            fail("report has no --device; give one, or files that say it (--measured)");
        if (o->measured.files.empty() && !o->measured.before.empty())
            fail("--before has files and --measured none; give those of the slow server with --measured");
        const auto bound = o->measured.files.empty() ? nullptr : o->measured.bound(o->advice.deployed);
        const ask::advice a = bound ? o->advice.answered(ask::case_of(*bound)) : o->advice.answered();
        if (!a.ok()) {
            result = infeasible;
            const auto asked = ask::bind_case(a.asked);
            if (o->advice.deployed.json) out_json(report::as_json(asked->question, a.now));
            else out("{}", report::screen(asked->question, a.now));
            return;
        }
        const ask::document d =
            ask::write_up(a, bound ? ask::measured_part_of(*bound, ask::diagnosed(*bound)) : ask::measured_part{});
        if (!o->html.empty()) report::write_file(o->html, report::as_html(d));
        if (!o->markdown.empty()) report::write_file(o->markdown, report::as_markdown(d));
        if (o->advice.deployed.json) out_json(report::as_json(d));
        else if (o->html.empty() && o->markdown.empty()) out("{}", report::as_markdown(d));
    });
}
}  // namespace command
