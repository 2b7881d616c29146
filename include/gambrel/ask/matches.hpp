// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The entries of a catalog whose name (but for models: or title) contains what was typed, in the catalog's
/// order; nothing typed means all. No entry is one `error` that lists the nearest names.
/// Evidence: tests/ask/bound_question_test.cpp.

#include <gambrel/hardware/catalog.hpp>
#include <gambrel/model/catalog.hpp>
#include <gambrel/runtime/catalog.hpp>
#include <gambrel/workload/catalog.hpp>
#include <vector>

namespace gambrel::ask {

namespace detail {
template <class Entry, class Entries, class Names, class Texts>
std::vector<const Entry*> matches(const char* what, std::string_view part, const Entries& entries, const Names& names,
                                  Texts&& contain) {
    std::vector<const Entry*> found;
    for (const Entry* e : entries)
        if (contain(*e)) found.push_back(e);
    if (found.empty()) fail_unknown("part of a " + std::string(what) + " name", part, names);
    return found;
}
inline bool named_with(std::string_view whole, std::string_view part) { return contains_name(whole, part); }
}  // namespace detail

inline std::vector<const architecture*> models_with(std::string_view part) {
    return detail::matches<architecture>("model", part, all_models, model_names, [&](const architecture& m) {
        return detail::named_with(m.name.view(), part);
    });
}
inline std::vector<const device<>*> devices_with(std::string_view part) {
    return detail::matches<device<>>("device", part, all_devices, device_names, [&](const device<>& d) {
        return detail::named_with(d.name.view(), part) || detail::named_with(d.title.view(), part);
    });
}
inline std::vector<const runtime<>*> runtimes_with(std::string_view part) {
    return detail::matches<runtime<>>("runtime", part, all_runtimes, runtime_names, [&](const runtime<>& r) {
        return detail::named_with(r.name.view(), part) || detail::named_with(r.title.view(), part);
    });
}
inline std::vector<const named_workload*> workloads_with(std::string_view part) {
    const auto contain = [&](const named_workload& w) {
        return detail::named_with(w.name.view(), part) || detail::named_with(w.title.view(), part);
    };
    return detail::matches<named_workload>("workload", part, all_workloads, workload_names, contain);
}
}  // namespace gambrel::ask
