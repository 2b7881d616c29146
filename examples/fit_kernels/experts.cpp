// SPDX-License-Identifier: Apache-2.0
// The law of a mixture of experts, per chip, kernel library and weight format, on kernels/moe.csv.
#include <map>
#include <ridgepoint/hardware/catalog.hpp>
#include <ridgepoint/roofline/roof.hpp>

#include "drawn_load.hpp"
#include "families.hpp"

using namespace ridgepoint;

namespace {

struct group_key {
    ridgepoint::chip chip;
    expert_format format;
    kernel_library library;
    auto operator<=>(const group_key&) const = default;
};
/// What one layer asks at full peak and bandwidth, in seconds.
struct demand {
    double compute = 0, weights = 0, activations = 0, routed = 0;
};
struct row {
    demand drawn;   ///< under the loads of the measurement, drawn
    demand closed;  ///< under those that operators/experts.hpp expects
    double measured = 0;
    int fold = 0;
};
using group = std::vector<row>;
using groups = std::map<group_key, group>;
constexpr int folds = 4;

struct format_text {
    expert_format format;
    const char *code, *title;
};
constexpr format_text format_texts[] = {
    {expert_format::bits_16, "expert_format::bits_16", "16 bit"}, {expert_format::fp8, "expert_format::fp8", "fp8"},
    {expert_format::fp8_block, "expert_format::fp8_block", "fp8, block scales"},
    {expert_format::int4, "expert_format::int4", "int4 weight-only"}, {expert_format::mxfp4, "expert_format::mxfp4", "mxfp4"},
    {expert_format::nvfp4, "expert_format::nvfp4", "nvfp4"}};
const format_text& text_of(expert_format f) { return format_texts[static_cast<std::size_t>(f)]; }

demand demand_of(const operation& op, const device<>& d) {
    const auto& native = native_peak(d, op.issue);
    const flop_rate<> peak = (native.known() ? native : native_peak(d, multiply::as_16_bit)).value;
    const byte_rate<> bandwidth = d.memory.bandwidth.value;
    return {(op.work / peak).value(), (op.weights / bandwidth).value(), (op.activations / bandwidth).value(),
            (op.routed / bandwidth).value()};
}
double exponent_of(const std::string& distribution) {
    return distribution == "balanced" ? 0.0 : std::stod(distribution.substr(std::string("power_law_").size()));
}
/// gpt-oss weights are multiplied with 8-bit activations where a library has that (Blackwell), else in 16 bit.
bool multiplies_mxfp4_in_8_bit(chip c) { return c == chip::b200 || c == chip::gb200 || c == chip::rtx_pro_6000; }

/// vLLM's per-tensor fp8 on Hopper was timed with kernels that TensorRT-LLM's rows show five times faster on the same chip: an untuned
/// choice of the collector, which vLLM makes at start-up.
bool is_untuned(const kernel_table& t) {
    return t.library() == kernel_library::vllm && (t.chip() == chip::h100 || t.chip() == chip::h200);
}

groups read(const std::string& data) {
    const std::map<std::string, storage_format> formats{
        {"bfloat16", formats::bf16},    {"fp8", formats::fp8},      {"fp8_block", formats::fp8_block}, {"int4_wo", formats::int4_g128},
        {"w4a16_mxfp4", formats::mxfp4}, {"w4a8_mxfp4_mxfp8", formats::mxfp4}, {"nvfp4", formats::nvfp4}};
    groups all;
    std::map<std::tuple<int, int, int, int, double>, expert_load> drawn;
    const load_drawer draw;
    kernel_table t(data + "/kernels/moe.csv");
    while (t.next()) {
        const std::string& name = t.text("moe_dtype");
        if (name == "fp8" && is_untuned(t)) continue;
        const auto format = formats.find(name);
        if (format == formats.end()) continue;
        const storage_format& f = format->second;
        const bool no_8_bit = t.chip() == chip::rtx_pro_6000 && t.library() != kernel_library::tensorrt_llm;
        if (name == "w4a16_mxfp4" && multiplies_mxfp4_in_8_bit(t.chip()) && !no_8_bit) continue;

        const int tokens = static_cast<int>(t.number("num_tokens")), experts = static_cast<int>(t.number("num_experts")),
                  top_k = static_cast<int>(t.number("topk")), ranks = static_cast<int>(t.number("moe_ep_size"));
        const double hidden = t.number("hidden_size"), width = t.number("inter_size"), cut = t.number("moe_tp_size"),
                     exponent = exponent_of(t.text("distribution"));
        experts_block e{.experts = experts, .top_k = top_k, .width = static_cast<count>(width)};
        e.gated = top_k != 22 && hidden != 2688;  // Nemotron 3 has no gate
        const auto key = std::tuple(tokens, experts, top_k, ranks, exponent);
        if (!drawn.contains(key)) drawn[key] = draw(tokens, experts, top_k, ranks, exponent);
        const expert_load load = drawn[key];
        const expert_load closed = exponent == 0.0 ? load
                                                   : busiest_load(experts, top_k, tokens, ranks,
                                                                  load_drawer::variation(tokens, experts, top_k, exponent));
        const device<>& d = device_named(board_of(t.chip()));
        const operation op = expert_products(e, hidden, load, tokens, cut, f);
        if (!(op.traffic() > 1.2 * d.cache.capacity.value)) continue;  // partly in the last-level cache
        const int fold = (held_out({tokens * 1.0, hidden, width, cut}) ? 2 : 0) +
                         (held_out({ranks * 1.0, width, tokens * 1.0, experts * 1.0, 100 * exponent}) ? 1 : 0);
        all[{t.chip(), expert_format_of(f), t.library()}].push_back(
            {demand_of(op, d), demand_of(expert_products(e, hidden, closed, tokens, cut, f), d), t.latency().value(), fold});
    }
    return all;
}

// compute, memory, p - 1, fixed [s], activation passes, routing passes
const std::vector<prior> priors{{0.35, 0.8}, {0.8, 0.4}, {0.5, 0.8}, {15e-6, 0.8}, {1.0, 0.8}, {0.3, 1.2}};

double time_of(const demand& x, std::span<const double> c) {
    return ridgepoint::detail::p_norm(x.compute / c[0], (x.weights + c[4] * x.activations + c[5] * x.routed) / c[1], 1.0 + c[2]) + c[3];
}
std::vector<double> measured_of(const group& g) {
    std::vector<double> t;
    for (const row& r : g) t.push_back(r.measured);
    return t;
}
fit_result fit_to(const group& g) {
    return fit(priors, measured_of(g), [&](std::size_t i, std::span<const double> c) { return time_of(g[i].drawn, c); });
}
std::vector<double> residuals(const group& g, demand row::*load, std::span<const double> c) {
    return residuals_of(measured_of(g), [&](std::size_t i, std::span<const double> k) { return time_of(g[i].*load, k); }, c);
}

struct outcome {
    fit_result whole;
    std::vector<double> unseen, unseen_closed;  ///< residuals of every row under the fit on the folds it is not in
    std::vector<double> chip_left_out;
    std::vector<double> other_library;          ///< under the constants of the chip's other libraries
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

/// The fits of a family in one format under one library, without one chip. Of GDDR chips there are two: too few for a median, so their
/// family takes it over all chips.
std::vector<constants> fits_of(const outcomes& all, chip_family family, expert_format format, kernel_library library, chip without) {
    std::vector<constants> fits;
    for (const auto& [key, o] : all)
        if ((family == chip_family::gddr || family_of(key.chip) == family) && key.format == format && key.library == library && key.chip != without)
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
    return fmt::format("{{{:.4f}, {:.4f}, {:.3f}, microseconds({:.2f}), {:.3f}, {:.3f}, {:.3f}, {}}}", c[0], c[1], 1.0 + c[2],
                       c[3] * 1e6, c[4], c[5], sigma, rows);
}

std::string family_rows(const outcomes& all, std::size_t& count) {
    std::string code;
    for (const chip_family family : {chip_family::hbm, chip_family::gddr})
        for (const format_text& f : format_texts)
            for (const kernel_library library : {kernel_library::tensorrt_llm, kernel_library::vllm, kernel_library::sglang}) {
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

std::string percent(const std::vector<double>& r) { return r.empty() ? "-" : fmt::format("{:.1f}", 100 * mean_error_of(r)); }

std::string table_of(const outcomes& all) {
    std::string text;
    for (const auto& [key, o] : all) {
        const constants& v = o.whole.values;
        text += fmt::format("| {} | {} | {} | {} | {:.2f} | {:.2f} | {:.2f} | {:.1f} | {:.2f} | {:.2f} | {:.2f} | {} | {} | {} | {} |\n",
                            board_of(key.chip), text_of(key.format).title, title_of(key.library), o.whole.rows, v[0], v[1],
                            1.0 + v[2], v[3] * 1e6, v[4], v[5], robust_sigma_of(o.unseen_closed), percent(o.unseen),
                            percent(o.unseen_closed), percent(o.chip_left_out), percent(o.other_library));
    }
    return text;
}
std::string means_of(const outcomes& all) {
    std::string text = "\n| format | groups | rows | held out | held out, loads expected | chip left out | other library |\n|-|-|-|-|-|-|-|\n";
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

Fitted on `kernels/moe.csv` (AIConfigurator's measured tables, 2026-08: routing, permutation, both products and the weighted sum of one
layer, on the busiest rank) by `build/fit_kernels DATA_DIR . experts`; the law is

    t = ((flop/(peak compute))^p + (bytes/(bandwidth memory))^p)^(1/p) + fixed
    bytes = weights + activation_passes activations + routing_passes routed

with the peaks and bandwidths of the device catalog. `routed` are the copies of all tokens for all expert ranks: several libraries' kernels go
over them whoever multiplies them.

Rows used: footprint beyond 1.2 of the last-level cache. Left out: vLLM's per-tensor fp8 on H100 and H200, timed at a seventh of the memory
bandwidth with kernels that TensorRT-LLM's rows show five times faster on the same chips (most likely the collector did not tune them, as
vLLM does when it starts). The table's loads (balanced, or power laws of exponent 1.01 and 1.2) are drawn
again from its description (`examples/fit_kernels/drawn_load.hpp`), as the loads drawn at measurement are not recorded. `mxfp4` is multiplied
with 8-bit activations on Blackwell where the library has that, in 16 bit elsewhere.

Errors are means of |predicted / measured - 1| in %. *Held out*: every row under constants fitted on the three quarters of the shapes it is
not in. *Loads expected*: the same with the rows and distinct experts that `operators/experts.hpp` expects at the variation of
the named power law, as a prediction does; sigma (80 % of the rows in its 80 % range) is of these. *Chip left out*: the median
constants of the family's other chips under that library. *Other library*: the constants of the same chip's other libraries.

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
        fmt::print("{:18} {:18} {:12} {:4} rows, held out {} %, loads expected {} %{}\n", board_of(key.chip), text_of(key.format).title,
                   title_of(key.library), g.size(), percent(o.unseen), percent(o.unseen_closed),
                   all.contains(key) ? "" : ": NOT CONVERGED, left out");
    }
    leave_out(rows, all);
    std::string code;
    for (const auto& [key, o] : all)
        code += fmt::format("    {{{}, {}, {},\n        {}}},\n", code_of(key.chip), code_of(key.library), text_of(key.format).code,
                            code_of_law(o.whole.values, robust_sigma_of(o.unseen_closed), o.whole.rows));
    std::size_t families = 0;
    const std::string family_code = family_rows(all, families);
    std::vector<double> other_library;
    for (const auto& [key, o] : all) append(other_library, o.other_library);
    out.header("experts", "#include <ridgepoint/roofline/calibration/experts_law.hpp>\n"
                          "#include <ridgepoint/roofline/calibration/fitted.hpp>\n",
               "Mixtures of experts fitted on kernels/moe.csv (AIConfigurator tables, 2026-08): cold shapes.\n"
               "Residuals: docs/calibration/experts.md.\n",
               fmt::format("/// Deviation of a chip's rows from the constants of its other libraries.\n"
                           "inline constexpr double other_library_experts_sigma = {:.3f};\n\n", robust_sigma_of(other_library)) +
               fmt::format("inline constexpr std::array<fitted<chip, expert_format, experts_law<>>, {}> expert_fits{{{{\n{}}}}};\n\n"
                           "inline constexpr std::array<fitted<chip_family, expert_format, experts_law<>>, {}> expert_family_fits{{{{\n{}}}}};\n",
                           all.size(), code, families, family_code));
    out.page("experts", page_head + table_of(all) + means_of(all));
    fmt::print("{}", means_of(all));
}
