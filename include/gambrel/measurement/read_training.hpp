// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A row of a training table as a question: model, machines with their network, software by source and release, recipe,
/// layout, batch. What a row leaves open is refused by reason, but for what its source says elsewhere or always does (the
/// comments below). Averages over whole runs hold restarts and are no steps.
/// Evidence: tests/measurement/training_row_test.cpp.

#include <gambrel/measurement/catalog/training_machines.hpp>
#include <gambrel/measurement/catalog/training_models.hpp>
#include <gambrel/measurement/catalog/training_software.hpp>
#include <gambrel/measurement/training_row.hpp>

namespace gambrel::detail {

inline storage_format training_format(const std::string& words) {
    if (contains(words, "NVFP4")) return formats::nvfp4;
    if (contains(words, "MXFP8") || contains(words, "FP8-MX")) return formats::mxfp8;
    if (words.starts_with("FP8") || words.starts_with("fp8")) return formats::fp8;
    if (contains(words, "bf16") || contains(words, "BF16") || contains(words, "fp16")) return formats::bf16;
    refuse("training format not known: " + words);
}

inline void read_recipe(const table_row& row, training_row& t) {
    const std::string_view notes = row["notes"], again = row["activation_ckpt"], work = row["workload"];
    training::recipe& r = t.recipe;
    r.products = training_format(row["precision"]);
    r.states = t.stack.states;
    r.dropout = t.stack.attention == training::attention_kernels::unfused;
    if (again == "full" || again == "True") r.recompute = training::recomputation::full;
    else if (again.starts_with("selective")) r.recompute = training::recomputation::selective;
    // torchtitan's "selective" is by operation: every other product is computed again.
    if (again.starts_with("selective") && contains(row["source"], "torchtitan"))
        r.recompute = training::recomputation::alternate;
    const bool torchtune = contains(row["source"], "torchtune");
    const bool single = torchtune && contains(notes, "cumulative");
    if (torchtune &&
        !single) {  // the table of single runs: its recipes chunk their loss and, in less than 48 GB, recompute:
        // Llama-3.1-8B at the same batch takes 18.9 GiB on one board and 37.4 on the other, which activations alone can be
        if (row["hardware"] != "A6000") r.recompute = training::recomputation::full;
        t.guessed = r.chunked_loss = true;
        r.optimizer_in_backward = work == "full-finetune";
        if (contains(notes, "CPU offload")) r.offload = training::offloading::states;
        // A paged 8-bit optimizer, whose managed memory the count of active memory leaves out.
        if (row["num_gpus"] == "1" && work == "full-finetune") r.states = training::states::pure_bf16_sgd;
    }
    if (single) {  // each row has what those before it had
        constexpr std::array steps{
            "baseline", "+packed", "+compile", "+chunked", "+activation ckpt", "+optimizer", "+activation offload",
            "+8bit"};
        int at = 8;
        for (std::size_t i = 0; i < steps.size(); ++i)
            if (contains(notes, steps[i])) at = static_cast<int>(i);
        r.chunked_loss = at >= 3;
        r.optimizer_in_backward = at >= 5 && at < 8;
        r.offload_activations = at >= 6;
        if (at == 7) r.states = training::states::pure_bf16_adam_8_bit;
        if (at == 0) refuse("padding of the batch not stated");
    }
    if (contains(work, "lora") || work == "lora") {
        r.adapter = {.rank = 16, .on_feed_forward = true};
        t.guessed = true;
        if (contains(work, "qlora")) r.frozen = training::nf4_double;
    }
}

inline void read_layout(const table_row& row, training_row& t) {
    const auto degree = [&](std::string_view column) { return count_in(row[column]); };
    training::layout& l = t.layout;
    const auto devices = degree("num_gpus");
    if (!devices) refuse("number of devices not stated");
    l.tensor = degree("tp").value_or(1);
    l.pipeline = degree("pp").value_or(1);
    l.virtual_stages = degree("vp").value_or(1);
    l.context = degree("cp").value_or(1);
    l.expert = degree("ep").value_or(1);
    const int rest = l.tensor * l.pipeline * l.context;
    if (*devices % rest != 0) refuse("degrees do not multiply to the devices");
    l.data = *devices / rest;
    if (const auto dp = degree("dp"); dp && *dp != l.data && *dp != l.data * l.context)
        refuse("degrees do not multiply to the devices");
    const bool early = contains(row["source"], "bigscience") || contains(row["source"], "MT-NLG") ||
                       contains(row["source"], "Narayanan");
    l.sequence =
        l.tensor > 1 && !early && (!contains(row["source"], "Korthikanti") || contains(row["activation_ckpt"], "+SP"));
    l.uneven = !training::detail::shares_out(t.model.layers(), l.pipeline);  // a layout of its own
    const std::string_view zero = row["zero_fsdp"];
    l.zero = t.stack.zero;
    if (zero == "none") l.zero = training::zero_stage::none;
    if (contains(zero, "ZeRO-1") || zero == "fsdp=0") l.zero = training::zero_stage::optimizer;
    if (contains(zero, "FULL_SHARD") || contains(zero, "ZeRO-3") || zero == "FSDP" || zero == "fsdp")
        l.zero = training::zero_stage::weights;
    if (contains(zero, "no reshard")) l.zero = training::zero_stage::gradients;
    for (const std::string_view key : {"fsdp=", "fsdp2=", "shard="})
        if (const std::size_t at = zero.find(key); at != std::string_view::npos)
            if (const auto n = count_in(zero.substr(at + key.size())); n && *n > 0 && *n <= l.copies()) {
                if (key != "shard=") l.zero = training::zero_stage::weights;
                if (key == "shard=" || l.context == 1) l.shard = *n;  // FSDP's mesh takes the context ranks in
            }
    if (contains(row["notes"], "Interleaved") && l.virtual_stages == 1 && l.pipeline > 1)
        refuse("virtual stages of an interleaved schedule not stated");
    if (contains(row["source"], "Narayanan") && l.pipeline > 1) {  // interleaved; how far is not stated: two pieces
        const count own = t.model.layers() / l.pipeline;
        if (own % 2 == 0) l.virtual_stages = 2;
        t.guessed = true;
    }
}

inline void read_batch(const table_row& row, training_row& t) {
    const auto s = number_in(row["seq_len"]);
    if (!s) refuse("tokens of a sequence not stated");
    auto micro = number_in(row["micro_batch"]);
    if (!micro) refuse("sequences of a micro-batch not stated");
    if (contains(row["source"], "torchtitan") && t.layout.pipeline > 1) micro = 1.0;  // the column is a rank's batch
    const auto global = number_in(row["global_batch"]);
    if (!global && !contains(row["source"], "torchtune")) refuse("sequences of a batch not stated");
    t.batch = {*micro, global ? *global : *micro * t.layout.data, *s};
    if (const auto step = number_in(row["step_time_s"])) t.seconds = *step;
    else if (const auto rate = number_in(row["tokens_s_per_gpu"]))
        t.seconds = t.batch.tokens() / (*rate * t.layout.devices());
    else refuse("neither step time nor tokens per second stated");
    if (const auto memory = number_in(row["mem_gib_per_gpu"])) t.memory = gibibytes(*memory);
}

/// The question of `row`. Ends its reading with a reason (refusal.hpp).
inline training_row training_row_of(const table_row& row) {
    if (contains(row["notes"], "SKIP")) refuse("contradicts itself, as its notes say");
    if (row["workload"] == "run-average") refuse("average of a whole run, restarts included");
    if (row["workload"] == "memory") refuse("memory only");
    training_row t;
    const count vocabulary =
        contains(row["notes"], "vocab 250k") || contains(row["source"], "bigscience train") ? 250880 : 0;
    const auto model = trained_model(row["model"], vocabulary);
    if (!model) refuse("model not known: " + row["model"]);
    t.model = *model;
    if (const auto s = number_in(row["seq_len"]); s && contains(row["source"], "llm-foundry"))
        t.model.position_rows = static_cast<count>(*s);
    if (const auto billions = number_in(row["params_b"])) {
        const double ours = static_cast<double>(parameter_count(t.model)) / 1e9;
        if (math::abs(ours / *billions - 1.0) > 0.12) refuse("parameters are not those of the model: " + row["model"]);
    }
    t.device = training_device(row["hardware"]);
    t.stack = training_software(row);
    read_recipe(row, t);
    read_layout(row, t);
    read_batch(row, t);
    if (const training::layout_check c = training::check(t.model, t.layout, t.batch); !c.ok())
        refuse("layout: " + std::string(name_of(c.what)));
    return t;
}
}  // namespace gambrel::detail

namespace gambrel {

/// A measured training step, its question in `training`. Evidence: tests/measurement/training_row_test.cpp.
inline measured_row read_training(const table_row& row) {
    measured_row m;
    m.line = row.line();
    m.source = row["source"];
    m.date = row["date"];
    m.hardware = row["hardware"];
    m.model_name = row["model"];
    m.weights = row["precision"];
    m.notes = row["notes"];
    m.metric = metric::step_time;
    return detail::reading(m, [&] {
        const auto run = std::make_shared<const training_row>(detail::training_row_of(row));
        m.training = run;
        m.device = &run->device;
        m.model = &run->model;
        m.runtime.name = run->stack.name;
        m.framework = run->stack.title.str();
        m.value = run->seconds;
    });
}

/// The memory that the row of `step` states beside its time, as a figure of its own.
inline std::optional<measured_row> memory_figure(const measured_row& step) {
    if (!step.training || !(step.training->memory > bytes<>{})) return {};
    measured_row m = step;
    m.metric = metric::training_memory;
    m.value = step.training->memory / gibibytes(1);
    return m;
}
}  // namespace gambrel
