// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A file that a subcommand writes.

#include <fstream>
#include <gambrel/error.hpp>
#include <string>

namespace command {

/// Throws `error` where it cannot be written.
inline std::ofstream opened(const std::string& path) {
    std::ofstream file(path, std::ios::binary);
    if (!file) gambrel::fail("cannot write " + path);
    return file;
}
}  // namespace command
