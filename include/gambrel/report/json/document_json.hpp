// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A document as JSON: its sections by key, each a list of blocks (docs/json.md). Evidence: tests/ask/write_up_test.cpp.

#include <gambrel/ask/write_up/document.hpp>
#include <gambrel/report/json/prediction_json.hpp>

namespace gambrel::report {

namespace detail {
struct json_block {
    json operator()(const paragraph& p) const { return {{"kind", "paragraph"}, {"text", p.text}}; }
    json operator()(const bullet_list& l) const {
        return {{"kind", l.to_tick ? "checklist" : "list"}, {"items", l.items}};
    }
    json operator()(const document_table& t) const { return {{"kind", "table"}, {"head", t.head}, {"rows", t.rows}}; }
    json operator()(const code_lines& c) const { return {{"kind", "lines"}, {"lines", c.lines}}; }
    json operator()(const bar_chart& c) const {
        json bars = json::array();
        for (const chart_bar& b : c.bars)
            bars.push_back({{"name", b.name},
                            {"words", b.words},
                            {"value", finite(b.value)},
                            {"low", finite(b.low)},
                            {"high", finite(b.high)}});
        return {{"kind", "bars"}, {"title", c.title}, {"bars", std::move(bars)}};
    }
};
}  // namespace detail

inline json as_json(const document& d) {
    json sections = json::object();
    for (const section& s : d.sections) {
        json blocks = json::array();
        for (const block& b : s.blocks) blocks.push_back(std::visit(detail::json_block{}, b));
        sections[s.key] = {{"heading", s.heading}, {"blocks", std::move(blocks)}};
    }
    return {{"gambrel", version}, {"title", d.title}, {"subtitle", d.subtitle}, {"sections", std::move(sections)}};
}
}  // namespace gambrel::report
