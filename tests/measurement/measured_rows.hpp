// SPDX-License-Identifier: Apache-2.0
#pragma once
// Tables of measurements for tests: one row in a string, the shared data where it is present.
#include <cstdlib>
#include <filesystem>
#include <gambrel/measurement/io/conventions_file.hpp>
#include <gambrel/validation/measured.hpp>
#include <shared_data.hpp>
#include <sstream>
#include <string>

namespace measured_rows {
using namespace gambrel;
inline const std::string serving_header =
    "source_id,date,hardware,num_devices,model,framework,framework_version,weight_format,kv_format,tp,pp,ep,dp,"
    "input_len,output_len,concurrency,request_rate,metric,value,unit,notes\n";

/// The conventions in data/ (tests run in the checkout).
inline const conventions& shipped() {
    static const conventions c = read_conventions("data");
    return c;
}

/// A serving row that can be predicted, with fields to be changed: {{"tp", "2"}, ...}.
class serving_row {
public:
    serving_row(std::initializer_list<std::pair<std::string, std::string>> changes) {
        for (const auto& [column, value] : changes) set(column, value);
    }
    void set(const std::string& column, const std::string& value) { fields_[place(column)] = value; }
    std::string line() const {
        std::string text;
        for (std::size_t i = 0; i < fields_.size(); ++i) text += (i > 0 ? "," : "") + fields_[i];
        return text + "\n";
    }
    measured_row read() const {
        std::istringstream table(serving_header + line());
        return read_measurements(table, shipped()).at(0);
    }

private:
    static std::size_t place(const std::string& column) {
        std::istringstream names(serving_header.substr(0, serving_header.size() - 1));
        std::string name;
        for (std::size_t i = 0; std::getline(names, name, ','); ++i)
            if (name == column) return i;
        gambrel::fail("no column " + column);
    }
    std::vector<std::string> fields_{"x",
                                     "2025-06-01",
                                     "H100-SXM-80GB",
                                     "1",
                                     "meta-llama/Llama-3.1-8B",
                                     "vllm",
                                     "0.9",
                                     "fp8",
                                     "",
                                     "1",
                                     "1",
                                     "1",
                                     "1",
                                     "1024",
                                     "512",
                                     "16",
                                     "inf",
                                     "tpot_mean",
                                     "12.5",
                                     "ms",
                                     ""};
};

inline std::filesystem::path data_folder() { return shared_data::folder(); }
}  // namespace measured_rows
