// SPDX-License-Identifier: Apache-2.0
#pragma once
/// One figure of two sets of runs: is B worse than A, the same, or can these runs not tell?
///
///     p_beyond      = 2 min(p of ratio <= 1 + margin, p of ratio >= 1 / (1 + margin)), at most 1
///     worse         p_adjusted <= level, p_beyond among all gated figures (holm.hpp), and the ratio is on the bad side;
///                   better: on the good side
///     same          not so, and p_same <= level: both one-sided tests of a change beyond the margin (TOST)
///     cannot tell   neither; with the number of runs a side that would tell, were change and spread as they look
///
/// Of one figure alone, worse is that the interval at 1 - level lies wholly beyond the margin, and same that the one at
/// 1 - 2 level lies wholly within; among several Holm asks more, and the interval that is shown may lie beyond the
/// margin while these runs cannot tell.
/// "Changed" is another question: p_changed small and the ratio within the margin is a change that is nobody's concern.
/// Assumption: those of log_ratio.hpp. Evidence: tests/comparison/compare_test.cpp (2,000 pairs of sets a case).

#include <algorithm>
#include <gambrel/comparison/covariate.hpp>
#include <gambrel/comparison/detectable_change.hpp>
#include <gambrel/comparison/log_ratio.hpp>
#include <gambrel/comparison/median_interval.hpp>
#include <gambrel/numeric/enum_table.hpp>
#include <optional>
#include <string>

namespace gambrel {

enum class change : unsigned char { same, better, worse, cannot_tell };
// clang-format off
template <> inline constexpr std::array<enum_row<change>, 4> enum_table<change>{{
    {change::same, "same", "the same", "", "#607d8b"},
    {change::better, "better", "better", "", "#2e7d32"},
    {change::worse, "worse", "worse", "", "#c62828"},
    {change::cannot_tell, "cannot_tell", "cannot tell", "", "#e08600"},
}};
// clang-format on

struct comparison_options {
    double margin = 0.05;                ///< a change up to this factor - 1 is nobody's concern
    double level = usual_level;          ///< of false alarms over all gated figures together
    bool paired = false;                 ///< run i of A and of B shared machine and hour
    std::vector<std::string> metrics{};  ///< gated; none: means and throughputs
};
inline const comparison_options& checked(const comparison_options& o) {
    checked(o.margin, 0.0, 1.0, "the margin as a share");
    checked(o.level, 1e-6, 0.5, "the level of false alarms");
    return o;
}

struct metric_change {
    std::string metric{};
    bool higher_is_better = false;
    bool gated = true;
    std::string remark{};  ///< why it is not gated, or what cannot be said
    std::vector<double> a{}, b{};
    double ratio = 1.0;                 ///< B over A, of geometric means
    std::optional<log_ratio> tested{};  ///< absent with one run on a side
    double low = 0.0, high = 0.0;       ///< of the ratio, at 1 - level
    std::optional<median_ratio> medians{};
    double p_beyond = 1.0;    ///< two-sided, of a change beyond the margin
    double p_adjusted = 1.0;  ///< the same among all gated figures (holm.hpp)
    double p_changed = 1.0, p_same = 1.0;
    double variation = 0.0;                  ///< of runs of one side, or of paired ratios
    double least_change = 0.0;               ///< a change that these runs show four times in five, beyond the margin
    int runs_to_tell = 0;                    ///< a side; 0: no number that is worth running
    bool incomplete = false;                 ///< a run has no such figure, or none above zero
    std::optional<double> probe_explains{};  ///< share of the spread between runs
    change verdict = change::cannot_tell;

    /// Factor by which B is worse than A: above 1 is worse.
    double worsening() const { return higher_is_better ? 1.0 / ratio : ratio; }
};

/// Throughputs and what a user gets per second are better where they are higher; times, powers and energies lower.
inline bool is_higher_better(std::string_view metric) {
    const auto has = [&](std::string_view part) { return metric.find(part) != std::string_view::npos; };
    return has("throughput") || has("per_user") || has("per_device") || has("goodput") || has("accept");
}

/// What the test of a ratio says of it, where `p_adjusted` is its p of a change beyond the margin among all others.
inline change verdict_of(const log_ratio& r, bool higher_is_better, double p_adjusted, const comparison_options& o) {
    if (p_adjusted <= o.level) return (r.difference > 0.0) == higher_is_better ? change::better : change::worse;
    return r.p_same(o.margin) <= o.level ? change::same : change::cannot_tell;
}
/// p of a change beyond the margin, whichever way.
inline double p_beyond(const log_ratio& r, double margin) {
    return std::fmin(1.0, 2.0 * std::fmin(r.p_above(1.0 + margin), r.p_below(1.0 / (1.0 + margin))));
}

namespace detail {
/// Whether two figures of a load are within `share` of each other, or neither is known.
inline bool close(const std::optional<double>& x, const std::optional<double>& y, double share) {
    if (!x || !y) return x.has_value() == y.has_value();
    return std::fabs(*x - *y) <= share * std::fmax(std::fabs(*x), std::fabs(*y));
}
/// Runs that vary as those of `m` do.
inline experiment experiment_like(const metric_change& m, const comparison_options& o) {
    return {.variation = std::fmax(m.variation, 1e-9),
            .sides = m.tested->paired   ? sides::paired
                     : m.tested->probed ? sides::pooled
                                        : sides::welch,
            .level = o.level,
            .probed = m.tested->probed};
}
}  // namespace detail

namespace detail {
inline metric_change one_sided(metric_change m, std::string remark) {
    m.remark = std::move(remark);
    m.low = 0.0;
    m.high = std::numeric_limits<double>::infinity();
    return m;
}
}  // namespace detail

/// Everything but the verdict, which waits for the other figures; `probes`: of the same runs, or null. Throws `error`
/// for pairs that are none.
inline metric_change measured_change(std::string metric, std::vector<double> a, std::vector<double> b,
                                     const comparison_options& o, const of_two_sides* probes = nullptr) {
    metric_change m{.metric = std::move(metric), .a = std::move(a), .b = std::move(b)};
    m.higher_is_better = is_higher_better(m.metric);
    if (m.a.empty() || m.b.empty()) {
        m.ratio = std::numeric_limits<double>::quiet_NaN();
        return detail::one_sided(std::move(m), "");
    }
    m.ratio = std::exp(log_moments_of(m.b).mean - log_moments_of(m.a).mean);
    const std::size_t fewest = std::min(m.a.size(), m.b.size());
    if (fewest < 2) return detail::one_sided(std::move(m), "one run a side: a ratio without a range");
    if (probes && fewest < least_probed_runs(o.paired))
        return detail::one_sided(std::move(m), std::to_string(fewest) +
                                                   " pairs with probes: a slope through them leaves " +
                                                   "no spread to judge by; three are the least");
    log_ratio r;
    if (auto beside = probes ? ratio_beside_probes({m.a, m.b}, *probes, o.paired) : std::nullopt) {
        r = beside->ratio;
        m.probe_explains = 1.0 - beside->variance_left;
        m.a = std::move(beside->adjusted[0]);
        m.b = std::move(beside->adjusted[1]);
        m.ratio = r.ratio();
    } else {
        r = o.paired ? paired_ratio(m.a, m.b) : unpaired_ratio(m.a, m.b);
    }
    m.tested = r;
    std::tie(m.low, m.high) = r.interval(1.0 - o.level);
    m.medians = ratio_of_medians(m.a, m.b, 1.0 - o.level);
    m.p_beyond = p_beyond(r, o.margin);
    m.p_adjusted = m.p_beyond;
    m.p_changed = r.p_changed();
    m.p_same = r.p_same(o.margin);
    // se^2 = sigma^2 (1 / n_a + 1 / n_b) unpaired, sigma^2 / n paired; beside probes with what their distance adds
    const double sigma = r.error / std::sqrt(r.inverse_runs());
    m.variation = std::sqrt(std::expm1(sigma * sigma));
    const experiment e = detail::experiment_like(m, o);
    const auto runs = static_cast<int>(std::min(r.runs_a, r.runs_b));
    m.least_change = m.variation > 1e-9 ? least_detectable_change(e, runs, o.margin) : o.margin;
    return m;
}

/// The verdict of `m`, whose p among all others is known.
inline void settle(metric_change& m, const comparison_options& o) {
    if (!m.tested) return;
    m.verdict = verdict_of(*m.tested, m.higher_is_better, m.p_adjusted, o);
    if (m.verdict != change::cannot_tell) return;
    const experiment e = detail::experiment_like(m, o);
    const double size = std::fmax(m.ratio, 1.0 / m.ratio) - 1.0;
    const int runs = size > o.margin ? runs_for(e, size, o.margin) : runs_for_same(e, size, o.margin);
    m.runs_to_tell = runs == 0 ? 0 : std::max(runs, static_cast<int>(std::min(m.a.size(), m.b.size())) + 1);
}
}  // namespace gambrel
