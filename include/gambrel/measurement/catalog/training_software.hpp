// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Software of measured training runs, by source, release and notes. Evidence: tests/measurement/training_row_test.cpp.

#include <gambrel/measurement/refusal.hpp>
#include <gambrel/training/catalog.hpp>

namespace gambrel::detail {

/// The software of a source; its kernels by what the notes say.
inline const training::stack<>& training_software(const table_row& row) {
    const std::string_view source = row["source"], notes = row["notes"];
    namespace known = training::catalog;
    if (contains(source, "Megatron-Bridge")) {
        const std::string& date = row["date"];
        return date < "2026-01"   ? known::megatron_bridge_25_09
               : date < "2026-05" ? known::megatron_bridge_26_02
                                  : known::megatron_bridge;
    }
    if (contains(source, "Megatron-LM")) return known::megatron_core;
    if (contains(source, "nemo-framework")) return known::nemo;
    if (contains(source, "llm-foundry")) return known::llm_foundry;
    if (contains(source, "bigscience train") || contains(source, "MT-NLG paper")) return known::megatron_deepspeed;
    if (contains(source, "Narayanan") || contains(source, "Korthikanti")) return known::megatron_lm_2021;
    if (contains(source, "InternEvo")) return known::internevo;
    if (contains(source, "maxtext") || contains(source, "AI-Hypercomputer")) return known::maxtext;
    if (contains(source, "torchtitan")) {
        if (contains(notes, "AsyncTP") || contains(notes, "async TP")) return known::torchtitan_async;
        const bool compiled = contains(notes, "compile") || contains(notes, "2D") || contains(notes, "TP");
        return compiled ? known::torchtitan : known::torchtitan_eager;
    }
    if (contains(source, "torchtune")) {
        const bool plain = contains(notes, "baseline") || contains(notes, "+packed");
        return plain ? known::torchtune_eager : known::torchtune;
    }
    if (contains(source, "ColossalAI")) return known::colossal_ai;
    if (contains(source, "TinyLlama")) return known::fsdp;
    if (contains(source, "Llama 3 paper")) return known::torchtitan;
    refuse("training software not known: " + std::string(source.substr(0, 40)));
}
}  // namespace gambrel::detail
