// SPDX-License-Identifier: Apache-2.0
// The built command as a user meets it: spelling, exit status, one-line errors. Runs the program at GAMBREL_COMMAND.
#include <approx.hpp>
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <sys/wait.h>

#ifdef GAMBREL_COMMAND
namespace {
using nlohmann::json;
namespace fs = std::filesystem;

struct outcome {
    int status = -1;
    std::string out, err;
};
std::string read(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream all;
    all << in.rdbuf();
    return all.str();
}
/// A folder that goes away with the test.
struct folder {
    fs::path path;
    folder() {
        std::string name = (fs::temp_directory_path() / "gambrel-XXXXXX").string();
        REQUIRE(mkdtemp(name.data()) != nullptr);
        path = name;
    }
    ~folder() { fs::remove_all(path); }
    fs::path file(const char* name, const std::string& content) const {
        std::ofstream(path / name, std::ios::binary) << content;
        return path / name;
    }
};
outcome run(const std::string& arguments) {
    const folder here;
    const std::string line = std::string("\"") + GAMBREL_COMMAND + "\" " + arguments + " >\"" +
                             (here.path / "out").string() + "\" 2>\"" + (here.path / "err").string() + "\"";
    const int status = std::system(line.c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, read(here.path / "out"), read(here.path / "err")};
}
const std::string llama = "predict --model llama-3.1-8b --device h100-sxm ";

/// Status 2, nothing on the output, one line on the error stream that names the value and contains `part`.
void check_refused(const std::string& arguments, const std::string& part) {
    CAPTURE(arguments);
    const outcome o = run(arguments);
    CHECK(o.status == 2);
    CHECK(o.out.empty());
    CAPTURE(o.err);
    CHECK(o.err.find(part) != std::string::npos);
    CHECK(o.err.rfind("gambrel: ", 0) == 0);
    CHECK(o.err.find('\n') == o.err.size() - 1);
}

const char* tiny_config = R"({"model_type": "llama", "architectures": ["LlamaForCausalLM"], "hidden_size": 64,
 "intermediate_size": 128, "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 16,
 "vocab_size": 256, "max_position_embeddings": 512, "tie_word_embeddings": false, "rms_norm_eps": 1e-5,
 "torch_dtype": "bfloat16"})";
}  // namespace

TEST_CASE("the documented spelling answers") {
    const outcome o = run(
        "predict --model llama-3.1-70b --device h100-sxm --tp 4 --runtime vllm --weights fp8 --kv fp8 --prompt 2048 "
        "--output 256 --concurrency 64 --price 2.50 --json");
    REQUIRE(o.status == 0);
    CHECK(o.err.empty());
    const json j = json::parse(o.out);
    CHECK(j["feasible"] == true);
    CHECK(j["tpot"]["low"].get<double>() < j["tpot"]["value"].get<double>());
    CHECK(j["cost"]["rent_per_device"]["value"].get<double>() == approx(2.5));
    CHECK(o.out.find("nan") == std::string::npos);
}

TEST_CASE("a model's own configuration: counts that can be made by hand") {
    const folder here;
    const fs::path file = here.file("config.json", tiny_config);
    for (const fs::path& path : {file, here.path}) {
        const outcome o = run("model --config \"" + path.string() + "\" --json");
        REQUIRE(o.status == 0);
        const json j = json::parse(o.out);
        // layer: q and o 64 x 64, k and v 32 x 64, three 128 x 64, two norms of 64
        const int layer = 2 * 64 * 64 + 2 * 32 * 64 + 3 * 128 * 64 + 2 * 64;
        CHECK(j["total_parameters"] == 2 * layer + 2 * 256 * 64 + 64);
        CHECK(j["active_parameters"] == j["total_parameters"]);
        CHECK(j["kv_bytes_per_token"] == 2 * 2 * 2 * 16 * 2);  // layers, k and v, heads, width, fp16
        CHECK(j["weight_bytes"]["bf16"]["value"].get<double>() == approx(2.0 * j["total_parameters"].get<double>()));
    }
    const outcome half = run("model --config \"" + file.string() + "\" --kv fp8 --json");
    CHECK(json::parse(half.out)["kv_bytes_per_token"] == 2 * 2 * 2 * 16);
    CHECK(run("predict --model \"" + file.string() + "\" --device h100-sxm --prompt 128 --output 64").status == 0);
}

TEST_CASE("unknown names: the nearest, status 2") {
    check_refused("predict --model lama-3.1-8b --device h100-sxm", "unknown model \"lama-3.1-8b\"; the nearest are ");
    check_refused("predict --model llama-3.1-8b --device h10-sxm", "h100-sxm");
    check_refused(llama + "--runtime vlm", "vllm");
    check_refused(llama + "--weights fp9", "fp8");
    check_refused(llama + "--kv fp9", "fp8");
    check_refused("device h10-sxm", "h100-sxm");
    check_refused("model lama-3.1-8b", "unknown model");
    check_refused("models no-such-model", "unknown part of a model name");
    check_refused("devices no-such-device", "unknown part of a device name");
    check_refused("runtime vlm", "unknown runtime \"vlm\"; the nearest are vllm");
    check_refused("runtimes no-such-runtime", "unknown part of a runtime name");
    check_refused("workloads no-such-workload", "unknown part of a workload name");
    check_refused(llama + "--workload azure-cod", "unknown workload \"azure-cod\"; the nearest are azure-code");
    check_refused(llama + "--prompt triangular:1:2", "uniform");
    check_refused(llama + "--protocol burst", "it must be steady or benchmark");
}

TEST_CASE("values out of range: the value and the range, status 2") {
    for (const char* option :
         {"--tp", "--pp", "--dp", "--ep", "--replicas", "--prompt", "--output", "--concurrency", "--rate", "--batch",
          "--pue", "--server-power", "--token-budget", "--max-sequences", "--memory-fraction"})
        for (const char* value : {"nan", "0", "-1", "1e300"}) check_refused(llama + option + " " + value, "must be");
    for (const char* option : {"--prefix-hit", "--price", "--price-kwh"})
        for (const char* value : {"nan", "-1", "1e300"}) check_refused(llama + option + " " + value, "must be");
    for (const char* option : {"--tp", "--concurrency", "--prompt", "--price"})
        check_refused(llama + option + " many", "must be");
    check_refused(llama + "--tp 1.5", "it must be a whole number");
    check_refused(llama + "--prompt uniform:10", "\"uniform:10\"");
    check_refused(llama + "--prompt uniform:20:10", "low <= high");
    check_refused("model llama-3.1-8b --context nan", "must be");
}

TEST_CASE("wrong command lines") {
    check_refused("predict --device h100-sxm", "--model");
    check_refused(llama + "--no-such-option", "--no-such-option");
    check_refused(llama + "--concurrency 4 --rate 2", "exclude each other");
    check_refused("predict --model /nowhere/config.json --device h100-sxm", "/nowhere/config.json");
    check_refused("predict --model ./nowhere --device h100-sxm", "cannot open");
    check_refused("predict --model llama-3.1-8b --device nowhere.json", "nowhere.json");
    CHECK(run("--help").status == 0);
    CHECK(run("predict --help").status == 0);
    CHECK(run("--version").status == 0);
}

TEST_CASE("a word that is not known gets the nearest, and the way to the list") {
    const outcome bare = run("");
    CHECK(bare.status == 2);  // a script whose variables are empty is wrong
    CHECK(bare.out == run("--help").out);
    CHECK(bare.out.find("gambrel predict llama-3.1-8b h100-sxm") != std::string::npos);
    CHECK(run("help").out == bare.out);
    CHECK(run("help serve").out == run("serve --help").out);
    check_refused("predit --model x", "no subcommand is called \"predit\"; the nearest are predict, ");
    check_refused("frobnicate", "gambrel help lists all");
    check_refused("--model llama-3.1-8b", "a subcommand comes before \"--model\"");
    check_refused("help nowhere", "no subcommand is called \"nowhere\"");
    check_refused(llama + "--concurency 5", "predict has no option \"--concurency\"; the nearest are --concurrency, ");
    check_refused(llama + "--concurency=5", "predict has no option \"--concurency\"");
    check_refused("predict --concurency 5", "predict has no option \"--concurency\"");  // before what else is missing
    check_refused("predict llama-3.1-8b h100-sxm a100",
                  "predict has no use for \"a100\"; it takes MODEL DEVICE and options");
    const std::string version = run("--version").out;
    for (const char* part : {"gambrel 0.", " devices, ", " models, quotes up to 2026-", "runtimes: vLLM"})
        CHECK(version.find(part) != std::string::npos);
}

TEST_CASE("model and device by their places, and words of others") {
    const std::string one = run(llama + "--prompt 2000 --output 100 --concurrency 8").out;
    CHECK(one.find("prompt 2,000, output 100 tokens; 8 clients") != std::string::npos);
    for (const char* same : {"predict llama-3.1-8b h100-sxm --prompt 2000 --output 100 --concurrency 8",
                             "predict --isl 2000 --osl 100 llama-3.1-8b --max-concurrency 8 h100-sxm",
                             "predict --model llama-3.1-8b h100-sxm --input 2000 --output-len 100 --clients 8",
                             "predict llama-3.1-8b --gpu h100-sxm --random-input-len 2000 --random-output-len 100 "
                             "--concurrency 8"})
        CHECK(run(same).out == one);
    CHECK(run("serve llama-3.1-8b h100-sxm --request-rate 2").out ==
          run("serve --model llama-3.1-8b --device h100-sxm --rate 2").out);
    check_refused("predict llama-3.1-8b", "--device");
}

TEST_CASE("options with several values: every combination, a line each") {
    const outcome table = run("predict llama-3.1-8b h100-sxm,l4 --concurrency 1,4..16 --weights fp8");
    CHECK(table.status == 0);
    CHECK(std::count(table.out.begin(), table.out.end(), '\n') == 1 + 2 * 4 + 1);
    const outcome csv = run("predict llama-3.1-8b h100-sxm,l4 --concurrency 1,4..16 --weights fp8 --csv");
    REQUIRE(csv.status == 0);
    std::istringstream lines(csv.out);
    std::string line;
    REQUIRE(std::getline(lines, line));
    CHECK(line.rfind("device,concurrency,devices,status,ttft_s,ttft_low_s,ttft_high_s,tpot_s,", 0) == 0);
    const json rows =
        json::parse(run("predict llama-3.1-8b h100-sxm,l4 --concurrency 1,4..16 --weights fp8 --json").out)["rows"];
    REQUIRE(rows.size() == 8);
    const std::vector<std::string> clients{"1", "4", "8", "16"};
    for (std::size_t i = 0; i < 8; ++i) {
        const std::string device = i < 4 ? "h100-sxm" : "l4";
        CHECK(rows[i]["at"] == json{{"device", device}, {"concurrency", clients[i % 4]}});
        // each is what is answered alone
        if (i % 3 == 0)
            CHECK(rows[i]["answer"] == json::parse(run("predict llama-3.1-8b " + device +
                                                       " --weights fp8 --json --concurrency " + clients[i % 4])
                                                       .out));
        REQUIRE(std::getline(lines, line));
        const std::string start = device + "," + clients[i % 4] + ",1,none,";
        CHECK(line.rfind(start, 0) == 0);
        CHECK(std::stod(line.substr(start.size())) == rows[i]["answer"]["ttft"]["value"].get<double>());
    }
    const std::string steps = run("predict llama-3.1-8b h100-sxm --prompt 100..300+100 --csv").out;
    CHECK(steps.find("\n200,1,none,") != std::string::npos);
    CHECK(std::count(steps.begin(), steps.end(), '\n') == 4);
    const outcome some = run("predict llama-3.1-405b h100-sxm,b300-sxm --tp 1,8");  // one of four fits
    CHECK(some.status == 0);
    CHECK(some.out.find("does not fit") != std::string::npos);
    CHECK(run("predict llama-3.1-405b h100-sxm,l4").status == 3);
    check_refused(llama + "--concurrency 1,,4",
                  "the list of values of --concurrency is \"1,,4\"; a part of it is empty");
    check_refused(llama + "--concurrency 8..2", "from the less to the greater");
    check_refused(llama + "--concurrency 0..8", "from the less to the greater");
    check_refused(llama + "--rate 1..9999999+1", "more than 1000 values");
    check_refused(llama + "--prompt 1..900+1 --output 1..900+1", "combinations");
    check_refused(llama + "--csv", "--csv is for options with several values");
    check_refused(llama + "--tp 1,x", "--tp is \"x\"");
    check_refused("serve llama-3.1-8b h100-sxm --rate 1,2", "--rate has 2 values, which predict alone takes; give one");
    check_refused("simulate llama-3.1-8b h100-sxm,l4 --rate 1", "--device has 2 values");
    check_refused(llama + "--prompt 5 --isl 6", "--prompt is given more than once, by one of its names; give it once");
}

TEST_CASE("a file of defaults holds where nothing is typed, and says so") {
    const folder here;
    const std::string file =
        here.file("mine.toml", "device = \"h100-sxm\"\n[predict]\nweights = \"fp8\"\n[serve]\nrate = 3\n").string();
    const outcome by = run("--defaults " + file + " predict llama-3.1-8b");
    CHECK(by.status == 0);
    CHECK(by.out == run(llama + "--weights fp8").out);
    CHECK(by.err == "gambrel: by the file of defaults --device h100-sxm --weights fp8\n");
    const outcome over = run("--defaults " + file + " predict llama-3.1-8b l4 --weights bf16");
    CHECK(over.out == run("predict llama-3.1-8b l4 --weights bf16").out);
    CHECK(over.err.empty());
    CHECK(run("--defaults " + file + " device l4").status == 0);
    check_refused("--defaults /nowhere.toml predict llama-3.1-8b l4", "/nowhere.toml");
    check_refused("--defaults " + here.file("a.toml", "devise = \"l4\"\n").string() + " predict llama-3.1-8b l4",
                  "the defaults set \"devise\", which is no option; the nearest are device, ");
    check_refused("--defaults " + here.file("b.toml", "[predikt]\ntp = 2\n").string() + " predict llama-3.1-8b l4",
                  "[predikt]");
    const outcome empty =
        run("--defaults " + here.file("c.toml", "device = \"\"\n").string() + " predict llama-3.1-8b");
    CHECK(empty.status == 2);
    CHECK(empty.err.find("--device: is empty") != std::string::npos);
}

TEST_CASE("what a shell completes, and the page of man") {
    const auto offers = [](const std::string& words, const std::string& offered) {
        const std::string out = "\n" + run("complete -- " + words).out;
        return out.find("\n" + offered + "\n") != std::string::npos;
    };
    CHECK(offers("pre", "predict"));
    CHECK_FALSE(offers("''", "complete"));
    CHECK(offers("predict ''", "llama-3.1-8b-instruct"));
    CHECK(offers("predict llama-3.1-8b ''", "h100-sxm"));
    CHECK(offers("predict --concurrency 4 llama-3.1-8b ''", "h100-sxm"));
    CHECK(offers("predict --runtime ''", "vllm@0.14"));
    CHECK(offers("predict --weights q", "q4_k_m"));
    CHECK(offers("serve --ttft", "--ttft-p99"));
    CHECK_FALSE(offers("predict --prompt ''", "h100-sxm"));
    for (const char* shell : {"bash", "zsh", "fish"}) CHECK(run("completion " + std::string(shell)).out.size() > 100);
    check_refused("completion tcsh", "\"tcsh\"; give bash, zsh or fish");
    const std::string page = run("manual").out;
    CHECK(page.rfind(".TH GAMBREL 1 ", 0) == 0);
    CHECK(page.find("\\-\\-concurrency") != std::string::npos);
    CHECK(page.find(".SH complete\n") == std::string::npos);
}

TEST_CASE("bad files are one clear line") {
    const folder here;
    const fs::path truncated = here.file("cut.json", std::string(tiny_config).substr(0, 100));
    check_refused("model --config \"" + truncated.string() + "\"", "cut.json");
    const fs::path empty = here.file("empty.json", "");
    check_refused("model --config \"" + empty.string() + "\"", "empty.json");
    check_refused("device \"" + empty.string() + "\"", "empty.json");
}

TEST_CASE("simulate: less than was asked is status 3, with the reason") {
    const outcome some =
        run("simulate --model llama-3.1-8b --device h100-sxm --runtime tgi --prompt lognormal:2500:0.5 --output 20 "
            "--concurrency 4 --requests 200");
    CHECK(some.status == 3);
    CHECK(some.out.find("Not all were answered: ") != std::string::npos);
    CHECK(some.out.find("prompts are longer than a pass takes") != std::string::npos);
    for (const std::string engine : {"predict", "serve", "simulate"}) {
        CAPTURE(engine);
        const outcome none = run(engine +
                                 " --model llama-3.1-8b --device h100-sxm --runtime tgi --prompt 8000 --output 100 "
                                 "--concurrency 4");
        CHECK(none.status == 3);
        CHECK(none.out.find("longer than the token budget of 4,096") != std::string::npos);
    }
}

TEST_CASE("impossible deployments are answers with status 3") {
    const auto check_impossible = [](const std::string& arguments, const std::string& reason,
                                     const std::string& instead) {
        CAPTURE(arguments);
        const outcome text = run(arguments);
        CHECK(text.status == 3);
        CHECK(text.err.empty());
        CHECK(text.out.find("Not possible: ") != std::string::npos);
        const outcome data = run(arguments + " --json");
        CHECK(data.status == 3);
        const json j = json::parse(data.out);
        CHECK(j["feasible"] == false);
        CHECK(j["reason"].get<std::string>().find(reason) != std::string::npos);
        if (instead.empty()) CHECK(j["suggestion"].is_null());
        else CHECK(j["suggestion"].get<std::string>().find(instead) != std::string::npos);
    };
    check_impossible("predict --model llama-3.1-70b --device h100-sxm --tp 3", "64 heads", "tp 4");
    check_impossible("predict --model llama-3.1-8b --device a100-sxm-80 --weights fp8 --runtime tensorrt-llm", "fp8",
                     "int8");
    check_impossible("predict --model llama-3.1-405b --device h100-sxm", "missing on each h100-sxm", "");
    check_impossible(llama + "--rate 10000", "10,000 requests per second", "replicas");
    check_impossible("predict --model llama-3.1-8b --device mi300x --runtime tensorrt-llm", "does not run on mi300x",
                     "vllm");
    check_impossible("explain --model llama-3.1-405b --device h100-sxm", "missing on each", "");
}

TEST_CASE("a device of one's own") {
    const folder here;
    const fs::path file = here.file("mine.json", R"({"name": "mine", "class": "datacenter_gpu",
        "memory": {"capacity": "96 GB", "bandwidth": "4 TB/s"}, "peak": {"bf16": "1000 TFLOP/s"}})");
    const outcome o = run("predict --model llama-3.1-8b --device \"" + file.string() + "\"");
    CHECK(o.status == 0);
    CHECK(o.out.find("on mine under ") != std::string::npos);
    CHECK(o.out.find("no price") != std::string::npos);
    const json j = json::parse(run("device \"" + file.string() + "\" --json").out);
    CHECK(j["ridge_points"]["bf16"]["value"].get<double>() == approx(250.0));
}

TEST_CASE("kernels timed on a device of one's own: fitted, kept, named in every answer, scored") {
    const folder here;
    json sheet = json::parse(run("device rtx-pro-6000-bse --json").out);
    for (const char* shown : {"ridge_points", "price_quotes", "typical_price"}) sheet.erase(shown);
    sheet["name"] = "mine";
    const std::string board = here.file("mine.json", sheet.dump()).string(),
                      kernels = "tests/data/kernels/rtx-pro-6000-sglang.csv", kept = (here.path / "laws.json").string();
    const outcome o = run("calibrate --kernels " + kernels + " --device \"" + board + "\" --out \"" + kept + "\"");
    REQUIRE(o.status == 0);
    CHECK(o.out.find("30 kernels of NVIDIA RTX PRO 6000") != std::string::npos);
    CHECK(json::parse(std::ifstream(kept))["sections"]["kernels"]["laws"].size() == 5);
    const std::string asked = "llama-3.1-8b \"" + board + "\" --runtime sglang --calibration \"" + kept + "\"";
    for (const char* sub : {"predict ", "serve --rate 1 "}) {
        const outcome answer = run(sub + asked);
        CHECK(answer.status == 0);
        CHECK(answer.out.find("laws of kernels timed on this device") != std::string::npos);
    }
    CHECK(run("predict " + asked + " --json").out !=
          run("predict llama-3.1-8b \"" + board + "\" --runtime sglang --json").out);
    const std::string rows =
        here.file("rows.csv",
                  "hardware,model,framework,weight_format,tp,input_len,output_len,concurrency,metric,value,unit\n"
                  "mine,llama-3.1-8b,sglang,bf16,1,1024,128,4,tpot,12,ms\n"
                  "h100-sxm,llama-3.1-8b,sglang,bf16,1,1024,128,4,tpot,6,ms\n")
            .string();
    const outcome scored = run("validate " + rows + " --device \"" + board + "\" --calibration \"" + kept + "\"");
    CHECK(scored.status == 0);
    CHECK(scored.out.find("1 row with the calibration of mine on 30 kernels") != std::string::npos);
    check_refused("calibrate --kernels " + kernels + " --device h100-sxm",
                  "which is rtx-pro-6000-bse, not of h100-sxm");
    check_refused("calibrate --device h100-sxm", "give one or more");
    check_refused("predict llama-3.1-8b h100-sxm --calibration \"" + kept + "\"", "the calibration is of mine");
    check_refused("validate " + rows + " --device h100 --calibration \"" + kept + "\"",
                  "no row is of what the calibration");
}

TEST_CASE("a device file that cannot be: check-device says why, and predict notes it") {
    const folder here;
    const std::string file = here.file("mine.json",
                                       R"({"name": "mine", "year": 2025, "class": "datacenter_gpu",
        "memory": {"capacity": "96 GiB", "bandwidth": "4 TB/s"}, "peak": {"bf16": "1000 TFLOP/s", "fp8": "4000 TFLOP/s"}})")
                                 .string();
    const outcome o = run("check-device \"" + file + "\"");
    CHECK(o.status == 3);
    CHECK(o.out.find("a sparse rate") != std::string::npos);
    CHECK(o.out.find("power limit: energy, carbon") != std::string::npos);
    CHECK(json::parse(run("check-device \"" + file + "\" --json").out)["doubts"].size() == 1);
    CHECK(run("predict llama-3.1-8b \"" + file + "\"").out.find(" is doubted: fp8 rate 4 PFLOP/s: 2.0 times") !=
          std::string::npos);
    const outcome sound = run("check-device h100-sxm");
    CHECK(sound.status == 0);
    CHECK(sound.out.find("nothing speaks against its figures") != std::string::npos);
    std::istringstream lines(o.out + sound.out);
    for (std::string line; std::getline(lines, line);) CHECK(line.size() <= 82);
    check_refused("check-device nowhere.json", "nowhere.json");
}

TEST_CASE("every subcommand prints text and JSON") {
    const folder here;
    const std::string svg = (here.path / "roofline.svg").string();
    CHECK(run("explain --model llama-3.1-8b --device h100-sxm --svg \"" + svg + "\"").status == 0);
    CHECK(read(svg).rfind("<svg ", 0) == 0);
    CHECK(run("explain --model llama-3.1-8b --device h100-sxm --svg /nowhere/x.svg").status == 2);
    for (const char* arguments :
         {"explain --model llama-3.1-8b --device h100-sxm", "model llama-3.1-8b", "device h100-sxm", "devices",
          "devices a100", "models", "models llama", "runtime vllm", "runtime llama.cpp-cpu", "runtimes",
          "runtimes sglang", "workloads", "workloads azure", "fit llama-3.1-8b --device rtx-4090",
          "fit --device rtx-4090 --part qwen3"}) {
        CAPTURE(arguments);
        const outcome text = run(arguments);
        CHECK(text.status == 0);
        CHECK(text.out.size() > 100);
        const outcome data = run(std::string(arguments) + " --json");
        CHECK(data.status == 0);
        CHECK_FALSE(json::parse(data.out).empty());
    }
    CHECK(json::parse(run("devices --json").out).size() >= 90);
    CHECK(json::parse(run("models --json").out).size() >= 50);
    CHECK(json::parse(run("runtimes --json").out).size() >= 20);
}

TEST_CASE("runtime: settings and times with their sources, in 80 columns") {
    const std::string out = run("runtime tensorrt-llm-batch-wait").out;
    for (const char* part :
         {"TensorRT-LLM", "up to 20 steps while anything decodes", "each step", "[1] ", "runs on       nvidia\n"})
        CHECK(out.find(part) != std::string::npos);
    std::istringstream lines(out + run("runtimes").out + run("workloads").out);
    for (std::string line; std::getline(lines, line);) {
        CAPTURE(line);
        CHECK(line.size() <= 80);
    }
    CHECK(run("runtime trtllm --json").out == run("runtime tensorrt-llm --json").out);
    CHECK(run("runtime llama.cpp-cpu").out.find("no host times are given") != std::string::npos);
}
TEST_CASE("a workload by name sets lengths and protocol; what is typed overrides it") {
    const auto asked = [](const std::string& options) {
        const json j = json::parse(run(llama + options + " --json").out);
        return j["inputs"]["workload"];
    };
    const json named = asked("--concurrency 16 --workload 1k1k");
    CHECK(named ==
          asked("--concurrency 16 --prompt uniform:819.2:1024 --output uniform:819.2:1024 --protocol benchmark"));
    CHECK(asked("--concurrency 16 --workload 1k1k --prompt 100")["prompt"]["mean"] == 100.0);
    CHECK(asked("--concurrency 16 --workload 1k1k --prompt 1024 --output 256 --protocol steady") ==
          asked("--concurrency 16"));
    CHECK(asked("--concurrency 16 --workload 1k1k --prompt 1024")["output"] == named["output"]);
    CHECK(asked("--rate 2 --workload 1k1k")["protocol"] == "steady");  // a rate has no opening burst
    CHECK(asked("--batch 4 --workload 1k1k")["protocol"] == "steady");
    CHECK(asked("--workload azure-code")["prompt"]["distribution"] == "empirical");
    CHECK(run("explain --model llama-3.1-8b --device h100-sxm --workload mooncake").status == 0);
    const std::string on = " --model llama-3.1-8b --device h100-sxm --workload ";
    const json served = json::parse(run("serve" + on + "1k1k --concurrency 4 --prompt 1024 --json").out);
    CHECK(served["inputs"]["workload"]["protocol"] == "steady");
    CHECK(served["simulate"] == "gambrel simulate" + on + "1k1k --prompt 1024 --concurrency 4 --protocol steady");
    CHECK(run("serve" + on + "1k1k --concurrency 4 --protocol benchmark").status == 2);
    CHECK(json::parse(run("simulate" + on + "azure-code --rate 2 --requests 500 --json").out)["requests"]["answered"] ==
          500);
    // The benchmark client's own draw is the same by name as by the nominal lengths.
    const std::string client = " --concurrency 4 --protocol benchmark --benchmark-lengths --json";
    const json by_name = json::parse(run("simulate" + on + "1k1k" + client).out),
               by_length = json::parse(
                   run("simulate --model llama-3.1-8b --device h100-sxm --prompt 1024 --output 1024" + client).out);
    CHECK(by_name["ttft"] == by_length["ttft"]);
    CHECK(by_name["latency"] == by_length["latency"]);
}

TEST_CASE("serve: percentiles, clients, replicas, a picture; data says the same") {
    const std::string serve = "serve --model llama-3.1-8b --device h100-sxm --output uniform:128:384 ";
    const folder here;
    const std::string svg = (here.path / "curve.svg").string();
    const outcome text = run(serve + "--rate 12 --ttft-p99 \"500 ms\" --tpot-p99 \"25 ms\" --svg \"" + svg + "\"");
    REQUIRE(text.status == 0);
    CHECK(text.err.empty());
    CHECK(read(svg).rfind("<svg ", 0) == 0);
    for (const char* part : {"stable     up to ", "objective  TTFT p99 <= 500 ms, TPOT p99 <= 25 ms: met", "TTFT ms",
                             "gambrel simulate --model llama-3.1-8b"})
        CHECK(text.out.find(part) != std::string::npos);
    const json open = json::parse(run(serve + "--rate 12 --json").out);
    CHECK(open["ttft"]["p50"]["value"] < open["ttft"]["p99"]["value"]);
    CHECK(open["ttft"]["p99"]["low"] < open["ttft"]["p99"]["value"]);
    CHECK(open["simulate"] ==
          "gambrel simulate --model llama-3.1-8b --device h100-sxm --output uniform:128:384 --rate 12");
    CHECK(run(open["simulate"].get<std::string>().substr(8) + " --requests 2000").status == 0);
    const json clients = json::parse(run(serve + "--concurrency 16 --json").out);
    CHECK(clients["request_throughput"]["value"].get<double>() * clients["latency"]["mean"]["value"].get<double>() ==
          approx(16).epsilon(0.02));
    const json many = json::parse(run(serve + "--replicas-for 200 --tpot-p99 \"25 ms\" --json").out);
    CHECK(many["inputs"]["devices"] == many["replicas"]["replicas"]["value"]);
    CHECK(many["objective"]["met"] == true);
    CHECK(run(serve + "--rate 0").out.find("a lone request") != std::string::npos);
    CHECK(run("serve --model llama-3.1-8b --device h100-sxm --runtime sglang --concurrency 4").out.find("Means only") !=
          std::string::npos);
    CHECK(run(llama + "--rate 2").out.find("gambrel serve") != std::string::npos);
    CHECK(run(llama + "--concurrency 2").out.find("gambrel serve") == std::string::npos);
}

TEST_CASE("serve: what cannot be kept up is status 3, wrong input one line") {
    const std::string serve = "serve --model llama-3.1-8b --device h100-sxm ";
    const outcome unstable = run(serve + "--rate 100");
    CHECK(unstable.status == 3);
    CHECK(unstable.out.find("Not stable: from ") != std::string::npos);
    const json j = json::parse(run(serve + "--rate 100 --json").out);
    CHECK(j["stable"] == false);
    CHECK(j["backlog_growth"]["value"].get<double>() == approx(100.0 - j["limit"]["value"].get<double>()));
    CHECK(run(serve + "--replicas-for 10 --tpot-p99 \"1 ms\"").status == 3);
    const outcome impossible = run("serve --model llama-3.1-405b --device h100-sxm --rate 1 --json");
    CHECK(impossible.status == 3);
    CHECK(json::parse(impossible.out)["feasible"] == false);
    check_refused(serve, "the rate to count replicas for");
    check_refused(serve + "--rate 1 --concurrency 2", "exclude each other");
    check_refused(serve + "--rate 1 --ttft-p99 500", "no unit");
    check_refused(serve + "--rate 1 --tpot-p99 \"0 ms\"", "the TPOT limit");
    check_refused(serve + "--rate 1 --routing best", "in-turn");
    check_refused(serve + "--batch 4", "a static batch has no load");
    check_refused(serve + "--concurrency 4 --burst", "steady state");
    check_refused(serve + "--rate 1 --burst", "--burst needs clients");
    check_refused(serve + "--rate 1 --svg /nowhere/x.svg", "/nowhere/x.svg");
    for (const char* value : {"nan", "-1", "1e300"})
        for (const char* option : {"--rate", "--replicas-for", "--concurrency", "--rate 1 --arrival-variation"})
            check_refused(serve + option + " " + value, "must be");
}

TEST_CASE("diagnose and report take a benchmark with the start-up log of its server, and a log alone") {
    const folder here;
    const auto bench = here.file(
        "bench.json", R"({"backend": "vllm", "model_id": "meta-llama/Llama-3.1-8B-Instruct", "num_prompts": 640,
        "max_concurrency": 64, "duration": 333.0, "completed": 640, "total_input_tokens": 1310720,
        "total_output_tokens": 163840, "request_throughput": 1.92, "output_throughput": 491.6, "mean_ttft_ms": 31306,
        "mean_tpot_ms": 7.92})");
    const std::string lines =
        "INFO LLM engine (v0.9.1) with config: model='meta-llama/Llama-3.1-8B-Instruct', x\n"
        "INFO max_num_seqs=128\nINFO Model loading took 14.9889 GiB\n"
        "INFO GPU KV cache size: 9,360 tokens\nINFO:     Application startup complete.\n";
    const auto log = here.file("startup.log", lines);
    const std::string both = "\"" + bench.string() + "\" \"" + log.string() + "\" --device h100-sxm ";

    const outcome o = run("diagnose " + both);
    CHECK(o.status == 0);
    CHECK(o.out.find("room for 9,360 KV tokens, where 64 clients x 2,304 tokens need") != std::string::npos);
    CHECK(o.out.find("Likeliest: room for the KV cache") != std::string::npos);
    CHECK(o.out.find("! ") == std::string::npos);
    const outcome against = run("diagnose " + both + "--max-sequences 256");
    CHECK(against.out.find("! startup.log says: slots 128, and the question has 256 (--max-sequences).") <
          against.out.find("Likeliest"));
    const json j = json::parse(run("diagnose " + both + "--json").out);
    CHECK(j["start_logs"][0]["printed"]["slots"] == 128.0);
    CHECK(j["suspects"][0]["suspect"] == "cache_room");
    CHECK(j["suspects"][0]["evidence"].size() == 2);

    const std::string folder_of_both = "\"" + here.path.string() + "\" --device h100-sxm";
    CHECK(run("diagnose " + folder_of_both).out.find("startup.log says") != std::string::npos);
    const outcome alone = run("diagnose \"" + log.string() + "\" --device h100-sxm");
    CHECK(alone.status == 0);
    CHECK(alone.out.find("cannot be said from") != std::string::npos);
    check_refused("diagnose \"" + log.string() + "\"", "does not say on which device");
    check_refused(
        "diagnose \"" + here.file("b.log", std::string("\x01\0\xff", 3) + lines).string() + "\" --device h100-sxm",
        "none of what is read");

    const std::string measured =
        "--measured \"" + bench.string() + "\" --measured \"" + log.string() + "\" --device h100-sxm ";
    const outcome r = run("report " + measured);
    CHECK(r.status == 0);
    const std::size_t section = r.out.find("## What was measured"), act = r.out.find("## What to do");
    REQUIRE(section != std::string::npos);
    CHECK(section < act);
    CHECK(r.out.find("room for the KV cache (", act) < r.out.find("Quick wins", act));
    CHECK(r.out.find("64 clients") != std::string::npos);
    const json report = json::parse(run("report " + measured + "--json").out);
    CHECK(report["sections"]["diagnosis"]["blocks"].size() >= 3);
    check_refused("report --model llama-3.1-8b", "report has no --device; give one, or files that say it (--measured)");
    check_refused("report llama-3.1-8b h100-sxm --before \"" + bench.string() + "\"",
                  "give those of the slow server with --measured");
    check_refused("report --measured \"" + (here.path / "none.json").string() + "\" --device h100-sxm", "none.json");
    check_refused("report llama-3.1-70b --tp 8 " + measured, "but bench.json");
}

TEST_CASE("validate scores a table and counts what it cannot predict") {
    const folder f;
    const std::string table =
        f.file("m.csv",
               "hardware,model,framework,weight_format,tp,input_len,output_len,concurrency,metric,value,unit\n"
               "h100-sxm,llama-3.1-70b,vllm,fp8,4,1024,1024,16,tpot,12,ms\n"
               "h100-sxm,llama-3.1-70b,vllm,fp8,4,1024,1024,max,tpot,12,ms\n")
            .string();
    const outcome o = run("validate " + table + " --json");
    REQUIRE(o.status == 0);
    const json j = json::parse(o.out);
    CHECK(j["rows"] == 2);
    CHECK(j["predicted"] == 1);
    REQUIRE(j["totals"].size() == 1);
    CHECK(j["totals"][0]["rows"] == 1);
    CHECK(j["not_predicted"].size() == 1);
    CHECK(run("validate " + table + " --metric tpot").status == 2);
    CHECK(run("validate " + f.file("bad.csv", "a,b\n1\n").string()).status == 2);
    CHECK(run("validate /nowhere.csv").status == 2);
}
#else
TEST_CASE("the command") { MESSAGE("skipped: the gambrel command was not built"); }
#endif
