// SPDX-License-Identifier: Apache-2.0
// Every field of the descriptors and of what is answered is reached from a command line and from Python: by a keyword, by a
// file, or by a key of the JSON that both print. Fields are counted by the compiler, so one that is added and reached by
// nobody fails here by name of its struct.
#include <doctest/doctest.h>

#include <gambrel/ask/bound_load_question.hpp>
#include <gambrel/ask/bound_simulation.hpp>
#include <gambrel/ask/runtime_file.hpp>
#include <gambrel/hardware/io/device_json.hpp>
#include <gambrel/report/json/load_json.hpp>
#include <gambrel/report/json/model_json.hpp>
#include <gambrel/report/json/prediction_json.hpp>
#include <gambrel/report/json/runtime_json.hpp>
#include <gambrel/report/json/simulation_json.hpp>

using namespace gambrel;
using report::json;

namespace {
/// Stands for a value of any type in an aggregate's braces.
struct any_value {
    template <class T> constexpr operator T() const;
};
template <class T, std::size_t... I> constexpr bool takes(std::index_sequence<I...>) {
    return requires { T{((void)I, any_value{})...}; };
}
/// Members of an aggregate: the most values that its braces take.
template <class T, std::size_t Most = 48> constexpr std::size_t field_count() {
    std::size_t count = 0;
    [&]<std::size_t... N>(std::index_sequence<N...>) {
        ((count = takes<T>(std::make_index_sequence<N + 1>{}) ? N + 1 : count), ...);
    }
    (std::make_index_sequence<Most>{});
    return count;
}
struct of_three {
    int a;
    double b;
    std::string_view c;
};
static_assert(field_count<of_three>() == 3);

template <class T> std::size_t visited() {
    std::size_t count = 0;
    T value{};
    ask::visit_fields(value, [&](const char*, auto&) { ++count; });
    return count;
}
template <class T> void all_fields(const json& written) {
    CHECK(visited<T>() == field_count<T>());
    CHECK(written.size() == field_count<T>());
}
bool asks(std::string_view name) {
    const auto has = [&](const auto& table) {
        return std::any_of(table.begin(), table.end(), [&](const auto& k) { return k.name == name; });
    };
    return has(ask::prediction_keywords) || has(ask::load_keywords) || has(ask::simulation_keywords);
}
/// A field and the keyword or key it is reached by.
using reached = std::pair<const char*, const char*>;
template <class T, std::size_t N> void all_asked(const std::array<reached, N>& fields) {
    CHECK(N == field_count<T>());
    for (const reached& r : fields) {
        CAPTURE(r.first);
        CHECK(asks(r.second));
    }
}
template <class T, std::size_t N> void all_answered(const std::array<reached, N>& fields, const json& answer) {
    CHECK(N == field_count<T>());
    for (const reached& r : fields) {
        CAPTURE(r.first);
        CHECK(answer.contains(json::json_pointer(r.second)));
    }
}
}  // namespace

TEST_CASE("runtime: every field is in --json and may be set by a file") {
    const json j = report::runtime_json(catalog::vllm);
    CHECK(visited<runtime<>>() == field_count<runtime<>>());
    CHECK(j.size() == field_count<runtime<>>() + 1);  // and "gambrel"
    all_fields<scheduling>(j["scheduling"]);
    all_fields<host_time<>>(j["host"]);
    all_fields<graph_capture>(j["graphs"]);
    all_fields<frontend_policy>(j["frontend"]);
    all_fields<memory_policy>(j["memory"]);
    all_fields<supported_formats>(j["formats"]);
    all_fields<left_to_board>(j["by_board"]);
    CHECK(visited<supported_devices>() == field_count<supported_devices>());
}

TEST_CASE("device: every field is written to a file and read from it") {
    device<> d = device_named("gb200");
    d.cache = d.memory;
    d.scale_up = d.scale_out = d.host_link = {
        .name = "link", .kind = fabric::nvlink, .per_direction = gigabytes(100) / seconds_of(1), .devices = 72};
    d.memory.visible = d.memory.capacity;
    d.power.idle = d.power.limit;
    d.list_price = dollars<>::from_value(1.0);
    d.compute_units = 100;
    const sourced<flop_rate<>> p(flop_rate<>::from_value(1e15));
    d.peak = {p, p, p, p, p, p, p, p, p, p, p};
    const auto j = to_json(d);
    CHECK(j.size() == field_count<device<>>());
    CHECK(j["memory"].size() == field_count<memory_level<>>());
    CHECK(j["peak"].size() == field_count<peak_rates<>>());
    CHECK(j["scale_up"].size() == field_count<interconnect<>>());
    CHECK(j["power"].size() == field_count<power_draw<>>());
    CHECK(to_json(device_from_json(nlohmann::json::parse(j.dump()))).size() == j.size());
}

TEST_CASE("workload, cut and adapter: every field has a keyword") {
    all_asked<workload>(std::array<reached, 9>{{{"objective", "ttft_p99_ms"},
                                                {"prompt", "prompt"},
                                                {"output", "output"},
                                                {"concurrency", "concurrency"},
                                                {"rate", "rate_per_s"},
                                                {"images", "images"},
                                                {"prefix_hit", "prefix_hit"},
                                                {"protocol", "protocol"},
                                                {"arrival_variation", "arrival_variation"}}});
    all_asked<parallelism>(std::array<reached, 9>{{{"tensor", "tp"},
                                                   {"exchange", "exchange"},
                                                   {"two_batches", "two_batches"},
                                                   {"pipeline", "pp"},
                                                   {"data", "dp"},
                                                   {"expert", "ep"},
                                                   {"replicas", "replicas"},
                                                   {"sequence", "sp"},
                                                   {"balanced_experts", "balanced_experts"}}});
}

TEST_CASE("prediction: every figure is in the JSON that the command and Python print") {
    const ask::bound_question q(std::make_shared<const architecture>(model_named("llama-3.1-8b")),
                                std::make_shared<const device<>>(device_named("h100-sxm")),
                                std::make_shared<const runtime<>>(catalog::vllm), {});
    const json j = report::as_json(q.question, ask::answered(q.question));
    all_answered<prediction<>>(std::array<reached, 27>{{{"verdict", "/feasible"},
                                                        {"memory", "/memory"},
                                                        {"ttft", "/ttft"},
                                                        {"tpot", "/tpot"},
                                                        {"latency", "/latency"},
                                                        {"request_throughput", "/request_throughput"},
                                                        {"output_throughput", "/output_throughput"},
                                                        {"prompt_throughput", "/prompt_throughput"},
                                                        {"total_throughput", "/total_throughput"},
                                                        {"output_per_device", "/output_per_device"},
                                                        {"output_per_user", "/output_per_user"},
                                                        {"devices", "/inputs/devices"},
                                                        {"running", "/running"},
                                                        {"queued", "/queued"},
                                                        {"waiting", "/waiting"},
                                                        {"batch", "/batch"},
                                                        {"mfu", "/mfu"},
                                                        {"mbu", "/mbu"},
                                                        {"utilisation", "/utilisation"},
                                                        {"prompt_share", "/prompt_share"},
                                                        {"decode", "/passes/decode"},
                                                        {"prefill", "/passes/prefill"},
                                                        {"mean_step", "/breakdown/tpot"},
                                                        {"first_token", "/breakdown/ttft"},
                                                        {"prefill_passes", "/passes/of_a_prompt"},
                                                        {"warning", "/ask_simulator"},
                                                        {"not_known", "/feasible"}}},
                               j);
}

TEST_CASE("load: every figure is in the JSON") {
    ask::load_options t;
    t.deployed.rate = 2.0;
    const ask::bound_load_question q(std::make_shared<const architecture>(model_named("llama-3.1-8b")),
                                     std::make_shared<const device<>>(device_named("h100-sxm")),
                                     std::make_shared<const runtime<>>(catalog::vllm), t);
    const json j = report::as_json(q.question, ask::answered(q.question), "");
    all_answered<load_prediction>(std::array<reached, 19>{{{"stable", "/stable"},
                                                           {"rate", "/request_throughput"},
                                                           {"limit", "/limit"},
                                                           {"bound", "/limit_bound"},
                                                           {"utilisation", "/utilisation"},
                                                           {"load", "/load_factor"},
                                                           {"backlog", "/backlog_growth"},
                                                           {"running", "/running"},
                                                           {"waiting", "/waiting"},
                                                           {"wait_probability", "/wait_probability"},
                                                           {"step", "/step"},
                                                           {"prompts_per_step", "/prompts_per_step"},
                                                           {"ttft", "/ttft"},
                                                           {"tpot", "/tpot"},
                                                           {"itl", "/itl"},
                                                           {"latency", "/latency"},
                                                           {"method", "/method"},
                                                           {"not_known", "/feasible"},
                                                           {"warning", "/ask_simulator"}}},
                                  j);
}

TEST_CASE("simulation: every figure is in the JSON") {
    ask::simulation_options t;
    t.deployed.rate = 2.0;
    t.requests = 50;
    const ask::bound_simulation run(std::make_shared<const architecture>(model_named("llama-3.1-8b")),
                                    std::make_shared<const device<>>(device_named("h100-sxm")),
                                    std::make_shared<const runtime<>>(catalog::vllm), t);
    const json j = report::as_json(run, run.run({}));
    all_answered<simulation::summary>(std::array<reached, 34>{{{"sent", "/requests/sent"},
                                                               {"ended", "/requests/answered"},
                                                               {"rejected", "/requests/rejected"},
                                                               {"left", "/requests/left"},
                                                               {"too_long", "/requests/too_long"},
                                                               {"ttft", "/ttft"},
                                                               {"tpot", "/tpot"},
                                                               {"latency", "/latency"},
                                                               {"queued", "/queued"},
                                                               {"itl", "/itl"},
                                                               {"duration", "/duration"},
                                                               {"window", "/window"},
                                                               {"request_throughput", "/request_throughput"},
                                                               {"output_throughput", "/output_throughput"},
                                                               {"prompt_throughput", "/prompt_throughput"},
                                                               {"running", "/running"},
                                                               {"waiting", "/waiting"},
                                                               {"utilisation", "/utilisation"},
                                                               {"batch", "/batch"},
                                                               {"blocks", "/kv_blocks/held"},
                                                               {"most_blocks", "/kv_blocks/most_on_a_rank"},
                                                               {"passes", "/passes"},
                                                               {"prompt_passes", "/prompt_passes"},
                                                               {"preemptions", "/preemptions"},
                                                               {"prompt_tokens", "/tokens/prompt"},
                                                               {"output_tokens", "/tokens/output"},
                                                               {"cached_tokens", "/tokens/cached"},
                                                               {"recomputed_tokens", "/tokens/recomputed"},
                                                               {"transfer_wait", "/transfer/waited"},
                                                               {"transfer_busy", "/transfer/busy"},
                                                               {"stable", "/stable"},
                                                               {"backlog_growth", "/backlog_growth"},
                                                               {"latency_sum", "/latency_sum"},
                                                               {"under_way_time", "/under_way_time"}}},
                                      j);
}
