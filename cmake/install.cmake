# SPDX-License-Identifier: Apache-2.0
# Headers and the package files, so that find_package(ridgepoint [COMPONENTS io]) works from any prefix.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(package_dir "${CMAKE_INSTALL_DATADIR}/cmake/ridgepoint")
install(DIRECTORY include/ridgepoint TYPE INCLUDE FILES_MATCHING PATTERN "*.hpp")
install(FILES LICENSE DESTINATION "${CMAKE_INSTALL_DATADIR}/doc/ridgepoint")

install(TARGETS ridgepoint EXPORT ridgepoint)
install(EXPORT ridgepoint NAMESPACE ridgepoint:: FILE ridgepoint-targets.cmake DESTINATION "${package_dir}")
install(TARGETS ridgepoint_io EXPORT ridgepoint_io)
install(EXPORT ridgepoint_io NAMESPACE ridgepoint:: FILE ridgepoint-io-targets.cmake DESTINATION "${package_dir}")

configure_package_config_file(cmake/ridgepoint-config.cmake.in ridgepoint-config.cmake
    INSTALL_DESTINATION "${package_dir}" NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(ridgepoint-config-version.cmake COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(FILES "${PROJECT_BINARY_DIR}/ridgepoint-config.cmake" "${PROJECT_BINARY_DIR}/ridgepoint-config-version.cmake"
    DESTINATION "${package_dir}")
