# SPDX-License-Identifier: Apache-2.0
# Writes what a shell and man want of the command: cmake -DCOMMAND=FILE -DTO=FOLDER -P shell_files.cmake
function(write_file name)
    execute_process(COMMAND "${COMMAND}" ${ARGN} OUTPUT_FILE "${TO}/${name}" RESULT_VARIABLE failed)
    if(failed)
        message(FATAL_ERROR "gambrel ${ARGN}: ${failed}")
    endif()
endfunction()
file(MAKE_DIRECTORY "${TO}")
write_file(gambrel.1 manual)
write_file(gambrel.bash completion bash)
write_file(_gambrel completion zsh)
write_file(gambrel.fish completion fish)
