// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The library's version (semantic versioning, https://semver.org): macros for `#if`, constants for code. The three numbers
/// below are the only place it is written; CMake, Python and the packages read them from here. And the language it needs:
/// included first by what includes nothing else, so that an older one is one sentence.
/// Evidence: tests/version_test.cpp, tests/consumption/language.cmake.

#if defined(_MSVC_LANG)
#define GAMBREL_LANGUAGE _MSVC_LANG
#else
#define GAMBREL_LANGUAGE __cplusplus
#endif
#if GAMBREL_LANGUAGE < 202002L
#error "Gambrel needs C++20: compile with -std=c++20 (/std:c++20), or link gambrel::gambrel in CMake, which asks for it"
#endif

#define GAMBREL_VERSION_MAJOR 0
#define GAMBREL_VERSION_MINOR 1
#define GAMBREL_VERSION_PATCH 0

/// One number that grows with every release: `#if GAMBREL_VERSION >= 1'000` is 0.1.0 and later.
#define GAMBREL_VERSION (GAMBREL_VERSION_MAJOR * 1'000'000 + GAMBREL_VERSION_MINOR * 1'000 + GAMBREL_VERSION_PATCH)

#define GAMBREL_DETAIL_TEXT(number) #number
#define GAMBREL_DETAIL_DOTTED(major, minor, patch) \
    GAMBREL_DETAIL_TEXT(major) "." GAMBREL_DETAIL_TEXT(minor) "." GAMBREL_DETAIL_TEXT(patch)

namespace gambrel {

inline constexpr int version_major = GAMBREL_VERSION_MAJOR;
inline constexpr int version_minor = GAMBREL_VERSION_MINOR;
inline constexpr int version_patch = GAMBREL_VERSION_PATCH;

/// The version as text: "major.minor.patch".
inline constexpr const char* version =
    GAMBREL_DETAIL_DOTTED(GAMBREL_VERSION_MAJOR, GAMBREL_VERSION_MINOR, GAMBREL_VERSION_PATCH);

}  // namespace gambrel

#undef GAMBREL_DETAIL_TEXT
#undef GAMBREL_DETAIL_DOTTED
