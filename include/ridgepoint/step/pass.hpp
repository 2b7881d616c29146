// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The time of one forward pass: the sum of its operations, and of what the host adds.
///
///     device = sum over operations of repeats x time          (no overlap between operations)
///     host   = per_step + layers per_layer + sequences per_sequence
///     pass   = max(device, eager launches) + host             launches only where no graph is captured
///
/// Where the time goes is kept twice: by operator class (whose laws' sigmas make the range) and by bound.
/// Evidence: tests/step/pass_test.cpp; docs/models/step.md.

#include <ridgepoint/operators/decoder.hpp>
#include <ridgepoint/roofline/roof.hpp>
#include <ridgepoint/runtime/runtime.hpp>

namespace ridgepoint {

/// Operator classes, then the host.
inline constexpr std::size_t cost_class_count = operator_class_count + 1;
inline constexpr std::size_t host_class = operator_class_count;

constexpr std::string_view name_of_cost_class(std::size_t i) {
    return i == host_class ? "host" : name_of(static_cast<operator_class>(i));
}

template <class Y = double> struct pass_time {
    seconds<Y> total{};
    std::array<seconds<Y>, cost_class_count> by_class{};
    std::array<seconds<Y>, bound_count> by_bound{};
    std::array<double, cost_class_count> deviation{};  ///< seconds: sum of sigma x time under each law
    flop<> work{};      ///< arithmetic of one rank
    bytes<> traffic{};  ///< bytes of one rank
    double kernels = 0;

    /// Logarithmic standard deviation of the total: laws are independent, operations under one law are not.
    constexpr double sigma() const {
        double sum = 0.0;
        for (const double v : deviation) sum += v * v;
        const double t = math::plain(total.value());
        return t > 0.0 ? math::sqrt(sum) / t : 0.0;
    }

    /// This pass weighted by `weight` added to another: means over kinds of passes.
    constexpr void add(const pass_time& other, double weight) {
        total += other.total * weight;
        for (std::size_t i = 0; i < cost_class_count; ++i) {
            by_class[i] += other.by_class[i] * weight;
            deviation[i] += other.deviation[i] * weight;
        }
        for (std::size_t i = 0; i < bound_count; ++i) by_bound[i] += other.by_bound[i] * weight;
        work += other.work * weight;
        traffic += other.traffic * weight;
        kernels += other.kernels * weight;
    }
};

namespace detail {
template <class Y>
constexpr void account(pass_time<Y>& pass, const operation& op, const operation_time<Y>& t, double sigma) {
    const auto cls = static_cast<std::size_t>(op.kind);
    const seconds<Y> all = t.total * op.repeats;
    pass.total += all;
    pass.by_class[cls] += all;
    pass.deviation[cls] += sigma * math::plain(all.value());
    const auto put = [&](bound b, const seconds<Y>& time) { pass.by_bound[static_cast<std::size_t>(b)] += time; };
    put(bound::interconnect, t.network * op.repeats);
    put(bound::launch, t.fixed * op.repeats);
    if (const seconds<Y> both = t.compute + t.memory; both > seconds<Y>{}) {
        const seconds<Y> rolled = (t.total - t.fixed - t.network) * op.repeats;
        const Y share = t.compute / both;
        put(bound::compute, rolled * share);
        put(bound::memory, rolled * (1.0 - share));
    }
    pass.work += op.work * op.repeats;
    pass.traffic += op.traffic() * op.repeats;
    pass.kernels += op.kernels * op.repeats;
}
}  // namespace detail

/// Time of one pass of `shape`. `captured` says whether it runs from a graph.
template <class Y>
constexpr pass_time<Y> time_pass(const pass_terms& terms, const step_shape& shape, const roof<Y>& roof,
                                 const runtime<Y>& software, bool captured) {
    pass_time<Y> pass;
    for_each_operation(terms, shape, [&](const operation& op) {
        detail::account(pass, op, roof.time(op), roof.sigma(op));
    });
    const host_time<Y>& h = software.host;
    const auto layers = static_cast<double>(terms.model.layers());
    if (!captured && h.per_eager_kernel.known()) {
        const seconds<Y> launches = h.per_eager_kernel.value * pass.kernels;
        if (pass.total < launches) {
            pass.by_bound[static_cast<std::size_t>(bound::launch)] += launches - pass.total;
            pass.by_class[host_class] += launches - pass.total;
            pass.deviation[host_class] += software.host_sigma * math::plain((launches - pass.total).value());
            pass.total = launches;
        }
    }
    const seconds<Y> host = h.per_step.value + h.per_layer.value * layers +
                            h.per_sequence.value * (shape.sequences() * static_cast<double>(terms.cut.data));
    pass.total += host;
    pass.by_class[host_class] += host;
    pass.deviation[host_class] += software.host_sigma * math::plain(host.value());
    pass.by_bound[static_cast<std::size_t>(bound::host)] += host;
    return pass;
}
}  // namespace ridgepoint
