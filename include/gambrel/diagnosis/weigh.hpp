// SPDX-License-Identifier: Apache-2.0
#pragma once
/// How well each suspect explains what was measured: the weight of evidence for it against all others and against nothing
/// being wrong.
///
///     y        logarithms of what was measured (indication.hpp), of all runs together
///     e(s, x)  what they would be with suspect s x times worse: predict(), not a slope
///     S        covariance of y about e: noise of each run, plus sigma_k^2 J_k J_k' for each law k that may be wrong by its
///              own deviation sigma_k everywhere alike, J_k = d e / d ln (time under law k)
///     L(s, x)  normal density of y about e(s, x) with S;    L(s) = mean of L(s, x) over x, weighted by how usual x is:
///              ln x normal about 0 with deviation ln `usual_slowdown`
///     weight   L(s) / (sum of L over suspects and nothing), each as likely before
///
/// A run `before` (of the same server while it was well) has part in y and S and no suspect: what the laws are wrong by there
/// is known from it. What a suspect moves little needs a large x, and pays for it by the width of x's range.
/// Assumptions: one suspect at a time; errors of laws log-normal, and small enough for slopes; the fit of x to a grid of
/// `x_steps`. Evidence: tests/diagnosis/diagnosis_test.cpp; 200 simulated files, tools/judge_diagnosis.

#include <algorithm>
#include <gambrel/diagnosis/evidence.hpp>

namespace gambrel {

/// A suspect with its weight.
struct weighed_suspect {
    suspect which = suspect::host;
    double weight = 0.0;                    ///< 0 to 1
    double x = 1.0, low = 1.0, high = 1.0;  ///< best, and the middle 80 % of what x may be
    double misfit = 0.0;                    ///< of x: root mean square of what is left, in deviations
    std::vector<prediction<>> runs{};       ///< predicted with x, in the order of the runs
};

struct weighed_suspects {
    std::vector<weighed_suspect> all{};  ///< by weight, heaviest first
    double nothing = 1.0;                ///< weight of nothing being wrong
    double misfit = 0.0;                 ///< of that
    std::size_t numbers = 0;             ///< compared
};

inline constexpr int x_steps = 17;

namespace detail {
/// The x at which suspect `s` makes of a run what its start-up log says of the server, where it says so.
inline std::optional<double> x_of_start(const std::vector<examined_run>& runs, suspect s) {
    for (const examined_run& r : runs)
        for (const indication& i : r.seen) {
            const bool cache = s == suspect::cache_room && i.what == indicator::cache_holds;
            if (!cache && !(s == suspect::slots && i.what == indicator::slots)) continue;
            const double as_asked = cache ? smaller(r.predicted.memory.most_sequences, i.stated) : i.stated;
            if (as_asked > 1.05 * i.measured) return as_asked / i.measured;
        }
    return std::nullopt;
}
/// The values of x that are tried: even in the logarithm, and what a start-up log says, which may be further out.
inline std::vector<double> steps_of(const std::vector<examined_run>& runs, suspect s) {
    const suspect_range range = range_of(s);
    if (range.fixed()) return {range.least};
    std::vector<double> all;
    for (int i = 0; i < x_steps; ++i)
        all.push_back(range.least * std::pow(range.most / range.least, static_cast<double>(i) / (x_steps - 1)));
    if (const auto x = x_of_start(runs, s)) {
        all.push_back(*x);
        std::sort(all.begin(), all.end());
    }
    return all;
}
}  // namespace detail
/// Chosen: a term twice as slow is usual, ten times rare.
inline constexpr double usual_slowdown = 2.0;

/// Every suspect that applies to any of `runs`, weighed. Throws `error` for a value out of range.
inline weighed_suspects weigh(const std::vector<examined_run>& runs, const detail::evidence_of_runs& evidence) {
    weighed_suspects out;
    out.numbers = static_cast<std::size_t>(evidence.size());
    const auto [nothing, misfit] = evidence.density(evidence.expectation(nullptr));
    out.misfit = misfit;
    std::vector<double> logs{nothing};
    const double most = most_running(runs);
    for (const auto& row : enum_table<suspect>) {
        const auto there = [&](const examined_run& r) {
            return !r.before && r.predicted.ok() && applies(row.value, r.what, r.predicted) &&
                   (!r.static_batch || !is_of_server(row.value));
        };
        if (std::none_of(runs.begin(), runs.end(), there)) continue;
        std::vector<std::pair<double, double>> tried;  // ln x, log density times how usual x is
        double usual = 0.0;
        weighed_suspect w{.which = row.value};
        double best = -std::numeric_limits<double>::infinity();
        for (const double x : detail::steps_of(runs, row.value)) {
            std::vector<prediction<>> changed;
            std::vector<workload> loads;
            bool can_be = true;  // a suspect that no server starts with is none
            for (const examined_run& r : runs) {
                loads.push_back(r.load);
                changed.push_back(r.predicted);
                if (!there(r)) continue;
                const altered_run other(r.what, r.load, r.predicted, row.value, x, most);
                changed.back() = other.predicted(r.static_batch);
                loads.back() = other.load;
                const obstacle what = changed.back().verdict.what;
                can_be = can_be && (what == obstacle::none || what == obstacle::unstable);
            }
            if (!can_be) continue;
            const auto [density, left] = evidence.density(evidence.expectation(changed, loads, row.value, x));
            const double far = std::log(x) / std::log(usual_slowdown), rare = -0.5 * far * far;
            usual += std::exp(rare);
            tried.emplace_back(std::log(x), density + rare);
            if (density + rare > best) {
                best = density + rare;
                w.x = x;
                w.misfit = left;
                w.runs = std::move(changed);
            }
        }
        if (tried.empty()) continue;
        double sum = 0.0, seen = 0.0;
        for (const auto& [x, density] : tried) sum += std::exp(density - best);
        for (const auto& [x, density] : tried) {
            const double before = seen;
            seen += std::exp(density - best) / sum;
            if (before < 0.1 && seen >= 0.1) w.low = std::exp(x);
            if (before < 0.9 && seen >= 0.9) w.high = std::exp(x);
        }
        w.low = smaller(w.low, w.x);
        w.high = larger(w.high, w.x);
        logs.push_back(best + std::log(sum / usual));
        out.all.push_back(std::move(w));
    }
    const double top = *std::max_element(logs.begin(), logs.end());
    double sum = 0.0;
    for (const double l : logs) sum += std::exp(l - top);
    out.nothing = std::exp(logs.front() - top) / sum;
    for (std::size_t i = 0; i < out.all.size(); ++i) out.all[i].weight = std::exp(logs[i + 1] - top) / sum;
    std::stable_sort(out.all.begin(), out.all.end(), [](const auto& a, const auto& b) { return a.weight > b.weight; });
    return out;
}
}  // namespace gambrel
