// SPDX-License-Identifier: Apache-2.0
// Rows of passes of prompts played out pass by pass, against their mean in closed form.
#include <approx.hpp>
#include <doctest/doctest.h>

#include <cmath>
#include <gambrel/serving/load/prefill_row.hpp>
#include <gambrel/workload/random_stream.hpp>

using namespace gambrel;

namespace {
/// A decode pass takes 10 ms; one of k prompts `fixed` + k x `prompt`.
struct row_law {
    double fixed, prompt;
    double seconds(const pass_load& l) const { return l.prompts > 0.0 ? fixed + prompt * l.prompts : 0.010; }
};
std::uint64_t poisson(random_stream& random, double mean) {
    std::uint64_t n = 0;
    for (double at = random.exponential(); at < mean; at += random.exponential()) ++n;
    return n;
}
}  // namespace

TEST_CASE("prompts that share a pass of a row") {
    for (const row_law& law : {row_law{0.006, 0.0005}, row_law{0.012, 0.0002}})
        for (const double rate : {5.0, 60.0, 110.0}) {
            CAPTURE(rate);
            CAPTURE(law.fixed);
            random_stream random(3, 1);
            double prompts = 0.0, passes = 0.0;
            constexpr int steps = 100'000;
            for (int i = 0; i < steps; ++i)
                for (std::uint64_t k = poisson(random, rate * 0.010); k > 0;) {
                    prompts += static_cast<double>(k);
                    passes += 1.0;
                    k = poisson(random, rate * (law.fixed + law.prompt * static_cast<double>(k)));
                }
            load_basis b{.shape = load_shape(100, 100, 0.0), .output = 100};
            b.separate_prefill = true;
            b.slots = 1e9;
            const double arrivals = prompts / steps;
            CHECK(prompts_sharing_a_pass(law, b, rate, arrivals, 50.0) == approx(prompts / passes).epsilon(0.04));
            b.separate_prefill = false;
            CHECK(prompts_sharing_a_pass(law, b, rate, arrivals, 50.0) ==
                  approx(arrivals / (1 - std::exp(-arrivals))).epsilon(1e-9));
        }
}
