// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "../../tools/fit_kernels/drawn_load.hpp"
#include <cstdlib>
#include <filesystem>
#include <gambrel/hardware/catalog.hpp>
#include <gambrel/roofline/calibration/defaults.hpp>
#include <gambrel/roofline/calibration/io/kernel_table.hpp>
#include <gambrel/roofline/roof.hpp>
#include <map>
#include <shared_data.hpp>

using namespace gambrel;

namespace {
std::string moe_table() { return shared_data::folder().string() + "/kernels/moe.csv"; }
}  // namespace

// The shipped constants under the loads that operators/experts.hpp expects at the variation of the table's power laws:
// 25 % is the project's bound for mixtures of experts.
TEST_CASE("shipped constants of experts meet the measured mixtures") {
    if (!std::filesystem::exists(moe_table())) {
        MESSAGE("skipped: kernels/moe.csv is not here (set GAMBREL_DATA)");
        return;
    }
    const std::map<std::string, storage_format> formats{{"bfloat16", formats::bf16},
                                                        {"fp8", formats::fp8},
                                                        {"fp8_block", formats::fp8_block},
                                                        {"int4_wo", formats::int4_g128},
                                                        {"nvfp4", formats::nvfp4}};
    struct errors {
        double sum = 0;
        int rows = 0, within = 0;
    };
    std::map<std::string, errors> by_format;
    kernel_table t(moe_table());
    while (t.next()) {
        const auto format = formats.find(t.text("moe_dtype"));
        const std::string& distribution = t.text("distribution");
        if (format == formats.end() || distribution == "balanced") continue;
        const double exponent = std::stod(distribution.substr(10)), hidden = t.number("hidden_size");
        const auto tokens = static_cast<int>(t.number("num_tokens")),
                   experts = static_cast<int>(t.number("num_experts")), top_k = static_cast<int>(t.number("topk")),
                   groups = static_cast<int>(t.number("moe_ep_size"));
        experts_block e{.experts = experts, .top_k = top_k, .width = static_cast<count>(t.number("inter_size"))};
        e.gated = top_k != 22 && hidden != 2688;
        const expert_load load =
            busiest_load(experts, top_k, tokens, groups, load_drawer::variation(tokens, experts, top_k, exponent));
        const operation op = expert_products(e, hidden, load, tokens, t.number("moe_tp_size"), format->second);
        const device<>& d = device_named(board_of(t.chip()));
        if (op.traffic() < 1.2 * d.cache.capacity.value) continue;
        const calibration<> c = default_calibration(d, t.library());
        if (c.experts_in(op.format).rows == 0 || c.experts_in(op.format).sigma > 0.38)
            continue;  // not fitted under this library
        const operation_time<> predicted = roof<>(d, c).time(op);
        const double ratio = predicted.total / t.latency();
        errors& sum = by_format[format->first];
        sum.sum += std::abs(ratio - 1.0);
        ++sum.rows;
        sum.within += std::abs(std::log(ratio)) <= 1.2816 * predicted.sigma ? 1 : 0;
    }
    for (const auto& format : by_format) {
        const auto& name = format.first;
        const errors& e = format.second;
        INFO(name << ": " << 100 * e.sum / e.rows << " % over " << e.rows << " rows, " << 100.0 * e.within / e.rows
                  << " % in range");
        REQUIRE(e.rows > shared_data::of_whole(500, 1));
        CHECK(e.sum / e.rows <= 0.25);
        CHECK(e.within >= shared_data::of_whole(0.70, 0.50) * e.rows);  // of a handful of rows: half
    }
}
