# SPDX-License-Identifier: Apache-2.0
# Headers, data, the command where it is built, and the package files, so that find_package(gambrel [COMPONENTS io]) and
# pkg-config work from any prefix. cmake --install BUILD --component gambrel-dev (headers and package files) or gambrel (the
# command and its data) installs a part.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(package_dir "${CMAKE_INSTALL_DATADIR}/cmake/gambrel")
install(DIRECTORY include/gambrel TYPE INCLUDE COMPONENT gambrel-dev FILES_MATCHING PATTERN "*.hpp")
install(DIRECTORY data/ DESTINATION "${CMAKE_INSTALL_DATADIR}/gambrel" COMPONENT gambrel FILES_MATCHING PATTERN "*.json" PATTERN "*.csv" PATTERN "README.md"
        PATTERN "exchange" EXCLUDE
        PATTERN "clock" EXCLUDE)
install(FILES LICENSE DESTINATION "${CMAKE_INSTALL_DATADIR}/doc/gambrel" COMPONENT gambrel-dev)

install(TARGETS gambrel EXPORT gambrel)
install(EXPORT gambrel NAMESPACE gambrel:: FILE gambrel-targets.cmake DESTINATION "${package_dir}"
        COMPONENT gambrel-dev)
install(TARGETS gambrel_io EXPORT gambrel_io)
install(EXPORT gambrel_io NAMESPACE gambrel:: FILE gambrel-io-targets.cmake DESTINATION "${package_dir}"
        COMPONENT gambrel-dev)

configure_package_config_file(cmake/gambrel-config.cmake.in gambrel-config.cmake
    INSTALL_DESTINATION "${package_dir}" NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(gambrel-config-version.cmake COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(FILES "${PROJECT_BINARY_DIR}/gambrel-config.cmake" "${PROJECT_BINARY_DIR}/gambrel-config-version.cmake"
    DESTINATION "${package_dir}" COMPONENT gambrel-dev)

# pkg-config: where the headers are is told from where the file is, so that the folder can be moved.
set(pc_dir "${CMAKE_INSTALL_DATADIR}/pkgconfig")
file(RELATIVE_PATH to_prefix "${CMAKE_INSTALL_PREFIX}/${pc_dir}" "${CMAKE_INSTALL_PREFIX}")
string(REGEX REPLACE "/$" "" to_prefix "${to_prefix}")
function(gambrel_install_pc module)
    configure_file("${PROJECT_SOURCE_DIR}/cmake/${module}.pc.in" "${PROJECT_BINARY_DIR}/${module}.pc" @ONLY)
    install(FILES "${PROJECT_BINARY_DIR}/${module}.pc" DESTINATION "${pc_dir}" COMPONENT gambrel-dev)
endfunction()
gambrel_install_pc(gambrel)
gambrel_install_pc(gambrel-io)
