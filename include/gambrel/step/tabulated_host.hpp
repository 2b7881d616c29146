// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What the host and the power limit add to a pass (pass.hpp), in plain seconds for a law that is asked ten million times a second.
/// Evidence: tests/step/tabulated_step_test.cpp.

#include <gambrel/step/priced_pass.hpp>

namespace gambrel::detail {

struct tabulated_host {
    graph_capture graphs{};
    clock_law clock{};
    bool async = false;
    double layers = 0, per_step = 0, per_plan = 0, per_sequence = 0, per_kernel = 0, per_decode = 0, launch = 0;

    tabulated_host(const pass_inputs& terms, const roof<>& roof, const runtime<>& software)
        : graphs(graphs_of(software, roof, terms)),
          clock(roof.constants().clock),
          async(software.scheduling.async_scheduling),
          layers(static_cast<double>(terms.model.layers())) {
        const host_time<>& h = software.host;
        const double copies = copies_in_step(terms.model, terms.cut);
        per_step = h.per_step.value.value();
        per_plan = h.per_plan.value.value();
        per_kernel = h.per_kernel.value.value();
        per_sequence = h.per_sequence.value.value() * copies;
        per_decode = h.per_message.value.value() * messages_of(software.frontend, 1.0, copies);
        launch = h.per_eager_kernel.known() ? h.per_eager_kernel.value.value() : 0.0;
    }
    /// Seconds of a pass whose operations take `device` in `kernels` launches.
    double with_host(double device, double kernels, double sequences, graph_use use, double decodes) const {
        const double plan = per_plan + per_sequence * sequences,
                     all = larger(device, launch * launches_by_host(use, kernels, layers)) + per_kernel * kernels;
        return larger((async ? larger(all, plan) : all + plan) + per_step, per_decode * decodes);
    }
    /// Seconds beyond full clock of a pass of `full`, of which the device works for `device`; `before`: the demand of the
    /// passes before it, negative where they are of its like.
    double held(const pass_part& device, double full, double before = -1.0) const {
        const double own = device.limit / full;
        if (!(own > 1.0) && !(before > 1.0)) return 0.0;
        const double wanted = before < 0.0 ? own : clock.settled(own, before, full);
        return wanted > 1.0 ? device.seconds * (clock.stretch(wanted) - 1.0) : 0.0;
    }
};
}  // namespace gambrel::detail
