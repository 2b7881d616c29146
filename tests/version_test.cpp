// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <ridgepoint/version.hpp>
#include <string>

TEST_CASE("the text, the numbers, the macros and CMake's project version are one version") {
    CHECK(std::string(ridgepoint::version) == RIDGEPOINT_PROJECT_VERSION);
    CHECK(std::to_string(ridgepoint::version_major) + "." + std::to_string(ridgepoint::version_minor) + "." +
              std::to_string(ridgepoint::version_patch) ==
          ridgepoint::version);
#if RIDGEPOINT_VERSION < 1'000
    FAIL("RIDGEPOINT_VERSION is below that of the first release, 0.1.0");
#endif
}
