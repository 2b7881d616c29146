// SPDX-License-Identifier: Apache-2.0
#pragma once
// Where the measured data lie that are not part of the tree: GAMBREL_DATA, else ../shared/data beside the checkout, in
// which tests run.
#include <cstdlib>
#include <filesystem>

namespace shared_data {

inline std::filesystem::path folder() {
    const char* given = std::getenv("GAMBREL_DATA");
    return given ? std::filesystem::path(given) : std::filesystem::path("..") / "shared" / "data";
}
}  // namespace shared_data
