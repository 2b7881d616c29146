// SPDX-License-Identifier: Apache-2.0
// The catalog of training software: every entry in range, found by its names, with the constants of its kind.

#include <approx.hpp>
#include <doctest/doctest.h>
#include <gambrel/training/catalog.hpp>
#include <set>
#include <string>

using namespace gambrel;
namespace tr = gambrel::training;

TEST_CASE("every training software is in range, found by name, and has the constants of its kind") {
    static_assert(sorted_by_name(tr::stack_aliases));
    for (const tr::stack<>* s : tr::all_stacks) {
        CAPTURE(s->name.str());
        CHECK_NOTHROW(tr::checked(*s));
        CHECK(tr::find_stack(s->name.view()) == s);
        CHECK(!s->title.empty());
        CHECK(!s->version.empty());
        // Fitted again with the shipped constants, nothing changes.
        const tr::stack<> again = tr::with_traits(*s, tr::catalog::fitted, tr::catalog::fit);
        CHECK(again.elementwise == s->elementwise);
        CHECK(again.launch.value == s->launch.value);
        CHECK(again.expert_exposed == s->expert_exposed);
        CHECK(again.tensor_exposed == s->tensor_exposed);
        CHECK(again.sigma == s->sigma);
        CHECK(s->launch.kind == evidence::measured);
        const tr::stack<float> as_other = tr::as<float>(*s);
        CHECK(as_other.launch.value.value() == static_cast<float>(s->launch.value.value()));
        CHECK(as_other.memory.kept.eager == s->memory.kept.eager);
        CHECK(as_other.zero == s->zero);
    }
    CHECK(tr::find_stack("NeMo") == &tr::catalog::nemo);
    CHECK(tr::find_stack("Megatron_LM") == &tr::catalog::megatron_core);
    CHECK(tr::find_stack("nothing") == nullptr);
    CHECK_THROWS_WITH_AS(tr::stack_named("torchtitam"), doctest::Contains("torchtitan"), error);
}

TEST_CASE("a constant moves what it is called after, in the kinds that have it and no other") {
    using f = tr::fitted_traits;
    using names = std::set<std::string>;
    names all;
    for (const tr::stack<>* s : tr::all_stacks) all.insert(s->name.str());
    const names early{"megatron-lm@2021", "megatron-deepspeed"};
    const names overlapped{"megatron-core",         "nemo@24.09",      "megatron-bridge", "megatron-bridge@26.02",
                           "megatron-bridge@25.09", "torchtitan-async"};
    names fused = overlapped, eager;
    fused.insert({"torchtitan", "torchtune", "maxtext"});
    for (const std::string& n : all)
        if (!fused.contains(n) && !early.contains(n)) eager.insert(n);
    names unfused = eager;
    unfused.insert(early.begin(), early.end());
    const auto seconds_of_rank = [](const tr::stack<>& s) { return s.per_owner.value.value(); };
    const auto launch = [](const tr::stack<>& s) { return s.launch.value.value(); };
    const auto elementwise = [](const tr::stack<>& s) { return s.elementwise; };
    const auto exchanged = [](const tr::stack<>& s) { return s.expert_exposed; };
    struct effect {
        double f::*constant;
        double (*moved)(const tr::stack<>&);
        names where;
    };
    const names releases_2025{"nemo@24.09", "megatron-bridge@25.09"}, early_2026{"megatron-bridge@26.02"};
    names late = all;
    for (const names& not_late : {releases_2025, early_2026})
        for (const std::string& n : not_late) late.erase(n);
    for (const effect& e : {
             effect{&f::products, [](const tr::stack<>& s) { return s.kernels.products; }, all},
             {&f::products_unheld, [](const tr::stack<>& s) { return s.kernels.products_unheld; }, all},
             {&f::attention_forward, [](const tr::stack<>& s) { return s.kernels.attention_forward; }, all},
             {&f::attention_backward, [](const tr::stack<>& s) { return s.kernels.attention_backward; }, all},
             {&f::per_doubling, [](const tr::stack<>& s) { return s.kernels.per_doubling; }, all},
             {&f::eager, elementwise, unfused},
             {&f::fused, elementwise, fused},
             {&f::launch_2021, launch, {"megatron-lm@2021"}},
             {&f::launch_2022, launch, {"megatron-deepspeed"}},
             {&f::launch_eager, launch, eager},
             {&f::launch_fused, launch, fused},
             {&f::launch_experts, [](const tr::stack<>& s) { return s.expert_launch.value.value(); }, all},
             {&f::launch_experts_captured, [](const tr::stack<>& s) { return s.expert_launch_captured.value.value(); },
              all},
             {&f::tensor_2022, [](const tr::stack<>& s) { return s.tensor_slowness; }, {"megatron-deepspeed"}},
             {&f::tensor_hidden, [](const tr::stack<>& s) { return s.tensor_exposed; }, overlapped},
             {&f::data_exposed, [](const tr::stack<>& s) { return s.data_exposed; }, all},
             {&f::experts_2025, exchanged, releases_2025},
             {&f::experts_early_2026, exchanged, early_2026},
             {&f::experts_late_2026, exchanged, late},
             {&f::per_owner, seconds_of_rank, {"internevo"}},
             {&f::sigma, [](const tr::stack<>& s) { return s.sigma; }, all},
             {&f::experts_sigma, [](const tr::stack<>& s) { return s.experts_sigma; }, all},
         }) {
        tr::fitted_traits changed = tr::catalog::fitted;
        changed.*e.constant = 0.625;
        names moved;
        for (const tr::stack<>* s : tr::all_stacks)
            if (e.moved(tr::with_traits(*s, changed, tr::catalog::fit)) == 0.625) moved.insert(s->name.str());
        CAPTURE(tr::catalog::fitted.*e.constant);
        CHECK(moved == e.where);
    }
}

TEST_CASE("what entries say of themselves: messages of gradients, hand-overs, states") {
    for (const tr::stack<>* s : tr::all_stacks) {
        CAPTURE(s->name.str());
        const bool titan = s->name.view().starts_with("torchtitan");
        CHECK(s->reduce_bytes == (titan ? 4.0 : 2.0));
        CHECK(s->memory.workspace_bytes == (titan ? 4.0 : 0.0));
        CHECK(s->hand_overs_beside == (s->kind == tr::software_kind::overlapped));
    }
    CHECK(tr::catalog::megatron_deepspeed.states.working_gradient == 2.0);
    CHECK(tr::catalog::torchtune.states.all() == 8.0);
}
