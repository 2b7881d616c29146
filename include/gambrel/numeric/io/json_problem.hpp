// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Why a text is no JSON, as a sentence says it: the library's words without its own name for them.
/// Evidence: tests/numeric/json_problem_test.cpp.

#include <exception>
#include <string>
#include <string_view>

namespace gambrel {

/// "[json.exception.parse_error.101] parse error at line 1, column 1: ..." from "parse error" on, at most 160 characters.
inline std::string json_problem(const std::exception& e) {
    std::string_view said = e.what();
    if (said.substr(0, 1) == "[")
        if (const std::size_t end = said.find("] "); end != std::string_view::npos) said.remove_prefix(end + 2);
    return std::string(said.substr(0, 160));
}
}  // namespace gambrel
