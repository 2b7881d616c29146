// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A runtime as JSON (docs/json.md): every setting by its name in runtime/runtime.hpp, enumerations as text, times and
/// sizes with their sources in the form of a device's figures, {"value", "unit", "source", "date", "evidence"}. A time
/// that nothing is known of is null, and counted as zero.
/// Opt-in: needs nlohmann-json. Evidence: tests/report/runtime_json_test.cpp.

#include <gambrel/ask/runtime_fields.hpp>
#include <gambrel/report/json/prediction_json.hpp>

namespace gambrel::report {
using namespace ask;

namespace detail {
template <class Q> json sourced_json(const sourced<Q>& s) {
    if (!s.known()) return nullptr;
    const symbols::entry& e = symbols::of<typename Q::unit_type>.entries.front();
    return {{"value", finite(s.value.value() / e.factor)},
            {"unit", e.symbol},
            {"source", s.text},
            {"date", s.date},
            {"evidence", key_of(s.kind)}};
}
template <class T> json field_json(const T& field) {
    if constexpr (std::is_enum_v<T>) return key_of(field);
    else if constexpr (std::is_same_v<T, name_text>) return field.view();
    else if constexpr (std::is_same_v<T, bytes<>>) return field.value();
    else if constexpr (std::is_same_v<T, supported_devices>) return names_of(field);
    else if constexpr (std::is_same_v<T, std::span<const board_settings>>) {
        json rows = json::array();
        for (const board_settings& row : field)
            rows.push_back({{"from", row.from.value()},
                            {"token_budget", row.token_budget},
                            {"most_sequences", row.most_sequences},
                            {"except", row.except.view()}});
        return rows;
    } else if constexpr (requires { visit_fields(field, [](const char*, const auto&) {}); }) {
        json j = json::object();
        visit_fields(field, [&](const char* name, const auto& each) { j[name] = field_json(each); });
        return j;
    } else if constexpr (requires { field.kind; }) return sourced_json(field);
    else return field;
}
}  // namespace detail

/// All of `r`: times in s, sizes in B, steps and tokens as numbers. `ask::runtime_from_json` reads it.
inline json runtime_json(const runtime<>& r) {
    json j{{"gambrel", version}};
    visit_fields(r, [&](const char* name, const auto& field) { j[name] = detail::field_json(field); });
    return j;
}

/// A list of them.
inline json runtimes_json(runtimes listed) {
    json all = json::array();
    for (const runtime<>* r : listed) all.push_back(runtime_json(*r));
    return all;
}
}  // namespace gambrel::report
