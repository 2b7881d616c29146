// SPDX-License-Identifier: Apache-2.0
// What must hold of every prediction, on deployments drawn at random from the catalogs (fixed seed).
#include <doctest/doctest.h>

#include <gambrel/hardware/catalog.hpp>
#include <gambrel/model/catalog.hpp>
#include <gambrel/runtime/catalog.hpp>
#include <random>
#include <serving/numbers.hpp>

using namespace gambrel;
using namespace gambrel::literals;

namespace {
constexpr double slack = 1 + 1e-9;  // rounding

struct draw {
    const architecture* model;
    device<> machine;
    runtime<> software;
    parallelism cut;
    precision formats;
    workload load;

    deployment<> deployed() const { return {*model, machine, software, cut, formats}; }
    prediction<> predicted() const { return predict(deployed(), load); }
    std::string name() const {
        return std::string(model->name.view()) + " on " + machine.name.str() + ", " + software.name.str() + ", tp " +
               std::to_string(cut.tensor) + ", pp " + std::to_string(cut.pipeline) + ", weights " +
               formats.weights.attention.name.str() + ", prompt " + std::to_string(load.prompt.mean()) + ", output " +
               std::to_string(load.output.mean()) + ", concurrency " + std::to_string(load.concurrency);
    }
};

class sampler {
public:
    explicit sampler(unsigned seed) : random_(seed) {}
    draw next() {
        draw d{one_of(all_models), *one_of(all_devices), *one_of(all_runtimes), {}, {}, {}};
        d.machine = with_capacity(d.machine, bytes<>(terabytes(4.0)));  // whatever it is, it fits
        d.software.devices = {true, true, true, true, true, true, true, true};
        const int ranks[] = {1, 2, 4, 8}, stages[] = {1, 1, 1, 2, 4};
        d.cut.tensor = ranks[random_() % 4];
        d.cut.pipeline = stages[random_() % 5];
        const storage_format* weights[] = {&formats::bf16, &formats::fp8, &formats::int4_g128};
        d.formats.weights = linear_layers_in(*weights[random_() % 3]);
        d.load = {.prompt = log_uniform(16, 30000), .output = log_uniform(2, 4000), .concurrency = log_uniform(1, 600)};
        return d;
    }
    /// The next one that can be deployed, with its prediction.
    std::pair<draw, prediction<>> feasible() {
        for (;;) {
            draw d = next();
            prediction<> p = d.predicted();
            if (p.ok()) return {d, p};
        }
    }

private:
    template <class Array> typename Array::value_type one_of(const Array& a) { return a[random_() % a.size()]; }
    double log_uniform(double low, double high) {
        const double u = static_cast<double>(random_()) / 4294967296.0;
        return math::floor(low * math::exp(u * math::log(high / low)));
    }
    std::mt19937 random_;
};

template <class Check> void sampled(unsigned seed, int count, const Check& check) {
    sampler s(seed);
    for (int i = 0; i < count; ++i) {
        const std::pair<draw, prediction<>> drawn = s.feasible();
        INFO(drawn.first.name());
        check(drawn.first, drawn.second);
    }
}
/// Outside the mean field (operating_point.hpp, validity): a request hardly decodes among others.
bool few_tokens(const draw& d) { return d.load.output.mean() < 8.0; }
double tpot(const prediction<>& p) { return p.tpot.value.value(); }
double ttft(const prediction<>& p) { return p.ttft.value.value(); }
double latency(const prediction<>& p) { return p.latency.value.value(); }
double rate(const prediction<>& p) { return p.request_throughput.value.value(); }
}  // namespace

TEST_CASE("every number of every prediction is finite, every time positive, every range holds its value") {
    sampled(1, 400, [](const draw&, const prediction<>& p) {
        for (const auto& [name, x] : numbers_of(p))
            if (!math::is_finite(x) || x < 0) FAIL_CHECK(name << " is " << x);
        const auto holds = [](const auto& f) {
            CHECK(f.contains(f.value));
            CHECK(f.low < f.high);
            CHECK(f.low.value() > 0);
        };
        holds(p.ttft);
        holds(p.tpot);
        holds(p.latency);
        holds(p.request_throughput);
        holds(p.output_throughput);
        holds(p.total_throughput);
        holds(p.output_per_device);
        holds(p.output_per_user);
        CHECK(p.tpot_bound().first_share > 0);
        CHECK(p.mfu <= 1);
    });
}

// One process works on one prompt after another: no more leave it, whatever the device does.
TEST_CASE("no more requests a second than the frontend can take in") {
    sampled(8, 400, [](draw d, const prediction<>&) {
        d.software.host.per_prompt_token = {20_us, given_by_user};  // binds in about a third of the draws
        d.software.frontend.processes = 2;
        const double work = d.software.host.frontend_work(d.load.prompt.mean()).value() / 2;
        CHECK(rate(d.predicted()) * work <= slack);
        d.load.protocol.burst_start = true;  // in lock step
        CHECK(rate(d.predicted()) * work <= slack);
    });
}

TEST_CASE("every catalog device with its own memory: an answer or a reason, never a NaN") {
    for (const device<>* d : all_devices)
        for (const architecture* m : {&catalog::llama_3_2_1b, &catalog::gpt_oss_20b, &catalog::mamba2_2_7b})
            for (const int tp : {1, 2}) {
                runtime<> r = catalog::vllm;
                r.devices = {true, true, true, true, true, true, true, true};
                const prediction<> p = predict(deployment<>{*m, *d, r, {.tensor = tp}}, {.concurrency = 8});
                INFO(d->name.view(), " ", m->name.view(), " tp ", tp);
                for (const auto& [name, x] : numbers_of(p))
                    if (!math::is_finite(x) || x < 0) FAIL_CHECK(name << " is " << x);
            }
}

TEST_CASE("more bandwidth is never slower") {
    sampled(2, 200, [](draw d, const prediction<>& p) {
        d.machine.memory.bandwidth.value *= 1.3;
        const prediction<> q = d.predicted();
        CHECK(tpot(q) <= tpot(p) * slack);
        // Not TTFT by itself: clients that are answered sooner send sooner, and more prompts then meet. The whole
        // answer:
        if (few_tokens(d)) return;
        CHECK(latency(q) <= latency(p) * slack);
        CHECK(rate(q) * slack >= rate(p));
    });
}

TEST_CASE("more arithmetic is never slower") {
    sampled(3, 200, [](draw d, const prediction<>& p) {
        auto& peak = d.machine.peak;
        for (auto* x : {&peak.fp32, &peak.bf16, &peak.fp16, &peak.fp8, &peak.fp4, &peak.int8}) x->value *= 1.3;
        const prediction<> q = d.predicted();
        CHECK(tpot(q) <= tpot(p) * slack);
        // Not TTFT by itself: clients that are answered sooner send sooner, and more prompts then meet. The whole
        // answer:
        CHECK(latency(q) <= latency(p) * slack);
        CHECK(rate(q) * slack >= rate(p));
    });
}

TEST_CASE("a faster link is never slower") {
    sampled(4, 200, [](draw d, const prediction<>& p) {
        draw device_bound = d;  // neither launches nor a frontend to queue in: there TTFT by itself never rises either
        device_bound.software.host.per_eager_kernel = device_bound.software.host.per_prompt_token = {};
        const double before = ttft(device_bound.predicted());
        for (draw* each : {&d, &device_bound})
            for (auto* link : {&each->machine.scale_up, &each->machine.host_link, &each->machine.scale_out})
                link->per_direction.value *= 2.0;
        const prediction<> q = d.predicted();
        CHECK(tpot(q) <= tpot(p) * slack);
        CHECK(ttft(device_bound.predicted()) <= before * slack);
        if (few_tokens(d)) return;
        CHECK(latency(q) <= latency(p) * slack);
        CHECK(rate(q) * slack >= rate(p));
    });
}

TEST_CASE("a faster host is never slower") {
    sampled(5, 200, [](draw d, const prediction<>& p) {
        auto& h = d.software.host;
        for (auto* t : {&h.per_step, &h.per_plan, &h.per_kernel, &h.per_sequence, &h.per_request, &h.per_prompt_token,
                        &h.per_message, &h.per_eager_kernel})
            t->value *= 0.5;
        CHECK(tpot(d.predicted()) <= tpot(p) * slack);
        CHECK(ttft(d.predicted()) <= ttft(p) * slack);
    });
}

TEST_CASE("more clients never lower the throughput") {
    // Not where prompts are held back: there a second client makes the first one wait. Nor beyond the cap, where
    // requests wait for slots, memory or room in a pass, or where prompts are nearly all of the work: there it stays
    // where it is, within what the mean field of the queue overshoots at the knee.
    sampled(6, 400, [](draw d, const prediction<>&) {
        const scheduling& s = d.software.scheduling;
        if (s.batch_wait_steps > 0 || s.poll_interval_steps > 1) return;
        if (few_tokens(d)) return;
        // Known to fail: prefill first over pipeline stages with prompts of several passes. The pass is as long as that of the
        // fullest stage, and the prompts that it finishes are counted as a mean one's: up to 7 % lost at the knee.
        if (s.batching == batching::prefill_first && d.cut.pipeline > 1 && d.load.prompt.mean() > s.token_budget)
            return;
        // No graphs of prompts: beyond the largest captured step they are lost, and throughput falls on the machine too.
        d.software.graphs.prompts = graph_use::none;
        const prediction<> p = d.predicted();
        d.load.concurrency *= 1.5;
        const prediction<> q = d.predicted();
        const bool capped = q.waiting + q.queued > 0.005 * d.load.concurrency || q.prompt_share > 0.85;
        CHECK(rate(q) * (capped ? 1.04 : slack) >= rate(p));
    });
}

TEST_CASE("a longer context is never faster") {
    sampled(7, 200, [](const draw& d, const prediction<>&) {
        const calibration<> c = default_calibration(d.machine);
        const roof<> roofs(d.machine, c);
        const pass_inputs terms{*d.model, d.cut, d.formats};
        seconds<> before{};
        for (const double context : {1.0, 100.0, 5000.0, 200000.0}) {
            const seconds<> t = time_pass(terms, step_shape::decode(20, context), roofs, d.software).total();
            CHECK(t * slack >= before);
            before = t;
        }
        before = {};
        for (const double tokens : {1.0, 100.0, 3000.0, 20000.0}) {
            const seconds<> t = time_pass(terms, step_shape::prefill(1, tokens), roofs, d.software).total();
            CHECK(t * slack >= before);
            before = t;
        }
    });
}

TEST_CASE("where memory binds, 8-bit weights are never slower than 16-bit ones, quantising activations apart") {
    for (const device<>* d : all_devices) {
        if (!d->peak.fp8.known()) continue;
        calibration<> c = default_calibration(*d);
        for (auto& l : c.gemm) l.fixed = l.per_input = {};  // small products are bound by launches, not by memory:
        for (auto& l : c.conversion) l.fixed = {};  // there the quantising pass of fp8 can cost more than it saves
        const roof<> r(*d, c);
        for (const architecture* m : all_models) {
            const precision wide{.weights = linear_layers_in(formats::bf16)},
                narrow{.weights = linear_layers_in(formats::fp8)};
            const step_shape one = step_shape::decode(1, 500);
            const auto at = [&](const precision& p) { return time_pass({*m, {}, p}, one, r, runtime<>{}).total(); };
            if (at(narrow) > at(wide) * slack) FAIL_CHECK(d->name.view() << ", " << m->name.view());
        }
    }
}

TEST_CASE("memory of a rank never grows with the number of ranks") {
    for (const architecture* m : all_models) {
        INFO(m->name.view());
        bytes<> weights = 1e6_TB, kv = weights;
        for (const int tp : {1, 2, 4, 8, 16}) {
            if (!check_parallelism(*m, {.tensor = tp}).ok()) continue;
            const memory_fit f = fit_memory(*m, with_capacity(catalog::h100_sxm, bytes<>(80_GB)), runtime<>{},
                                            {.tensor = tp}, {.weights = m->stored}, 3000);
            CHECK(f.weights <= weights);
            CHECK(f.kv_ideal <= kv);
            weights = f.weights;
            kv = f.kv_ideal;
        }
        for (const int pp : {1, 2, 3, 4, 8}) {
            if (m->layers() < pp) continue;
            const memory_fit f = fit_memory(*m, with_capacity(catalog::h100_sxm, bytes<>(80_GB)), runtime<>{},
                                            {.pipeline = pp}, {.weights = m->stored}, 3000);
            CHECK(f.weights <= weights_on_rank(*m, {}, m->stored));
        }
    }
}

TEST_CASE("more memory never holds fewer sequences, longer requests never more") {
    sampled(8, 100, [](const draw& d, const prediction<>&) {
        const auto fitting = [&](double gigabytes_each, double tokens) {
            return fit_memory(*d.model, with_capacity(d.machine, bytes<>(gigabytes(gigabytes_each))), d.software, d.cut,
                              d.formats, tokens)
                .most_sequences;
        };
        for (const double gb : {20.0, 80.0, 300.0}) CHECK(fitting(2 * gb, 3000) >= fitting(gb, 3000));
        for (const double tokens : {10.0, 500.0, 3000.0}) CHECK(fitting(2000, 2 * tokens) <= fitting(2000, tokens));
    });
}

TEST_CASE("wide expert parallelism: figures are possible, and a faster link or port never makes them worse") {
    sampler s(11);
    int drawn = 0;
    for (int i = 0; i < 20000 && drawn < 60; ++i) {
        draw d = s.next();
        if (is_dense(*d.model)) continue;
        d.machine = with_capacity(device_named(i % 2 == 0 ? "h200-sxm" : "b200-sxm"), bytes<>(terabytes(4.0)));
        d.cut = {.data = i % 3 == 0 ? 8 : 16};
        d.cut.expert = d.cut.data;
        d.cut.exchange = all_of<expert_exchange>()[static_cast<std::size_t>(i) % 4];
        d.cut.two_batches = i % 5 == 0;
        const prediction<> p = d.predicted();
        if (!p.ok()) continue;
        ++drawn;
        INFO(d.name());
        INFO(name_of(d.cut.exchange));
        for (const auto& [name, x] : numbers_of(p))
            if (!math::is_finite(x) || x < 0) FAIL_CHECK(name << " is " << x);
        for (const bool inside : {true, false}) {
            draw faster = d;
            auto& rate = inside ? faster.machine.scale_up.per_direction : faster.machine.scale_out.per_direction;
            rate.value = rate.value * 2.0;
            const prediction<> q = faster.predicted();
            // The whole request: clients that come back sooner wait longer for the frontend, which is in TTFT.
            CHECK(tpot(q) <= tpot(p) * (1 + 1e-9));
            CHECK(q.latency.value <= p.latency.value * (1 + 1e-9));
            draw before = d, after = faster;
            for (draw* each : {&before, &after})
                for (auto* t : {&each->software.host.per_request, &each->software.host.per_prompt_token})
                    t->value *= 0.0;
            CHECK(ttft(after.predicted()) <= ttft(before.predicted()) * (1 + 1e-9));
        }
    }
    CHECK(drawn == 60);
}
