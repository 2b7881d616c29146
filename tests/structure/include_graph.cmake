# SPDX-License-Identifier: Apache-2.0
# cmake -DINCLUDE_DIR=<tree>/include -P include_graph.cmake: who may include whom, as the table below says; ends with
# every violation and the rule it breaks. A room is a folder of include/gambrel, or a header that lies directly in it.
cmake_minimum_required(VERSION 3.22)

# --- The rules -------------------------------------------------------------------------------------------------------
# may_include(<room> <rooms>...): besides itself, and what every room may see: error, version.
function(may_include room)
    set(allowed_${room} ${room} error version ${ARGN} PARENT_SCOPE)
endfunction()

set(base units numeric names)
set(descriptors hardware model runtime workload)
set(kernel ${base} ${descriptors} operators roofline step)
may_include(error)
may_include(version)
may_include(units)
may_include(units_io units numeric)
may_include(names)
may_include(numeric units names)
may_include(hardware ${base})                                  # the four descriptors never include each other
may_include(model ${base})
may_include(runtime ${base})
may_include(workload ${base})
may_include(operators ${base} model workload)                  # counts are portable: never hardware, never runtime
may_include(roofline ${base} ${descriptors} operators)
may_include(step ${base} ${descriptors} operators roofline)
may_include(queueing ${base})                                  # a queueing library: knows nothing of tokens
may_include(serving ${kernel} queueing)
may_include(simulation ${kernel} queueing serving)
may_include(economics ${base} hardware workload step serving)  # takes results, not models
may_include(training ${kernel} queueing serving simulation economics)
set(answers ${kernel} queueing serving simulation economics training)
may_include(planning ${answers})
may_include(measurement ${answers})                            # what was measured, and the settings it was measured under
may_include(validation ${answers} measurement)                 # what is predicted of it, and how far off
may_include(calibration ${answers} measurement validation)     # constants refined by it
set(measured measurement validation calibration)
may_include(diagnosis ${answers} planning ${measured})
may_include(ask ${answers} planning ${measured} diagnosis)     # questions and answers in words
may_include(report ${answers} planning ${measured} diagnosis ask)  # prints answers, works nothing out
may_include(gambrel ${answers} planning)

set(opt_in "(^|/)io/|^(measurement|validation|calibration|diagnosis|ask|report)/|^units_io(/|[.]hpp$)")            # never included by the core
set(catalog "(^|/)catalog[/.]")                                # named only by catalogs, io, reports, the umbrella, fitted laws
set(sees_catalog "(^|/)catalog[/.]|(^|/)io/|^(measurement|validation|calibration|diagnosis|ask|report)/|^economics/price_catalog[.]hpp$|^roofline/calibration/(fitted_|serving_fits)|^gambrel[.]hpp$")

# external(<name> <header> <files>): a header of another library and the files that may include it.
function(external name header files)
    set(externals ${externals} ${name} PARENT_SCOPE)
    set(${name}_header "${header}" PARENT_SCOPE)
    set(${name}_files "${files}" PARENT_SCOPE)
endfunction()
external(boost_units "^<boost/units" "^units/")
external(boost_math "^<boost/math/" "^numeric/root[.]hpp$")
external(console "^<iostream>" "^units_io[.]hpp$|^(ask|report)/")
external(streams "^<(istream|ostream|fstream|sstream|iomanip|streambuf)>" "${opt_in}")
external(text "^<(nlohmann|fmt)/" "${opt_in}")
external(eigen "^<(Eigen|unsupported/Eigen)/" "^queueing/|^calibration/|^planning/sweep")
external(arguments "^<CLI/" "^$")

# --- The check -------------------------------------------------------------------------------------------------------
set(root "${INCLUDE_DIR}/gambrel")
set(violations "")
function(violation text)
    set(violations "${violations}  ${header}: ${text}\n" PARENT_SCOPE)
endfunction()

file(GLOB_RECURSE headers RELATIVE "${root}" "${root}/*.hpp")
foreach(header IN LISTS headers)
    string(REGEX REPLACE "(/.*|[.]hpp)$" "" room "${header}")
    if(NOT DEFINED allowed_${room})
        violation("no rule for the room '${room}': add it to tests/structure/include_graph.cmake")
        continue()
    endif()
    set(allowed ${allowed_${room}})
    if(header MATCHES "${opt_in}")
        list(APPEND allowed units_io)
    endif()

    file(STRINGS "${root}/${header}" first LIMIT_COUNT 1)
    if(NOT first STREQUAL "// SPDX-License-Identifier: Apache-2.0")
        violation("its first line is not '// SPDX-License-Identifier: Apache-2.0'")
    endif()
    file(STRINGS "${root}/${header}" pragma REGEX "^#pragma once$")
    if(NOT pragma)
        violation("lacks '#pragma once'")
    endif()

    file(STRINGS "${root}/${header}" lines REGEX "^[ \t]*#[ \t]*include")
    foreach(line IN LISTS lines)
        string(REGEX REPLACE "^[ \t]*#[ \t]*include[ \t]*" "" include "${line}")
        if(NOT include MATCHES "^<")
            violation("includes ${include}: write it as <gambrel/...>")
            continue()
        endif()
        foreach(name IN LISTS externals)
            if(include MATCHES "${${name}_header}" AND NOT header MATCHES "${${name}_files}")
                violation("includes ${include}, which belongs to files matching ${${name}_files}")
            endif()
        endforeach()
        if(NOT include MATCHES "^<gambrel/([^>]*)>")
            continue()
        endif()
        set(included "${CMAKE_MATCH_1}")
        string(REGEX REPLACE "(/.*|[.]hpp)$" "" included_room "${included}")
        if(NOT EXISTS "${root}/${included}")
            violation("includes ${included}, which does not exist")
        elseif(NOT included_room IN_LIST allowed)
            violation("includes ${included}, but ${room} sees only: ${allowed}")
        endif()
        if(included MATCHES "${opt_in}" AND NOT header MATCHES "${opt_in}")
            violation("includes ${included}, which is opt-in: the core never does")
        endif()
        if(included MATCHES "${catalog}" AND NOT header MATCHES "${sees_catalog}")
            violation("includes ${included}: the core names no catalog entry")
        endif()
    endforeach()
endforeach()

list(LENGTH headers count)
if(violations)
    message(FATAL_ERROR "Includes or openings that break a rule:\n${violations}")
endif()
message(STATUS "${count} headers, each within its rules")
