// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The best layouts of a run: all ways to cut it over n devices, those that exist and fit, by time of a step.
///
///     tensor    divisors of n inside a domain of the scale-up link (and of the heads)
///     pipeline  divisors of what is left, for models of several layers; virtual stages that divide a stage's layers
///     context   1, 2, 4 ... from 32,768 tokens on
///     expert    divisors of the experts that divide the ranks of a stage
///     micro     1, 2, 4 ... sequences that divide the batch of a rank
///     ZeRO      as asked, else the software's own, and 3 besides where there is no pipeline and a copy to share out
///     schedule, hybrid shards, ranks of one expert, sequence parallelism: those of the job's own layout
///
/// A layout that may not fit is kept and says so; one that does not is dropped. Work: one prediction for each layout.
/// Evidence: tests/training/search_test.cpp: regret against measured sweeps of layouts.

#include <algorithm>
#include <gambrel/training/predict.hpp>
#include <vector>

namespace gambrel::training {

struct search_settings {
    int devices = 8;
    double most_micro = 16;
    double only_micro = 0;  ///< sequences of a micro-batch; 0: all that are tried
    int most_tensor = 0;    ///< 0: a domain of the scale-up link
    int most_pipeline = 64;
    bool sequence = true;   ///< what lies between products is cut over several tensor ranks too
    std::size_t keep = 10;  ///< layouts of the answer
    bool any_zero = true;   ///< ZeRO-3 beside the software's own stage
    bool recompute = true;  ///< full recomputation where the recipe's own does not fit
};

struct candidate {
    training::layout layout{};
    double micro = 1;
    recomputation recompute = recomputation::none;
    seconds<> step{};
    fit_verdict fits = fit_verdict::fits;
    bytes<> peak{};
};

struct search_result {
    std::vector<candidate> best{};  ///< fastest first
    std::size_t tried = 0;          ///< layouts that exist
    std::size_t dropped = 0;        ///< that do not fit
    candidate smallest{};           ///< with the least memory, of all tried
};

namespace detail {
inline std::vector<int> divisors(int n, int most) {
    std::vector<int> all;
    for (int d = 1; d <= n && d <= most; ++d)
        if (n % d == 0) all.push_back(d);
    return all;
}
/// Pieces into which the `own` layers of a stage divide, where they are interleaved.
inline std::vector<int> virtual_stages(count own, int pipeline, schedule order) {
    std::vector<int> all{1};
    if (pipeline == 1 || order != schedule::one_forward_one_backward) return all;
    for (count v = 2; v <= own; ++v)
        if (own % v == 0) all.push_back(static_cast<int>(v));
    return all;
}
}  // namespace detail

/// The best layouts of `j`, whose own layout and micro-batch are not looked at.
/// Evidence: tests/training/search_test.cpp.
inline search_result search(const job<>& j, const search_settings& s) {
    checked(static_cast<double>(s.devices), 1.0, 1e6, "the number of devices");
    search_result r;
    const architecture& m = j.model;
    const bool experts = !is_dense(m);
    const int domain = j.device.scale_up.present() ? j.device.scale_up.devices : 1;
    const int most_tensor = s.most_tensor > 0 ? s.most_tensor : domain;
    const bytes<> there = visible_memory(j.device);
    job<> each{j.model, j.device, j.stack, j.recipe, j.layout, j.batch, j.constants};
    const auto consider = [&](const layout& l, double micro, recomputation again) {
        each.layout = l;
        each.batch.micro = micro;
        each.recipe.recompute = again;
        if (!each.check().ok()) return fit_verdict::fits;
        ++r.tried;
        candidate c{l, micro, again};
        c.peak = each.memory().peak();
        c.fits = fit_of(c.peak, there, j.stack.memory_sigma);
        if (r.tried == 1 || c.peak < r.smallest.peak) r.smallest = c;
        if (c.fits == fit_verdict::does_not_fit) {
            ++r.dropped;
            return c.fits;
        }
        c.step = time_step(each).total;
        r.best.push_back(c);
        return c.fits;
    };
    std::vector<zero_stage> stages{j.layout.zero};
    if (s.any_zero && j.layout.zero != zero_stage::weights) stages.push_back(zero_stage::weights);
    for (const int t : detail::divisors(s.devices, most_tensor))
        for (const int p : detail::divisors(s.devices / t, s.most_pipeline))
            for (int c = 1; c <= (j.batch.sequence >= 32768.0 ? s.devices / t / p : 1); c *= 2) {
                const int left = s.devices / t / p;
                if (left % c != 0 || !detail::shares_out(m.layers(), p)) continue;
                for (const int v : detail::virtual_stages(detail::layers_of_stage(m.layers(), p), p, j.layout.schedule))
                    for (const int e : experts ? detail::divisors(s.devices / p, 256) : std::vector<int>{1})
                        for (const zero_stage zero : stages) {
                            if (zero == zero_stage::weights && p > 1) continue;
                            const layout l{.tensor = t,
                                           .sequence = s.sequence && t > 1,
                                           .pipeline = p,
                                           .virtual_stages = v,
                                           .schedule = j.layout.schedule,
                                           .context = c,
                                           .expert = e,
                                           .expert_tensor = j.layout.expert_tensor,
                                           .data = left / c,
                                           .zero = zero,
                                           .shard = j.layout.shard};
                            if (zero != stages.front() && l.copies() < 2) continue;  // nothing to share out
                            const double first = s.only_micro > 0.0 ? s.only_micro : 1.0;
                            const double last = s.only_micro > 0.0 ? s.only_micro : s.most_micro;
                            for (double b = first; b <= last; b *= 2.0) {
                                const fit_verdict own = consider(l, b, j.recipe.recompute);
                                const bool again = own != fit_verdict::fits && s.recompute &&
                                                   j.recipe.recompute != recomputation::full;
                                if (again && consider(l, b, recomputation::full) == fit_verdict::does_not_fit) break;
                            }
                        }
            }
    std::sort(r.best.begin(), r.best.end(), [](const candidate& a, const candidate& b) { return a.step < b.step; });
    if (r.best.size() > s.keep) r.best.resize(s.keep);
    return r;
}
}  // namespace gambrel::training
