// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A launch line that was written: its words, how many servers are started with it, and what it cannot say.
/// Evidence: tests/ask/launch_write_test.cpp.

#include <gambrel/ask/launch/launch.hpp>

namespace gambrel::ask {

/// `word` as a POSIX shell reads it back: in single quotes where any of its characters means something else.
inline std::string shell_quoted(std::string_view word) {
    constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=,@%+";
    if (!word.empty() && word.find_first_not_of(plain) == std::string_view::npos) return std::string(word);
    std::string quoted = "'";
    for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return quoted + "'";
}

struct written_launch {
    launch_server server = launch_server::vllm;
    std::vector<std::string> words{};     ///< of one server, not quoted
    std::vector<std::string> settings{};  ///< of `words` those after the program and the model
    std::string model{};                  ///< as the line names it
    int servers = 1;                      ///< independent ones with this same line, behind a router
    int devices = 1;                      ///< of each
    std::vector<std::pair<std::string, std::string>>
        unsaid{};  ///< keywords that the line does not set as asked, and why

    bool complete() const { return unsaid.empty(); }
    std::string line() const {
        std::string s;
        for (const std::string& word : words) s += (s.empty() ? "" : " ") + shell_quoted(word);
        return s;
    }
};
}  // namespace gambrel::ask
