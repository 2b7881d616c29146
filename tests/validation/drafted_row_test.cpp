// SPDX-License-Identifier: Apache-2.0
// A run with drafts beside the same run without.
#include <approx.hpp>
#include <doctest/doctest.h>

#include <measurement/measured_rows.hpp>

using namespace gambrel;
using measured_rows::serving_row;

namespace {
/// A run of a dense model whose drafts and acceptance are given.
measured_row run(int drafts, double low, double middle, double high, const char* metric = "tpot_mean") {
    measured_row m = serving_row{{"concurrency", "1"},
                                 {"metric", metric},
                                 {"unit", std::string(metric).find("throughput") == std::string::npos ? "ms" : "tok/s"}}
                         .read();
    m.drafted = drafts > 0;
    m.drafts = drafts;
    m.acceptance = {low, middle, high};
    return m;
}
double value(const measured_row& m) {
    const predicted_figure f = predict_measured(m);
    REQUIRE_MESSAGE(f.ok(), f.refused);
    return f.value;
}
}  // namespace

TEST_CASE("drafts that are all right: nearly so many tokens a step; all wrong: slower than without") {
    const double plain = value(run(0, 0, 0, 0));
    // One sequence: a step reads the weights, whatever it checks; the module is one layer of 32 and the head, three times,
    // launched kernel by kernel, and the host takes 1.2 ms more: the same step in both, of four tokens or of one.
    const double right = value(run(3, 1, 1, 1)), wrong = value(run(3, 0, 0, 0));
    CHECK(wrong / plain > 1.0 + 3 * 2.0 / 32);
    CHECK(wrong / plain < 1.7);
    CHECK(right / wrong == approx(1.0 / 4).epsilon(0.02));
    CHECK(value(run(3, 0.5, 0.5, 0.5)) < plain);
    // By hand: tokens of a step at one half and two drafts, 1.75.
    CHECK(value(run(2, 0.5, 0.5, 0.5)) / value(run(2, 0, 0, 0)) == approx(1 / 1.75).epsilon(0.02));
}

TEST_CASE("the range reaches from the lowest to the highest acceptance") {
    const predicted_figure f = predict_measured(run(3, 0.5, 0.7, 0.9));
    const predicted_figure low = predict_measured(run(3, 0.5, 0.5, 0.5)),
                           high = predict_measured(run(3, 0.9, 0.9, 0.9));
    CHECK(f.value == predict_measured(run(3, 0.7, 0.7, 0.7)).value);
    CHECK(f.low == high.low);
    CHECK(f.high == low.high);
}

TEST_CASE("TTFT has the prompt's passes of the drafter besides; throughput rises as the latency falls") {
    const double plain = value(run(0, 0, 0, 0, "ttft_mean")), drafted = value(run(3, 0.7, 0.7, 0.7, "ttft_mean"));
    CHECK(drafted > plain);
    CHECK(drafted < 1.3 * plain);  // one layer of 32, its head three times, and the host once more
    const double faster = value(run(0, 0, 0, 0, "e2el_mean")) / value(run(3, 0.7, 0.7, 0.7, "e2el_mean"));
    CHECK(faster > 1.5);
    CHECK(value(run(3, 0.7, 0.7, 0.7, "output_throughput")) / value(run(0, 0, 0, 0, "output_throughput")) ==
          approx(faster).epsilon(1e-9));
}

TEST_CASE("a wider range is of an independent cause") {
    const predicted_figure f{10, 5, 20, {}, false};
    const predicted_figure same = f.widened(0.0), wide = f.widened(1.0);
    CHECK(same.low == approx(5));
    CHECK(same.high == approx(20));
    CHECK(wide.value == 10);
    const double ends = std::exp(std::sqrt(std::pow(std::log(2.0), 2) + std::pow(1.2815515655446004, 2)));
    CHECK(wide.high == approx(10 * ends));
    CHECK(wide.low == approx(10 / ends));
}
