// SPDX-License-Identifier: Apache-2.0
// The laws of collectives, per chip: the ring on kernels/nccl.csv, each library's own all-reduce, from a graph, on
// kernels/custom_allreduce.csv.
#include "collective_rows.hpp"
#include "families.hpp"

using namespace gambrel;
using namespace collectives;

namespace {

// --- The ring --------------------------------------------------------------------------------------------------------
// latency, per step, share, copies, pipelining, odds of in switch, crowding (of host bridges; NVLink is not shared).
const std::vector<prior> ring_priors{{7e-6, 0.7}, {1e-6, 0.5}, {1.0, 0.4}, {0.4, 0.5},
                                     {1.2, 0.4},  {5.0, 1.0},  {0.7, 0.7}};
double in_switch_of(double odds) { return odds / (1.0 + odds); }  // between 0 and 1

ring_law<> ring_of(std::span<const double> c, fabric f) {
    return {seconds<>::from_value(c[0]), seconds<>::from_value(c[1]),     c[2], c[3], c[4],
            in_switch_of(c[5]),          f == fabric::nvlink ? 0.0 : c[6]};
}
auto ring_model(const rows& r, const interconnect<>& link) {
    return [&r, &link](std::size_t i, std::span<const double> c) {
        const exchange& e = r.exchanges[i];
        return ring_duration(e.kind, e.payload, e.ranks, link, ring_of(c, link.kind)).total().value();
    };
}
fit_result fit_ring(const rows& r, const interconnect<>& link) {
    return fit(ring_priors, r.seconds, ring_model(r, link));
}

// --- A library's own all-reduce --------------------------------------------------------------------------------------
const std::vector<prior> direct_priors{{4e-6, 0.7}, {0.2e-6, 1.0}, {0.6, 0.5}, {8e-6, 0.7}, {0.7, 0.4}};

direct_law<> direct_of(std::span<const double> c, double largest) {
    return {seconds<>::from_value(c[0]),
            seconds<>::from_value(c[1]),
            c[2],
            seconds<>::from_value(c[3]),
            c[4],
            bytes_of(largest)};
}
auto direct_model(const rows& r, const interconnect<>& link, const ring_law<>& ring, double largest) {
    return [&r, &link, ring, largest](std::size_t i, std::span<const double> c) {
        const exchange& e = r.exchanges[i];
        const operation op{
            .kind = operator_class::collective, .message = e.kind, .payload = e.payload, .ranks = e.ranks};
        return collective_duration(op, link, {ring, direct_of(c, largest)}).total().value();
    };
}
/// The same with the corners between its three branches rounded, for the fit: derivatives then know of the other
/// branches.
auto rounded_model(const rows& r, const interconnect<>& link, const ring_law<>& ring, double largest) {
    return [&r, &link, ring, largest](std::size_t i, std::span<const double> c) {
        const exchange& e = r.exchanges[i];
        const double by_ring = ring_duration(e.kind, e.payload, e.ranks, link, ring).total().value();
        if (e.payload.value() > largest) return by_ring;
        direct_law<> one_shot = direct_of(c, largest), two_shot = one_shot;
        one_shot.two_shot_extra = seconds<>::from_value(1.0);
        two_shot.one_shot = 1e-9;
        const auto speed = [](double t) { return std::pow(t, -10.0); };
        return std::pow(speed(by_ring) + speed(direct_duration(e.payload, e.ranks, link, one_shot).total().value()) +
                            speed(direct_duration(e.payload, e.ranks, link, two_shot).total().value()),
                        -0.1);
    };
}
struct direct_fit {
    double largest = 0;
    double error = 0;
    fit_result result{};
};
/// The payload above which the library hands over is tried out, in powers of two; among equals the largest.
direct_fit fit_direct(const rows& r, const interconnect<>& link, const ring_law<>& ring) {
    direct_fit best;
    for (double largest = 1 << 20; largest <= (1 << 26); largest *= 2) {
        const fit_result f = fit(direct_priors, r.seconds, rounded_model(r, link, ring, largest));
        const double error = mean_error_of(residuals_of(r.seconds, direct_model(r, link, ring, largest), f.values));
        if (f.converged && (best.largest == 0 || error <= best.error)) best = {largest, error, f};
    }
    return best;
}

// --- What is written -------------------------------------------------------------------------------------------------
struct output {
    std::string code, table;
    std::size_t count = 0;
    std::vector<double> nvlink;  // residuals of the rows held out, all NVLink chips
};
std::string us(double t) { return fmt::format("microseconds({:.4f})", t * 1e6); }

std::string code_of_ring(const constants& c, fabric f, double sigma, std::size_t count) {
    return fmt::format("{{{}, {}, {:.4f}, {:.4f}, {:.4f}, {:.4f}, {:.4f}, {:.3f}, {}}}", us(c[0]), us(c[1]), c[2], c[3],
                       c[4], in_switch_of(c[5]), f == fabric::nvlink ? 0.0 : c[6], sigma, count);
}
std::string code_of_direct(const constants& c, double largest, double sigma, std::size_t count) {
    return fmt::format("{{{}, {}, {:.4f}, {}, {:.4f}, bytes_of({:.0f}), {:.3f}, {}}}", us(c[0]), us(c[1]), c[2],
                       us(c[3]), c[4], largest, sigma, count);
}
template <class Key> void put(output& o, Key key, kernel_library library, fabric f, const std::string& law) {
    o.code += fmt::format("    {{{}, {}, {},\n        {}}},\n", ::code_of(key), ::code_of(library),
                          collectives::code_of(f), law);
    ++o.count;
}
std::string array_of(const char* key, const char* law, const char* name, const output& o) {
    return fmt::format("inline constexpr std::array<fitted<{}, fabric, {}>, {}> {}{{{{\n{}}}}};\n", key, law, o.count,
                       name, o.code);
}
std::string percent(double x) { return fmt::format("{:.1f}", 100 * x); }

/// Two links of one kind serve both families: a board of either may have it.
constexpr chip_family families[] = {chip_family::hbm, chip_family::gddr};

struct fitted_rings {
    std::map<chip, constants> all;
    std::map<chip, std::array<constants, folds>> without;  // the rows of a fold
};

fitted_rings fit_rings(const std::map<chip, rows>& measured, output& chips, output& medians) {
    fitted_rings fits;
    for (const auto& [c, r] : measured) {
        const interconnect<>& link = link_of(c);
        const fit_result whole = fit_ring(r, link);
        bool converged = whole.converged;
        for (int f = 0; f < folds; ++f) {
            const fit_result part = fit_ring(part_of(r, f, true), link);
            converged = converged && part.converged;
            fits.without[c][static_cast<std::size_t>(f)] = part.values;
        }
        if (converged) fits.all[c] = whole.values;
        else fmt::print("ring   {}: NOT CONVERGED\n", board_of(c));
    }
    for (const auto& [c, r] : measured) {
        if (!fits.all.contains(c)) continue;
        const interconnect<>& link = link_of(c);
        std::vector<constants> sisters;
        for (const auto& [other, values] : fits.all)
            if (other != c && link_of(other).kind == link.kind) sisters.push_back(values);
        std::vector<double> held;
        for (int f = 0; f < folds; ++f) {
            const rows others = part_of(r, f, false);
            for (const double x :
                 residuals_of(others.seconds, ring_model(others, link), fits.without[c][static_cast<std::size_t>(f)]))
                held.push_back(x);
        }
        if (link.kind == fabric::nvlink) chips.nvlink.insert(chips.nvlink.end(), held.begin(), held.end());
        const auto inside = residuals_of(r.seconds, ring_model(r, link), fits.all[c]);
        const auto alone = residuals_of(r.seconds, ring_model(r, link), median_of(sisters));
        const constants& v = fits.all[c];
        put(chips, c, kernel_library::other, link.kind,
            code_of_ring(v, link.kind, robust_sigma_of(held), r.seconds.size()));
        chips.table +=
            fmt::format("| {} | {} | {} | {} | {} | {:.1f} | {:.2f} | {:.2f} | {:.2f} | {:.2f} | {:.2f} | {:.2f} |\n",
                        board_of(c), r.seconds.size(), percent(mean_error_of(inside)), percent(mean_error_of(held)),
                        percent(mean_error_of(alone)), v[0] * 1e6, v[1] * 1e6, v[2], v[3], v[4], in_switch_of(v[5]),
                        link.kind == fabric::nvlink ? 0.0 : v[6]);
        fmt::print("ring   {:18} {:4} rows, held out {:.1f} %, left out {:.1f} %\n", board_of(c), r.seconds.size(),
                   100 * mean_error_of(held), 100 * mean_error_of(alone));
    }
    for (const fabric kind : {fabric::nvlink, fabric::pcie}) {
        std::vector<constants> members;
        std::vector<double> alone;
        for (const auto& [c, values] : fits.all) {
            if (link_of(c).kind != kind) continue;
            members.push_back(values);
            std::vector<constants> sisters;
            for (const auto& [other, v] : fits.all)
                if (other != c && link_of(other).kind == kind) sisters.push_back(v);
            const rows& r = measured.at(c);
            for (const double x : residuals_of(r.seconds, ring_model(r, link_of(c)), median_of(sisters)))
                alone.push_back(x);
        }
        for (const chip_family f : families)
            put(medians, f, kernel_library::other, kind,
                code_of_ring(median_of(members), kind, robust_sigma_of(alone), alone.size()));
    }
    return fits;
}

void fit_directs(const std::map<direct_key, rows>& measured, const fitted_rings& rings, output& chips,
                 output& medians) {
    std::map<direct_key, direct_fit> fits;
    for (const auto& [key, r] : measured) {
        const auto [c, library] = key;
        if (!rings.all.contains(c)) continue;
        const interconnect<>& link = link_of(c);
        const direct_fit f = fit_direct(r, link, ring_of(rings.all.at(c), link.kind));
        bool converged = f.largest > 0;
        std::vector<double> held;
        for (int fold = 0; fold < folds; ++fold) {
            const rows fitted_on = part_of(r, fold, true), others = part_of(r, fold, false);
            const ring_law<> ring = ring_of(rings.without.at(c)[static_cast<std::size_t>(fold)], link.kind);
            const direct_fit part = fit_direct(fitted_on, link, ring);
            converged = converged && part.largest > 0;
            for (const double x :
                 residuals_of(others.seconds, direct_model(others, link, ring, part.largest), part.result.values))
                held.push_back(x);
        }
        if (!converged) {
            fmt::print("direct {} {}: NOT CONVERGED\n", board_of(c), title_of(library));
            continue;
        }
        if (link.kind == fabric::nvlink) chips.nvlink.insert(chips.nvlink.end(), held.begin(), held.end());
        fits[key] = f;
        const constants& v = f.result.values;
        put(chips, c, library, link.kind, code_of_direct(v, f.largest, robust_sigma_of(held), r.seconds.size()));
        chips.table += fmt::format("| {} | {} | {} | {} | {} | {:.1f} | {:.2f} | {:.2f} | {:.1f} | {:.2f} | {:.0f} |\n",
                                   board_of(c), title_of(library), r.seconds.size(), percent(f.error),
                                   percent(mean_error_of(held)), v[0] * 1e6, v[1] * 1e6, v[2], v[3] * 1e6, v[4],
                                   f.largest / (1 << 20));
        fmt::print("direct {:18} {:12} {:4} rows, held out {:.1f} %, up to {:.0f} MiB\n", board_of(c),
                   title_of(library), r.seconds.size(), 100 * mean_error_of(held), f.largest / (1 << 20));
    }
    for (const fabric kind : {fabric::nvlink, fabric::pcie})
        for (const kernel_library library :
             {kernel_library::tensorrt_llm, kernel_library::vllm, kernel_library::sglang}) {
            std::vector<constants> members;
            std::vector<double> alone;
            const auto with_limit = [](const direct_fit& f) {
                constants v = f.result.values;
                v.push_back(f.largest);
                return v;
            };
            for (const auto& [key, f] : fits) {
                if (key.second != library || link_of(key.first).kind != kind) continue;
                members.push_back(with_limit(f));
                std::vector<constants> sisters;
                for (const auto& [other, g] : fits)
                    if (other != key && other.second == library && link_of(other.first).kind == kind)
                        sisters.push_back(with_limit(g));
                if (sisters.empty()) continue;
                const constants v = median_of(sisters);
                const rows& r = measured.at(key);
                const interconnect<>& link = link_of(key.first);
                const auto model = direct_model(r, link, ring_of(rings.all.at(key.first), kind), v.back());
                for (const double x : residuals_of(r.seconds, model, v)) alone.push_back(x);
            }
            if (members.size() < 2) continue;
            const constants v = median_of(members);
            for (const chip_family f : families)
                put(medians, f, library, kind, code_of_direct(v, v.back(), robust_sigma_of(alone), alone.size()));
        }
}

/// An independent table: all-reduce on 4 A100, another party's, scored only.
std::string other_tables(const std::string& data, const ring_law<>& ring) {
    std::ifstream stream(data + "/operators/measured_ops.csv");
    csv_reader table(stream);
    std::vector<double> r;
    while (table.next()) {
        double payload = 0;
        if (table["op"] != "all_reduce" || std::sscanf(table["shape"].c_str(), "bytes=%lf n=4", &payload) != 1)
            continue;
        if (payload < 512 || payload > 1.1e9) continue;
        const double t =
            ring_duration(message_kind::all_reduce, bytes_of(payload), 4, link_of(chip::a100), ring).total().value();
        r.push_back(std::log(std::stod(table["latency_us"]) * 1e-6 / t));
    }
    return fmt::format(
        "{} rows of another party's NCCL all-reduce on 4 A100 (LLMCompass, 512 B to 1 GB), not fitted: mean error "
        "{} %.\n",
        r.size(), percent(mean_error_of(r)));
}
}  // namespace

void fit_collectives(const std::string& data, fit_report& out) {
    output ring_chips, ring_families, direct_chips, direct_families;
    const fitted_rings rings = fit_rings(read_rings(data), ring_chips, ring_families);
    fit_directs(read_directs(data), rings, direct_chips, direct_families);
    out.header("collectives",
               "#include <gambrel/hardware/interconnect.hpp>\n"
               "#include <gambrel/roofline/calibration/collective_law.hpp>\n"
               "#include <gambrel/roofline/calibration/fitted.hpp>\n",
               "Collectives fitted on kernels/nccl.csv and kernels/custom_allreduce.csv (AIConfigurator tables, "
               "2026-08; of the\n"
               "latter only graph replays). PCIe constants are those of the measured hosts. sigma: of a chip, on the "
               "held-out\n"
               "quarters of the sizes; of a family, with the chip left out.\n",
               array_of("chip", "ring_law<>", "ring_fits", ring_chips) + "\n" +
                   array_of("chip_family", "ring_law<>", "ring_family_fits", ring_families) + "\n" +
                   array_of("chip", "direct_law<>", "direct_fits", direct_chips) + "\n" +
                   array_of("chip_family", "direct_law<>", "direct_family_fits", direct_families));
    out.page("collectives",
             "# Collectives: fitted constants and residuals\n\n"
             "Generated by `fit_kernels` (tools/fit_kernels/collectives.cpp) on `kernels/nccl.csv` and\n"
             "`kernels/custom_allreduce.csv` (AIConfigurator tables, 2026-08), " +
                 generated::fit_date() +
                 ". Law: "
                 "`roofline/collective.hpp`.\n"
                 "2, 4 and 8 ranks (GB200: 2 and 4), 0.5 kB to 1 GB; all-reduce, all-gather, reduce-scatter and "
                 "all-to-all share the\n"
                 "constants of the ring. Errors: mean of |predicted / measured - 1| in %: in sample, held out (every "
                 "row predicted by\n"
                 "constants fitted on the three quarters of the sizes it is not in), and with the chip left out "
                 "(median of the other chips with that link).\n\n"
                 "## Ring (NCCL)\n\n"
                 "| device | rows | in sample | held out | chip left out | latency us | per step us | share | copies | "
                 "pipelining | in switch | crowding |\n"
                 "|-|-|-|-|-|-|-|-|-|-|-|-|\n" +
                 ring_chips.table + "\n" +
                 (rings.all.contains(chip::a100) ? other_tables(data, ring_of(rings.all.at(chip::a100), fabric::nvlink))
                                                 : "") +
                 "\nNVLink, all rows held out: " + percent(mean_error_of(ring_chips.nvlink)) +
                 " %.\n"
                 "\n## The runtimes' own all-reduce, from a graph\n\n"
                 "| device | library | rows | in sample | held out | latency us | per rank us | one-shot | two-shot "
                 "extra us | two-shot | up to MiB |\n"
                 "|-|-|-|-|-|-|-|-|-|-|-|\n" +
                 direct_chips.table + "\nNVLink, all rows held out: " + percent(mean_error_of(direct_chips.nvlink)) +
                 " %.\n"
                 "\nRows beyond the largest payload are the ring's and count in these errors. L40S and RTX PRO 6000 "
                 "have no NVLink: their\n"
                 "figures are those of the measured hosts' PCIe, where 8 ranks may share a bridge.\n");
}
