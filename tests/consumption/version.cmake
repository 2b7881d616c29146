# SPDX-License-Identifier: Apache-2.0
# cmake -DPREFIX=... -DASKED=<version> -DSAID=<regex> -DSCRATCH=... -P version.cmake: find_package of a version that the
# installed one does not stand for fails, and says why.
file(WRITE "${SCRATCH}/CMakeLists.txt" "cmake_minimum_required(VERSION 3.22)\nproject(asks LANGUAGES CXX)\n"
     "find_package(gambrel ${ASKED} REQUIRED)\n")
execute_process(COMMAND "${CMAKE_COMMAND}" -S "${SCRATCH}" -B "${SCRATCH}/build" "-DCMAKE_PREFIX_PATH=${PREFIX}"
                        "-DCMAKE_CXX_COMPILER=${COMPILER}"
                RESULT_VARIABLE failed OUTPUT_QUIET ERROR_VARIABLE message)
if(NOT failed)
    message(FATAL_ERROR "version ${ASKED} was found")
endif()
if(NOT message MATCHES "${SAID}")
    message(FATAL_ERROR "the message does not match ${SAID}:\n${message}")
endif()
