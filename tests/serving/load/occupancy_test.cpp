// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/serving/load/occupancy.hpp>
#include <gambrel/serving/load/step_recursion.hpp>
#include <random>

using namespace gambrel;

namespace {
constexpr linear_step law{.fixed = 6.7e-3, .per_token = 2.08e-5, .per_context = 4.9e-8};

occupancy occupancy_at(double rate, const load_shape& shape, const linear_step& l = law, double variance = 1.0) {
    const linearised_step t = linearised(l, shape, false, 50.0, 1.0, 1.0);
    double mean = 0.0, square = 0.0, with_length = 0.0;
    for (std::size_t i = 0; i < t.prefill.size(); ++i) {
        mean += t.prefill[i].weight * t.prefill[i].seconds;
        square += t.prefill[i].weight * t.prefill[i].seconds * t.prefill[i].seconds;
        with_length += t.prefill[i].weight * t.prefill[i].seconds * (shape.prompts[i].tokens - shape.prompt);
    }
    return occupancy_of(decode_spectrum(shape, t.context_share), rate, t, mean, square, with_length, variance);
}

/// Steps of a server without caps: everyone's decodes, every prompt at once, Poisson arrivals.
struct walk {
    double step = 0, step_variance = 0, decodes = 0, decode_variance = 0, gap = 0;

    walk(double rate, int prompt_low, int prompt_high, int low, int high, long steps) {
        std::mt19937_64 random(11);
        std::uniform_int_distribution<int> output(low, high), prompt(prompt_low, prompt_high);
        std::vector<int> ending(static_cast<std::size_t>(high) + 1, 0);
        std::vector<double> ending_context(ending.size(), 0.0);
        double n = 0.0, context = 0.0, s = law.fixed, weighted = 0.0, squares = 0.0;
        for (long i = 0; i < steps; ++i) {
            const std::size_t now = static_cast<std::size_t>(i) % ending.size();
            n -= ending[now];
            context -= ending_context[now];
            ending[now] = 0;
            ending_context[now] = 0.0;
            std::poisson_distribution<int> arrivals(rate * s);
            const double before = n;
            s = law.fixed + law.per_token * n + law.per_context * context;
            context += n;
            for (int k = arrivals(random); k > 0; --k) {
                const int o = output(random), p = prompt(random);
                s += law.per_token * p;
                if (o == 1) continue;
                n += 1.0;
                context += p + 1;
                const std::size_t end = (now + static_cast<std::size_t>(o)) % ending.size();
                ++ending[end];
                ending_context[end] += p + o;
            }
            step += s;
            squares += s * s;
            decodes += before;
            decode_variance += before * before;
            weighted += before * s;
        }
        const auto count = static_cast<double>(steps);
        gap = weighted / decodes;
        step /= count;
        step_variance = squares / count - step * step;
        decodes /= count;
        decode_variance = decode_variance / count - decodes * decodes;
    }
};
}  // namespace

TEST_CASE("the uncapped server walked step by step has these moments") {
    struct row {
        double rate;
        int low, high;
    };
    for (const row& x : {row{12.0, 20, 60}, row{25.0, 20, 60}, row{12.0, 1, 200}}) {
        CAPTURE(x.rate);
        const walk w(x.rate, 512, 1536, x.low, x.high, 1'500'000);
        const occupancy o =
            occupancy_at(x.rate, load_shape(length::uniform(512, 1536), length::uniform(x.low, x.high)));
        CHECK(o.mean_step == approx(w.step).epsilon(0.01));
        CHECK(o.decodes == approx(w.decodes).epsilon(0.015));
        CHECK(o.step_variance == approx(w.step_variance).epsilon(0.03));
        CHECK(o.decode_variance == approx(w.decode_variance).epsilon(0.04));
        CHECK(o.mean_gap == approx(w.gap).epsilon(0.01));
    }
}

// Decodes that cost nothing leave the step recursion: E S, Var S in closed form; and N a plain compound sum.
TEST_CASE("without decode cost the step is the step recursion's") {
    const linear_step free{.fixed = 0.010, .per_token = 2e-5, .per_context = 0.0};
    const load_shape shape(length(1000), length(1));
    const occupancy o = occupancy_at(20.0, shape, free);
    const step_recursion r(20.0, {{0.020, 1.0}}, {.fixed = 0.010}, 0.010);
    CHECK(o.mean_step == approx(r.mean_step()).epsilon(1e-9));
    CHECK(o.step_variance == approx(r.step_variance()).epsilon(2e-3));
}

// Without prefill cost arrivals are Poisson in every step's time: processor sharing, whose number is insensitive to the
// output law. State-dependent, T(n) = t0 + c n: p(n) is negative binomial, variance / mean = 1 / (1 - load).
TEST_CASE("without prefill cost it is processor sharing") {
    const linear_step cheap{.fixed = 0.010, .per_token = 5e-5, .per_context = 0.0};
    for (const length& output : {length(300), length::uniform(100, 500), length::log_normal(300, 1.0)}) {
        const occupancy o = occupancy_at(40.0, load_shape(length(1), output), cheap);
        CHECK(o.load == approx(40.0 * 5e-5 * 300.0).epsilon(0.01));
        CHECK(o.decode_variance / o.decodes == approx(1.0 / (1.0 - o.load)).epsilon(0.03));
        CHECK(o.dispersion() == approx(1.0).epsilon(0.03));
    }
}

TEST_CASE("bursts widen everything, an overload says so") {
    const load_shape shape(length::uniform(512, 1536), length::uniform(128, 384));
    const occupancy calm = occupancy_at(12.0, shape), burst = occupancy_at(12.0, shape, law, 4.0);
    CHECK(burst.mean_step == approx(calm.mean_step));
    CHECK(burst.decode_variance > 2.0 * calm.decode_variance);
    CHECK(burst.mean_gap > calm.mean_gap);
    const occupancy over = occupancy_at(40.0, shape);
    CHECK(over.load > 1.0);
    CHECK(over.decodes == 0.0);
    CHECK(over.prompt_load > 0.0);
    for (const double unset : {over.mean_step, over.arrivals, over.decode_variance, over.step_variance, over.mean_gap})
        CHECK(unset == 0.0);  // there is no such step
}

// notes, serving theory 4.2: TPOT of the reference scenario by simulation, 7.72, 9.94, 13.88, 22.80 ms, seeds within 1
// %.
TEST_CASE("TPOT of the reference scenario") {
    const load_shape shape(length::uniform(512, 1536), length::uniform(128, 384));
    struct row {
        double rate, tpot;
    };
    for (const row& x : {row{2.95, 7.72}, row{7.68, 9.94}, row{12.38, 13.88}, row{17.02, 22.80}})
        CHECK(occupancy_at(x.rate, shape).mean_gap * 1e3 == approx(x.tpot).epsilon(0.01));
}
