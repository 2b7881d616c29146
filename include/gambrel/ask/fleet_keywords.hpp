// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Every keyword of `plan` that predict and serve do not have, or have as one value where a plan takes a list: the
/// command's options and Python's arguments follow from this table, as from those of ask/keywords.hpp.
/// Evidence: tests/ask/fleet_answer_test.cpp.

#include <gambrel/ask/fleet_options.hpp>
#include <gambrel/ask/keywords.hpp>

namespace gambrel::ask {

namespace detail {
using F = fleet_options;
}

// clang-format off
inline constexpr std::array<keyword<fleet_options>, 24> fleet_keywords{{
    {"devices", "--devices", "--device", "priced", "names with commas, \"priced\" (all with a known price) or \"all\"",
     keyword_group::deployed, &detail::F::devices},
    {"runtimes", "--runtimes", "--runtime", "", "serving software, names with commas; vllm",
     keyword_group::deployed, &detail::F::runtimes},
    {"tp", "--tp", "--tensor-parallel-size,--tp-size", "1,2,4,8", "tensor parallel ranks to try, with commas",
     keyword_group::deployed, &detail::F::tensor},
    {"pp", "--pp", "--pipeline-parallel-size,--pp-size", "1", "likewise pipeline stages",
     keyword_group::deployed, &detail::F::pipeline},
    {"dp", "--dp", "--data-parallel-size", "1", "likewise attention copies that share the experts",
     keyword_group::deployed, &detail::F::data},
    {"ep", "--ep", "--ep-size,--expert-parallel-size", "1", "likewise expert parallel ranks; tp: all ranks of a copy",
     keyword_group::deployed, &detail::F::expert},
    {"weights", "--weights", "", "stored", "storage formats of the linear layers to try, with commas",
     keyword_group::deployed, &detail::F::weights},
    {"kv", "--kv", "--kv-cache-dtype", "stored", "likewise of the KV cache",
     keyword_group::deployed, &detail::F::kv},
    {"have", "--have", "", "", "devices there are, \"rtx-4090=2,h100-sxm=8\"; those named are tried too",
     keyword_group::deployed, &detail::F::have},
    {"per_server", "--per-server", "", "", "devices of a server; else what its link joins",
     keyword_group::deployed, &detail::F::per_server, {1, 1e6, "the number of devices of a server"}},
    {"users", "--users", "", "", "of the use case: its peak rate in place of --rate",
     keyword_group::load, &detail::F::users, {1, 1e12, "the number of users"}},
    {"use_case", "--use-case", "", "", "chat, code-completion, code-generation, translation ...: lengths, and the rate of --users",
     keyword_group::load, &detail::F::use_case},
    {"availability", "--availability", "", "0", "share of time in which enough replicas are up: 0.999; 0: no spares",
     keyword_group::level, &detail::F::availability, {0, 0.999999999, "the availability"}},
    {"failures_per_device_hour", "--failures", "", "", "of one device in an hour [1.97e-5]",
     keyword_group::level, &detail::F::failures, {1e-12, 1, "the failures of a device in an hour"}},
    {"repair_hours", "--repair-hours", "", "24", "until what failed serves again",
     keyword_group::level, &detail::F::repair_hours, {0, 1e6, "the hours of repair"}},
    {"whole_servers", "--whole-servers", "", "", "servers are paid for, not devices",
     keyword_group::money, &detail::F::whole_servers},
    {"price_usd_per_hour", "--price", "", "", "of one device by name, \"h100-sxm=2.10,l40s=0.8\"; else the median of known quotes",
     keyword_group::money, &detail::F::rents},
    {"objective", "--objective", "", "rent", "what is to be least: rent, devices, power",
     keyword_group::level, &detail::F::objective},
    {"decides", "--decides", "", "high", "the end of the 80 % range that must keep the limits: high, or value",
     keyword_group::level, &detail::F::decides},
    {"most_devices", "--most-devices", "", "", "devices in all", keyword_group::level, &detail::F::most_devices,
     {1, 1e9, "the most devices"}},
    {"budget_usd_per_hour", "--budget", "", "", "$ per hour in all", keyword_group::level,
     quantity_field<detail::F>{&symbols::of<unit::dollar_per_second>, "$/h", "USD/hour", true,
         [](detail::F& o, const std::optional<amount>& a) { o.budget = detail::in_unit(a, detail::hourly_dollar); },
         [](const detail::F& o) { return o.budget; }},
     {1e-6, 1e9, "the budget in dollars per hour"}},
    {"most_power_kw", "--most-power", "", "", "of all boards, their servers and the building, \"40 kW\"", keyword_group::level,
     quantity_field<detail::F>{&symbols::of<unit::watt>, "kW", "kW", false,
         [](detail::F& o, const std::optional<amount>& a) { o.power = a ? std::optional(a->base()) : std::nullopt; },
         [](const detail::F& o) { return o.power ? std::optional(*o.power / 1000.0) : std::nullopt; }},
     {1e-3, 1e9, "the most power in kW"}},
    {"alternatives", "--alternatives", "", "5", "listed beside the best", keyword_group::run, &detail::F::alternatives,
     {0, 1000, "the number of alternatives"}},
    {"not_simulated", "--not-simulated", "", "", "the best is not checked by the simulator",
     keyword_group::run, &detail::F::not_simulated},
}};
// clang-format on

inline void check_ranges(const fleet_options& o) { check_ranges(fleet_keywords, o); }

/// Whether a keyword of a deployment is one of a plan as it stands: the lengths, the rate, the settings of the runtime.
constexpr bool of_a_plan(std::string_view name) {
    constexpr std::array<std::string_view, 27> not_of_it{"memory_gib",
                                                         "tp",
                                                         "pp",
                                                         "dp",
                                                         "ep",
                                                         "replicas",
                                                         "weights",
                                                         "kv",
                                                         "lora_rank",
                                                         "lora_adapters",
                                                         "draft_method",
                                                         "draft_model",
                                                         "drafts",
                                                         "acceptance",
                                                         "accepted_tokens",
                                                         "prefill_replicas",
                                                         "decode_replicas",
                                                         "prefill_tp",
                                                         "prefill_pp",
                                                         "prefill_dp",
                                                         "prefill_ep",
                                                         "transfer_gb_per_s",
                                                         "concurrency",
                                                         "batch",
                                                         "images",
                                                         "protocol",
                                                         "price_usd_per_hour"};
    for (const std::string_view other : not_of_it)
        if (name == other) return false;
    return name != "electricity_usd_per_kwh";
}
}  // namespace gambrel::ask
