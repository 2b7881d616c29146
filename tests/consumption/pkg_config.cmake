# SPDX-License-Identifier: Apache-2.0
# cmake -DCOMPILER=... -DPREFIX=... -DPKG_CONFIG=... -DVERSION=... -DSOURCE=... -DSCRATCH=... -P pkg_config.cmake: the consumer
# built with what pkg-config says, and the modules' versions.
set(ENV{PKG_CONFIG_PATH} "${PREFIX}/share/pkgconfig")
execute_process(COMMAND "${PKG_CONFIG}" --modversion gambrel RESULT_VARIABLE failed OUTPUT_VARIABLE version
                OUTPUT_STRIP_TRAILING_WHITESPACE)
if(failed OR NOT version STREQUAL VERSION)
    message(FATAL_ERROR "pkg-config finds \"${version}\", not ${VERSION}")
endif()
execute_process(COMMAND "${PKG_CONFIG}" --cflags gambrel OUTPUT_VARIABLE flags COMMAND_ERROR_IS_FATAL ANY
                OUTPUT_STRIP_TRAILING_WHITESPACE)
separate_arguments(flags UNIX_COMMAND "${flags}")
file(MAKE_DIRECTORY "${SCRATCH}")
execute_process(COMMAND "${COMPILER}" -std=c++20 ${flags} "${SOURCE}/examples/consumer/main.cpp" -o "${SCRATCH}/consumer"
                COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND "${SCRATCH}/consumer" OUTPUT_VARIABLE printed COMMAND_ERROR_IS_FATAL ANY)
if(NOT printed MATCHES "consumer: 295[.]2 FLOP/B")
    message(FATAL_ERROR "the consumer prints ${printed}")
endif()
execute_process(COMMAND "${PKG_CONFIG}" --exists --print-errors gambrel-io COMMAND_ERROR_IS_FATAL ANY)
