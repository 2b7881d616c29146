// SPDX-License-Identifier: Apache-2.0
#include "worked.hpp"

#include <gambrel/gambrel.hpp>
#include <gambrel/hardware/catalog/nvidia_datacenter.hpp>
#include <gambrel/model/catalog/llama.hpp>
#include <gambrel/queueing/erlang.hpp>
#include <gambrel/runtime/catalog/vllm.hpp>

namespace {
using namespace gambrel;
using namespace gambrel::literals;
using pages::number, pages::worked, pages::ln;

void queueing_for_two(worked& w) {
    w.text(
        "Two H100 SXM, each answering one request after the other with Llama-3.1-8B, and one line before both. M/M/2\n"
        "takes their times for exponential; here 75 % of what both can do comes in.\n");
    const deployment<> d{catalog::llama_3_1_8b, catalog::h100_sxm, catalog::vllm, {}};
    const double latency = predict(d, {.prompt = 1024, .output = 256}).latency.value / 1_s;
    const queueing::mmc queue{.arrival_per_s = 1.5 / latency, .service_per_s = 1 / latency, .servers = 2};

    const number service = w.given("service", latency, "s", "predicted latency of one client: 1024 + 256 tokens");
    const number mu = w.step("mu", 1 / service, "1/s", "of one server");
    const number lambda = w.step("lambda", number(0.75) * 2 * mu, "1/s");
    const number a = w.step("a", lambda / mu, "", "busy servers");
    const number one = w.step("B_1", a / (1 + a), "", "from B_0 = 1");
    const number two = w.step("B_2", a * one / (2 + a * one), "");
    const number C = w.step("C", two / (1 - a / 2 * (1 - two)), "", "of the arrivals wait");
    const number wait = w.step("mean wait", C / (2 * mu - lambda), "s");
    const number p95 = w.step("95 % wait", ln(C / 0.05) / (2 * mu - lambda), "s", "or less");
    w.library("mmc::waiting_share", C, *queue.waiting_share(), "");
    w.library("mmc::mean_wait_s", wait, *queue.mean_wait_s(), "s");
    w.library("mmc::wait_quantile_s(0.95)", p95, *queue.wait_quantile_s(0.95), "s");
}
const pages::page queueing_page("queueing", queueing_for_two);
}  // namespace
