// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <gambrel/measurement/io/measured_source.hpp>
#include <measurement/measured_rows.hpp>
#include <shared_data.hpp>

using namespace gambrel;
namespace fs = std::filesystem;

namespace {
const stated nothing_said(result_json::object(), measured_rows::shipped());

std::vector<measured_row> streamed(const fs::path& path) {
    measured_source source(path, nothing_said, measured_rows::shipped());
    std::vector<measured_row> rows;
    for_each_figure(source, measured_rows::shipped(), nullptr, [&](measured_row&& m) { rows.push_back(std::move(m)); });
    return rows;
}
void check_same(const std::vector<measured_row>& a, const std::vector<measured_row>& b) {
    REQUIRE(a.size() == b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
        CAPTURE(i);
        REQUIRE(a[i].line == b[i].line);
        REQUIRE(a[i].unpredictable == b[i].unpredictable);
        REQUIRE(a[i].value == b[i].value);
        REQUIRE(a[i].hardware == b[i].hardware);
        REQUIRE(a[i].model_name == b[i].model_name);
    }
}
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
const std::string head =
    "hardware,model,framework,weight_format,tp,input_len,output_len,concurrency,metric,value,unit\n";
const std::string row = "h100-sxm,meta-llama/Llama-3.1-8B-Instruct,vllm,bf16,1,1024,256,1,tpot,";
}  // namespace

TEST_CASE("a streamed table has the rows and marks of one that is held") {
    check_same(streamed("tests/measurement/hostile_cells.csv"),
               read_measurements(std::string("tests/measurement/hostile_cells.csv"), measured_rows::shipped()));
    for (const std::string name : {"serving_measured.csv", "llamacpp_measured.csv", "energy_measured.csv"}) {
        const fs::path path = fs::path("../shared/data") / name;
        if (!fs::exists(path)) {
            MESSAGE("SKIPPED: no " << name);
            continue;
        }
        check_same(streamed(path), read_measurements(path.string(), measured_rows::shipped()));
    }
}

TEST_CASE("a folder is one table, whose lines go on, and a file that is none is counted") {
    const folder here;
    here.file("a.csv", head + row + "10,ms\n");
    here.file("b.csv", head + row + "100,ms\n" + row + "8,ms\n");
    here.file("c.csv", "x,y\n1,2\n");
    measured_source source(here.path, nothing_said, measured_rows::shipped());
    std::vector<measured_row> rows;
    for_each_figure(source, measured_rows::shipped(), nullptr, [&](measured_row&& m) { rows.push_back(std::move(m)); });
    REQUIRE(rows.size() == 3);
    CHECK(rows[2].line == 4);
    for (const measured_row& m : rows) CHECK(m.unpredictable.rfind("contradictory", 0) == 0);
    CHECK(source.skipped().at("file: no benchmark result") == 1);
    here.file("d.csv", "hardware,model,backend,quant,test,value_tok_s\n");
    CHECK_THROWS_WITH_AS(streamed(here.path), doctest::Contains("different columns"), error);
}

TEST_CASE("what cannot be read is one sentence") {
    const folder here;
    const auto sentence = [](const fs::path& path) {
        try {
            streamed(path);
        } catch (const error& e) {
            return std::string(e.what());
        }
        return std::string();
    };
    CHECK(sentence(here.path / "none.csv").find("No such file") != std::string::npos);
    CHECK(sentence("/dev/zero").find("save it first") != std::string::npos);
    CHECK(sentence(here.file("e.csv", "")).find("is empty") != std::string::npos);
    CHECK(sentence(here.file("q.csv", head + "\"h100")).find("ends inside a quoted field") != std::string::npos);
    CHECK(sentence(here.file("f.csv", head + row + "1\n")).find("has 10 fields") != std::string::npos);
    CHECK(sentence(here.file("j.json", "{\"a\": \"\xe9\"}")).find("line 1 holds a byte that is none") !=
          std::string::npos);
}

TEST_CASE("one byte of Latin-1 loses one cell's letter and not the table") {
    const folder here;
    const auto rows =
        streamed(here.file("l.csv", head + row + "10,ms\n" + "h100-sxm,caf\xe9,vllm,bf16,1,1,1,1,tpot,1,ms\n"));
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].ok());
    CHECK(rows[1].model_name == "caf\\xe9");
}

TEST_CASE("the worst tables take n log n") {
    // Every row of one group: every pair of runs was looked at, two days of work for the second table.
    const folder here;
    std::string same = head, all_different = "source_id,date,framework_version,notes," + head;
    for (int i = 0; i < 40'000; ++i) {
        same += row + "10,ms\n";
        all_different += "s,2026-01-" + std::to_string(10 + i % 20) + ",0.15," + std::to_string(i) + "," + row +
                         std::to_string(10 + i % 1000) + ",ms\n";
    }
    std::size_t repeated = 0;
    for (const measured_row& m : streamed(here.file("same.csv", same))) repeated += m.ok() ? 0 : 1;
    CHECK(repeated == 0);  // two digits are none that chance does not repeat
    CHECK(streamed(here.file("different.csv", all_different)).size() == 40'000);
}
