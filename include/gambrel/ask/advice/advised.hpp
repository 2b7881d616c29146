// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What to change first: every change of the catalogue as a pair of predictions, ranked by what it gains for the work
/// it takes.
///
///     gain        = before / after, of a time, of the cost or of the energy of a request               (advice_gains.hpp)
///     range       = gain exp(-+1.2816 ratio_deviation)                                             (ratio.hpp)
///     a gain      the range lies above 1;   no gain: its middle is below 1.005;   measure first: the range holds 1, or the
///                 change assumes what only a measurement knows (a share of hits)
///     rank        = ln(gain at the low end, of sure ones; gain of others) / work         work: small 1, medium 3, large 10
///
/// Sure gains come first: those that change what is asked for, which take a setting and no other server, then by rank;
/// then what must be measured; then, by reason, the rest. What breaks a limit that is kept now, or makes one worse that
/// is broken already, is no gain; what brings a broken one back is said. The weights of work set an order and no
/// figure: each class counts about three times the one before, a choice that no measurement is behind.
///
/// Gains of two changes multiply only where they act on different terms; even then the best of each of up to three
/// terms are predicted together, and that prediction is the answer. Evidence: tests/ask/advice_test.cpp.

#include <algorithm>
#include <gambrel/ask/advice/advice_gains.hpp>
#include <gambrel/ask/advice/catalogue.hpp>
#include <gambrel/ask/advice/kept_limits.hpp>

namespace gambrel::ask {

enum class advice_verdict : unsigned char { gain, measure_first, no_gain, breaks_limit, impossible, not_applicable };
}  // namespace gambrel::ask
namespace gambrel {
// clang-format off
template <> inline constexpr std::array<enum_row<ask::advice_verdict>, 6> enum_table<ask::advice_verdict>{{
    {ask::advice_verdict::gain, "gain", "a gain"},
    {ask::advice_verdict::measure_first, "measure_first", "measure first"},
    {ask::advice_verdict::no_gain, "no_gain", "no gain"},
    {ask::advice_verdict::breaks_limit, "breaks_limit", "breaks a limit"},
    {ask::advice_verdict::impossible, "impossible", "not possible"},
    {ask::advice_verdict::not_applicable, "not_applicable", "does not apply"},
}};
// clang-format on
}  // namespace gambrel
namespace gambrel::ask {

inline constexpr double effort_weight(effort e) { return e == effort::small ? 1.0 : e == effort::medium ? 3.0 : 10.0; }

struct advice_options {
    advice_goal goal = advice_goal::cost;
    objective limits{};  ///< of means, that must stay kept
};

struct advice_item {
    const what_if* change = nullptr;
    advice_verdict verdict = advice_verdict::not_applicable;
    std::string reason{};               ///< why it does not apply, cannot be, or which limit it breaks
    std::vector<std::string> mended{};  ///< limits that are broken now and that it keeps
    advice_gains gains{};
    double rank = 0.0;
    advised_case changed{};
    std::optional<prediction<>> after{};
};

/// The best change of each of several terms, together.
struct combined_advice {
    std::vector<const what_if*> changes{};
    double product = 1.0;  ///< of their gains one by one
    advice_gains gains{};  ///< as predicted together
};

struct advice {
    advised_case asked{};
    advice_options options{};
    answer now{};
    std::vector<advice_item> items{};  ///< by verdict, then by rank
    std::optional<combined_advice> together{};
    std::vector<std::string> broken{};  ///< limits that are broken as it is: "TTFT"

    bool ok() const { return now.ok(); }
    std::size_t count(advice_verdict v) const {
        return static_cast<std::size_t>(
            std::count_if(items.begin(), items.end(), [&](const advice_item& i) { return i.verdict == v; }));
    }
};

/// A question of `c`, with what options cannot say.
inline std::unique_ptr<bound_question> bind_case(const advised_case& c) {
    auto b = std::make_unique<bound_question>(c.model, c.board, c.software, c.options);
    if (c.sparse) b->question.what.formats.weights = changes::two_of_four(b->question.what.formats.weights);
    return b;
}

namespace detail {
inline double log_gain(const figure<double>& g, bool sure) {
    const double x = sure ? g.low : g.value;
    return x > 0.0 ? std::log(x) : -1e9;
}
inline void judge(advice_item& i, const bound_question& before, const answer& now, const advice_options& o) {
    std::unique_ptr<bound_question> after;
    answer then;
    try {
        after = bind_case(i.changed);
        then = answered(after->question);
    } catch (const error& e) {
        i.verdict = advice_verdict::impossible;
        i.reason = e.what();
        return;
    }
    if (!then.ok()) {
        i.verdict = advice_verdict::impossible;
        i.reason =
            then.verdict.reason.empty() ? std::string(name_of(then.predicted.verdict.what)) : then.verdict.reason;
        return;
    }
    i.after = then.predicted;
    i.gains = gains_of(before.question, now, after->question, then);
    const figure<double>& g = i.gains.of(o.goal);
    if (!(g.value > 0.0)) {
        i.verdict = advice_verdict::not_applicable;
        i.reason = "no rent of both is known";
        return;
    }
    i.verdict = g.value < least_gain                       ? advice_verdict::no_gain
                : g.low > 1.0 && i.changed.assumes.empty() ? advice_verdict::gain
                                                           : advice_verdict::measure_first;
    i.reason = i.verdict == advice_verdict::measure_first ? i.changed.assumes : "";
    i.rank = log_gain(g, i.verdict == advice_verdict::gain) / effort_weight(i.change->effort);
    i.mended = mended_limits(now.predicted, then.predicted, o.limits);
    if (std::string limit = newly_broken(now.predicted, then.predicted, o.limits); !limit.empty()) {
        i.verdict = advice_verdict::breaks_limit;
        i.reason = std::move(limit);
    }
}

/// The best sure change of each of the three best terms, predicted together where all can be done at once.
inline std::optional<combined_advice> combine(const advice& a, const bound_question& before) {
    combined_advice c;
    advised_case all = a.asked;
    std::vector<advice_term> terms;
    const advice_baseline now{before.question, a.now};
    for (const advice_item& i : a.items) {
        if (i.verdict != advice_verdict::gain || terms.size() == 3) break;
        const auto taken = [&](advice_term t) { return std::find(terms.begin(), terms.end(), t) != terms.end(); };
        if (taken(i.change->term)) continue;
        if (i.change->term == advice_term::price && taken(advice_term::machine)) continue;  // a price is of a machine
        if (i.change->term == advice_term::machine && taken(advice_term::price)) continue;
        advised_case next = all;
        if (!i.change->change(next, now).empty()) continue;
        terms.push_back(i.change->term);
        c.changes.push_back(i.change);
        c.product *= i.gains.of(a.options.goal).value;
        all = std::move(next);
    }
    if (c.changes.size() < 2) return {};
    try {
        const auto after = bind_case(all);
        const answer then = answered(after->question);
        if (!then.ok() || !newly_broken(a.now.predicted, then.predicted, a.options.limits).empty()) return {};
        c.gains = gains_of(before.question, a.now, after->question, then);
    } catch (const error&) {
        return {};
    }
    return c;
}
}  // namespace detail

/// Of a rate, which is given, latency is what can be better; of clients, cost.
inline advice_goal usual_goal(const prediction_options& o) { return o.rate ? advice_goal::latency : advice_goal::cost; }

/// The advice on `c`. Throws `error` for a value out of range; a deployment that cannot be has none.
inline advice advised(const advised_case& c, const advice_options& o = {}) {
    advice a{.asked = c, .options = o};
    const auto before = bind_case(c);
    if (before->question.pools.on())
        fail("advice is on one pool: leave the pools out, two_pools is one of the changes");
    a.now = answered(before->question);
    if (!a.ok()) return a;
    a.broken = detail::broken_limits(a.now.predicted, o.limits);
    const advice_baseline now{before->question, a.now};
    for (const what_if& w : what_ifs) {
        advice_item& i = a.items.emplace_back();
        i.change = &w;
        i.changed = c;
        i.reason = w.change(i.changed, now);
        if (i.reason.empty()) detail::judge(i, *before, a.now, o);
    }
    const auto asks_less = [](const advice_item& i) {
        return i.verdict == advice_verdict::gain &&
               (i.change->term == advice_term::workload || i.change->term == advice_term::batch);
    };
    std::stable_sort(a.items.begin(), a.items.end(), [&](const advice_item& x, const advice_item& y) {
        if (x.verdict != y.verdict) return x.verdict < y.verdict;
        if (asks_less(x) != asks_less(y)) return asks_less(x);
        return x.rank > y.rank;
    });
    a.together = detail::combine(a, *before);
    return a;
}

/// The changes that can be made and that bring `limit`, which is broken now, back.
inline std::vector<const what_if*> kept_by(const advice& a, const std::string& limit) {
    std::vector<const what_if*> all;
    for (const advice_item& i : a.items) {
        const bool possible = i.verdict == advice_verdict::gain || i.verdict == advice_verdict::measure_first ||
                              i.verdict == advice_verdict::no_gain;
        if (possible && std::find(i.mended.begin(), i.mended.end(), limit) != i.mended.end()) all.push_back(i.change);
    }
    return all;
}

/// The item of the change called `key`; throws `error` with the nearest names.
inline const advice_item& item_named(const advice& a, std::string_view key) {
    std::vector<std::string_view> keys;
    for (const advice_item& i : a.items) {
        if (same_name(i.change->key, key)) return i;
        keys.push_back(i.change->key);
    }
    fail_unknown("change", key, keys);
}
}  // namespace gambrel::ask
