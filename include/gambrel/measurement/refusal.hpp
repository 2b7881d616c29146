// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What the readers of rows share: names looked up, rules asked, and ending the reading of a row with a reason (an
/// exception that never leaves `reading`). Evidence: tests/measurement/measured_test.cpp.

#include <gambrel/hardware/catalog.hpp>
#include <gambrel/measurement/conventions.hpp>
#include <gambrel/measurement/fields.hpp>
#include <gambrel/measurement/row.hpp>
#include <gambrel/model/catalog.hpp>

namespace gambrel::detail {

struct refusal {
    std::string why;
};
/// The row cannot be predicted, because `why`.
[[noreturn]] inline void refuse(std::string why) { throw refusal{std::move(why)}; }

/// `m` as `steps` leave it, with the reason of the first one that refuses.
template <class Steps> measured_row reading(measured_row& m, const Steps& steps) {
    try {
        steps();
    } catch (const refusal& r) {
        m.unpredictable = r.why;
    } catch (const error& e) {
        m.unpredictable = std::string("refused: ") + e.what();
    }
    return std::move(m);
}

/// Cuts "-80GB", " 80GB" and the maker's name: what is left may be a name of the catalog.
constexpr std::string_view bare_hardware(std::string_view name) {
    for (const std::string_view maker : {"NVIDIA ", "AMD ", "Intel ", "Google ", "AWS "})
        if (name.starts_with(maker)) name.remove_prefix(maker.size());
    if (name.ends_with("GB")) {
        std::size_t end = name.size() - 2;
        while (end > 0 && name[end - 1] >= '0' && name[end - 1] <= '9') --end;
        if (end > 1 && end < name.size() - 2 && (name[end - 1] == '-' || name[end - 1] == ' '))
            name = name.substr(0, end - 1);
    }
    return name;
}

/// `name` without the words at its end that say how the model was stored or when, not what it is.
inline std::string bare_model(std::string_view name) {
    constexpr std::array<std::string_view, 10> endings{"-FP8", "-NVFP4", "-FP4", "-MXFP4", "-0528",
                                                       "-AWQ", "-GPTQ",  "-fp8", "-KV",    "-FP8-KV"};
    for (bool cut = true; cut;) {
        cut = false;
        for (const std::string_view ending : endings)
            if (name.size() > ending.size() && name.ends_with(ending)) {
                name.remove_suffix(ending.size());
                cut = true;
            }
    }
    return std::string(name);
}

/// The device that `m.hardware` names: `own`, one of the caller's, before the catalog's.
inline void read_hardware(measured_row& m, const conventions& c, const device<>* own) {
    if (own && same_name(own->name.view(), m.hardware)) {
        m.device = own;
        return;
    }
    const std::string_view alias = c.hardware.ours(m.hardware);
    m.device = find_device(alias.empty() ? std::string_view(m.hardware) : alias);
    if (!m.device) m.device = find_device(bare_hardware(m.hardware));
    if (!m.device) refuse("device not in the catalog: " + m.hardware);
}

/// What rules may ask about a row of `kind` whose words are `m`'s.
inline row_facts facts_of(const table_row& row, table_kind kind, const measured_row& m) {
    row_facts f(row);
    f.tell("table", std::string(name_of(kind)));
    f.tell("source_id", m.source);
    f.tell("statistic", m.workload.protocol.reported == statistic::median ? "median" : "mean");
    if (const auto release = release_order(row["framework_version"])) f.tell("release", *release);
    return f;
}
/// The same once device, model and runtime of `m` are known.
inline row_facts facts_of_names(const table_row& row, table_kind kind, const measured_row& m) {
    row_facts f = facts_of(row, kind, m);
    f.tell("device", m.device->name.str());
    f.tell("vendor", std::string(key_of(m.device->vendor)));
    f.tell("family", m.model->family.str());
    f.tell("catalog_model", std::string(without_owner(m.model->name.view())));
    f.tell("runtime", std::string(runtime_of_era(m.runtime.name.view())));
    f.tell("metric", std::string(name_of(m.metric)));
    std::string formats;  // that the device multiplies in
    for (const number_format n : all_number_formats)
        if (m.device->peak.of(n).known()) formats += (formats.empty() ? "" : " ") + std::string(key_of(n));
    f.tell("multiplies", formats);
    return f;
}
/// The same once ranks of `m` are known.
inline row_facts facts_of_run(const table_row& row, table_kind kind, const measured_row& m) {
    row_facts f = facts_of_names(row, kind, m);
    f.tell("weights", m.stored);
    f.tell("drafted", m.drafts > 0 || m.drafted ? "yes" : "no");
    f.tell("ranks", m.cut.tensor * m.cut.data);
    f.tell("copies", m.cut.data);
    f.tell("tensor", m.cut.tensor);
    f.tell("data", m.cut.data);
    f.tell("expert", m.cut.expert);
    f.tell("devices", m.cut.devices());
    for (const auto& [fact, column] :
         {std::pair{"clients", "concurrency"}, {"prompt", "input_len"}, {"output", "output_len"}})
        if (const auto n = number_in(row[column])) f.tell(fact, *n);
    return f;
}
/// The settings that `rules` state of a row; ends its reading where they refuse it.
inline row_settings settings_of(const std::vector<reading_rule>& rules, const row_facts& f) {
    row_verdict v = verdict_of(rules, f);
    if (!v.refusal.empty()) refuse(v.refusal);
    return std::move(v.settings);
}
}  // namespace gambrel::detail
