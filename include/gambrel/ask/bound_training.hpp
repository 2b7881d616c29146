// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A training question with all it refers to: descriptors by name, the recipe and the layout that its options mean.
/// Evidence: tests/ask/training_test.cpp.

#include <gambrel/ask/names.hpp>
#include <gambrel/ask/training_keywords.hpp>
#include <gambrel/training/catalog.hpp>
#include <gambrel/training/search.hpp>
#include <memory>

namespace gambrel::ask {

namespace detail {
/// The value of that key; an unknown one is an error naming them all.
template <class E> E of_key(const char* what, const std::string& typed) {
    std::string all;
    for (std::size_t i = 0; i < enum_count<E>; ++i) {
        const auto each = static_cast<E>(i);
        if (same_name(key_of(each), typed)) return each;
        all += (i == 0 ? "" : i + 1 == enum_count<E> ? " or " : ", ") + std::string(key_of(each));
    }
    fail(std::string(what) + " is " + quoted(typed) + "; it must be " + all);
}
}  // namespace detail

/// What `train` asks and what `finetune` does: they differ in defaults alone.
enum class training_task : unsigned char { train, finetune };

struct bound_training {
    std::shared_ptr<const architecture> model;
    std::shared_ptr<const device<>> board;
    training::stack<> software;
    training_options options;
    training_task task;
    training::recipe recipe{};
    training::layout layout{};
    training::batch batch{};
    int devices = 1;
    bool searched = false;  ///< the layout is the search's

    bound_training(architecture m, asked_device d, training_options o, training_task t)
        : model(std::make_shared<const architecture>(std::move(m))),
          board(std::make_shared<const device<>>(d.device)),
          options(std::move(o)),
          task(t) {
        check_ranges(options);
        const bool tune = task == training_task::finetune, tpu = board->kind == device_class::tpu;
        software = training::stack_named(!options.stack.empty() ? options.stack
                                         : tpu                  ? "maxtext"
                                         : tune                 ? "torchtune"
                                                                : "megatron-core");
        devices = options.devices.value_or(d.count > 0 ? d.count : tune ? 1 : 8);
        read_recipe();
        read_layout();
    }

    training::job<> job() const { return {*model, *board, software, recipe, layout, batch}; }

private:
    void read_recipe() {
        const bool tune = task == training_task::finetune;
        recipe.products = weights_of(options.format, *model).attention;
        recipe.states = software.states;
        if (options.optimizer == "adam") recipe.states = training::states::mixed_fp32_gradients;
        else if (options.optimizer == "adam_bf16") recipe.states = training::states::pure_bf16;
        else if (options.optimizer == "adam_8bit") recipe.states = training::states::pure_bf16_adam_8_bit;
        else if (options.optimizer == "sgd") recipe.states = training::states::pure_bf16_sgd;
        else if (!options.optimizer.empty())
            fail("the optimizer is " + detail::quoted(options.optimizer) +
                 "; it must be adam, adam_bf16, adam_8bit or sgd");
        const std::string again = !options.recompute.empty() ? options.recompute : tune ? "full" : "none";
        recipe.recompute = detail::of_key<training::recomputation>("the recomputation", again);
        recipe.offload = detail::of_key<training::offloading>("the offload", options.offload);
        recipe.chunked_loss = options.chunked_loss || tune;
        recipe.optimizer_in_backward = options.optimizer_in_backward;
        recipe.offload_activations = options.offload_activations;
        recipe.padding = options.padding;
        if (options.method == "lora" || options.method == "qlora") {
            recipe.adapter = {.rank = options.rank, .on_feed_forward = true};
            if (options.method == "qlora") recipe.frozen = training::nf4_double;
        } else if (options.method != "full") {
            fail("the method is " + detail::quoted(options.method) + "; it must be full, lora or qlora");
        }
    }
    void read_layout() {
        const training_options& o = options;
        layout.zero = o.zero.empty() ? software.zero : detail::of_key<training::zero_stage>("the ZeRO stage", o.zero);
        layout.schedule = detail::of_key<training::schedule>("the schedule", o.schedule);
        layout.shard = o.shard.value_or(0);
        if (o.shard && layout.zero == training::zero_stage::none)
            fail("the ranks of a shard are " + std::to_string(*o.shard) +
                 "; with ZeRO-0 nothing is shared out: give --zero 1, 2 or 3 or leave them out");
        const bool tune = task == training_task::finetune;
        batch.sequence = o.sequence;
        batch.global = o.batch.value_or(tune ? larger(8.0, static_cast<double>(devices)) : 128.0);
        searched = !(o.tensor || o.pipeline || o.context || o.expert || o.virtual_stages) && devices > 1;
        layout.tensor = o.tensor.value_or(1);
        layout.pipeline = o.pipeline.value_or(1);
        layout.virtual_stages = o.virtual_stages.value_or(1);
        layout.context = o.context.value_or(1);
        layout.expert = o.expert.value_or(1);
        layout.expert_tensor = o.expert_tensor.value_or(1);
        layout.sequence = o.sequence_parallel ? *o.sequence_parallel : layout.tensor > 1;
        const int rest = layout.tensor * layout.pipeline * layout.context;
        layout.data = devices % rest == 0 ? devices / rest : 1;
        batch.micro = o.micro.value_or(1.0);
    }
};
}  // namespace gambrel::ask
