// SPDX-License-Identifier: Apache-2.0
// The `gambrel` command itself, for `python -m gambrel`.
#include <pybind11/stl.h>

#include <cstdio>
#include <iostream>

#include "bindings.hpp"
#include "command/commands.hpp"

namespace binding {

void bind_command(py::module_& m) {
    m.def("command", [](std::vector<std::string> arguments, const std::string& data) {
        std::vector<char*> argv;
        for (std::string& a : arguments) argv.push_back(a.data());
        argv.push_back(nullptr);
        int status = 0;
        {
            const py::gil_scoped_release others_may_run;
            status = command::run(static_cast<int>(arguments.size()), argv.data(), data);
        }
        std::cout.flush();
        std::fflush(stdout);
        std::fflush(stderr);
        return status;
    });
}
}  // namespace binding
