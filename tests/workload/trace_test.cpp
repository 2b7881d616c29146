// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <gambrel/workload/io/trace_csv.hpp>
#include <sstream>

using namespace gambrel;

namespace {
trace read(const std::string& text) {
    std::istringstream in(text);
    return read_trace(in, "t.csv");
}
std::filesystem::path traces() {
    const char* given = std::getenv("GAMBREL_DATA");
    return (given ? std::filesystem::path(given) : std::filesystem::path("../shared/data")) / "traces";
}
}  // namespace

TEST_CASE("columns are found by the names traces are published with") {
    const trace a = read("arrival_s,input_tokens,output_tokens\n5,10,3\n6.5,20,4\n");
    REQUIRE(a.records.size() == 2);
    CHECK(a.records[0].sent == 0.0);
    CHECK(a.records[1].sent == 1.5);
    CHECK(a.records[1].prompt == 20);
    CHECK(a.records[1].output == 4);
    CHECK(a.piece_tokens == 0.0);

    const trace azure = read(
        "TIMESTAMP,ContextTokens,GeneratedTokens\n2024-02-28 23:59:59.5000000,10,3\n"
        "2024-02-29 00:00:01.2500000,20,4\n2024-03-01 00:00:00+00:00,5,6\n");
    CHECK(azure.records[1].sent == approx(1.75).epsilon(1e-6));
    CHECK(azure.records[2].sent == approx(86400.5).epsilon(1e-9));

    const trace burst = read("Timestamp,Model,Request tokens,Response tokens\n0,ChatGPT,10,3\n2,GPT-4,1,1\n");
    CHECK(burst.records[1].sent == 2.0);
    const trace ms = read("timestamp_ms,input_length,output_length\n0,10,3\n3000,1,1\n");
    CHECK(ms.records[1].sent == 3.0);
}

TEST_CASE("pieces of prompts: the whole ones") {
    const trace t = read(
        "arrival_s,input_tokens,output_tokens,block512_hash_ids\n0,1025,1,7 8 9\n0,1024,1,7 8\n0,100,1,4\n"
        "0,100,1,\n");
    CHECK(t.piece_tokens == 512.0);
    CHECK(t.records[0].pieces == std::vector<std::uint64_t>{7, 8});
    CHECK(t.records[1].pieces == std::vector<std::uint64_t>{7, 8});
    CHECK(t.records[2].pieces.empty());
    CHECK(t.records[3].pieces.empty());
}

TEST_CASE("bad traces are errors that name line and column") {
    const std::string head = "arrival_s,input_tokens,output_tokens\n";
    const auto refused = [](const std::string& text, const char* part) {
        CAPTURE(text);
        CHECK_THROWS_WITH_AS(read(text), doctest::Contains(part), error);
    };
    refused("", "t.csv: the table is empty");
    refused("input_tokens,output_tokens\n1,2\n", "no column for the sent");
    refused("arrival_s,output_tokens\n1,2\n", "no column for the prompt");
    refused("arrival_s,input_tokens\n1,2\n", "no column for the output");
    refused(head + "0,1,1\n2,1,1\n1,1,1\n", "line 4, column arrival_s: \"1\" is earlier");
    refused(head + "-1,1,1\n", "line 2, column arrival_s");
    refused(head + "nan,1,1\n", "line 2, column arrival_s");
    refused(head + "inf,1,1\n", "line 2, column arrival_s");
    refused(head + "1e300,1,1\n", "line 2, column arrival_s");
    refused(head + "0,1,1\n0,abc,1\n", "line 3, column input_tokens: \"abc\" is not a number");
    refused(head + "0,0,1\n", "line 2, column input_tokens");
    refused(head + "0,1,-5\n", "line 2, column output_tokens");
    refused(head + "0,1,1.5\n", "line 2, column output_tokens");
    refused(head + "0,1,1e12\n", "line 2, column output_tokens");
    refused(head + "0,1,\n", "line 2, column output_tokens");
    refused(head + "0,1\n", "line 2 has 2 fields");
    refused("TIMESTAMP,ContextTokens,GeneratedTokens\n2024-13-01 00:00:00,1,1\n", "line 2, column TIMESTAMP");
    refused("TIMESTAMP,ContextTokens,GeneratedTokens\nyesterday,1,1\n", "line 2, column TIMESTAMP");
    refused("arrival_s,input_tokens,output_tokens,block512_hash_ids\n0,600,1,1 x\n", "column block512_hash_ids");
    refused("arrival_s,input_tokens,output_tokens,block512_hash_ids\n0,600,1,1 2 3\n", "more pieces than the prompt");
    CHECK_THROWS_WITH_AS(read_trace("no/such/file.csv"), doctest::Contains("no/such/file.csv"), error);
    CHECK(read(head).empty());
}

TEST_CASE("figures of a trace, and other rates") {
    const trace t = read("arrival_s,input_tokens,output_tokens\n0,10,1\n1,20,1\n2,30,4\n");
    CHECK(t.rate() == 1.0);
    CHECK(t.variation() == 0.0);
    CHECK(t.prompts().mean() == approx(20.0));
    CHECK(scaled(t, 4).rate() == approx(4.0));
    CHECK(first(t, 2).records.size() == 2);
    const trace s = spread(t, 0.5);
    CHECK(checked(s).records.size() == 3);
    for (std::size_t i = 0; i < 3; ++i) CHECK(std::abs(s.records[i].sent - 0.25 - double(i)) <= 0.25);
    CHECK(trace{}.rate() == 0.0);
    CHECK_THROWS_WITH_AS(checked(trace{{{.sent = 2}, {.sent = 1}}}), doctest::Contains("request 2"), error);
    CHECK_THROWS_WITH_AS(checked(trace{{{.prompt = 0}}}), doctest::Contains("request 1"), error);
}

TEST_CASE("of a trace no more is read than is asked for") {
    const std::string text =
        "arrival_s,input_tokens,output_tokens\n0,1,1\n1,2,1\n2,3,1\n2,4,1\n3,5,1\n9,6,1\nbroken,7,1\n";
    const auto part = [&](const trace_part& p) {
        std::istringstream in(text);
        return read_trace(in, "t.csv", p).records.size();
    };
    CHECK(part({.requests = 1}) == 1);
    CHECK(part({.requests = 3}) == 4);  // one more sent at the same time
    CHECK(part({.requests = 3, .within = 1.0}) == 5);
    CHECK(part({.requests = 5}) == 5);
    CHECK_THROWS_WITH_AS(part({.requests = 6}), doctest::Contains("broken"), error);
    CHECK_THROWS_WITH_AS(part({}), doctest::Contains("broken"), error);
    CHECK_THROWS_WITH_AS(part({.requests = 0}), doctest::Contains("ask for one"), error);
}

TEST_CASE("spread times have the first requests that the whole trace has") {
    std::string text = "arrival_s,input_tokens,output_tokens\n";
    for (int i = 0; i < 400; ++i) text += std::to_string(i / 10) + "," + std::to_string(1 + i) + ",1\n";
    std::istringstream all(text), some(text);
    const trace whole = first(spread(scaled(read_trace(all), 2.0), 0.5, 7), 55);
    const trace read = first(spread(scaled(read_trace(some, "t", {.requests = 55, .within = 1.0}), 2.0), 0.5, 7), 55);
    REQUIRE(read.records.size() == 55);
    for (std::size_t i = 0; i < 55; ++i) {
        CHECK(read.records[i].prompt == whole.records[i].prompt);
        CHECK(read.records[i].sent == whole.records[i].sent);
    }
}

TEST_CASE("the project's traces are read as they are") {
    if (!std::filesystem::exists(traces() / "azure2023_conv.csv")) {
        MESSAGE("skipped: no traces at ", traces().string());
        return;
    }
    // Requests, and coefficients of variation of the gaps, as serving-theory.md section 5 has them.
    struct row {
        const char* file;
        std::size_t requests;
        double variation;
    };
    for (const row& r :
         {row{"azure2023_code.csv", 8819, 13.0}, row{"azure2023_conv.csv", 19366, 1.09},
          row{"mooncake_fast25_conversation.csv", 12031, 0.0}, row{"mooncake_fast25_synthetic.csv", 3993, 0.0},
          row{"mooncake_fast25_conversation_hash_first1000.csv", 1000, 0.0},
          row{"mooncake_fast25_synthetic_hash_first1000.csv", 1000, 0.0}}) {
        CAPTURE(r.file);
        const trace t = read_trace((traces() / r.file).string());
        CHECK(t.records.size() == r.requests);
        checked(t);
        if (r.variation > 0.0) CHECK(t.variation() == approx(r.variation).epsilon(0.02));
    }
}

TEST_CASE("a record that states nothing more was sent when the trace starts: one token to one token") {
    trace t;
    t.records.resize(2);
    t.records[1].sent = 0.5;
    CHECK(t.duration() == 0.5);
    CHECK(t.rate() == 2.0);
    CHECK(t.piece_tokens == 0.0);
    CHECK(t.prompts().mean() == 1.0);
    CHECK(t.outputs().mean() == 1.0);
}
