// SPDX-License-Identifier: Apache-2.0
// gambrel explain: the operators of a decode and of a prefill pass, and where they lie under the roofs.
#include <gambrel/report/json/explanation_json.hpp>
#include <gambrel/report/svg/roofline_svg.hpp>
#include <gambrel/report/text/elasticity_text.hpp>
#include <gambrel/report/text/prediction_text.hpp>
#include <gambrel/report/text/roofline_text.hpp>

#include "commands.hpp"
#include "options.hpp"
#include "output.hpp"

namespace command {
using namespace gambrel;

namespace report = gambrel::report;

void add_explain(CLI::App& app, status& result) {
    CLI::App& sub = *app.add_subcommand("explain", "operators of a pass and their roofline, as text and SVG");
    const auto options = std::make_shared<deployment_options>();
    const auto svg = std::make_shared<std::string>();
    options->add_to(sub, deployment_options::placed);
    sub.add_option("--svg", *svg, "write the roofline to this file");
    sub.callback([options, svg, &result] {
        const ask::bound_question a = question_of(*options);
        const ask::answer answer = ask::answered(a.question);
        if (!answer.ok()) {
            result = infeasible;
            if (options->json) out_json(report::as_json(a.question, answer));
            else out("{}", report::screen(a.question, answer));
            return;
        }
        const ask::examination e = ask::examined(a.question, answer);
        if (!svg->empty()) report::write_file(*svg, report::roofline_svg(e.roofline));
        if (options->json) {
            out_json(report::explanation_json(a.question, e));
            return;
        }
        out("{}\n", report::operators_text(e.decode, e.roofline));
        if (e.draft) out("{}\n", report::operators_text(*e.draft, e.roofline));
        out("{}\n{}", report::operators_text(e.prefill, e.roofline), report::roofline_text(e.roofline));
        if (e.moved_by) out("\n{}", report::elasticity_text(*e.moved_by));
    });
}
}  // namespace command
