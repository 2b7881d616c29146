// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What may be asked of a load besides the deployment. Evidence: tests/ask/bound_question_test.cpp.

#include <gambrel/ask/prediction_options.hpp>
#include <gambrel/serving/objective.hpp>

namespace gambrel::ask {

struct load_options {
    prediction_options deployed{};     ///< rate: requests per second, zero for a lone request
    double variation = 1.0;            ///< of the arrival gaps: 1 is Poisson
    std::optional<double> size_for{};  ///< requests per second: how many replicas give them the limits
    objective limits{};                ///< longest of 99 % of requests
    std::string routing = "random";
};

}  // namespace gambrel::ask
