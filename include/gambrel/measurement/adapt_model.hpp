// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Variants of a catalog model that a measured row ran: heads padded to the ranks, the whole context instead of sliding
/// windows, a longer context than published. The row owns the variant. Evidence: tests/measurement/measured_test.cpp.

#include <gambrel/measurement/row.hpp>

namespace gambrel::detail {

inline void adapt(measured_row& m, architecture variant) {
    m.adapted = std::make_shared<const architecture>(std::move(variant));
    m.model = m.adapted.get();
}

/// The same model with heads and widths rounded up to what `ranks` share, as compilers that pad do.
inline architecture padded(const architecture& m, int ranks) {
    const auto up = [&](count n) { return n > 0 ? (n + ranks - 1) / ranks * ranks : n; };
    architecture p = m;
    for (std::size_t i = 0; i < p.group_count; ++i) {
        layer& l = p.groups[i].layer;
        l.attention.query_heads = up(l.attention.query_heads);
        l.attention.kv_heads = l.attention.kv_heads > 0 ? up(l.attention.kv_heads) : 0;
        l.feed_forward.width = up(l.feed_forward.width);
    }
    return p;
}
inline void pad_to_ranks(measured_row& m, int ranks) { adapt(m, padded(*m.model, ranks)); }

/// Layers with a sliding window keep the whole context.
inline void without_windows(measured_row& m) {
    architecture whole = *m.model;
    bool any = false;
    for (std::size_t i = 0; i < whole.group_count; ++i) {
        attention_block& a = whole.groups[i].layer.attention;
        any = any || a.window > 0;
        a.window = 0;
    }
    if (any) adapt(m, whole);
}

/// More ranks than the devices' own link joins ran over their host link all the same, where the catalog has nothing else.
inline void link_by_host(measured_row& m) {
    if (!m.device) return;
    const device<>& d = *m.device;
    if (!d.scale_up.present() || d.scale_out.present() || !d.host_link.present()) return;
    if (m.cut.tensor * m.cut.pipeline <= d.scale_up.devices) return;
    auto by_host = std::make_shared<device<>>(d);
    by_host->scale_up = {};
    m.linked = by_host;
    m.device = by_host.get();
}

/// A run beyond the published context happened all the same (position scaling): the limit is lifted to its length.
inline void allow_context(measured_row& m, double tokens) {
    if (m.model->most_context == 0 || tokens <= static_cast<double>(m.model->most_context)) return;
    architecture longer = *m.model;
    longer.most_context = static_cast<count>(tokens) + 1;
    adapt(m, longer);
}
}  // namespace gambrel::detail
