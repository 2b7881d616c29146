# SPDX-License-Identifier: Apache-2.0
# What only this tree's own programs get: warnings as errors, the test dependencies, the build settings.
# Without a build type: Release, in which tests are built with -O0 or -O1 (cheap to compile) and measured programs with -O2.
if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()
foreach(target nlohmann_json::nlohmann_json fmt::fmt Eigen3::Eigen)
    if(NOT TARGET ${target})
        message(FATAL_ERROR "${target} is not found: install it, or turn GAMBREL_TESTS, GAMBREL_EXAMPLES and "
                            "GAMBREL_BENCHMARKS off")
    endif()
endforeach()
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

find_program(GAMBREL_CCACHE ccache)
if(GAMBREL_CCACHE AND NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
    set(CMAKE_CXX_COMPILER_LAUNCHER "${GAMBREL_CCACHE}")
endif()

add_library(gambrel_dev INTERFACE)
target_link_libraries(gambrel_dev INTERFACE gambrel)
target_compile_options(gambrel_dev INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror)

# Later flags win: these follow the build type's own. Compiling costs more than running all but the tests that loop.
set(GAMBREL_TEST_OPTIONS "$<$<CONFIG:Release>:-O0;-UNDEBUG>")
set(GAMBREL_LOOPING_TEST_OPTIONS "$<$<CONFIG:Release>:-O1;-UNDEBUG>")
set(GAMBREL_MEASURED_OPTIONS "$<$<CONFIG:Release>:-O2;-DNDEBUG>")

option(GAMBREL_UNITY "Compile the command and the Python extension in two units each: slower file by file" ON)

# gambrel_precompile(<target> <header>...) or (<target> REUSE_FROM <target>): what all files of a target parse alike is
# parsed once. It hides includes that a file forgets; that headers forget none, tests/structure sees. ccache passes such
# files by, and must: a precompiled header knows the times of its files, a cached one those of other files.
option(GAMBREL_PRECOMPILE "Precompile the headers that many files of a target include" ON)
function(gambrel_precompile target)
    if(NOT GAMBREL_PRECOMPILE)
        return()
    endif()
    if(ARGV1 STREQUAL "REUSE_FROM")
        target_precompile_headers(${target} REUSE_FROM ${ARGV2})
    else()
        target_precompile_headers(${target} PRIVATE ${ARGN})
    endif()
endfunction()
