// SPDX-License-Identifier: Apache-2.0
// The search tries what exists, keeps what fits, sorts by time; near the limit it says so.

#include <approx.hpp>
#include <doctest/doctest.h>
#include <gambrel/hardware/catalog/nvidia_datacenter.hpp>
#include <gambrel/model/catalog/llama.hpp>
#include <gambrel/model/catalog/qwen.hpp>
#include <gambrel/training/catalog/megatron.hpp>
#include <gambrel/training/search.hpp>

using namespace gambrel;
namespace tr = gambrel::training;

TEST_CASE("every layout found exists, multiplies to the devices, is in order, and is priced as asked alone") {
    tr::job<> j{catalog::llama_3_70b,
                catalog::h100_sxm,
                tr::catalog::megatron_core,
                {.products = formats::fp8},
                {.zero = tr::zero_stage::optimizer},
                {1, 128, 8192}};
    const tr::search_result r = tr::search(j, {.devices = 64, .keep = 1000});
    CHECK(r.tried > 300);
    CHECK(r.tried - r.dropped == r.best.size());
    CHECK(r.dropped > 0);
    for (std::size_t i = 0; i < r.best.size(); ++i) {
        const tr::candidate& c = r.best[i];
        CHECK(c.layout.devices() == 64);
        if (i > 0) CHECK(!(c.step < r.best[i - 1].step));
        j.layout = c.layout;
        j.batch.micro = c.micro;
        j.recipe.recompute = c.recompute;
        const tr::prediction<> p = tr::predict(j);
        REQUIRE(p.ok());
        CHECK(p.step.value == c.step);
        CHECK(p.fits == c.fits);
        CHECK(p.fits != tr::fit_verdict::does_not_fit);
        CHECK(r.smallest.peak <= c.peak);
    }
    // The published layout (tp 4, pp 8, vp 5; 10.12 s measured) is among them, within the range of the best.
    const auto published = std::find_if(r.best.begin(), r.best.end(), [](const tr::candidate& c) {
        return c.layout.tensor == 4 && c.layout.pipeline == 8 && c.layout.virtual_stages == 5 && c.micro == 1;
    });
    REQUIRE(published != r.best.end());
    CHECK(with_range(r.best.front().step, j.stack.sigma).contains(published->step));
}

TEST_CASE("nothing that fits: the smallest is named; a margin on both sides of the limit") {
    const tr::job<> j{catalog::llama_3_1_405b, catalog::h100_sxm, tr::catalog::megatron_core, {}, {}, {1, 8, 8192}};
    const tr::search_result r = tr::search(j, {.devices = 8});
    CHECK(r.best.empty());
    CHECK(r.dropped == r.tried);
    CHECK(r.smallest.peak > gibibytes(80));
    // exp(1.2816 x 0.1) = 1.1367: from 70.4 to 90.9 it may not fit.
    CHECK(tr::fit_of(gibibytes(70), gibibytes(80), 0.1) == tr::fit_verdict::fits);
    CHECK(tr::fit_of(gibibytes(71), gibibytes(80), 0.1) == tr::fit_verdict::may_not_fit);
    CHECK(tr::fit_of(gibibytes(90), gibibytes(80), 0.1) == tr::fit_verdict::may_not_fit);
    CHECK(tr::fit_of(gibibytes(91), gibibytes(80), 0.1) == tr::fit_verdict::does_not_fit);
    CHECK_THROWS_AS(tr::search(j, {.devices = 0}), error);
}

TEST_CASE("what the job's own layout says of schedule, shards and sequences holds for all that are tried") {
    tr::job<> j{catalog::llama_3_8b, catalog::h100_sxm, tr::catalog::megatron_core, {}, {}, {1, 64, 4096}};
    j.layout = {.schedule = tr::schedule::dual_pipe, .zero = tr::zero_stage::optimizer, .shard = 2};
    const tr::search_result r = tr::search(j, {.devices = 16, .sequence = false, .keep = 1000});
    REQUIRE(!r.best.empty());
    for (const tr::candidate& c : r.best) {
        CHECK(c.layout.schedule == tr::schedule::dual_pipe);
        CHECK(c.layout.virtual_stages == 1);
        CHECK(c.layout.shard == 2);
        CHECK(!c.layout.sequence);
    }
    // Where there is one copy nothing is shared out: ZeRO-3 would be the same layout again.
    j.layout = {.zero = tr::zero_stage::optimizer};
    for (const tr::candidate& c : tr::search(j, {.devices = 8, .keep = 1000}).best)
        CHECK((c.layout.zero == tr::zero_stage::optimizer || c.layout.copies() > 1));
    // Tensor ranks fill a domain of the scale-up link, of 72 devices here.
    const tr::job<> rack{
        catalog::llama_3_70b, catalog::gb200, tr::catalog::megatron_core, {}, {.zero = tr::zero_stage::optimizer},
        {1, 64, 4096}};
    int most = 0;
    for (const tr::candidate& c : tr::search(rack, {.devices = 64, .keep = 10000}).best)
        most = std::max(most, c.layout.tensor);
    CHECK(most == 64);
}

TEST_CASE("experts and long sequences open their own degrees") {
    const tr::job<> e{
        catalog::qwen3_30b_a3b, catalog::h100_sxm, tr::catalog::megatron_core, {}, {.zero = tr::zero_stage::optimizer},
        {1, 64, 4096}};
    bool shared = false, cut = false;
    for (const tr::candidate& c : tr::search(e, {.devices = 16, .keep = 1000}).best)
        shared = shared || c.layout.expert > 1;
    const tr::job<> s{
        catalog::llama_3_8b, catalog::h100_sxm, tr::catalog::megatron_core, {}, {.zero = tr::zero_stage::optimizer},
        {1, 16, 65536}};
    for (const tr::candidate& c : tr::search(s, {.devices = 16, .keep = 1000}).best) cut = cut || c.layout.context > 1;
    CHECK(shared);
    CHECK(cut);
}
