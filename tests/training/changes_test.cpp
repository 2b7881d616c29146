// SPDX-License-Identifier: Apache-2.0
// Fine-tuning on one card: what fits, by how much not, and which single change does.

#include <approx.hpp>
#include <doctest/doctest.h>
#include <gambrel/hardware/catalog/apple.hpp>
#include <gambrel/hardware/catalog/nvidia_datacenter.hpp>
#include <gambrel/hardware/catalog/nvidia_geforce.hpp>
#include <gambrel/model/catalog/llama.hpp>
#include <gambrel/training/catalog/pytorch.hpp>
#include <gambrel/training/changes.hpp>

using namespace gambrel;
namespace tr = gambrel::training;

TEST_CASE("Llama-3.1-8B on one card of 24 GB: full does not fit, a 4-bit base does, adapters alone may") {
    const tr::job<> full{catalog::llama_3_1_8b,
                         catalog::rtx_4090,
                         tr::catalog::torchtune,
                         {.states = tr::states::pure_bf16, .recompute = tr::recomputation::full, .chunked_loss = true},
                         {},
                         {1, 1, 2048}};
    const tr::prediction<> p = tr::predict(full);
    CHECK(p.fits == tr::fit_verdict::does_not_fit);  // 8 B of 8 billion parameters are 60 GiB
    const std::vector<tr::changed> all = tr::single_changes(full);
    const auto of = [&](tr::change what) {
        const auto found = std::find_if(all.begin(), all.end(), [&](const tr::changed& c) { return c.what == what; });
        REQUIRE(found != all.end());
        return *found;
    };
    CHECK(of(tr::change::adapters_on_4_bit).fits == tr::fit_verdict::fits);
    CHECK(of(tr::change::adapters).fits == tr::fit_verdict::fits);  // 16.2 GiB measured, torchtune
    CHECK(of(tr::change::optimizer_8_bit).fits == tr::fit_verdict::does_not_fit);
    CHECK(of(tr::change::offload_states).fits == tr::fit_verdict::fits);
    CHECK(of(tr::change::offload_states).step > of(tr::change::adapters).step);
    for (std::size_t i = 1; i < all.size(); ++i) {
        CHECK(all[i - 1].fits <= all[i].fits);
        if (all[i - 1].fits == all[i].fits) CHECK(!(all[i].step < all[i - 1].step));
    }
    for (const tr::changed& c : all) {  // what the recipe has already is not offered
        CHECK(c.what != tr::change::recompute);
        CHECK(c.what != tr::change::chunk_loss);
        CHECK(c.what != tr::change::shard);
        CHECK(c.what != tr::change::smaller_micro_batch);
    }
}

TEST_CASE("one memory of host and device: nothing is moved, nothing is freed, nothing of it is offered") {
    tr::job<> j{catalog::llama_3_8b, catalog::apple_m2_ultra, tr::catalog::torchtune, {.states = tr::states::mixed}, {},
                {1, 4, 2048}};
    const tr::prediction<> here = tr::predict(j);
    REQUIRE(here.ok());
    for (const tr::changed& c : tr::single_changes(j)) CHECK(!tr::offloads(c.what));
    j.recipe.offload = tr::offloading::states;
    j.recipe.offload_activations = true;
    const tr::prediction<> there = tr::predict(j);
    CHECK(there.step.value == here.step.value);
    CHECK(there.memory.peak() == here.memory.peak());
    CHECK(there.time.of(tr::part::offload) == seconds<>{});
    // Boards whose link to the host is not known cannot be asked; nor can what has no memory or no link to its like.
    device<> board = catalog::rtx_4090;
    board.host_link = {};
    tr::job<> k{catalog::llama_3_8b, board, tr::catalog::torchtune, {}, {}, {1, 4, 2048}};
    CHECK(tr::predict(k).ok());
    k.recipe.offload = tr::offloading::optimizer;
    CHECK(tr::predict(k).layout.what == tr::layout_fault::host_link_unknown);
    k.recipe.offload = tr::offloading::none;
    k.layout.data = 2;
    CHECK(tr::predict(k).layout.what == tr::layout_fault::link_unknown);
    board.memory.capacity = {};
    board.memory.visible = {};
    k.layout.data = 1;
    CHECK(tr::predict(k).layout.what == tr::layout_fault::memory_unknown);
}

TEST_CASE("what lies in the host's memory travels: a frozen base twice a micro-batch over the host's link") {
    tr::job<> j{catalog::llama_3_1_8b, catalog::rtx_4090, tr::catalog::torchtune, {}, {}, {1, 4, 2048}};
    j.recipe.adapter = {.rank = 16, .on_feed_forward = true};
    const double here = tr::time_step(j).total.value();
    j.recipe.offload = tr::offloading::states;
    const double moved = 2.0 * 4.0 * 2.0 * static_cast<double>(parameter_count(j.model));  // 2 passes, 4 micro-batches
    CHECK(tr::time_step(j).total.value() - here == approx(moved / 32e9).epsilon(0.03));    // PCIe 4 x16
}

TEST_CASE("each change touches one thing, once") {
    for (std::size_t i = 0; i < enum_count<tr::change>; ++i) {
        tr::recipe r{.states = tr::states::mixed};
        tr::layout l{.data = 4};
        tr::batch b{2, 8, 2048};
        const auto what = static_cast<tr::change>(i);
        CAPTURE(std::string(key_of(what)));
        CHECK(tr::apply(what, r, l, b));
        CHECK(!tr::apply(what, r, l, b));
        CHECK((b.micro == 1.0) == (what == tr::change::smaller_micro_batch));
        CHECK((l.zero == tr::zero_stage::weights) == (what == tr::change::shard));
        CHECK((r.states.optimizer == 6.0) == (what == tr::change::optimizer_8_bit));  // master weights stay
    }
    tr::recipe accumulates;
    tr::layout l;
    tr::batch b{1, 8, 2048};
    CHECK(!tr::apply(tr::change::gradients_at_once, accumulates, l, b));  // gradients of a step wait for each other
}
