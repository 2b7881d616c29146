// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What the standard output is: a terminal of so many columns, with colours or without, or a file.
/// Colours are for a terminal where NO_COLOR is not set or empty (no-color.org) and TERM is not dumb; COLUMNS overrides the
/// width.

#include <cstdlib>
#include <string_view>
#if defined(__unix__) || defined(__APPLE__)
#include <sys/ioctl.h>
#include <unistd.h>
#endif

namespace command {

inline bool to_terminal() {
#if defined(__unix__) || defined(__APPLE__)
    return isatty(STDOUT_FILENO) == 1;
#else
    return false;
#endif
}

/// Columns to print in: those of the terminal, from 60 to 240; 80 elsewhere.
inline std::size_t terminal_columns() {
    long columns = 80;
    const char* const given = std::getenv("COLUMNS");
    if (given != nullptr && *given != '\0') columns = std::strtol(given, nullptr, 10);
#if defined(__unix__) || defined(__APPLE__)
    winsize size{};
    if (to_terminal() && (given == nullptr || columns <= 0) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
        columns = size.ws_col;
#endif
    return static_cast<std::size_t>(columns <= 0 ? 80 : columns < 60 ? 60 : columns > 240 ? 240 : columns);
}

inline bool shows_colours() {
    const char* const refused = std::getenv("NO_COLOR");
    const char* const kind = std::getenv("TERM");
    return to_terminal() && (refused == nullptr || *refused == '\0') && kind != nullptr &&
           std::string_view(kind) != "dumb";
}
}  // namespace command
