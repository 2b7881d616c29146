// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A launch line for a terminal of 80 columns: what it sets, what it leaves out, what is refused, a flag a line.
/// Evidence: tests/report/launch_test.cpp.

#include <gambrel/ask/heading.hpp>
#include <gambrel/ask/launch/read.hpp>

namespace gambrel::report {
using namespace ask;

inline std::string screen(const launch& l) {
    std::string s = clipped(l.model, 50) + " under " + std::string(name_of(l.server)) + " (" + l.runtime + ")\n";
    const auto listed_as = [&](const char* title, flag_effect effect) {
        const std::vector<launch_entry> found = l.of(effect);
        if (found.empty()) return;
        s += std::string(title) + "\n";
        for (const launch_entry& e : found)
            s += "  " + wrapped(e.flag + (e.value.empty() ? "" : " " + clipped(e.value, 40)) +
                                    (e.what.empty() ? "" : ": " + e.what),
                                screen_columns - 2, 6);
    };
    listed_as("settings", flag_effect::sets);
    listed_as("not counted", flag_effect::not_counted);
    listed_as("no effect on speed", flag_effect::none);
    listed_as("refused", flag_effect::refused);
    if (!l.understood()) s += "Not understood: what is refused stands above, flag and reason.\n";
    return s;
}
}  // namespace gambrel::report
