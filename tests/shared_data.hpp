// SPDX-License-Identifier: Apache-2.0
#pragma once
// Where the measured data lie: GAMBREL_DATA, else ../shared/data beside the checkout, in which tests run, else the
// facts and few rows of tests/reference/data.
#include <cstdlib>
#include <filesystem>

namespace shared_data {

inline std::filesystem::path folder() {
    const char* given = std::getenv("GAMBREL_DATA");
    if (given) return given;
    const std::filesystem::path beside = std::filesystem::path("..") / "shared" / "data";
    return std::filesystem::exists(beside) ? beside : std::filesystem::path("tests") / "reference" / "data";
}
/// Whether the tables there are whole: what is counted or averaged over many rows holds of those alone.
inline bool whole() { return !std::filesystem::exists(folder() / "cut.md"); }
/// `all` of the whole tables, `few` of the cut ones.
template <class N> N of_whole(N all, N few) { return whole() ? all : few; }
}  // namespace shared_data
