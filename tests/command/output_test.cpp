// SPDX-License-Identifier: Apache-2.0
// What the built command does with hostile values and files, and with outputs that cannot be written.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gambrel/names/printable.hpp>
#include <string>
#include <sys/wait.h>
#include <utility>
#include <vector>

#ifdef GAMBREL_COMMAND
namespace {
struct outcome {
    int status = -1;
    std::string out;
};
/// Runs a line of the shell; what it prints on either stream.
outcome shell(const std::string& line) {
    outcome o;
    FILE* const pipe = popen(line.c_str(), "r");
    REQUIRE(pipe != nullptr);
    char buffer[4096];
    for (std::size_t n = 0; (n = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;) o.out.append(buffer, n);
    const int status = pclose(pipe);
    o.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return o;
}
const std::string gambrel_command = std::string("\"") + GAMBREL_COMMAND + "\" ";
const std::string deployed = "--model qwen3-0.6b --device h100-sxm ";

/// A file that goes away with the test.
struct temporary {
    std::string path;
    explicit temporary(const std::string& content) {
        path = (std::filesystem::temp_directory_path() / "gambrel-XXXXXX").string();
        const int file = mkstemp(path.data());
        REQUIRE(file != -1);
        std::ofstream(path, std::ios::binary) << content;
    }
    ~temporary() { std::filesystem::remove(path); }
};
}  // namespace

TEST_CASE("an empty value is refused by name, whatever the option") {
    using asked = std::pair<const char*, std::vector<const char*>>;
    const std::vector<asked> all{
        {"predict --model qwen3-0.6b --device h100-sxm",
         {"--runtime", "--weights", "--kv", "--rate", "--concurrency", "--price", "--prompt", "--output", "--tp",
          "--calibration", "--workload", "--launch", "--max-sequences"}},
        {"predict --device h100-sxm", {"--model"}},
        {"predict --model qwen3-0.6b", {"--device"}},
        {"serve --model qwen3-0.6b --device h100-sxm --rate 1", {"--ttft-p99", "--tpot-p99", "--svg"}},
        {"simulate --model qwen3-0.6b --device h100-sxm --rate 1",
         {"--trace", "--requests-csv", "--steps-csv", "--chrome-trace", "--seed", "--requests"}},
        {"explain --model qwen3-0.6b --device h100-sxm", {"--svg"}},
        {"validate", {"--out", "--by", "--metric", "--device", "--data", "--state", "--calibration"}},
        {"calibrate --device h100-sxm", {"--log", "--kernels", "--out", "--runtime", "--moves"}},
        {"device", {"--device"}},
    };
    for (const auto& [sub, options] : all)
        for (const char* option : options)
            for (const char* empty : {" ''", "=''"}) {
                const std::string line = gambrel_command + sub + " " + option + empty;
                CAPTURE(line);
                const outcome o = shell(line + " 2>&1");
                CHECK(o.status == 2);
                CHECK(o.out.rfind("gambrel: " + std::string(option), 0) == 0);
                const bool said = o.out.find("empty") != std::string::npos ||
                                  o.out.find("missing") != std::string::npos ||
                                  o.out.find("not in {") != std::string::npos;
                CHECK(said);
            }
    const outcome file = shell(gambrel_command + "validate '' 2>&1");
    CHECK(file.status == 2);
    CHECK(file.out.find("FILE") != std::string::npos);
}

TEST_CASE("a full disk is an error on every output") {
    if (!std::filesystem::exists("/dev/full")) {
        MESSAGE("SKIPPED: this system has no /dev/full");
        return;
    }
    const std::string table = "tests/measurement/hostile_cells.csv";
    for (const std::string& line : {"predict " + deployed,
                                    "predict --json " + deployed,
                                    "explain " + deployed,
                                    "explain --json " + deployed,
                                    "serve --rate 1 " + deployed,
                                    "simulate --rate 1 --requests 20 " + deployed,
                                    "simulate --json --rate 1 --requests 20 " + deployed,
                                    std::string("launch 'vllm serve qwen3-0.6b'"),
                                    std::string("model qwen3-0.6b"),
                                    std::string("device h100-sxm"),
                                    std::string("devices"),
                                    std::string("models"),
                                    std::string("runtime vllm"),
                                    std::string("runtimes"),
                                    std::string("workloads"),
                                    "validate " + table,
                                    "validate --json " + table,
                                    std::string("validate --aliases"),
                                    std::string("--help"),
                                    std::string("predict --help"),
                                    std::string("--version")}) {
        CAPTURE(line);
        const outcome o = shell(gambrel_command + line + " 2>&1 >/dev/full");
        CHECK(o.status == 2);
        CHECK(o.out.find("cannot write to the standard output: No space left") != std::string::npos);
        CHECK(o.out.find('\n') == o.out.size() - 1);
    }
    for (const std::string& line :
         {"explain " + deployed + "--svg", "serve --rate 1 " + deployed + "--svg",
          "simulate --rate 1 --requests 20 " + deployed + "--requests-csv",
          "simulate --rate 1 --requests 20 " + deployed + "--steps-csv",
          "simulate --rate 1 --requests 20 " + deployed + "--chrome-trace", "validate " + table + " --out"}) {
        CAPTURE(line);
        const outcome o = shell(gambrel_command + line + " /dev/full 2>&1");
        CHECK(o.status == 2);
        CHECK(o.out.find("cannot write /dev/full: No space left") != std::string::npos);
        const outcome nowhere = shell(gambrel_command + line + " no/such/folder/file 2>&1");
        CHECK(nowhere.status == 2);
        CHECK(nowhere.out.find("cannot write no/such/folder/file: No such file") != std::string::npos);
        CHECK(shell(gambrel_command + line + " /dev/null 2>&1").status == 0);
    }
}

TEST_CASE("names of files and cells steer no terminal") {
    const temporary model(
        R"({"_name_or_path": "\u001b[31mEVIL\u001b]0;t\u0007\u009b31m\r\nforged\u202e", "model_type": "llama",
            "hidden_size": 512, "intermediate_size": 1024, "num_hidden_layers": 2, "num_attention_heads": 8,
            "num_key_value_heads": 8, "vocab_size": 1024, "max_position_embeddings": 8192,
            "architectures": ["LlamaForCausalLM"], "torch_dtype": "bfloat16"})");
    const std::string of = "--model " + model.path + " --device h100-sxm ";
    for (const std::string& line :
         {"predict " + of, "predict --json " + of, "predict --concurrency 10000000 --prompt 8000 --tp 3 " + of,
          "explain " + of, "explain --svg /dev/stdout " + of, "serve --rate 1 " + of, "serve --rate 1 --json " + of,
          "simulate --rate 1 --requests 20 " + of, "model " + model.path, "model --json " + model.path,
          std::string("validate tests/measurement/hostile_cells.csv"),
          std::string("validate --json tests/measurement/hostile_cells.csv"),
          std::string("validate --by device tests/measurement/hostile_cells.csv"),
          std::string("validate --out /dev/stdout tests/measurement/hostile_cells.csv")}) {
        CAPTURE(line);
        const outcome o = shell(gambrel_command + line + " 2>&1");
        CHECK((o.status == 0 || o.status == 3));
        CHECK(o.out == gambrel::printable_lines(o.out));
        CHECK(o.out.find("\nforged") == std::string::npos);
    }
    // A model directory that is called by a byte of Latin-1 and an escape, and whose configuration has no name.
    const std::string folder = std::filesystem::temp_directory_path().string() + "/gambrel-caf\xe9\x1b[31m";
    std::filesystem::create_directory(folder);
    std::ofstream(folder + "/config.json")
        << R"({"model_type": "llama", "hidden_size": 512, "intermediate_size": 1024, "num_hidden_layers": 2,
               "num_attention_heads": 8, "vocab_size": 1024, "architectures": ["LlamaForCausalLM"]})";
    for (const std::string& line : {"predict --device h100-sxm --model '" + folder + "'",
                                    "predict --json --device h100-sxm --model '" + folder + "'",
                                    "explain --svg /dev/stdout --device h100-sxm --model '" + folder + "'"}) {
        CAPTURE(line);
        const outcome o = shell(gambrel_command + line + " 2>&1");
        CHECK(o.status == 0);
        CHECK(o.out == gambrel::printable_lines(o.out));
        CHECK(o.out.find("caf\\") != std::string::npos);
    }
    std::filesystem::remove_all(folder);
    CHECK(shell(gambrel_command + "validate --out /dev/stdout tests/measurement/hostile_cells.csv").out.find(",=") ==
          std::string::npos);
}

TEST_CASE("colours are for a terminal that shows them, and nothing else changes") {
    if (shell("script -qec true /dev/null").status != 0) {
        MESSAGE("SKIPPED: there is no script(1) to be a terminal");
        return;
    }
    const std::string line = gambrel_command + "predict " + deployed;
    const auto on_terminal = [&](const std::string& variables) {
        std::string out = shell(variables + " script -qec '" + line + "' /dev/null").out;
        out.erase(std::remove(out.begin(), out.end(), '\r'), out.end());
        return out;
    };
    const std::string file = shell(line).out;
    CHECK(file.find('\x1b') == std::string::npos);
    CHECK(on_terminal("TERM=xterm NO_COLOR=1") == file);
    CHECK(on_terminal("TERM=dumb") == file);
    std::string coloured = on_terminal("TERM=xterm NO_COLOR=");
    CHECK(coloured.find("\x1b[2m(") != std::string::npos);
    for (std::size_t at = 0; (at = coloured.find('\x1b')) != std::string::npos;)
        coloured.erase(at, coloured.find('m', at) - at + 1);
    CHECK(coloured == file);
    CHECK(shell("TERM=xterm script -qec '" + line + " --json' /dev/null").out.find('\x1b') == std::string::npos);
}

TEST_CASE("an error quotes what was typed on one line, not longer than a paragraph") {
    const std::string escape = "\"$(printf '\\033[31mx\\nforged\\342\\200\\256\\351')\"",
                      vast = "\"$(head -c 100000 /dev/zero | tr '\\0' q)\"";
    for (const std::string& typed : {escape, vast})
        for (const std::string& line : {"predict --device h100-sxm --model " + typed,
                                        "predict --model qwen3-0.6b --device " + typed,
                                        "predict " + deployed + "--runtime " + typed,
                                        "predict " + deployed + "--weights " + typed,
                                        "predict " + deployed + "--rate " + typed,
                                        "predict " + deployed + "--prompt " + typed,
                                        "predict " + deployed + "--workload " + typed,
                                        "predict " + deployed + "--launch " + typed,
                                        "predict " + deployed + "--calibration " + typed,
                                        "serve " + deployed + "--ttft-p99 " + typed,
                                        "simulate --rate 1 " + deployed + "--arrivals " + typed,
                                        "simulate --rate 1 " + deployed + "--trace " + typed,
                                        "explain " + deployed + "--svg no/" + typed,
                                        "validate " + typed,
                                        "validate --by " + typed + " tests/measurement/hostile_cells.csv",
                                        "validate --state " + typed + " tests/measurement/hostile_cells.csv",
                                        "device " + typed,
                                        "model " + typed,
                                        "runtime " + typed,
                                        "launch " + typed,
                                        "calibrate --device " + typed}) {
            CAPTURE(line.substr(0, 200));
            const outcome o = shell(gambrel_command + line + " 2>&1");
            CHECK(o.status == 2);
            CAPTURE(o.out);
            CHECK(o.out.rfind("gambrel: ", 0) == 0);
            CHECK(o.out.size() < 2100);
            CHECK(gambrel::is_printable(o.out.substr(0, o.out.size() - 1)));
        }
}
#endif
