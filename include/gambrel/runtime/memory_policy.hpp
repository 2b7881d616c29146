// SPDX-License-Identifier: Apache-2.0
#pragma once
/// How a server divides a device's memory, and which settings it leaves to the board it finds. The equations are in
/// step/memory_fit.hpp and step/on_board.hpp; the figures of each server in runtime/catalog.
/// Evidence: tests/step/memory_fit_test.cpp, tests/step/on_board_test.cpp.

#include <gambrel/error.hpp>
#include <gambrel/numeric/enum_table.hpp>
#include <gambrel/numeric/sourced.hpp>
#include <gambrel/numeric/text.hpp>
#include <gambrel/units.hpp>
#include <span>

namespace gambrel {

enum class memory_basis : unsigned char {
    total,          ///< weights, working memory and KV together may take `fraction` of the device (vLLM)
    static_share,   ///< weights and KV may take `fraction` of what is free before loading (SGLang)
    after_weights,  ///< KV may take `fraction` of what all else leaves free (TensorRT-LLM, TGI, LMDeploy)
};
// clang-format off
template <> inline constexpr std::array<enum_row<memory_basis>, 3> enum_table<memory_basis>{{
    {memory_basis::total, "total", "total"},
    {memory_basis::static_share, "static_share", "static share"},
    {memory_basis::after_weights, "after_weights", "after weights"},
}};
// clang-format on

/// Whose logits llama.cpp's graph computes, which decides its compute buffer (step/ggml_memory.hpp); none: another server.
enum class ggml_outputs : unsigned char { none, every_2024, every_2025, last };
// clang-format off
template <> inline constexpr std::array<enum_row<ggml_outputs>, 4> enum_table<ggml_outputs>{{
    {ggml_outputs::none, "none", "none"},
    {ggml_outputs::every_2024, "every_2024", "every token"},
    {ggml_outputs::every_2025, "every_2025", "every token, one input more"},
    {ggml_outputs::last, "last", "the last token"},
}};
// clang-format on

/// How a server divides a device's memory (step/memory_fit.hpp has the equations).
struct memory_policy {
    memory_basis basis = memory_basis::total;
    double fraction = 0.90;
    sourced<bytes<>> reserve{};        ///< libraries and context, where the server's count includes them
    sourced<bytes<>> graphs{};         ///< captured graphs, where they are deducted before KV
    sourced<bytes<>> communication{};  ///< per-rank buffers when ranks > 1
    double block_tokens = 16;          ///< KV is handed out in blocks of this many tokens
    double activation_copies = 2.0;    ///< live copies of the widest activation at the token budget
    bool rolling_windows = true;       ///< sliding-window layers keep only their window
    double logit_copies = 1.0;         ///< live fp32 copies of the logits of all slots at the sampler's peak
    bool sampler_after_pass = false;   ///< the sampler's peak follows the pass's: the larger of the two counts
    double micro_batch = 0;            ///< tokens computed at once; 0: the token budget (llama.cpp: -ub)
    bool stores_scores = false;        ///< attention keeps the scores of a micro-batch over all slots' contexts
    ggml_outputs outputs =
        ggml_outputs::none;              ///< of llama.cpp's graph; a token embedding of its own stays on the host
    double context_step = 1;             ///< contexts are allocated in steps of so many tokens, whole at start
    sourced<bytes<>> amd_reserve{};      ///< beside `reserve` on AMD boards
    sourced<bytes<>> state_workspace{};  ///< beside the activations of models with recurrent layers
    double lifted_tokens = 0;            ///< tokens whose latent cache is turned into keys and values at once
    bool pads_weights = false;           ///< mxfp4 experts and absorbed latents (step/weights_on_rank.hpp)
    bool loads_prediction_head = false;  ///< multi-token-prediction modules too: speculative decoding asks for them
    double weights_factor = 1.0;         ///< of weights as loaded: what a start-up log says (memory_correction.hpp)
    bytes<> besides_correction{};        ///< likewise added to what is neither weights nor KV; may be negative
    double deviation_factor = 1.0;       ///< likewise of the deviation of the room
    bool state_block_each_slot = false;  ///< every slot must find a block of recurrent state, or there is no start
};

/// What a server sets itself on boards that show `from` or more; 0: nothing.
struct board_settings {
    bytes<> from{};
    double token_budget = 0, most_sequences = 0;
    text<16> except{};  ///< boards with this in their name count as smaller ones
};

/// What a server leaves to the board it finds where nobody says otherwise (step/on_board.hpp): rows for large boards
/// first, of static lifetime, and which settings nobody stated.
struct left_to_board {
    std::span<const board_settings> rows{};
    bool token_budget = true, most_sequences = true, fraction = true;
    bool share_by_ranks = false;  ///< SGLang before 0.5: the static share follows the ranks alone
};

/// Throws `error` naming the first figure out of range; returns `p` otherwise.
constexpr const memory_policy& checked(const memory_policy& p) {
    checked(p.fraction, 1e-3, 1.0, "the memory fraction");
    checked(p.block_tokens, 1.0, 1e6, "the number of tokens in a KV block");
    checked(p.activation_copies, 0.0, 1e3, "the number of live activation copies");
    checked(p.logit_copies, 0.0, 1e3, "the number of live copies of the logits");
    checked(p.weights_factor, 0.1, 10.0, "the factor on weights as loaded");
    checked(p.deviation_factor, 0.0, 100.0, "the factor on the deviation of memory");
    checked(p.lifted_tokens, 0.0, 1e9, "the tokens whose latents are lifted at once");
    checked(p.micro_batch, 0.0, 1e9, "the tokens computed at once");
    checked(p.context_step, 1.0, 1e6, "the tokens that a context is allocated in steps of");
    for (const auto* size : {&p.reserve, &p.graphs, &p.communication, &p.amd_reserve, &p.state_workspace})
        checked(size->value.value(), 0.0, 1e15, "a memory reserve in bytes");
    return p;
}
}  // namespace gambrel
