// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A question about a load, and what its answer holds. Evidence: tests/ask/load_answer_test.cpp.

#include <gambrel/ask/answer.hpp>
#include <gambrel/planning/load_search.hpp>
#include <optional>
#include <string_view>
#include <vector>

namespace gambrel::ask {

struct load_question {
    question what;                         ///< its clients and its rate are not read
    std::optional<request_rate<>> rate{};  ///< one of the three; zero: a lone request
    std::optional<double> clients{};
    std::optional<request_rate<>> size_for{};  ///< how many replicas give this rate what `level` asks for
    service_level level{};
    arrival_split split = arrival_split::random;
};

/// The fewest replicas for a rate; low and high: if every range ended on its good or its bad side. 0: no number does.
struct replica_count {
    request_rate<> rate{};
    int value = 0, low = 0, high = 0;
};

/// A point of the latency-throughput curve.
struct curve_point {
    ranged_load load{};
    double clients = 0.0;  ///< of a closed loop
    bool listed = false;   ///< in tables too, not only in pictures
};

struct load_answer {
    answer lone{};               ///< of one request: whether the deployment can be, memory, price, evidence
    bool distributions = false;  ///< else only `means`
    std::optional<answer> means{};
    std::string_view why_means{};
    ranged_load load{};
    figure<request_rate<>> limit{};
    double sigma = 0.0;  ///< logarithmic deviation of the step law
    parallelism cut{};   ///< as answered: with the replicas found, where none were asked for
    std::optional<figure<request_rate<>>> most{};
    validity_warning most_ends = validity_warning::none;  ///< what ends `most` where the objective does not
    std::optional<replica_count> replicas{};
    std::optional<token_cost> cost{};
    std::vector<curve_point> curve{};  ///< by rising rate

    bool possible() const { return lone.ok(); }
    /// False where the figures cannot be: the load's own are not shown.
    bool known() const { return !distributions || load.value.known(); }
    bool ok() const {
        return possible() && (distributions ? load.value.stable : means->ok()) && !(replicas && replicas->value == 0);
    }
};

/// The rate that the answer is of.
inline request_rate<> asked_rate(const load_question& q) {
    return q.rate.value_or(q.size_for.value_or(request_rate<>{}));
}

}  // namespace gambrel::ask
