// SPDX-License-Identifier: Apache-2.0
// gambrel devices [PART OF A NAME]: the catalog.
#include <gambrel/ask/matches.hpp>
#include <gambrel/report/json/device_json.hpp>

#include "commands.hpp"
#include "output.hpp"

namespace command {

using namespace gambrel;

namespace {
std::string shown_binary(const sourced<bytes<>>& s) { return s.known() ? to_string_binary(s.value) : "-"; }
template <class Q> std::string shown(const sourced<Q>& s) { return s.known() ? to_string(s.value) : "-"; }

/// In TFLOP/s, which the heading says.
std::string teraflops(const sourced<flop_rate<>>& s) { return s.known() ? ask::number(s.value.value() / 1e12) : "-"; }

void print(const std::vector<const device<>*>& found) {
    using enum ask::align;
    ask::table t({left, right, right, right, right, right, right, right, right});
    t.row({"device", "memory", "bandwidth", "16-bit", "fp8", "int8", "fp4", "power", "typical"});
    for (const device<>* d : found) {
        const auto price = typical_price(*d);
        t.row({d->name.str(), shown_binary(d->memory.capacity), shown(d->memory.bandwidth),
               teraflops(native_peak(*d, multiply::as_16_bit)), teraflops(d->peak.fp8), teraflops(d->peak.int8),
               teraflops(d->peak.fp4), shown(d->power.limit), price ? to_string(price->value) : "-"});
    }
    out("{}peaks are dense, in TFLOP/s; typical: median of on-demand quotes\n", t.text());
}
}  // namespace

void add_devices(CLI::App& app) {
    CLI::App& sub = *app.add_subcommand("devices", "the devices of the catalog");
    const auto part = std::make_shared<std::string>();
    const auto as_data = std::make_shared<bool>(false);
    sub.add_option("part", *part, "only names or titles that contain this");
    sub.add_flag("--json", *as_data, "print JSON (docs/json.md)");
    sub.callback([part, as_data] {
        const std::vector<const device<>*> found = ask::devices_with(*part);
        if (*as_data) out_json(report::devices_json(found));
        else print(found);
    });
}
}  // namespace command
