// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What a matrix of a layer is for, and what tables of operators call it. Evidence: tests/numeric/enum_table_test.cpp.

#include <gambrel/numeric/enum_table.hpp>

namespace gambrel {

enum class matrix_role : unsigned char {
    query_key_value,
    attention_output,
    latent_down,
    latent_query_up,
    latent_kv_up,
    indexer,
    state_in,
    state_parameters,
    state_time,
    state_out,
    linear_in,
    linear_low_rank,
    linear_out,
    convolution_in,
    convolution_out,
    gate_up,
    down,
    receptance,
    router,
    shared_gate_up,
    shared_down,
    expert_latent_down,
    expert_gate_up,
    expert_down,
    expert_latent_up,
    head,
};

// clang-format off
template <> inline constexpr std::array<enum_row<matrix_role>, 26> enum_table<matrix_role>{{
    {matrix_role::query_key_value, "query_key_value", "qkv"},
    {matrix_role::attention_output, "attention_output", "attention out"},
    {matrix_role::latent_down, "latent_down", "latent down"},
    {matrix_role::latent_query_up, "latent_query_up", "query up"},
    {matrix_role::latent_kv_up, "latent_kv_up", "kv up"},
    {matrix_role::indexer, "indexer", "indexer"},
    {matrix_role::state_in, "state_in", "state in"},
    {matrix_role::state_parameters, "state_parameters", "state parameters"},
    {matrix_role::state_time, "state_time", "state time"},
    {matrix_role::state_out, "state_out", "state out"},
    {matrix_role::linear_in, "linear_in", "linear in"},
    {matrix_role::linear_low_rank, "linear_low_rank", "linear low rank"},
    {matrix_role::linear_out, "linear_out", "linear out"},
    {matrix_role::convolution_in, "convolution_in", "convolution in"},
    {matrix_role::convolution_out, "convolution_out", "convolution out"},
    {matrix_role::gate_up, "gate_up", "gate+up"},
    {matrix_role::down, "down", "down"},
    {matrix_role::receptance, "receptance", "receptance"},
    {matrix_role::router, "router", "router"},
    {matrix_role::shared_gate_up, "shared_gate_up", "shared gate+up"},
    {matrix_role::shared_down, "shared_down", "shared down"},
    {matrix_role::expert_latent_down, "expert_latent_down", "expert latent down"},
    {matrix_role::expert_gate_up, "expert_gate_up", "expert gate+up"},
    {matrix_role::expert_down, "expert_down", "expert down"},
    {matrix_role::expert_latent_up, "expert_latent_up", "expert latent up"},
    {matrix_role::head, "head", "head"},
}};
// clang-format on
}  // namespace gambrel
