// SPDX-License-Identifier: Apache-2.0
// Every obstacle has a sentence that names the value, the limit and something that was tried and works.
#include <ask/questions.hpp>
#include <doctest/doctest.h>

#include <gambrel/ask/runtime_file.hpp>

using namespace gambrel;
using ask::answered;
using ask::asked;

namespace {
std::string said(const ask::question& q) {
    const auto a = answered(q);
    return a.verdict.reason + " | " + a.verdict.suggestion;
}
bool contains(const std::string& s, std::string_view part) { return s.find(part) != std::string::npos; }
ask::question with_bf16_cache(ask::question q) {
    return {.what = {q.what.model, q.what.device, q.what.runtime, q.what.cut, {.weights = q.what.formats.weights}},
            .load = q.load,
            .others = q.others};
}
}  // namespace

TEST_CASE("a feasible deployment has no reason and no suggestion") {
    CHECK(said(ask::flagship()) == " | ");
    CHECK(ask::sentence({}, ask::flagship().what).empty());
}

TEST_CASE("heads that the ranks do not divide") {
    const auto q = asked("llama-3.1-70b", "h100-sxm", {.tensor = 3}, formats::fp8);
    CHECK(said(q) ==
          "tp 3 does not divide the 64 heads of meta-llama/Llama-3.1-70B-Instruct | tp 2 or tp 4 would work");
    CHECK(answered(asked("llama-3.1-70b", "h100-sxm", {.tensor = 2}, formats::fp8)).ok());
    CHECK(answered(asked("llama-3.1-70b", "h100-sxm", {.tensor = 4}, formats::fp8)).ok());
}

TEST_CASE("a width that the ranks do not divide") {
    architecture m;
    m.name = "odd";
    m.hidden = 768;
    m.vocabulary = 1000;
    m.most_context = 4096;
    layer l;
    l.attention = {.query_heads = 12, .kv_heads = 12, .head_dim = 64};
    l.feed_forward = {.width = 1000};
    m.add(2, l);
    const ask::question q{.what = {m, catalog::h100_sxm, catalog::vllm, {.tensor = 3}}};
    CHECK(said(q) == "tp 3 does not divide a width of 1,000 in odd | tp 2 or tp 4 would work");
}

TEST_CASE("more stages than layers") {
    CHECK(said(asked("llama-3.1-8b", "h100-sxm", {.pipeline = 33}, formats::bf16)) ==
          "pp 33 is more than the 32 layers of meta-llama/Llama-3.1-8B-Instruct | pp up to 32 would work");
}

TEST_CASE("experts") {
    CHECK(said(asked("llama-3.1-8b", "h100-sxm", {.expert = 2}, formats::bf16)) ==
          "ep 2 has nothing to spread: meta-llama/Llama-3.1-8B-Instruct has no experts | ep 1 would work");
    CHECK(said(asked("mixtral-8x7b", "h100-sxm", {.tensor = 4, .expert = 3}, formats::bf16)) ==
          "ep 3 does not divide the 8 experts of mistralai/Mixtral-8x7B-v0.1 | ep 2 would work");
    CHECK(said(asked("mixtral-8x7b", "h100-sxm", {.tensor = 2, .expert = 4}, formats::bf16)) ==
          "ep 4 does not divide the 2 ranks (tp x dp) that share the experts | ep 2 would work");
}

TEST_CASE("a format that the device lacks names those it has") {
    // vLLM widens fp8 from Turing on; Volta it does not.
    CHECK(answered(with_bf16_cache(asked("llama-3.1-8b", "a100-sxm-80", {}, formats::fp8))).ok());
    const std::string s = said(with_bf16_cache(asked("llama-3.1-8b", "v100-sxm2-32", {}, formats::fp8)));
    CHECK(s == "v100-sxm2-32 does not multiply in fp8 | weights in int4 or bf16 would work");
    for (const storage_format& f : {formats::int8, formats::int4_g128, formats::bf16})
        CHECK(answered(with_bf16_cache(asked("llama-3.1-8b", "a100-sxm-80", {}, f))).ok());
}

TEST_CASE("a format that the runtime lacks") {
    const std::string weights = said(with_bf16_cache(asked("llama-3.1-8b", "h100-sxm", {}, formats::fp8, "llama.cpp")));
    CHECK(contains(weights, "llama.cpp does not run fp8 | weights in "));
    CHECK_FALSE(contains(weights, "fp8,"));
    CHECK(said(asked("llama-3.1-8b", "h100-sxm", {}, formats::bf16, "llama.cpp")) ==
          "llama.cpp does not run fp8 | a bf16 cache would work");
}

TEST_CASE("a runtime that does not run on the device names some that do") {
    const std::string s = said(with_bf16_cache(asked("llama-3.1-8b", "mi300x", {}, formats::bf16, "tensorrt-llm")));
    CHECK(contains(s, "tensorrt-llm does not run on mi300x | vllm"));
}

TEST_CASE("memory that is not there: by how much, what takes it, what would fit") {
    const auto q = asked("llama-3.1-70b", "h100-sxm", {}, formats::bf16);
    const auto a = answered(q);
    CHECK(a.predicted.verdict.what == obstacle::does_not_fit);
    CHECK(contains(a.verdict.reason,
                   to_string_binary(a.predicted.memory.shortfall) + " of memory are missing on each h100-sxm"));
    CHECK(contains(a.verdict.reason, "weights take 131 GiB"));  // 70.55e9 parameters x 2 bytes
    CHECK(contains(a.verdict.suggestion, "tp 4"));
    CHECK(answered(asked("llama-3.1-70b", "h100-sxm", {.tensor = 4}, formats::bf16)).predicted.memory.start.what ==
          starts::fits);
    // Two are not sure of it: 66 GiB each, and a sampler of 1,024 rows. Fewer slots are.
    const auto two = answered(asked("llama-3.1-70b", "h100-sxm", {.tensor = 2}, formats::bf16));
    CHECK(two.ok());
    CHECK(two.predicted.memory.start.what == starts::may_not);
    CHECK(contains(two.verdict.suggestion, "256 slots"));
    CHECK(contains(two.verdict.suggestion, "would make it sure"));
    CHECK(two.verdict.reason.empty());
}

TEST_CASE("what a person would do, not 64 boards") {
    auto q = asked("llama-3.1-8b", "rtx-3070", {}, formats::bf16);
    q.others = {};  // nobody says which runtimes there are
    CHECK_FALSE(contains(answered(q).verdict.suggestion, "q4_k_m"));
    q.others = all_runtimes;
    CHECK(contains(answered(q).verdict.suggestion, "llama.cpp with q4_k_m would work"));
    const auto large = asked("llama-3.1-405b", "rtx-4090", {}, formats::bf16);
    CHECK(answered(large).verdict.suggestion.empty());
}

TEST_CASE("a static batch that is too large names the largest") {
    auto q = asked("llama-3.1-8b", "h100-sxm", {}, formats::bf16);
    q.static_batch = 5000.0;
    const auto a = answered(q);
    REQUIRE_FALSE(a.ok());
    const std::string largest = ask::number(a.predicted.verdict.suggestion, 6);
    CHECK(contains(a.verdict.suggestion, "a batch of at most " + largest));
    q.static_batch = a.predicted.verdict.suggestion;
    CHECK(answered(q).ok());
    q.static_batch = a.predicted.verdict.suggestion + 1.0;
    CHECK_FALSE(answered(q).ok());
}

TEST_CASE("an unstable queue names the rate that is served") {
    auto q = ask::flagship();
    q.load.rate = requests_per_second(1000);
    const auto a = answered(q);
    REQUIRE_FALSE(a.ok());
    CHECK(a.predicted.verdict.what == obstacle::unstable);
    CHECK(contains(a.verdict.reason, "1,000 requests per second are more than the "));
    q.load.rate = requests_per_second(0.99 * a.predicted.verdict.limit);
    CHECK(answered(q).ok());
}

TEST_CASE("a backend of llama.cpp runs on what it is built for; llama.cpp is the backend of the device") {
    const std::string metal =
        said(with_bf16_cache(asked("llama-3.1-8b", "h100-sxm", {}, formats::bf16, "llama.cpp-metal")));
    CHECK(contains(metal, "llama.cpp-metal does not run on h100-sxm | llama.cpp, vllm or "));  // its own kind first
    CHECK_FALSE(contains(metal, "vllm@"));                                                     // one of a kind
    CHECK(ask::detail::family_of(runtime_named("tensorrt-llm")) == "tensorrt-llm");
    const auto named = [](const char* board) {
        return std::string(ask::runtime_of("llama.cpp", device_named(board)).name.view());
    };
    CHECK(named("apple-m2-ultra") == "llama.cpp-metal");
    CHECK(named("h100-sxm") == "llama.cpp");
    CHECK(named("r9700") == "llama.cpp-vulkan");
    CHECK(named("ryzen-7950x") == "llama.cpp-cpu");
    CHECK(ask::runtime_of("vllm", device_named("h100-sxm")).name.view() == "vllm");
    CHECK(ask::runtime_of("llama.cpp-metal", device_named("h100-sxm")).name.view() == "llama.cpp-metal");
}

TEST_CASE("an unknown capacity is said to be unknown") {
    CHECK(contains(said(with_bf16_cache(asked("llama-3.1-8b", "epyc-9654", {}, formats::bf16))), "not known"));
}

TEST_CASE("devices that cannot reach each other") {
    const std::string alone =
        said(with_bf16_cache(asked("llama-3.1-8b", "apple-m2-ultra", {.tensor = 2}, formats::bf16, "llama.cpp-metal")));
    CHECK(contains(alone, "the 2 devices of a copy cannot reach each other: apple-m2-ultra has no known link | "));
    CHECK(contains(alone, "tp x pp x dp of at most 1"));
}

TEST_CASE("requests longer than the model takes") {
    auto q = ask::flagship();
    q.load.prompt = 131072;
    CHECK(said(q) ==
          "requests of 131,328 tokens are longer than the 131,072 that meta-llama/Llama-3.1-70B-Instruct takes | "
          "at most 131,072 tokens would work");
}
