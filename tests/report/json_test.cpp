// SPDX-License-Identifier: Apache-2.0
// The keys are a promise (docs/json.md): these lists change only with the document and the changelog.
#include <approx.hpp>
#include <ask/questions.hpp>

#include <doctest/doctest.h>

#include <gambrel/report/json/explanation_json.hpp>
#include <limits>

using namespace gambrel;
using report::json;

namespace {
std::vector<std::string> keys(const json& j) {
    std::vector<std::string> names;
    for (const auto& [name, unused] : j.items()) names.push_back(name);
    return names;
}
using names = std::vector<std::string>;

int figures = 0;
/// Every figure below `j` is whole, ordered and finite; no other number is anything but finite.
void check_figures(const json& j) {
    if (j.is_object() && j.contains("value")) {
        ++figures;
        CHECK(keys(j) == names{"value", "low", "high", "unit"});
        CHECK(j["low"].get<double>() <= j["value"].get<double>());
        CHECK(j["value"].get<double>() <= j["high"].get<double>());
        CHECK_FALSE(j["unit"].get<std::string>().empty());
        return;
    }
    for (const auto& each : j)
        if (each.is_structured()) check_figures(each);
}
}  // namespace

TEST_CASE("the keys of a prediction") {
    const auto q = ask::flagship();
    const json j = report::as_json(q, ask::answered(q));
    CHECK(keys(j) == names{"gambrel",
                           "inputs",
                           "feasible",
                           "ttft",
                           "tpot",
                           "latency",
                           "request_throughput",
                           "output_throughput",
                           "prompt_throughput",
                           "total_throughput",
                           "output_per_device",
                           "output_per_user",
                           "running",
                           "queued",
                           "waiting",
                           "batch",
                           "mfu",
                           "mbu",
                           "utilisation",
                           "prompt_share",
                           "cost",
                           "energy",
                           "start",
                           "memory",
                           "bound",
                           "breakdown",
                           "passes",
                           "ask_simulator",
                           "evidence"});
    CHECK(keys(j["inputs"]) == names{"model", "device", "devices", "runtime", "runtime_version", "parallelism",
                                     "weights", "kv", "workload"});
    CHECK(keys(j["cost"]) == names{"output", "input", "blended", "output_only", "rent_per_device"});
    CHECK(keys(j["energy"]) == names{"per_output_token", "cost_per_output_token", "board_power"});
    CHECK(keys(j["memory"]) == names{"capacity", "visible", "usable", "weights", "activations", "logits", "graphs",
                                     "communication", "reserve", "for_kv", "kv_per_token", "kv_per_request_ideal",
                                     "kv_per_request", "most_sequences", "longest_context", "shortfall"});
    for (const char* time : {"tpot", "ttft"}) {
        CHECK(keys(j["bound"][time]) ==
              names{"first", "first_share", "second", "second_share", "speedup_without_first"});
        CHECK(keys(j["breakdown"][time]["by_class"]) == names{"gemm", "experts", "prefill_attention",
                                                              "decode_attention", "state", "element_wise", "collective",
                                                              "transfer", "host", "power_limit"});
        CHECK(keys(j["breakdown"][time]["by_bound"]) ==
              names{"compute", "memory_bandwidth", "interconnect", "kernel_launch", "host", "power_limit"});
    }
    CHECK(keys(j["evidence"][0]) == names{"of", "from", "recalled"});
    CHECK(j["feasible"] == true);
    CHECK(j["ttft"]["unit"] == "s");
    CHECK(j["output_throughput"]["unit"] == "tok/s");
    CHECK(j["cost"]["output"]["unit"] == "$/Mtok");
    CHECK(j["cost"]["rent_per_device"]["unit"] == "$/h");
    CHECK(j["memory"]["weights"]["unit"] == "B");
    CHECK(j["energy"]["per_output_token"]["unit"] == "J/tok");
    figures = 0;
    check_figures(j);
    CHECK(figures > 50);
}

TEST_CASE("figures are those of the prediction, in the stated unit") {
    auto q = ask::flagship();
    q.rent = dollars_per_hour(2.5);
    const auto a = ask::answered(q);
    const json j = report::as_json(q, a);
    CHECK(j["tpot"]["value"].get<double>() == a.predicted.tpot.value.value());
    CHECK(j["tpot"]["high"].get<double>() == a.predicted.tpot.high.value());
    CHECK(j["cost"]["rent_per_device"]["value"].get<double>() == approx(2.5));
    CHECK(j["cost"]["output"]["value"].get<double>() == approx(a.cost->output.value.value() * 1e6));
    double classes = 0.0;
    for (const auto& each : j["breakdown"]["tpot"]["by_class"]) classes += each["value"].get<double>();
    CHECK(classes == approx(a.predicted.tpot.value.value()).epsilon(1e-9));
}

TEST_CASE("the keys of an impossible deployment") {
    const auto q = ask::asked("llama-3.1-70b", "h100-sxm", {}, formats::bf16);
    const json j = report::as_json(q, ask::answered(q));
    CHECK(keys(j) == names{"gambrel", "inputs", "feasible", "reason", "suggestion", "shortfall", "start", "memory"});
    CHECK(j["feasible"] == false);
    CHECK(j["shortfall"]["value"].get<double>() > 0.0);
    const auto heads = ask::asked("llama-3.1-70b", "h100-sxm", {.tensor = 3}, formats::fp8);
    const json other = report::as_json(heads, ask::answered(heads));
    CHECK(other["memory"].is_null());
    CHECK(other["reason"].get<std::string>().find("64 heads") != std::string::npos);
}

TEST_CASE("what is not known is null") {
    const ask::question q{
        .what = {model_named("llama-3.1-8b"), device_named("apple-m3-max"), runtime_named("llama.cpp-metal"), {}}};
    const json j = report::as_json(q, ask::answered(q));
    CHECK(j["cost"].is_null());
    CHECK(j["energy"].is_null());
}

TEST_CASE("there is no NaN and no infinity in JSON") {
    CHECK(report::finite(std::numeric_limits<double>::quiet_NaN()).is_null());
    CHECK(report::finite(std::numeric_limits<double>::infinity()).is_null());
    CHECK(report::figure_json(std::numeric_limits<double>::quiet_NaN()).dump() ==
          R"({"value":null,"low":null,"high":null,"unit":"1"})");
}

TEST_CASE("the keys of an explanation") {
    const auto q = ask::flagship();
    const json j = report::explanation_json(q, ask::examined(q, ask::answered(q)));
    CHECK(keys(j) == names{"gambrel", "inputs", "feasible", "decode", "prefill", "roofline", "elasticities"});
    for (const char* pass : {"decode", "prefill"}) {
        CHECK(keys(j[pass]) == names{"shape", "time_in_operators", "operators"});
        double share = 0.0;
        for (const auto& op : j[pass]["operators"]) share += op["share"]["value"].get<double>();
        CHECK(share == approx(1.0));
    }
    CHECK(keys(j["roofline"]) == names{"bandwidth", "roofs"});
    check_figures(j["roofline"]);
}
