# SPDX-License-Identifier: Apache-2.0
# The two targets a consumer links. What is found here is made visible to a parent project as well, because its own
# targets resolve our dependencies by name.
function(ridgepoint_find target package)
    if(NOT TARGET ${target})
        find_package(${package} ${ARGN})
        if(TARGET ${target})
            set_target_properties(${target} PROPERTIES IMPORTED_GLOBAL TRUE)
        endif()
    endif()
endfunction()

ridgepoint_find(Boost::headers Boost 1.74 REQUIRED)
ridgepoint_find(nlohmann_json::nlohmann_json nlohmann_json QUIET)
ridgepoint_find(fmt::fmt fmt QUIET)
ridgepoint_find(Eigen3::Eigen Eigen3 3.4 QUIET)

add_library(ridgepoint INTERFACE)
add_library(ridgepoint::ridgepoint ALIAS ridgepoint)
target_compile_features(ridgepoint INTERFACE cxx_std_20)
target_include_directories(ridgepoint INTERFACE
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:include>)
target_link_libraries(ridgepoint INTERFACE Boost::headers)

add_library(ridgepoint_io INTERFACE)
add_library(ridgepoint::io ALIAS ridgepoint_io)
set_target_properties(ridgepoint_io PROPERTIES EXPORT_NAME io)
if(NOT DEFINED RIDGEPOINT_FMT)
    set(RIDGEPOINT_FMT fmt::fmt)
endif()
target_link_libraries(ridgepoint_io INTERFACE ridgepoint nlohmann_json::nlohmann_json ${RIDGEPOINT_FMT} Eigen3::Eigen)
