// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A line as a shell splits it into words: quotes, escapes, lines that go on (\, and ^ or ` of other shells), remarks.
/// Nothing is expanded. Evidence: tests/ask/launch_test.cpp.

#include <gambrel/error.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace gambrel::ask {

/// Throws `error` where a quote does not end.
inline std::vector<std::string> shell_words(std::string_view line) {
    std::vector<std::string> words;
    std::string word;
    bool begun = false;
    const auto is_space = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
    const auto end = [&] {
        if (begun) words.push_back(word);
        word.clear();
        begun = false;
    };
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        const char next = i + 1 < line.size() ? line[i + 1] : '\n';
        const bool goes_on = (c == '\\' || ((c == '^' || c == '`') && !begun)) && (next == '\n' || next == '\r');
        if (goes_on || is_space(c)) {
            end();
            if (goes_on) ++i;
        } else if (c == '#' && !begun) {
            while (i + 1 < line.size() && line[i + 1] != '\n') ++i;
        } else if (c == '\\') {
            word += next;
            begun = true;
            ++i;
        } else if (c == '\'' || c == '"') {
            begun = true;
            std::size_t j = i + 1;
            for (; j < line.size() && line[j] != c; ++j) {
                if (c == '"' && line[j] == '\\' && j + 1 < line.size() && (line[j + 1] == '"' || line[j + 1] == '\\'))
                    ++j;
                word += line[j];
            }
            if (j >= line.size()) fail("a quote of the launch line does not end: " + std::string(line.substr(i, 40)));
            i = j;
        } else {
            word += c;
            begun = true;
        }
    }
    end();
    return words;
}
}  // namespace gambrel::ask
