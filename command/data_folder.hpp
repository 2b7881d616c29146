// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Where the data files lie that the command reads (data/README.md).

#include <filesystem>
#include <string>

namespace command {

/// `asked` where it is not empty; else the folder beside the program: data/ in a build tree, ../share/gambrel where it
/// is installed. Throws `gambrel::error` naming the places tried.
std::filesystem::path data_folder(const std::string& asked);
}  // namespace command
