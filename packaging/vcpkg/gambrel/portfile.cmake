# SPDX-License-Identifier: Apache-2.0
# Before it can be used: the address and the SHA512 of the release's archive (RELEASING.md).
vcpkg_download_distfile(archive
    URLS "https://gambrel.invalid/gambrel-${VERSION}.tar.gz"
    FILENAME "gambrel-${VERSION}.tar.gz"
    SHA512 0)
vcpkg_extract_source_archive(SOURCE_PATH ARCHIVE "${archive}")

vcpkg_check_features(OUT_FEATURE_OPTIONS features FEATURES c GAMBREL_C)
vcpkg_cmake_configure(
    SOURCE_PATH "${SOURCE_PATH}"
    OPTIONS ${features} -DGAMBREL_TESTS=OFF -DGAMBREL_COMMAND=OFF -DGAMBREL_EXAMPLES=OFF -DGAMBREL_BENCHMARKS=OFF -DGAMBREL_PYTHON=OFF)
vcpkg_cmake_install()
vcpkg_cmake_config_fixup(CONFIG_PATH share/cmake/gambrel)
vcpkg_fixup_pkgconfig()
if(NOT "c" IN_LIST FEATURES)
    file(REMOVE_RECURSE "${CURRENT_PACKAGES_DIR}/debug" "${CURRENT_PACKAGES_DIR}/lib")
endif()
file(REMOVE_RECURSE "${CURRENT_PACKAGES_DIR}/debug/include" "${CURRENT_PACKAGES_DIR}/debug/share")
vcpkg_install_copyright(FILE_LIST "${SOURCE_PATH}/LICENSE")
