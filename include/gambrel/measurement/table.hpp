// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A table of measurements as text: what every reader of a file makes, and what rows are read from.
/// Evidence: tests/measurement/measured_test.cpp.

#include <cstdint>
#include <gambrel/measurement/table_kind.hpp>
#include <map>
#include <memory>

namespace gambrel {

/// One row: its fields under the names of the table's columns.
class table_row {
public:
    table_row(std::shared_ptr<const std::vector<std::string>> columns, std::vector<std::string> fields,
              std::size_t line)
        : columns_(std::move(columns)), fields_(std::move(fields)), line_(line) {
        if (fields_.size() != columns_->size())
            fail("row " + std::to_string(line) + " has " + std::to_string(fields_.size()) + " fields; the table has " +
                 std::to_string(columns_->size()) + " columns");
    }
    /// The field in `column`, empty when the table lacks it.
    const std::string& operator[](std::string_view column) const {
        static const std::string empty;
        for (std::size_t i = 0; i < columns_->size(); ++i)
            if ((*columns_)[i] == column) return fields_[i];
        return empty;
    }
    const std::vector<std::string>& fields() const { return fields_; }
    std::size_t line() const { return line_; }

private:
    std::shared_ptr<const std::vector<std::string>> columns_;
    std::vector<std::string> fields_;
    std::size_t line_;
};

struct measured_table {
    table_kind kind = table_kind::serving;
    std::shared_ptr<const std::vector<std::string>> columns{};
    std::vector<table_row> rows{};
    std::map<std::string, std::size_t> skipped{};  ///< what a reader left out: reason -> count

    /// An empty table of `kind` with these columns.
    template <class Names> static measured_table with_columns(table_kind kind, const Names& names) {
        return {kind, std::make_shared<const std::vector<std::string>>(names.begin(), names.end()), {}, {}};
    }
    void add(std::vector<std::string> fields) { rows.emplace_back(columns, std::move(fields), rows.size() + 2); }
};
}  // namespace gambrel
