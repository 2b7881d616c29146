// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The files of measurements that `validate` and `calibrate` take: tables of our own columns, results of vLLM's
/// benchmark, reports of GuideLLM, llama-bench's output, and folders of these.

#include <CLI/CLI.hpp>
#include <functional>
#include <gambrel/measurement/io/conventions_file.hpp>
#include <gambrel/measurement/read_file.hpp>

namespace command {
using namespace gambrel;

struct measured_files {
    std::vector<std::string> paths;
    std::vector<std::string> stated;  ///< as typed: "device=h100-sxm"
    std::string data;                 ///< folder of data files; "": beside the program

    struct read_rows {
        std::vector<measured_row> rows{};
        std::map<std::string, std::size_t>
            skipped{};  ///< what benchmark results held and rows cannot say: reason -> count
    };
    static std::string skipped_text(const std::map<std::string, std::size_t>& skipped);

    void add_to(CLI::App& app, const std::string& data_of_caller);
    conventions read_data() const;
    /// Calls `f` with every row of every file, in order, one at a time; what was skipped.
    std::map<std::string, std::size_t> for_each(const conventions& c, const device<>* own,
                                                const std::function<void(measured_row&&)>& f) const;
    /// Every row of every file, in order. `own`: a device of the caller's, which must outlive the rows.
    read_rows read(const conventions& c, const device<>* own = nullptr) const;
};
}  // namespace command
