// SPDX-License-Identifier: Apache-2.0
#include "worked.hpp"

#include <gambrel/gambrel.hpp>
#include <gambrel/workload/catalog.hpp>

namespace {
using namespace gambrel;
using pages::number, pages::worked, pages::exp, pages::ln, pages::sqrt, pages::pow;

void lengths(worked& w) {
    w.text("Uniform from 80 to 100 % of 1024 tokens: prompts of the workload inferencex-1k1k.\n");
    const length& uniform = workload_named("inferencex-1k1k").prompt;
    const number b = 1024;
    const number a = w.step("a", 0.8 * b, "tokens");
    const number mean = w.step("mean", (a + b) / 2, "tokens");
    const number variance = w.step("variance", pow(b - a, 2) / 12, "tokens^2");
    const number p90 = w.step("quantile(0.9)", a + 0.9 * (b - a), "tokens");
    w.library("mean", mean, uniform.mean(), "tokens");
    w.library("variance", variance, uniform.variance(), "tokens^2");
    w.library("quantile(0.9)", p90, uniform.quantile(0.9), "tokens");

    w.text("\nLog-normal of mean 1000 and variation 1.2: most requests are short, few are long.\n");
    const number m = w.given("m", 1000, "tokens");
    const number v = w.given("v", 1.2, "");
    const number z = w.given("z(0.99)", normal_quantile(0.99), "", "the normal distribution's, from a table");
    const number s = w.step("s", sqrt(ln(1 + pow(v, 2))), "");
    const number median = w.step("quantile(0.5)", m * exp(-pow(s, 2) / 2), "tokens", "z(0.5) = 0");
    const number p99 = w.step("quantile(0.99)", m * exp(s * z - pow(s, 2) / 2), "tokens");
    const length skewed = length::log_normal(1000, 1.2);
    w.library("quantile(0.5)", median, skewed.quantile(0.5), "tokens", 1e-9);
    w.library("quantile(0.99)", p99, skewed.quantile(0.99), "tokens");

    w.text("\nEmpirical: prompts of azure-code, between two neighbours of the 33 quantiles kept.\n");
    const length& code = workload_named("azure-code").prompt;
    const number low = w.given("q(0.88)", code.quantile(0.88), "tokens", "22 / 25");
    const number high = w.given("q(0.92)", code.quantile(0.92), "tokens", "23 / 25");
    const number ninety = w.step("quantile(0.9)", low + (0.9 - 0.88) / number(0.92 - 0.88) * (high - low), "tokens");
    w.library("quantile(0.9)", ninety, code.quantile(0.9), "tokens", 1e-9);
}
const pages::page workload_page("workload", lengths);
}  // namespace
