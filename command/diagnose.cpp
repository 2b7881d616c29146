// SPDX-License-Identifier: Apache-2.0
// gambrel diagnose FILE ...: why a server is as slow as it is.
#include <gambrel/report/json/diagnosis_json.hpp>
#include <gambrel/report/text/diagnosis_text.hpp>

#include "commands.hpp"
#include "diagnosis_options.hpp"
#include "output.hpp"

namespace command {
using namespace gambrel;

void add_diagnose(CLI::App& app, status& result) {
    CLI::App& sub =
        *app.add_subcommand("diagnose", "why a server is slow: what its files show against what is predicted");
    struct typed {
        diagnosis_asked measured;
        deployment_options deployed;
    };
    const auto asked = std::make_shared<typed>();
    asked->measured.add_to(sub, "FILE")->required();
    asked->deployed.add_to(sub);
    sub.get_option("--device")->required(false);
    sub.callback([asked, &result] {
        const auto bound = asked->measured.bound(asked->deployed);
        const ask::bound_diagnosis& b = *bound;
        const diagnosis d = ask::diagnosed(b);
        if (asked->deployed.json) out_json(report::as_json(b, d));
        else out("{}", report::screen(b, d));
        if (d.conclusion == conclusion::contradictory || d.conclusion == conclusion::nothing_to_compare ||
            d.conclusion == conclusion::impossible)
            result = infeasible;
    });
}
}  // namespace command
