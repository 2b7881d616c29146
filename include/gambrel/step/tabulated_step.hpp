// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The step law of a deployment, tabulated once so that it can be asked ten million times a second. A pass is a sum
/// of parts that each depend on one to three figures of its load:
///
///     tokens     products, element-wise, messages              of all tokens of the pass
///     experts                                                  of the tokens that each attention copy brings to them
///     rows       the head and its message                      of the tokens that need logits
///     decodes    attention of the decodes, absorbed products   of (decodes, mean context)
///     prompts    attention of the prompts                      of (pieces, tokens of each, mean context of a token)
///     state      recurrent layers                              of (tokens, sequences)
///     expansion  latents expanded for prompts (MLA)            of (new and cached tokens of the pieces)
///     exchange   between expert ranks, and what it is less    of all tokens (by_pass; two_batches: half of it)
///                in passes without prompts
///     pass = max(sum, launches of the host) + host             pass.hpp; with speculation of the check, drafter beside it
///            + what the power limit holds it                   clock_law.hpp, after `demand_before`
///
/// Each part is smooth on a logarithmic scale (p-norms of products, roof.hpp): linear interpolation between 4 to 16 nodes per
/// octave follows it within 1 % of `time_pass`. Pieces of one pass count as equally long, as in `time_pass`.
/// Limits: a sparse indexer scores decodes and prompts in one kernel; only its fixed time is counted once here. Attention in
/// fixed chunks drops by half where a context passes a chunk; interpolation spreads that over one cell.
/// Evidence: tests/step/tabulated_step_test.cpp.

#include <algorithm>
#include <gambrel/step/count_grid.hpp>
#include <gambrel/step/priced_pass.hpp>
#include <gambrel/step/tabulated_drafter.hpp>
#include <gambrel/step/tabulated_host.hpp>
#include <gambrel/step/timed_step.hpp>
#include <limits>
#include <vector>

namespace gambrel {

class tabulated_step {
public:
    /// Nodes up to the runtime's `most_sequences`, `token_budget` and contexts of `most_context` tokens; beyond them
    /// the last cell is extrapolated linearly. Takes some tens of milliseconds.
    tabulated_step(const pass_inputs& terms, const roof<>& roof, const runtime<>& software, double most_context)
        : tokens_grid_(most_tokens_of(terms, software.scheduling), 4),
          state_grid_(1.0, most_tokens_of(terms, software.scheduling), 4),
          decodes_grid_(1.0, std::min(4096.0, software.scheduling.most_sequences), 3),
          context_grid_(1.0, checked(most_context, 1.0, 1e9, "the most context in tokens"), 4),
          pieces_grid_(1.0, std::min(512.0, software.scheduling.most_sequences), 2),
          piece_grid_(1.0, std::min({most_tokens, software.scheduling.token_budget, most_context}), 2),
          reach_grid_(1.0, most_context, 2),
          host_(terms, roof, software),
          cut_(terms.cut),
          drafter_(terms, roof, software, most_context) {
        fill({terms, roof, software});
    }

    double seconds(const pass_load& l) const { return powered(l).seconds; }
    /// The drafter's power is not counted.
    powered_pass powered(const pass_load& l) const {
        const checked_pass p = timed(l);
        if (!(p.full > 0.0)) return {};
        const double check = p.full + host_.held(p.device, p.full, l.demand_before);
        return {drafter_.runs() ? check + drafter_.seconds(l) : check, p.device.limit / p.full};
    }
    double settling() const { return host_.clock.settling.value(); }

    /// Passes of `decodes` and nothing else: seconds = fixed + per_context context from `context` (their sum) to `until`.
    struct straight {
        double fixed = 0, per_context = 0, until = 0;
    };
    straight line(double decodes, double context) const {
        if (drafter_.each > 1.0)
            return {seconds({.decodes = decodes, .context = context}), 0.0, context};  // good for one pass
        const auto& h = host_;
        const double batches = in_halves(cut_, decodes, decodes) ? 2.0 : 1.0, n = decodes / batches,
                     exchanged = batches > 1.0 ? exchange(n, 0.0).seconds : 0.0;
        pass_part base = interpolated(tokens_, tokens_grid_, n) + rows(n) + to_experts(n) - saved(n);
        base += interpolated(state_, state_grid_, decodes_grid_, n, n);
        const octave_grid::place at = context_grid_.find(context / decodes);
        const double low = context_grid_.node(at.cell) * decodes, high = context_grid_.node(at.cell + 1) * decodes;
        const pass_part at_low = base + interpolated(decodes_, decodes_grid_, context_grid_, n, low / decodes),
                        at_high = base + interpolated(decodes_, decodes_grid_, context_grid_, n, high / decodes);
        if (at_low.limit > at_low.seconds || at_high.limit > at_high.seconds)  // held, or nearly: no straight line
            return {seconds({.decodes = decodes, .context = context}), 0.0, context};
        const double a = batches * (at_low.seconds - exchanged), b = batches * (at_high.seconds - exchanged);
        const double rise = (b - a) / (high - low), kernels = batches * (kernels_[0] + kernels_[1] + kernels_[2]),
                     plan = h.per_plan + h.per_sequence * decodes, between = h.per_kernel * kernels,
                     host = h.per_step + between + (h.async ? 0.0 : plan);
        const bool last = at.cell + 2 == context_grid_.nodes();
        double least =
            larger(h.launch * launches_by_host(h.graphs.decode, kernels, h.layers), h.per_decode * decodes - host);
        least = larger(least, batches * exchanged);
        if (h.async) least = larger(least, plan - between);
        const double crossing = rise > 0.0 ? low + (least - a) / rise : high;
        const double end = last ? std::numeric_limits<double>::infinity() : high;
        if (least <= a || context >= crossing) return {a - rise * low + host, rise, end};
        return {least + host, 0.0, std::min(crossing, end)};
    }

private:
    using pass_part = detail::pass_part;
    using checked_pass = detail::full_clock_pass;

    checked_pass timed(const pass_load& l) const {
        const double tokens = tokens_of(l);
        if (!(tokens > 0.0)) return {};
        const bool halves = in_halves(cut_, l.decodes, tokens);
        checked_pass p = device_of(halves ? l.half() : l);
        if (halves) {
            p.device = in_two_batches(p.device, exchange(0.5 * tokens, l.prompts), host_.clock.active);
            p.kernels *= 2.0;
        }
        p.full = host_.with_host(p.device.seconds, p.kernels, l.decodes + l.prompts, host_.graphs.of(l.prompts, tokens),
                                 l.decodes);
        return p;
    }
    /// One operation after the other.
    checked_pass device_of(const pass_load& l) const {
        const double tokens = tokens_of(l);
        pass_part device = interpolated(tokens_, tokens_grid_, tokens) + rows(drafter_.each * l.decodes + l.finishing);
        device += to_experts(l.mean_tokens > 0.0 ? l.mean_tokens * (tokens / l.tokens()) : tokens);
        if (!(l.prompts > 0.0)) device -= saved(tokens);
        double kernels = kernels_[0] + (l.decodes + l.finishing > 0.0 ? kernels_[1] : 0.0);
        if (l.decodes > 0.0) {
            device += interpolated(decodes_, decodes_grid_, context_grid_, l.decodes, l.context / l.decodes);
            kernels += kernels_[2];
        }
        if (l.prompts > 0.0 && l.prompt_tokens > 0.0) {
            const double each = l.prompt_tokens / l.prompts, reach = l.prompt_pairs / l.prompt_tokens;
            device += interpolated(prompts_, pieces_grid_, piece_grid_, reach_grid_, l.prompts, each, reach);
            device +=
                interpolated(expansion_, tokens_grid_, l.prompts * (each + larger(0.0, reach - 0.5 * (each + 1.0))));
            kernels += kernels_[3];
            if (l.decodes > 0.0) {
                device -= shared_;
                kernels -= shared_kernels_;
            }
        }
        device += interpolated(state_, state_grid_, decodes_grid_, tokens, l.decodes + l.prompts);
        return {device, kernels, 0.0};
    }
    static constexpr double most_tokens = 1 << 20;
    using table = std::vector<pass_part>;

    double tokens_of(const pass_load& l) const { return drafter_.each * l.decodes + l.prompt_tokens; }
    static double most_tokens_of(const pass_inputs& terms, const scheduling& s) {
        const double each = terms.speculates() ? terms.drafts->checked_tokens() : 1.0;
        return std::min(most_tokens, larger(s.token_budget, each * s.most_sequences));
    }
    pass_part to_experts(double tokens) const { return interpolated(experts_, tokens_grid_, tokens); }
    pass_part saved(double tokens) const { return interpolated(saved_, tokens_grid_, tokens); }
    pass_part exchange(double tokens, double prompts) const {
        return interpolated(exchange_, tokens_grid_, tokens) - (prompts > 0.0 ? pass_part{} : saved(tokens));
    }
    pass_part rows(double n) const { return n > 0.0 ? interpolated(rows_, tokens_grid_, larger(1.0, n)) : pass_part{}; }
    void fill(const detail::priced_pass& by) {
        const auto is = [](operator_class kind) { return [kind](const operation& op) { return op.kind == kind; }; };
        const auto exchanges = [](const operation& op) { return is_exchange(op.message); };
        const auto expands = [](const operation& op) { return op.name == name_of(matrix_role::latent_kv_up); };
        const auto of_tokens = [&](const operation& op) {
            return op.kind != operator_class::decode_attention && op.kind != operator_class::prefill_attention &&
                   op.kind != operator_class::state && op.kind != operator_class::experts && !expands(op);
        };
        const auto of_decodes = [](const operation& op) {
            return op.kind == operator_class::decode_attention || is_absorbed(op);
        };
        kernels_[3] = sum_of(by, step_shape::prefill(1.0, 1.0), expands).kernels;
        for (std::size_t i = 0; i < tokens_grid_.nodes(); ++i) {
            step_shape s = step_shape::prefill(1.0, tokens_grid_.node(i));
            s.finishing = 0.0;
            const auto without = sum_of(by, s, of_tokens);
            s.finishing = s.prompt_tokens;
            const auto with = sum_of(by, s, of_tokens);
            tokens_.push_back(without.part);
            const auto routed = sum_of(by, s, is(operator_class::experts));
            experts_.push_back(routed.part);
            rows_.push_back(with.part - without.part);
            expansion_.push_back(sum_of(by, s, expands).part);
            exchange_.push_back(sum_of(by, s, exchanges).part);
            saved_.push_back(exchange_.back() -
                             sum_of(by, step_shape::decode(tokens_grid_.node(i), 1.0), exchanges).part);
            kernels_[0] = without.kernels + routed.kernels;
            kernels_[1] = with.kernels - without.kernels;
        }
        for (std::size_t i = 0; i < state_grid_.nodes(); ++i)
            state_sums(by, step_shape::prefill(1.0, state_grid_.node(i)), is(operator_class::state));
        for (table* t : {&experts_, &expansion_, &state_, &exchange_, &saved_})
            if (std::all_of(t->begin(), t->end(), [](const pass_part& x) { return x == pass_part{}; })) t->clear();
        for (std::size_t i = 0; i < decodes_grid_.nodes(); ++i)
            for (std::size_t j = 0; j < context_grid_.nodes(); ++j) {
                step_shape some = step_shape::decode(decodes_grid_.node(i), context_grid_.node(j));
                some.tokens_per_decode = drafter_.each;
                const auto s = sum_of(by, some, of_decodes);
                decodes_.push_back(s.part);
                kernels_[2] = s.kernels;
            }
        fill_prompts(by);
        const step_shape one = step_shape::decode(1.0, 1.0), other = step_shape::prefill(1.0, 1.0);
        step_shape both = other;
        both.decodes = both.context = 1.0;
        const auto a = sum_of(by, one, attends), b = sum_of(by, other, attends), c = sum_of(by, both, attends);
        shared_ = a.part + b.part - c.part;
        shared_kernels_ = a.kernels + b.kernels - c.kernels;
    }
    static bool attends(const operation& op) {
        return op.kind == operator_class::prefill_attention || op.kind == operator_class::decode_attention;
    }
    template <class Wanted> void state_sums(const detail::priced_pass& by, const step_shape& s, Wanted&& wanted) {
        for (std::size_t j = 0; j < decodes_grid_.nodes(); ++j) {
            step_shape cut = s;
            cut.prompts = decodes_grid_.node(j);
            cut.prompt_tokens = s.prompt_tokens / cut.prompts;
            const auto t = sum_of(by, cut, wanted);
            state_.push_back(t.part);
            if (t.kernels > 0.0 && j == 0 && state_.size() == 1) state_kernels_ = t.kernels;
        }
    }
    void fill_prompts(const detail::priced_pass& by) {
        double launches = 0;
        for (std::size_t k = 0; k < pieces_grid_.nodes(); ++k)
            for (std::size_t i = 0; i < piece_grid_.nodes(); ++i)
                for (std::size_t j = 0; j < reach_grid_.nodes(); ++j) {
                    const double each = piece_grid_.node(i);
                    // A whole prompt has a mean context of (each + 1) / 2: `past` is negative at nodes below that, which
                    // cells that hold whole prompts need; the counts extrapolate linearly there.
                    const double past = reach_grid_.node(j) - 0.5 * (each + 1.0);
                    if (past < -0.3 * each - 1.0) {  // not a corner of any cell that is looked up
                        prompts_.push_back({});
                        continue;
                    }
                    const auto s = sum_of(by, step_shape::prefill(pieces_grid_.node(k), each, past), attends);
                    prompts_.push_back(s.part);
                    launches = s.kernels;
                }
        kernels_[3] += launches;
        kernels_[0] += state_kernels_;
    }

    count_grid tokens_grid_;
    octave_grid state_grid_, decodes_grid_, context_grid_, pieces_grid_, piece_grid_, reach_grid_;
    detail::tabulated_host host_;
    parallelism cut_;
    detail::tabulated_drafter<tabulated_step> drafter_;
    double state_kernels_ = 0.0;
    pass_part shared_{};
    double shared_kernels_ = 0;  ///< part and launches of kernels that decodes and prompts share
    table tokens_{}, experts_{}, rows_{}, decodes_{}, prompts_{}, state_{}, expansion_{}, exchange_{}, saved_{};
    std::array<double, 4> kernels_{};  ///< launches of: tokens and state, rows, decodes, prompts
};
static_assert(step_law<tabulated_step>);
}  // namespace gambrel
