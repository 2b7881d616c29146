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

add_library(gambrel_io INTERFACE)
add_library(gambrel::io ALIAS gambrel_io)
set_target_properties(gambrel_io PROPERTIES EXPORT_NAME io)
if(NOT DEFINED GAMBREL_FMT)
    set(GAMBREL_FMT fmt::fmt)
endif()
target_link_libraries(gambrel_io INTERFACE gambrel nlohmann_json::nlohmann_json ${GAMBREL_FMT} Eigen3::Eigen)
