// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Why a closed form says "ask the simulator": what about the question lies outside that for which the two were found
/// to agree. The thresholds stand where each warning is raised: serving/load/validity.hpp,
/// serving/prediction_validity.hpp.
/// Evidence: tests/serving/load/load_model_test.cpp, tests/serving/prediction_validity_test.cpp.

#include <gambrel/numeric/enum_table.hpp>

namespace gambrel {

enum class validity_warning : unsigned char {
    none,
    near_limit,
    bursty_arrivals,
    even_arrivals,
    chunked_prompts,
    held_prompts,
    uneven_outputs,
    few_decodes,
    rounds,
    rare_stalls,
    uneven_prompts,
    kv_pressure,
    short_outputs,
    whole_prompts,
    short_run,
    batches_apart,
    batches_in_step,
    preemptions
};
// clang-format off
template <> inline constexpr std::array<enum_row<validity_warning>, 18> enum_table<validity_warning>{{
    {validity_warning::none, "none", "none"},
    {validity_warning::near_limit, "near_limit", "near the greatest rate"},
    {validity_warning::bursty_arrivals, "bursty_arrivals", "bursty arrivals"},
    {validity_warning::even_arrivals, "even_arrivals", "arrivals far more even than Poisson"},
    {validity_warning::chunked_prompts, "chunked_prompts", "prompts fill the token budget"},
    {validity_warning::held_prompts, "held_prompts", "prompts held back for batches"},
    {validity_warning::uneven_outputs, "uneven_outputs", "outputs vary more than twice an exponential"},
    {validity_warning::few_decodes, "few_decodes", "fewer than 8 decodes at once"},
    {validity_warning::rounds, "rounds", "equal outputs stay together in waves"},
    {validity_warning::rare_stalls, "rare_stalls", "rare long prompts carry the mean gap"},
    {validity_warning::uneven_prompts, "uneven_prompts", "prompts vary more than twice an exponential"},
    {validity_warning::kv_pressure, "kv_pressure", "KV memory is full of requests of uneven length"},
    {validity_warning::short_outputs, "short_outputs", "outputs of few tokens beside prompts that take much of the time"},
    {validity_warning::whole_prompts, "whole_prompts", "some prompts are longer than a pass takes"},
    {validity_warning::short_run, "short_run", "few static batches of uneven lengths"},
    {validity_warning::batches_apart, "batches_apart", "clients change between the static batches of several replicas"},
    {validity_warning::batches_in_step, "batches_in_step", "batches whose passes wait for each other"},
    {validity_warning::preemptions, "preemptions", "KV memory is full and requests are computed again"},
}};
// clang-format on

namespace validity {
/// Share of prompts that must fit in a pass of a runtime that does not cut them.
inline constexpr double whole_share = 0.98;
}  // namespace validity
}  // namespace gambrel
