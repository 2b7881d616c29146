// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The names of llama.cpp's tests, taken apart.
///
///     ppN[@dD][xB]      N prompt tokens after D cached ones, of B sequences, in passes of `ubatch` tokens
///     ppP+tgN[@dD]      both, one after the other, in one speed (llama-bench -pg P,N)
///     tgN[@dD]          N tokens of one sequence, the first after D cached ones
///     tgN@ppPxB         N tokens each of B sequences with prompts of P; tokens per second are of all together
///     promptN, genN@pP  the timings of llama.cpp's own program, the same two things
///
/// Evidence: tests/measurement/measured_test.cpp, tests/validation/predict_row_test.cpp.

#include <gambrel/measurement/fields.hpp>
#include <gambrel/measurement/refusal.hpp>
#include <optional>
#include <string>

namespace gambrel::detail {

/// "tg32@pp512xB4" taken apart.
struct llama_test {
    bool decode = false;
    double tokens = 0, past = 0, sequences = 1;
    double then = 0;  ///< tokens decoded after the prompt, in one speed
};

/// The number that follows `word` in `text`, or nothing.
inline std::optional<double> number_after(std::string_view text, std::string_view word) {
    const std::size_t at = text.find(word);
    if (at == std::string_view::npos) return {};
    text.remove_prefix(at + word.size());
    std::size_t end = 0;
    while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
    return number_in(text.substr(0, end));
}

inline llama_test read_llama_test(std::string_view name) {
    llama_test t;
    std::optional<double> tokens;
    for (const std::string_view word : {"pp", "prompt"})
        if (name.starts_with(word)) tokens = number_after(name, word);
    for (const std::string_view word : {"tg", "gen"})
        if (name.starts_with(word)) {
            tokens = number_after(name, word);
            t.decode = true;
        }
    if (!tokens || *tokens < 1.0 || *tokens > longest_length) refuse("test not known: " + std::string(name));
    t.tokens = *tokens;
    if (!t.decode && contains(name, "+")) {
        t.then = number_after(name, "+tg").value_or(0.0);
        if (!(t.then >= 1.0 && t.then <= longest_length)) refuse("test not known: " + std::string(name));
    }
    for (const std::string_view word : {"@pp", "@p", "@d"})
        if (const auto n = number_after(name, word)) t.past = *n;
    t.sequences = number_after(name, "xB").value_or(1.0);
    if (!(t.past <= longest_length) || !(t.sequences >= 1.0 && t.sequences <= most_clients))
        refuse("test not known: " + std::string(name));
    return t;
}
}  // namespace gambrel::detail
