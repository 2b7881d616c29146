// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A self-contained SVG page to draw plots on: lines, text, and the marks and colours that keep groups apart.
///
/// Colours: Okabe and Ito's palette, told apart by colour-blind readers; every colour also has its own shape.

#include <array>
#include <gambrel/report/svg/roofline_svg.hpp>
#include <string>

namespace gambrel::report {
using namespace ask;

enum class mark_shape : unsigned char { circle, square, triangle, diamond };

/// How one group is drawn.
struct mark_style {
    std::string_view colour = "#888888";
    mark_shape shape = mark_shape::circle;
};

/// The style of the `i`-th group: seven colours in four shapes, then grey.
inline mark_style style_of(std::size_t i) {
    constexpr std::array<std::string_view, 7> colours{"#0072B2", "#D55E00", "#009E73", "#CC79A7",
                                                      "#E69F00", "#56B4E9", "#222222"};
    constexpr std::size_t shapes = 4;
    if (i >= colours.size() * shapes) return {};
    return {colours[i % colours.size()], static_cast<mark_shape>((i % colours.size() + i / colours.size()) % shapes)};
}

class svg_page {
public:
    svg_page(double width, double height) : width_(width), height_(height) {}

    void line(double x1, double y1, double x2, double y2, std::string_view stroke = "#222222", double thick = 1.0,
              std::string_view more = "") {
        add("<line x1=\"" + at(x1) + "\" y1=\"" + at(y1) + "\" x2=\"" + at(x2) + "\" y2=\"" + at(y2) + "\" stroke=\"" +
            std::string(stroke) + "\" stroke-width=\"" + at(thick) + "\"" + std::string(more) + "/>");
    }
    void rectangle(double x, double y, double wide, double high, std::string_view fill, std::string_view more = "") {
        add("<rect x=\"" + at(x) + "\" y=\"" + at(y) + "\" width=\"" + at(wide) + "\" height=\"" + at(high) +
            "\" fill=\"" + std::string(fill) + "\"" + std::string(more) + "/>");
    }
    void text(double x, double y, std::string_view words, std::string_view anchor = "start", double size = 12,
              std::string_view more = "") {
        add("<text x=\"" + at(x) + "\" y=\"" + at(y) + "\" text-anchor=\"" + std::string(anchor) + "\" font-size=\"" +
            at(size) + "\"" + std::string(more) + ">" + detail::escaped(words) + "</text>");
    }
    struct point {
        double x, y;
    };
    void polyline(const std::vector<point>& through, std::string_view stroke, double thick,
                  std::string_view more = "") {
        add("<polyline points=\"" + listed(through) + "\" fill=\"none\" stroke=\"" + std::string(stroke) +
            "\" stroke-width=\"" + at(thick) + "\" stroke-linejoin=\"round\"" + std::string(more) + "/>");
    }
    void polygon(const std::vector<point>& corners, std::string_view more = "") {
        add("<polygon points=\"" + listed(corners) + "\"" + std::string(more) + "/>");
    }
    /// Text that reads upwards.
    void upward_text(double x, double y, std::string_view words, double size = 13) {
        text(x, y, words, "middle", size, " transform=\"rotate(-90 " + at(x) + " " + at(y) + ")\"");
    }
    /// Everything drawn until `end_group` is filled so.
    void begin_group(std::string_view colour, double opacity) {
        add("<g fill=\"" + std::string(colour) + "\" fill-opacity=\"" + symbols::fixed(opacity, 2) + "\">");
    }
    void end_group() { add("</g>"); }
    /// A mark of about `size` pixels across, in the colour of the group.
    void mark(double x, double y, double size, mark_shape shape) {
        const double r = 0.5 * size;
        switch (shape) {
            case mark_shape::circle:
                return add("<circle cx=\"" + at(x) + "\" cy=\"" + at(y) + "\" r=\"" + at(r) + "\"/>");
            case mark_shape::square:
                return add("<rect x=\"" + at(x - 0.89 * r) + "\" y=\"" + at(y - 0.89 * r) + "\" width=\"" +
                           at(1.78 * r) + "\" height=\"" + at(1.78 * r) + "\"/>");
            case mark_shape::triangle:
                return polygon({{x, y - 1.2 * r}, {x + 1.1 * r, y + 0.8 * r}, {x - 1.1 * r, y + 0.8 * r}});
            case mark_shape::diamond:
                return polygon({{x, y - 1.25 * r}, {x + 1.25 * r, y}, {x, y + 1.25 * r}, {x - 1.25 * r, y}});
        }
    }
    std::string finished() const {
        const std::string size = at(width_) + "\" height=\"" + at(height_);
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + size + "\" viewBox=\"0 0 " + at(width_) + " " +
               at(height_) + "\" font-family=\"sans-serif\" fill=\"#222222\">\n<rect width=\"" + size +
               "\" fill=\"#ffffff\"/>\n" + out_ + "</svg>\n";
    }

private:
    static std::string at(double v) { return symbols::trimmed(symbols::characters(v, std::chars_format::fixed, 1), 0); }
    void add(const std::string& element) { out_ += element + "\n"; }
    static std::string listed(const std::vector<point>& points) {
        std::string all;
        for (const point& p : points) all += (all.empty() ? "" : " ") + at(p.x) + "," + at(p.y);
        return all;
    }
    double width_, height_;
    std::string out_;
};
}  // namespace gambrel::report
