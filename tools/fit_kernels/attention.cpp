// SPDX-License-Identifier: Apache-2.0
// The laws of attention, per chip, kernel library and kernel, on kernels/{generation,context}_{attention,mla}.csv.
#include <gambrel/hardware/catalog.hpp>
#include <gambrel/operators/attention.hpp>
#include <gambrel/roofline/roof.hpp>
#include <map>

#include "report.hpp"

using namespace gambrel;

namespace {

struct group_key {
    attention_kernel kernel;
    gambrel::chip chip;
    kernel_library library;
    auto operator<=>(const group_key&) const = default;
};

/// One measured shape: what the law asks of its operation, at full peak and bandwidth.
struct shape {
    double flop_time, score_time, streams, depth, byte_time, seconds;
    double tokens = 0;  ///< of a prompt, or in the context
    bool held = false;  ///< scored by constants fitted without it
    bool cold = true;   ///< footprint beyond 1.2 x the last-level cache
    bool plain = true;  ///< of the shapes the constants stand for; the others are scored only
    bool windowed = false;
    std::string source{};  ///< name of the kernel that ran
};
using shapes = std::vector<shape>;

shape shape_of(const operation& op, const device<>& d, const kernel_table& t) {
    return {(op.work / native_peak(d, op.issue).value).value(),
            (flop_of(op.scores) / d.peak.fp32.value).value(),
            op.stream_units(),
            op.depth,
            (op.traffic() / d.memory.bandwidth.value).value(),
            t.latency().value()};
}

/// Whether the table of `attention` arithmetic stands for caches of `kv`: the kernels the runtimes take by themselves.
bool stands_for(bool narrow_kv, bool narrow_attention, chip c, kernel_library library) {
    if (!narrow_kv) return !narrow_attention;
    if (library == kernel_library::vllm) return true;  // one table; the kernel narrows the queries itself
    return narrow_attention == (family_of(c) == chip_family::hbm);
}

/// A cold row no memory can deliver: the table must have read less than it says.
bool impossible(const shape& s) { return s.cold && s.seconds < s.byte_time; }

/// Rows so small that they show fixed times whether their keys came from the cache or not.
bool tiny(const shape& s) { return s.byte_time < 0.11 * s.seconds; }

void read_heads(const std::string& file, bool decode, std::map<group_key, shapes>& groups) {
    kernel_table t(file);
    while (t.next()) {
        const device<>& d = device_named(board_of(t.chip()));
        const bool narrow = t.text("kv_cache_dtype") == "fp8";
        if (narrow && !d.peak.fp8.known()) continue;
        if (!decode && !stands_for(narrow, t.text("attn_dtype") == "fp8", t.chip(), t.library())) continue;
        const double b = t.number("batch_size"), n = t.number("num_heads"), kv = t.number("num_key_value_heads"),
                     dim = t.number("head_dim"), window = t.text("window_size").empty() ? 0.0 : t.number("window_size"),
                     tokens = decode ? t.number("step") + 1.0 : t.number("isl");
        const attention_heads heads{n, kv, dim, dim};
        const storage_format& format = narrow ? formats::fp8 : formats::bf16;
        const operation op = decode ? decode_attention(heads, window, step_shape::decode(b, tokens), format)
                                    : prefill_attention(heads, window, step_shape::prefill(b, tokens), format);
        shape s = shape_of(op, d, t);
        s.tokens = tokens;
        s.held = held_out({b, n, kv, dim, window, tokens});
        s.cold = !decode || op.cache > 1.2 * d.cache.capacity.value;
        s.windowed = window > 0.0 && window < tokens;
        s.plain = window == 0.0 && (decode ? dim == 128.0 && n >= 2.0 * kv && n <= 16.0 * kv : dim <= 256.0);
        s.source = t.text("kernel_source");
        if (decode ? s.cold || tiny(s) : tokens >= 128.0)
            groups[{attention_kernel_of(decode, narrow, false), t.chip(), t.library()}].push_back(s);
    }
}

/// DeepSeek's latent attention: 128 + 64 key and 128 value dimensions over a latent of 512 + 64.
void read_latent(const std::string& file, bool decode, std::map<group_key, shapes>& groups) {
    kernel_table t(file);
    while (t.next()) {
        if (t.library() == kernel_library::vllm) continue;  // launched without a graph: 100 to 300 us of host time
        // SGLang's other kernels were timed on prompts in the absorbed form, 3.4 times the flop of the expanded one it
        // serves with (on an H800 that runs at 0.61 of the peak: operators/measured_ops.csv).
        if (!decode && t.library() == kernel_library::sglang && t.text("kernel_source") != "trtllm_mla") continue;
        const device<>& d = device_named(board_of(t.chip()));
        const bool narrow = t.text("kv_cache_dtype") == "fp8";
        if (narrow && !d.peak.fp8.known()) continue;
        const double b = t.number("batch_size"), n = t.number("num_heads"),
                     tokens = decode ? t.number("step") + 1.0 : t.number("isl");
        const latent_attention_block a{
            .heads = static_cast<int>(n), .kv_rank = 512, .nope_dim = 128, .rope_dim = 64, .value_dim = 128};
        const storage_format& format = narrow ? formats::fp8 : formats::bf16;
        const operation op = decode ? latent_decode(a, 1.0, step_shape::decode(b, tokens), format)
                                    : latent_prefill(a, 1.0, step_shape::prefill(b, tokens), format);
        shape s = shape_of(op, d, t);
        s.tokens = tokens;
        s.held = held_out({b, n, tokens});
        s.cold = !decode || op.cache > 1.2 * d.cache.capacity.value;
        s.source = t.text("kernel_source");
        if (decode ? s.cold || tiny(s) : tokens >= 128.0)
            groups[{attention_kernel_of(decode, narrow, true), t.chip(), t.library()}].push_back(s);
    }
}

/// Libraries fall back to another kernel for shapes the usual one refuses: those rows are scored, not fitted.
std::string usual_kernel(const shapes& all) {
    std::map<std::string, int> rows;
    for (const shape& s : all)
        if (s.plain) ++rows[s.source];
    std::string best;
    for (const auto& [name, n] : rows)
        if (best.empty() || n > rows[best]) best = name;
    return best;
}

double share(double odds) { return odds / (1.0 + odds); }  // stays below the peak whatever the fit does

/// Constants as the fit sees them: shares as odds, times in microseconds, per_stream and per_key in nanoseconds.
/// Prefill: compute, memory, fixed, softmax, per_key. Decode: memory, fixed, per_stream, ramp, overlap - 1, and besides
/// for latents compute, for heads under a kernel that does not split them per_key.
attention_law<> law_from(std::span<const double> c, attention_kernel k) {
    if (!is_decode(k))
        return {{share(c[0]), share(c[1]), 1.0, microseconds(c[2])}, {}, microseconds(c[4] * 1e-3), {}, c[3]};
    const double overlap = smaller(1.0 + c[4], 20.0);
    attention_law<> law{{is_narrow(k) ? 0.30 : 0.50, share(c[0]), overlap, microseconds(c[1])},
                        microseconds(c[2] * 1e-3),
                        {},
                        microseconds(c[3]),
                        0.0};
    if (c.size() > 5 && is_latent(k)) law.product.compute = share(c[5]);
    if (c.size() > 5 && !is_latent(k)) law.per_key = microseconds(c[5] * 1e-3);
    return law;
}
double time_of(const shape& s, const attention_law<>& a) {
    return gambrel::detail::p_norm(attention_compute(a, s.flop_time, s.score_time, s.streams, s.depth),
                                   attention_memory(a, s.byte_time), a.product.overlap) +
           a.product.fixed.value();
}

const std::vector<prior> prefill_priors{{2.0, 0.7}, {0.7, 0.7}, {10.0, 0.7}, {13.0, 0.7}, {6.0, 1.0}};
const std::vector<prior> decode_priors{{9.0, 1.0}, {10.0, 0.7}, {15.0, 0.7}, {8.0, 0.7}, {1.0, 1.0}};
const std::vector<prior> latent_decode_priors{{9.0, 1.0}, {10.0, 0.7}, {30.0, 0.7}, {8.0, 0.7}, {1.0, 1.0}, {2.0, 1.0}};
const std::vector<prior> serial_decode_priors{{9.0, 1.0}, {10.0, 0.7}, {15.0, 0.7},
                                              {8.0, 0.7}, {7.0, 0.5},  {10.0, 1.0}};

struct fitted_law {
    attention_law<> law;
    bool converged = false;
};

fitted_law fit_with(const std::vector<prior>& priors, const shapes& s, attention_kernel k, double& mean_error) {
    std::vector<double> t;
    for (const shape& x : s) t.push_back(x.seconds);
    const fit_result f =
        fit(priors, t, [&](std::size_t i, std::span<const double> c) { return time_of(s[i], law_from(c, k)); });
    fitted_law r{law_from(f.values, k), f.converged};
    r.law.product.sigma = f.robust_sigma;
    r.law.product.rows = static_cast<int>(f.rows);
    mean_error = f.converged ? f.mean_error : 1e9;
    return r;
}
fitted_law fit_shapes(const shapes& s, attention_kernel k) {
    double error = 0, serial_error = 0;
    if (!is_decode(k)) return fit_with(prefill_priors, s, k, error);
    if (is_latent(k)) return fit_with(latent_decode_priors, s, k, error);
    const fitted_law split = fit_with(decode_priors, s, k, error);
    // A kernel that does not split long contexts over units shows by a third of the error going away with `per_key`.
    const fitted_law serial = fit_with(serial_decode_priors, s, k, serial_error);
    return serial_error < 0.67 * error ? serial : split;
}

/// Mean of |predicted / measured - 1| over the rows `wanted`.
template <class Wanted> error_score score(const shapes& s, const attention_law<>& law, const Wanted& wanted) {
    std::vector<double> t;
    std::vector<const shape*> rows;
    for (const shape& x : s)
        if (wanted(x)) {
            t.push_back(x.seconds);
            rows.push_back(&x);
        }
    return score_of(t, [&](std::size_t i, std::span<const double>) { return time_of(*rows[i], law); }, {});
}
std::string percent(const error_score& e) {
    return e.rows == 0 ? "-" : fmt::format("{:.1f} ({})", 100 * e.mean, e.rows);
}

std::string code_of(attention_kernel k) {
    constexpr std::array<const char*, attention_kernel_count> names{
        "prefill",        "decode",        "prefill_8_bit",        "decode_8_bit",
        "latent_prefill", "latent_decode", "latent_prefill_8_bit", "latent_decode_8_bit"};
    return std::string("attention_kernel::") + names[static_cast<std::size_t>(k)];
}
std::string code_of(const attention_law<>& l) {
    return fmt::format(
        "{{{{{:.4f}, {:.4f}, {:.3f}, microseconds({:.3f}), {:.3f}, {}}},\n"
        "         microseconds({:.5f}), microseconds({:.5f}), microseconds({:.3f}), {:.1f}}}",
        l.product.compute, l.product.memory, l.product.overlap, l.product.fixed.value() * 1e6, l.product.sigma,
        l.product.rows, l.per_stream.value() * 1e6, l.per_key.value() * 1e6, l.ramp.value() * 1e6, l.softmax);
}
std::string constants_row(const attention_law<>& l) {
    return fmt::format("{:.2f} | {:.0f} | {:.2f} | {:.2f} | {:.1f} | {:.1f} | {:.1f} | {:.1f} | {:.2f} | {}",
                       l.product.compute, l.softmax, l.product.memory, l.product.overlap, l.product.fixed.value() * 1e6,
                       l.per_stream.value() * 1e9, l.per_key.value() * 1e9, l.ramp.value() * 1e6, l.product.sigma,
                       l.product.rows);
}

struct group_fit {
    group_key key;
    attention_law<> law;
    shapes plain;
};

/// Each constant the median of the fits'; sigma and rows left to the caller.
attention_law<> median_of(const std::vector<const group_fit*>& fits) {
    const auto median = [&](auto constant) {
        std::vector<double> x;
        for (const group_fit* f : fits) x.push_back(constant(f->law));
        std::sort(x.begin(), x.end());
        return 0.5 * (x[(x.size() - 1) / 2] + x[x.size() / 2]);
    };
    const auto time = [&](auto member) {
        return seconds<>::from_value(median([&](const attention_law<>& l) { return (l.*member).value(); }));
    };
    attention_law<> law;
    law.product.compute = median([](const attention_law<>& l) { return l.product.compute; });
    law.product.memory = median([](const attention_law<>& l) { return l.product.memory; });
    law.product.overlap = median([](const attention_law<>& l) { return l.product.overlap; });
    law.product.fixed = seconds<>::from_value(median([](const attention_law<>& l) { return l.product.fixed.value(); }));
    law.per_stream = time(&attention_law<>::per_stream);
    law.per_key = time(&attention_law<>::per_key);
    law.ramp = time(&attention_law<>::ramp);
    law.softmax = median([](const attention_law<>& l) { return l.softmax; });
    return law;
}

/// The family's law; sigma from each chip's rows under the median of the other chips. `error`: mean of those.
attention_law<> family_law(const std::vector<const group_fit*>& fits, double& error) {
    attention_law<> law = median_of(fits);
    std::vector<double> distance, errors;
    for (const group_fit* left_out : fits) {
        std::vector<const group_fit*> others;
        for (const group_fit* f : fits)
            if (f->key.chip != left_out->key.chip) others.push_back(f);
        if (others.empty()) continue;
        const attention_law<> m = median_of(others);
        for (const shape& s : left_out->plain) {
            distance.push_back(std::abs(std::log(time_of(s, m) / s.seconds)));
            errors.push_back(std::abs(time_of(s, m) / s.seconds - 1.0));
            ++law.product.rows;
        }
    }
    law.product.sigma = gambrel::detail::quantile(distance, 0.8) / 1.2816;
    error = 0;
    for (const double e : errors) error += e / static_cast<double>(errors.size());
    return law;
}

constexpr double worst_error = 0.35;         ///< held-out mean error beyond which a fit is not worth shipping
constexpr double worst_family_error = 0.60;  ///< the same of a chip under the median of the others
constexpr double most_impossible = 0.1;      ///< share of cold rows faster than the datasheet's bandwidth

const char* const page_top = R"(# Attention constants

Generated by `fit_kernels DATA_DIR SOURCE_DIR attention` (tools/fit_kernels/attention.cpp) from the AIConfigurator
kernel tables (2026-08): `kernels/generation_attention.csv`, `context_attention.csv`, `generation_mla.csv`,
`context_mla.csv`. The law: `include/gambrel/roofline/calibration/attention_law.hpp`.

**Fitted on** decode: grouped-query shapes of head dimension 128 (2 to 16 query heads per key-value head) without
a window, whose keys and values exceed 1.2 x the last-level cache, and shapes so small that only fixed times show.
Prefill: prompts of 128 tokens or more, head dimensions 64 to 256, no window. Latent: heads 1 to 128. Only rows of
the library's usual kernel for these shapes. Left out: vLLM's latent tables (launched without a graph), and SGLang's
latent prefill by other kernels than trtllm_mla (the absorbed form, 3.4 times the flop of the one it serves with).
8-bit prefill: the fp8-arithmetic table on data-centre parts, 16-bit arithmetic over an fp8 cache on GDDR parts.

**Scored on** the half of the shapes (by a hash) that the scored constants were not fitted on; the shipped ones are
then fitted on all. Errors are the mean of |predicted / measured - 1| in %, rows in brackets.
"Other shapes" were never fitted: windows, other head dimensions, multi-head, fallback kernels.

Shares are of the datasheet's peak for the multiply issued (8 bit where the device has it) and of its bandwidth.
Decode of heads is bound by memory in every row: its compute share
is not fitted but the a-priori 0.50 (0.30 in 8 bit).

)";
std::string array(const char* key, const char* name, std::size_t size, const std::string& rows) {
    return fmt::format(
        "inline constexpr std::array<fitted<{}, attention_kernel, attention_law<>>, {}> {}{{{{\n{}}}}};\n", key, size,
        name, rows);
}

const char* const constants_head =
    "share | softmax | memory | p | fixed us | stream ns | key ns | ramp us | sigma | rows";
}  // namespace

void fit_attention(const std::string& data, fit_report& out) {
    std::map<group_key, shapes> groups;
    read_heads(data + "/kernels/generation_attention.csv", true, groups);
    read_heads(data + "/kernels/context_attention.csv", false, groups);
    read_latent(data + "/kernels/generation_mla.csv", true, groups);
    read_latent(data + "/kernels/context_mla.csv", false, groups);

    std::vector<group_fit> fits;
    std::string refused, page = page_top;
    std::map<attention_kernel, std::string> tables;
    std::map<attention_kernel, std::pair<double, double>> pooled;  // error sum, rows: cold held-out rows
    for (const auto& [key, all] : groups) {
        const std::string usual = usual_kernel(all);
        const bool decode = is_decode(key.kernel);
        shapes plain, half;
        std::size_t cold = 0, above = 0;
        for (const shape& s : all) {
            if (!s.plain || s.source != usual) continue;
            if (s.cold) ++cold, above += impossible(s);
            plain.push_back(s);
            if (!s.held) half.push_back(s);
        }
        const std::string name =
            fmt::format("{} | {} | {}", board_of(key.chip), title_of(key.library), name_of(key.kernel));
        if (decode && static_cast<double>(above) > most_impossible * static_cast<double>(cold)) {
            refused +=
                fmt::format("- {}: {} of {} cold rows are faster than the datasheet's bandwidth\n", name, above, cold);
            continue;
        }
        const fitted_law by_half = fit_shapes(half, key.kernel), whole = fit_shapes(plain, key.kernel);
        const bool usable = by_half.converged && whole.converged;
        const auto held = [&](auto wanted) {
            return score(plain, by_half.law, [&](const shape& s) { return s.held && wanted(s); });
        };
        const error_score main = held([&](const shape& s) { return decode ? s.cold : s.tokens >= 1024; });
        const error_score rest = held([&](const shape& s) { return decode ? !s.cold : s.tokens < 1024; });
        const error_score other = score(all, whole.law, [&](const shape& s) {
            return !s.windowed && (!s.plain || s.source != usual) && (decode ? s.cold : s.tokens >= 1024);
        });
        const error_score windows = score(all, whole.law, [&](const shape& s) { return s.windowed && s.cold; });
        fmt::print("{:50} {:28} rows {:4}  held out {:14} small {:14} other {:14} windows {:14}{}\n", name, usual,
                   plain.size(), percent(main), percent(rest), percent(other), percent(windows),
                   usable ? "" : "  NOT CONVERGED");
        if (!usable || main.mean > worst_error) {
            refused += usable ? fmt::format("- {}: held-out error {:.0f} %\n", name, 100 * main.mean)
                              : fmt::format("- {}: the fit does not converge\n", name);
            continue;
        }
        auto& [sum, rows] = pooled[key.kernel];
        sum += main.mean * static_cast<double>(main.rows);
        rows += static_cast<double>(main.rows);
        fits.push_back({key, whole.law, plain});
        tables[key.kernel] +=
            fmt::format("| {} | {} | {} | {} | {} | {} | {} | {} |\n", board_of(key.chip), title_of(key.library), usual,
                        percent(main), percent(rest), percent(other), percent(windows), constants_row(whole.law));
    }
    std::string chips, families, family_table;
    for (const group_fit& f : fits)
        chips += fmt::format("    {{{}, {}, {},\n        {}}},\n", code_of(f.key.chip), code_of(f.key.library),
                             code_of(f.key.kernel), code_of(f.law));
    std::size_t family_count = 0;
    for (const chip_family family : {chip_family::hbm, chip_family::gddr})
        for (std::size_t i = 0; i < attention_kernel_count; ++i) {
            const auto kernel = static_cast<attention_kernel>(i);
            std::vector<const group_fit*> members;
            for (const group_fit& f : fits)
                if (f.key.kernel == kernel && family_of(f.key.chip) == family) members.push_back(&f);
            if (members.empty()) continue;
            double error = 0;
            const attention_law<> law = family_law(members, error);
            if (law.product.rows == 0) continue;  // one chip alone says nothing about another
            if (error > worst_family_error) {
                refused += fmt::format("- {} family | {}: left-out error {:.0f} %\n",
                                       family == chip_family::hbm ? "HBM" : "GDDR", name_of(kernel), 100 * error);
                continue;
            }
            ++family_count;
            families += fmt::format("    {{{}, kernel_library::other, {},\n        {}}},\n", code_of(family),
                                    code_of(kernel), code_of(law));
            family_table += fmt::format("| {} | {} | {:.1f} | {} |\n", family == chip_family::hbm ? "HBM" : "GDDR",
                                        name_of(kernel), 100 * error, constants_row(law));
        }
    for (const auto& [kernel, table] : tables) {
        const bool decode = is_decode(kernel);
        const auto& [sum, rows] = pooled[kernel];
        std::string title(name_of(kernel));
        title[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(title[0])));
        page += fmt::format(
            "## {}\n\n{} held-out rows in all: {:.1f} %.\n\n"
            "| chip | library | kernel | {} | {} | other shapes | windows | {} |\n|{}\n{}\n",
            title, decode ? "Cold" : "1024 tokens and more,", 100 * sum / rows, decode ? "cold" : ">= 1024 tokens",
            decode ? "small" : "128 to 1023", constants_head, "-|-|-|-|-|-|-|-|-|-|-|-|-|-|-|-|-|", table);
        fmt::print("{:24} pooled {:.2f} %\n", name_of(kernel), 100 * sum / rows);
    }
    page += fmt::format(
        "## Families\n\nFor NVIDIA chips without tables: the median of each constant. Error and sigma: "
        "every chip's rows under the median of the others.\n\n"
        "| memory | kernel | left out | {} |\n|{}\n{}\n## Not fitted\n\n{}",
        constants_head, "-|-|-|-|-|-|-|-|-|-|-|-|-|", family_table, refused);
    out.page("attention", page);
    out.header(
        "attention",
        "#include <gambrel/roofline/calibration/calibration.hpp>\n"
        "#include <gambrel/roofline/calibration/fitted.hpp>\n",
        "Attention constants fitted on kernels/{generation,context}_{attention,mla}.csv (AIConfigurator tables,\n"
        "2026-08); which rows, and with which error: docs/calibration/attention.md.\n",
        array("chip", "attention_fits", fits.size(), chips) + "\n" +
            array("chip_family", "attention_family_fits", family_count, families));
}
