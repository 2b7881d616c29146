// SPDX-License-Identifier: Apache-2.0
#pragma once
/// One measured run under load: the deployment, the requests as they were sent, and what was reported of them. Plain
/// values: change `runtime` or `adjustment` and ask again.
///
/// A run may report several windows (stages of different rates): figures of the requests sent within each.
/// Read by read_guidellm.hpp, read_stages.hpp, read_request_log.hpp; predicted by predict_online.hpp.

#include <array>
#include <gambrel/hardware/device.hpp>
#include <gambrel/model/architecture.hpp>
#include <gambrel/numeric/enum_table.hpp>
#include <gambrel/operators/parallelism.hpp>
#include <gambrel/operators/precision.hpp>
#include <gambrel/roofline/calibration/adjustment.hpp>
#include <gambrel/runtime/runtime.hpp>
#include <gambrel/simulation/request.hpp>
#include <gambrel/workload/length.hpp>
#include <limits>
#include <string>
#include <vector>

namespace gambrel {

/// Seconds, over requests. `itl_mean`: mean over requests of (latency - TTFT) / (output - 1), as load generators have
/// it.
enum class online_figure : unsigned char {
    itl_mean,
    ttft_mean,
    ttft_p50,
    ttft_p90,
    ttft_p99,
    latency_mean,
    latency_p90,
    latency_p99
};
// clang-format off
template <> inline constexpr std::array<enum_row<online_figure>, 8> enum_table<online_figure>{{
    {online_figure::itl_mean, "itl_mean", "ITL mean"},
    {online_figure::ttft_mean, "ttft_mean", "TTFT mean"},
    {online_figure::ttft_p50, "ttft_p50", "TTFT p50"},
    {online_figure::ttft_p90, "ttft_p90", "TTFT p90"},
    {online_figure::ttft_p99, "ttft_p99", "TTFT p99"},
    {online_figure::latency_mean, "latency_mean", "E2E mean"},
    {online_figure::latency_p90, "latency_p90", "E2E p90"},
    {online_figure::latency_p99, "latency_p99", "E2E p99"},
}};
// clang-format on
inline constexpr std::size_t online_figure_count = enum_count<online_figure>;

/// Figures by `online_figure`, seconds; 0 where there is none.
using online_figures = std::array<double, online_figure_count>;

/// How requests are sent.
enum class sending : unsigned char {
    one_at_a_time,  ///< the next one when the last one is answered
    evenly,         ///< at a rate, evenly spaced
    at_once,        ///< as many clients as stated, each sending again at its answer
    given,          ///< `requests`
};

struct online_window {
    std::string name{};
    double rate = 0;                                                   ///< requests per second; 0: several rates
    double from = 0, until = std::numeric_limits<double>::infinity();  ///< when requests were sent, seconds
    online_figures measured{};
};

struct online_run {
    std::string name{}, shape{};
    const gambrel::device<>* device = nullptr;
    const architecture* model = nullptr;
    gambrel::runtime<> runtime{};
    parallelism cut{};
    precision formats{};
    gambrel::adjustment adjustment{};
    double kv_blocks = 0;       ///< stated; 0: as many as memory holds
    bool prefix_cache = false;  ///< prompts are found again, as `requests` say
    double prefix_hit = 0;      ///< share of prompt tokens so found in steady state

    gambrel::sending sending = sending::given;
    length prompt = 1.0, output = 1.0;
    double clients = 1;
    double duration = std::numeric_limits<double>::infinity();  ///< requests not answered by then are not reported
    std::size_t count = 0;                                      ///< requests sent; of clients: at least those answered
    double share_of_limit = 0;  ///< rate / the greatest rate measured for the shape; 0: not known
    std::vector<simulation::request> requests{};
    std::vector<online_window> windows{};
    std::string unpredictable{};  ///< why not; empty when it can be predicted

    bool ok() const { return unpredictable.empty(); }
};
}  // namespace gambrel
