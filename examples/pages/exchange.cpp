// SPDX-License-Identifier: Apache-2.0
#include "worked.hpp"

#include <gambrel/gambrel.hpp>
#include <gambrel/hardware/catalog/nvidia_datacenter.hpp>
#include <gambrel/model/catalog/deepseek.hpp>

namespace {
using namespace gambrel;
using namespace gambrel::literals;
using pages::number, pages::worked, pages::pow, pages::min;

void exchanges(worked& w) {
    const calibration<> c = default_calibration(catalog::h200_sxm, kernel_library::sglang);
    const roof<> r(catalog::h200_sxm, c);
    experts_block e;
    for (const layer_group& g : catalog::deepseek_v3)
        if (g.layer.experts.present()) e = g.layer.experts;
    const auto takes = [&](bool copy_per_expert, double tokens) {
        return r.time(exchange(message_kind::dispatch, "", bytes_of(tokens * 7168 * (1 + 4.0 / 128)), e, 32,
                               copy_per_expert, 1.0));
    };

    w.text("DeepSeek-V3 with 32 attention copies on 4 nodes of 8 x H200 SXM: tokens to the ranks of their experts.\n");
    const number n = w.given("n", 32, "", "ranks, one copy each");
    const number m = w.given("m", 8, "", "ranks of a node");
    const number d = w.step("d", n / m, "", "nodes");
    const number k = w.given("k", static_cast<double>(e.top_k), "", "experts of a token");
    const number E = w.given("E", static_cast<double>(e.experts), "");
    const number B = w.given("B", catalog::h200_sxm.scale_up.per_direction.value / 1_GB_per_s, "GB/s", "NVLink");
    const number N =
        w.given("N", catalog::h200_sxm.scale_out.per_direction.value / 1_GB_per_s, "GB/s", "a rank's port");

    w.text("\nA step of 128 decodes a rank: one copy per expert.");
    const exchange_law<>& few = c.law(message_kind::dispatch, true);
    const number latency = w.given("latency", few.latency / 1_us, "us", "these eight: fitted on DeepEP's kernels");
    const number per_expert = w.given("per_expert", few.per_expert / 1_us, "us");
    const number share = w.given("share", few.share, "");
    const number most = w.given("most", few.most / 1_GB_per_s, "GB/s");
    const number hop = w.given("first_hop", few.first_hop / 1_us, "us");
    const number doubling = w.given("per_doubling", few.per_doubling / 1_us, "us");
    const number port = w.given("network_share", few.network_share, "");
    const number p = w.given("overlap", few.overlap, "");
    const number S =
        w.step("S", number(128) * 7168 * (1 + number(4) / 128) / 1e6, "MB", "8 bit, 32 bits of scale for 128");
    const number inside = w.step("inside", k * (m - 1) / n * S, "MB");
    const number across = w.step("across", k * (n - m) / n * S, "MB");
    const number within = w.step("within", inside / min(share * B, most) * 1000, "us");
    const number out = w.step("out", across / (port * N) * 1000, "us");
    const number start = w.step("start", latency + per_expert * E / n + hop + doubling * 1, "us", "log2(d / 2) = 1");
    const number time = w.step("dispatch", start + pow(pow(within, p) + pow(out, p), 1 / p), "us");
    w.library("dispatch of 128 tokens", time, takes(true, 128).total / 1_us, "us");

    w.text(
        "\nA step with 4096 tokens of prompts a rank: one copy per rank. Its experts come from 4 of 8 groups, one or "
        "two to a\n"
        "node.");
    const exchange_law<>& many = c.law(message_kind::dispatch, false);
    const number open_ranks = w.step("open ranks", n * 4 / 8, "");
    const number open_nodes = w.step("open nodes", d * (1 - pow(1 - 1 / d, 4)), "", "of 4 groups");
    const number hit_ranks = w.step("k(ranks)", open_ranks * (1 - pow(1 - 1 / open_ranks, 8)), "");
    const number hit_nodes = w.step("k(nodes)", open_nodes * (1 - pow(1 - 1 / open_nodes, 8)), "");
    const number all = w.step("S", number(4096) * 7168 * (1 + number(4) / 128) / 1e6, "MB");
    const number near = w.step(
        "within", hit_ranks * (m - 1) / m * all / min(number(many.share) * B, number(many.most / 1_GB_per_s)) * 1000,
        "us");
    const number far = w.step("out", hit_nodes * (d - 1) / d * all / (number(many.network_share) * N) * 1000, "us");
    const number begin = w.step("start",
                                number(many.latency / 1_us) + number(many.per_expert / 1_us) * E / n +
                                    number(many.first_hop / 1_us) + number(many.per_doubling / 1_us),
                                "us");
    const number q = w.given("overlap", many.overlap, "");
    const number long_time = w.step("dispatch", begin + pow(pow(near, q) + pow(far, q), 1 / q), "us");
    w.library("dispatch of 4096 tokens", long_time, takes(false, 4096).total / 1_us, "us");
}
const pages::page exchange_page("exchange", exchanges);
}  // namespace
