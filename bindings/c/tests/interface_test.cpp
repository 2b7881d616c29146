// SPDX-License-Identifier: Apache-2.0
// The C interface as its callers see it: through gambrel.h alone.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>
#include <gambrel.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

using json = nlohmann::json;
using entry = char* (*)(const char*);

namespace {
struct named_entry {
    const char* name;
    entry ask;
};
constexpr std::array<named_entry, 13> entries{{{"predict", gambrel_predict},
                                               {"explain", gambrel_explain},
                                               {"serve", gambrel_serve},
                                               {"simulate", gambrel_simulate},
                                               {"sweep", gambrel_sweep},
                                               {"launch", gambrel_launch},
                                               {"model", gambrel_model},
                                               {"device", gambrel_device},
                                               {"runtime", gambrel_runtime},
                                               {"models", gambrel_models},
                                               {"devices", gambrel_devices},
                                               {"runtimes", gambrel_runtimes},
                                               {"workloads", gambrel_workloads}}};

std::string text(entry ask, const char* question) {
    const std::unique_ptr<char, void (*)(char*)> answer(ask(question), gambrel_free);
    REQUIRE(answer != nullptr);
    return answer.get();
}
json asked(entry ask, const json& question) { return json::parse(text(ask, question.dump().c_str())); }

/// The kind and the message of an error; of an answer, nothing.
std::pair<std::string, std::string> error_of(const json& answer) {
    if (!answer.is_object() || !answer.contains("error")) return {};
    return {answer["error"]["kind"].get<std::string>(), answer["error"]["message"].get<std::string>()};
}
bool refuses(entry ask, const json& question, const std::string& part) {
    const auto error = error_of(asked(ask, question));
    const std::string &kind = error.first, &message = error.second;
    CAPTURE(message);
    CHECK(kind == "wrong_value");
    return message.find(part) != std::string::npos;
}

#ifdef GAMBREL_COMMAND
/// Whether two answers are one; where not, what differs is told.
bool same(const json& a, const json& b) {
    if (a != b) MESSAGE(json::diff(a, b).dump());
    return a == b;
}
json without(json answer, const char* key) {
    answer.erase(key);
    return answer;
}

json printed(const std::string& arguments) {
    const std::string line = std::string(GAMBREL_COMMAND) + " " + arguments + " --json";
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(popen(line.c_str(), "r"), pclose);
    std::string all;
    std::array<char, 4096> part;
    while (const std::size_t n = std::fread(part.data(), 1, part.size(), pipe.get())) all.append(part.data(), n);
    return json::parse(all);
}
#endif

/// The same of a text: what a simulation says of its own run time is not compared.
std::string without_clock(std::string answer) {
    const std::size_t from = answer.find("\"took\":"), to = answer.find('}', from);
    return from == std::string::npos ? answer : answer.erase(from, to - from);
}

const json llama = {{"model", "llama-3.1-8b"}, {"device", "h100-sxm"}};
json with(json question, const json& more) {
    question.update(more);
    return question;
}
}  // namespace

TEST_CASE("the version is that of the tree, the interface that of the header") {
    CHECK(gambrel_interface() == GAMBREL_INTERFACE);
    CHECK(asked(gambrel_predict, llama)["gambrel"] == gambrel_version());
    CHECK(std::string(gambrel_version()).find('.') != std::string::npos);
    gambrel_free(nullptr);
}

#ifdef GAMBREL_COMMAND
TEST_CASE("every answer is the command's, to the last digit") {
    const std::string deployed = " --model llama-3.1-8b --device h100-sxm";
    const json options = {{"tp", 2}, {"weights", "fp8"}, {"concurrency", 64}, {"prompt", "uniform:100:2000"}};
    const std::string typed = deployed + " --tp 2 --weights fp8 --concurrency 64 --prompt uniform:100:2000";
    CHECK(same(asked(gambrel_predict, with(llama, options)), printed("predict" + typed)));
    CHECK(same(asked(gambrel_explain, with(llama, options)), printed("explain" + typed)));
    CHECK(same(without(asked(gambrel_simulate, with(llama, {{"rate_per_s", 2}, {"requests", 200}})), "took"),
               without(printed("simulate" + deployed + " --rate 2 --requests 200"), "took")));  // the clock's
    json serve = printed("serve" + deployed + " --rate 4 --ttft-p99 \"500 ms\"");
    serve["simulate"] = nullptr;  // a command line: the command's alone
    CHECK(same(asked(gambrel_serve, with(llama, {{"rate_per_s", 4}, {"ttft_p99_ms", 500}})), serve));
    CHECK(same(asked(gambrel_model, {{"model", "llama-3.1-8b"}}), printed("model llama-3.1-8b")));
    CHECK(same(asked(gambrel_model, {{"model", "llama-3.1-8b"}, {"kv", "fp8"}, {"context", 4096}}),
               printed("model llama-3.1-8b --kv fp8 --context 4096")));
    CHECK(same(asked(gambrel_device, {{"device", "h100-sxm"}}), printed("device h100-sxm")));
    CHECK(same(asked(gambrel_runtime, {{"runtime", "vllm"}}), printed("runtime vllm")));
    CHECK(same(asked(gambrel_models, {{"part", "llama"}}), printed("models llama")));
    CHECK(same(asked(gambrel_devices, json::object()), printed("devices")));
    CHECK(same(asked(gambrel_runtimes, json::object()), printed("runtimes")));
    CHECK(same(asked(gambrel_workloads, json::object()), printed("workloads")));
    const std::string line = "vllm serve meta-llama/Llama-3.1-8B-Instruct --max-num-seqs 64";
    CHECK(same(asked(gambrel_launch, {{"line", line}}), printed("launch \"" + line + "\"")));
    CHECK(same(asked(gambrel_predict, {{"device", "h100-sxm"}, {"launch", line}, {"concurrency", 8}}),
               printed("predict --device h100-sxm --launch \"" + line + "\" --concurrency 8")));
    CHECK(same(asked(gambrel_predict, with(llama, {{"workload", "inferencex-1k1k"}, {"concurrency", 8}})),
               printed("predict" + deployed + " --workload inferencex-1k1k --concurrency 8")));
}
#endif

TEST_CASE("a model and a device are taken as the objects their files hold") {
    const json model = json::parse(std::ifstream("examples/models/llama-3.1-70b.json"));
    const json device = json::parse(std::ifstream("examples/devices/my-accelerator.json"));
    const json by_object = asked(gambrel_predict, {{"model", model}, {"device", device}, {"tp", 8}});
    json by_file = asked(gambrel_predict, {{"model", "examples/models/llama-3.1-70b.json"},
                                           {"device", "examples/devices/my-accelerator.json"},
                                           {"tp", 8}});
    CHECK(by_object["tpot"] == by_file["tpot"]);
    const json own = {{"name", "ours"}, {"like", "vllm"}, {"scheduling", {{"token_budget", 4096}}}};
    CHECK(asked(gambrel_predict, with(llama, {{"runtime", own}}))["inputs"]["runtime"] == "ours");
}

TEST_CASE("a sweep is the product, each row what predict says of it") {
    const json sweep = asked(gambrel_sweep, {{"model", "llama-3.1-8b"},
                                             {"device", {"h100-sxm", "l40s"}},
                                             {"tp", {1, 2}},
                                             {"concurrency", {1, 8, 64}},
                                             {"limits", {{"tpot_p99_ms", 20}}},
                                             {"prompt", 2000}});
    CHECK(error_of(sweep).second == "");
    REQUIRE(sweep["rows"] == 12);
    const json& columns = sweep["columns"];
    for (std::size_t row = 0; row < 12; ++row) {
        const json one = asked(gambrel_predict, {{"model", "llama-3.1-8b"},
                                                 {"device", columns["device"][row]},
                                                 {"tp", columns["tp"][row]},
                                                 {"concurrency", columns["concurrency"][row]},
                                                 {"prompt", 2000}});
        CHECK(one["feasible"] == (columns["status"][row] == "none"));
        if (one["feasible"] == true) {
            CHECK(columns["tpot_s"][row].get<double>() ==
                  doctest::Approx(one["tpot"]["value"].get<double>()).epsilon(1e-12));
            CHECK(columns["tpot_bound"][row] == one["bound"]["tpot"]["first"]);
            CHECK(columns["meets_objective"][row] == (one["tpot"]["value"].get<double>() <= 0.020));
        }
    }
    CHECK(columns["device"][0] == "h100-sxm");
    CHECK(columns["concurrency"][1] == 8);
    CHECK(refuses(gambrel_sweep, {{"model", "llama-3.1-8b"}, {"device", "l4"}, {"tp", json::array()}}, "0 values"));
    CHECK(
        refuses(gambrel_sweep, {{"model", "llama-3.1-8b"}, {"device", "l4"}, {"columns", {"tpot"}}}, "unknown column"));
    json many = json::array();
    for (int i = 0; i < 2000; ++i) many.push_back(i + 1);
    CHECK(refuses(gambrel_sweep, {{"model", "llama-3.1-8b"}, {"device", "l4"}, {"concurrency", many}, {"prompt", many}},
                  "1,000,000 rows"));
}

TEST_CASE("what is wrong in a question is an error object, of every entry") {
    for (const named_entry& each : entries) {
        CAPTURE(each.name);
        const auto kind = [&](const char* question) { return error_of(json::parse(text(each.ask, question))).first; };
        CHECK(kind(nullptr) == "null_pointer");
        CHECK(kind("") == "not_json");
        CHECK(kind("{\"model\": ") == "not_json");
        CHECK(kind("[1, 2]") == "not_json");
        CHECK(kind("\"llama\"") == "not_json");
        CHECK(kind("{\"model\": \"\xff\xfe\"}") == "not_json");
        CHECK(kind(std::string(100'000, '[').c_str()) == "not_json");
        CHECK(kind(std::string(100'000, '{').c_str()) == "not_json");
        CHECK(kind("{\"interface\": 2}") == "interface");
        CHECK(kind("{\"interface\": \"1\"}") == "interface");
        CHECK(kind("{\"no such key\": 1}") == "wrong_value");
    }
    CHECK(asked(gambrel_predict, with(llama, {{"interface", 1}}))["feasible"] == true);
}

TEST_CASE("a value of another kind, out of range or unknown is named with its remedy") {
    const auto wrong = [](const json& more, const std::string& part) {
        return refuses(gambrel_predict, with(llama, more), part);
    };
    CHECK(wrong({{"tp", "2"}}, "tp is of type string; it must be a number"));
    CHECK(wrong({{"tp", 1.5}}, "tp is 1.5; it must be a whole number"));
    CHECK(wrong({{"tp", -1e300}}, "whole number"));
    CHECK(wrong({{"weights", 8}}, "weights is of type number; it must be text"));
    CHECK(wrong({{"sp", 1}}, "sp is of type number; it must be true or false"));
    CHECK(wrong({{"prompt", json::array({1, 2})}}, "prompt is of type array"));
    CHECK(wrong({{"memory_gib", "80 ms"}}, "memory_gib"));
    CHECK(wrong({{"memory_gib", true}}, "text with a unit"));
    CHECK(wrong({{"concurrency", -3}}, "concurrency"));
    CHECK(wrong({{"concurency", 3}}, "concurrency"));
    CHECK(wrong({{"concurrency", 3}, {"rate_per_s", 3}}, "exclude each other"));
    CHECK(wrong({{"max_sequences", 3}, {"max_num_seqs", 4}}, "one setting"));
    CHECK(wrong({{"device", "h1000"}}, "nearest"));
    CHECK(wrong({{"model", "llama-9"}}, "unknown model"));
    CHECK(wrong({{"model", nullptr}}, "model is of type null; it must be text"));
    CHECK(wrong({{"model", json::object()}}, "model_type"));
    CHECK(wrong({{"device", json::object()}}, "name"));
    CHECK(wrong({{"runtime", json::object()}}, "like"));
    CHECK(wrong({{"calibration", json::object()}}, "calibration"));
    CHECK(wrong({{"workload", "none"}}, "unknown workload"));
    CHECK(refuses(gambrel_predict, {{"model", "llama-3.1-8b"}}, "no \"device\""));
    CHECK(refuses(gambrel_predict, {{"device", "l4"}}, "no \"model\""));
    CHECK(refuses(gambrel_serve, llama, "give a rate"));
    CHECK(refuses(gambrel_launch, {{"line", 3}}, "line is of type number"));
    CHECK(refuses(gambrel_simulate, with(llama, {{"trace", "no/such.csv"}}), "no/such.csv"));
}

TEST_CASE("a deployment that cannot be is an answer with its reason") {
    const json answer = asked(gambrel_predict, {{"model", "llama-3.1-70b"}, {"device", "l4"}});
    CHECK(answer["feasible"] == false);
    CHECK(answer["reason"].get<std::string>() != "");
}

TEST_CASE("many threads get the answers that one gets") {
    struct question {
        entry ask;
        std::string text, answer;
    };
    std::vector<question> questions;
    const auto add = [&](entry ask, const json& q) {
        questions.push_back({ask, q.dump(), without_clock(text(ask, q.dump().c_str()))});
    };
    for (const int clients : {1, 7, 64}) add(gambrel_predict, with(llama, {{"concurrency", clients}}));
    add(gambrel_serve, with(llama, {{"rate_per_s", 3}}));
    add(gambrel_simulate, with(llama, {{"rate_per_s", 3}, {"requests", 50}}));
    add(gambrel_explain, llama);
    add(gambrel_sweep, with(llama, {{"concurrency", {1, 2, 3}}}));
    add(gambrel_devices, json::object());
    add(gambrel_predict, with(llama, {{"tp", "wrong"}}));

    std::array<int, 8> different{};
    std::vector<std::thread> threads;
    for (std::size_t t = 0; t < different.size(); ++t)
        threads.emplace_back([&, t] {
            for (std::size_t i = 0; i < 2 * questions.size(); ++i) {
                const question& q = questions[(i + t) % questions.size()];
                char* answer = q.ask(q.text.c_str());
                different[t] += without_clock(answer) != q.answer;
                gambrel_free(answer);
            }
        });
    for (std::thread& t : threads) t.join();
    for (const int n : different) CHECK(n == 0);
}
