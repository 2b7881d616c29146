// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What one reader of a tool's files is: how it tells a file by its content, and what it makes of it. A tool more is one
/// header with one of these and its line in result_readers.hpp.
///
/// A file holds JSON values, or text that a reader turns into such values, or it is a stream that may be longer than
/// memory. Values and streams become observations; rows for `validate` and `calibrate` come from these (run_of.hpp), but
/// for the tools that say how theirs come. Evidence: tests/measurement/io/observations_test.cpp.

#include <gambrel/measurement/io/stated.hpp>
#include <gambrel/measurement/observation.hpp>
#include <gambrel/measurement/table.hpp>
#include <istream>

namespace gambrel {

struct result_reader {
    std::string_view key{};   ///< by which callers choose it
    std::string_view name{};  ///< of the tool and of what it wrote
    std::string_view what{};  ///< the same for a sentence, with what it is told by
    /// What a file of the tool lacks where it holds nothing of it; for values that are not the tool's.
    std::string_view none_found{}, value{};
    table_kind rows = table_kind::serving;
    std::string_view no_rows{};  ///< why its files hold no measured rows; empty: they do
    bool numbered = true;        ///< its values are told apart by their number in the file

    bool (*is_value)(const result_json&) = nullptr;
    /// Whether text that begins with `head` (at most 100,000 bytes) is the tool's; text that is one JSON value after
    /// another is asked for its values instead, unless the reader streams it.
    bool (*is_text)(const std::string& head) = nullptr;
    std::vector<result_json> (*values_in)(const std::string& text, const std::string& where) = nullptr;
    void (*observe)(const result_json&, const std::string& where, std::vector<observation>&) = nullptr;
    void (*observe_stream)(std::istream&, const std::string& where, std::vector<observation>&) = nullptr;
    void (*add_rows)(const result_json&, const std::string& where, const stated&, const conventions&,
                     measured_table&) = nullptr;
};
}  // namespace gambrel
