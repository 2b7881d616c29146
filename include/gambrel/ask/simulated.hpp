// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A simulated run as it is answered: what was asked, what came out, and the 80 % range that an error of the step law
/// leaves. Text and JSON print the same value.
///
///     slow, fast   the same requests on the law and the frontend slower and faster by `factor` (law_range.hpp)
///     up           a time of `slow` over that of the run; of a rate, `fast` over the run
///
/// The runs of the range stop after `range_requests` requests: a ratio, so that they are held against the run's own
/// first ones. A machine that at the slow end does not keep up leaves times that hold a wait without an upper end.
/// Evidence: tests/ask/simulated_test.cpp.

#include <gambrel/ask/answer.hpp>
#include <gambrel/serving/law_range.hpp>
#include <gambrel/simulation/summary.hpp>
#include <optional>
#include <string>

namespace gambrel::ask {

inline constexpr std::uint64_t range_requests = 100'000;  ///< chosen: a tenth of a second

/// What the ranges of a run are made of.
struct range_runs {
    std::optional<simulation::summary> first{};  ///< the run's first requests alone, where it has more
    simulation::summary slow{}, fast{};
    double sigma = 0.0;  ///< of the step law, at the decodes that a rank has in a pass

    double factor() const { return slow_factor(sigma); }
};

struct simulated {
    std::string heading{};  ///< what was simulated, lines ended
    simulation::summary result{};
    std::optional<range_runs> range{};  ///< none where nothing was answered
    double blocks = 0;                  ///< KV blocks of all ranks together; infinite without a limit
    double took = 0;                    ///< seconds of the computer's time, without the runs of the range
    std::string_view not_known{};       ///< what cannot be about the figures (possible_summary.hpp); else empty

    bool known() const { return not_known.empty(); }
    /// Whether a machine at the slow end of the range keeps up.
    bool surely_stable() const { return result.stable && (!range || range->slow.stable); }

    /// `of` reads a time of a tally: its mean, a quantile, its largest.
    template <class Of> figure<seconds<>> ttft(const Of& of) const {
        return time([&](const auto& a) { return of(a.ttft); }, true, ttft_sigma);
    }
    template <class Of> figure<seconds<>> tpot(const Of& of) const {
        return time([&](const auto& a) { return of(a.tpot); }, false, 0.0);
    }
    template <class Of> figure<seconds<>> itl(const Of& of) const {
        return time([&](const auto& a) { return of(a.itl); }, false, 0.0);
    }
    template <class Of> figure<seconds<>> latency(const Of& of) const {
        const double more = latency_deviation(result.ttft.mean().value(), result.latency.mean().value());
        return time([&](const auto& a) { return of(a.latency); }, true, more);
    }
    template <class Of> figure<seconds<>> queued(const Of& of) const {
        return time([&](const auto& a) { return of(a.queued); }, true, ttft_sigma);
    }

    figure<request_rate<>> request_throughput() const { return rate(&simulation::summary::request_throughput); }
    figure<token_rate<>> output_throughput() const { return rate(&simulation::summary::output_throughput); }
    figure<token_rate<>> prompt_throughput() const { return rate(&simulation::summary::prompt_throughput); }

private:
    const simulation::summary& compared() const { return range->first ? *range->first : result; }

    /// `grows`: with the line, while requests come faster than they are answered.
    template <class Read> figure<seconds<>> time(const Read& read, bool grows, double more) const {
        const double middle = read(result).value();
        if (!range) return exactly(seconds_of(middle));
        const double same = read(compared()).value(), slow = read(range->slow).value(),
                     fast = read(range->fast).value(), f = range->factor();
        return time_range(middle, same > 0.0 && slow > 0.0 ? slow / same : f,
                          same > 0.0 && fast > 0.0 ? same / fast : f, more, grows && !surely_stable());
    }
    template <class Rate> figure<Rate> rate(Rate simulation::summary::*which) const {
        const Rate middle = result.*which;
        const double same = range ? (compared().*which).value() : 0.0;
        if (!(same > 0.0)) return exactly(middle);
        return {middle, middle * std::fmin(1.0, (range->slow.*which).value() / same),
                middle * std::fmax(1.0, (range->fast.*which).value() / same)};
    }
};
}  // namespace gambrel::ask
