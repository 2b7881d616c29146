// SPDX-License-Identifier: Apache-2.0
// gambrel check-device FILE: a datasheet against physics and its relatives, before a plan rests on it.
#include <gambrel/ask/device_check.hpp>
#include <gambrel/ask/names.hpp>
#include <gambrel/report/json/device_check_json.hpp>

#include "commands.hpp"
#include "output.hpp"

namespace command {
using namespace gambrel;

namespace {
void print_check(const device<>& d, const ask::device_check& c) {
    using enum ask::align;
    const std::string name = ask::clipped(d.name.view(), 40);
    if (c.sound()) out("{}: nothing speaks against its figures\n", name);
    else
        out("{}: {} {} against its figures\n", name, c.doubted.count,
            c.doubted.count == 1 ? "thing speaks" : "things speak");
    for (const doubt& each : c.doubted) out("{}", ask::wrapped("- " + ask::sentence_of(each), 80, 2));
    ask::table t({left, right, right, right, left});
    t.row({"", "stated", "least", "greatest", ""});
    for (const ask::related_figure& f : c.figures)
        t.row({f.name, f.stated, f.relatives > 0 ? f.least : "-", f.relatives > 0 ? f.greatest : "-",
               f.outside ? "outside" : ""});
    out("\n{}", t.text());
    out("{}",
        ask::wrapped(c.relatives.empty() ? "No relative is known: name the architecture or the year."
                                         : "Least and greatest of its relatives in the catalog: " + c.relatives + ".",
                     80, 0));
    if (c.missing.empty()) return;
    out("\nnot stated, and so not known:\n");
    for (const ask::missing_figure& m : c.missing) out("{}", ask::wrapped("- " + m.name + ": " + m.without, 80, 2));
}
}  // namespace

void add_check_device(CLI::App& app, status& result) {
    CLI::App& sub = *app.add_subcommand("check-device", "a datasheet against physics and its relatives");
    const auto name = std::make_shared<std::string>();
    const auto as_data = std::make_shared<bool>(false);
    sub.add_option("DEVICE,--device", *name, "device .json (docs/catalog-hardware.md), or a name")->required();
    sub.add_flag("--json", *as_data, "print JSON (docs/json.md)");
    sub.callback([name, as_data, &result] {
        const device<> d = ask::device_of(*name);
        const ask::device_check c = ask::checked_sheet(d);
        if (*as_data) out_json(report::as_json(d, c));
        else print_check(d, c);
        if (!c.sound()) result = infeasible;
    });
}
}  // namespace command
