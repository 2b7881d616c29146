// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The fields of a table of kernels, each as what it must be: errors name file, line and column.
/// Evidence: tests/calibration/kernel_rows_test.cpp.

#include <gambrel/error.hpp>
#include <gambrel/names/printable.hpp>
#include <gambrel/numeric/io/csv.hpp>
#include <gambrel/numeric/math.hpp>
#include <gambrel/numeric/read_number.hpp>
#include <optional>

namespace gambrel::detail {

class kernel_fields {
public:
    /// Passes over the remarks in front of the header, and reads that.
    kernel_fields(std::istream& in, std::string name) : name_(std::move(name)), ahead_(remarks(in)), rows_(in) {}

protected:
    /// Skips the lines of remarks in front of the header; how many.
    static std::size_t remarks(std::istream& in) {
        std::size_t n = 0;
        while (in.peek() == '#') {
            std::size_t length = 0;
            for (int c = in.get(); c != std::istream::traits_type::eof() && c != '\n'; c = in.get())
                if (++length > longest_csv_record) fail("a remark of the table of kernels is longer than 1 MiB");
            ++n;
        }
        return n;
    }
    std::size_t line() const { return ahead_ + rows_.line(); }
    std::string place() const { return name_ + ", line " + std::to_string(line()); }
    double number(const std::string& column, double low, double high) const {
        const std::string& field = rows_[column];
        double x = 0;
        const auto read = read_number(field.data(), field.data() + field.size(), x);
        if (field.empty() || read.ec != std::errc{} || read.ptr != field.data() + field.size())
            fail(place() + ": " + column + " is \"" + printable(field.substr(0, 40)) + "\"; it must be a number");
        if (!(x >= low && x <= high))
            fail(place() + ": " + column + " is " + field.substr(0, 40) + "; it must lie from " + shortest(low) +
                 " to " + shortest(high));
        return x;
    }
    double whole(const std::string& column, double high = 1e9) const {
        const double x = number(column, 1, high);
        if (x != math::floor(x))
            fail(place() + ": " + column + " is " + rows_[column].substr(0, 40) + "; it must be a whole number");
        return x;
    }
    std::optional<double> optional_number(const std::string& column, double high) const {
        if (rows_[column].empty()) return std::nullopt;
        return number(column, 0, high);
    }

    /// `form` with a number in the place of each %.
    static std::string with(const char* form, std::initializer_list<double> x) {
        std::string text;
        auto each = x.begin();
        for (const char* c = form; *c != '\0'; ++c) text += *c == '%' ? shortest(*each++) : std::string(1, *c);
        return text;
    }

    std::string name_;
    std::size_t ahead_;  ///< lines before the header
    csv_reader rows_;
};
}  // namespace gambrel::detail
