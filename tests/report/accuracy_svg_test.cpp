// SPDX-License-Identifier: Apache-2.0
// The pictures as documents: well-formed, every row drawn once, axes around the data, names escaped.
#include <doctest/doctest.h>

#include <gambrel/report/svg/accuracy_bars.hpp>
#include <gambrel/report/svg/accuracy_scatter.hpp>
#include <set>

#include <measurement/measured_rows.hpp>

using namespace gambrel;
using measured_rows::serving_row;

namespace {
std::size_t occurrences(const std::string& text, const std::string& part) {
    std::size_t n = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
    return n;
}
validation two_devices() {
    std::string rows;
    for (const char* clients : {"1", "8", "64"}) rows += serving_row{{"concurrency", clients}}.line();
    rows += serving_row{{"hardware", "H200-SXM-141GB"}}.line();
    std::istringstream table(measured_rows::serving_header + rows);
    return validate(table, measured_rows::shipped());
}
}  // namespace

TEST_CASE("scatter: a mark per row and one in the legend per device, axes with units") {
    const std::string svg = report::accuracy_scatter_svg(two_devices(), metric::tpot);
    CHECK(svg.starts_with("<svg "));
    CHECK(svg.ends_with("</svg>\n"));
    CHECK(occurrences(svg, "<circle") == 3 + 1);  // the device with most rows, and its legend
    CHECK(occurrences(svg, "<g ") == occurrences(svg, "</g>"));
    CHECK(svg.find("h100-sxm (3)") != std::string::npos);
    CHECK(svg.find("h200-sxm (1)") != std::string::npos);
    CHECK(svg.find("measured") != std::string::npos);
    CHECK(svg.find(" ms<") != std::string::npos);
    CHECK(svg.find("nan") == std::string::npos);
    CHECK_THROWS_AS(report::accuracy_scatter_svg(two_devices(), metric::board_power), error);
}

TEST_CASE("ticks lie around the data, 1, 2 and 5 times powers of ten") {
    using report::detail::ticks_around;
    CHECK(ticks_around(3, 40) == std::vector<double>{2, 5, 10, 20, 50});
    CHECK(ticks_around(1, 1).size() >= 2);
    const auto ticks = ticks_around(0.0123, 0.7);
    CHECK(ticks.front() == doctest::Approx(0.01));
    CHECK(ticks.back() == doctest::Approx(1.0));
}

TEST_CASE("bars: one per group, cut at the axis, names escaped") {
    std::map<std::string, score> scores;
    for (const double error : {-0.1, 0.0, 0.3}) scores["a < b & c"].add(100 * (1 + error), 90, 130, 100);
    scores["far off"].add(900, 800, 1000, 100);
    const std::string svg = report::accuracy_bars_svg(scores, "title");
    CHECK(svg.find("a &lt; b &amp; c") != std::string::npos);
    CHECK(occurrences(svg, "<polygon") == 2);  // both ends of the second group leave the axis
    CHECK(svg.find("+300 %") != std::string::npos);
    CHECK_THROWS_AS(report::accuracy_bars_svg({}, "none"), error);
    CHECK(report::detail::ratio_axis::x(0.0) == doctest::Approx(565));
    CHECK(report::detail::ratio_axis::x(1.0) - 565 ==
          doctest::Approx(565 - report::detail::ratio_axis::x(-0.5)));  // double and half
}

TEST_CASE("styles: 28 groups differ, the rest are grey") {
    std::set<std::pair<std::string_view, report::mark_shape>> styles;
    for (std::size_t i = 0; i < 28; ++i) styles.emplace(report::style_of(i).colour, report::style_of(i).shape);
    CHECK(styles.size() == 28);
    CHECK(report::style_of(28).colour == "#888888");
}
