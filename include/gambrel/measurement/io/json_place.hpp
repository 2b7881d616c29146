// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Lines of a JSON text: of the value at a path ("as_run/0/set/kv"), and of a key that stands twice in one object, which
/// would silently lose one of two values. The text has been found to be JSON; of another text the answer is line 0.
/// Evidence: tests/measurement/conventions_test.cpp.

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace gambrel::detail {

class json_places {
public:
    explicit json_places(std::string_view text) : text_(text) {}

    /// The line of the value at `path`, whose parts '/' divides: keys, and places in lists. The line of the last part
    /// that there is.
    std::size_t line_of(std::string_view path) {
        at_ = 0;
        std::size_t line = line_here();
        while (!path.empty()) {
            if (path.front() == '/') path.remove_prefix(1);
            const std::size_t end = std::min(path.find('/'), path.size());
            if (end > 0 && !enter(path.substr(0, end))) return line;
            path.remove_prefix(end);
            line = line_here();
        }
        return line;
    }
    /// The first key that stands twice in one object, and the line of the second; an empty key: none does.
    std::pair<std::string, std::size_t> repeated_key() {
        at_ = 0;
        found_ = {};
        skip();
        return found_;
    }

private:
    void space() {
        while (at_ < text_.size() &&
               (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t' || text_[at_] == '\r'))
            ++at_;
    }
    std::size_t line_here() {
        space();
        return 1 + static_cast<std::size_t>(
                       std::count(text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(at_), '\n'));
    }
    /// The string here, without its quotes, as written.
    std::string_view string() {
        const std::size_t begin = ++at_;
        while (at_ < text_.size() && text_[at_] != '"') at_ += text_[at_] == '\\' ? 2 : 1;
        return text_.substr(begin, std::min(at_++, text_.size()) - begin);
    }
    /// Past the value here.
    void skip() {
        space();
        if (at_ >= text_.size()) return;
        if (text_[at_] == '"') {
            string();
        } else if (text_[at_] == '{' || text_[at_] == '[') {
            const bool object = text_[at_++] == '{';
            std::set<std::string, std::less<>> keys;
            for (space(); at_ < text_.size() && text_[at_] != '}' && text_[at_] != ']'; space()) {
                if (object) {
                    const std::string key(string());
                    if (found_.first.empty() && !keys.insert(key).second) found_ = {key, line_here()};
                    past(':');
                }
                skip();
                past(',');
            }
            ++at_;
        } else {
            while (at_ < text_.size() && text_.substr(at_, 1).find_first_of(",]} \n\t\r") == std::string_view::npos)
                ++at_;
        }
    }
    void past(char c) {
        space();
        if (at_ < text_.size() && text_[at_] == c) ++at_;
    }
    /// To the value of `part` in the object or list here; false where it has none.
    bool enter(std::string_view part) {
        space();
        if (at_ >= text_.size() || (text_[at_] != '{' && text_[at_] != '[')) return false;
        const bool object = text_[at_++] == '{';
        std::size_t place = 0;
        for (space(); at_ < text_.size() && text_[at_] != '}' && text_[at_] != ']'; space()) {
            std::string name = std::to_string(place++);
            if (object) {
                name = string();
                past(':');
            }
            if (name == part) return true;
            skip();
            past(',');
        }
        return false;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::pair<std::string, std::size_t> found_{};
};
}  // namespace gambrel::detail
