// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A table of measured kernels: one row per shape, columns `system` and `backend_name` that say where it ran, `latency`
/// in milliseconds, and the shape. Format: the kernel tables of AIConfigurator (2026-08), one CSV per operator.
///
///     kernel_table t(file);
///     while (t.next())
///         if (t.chip() == chip::h100 && t.text("gemm_dtype") == "fp8") ... t.number("m"), t.latency() ...
///
/// Rows of a system or a library we have no name for are passed over and counted.

#include <fstream>
#include <gambrel/numeric/io/csv.hpp>
#include <gambrel/numeric/read_number.hpp>
#include <gambrel/roofline/calibration/chip.hpp>
#include <gambrel/runtime/runtime.hpp>
#include <gambrel/units.hpp>

namespace gambrel {

namespace detail {
/// The chip behind a system's name in the kernel tables; `none` where the tables name one we do not know.
inline chip chip_of_system(std::string_view system) {
    if (system == "a100_sxm") return chip::a100;
    if (system == "h100_sxm") return chip::h100;
    if (system == "h200_sxm") return chip::h200;
    if (system == "b200_sxm") return chip::b200;
    if (system == "gb200") return chip::gb200;
    if (system == "l40s") return chip::l40s;
    if (system == "rtx_pro_6000_server") return chip::rtx_pro_6000;
    return chip::none;
}
}  // namespace detail

class kernel_table {
public:
    /// Opens the table. Throws `error` when the file cannot be read or lacks a column every table has.
    explicit kernel_table(const std::string& file) : file_(file), stream_(file), rows_(opened(stream_, file)) {
        for (const char* column : {"system", "backend_name", "latency"}) rows_.require(column);
    }

    /// Advances to the next row of a known system and library with a positive latency; false at the end.
    bool next() {
        while (rows_.next()) {
            chip_ = detail::chip_of_system(rows_["system"]);
            if (chip_ != gambrel::chip::none && read_library() && number("latency") > 0.0) return true;
            ++passed_over_;
        }
        return false;
    }
    gambrel::chip chip() const { return chip_; }
    /// Whose kernel it is; `other` for collectives of NCCL.
    kernel_library library() const { return library_; }
    const std::string& text(const std::string& column) const {
        rows_.require(column);
        return rows_[column];
    }
    /// Throws `error` naming file, line and column when the field is not a number.
    double number(const std::string& column) const {
        const std::string& field = text(column);
        double value = 0;
        const auto read = read_number(field.data(), field.data() + field.size(), value);
        if (read.ec != std::errc{} || read.ptr != field.data() + field.size())
            fail(file_ + ", line " + std::to_string(rows_.line()) + ": the column \"" + column + "\" says \"" + field +
                 "\", which is not a number");
        return value;
    }
    seconds<> latency() const { return milliseconds(number("latency")); }
    std::size_t passed_over() const { return passed_over_; }

private:
    static std::istream& opened(std::istream& in, const std::string& file) {
        if (!in) fail("the kernel table " + file + " cannot be read");
        return in;
    }
    bool read_library() {
        const std::string& name = rows_["backend_name"];
        if (name == "trtllm") library_ = kernel_library::tensorrt_llm;
        else if (name == "vllm") library_ = kernel_library::vllm;
        else if (name == "sglang") library_ = kernel_library::sglang;
        else if (name == "nccl") library_ = kernel_library::other;
        else return false;
        return true;
    }

    std::string file_;
    std::ifstream stream_;
    csv_reader rows_;
    gambrel::chip chip_ = gambrel::chip::none;
    kernel_library library_ = kernel_library::other;
    std::size_t passed_over_ = 0;
};
}  // namespace gambrel
