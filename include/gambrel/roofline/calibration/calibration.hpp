// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What a device achieves of its peaks, as one law per operator class with a few constants each: product_law.hpp,
/// conversion_law.hpp, experts_law.hpp, attention_law.hpp, collective_law.hpp, exchange_law.hpp. Which constants stand for which device:
/// defaults.hpp.

#include <array>
#include <gambrel/model/weight_format.hpp>
#include <gambrel/numeric/sourced.hpp>
#include <gambrel/numeric/text.hpp>
#include <gambrel/roofline/calibration/attention_law.hpp>
#include <gambrel/roofline/calibration/clock_law.hpp>
#include <gambrel/roofline/calibration/collective_law.hpp>
#include <gambrel/roofline/calibration/conversion_law.hpp>
#include <gambrel/roofline/calibration/exchange_law.hpp>
#include <gambrel/roofline/calibration/experts_law.hpp>
#include <gambrel/roofline/calibration/ggml_law.hpp>
#include <gambrel/roofline/calibration/product_law.hpp>

namespace gambrel {

/// Multiplies that have a law of their own. `fp8_block` multiplies blocks that have a scale each: other kernels than
/// fp8.
enum class multiply_law : unsigned char { bits_16, fp8, fp4, int8, weight_only, fp32, fp8_block };
inline constexpr std::size_t multiply_law_count = 7;

template <class Y = double> struct calibration {
    name_text name{};  ///< the class or device the constants stand for
    source from{};
    std::array<product_law<Y>, multiply_law_count> gemm{};
    std::array<conversion_law<Y>, multiply_law_count> conversion{};  ///< in front of each
    std::array<experts_law<Y>, expert_format_count> experts{};
    std::array<attention_law<Y>, attention_kernel_count> attention{};
    product_law<Y> state{};
    product_law<Y> elementwise{};
    collective_law<Y> collective{};
    std::array<exchange_law<Y>, exchange_kernel_count> exchange{};
    clock_law clock{};   ///< no limit of power without constants
    ggml_law<Y> ggml{};  ///< in the place of most of the others where llama.cpp runs

    constexpr const product_law<Y>& law(multiply_law m) const { return gemm[static_cast<std::size_t>(m)]; }
    constexpr const conversion_law<Y>& conversion_for(multiply_law m) const {
        return conversion[static_cast<std::size_t>(m)];
    }
    constexpr const experts_law<Y>& experts_in(expert_format f) const { return experts[static_cast<std::size_t>(f)]; }
    constexpr const exchange_law<Y>& law(message_kind k, bool copy_per_expert) const {
        return exchange[exchange_kernel_of(k, copy_per_expert)];
    }
    constexpr product_law<Y>& law(multiply_law m) { return gemm[static_cast<std::size_t>(m)]; }
    constexpr const attention_law<Y>& law(attention_kernel k) const { return attention[static_cast<std::size_t>(k)]; }
    constexpr attention_law<Y>& law(attention_kernel k) { return attention[static_cast<std::size_t>(k)]; }
};

/// Throws `error` naming the first constant that is not one; returns `c` otherwise.
template <class Y> constexpr const calibration<Y>& checked(const calibration<Y>& c) {
    for (const product_law<Y>& l : c.gemm) check(l);
    for (const conversion_law<Y>& l : c.conversion) check(l);
    for (const experts_law<Y>& l : c.experts) check(l);
    for (const attention_law<Y>& l : c.attention) check(l);
    check(c.state);
    check(c.elementwise);
    check(c.collective);
    for (const exchange_law<Y>& l : c.exchange) check(l);
    check(c.clock);
    check(c.ggml);
    return c;
}

constexpr multiply_law law_of(multiply issue, bool weight_only, bool block_scaled = false) {
    if (weight_only) return multiply_law::weight_only;
    switch (issue) {
        case multiply::as_16_bit: return multiply_law::bits_16;
        case multiply::as_8_bit_float: return block_scaled ? multiply_law::fp8_block : multiply_law::fp8;
        case multiply::as_4_bit_float: return multiply_law::fp4;
        case multiply::as_8_bit_integer: return multiply_law::int8;
        case multiply::as_fp32: return multiply_law::fp32;
    }
    return multiply_law::bits_16;
}

/// `c` with its constants on scalar `Y`.
template <class Y, class X> constexpr calibration<Y> as(const calibration<X>& c) {
    calibration<Y> r{c.name, c.from};
    for (std::size_t i = 0; i < multiply_law_count; ++i) {
        r.gemm[i] = as<Y>(c.gemm[i]);
        r.conversion[i] = as<Y>(c.conversion[i]);
    }
    for (std::size_t i = 0; i < expert_format_count; ++i) r.experts[i] = as<Y>(c.experts[i]);
    for (std::size_t i = 0; i < attention_kernel_count; ++i) r.attention[i] = as<Y>(c.attention[i]);
    r.state = as<Y>(c.state);
    r.elementwise = as<Y>(c.elementwise);
    r.collective = as<Y>(c.collective);
    for (std::size_t i = 0; i < exchange_kernel_count; ++i) r.exchange[i] = as<Y>(c.exchange[i]);
    r.clock = c.clock;
    r.ggml = as<Y>(c.ggml);
    return r;
}
}  // namespace gambrel
