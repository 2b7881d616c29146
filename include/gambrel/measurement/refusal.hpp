// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Ending the reading of a row with a reason. The exception never leaves `reading`.

#include <gambrel/hardware/catalog.hpp>
#include <gambrel/measurement/aliases.hpp>
#include <gambrel/measurement/fields.hpp>
#include <gambrel/measurement/row.hpp>

namespace gambrel::detail {

struct refusal {
    std::string why;
};
/// The row cannot be predicted, because `why`.
[[noreturn]] inline void refuse(std::string why) { throw refusal{std::move(why)}; }

/// `m` as `steps` leave it, with the reason of the first one that refuses.
template <class Steps> measured reading(measured& m, const Steps& steps) {
    try {
        steps();
    } catch (const refusal& r) {
        m.unpredictable = r.why;
    } catch (const error& e) {
        m.unpredictable = std::string("refused: ") + e.what();
    }
    return std::move(m);
}

/// The device that `m.hardware` names.
/// `own`: a device of the caller's, which answers to its name before the catalog does.
inline void read_hardware(measured& m, const device<>* own) {
    if (own && same_name(own->name.view(), m.hardware)) {
        m.device = own;
        return;
    }
    const std::string_view alias = ours(hardware_aliases, m.hardware);
    m.device = find_device(alias.empty() ? std::string_view(m.hardware) : alias);
    if (!m.device) m.device = find_device(bare_hardware(m.hardware));
    if (!m.device) refuse("device not in the catalog: " + m.hardware);
}
}  // namespace gambrel::detail
