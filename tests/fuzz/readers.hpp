// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Every reader of text that strangers write, as a function of that text: it returns, or throws `gambrel::error`. What it
/// returns keeps the promises checked here; `broken` ends the program where one is not kept.
///
/// descriptors.hpp and tables.hpp add to the list; readers_test.cpp replays tests/fuzz/corpus/NAME/ through each, with any
/// compiler; fuzzer.cpp lets libFuzzer write the text.

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <gambrel/error.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace fuzz {

struct reader {
    std::string_view name;  ///< and the folder of its corpus
    void (*read)(const std::string& text);
};

[[noreturn]] inline void broken(const char* promise) {
    std::fprintf(stderr, "BROKEN: %s\n", promise);
    std::abort();
}
inline void require(bool kept, const char* promise) {
    if (!kept) broken(promise);
}

/// The reader called `name`; null for none.
template <class Readers> const reader* find(const Readers& all, std::string_view name) {
    for (const reader& r : all)
        if (r.name == name) return &r;
    return nullptr;
}
/// Reads `text`: what is wrong with it is one sentence.
inline void run(const reader& r, const std::string& text) {
    try {
        r.read(text);
    } catch (const gambrel::error& e) {
        require(*e.what() != '\0', "an error says something");
    }
}
}  // namespace fuzz
