// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A row of a table of measured energy, as up to four measurements: board power, energy per output token, output rate
/// and ITL of one serving run. Columns: model, task, weight_precision, gpu, num_gpus, max_num_seqs, avg_batch,
/// avg_power_w_per_gpu, energy_per_output_token_j, output_tok_s, median_itl_ms.
///
/// Tensor parallel over all devices, a closed loop of `avg_batch` clients. Runtime and lengths are in no column: rules
/// of the table state them (conventions.hpp).

#include <gambrel/measurement/read_serving.hpp>

namespace gambrel {

namespace detail {
inline void read_energy_run(measured_row& m, const table_row& row, const row_settings& s, const conventions& c,
                            const device<>* own) {
    read_hardware(m, c, own);
    const runtime<>* software = c.find_engine(m.framework);
    if (!software) refuse("runtime not stated");
    m.runtime = *software;
    read_model(m, row, c);
    const row_settings named = settings_of(c.as_named, facts_of_names(row, table_kind::energy, m));
    const precision before = m.formats;
    read_weights(m, row["weight_precision"], c, named);
    m.formats.kv = before.kv;
    const auto devices = count_in(row["num_gpus"], 65536);
    const auto batch = number_in(row["avg_batch"]), slots = number_in(row["max_num_seqs"]);
    if (!devices) refuse("num_gpus is not a count: " + row["num_gpus"]);
    if (!batch || !(*batch >= 1.0 && *batch <= most_clients)) refuse("avg_batch is not a count: " + row["avg_batch"]);
    m.cut.tensor = *devices;
    m.workload.concurrency = *batch;
    if (slots && *slots >= 1.0) m.runtime.scheduling.most_sequences = larger(*slots, math::floor(*batch));
    const auto prompt = s.number("input_len"), output = s.number("output_len");
    if (!prompt || !output) refuse("lengths not stated: task " + row["task"]);
    m.workload.prompt = *prompt;
    m.workload.output = *output;
}
}  // namespace detail

/// The measurements of a row under the conventions `c`, or one that says why not.
/// Evidence: tests/measurement/measured_test.cpp.
inline std::vector<measured_row> read_energy(const table_row& row, const conventions& c,
                                             const device<>* own = nullptr) {
    measured_row m;
    m.line = row.line();
    m.source = row["source_id"];
    m.hardware = row["gpu"];
    m.model_name = row["model"];
    m.weights = row["weight_precision"];
    m.notes = row["task"];
    m = detail::reading(m, [&] {
        const row_settings s = detail::settings_of(c.as_printed, detail::facts_of(row, table_kind::energy, m));
        if (m.source.empty()) m.source = s.word("source_id");
        m.framework = s.word("framework");
        detail::read_energy_run(m, row, s, c, own);
    });
    struct figure {
        const char* column;
        gambrel::metric metric;
        double scale;
    };
    std::vector<measured_row> all;
    for (const figure& f :
         {figure{"avg_power_w_per_gpu", metric::board_power, 1.0},
          figure{"energy_per_output_token_j", metric::token_energy, 1.0},
          figure{"output_tok_s", metric::output_throughput, 1.0}, figure{"median_itl_ms", metric::itl, 1e-3}}) {
        measured_row one = m;
        one.metric = f.metric;
        const auto value = detail::number_in(row[f.column]);
        if (value && *value > 0.0) one.value = *value * f.scale;
        else if (one.ok()) one.unpredictable = "value is not a positive number";
        all.push_back(std::move(one));
    }
    return all;
}
}  // namespace gambrel
