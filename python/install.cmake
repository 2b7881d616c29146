# SPDX-License-Identifier: Apache-2.0
# Where the files of the package go. In a wheel scikit-build-core puts the Python files, the version and the command; by
# `cmake --install BUILD --prefix PREFIX` they are put here, as pip would under the same prefix.
pybind11_strip(_core)
set(license "${CMAKE_CURRENT_SOURCE_DIR}/../LICENSE")

if(DEFINED SKBUILD)
    install(TARGETS _core LIBRARY DESTINATION gambrel COMPONENT python)
    install(DIRECTORY ../data/ DESTINATION gambrel/data COMPONENT python)
    return()
endif()

set(GAMBREL_PYTHON_FOLDER "lib/python${Python_VERSION_MAJOR}.${Python_VERSION_MINOR}/site-packages"
    CACHE STRING "Folder under the prefix that Python imports from (Debian: dist-packages for /usr/local)")
get_directory_property(version DIRECTORY .. DEFINITION gambrel_version)
set(metadata "${GAMBREL_PYTHON_FOLDER}/gambrel-${version}.dist-info")

install(TARGETS _core LIBRARY DESTINATION "${GAMBREL_PYTHON_FOLDER}/gambrel")
install(DIRECTORY ../data/ DESTINATION "${GAMBREL_PYTHON_FOLDER}/gambrel/data")
install(DIRECTORY gambrel DESTINATION "${GAMBREL_PYTHON_FOLDER}"
    FILES_MATCHING PATTERN "*.py" PATTERN "*.pyi" PATTERN "py.typed" PATTERN "__pycache__" EXCLUDE)

set(made "${CMAKE_CURRENT_BINARY_DIR}/made")
file(WRITE "${made}/METADATA" "Metadata-Version: 2.1\nName: gambrel\nVersion: ${version}\n")
file(WRITE "${made}/INSTALLER" "cmake\n")
install(FILES "${made}/METADATA" "${made}/INSTALLER" DESTINATION "${metadata}")
install(FILES "${license}" DESTINATION "${metadata}/licenses")

file(WRITE "${made}/gambrel" "#!${Python_EXECUTABLE}\n"
     "import sys\nfrom gambrel.__main__ import main\nsys.exit(main())\n")
install(PROGRAMS "${made}/gambrel" DESTINATION bin)
