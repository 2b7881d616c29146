// SPDX-License-Identifier: Apache-2.0
#include "worked.hpp"

#include <gambrel/gambrel.hpp>
#include <gambrel/hardware/catalog/nvidia_datacenter.hpp>

namespace {
using namespace gambrel;
using namespace gambrel::literals;
using pages::number, pages::worked, pages::sqrt, pages::min;

void collectives(worked& w) {
    const collective_law<> law = default_calibration(catalog::h100_sxm, kernel_library::vllm).collective;
    const interconnect<>& link = catalog::h100_sxm.scale_up;
    const auto all_reduce = [&](double tokens) {
        return collective_duration(collective(message_kind::all_reduce, "", tokens * 8192, 4), link, law);
    };

    w.text("Llama-3.1-70B on 4 x H100 SXM under vLLM: the all-reduce after one matrix product.\n");
    const number n = w.given("n", 4, "", "ranks");
    const number B = w.given("B", link.per_direction.value / 1_GB_per_s, "GB/s", "NVLink in one direction");

    w.text("\nA decode step of 64 sequences: by the runtime's own kernel.");
    const direct_law<>& d = law.direct;
    const number latency = w.given("latency", d.latency / 1_us, "us", "these six: fitted on vLLM's kernel on H100");
    const number per_rank = w.given("per_rank", d.per_rank / 1_us, "us");
    const number one_shot = w.given("one_shot", d.one_shot, "");
    const number extra = w.given("two_shot_extra", d.two_shot_extra / 1_us, "us");
    const number two_shot = w.given("two_shot", d.two_shot, "");
    const number largest = w.given("largest", d.largest / 1_MB, "MB", "");
    const number S = w.step("S", number(64) * 8192 * 2 / 1e6, "MB", "64 tokens, hidden 8192, 2 bytes");
    const number once = w.step("one shot", (n - 1) * S / (one_shot * B) * 1000, "us");
    const number twice = w.step("two shot", extra + 2 * (n - 1) / n * S / (two_shot * B) * 1000, "us");
    const number direct = w.step("direct", latency + per_rank * (n - 2) + min(once, twice), "us");
    w.library("all-reduce of 64 tokens", direct, all_reduce(64).total() / 1_us, "us");

    w.text(fmt::format("\nA step with 2048 tokens of prompts: more than {} MB, so by the ring of the library.",
                       largest.text));
    const ring_law<>& r = law.ring;
    const number start = w.given("latency", r.latency / 1_us, "us", "these five: fitted on NCCL on H100");
    const number per_step = w.given("per_step", r.per_step / 1_us, "us");
    const number share = w.given("share", r.share, "");
    const number copies = w.given("copies", r.copies, "");
    const number pipelining = w.given("pipelining", r.pipelining, "");
    const number whole = w.step("S", number(2048) * 8192 * 2 / 1e6, "MB");
    const number sent = w.step("sent", 2 * (n - 1) / n * whole, "MB");
    const number transfer = w.step("w", (sent + copies * whole) / (share * B) * 1000, "us");
    const number ring =
        w.step("ring", start + per_step * (2 * (n - 1)) + transfer + pipelining * sqrt(start * transfer), "us");
    w.library("all-reduce of 2048 tokens", ring, all_reduce(2048).total() / 1_us, "us");
}
const pages::page collectives_page("collectives", collectives);
}  // namespace
