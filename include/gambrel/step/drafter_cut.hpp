// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The ranks of a drafter: cut as the model beside it, without stages; whole on each rank where its heads do not divide
/// (vLLM's draft_tensor_parallel_size of 1). Evidence: tests/step/draft_run_test.cpp.

#include <gambrel/operators/drafter.hpp>
#include <gambrel/step/divisibility.hpp>

namespace gambrel {

/// The ranks of `drafter` beside a model cut as `cut`.
constexpr parallelism drafter_cut(const architecture& drafter, parallelism cut) {
    cut.pipeline = cut.replicas = 1;
    cut.two_batches = false;
    return check_parallelism(drafter, cut).ok() ? cut : parallelism{};
}
}  // namespace gambrel
