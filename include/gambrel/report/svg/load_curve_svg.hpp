// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The latency-throughput curve as a self-contained SVG of 960 x 760: over the request rate TTFT above and TPOT below,
/// p50 dashed and p99 whole with its 80 % range as a band, the stability limit with its range, the load asked about,
/// the objective. Colours: Okabe and Ito's palette; lines also differ in kind and carry their names.
/// Evidence: tests/ask/load_answer_test.cpp.

#include <algorithm>
#include <gambrel/ask/load_statistic.hpp>
#include <gambrel/report/svg/svg_page.hpp>
#include <gambrel/report/text/load_text.hpp>
#include <limits>

namespace gambrel::report {
using namespace ask;

namespace detail {
/// A panel of the picture: a time, logarithmic, over the rate.
struct load_panel {
    static constexpr double left = 96, right = 900;
    double top, bottom, most_rate, low, high;  ///< pixels, requests/s, seconds

    double x(double rate) const { return left + std::fmin(1.0, rate / most_rate) * (right - left); }
    double y(double time) const {
        const double share = std::log(std::fmin(high, std::fmax(low, time)) / low) / std::log(high / low);
        return bottom - share * (bottom - top);
    }
};

/// 1, 2 and 5 times powers of ten from `low` to `high`.
inline std::vector<double> log_ticks(double low, double high) {
    std::vector<double> all;
    for (double ten = std::pow(10.0, std::floor(std::log10(low))); ten <= high; ten *= 10.0)
        for (const double digit : {1.0, 2.0, 5.0})
            if (digit * ten >= low * (1.0 - 1e-9) && digit * ten <= high * (1.0 + 1e-9)) all.push_back(digit * ten);
    return all;
}

struct load_line {
    std::string_view name, colour;
    seconds<> limit;
    double share;
    figure<seconds<>> (*read)(const ranged_load&, const load_statistic&);
};

/// The picture's axes: to the limit's high end, or as far as the clients get.
inline load_panel panel_of(const load_answer& a, const load_line& line, double top, double bottom) {
    double low = std::numeric_limits<double>::infinity(), high = 0.0;
    for (const curve_point& c : a.curve) {
        low = std::fmin(low, line.read(c.load, p50).low.value());
        high = std::fmax(high, line.read(c.load, p99).value.value());
    }
    if (std::isfinite(line.limit.value())) {
        low = std::fmin(low, line.limit.value());
        high = std::fmax(high, line.limit.value());
    }
    return {top, bottom, 1.04 * a.limit.high.value(), 0.9 * low, 1.3 * high};
}

inline void draw_axes(svg_page& page, const load_panel& p, const load_line& line, double output, bool last) {
    const double step = round_step(p.most_rate / 10.0);
    for (double rate = 0.0; rate <= p.most_rate; rate += step) {
        page.line(p.x(rate), p.top, p.x(rate), p.bottom, "#e4e4e4");
        if (!last) continue;
        page.text(p.x(rate), p.bottom + 18, number(rate), "middle", 12);
        page.text(p.x(rate), p.bottom + 34, number(rate * output), "middle", 11, " fill=\"#666666\"");
    }
    for (const double time : log_ticks(p.low, p.high)) {
        page.line(p.left, p.y(time), p.right, p.y(time), "#e4e4e4");
        page.text(p.left - 8, p.y(time) + 4, to_string(seconds<>::from_value(time)), "end", 12);
    }
    page.line(p.left, p.bottom, p.right, p.bottom);
    page.line(p.left, p.top, p.left, p.bottom);
    page.upward_text(26, 0.5 * (p.top + p.bottom), line.name, 14);
    if (!last) return;
    page.text(0.5 * (p.left + p.right), p.bottom + 56, "request rate (requests/s)", "middle", 13);
    page.text(0.5 * (p.left + p.right), p.bottom + 74, "output (tok/s)", "middle", 12, " fill=\"#666666\"");
}

/// Beyond the limit nothing is served in time.
inline void draw_limit(svg_page& page, const load_panel& p, const load_answer& a, bool named) {
    const double low = p.x(a.limit.low.value()), at = p.x(a.limit.value.value()), high = p.x(a.limit.high.value());
    page.rectangle(at, p.top, p.right - at, p.bottom - p.top, "#f3f3f3");
    page.rectangle(low, p.top, high - low, p.bottom - p.top, "#222222", " fill-opacity=\"0.08\"");
    page.line(at, p.top, at, p.bottom, "#222222", 2, " stroke-dasharray=\"9 4\"");
    if (named)
        page.text(p.right, p.top - 24,
                  (a.curve.front().clients > 0.0 ? "at most " : "unstable from ") + to_string(a.limit), "end", 12);
}

inline void draw_curves(svg_page& page, const load_panel& p, const load_answer& a, const load_line& line) {
    std::vector<svg_page::point> middle, usual, band, lower;
    for (const curve_point& c : a.curve) {
        const double x = p.x(c.load.value.rate.value());
        const figure<seconds<>> rare = line.read(c.load, p99);
        middle.push_back({x, p.y(line.read(c.load, p50).value.value())});
        usual.push_back({x, p.y(rare.value.value())});
        band.push_back({x, p.y(rare.high.value())});
        lower.push_back({x, p.y(rare.low.value())});
    }
    band.insert(band.end(), lower.rbegin(), lower.rend());
    page.polygon(band, " fill=\"" + std::string(line.colour) + "\" fill-opacity=\"0.18\"");
    page.polyline(usual, line.colour, 2.5);
    page.polyline(middle, line.colour, 2, " stroke-dasharray=\"6 4\"");
    constexpr std::string_view halo = " stroke=\"#ffffff\" stroke-width=\"3\" paint-order=\"stroke\"";
    const std::size_t at = a.curve.size() / 3;
    page.text(usual[at].x, band[at].y - 6, "p99, its 80 % range shaded", "end", 12, halo);
    page.text(middle[at].x, middle[at].y + 17, "p50", "middle", 12, halo);
}

inline void draw_objective(svg_page& page, const load_panel& p, const load_line& line) {
    if (!std::isfinite(line.limit.value())) return;
    const double y = p.y(line.limit.value());
    page.line(p.left, y, p.right, y, "#009E73", 1.5, " stroke-dasharray=\"2 3\"");
    page.text(p.left + 8, y - 5, "objective: p" + number(100.0 * line.share, 4) + " at most " + to_string(line.limit),
              "start", 12, " fill=\"#00624a\" stroke=\"#ffffff\" stroke-width=\"3\" paint-order=\"stroke\"");
}

/// The load asked about: its rate, and its p99 with the range.
inline void draw_asked(svg_page& page, const load_panel& p, const load_answer& a, const load_line& line,
                       const std::string& name) {
    const load_prediction& v = a.load.value;
    const double x = p.x(v.rate.value());
    if (v.rate.value() > p.most_rate) return;
    page.line(x, p.top, x, p.bottom, "#444444", 1, " stroke-dasharray=\"1 3\"");
    page.text(x, p.top - 8, name, "middle", 12);
    if (!v.stable || !v.known()) return;
    const figure<seconds<>> f = line.read(a.load, p99);
    page.line(x, p.y(f.low.value()), x, p.y(f.high.value()), "#222222", 2);
    const double y = p.y(f.value.value()), r = 6.25;
    page.polygon({{x, y - r}, {x + r, y}, {x, y + r}, {x - r, y}});
    page.text(x - 9, p.y(f.value.value()) - 6, to_string(f.value), "end", 12,
              " font-weight=\"bold\" stroke=\"#ffffff\" stroke-width=\"3\" paint-order=\"stroke\"");
}
}  // namespace detail

/// The curve as an SVG document. Throws `error` for an answer without a curve.
inline std::string load_curve_svg(const load_question& q, const load_answer& a) {
    if (a.curve.empty()) fail("there is no curve to draw: the answer has no distributions");
    const objective& o = q.level.limits;
    const std::array<detail::load_line, 2> lines{
        {{"TTFT", "#0072B2", o.ttft, q.level.ttft_share,
          [](const ranged_load& l, const load_statistic& s) { return l.ttft(s); }},
         {"TPOT", "#D55E00", o.tpot, q.level.tpot_share,
          [](const ranged_load& l, const load_statistic& s) { return l.tpot(s); }}}};
    svg_page page(960, 760);
    const std::string heading = detail::load_heading(q, a);
    const std::size_t first = heading.find('\n'), second = heading.find('\n', first + 1);
    page.text(480, 26, heading.substr(0, first) + " " + heading.substr(first + 1, second - first - 1), "middle", 16,
              " font-weight=\"bold\"");
    std::string load = heading.substr(second + 1);
    std::replace(load.begin(), load.end(), '\n', ' ');
    page.text(480, 46, load, "middle", 13);
    const std::size_t panels = has_gaps(q) ? 2 : 1;
    for (std::size_t i = 0; i < panels; ++i) {
        const double top = i == 0 ? 96 : 400;
        const detail::load_panel p = detail::panel_of(a, lines[i], top, top + 270);
        detail::draw_axes(page, p, lines[i], q.what.load.output.mean(), i + 1 == panels);
        detail::draw_limit(page, p, a, i == 0);
        detail::draw_curves(page, p, a, lines[i]);
        detail::draw_objective(page, p, lines[i]);
        detail::draw_asked(
            page, p, a, lines[i],
            i > 0 ? "" : (q.clients ? number(*q.clients, 6) + " clients: " : "asked: ") + to_string(a.load.value.rate));
    }
    return page.finished();
}
}  // namespace gambrel::report
