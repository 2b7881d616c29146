// SPDX-License-Identifier: Apache-2.0
// gambrel simulate as a user meets it. Runs the program at GAMBREL_COMMAND.
#include <approx.hpp>
#include <doctest/doctest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <sys/wait.h>

#ifdef GAMBREL_COMMAND
namespace {
using nlohmann::json;
namespace fs = std::filesystem;

struct outcome {
    int status = -1;
    std::string both;  ///< output and error stream
};
outcome command_line(const std::string& subcommand, const std::string& arguments) {
    const std::string line = std::string("\"") + GAMBREL_COMMAND + "\" " + subcommand +
                             " --model llama-3.1-8b --device h100-sxm " + arguments + " 2>&1";
    outcome o;
    FILE* out = popen(line.c_str(), "r");
    REQUIRE(out != nullptr);
    char buffer[4096];
    for (std::size_t n; (n = std::fread(buffer, 1, sizeof buffer, out)) > 0;) o.both.append(buffer, n);
    const int status = pclose(out);
    o.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return o;
}
outcome simulate(const std::string& arguments) { return command_line("simulate", arguments); }
json answer(const std::string& arguments) {
    const outcome o = simulate(arguments + " --json");
    CAPTURE(o.both);
    REQUIRE(o.status == 0);
    return json::parse(o.both);
}
struct folder {
    fs::path path;
    folder() {
        std::string name = (fs::temp_directory_path() / "gambrel-XXXXXX").string();
        REQUIRE(mkdtemp(name.data()) != nullptr);
        path = name;
    }
    ~folder() { fs::remove_all(path); }
};
}  // namespace

TEST_CASE("simulate answers for a rate, for clients, for a trace, for conversations and for two pools") {
    const json open = answer("--rate 5 --requests 2000");
    CHECK(open["requests"]["answered"] == 2000);
    CHECK(open["stable"] == true);
    const json closed = answer("--concurrency 16 --protocol benchmark --benchmark-lengths");
    CHECK(closed["requests"]["answered"] == 160);
    CHECK(closed["ttft"]["count"] == 160);
    const json turns = answer("--rate 1 --turns uniform:2:6 --think 3 --prefix-cache --requests 1000");
    CHECK(turns["tokens"]["cached"] > 0);
    const json pools = answer("--rate 5 --requests 1000 --prefill-replicas 1 --decode-replicas 2 --transfer 50");
    CHECK(pools["requests"]["answered"] == 1000);
    for (const char* arrivals : {"even", "gamma:3", "weibull:2", "mmpp:2:10:8:5"}) {
        CAPTURE(arrivals);
        CHECK(answer(std::string("--rate 4 --requests 500 --arrivals ") + arrivals)["requests"]["sent"] == 500);
    }
    CHECK(answer("--rate 5 --requests 2000")["ttft"] == open["ttft"]);
    CHECK(answer("--rate 5 --requests 2000 --seed 2")["ttft"] != open["ttft"]);
}

TEST_CASE("simulate replays a trace and writes what it did") {
    const folder f;
    std::ofstream(f.path / "t.csv") << "arrival_s,input_tokens,output_tokens\n0,100,5\n1,200,10\n1.5,300,1\n";
    const json j =
        answer("--trace " + (f.path / "t.csv").string() + " --requests-csv " + (f.path / "r.csv").string() +
               " --steps-csv " + (f.path / "s.csv").string() + " --chrome-trace " + (f.path / "c.json").string());
    CHECK(j["requests"]["answered"] == 3);
    CHECK(j["tokens"]["output"] == 16);
    std::ifstream chrome(f.path / "c.json");
    CHECK(json::parse(chrome)["traceEvents"].size() > 10);
    std::ifstream requests(f.path / "r.csv");
    std::string line;
    int lines = 0;
    while (std::getline(requests, line)) ++lines;
    CHECK(lines == 4);
}

// 5,000 clients start over one request: figures begin with the third of each, and there are enough of them.
TEST_CASE("simulate: the start of many clients is in no figure") {
    const json many = answer("--tp 8 --max-sequences 8192 --prompt 200 --output 300 --concurrency 5000");
    CHECK(many["requests"]["sent"] == 100'000);
    const json stated = answer(
        "--tp 8 --max-sequences 8192 --prompt 200 --output 300 --concurrency 5000 "
        "--requests 300000 --warm-up 100000");
    CHECK(many["request_throughput"]["value"].get<double>() ==
          approx(stated["request_throughput"]["value"].get<double>()).epsilon(0.005));
}

// What serve says of the same load, in the same keys: each figure of one within the other's range.
TEST_CASE("simulate: the JSON has serve's keys and form, and their ranges meet") {
    const std::string load = "--prompt uniform:512:1536 --output uniform:128:384 --rate 12";
    const json simulated = answer(load);
    const outcome o = command_line("serve", load + " --json");
    REQUIRE(o.status == 0);
    const json served = json::parse(o.both);
    for (const char* time : {"ttft", "tpot", "itl", "latency"})
        for (const char* statistic : {"mean", "p50", "p90", "p95", "p99"}) {
            CAPTURE(time);
            CAPTURE(statistic);
            const json a = simulated[time][statistic], b = served[time][statistic];
            REQUIRE(a.size() == b.size());
            for (const auto& [key, value] : b.items()) CHECK(a.contains(key));
            CHECK(a["unit"] == b["unit"]);
            CHECK(a["low"] < a["value"]);
            CHECK(a["value"] < a["high"]);
            CHECK(a["low"] < b["high"]);
            CHECK(b["low"] < a["high"]);
        }
    for (const char* key : {"gambrel", "feasible", "stable", "backlog_growth", "request_throughput",
                            "output_throughput", "running", "waiting", "utilisation"})
        CHECK(simulated[key].type() == served[key].type());
    for (const auto& [key, value] : served["inputs"].items())
        if (key != "routing" && key != "workload") CHECK(simulated["inputs"][key] == value);
    CHECK(simulated["inputs"]["workload"]["prompt"] == served["inputs"]["workload"]["prompt"]);
    CHECK(simulated["inputs"]["workload"]["rate"] == served["inputs"]["workload"]["rate"]);
    CHECK(simulated["range"]["surely_stable"] == true);
}

TEST_CASE("simulate: an unstable rate is an answer, what cannot exist is status 3, wrong input one line") {
    const json unstable = answer("--rate 500 --requests 5000");
    CHECK(unstable["stable"] == false);
    CHECK(unstable["backlog_growth"]["value"] > 100);
    CHECK(simulate("--kv-blocks 10 --rate 1 --requests 10").status == 3);  // all rejected, and counted
    const outcome rejected = simulate("--kv-blocks 10 --rate 1 --requests 10 --json");
    CHECK(json::parse(rejected.both)["requests"]["rejected"] == 10);
    CHECK(
        simulate("--kv-blocks 10 --rate 1 --requests 10").both.find("10 requests need more KV memory than there is") !=
        std::string::npos);
    const outcome none = simulate("--memory \"16 GiB\" --rate 1");
    CHECK(none.status == 3);
    for (const char* wrong : {"--rate 1 --arrivals gamma", "--rate 1 --arrivals gamma:0", "--trace /nowhere.csv",
                              "--batch 4", "--rate 1 --prefix-hit 0.5", "--rate 1 --routing best",
                              "--rate 1 --kv-blocks 0", "--rate 1 --prefill-replicas 1", "--rate 1 --requests 0"}) {
        CAPTURE(wrong);
        const outcome o = simulate(wrong);
        CHECK(o.status == 2);
        CHECK(o.both.rfind("gambrel: ", 0) == 0);
        CHECK(o.both.find('\n') == o.both.size() - 1);
    }
}
#endif
