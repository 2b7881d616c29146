// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Lists as they are typed: "h100-sxm, l40s". Evidence: tests/ask/fleet_answer_test.cpp, fit_test.cpp.

#include <gambrel/error.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace gambrel::ask {

/// The parts of "a,b", without the spaces around them; `what` they are, for the error. Throws for an empty part.
inline std::vector<std::string> typed_list(std::string_view list, const std::string& what) {
    std::vector<std::string> parts;
    std::string_view rest = list;
    for (bool more = true; more;) {
        const std::size_t end = rest.find(',');
        std::string_view part = rest.substr(0, end);
        more = end != std::string_view::npos;
        if (more) rest.remove_prefix(end + 1);
        while (!part.empty() && part.front() == ' ') part.remove_prefix(1);
        while (!part.empty() && part.back() == ' ') part.remove_suffix(1);
        if (part.empty())
            fail("the list of " + what + " is \"" + std::string(list.substr(0, 60)) + "\"; a part of it is empty");
        parts.emplace_back(part);
    }
    return parts;
}
}  // namespace gambrel::ask
