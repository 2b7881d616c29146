// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What a device achieves of its peaks, as a few constants per operator class.
///
///     product      t = ((flop / (peak compute))^p + (bytes / (bandwidth memory))^p)^(1/p) + fixed
///     attention    as product, plus per_stream for every sequence x key-value head, inside the norm
///     collective   one-shot or two-shot, whichever is faster: roofline/collective.hpp
///
/// `sigma` is the standard deviation of the logarithm of measured over predicted time under this law; the ranges of
/// a prediction are made from it. p = 1 adds the two times, p = infinity takes the larger.
/// Which constants stand for which device: calibration/defaults.hpp.

#include <array>
#include <ridgepoint/model/weight_format.hpp>
#include <ridgepoint/error.hpp>
#include <ridgepoint/numeric/math.hpp>
#include <ridgepoint/numeric/sourced.hpp>
#include <ridgepoint/numeric/text.hpp>
#include <ridgepoint/units.hpp>

namespace ridgepoint {

template <class Y = double> struct product_law {
    Y compute{};        ///< share of the peak rate
    Y memory{};         ///< share of the bandwidth
    double overlap = 1.5;  ///< p
    seconds<Y> fixed{};
    double sigma = 0.2;
};

template <class Y = double> struct attention_law {
    product_law<Y> product{};
    seconds<Y> per_stream{};
};

template <class Y = double> struct collective_law {
    seconds<Y> latency{};        ///< of the one-shot exchange between two ranks
    seconds<Y> per_rank{};       ///< more for each further rank
    Y one_shot{};                ///< share of the link while every rank sends its whole buffer to every other
    seconds<Y> two_shot_extra{}; ///< the second phase's latency
    Y two_shot{};                ///< share of the link in reduce-scatter + all-gather
    double sigma = 0.35;
};

/// Multiplies that have a law of their own.
enum class multiply_law : unsigned char { bits_16, fp8, fp4, int8, weight_only, fp32 };
inline constexpr std::size_t multiply_law_count = 6;

template <class Y = double> struct calibration {
    name_text name{};   ///< the class or device the constants stand for
    source from{};
    std::array<product_law<Y>, multiply_law_count> gemm{};
    product_law<Y> experts{};
    attention_law<Y> prefill_attention{};
    attention_law<Y> decode_attention{};
    product_law<Y> state{};
    product_law<Y> elementwise{};
    collective_law<Y> collective{};

    constexpr const product_law<Y>& law(multiply_law m) const { return gemm[static_cast<std::size_t>(m)]; }
    constexpr product_law<Y>& law(multiply_law m) { return gemm[static_cast<std::size_t>(m)]; }
};

/// Throws `error` naming the first constant that is not one; returns `c` otherwise.
template <class Y> constexpr const calibration<Y>& checked(const calibration<Y>& c) {
    const auto share = [](const Y& x) {
        if (!(math::plain(x) >= 1e-4 && math::plain(x) <= 10.0))
            out_of_range(math::plain(x), 1e-4, 10.0, "a calibrated share of a peak");
    };
    const auto rest = [](double time, double sigma) {
        if (!(time >= 0.0 && time <= 1.0)) out_of_range(time, 0.0, 1.0, "a calibrated time in seconds");
        if (!(sigma >= 0.0 && sigma <= 10.0)) out_of_range(sigma, 0.0, 10.0, "the deviation of a law");
    };
    const auto product = [&](const product_law<Y>& l) {
        share(l.compute);
        share(l.memory);
        if (!(l.overlap >= 1.0 && l.overlap <= 100.0)) out_of_range(l.overlap, 1.0, 100.0, "the overlap exponent");
        rest(math::plain(l.fixed.value()), l.sigma);
    };
    for (const product_law<Y>& l : c.gemm) product(l);
    for (const product_law<Y>* l : {&c.experts, &c.state, &c.elementwise}) product(*l);
    for (const attention_law<Y>* l : {&c.prefill_attention, &c.decode_attention}) {
        product(l->product);
        rest(math::plain(l->per_stream.value()), 0.0);
    }
    share(c.collective.one_shot);
    share(c.collective.two_shot);
    rest(math::plain(c.collective.latency.value()), c.collective.sigma);
    rest(math::plain(c.collective.per_rank.value()), 0.0);
    rest(math::plain(c.collective.two_shot_extra.value()), 0.0);
    return c;
}

constexpr multiply_law law_of(multiply issue, bool weight_only) {
    if (weight_only) return multiply_law::weight_only;
    switch (issue) {
        case multiply::as_16_bit: return multiply_law::bits_16;
        case multiply::as_8_bit_float: return multiply_law::fp8;
        case multiply::as_4_bit_float: return multiply_law::fp4;
        case multiply::as_8_bit_integer: return multiply_law::int8;
        case multiply::as_fp32: return multiply_law::fp32;
    }
    return multiply_law::bits_16;
}

/// `c` with its constants on scalar `Y`.
template <class Y, class X> constexpr calibration<Y> as(const calibration<X>& c) {
    const auto time = [](const seconds<X>& t) { return seconds<Y>::from_value(Y(t.value())); };
    const auto product = [&](const product_law<X>& l) {
        return product_law<Y>{Y(l.compute), Y(l.memory), l.overlap, time(l.fixed), l.sigma};
    };
    const auto attention = [&](const attention_law<X>& l) {
        return attention_law<Y>{product(l.product), time(l.per_stream)};
    };
    calibration<Y> r{c.name, c.from};
    for (std::size_t i = 0; i < multiply_law_count; ++i) r.gemm[i] = product(c.gemm[i]);
    r.experts = product(c.experts);
    r.prefill_attention = attention(c.prefill_attention);
    r.decode_attention = attention(c.decode_attention);
    r.state = product(c.state);
    r.elementwise = product(c.elementwise);
    const auto& k = c.collective;
    r.collective = {time(k.latency), time(k.per_rank), Y(k.one_shot), time(k.two_shot_extra), Y(k.two_shot), k.sigma};
    return r;
}
}  // namespace ridgepoint
