# SPDX-License-Identifier: Apache-2.0
# cmake -DPROGRAM=... [-DARGUMENT=...] -DEXPECTED=... -P check_output.cmake: runs the program and compares what it prints.
execute_process(COMMAND "${PROGRAM}" ${ARGUMENT} OUTPUT_VARIABLE printed RESULT_VARIABLE status)
if(NOT status EQUAL 0)
    message(NOTICE "${printed}")
    message(FATAL_ERROR "${PROGRAM} printed the above and ended with ${status}")
endif()
file(READ "${EXPECTED}" expected)
if(NOT printed STREQUAL expected)
    message(NOTICE "--- printed\n${printed}--- expected\n${expected}---")
    message(FATAL_ERROR "${PROGRAM} does not print what ${EXPECTED} has")
endif()
