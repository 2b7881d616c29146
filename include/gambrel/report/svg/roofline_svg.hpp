// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A roofline as a self-contained SVG of 960 x 640: log-log axes with units, the memory slope, a roof and a ridge point
/// per format in use, operators as circles (decode) and squares (prefill) whose area is their share of the pass.
/// Colours: Okabe and Ito's palette, told apart by colour-blind readers; pass and class also differ in shape and label.
/// Evidence: tests/report/roofline_test.cpp.

#include <gambrel/ask/roofline_explanation.hpp>
#include <gambrel/report/svg/svg_page.hpp>

namespace gambrel::report {
using namespace ask;

namespace detail {
/// The page of a roofline: intensity to the right, rate upwards, both logarithmic.
class svg_canvas {
public:
    static constexpr double width = 960, height = 640, left = 92, right = 806, top = 56, bottom = 500;

    explicit svg_canvas(const log_axes& a) : axes_(a) {}

    double x(double intensity) const {
        return left + (std::log10(intensity) - axes_.left) / (axes_.right - axes_.left) * (right - left);
    }
    double y(double rate) const {
        return bottom - (std::log10(rate) - axes_.bottom) / (axes_.top - axes_.bottom) * (bottom - top);
    }
    void line(double x1, double y1, double x2, double y2, std::string_view stroke, double thick,
              std::string_view more = "") {
        out_ += "<line x1=\"" + at(x1) + "\" y1=\"" + at(y1) + "\" x2=\"" + at(x2) + "\" y2=\"" + at(y2) +
                "\" stroke=\"" + std::string(stroke) + "\" stroke-width=\"" + at(thick) + "\"" + std::string(more) +
                "/>\n";
    }
    void text(double px, double py, std::string_view words, std::string_view anchor = "start", double size = 13,
              std::string_view more = "") {
        out_ += "<text x=\"" + at(px) + "\" y=\"" + at(py) + "\" text-anchor=\"" + std::string(anchor) +
                "\" font-size=\"" + at(size) + "\"" + std::string(more) + ">" + escaped(words) + "</text>\n";
    }
    /// A circle for decode, a square for prefill, of the same area.
    void mark(double px, double py, double radius, bool square, std::string_view colour, std::string_view title) {
        const std::string style = " fill=\"" + std::string(colour) +
                                  "\" fill-opacity=\"0.75\" stroke=\"#222222\" stroke-width=\"1\">"
                                  "<title>" +
                                  escaped(title) + "</title>";
        const double half = 0.886 * radius;
        if (square)
            out_ += "<rect x=\"" + at(px - half) + "\" y=\"" + at(py - half) + "\" width=\"" + at(2 * half) +
                    "\" height=\"" + at(2 * half) + "\"" + style + "</rect>\n";
        else
            out_ +=
                "<circle cx=\"" + at(px) + "\" cy=\"" + at(py) + "\" r=\"" + at(radius) + "\"" + style + "</circle>\n";
    }
    std::string finished() const {
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"960\" height=\"640\" viewBox=\"0 0 960 640\" "
               "font-family=\"sans-serif\" fill=\"#222222\">\n<rect width=\"960\" height=\"640\" fill=\"#ffffff\"/>\n" +
               out_ + "</svg>\n";
    }

private:
    static std::string at(double v) { return symbols::trimmed(symbols::characters(v, std::chars_format::fixed, 1), 0); }
    log_axes axes_;
    std::string out_;
};

inline void draw_grid(svg_canvas& c, const log_axes& a) {
    using S = svg_canvas;
    for (int p = a.left; p <= a.right; ++p) {
        const double x = c.x(std::pow(10.0, p));
        c.line(x, S::top, x, S::bottom, "#dddddd", 1);
        c.text(x, S::bottom + 18, number(std::pow(10.0, p)), "middle");
    }
    for (int p = a.bottom; p <= a.top; ++p) {
        const double y = c.y(std::pow(10.0, p));
        c.line(S::left, y, S::right, y, "#dddddd", 1);
        c.text(S::left - 8, y + 4, to_string(make<flop_rate<>>(std::pow(10.0, p))), "end");
    }
    c.line(S::left, S::bottom, S::right, S::bottom, "#222222", 1);
    c.line(S::left, S::top, S::left, S::bottom, "#222222", 1);
    c.text((S::left + S::right) / 2, S::bottom + 38, "arithmetic intensity (FLOP per byte of memory traffic)", "middle",
           14);
    c.text(S::left, S::top - 12, "rate achieved (FLOP/s)", "start", 13);
}

inline void draw_roofs(svg_canvas& c, const log_axes& a, const roofline& r) {
    using S = svg_canvas;
    const double bandwidth = r.bandwidth.value(), highest = r.roofs.front().peak.value();
    const double begin = std::max(std::pow(10.0, a.left), std::pow(10.0, a.bottom) / bandwidth);
    c.line(c.x(begin), c.y(begin * bandwidth), c.x(highest / bandwidth), c.y(highest), "#222222", 2);
    const double angle = -180.0 / 3.14159265358979 * std::atan2(c.y(1e9) - c.y(1e10), c.x(10.0) - c.x(1.0));
    const double at = begin * 1.25, px = c.x(at), py = c.y(at * bandwidth) - 7;
    c.text(px, py, "memory " + to_string(r.bandwidth), "start", 13,
           " transform=\"rotate(" + number(angle, 4) + " " + number(px, 5) + " " + number(py, 5) + ")\"");
    for (const compute_roof& roof : r.roofs) {
        const double ridge = roof.peak.value() / bandwidth, y = c.y(roof.peak.value());
        c.line(c.x(ridge), y, S::right, y, "#222222", 2);
        c.line(c.x(ridge), y, c.x(ridge), S::bottom, "#888888", 1, " stroke-dasharray=\"4 4\"");
        c.text(S::right + 6, y + 4, roof.format + " " + to_string(roof.peak));
        c.text(c.x(ridge) + 4, S::bottom - 6 - 15 * static_cast<double>(&roof - r.roofs.data()),
               "ridge " + to_string(intensity<>(roof.peak / r.bandwidth)), "start", 12);
    }
}

/// A label beside each point that matters, where it covers no other.
inline void draw_points(svg_canvas& c, const roofline& r) {
    using S = svg_canvas;
    std::vector<const roofline_point*> order;
    for (const roofline_point& p : r.points) order.push_back(&p);
    std::sort(order.begin(), order.end(), [](auto* x, auto* y) { return x->share > y->share; });
    const auto radius = [](const roofline_point& p) { return 3.5 + 18.0 * std::sqrt(p.share); };
    for (const roofline_point* p : order)
        c.mark(c.x(p->at.value()), c.y(p->achieved.value()), radius(*p), p->prefill, colour_of(p->kind),
               p->name + (p->prefill ? ", prefill: " : ", decode: ") + percent(p->share) + " of the pass, " +
                   to_string(p->at) + ", " + to_string(p->achieved));
    std::vector<box> taken;
    for (const roofline_point* p : order) {
        const double x = c.x(p->at.value()), y = c.y(p->achieved.value());
        const double around = 0.8 * radius(*p);
        taken.push_back({x - around, y - around, x + around, y + around});
    }
    const double highest = r.roofs.front().peak.value(), bandwidth = r.bandwidth.value();
    for (const compute_roof& roof : r.roofs) {
        const double y = c.y(roof.peak.value());
        taken.push_back({c.x(roof.peak.value() / bandwidth), y - 1, S::right, y + 1});
    }
    for (double at = 1e-3 * highest; at < highest; at *= 1.1) {
        const double x = c.x(at / bandwidth), y = c.y(at);
        taken.push_back({x - 2, y - 2, x + 2, y + 2});
    }
    for (const roofline_point* p : order) {
        if (p->share < 0.02) continue;
        const double x = c.x(p->at.value()), y = c.y(p->achieved.value()), away = radius(*p) + 4;
        const std::string label = p->name + " " + percent(p->share);
        const double wide = 7.0 * static_cast<double>(label.size()), high = 13;
        for (const double shift : {4.0, 18.0, -10.0, 32.0, -24.0, 46.0, -38.0, 60.0, -52.0, 74.0, -66.0}) {
            const auto free = [&](const box& b) {
                return b.left >= S::left && b.right <= S::width && b.top >= S::top && b.bottom <= S::bottom &&
                       std::none_of(taken.begin(), taken.end(), [&](const box& o) { return o.meets(b); });
            };
            const double base = y + shift;
            const box after{x + away, base - high, x + away + wide, base + 3};
            const box before{x - away - wide, base - high, x - away, base + 3};
            if (!free(after) && !free(before)) continue;
            const bool right = free(after);
            const double beside = right ? x + away : x - away;
            if (std::fabs(shift) > 20.0) c.line(x, y, beside, base - 4, "#888888", 1);
            c.text(beside, base, label, right ? "start" : "end", 12,
                   " stroke=\"#ffffff\" stroke-width=\"3\" paint-order=\"stroke\"");
            taken.push_back(right ? after : before);
            break;
        }
    }
}

inline void draw_legend(svg_canvas& c, const roofline& r) {
    double x = svg_canvas::left, y = svg_canvas::bottom + 72;
    c.mark(x, y - 4, 7, false, "#ffffff", "decode");
    c.text(x + 14, y, "decode pass");
    c.mark(x + 120, y - 4, 7, true, "#ffffff", "prefill");
    c.text(x + 134, y, "prefill pass");
    c.text(x + 246, y, "area: share of the pass's operator time; collectives have no place here");
    y += 28;
    for (std::size_t i = 0; i < operator_class_count; ++i) {
        const auto kind = static_cast<operator_class>(i);
        if (std::none_of(r.points.begin(), r.points.end(), [&](const auto& p) { return p.kind == kind; })) continue;
        c.mark(x, y - 4, 7, false, colour_of(kind), name_of(kind));
        c.text(x + 14, y, name_of(kind));
        x += 40 + 8.0 * static_cast<double>(name_of(kind).size());
    }
}
}  // namespace detail

/// The roofline as an SVG document.
inline std::string roofline_svg(const roofline& r) {
    if (r.roofs.empty()) fail("a roofline needs at least one compute roof");
    const log_axes a = axes_of(r);
    detail::svg_canvas c(a);
    c.text(detail::svg_canvas::width / 2, 26, r.title, "middle", 17, " font-weight=\"bold\"");
    detail::draw_grid(c, a);
    detail::draw_roofs(c, a, r);
    detail::draw_points(c, r);
    detail::draw_legend(c, r);
    return c.finished();
}
}  // namespace gambrel::report
