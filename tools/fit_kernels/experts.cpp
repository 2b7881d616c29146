// SPDX-License-Identifier: Apache-2.0
// The law of a mixture of experts, per chip, kernel library and weight format, on kernels/moe.csv.
#include "expert_rows.hpp"
#include "families.hpp"

using namespace gambrel;
using namespace mixtures;

namespace {

// compute, memory, p - 1, fixed [s], activation passes, routing passes
const std::vector<prior> priors{{0.35, 0.8}, {0.8, 0.4}, {0.5, 0.8}, {15e-6, 0.8}, {1.0, 0.8}, {0.3, 1.2}};

double time_of(const demand& x, std::span<const double> c) {
    return gambrel::detail::p_norm(x.compute / c[0], (x.weights + c[4] * x.activations + c[5] * x.routed) / c[1],
                                   1.0 + c[2]) +
           c[3];
}
std::vector<double> measured_of(const group& g) {
    std::vector<double> t;
    for (const row& r : g) t.push_back(r.measured);
    return t;
}
fit_result fit_to(const group& g) {
    return fit(priors, measured_of(g),
               [&](std::size_t i, std::span<const double> c) { return time_of(g[i].drawn, c); });
}
std::vector<double> residuals(const group& g, demand row::*load, std::span<const double> c) {
    return residuals_of(
        measured_of(g), [&](std::size_t i, std::span<const double> k) { return time_of(g[i].*load, k); }, c);
}

struct outcome {
    fit_result whole;
    std::vector<double> unseen, unseen_closed;  ///< residuals of every row under the fit on the folds it is not in
    std::vector<double> chip_left_out;
    std::vector<double> other_library;  ///< under the constants of the chip's other libraries
};
using outcomes = std::map<group_key, outcome>;

void append(std::vector<double>& to, const std::vector<double>& more) { to.insert(to.end(), more.begin(), more.end()); }

bool fit_group(const group& g, outcome& o) {
    o.whole = fit_to(g);
    bool converged = o.whole.converged;
    for (int f = 0; f < folds; ++f) {
        group seen, unseen;
        for (const row& r : g) (r.fold == f ? unseen : seen).push_back(r);
        const fit_result part = fit_to(seen);
        converged = converged && part.converged;
        append(o.unseen, residuals(unseen, &row::drawn, part.values));
        append(o.unseen_closed, residuals(unseen, &row::closed, part.values));
    }
    return converged;
}

/// The fits of a family in one format under one library, without one chip. Of GDDR chips there are two: too few for a
/// median, so their family takes it over all chips.
std::vector<constants> fits_of(const outcomes& all, chip_family family, expert_format format, kernel_library library,
                               chip without) {
    std::vector<constants> fits;
    for (const auto& [key, o] : all)
        if ((family == chip_family::gddr || family_of(key.chip) == family) && key.format == format &&
            key.library == library && key.chip != without)
            fits.push_back(o.whole.values);
    return fits;
}

void leave_out(const groups& data, outcomes& all) {
    for (auto& [key, o] : all) {
        const group& g = data.at(key);
        const constants c = median_of(fits_of(all, family_of(key.chip), key.format, key.library, key.chip));
        if (!c.empty()) o.chip_left_out = residuals(g, &row::closed, c);
        for (const auto& [other, found] : all)
            if (other.chip == key.chip && other.format == key.format && other.library != key.library)
                append(o.other_library, residuals(g, &row::closed, found.whole.values));
    }
}

std::string code_of_law(const constants& c, double sigma, std::size_t rows) {
    return fmt::format("{{{:.4f}, {:.4f}, {:.3f}, microseconds({:.2f}), {:.3f}, {:.3f}, {:.3f}, {}}}", c[0], c[1],
                       1.0 + c[2], c[3] * 1e6, c[4], c[5], sigma, rows);
}

std::string family_rows(const outcomes& all, std::size_t& count) {
    std::string code;
    for (const chip_family family : {chip_family::hbm, chip_family::gddr})
        for (const format_text& f : format_texts)
            for (const kernel_library library :
                 {kernel_library::tensorrt_llm, kernel_library::vllm, kernel_library::sglang}) {
                const std::vector<constants> members = fits_of(all, family, f.format, library, chip::none);
                if (members.empty()) continue;
                std::vector<double> left_out, own;
                for (const auto& [key, o] : all)
                    if (family_of(key.chip) == family && key.format == f.format && key.library == library) {
                        append(left_out, o.chip_left_out);
                        append(own, o.unseen_closed);
                    }
                // with a single chip none can be left out: twice its own, which is what leaving one out costs elsewhere
                const double sigma = left_out.empty() ? 2.0 * robust_sigma_of(own) : robust_sigma_of(left_out);
                code += fmt::format("    {{{}, {}, {},\n        {}}},\n", code_of(family), code_of(library), f.code,
                                    code_of_law(median_of(members), sigma, 0));
                ++count;
            }
    return code;
}

std::string percent(const std::vector<double>& r) {
    return r.empty() ? "-" : fmt::format("{:.1f}", 100 * mean_error_of(r));
}

std::string table_of(const outcomes& all) {
    std::string text;
    for (const auto& [key, o] : all) {
        const constants& v = o.whole.values;
        text += fmt::format(
            "| {} | {} | {} | {} | {:.2f} | {:.2f} | {:.2f} | {:.1f} | {:.2f} | {:.2f} | {:.2f} | {} | {} | {} | {} "
            "|\n",
            board_of(key.chip), text_of(key.format).title, title_of(key.library), o.whole.rows, v[0], v[1], 1.0 + v[2],
            v[3] * 1e6, v[4], v[5], robust_sigma_of(o.unseen_closed), percent(o.unseen), percent(o.unseen_closed),
            percent(o.chip_left_out), percent(o.other_library));
    }
    return text;
}
std::string means_of(const outcomes& all) {
    std::string text =
        "\n| format | groups | rows | held out | held out, loads expected | chip left out | other library "
        "|\n|-|-|-|-|-|-|-|\n";
    outcome whole;
    std::size_t all_groups = 0;
    const auto line = [&](const char* title, std::size_t n, const outcome& o) {
        text += fmt::format("| {} | {} | {} | {} | {} | {} | {} |\n", title, n, o.unseen.size(), percent(o.unseen),
                            percent(o.unseen_closed), percent(o.chip_left_out), percent(o.other_library));
    };
    for (const format_text& f : format_texts) {
        outcome sum;
        std::size_t n = 0;
        for (const auto& [key, o] : all) {
            if (key.format != f.format) continue;
            ++n;
            for (outcome* to : {&sum, &whole}) {
                append(to->unseen, o.unseen);
                append(to->unseen_closed, o.unseen_closed);
                append(to->chip_left_out, o.chip_left_out);
                append(to->other_library, o.other_library);
            }
        }
        all_groups += n;
        line(f.title, n, sum);
    }
    line("all", all_groups, whole);
    return text;
}

const char* const page_head = R"(<!-- written by `fit_kernels DATA_DIR SOURCE_DIR`: do not edit -->
# Mixture-of-experts constants

Fitted on `kernels/moe.csv` (AIConfigurator's measured tables, 2026-08: routing, permutation, both products and the
weighted sum of one layer, on the busiest rank) by `build/fit_kernels DATA_DIR . experts`; the law is

    t = ((flop/(peak compute))^p + (bytes/(bandwidth memory))^p)^(1/p) + fixed
    bytes = weights + activation_passes activations + routing_passes routed

with the peaks and bandwidths of the device catalog. `routed` are the copies of all tokens for all expert ranks:
several libraries' kernels go over them whoever multiplies them.

Rows used: footprint beyond 1.2 of the last-level cache. Left out: vLLM's per-tensor fp8 on H100 and H200, timed at a
seventh of the memory bandwidth with kernels that TensorRT-LLM's rows show five times faster on the same chips (most
likely the collector did not tune them, as vLLM does when it starts), and kernels timed with a stand-in for their
activation (`situ_as_silu`), and SGLang's 16-bit kernels for ungated experts (Nemotron 3) on Hopper and RTX PRO 6000,
about three times slower on Hopper than this law says of the gated ones: such models are predicted too fast there. The
table's loads (balanced, or power laws of exponent 1.01 and 1.2) are drawn again from its description
(`tools/fit_kernels/drawn_load.hpp`), as the loads drawn at measurement are not recorded. `mxfp4` is multiplied
with 8-bit activations on Blackwell where the library has that, in 16 bit elsewhere.

Errors are means of |predicted / measured - 1| in %. *Held out*: every row under constants fitted on the three
quarters of the shapes it is not in. *Loads expected*: the same with the rows and distinct experts that
`operators/experts.hpp` expects at the variation of the named power law, as a prediction does; sigma (80 % of the rows
in its 80 % range) is of these. *Chip left out*: the median constants of the family's other chips under that library.
*Other library*: the constants of the same chip's other libraries.

| device | weights | kernels | rows | compute | memory | p | fixed us | activation passes | routing passes | sigma | held out | loads expected | chip left out | other library |
|-|-|-|-|-|-|-|-|-|-|-|-|-|-|-|
)";
}  // namespace

void fit_experts(const std::string& data, fit_report& out) {
    const groups rows = read(data);
    outcomes all;
    for (const auto& [key, g] : rows) {
        outcome o;
        if (fit_group(g, o)) all[key] = o;
        fmt::print("{:18} {:18} {:12} {:4} rows, held out {} %, loads expected {} %{}\n", board_of(key.chip),
                   text_of(key.format).title, title_of(key.library), g.size(), percent(o.unseen),
                   percent(o.unseen_closed), all.contains(key) ? "" : ": NOT CONVERGED, left out");
    }
    leave_out(rows, all);
    std::string code;
    for (const auto& [key, o] : all)
        code += fmt::format("    {{{}, {}, {},\n        {}}},\n", code_of(key.chip), code_of(key.library),
                            text_of(key.format).code,
                            code_of_law(o.whole.values, robust_sigma_of(o.unseen_closed), o.whole.rows));
    std::size_t families = 0;
    const std::string family_code = family_rows(all, families);
    std::vector<double> other_library;
    for (const auto& [key, o] : all) append(other_library, o.other_library);
    out.header("experts",
               "#include <gambrel/roofline/calibration/experts_law.hpp>\n"
               "#include <gambrel/roofline/calibration/fitted.hpp>\n",
               "Mixtures of experts fitted on kernels/moe.csv (AIConfigurator tables, 2026-08): cold shapes.\n"
               "Residuals: docs/calibration/experts.md.\n",
               fmt::format("/// Deviation of a chip's rows from the constants of its other libraries.\n"
                           "inline constexpr double other_library_experts_sigma = {:.3f};\n\n",
                           robust_sigma_of(other_library)) +
                   fmt::format("inline constexpr std::array<fitted<chip, expert_format, experts_law<>>, {}> "
                               "expert_fits{{{{\n{}}}}};\n\n"
                               "inline constexpr std::array<fitted<chip_family, expert_format, experts_law<>>, {}> "
                               "expert_family_fits{{{{\n{}}}}};\n",
                               all.size(), code, families, family_code));
    out.page("experts", page_head + table_of(all) + means_of(all));
    fmt::print("{}", means_of(all));
}
