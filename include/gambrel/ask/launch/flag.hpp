// SPDX-License-Identifier: Apache-2.0
#pragma once
/// One flag of a server's command line and what it means here. Evidence: tests/ask/launch_test.cpp.

#include <gambrel/ask/keyword.hpp>
#include <span>

namespace gambrel::ask {

enum class flag_effect : unsigned char { sets, clears, none, not_counted, refused };
}  // namespace gambrel::ask

namespace gambrel {
// clang-format off
template <> inline constexpr std::array<enum_row<ask::flag_effect>, 5> enum_table<ask::flag_effect>{{
    {ask::flag_effect::sets, "sets", "sets"},
    {ask::flag_effect::clears, "clears", "sets"},
    {ask::flag_effect::none, "none", "no effect on speed"},
    {ask::flag_effect::not_counted, "not_counted", "not counted"},
    {ask::flag_effect::refused, "refused", "refused"},
}};
// clang-format on
}  // namespace gambrel

namespace gambrel::ask {

/// What follows a flag: nothing, one value, a value or nothing, or values up to the next flag.
enum class follows : unsigned char { nothing, value, perhaps, values };

/// A row of a server's table. `what` is the keyword of ask/keywords.hpp that the flag sets or clears, or why it is not
/// counted or refused. Where `by` is named, ask/launch/meanings.hpp works out what it means instead.
struct launch_flag {
    std::string_view names;  ///< with commas
    follows then = follows::nothing;
    flag_effect effect = flag_effect::none;
    std::string_view what{};
    std::string_view by{};
};

/// What all servers refuse or do not count, in the same words.
namespace launch_reason {
inline constexpr std::string_view host_weights = "weights in the memory of the host are not modelled";
inline constexpr std::string_view host_cache = "KV kept in the memory of the host is not modelled";
inline constexpr std::string_view kernels = "the kernel laws are of the kernels that the server chooses itself";
inline constexpr std::string_view messages = "the laws of messages are of what the server chooses itself";
inline constexpr std::string_view one_pool =
    "one pool of two, whose other half the line does not say: give prefill_replicas and decode_replicas";
inline constexpr std::string_view guesses = "how guesses are cut short or checked is not counted";
inline constexpr std::string_view no_text = "it does not generate text";
inline constexpr std::string_view beams = "beam search is not modelled";
inline constexpr std::string_view kv_blocks = "KV takes what memory holds; simulate has --kv-blocks";
inline constexpr std::string_view order = "requests are served in the order they come";
inline constexpr std::string_view compiler = "the kernel laws are of the server's own choice of compiler passes";
inline constexpr std::string_view vision = "the vision part is counted as its model says";
inline constexpr std::string_view captures = "all steps of decodes are counted as captured";
}  // namespace launch_reason
}  // namespace gambrel::ask
