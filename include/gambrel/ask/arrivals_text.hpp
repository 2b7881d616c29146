// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Arrivals as people type them: poisson, even, gamma:CV, weibull:CV, mmpp:RATE:STAY:RATE:STAY ...
/// Evidence: tests/ask/bound_question_test.cpp.

#include <algorithm>
#include <gambrel/numeric/read_number.hpp>
#include <gambrel/workload/arrivals.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace gambrel::ask::detail {

[[noreturn]] inline void fail_arrivals(const std::string& typed) {
    fail("the arrivals are \"" + typed.substr(0, 40) +
         "\"; they must be poisson, even, gamma:CV, weibull:CV or mmpp:RATE:STAY:RATE:STAY");
}

inline std::vector<double> numbers_of(std::string_view text, const std::string& typed) {
    std::vector<double> all;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(':'), text.size());
        double x = 0.0;
        const auto [past, wrong] = read_number(text.data(), text.data() + end, x);
        if (wrong != std::errc{} || past != text.data() + end) fail_arrivals(typed);
        all.push_back(x);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return all;
}

inline arrivals arrivals_of(const std::string& typed, double rate) {
    const std::size_t colon = std::min(typed.find(':'), typed.size());
    const std::string kind = typed.substr(0, colon);
    const std::vector<double> x = numbers_of(std::string_view(typed).substr(std::min(colon + 1, typed.size())), typed);
    if (kind == "poisson" && x.empty()) return arrivals::poisson(rate);
    if (kind == "even" && x.empty()) return arrivals::evenly_spaced(rate);
    if (kind == "gamma" && x.size() == 1) return arrivals::gamma(rate, x[0]);
    if (kind == "weibull" && x.size() == 1) return arrivals::weibull(rate, x[0]);
    if (kind == "mmpp" && x.size() >= 2 && x.size() % 2 == 0) {
        std::vector<arrival_phase> phases;
        for (std::size_t i = 0; i < x.size(); i += 2) phases.push_back({.rate = x[i], .mean_stay = x[i + 1]});
        return arrivals::modulated(std::move(phases));
    }
    fail_arrivals(typed);
}
}  // namespace gambrel::ask::detail
