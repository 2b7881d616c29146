// SPDX-License-Identifier: Apache-2.0
#pragma once
/// How the engine of a serving row was driven, and what its lengths and its load then mean. Where no rule of its source
/// says otherwise: a concurrency is a closed loop in steady state, "max" is saturated, a request rate without a
/// concurrency is an open loop. Lengths that a figure does not depend on need not be stated (`stand_in_output`).
/// Evidence: tests/measurement/measured_test.cpp.

#include <gambrel/measurement/apply_settings.hpp>
#include <gambrel/measurement/refusal.hpp>

namespace gambrel::detail {

/// Output length of a single request where none is stated: its TPOT depends on it only through half its share of
/// the context, and its TTFT not at all.
inline constexpr double stand_in_output = 256;
inline constexpr double stand_in_prompt = 128;

inline void read_lengths(measured_row& m, const table_row& row, const row_settings& s, bool alone) {
    const std::string& in = row["input_len"];
    auto prompt = s.number("input_len"), output = s.number("output_len");
    if (!prompt) prompt = number_in(in);
    if (!output) output = number_in(row["output_len"]);
    const bool decode_only = m.metric == metric::output_per_user || m.metric == metric::tpot || m.metric == metric::itl;
    if (!prompt && in.empty() && alone && decode_only) prompt = stand_in_prompt;
    if (!output && alone && (decode_only || m.metric == metric::ttft)) output = stand_in_output;
    if (!prompt || !output) refuse("lengths not stated");
    const bool first_only = m.metric == metric::ttft && *output == 1.0;
    if (!(*prompt >= 1.0 && *prompt <= longest_length) ||
        !(*output >= (first_only ? 1.0 : 2.0) && *output <= longest_length))
        refuse("lengths out of range");
    const auto from = s.number("lengths_from");
    m.workload.prompt = from ? length::uniform_below(*prompt, *from) : length(*prompt);
    m.workload.output = from ? length::uniform_below(*output, *from) : length(*output);
    allow_context(m, *prompt + *output);
}

inline void read_closed_loop(measured_row& m, const row_settings& s, double clients) {
    m.workload.concurrency = clients;
    const statistic reported = m.workload.protocol.reported;
    if (s.flag("burst_start").value_or(false))
        m.workload.protocol = {true, s.number("requests_per_client").value_or(0.0), reported};
    if (const auto cold = s.number("cold_start_s")) m.workload.protocol.cold_start = seconds<>::from_value(*cold);
}

inline void read_load(measured_row& m, const table_row& row, const row_settings& s) {
    const std::string& load = row["concurrency"];
    const std::string& rate = row["request_rate"];
    const auto clients = number_in(load), per_second = number_in(rate);
    if (!load.empty() && !load.starts_with("max") && (!clients || !(*clients >= 1.0 && *clients <= most_clients)))
        refuse("concurrency is not a count: " + load);
    if (!s.flag("sliding_windows").value_or(true)) without_windows(m);
    read_lengths(m, row, s, clients && *clients == 1.0);
    const double prompt = number_in(row["input_len"]).value_or(m.workload.prompt.mean());
    const double output = number_in(row["output_len"]).value_or(m.workload.output.mean());
    const double requests = s.count("requests", clients.value_or(0.0)).value_or(0.0);
    const std::string stated = s.word("load_kind");

    if (clients && stated == "static_batch") {
        m.load_kind = load_kind::static_batch;
        m.workload.concurrency = *clients;
    } else if (clients && stated != "saturated") {
        read_closed_loop(m, s, *clients);
    } else if (clients || load.starts_with("max") || rate == "inf") {
        m.load_kind = load_kind::saturated;
        m.requests = s.listed("requests_by_lengths", prompt, output).value_or(requests);
        m.tuned = s.flag("tuned").value_or(false);
    } else if (per_second) {
        if (!(*per_second > 0.0 && *per_second <= 1e6)) refuse("request rate is not a positive number: " + rate);
        m.load_kind = load_kind::open_loop;
        m.workload.rate = make<request_rate<>>(*per_second);
        m.requests = requests;
    } else {
        refuse("neither concurrency nor request rate stated");
    }
    apply_settings(m, s, clients.value_or(0.0), prompt);
}
}  // namespace gambrel::detail
