// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A written report as its parts: sections of paragraphs, lists, tables, bars and lines to paste. Markdown, HTML and JSON print
/// the same document, so they cannot disagree. Evidence: tests/ask/write_up_test.cpp.

#include <string>
#include <variant>
#include <vector>

namespace gambrel::ask {

struct paragraph {
    std::string text{};
};
struct bullet_list {
    std::vector<std::string> items{};
    bool to_tick = false;  ///< a checklist
};
struct document_table {
    std::vector<std::string> head{};
    std::vector<std::vector<std::string>> rows{};
};
struct code_lines {
    std::vector<std::string> lines{};
};
/// Shares or ranges as bars: each from `low` to `high` with a mark at `value`, on a scale from 0 to `most`.
struct chart_bar {
    std::string name{}, words{};
    double value = 0.0, low = 0.0, high = 0.0;
};
struct bar_chart {
    std::string title{};
    std::vector<chart_bar> bars{};
    double mark = 0.0;  ///< a line across, as at a gain of 1; 0: none
    bool ranges = false;
};
using block = std::variant<paragraph, bullet_list, document_table, code_lines, bar_chart>;

struct section {
    std::string key{}, heading{};
    std::vector<block> blocks{};
};
struct document {
    std::string title{}, subtitle{};
    std::vector<section> sections{};

    const section* find(std::string_view key) const {
        for (const section& s : sections)
            if (s.key == key) return &s;
        return nullptr;
    }
};
}  // namespace gambrel::ask
