// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <gambrel/version.hpp>
#include <string>

TEST_CASE("the text, the numbers, the macros and CMake's project version are one version") {
    CHECK(std::string(gambrel::version) == GAMBREL_PROJECT_VERSION);
    CHECK(std::to_string(gambrel::version_major) + "." + std::to_string(gambrel::version_minor) + "." +
              std::to_string(gambrel::version_patch) ==
          gambrel::version);
#if GAMBREL_VERSION < 1'000
    FAIL("GAMBREL_VERSION is below that of the first release, 0.1.0");
#endif
}
