# SPDX-License-Identifier: Apache-2.0
# cmake -DNM=... -DLIBRARY=... -DHEADER=... -P exports.cmake: the library exports what the header declares and nothing else.
execute_process(COMMAND "${NM}" --dynamic --defined-only --format=posix "${LIBRARY}" OUTPUT_VARIABLE symbols
                COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCHALL "(^|\n)[A-Za-z_][^ ]* [^A]" exported "${symbols}")
list(TRANSFORM exported REPLACE "^\n?([^ ]*) .*" "\\1")
file(READ "${HEADER}" header)
string(REGEX MATCHALL "GAMBREL_API [^(]*" declared "${header}")
list(TRANSFORM declared REPLACE ".*[ *]" "")
list(FILTER declared INCLUDE REGEX "^gambrel_")
list(SORT exported)
list(SORT declared)
if(NOT exported STREQUAL declared)
    message(FATAL_ERROR "exported: ${exported}\ndeclared: ${declared}")
endif()
