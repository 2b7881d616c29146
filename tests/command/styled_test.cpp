// SPDX-License-Identifier: Apache-2.0
// Colours: the words stay the same, and what stands out is what should.
#include <doctest/doctest.h>

#include "../../command/styled.hpp"

using command::styled;

namespace {
std::string without_colours(std::string s) {
    for (std::size_t at = 0; (at = s.find('\x1b')) != std::string::npos;) s.erase(at, s.find('m', at) - at + 1);
    return s;
}
}  // namespace

TEST_CASE("verdicts, notes, ranges and bars; every word as it was") {
    CHECK(styled("Not possible: too much.\n") == "\x1b[1;31mNot possible: too much.\x1b[0m\n");
    CHECK(styled("a\nnote: b") == "a\n\x1b[33mnote: b\x1b[0m");
    CHECK(styled("TTFT  53.2 ms  (41.4 to 68.2)  x") == "TTFT  53.2 ms  \x1b[2m(41.4 to 68.2)\x1b[0m  x");
    CHECK(styled("gemm  61 %  ###  9 %") == "gemm  61 %  \x1b[34m###\x1b[0m  9 %");
    for (const char* as_it_is : {"", "\n\n", "(a to b)", "(12 of 30)", "(12 to 3", "plain\nNotes", "what Not possible"})
        CHECK(styled(as_it_is) == as_it_is);
    const std::string screen =
        "Llama on h100\n\nInstead: tp 2.\nTPOT 7 ms (6 to 8)\n  x ## ####\nIt may not start: 3 %\n";
    CHECK(without_colours(styled(screen)) == screen);
    CHECK(styled(screen) != screen);
}
