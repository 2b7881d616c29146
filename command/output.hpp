// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What a subcommand prints. What steers a terminal is written out (gambrel/names/printable.hpp), and what cannot be
/// written is an error: a full disk is no answer.

#include <fmt/format.h>

#include <cstdio>
#include <gambrel/report/json/json_text.hpp>
#include <gambrel/report/written_file.hpp>
#include <string>

#include "styled.hpp"
#include "terminal.hpp"

namespace command {
using namespace gambrel;

/// What is for a program: as it is, but for what steers a terminal. `with` adds colours after that.
template <class With> void write_out(const std::string& text, const With& with) {
    const std::string shown = with(printable_lines(text));
    errno = 0;
    if (std::fwrite(shown.data(), 1, shown.size(), stdout) != shown.size())
        report::fail_written("to the standard output", errno);
}
inline void write_out(const std::string& text) {
    write_out(text, [](std::string shown) { return shown; });
}
/// What is for people: in colours where the terminal shows them.
template <class... Parts> void out(fmt::format_string<Parts...> form, Parts&&... parts) {
    write_out(fmt::format(form, std::forward<Parts>(parts)...),
              [](std::string shown) { return shows_colours() ? styled(shown) : shown; });
}
template <class Json> void out_json(const Json& j) { write_out(report::json_text(j) + "\n"); }

/// Throws `error` unless all of the standard output has arrived where it goes.
inline void finish_out() {
    errno = 0;
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return;
    const int reason = errno;
    std::clearerr(stdout);  // Python's command goes on with it
    report::fail_written("to the standard output", reason);
}
}  // namespace command
