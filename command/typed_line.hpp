// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A command line as it was typed, and what is said where a word of it is not known: one sentence with the nearest.

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace command {

/// `words` as CLI11 is to read them: "help WORD" is "WORD --help", none at all is "--help".
/// Throws `error` where the first word is no subcommand of `app`.
std::vector<std::string> readable(const CLI::App& app, std::vector<std::string> words);

/// What is wrong with the words that `app` did not know, if any: the first option that its subcommand has not, else the first
/// word too many; empty where all were known.
std::string unknown_words(const CLI::App& app);

/// Has `app` read a file of defaults in TOML where none of its lines is typed: keys at the top are of every subcommand
/// that has them, those under [predict] of it alone. What is taken from it is said on the error stream.
void read_defaults_for(CLI::App& app);

/// Null where there is none of that name.
const CLI::App* subcommand_of(const CLI::App& app, const std::string& name);

/// The long names of the options of `app`, hidden ones left out: "--model".
std::vector<std::string> option_names(const CLI::App& app);
}  // namespace command
