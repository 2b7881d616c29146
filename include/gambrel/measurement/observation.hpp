// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What one file says of one run of a server, kept as its tool wrote it: load, lengths, figures with their statistic, the
/// server's own counters, times of kernels, readings of the board. Nothing is derived here and nothing is left out because
/// a prediction has no use for it; a member without a value is something that the file does not say.
///
/// Numbers are in base units: seconds, tokens, requests, bytes, watts, hertz, shares of 1.
/// Evidence: tests/measurement/io/observations_test.cpp, tests/measurement/io/profiles_test.cpp.

#include <array>
#include <gambrel/measurement/start_log.hpp>
#include <gambrel/numeric/enum_table.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace gambrel {

/// What work a kernel does (kernel_class.hpp says how it is told). In the order in which names are tried, up to the last,
/// which is tried before `gemm`.
enum class kernel_kind : unsigned char {
    collective,
    experts,
    prefill_attention,
    decode_attention,
    attention,
    gemm,
    copy,
    elementwise,
    dequantisation
};

// clang-format off
template <> inline constexpr std::array<enum_row<kernel_kind>, 9> enum_table<kernel_kind>{{
    {kernel_kind::collective, "collective", "collective"},
    {kernel_kind::experts, "experts", "experts"},
    {kernel_kind::prefill_attention, "prefill_attention", "prefill attention"},
    {kernel_kind::decode_attention, "decode_attention", "decode attention"},
    {kernel_kind::attention, "attention", "attention"},
    {kernel_kind::gemm, "gemm", "GEMM"},
    {kernel_kind::copy, "copy", "copy"},
    {kernel_kind::elementwise, "element_wise", "element-wise"},
    {kernel_kind::dequantisation, "dequantisation", "dequantisation"},
}};
// clang-format on

/// All launches of one kernel in what was profiled.
struct kernel_time {
    std::string name{};
    kernel_kind kind = kernel_kind::elementwise;
    double launches = 0.0;
    double seconds = 0.0;  ///< of all launches
};

/// A profile of kernels: what `nsys stats`, `ncu` or a PyTorch trace sums up.
struct kernel_profile {
    std::vector<kernel_time> kernels{};
    std::optional<double> wall{};   ///< from the first kernel's start to the last one's end, of one device
    std::optional<double> busy{};   ///< of it, at least one kernel ran
    std::optional<double> steps{};  ///< steps of the engine within it
    std::optional<double> memory_throughput{},
        compute_throughput{};  ///< of `ncu`: shares of the peak, weighted by time
};

/// What a server's own counters say between two scrapes of `/metrics`, or in a log.
struct server_counters {
    std::optional<double> seconds{};                         ///< between the scrapes
    std::optional<double> running{}, waiting{}, kv_usage{};  ///< gauges, of the later scrape
    std::optional<double> waiting_for_capacity{};            ///< of the waiting: for room in the cache
    std::optional<double> preemptions{}, prefix_queries{}, prefix_hits{}, prompt_tokens{}, output_tokens{};
    std::optional<double> requests{};  ///< that ended between the scrapes
    std::optional<double> queue_time_mean{};
    std::optional<double> drafted_tokens{}, accepted_tokens{};
};

/// What the board's driver says during the run.
struct board_readings {
    std::size_t samples = 0;
    std::optional<double> power_mean{}, power_most{}, power_limit{};
    std::optional<double> sm_clock_mean{}, sm_clock_least{}, sm_clock_most{};
    std::optional<double> utilisation{};  ///< share of samples in which any kernel ran: no measure of work
    std::optional<double> memory_used{};
    std::optional<double> sm_active{}, tensor_active{}, dram_active{};  ///< DCGM's profiling counters
};

/// One run as one file (or a folder's files) tells it.
struct observation {
    std::string where{};  ///< file, and which of its runs
    std::string tool{};   ///< "vllm bench serve"
    std::string model{}, device{}, runtime{}, runtime_version{}, weights{}, kv{}, date{};
    std::map<std::string, double> ranks{};            ///< tp, pp, ep, dp
    std::optional<double> prompt{}, output{};         ///< tokens of a request, mean
    std::optional<double> clients{}, offered_rate{};  ///< closed loop; open loop. All at once: neither
    bool all_at_once = false;
    bool static_batch = false;  ///< `clients` are one batch that starts and ends together, with no server between
    std::optional<double> duration{}, completed{}, failed{};
    std::optional<double> mean_concurrency{}, most_concurrency{};
    std::optional<double>
        accepted_per_step{};  ///< tokens of a step of speculative decoding, the target's own among them
    /// "ttft_mean", "ttft_median", "ttft_p99", "itl_std", "output_throughput", "request_throughput": metric and statistic.
    std::map<std::string, double> figures{};
    std::optional<server_counters> server{};
    std::optional<kernel_profile> kernels{};
    std::optional<board_readings> board{};
    std::optional<start_log> start{};  ///< what the server printed while it started
    std::map<std::string, std::string>
        settings{};  ///< of the server, where the file holds them: "max_num_seqs" -> "256"
    std::vector<std::string> notes{};
};

}  // namespace gambrel
