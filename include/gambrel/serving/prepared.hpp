// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A deployment made ready once, to be asked about many workloads: what does not depend on the workload (checks,
/// resolved formats, roofs, the memory that weights take) is worked out when it is made.
///
///     const prepared ready(d);          ready.at(w)  ==  predict(d, w)
///
/// The equations stand in predict.hpp; this is their one implementation. It refers to the deployment, which must
/// outlive it. Evidence: tests/serving/prepared_test.cpp (equal bit for bit), tests/serving/predict_test.cpp.

#include <gambrel/serving/burst.hpp>
#include <gambrel/serving/deviation.hpp>
#include <gambrel/serving/prediction.hpp>
#include <optional>

namespace gambrel {

namespace detail {
/// What most of the work of `m` multiplies in.
constexpr multiply main_multiply(const architecture& m, const weight_formats& f) {
    for (const layer_group& g : m)
        if (g.layer.experts.present()) return f.experts.issue;
    for (const layer_group& g : m)
        if (g.layer.feed_forward.present()) return f.feed_forward.issue;
    return f.state.issue;
}

/// Fills in the figures of `p` from its TTFT, its TPOT and `clients` in the system.
template <class Y>
constexpr void answer(prediction<Y>& p, const deployment<Y>& d, const roof<Y>& roof, const weight_formats& weights,
                      double prompt, double output, double clients) {
    pass_time<Y> whole = p.first_token;
    whole.add(p.mean_step, larger(0.0, output - 1.0));
    p.ttft = with_range(p.first_token.total(), combined(deviation_of(p.first_token, d.runtime), ttft_sigma));
    p.tpot = with_range(p.mean_step.total(), deviation_of(p.mean_step, d.runtime));
    const Y first_share = p.first_token.total() / whole.total();
    p.latency =
        with_range(whole.total(), combined(deviation_of(whole, d.runtime), ttft_sigma * math::plain(first_share)));
    p.request_throughput = inverse(requests<Y>::from_value(Y(clients)), p.latency);
    const auto tokens_each = [](double n) { return tokens_of(n) / requests_of(1.0); };
    p.output_throughput = scaled(p.request_throughput, tokens_each(output));
    p.prompt_throughput = scaled(p.request_throughput, tokens_each(prompt));
    p.total_throughput = scaled(p.request_throughput, tokens_each(prompt + output));
    p.devices = d.cut.devices();
    p.output_per_device = scaled(p.output_throughput, 1.0 / static_cast<double>(p.devices));
    p.output_per_user = inverse(tokens<Y>::from_value(Y(1.0)), p.tpot);

    const auto stages = static_cast<double>(d.cut.pipeline);
    const double busy_stages = smaller(p.running / static_cast<double>(d.cut.replicas * d.cut.data), stages) / stages;
    p.mfu = p.mean_step.work() / (p.mean_step.total() * roof.peak(main_multiply(d.model, weights))) * busy_stages;
    p.mbu = p.mean_step.traffic() / (p.mean_step.total() * roof.bandwidth()) * busy_stages;
    const double all = math::plain(whole.total().value());
    const double frontend = math::plain(d.runtime.host.per_request.value.value());
    p.utilisation = smaller(1.0, p.batch * (1.0 - smaller(frontend, all) / all));
}
}  // namespace detail

/// The operating point of the last question, kept by a caller that asks for many loads of equal lengths: beyond the
/// cap of sequences more clients wait, but what runs is the same.
template <class Y = double> struct last_point {
    double n = 0.0;
    arrival_pattern arrivals{};
    std::optional<operating_point<Y>> point{};  ///< absent: nothing is known
};

template <class Y = double> class prepared {
public:
    /// Throws `error` naming the first figure or setting of `d` that is out of range.
    constexpr explicit prepared(const deployment<Y>& d)
        : d_(validated(d)),
          roof_(d.roof()),
          formats_(d.formats),
          groups_(static_cast<double>(d.cut.replicas * d.cut.data)),
          verdict_(d.check()) {
        formats_.weights = resolved(formats_.weights, d.device);
        if (verdict_.ok())
            budget_ = memory_budget(d.model, d.device.memory.capacity.value, d.runtime, d.cut, formats_, d.adapter);
    }
    explicit prepared(const deployment<Y>&&) = delete;  // it would refer to what is gone

    constexpr const deployment<Y>& of() const { return d_; }

    /// The prediction under `w`. Throws `error` for a value of `w` out of range.
    constexpr prediction<Y> at(const workload& w) const {
        checked(w);
        return at(w, request_shape(w, d_.runtime.scheduling, d_.model));
    }
    /// The same where `w` was checked and `r`, its lengths under this deployment, are known.
    constexpr prediction<Y> at(const workload& w, const request_shape& r) const {
        return answered(w, r, [&](double n, const arrival_pattern& arrivals) { return point(n, r, arrivals); });
    }
    /// The same where `last` was last used here with equal `r`, or is new.
    prediction<Y> at(const workload& w, const request_shape& r, last_point<Y>& last) const {
        return answered(w, r, [&](double n, const arrival_pattern& arrivals) -> const operating_point<Y>& {
            if (!last.point || last.n != n || last.arrivals != arrivals) {
                last.point.emplace(point(n, r, arrivals));
                last.n = n;
                last.arrivals = arrivals;
            }
            return *last.point;
        });
    }

private:
    static constexpr const deployment<Y>& validated(const deployment<Y>& d) {
        d.validate();
        return d;
    }
    /// `point_at(n, arrivals)` gives the operating point of n sequences, or refers to one.
    template <class PointAt>
    constexpr prediction<Y> answered(const workload& w, const request_shape& r, PointAt&& point_at) const {
        prediction<Y> p;
        p.verdict = feasible(w, r);
        if (!p.ok()) return p;
        p.memory = budget_.fit(r.whole(), r.resident);
        if (!p.memory.fits()) {
            p.verdict = {.what = obstacle::does_not_fit, .shortfall = p.memory.shortfall};
            return p;
        }
        const scheduling& s = d_.runtime.scheduling;
        const double cap = larger(1.0, smaller(s.most_sequences, math::floor(p.memory.most_sequences)));
        const double running_clients = larger(1.0, smaller(w.concurrency / groups_, cap));
        const arrival_pattern arrivals = pattern_of(w, running_clients / prompts_of_full_pass(s, r, running_clients));
        if (!w.open_loop()) {
            const double n = smaller(w.concurrency / groups_, cap);
            answer(p, w, r, point_at(n, arrivals), n, w.concurrency);
            return p;
        }
        const double n = in_flight(p, w.rate.value(), cap, r, arrivals);
        if (!p.ok()) return p;
        answer(p, w, r, point_at(n, arrivals), n, n * groups_);
        give_rate(p, w.rate.value(), r);
        return p;
    }
    constexpr feasibility feasible(const workload& w, const request_shape& r) const {
        if (!verdict_.ok()) return verdict_;
        if (const feasibility f = d_.check_context(r.prompt + r.output); !f.ok()) return f;
        if (w.images > 0.0 && !d_.model.vision.present()) return {.what = obstacle::no_images, .have = w.images};
        return {};
    }
    constexpr operating_point<Y> point(double n, const request_shape& r, const arrival_pattern& arrivals) const {
        return operating_point<Y>(d_, roof_, formats_, r, larger(1.0, n), arrivals);
    }

    /// Open loop: sequences of a rank group in flight at `asked` requests per second over all, by bisection; sets the
    /// verdict where there is no such number.
    constexpr double in_flight(prediction<Y>& p, double asked, double cap, const request_shape& r,
                               const arrival_pattern& arrivals) const {
        const auto latency = [&](double k) { return math::plain(point(k, r, arrivals).latency(r.output).value()); };
        const double rate = asked / groups_, longest = latency(cap);
        if (cap - rate * longest < 0.0) {
            p.verdict = {.what = obstacle::unstable, .have = asked, .limit = cap / longest * groups_};
            return 0.0;
        }
        double low = 0.0, high = cap;
        for (int i = 0; i < 30; ++i) {
            const double middle = 0.5 * (low + high);
            (middle - rate * latency(middle) < 0.0 ? low : high) = middle;
        }
        return high;
    }

    /// The figures at `here`, n sequences per rank group, with `clients` in the whole system.
    constexpr void answer(prediction<Y>& p, const workload& w, const request_shape& r, const operating_point<Y>& here,
                          double n, double clients) const {
        p.decode = here.decode;
        p.prefill = here.prefill;
        p.mean_step = here.mean_step;
        p.first_token = here.first_token;
        p.prefill_passes = here.passes();
        p.batch = here.batch();
        p.prompt_share = here.prompt_share(r, d_.runtime.scheduling);
        p.running = smaller(clients, n * groups_);
        p.waiting = clients - p.running;
        p.queued = p.running * here.queued_share();
        if (p.waiting > 0.0) p.first_token.add(here.whole(r.output), p.waiting / p.running);
        if (counts_burst(w.protocol) && !w.open_loop() && !here.together()) {  // in step, the burst is met every time
            const double share = 1.0 / w.protocol.prompts_per_client;
            pass_time<Y> mean;
            mean.add(p.first_token, 1.0 - share);
            mean.add(burst_first_token(d_, roof_, formats_, r, w.protocol, larger(1.0, clients / groups_)), share);
            p.first_token = mean;
        }
        detail::answer(p, d_, roof_, formats_.weights, r.prompt, r.output, clients);
    }

    /// In an open loop the rate is given, not predicted.
    static constexpr void give_rate(prediction<Y>& p, double rate, const request_shape& r) {
        const auto given = [&](double each) { return exactly(token_rate<Y>::from_value(Y(rate * each))); };
        p.request_throughput = exactly(request_rate<Y>::from_value(Y(rate)));
        p.output_throughput = given(r.output);
        p.prompt_throughput = given(r.prompt);
        p.total_throughput = given(r.prompt + r.output);
        p.output_per_device = given(r.output / static_cast<double>(p.devices));
    }

    const deployment<Y>& d_;
    gambrel::roof<Y> roof_;
    precision formats_;
    double groups_;
    feasibility verdict_;
    memory_budget budget_{};
};
template <class Y> prepared(const deployment<Y>&) -> prepared<Y>;
}  // namespace gambrel
