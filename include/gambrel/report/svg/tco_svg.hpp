// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What has been spent, month by month of the owned devices' life, as a self-contained SVG of 960 x 560: rented under each
/// contract, owned (the capital at once, then electricity, place and operations), and at an API where its prices are
/// given; the month in which owning has cost no more is marked. Of the planned load, else of the present one, else of a full
/// replica. Interest is not drawn. Colours: Okabe and Ito's palette; lines differ in kind and carry their names.
/// Evidence: tests/ask/tco_test.cpp.

#include <algorithm>
#include <gambrel/report/svg/svg_page.hpp>
#include <gambrel/report/text/tco_text.hpp>

namespace gambrel::report {
using namespace ask;

namespace detail {
struct spending_line {
    std::string name;
    std::string_view colour, dashes;
    double at_once = 0, a_month = 0;  ///< dollars

    double after(double months) const { return at_once + a_month * months; }
};

struct spending_axes {
    static constexpr double left = 108, right = 720, top = 84, bottom = 480;
    double months, most;

    double x(double m) const { return left + m / months * (right - left); }
    double y(double dollars) const { return bottom - dollars / most * (bottom - top); }
};

inline std::string large_dollars(double x) {
    if (x >= 1e6) return number(x / 1e6) + " M$";
    return x >= 1e3 ? number(x / 1e3) + " k$" : number(x) + " $";
}

/// The column that is drawn.
inline const tco_column& drawn(const tco_answer& a) {
    for (const std::string_view name : {"planned", "present"})
        for (const tco_column& c : a.columns)
            if (c.name == name) return c;
    return a.columns.back();
}

inline std::vector<spending_line> spending_of(const tco_question& q, const tco_answer& a) {
    constexpr std::array<std::string_view, 3> colours{"#D55E00", "#E69F00", "#CC79A7"}, dashes{"", "9 4", "2 3"};
    const tco_column& c = drawn(a);
    const double devices = c.devices.devices;
    const auto monthly = [](const rental<>& r) { return r * hours(hours_per_month) / dollars_of(1); };
    std::vector<spending_line> lines;
    for (std::size_t i = 0; i < a.contracts.size(); ++i)
        lines.push_back({"rented " + std::string(a.contracts[i].name), colours[i % 3], dashes[i % 3], 0.0,
                         monthly(a.contracts[i].per_device * devices)});
    if (a.own)
        lines.push_back({"owned", "#0072B2", "", *q.terms.capital.value * devices,
                         monthly((a.own->total() - a.own->capital) * devices)});
    if (c.api) lines.push_back({"at the API", "#009E73", "6 3 2 3", 0.0, monthly(*c.api)});
    return lines;
}

inline void draw_axes(svg_page& page, const spending_axes& p, const tco_question& q) {
    for (double m = 0.0; m <= p.months + 1e-9; m += p.months > 36.0 ? 12.0 : p.months > 12.0 ? 6.0 : 1.0) {
        page.line(p.x(m), p.top, p.x(m), p.bottom, "#e4e4e4");
        page.text(p.x(m), p.bottom + 18, number(m, 4), "middle", 12);
        page.text(p.x(m), p.bottom + 34, month_text(q.year, q.month, m), "middle", 11, " fill=\"#666666\"");
    }
    const double step = round_step(p.most / 7.0);
    for (double d = 0.0; d <= p.most; d += step) {
        page.line(p.left, p.y(d), p.right, p.y(d), "#e4e4e4");
        page.text(p.left - 8, p.y(d) + 4, large_dollars(d), "end", 12);
    }
    page.line(p.left, p.bottom, p.right, p.bottom);
    page.line(p.left, p.top, p.left, p.bottom);
    page.text(0.5 * (p.left + p.right), p.bottom + 58, "months from the purchase", "middle", 13);
    page.upward_text(26, 0.5 * (p.top + p.bottom), "spent", 14);
}

/// The lines, their names at the right clear of each other, where they leave the picture.
inline void draw_lines(svg_page& page, const spending_axes& p, const std::vector<spending_line>& lines) {
    struct label {
        double y;
        const spending_line* of;
    };
    std::vector<label> labels;
    for (const spending_line& l : lines) {
        const double end = l.after(p.months) <= p.most ? p.months : (p.most - l.at_once) / l.a_month;
        page.polyline({{p.x(0.0), p.y(l.at_once)}, {p.x(end), p.y(l.after(end))}}, l.colour, 2.5,
                      l.dashes.empty() ? "" : " stroke-dasharray=\"" + std::string(l.dashes) + "\"");
        labels.push_back({p.y(l.after(end)), &l});
    }
    std::sort(labels.begin(), labels.end(), [](const label& a, const label& b) { return a.y < b.y; });
    for (std::size_t i = 1; i < labels.size(); ++i) labels[i].y = std::fmax(labels[i].y, labels[i - 1].y + 34.0);
    for (std::size_t i = labels.size(); i-- > 0;)  // back up where the last has left the picture
        labels[i].y = std::fmin(labels[i].y, i + 1 == labels.size() ? p.bottom - 14.0 : labels[i + 1].y - 34.0);
    for (const label& l : labels) {
        const std::string colour = " fill=\"" + std::string(l.of->colour) + "\" font-weight=\"bold\"";
        page.text(p.right + 12, l.y, l.of->name, "start", 13, colour);
        page.text(p.right + 12, l.y + 15,
                  (l.of->at_once > 0.0 ? large_dollars(l.of->at_once) + ", then " : "") + large_dollars(l.of->a_month) +
                      " a month",
                  "start", 11, " fill=\"#444444\"");
    }
}
}  // namespace detail

/// The picture as an SVG document. Throws `error` where nothing is priced.
inline std::string tco_svg(const tco_question& q, const tco_answer& a) {
    if (!a.ok())
        fail("there is no cost to draw: " + (a.not_known.empty() ? "the deployment is not possible" : a.not_known));
    const std::vector<detail::spending_line> lines = detail::spending_of(q, a);
    if (lines.empty()) fail("there is no cost to draw: give --price, or --capital for owning");
    detail::spending_axes p{12.0 * *q.terms.years.value, 0.0};
    for (const detail::spending_line& l : lines)
        if (l.name != "at the API") p.most = std::fmax(p.most, l.after(p.months));
    if (!(p.most > 0.0)) p.most = std::fmax(1.0, lines.back().after(p.months));
    p.most *= 1.06;
    svg_page page(960, 560);
    const tco_column& c = detail::drawn(a);
    page.text(480, 28,
              clipped(q.load.what.what.model.name.view(), 50) + " on " + std::to_string(c.devices.devices) + " x " +
                  clipped(q.load.what.what.device.name.view(), 30) + ": own or rent",
              "middle", 16, " font-weight=\"bold\"");
    page.text(480, 50,
              (c.name == "full" ? "one replica, full: " : std::string(c.name) + " load of ") + to_string(c.rate) +
                  ", " + percent(1.0 - c.devices.use) + " idle; interest is not drawn",
              "middle", 13);
    detail::draw_axes(page, p, q);
    detail::draw_lines(page, p, lines);
    if (c.paid_back) {
        const double months = *c.paid_back / hours(hours_per_month);
        if (months <= p.months) {
            const double spent = c.rented ? *c.rented * hours(months * hours_per_month) / dollars_of(1) : 0.0;
            const double x = p.x(months), y = p.y(spent), r = 6.0;
            page.line(x, y, x, p.bottom, "#444444", 1, " stroke-dasharray=\"1 3\"");
            page.polygon({{x, y - r}, {x + r, y}, {x, y + r}, {x - r, y}});
            page.text(x + 10, std::fmin(y + 24, p.bottom - 8),
                      "owning has paid for itself: " + detail::month_text(q.year, q.month, months), "start", 12,
                      " font-weight=\"bold\" stroke=\"#ffffff\" stroke-width=\"3\" paint-order=\"stroke\"");
        }
    }
    return page.finished();
}
}  // namespace gambrel::report
