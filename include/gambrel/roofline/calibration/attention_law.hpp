// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The efficiency law of attention kernels.
///
///     compute = flop / (peak product.compute) + softmax scores / (fp32 peak)
///               + per_stream streams sqrt(d / 128) + per_key depth
///     memory  = m (1 + ramp / (m + ramp))                       m = bytes / (bandwidth product.memory)
///     t       = (compute^p + memory^p)^(1/p) + product.fixed
///
/// `softmax` is what a score costs besides the products, in fp32 flop: an NVIDIA SM takes one exponential while its
/// lanes do 16 (CUDA C++ Programming Guide, arithmetic throughput; recalled). It is why narrow heads run far from the
/// peak. `per_stream` is the start of one sequence x key-value head (wider heads d take longer). `per_key` is the chain
/// of tiles down the keys of a stream, one after the other, which no parallel work shortens. `ramp` is the start of a
/// read: one much shorter than `ramp` runs at half the rate, a long one loses `ramp` altogether. A kernel leaves at
/// zero what it does not show: prefill `per_stream` and `ramp`, decode `softmax`, mostly `per_key`. Constants, rows and
/// errors: docs/calibration/attention.md.

#include <array>
#include <gambrel/numeric/enum_table.hpp>
#include <gambrel/roofline/calibration/product_law.hpp>
#include <string_view>

namespace gambrel {

template <class Y = double> struct attention_law {
    product_law<Y> product{};
    seconds<Y> per_stream{};
    seconds<Y> per_key{};
    seconds<Y> ramp{};
    Y softmax{};  ///< fp32 flop per score
};

/// Attention kernels that have a law of their own: over prompts or running sequences, over 16- or 8-bit keys and
/// values, over heads or over latents.
enum class attention_kernel : unsigned char {
    prefill,
    decode,
    prefill_8_bit,
    decode_8_bit,
    latent_prefill,
    latent_decode,
    latent_prefill_8_bit,
    latent_decode_8_bit
};
// clang-format off
template <> inline constexpr std::array<enum_row<attention_kernel>, 8> enum_table<attention_kernel>{{
    {attention_kernel::prefill, "prefill", "prefill"},
    {attention_kernel::decode, "decode", "decode"},
    {attention_kernel::prefill_8_bit, "prefill_8_bit", "prefill, 8 bit"},
    {attention_kernel::decode_8_bit, "decode_8_bit", "decode, 8 bit"},
    {attention_kernel::latent_prefill, "latent_prefill", "latent prefill"},
    {attention_kernel::latent_decode, "latent_decode", "latent decode"},
    {attention_kernel::latent_prefill_8_bit, "latent_prefill_8_bit", "latent prefill, 8 bit"},
    {attention_kernel::latent_decode_8_bit, "latent_decode_8_bit", "latent decode, 8 bit"},
}};
// clang-format on
inline constexpr std::size_t attention_kernel_count = enum_count<attention_kernel>;
constexpr attention_kernel attention_kernel_of(bool decode, bool narrow, bool latent) {
    return static_cast<attention_kernel>((latent ? 4 : 0) + (narrow ? 2 : 0) + (decode ? 1 : 0));
}
constexpr bool is_decode(attention_kernel k) { return static_cast<unsigned>(k) % 2 == 1; }
constexpr bool is_narrow(attention_kernel k) { return static_cast<unsigned>(k) / 2 % 2 == 1; }
constexpr bool is_latent(attention_kernel k) { return static_cast<unsigned>(k) >= 4; }

/// Seconds of the two sides of the law, from the flop over the peak, the scores over the fp32 peak, the bytes over the
/// bandwidth.
template <class Y>
constexpr Y attention_compute(const attention_law<Y>& a, const Y& flop_time, const Y& score_time, double streams,
                              double depth) {
    return flop_time / a.product.compute + a.softmax * score_time + a.per_stream.value() * streams +
           a.per_key.value() * depth;
}
template <class Y> constexpr Y attention_memory(const attention_law<Y>& a, const Y& byte_time) {
    const Y m = byte_time / a.product.memory, &ramp = a.ramp.value();
    return ramp > 0.0 ? m * (1.0 + ramp / (m + ramp)) : m;
}

/// Throws `error` naming the first constant out of range.
template <class Y> constexpr void check(const attention_law<Y>& l) {
    check(l.product);
    detail::check_time(l.per_stream);
    detail::check_time(l.per_key);
    detail::check_time(l.ramp);
    checked(math::plain(l.softmax), 0.0, 1e5, "the fp32 flop of a softmax score");
}

/// `l` with its constants on scalar `Y`.
template <class Y, class X> constexpr attention_law<Y> as(const attention_law<X>& l) {
    return {as<Y>(l.product), detail::as_time<Y>(l.per_stream), detail::as_time<Y>(l.per_key),
            detail::as_time<Y>(l.ramp), Y(l.softmax)};
}
}  // namespace gambrel
