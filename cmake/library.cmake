# SPDX-License-Identifier: Apache-2.0
# The two targets a consumer links. What is found here is made visible to a parent project as well, because its own
# targets resolve our dependencies by name.
function(gambrel_find target package)
    if(NOT TARGET ${target})
        find_package(${package} ${ARGN})
        if(TARGET ${target})
            set_target_properties(${target} PROPERTIES IMPORTED_GLOBAL TRUE)
        endif()
    endif()
endfunction()

gambrel_find(Boost::headers Boost 1.74 REQUIRED)
gambrel_find(nlohmann_json::nlohmann_json nlohmann_json QUIET)
gambrel_find(fmt::fmt fmt QUIET)
gambrel_find(Eigen3::Eigen Eigen3 3.4 QUIET)

add_library(gambrel INTERFACE)
add_library(gambrel::gambrel ALIAS gambrel)
target_compile_features(gambrel INTERFACE cxx_std_20)
target_include_directories(gambrel INTERFACE
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:include>)
target_link_libraries(gambrel INTERFACE Boost::headers)

# gambrel::lp: the core and GLPK, for planning/glpk.hpp. GLPK ships neither a CMake package nor a pkg-config file, so that
# cmake/gambrel-config.cmake.in looks for it in the same way.
option(GAMBREL_LP "The component lp: whole-number programs by GLPK (skipped where it is not found)" ON)
if(GAMBREL_LP)
    find_path(GAMBREL_GLPK_INCLUDE_DIR glpk.h)
    find_library(GAMBREL_GLPK_LIBRARY glpk)
    mark_as_advanced(GAMBREL_GLPK_INCLUDE_DIR GAMBREL_GLPK_LIBRARY)
    if(GAMBREL_GLPK_INCLUDE_DIR AND GAMBREL_GLPK_LIBRARY)
        add_library(gambrel_lp INTERFACE)
        add_library(gambrel::lp ALIAS gambrel_lp)
        target_include_directories(gambrel_lp SYSTEM INTERFACE "${GAMBREL_GLPK_INCLUDE_DIR}")
        target_link_libraries(gambrel_lp INTERFACE gambrel "${GAMBREL_GLPK_LIBRARY}")
    else()
        message(STATUS "the component lp is SKIPPED: GLPK is not found (libglpk-dev)")
    endif()
endif()

add_library(gambrel_io INTERFACE)
add_library(gambrel::io ALIAS gambrel_io)
set_target_properties(gambrel_io PROPERTIES EXPORT_NAME io)
if(NOT DEFINED GAMBREL_FMT)
    set(GAMBREL_FMT fmt::fmt)
endif()
target_link_libraries(gambrel_io INTERFACE gambrel nlohmann_json::nlohmann_json ${GAMBREL_FMT} Eigen3::Eigen)
