// SPDX-License-Identifier: Apache-2.0
#include "worked.hpp"

#include <gambrel/calibration/least_squares.hpp>
#include <gambrel/gambrel.hpp>
#include <gambrel/hardware/catalog/nvidia_datacenter.hpp>
#include <gambrel/model/catalog/llama.hpp>
#include <gambrel/runtime/catalog/vllm.hpp>

namespace {
using namespace gambrel;
using namespace gambrel::literals;
using pages::number, pages::worked, pages::sqrt, pages::exp, pages::ln, pages::pow;

void calibration_of_one(worked& w) {
    const deployment<> d{catalog::llama_3_1_8b, catalog::h100_sxm, catalog::vllm, {}};
    const double law = d.constants.law(multiply_law::bits_16).sigma;
    w.text("One constant, a time, by three rows that were each measured 10 % slower than predicted.\n");
    const number rows = w.given("rows", 3, "");
    const number deviation = w.given("deviation", law, "", "of the prior: sigma of 16-bit products on H100");
    const number s = w.given("s", 0.10, "", "noise of a row; here held, and no soft loss: c infinite");
    const number residual = w.step("r", ln(number(1.1)), "", "at the prior, theta = 0");
    const number theta = w.step("theta", rows * residual / pow(s, 2) / (rows / pow(s, 2) + 1 / pow(deviation, 2)), "",
                                "where the slope of both sums is 0");
    const number factor = w.step("factor", exp(theta), "", "the prior takes back the rest of 1.1");
    const std::vector<double> measured(3, 1.1);
    const std::array<prior, 1> at_one{prior{1.0, law}};
    const fit_settings plain{.softness = std::numeric_limits<double>::infinity(), .noise = 0.10, .noise_rows = 1e9};
    const auto model = [](std::size_t, std::span<const double> constants) { return constants[0]; };
    // Converged to 0.001 of the constant's deviation; the noise of 1e9 imagined rows is 0.10 to nine digits.
    w.library("fit", factor, fit(at_one, measured, model, plain).values[0], "", 1e-5);

    w.text("\nThe range of a prediction: the same model with 16 clients, prompts of 1024, outputs of 256 tokens.\n");
    const prediction<> p = predict(d, {.prompt = 1024, .output = 256, .concurrency = 16});
    const number tpot = w.given("TPOT", p.tpot.value / 1_ms, "ms", "predicted");
    const number laws = w.given("laws", p.mean_step.sigma(), "", "of its kernels and host times, by their share");
    const number step = w.given("step_sigma", d.runtime.step_sigma, "", "of vLLM; there are no experts");
    const number sigma = w.step("sigma", sqrt(pow(laws, 2) + pow(step, 2)), "");
    const number z = w.given("z", normal_quantile_90, "", "nine tenths of the normal distribution lie below");
    const number high = w.step("high", tpot * exp(z * sigma), "ms");
    const number low = w.step("low", tpot * exp(-z * sigma), "ms");
    w.library("high end of TPOT", high, p.tpot.high / 1_ms, "ms");
    w.library("low end of TPOT", low, p.tpot.low / 1_ms, "ms");
}
const pages::page calibration_page("calibration", calibration_of_one);
}  // namespace
