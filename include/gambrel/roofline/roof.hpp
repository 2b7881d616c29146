// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A device seen through its calibration: the roofs an operation runs under, and the time it takes there.
///
///     t = (compute^p + memory^p)^(1/p) + fixed + conversion
///     compute = flop / (peak e_c) + per_input K       memory = bytes / (bandwidth e_m)
///     conversion: quantising the inputs of a narrow multiply, a pass before it (conversion_law.hpp)
///
/// The larger term is the bound; intensity (flop per byte) left of the ridge point peak / bandwidth means memory.
/// Validity: operators that stream their operands once; footprints beyond the last-level cache.
/// Source: roofline (Williams, Waterman, Patterson, CACM 52(4), 2009); the p-norm blend and the fixed time are the
/// smallest change that follows measured kernels at 4 to 9 % (docs/models/roofline.md).

#include <gambrel/roofline/blend.hpp>
#include <gambrel/roofline/bound.hpp>
#include <gambrel/roofline/exchange.hpp>
#include <gambrel/roofline/ggml_time.hpp>
#include <limits>

namespace gambrel {

/// The peak of `d` for `issue`: 16 bit falls back from bf16 to fp16 to fp32; unknown where `d` has no such multiply.
template <class Y> constexpr const sourced<flop_rate<Y>>& native_peak(const device<Y>& d, multiply issue) {
    switch (issue) {
        case multiply::as_16_bit:
            return d.peak.bf16.known() ? d.peak.bf16 : d.peak.fp16.known() ? d.peak.fp16 : d.peak.fp32;
        case multiply::as_8_bit_float: return d.peak.fp8;
        case multiply::as_4_bit_float: return d.peak.fp4;
        case multiply::as_8_bit_integer: return d.peak.int8;
        case multiply::as_fp32: return d.peak.fp32;
    }
    return d.peak.fp32;
}

/// Device and calibration, resolved once per prediction.
template <class Y = double> class roof {
public:
    constexpr roof(const device<Y>& d, const calibration<Y>& c)
        : link_(d.scale_up.present() ? d.scale_up : d.host_link),
          network_(d.scale_out),
          joined_(d.scale_up.present() && d.scale_out.present() ? d.scale_up.devices : any_number),
          constants_(c),
          vendor_(d.vendor),
          bandwidth_(d.memory.bandwidth.value) {
        const flop_rate<Y> base = native_peak(d, multiply::as_16_bit).value;
        for (std::size_t i = 0; i < peaks_.size(); ++i) {
            const auto& p = native_peak(d, static_cast<multiply>(i));
            peaks_[i] = p.known() ? p.value : base;  // a narrow format without a multiply runs at the 16-bit rate
        }
    }

    /// A roof refers to its device and calibration: temporaries would dangle.
    roof(const device<Y>&, const calibration<Y>&&) = delete;
    roof(const device<Y>&&, const calibration<Y>&) = delete;

    constexpr flop_rate<Y> peak(multiply issue) const { return peaks_[static_cast<std::size_t>(issue)]; }
    constexpr byte_rate<Y> bandwidth() const { return bandwidth_; }
    constexpr intensity<Y> ridge_point(multiply issue) const { return peak(issue) / bandwidth_; }
    constexpr gambrel::vendor vendor() const { return vendor_; }
    constexpr const interconnect<Y>& link() const { return link_; }
    constexpr const calibration<Y>& constants() const { return constants_; }

    /// What `op` of `full` seconds takes of the power limit: seconds of all that it leaves beside idling (clock_law.hpp).
    constexpr seconds<Y> at_limit(const operation& op, const seconds<Y>& full) const {
        return seconds<Y>::from_value(
            constants_.clock.energy(op.issue, op.work.value(), op.traffic().value(), full.value()));
    }
    /// Time of `op` if nothing but its multiplications took any, each at the dense peak of its own format.
    constexpr seconds<Y> at_peak(const operation& op) const {
        if (!(op.work > flop<>{})) return seconds<Y>{};
        if (constants_.ggml.present && under_ggml(op))
            return op.work / unit_of(constants_.ggml, multiplies_blocks(op), peak(multiply::as_16_bit));
        return op.work / peak(op.issue);
    }
    /// Time of `op` at full clock; zero for an empty one.
    constexpr operation_time<Y> time(const operation& op) const {
        if (constants_.ggml.present && under_ggml(op))
            return ggml_time(constants_.ggml, op, {peak(multiply::as_16_bit), peak(multiply::as_fp32), bandwidth_});
        switch (op.kind) {
            case operator_class::gemm: return multiplication(op);
            case operator_class::experts: return experts(op, constants_.experts_in(op.format));
            case operator_class::prefill_attention:
            case operator_class::decode_attention: return attention(op, constants_.law(kernel_of(op)));
            case operator_class::state: return product(op, constants_.state);
            case operator_class::elementwise: return product(op, constants_.elementwise);
            case operator_class::collective:
            case operator_class::transfer: return message(op);
        }
        return {};
    }

private:
    constexpr operation_time<Y> multiplication(const operation& op) const {
        const multiply_law m = law_of(op.issue, op.weight_only, op.block_scaled);
        operation_time<Y> t = product(op, constants_.law(m));
        if (!(op.conversion > bytes<>{})) return t;
        const conversion_law<Y>& before = constants_.conversion_for(m);
        t.conversion = op.conversion / (bandwidth_ * before.share) + before.fixed;
        t.total = t.total + t.conversion;
        return t;
    }
    constexpr operation_time<Y> product(const operation& op, const product_law<Y>& law) const {
        return under(op.work / (peak(op.issue) * law.compute) + law.per_input * op.inputs,
                     op.streamed() / (bandwidth_ * law.memory), law);
    }
    constexpr operation_time<Y> experts(const operation& op, const experts_law<Y>& law) const {
        return under(op.work / (peak(op.issue) * law.compute), law.moved(op) / (bandwidth_ * law.memory), law);
    }
    static constexpr attention_kernel kernel_of(const operation& op) {
        return attention_kernel_of(op.kind == operator_class::decode_attention, op.issue == multiply::as_8_bit_float,
                                   op.latent);
    }
    constexpr operation_time<Y> attention(const operation& op, const attention_law<Y>& a) const {
        const Y compute =
            attention_compute(a, (op.work / peak(op.issue)).value(),
                              (flop_of(op.scores) / peak(multiply::as_fp32)).value(), op.stream_units(), op.depth);
        const Y memory = attention_memory(a, (op.traffic() / bandwidth_).value());
        return under(seconds<Y>::from_value(compute), seconds<Y>::from_value(memory), a.product);
    }
    template <class Law>
    static constexpr operation_time<Y> under(const seconds<Y>& compute, const seconds<Y>& memory, const Law& law) {
        const Y &c = compute.value(), &m = memory.value(), &fixed = law.fixed.value();  // all are seconds
        const bool by_compute = m < c;
        return {.total = seconds<Y>::from_value(detail::p_norm(c, m, law.overlap) + fixed),
                .compute = compute,
                .memory = memory,
                .fixed = law.fixed,
                .bound = (by_compute ? c : m) < fixed ? bound::launch
                         : by_compute                 ? bound::compute
                                                      : bound::memory,
                .sigma = law.sigma};
    }
    static constexpr int any_number = std::numeric_limits<int>::max();

    constexpr operation_time<Y> message(const operation& op) const {
        const collective_law<Y>& law = constants_.collective;
        collective_time<Y> t{};
        if (op.kind == operator_class::transfer) {  // the mean of the hand-overs
            t = collective_duration(op, link_, law);
            if (const double out = hand_overs_between_nodes(op.ranks, op.apart, joined_); out > 0.0) {
                const collective_time<Y> across = collective_across(op, link_, network_, law);
                t = {t.latency * (1.0 - out) + across.latency * out, t.transfer * (1.0 - out) + across.transfer * out,
                     t.sigma * (1.0 - out) + across.sigma * out};
            }
        } else if (is_exchange(op.message)) {
            t = exchange_duration(op, link_, joined_, network_, constants_.law(op.message, op.copy_per_expert));
        } else {
            t = op.ranks > joined_ ? collective_across(op, link_, network_, law) : collective_duration(op, link_, law);
        }
        return {.total = t.total(), .network = t.total(), .bound = bound::interconnect, .sigma = t.sigma};
    }

    const interconnect<Y>& link_;     ///< between devices of one domain
    const interconnect<Y>& network_;  ///< between domains
    int joined_;                      ///< devices of a domain
    const calibration<Y>& constants_;
    gambrel::vendor vendor_;
    byte_rate<Y> bandwidth_;
    std::array<flop_rate<Y>, 5> peaks_{};
};
}  // namespace gambrel
