// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <gambrel/report/json/launch_json.hpp>
#include <gambrel/report/text/launch_text.hpp>

using namespace gambrel;

namespace {
constexpr const char* line =
    "vllm serve Qwen/Qwen3-32B -tp 4 --attention-backend FLASHINFER --port 8000 --cpu-offload-gb 3";
}

TEST_CASE("a launch line as JSON: what it sets and what became of each flag") {
    const report::json j = report::launch_json(ask::read_launch(line));
    CHECK(j["server"] == "vllm");
    CHECK(j["runtime"] == "vllm");
    CHECK(j["model"] == "Qwen/Qwen3-32B");
    CHECK(j["understood"] == false);
    CHECK(j["keywords"] == report::json{{"tp", "4"}});
    CHECK(j["flags"].size() == 5);
    CHECK(j["flags"][1] == report::json{{"flag", "-tp"}, {"value", "4"}, {"effect", "sets"}, {"what", "tp = 4"}});
    CHECK(j["flags"][4]["effect"] == "refused");
}

TEST_CASE("a launch line for a terminal") {
    const std::string s = report::screen(ask::read_launch(line));
    CHECK(s.starts_with("Qwen/Qwen3-32B under vLLM (vllm)\nsettings\n"));
    CHECK(s.find("  -tp 4: tp = 4\n") != std::string::npos);
    CHECK(s.find("no effect on speed\n  --port 8000\n") != std::string::npos);
    CHECK(s.find("refused\n  --cpu-offload-gb 3: weights in the memory of the host are not modelled\n") !=
          std::string::npos);
    CHECK(s.ends_with("Not understood: what is refused stands above, flag and reason.\n"));
    std::size_t at = 0;
    for (std::size_t end = s.find('\n'); end != std::string::npos; at = end + 1, end = s.find('\n', at))
        CHECK(end - at <= ask::screen_columns);
}
