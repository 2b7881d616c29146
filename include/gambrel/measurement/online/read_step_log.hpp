// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Single vLLM steps: model, tp, decodes, prompts and their tokens, blocks in use, milliseconds to the next step.
///
/// Context of the decodes = tokens in used blocks, shared evenly over the running requests; prompts found in the prefix
/// cache count as used. Steps of the first round (prompts not yet cached) and of the tail are among them.
/// Evidence: tests/validation/online_test.cpp.

#include <gambrel/measurement/online/read_guidellm.hpp>
#include <gambrel/operators/step_shape.hpp>
#include <istream>

namespace gambrel {

struct measured_step {
    std::string name{};
    const architecture* model = nullptr;
    parallelism cut{};
    step_shape shape{};
    double seconds = 0;  ///< to the next step
};

/// Every step with a time and something to do. Throws `error` for a column that is missing or is not a number.
inline std::vector<measured_step> read_step_log(std::istream& log) {
    csv_reader row(log);
    for (const char* column : {"model", "tp", "step_period_ms", "batch.num_prefill_reqs", "batch.num_decode_reqs",
                               "batch.prefill_tokens", "kv.usage_gpu_ratio", "kv.blocks_total_gpu"})
        row.require(column);
    std::vector<measured_step> steps;
    while (row.next()) {
        const auto number = [&](const char* column) { return detail::number_of(row, column); };
        measured_step s;
        s.name = row["model"] + " tp" + row["tp"];
        s.model = find_model(row["model"]);
        if (!s.model) fail("line " + std::to_string(row.line()) + ": model not in the catalog: " + row["model"]);
        s.cut.tensor = static_cast<int>(checked(number("tp"), 1.0, 1024.0, "tp"));
        s.seconds = number("step_period_ms") * 1e-3;
        const double decodes = number("batch.num_decode_reqs"), prompts = number("batch.num_prefill_reqs");
        const double used = number("kv.usage_gpu_ratio") * number("kv.blocks_total_gpu") * 16.0;
        if (!(s.seconds > 0.0) || !(decodes + prompts > 0.0)) continue;
        const double context = larger(1.0, used / (decodes + prompts));
        s.shape.decodes = decodes;
        if (decodes > 0.0) s.shape.context = context;
        if (prompts > 0.0) {
            s.shape.prompts = prompts;
            s.shape.prompt_tokens = larger(1.0, number("batch.prefill_tokens") / prompts);
            s.shape.prompt_past = larger(0.0, context - s.shape.prompt_tokens);
            s.shape.finishing = 1.0;
        }
        steps.push_back(s);
    }
    return steps;
}
}  // namespace gambrel
