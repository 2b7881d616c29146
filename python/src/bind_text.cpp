// SPDX-License-Identifier: Apache-2.0
// Numbers and figures as text, by the formatter of the command: `number`, `figure_text`, `unit_sizes`; text of strangers as it
// may be shown: `printable`, `is_formula`.
#include <gambrel/ask/words.hpp>
#include <gambrel/names/printable.hpp>
#include <gambrel/report/text/csv_field.hpp>

#include "bindings.hpp"

namespace binding {

using namespace gambrel;

namespace {
/// The table whose figures are in `unit`, as the JSON names it: the first of its entries; null for shares and counts.
const symbols::table* table_of(const std::string& unit) {
    for (const symbols::table& t : symbols::all)
        if (t.entries.front().symbol == unit) return &t;
    return nullptr;
}

/// "12.3 ms (11.0 to 13.8)"; memory in GiB, as it is built; a share or a count without a unit.
std::string figure_text(double value, double low, double high, const std::string& unit) {
    if (unit == "B") return symbols::figure_text(symbols::of_binary, value, low, high, 3);
    if (const symbols::table* t = table_of(unit)) {
        const double base = t->entries.front().factor;
        return symbols::figure_text(*t, value * base, low * base, high * base, 3);
    }
    const auto whole = [](double x) { return std::floor(x) == x || std::isinf(x); };
    const bool counted = unit == "1" && whole(value) && whole(low) && whole(high);
    const std::string_view name =
        unit == "1" ? std::string_view() : std::string_view(unit);  // of `unit`, not of a copy
    const std::array<symbols::entry, 1> own{{{name, 1.0, 1.0}}};
    if (counted) return symbols::figure_text({"a count", own}, value, low, high, 1);
    return symbols::figure_text({"a figure", own}, value, low, high, 3);
}

/// What a figure in `unit` may be asked in, by how many of `unit` it is.
py::dict unit_sizes(const std::string& unit) {
    py::dict sizes;
    if (const symbols::table* t = table_of(unit))
        for (const symbols::entry& e : t->entries) sizes[py::str(e.symbol)] = e.factor / t->entries.front().factor;
    else sizes[py::str(unit)] = 1.0;
    if (unit == "1") sizes["%"] = 0.01;
    return sizes;
}
}  // namespace

void bind_text(py::module_& m) {
    m.def("printable", [](const std::string& s) { return printable(s); });
    m.def("is_formula", [](const std::string& s) { return report::is_formula(s); });
    m.def("number", &ask::number, py::arg("x"), py::arg("digits") = 3);
    m.def("figure_text", &figure_text);
    m.def("unit_sizes", &unit_sizes);
}
}  // namespace binding
