// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The library's version (semantic versioning, https://semver.org): macros for `#if`, constants for code.
/// The three numbers below are the only place it is written; CMake reads them from here.
/// Evidence: tests/version_test.cpp.

#define RIDGEPOINT_VERSION_MAJOR 0
#define RIDGEPOINT_VERSION_MINOR 1
#define RIDGEPOINT_VERSION_PATCH 0

/// One number that grows with every release: `#if RIDGEPOINT_VERSION >= 1'000` is 0.1.0 and later.
#define RIDGEPOINT_VERSION \
    (RIDGEPOINT_VERSION_MAJOR * 1'000'000 + RIDGEPOINT_VERSION_MINOR * 1'000 + RIDGEPOINT_VERSION_PATCH)

#define RIDGEPOINT_DETAIL_TEXT(number) #number
#define RIDGEPOINT_DETAIL_DOTTED(major, minor, patch) \
    RIDGEPOINT_DETAIL_TEXT(major) "." RIDGEPOINT_DETAIL_TEXT(minor) "." RIDGEPOINT_DETAIL_TEXT(patch)

namespace ridgepoint {

inline constexpr int version_major = RIDGEPOINT_VERSION_MAJOR;
inline constexpr int version_minor = RIDGEPOINT_VERSION_MINOR;
inline constexpr int version_patch = RIDGEPOINT_VERSION_PATCH;

/// The version as text: "major.minor.patch".
inline constexpr const char* version =
    RIDGEPOINT_DETAIL_DOTTED(RIDGEPOINT_VERSION_MAJOR, RIDGEPOINT_VERSION_MINOR, RIDGEPOINT_VERSION_PATCH);

}  // namespace ridgepoint

#undef RIDGEPOINT_DETAIL_TEXT
#undef RIDGEPOINT_DETAIL_DOTTED
