// SPDX-License-Identifier: Apache-2.0
// The law of matrix products, per chip, kernel library and number format, on kernels/gemm.csv.
#include <map>
#include <ridgepoint/hardware/catalog.hpp>
#include <ridgepoint/operators/gemm.hpp>
#include <ridgepoint/roofline/roof.hpp>

#include "report.hpp"

using namespace ridgepoint;

namespace {

struct group_key {
    ridgepoint::chip chip;
    multiply_law law;
    kernel_library library;
    auto operator<=>(const group_key&) const = default;
};
struct shape {
    double m, n, k, compute, memory, seconds;  // compute, memory: at full peak and bandwidth
};

const char* code_of(multiply_law l) {
    switch (l) {
        case multiply_law::bits_16: return "multiply_law::bits_16";
        case multiply_law::fp8: return "multiply_law::fp8";
        case multiply_law::fp4: return "multiply_law::fp4";
        case multiply_law::int8: return "multiply_law::int8";
        case multiply_law::weight_only: return "multiply_law::weight_only";
        case multiply_law::fp32: return "multiply_law::fp32";
    }
    return "";
}

std::map<group_key, std::vector<shape>> read(const std::string& data) {
    const std::map<std::string, storage_format> formats{{"bfloat16", formats::bf16}, {"fp8", formats::fp8},
                                                        {"nvfp4", formats::nvfp4},   {"int8_wo", formats::w8a16},
                                                        {"int4_wo", formats::int4_g128}, {"sq", formats::int8}};
    std::map<group_key, std::vector<shape>> groups;
    kernel_table t(data + "/kernels/gemm.csv");
    while (t.next()) {
        const auto format = formats.find(t.text("gemm_dtype"));
        if (format == formats.end()) continue;
        const storage_format& f = format->second;
        const device<>& d = device_named(board_of(t.chip()));
        const double m = t.number("m"), n = t.number("n"), k = t.number("k");
        if (n < 512 || k < 512) continue;
        const bytes<> moved = f.size(n, k) + bytes_of(m * (k * input_bytes(f.issue) + n * activation_bytes));
        if (moved < 1.2 * d.cache.capacity.value) continue;  // partly in the last-level cache
        const auto& peak = native_peak(d, f.issue);
        groups[{t.chip(), law_of(f.issue, is_weight_only(f)), t.library()}].push_back(
            {m, n, k, (flop_of(2.0 * m * n * k) / peak.value).value(), (moved / d.memory.bandwidth.value).value(),
             t.latency().value()});
    }
    return groups;
}

double time_of(const shape& s, std::span<const double> c) {
    return ridgepoint::detail::p_norm(s.compute / c[0], s.memory / c[1], 1.0 + c[2]) + c[3];
}
const std::vector<prior> priors{{0.6, 0.5}, {0.8, 0.3}, {0.7, 0.7}, {5e-6, 1.0}};

fit_result fit_shapes(const std::vector<shape>& s) {
    std::vector<double> t;
    for (const shape& x : s) t.push_back(x.seconds);
    return fit(priors, t, [&](std::size_t i, std::span<const double> c) { return time_of(s[i], c); });
}
}  // namespace

void fit_gemm(const std::string& data, fit_report& out) {
    std::string rows;
    std::size_t count = 0;
    for (const auto& [key, shapes] : read(data)) {
        std::vector<shape> fitted_on, others;
        for (const shape& s : shapes) (held_out({s.m, s.n, s.k}) ? others : fitted_on).push_back(s);
        const fit_result half = fit_shapes(fitted_on), whole = fit_shapes(shapes);
        std::vector<double> t;
        for (const shape& s : others) t.push_back(s.seconds);
        const error_score e = score_of(t, [&](std::size_t i, std::span<const double> c) { return time_of(others[i], c); },
                                       half.values);
        fmt::print("{:12} {:8} {:12} {:4} rows {:.1f} % held out, {}\n", board_of(key.chip), code_of(key.law) + 14,
                   title_of(key.library), whole.rows, 100 * e.mean, whole.converged ? "converged" : "NOT CONVERGED");
        if (!whole.converged) continue;
        ++count;
        rows += fmt::format("    {{{}, {}, {},\n        {{{:.4f}, {:.4f}, {:.3f}, microseconds({:.3f}), {:.3f}, {}}}}},\n",
                            code_of(key.chip), code_of(key.library), code_of(key.law), whole.values[0], whole.values[1],
                            1.0 + whole.values[2], whole.values[3] * 1e6, whole.robust_sigma, whole.rows);
    }
    out.header("gemm", "#include <ridgepoint/roofline/calibration/calibration.hpp>\n"
                       "#include <ridgepoint/roofline/calibration/fitted.hpp>\n",
               "GEMM constants fitted on kernels/gemm.csv (AIConfigurator tables, 2026-08): cold shapes, N and K >= 512.\n",
               fmt::format("inline constexpr std::array<fitted<chip, multiply_law, product_law<>>, {}> gemm_fits{{{{\n", count) +
                   rows + "}};\n");
}
