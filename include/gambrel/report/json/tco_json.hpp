// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A total cost as JSON (docs/json.md): figures as in prediction_json.hpp; what is not known is null, never zero.
/// Evidence: tests/ask/tco_test.cpp.

#include <gambrel/ask/tco_answer.hpp>
#include <gambrel/report/json/load_json.hpp>

namespace gambrel::report {
using namespace ask;

namespace detail {
template <class Q> json known_json(const std::optional<Q>& x) { return x ? figure_json(*x) : json(nullptr); }
inline json plain_json(double x, std::string_view unit) {
    return {{"value", finite(x)}, {"low", finite(x)}, {"high", finite(x)}, {"unit", unit}};
}
inline json known_json(const std::optional<double>& x) { return x ? figure_json(*x) : json(nullptr); }

inline json charges_json(const tco_column& c, const std::optional<rental<>>& paid, double weight) {
    if (!paid) return nullptr;
    json j = json::object();
    for (const auto& row : enum_table<charge_convention>) {
        const token_charge each = c.prices(row.value, *paid, weight);
        j[std::string(row.key)] = {{"input", known_json(each.input)},
                                   {"cached", known_json(each.cached)},
                                   {"output", known_json(each.output)}};
    }
    return j;
}

inline json column_json(const tco_column& c, double weight) {
    const auto year = [](const std::optional<rental<>>& r) {
        return r ? figure_json(*r * hours(hours_per_year)) : json(nullptr);
    };
    json print = nullptr;
    if (c.print)
        print = {{"energy_at_the_meter", figure_json(c.print->energy)},
                 {"carbon", plain_json(c.print->carbon() / grams_per_million_tokens(1), "g/Mtok")},
                 {"carbon_embodied", plain_json(c.print->embodied / grams_per_million_tokens(1), "g/Mtok")},
                 {"water", plain_json(c.print->water / litres_per_million_tokens(1), "L/Mtok")}};
    return {{"load", c.name},
            {"rate", figure_json(c.rate)},
            {"replicas", c.devices.replicas},
            {"servers", c.devices.servers > 0 ? json(c.devices.servers) : json(nullptr)},
            {"devices", c.devices.devices},
            {"use", figure_json(c.devices.use)},
            {"idle", figure_json(1.0 - c.devices.use)},
            {"prompt_share", known_json(c.prompt_share)},
            {"rented", known_json(c.rented)},
            {"rented_a_year", year(c.rented)},
            {"owned", known_json(c.owned)},
            {"owned_a_year", year(c.owned)},
            {"api", known_json(c.api)},
            {"api_a_year", year(c.api)},
            {"per_token_rented", charges_json(c, c.rented, weight)},
            {"per_token_owned", charges_json(c, c.owned, weight)},
            {"board_energy_per_output_token", c.board ? figure_json(*c.board) : json(nullptr)},
            {"footprint", print}};
}

inline json terms_json(const tco_terms& t) {
    json j = json::object();
    for (const tco_term* term : t.all()) {
        const sourced<double>& v = term->value;
        j[std::string(term->key)] =
            !v.known()
                ? json(nullptr)
                : json{{"value", finite(*v)},
                       {"unit", term->unit},
                       {"evidence", name_of(v.kind)},
                       {"source", v.kind == evidence::user ? "given by the caller" : std::string(term->source())},
                       {"date", v.date}};
    }
    return j;
}
}  // namespace detail

inline json as_json(const tco_question& q, const tco_answer& a) {
    question asked = q.load.what;
    if (!a.load.possible()) return as_json(asked, a.load.lone);
    json j{{"gambrel", version}, {"inputs", detail::inputs_json(asked)}, {"feasible", a.ok()}};
    if (!asked.notes.empty()) j["notes"] = asked.notes;
    if (!a.ok()) {
        j["not_known"] = a.not_known;
        return j;
    }
    const double weight = q.terms.cached_weight.value.known() ? *q.terms.cached_weight.value : 0.0;
    j["capacity"] = figure_json(a.capacity);
    j["capacity_by"] = a.by_objective ? "objective" : "stability";
    json columns = json::array();
    for (const tco_column& c : a.columns) columns.push_back(detail::column_json(c, weight));
    j["loads"] = std::move(columns);
    j["owned_device_hour"] = a.own ? json{{"total", figure_json(a.own->total())},
                                          {"capital", figure_json(a.own->capital)},
                                          {"electricity", figure_json(a.own->electricity)},
                                          {"colocation", figure_json(a.own->colocation)},
                                          {"operations", figure_json(a.own->operations)}}
                                   : json(nullptr);
    json contracts = json::array();
    for (const tco_contract& c : a.contracts)
        contracts.push_back({{"contract", c.name},
                             {"per_device", figure_json(c.per_device)},
                             {"owning_cheaper_from", detail::known_json(c.own_from)}});
    j["contracts"] = std::move(contracts);
    j["spot_devices_for_a_server"] = a.spot_each ? json(*a.spot_each) : json(nullptr);
    const auto& back = a.columns.front().paid_back;
    const double months = back ? *back / hours(hours_per_month) : 0.0;
    const int at = q.year * 12 + q.month - 1 + static_cast<int>(std::ceil(months - 1e-9));
    j["paid_back"] = !back ? json(nullptr)
                           : json{{"months", figure_json(months)},
                                  {"within_life", months <= 12.0 * *q.terms.years.value},
                                  {"bought", fmt::format("{}-{:02}", q.year, q.month)},
                                  {"break_even", fmt::format("{}-{:02}", at / 12, at % 12 + 1)}};
    j["api_dearer_from"] = {{"rented", detail::known_json(a.api_from)},
                            {"owned", detail::known_json(a.api_from_owned)}};
    j["constants"] = detail::terms_json(q.terms);
    j["evidence"] = detail::evidence_json(asked, a.load.lone);
    return j;
}
}  // namespace gambrel::report
