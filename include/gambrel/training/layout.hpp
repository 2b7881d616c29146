// SPDX-License-Identifier: Apache-2.0
#pragma once
/// How one training run is cut over its devices, and whether the cut exists.
///
///     devices = tensor context pipeline data
///
/// Ranks stand next to each other in the order tensor, context, data, pipeline. Experts are shared out over
/// expert x expert_tensor of the tensor x context x data ranks of a stage, so that they ask for no devices of their
/// own. `shard` ranks hold one copy of what ZeRO cuts: all data and context ranks, or fewer (hybrid sharding), whose
/// groups then hold copies.
///
///     micro-batches of a step = global / (micro data)
///
/// DualPipe runs the pipeline from both ends: each rank holds two stages, and each stage lies on two ranks.
///
/// Validity: degrees that divide the model, the sequence, the batch and the devices; else a reason and the nearest value
/// that works. Evidence: tests/training/layout_test.cpp.

#include <gambrel/numeric/enum_table.hpp>
#include <gambrel/step/divisibility.hpp>

namespace gambrel::training {

/// What the ranks of a data-parallel group share out instead of holding copies: ZeRO's stages.
enum class zero_stage : unsigned char { none, optimizer, gradients, weights };
/// The order of the micro-batches in a pipeline.
enum class schedule : unsigned char { one_forward_one_backward, zero_bubble, dual_pipe };
enum class layout_fault : unsigned char {
    none,
    heads,
    width,
    layers,
    chunks,
    experts,
    expert_ranks,
    devices,
    sequence,
    data,
    batch,
    shard,
    one_stage,
    odd_stages,
    odd_micro_batches,
    interleaved,
    memory_unknown,
    link_unknown,
    host_link_unknown
};
}  // namespace gambrel::training

namespace gambrel {
// clang-format off
template <> inline constexpr std::array<enum_row<training::zero_stage>, 4> enum_table<training::zero_stage>{{
    {training::zero_stage::none, "0", "no sharding"},
    {training::zero_stage::optimizer, "1", "optimizer sharded (ZeRO-1)"},
    {training::zero_stage::gradients, "2", "optimizer and gradients sharded (ZeRO-2)"},
    {training::zero_stage::weights, "3", "everything sharded (ZeRO-3, FSDP)"},
}};
template <> inline constexpr std::array<enum_row<training::schedule>, 3> enum_table<training::schedule>{{
    {training::schedule::one_forward_one_backward, "1f1b", "1F1B"},
    {training::schedule::zero_bubble, "zero_bubble", "ZB1P"},
    {training::schedule::dual_pipe, "dual_pipe", "DualPipe"},
}};
template <> inline constexpr std::array<enum_row<training::layout_fault>, 19> enum_table<training::layout_fault>{{
    {training::layout_fault::none, "none", "none"},
    {training::layout_fault::heads, "heads", "tensor ranks do not divide the heads"},
    {training::layout_fault::width, "width", "tensor ranks do not divide the widths"},
    {training::layout_fault::layers, "layers", "stages do not share out the layers evenly"},
    {training::layout_fault::chunks, "chunks", "virtual stages do not divide the layers of a stage"},
    {training::layout_fault::experts, "experts", "expert ranks do not divide the experts"},
    {training::layout_fault::expert_ranks, "expert_ranks", "expert ranks do not divide the ranks of a stage"},
    {training::layout_fault::devices, "devices", "degrees do not multiply to the devices"},
    {training::layout_fault::sequence, "sequence", "context ranks do not divide the sequence"},
    {training::layout_fault::data, "data", "data ranks do not divide the sequences of the batch"},
    {training::layout_fault::batch, "batch", "micro-batches do not divide the batch"},
    {training::layout_fault::shard, "shard", "shards do not divide the data ranks"},
    {training::layout_fault::one_stage, "one_stage", "virtual stages need several stages"},
    {training::layout_fault::odd_stages, "odd_stages", "DualPipe needs an even number of stages"},
    {training::layout_fault::odd_micro_batches, "odd_micro_batches", "DualPipe needs an even number of micro-batches"},
    {training::layout_fault::interleaved, "interleaved", "only 1F1B interleaves virtual stages"},
    {training::layout_fault::memory_unknown, "memory_unknown", "the memory of the device is not known"},
    {training::layout_fault::link_unknown, "link_unknown", "no link between such devices is known"},
    {training::layout_fault::host_link_unknown, "host_link_unknown", "no link of the device to its host is known"},
}};
// clang-format on
}  // namespace gambrel

namespace gambrel::training {

using gambrel::checked;

struct layout {
    int tensor = 1;
    bool sequence = false;  ///< what lies between the products is cut over the tensor ranks too
    int pipeline = 1;
    bool uneven = false;     ///< stages may differ by a layer, where a layout says which lies where
    int virtual_stages = 1;  ///< pieces of the model on each stage: 1F1B interleaved
    training::schedule schedule = schedule::one_forward_one_backward;
    int context = 1;
    int expert = 1;
    int expert_tensor = 1;
    int data = 1;
    zero_stage zero = zero_stage::none;
    int shard = 0;  ///< ranks that hold one copy of what ZeRO cuts; 0: all of `data` x `context`

    constexpr int devices() const { return tensor * context * pipeline * data; }
    constexpr int ranks_of_stage() const { return tensor * context * data; }
    /// Stages that a rank holds, and ranks of a pipeline that hold a stage: two under DualPipe.
    constexpr int stages_held() const { return schedule == training::schedule::dual_pipe && pipeline > 1 ? 2 : 1; }
    /// Ranks that hold the same part of the dense weights.
    constexpr int copies() const { return context * data * stages_held(); }
    /// Ranks that hold the same part of the experts.
    constexpr int expert_copies() const {
        const int n = ranks_of_stage() * stages_held() / (expert * expert_tensor);
        return n > 0 ? n : 1;
    }
    constexpr int shards() const { return zero == zero_stage::none ? 1 : shard > 0 ? shard : copies(); }
    constexpr int expert_shards() const {
        return zero == zero_stage::none ? 1 : shard > 0 && shard < expert_copies() ? shard : expert_copies();
    }
    bool operator==(const layout&) const = default;
};

/// Sequences and their length.
struct batch {
    double micro = 1;   ///< sequences that a rank computes at a time
    double global = 1;  ///< sequences of a step, over all ranks
    double sequence = 2048;

    constexpr double tokens() const { return global * sequence; }
    constexpr double micro_batches(const layout& l) const { return global / (micro * static_cast<double>(l.data)); }
};

/// Why a layout cannot be answered for; `nearest` works in the place of `have`, 0 when nothing does.
struct layout_check {
    layout_fault what = layout_fault::none;
    double have = 0, limit = 0, nearest = 0;

    constexpr bool ok() const { return what == layout_fault::none; }
};

namespace detail {
constexpr bool whole(double x) { return x == math::floor(x); }
/// The value nearest to `have` for which `works` holds, the smaller of two; from 1 to `most`; 0: none.
template <class Works> constexpr double nearest_that(int have, int most, const Works& works) {
    for (int away = 1; away < (have > most ? have : most); ++away) {
        if (have - away >= 1 && have - away <= most && works(have - away)) return have - away;
        if (have + away <= most && works(have + away)) return have + away;
    }
    return 0.0;
}
/// Layers over stages: evenly, or with embedding and head counted as a layer each (126 layers on 8 stages of 16).
constexpr bool shares_out(count layers, int stages) { return layers % stages == 0 || (layers + 2) % stages == 0; }
/// Layers of the stage with the most, table and head counted where they do not divide.
constexpr count layers_of_stage(count layers, int stages) {
    return layers % stages == 0 ? layers / stages : (layers + 2 + stages - 1) / stages;
}
}  // namespace detail

/// Whether `l` cuts `m` and `b`, on `devices` (0: as many as it asks for). Throws for a degree below 1.
/// Evidence: tests/training/layout_test.cpp.
constexpr layout_check check(const architecture& m, const layout& l, const batch& b, int devices = 0) {
    for (const int n : {l.tensor, l.pipeline, l.virtual_stages, l.context, l.expert, l.expert_tensor, l.data})
        checked(static_cast<double>(n), 1.0, 1e6, "a degree of parallelism");
    checked(b.micro, 1.0, 1e6, "the sequences of a micro-batch");
    checked(b.global, 1.0, 1e9, "the sequences of a batch");
    checked(b.sequence, 1.0, 1e8, "the tokens of a sequence");
    const auto n = [](int degree) { return static_cast<double>(degree); };
    if (devices > 0 && l.devices() != devices) {
        const int rest = l.devices() / l.data;
        return {layout_fault::devices, n(l.devices()), n(devices), devices % rest == 0 ? n(devices / rest) : 0.0};
    }
    bool heads = true;
    if (const count undivided = gambrel::detail::undivided(m, l.tensor, heads); undivided > 0)
        return {
            heads ? layout_fault::heads : layout_fault::width, n(l.tensor), static_cast<double>(undivided),
            detail::nearest_that(l.tensor, 64, [&](int t) { return gambrel::detail::undivided(m, t, heads) == 0; })};
    const count layers = m.layers();
    if (l.pipeline > layers || (!l.uneven && !detail::shares_out(layers, l.pipeline)))
        return {layout_fault::layers, n(l.pipeline), static_cast<double>(layers),
                detail::nearest_that(l.pipeline, static_cast<int>(layers),
                                     [&](int p) { return detail::shares_out(layers, p); })};
    if (l.stages_held() > 1 && l.pipeline % 2 != 0)
        return {layout_fault::odd_stages, n(l.pipeline), 2.0,
                detail::nearest_that(l.pipeline, static_cast<int>(layers),
                                     [&](int p) { return p % 2 == 0 && detail::shares_out(layers, p); })};
    if (l.virtual_stages > 1 && l.schedule != schedule::one_forward_one_backward)
        return {layout_fault::interleaved, n(l.virtual_stages), 1.0, 1.0};
    if (l.virtual_stages > 1 && l.pipeline == 1) return {layout_fault::one_stage, n(l.virtual_stages), 1.0, 1.0};
    const count own = detail::layers_of_stage(layers, l.pipeline);
    if (!l.uneven && own % l.virtual_stages != 0)
        return {layout_fault::chunks, n(l.virtual_stages), static_cast<double>(own),
                detail::nearest_that(l.virtual_stages, static_cast<int>(own), [&](int v) { return own % v == 0; })};
    bool any = false;
    for (const layer_group& g : m) {
        const experts_block& e = g.layer.experts;
        if (!e.present()) continue;
        any = true;
        if (e.experts % l.expert != 0)
            return {
                layout_fault::experts, n(l.expert), static_cast<double>(e.experts),
                detail::nearest_that(l.expert, static_cast<int>(e.experts), [&](int x) { return e.experts % x == 0; })};
    }
    if (!any && l.expert > 1) return {layout_fault::experts, n(l.expert), 0.0, 1.0};
    if (l.ranks_of_stage() % (l.expert * l.expert_tensor) != 0)
        return {layout_fault::expert_ranks, n(l.expert * l.expert_tensor), n(l.ranks_of_stage()),
                detail::nearest_that(l.expert * l.expert_tensor, l.ranks_of_stage(),
                                     [&](int x) { return l.ranks_of_stage() % x == 0; })};
    if (const double cut = l.context > 1 ? 2.0 * l.context : 1.0; !detail::whole(b.sequence / cut))
        return {layout_fault::sequence, n(l.context), b.sequence, detail::nearest_that(l.context, 4096, [&](int c) {
                    return c == 1 || detail::whole(b.sequence / (2.0 * c));
                })};
    if (const double each = b.global / n(l.data); !detail::whole(each) || each < 1.0) {
        const double one = n(l.data) * b.micro, below = math::floor(b.global / one) * one;
        const bool up = below < one || below + one - b.global < b.global - below;
        return {layout_fault::data, b.global, n(l.data), up ? below + one : below};
    }
    if (const double m_batches = b.micro_batches(l); m_batches < 1.0 || !detail::whole(m_batches)) {
        const double each = b.global / n(l.data);
        const int most = each < 1.0 ? 0 : static_cast<int>(each);
        return {layout_fault::batch, b.micro, each,
                detail::nearest_that(static_cast<int>(b.micro), most, [&](int x) { return detail::whole(each / x); })};
    }
    if (const double m_batches = b.micro_batches(l); l.stages_held() > 1 && !detail::whole(m_batches / 2.0))
        return {layout_fault::odd_micro_batches, m_batches, 2.0, m_batches + 1.0};
    if (l.shard > 0 && l.copies() % l.shard != 0)
        return {layout_fault::shard, n(l.shard), n(l.copies()),
                detail::nearest_that(l.shard, l.copies(), [&](int x) { return l.copies() % x == 0; })};
    return {};
}
}  // namespace gambrel::training
