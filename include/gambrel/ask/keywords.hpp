// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Every keyword of `predict`, `serve` and `simulate`, once: the command's options, Python's arguments, the axes of a
/// sweep and the command line that `serve` prints follow from these tables.
///
/// To add one: a field in ask/{prediction,load,simulation}_options.hpp, a row here, a line in Python's ask/_terms.py
/// (whose test names what is missing). Beside them stand what is no plain value: model, device, runtime, workload,
/// calibration and trace. Evidence: tests/ask/keywords_test.cpp.

#include <gambrel/ask/keyword.hpp>
#include <gambrel/ask/load_options.hpp>
#include <gambrel/ask/simulation_options.hpp>
#include <gambrel/operators/speculation.hpp>
#include <gambrel/serving/request_shape.hpp>

namespace gambrel::ask {

namespace detail {
using P = prediction_options;
using L = load_options;
using S = simulation_options;
inline constexpr double hourly_dollar = 1.0 / symbols::hour, dollar_per_kwh = 1.0 / symbols::kilowatt_hour;

inline constexpr keyword_range degree{1, 65536, "a degree of parallelism"};

inline std::optional<double> in_unit(const std::optional<amount>& a, double unit) {
    return a ? std::optional(a->in(unit)) : std::nullopt;
}
inline std::optional<double> milliseconds_of(seconds<> limit) {
    return limit.value() != std::numeric_limits<double>::infinity() ? std::optional(limit.value() / 1e-3)
                                                                    : std::nullopt;
}
inline seconds<> limit_of(const std::optional<amount>& a) {
    return seconds<>::from_value(a ? a->base() : std::numeric_limits<double>::infinity());
}
}  // namespace detail

// clang-format off
inline constexpr std::array<keyword<prediction_options>, 57> prediction_keywords{{
    {"memory_gib", "--memory", "", "", "of one device where the catalog has none or another, \"384 GiB\"",
     keyword_group::deployed,
     quantity_field<detail::P>{&symbols::of<unit::byte>, "GiB", "GiB", false,
         [](detail::P& o, const std::optional<amount>& a) {
             o.memory = a ? std::optional(bytes<>::from_value(a->base())) : std::nullopt; },
         [](const detail::P& o) { return o.memory ? std::optional(o.memory->value() / symbols::gibi) : std::nullopt; }},
     {1e-3, 1e6, "the memory of a device in GiB"}, "memory"},
    {"weights", "--weights", "", "stored", "storage format of the linear layers, or a GGUF file type: q4_k_m",
     keyword_group::deployed, &detail::P::weights, {}, "precision"},
    {"kv", "--kv", "--kv-cache-dtype,--cache-type-k", "stored", "storage format of the KV cache: fp8, fp8_e5m2; of llama.cpp q8_0, q4_0",
     keyword_group::deployed, &detail::P::kv, {}, "precision"},
    {"tp", "--tp", "--tensor-parallel-size,--tp-size", "1", "tensor parallel ranks",
     keyword_group::deployed, &detail::P::tensor, detail::degree, "cut"},
    {"pp", "--pp", "--pipeline-parallel-size,--pp-size", "1", "pipeline stages",
     keyword_group::deployed, &detail::P::pipeline, detail::degree, "cut"},
    {"dp", "--dp", "--data-parallel-size", "1", "attention copies that share the experts",
     keyword_group::deployed, &detail::P::data, detail::degree, "cut"},
    {"ep", "--ep", "--ep-size,--expert-parallel-size", "1", "expert parallel ranks", keyword_group::deployed, &detail::P::expert, detail::degree, "cut"},
    {"replicas", "--replicas", "", "1", "independent copies of all this",
     keyword_group::deployed, &detail::P::replicas, detail::degree, "cut"},
    {"sp", "--sp", "", "", "cut activations over the tensor ranks too",
     keyword_group::deployed, &detail::P::sequence, {}, "cut"},
    {"balanced_experts", "--balanced-experts", "--enable-eplb", "", "hot experts are replicated: all ranks equally busy",
     keyword_group::deployed, &detail::P::balanced_experts, {}, "cut"},
    {"exchange", "--exchange", "", "gather", "how tokens come to their experts: gather, per_rank, per_expert, by_pass",
     keyword_group::deployed, &detail::P::exchange, {}, "cut"},
    {"two_batches", "--two-batches", "--enable-dbo,--enable-two-batch-overlap", "",
     "a pass in two halves, of which one exchanges while the other computes",
     keyword_group::deployed, &detail::P::two_batches, {}, "cut"},
    {"lora_rank", "--lora-rank", "", "", "rank of unmerged adapters on every linear layer",
     keyword_group::deployed, &detail::P::adapter_rank, {0, 4096, "the rank of adapters"}, "adapter"},
    {"lora_adapters", "--lora-adapters", "", "1", "different adapters in a batch",
     keyword_group::deployed, &detail::P::adapters, {1, 1e6, "the number of adapters"}, "adapter"},
    {"draft_method", "--draft-method", "", "none", "speculative decoding by ngram, medusa, eagle, eagle3, mtp, or a draft model",
     keyword_group::deployed, &detail::P::draft_method, {}, "speculation"},
    {"draft_model", "--draft-model", "--model-draft", "", "smaller model that drafts: catalog name, config.json or directory",
     keyword_group::deployed, &detail::P::draft_model, {}, "speculation"},
    {"drafts", "--drafts", "--num-speculative-tokens,--draft-max", "", "tokens guessed per step; else the method's own [1 to 5]",
     keyword_group::deployed, &detail::P::drafts, {0, most_drafts, "the number of drafted tokens"}, "speculation"},
    {"acceptance", "--acceptance", "", "", "share of guesses accepted where all before them were; else the method's, with its range",
     keyword_group::deployed, &detail::P::acceptance, {0, 1, "the acceptance of a drafted token"}, "speculation"},
    {"accepted_tokens", "--accepted-tokens", "", "", "or: mean tokens of a step, as servers print it (acceptance length)",
     keyword_group::deployed, &detail::P::accepted_tokens, {1, most_drafts + 1, "the tokens accepted per step"}, "speculation"},
    {"prefill_replicas", "--prefill-replicas", "", "0", "of a pool that computes prompts only",
     keyword_group::deployed, &detail::P::prefill_replicas, {0, 1e6, "the number of prefill replicas"}, "pools"},
    {"decode_replicas", "--decode-replicas", "", "0", "of the pool that does the rest, each cut as tp, pp, dp, ep say",
     keyword_group::deployed, &detail::P::decode_replicas, {0, 1e6, "the number of decode replicas"}, "pools"},
    {"prefill_tp", "--prefill-tp", "", "", "tensor parallel ranks of a prefill replica; else those of a decode replica",
     keyword_group::deployed, &detail::P::prefill_tensor, {0, 65536, "a degree of parallelism"}, "pools"},
    {"prefill_pp", "--prefill-pp", "", "", "likewise pipeline stages",
     keyword_group::deployed, &detail::P::prefill_pipeline, {0, 65536, "a degree of parallelism"}, "pools"},
    {"prefill_dp", "--prefill-dp", "", "", "likewise attention copies",
     keyword_group::deployed, &detail::P::prefill_data, {0, 65536, "a degree of parallelism"}, "pools"},
    {"prefill_ep", "--prefill-ep", "", "", "likewise expert parallel ranks",
     keyword_group::deployed, &detail::P::prefill_expert, {0, 65536, "a degree of parallelism"}, "pools"},
    {"transfer_gb_per_s", "--transfer", "", "", "GB/s between the pools; else the devices' network", keyword_group::deployed,
     quantity_field<detail::P>{&symbols::of<unit::byte_per_second>, "GB/s", "GB/s", true,
         [](detail::P& o, const std::optional<amount>& a) { o.transfer = detail::in_unit(a, 1e9); },
         [](const detail::P& o) { return o.transfer; }},
     {1e-6, 1e6, "the transfer rate in GB/s"}, "pools"},
    {"prompt", "--prompt", "--isl,--input,--input-len,--random-input-len", "1024", "tokens, uniform:LOW:HIGH or lognormal:MEAN:VARIATION",
     keyword_group::load, &detail::P::prompt, {}, "prompt"},
    {"output", "--output", "--osl,--output-len,--random-output-len", "256", "likewise", keyword_group::load, &detail::P::output, {}, "output"},
    {"concurrency", "--concurrency", "--max-concurrency,--clients", "", "clients that each wait for their answer [1]",
     keyword_group::load, &detail::P::concurrency, {}, "load"},
    {"rate_per_s", "--rate", "--request-rate,--qps", "", "requests per second instead", keyword_group::load,
     quantity_field<detail::P>{&symbols::of<unit::request_per_second>, "req/s", "1/s", true,
         [](detail::P& o, const std::optional<amount>& a) { o.rate = detail::in_unit(a, 1.0); },
         [](const detail::P& o) { return o.rate; }}, {}, "load"},
    {"batch", "--batch", "", "", "one static batch instead", keyword_group::load, &detail::P::batch,
     {1, most_clients, "the batch"}},
    {"images", "--images", "", "0", "per request, before the text",
     keyword_group::load, &detail::P::images, {}, "images"},
    {"prefix_hit", "--prefix-hit", "", "0", "share of prompt tokens found in the prefix cache",
     keyword_group::load, &detail::P::prefix_hit, {}, "prefix_hit"},
    {"protocol", "--protocol", "", "steady", "steady, or benchmark: all clients at once, ten prompts each",
     keyword_group::load, &detail::P::protocol, {}, "protocol"},
    {"price_usd_per_hour", "--price", "", "", "$ per device-hour; else the median of known quotes",
     keyword_group::money,
     quantity_field<detail::P>{&symbols::of<unit::dollar_per_second>, "$/h", "USD/hour", true,
         [](detail::P& o, const std::optional<amount>& a) { o.price = detail::in_unit(a, detail::hourly_dollar); },
         [](const detail::P& o) { return o.price; }},
     {0, 1e6, "the price in dollars per device-hour"}},
    {"prices", "--prices", "", "", "file of quotes in the place of those shipped (data/README.md)",
     keyword_group::money, &detail::P::prices},
    {"electricity_usd_per_kwh", "--price-kwh", "", "", "$ per kWh [0.12]", keyword_group::money,
     quantity_field<detail::P>{&symbols::of<unit::dollar_per_joule>, "$/kWh", "USD/kWh", true,
         [](detail::P& o, const std::optional<amount>& a) {
             o.price_kwh = detail::in_unit(a, detail::dollar_per_kwh); },
         [](const detail::P& o) { return o.price_kwh; }},
     {0, 100, "the electricity price in dollars per kWh"}},
    {"pue", "--pue", "", "", "building power / IT power [1; tco: 1.2]",
     keyword_group::money, &detail::P::pue, {1, 5, "the power usage effectiveness"}},
    {"server_power", "--server-power", "", "", "IT power / board power [1; tco: 1.33]",
     keyword_group::money, &detail::P::server, {1, 10, "the server factor"}},
    {"token_budget", "--token-budget", "--max-num-batched-tokens,--chunked-prefill-size,--max-num-tokens,--batch-size", "",
     "most tokens of one step",
     keyword_group::settings, &detail::P::token_budget, {1, 1e7, "the token budget"}, "settings"},
    {"max_sequences", "--max-sequences", "--max-num-seqs,--max-running-requests,--max-batch-size,--parallel", "",
     "slots",
     keyword_group::settings, &detail::P::max_sequences, {1, 1e6, "the most sequences"}, "settings"},
    {"memory_fraction", "--memory-fraction", "--gpu-memory-utilization,--mem-fraction-static,--kv-cache-free-gpu-memory-fraction", "",
     "share of the memory it may take",
     keyword_group::settings, &detail::P::memory_fraction, {0.01, 1, "the memory fraction"}, "settings"},
    {"max_context", "--max-context", "--max-model-len,--context-length,--max-seq-len", "",
     "longest prompt and answer of a request in tokens; else the model's",
     keyword_group::settings, &detail::P::max_context, {1, 1e9, "the longest request in tokens"}, "settings"},
    {"chunked_prefill", "--chunked-prefill", "--enable-chunked-prefill", "", "cut long prompts over several steps",
     keyword_group::settings, &detail::P::chunked_prefill, {}, "settings", "--no-chunked-prefill,--no-enable-chunked-prefill"},
    {"async_scheduling", "--async-scheduling", "", "", "plan a step while the one before it runs",
     keyword_group::settings, &detail::P::async_scheduling, {}, "settings", "--no-async-scheduling,--disable-overlap-schedule"},
    {"prefix_cache", "--prefix-cache", "--enable-prefix-caching", "",
     "keep the KV of finished prompts: simulate finds what hits, elsewhere --prefix-hit says it",
     keyword_group::settings, &detail::P::prefix_cache, {}, "prefix_hit",
     "--no-prefix-cache,--no-enable-prefix-caching,--disable-radix-cache"},
    {"graphs", "--graphs", "--cudagraph-mode", "runtime",
     "none, piecewise, full, full_decode_only or full_and_piecewise",
     keyword_group::settings, &detail::P::graphs, {}, "settings"},
    {"graph_tokens", "--graph-tokens", "--max-cudagraph-capture-size,--piecewise-cuda-graph-max-tokens", "",
     "most tokens of a step with a prompt that runs from a graph",
     keyword_group::settings, &detail::P::graph_tokens, {0, 1e7, "the tokens of the largest captured step"}, "settings"},
    {"frontend_processes", "--frontend-processes",
     "--api-server-count,--tokenizer-worker-num,--num-postprocess-workers", "", "that take in prompts and stream tokens",
     keyword_group::settings, &detail::P::frontend_processes, {1, 1e6, "the frontend processes"}, "settings"},
    {"stream_interval", "--stream-interval", "", "", "tokens of one message to a client",
     keyword_group::settings, &detail::P::stream_interval, {1, 1e6, "the tokens of a streamed message"}, "settings"},
    {"block_tokens", "--block-tokens", "--block-size,--page-size,--tokens-per-block", "", "tokens of one block of KV",
     keyword_group::settings, &detail::P::block_tokens, {1, 1e6, "the tokens of a KV block"}, "settings"},
    {"batch_wait_steps", "--batch-wait", "--batch-wait-timeout-iters", "", "steps prompts are held back while anything decodes",
     keyword_group::settings, &detail::P::batch_wait, {0, 1e6, "the steps that prompts are held back"}, "settings"},
    {"batch_wait_share", "--batch-wait-share", "--batch-wait-max-tokens-ratio", "", "of the token budget, which ends that",
     keyword_group::settings, &detail::P::wait_share, {0, 1, "the share of the token budget that ends batch waiting"},
     "settings"},
    {"poll_interval_steps", "--poll-interval", "--scheduler-recv-interval", "",
     "decode steps between readings of new requests",
     keyword_group::settings, &detail::P::poll_interval, {0, 1e6, "the decode steps between readings"}, "settings"},
    {"prompts_per_step", "--prompts-per-step", "--prefill-max-requests", "", "most new prompts of one step; 0: as many as fit",
     keyword_group::settings, &detail::P::prompts_per_step, {0, 1e6, "the prompts of a step"}, "settings"},
    {"micro_batch", "--micro-batch", "--ubatch-size", "", "tokens computed at once, of llama.cpp",
     keyword_group::settings, &detail::P::micro_batch, {1, 1e7, "the tokens computed at once"}, "settings"},
    {"enforce_eager", "--enforce-eager", "--disable-cuda-graph", "", "no graphs: the host launches every kernel of every pass",
     keyword_group::settings, &detail::P::enforce_eager, {}, "settings"},
}};

inline constexpr std::array<keyword<load_options>, 6> load_keywords{{
    {"arrival_variation", "--arrival-variation", "", "1", "coefficient of variation of the gaps (1: Poisson)",
     keyword_group::load, &detail::L::variation, {0, 100, "the variation of arrival gaps"}},
    {"routing", "--routing", "", "random", "of requests to replicas: random, in-turn",
     keyword_group::load, &detail::L::routing},
    {"ttft_p99_ms", "--ttft-p99", "", "", "longest TTFT of 99 % of requests, \"500 ms\"", keyword_group::level,
     quantity_field<detail::L>{&symbols::of<unit::second>, "ms", "ms", false,
         [](detail::L& o, const std::optional<amount>& a) { o.limits.ttft = detail::limit_of(a); },
         [](const detail::L& o) { return detail::milliseconds_of(o.limits.ttft); }},
     {1e-6, 1e12, "the TTFT limit in milliseconds"}},
    {"tpot_p99_ms", "--tpot-p99", "", "", "likewise TPOT", keyword_group::level,
     quantity_field<detail::L>{&symbols::of<unit::second>, "ms", "ms", false,
         [](detail::L& o, const std::optional<amount>& a) { o.limits.tpot = detail::limit_of(a); },
         [](const detail::L& o) { return detail::milliseconds_of(o.limits.tpot); }},
     {1e-6, 1e12, "the TPOT limit in milliseconds"}},
    {"latency_p99_ms", "--latency-p99", "", "", "likewise of a whole answer", keyword_group::level,
     quantity_field<detail::L>{&symbols::of<unit::second>, "ms", "ms", false,
         [](detail::L& o, const std::optional<amount>& a) { o.limits.latency = detail::limit_of(a); },
         [](const detail::L& o) { return detail::milliseconds_of(o.limits.latency); }},
     {1e-6, 1e12, "the latency limit in milliseconds"}},
    {"replicas_for_per_s", "--replicas-for", "", "", "requests per second: how many replicas give them that",
     keyword_group::level,
     quantity_field<detail::L>{&symbols::of<unit::request_per_second>, "req/s", "1/s", true,
         [](detail::L& o, const std::optional<amount>& a) { o.size_for = detail::in_unit(a, 1.0); },
         [](const detail::L& o) { return o.size_for; }},
     {1e-9, 1e9, "the request rate per second"}},
}};

inline constexpr std::array<keyword<simulation_options>, 13> simulation_keywords{{
    {"arrivals", "--arrivals", "", "poisson", "with --rate: poisson, even, gamma:CV, weibull:CV, mmpp:RATE:STAY:RATE:STAY ...",
     keyword_group::load, &detail::S::arrivals},
    {"think_s", "--think", "", "", "seconds between an answer and the client's next request",
     keyword_group::load, &detail::S::think, {0, 1e9, "the time between answer and request in seconds"}},
    {"trace_scale", "--trace-scale", "", "", "times the rate of the trace",
     keyword_group::load, &detail::S::trace_scale, {1e-6, 1e6, "the factor on the rate of a trace"}},
    {"trace_tick_s", "--trace-tick", "", "", "seconds over which times recorded in ticks are spread",
     keyword_group::load, &detail::S::trace_tick, {0, 1e6, "the tick of a trace in seconds"}},
    {"turns", "--turns", "", "", "conversations of so many turns; --rate counts conversations",
     keyword_group::load, &detail::S::turns},
    {"shared_tokens", "--shared", "", "", "tokens that all conversations begin with",
     keyword_group::load, &detail::S::shared, {0, longest_length, "the shared tokens of conversations"}},
    {"benchmark_lengths", "--benchmark-lengths", "", "",
     "with --protocol benchmark: the lengths that its client draws, 80 to 100 % of the given",
     keyword_group::load, &detail::S::benchmark_lengths},
    {"requests", "--requests", "", "", "in all [20000; with --protocol benchmark 10 per client]",
     keyword_group::run, &detail::S::requests},
    {"warm_up", "--warm-up", "", "", "requests at the start that no figure counts [a tenth, two a client; benchmark, trace: 0]",
     keyword_group::run, &detail::S::warm_up},
    {"seed", "--seed", "", "1", "of everything drawn", keyword_group::run, &detail::S::seed, {0, 1e9, "the seed"}},
    {"routing", "--routing", "", "round-robin", "round-robin, random, shortest-queue, least-kv, by-client",
     keyword_group::settings, &detail::S::routing},
    {"kv_blocks", "--kv-blocks", "", "", "of each rank; else what memory holds",
     keyword_group::settings, &detail::S::blocks},
    {"balance_wait_steps", "--balance-wait", "", "", "steps prompts wait until every attention rank has one",
     keyword_group::settings, &detail::S::balance},
}};
// clang-format on

/// Throws `error` naming the first number that is out of its keyword's range.
inline void check_ranges(const prediction_options& o) { check_ranges(prediction_keywords, o); }
inline void check_ranges(const load_options& o) { check_ranges(load_keywords, o); }
inline void check_ranges(const simulation_options& o) { check_ranges(simulation_keywords, o); }
}  // namespace gambrel::ask
