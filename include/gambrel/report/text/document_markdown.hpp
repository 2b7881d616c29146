// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A document as Markdown of GitHub. Evidence: tests/ask/write_up_test.cpp.

#include <fmt/format.h>

#include <gambrel/ask/words.hpp>
#include <gambrel/ask/write_up/document.hpp>

namespace gambrel::report {
using namespace ask;

namespace detail {
/// Text within Markdown: names come from files, and may not open a tag, a table's cell or a link.
inline std::string markdown_text(std::string_view text) {
    std::string out;
    for (const char c : printable(text)) {
        if (c == '|' || c == '<' || c == '>' || c == '`' || c == '[' || c == ']' || c == '*' || c == '_') out += '\\';
        out += c;
    }
    return out;
}
struct markdown_block {
    std::string operator()(const paragraph& p) const { return markdown_text(p.text) + "\n"; }
    std::string operator()(const bullet_list& l) const {
        std::string text;
        for (const std::string& i : l.items) text += (l.to_tick ? "- [ ] " : "- ") + markdown_text(i) + "\n";
        return text;
    }
    std::string operator()(const document_table& t) const {
        const auto row = [](const std::vector<std::string>& cells) {
            std::string line = "|";
            for (const std::string& c : cells) line += " " + markdown_text(c) + " |";
            return line + "\n";
        };
        std::string text = row(t.head) + "|";
        for (std::size_t i = 0; i < t.head.size(); ++i) text += "---|";
        text += "\n";
        for (const auto& r : t.rows) text += row(r);
        return text;
    }
    std::string operator()(const code_lines& c) const {
        std::string text = "```sh\n";
        for (const std::string& l : c.lines) text += printable(l) + "\n";
        return text + "```\n";
    }
    std::string operator()(const bar_chart& c) const {
        std::string text = markdown_text(c.title) + ":\n\n```text\n";
        double most = 0.0;
        std::size_t wide = 0;
        for (const chart_bar& b : c.bars) {
            most = std::fmax(most, b.value);
            wide = std::max(wide, width(b.name));
        }
        for (const chart_bar& b : c.bars)
            text += printable(b.name) + std::string(wide - width(b.name) + 2, ' ') +
                    bar(most > 0.0 ? b.value / most : 0.0, 30) + "  " + printable(b.words) + "\n";
        return text + "```\n";
    }
};
}  // namespace detail

inline std::string as_markdown(const document& d) {
    std::string text = "# " + detail::markdown_text(d.title) + "\n\n" + detail::markdown_text(d.subtitle) + "\n";
    for (const section& s : d.sections) {
        text += "\n## " + detail::markdown_text(s.heading) + "\n";
        for (const block& b : s.blocks) text += "\n" + std::visit(detail::markdown_block{}, b);
    }
    return text;
}
}  // namespace gambrel::report
