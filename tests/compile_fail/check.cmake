# SPDX-License-Identifier: Apache-2.0
# cmake -DCOMPILER=... -DINCLUDES=<dir>,<dir> -DFILE=<law>.cpp -DMODE=legal|forbidden -P check.cmake
#   legal      the program compiles
#   forbidden  with MUST_FAIL it does not; the compiler points at the line after #ifdef MUST_FAIL, and its message
#              has the text of the file's "// expect:" line (alternatives, for different compilers, are parted by " | ")
string(REPLACE "," ";" directories "${INCLUDES}")
set(flags -std=c++20 -fsyntax-only)
foreach(directory IN LISTS directories)
    list(APPEND flags -I "${directory}")
endforeach()
if(MODE STREQUAL "forbidden")
    list(APPEND flags -DMUST_FAIL)
endif()

# In the C locale both compilers write plain quotes.
execute_process(COMMAND "${CMAKE_COMMAND}" -E env LC_ALL=C "${COMPILER}" ${flags} "${FILE}"
                RESULT_VARIABLE result OUTPUT_VARIABLE message ERROR_VARIABLE message)

if(MODE STREQUAL "legal")
    if(NOT result EQUAL 0)
        message(FATAL_ERROR "the legal twin does not compile:\n${message}")
    endif()
    return()
endif()

if(result EQUAL 0)
    message(FATAL_ERROR "the forbidden line compiles")
endif()

file(READ "${FILE}" program)
if(NOT program MATCHES "// expect: ([^\n]+)\n")
    message(FATAL_ERROR "${FILE} has no \"// expect:\" line")
endif()
string(REPLACE " | " ";" alternatives "${CMAKE_MATCH_1}")
string(FIND "${program}" "#ifdef MUST_FAIL" at)
string(SUBSTRING "${program}" 0 ${at} before)
string(REGEX REPLACE "[^\n]" "" newlines "${before}")
string(LENGTH "${newlines}" lines_before)
math(EXPR forbidden_line "${lines_before} + 2")

get_filename_component(name "${FILE}" NAME)
string(FIND "${message}" "${name}:${forbidden_line}:" pointed_at)
if(pointed_at EQUAL -1)
    message(FATAL_ERROR "the compiler does not point at line ${forbidden_line} of ${name}:\n${message}")
endif()
foreach(text IN LISTS alternatives)
    string(FIND "${message}" "${text}" found)
    if(NOT found EQUAL -1)
        return()
    endif()
endforeach()
message(FATAL_ERROR "the message has none of \"${alternatives}\":\n${message}")
