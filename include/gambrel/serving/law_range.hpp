// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The 80 % range that an error of the step law leaves: what `serve` and `simulate` share of it.
///
///     sigma  = log standard deviation of a decode pass at the batch that the load makes       (deviation.hpp)
///     factor = exp(1.2816 sigma)            a slow machine's clock runs slower by it, a fast one's faster
///     high   = value exp( sqrt(ln(up)^2   + (1.2816 more)^2))    up: slow machine's time over the value
///     low    = value exp(-sqrt(ln(down)^2 + (1.2816 more)^2))    down: the value over the fast machine's time
///
/// `more` is a deviation of a time's own: `ttft_sigma` of TTFT and of the wait in it, of latency TTFT's share of that.
/// Evidence: tests/ask/load_answer_test.cpp, tests/ask/simulated_test.cpp.

#include <gambrel/serving/predict.hpp>
#include <gambrel/serving/request_shape.hpp>
#include <limits>

namespace gambrel {

/// Log standard deviation of the step law of `d` where `running` sequences decode in a pass, each with the mean context
/// of the requests of `w`.
inline double law_sigma(const deployment<>& d, const precision& formats, const workload& w, double running) {
    const request_shape r(w, d.runtime.scheduling, d.model, d.speculation);
    const roof<> roof = d.roof();
    const double pass = deviation_of(
        time_pass(d.pass_inputs(formats), step_shape::decode(running, r.context), roof, d.runtime), d.runtime);
    return d.speculation.deviation > 0.0 ? std::hypot(pass, d.speculation.deviation) : pass;
}

/// How much slower the clock is at the slow end of the range.
inline double slow_factor(double sigma) { return std::exp(normal_quantile_90 * sigma); }

/// The deviation of a latency that is its own: that of TTFT by its share.
inline double latency_deviation(double ttft, double latency) {
    return (latency > 0.0 ? std::fmin(1.0, ttft / latency) : 0.0) * ttft_sigma;
}

/// The range of a time of `middle` seconds, that a slow machine makes `up` times as long and a fast one `down` times
/// as short; without an upper end where `open`.
inline figure<seconds<>> time_range(double middle, double up, double down, double more, bool open) {
    if (!(middle > 0.0)) return exactly(seconds<>::from_value(middle));
    const double besides = normal_quantile_90 * more;
    const double above = std::hypot(std::log(std::fmax(1.0, up)), besides),
                 below = std::hypot(std::log(std::fmax(1.0, down)), besides);
    return {seconds<>::from_value(middle), seconds<>::from_value(middle * std::exp(-below)),
            seconds<>::from_value(open ? std::numeric_limits<double>::infinity() : middle * std::exp(above))};
}
}  // namespace gambrel
