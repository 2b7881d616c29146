// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What moves a prediction, as a table: % of a figure per % of an input. Evidence: tests/report/elasticity_test.cpp.

#include <gambrel/ask/roofline_explanation.hpp>

namespace gambrel::report {
using namespace ask;

inline std::string elasticity_text(const std::array<elasticity, varied_inputs>& all) {
    const auto shown = [](double x) { return std::abs(x) < 0.005 ? std::string("0") : symbols::fixed(x, 2); };
    const align r = align::right;
    table t({align::left, r, r, r, r});
    t.row({"% per % of", "TTFT", "TPOT", "latency", "output tok/s"});
    for (const elasticity& e : all)
        t.row({std::string(name_of(e.input)), shown(e.ttft), shown(e.tpot), shown(e.latency), shown(e.output)});
    return t.text();
}
}  // namespace gambrel::report
