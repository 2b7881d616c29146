// SPDX-License-Identifier: Apache-2.0
#pragma once
/// How requests reached the engine of a measured row. Evidence: tests/measurement/measured_test.cpp.

#include <array>
#include <cstddef>
#include <string_view>

namespace gambrel {

enum class load_kind : unsigned char {
    closed_loop,          ///< so many clients, each sending its next request when the last one ends
    open_loop,            ///< so many requests per second
    static_batch,         ///< one batch that starts and ends together
    saturated,            ///< all requests queued at once: serving/saturated.hpp
    prefill,              ///< prompts alone, in passes of at most the token budget
    decode,               ///< decodes alone, at a fixed context
    prefill_then_decode,  ///< prompts, then the decodes after them, timed together
};
inline constexpr std::array<std::string_view, 7> load_kind_names{
    "closed_loop", "open_loop", "static_batch", "saturated", "prefill", "decode", "prefill_then_decode"};
/// Whether passes alone were timed, without a server about them.
constexpr bool is_passes(load_kind k) {
    return k == load_kind::prefill || k == load_kind::decode || k == load_kind::prefill_then_decode;
}
constexpr std::string_view name_of(load_kind k) { return load_kind_names[static_cast<std::size_t>(k)]; }
}  // namespace gambrel
