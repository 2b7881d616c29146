# SPDX-License-Identifier: Apache-2.0
# cmake -DCOMPILER=... -DPREFIX=... -DSAID=<regex> -P language.cmake: whatever header comes first, below C++20 the first
# error is the sentence that says what to do.
foreach(header gambrel units error numeric/math hardware/catalog model/catalog serving/predict queueing/erlang units_io)
    file(WRITE "${SCRATCH}/main.cpp" "#include <gambrel/${header}.hpp>\n")
    execute_process(COMMAND "${CMAKE_COMMAND}" -E env LC_ALL=C "${COMPILER}" -std=c++17 -fsyntax-only "-I${PREFIX}/include"
                            "${SCRATCH}/main.cpp"
                    RESULT_VARIABLE failed ERROR_VARIABLE message OUTPUT_QUIET)
    string(FIND "${message}" "error: " first)
    string(SUBSTRING "${message}" ${first} 160 sentence)
    if(NOT failed OR NOT sentence MATCHES "${SAID}")
        message(FATAL_ERROR "<gambrel/${header}.hpp> in C++17 begins with\n${sentence}")
    endif()
endforeach()
