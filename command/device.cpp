// SPDX-License-Identifier: Apache-2.0
// gambrel device NAME: its figures with their sources, its ridge points, what it has been quoted at.
#include <gambrel/ask/names.hpp>
#include <gambrel/report/json/device_json.hpp>

#include "commands.hpp"
#include "output.hpp"
#include "sheet.hpp"

namespace command {

using namespace gambrel;

namespace {
std::string link_remark(const interconnect<>& l) {
    return l.name.str() + (l.devices > 1 ? ", joins " + std::to_string(l.devices) : "") +
           (l.in_switch_reduction ? ", adds in the switch" : "");
}

void print(const device<>& d) {
    out("{}{}{}{}\n\n", ask::clipped(d.name.view(), 40), d.title.empty() ? "" : ": " + ask::clipped(d.title.view(), 60),
        d.architecture.empty() ? "" : ", " + ask::clipped(d.architecture.view(), 30),
        d.year > 0 ? ", " + std::to_string(d.year) : "");
    sheet s;
    s.figure("memory", d.memory.capacity, d.memory.capacity.known() ? to_string_binary(d.memory.capacity.value) : "");
    s.figure("its driver shows", d.memory.visible,
             d.memory.visible.known() ? to_string_binary(d.memory.visible.value) : "");
    s.figure("bandwidth", d.memory.bandwidth);
    s.figure("cache", d.cache.capacity);
    s.figure("cache bandwidth", d.cache.bandwidth);
    for (const number_format f : all_number_formats) {
        const auto& peak = d.peak.of(f);
        if (peak.known())
            s.figure(std::string(name_of(f)), peak,
                     "ridge point " + to_string(intensity<>(peak.value / d.memory.bandwidth.value)));
    }
    s.figure("scale-up link", d.scale_up.per_direction, link_remark(d.scale_up));
    s.figure("host link", d.host_link.per_direction, link_remark(d.host_link));
    s.figure("scale-out link", d.scale_out.per_direction, link_remark(d.scale_out));
    s.figure("power limit", d.power.limit);
    s.figure("idle power", d.power.idle);
    s.figure("list price", d.list_price);
    out("{}\n", s.text());

    const auto quotes = price_quotes_for(d.name.view());
    if (quotes.empty()) {
        out("no rental price is known\n");
        return;
    }
    using enum ask::align;
    ask::table prices({left, left, left, left, right});
    prices.row({"provider", "terms", "region", "date", "$/h"});
    for (const auto& row : enum_table<commitment>)
        for_each_newest(quotes, row.value, [&](const price_quote& q) {
            prices.row({ask::clipped(q.provider, 24), std::string(name_of(row.value)), ask::clipped(q.region, 18),
                        std::string(q.date), to_string(q.rent)});
        });
    out("of {} quotes each provider's newest (all with their addresses: --json)\n{}", quotes.size(), prices.text());
    if (const auto typical = typical_price(d))
        out("typical on demand: {} (median over providers, lowest and highest)\n", to_string(*typical));
}
}  // namespace

void add_device(CLI::App& app) {
    CLI::App& sub = *app.add_subcommand("device", "figures, sources, ridge points and prices of a device");
    const auto name = std::make_shared<std::string>();
    const auto as_data = std::make_shared<bool>(false);
    sub.add_option("device,--device", *name, "name (docs/names.md) or device .json")->required();
    sub.add_flag("--json", *as_data, "print JSON (docs/json.md)");
    sub.callback([name, as_data] {
        const ask::asked_device asked = ask::asked_device_of(*name);
        const device<>& d = asked.device;
        if (asked.count > 0 && !*as_data) out("{} is {} x {}\n", ask::clipped(*name, 40), asked.count, d.name.view());
        if (*as_data) out_json(report::device_sheet_json(d));
        else print(d);
    });
}
}  // namespace command
