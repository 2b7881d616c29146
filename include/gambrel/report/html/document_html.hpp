// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A document as one HTML page that needs nothing else: its style within, its charts as SVG in the colours of the page, light
/// or dark as the reader's system is, down to the width of a telephone. No script. Evidence: tests/ask/write_up_test.cpp.

#include <fmt/format.h>

#include <cmath>
#include <gambrel/ask/words.hpp>
#include <gambrel/ask/write_up/document.hpp>

namespace gambrel::report {
using namespace ask;

namespace detail {
inline constexpr std::string_view page_style =
    ":root{color-scheme:light dark;--ink:#1f2328;--soft:#59636e;--line:#d1d9e0;--page:#fff;--box:#f6f8fa;--bar:#0072b2;"
    "--range:#9ecae1}"
    "@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9198a1;--line:#3d444d;--page:#0d1117;--box:#151b23;"
    "--bar:#56b4e9;--range:#24506b}}"
    "body{margin:0;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,sans-serif}"
    "main{max-width:60rem;margin:0 auto;padding:1.5rem 1rem 4rem}"
    "h1{font-size:1.6rem;line-height:1.25;overflow-wrap:anywhere}h2{font-size:1.2rem;margin-top:2.2rem;border-bottom:"
    "1px solid "
    "var(--line);padding-bottom:.2rem}"
    ".sub{color:var(--soft)}.scroll{overflow-x:auto}table{border-collapse:collapse;font-size:.92rem;min-width:100%}"
    "th,td{text-align:left;vertical-align:top;padding:.35rem .8rem .35rem 0;border-bottom:1px solid var(--line)}"
    "th{color:var(--soft);font-weight:500}td:first-child{min-width:8rem}"
    "pre{background:var(--box);border:1px solid "
    "var(--line);border-radius:6px;padding:.8rem;overflow-x:auto;font-size:.85rem}"
    "ul{padding-left:1.3rem}li{margin:.25rem 0}figure{margin:1rem 0}figcaption{color:var(--soft);font-size:.92rem}"
    "svg{display:block;width:100%;height:auto;max-width:30rem}svg text{fill:var(--ink);font-size:12px}"
    ".bar{fill:var(--bar)}.range{fill:var(--range)}.mark{stroke:var(--ink);stroke-dasharray:3 2}"
    "@media(max-width:40rem){thead{display:none}table,tbody,tr,td{display:block}tr{padding:.5rem 0;border-bottom:1px "
    "solid "
    "var(--line)}td{border:0;padding:.05rem "
    "0;overflow-wrap:anywhere}td:first-child{font-weight:600}td:empty{display:none}"
    "td[data-h]::before{content:attr(data-h) \" \";color:var(--soft)}}";

inline std::string html_text(std::string_view text) {
    std::string out;
    for (const char c : printable(text)) {
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

/// Two lines a bar, name and words above it: legible where the page is narrow. Ranges are of factors: their scale is
/// logarithmic, and a mark stands where nothing changes.
inline std::string chart_html(const bar_chart& c) {
    constexpr double wide = 340.0, row = 40.0, left = 3.0;
    double most = 0.0, least = c.ranges ? c.mark : 0.0;
    for (const chart_bar& b : c.bars) {
        most = std::fmax(most, b.high);
        if (c.ranges) least = std::fmin(least, b.low);
    }
    if (!(most > least) || (c.ranges && !(least > 0.0))) return "";
    const auto at = [&](double x) {
        const double share = c.ranges ? std::log(x / least) / std::log(most / least) : x / most;
        return left + (wide - 2.0 * left) * share;
    };
    const double high = row * static_cast<double>(c.bars.size());
    std::string svg = fmt::format("<svg viewBox=\"0 0 {:.0f} {:.0f}\" role=\"img\" aria-label=\"{}\">", wide, high,
                                  html_text(c.title));
    double y = 0.0;
    for (const chart_bar& b : c.bars) {
        svg += fmt::format(
            "<text x=\"0\" y=\"{0:.0f}\">{1}</text><text x=\"{2:.0f}\" y=\"{0:.0f}\" "
            "text-anchor=\"end\">{3}</text>",
            y + 15.0, html_text(clipped(b.name, 33)), wide, html_text(b.words));
        const auto box = [&](const char* kind, double x, double width, double top, double height) {
            svg += fmt::format("<rect class=\"{}\" x=\"{:.1f}\" y=\"{:.0f}\" width=\"{:.1f}\" height=\"{:.0f}\"/>",
                               kind, x, y + top, width, height);
        };
        if (c.ranges) {
            box("range", at(b.low), std::fmax(1.0, at(b.high) - at(b.low)), 22.0, 12.0);
            box("bar", at(b.value) - 2.0, 4.0, 20.0, 16.0);
        } else {
            box("bar", at(0.0), std::fmax(1.0, at(b.value) - at(0.0)), 22.0, 12.0);
        }
        if (c.ranges)
            svg += fmt::format("<line class=\"mark\" x1=\"{0:.1f}\" y1=\"{1:.0f}\" x2=\"{0:.1f}\" y2=\"{2:.0f}\"/>",
                               at(c.mark), y + 18.0, y + 38.0);
        y += row;
    }
    return "<figure>" + svg + "</svg><figcaption>" + html_text(c.title) + "</figcaption></figure>\n";
}

struct html_block {
    std::string operator()(const paragraph& p) const { return "<p>" + html_text(p.text) + "</p>\n"; }
    std::string operator()(const bullet_list& l) const {
        std::string text = "<ul>";
        for (const std::string& i : l.items)
            text += std::string("<li>") + (l.to_tick ? "&#9744; " : "") + html_text(i) + "</li>";
        return text + "</ul>\n";
    }
    std::string operator()(const document_table& t) const {
        std::string text = "<div class=\"scroll\"><table><thead><tr>";
        for (const std::string& h : t.head) text += "<th>" + html_text(h) + "</th>";
        text += "</tr></thead><tbody>";
        for (const auto& row : t.rows) {
            text += "<tr>";
            for (std::size_t i = 0; i < row.size(); ++i)
                text += "<td" +
                        (i > 0 && i < t.head.size() && !t.head[i].empty() ? " data-h=\"" + html_text(t.head[i]) + ":\""
                                                                          : "") +
                        ">" + html_text(row[i]) + "</td>";
            text += "</tr>";
        }
        return text + "</tbody></table></div>\n";
    }
    std::string operator()(const code_lines& c) const {
        std::string text = "<pre><code>";
        for (const std::string& l : c.lines) text += html_text(l) + "\n";
        return text + "</code></pre>\n";
    }
    std::string operator()(const bar_chart& c) const { return chart_html(c); }
};
}  // namespace detail

inline std::string as_html(const document& d) {
    std::string page = fmt::format(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
        "content=\"width=device-width,initial-scale=1\"><link rel=\"icon\" "
        "href=\"data:,\"><title>{0}</title><style>{1}</style></head>\n<body><main>\n"
        "<h1>{0}</h1>\n<p class=\"sub\">{2}</p>\n",
        detail::html_text(d.title), detail::page_style, detail::html_text(d.subtitle));
    for (const section& s : d.sections) {
        page += fmt::format("<section id=\"{}\"><h2>{}</h2>\n", detail::html_text(s.key), detail::html_text(s.heading));
        for (const block& b : s.blocks) page += std::visit(detail::html_block{}, b);
        page += "</section>\n";
    }
    return page + "</main></body></html>\n";
}
}  // namespace gambrel::report
