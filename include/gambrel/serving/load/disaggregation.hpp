// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Disaggregated serving: prompts are computed in one pool, their KV sent over a link, outputs generated in another.
///
///     TTFT    = frontend + wait(prefill line) + own pass                      passes of one prompt
///     handing = wait(link) + tokens bytes_per_token / bytes_per_second + latency
///     latency = TTFT + handing + first decode step (load_model's TTFT with prompts that cost nothing) + (O - 2) gaps
///     TPOT    = (latency - TTFT) / (O - 1)
///     limit   = the least of: replicas / E pass, channels / E transfer, replicas x load_model's limit
///
/// Lines are G/G/c queues by their moments: prompts in one line for all replicas (Allen-Cunneen, Whitt), or shared out
/// at random (mean and variance exact: Pollaczek-Khinchine, Takacs) or in turn (who waits: Kraemer & Langenbach-Belz).
/// The wait of those who wait: at one server gamma or hyperexponential by two moments (QNA); else exponential.
/// Assumptions: one prompt a pass, which loses to batching what a pass costs without prompts; departures of a pool as
/// random as Poisson's; a prompt's KV is sent when it is done; TTFT ends before it is sent.
/// Sources: Allen 1978; Kraemer & Langenbach-Belz 1976; Whitt 1983 (QNA), 1993; Takacs 1962 (recalled);
/// pools: Zhong et al. 2024 (DistServe, arXiv 2401.09670). Evidence: tests/serving/load/disaggregation_test.cpp.

#include <gambrel/queueing/variability.hpp>
#include <gambrel/serving/load/capacity.hpp>
#include <gambrel/serving/load/kv_link.hpp>

namespace gambrel {

/// How prompts find a replica of the prefill pool.
enum class prefill_line : unsigned char { one_for_all, random, in_turn };

enum class pool_bound : unsigned char { prefill, link, decode };
constexpr std::string_view name_of(pool_bound b) {
    constexpr std::string_view names[]{"prefill pool", "link", "decode pool"};
    return names[static_cast<std::size_t>(b)];
}

struct pool_sizes {
    int prefill = 1, decode = 1;
};

struct disaggregated_load {
    bool stable = true;
    request_rate<> rate{}, limit{};
    pool_bound bound = pool_bound::prefill;  ///< what `limit` is of
    double prefill_utilisation = 0, link_utilisation = 0, decode_utilisation = 0;
    double prefill_waiting = 0;                      ///< mean prompts that wait
    latency_distribution ttft{}, tpot{}, latency{};  ///< read only where `stable`
    latency_distribution handing{};                  ///< from the first token until the decode pool has the KV
    load_prediction decode{};                        ///< the decode pool; counts of all its replicas
};

namespace detail {
/// The wait of a line: who waits, and the law of their wait.
struct line_wait {
    double probability = 0, mean = 0, square = 0;  ///< of those who wait

    /// P(wait of one who waits <= x).
    double below(double x) const {
        if (x <= 0.0) return 0.0;
        const double scv = square / (mean * mean) - 1.0;
        if (scv < 0.99) return shifted_gamma{0.0, mean, mean * std::sqrt(std::fmax(1e-6, scv))}.below(x);
        const double p = 0.5 * (1.0 + std::sqrt(std::fmax(0.0, (scv - 1.0) / (scv + 1.0))));  // balanced means
        return 1.0 - p * std::exp(-2.0 * p * x / mean) - (1.0 - p) * std::exp(-2.0 * (1.0 - p) * x / mean);
    }
    double all() const { return probability * mean; }
};

struct time_moments {
    double mean = 0, square = 0, cube = 0;

    double scv() const { return square / (mean * mean) - 1.0; }
};
inline time_moments moments_of(std::span<const weighted_time> times) {
    time_moments m;
    for (const weighted_time& t : times) {
        m.mean += t.weight * t.seconds;
        m.square += t.weight * t.seconds * t.seconds;
        m.cube += t.weight * t.seconds * t.seconds * t.seconds;
    }
    return m;
}

/// Wait in a stable line of `servers` for `rate` arrivals of squared gap variation `variance`.
inline line_wait line_wait_of(double rate, double variance, const time_moments& service, int servers) {
    if (rate == 0.0 || service.mean == 0.0) return {};
    const queueing::ggc q{rate, variance, service.mean, std::fmax(0.0, service.scv()), servers};
    const double u = rate * service.mean / servers, scv = q.service_scv;
    line_wait w{.probability = *q.exponential().waiting_share()};
    if (servers == 1 && variance < 1.0)
        w.probability -= (1.0 - variance) * u * (1.0 - u) * (1.0 + variance + u * scv) /
                         (1.0 + u * (scv - 1.0) + u * u * (4.0 * variance + scv));
    if (!(w.probability > 1e-12)) return {};  // next to nobody
    w.mean = *q.whitt_wait_s() / w.probability;
    const double skewed = service.cube / std::pow(service.mean, 3.0);
    const double alone = 2.0 * u - 1.0 + 4.0 * (1.0 - u) * skewed / (3.0 * (scv + 1.0) * (scv + 1.0));
    const double spread = servers == 1 ? alone : 1.0;
    w.square = w.mean * w.mean * (1.0 + spread);
    return w;
}

/// The law of `before` seconds, the wait, and one of `times`.
inline latency_distribution wait_and_time(double before, const line_wait& w, std::span<const weighted_time> times) {
    const time_moments m = moments_of(times);
    double least = times.front().seconds, most = least;
    for (const weighted_time& t : times) least = std::fmin(least, t.seconds), most = std::fmax(most, t.seconds);
    if (w.probability < 1e-9 && most <= least) return latency_distribution(before + least);
    const double smooth = 1e-9 + 0.02 * (most - least);  // between the points of a length
    const auto below = [&](double x) {
        double sum = 0.0;
        for (const weighted_time& t : times) {
            const double at_once = most > least ? normal_below((x - t.seconds) / smooth) : x >= t.seconds ? 1.0 : 0.0;
            sum += t.weight * (1.0 - w.probability) * at_once;
            if (w.probability > 0.0) sum += t.weight * w.probability * w.below(x - t.seconds);
        }
        return sum;
    };
    std::array<double, latency_distribution::most_points> points{};
    const std::span<double> all(points);
    const double low = std::fmax(0.0, least - 3.0 * smooth), high = most + 3.0 * smooth;
    const double far = w.mean > 0.0 ? 14.0 * std::sqrt(w.square) : smooth;
    fill_evenly(all.first(32), low, high);
    for (std::size_t i = 32; i < points.size(); ++i) {
        const double u = static_cast<double>(i - 32) / 39.0;
        points[i] = high + far * u * (0.1 + 0.9 * u);
    }
    return latency_distribution(points, below, w.all() + m.mean).later(before);
}

/// `law`, never less than `least`; its mean is kept.
inline latency_distribution at_least(const latency_distribution& law, double least) {
    const double high = law.quantile(0.9999).value();
    if (law.quantile(0.0).value() >= least || high <= least) return law;
    std::array<double, 64> points{};
    fill_evenly(points, least, high);
    return latency_distribution(
        points, [&](double x) { return 1.0 - law.tail(seconds<>::from_value(x)); }, law.mean().value());
}

/// A law whose prompts cost nothing: they come with their KV.
template <step_law Law> struct decode_only {
    Law law;

    double seconds(const pass_load& l) const {
        return law.seconds(pass_load{.decodes = l.decodes, .context = l.context});
    }
};
}  // namespace detail

template <step_law PrefillLaw, step_law DecodeLaw = PrefillLaw> class disaggregated_model {
public:
    /// One replica of each pool and the link; `settings` are the decode replicas', its frontend the prefill replicas'.
    /// Throws `error` for a figure out of range. Evidence: tests/serving/load/disaggregation_test.cpp.
    disaggregated_model(const PrefillLaw& prefill, DecodeLaw decode, const kv_link& link, const length& prompt,
                        const length& output, load_settings settings = {})
        : link_(checked(link)),
          frontend_(settings.frontend),
          decode_({std::move(decode)}, prompt, output, of_decode_pool(settings)) {
        const load_shape& shape = decode_.basis().shape;
        for (const weighted_length& p : shape.prompts) {
            const double fresh = std::fmax(1.0, shape.fresh_share * p.tokens), past = std::fmax(0.0, p.tokens - fresh);
            const double pairs = fresh * (past + 0.5 * (fresh + 1.0));
            const pass_load alone{.prompts = 1, .prompt_tokens = fresh, .prompt_pairs = pairs, .finishing = 1};
            passes_.push_back({prefill.seconds(alone), p.weight});
            transfers_.push_back({link.transfer(p.tokens).value(), p.weight});
        }
        pass_ = detail::moments_of(passes_);
        checked(pass_.mean, 1e-12, 1e9, "the seconds of a prompt's pass");
        transfer_ = detail::moments_of(transfers_);
        for (const weighted_length& o : shape.outputs)
            if (o.tokens > 1.0) per_gap_ += o.weight / (o.tokens - 1.0);
    }

    const load_model<detail::decode_only<DecodeLaw>>& decode() const { return decode_; }
    /// Requests per second that one prefill replica, the link, and one decode replica can take.
    request_rate<> prefill_limit() const { return requests_per_second(1.0 / pass_.mean); }
    request_rate<> link_limit() const {
        return requests_per_second(transfer_.mean > 0.0 ? link_.channels / transfer_.mean : 1e15);
    }
    request_rate<> decode_limit() const { return decode_.limit(); }

    /// What `rate` requests get from pools of these sizes; `how` prompts are shared out, and `then` the outputs.
    /// `stable` is false from `limit` on. Throws `error` for an empty pool and a negative rate.
    /// Evidence: tests/serving/load/disaggregation_test.cpp.
    disaggregated_load at(request_rate<> rate, const pool_sizes& n, prefill_line how = prefill_line::random,
                          routing then = routing::random) const {
        checked(rate.value(), 0.0, 1e9, "the request rate per second");
        checked(n.prefill, 1, 1'000'000, "the number of prefill replicas");
        checked(n.decode, 1, 1'000'000, "the number of decode replicas");
        disaggregated_load a{.rate = rate, .limit = prefill_limit() * static_cast<double>(n.prefill)};
        const auto bounded_by = [&](request_rate<> most, pool_bound b) {
            if (most < a.limit) a.limit = most, a.bound = b;
        };
        bounded_by(link_limit(), pool_bound::link);
        bounded_by(decode_limit() * static_cast<double>(n.decode), pool_bound::decode);
        a.prefill_utilisation = rate.value() * pass_.mean / n.prefill;
        a.link_utilisation = rate / link_limit();
        a.decode_utilisation = rate / (decode_limit() * static_cast<double>(n.decode));
        a.stable = rate < a.limit;
        a.decode = over_replicas(decode_, rate, n.decode, then);
        if (!a.stable) return a;

        const bool one = how == prefill_line::one_for_all;
        const detail::line_wait w =
            detail::line_wait_of(one ? rate.value() : rate.value() / n.prefill,
                                 how == prefill_line::in_turn ? 1.0 / n.prefill : 1.0, pass_, one ? n.prefill : 1);
        a.prefill_waiting = rate.value() * w.all();
        a.ttft = detail::wait_and_time(frontend_, w, passes_);
        const detail::line_wait sent = detail::line_wait_of(rate.value(), 1.0, transfer_, link_.channels);
        a.handing = detail::wait_and_time(link_.latency.value(), sent, transfers_);
        join(a);
        return a;
    }

    /// The fewest replicas of each pool that are at most `utilisation` busy at `rate`: balanced pools. The link is left
    /// as it is. Throws `error` unless 0 < utilisation <= 1. Evidence: tests/serving/load/disaggregation_test.cpp.
    pool_sizes balanced(request_rate<> rate, double utilisation = 0.7) const {
        checked(rate.value(), 0.0, 1e9, "the request rate per second");
        checked(utilisation, 1e-3, 1.0, "the utilisation of a pool");
        const auto enough = [&](request_rate<> each) {
            const double n = std::ceil(rate / (each * utilisation) * (1.0 - 1e-12));
            return static_cast<int>(checked(std::fmax(1.0, n), 1.0, 1e6, "the number of replicas of a balanced pool"));
        };
        return {enough(prefill_limit()), enough(decode_limit())};
    }

private:
    static load_settings of_decode_pool(load_settings s) {
        s.frontend = 0.0;
        s.scheduling.batching = batching::mixed;
        s.scheduling.token_budget = 1e9;  // a prompt with its KV takes none
        return s;
    }
    /// TPOT and latency, from the two pools and the link.
    void join(disaggregated_load& a) const {
        const load_prediction& d = a.decode;
        const double gap = d.tpot.mean().value(), steps = decode_.basis().shape.decode_steps();
        const double first = d.ttft.mean().value(), handing = a.handing.mean().value();
        if (steps == 0.0) {  // the first token is the last
            a.latency = a.ttft;
            return;
        }
        a.tpot = d.tpot.later((handing + first - gap) * per_gap_);
        const latency_distribution whole =
            d.latency.later(a.ttft.mean().value() + handing - gap);  // the pool counts O - 1 gaps
        a.latency = detail::at_least(whole, a.ttft.quantile(0.0).value());
    }

    kv_link link_;
    double frontend_;
    load_model<detail::decode_only<DecodeLaw>> decode_;
    std::vector<weighted_time> passes_{}, transfers_{};
    detail::time_moments pass_{}, transfer_{};
    double per_gap_ = 0;  ///< E 1 / (O - 1)
};
}  // namespace gambrel
