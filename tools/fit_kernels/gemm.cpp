// SPDX-License-Identifier: Apache-2.0
// The law of matrix products, per chip, kernel library and number format, on kernels/gemm.csv:
//
//     t = ((flop/(peak e_c) + per_input K)^p + (bytes/(bandwidth e_m))^p)^(1/p) + fixed
//         + conversion bytes/(bandwidth e_q)
//
// at full clock. A table's burst is held by the power limit for as much of it as the clock has settled (clock_law.hpp):
//
//     t = full clock x stretch^(1 - exp(-launches t / settling))
//
// The fixed time is then split into the product's and the conversion's. Rows of a TensorRT engine (trt_flow) carry the
// engine's own floor, which is taken off.
#include "gemm_rows.hpp"

using namespace gambrel;
using namespace gemm_rows;

namespace {

// Constants: e_c, e_m, p - 1, fixed [s], e_q, per_input [s]. The prior is what any GPU of these does, wide; the fixed
// time lies near the fastest row of its table (a one-tile product), or small products would come out slower than any.
std::vector<prior> priors_of(double floor) {
    return {{0.65, 0.5}, {0.8, 0.3}, {0.8, 0.7}, {1.3 * floor, 0.25}, {0.5, 1.0}, {3e-10, 1.5}};
}
constexpr std::size_t constant_count = 6;

double time_of(const shape& s, std::span<const double> c) {
    const double product = gambrel::detail::p_norm(s.flop / c[0] + c[5] * s.k, s.bytes / c[1], 1.0 + c[2]);
    const double full = product + c[3] + s.conversion / c[4];
    return full * held_in_a_loop(*s.clock, s.issue, s.work, s.traffic, full);
}
fit_result fit_to(const std::vector<shape>& s, double floor) {
    const std::vector<prior> priors = priors_of(floor);
    std::vector<double> t;
    for (const shape& x : s) t.push_back(x.measured);
    return fit(priors, t, [&](std::size_t i, std::span<const double> c) { return time_of(s[i], c); });
}
error_score score(const std::vector<shape>& s, std::span<const double> constants) {
    std::vector<double> t;
    for (const shape& x : s) t.push_back(x.measured);
    return score_of(
        t, [&](std::size_t i, std::span<const double> c) { return time_of(s[i], c); }, constants);
}

/// A group fitted: on half of its shapes for the score, on all for the constants.
struct outcome {
    fit_result whole;
    error_score unseen, unseen_beyond_cache;  ///< of the shapes left out
    double conversion_fixed = 0;              ///< the part of `fixed` that the 16-bit product does not have
    double fixed = 0;
    error_score device_left_out;  ///< under the median constants of the family's other chips
    double device_left_out_sigma = 0;
};
using outcomes = std::map<group_key, outcome>;

outcome fit_group(const group& g) {
    std::vector<shape> seen, unseen, beyond;
    for (const shape& s : g.shapes) (held_out({s.m, s.n, s.k}) ? unseen : seen).push_back(s);
    for (const shape& s : unseen)
        if (s.beyond_cache) beyond.push_back(s);
    const fit_result half = fit_to(seen, g.floor);
    outcome o;
    o.whole = fit_to(g.shapes, g.floor);
    o.unseen = score(unseen, half.values);
    o.unseen_beyond_cache = score(beyond, half.values);
    o.fixed = o.whole.values[3];
    return o;
}

/// The fixed time of a narrow product beyond that of the 16-bit one is its quantisation's; a TensorRT engine's floor
/// beyond that of the same library's plain products is the engine's.
void split_fixed(const groups& data, outcomes& all) {
    for (auto& [key, o] : all) {
        const auto plain = all.find({key.chip, multiply_law::bits_16, key.library});
        if (plain == all.end() || key.law == multiply_law::bits_16) continue;
        const group& g = data.at(key);
        const double floor = data.at(plain->first).floor;
        if (g.in_engine) o.fixed = std::max(o.fixed - (g.floor - floor), plain->second.fixed);
        if (key.law == multiply_law::weight_only) continue;
        o.conversion_fixed = std::max(o.fixed - plain->second.fixed, 0.0);
        o.fixed -= o.conversion_fixed;
    }
}

/// The median of each constant over the fits of a family without chip `out`; empty without any. Library `other`: all
/// libraries. Of GDDR chips there are two: too few for a median, so their family takes it over all chips.
std::vector<double> median_constants(const outcomes& all, chip_family family, multiply_law law, kernel_library library,
                                     chip out) {
    std::vector<std::vector<double>> columns(constant_count + 2);
    for (const auto& [key, o] : all) {
        if (family == chip_family::hbm && family_of(key.chip) != family) continue;
        if (key.law != law || key.chip == out) continue;
        if (library != kernel_library::other && key.library != library) continue;
        for (std::size_t j = 0; j < constant_count; ++j) columns[j].push_back(o.whole.values[j]);
        columns[constant_count].push_back(o.fixed);
        columns[constant_count + 1].push_back(o.conversion_fixed);
    }
    if (columns[0].empty()) return {};
    std::vector<double> median;
    for (auto& c : columns) {
        std::sort(c.begin(), c.end());
        median.push_back((c[(c.size() - 1) / 2] + c[c.size() / 2]) / 2.0);
    }
    return median;
}

void leave_devices_out(const groups& data, outcomes& all) {
    for (auto& [key, o] : all) {
        const auto constants = median_constants(all, family_of(key.chip), key.law, key.library, key.chip);
        if (constants.empty()) continue;
        const std::vector<shape>& shapes = data.at(key).shapes;
        o.device_left_out = score(shapes, constants);
        std::vector<double> distance;
        for (const shape& s : shapes) distance.push_back(std::abs(std::log(s.measured / time_of(s, constants))));
        o.device_left_out_sigma = gambrel::detail::quantile(distance, 0.8) / 1.2816;
    }
}

std::string constants_code(std::span<const double> v, double fixed, double conversion_fixed, double sigma,
                           std::size_t rows) {
    return fmt::format(
        "{{{{{:.4f}, {:.4f}, {:.3f}, microseconds({:.3f}), {:.3f}, {}, microseconds({:.2e})}},\n"
        "         {{{:.4f}, microseconds({:.3f})}}}}",
        v[0], v[1], 1.0 + v[2], fixed * 1e6, sigma, rows, v[5] * 1e6, v[4], conversion_fixed * 1e6);
}

/// Family rows: per library, and over all libraries as `other`. Sigma: of the devices left out; where no device can be
/// left out, that of the fits there are and what leaving a device out costs the 16-bit law, in squares.
std::string family_rows(const outcomes& all, std::size_t& count) {
    std::string rows;
    for (const chip_family family : {chip_family::hbm, chip_family::gddr})
        for (const law_text& t : law_texts)
            for (const kernel_library library :
                 {kernel_library::tensorrt_llm, kernel_library::vllm, kernel_library::sglang, kernel_library::other}) {
                const auto constants = median_constants(all, family, t.law, library, chip::none);
                const bool measured = std::any_of(all.begin(), all.end(), [&](const auto& row) {
                    return row.first.law == t.law && family_of(row.first.chip) == family;
                });
                if (constants.empty() || !measured) continue;
                std::vector<double> left_out, own, own_of_any, plain;
                for (const auto& [key, o] : all) {
                    if (library != kernel_library::other && key.library != library) continue;
                    if (key.law == t.law) own_of_any.push_back(o.whole.robust_sigma);
                    if (family_of(key.chip) != family) continue;
                    if (key.law == multiply_law::bits_16) plain.push_back(o.device_left_out_sigma);
                    if (key.law != t.law) continue;
                    own.push_back(o.whole.robust_sigma);
                    if (o.device_left_out_sigma > 0) left_out.push_back(o.device_left_out_sigma);
                }
                const auto mean = [](const std::vector<double>& x) {
                    double sum = 0;
                    for (const double s : x) sum += s * s;
                    return std::sqrt(sum / static_cast<double>(std::max<std::size_t>(x.size(), 1)));
                };
                const double sigma =
                    left_out.empty() ? std::hypot(mean(own.empty() ? own_of_any : own), mean(plain)) : mean(left_out);
                ++count;
                rows += fmt::format("    {{{}, {}, {},\n        {}}},\n", code_of(family), code_of(library), t.code,
                                    constants_code(constants, constants[6], constants[7], sigma, 0));
            }
    return rows;
}

const char* const page_head = R"(<!-- written by `fit_kernels DATA_DIR SOURCE_DIR`: do not edit -->
# GEMM constants

Fitted on `kernels/gemm.csv` (AIConfigurator's measured tables, 2026-08; one CUDA-graph replay per shape) by
`build/fit_kernels DATA_DIR .`; the law is

    t = ((flop/(peak e_c) + per_input K)^p + (bytes/(bandwidth e_m))^p)^(1/p) + fixed
        + conversion bytes/(bandwidth e_q) + conversion fixed

with the peaks and bandwidths of the device catalog. `e_q` is the pass that quantises activations before fp8, int8 and
fp4 multiplies. It never overlaps the product; its fixed time is what the narrow product has more than the 16-bit one.

Rows used: N and K of 512 and more, operands read from memory (weights and activations beyond 1.2 of the last-level
cache, or weights so large that the copies the timing loop rotates are). Left out: vLLM's fp8 with block scales (timed
eagerly, 50 to 350 us of host). The A100's int8 and weight-only rows (int8 and int4 in one law) ran in a TensorRT engine,
whose floor is taken off the fixed time.

Errors are mean / median of |predicted / measured - 1| in %. *Unseen*: constants of half of the shapes (by hash) on the
other half. *Beyond cache*: those of them whose footprint exceeds 1.2 of the cache. *Device left out*: the median
constants of the other chips (of HBM chips for an HBM chip, of all for a GDDR chip) on every row of this one. Sigma is
the deviation whose 80 % range holds 80 % of the rows.

Other boards (`operators/measured_ops.csv`; tests/roofline/gemm_fit_test.cpp): 402 fp8 products of an H20 (InferSim), of
which only the share of its cut peak was taken, err by 9.7 %; not used at all, 183 16-bit products of an A100 PCIe
(SimuMax) by 13 % (they ran slower), 110 fp8 products of an H800 (InferSim) by 22 % (they ran faster), 514
products of a B200 set up for training (SimuMax) by 28 % (they ran slower): sites differ by more than shapes.

| device | format | kernels | rows | e_c | e_m | p | fixed us | ns per K | conversion us | e_q | sigma | unseen | unseen, beyond cache | device left out |
|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|
)";

std::string percent(const error_score& e) {
    return e.rows == 0 ? "-" : fmt::format("{:.1f} / {:.1f}", 100 * e.mean, 100 * e.median);
}

/// Mean errors per format over devices and libraries.
std::string page_of_families(const outcomes& all) {
    std::string text =
        "\n| format | groups | unseen | unseen, beyond cache | device left out, HBM | device left out, GDDR |\n"
        "|---|---|---|---|---|---|\n";
    for (const law_text& t : law_texts) {
        struct {
            double sum = 0;
            int n = 0;
        } unseen, beyond, hbm, gddr;
        const auto add = [](auto& to, const error_score& e) {
            if (e.rows > 0) to.sum += e.mean, ++to.n;
        };
        for (const auto& [key, o] : all) {
            if (key.law != t.law) continue;
            add(unseen, o.unseen);
            add(beyond, o.unseen_beyond_cache);
            add(family_of(key.chip) == chip_family::hbm ? hbm : gddr, o.device_left_out);
        }
        const auto cell = [](const auto& m) {
            return m.n == 0 ? std::string("-") : fmt::format("{:.1f}", 100 * m.sum / m.n);
        };
        text += fmt::format("| {} | {} | {} | {} | {} | {} |\n", t.title, unseen.n, cell(unseen), cell(beyond),
                            cell(hbm), cell(gddr));
    }
    return text;
}
}  // namespace

void fit_gemm(const std::string& data_folder, fit_report& out) {
    const groups data = read(data_folder);
    outcomes all;
    for (const auto& [key, g] : data) {
        const outcome o = fit_group(g);
        if (o.whole.converged) all.emplace(key, o);
        else
            fmt::print("gemm: {}, {}, {} did not converge: no constants\n", board_of(key.chip), text_of(key.law).title,
                       title_of(key.library));
    }
    split_fixed(data, all);
    leave_devices_out(data, all);

    std::string rows, table;
    for (const auto& [key, o] : all) {
        const auto& v = o.whole.values;
        rows += fmt::format("    {{{}, {}, {},\n        {}}},\n", code_of(key.chip), code_of(key.library),
                            text_of(key.law).code,
                            constants_code(v, o.fixed, o.conversion_fixed, o.whole.robust_sigma, o.whole.rows));
        table += fmt::format(
            "| {} | {} | {} | {} | {:.2f} | {:.2f} | {:.2f} | {:.1f} | {:.2f} | {} | {} | {:.2f} | {} | {} | {} |\n",
            board_of(key.chip), text_of(key.law).title, title_of(key.library), o.whole.rows, v[0], v[1], 1.0 + v[2],
            o.fixed * 1e6, v[5] * 1e9, o.conversion_fixed > 0 ? fmt::format("{:.1f}", o.conversion_fixed * 1e6) : "-",
            data.at(key).shapes.front().conversion > 0 ? fmt::format("{:.2f}", v[4]) : "-", o.whole.robust_sigma,
            percent(o.unseen), percent(o.unseen_beyond_cache), percent(o.device_left_out));
    }
    std::size_t families = 0;
    const std::string by_family = family_rows(all, families);
    const std::string type = "inline constexpr std::array<fitted<{}, multiply_law, gemm_law<>>, {}> {}{{{{\n{}}}}};\n";
    out.header(
        "gemm",
        "#include <gambrel/roofline/calibration/calibration.hpp>\n"
        "#include <gambrel/roofline/calibration/fitted.hpp>\n",
        "GEMM constants fitted on kernels/gemm.csv (AIConfigurator tables, 2026-08), shapes with N, K >= 512 whose\n"
        "operands come from memory. Scores per row: docs/calibration/gemm.md.\n",
        fmt::format(fmt::runtime(type), "chip", all.size(), "gemm_fits", rows) + "\n" +
            fmt::format(fmt::runtime(type), "chip_family", families, "gemm_family_fits", by_family));
    out.page("gemm", page_head + table + page_of_families(all));
}
