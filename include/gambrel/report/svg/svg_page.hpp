// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A self-contained SVG page to draw on: lines, text, shapes; and what pictures share, escaped text and boxes that
/// labels keep clear of each other. Evidence: tests/report/roofline_test.cpp, tests/ask/load_answer_test.cpp.

#include <array>
#include <gambrel/ask/words.hpp>
#include <string>

namespace gambrel::report {
using namespace ask;

namespace detail {
/// Text and attributes of an SVG: names may come from files.
inline std::string escaped(std::string_view s) {
    std::string out;
    for (const char c : clipped(s, 120)) {
        switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '"': out += "&quot;"; break;
            default: out += c;
        }
    }
    return out;
}

struct box {
    double left, top, right, bottom;
    bool meets(const box& o) const { return left < o.right && o.left < right && top < o.bottom && o.top < bottom; }
};
}  // namespace detail

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
