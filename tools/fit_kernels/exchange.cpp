// SPDX-License-Identifier: Apache-2.0
// The laws of exchanges between expert ranks on data/exchange (DATA_DIR is not asked): inside a node by chip, across
// nodes on the Hopper tables, which are the only ones; judged by DeepEP's own tables, of another board, which take no part
// but for the link's share in the per-rank kernels.
#include <gambrel/hardware/catalog.hpp>
#include <gambrel/roofline/exchange.hpp>
#include <map>

#include "families.hpp"

using namespace gambrel;

namespace {

constexpr std::array<const char*, exchange_kernel_count> kernels{"per rank, dispatch", "per rank, combine",
                                                                 "per expert, dispatch", "per expert, combine"};

struct rows {
    std::vector<operation> exchanges;
    std::vector<double> seconds;
    void add(const operation& op, double t) {
        exchanges.push_back(op);
        seconds.push_back(t);
    }
};
/// By board of the catalog, kernel and whether several nodes took part.
struct place {
    std::string board;
    std::size_t kernel = 0;
    bool nodes = false;
    auto operator<=>(const place&) const = default;
};

operation exchange_of(std::size_t kernel, double tokens, double hidden, double picks, double experts, int ranks) {
    const bool back = kernel % 2 == 1;
    const double bytes = back ? 2.0 : 1.0 + 4.0 / 128.0;  // 8 bit travel with a 32-bit scale for 128 values
    return {.kind = operator_class::collective,
            .message = back ? message_kind::combine : message_kind::dispatch,
            .payload = bytes_of(tokens * hidden * bytes),
            .ranks = ranks,
            .picks = picks,
            .experts = experts,
            .copy_per_expert = kernel >= 2};
}
csv_reader opened(std::ifstream& in, const std::string& file) {
    if (!in) fail("cannot read " + file);
    return csv_reader(in);
}
std::map<place, rows> read_tables(const std::string& file) {
    std::ifstream in(file);
    csv_reader t = opened(in, file);
    std::map<place, rows> all;
    while (t.next()) {
        const auto number = [&](const char* column) { return std::stod(t[column]); };
        for (const bool back : {false, true}) {
            const std::size_t kernel = (t["kernel"] == "per_expert" ? 2U : 0U) + (back ? 1U : 0U);
            all[{t["device"], kernel, t["nodes"] != "1"}].add(
                exchange_of(kernel, number("tokens"), number("hidden"), number("top_k"), number("experts"),
                            static_cast<int>(number("ranks"))),
                number(back ? "combine_us" : "dispatch_us") * 1e-6);
        }
    }
    return all;
}

int domain_of(const device<>& d, const operation& op) {  // the tables' nodes: of 8 boards, of a superchip's tray 4
    return std::min(op.ranks, d.name.view().starts_with("gb") ? 4 : 8);
}
double predicted(const device<>& d, const operation& op, const exchange_law<>& law) {
    const interconnect<>& network = d.scale_out.present() ? d.scale_out : device_named("h200-sxm").scale_out;
    return exchange_duration(op, d.scale_up, domain_of(d, op), network, law).total().value();
}

// --- Inside a node: latency, per expert, bytes a second ---------------------------------------------------------------
const std::vector<prior> inside_priors{{15e-6, 1.0}, {0.05e-6, 2.0}, {250e9, 1.0}};
exchange_law<> inside_law(std::span<const double> c) {
    exchange_law<> l;
    l.latency = seconds<>::from_value(c[0]);
    l.per_expert = seconds<>::from_value(c[1]);
    l.most = byte_rate<>::from_value(c[2]);
    l.share = 1e3;  // the fit is of the rate that was reached
    l.network_share = 1.0;
    return l;
}
auto inside_model(const rows& r, const device<>& d) {
    return [&r, &d](std::size_t i, std::span<const double> c) { return predicted(d, r.exchanges[i], inside_law(c)); };
}
// --- Across nodes, with the constants inside ---------------------------------------------------------------------------
// First hop, per doubling, odds of the port's share: no rank sends more than its port takes.
const std::vector<prior> across_priors{{15e-6, 1.0}, {5e-6, 1.0}, {9.0, 1.0}};
exchange_law<> across_law(exchange_law<> l, std::span<const double> c, double overlap) {
    l.first_hop = seconds<>::from_value(c[0]);
    l.per_doubling = seconds<>::from_value(c[1]);
    l.network_share = c[2] / (1.0 + c[2]);
    l.overlap = overlap;
    return l;
}
struct across_fit {
    fit_result of{};
    double overlap = 0;
};
/// How far inside and across overlap is tried out; the least error stays. `tried`: a cell of each.
constexpr double overlaps[] = {1.0, 1.5, 2.0, 3.0, 8.0};
across_fit fit_across(const rows& r, const device<>& d, const exchange_law<>& inside, std::string& tried) {
    across_fit best;
    for (const double overlap : overlaps) {
        const auto model = [&](std::size_t i, std::span<const double> c) {
            return predicted(d, r.exchanges[i], across_law(inside, c, overlap));
        };
        const fit_result f = fit(across_priors, r.seconds, model);
        if (!f.converged) fail("the exchanges across nodes do not converge");
        tried += fmt::format(" {:.1f} |", 100 * f.mean_error);
        if (best.overlap == 0.0 || f.mean_error < best.of.mean_error) best = {f, overlap};
    }
    return best;
}

/// Half of the rows, by how many experts are picked of how many: what is held out is a model never seen.
rows half(const rows& all, bool held) {
    rows r;
    for (std::size_t i = 0; i < all.seconds.size(); ++i) {
        const operation& op = all.exchanges[i];
        if (held_out({op.experts, op.picks, op.experts * 64.0 + op.picks}) == held) r.add(op, all.seconds[i]);
    }
    return r;
}
double median_error_of(std::vector<double> residuals) {
    for (double& x : residuals) x = std::abs(std::exp(-x) - 1.0);
    return gambrel::detail::quantile(std::move(residuals), 0.5);
}
std::string percent(double x) { return fmt::format("{:.1f}", 100 * x); }
std::string us(double t) { return fmt::format("microseconds({:.4f})", t * 1e6); }
std::string code_of_law(const exchange_law<>& l) {
    return fmt::format("{{{}, {}, {:.4f}, gigabytes_per_second({:.1f}), {}, {}, {:.4f}, {}, {:.3f}, {}}}",
                       us(l.latency.value()), us(l.per_expert.value()), l.share, l.most.value() / 1e9,
                       us(l.first_hop.value()), us(l.per_doubling.value()), l.network_share, l.overlap, l.sigma,
                       l.rows);
}

struct published_row {
    std::string source, board, kernel, way;
    std::size_t at = 0;
    operation op{};
    double seconds = 0;
};
std::vector<published_row> read_published(const std::string& file) {
    std::ifstream in(file);
    csv_reader t = opened(in, file);
    std::vector<published_row> all;
    while (t.next()) {
        published_row r{t["source"], t["device"], t["kernel"], t["way"]};
        r.at = (r.kernel == "per_expert" ? 2U : 0U) + (r.way == "combine" ? 1U : 0U);
        r.op = exchange_of(r.at, std::stod(t["tokens"]), 7168.0, 8.0, 256.0, std::stoi(t["ranks"]));
        if (const double nodes = r.op.ranks / 8.0; r.at < 2 && nodes > 4.0) {
            r.op.groups = nodes;
            r.op.top_groups = 4.0;
        }
        r.seconds = std::stod(t["time_us"]) * 1e-6;
        all.push_back(std::move(r));
    }
    return all;
}
}  // namespace

void fit_exchange(const std::string&, fit_report& out) {
    const std::string folder = out.source_dir() + "/data/exchange/";
    const std::map<place, rows> tables = read_tables(folder + "deepep.csv");
    const std::vector<published_row> published = read_published(folder + "published.csv");

    std::map<std::pair<chip, std::size_t>, exchange_law<>> laws;
    std::map<std::pair<chip, std::size_t>, double> errors;
    std::string inside_table, across_table, judged;
    for (const auto& [at, r] : tables) {
        if (at.nodes) continue;
        const device<>& d = device_named(at.board);
        const chip_match c = chip_of(d);
        if (!c.exact) continue;  // another board of the chip: judged below
        const fit_result whole = fit(inside_priors, r.seconds, inside_model(r, d));
        const rows seen = half(r, false), held = half(r, true);
        const fit_result part = fit(inside_priors, seen.seconds, inside_model(seen, d));
        if (!whole.converged || !part.converged) fail("the exchanges of " + at.board + " do not converge");
        const auto left = residuals_of(held.seconds, inside_model(held, d), part.values);
        exchange_law<> l = inside_law(whole.values);
        l.rows = static_cast<int>(r.seconds.size());
        l.sigma = robust_sigma_of(left);
        laws[{c.chip, at.kernel}] = l;
        const double rate = l.most.value();
        inside_table += fmt::format("| {} | {} | {} | {} | {} | {:.1f} | {:.3f} | {:.0f} | {:.2f} |\n", at.board,
                                    kernels[at.kernel], r.seconds.size(), percent(whole.median_error),
                                    percent(median_error_of(left)), l.latency.value() * 1e6, l.per_expert.value() * 1e6,
                                    rate / 1e9, rate / d.scale_up.per_direction.value.value());
        fmt::print("exchange {:10} {:22} {:4} rows, held out {} %\n", at.board, kernels[at.kernel], r.seconds.size(),
                   percent(median_error_of(left)));
    }
    // The link's share: what the kernel reached at most, DeepEP's H800 among them where it does not forward.
    std::array<double, exchange_kernel_count> share{};
    for (const auto& [key, l] : laws) {
        const double link = device_named(board_of(key.first)).scale_up.per_direction.value.value();
        share[key.second] = std::max(share[key.second], l.most.value() / link);
    }
    for (const published_row& p : published)
        if (p.op.ranks == 8 && p.at < 2) {
            const double link = device_named(p.board).scale_up.per_direction.value.value(),
                         left = p.seconds - laws.at({chip::h100, p.at}).latency.value();
            share[p.at] = std::max(share[p.at], bytes_of_exchange(p.op, 8).inside / left / link);
        }
    for (auto& [key, l] : laws) l.share = share[key.second];
    for (std::size_t k = 0; k < exchange_kernel_count; ++k) {
        rows r;  // the per-rank tables of 8 nodes are of a network that was congested: a quarter of its rate
        for (const auto& [at, of] : tables)
            if (at.nodes && at.kernel == k)
                for (std::size_t i = 0; i < of.seconds.size(); ++i)
                    if (k >= 2 || of.exchanges[i].ranks < 64) r.add(of.exchanges[i], of.seconds[i]);
        const device<>& d = device_named("h200-sxm");
        std::string tried;
        const auto [f, overlap] = fit_across(r, d, laws.at({chip::h200, k}), tried);
        for (auto& [key, l] : laws)
            if (key.second == k) l = across_law(l, f.values, overlap);
        across_table += fmt::format("| {} | {} | {} | {:.1f} | {:.1f} | {:.2f} | {} |{}\n", kernels[k],
                                    r.seconds.size(), percent(f.median_error), f.values[0] * 1e6, f.values[1] * 1e6,
                                    f.values[2] / (1.0 + f.values[2]), overlap, tried);
    }

    std::string chips, families, sisters;
    for (const auto& [key, l] : laws)
        chips += fmt::format("    {{{}, kernel_library::other, {}, {}}},\n", ::code_of(key.first), key.second,
                             code_of_law(l));
    for (std::size_t k = 0; k < exchange_kernel_count; ++k) {
        const auto median_law = [&](chip without) {
            std::vector<constants> of;
            exchange_law<> l;
            for (const auto& [key, m] : laws)
                if (key.second == k && key.first != without) {
                    l = m;
                    of.push_back({m.latency.value(), m.per_expert.value(), m.most.value()});
                }
            const constants c = median_of(of);
            l.latency = seconds<>::from_value(c[0]);
            l.per_expert = seconds<>::from_value(c[1]);
            l.most = byte_rate<>::from_value(c[2]);
            return l;
        };
        exchange_law<> l = median_law(chip::none);
        std::vector<double> alone;
        for (const auto& [at, r] : tables) {
            const device<>& d = device_named(at.board);
            if (at.nodes || at.kernel != k || !chip_of(d).exact) continue;
            const exchange_law<> others = median_law(chip_of(d).chip);
            for (std::size_t i = 0; i < r.seconds.size(); ++i)
                alone.push_back(std::log(r.seconds[i] / predicted(d, r.exchanges[i], others)));
        }
        l.sigma = robust_sigma_of(alone);
        l.rows = static_cast<int>(alone.size());
        families += fmt::format("    {{chip_family::hbm, kernel_library::other, {}, {}}},\n", k, code_of_law(l));
        sisters += fmt::format("| {} | chip left out | {} | {} |\n", kernels[k], alone.size(),
                               percent(median_error_of(alone)));
    }
    for (const auto& [at, r] : tables) {
        const device<>& d = device_named(at.board);
        if (at.nodes || chip_of(d).exact) continue;
        std::vector<double> x;
        for (std::size_t i = 0; i < r.seconds.size(); ++i)
            x.push_back(std::log(r.seconds[i] / predicted(d, r.exchanges[i], laws.at({chip_of(d).chip, at.kernel}))));
        sisters += fmt::format("| {} | {} under the constants of {} | {} | {} |\n", kernels[at.kernel], at.board,
                               board_of(chip_of(d).chip), x.size(), percent(median_error_of(x)));
    }
    std::vector<double> met;
    for (const published_row& p : published) {
        const device<>& d = device_named(p.board);
        const double t = predicted(d, p.op, laws.at({chip_of(d).chip, p.at}));
        const bool used = p.op.ranks == 8 && p.at < 2;
        if (!used) met.push_back(std::log(p.seconds / t));
        judged +=
            fmt::format("| {} | {} | {} | {:.0f} | {:.0f} | {:+.0f} %{} |\n", p.source, p.op.ranks, kernels[p.at],
                        p.seconds * 1e6, t * 1e6, 100 * (t / p.seconds - 1), used ? " (its share is the law's)" : "");
    }
    const auto within =
        std::count_if(met.begin(), met.end(), [](double x) { return std::abs(std::exp(-x) - 1) <= 0.15; });
    fmt::print("exchange published: median {} %, {} of {} within 15 %\n", percent(median_error_of(met)), within,
               met.size());

    const auto array = [](const char* key, const char* name, std::size_t n, const std::string& code) {
        return fmt::format("inline constexpr std::array<fitted<{}, std::size_t, exchange_law<>>, {}> {}{{{{\n{}}}}};\n",
                           key, n, name, code);
    };
    out.header("exchange",
               "#include <gambrel/roofline/calibration/exchange_law.hpp>\n"
               "#include <gambrel/roofline/calibration/fitted.hpp>\n",
               "Exchanges between expert ranks fitted on data/exchange/deepep.csv (AIConfigurator tables of DeepEP, "
               "2026-08).\n"
               "Variants: kernels as exchange_kernel_of counts them. Across nodes: Hopper's constants for every chip. "
               "sigma: of\n"
               "a chip, on model shapes held out; of the family, with the chip left out.\n",
               array("chip", "exchange_fits", laws.size(), chips) + "\n" +
                   array("chip_family", "exchange_family_fits", exchange_kernel_count, families));
    out.page("exchange",
             "# Exchanges between expert ranks: fitted constants and residuals\n\n"
             "Generated by `fit_kernels` (tools/fit_kernels/exchange.cpp) on `data/exchange/deepep.csv` "
             "(AIConfigurator's tables of\n"
             "DeepEP, 2026-08), " +
                 generated::fit_date() +
                 ". Law: `roofline/exchange.hpp`. Errors: median of |predicted / measured - 1| in %.\n\n"
                 "## Inside a node\n\n8 ranks (GB200: 4), 1 to 16,384 tokens a rank, 64 to 512 experts. Held out: half "
                 "of the model shapes, under\n"
                 "constants fitted on the other half. GB/s: what a rank sends to others; share: of its link.\n\n"
                 "| device | kernel | rows | in sample | held out | latency us | per expert us | GB/s | share "
                 "|\n|-|-|-|-|-|-|-|-|-|\n" +
                 inside_table +
                 "\nA law has both: `share` of the link, the most that any board reached, and `most`, what this "
                 "board's kernels moved. With 20\n"
                 "multiprocessors a per-rank kernel is at its limit on Hopper, where the same tables have 24 no "
                 "faster, and not on\n"
                 "Blackwell, where 24 move a sixth more.\n\n"
                 "## Boards and chips that were left out\n\n| kernel | | rows | error |\n|-|-|-|-|\n" +
                 sisters +
                 "\n## Across nodes\n\n16, 32 and 64 ranks on two, four and eight nodes of H200 with one 400 Gb/s port "
                 "a rank.\n\n"
                 "| kernel | rows | in sample | first hop us | per doubling us | share of the port | overlap p | mean "
                 "error at p 1 | 1.5 | "
                 "2 | 3 | 8 |\n|-|-|-|-|-|-|-|-|-|-|-|-|\n" +
                 across_table +
                 "\nThe per-rank tables of eight nodes are left out: they state 18 GB/s a port, with notifications of "
                 "milliseconds, where\n"
                 "four nodes have 45 and DeepEP's own eight nodes too.\n\n"
                 "## DeepEP's own tables\n\nOf an H800 (a link of 200 GB/s), which no table above knows; two rows give "
                 "the per-rank kernels' share of a narrow\n"
                 "link, " +
                 fmt::format("the other {} take no part: median error {} %, {} of {} within 15 %", met.size(),
                             percent(median_error_of(met)), within, met.size()) +
                 ".\n\n| source | ranks | kernel | printed us | ours us | error |\n|-|-|-|-|-|-|\n" + judged);
}
