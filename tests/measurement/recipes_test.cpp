// SPDX-License-Identifier: Apache-2.0
// The table of recipes: what it says of rows, that it covers the repository it was read from, and what wrong lines say.
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/measurement/io/recipe_file.hpp>
#include <measurement/measured_rows.hpp>
#include <set>

using namespace gambrel;
using measured_rows::serving_row;
using measured_rows::shipped;

namespace {
const std::string header = "model,weights,device,runtime,drafts,since,before,when,setting,value,file,commit\n";
const std::string line = "M,fp8,h100-sxm,vllm,no,2026-01-01,2026-02-01,,max_num_seqs,256,a.sh,abc\n";

std::string why(const std::string& text) {
    std::istringstream in(text);
    try {
        read_recipes(in, "r.csv");
    } catch (const error& e) {
        return e.what();
    }
    return {};
}
/// `line` with one field changed.
std::string with(int field, const std::string& value) {
    std::istringstream in(line.substr(0, line.size() - 1));
    std::string out, part;
    for (int i = 0; std::getline(in, part, ','); ++i) out += (i > 0 ? "," : "") + (i == field ? value : part);
    return out + "\n";
}
void says(const std::string& text, std::initializer_list<const char*> parts) {
    for (const char* part : parts) CHECK_MESSAGE(text.find(part) != std::string::npos, text, " lacks ", part);
}
struct run {
    std::string model, device, framework, weights, date, tp = "8", clients = "64", prompt = "1024", output = "1024",
                                                         notes = "";
    measured_row read() const {
        return serving_row{{"source_id", "inferencex-x"},
                           {"date", date},
                           {"hardware", device},
                           {"num_devices", tp},
                           {"model", model},
                           {"framework", framework},
                           {"framework_version", ""},
                           {"weight_format", weights},
                           {"tp", tp},
                           {"input_len", prompt},
                           {"output_len", output},
                           {"concurrency", clients},
                           {"notes", notes}}
            .read();
    }
};
}  // namespace

TEST_CASE("a wrong table of recipes says line and column, and nothing of it is read") {
    CHECK(why(header + line).empty());
    says(why("model,weights\n"), {"r.csv", "line 1", "device"});
    says(why("colour," + header + "red," + line), {"line 1", "unknown column", "colour"});
    says(why(header + with(8, "speed")), {"line 2", "setting", "speed"});
    says(why(header + with(9, "many")), {"line 2", "value", "many", "number"});
    says(why(header + with(9, "-3")), {"line 2", "value", "-3"});
    says(why(header + line + with(5, "2026-1-1")), {"line 3", "since", "2026-1-1"});
    says(why(header + with(6, "2025-12-01")), {"line 2", "before", "not after since"});
    says(why(header + with(7, "clients")), {"line 2", "when", "clients"});
    says(why(header + with(7, "colour>3")), {"line 2", "when", "colour"});
    says(why(header + with(7, "clients>many")), {"line 2", "when", "number"});
    says(why(header + with(7, "clients>64 clients<=64")), {"line 2", "when", "never"});
    says(why(header + with(4, "maybe")), {"line 2", "drafts", "maybe"});
    says(why(header + with(0, "")), {"line 2", "model", "empty"});
    says(why(header + "M,fp8\n"), {"r.csv", "line 2", "fields"});
    // The same thing set twice on one day: a contradiction, or a repeat.
    says(why(header + line + with(9, "128")), {"line 3", "contradicts line 2", "max_num_seqs", "2026-01-01"});
    says(why(header + line + line), {"line 3", "repeats line 2"});
    const std::string later = "M,fp8,h100-sxm,vllm,no,2026-01-20,,,max_num_seqs,128,a.sh,abc\n";
    says(why(header + line + later), {"line 3", "contradicts line 2", "2026-01-20"});
    const std::string after = "M,fp8,h100-sxm,vllm,no,2026-02-01,,,max_num_seqs,128,a.sh,abc\n";
    CHECK(why(header + line + after).empty());
    CHECK(why(header + line + with(7, "clients>64")).empty());  // another condition: the later line overrules
    says(why(header + with(8, "kv") + "x"), {"line 2", "value"});
    CHECK_THROWS_WITH_AS(read_recipes(std::filesystem::path("no/such.csv")), doctest::Contains("no/such.csv"), error);
}

TEST_CASE("lines are rules: patterns, days, conditions, the last that holds") {
    std::istringstream in(
        header + "A|B*,fp8|nvfp4,h100-sxm,vllm,no,2026-01-01,2026-02-01,,max_num_seqs,256,a.sh,abc\n" +
        "A|B*,fp8|nvfp4,h100-sxm,vllm,no,2026-01-01,2026-02-01,clients>64 ranks<=4,max_num_seqs,clients,"
        "a.sh,abc\n" +
        "A|B*,fp8|nvfp4,h100-sxm,vllm,no,2026-01-01,2026-02-01,expert=1,expert_ranks,tp,a.sh,abc\n" +
        "A|B*,fp8|nvfp4,h100-sxm,vllm,no,2026-01-01,,,recipe,a.sh,a.sh,abc\n");
    const recipe_rules all = read_recipes(in, "r.csv");
    const auto said = [&](const std::vector<reading_rule>& rules, const char* model, const char* date, double clients) {
        auto columns = std::make_shared<const std::vector<std::string>>(std::vector<std::string>{"date"});
        const table_row row(columns, {date}, 2);
        row_facts f(row);
        for (const auto& [fact, word] : {std::pair{"catalog_model", model},
                                         {"weights", "nvfp4"},
                                         {"device", "h100-sxm"},
                                         {"runtime", "vllm"},
                                         {"drafted", "no"}})
            f.tell(fact, std::string(word));
        f.tell("clients", clients);
        f.tell("ranks", 4.0);
        f.tell("expert", 1.0);
        return verdict_of(rules, f).settings;
    };
    CHECK(said(all.as_run, "A", "2026-01-01", 8).count("max_num_seqs", 8) == 256.0);
    CHECK(said(all.as_run, "Bee", "2026-01-31", 65).count("max_num_seqs", 65) == 65.0);
    CHECK(said(all.as_run, "A", "2026-01-31", 64).count("max_num_seqs", 64) == 256.0);
    CHECK_FALSE(said(all.as_run, "A", "2026-02-01", 8).has("max_num_seqs"));  // `before` is exclusive
    CHECK_FALSE(said(all.as_run, "A", "2025-12-31", 8).has("max_num_seqs"));
    CHECK_FALSE(said(all.as_run, "A", "", 8).has("recipe"));  // no date: no recipe
    CHECK_FALSE(said(all.as_run, "C", "2026-01-01", 8).has("max_num_seqs"));
    CHECK(said(all.as_run, "A", "2026-03-01", 8).word("recipe") == "a.sh @abc");
    CHECK(said(all.as_cut, "A", "2026-01-01", 8).word("expert_ranks") == "tp");
    CHECK_FALSE(said(all.as_run, "A", "2026-01-01", 8).has("expert_ranks"));
}

// Settings read by hand from the launch scripts, at the commits named.
TEST_CASE("recipes of other models than the first three, by hand") {
    // minimaxm2.5_fp8_mi355x_vllm and the like state slots; qwen3.5_fp8_h100.sh @HEAD: --max-running-requests 256,
    // chunked prefill 16384, mem-fraction 0.8, KV fp8_e4m3.
    const auto qwen = run{"Qwen/Qwen3.5-397B-A17B", "H100-SXM-80GB", "sglang", "fp8", "2026-08-01"}.read();
    REQUIRE(qwen.ok());
    CHECK_FALSE(qwen.assumed);
    CHECK(qwen.recipe.find("qwen3.5_fp8_h100.sh") == 0);
    CHECK(qwen.runtime.scheduling.most_sequences == 256);
    CHECK(qwen.runtime.scheduling.token_budget == 16384);
    CHECK(qwen.runtime.memory.fraction == approx(0.8));
    CHECK(qwen.formats.kv.bits == 8);
    // kimik2.5_int4_h200.sh: --max-num-seqs $CONC, --gpu-memory-utilization 0.95
    const auto kimi = run{"moonshotai/Kimi-K2.5", "H200-SXM-141GB", "vllm", "int4-wo", "2026-05-01"}.read();
    REQUIRE(kimi.ok());
    CHECK(kimi.runtime.scheduling.most_sequences == 64);
    CHECK(kimi.runtime.memory.fraction == approx(0.95));
    CHECK(kimi.formats.weights.experts.name == formats::int4_g32.name);
    // dsr1_fp4_b200_trt_mtp.sh: three drafts a step, max-batch-size $CONC
    const auto drafted =
        run{"deepseek-ai/DeepSeek-R1",  "B200-SXM-180GB", "trt", "fp4", "2026-03-01", "8", "64", "1024", "1024",
            "SPECULATIVE DECODING: mtp"}
            .read();
    REQUIRE(drafted.ok());
    CHECK(drafted.drafted);
    CHECK(drafted.drafts == 3);
    CHECK(drafted.acceptance[0] < drafted.acceptance[1]);
}

TEST_CASE("a recipe that is not listed: the engine's defaults, said so, and a wider range") {
    const run known{"deepseek-ai/DeepSeek-R1", "H200-SXM-141GB", "sglang", "fp8", "2026-03-25"};
    run unknown = known;
    unknown.date = "2024-01-01";  // before the repository
    const auto with_recipe = known.read(), without = unknown.read();
    CHECK_FALSE(with_recipe.assumed);
    CHECK(without.assumed);
    CHECK(without.recipe.empty());
    CHECK(without.runtime.scheduling.most_sequences == find_runtime("sglang")->scheduling.most_sequences);
    const auto f = predict_measured(without);
    REQUIRE(f.ok());
    measured_row as_if_known = without;
    as_if_known.assumed = false;
    const auto narrow = predict_measured(as_if_known);
    CHECK(f.value == narrow.value);
    CHECK(f.high / f.low > narrow.high / narrow.low);
    // A source that lists no recipes states its settings itself: nothing is assumed.
    CHECK_FALSE(serving_row{{"source_id", "x"}}.read().assumed);
}

// data/recipes/inferencex_runs.csv lists what the repository ran, from its first day to its newest copy.
TEST_CASE(
    "every model, device and runtime of the repository has a recipe, or says that it is run by more than one node") {
    std::ifstream file("data/recipes/inferencex_runs.csv");
    REQUIRE(file);
    csv_reader runs(file);
    const recipe_rules recipes = read_recipes(std::filesystem::path("data/recipes/inferencex.csv"));
    std::ifstream table("data/recipes/inferencex.csv");
    csv_reader lines(table);
    std::set<std::string> listed;
    while (lines.next())
        if (lines["setting"] == "recipe")
            listed.insert(lines["model"] + " | " + lines["device"] + " | " + lines["runtime"]);
    std::set<std::string> triples, uncovered;
    std::size_t pools = 0;
    while (runs.next()) {
        const std::string framework = runs["framework"];
        if (runs["several_nodes"] == "yes") {
            CHECK_MESSAGE(runs["cuts_listed"] != "", runs["model"], " ", runs["device"], " ", framework);
            ++pools;
            continue;
        }
        const std::string runtime = framework == "trt" ? "tensorrt-llm" : framework;
        const std::string triple = runs["model"] + " | " + runs["device"] + " | " + runtime;
        triples.insert(triple);
        if (!listed.contains(triple)) uncovered.insert(triple);
    }
    for (const std::string& u : uncovered) CHECK_MESSAGE(false, "no recipe of ", u);
    CHECK(triples.size() >= 93);
    CHECK(pools >= 120);
    CHECK(recipes.as_run.size() >= 150);
    CHECK_FALSE(listed.contains("DeepSeek-R1 | h100-sxm | no such runtime"));
}
