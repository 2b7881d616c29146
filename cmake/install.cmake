# SPDX-License-Identifier: Apache-2.0
# Headers and the package files, so that find_package(gambrel [COMPONENTS io]) works from any prefix.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(package_dir "${CMAKE_INSTALL_DATADIR}/cmake/gambrel")
install(DIRECTORY include/gambrel TYPE INCLUDE FILES_MATCHING PATTERN "*.hpp")
install(DIRECTORY data/ DESTINATION "${CMAKE_INSTALL_DATADIR}/gambrel" FILES_MATCHING PATTERN "*.json" PATTERN "*.csv" PATTERN "README.md"
        PATTERN "exchange" EXCLUDE)
install(FILES LICENSE DESTINATION "${CMAKE_INSTALL_DATADIR}/doc/gambrel")

install(TARGETS gambrel EXPORT gambrel)
install(EXPORT gambrel NAMESPACE gambrel:: FILE gambrel-targets.cmake DESTINATION "${package_dir}")
install(TARGETS gambrel_io EXPORT gambrel_io)
install(EXPORT gambrel_io NAMESPACE gambrel:: FILE gambrel-io-targets.cmake DESTINATION "${package_dir}")

configure_package_config_file(cmake/gambrel-config.cmake.in gambrel-config.cmake
    INSTALL_DESTINATION "${package_dir}" NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(gambrel-config-version.cmake COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(FILES "${PROJECT_BINARY_DIR}/gambrel-config.cmake" "${PROJECT_BINARY_DIR}/gambrel-config-version.cmake"
    DESTINATION "${package_dir}")
