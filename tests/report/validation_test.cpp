// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <ridgepoint/report/validation.hpp>
#include <sstream>

using namespace ridgepoint;
using namespace ridgepoint::literals;

namespace {
const std::string header =
    "source_id,hardware,model,framework,weight_format,kv_format,tp,pp,ep,dp,input_len,output_len,concurrency,metric,"
    "value,unit\n";
report::measured read(const std::string& row) {
    std::istringstream in(header + row);
    csv_reader table(in);
    table.next();
    return report::read_measured(table);
}
}  // namespace

TEST_CASE("scores: median, mean, bias and coverage by hand") {
    report::score s;
    s.add(110, 90, 130, 100);  // +10 %, inside
    s.add(70, 60, 80, 100);    // -30 %, outside
    s.add(104, 100, 108, 100); // +4 %, on the edge
    CHECK(s.median() == doctest::Approx(0.10));
    CHECK(s.mean() == doctest::Approx(0.44 / 3));
    CHECK(s.bias() == doctest::Approx(-0.16 / 3));
    CHECK(s.coverage() == doctest::Approx(2.0 / 3));
    s.add(80, 70, 90, 100);
    CHECK(s.median() == doctest::Approx(0.15));
}

TEST_CASE("a row is read into descriptors") {
    const auto m = read("inferencex-silicon,H100-SXM-80GB,meta-llama/Llama-3.1-70B,vllm,fp8,,4,1,1,1,1024,8192,16,tpot_mean,12.5,ms");
    REQUIRE(m.unpredictable.empty());
    CHECK(m.device->name.view() == "h100-sxm");
    CHECK(m.cut.tensor == 4);
    CHECK(m.value == doctest::Approx(0.0125));
    CHECK(m.metric == report::metric::tpot);
    CHECK(m.formats.weights.attention.name.view() == "fp8");
    CHECK(m.formats.kv.bits == 8);
    CHECK(m.workload.prompt.mean() == doctest::Approx(0.9 * 1024));  // uniform in 80 to 100 % of nominal
    CHECK(m.workload.protocol.prompts_per_client == 10);
    CHECK(m.runtime.scheduling.most_sequences == 16);  // the recipe's slots
}

TEST_CASE("what cannot be predicted says why") {
    const auto why = [](const std::string& row) { return read(row).unpredictable; };
    const std::string good = "x,H100-SXM-80GB,meta-llama/Llama-3.1-70B,vllm,fp8,,4,1,1,1,1024,8192,16,tpot,12.5,ms";
    const auto with = [&](const std::string& from, const std::string& to) {
        std::string row = good;
        row.replace(row.find(from), from.size(), to);
        return why(row);
    };
    CHECK(why(good).empty());
    CHECK(with("H100-SXM-80GB", "Abacus").find("device") != std::string::npos);
    CHECK(with("Llama-3.1-70B", "Nothing-7B").find("model") != std::string::npos);
    CHECK(with("vllm", "shell").find("runtime") != std::string::npos);
    CHECK(with("fp8", "unstated").empty());  // the checkpoint as published
    CHECK(with("fp8", "fp7").find("precision") != std::string::npos);
    CHECK(with(",16,", ",max,").find("concurrency") != std::string::npos);
    CHECK(with("12.5", "nan").find("value") != std::string::npos);
    CHECK(with("12.5", "-3").find("value") != std::string::npos);
    CHECK(with("1024", "").find("lengths") != std::string::npos);
    CHECK(with("tpot", "joy").find("metric") != std::string::npos);
}

TEST_CASE("published measurements: dense TPOT with a-priori constants") {
    const char* set = std::getenv("RIDGEPOINT_DATA");
    const std::filesystem::path data = set ? std::filesystem::path(set)
                                           : std::filesystem::path(RIDGEPOINT_SOURCE_DIR) / ".." / "shared" / "data";
    std::ifstream table(data / "serving_measured.csv");
    if (!table) {
        MESSAGE("skipped: no measurements at ", data.string(), "; set RIDGEPOINT_DATA");
        return;
    }
    const report::validation v = report::validate(table, {true, "TPOT"});
    const report::score& dense = v.totals.at("TPOT  dense");
    CHECK(dense.size() > 600);
    CHECK(dense.median() <= 0.12);
    std::size_t refused = 0;
    for (const auto& [reason, rows] : v.refused) refused += rows;
    CHECK(refused + dense.size() == v.read);  // nothing is dropped silently
}
