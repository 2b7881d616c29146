// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Rows that only the rest of their table shows not to be what they say:
///
///     contradiction    two figures of one run more than `contradiction` apart: which is wrong cannot be told
///     repeat           the same run, figure and all, as an earlier row; or the same figure, to more digits than chance
///                      repeats, under another model or source: a copy
///     unlabelled drafts   the time per token of a run is less than `fastest_plain` of that of a run of the same
///                      settings and release near in time, and its first token no sooner: drafts speed up one of the
///                      two, a better engine both
///     cold start       a mean TTFT more than `cold_ttft` times that of the same run under twice the clients or more: load
///                      lengthens a wait, so what the opening burst of few clients waited for was something else
///
/// Of a row is kept what that takes, about two hundred bytes: its words only as 64-bit hashes, so that two settings of a table
/// of n rows are taken for one with a probability of n^2 / 2^65, and each mark takes n log n. A table is read twice: once to
/// learn its marks, once to use its rows. Evidence: tests/measurement/mark_rows_test.cpp.

#include <deque>
#include <gambrel/measurement/noted_row.hpp>

namespace gambrel {

/// Two figures of the same run this far apart (as a ratio) contradict each other: software versions, the largest known
/// cause of difference between equal settings, move figures by 20 to 30 %.
inline constexpr double contradiction = 1.5;
/// Significant digits from which an equal figure is a copy, of the same model and of another one.
inline constexpr int repeated_digits = 4, copied_digits = 7;
/// Of InferenceX's runs of one recipe within a month 90 % lie within 6 % (median 0.6); runs with drafts that are labelled
/// took 0.43 to 0.83 of the plain time per token.
inline constexpr double fastest_plain = 0.83;
inline constexpr double soonest_drafted = 0.95;  ///< of the plain TTFT
inline constexpr int drafts_within_days = 60;
/// Warm runs of the shared tables reach 2.4, where an opening burst is shared by few requests.
inline constexpr double cold_ttft = 3.0;

namespace detail {
/// One run of the table, `first` to `last` of its rows as sorted; its figures by statistic, 0 where there is none.
struct drafted_run {
    std::optional<int> day{}, release{};
    std::array<double, statistics.size()> tpot{}, ttft{};
    std::size_t first = 0, last = 0;
    bool drafted = false;
};

/// Marks the runs of one group that have the signature of drafts beside a plain one, by the figures of `statistic`.
inline void find_drafted(std::vector<drafted_run>& runs, std::size_t statistic) {
    struct plain_run {
        int release, day;
        double tpot, soonest;  ///< soonest: the least TTFT of this day's runs with this TPOT or more
    };
    std::vector<plain_run> plain;
    for (const drafted_run& r : runs)
        if (r.day && r.release && r.ttft[statistic] > 0.0)
            plain.push_back({*r.release, *r.day, r.tpot[statistic], r.ttft[statistic]});
    const auto slowest_first = [](const plain_run& a, const plain_run& b) {
        return std::tuple(a.release, a.day, -a.tpot) < std::tuple(b.release, b.day, -b.tpot);
    };
    std::sort(plain.begin(), plain.end(), slowest_first);
    for (std::size_t i = 1; i < plain.size(); ++i)
        if (plain[i].release == plain[i - 1].release && plain[i].day == plain[i - 1].day)
            plain[i].soonest = smaller(plain[i].soonest, plain[i - 1].soonest);
    for (drafted_run& fast : runs) {
        const double tpot = fast.tpot[statistic], ttft = fast.ttft[statistic];
        if (!fast.day || !fast.release || !(tpot > 0.0)) continue;
        const auto from = [&](int day) {
            return std::lower_bound(plain.begin(), plain.end(),
                                    plain_run{*fast.release, day, std::numeric_limits<double>::infinity(), 0.0},
                                    slowest_first);
        };
        for (int day = *fast.day - drafts_within_days; day <= *fast.day + drafts_within_days;) {
            const auto begin = from(day);
            if (begin == plain.end() || begin->release != *fast.release || begin->day > *fast.day + drafts_within_days)
                break;
            day = begin->day + 1;
            const auto slower = std::partition_point(begin, from(day),
                                                     [&](const plain_run& p) { return tpot < fastest_plain * p.tpot; });
            if (slower != begin && ttft >= soonest_drafted * std::prev(slower)->soonest) fast.drafted = true;
        }
    }
}
}  // namespace detail

class row_marks {
public:
    /// The next row of a table of serving runs, as printed and as read.
    void add(const table_row& row, const measured_row& read) { rows_.push_back(detail::noted(row, read)); }
    std::size_t size() const { return rows_.size(); }

    /// Works the marks out; after the last row.
    void settle() {
        mark_unlabelled_drafts();
        mark_cold_starts();
        mark_contradictions();
        mark_repeats();
    }
    /// Says in `read`, which is row `i`, why it is not what it says; nothing where it is.
    void apply(std::size_t i, measured_row& read) const {
        if (rows_[i].mark != row_mark::none) read.unpredictable = name_of(rows_[i].mark);
    }

private:
    using places = std::vector<std::uint32_t>;

    void mark(std::size_t i, row_mark why) {
        rows_[i].mark = why;
        rows_[i].ok = false;
    }
    /// Where the rows stand that `chosen` is true of, sorted by `key`, those of one key in the order of the table.
    template <class Chosen, class Key> places sorted(const Chosen& chosen, const Key& key) const {
        if (rows_.size() > std::numeric_limits<std::uint32_t>::max())
            fail("the table has more than 4,294,967,295 rows; give it in parts");
        places all;
        for (std::size_t i = 0; i < rows_.size(); ++i)
            if (chosen(rows_[i])) all.push_back(static_cast<std::uint32_t>(i));
        std::sort(all.begin(), all.end(), [&](std::uint32_t a, std::uint32_t b) {
            const auto ka = key(rows_[a]), kb = key(rows_[b]);
            return ka < kb || (ka == kb && a < b);
        });
        return all;
    }
    /// Calls `f(begin, end)` with each run of places of one key.
    template <class Key, class F> void for_each_group(const places& all, const Key& key, const F& f) const {
        for (std::size_t begin = 0, end = 0; begin < all.size(); begin = end) {
            while (end < all.size() && key(rows_[all[end]]) == key(rows_[all[begin]])) ++end;
            f(begin, end);
        }
    }

    void mark_contradictions() {
        const auto run = [](const detail::noted_row& n) { return n.run; };
        const places all = sorted([](const auto& n) { return n.ok; }, run);
        for_each_group(all, run, [&](std::size_t begin, std::size_t end) {
            double low = rows_[all[begin]].value, high = low;
            for (std::size_t i = begin; i < end; ++i) {
                low = smaller(low, rows_[all[i]].value);
                high = larger(high, rows_[all[i]].value);
            }
            if (!(high > contradiction * low)) return;
            for (std::size_t i = begin; i < end; ++i) mark(all[i], row_mark::contradictory);
        });
    }

    void mark_repeats() {
        const auto figure = [](const detail::noted_row& n) { return n.figure; };
        const places all = sorted([](const auto& n) { return n.ok; }, figure);
        for_each_group(all, figure, [&](std::size_t begin, std::size_t end) {
            for (std::size_t i = begin + 1; i < end; ++i) {
                const bool same = rows_[all[i]].name == rows_[all[begin]].name;
                if (rows_[all[i]].digits >= (same ? repeated_digits : copied_digits))
                    mark(all[i], same ? row_mark::repeated : row_mark::copied);
            }
        });
    }

    void mark_unlabelled_drafts() {
        const auto is_plain = [](const detail::noted_row& n) { return n.plain; };
        const auto run = [](const detail::noted_row& n) { return n.run; };
        const places by_run = sorted(is_plain, run);
        for_each_group(by_run, run, [&](std::size_t begin, std::size_t end) {
            for (std::size_t i = begin; i < end; ++i) rows_[by_run[i]].seen = static_cast<std::uint32_t>(i - begin);
        });
        const auto member = [](const detail::noted_row& n) {
            return std::tuple(n.settings, n.moment, n.seen, n.metric);
        };
        const places all = sorted(is_plain, member);
        const auto settings = [](const detail::noted_row& n) { return n.settings; };
        for_each_group(all, settings, [&](std::size_t begin, std::size_t end) {
            std::vector<detail::drafted_run> runs;
            for (std::size_t i = begin; i < end; ++i) {
                const detail::noted_row& n = rows_[all[i]];
                const detail::noted_row* before = i > begin ? &rows_[all[i - 1]] : nullptr;
                if (!before || before->moment != n.moment || before->seen != n.seen)
                    runs.push_back({.day = n.day, .release = n.release, .first = i, .last = i});
                detail::drafted_run& r = runs.back();
                r.last = i;
                if (n.tpot >= 0) r.tpot[static_cast<std::size_t>(n.tpot)] = n.value;
                if (n.ttft >= 0) r.ttft[static_cast<std::size_t>(n.ttft)] = n.value;
            }
            if (runs.size() < 2) return;
            for (std::size_t s = 0; s < detail::statistics.size(); ++s) detail::find_drafted(runs, s);
            for (const detail::drafted_run& r : runs)
                for (std::size_t i = r.first; r.drafted && i <= r.last; ++i)
                    if (i == r.last || rows_[all[i]].metric != rows_[all[i + 1]].metric)
                        mark(all[i], row_mark::unlabelled_drafts);  // the last of each metric is the run's
        });
    }

    void mark_cold_starts() {
        const auto server = [](const detail::noted_row& n) { return std::pair(n.server, n.clients); };
        const places all = sorted([](const auto& n) { return n.ok && n.mean_ttft; }, server);
        const auto same = [](const detail::noted_row& n) { return n.server; };
        for_each_group(all, same, [&](std::size_t begin, std::size_t end) {
            std::vector<double> least(end - begin);  // the least TTFT from here on: under as many clients or more
            for (std::size_t i = end; i-- > begin;)
                least[i - begin] =
                    i + 1 < end ? smaller(rows_[all[i]].value, least[i + 1 - begin]) : rows_[all[i]].value;
            std::size_t more = begin;
            for (std::size_t i = begin; i < end; ++i) {
                more = std::max(more, i);
                while (more < end && !(rows_[all[more]].clients >= 2.0 * rows_[all[i]].clients)) ++more;
                if (more < end && rows_[all[i]].value > cold_ttft * least[more - begin])
                    mark(all[i], row_mark::cold_start);
            }
        });
    }

    std::deque<detail::noted_row> rows_{};
};

/// Marks the rows of a table of serving runs, `rows` being those of `table`, in order.
inline void mark_rows(const measured_table& table, std::vector<measured_row>& rows) {
    row_marks marks;
    for (std::size_t i = 0; i < rows.size(); ++i) marks.add(table.rows[i], rows[i]);
    marks.settle();
    for (std::size_t i = 0; i < rows.size(); ++i) marks.apply(i, rows[i]);
}
}  // namespace gambrel
