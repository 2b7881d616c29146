// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The longest context that a split holds: memory grows with it, so that it is found by bisection.
/// Evidence: tests/placement/placement_test.cpp.

#include <gambrel/placement/fit.hpp>

namespace gambrel::placement {

/// The longest context that the same split holds, in steps of 256 tokens, at most the model's; 0 where none does.
inline double greatest_context(const machine& on, const architecture& m, const stored_model& stored, const fitted& f,
                               const fit_rules& rules = {}) {
    const double limit = m.most_context > 0 ? static_cast<double>(m.most_context) : 1e6;
    const auto holds = [&](double context) {
        settings s = f.with;
        s.context = context;
        const memory_use use = memory_of(m, stored, f.at, s, on.size());
        for (std::size_t d = 0; d < on.size(); ++d)
            if (use.devices[d].total() > on.free(d) - rules.margin) return false;
        return on.unified() || !on.host() || f.from_disk > 0.0 || use.host.total() <= on.host_free();
    };
    double low = 0.0, high = math::floor(limit / 256.0);
    if (holds(limit)) return limit;
    while (low < high) {
        const double middle = low + math::floor((high - low + 1.0) / 2.0);
        if (holds(256.0 * middle)) low = middle;
        else high = middle - 1.0;
    }
    return 256.0 * low;
}
}  // namespace gambrel::placement
