// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <ask/questions.hpp>

#include <doctest/doctest.h>

#include <gambrel/report/svg/roofline_svg.hpp>
#include <gambrel/report/text/roofline_text.hpp>
#include <sstream>
#include <vector>

using namespace gambrel;

namespace {
const ask::roofline_point& point(const ask::roofline& r, std::string_view name, bool prefill) {
    for (const auto& p : r.points)
        if (p.name == name && p.prefill == prefill) return p;
    FAIL("no such point");
    return r.points.front();
}
std::size_t count_of(const std::string& s, std::string_view part) {
    std::size_t n = 0;
    for (std::size_t at = s.find(part); at != std::string::npos; at = s.find(part, at + 1)) ++n;
    return n;
}
ask::examination flagship_examined() {
    const auto q = ask::flagship();
    return ask::examined(q, ask::answered(q));
}
}  // namespace

TEST_CASE("roofs and ridge points are those of the formats in use") {
    const auto r = flagship_examined().roofline;
    REQUIRE(r.roofs.size() == 2);
    CHECK(r.roofs[0].format == "fp8");
    CHECK(r.roofs[0].peak.value() == device_named("h100-sxm").peak.fp8.value.value());
    CHECK(r.roofs[1].format == "16-bit");
    CHECK(r.bandwidth.value() == approx(3.35e12));
}

TEST_CASE("a product stands at its flop per byte") {
    // M = the decodes of a pass (64 requests, one pass of each a prefill), on one of four ranks: N = (28672 x 2) / 4, K
    // = 8192 in fp8; inputs cost 4 bytes, outputs 2.
    const auto p = point(flagship_examined().roofline, "gate+up", false);
    const double m = ask::answered(ask::flagship()).predicted.batch, n = 14336, k = 8192;
    CHECK(p.at.value() == approx(2 * m * n * k / (n * k + m * k * 4 + m * n * 2)).epsilon(1e-9));
}

TEST_CASE("no operator is above its roof") {
    const auto r = flagship_examined().roofline;
    REQUIRE(r.points.size() > 8);
    for (const auto& p : r.points) {
        CAPTURE(p.name);
        CHECK(p.achieved.value() <= r.roofs.front().peak.value());
        CHECK(p.achieved.value() <= p.at.value() * r.bandwidth.value());
    }
}

TEST_CASE("equal rows of different layer groups are one row with all their layers") {
    const auto q = ask::asked("gemma-3-27b", "h100-sxm", {}, formats::bf16);
    const auto e = ask::examined(q, ask::answered(q));
    int products = 0;
    for (const auto& row : e.decode.rows)
        if (row.asked.name == "gate+up") {
            ++products;
            CHECK(row.asked.repeats == 62);  // 52 local and 10 global layers
        }
    CHECK(products == 1);
}

TEST_CASE("tables and plot fit in 80 columns") {
    for (const char* model : {"llama-3.1-70b", "deepseek-r1", "qwen3-next-80b-a3b"}) {
        const auto q = ask::asked(model, "h200-sxm", {.tensor = 8}, formats::fp8);
        const auto e = ask::examined(q, ask::answered(q));
        std::istringstream in(report::operators_text(e.decode, e.roofline) +
                              report::operators_text(e.prefill, e.roofline) + report::roofline_text(e.roofline));
        for (std::string line; std::getline(in, line);) {
            CAPTURE(line);
            CHECK(ask::width(line) <= 80);
        }
    }
}

TEST_CASE("the plot shows the roofs and the points where nothing covers them") {
    const std::string plot = report::roofline_text(flagship_examined().roofline);
    CHECK(plot.find("memory 3.35 TB/s") != std::string::npos);
    std::string canvas;
    std::istringstream in(plot);
    for (std::string line; std::getline(in, line);)
        if (const std::size_t axis = line.find('|'); axis != std::string::npos) canvas += line.substr(axis + 1);
    CHECK(count_of(canvas, "/") > 20);
    CHECK(count_of(canvas, "-") > 10);
    for (const char letter : {'c', 'f', 'C', 'F'}) CHECK(canvas.find(letter) != std::string::npos);
}

TEST_CASE("the SVG is closed, labelled with units, and has a mark per point") {
    const auto r = flagship_examined().roofline;
    const std::string svg = report::roofline_svg(r);
    CHECK(svg.rfind("<svg ", 0) == 0);
    CHECK(svg.substr(svg.size() - 7) == "</svg>\n");
    std::size_t circles = 0, squares = 0;
    for (const auto& p : r.points) ++(p.prefill ? squares : circles);
    CHECK(count_of(svg, "of the pass, ") == r.points.size());
    CHECK(count_of(svg, "<circle") >= circles);
    CHECK(count_of(svg, "<rect") >= squares + 1);
    CHECK(count_of(svg, "<text") == count_of(svg, "</text>"));
    CHECK(svg.find("FLOP per byte") != std::string::npos);
    CHECK(svg.find("PFLOP/s") != std::string::npos);
    CHECK(svg.find("ridge 295 FLOP/B") != std::string::npos);
    CHECK(svg.find("nan") == std::string::npos);
    CHECK(svg.find("inf") == std::string::npos);
}

TEST_CASE("names cannot break the SVG") {
    auto r = flagship_examined().roofline;
    r.title = "<script>&\"";
    const std::string svg = report::roofline_svg(r);
    CHECK(svg.find("<script>") == std::string::npos);
    CHECK(svg.find("&lt;script&gt;&amp;&quot;") != std::string::npos);
}

namespace {
/// One roof whose ridge is at 100 FLOP/B and one point: 10 FLOP/B to 300 FLOP/B (three ridges), 1e12 to 1e14 FLOP/s.
ask::roofline one_roof_one_point() {
    ask::roofline r;
    r.title = "one";
    r.bandwidth = byte_rate<>::from_value(1e12);
    r.roofs.push_back({"16-bit", flop_rate<>::from_value(1e14)});
    r.points.push_back({.letter = 'q',
                        .name = "point",
                        .at = intensity<>::from_value(10.0),
                        .achieved = flop_rate<>::from_value(1e12),
                        .share = 1.0});
    return r;
}
}  // namespace

TEST_CASE("axes are the powers of ten round the points and three ridges, a decade at least") {
    ask::roofline r = one_roof_one_point();
    const ask::log_axes a = ask::axes_of(r);
    CHECK(a.left == 1);
    CHECK(a.right == 3);
    CHECK(a.bottom == 12);
    CHECK(a.top == 14);
    r.bandwidth = byte_rate<>::from_value(3e13);  // the ridge is at 10/3: three are 10, as the point; nothing is wider
    r.points.front().achieved = flop_rate<>::from_value(1e14);
    const ask::log_axes narrow = ask::axes_of(r);
    CHECK(narrow.left == 1);
    CHECK(narrow.right == 2);
    CHECK(narrow.bottom == 14);
    CHECK(narrow.top == 15);
}

TEST_CASE("axes span the plot, in SVG and in text") {
    const report::detail::svg_canvas c({.left = 1, .right = 3, .bottom = 12, .top = 14});
    CHECK(c.x(1e1) == approx(c.left));
    CHECK(c.x(1e2) == approx(0.5 * (c.left + c.right)));
    CHECK(c.x(1e3) == approx(c.right));
    CHECK(c.y(1e12) == approx(c.bottom));
    CHECK(c.y(1e13) == approx(0.5 * (c.bottom + c.top)));
    CHECK(c.y(1e14) == approx(c.top));

    std::istringstream in(report::roofline_text(one_roof_one_point()));
    std::vector<std::string> plot;
    for (std::string line; std::getline(in, line);)
        if (line.find('|') != std::string::npos) plot.push_back(line.substr(line.find('|') + 1));
    REQUIRE(plot.size() > 4);
    CHECK(plot.front().find("---") != std::string::npos);  // the roof of 1e14 is the top of the axis
    CHECK(plot.back().rfind("q", 0) == 0);                 // 10 FLOP/B at 1e12 FLOP/s: the corner
}

// One prompt of 2048 in pieces of at most the 8192 tokens of a step: a pass of the whole prompt and its first token.
TEST_CASE("the examined prefill is one prompt") {
    const auto q = ask::flagship();
    const auto e = ask::examined(q, ask::answered(q));
    const deployment<>& d = q.what;
    const pass_inputs inputs{d.model, d.cut, d.resolved_formats()};
    double flop = 0.0, examined = 0.0;
    for (const auto& row : operators_of(inputs, step_shape::prefill(1, 2048), d.roof()))
        flop += row.asked.work.value() * row.asked.repeats;
    for (const auto& row : e.prefill.rows) examined += row.asked.work.value() * row.asked.repeats;
    CHECK(examined == approx(flop).epsilon(1e-12));
}
