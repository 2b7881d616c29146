// SPDX-License-Identifier: Apache-2.0
/// The `gambrel` command: one file per subcommand in command/. Documented in docs/command.md.

#include "command/commands.hpp"

int main(int argc, char** argv) { return command::run(argc, argv); }
