// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The rows of a table of the shared measured data, by column name; empty when that data is not here.

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <shared_data.hpp>
#include <string>
#include <vector>

namespace shared_data {

using row = std::map<std::string, std::string>;

inline std::vector<std::string> cells(const std::string& line) {
    std::vector<std::string> result(1);
    bool quoted = false;
    for (char c : line) {
        if (c == '"') quoted = !quoted;  // a doubled quote toggles twice: only the quote itself is lost
        else if (c == ',' && !quoted) result.emplace_back();
        else if (c != '\r') result.back() += c;
    }
    return result;
}

inline std::vector<row> rows(const std::string& file) {
    std::vector<row> result;
    std::ifstream in(folder() / file);
    std::string line;
    if (!std::getline(in, line)) return result;
    const auto names = cells(line);
    while (std::getline(in, line)) {
        const auto values = cells(line);
        row r;
        for (std::size_t i = 0; i < names.size() && i < values.size(); ++i) r[names[i]] = values[i];
        result.push_back(r);
    }
    return result;
}
}  // namespace shared_data
