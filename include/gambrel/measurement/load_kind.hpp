// SPDX-License-Identifier: Apache-2.0
#pragma once
/// How requests reached the engine of a measured row. Evidence: tests/measurement/measured_test.cpp.

#include <array>
#include <cstddef>
#include <string_view>

namespace gambrel {

enum class load_kind : unsigned char {
    closed_loop,   ///< so many clients, each sending its next request when the last one ends
    open_loop,     ///< so many requests per second
    static_batch,  ///< one batch that starts and ends together
    saturated,     ///< all requests queued at once: serving/saturated.hpp
    prefill,       ///< prompts alone, in passes of at most the token budget
    decode,        ///< decodes alone, at a fixed context
};
inline constexpr std::array<std::string_view, 6> load_kind_names{"closed_loop", "open_loop", "static_batch",
                                                                 "saturated",   "prefill",   "decode"};
constexpr std::string_view name_of(load_kind k) { return load_kind_names[static_cast<std::size_t>(k)]; }
}  // namespace gambrel
