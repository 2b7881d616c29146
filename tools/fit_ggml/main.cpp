// SPDX-License-Identifier: Apache-2.0
// fit_ggml DATA_DIR SOURCE_DIR: fits the laws of llama.cpp's kernels on DATA_DIR/llamacpp_measured.csv, and writes into the
// tree SOURCE_DIR
//
//   constants by backend, era and kind of board    include/gambrel/roofline/calibration/catalog/ggml.hpp
//   rows, constants, residuals, devices left out   docs/calibration/llama-cpp.md
#include "fit_backend.hpp"
#include "generated.hpp"
#include <fmt/format.h>
#include <gambrel/measurement/io/conventions_file.hpp>

using namespace gambrel;
using namespace fit_ggml;

namespace {
const std::string date = generated::fit_date();

/// Of the rows left out, this share is to lie in the 80 % range: a margin for what is not among the rows.
constexpr double held = 0.82;

/// Deviations of a backend that no other row can judge: about the widest of those that are judged.
constexpr double unmeasured_decode = 0.25, unmeasured_prompt = 0.45;

std::string number(double x) { return fmt::format("{:.4g}", x); }
std::string list(const std::array<double, block_type_count>& values) {
    std::string s = "{";
    for (std::size_t i = 0; i < values.size(); ++i) s += (i ? ", " : "") + number(values[i]);
    return s + "}";
}
std::string row_text(const backend& b, ggml_board board, const ggml_law<>& l, std::size_t rows) {
    const auto us = [](const seconds<>& t) { return fmt::format("microseconds({})", number(t.value() * 1e6)); };
    return fmt::format(
        "    {{kernel_library::{}, ggml_board::{},\n     {{.memory = {},\n      .rate = {},\n      .share = {},\n"
        "      .vector_rows = {}, .tile_rows = {}, .per_row = {}, .widens = {}, .widening = {}, .score_passes = {},\n"
        "      .fused = {}, .fused_rows = {}, .cache = {}, .cache_rate = {}, .experts = {}, .expert_rows = {}, "
        ".elementwise = {},\n"
        "      .decode_start = {}, .prompt_start = {}, .expert_start = {},\n"
        "      .decode_sigma = {}, .prompt_sigma = {}, .expert_decode_sigma = {}, .expert_prompt_sigma = {}, "
        ".rows = {}}}}},\n",
        key_of(b.library), key_of(board), list(l.memory), list(l.rate), list(l.share), number(l.vector_rows),
        number(l.tile_rows), number(l.per_row), l.widens, number(l.widening), number(l.score_passes), number(l.fused),
        number(l.fused_rows), number(l.cache), number(l.cache_rate), number(l.experts), number(l.expert_rows),
        number(l.elementwise), us(l.decode_start), us(l.prompt_start), us(l.expert_start), number(l.decode_sigma),
        number(l.prompt_sigma), number(l.expert_decode_sigma), number(l.expert_prompt_sigma), rows);
}

struct errors {
    double median = 0, bias = 0, in_range = 0, half_width = 0;
    std::size_t rows = 0;
};
/// Of rows as laws of these deviations predict them; of dense models, of mixtures.
errors errors_of(const std::vector<left_out_row>& all, bool decodes, const deviations& d,
                 std::optional<bool> mixtures = {}) {
    std::vector<double> off, signed_off, widths;
    double inside = 0;
    for (const left_out_row& r : all) {
        if (is_decode(r.row) != decodes || (mixtures && r.mixture() != *mixtures)) continue;
        const double half = normal_quantile_90 * r.sigma(d.dense, d.experts);
        off.push_back(std::abs(std::exp(r.error) - 1.0));
        signed_off.push_back(std::exp(r.error) - 1.0);
        widths.push_back(std::exp(half) - 1.0);
        inside += std::abs(r.error) <= half ? 1.0 : 0.0;
    }
    if (off.empty()) return {};
    const auto median = [](const std::vector<double>& x) { return gambrel::detail::quantile(x, 0.5); };
    return {median(off), median(signed_off), inside / static_cast<double>(off.size()), median(widths), off.size()};
}
}  // namespace

int main(int argc, char** argv) try {
    if (argc < 3) {
        fmt::print(stderr, "usage: fit_ggml DATA_DIR SOURCE_DIR\n");
        return 2;
    }
    const std::string tree = argv[2];
    std::map<kernel_library, rows_type> by_backend;
    for (measured_row& m :
         read_measurements(std::string(argv[1]) + "/llamacpp_measured.csv", read_conventions(tree + "/data"))) {
        if (!m.ok() || m.cut.pipeline > 1 || m.load_kind == load_kind::prefill_then_decode) continue;
        if (!predict_measured(m).ok()) continue;
        by_backend[backend_on(m.runtime.kernels, *m.device)].push_back(std::move(m));
    }

    std::string text, table, devices;
    std::optional<fitted_backend>
        before;  // of CUDA's era before the integer kernels: kinds of boards behave alike in both
    std::size_t count = 0;
    std::set<kernel_library> any_of_library;
    for (const backend& b : backends) {
        rows_type rows;
        for (const measured_row& m : by_backend[b.library])
            if (b.boards.empty() || b.boards.contains(board_of(m))) rows.push_back(m);
        if (rows.empty()) continue;
        const fitted_backend* known = b.library == kernel_library::ggml_cuda && before ? &*before : nullptr;
        const fitted_backend f = fit_of(b, rows, known);
        if (b.library == kernel_library::ggml_cuda_2024) before = f;
        std::vector<left_out_row> in_sample, out = left_out(b, rows, known);
        for (const measured_row& m : rows) in_sample.push_back(judged(m, f));
        const std::array<deviations, 2> sigma{deviations_for(out, false, held), deviations_for(out, true, held)};
        if (argc > 3)
            for (const auto* set : {&in_sample, &out})
                for (const left_out_row& r : *set)
                    fmt::print("{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{:.4g}\t{:+.1f}\t{}\n", set == &out ? "OUT" : "IN",
                               key_of(b.library), r.row.line, r.row.device->name.str(), r.row.model->name.str(),
                               r.row.weights, is_decode(r.row) ? "tg" : "pp",
                               fmt::format("{}+{}@{}x{}", r.row.workload.prompt.mean(), r.row.workload.output.mean(),
                                           r.row.past, r.row.workload.concurrency),
                               r.row.value, 100 * (std::exp(r.error) - 1),
                               r.row.date + " ub" + fmt::format("{}", r.row.runtime.scheduling.token_budget));
        std::set<ggml_board> boards{};
        if (!any_of_library.contains(b.library)) boards.insert(ggml_board::any);
        any_of_library.insert(b.library);
        for (const measured_row& m : rows) boards.insert(board_of(m));
        for (const ggml_board board : boards) {
            ggml_law<> l = f.law(board == ggml_board::any && !b.boards.empty() ? *b.boards.begin() : board);
            const auto or_unknown = [&](double x, double unknown) { return out.empty() || x == 0.0 ? unknown : x; };
            l.prompt_sigma = or_unknown(sigma[0].dense, unmeasured_prompt);
            l.decode_sigma = or_unknown(sigma[1].dense, unmeasured_decode);
            l.expert_prompt_sigma = std::max(l.prompt_sigma, or_unknown(sigma[0].experts, unmeasured_prompt));
            l.expert_decode_sigma = std::max(l.decode_sigma, or_unknown(sigma[1].experts, unmeasured_decode));
            std::size_t of_board = 0;
            for (const measured_row& m : rows) of_board += board == ggml_board::any || board_of(m) == board ? 1 : 0;
            text += row_text(b, board, l, of_board);
            ++count;
        }
        for (const bool decodes : {true, false}) {
            const deviations& d = sigma[decodes ? 1 : 0];
            const std::string name = fmt::format(
                "{}{}", name_of(b.library), b.boards.empty() ? "" : ", " + std::string(name_of(*b.boards.begin())));
            for (const bool mixtures : {false, true}) {
                const errors in = errors_of(in_sample, decodes, d, mixtures),
                             left = errors_of(out, decodes, d, mixtures);
                if (in.rows == 0) continue;
                table += fmt::format("| {} | {} | {} | {} | {:.1f} | {} |{}\n", name, decodes ? "decode" : "prompt",
                                     mixtures ? "mixture" : "dense", in.rows, 100 * in.median,
                                     left.rows == 0
                                         ? "- | - | - | -"
                                         : fmt::format("{:.1f} | {:+.1f} | {:.0f} | {:.0f}", 100 * left.median,
                                                       100 * left.bias, 100 * left.in_range, 100 * left.half_width),
                                     f.converged ? "" : " not converged");
            }
            std::map<std::string, std::vector<left_out_row>> each;
            for (const left_out_row& r : out)
                if (is_decode(r.row) == decodes) each[left_out_with(r.row, rows)].push_back(r);
            for (const auto& [what, some] : each) {
                const errors e = errors_of(some, decodes, d);
                devices += fmt::format("| {} | {} | {} | {} | {:.1f} | {:+.1f} |\n", name,
                                       decodes ? "decode" : "prompt", what, e.rows, 100 * e.median, 100 * e.bias);
            }
        }
        fmt::print("{}: {} rows\n", name_of(b.library), rows.size());
        std::fflush(stdout);
        if (argc > 3)
            for (std::size_t i = 0; i < f.decode.size() + f.prompt.size(); ++i) {
                const bool d = i < f.decode.size();
                const constant& c = d ? f.decode[i] : f.prompt[i - f.decode.size()];
                fmt::print("    {} {} {} {:.3f}\n", c.name, block_type_names[static_cast<std::size_t>(c.type)],
                           c.boards.empty() ? "" : std::string(name_of(*c.boards.begin())),
                           d ? f.decode_values[i] : f.prompt_values[i - f.decode.size()]);
            }
    }
    fmt::print("{}\n{}", table, devices);
    generated::write(
        tree + "/include/gambrel/roofline/calibration/catalog/ggml.hpp",
        fmt::format("// SPDX-License-Identifier: Apache-2.0\n#pragma once\n/// Constants of llama.cpp's kernels by "
                    "backend, era "
                    "and kind of board.\n/// Fitted {} by `fit_ggml DATA_DIR SOURCE_DIR` on llamacpp_measured.csv; "
                    "residuals:\n/// docs/calibration/llama-cpp.md. Do not edit.\n\n#include "
                    "<gambrel/roofline/calibration/ggml_fit.hpp>\n\nnamespace gambrel::fits {{\n\n// clang-format off\n"
                    "inline constexpr std::array<ggml_fit, {}> ggml{{{{\n{}}}}};\n// clang-format on\n}}  // namespace "
                    "gambrel::fits\n",
                    date, count, text));
    generated::write(tree + "/docs/calibration/llama-cpp.md",
                     "# Kernels of llama.cpp\n\nGenerated by `fit_ggml DATA_DIR SOURCE_DIR` (tools/fit_ggml/) from "
                     "`llamacpp_measured.csv`, rows of one device. The law is that of "
                     "`include/gambrel/roofline/calibration/ggml_law.hpp`; its constants are in `catalog/ggml.hpp` "
                     "beside it. Errors are "
                     "medians of |predicted / measured - 1| in %, of tokens per second. *Left out*: each device's rows "
                     "under constants "
                     "fitted on the others' (each model's on it, where the others of its kind of board have fewer than "
                     "12 rows). *In range*: share of those rows inside the "
                     "80 % range. *Half width*: of that range.\n\n| backend | pass | models | rows | in sample | left "
                     "out | bias | in "
                     "range | half width |\n|---|---|---|---|---|---|---|---|---|\n" +
                         table +
                         "\n## Each device (or model) left out\n\n| backend | pass | left out | rows | error | bias |\n"
                         "|---|---|---|---|---|---|\n" +
                         devices);
} catch (const std::exception& e) {
    fmt::print(stderr, "fit_ggml: {}\n", e.what());
    return 1;
}
