// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The kinds of tables of measurements, told apart by their columns: one list for every reader, here and in Python.
/// Evidence: tests/measurement/measured_test.cpp.

#include <algorithm>
#include <array>
#include <gambrel/error.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gambrel {

enum class table_kind : unsigned char { llama_cpp, energy, training, serving };

namespace detail {
inline constexpr std::array<std::string_view, 6> llama_cpp_needs{"hardware", "backend", "model",
                                                                 "quant",    "test",    "value_tok_s"};
inline constexpr std::array<std::string_view, 6> energy_needs{
    "model", "gpu", "num_gpus", "avg_batch", "avg_power_w_per_gpu", "output_tok_s"};
inline constexpr std::array<std::string_view, 4> training_needs{"hardware", "model", "global_batch", "step_time_s"};
inline constexpr std::array<std::string_view, 11> serving_needs{"hardware", "model",     "framework",  "weight_format",
                                                                "tp",       "input_len", "output_len", "concurrency",
                                                                "metric",   "value",     "unit"};
}  // namespace detail

struct table_columns {
    table_kind kind;
    std::string_view name;
    std::span<const std::string_view> needed;  ///< a table that has these is of this kind
};

/// In the order they are tried.
inline constexpr std::array table_kinds{table_columns{table_kind::llama_cpp, "llama.cpp", detail::llama_cpp_needs},
                                        table_columns{table_kind::energy, "energy", detail::energy_needs},
                                        table_columns{table_kind::training, "training", detail::training_needs},
                                        table_columns{table_kind::serving, "serving", detail::serving_needs}};

constexpr std::string_view name_of(table_kind k) { return table_kinds[static_cast<std::size_t>(k)].name; }

/// Columns that hold words even where they look like numbers: a version "0.10" is not 0.1.
inline constexpr std::array<std::string_view, 20> text_columns{"kv_type",       "source_id",
                                                               "source",        "source_url_or_repo_path",
                                                               "date",          "hardware",
                                                               "model",         "framework",
                                                               "weight_format", "framework_version",
                                                               "metric",        "kv_format",
                                                               "unit",          "notes",
                                                               "backend",       "quant",
                                                               "test",          "tier",
                                                               "gpu",           "precision"};

/// The columns of the tables that readers of benchmark results make, in order.
inline constexpr std::array<std::string_view, 22> serving_columns{
    "source_id",     "source",       "date",   "hardware", "num_devices", "model", "framework", "framework_version",
    "weight_format", "kv_format",    "tp",     "pp",       "ep",          "dp",    "input_len", "output_len",
    "concurrency",   "request_rate", "metric", "value",    "unit",        "notes"};
inline constexpr std::array<std::string_view, 20> llama_cpp_columns{
    "source_id", "source", "date",          "hardware", "num_devices", "backend", "model",
    "params_b",  "quant",  "file_size_gib", "test",     "n_prompt",    "n_gen",   "batch",
    "threads",   "ngl",    "value_tok_s",   "stddev",   "notes",       "kv_type"};

/// The kind of table that has `columns`, or nothing.
inline std::optional<table_kind> kind_of(const std::vector<std::string>& columns) {
    for (const table_columns& t : table_kinds)
        if (std::all_of(t.needed.begin(), t.needed.end(), [&](std::string_view needed) {
                return std::find(columns.begin(), columns.end(), needed) != columns.end();
            }))
            return t.kind;
    return {};
}

/// "a serving table has hardware, model ...; a llama.cpp table has ...", for messages.
inline std::string columns_of_every_kind() {
    std::string all;
    for (std::size_t i = table_kinds.size(); i-- > 0;) {
        all += (all.empty() ? "a " : "; a ") + std::string(table_kinds[i].name) + " table has ";
        for (std::size_t j = 0; j < table_kinds[i].needed.size(); ++j)
            all += (j == 0 ? "" : ", ") + std::string(table_kinds[i].needed[j]);
    }
    return all;
}
}  // namespace gambrel
