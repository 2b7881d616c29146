// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Whether a file is there twice: the same path, or the same bytes under another name. Two runs of a server never agree
/// in every byte of what a benchmark wrote of them. Evidence: tests/comparison/compare_test.cpp.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <vector>

namespace gambrel {

/// How the note of an observation ends whose file was there twice.
inline constexpr std::string_view counts_once = "is a copy of it, and counts once with it";

inline bool same_content(const std::filesystem::path& x, const std::filesystem::path& y) {
    std::error_code problem;
    if (std::filesystem::equivalent(x, y, problem) && !problem) return true;
    const auto size_x = std::filesystem::file_size(x, problem);
    if (problem || size_x == 0) return false;
    const auto size_y = std::filesystem::file_size(y, problem);
    if (problem || size_x != size_y) return false;
    std::ifstream of_x(x, std::ios::binary), of_y(y, std::ios::binary);
    std::vector<char> a(1 << 16), b(1 << 16);
    while (of_x && of_y) {
        of_x.read(a.data(), static_cast<std::streamsize>(a.size()));
        of_y.read(b.data(), static_cast<std::streamsize>(b.size()));
        if (of_x.gcount() != of_y.gcount() || !std::equal(a.begin(), a.begin() + of_x.gcount(), b.begin()))
            return false;
    }
    return of_x.eof() && of_y.eof();
}

/// The file of `read` with the content of `file`; null: none.
inline const std::filesystem::path* copied_by(const std::vector<std::filesystem::path>& read,
                                              const std::filesystem::path& file) {
    const auto found = std::find_if(read.begin(), read.end(), [&](const auto& x) { return same_content(x, file); });
    return found == read.end() ? nullptr : &*found;
}
}  // namespace gambrel
