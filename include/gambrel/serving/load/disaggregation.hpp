// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Disaggregated serving: prompts are computed in one pool of replicas, their KV is sent over a link, and outputs are
/// generated in another pool.
///
///     TTFT        = frontend + wait for a prefill replica + own pass               passes of one prompt
///     kv_transfer = wait for a channel of the link + transfer + latency of the link   from the first token on
///     latency     = TTFT + kv_transfer + first decode step + (output - 2) gaps     the prefill makes the first token
///     TPOT        = (latency - TTFT) / (output - 1)
///     limit       = the least of: replicas / E pass, channels / E transfer, replicas x limit of the decode load model
///
/// Waits: line_wait.hpp. First decode step: TTFT of a load model whose prompts cost nothing; gap: its mean TPOT.
/// Assumptions: Poisson arrivals, and departures of a pool as random; one prompt a pass, so that what a pass costs
/// without prompts is not shared as batches share it; a prompt's KV is sent when all of it is done; TTFT ends before it
/// is sent; TTFT and transfer enter latency, and the transfer TPOT, by their means; outputs well above one token, as
/// E[1 / (output - 1)], by which the transfer enters TPOT, is taken over lengths not rounded to whole tokens.
/// Source of the pools: Zhong et al. 2024 (DistServe, arXiv 2401.09670).
/// Evidence: tests/serving/load/disaggregation_test.cpp.

#include <gambrel/numeric/enum_table.hpp>
#include <gambrel/serving/load/capacity.hpp>
#include <gambrel/serving/load/kv_link.hpp>
#include <gambrel/serving/load/line_wait.hpp>

namespace gambrel {

/// How prompts find a replica of the prefill pool.
enum class prefill_line : unsigned char { one_for_all, random, in_turn };

enum class pool_bound : unsigned char { prefill, link, decode };
// clang-format off
template <> inline constexpr std::array<enum_row<pool_bound>, 3> enum_table<pool_bound>{{
    {pool_bound::prefill, "prefill_pool", "prefill pool"},
    {pool_bound::link, "link", "link"},
    {pool_bound::decode, "decode_pool", "decode pool"},
}};
// clang-format on

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
    latency_distribution kv_transfer{};              ///< from the first token until the decode pool has the KV
    load_prediction decode{};                        ///< the decode pool; counts of all its replicas
};

namespace detail {
/// `distribution` with what lies below `least` moved there; its mean is kept as it is.
inline latency_distribution at_least(const latency_distribution& distribution, double least) {
    constexpr double last_share = 0.9999;  // beyond it the exponential tail of the table goes on
    const double high = distribution.quantile(last_share).value();
    if (distribution.quantile(0.0).value() >= least || high <= least) return distribution;
    std::array<double, 64> points{};
    fill_evenly(points, least, high);
    return latency_distribution(
        points, [&](double x) { return 1.0 - distribution.tail(seconds<>::from_value(x)); },
        distribution.mean().value());
}

/// A step law (the time of a pass) whose prompts cost nothing: they come with their KV.
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
          frontend_(settings.frontend.value()),
          decode_({std::move(decode)}, prompt, output, of_decode_pool(settings)) {
        for (const weighted_length& p : decode_.basis().shape.prompts)
            transfers_.push_back({link.transfer(p.tokens).value(), p.weight});
        transfer_ = detail::moments_of(transfers_);
        for (const weighted_length& o : points_of(output))
            if (o.tokens > 1.0) per_gap_ += o.weight / (o.tokens - 1.0);
        prefill_by(prefill);
    }

    /// Prompts take what `law` says of them from now on.
    void prefill_by(const PrefillLaw& law) {
        const load_shape& shape = decode_.basis().shape;
        passes_.clear();
        for (const weighted_length& p : shape.prompts) {
            const double fresh = larger(1.0, shape.fresh_share * p.tokens), past = larger(0.0, p.tokens - fresh);
            const double pairs = fresh * (past + 0.5 * (fresh + 1.0));
            const pass_load alone{.prompts = 1, .prompt_tokens = fresh, .prompt_pairs = pairs, .finishing = 1};
            passes_.push_back({law.seconds(alone), p.weight});
        }
        pass_ = detail::moments_of(passes_);
        checked(pass_.mean, 1e-12, 1e9, "the seconds of a prompt's pass");
    }

    const load_model<detail::decode_only<DecodeLaw>>& decode() const { return decode_; }
    /// Requests per second that one prefill replica, the link, and one decode replica can take.
    request_rate<> prefill_limit() const { return requests_per_second(1.0 / pass_.mean); }
    request_rate<> link_limit() const {
        return requests_per_second(transfer_.mean > 0.0 ? link_.channels / transfer_.mean : unbounded_rate);
    }
    request_rate<> decode_limit() const { return decode_.limit(); }

    /// What `rate` requests get from pools of these sizes; prompts shared out by `line`, outputs by `decode_routing`.
    /// `stable` is false from `limit` on. Throws `error` for an empty pool and a negative rate.
    /// Evidence: tests/serving/load/disaggregation_test.cpp.
    disaggregated_load at(request_rate<> rate, const pool_sizes& n, prefill_line line = prefill_line::random,
                          arrival_split decode_routing = arrival_split::random) const {
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
        a.decode = over_replicas(decode_, rate, n.decode, decode_routing);
        if (!a.stable) return a;

        const bool one_line = line == prefill_line::one_for_all;
        const detail::line_wait w = detail::line_wait_of(one_line ? rate.value() : rate.value() / n.prefill,
                                                         line == prefill_line::in_turn ? 1.0 / n.prefill : 1.0, pass_,
                                                         one_line ? n.prefill : 1);
        a.prefill_waiting = rate.value() * w.all();
        a.ttft = detail::wait_and_time(frontend_, w, passes_);
        const detail::line_wait sent = detail::line_wait_of(rate.value(), 1.0, transfer_, link_.channels);
        a.kv_transfer = detail::wait_and_time(link_.latency.value(), sent, transfers_);
        join(a);
        return a;
    }

    /// The fewest replicas of each pool that are at most `utilisation` busy at `rate` (0.7: chosen, short queues). The
    /// link is left as it is. Throws `error` unless 0 < utilisation <= 1. Evidence:
    /// tests/serving/load/disaggregation_test.cpp.
    pool_sizes balanced(request_rate<> rate, double utilisation = 0.7) const {
        checked(rate.value(), 0.0, 1e9, "the request rate per second");
        checked(utilisation, 1e-3, 1.0, "the utilisation of a pool");
        const auto enough = [&](request_rate<> each) {
            const double n = std::ceil(rate / (each * utilisation) * (1.0 - 1e-12));
            return static_cast<int>(checked(larger(1.0, n), 1.0, 1e6, "the number of replicas of a balanced pool"));
        };
        return {enough(prefill_limit()), enough(decode_limit())};
    }

private:
    static constexpr double unbounded_rate = 1e15;  ///< of a link that carries nothing
    static load_settings of_decode_pool(load_settings s) {
        s.frontend = s.frontend_work = {};
        s.scheduling.batching = batching::mixed;
        s.scheduling.token_budget = 1e9;  // a prompt with its KV takes none
        return s;
    }
    /// TPOT and latency, from the two pools and the link.
    void join(disaggregated_load& a) const {
        const load_prediction& d = a.decode;
        const double gap = d.tpot.mean().value(), steps = decode_.basis().shape.decode_steps();
        const double first = d.ttft.mean().value(), kv_transfer = a.kv_transfer.mean().value();
        if (steps == 0.0) {  // the first token is the last
            a.latency = a.ttft;
            return;
        }
        a.tpot = d.tpot.later(seconds<>::from_value((kv_transfer + first - gap) * per_gap_));
        const latency_distribution whole = d.latency.later(
            seconds<>::from_value(a.ttft.mean().value() + kv_transfer - gap));  // the pool counts output - 1 gaps
        a.latency = detail::at_least(whole, a.ttft.quantile(0.0).value());
    }

    kv_link link_;
    double frontend_;
    load_model<detail::decode_only<DecodeLaw>> decode_;
    std::vector<weighted_time> passes_{}, transfers_{};
    detail::time_moments pass_{}, transfer_{};
    double per_gap_ = 0;  ///< sum of weight / (output - 1) over the outputs above one token, unrounded
};
}  // namespace gambrel
