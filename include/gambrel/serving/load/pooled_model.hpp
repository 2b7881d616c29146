// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A deployment as two pools of replicas, one that computes prompts and one that generates: what its requests get at a
/// rate, or where clients wait for their answers.
///
///     together = rate pass(together) / lines      prompts that have come during a pass share the next one, from one to as
///                                                 many as the token budget takes; lines: replicas x attention copies
///     TTFT, TPOT, latency                         disaggregation.hpp, with a prompt's share of such a pass; TTFT and latency
///                                                 are later by the rest of it
///     clients  = rate latency(seen), seen = rate (clients - 1) / clients      Little's law; a request meets the others, not
///                                                 itself (Schweitzer's approximation of the arrival theorem)
///     link     = the devices' network, one channel of all ranks for each prefill replica, where nothing else is said
///
/// Assumptions: those of the pools: waits as of Poisson arrivals, of which a closed loop has fewer; both pools have the
/// settings of one server; speculation is the decode pool's. Evidence: tests/serving/load/pooled_model_test.cpp.

#include <gambrel/model/kv_cache.hpp>
#include <gambrel/numeric/bisection.hpp>
#include <gambrel/serving/load/deployment_load.hpp>
#include <gambrel/serving/load/disaggregation.hpp>

namespace gambrel {

/// Two pools: a decode replica is the deployment's own cut.
struct pools {
    int prefill_replicas = 0, decode_replicas = 0;  ///< none: one pool
    parallelism prefill_cut{};
    kv_link link{};

    constexpr bool on() const { return prefill_replicas > 0; }
    constexpr int devices(const parallelism& decode_cut) const {
        return prefill_replicas * prefill_cut.devices_per_replica() +
               decode_replicas * decode_cut.devices_per_replica();
    }
};

/// The network of the devices as the link between pools of `d`. Throws `error` where none is known.
inline kv_link network_between(const deployment<>& d, const pools& p) {
    if (!d.device.scale_out.present())
        fail("no network of " + d.device.name.str() +
             " is known to carry the cache between pools: state the transfer rate");
    return {
        .bandwidth = d.device.scale_out.per_direction.value * static_cast<double>(p.prefill_cut.devices_per_replica()),
        .bytes_per_token = kv_bytes_per_token(d.model, d.resolved_formats().kv),
        .channels = p.prefill_replicas};
}

namespace detail {
/// A law whose pass of one prompt is its share of a pass of `together` alike.
template <step_law Law> struct shared_pass {
    Law law;
    double together = 1;

    double whole(pass_load l) const {
        for (double* x : {&l.prompts, &l.prompt_tokens, &l.prompt_pairs, &l.finishing}) *x *= together;
        return law.seconds(l);
    }
    double seconds(const pass_load& l) const { return whole(l) / together; }
};

/// A whole prompt of mean length, as a pass.
inline pass_load mean_prompt(const workload& w) {
    const double tokens = larger(1.0, w.prompt.mean() * (1.0 - w.prefix_hit)), past = w.prompt.mean() - tokens;
    return {.prompts = 1,
            .prompt_tokens = tokens,
            .prompt_pairs = tokens * (larger(0.0, past) + 0.5 * (tokens + 1.0)),
            .finishing = 1};
}

/// Most prompts of a pass.
inline double most_together(const scheduling& s, const workload& w) {
    const double fitting = larger(1.0, math::floor(s.token_budget / w.prompt.mean()));
    return s.prompts_per_step > 0.0 ? smaller(fitting, s.prompts_per_step) : fitting;
}
}  // namespace detail

/// What the requests of two pools get.
struct pooled_point {
    disaggregated_load load{};
    request_rate<> rate{};  ///< of the whole; `load` of a closed loop is at what a request sees
    double together = 1;    ///< prompts of one pass
    seconds<> shared{};     ///< what a prompt's pass takes beyond its own share of it

    latency_distribution ttft() const { return load.ttft.later(shared); }
    latency_distribution latency() const { return load.latency.later(shared); }
    /// As a load of `units` such pairs of pools, in all.
    load_prediction as_load(double units, request_rate<> limit) const {
        load_prediction p = load.decode;
        p.stable = load.stable;
        p.rate = rate * units;
        p.limit = limit * units;
        p.bound = load.bound == pool_bound::prefill ? rate_bound::prefill_pool
                  : load.bound == pool_bound::link  ? rate_bound::transfer
                                                    : load.decode.bound;
        p.utilisation = rate / limit;
        p.running = (load.decode.running + load.prefill_utilisation) * units;
        p.waiting = (load.prefill_waiting + load.decode.waiting) * units;
        p.prompts_per_step = 0.0;
        p.method = "two pools";
        if (!p.stable) {
            p.backlog = p.rate - p.limit;
            return p;
        }
        p.ttft = ttft();
        p.tpot = load.tpot;
        p.latency = latency();
        return p;
    }
};

/// `Law`: that of a pass of one rank group, timed or tabulated.
template <step_law Law> class pooled_model {
public:
    /// `prompts` is the law of a prefill replica, `outputs` that of a decode replica, whose inputs are `of_decode`;
    /// `copies`: attention copies of a prefill replica, each a line of its own.
    pooled_model(const Law& prompts, groups_in_step<Law> outputs, const load_inputs& of_decode, const pools& p,
                 double copies, const workload& w)
        : prompts_(prompts),
          one_(detail::mean_prompt(w)),
          sizes_{p.prefill_replicas * static_cast<int>(copies), p.decode_replicas * static_cast<int>(of_decode.groups)},
          most_together_(detail::most_together(of_decode.settings.scheduling, w)),
          model_({prompts, 1.0}, std::move(outputs), p.link, w.prompt, w.output, of_decode.settings) {}

    const pool_sizes& sizes() const { return sizes_; }
    const load_basis& decode_basis() const { return model_.decode().basis(); }
    /// The rate from which on a pool or the link does not keep up.
    request_rate<> limit() const { return at_passes(most_together_, 0.0, arrival_split::random).limit; }

    /// What requests at `rate` get, spread over the replicas as `how` says.
    pooled_point at(request_rate<> rate, arrival_split how = arrival_split::random) const {
        pooled_point p{.rate = rate, .together = together_at(rate.value())};
        p.load = at_passes(p.together, rate.value(), how);
        p.shared = beyond_share(p.together);
        if (!p.load.stable &&
            rate < limit()) {  // the passes are between two sizes of which the smaller does not keep up
            p.load = at_passes(p.together = most_together_, rate.value(), how);
            p.shared = beyond_share(p.together);
        }
        return p;
    }
    /// What `clients` clients get that each wait for their answer.
    pooled_point with_clients(double clients) const {
        checked(clients, 1.0, most_clients, "the number of clients");
        const double others = (clients - 1.0) / clients;
        pooled_point a{.together = most_together_};
        // How many prompts share a pass and the rate settle each other, from full passes down, each round half way. (From
        // one prompt up a full pool would stay: its rate is that of one a pass.)
        constexpr int rounds = 24;
        for (int round = 0; round < rounds; ++round) {
            a.shared = beyond_share(a.together);
            const auto seen = [&](double rate) { return at_passes(a.together, rate * others, arrival_split::in_turn); };
            const auto missing = [&](double rate) {
                return clients - rate * (seen(rate).latency.mean() + a.shared).value();
            };
            const double most = seen(0.0).limit.value() * (1.0 - 1e-6);
            const double rate = missing(most) >= 0.0 ? most : bisected_root(missing, 0.0, most);
            a.load = seen(rate);
            a.rate = requests_per_second(rate);
            const double come = rate * others * whole(a.together) / sizes_.prefill;
            const double next = larger(1.0, smaller(most_together_, 0.5 * (a.together + come)));
            if (math::abs(next / a.together - 1.0) < 1e-6) break;
            a.together = next;
        }
        return a;
    }

private:
    double whole(double together) const { return detail::shared_pass<Law>{prompts_, together}.whole(one_); }
    seconds<> beyond_share(double together) const {
        return seconds<>::from_value(whole(together) * (1.0 - 1.0 / together));
    }
    /// Prompts that come during a pass of so many, between one and a full pass.
    double together_at(double rate) const {
        const auto spare = [&](double n) { return n - rate * whole(n) / sizes_.prefill; };
        if (spare(1.0) >= 0.0) return 1.0;
        if (!(most_together_ > 1.0) || spare(most_together_) <= 0.0) return most_together_;
        return bisected_root(spare, 1.0, most_together_);
    }
    disaggregated_load at_passes(double together, double rate, arrival_split how) const {
        model_.prefill_by({prompts_, together});
        const bool in_turn = how == arrival_split::in_turn;
        return model_.at(requests_per_second(rate), sizes_, in_turn ? prefill_line::in_turn : prefill_line::random,
                         how);
    }

    Law prompts_;
    pass_load one_;
    pool_sizes sizes_;
    double most_together_;
    mutable disaggregated_model<detail::shared_pass<Law>, groups_in_step<Law>>
        model_;  ///< by the passes last asked for
};

/// The two deployments of pools, checked: `verdict` says why they cannot be.
struct pooled_inputs {
    feasibility verdict{};
    load_inputs decode{}, prefill{};
    double copies = 1;  ///< attention copies of a prefill replica

    pooled_inputs(const deployment<>& d, const deployment<>& prompts, const workload& w)
        : decode(load_inputs_of(d, w)), prefill(load_inputs_of(prompts, w)) {
        verdict = prefill.verdict.ok() ? decode.verdict : prefill.verdict;
        copies = static_cast<double>(copies_in_step(prompts.model, prompts.cut));
    }
};
/// A prefill replica beside decode replicas of `d`.
inline deployment<> prefill_of(const deployment<>& d, const pools& p) {
    return {d.model, d.device, d.runtime, p.prefill_cut, d.formats, d.constants, d.adapter};
}
}  // namespace gambrel
