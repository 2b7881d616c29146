// SPDX-License-Identifier: Apache-2.0
// What enumerations are called, and the colours of pictures: `enum_tables` and `palette` of the module.
#include <gambrel/numeric/palette.hpp>
#include <gambrel/serving/load/load_prediction.hpp>
#include <gambrel/training/part.hpp>
#include <gambrel/validation/validation.hpp>

#include "bindings.hpp"

namespace binding {

using namespace gambrel;

namespace {
/// The rows of an enumeration in order: (key, words, label, colour).
template <tabled E> py::list rows() {
    py::list all;
    for (const E e : all_of<E>()) all.append(py::make_tuple(key_of(e), name_of(e), label_of(e), colour_of(e)));
    return all;
}
}  // namespace

void bind_tables(py::module_& m) {
    py::dict tables;
    tables["operator_class"] = rows<operator_class>();
    tables["bound"] = rows<bound>();
    tables["training_part"] = rows<training::part>();
    tables["rate_bound"] = rows<rate_bound>();
    tables["validity_warning"] = rows<validity_warning>();
    tables["obstacle"] = rows<obstacle>();
    tables["metric"] = rows<metric>();
    tables["group_key"] = rows<group_key>();
    tables["evidence"] = rows<evidence>();
    m.attr("enum_tables") = tables;
    py::dict palette;
    for (const auto& [name, colour] : colours::by_name) palette[py::str(name)] = colour;
    m.attr("palette") = palette;
}
}  // namespace binding
