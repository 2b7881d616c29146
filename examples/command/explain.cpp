// SPDX-License-Identifier: Apache-2.0
// ridgepoint explain: the operators of a decode and of a prefill pass, and where they lie under the roofs.
#include <fmt/core.h>

#include <fstream>
#include <ridgepoint/report/explanation_json.hpp>
#include <ridgepoint/report/prediction_text.hpp>
#include <ridgepoint/report/roofline_svg.hpp>

#include "commands.hpp"
#include "options.hpp"

namespace command {

namespace report = ridgepoint::report;

namespace {
void write(const std::string& path, const std::string& text) {
    std::ofstream file(path, std::ios::binary);
    if (!(file << text << std::flush)) ridgepoint::fail("cannot write " + path);
}
}  // namespace

void add_explain(CLI::App& app, status& result) {
    CLI::App& sub = *app.add_subcommand("explain", "operators of a pass and their roofline, as text and SVG");
    const auto options = std::make_shared<deployment_options>();
    const auto svg = std::make_shared<std::string>();
    options->add_to(sub);
    sub.add_option("--svg", *svg, "write the roofline to this file");
    sub.callback([options, svg, &result] {
        const report::asked a = ask(*options);
        const report::answer answer = report::answered(a.question);
        if (!answer.ok()) {
            result = infeasible;
            if (options->json) fmt::print("{}\n", report::as_json(a.question, answer).dump(2));
            else fmt::print("{}", report::screen(a.question, answer));
            return;
        }
        const report::examination e = report::examined(a.question, answer);
        if (!svg->empty()) write(*svg, report::roofline_svg(e.roofline));
        if (options->json) {
            fmt::print("{}\n", report::explanation_json(a.question, e).dump(2));
            return;
        }
        fmt::print("{}\n{}\n{}", report::operators_text(e.decode, e.roofline),
                   report::operators_text(e.prefill, e.roofline), report::roofline_text(e.roofline));
    });
}
}  // namespace command
