// SPDX-License-Identifier: Apache-2.0
// What an operation and a byte cost in energy, by which a board at its limit lowers its clock (clock_law.hpp), on
// data/clock (DATA_DIR is not asked): products timed in a burst of a few milliseconds and again for a second and more,
// by the same kernels.
//
//     sustained = burst x drift x (demand^(1/exponent))^(share of the burst at full clock)
//     demand    = active + (flop rate x joules per flop + byte rate x joules per byte) / (limit - idle)     of the burst
//     share     = exp(-launches burst / settling)
//
// drift: the median ratio of the set's rows of 64 inputs and fewer, which no limit holds: other versions, other boards.
#include <gambrel/economics/energy.hpp>
#include <gambrel/hardware/catalog.hpp>
#include <gambrel/roofline/calibration/switching_energy.hpp>
#include <gambrel/roofline/roof.hpp>
#include <map>

#include "families.hpp"

using namespace gambrel;

namespace {

// Of what the limit leaves beside idling, drawn by a board that runs any kernel: 0.422 of the limit, by one law for 227 serving
// runs of all models (power_laws::hopper, of dense models alone, says 0.244). These rows cannot tell it; the page says how
// the fit changes with it.
constexpr double active_of_serving = (0.422 - *power_laws::hopper.idle) / (1.0 - *power_laws::hopper.idle);
constexpr double launches = 9;  // the collector warms a kernel up three times and times six

struct row {
    chip on{};
    std::size_t format = 0;  // of `formats`
    std::string set;
    double inputs = 0, flop = 0, bytes = 0, burst = 0, sustained = 0, watts = 0, limit = 0, drift = 1;
    bool held = false;
};
struct number_format {
    const char *printed, *title;
    multiply issue;
    double bytes;
};
constexpr number_format formats[] = {{"bfloat16", "16 bit", multiply::as_16_bit, 2.0},
                                     {"fp8", "fp8", multiply::as_8_bit_float, 1.0},
                                     {"nvfp4", "nvfp4", multiply::as_4_bit_float, 0.5625}};
constexpr std::size_t format_count = std::size(formats);
constexpr chip chips[] = {chip::h200, chip::b200, chip::gb200};

std::vector<row> read_rows(const std::string& file) {
    std::ifstream in(file);
    if (!in) fail("cannot read " + file);
    csv_reader t(in);
    std::vector<row> rows;
    std::map<std::string, std::vector<double>> small;
    while (t.next()) {
        const auto number = [&](const char* column) { return std::stod(t[column]); };
        row r;
        r.on = chip_of(device_named(t["device"])).chip;
        while (r.format < format_count && t["format"] != formats[r.format].printed) ++r.format;
        if (r.format == format_count) fail("unknown format " + t["format"] + " in " + file);
        const double m = number("m"), n = number("n"), k = number("k"), wide = formats[r.format].bytes;
        r.set = t["device"] + ", " + formats[r.format].title + ", " + t["library"];
        r.inputs = m;
        r.flop = 2.0 * m * n * k;
        r.bytes = (n * k + m * k) * wide + 2.0 * m * n;
        r.burst = number("burst_us") * 1e-6;
        r.sustained = number("sustained_us") * 1e-6;
        r.watts = number("power_w");
        r.limit = number("limit_w");
        r.held = held_out({m, n, k});
        if (m <= 64) small[r.set].push_back(r.sustained / r.burst);
        rows.push_back(r);
    }
    for (row& r : rows) r.drift = gambrel::detail::quantile(small.at(r.set), 0.5);
    return rows;
}

// Constants: exponent - 1, settling [s], joules per byte, then joules per flop by chip and format.
constexpr std::size_t shared = 3;
std::size_t at(chip c, std::size_t format) {
    const auto i = static_cast<std::size_t>(std::find(std::begin(chips), std::end(chips), c) - std::begin(chips));
    return shared + i * format_count + format;
}
std::vector<prior> priors() {
    std::vector<prior> p{{1.5, 0.3}, {20e-3, 1.0}, {50e-12, 0.3}};
    for (std::size_t i = 0; i < std::size(chips); ++i)
        for (const double pj : {1.0, 0.5, 0.25}) p.push_back({pj * 1e-12, 0.7});
    return p;
}
double demand(const row& r, double per_flop, double per_byte, double active) {
    return active + (r.flop * per_flop + r.bytes * per_byte) / r.burst / (r.limit * (1.0 - idling_share));
}
double sustained(const row& r, std::span<const double> c, double per_flop, double active = active_of_serving) {
    const double wanted = demand(r, per_flop, c[2], active);
    const double full = std::exp(-launches * r.burst / c[1]);
    return r.burst * r.drift * (wanted > 1.0 ? std::pow(wanted, full / (1.0 + c[0])) : 1.0);
}
double sustained(const row& r, std::span<const double> c) { return sustained(r, c, c[at(r.on, r.format)]); }

fit_result fit_to(const std::vector<row>& rows, double active = active_of_serving) {
    std::vector<double> t;
    for (const row& r : rows) t.push_back(r.sustained);
    const fit_result f = fit(priors(), t, [&](std::size_t i, std::span<const double> c) {
        const row& r = rows[i];
        return sustained(r, c, c[at(r.on, r.format)], active);
    });
    if (!f.converged) fail("the clock law does not converge");
    return f;
}
struct errors_of_rows {
    std::size_t rows = 0;
    double slower = 0, without = 0, with = 0, sigma = 0;  ///< medians
};
template <class Model> errors_of_rows errors(const std::vector<const row*>& rows, const Model& model) {
    std::vector<double> slower, without, with, left;
    for (const row* r : rows) {
        slower.push_back(r->sustained / (r->burst * r->drift));
        without.push_back(std::abs(r->burst * r->drift / r->sustained - 1.0));
        with.push_back(std::abs(model(*r) / r->sustained - 1.0));
        left.push_back(std::log(r->sustained / model(*r)));
    }
    if (rows.empty()) return {};
    return {rows.size(), gambrel::detail::quantile(slower, 0.5), gambrel::detail::quantile(without, 0.5),
            gambrel::detail::quantile(with, 0.5), robust_sigma_of(left)};
}

const char* const page_head = R"(<!-- written by `fit_kernels DATA_DIR SOURCE_DIR`: do not edit -->
# Clock under the power limit

Kernel tables time bursts: three launches to warm up, six that count. A board that would draw more than its limit is not
held back within those few milliseconds; a server at work is. Of three chips the same kernels were timed both ways
(`data/clock`, AIConfigurator's tables with and without its power reading, which asks for a second of work at least):

    demand    = active + (flop rate x joules per flop + byte rate x joules per byte) / (limit - idle)
    sustained = burst x demand^(1/exponent)        where demand > 1

`build/fit_kernels DATA_DIR . clock` fits the energies, one exponent and one time within which the clock settles.
Errors are medians of |predicted / measured - 1| in %, of rows that the law says are held (demand > 1) and whose burst is
shorter than 5 ms: *as timed* takes the burst for what is sustained. *Unseen*: constants of half of the shapes on the other
half. *Chip left out*: the mean energy of the other chips.

| set | rows | held | sustained / burst, median | as timed | unseen | chip left out |
|---|---|---|---|---|---|---|
)";
std::string percent(double x) { return fmt::format("{:.1f}", 100 * x); }
}  // namespace

void fit_clock(const std::string&, fit_report& out) {
    const std::vector<row> rows = read_rows(out.source_dir() + "/data/clock/products.csv");
    std::vector<row> seen;
    for (const row& r : rows)
        if (!r.held) seen.push_back(r);
    const fit_result whole = fit_to(rows), half = fit_to(seen);

    std::map<std::string, std::vector<const row*>> sets;
    for (const row& r : rows) sets[r.set].push_back(&r);
    const auto is_held = [&](const row& r) {
        return demand(r, whole.values[at(r.on, r.format)], whole.values[2], active_of_serving) > 1.0 &&
               launches * r.burst < 5e-3;
    };
    std::vector<const row*> all_held;
    const auto mean_of_others = [&](chip without, std::size_t format) {
        constants of;
        for (const row& r : rows)
            if (r.on != without && r.format == format) {
                const double e = whole.values[at(r.on, format)];
                if (std::find(of.begin(), of.end(), e) == of.end()) of.push_back(e);
            }
        double sum = 0;
        for (const double e : of) sum += std::log(e);
        return of.empty() ? 0.0 : std::exp(sum / static_cast<double>(of.size()));
    };
    std::string table;
    for (const auto& [name, of] : sets) {
        std::vector<const row*> held, unseen;
        for (const row* r : of)
            if (is_held(*r)) {
                held.push_back(r);
                if (r->held) unseen.push_back(r);
            }
        all_held.insert(all_held.end(), held.begin(), held.end());
        const errors_of_rows fitted = errors(held, [&](const row&r) { return sustained(r, whole.values); }),
                             left = errors(unseen, [&](const row&r) { return sustained(r, half.values); });
        const double others = mean_of_others(of.front()->on, of.front()->format);
        const errors_of_rows out_of_chip =
            errors(held, [&](const row& r) { return sustained(r, whole.values, others); });
        if (held.empty()) {
            table += fmt::format("| {} | {} | 0 | - | - | - | - |\n", name, of.size());
            continue;
        }
        table +=
            fmt::format("| {} | {} | {} | {:.2f} | {} | {} | {} |\n", name, of.size(), held.size(), fitted.slower,
                        percent(fitted.without), percent(left.with), others > 0.0 ? percent(out_of_chip.with) : "-");
    }
    const errors_of_rows all = errors(all_held, [&](const row& r) { return sustained(r, whole.values); });

    // What is not measured: Hopper's fp8 by what it is of 16 bit on the others; H100 is the die of the H200.
    double ratio = 0;
    for (const chip c : {chip::b200, chip::gb200})
        ratio += 0.5 * std::log(whole.values[at(c, 1)] / whole.values[at(c, 0)]);
    const auto code = [&](chip c, double e16, double e8, double e4) {
        return fmt::format("    {{{}, {{{:.3f}, {:.3f}, {:.3f}}}, {:.1f}}},\n", ::code_of(c), e16 * 1e12, e8 * 1e12,
                           e4 * 1e12, math::plain(power_room(device_named(board_of(c))).value()));
    };
    const double hopper = whole.values[at(chip::h200, 0)];
    std::string body = "inline constexpr std::array<switching_energy, 4> switching_energies{{\n";
    body += code(chip::h100, hopper, hopper * std::exp(ratio), 0.0);
    body += code(chip::h200, hopper, hopper * std::exp(ratio), 0.0);
    for (const chip c : {chip::b200, chip::gb200})
        body += code(c, whole.values[at(c, 0)], whole.values[at(c, 1)], whole.values[at(c, 2)]);
    body += fmt::format(
        "}}}};\ninline constexpr double picojoules_per_byte = {:.1f};\n"
        "inline constexpr clock_law clock_constants{{.active = {:.3f}, .exponent = {:.2f}, .settling = "
        "milliseconds({:.1f}), .sigma = "
        "{:.3f}, .rows = {}}};\n\n",
        whole.values[2] * 1e12, active_of_serving, 1.0 + whole.values[0], whole.values[1] * 1e3, all.sigma, whole.rows);
    out.header(
        "clock", "#include <gambrel/roofline/calibration/switching_energy.hpp>\n",
        "Energy of an operation by chip, in picojoules per flop (16 bit, fp8, fp4; 0: none), and of a byte, fitted on\n"
        "data/clock/products.csv (AIConfigurator tables, 2026-08). Hopper's fp8 is 16 bit's times the others' ratio.\n",
        body);

    std::string page = page_head + table;
    page += fmt::format(
        "\n`active` is {:.3f}: what 227 serving runs draw beyond idling by one law; dense models alone say 0.147. "
        "These rows "
        "cannot tell it:\n\n"
        "| active | median error of all rows | exponent | pJ per byte |\n|---|---|---|---|\n",
        active_of_serving);
    for (const double active : {0.0, 0.2, active_of_serving, 0.5}) {
        const fit_result f = fit_to(rows, active);
        page += fmt::format("| {:.3f} | {} | {:.2f} | {:.0f} |\n", active, percent(f.median_error), 1.0 + f.values[0],
                            f.values[2] * 1e12);
    }
    page += fmt::format(
        "\nExponent {:.2f}, {:.0f} pJ per byte, settling time {:.0f} ms; of {} rows held, {} % as timed, {} % under "
        "the law "
        "(sigma {:.3f}).\n\n| chip | pJ per flop, 16 bit | fp8 | nvfp4 |\n|---|---|---|---|\n",
        1.0 + whole.values[0], whole.values[2] * 1e12, whole.values[1] * 1e3, all.rows, percent(all.without),
        percent(all.with), all.sigma);
    for (const chip c : chips) {
        page += fmt::format("| {} |", board_of(c));
        for (std::size_t f = 0; f < format_count; ++f) {
            const bool measured =
                std::any_of(rows.begin(), rows.end(), [&](const row& r) { return r.on == c && r.format == f; });
            page += measured ? fmt::format(" {:.2f} |", whole.values[at(c, f)] * 1e12) : std::string(" - |");
        }
        page += "\n";
    }
    page += R"(
Hopper's fp8 has no pair of tables by one kernel: it takes its 16-bit energy times the mean ratio of the two others. H100 is
the die of the H200. A board of the chip with another limit, peak or bandwidth takes the energies; a limit above that of
the measured board is not believed to lift the clock. Chips without such tables (A100, L40S, RTX PRO 6000, other vendors) are
held at no clock but the one that is in their kernel tables, unless their limit is lowered. Grouped products of few
tokens are held by their useful flop, which understates them: measured 5 %, predicted none.
)";
    out.page("clock", page);
    fmt::print("clock: {} rows held, {} % as timed, {} % under the law\n", all.rows, percent(all.without),
               percent(all.with));
}
