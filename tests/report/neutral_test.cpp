// SPDX-License-Identifier: Apache-2.0
// Text of strangers in every output: nothing that steers a terminal, a spreadsheet or a picture gets through.
#include <doctest/doctest.h>

#include <filesystem>
#include <gambrel/model/io/hugging_face.hpp>
#include <gambrel/report/json/json_text.hpp>
#include <gambrel/report/svg/svg_page.hpp>
#include <gambrel/report/text/validation_csv.hpp>
#include <gambrel/report/text/validation_text.hpp>
#include <gambrel/report/written_file.hpp>
#include <sstream>

using namespace gambrel;

TEST_CASE("JSON reads back as it was, and steers nothing on its way") {
    const nlohmann::json said = {{"name", "\x1b[31m\u202egnp.exe\u2066 \u0085\u2028\ufeff \U000e0041 \u00b5s\n"}};
    const std::string text = report::json_text(said);
    CHECK(is_printable(text.substr(text.find('n'), text.rfind('"') - text.find('n'))));
    CHECK(text.find("\u00b5s") != std::string::npos);
    CHECK(nlohmann::json::parse(text) == said);
    CHECK(report::json_text(said, -1).find('\n') == std::string::npos);
    const nlohmann::json latin = {{"name", "caf\xe9"}};
    CHECK(nlohmann::json::parse(report::json_text(latin))["name"] == "caf\ufffd");
}

TEST_CASE("a spreadsheet runs no cell of ours") {
    using report::csv_field;
    CHECK(csv_field("=cmd|'/c calc'!A1") == "'=cmd|'/c calc'!A1");
    CHECK(csv_field("=HYPERLINK(\"x\")") == "\"'=HYPERLINK(\"\"x\"\")\"");
    CHECK(csv_field("+1+1") == "'+1+1");
    CHECK(csv_field("-2+3") == "'-2+3");
    CHECK(csv_field("@SUM(A1)") == "'@SUM(A1)");
    CHECK(csv_field(" \t=1") == "' \\t=1");
    for (const char* plain : {"-5", "+5", "-1.5e3", "h100-sxm", "a=b", "", "4-bit", "vllm@0.14"})
        CHECK(csv_field(plain) == plain);
    CHECK(csv_field("a\nb\x1b\u202e\xe9") == "a\\nb\\x1b\\u202e\\xe9");
    CHECK(csv_field("a,\"b\"") == "\"a,\"\"b\"\"\"");
    CHECK(csv_field("=1", report::cells::as_they_are) == "=1");
}

TEST_CASE("a validation of hostile cells is lines of text and of CSV") {
    measured_row m;
    m.line = 2;
    m.source = "=1+1";
    m.hardware = "\x1b[2J\u202eh100\nforged line";
    m.model_name = "caf\xe9";
    m.framework = "@vllm";
    m.metric = metric::tpot;
    m.value = 0.01;
    validation v;
    v.read = 1;
    v.rows.push_back({.row = m, .predicted = {.refused = "device not in the catalog: " + m.hardware}});
    v.refused[v.rows[0].predicted.refused] = 1;
    v.impossible.push_back({2, m.metric, m.value, m.source, m.model_name, m.hardware});
    v.groups[m.hardware].add(0.01, 0.01, 0.009, 0.011);
    const std::string text = report::validation_text(v);
    CHECK(text == printable_lines(text));
    CHECK(text.find("\nforged line") == std::string::npos);
    std::ostringstream rows;
    report::write_validation_csv(rows, v);
    CHECK(rows.str() == printable_lines(rows.str()));
    CHECK(rows.str().find("\n2,'=1+1,\\x1b[2J\\u202eh100\\nforged line,caf\\xe9,'@vllm,") != std::string::npos);
}

TEST_CASE("names of models and pictures hold nothing that steers") {
    const architecture m = parse_config(
        R"({"_name_or_path": "\u001b[31mEVIL\u001b]0;t\u0007\u009b31m\r\nline2\u202e", "model_type": "llama",
            "hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2, "num_attention_heads": 4,
            "vocab_size": 256})");
    CHECK(m.name.view() == "\\x1b[31mEVIL\\x1b]0;t\\x07\\u009b31m\\r\\nline2\\u202e");
    report::svg_page page(10, 10);
    page.text(0, 0, "<script>\x1b\u202e\xe9&");
    const std::string svg = page.finished();
    CHECK(svg == printable_lines(svg));
    CHECK(svg.find("&lt;script&gt;\\x1b\\u202e\\xe9&amp;") != std::string::npos);
}

TEST_CASE("a file that cannot be written whole is an error") {
    const auto sentence = [](const char* path, std::size_t bytes) {
        try {
            report::write_file(path, std::string(bytes, 'x'));
        } catch (const error& e) {
            return std::string(e.what());
        }
        return std::string();
    };
    CHECK(sentence("no/such/folder/x", 1).find("cannot write no/such/folder/x: No such file") == 0);
    if (std::filesystem::exists("/dev/full"))
        for (const std::size_t bytes : {std::size_t{1}, std::size_t{10'000}, std::size_t{1'000'000}}) {
            CAPTURE(bytes);
            CHECK(sentence("/dev/full", bytes).find("cannot write /dev/full: No space left") == 0);
        }
    CHECK(sentence("/dev/null", 100).empty());
}
