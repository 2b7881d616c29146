// SPDX-License-Identifier: Apache-2.0
// The catalog of training software: every entry in range, found by its names, with the constants of its kind.

#include <approx.hpp>
#include <doctest/doctest.h>
#include <gambrel/training/catalog.hpp>

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

TEST_CASE("a constant moves only the kinds that have it") {
    tr::fitted_traits f = tr::catalog::fitted;
    f.launch_2022 = 0.5;
    f.tensor_hidden = 0.01;
    f.experts_2025 = 0.02;
    f.per_owner = 0.25;
    const auto with = [&](const tr::stack<>& s) { return tr::with_traits(s, f, tr::catalog::fit); };
    CHECK(with(tr::catalog::megatron_deepspeed).launch.value.value() == 0.5);
    CHECK(with(tr::catalog::megatron_lm_2021).launch.value == tr::catalog::megatron_lm_2021.launch.value);
    CHECK(with(tr::catalog::megatron_bridge).tensor_exposed == 0.01);
    CHECK(with(tr::catalog::torchtitan).tensor_exposed == 1.0);
    CHECK(with(tr::catalog::megatron_bridge_25_09).expert_exposed == 0.02);
    CHECK(with(tr::catalog::megatron_bridge).expert_exposed == tr::catalog::megatron_bridge.expert_exposed);
    CHECK(with(tr::catalog::internevo).per_owner.value.value() == 0.25);
    CHECK(!with(tr::catalog::llm_foundry).per_owner.known());
}
