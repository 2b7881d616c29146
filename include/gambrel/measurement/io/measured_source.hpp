// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The rows of a file, or of every file of a folder, one after the other and as often as they are asked for: a table of our
/// own columns is read anew each time and is never held whole, so that its length costs time and no memory. Results of
/// benchmark tools are read whole, a file at a time.
///
/// The same rows, lines and errors as `read_benchmark_results`. Evidence: tests/measurement/io/measured_source_test.cpp.

#include <gambrel/measurement/io/benchmark_results.hpp>
#include <gambrel/measurement/read_file.hpp>

namespace gambrel {

class measured_source {
public:
    /// Both must outlive the source.
    measured_source(std::filesystem::path path, const stated& said, const conventions& c)
        : path_(std::move(path)), said_(said), conventions_(c) {}

    /// Calls `f` with each row and the kind of its table.
    template <class F> void for_each_row(const F& f) {
        skipped_.clear();
        columns_.reset();
        rows_ = 0;
        std::error_code none;
        if (!std::filesystem::is_directory(path_, none)) return read(path_, f);
        std::size_t unknown = 0;
        for (const auto& file : result_files(path_)) {
            try {
                read(file, f);
            } catch (const unknown_result&) {
                ++unknown;
            }
        }
        if (!columns_) fail("no file in " + path_.string() + " is " + detail::what_is_read());
        if (unknown > 0) skipped_["file: no benchmark result"] += unknown;
    }
    /// What the files hold besides rows, of the last call: reason -> count.
    const std::map<std::string, std::size_t>& skipped() const { return skipped_; }

private:
    template <class F> void read(const std::filesystem::path& file, const F& f) {
        const detail::file_head head = detail::kind_of_head(file);
        if (detail::is_result(head)) {
            const measured_table table = detail::read_results(file, head, said_, conventions_);
            if (!table.rows.empty() || !columns_) check_columns(table.kind, table.columns);
            for (const table_row& row : table.rows) give(table.kind, row.fields(), f);
            for (const auto& [reason, n] : table.skipped) skipped_[reason] += n;
            return;
        }
        detail::check_own_table(file, said_);
        std::ifstream in(file, std::ios::binary);
        try {
            csv_reader rows(in);
            const table_kind kind = detail::kind_of_table(rows);
            check_columns(kind, std::make_shared<const std::vector<std::string>>(detail::utf8_fields(rows.header())));
            while (rows.next()) give(kind, detail::utf8_fields(rows.fields()), f);
        } catch (const error& e) {
            fail(file.string() + ": " + e.what());
        }
    }
    void check_columns(table_kind kind, const std::shared_ptr<const std::vector<std::string>>& columns) {
        if (columns_ && rows_ > 0 && (kind != kind_ || *columns != *columns_))
            fail("tables of different columns: " + std::string(name_of(kind_)) + " and " + std::string(name_of(kind)));
        if (!columns_ || rows_ == 0) columns_ = columns;  // a file without rows is of no kind
        kind_ = kind;
    }
    template <class F> void give(table_kind kind, std::vector<std::string> fields, const F& f) {
        f(table_row(columns_, std::move(fields), rows_ + 2), kind);
        ++rows_;
    }

    std::filesystem::path path_;
    const stated& said_;
    const conventions& conventions_;
    std::shared_ptr<const std::vector<std::string>> columns_{};
    table_kind kind_ = table_kind::serving;
    std::map<std::string, std::size_t> skipped_{};
    std::size_t rows_ = 0;
};

/// Calls `f` with each measured figure of `source`, with why it is not what it says where the rest of its table shows that
/// (mark_rows.hpp). `own`: a device of the caller's, which must outlive the figures.
template <class F>
void for_each_figure(measured_source& source, const conventions& c, const device<>* own, const F& f) {
    row_marks marks;
    bool serving = false;
    source.for_each_row([&](const table_row& row, table_kind kind) {
        serving = kind == table_kind::serving;
        if (serving) for_each_figure(row, kind, c, own, [&](const measured_row& m) { marks.add(row, m); });
    });
    if (serving) marks.settle();
    std::size_t at = 0;
    source.for_each_row([&](const table_row& row, table_kind kind) {
        for_each_figure(row, kind, c, own, [&](measured_row m) {
            if (serving) {
                if (at == marks.size()) fail("the table has grown while it was read; read it again");
                marks.apply(at++, m);
            }
            f(std::move(m));
        });
    });
    if (serving && at != marks.size()) fail("the table has shrunk while it was read; read it again");
}
}  // namespace gambrel
