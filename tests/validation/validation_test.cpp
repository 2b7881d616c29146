// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <fstream>
#include <gambrel/report/json/validation_json.hpp>
#include <gambrel/report/text/validation_csv.hpp>
#include <gambrel/report/text/validation_text.hpp>

#include <measurement/measured_rows.hpp>

using namespace gambrel;
using measured_rows::serving_row;

namespace {
validation scored(const std::string& rows, const validation_filter& filter = {}) {
    std::istringstream table(measured_rows::serving_header + rows);
    return validate(table, measured_rows::shipped(), filter);
}
/// Three rows that can be predicted on two devices, one that cannot.
std::string some_rows() {
    return serving_row{}.line() + serving_row{{"concurrency", "64"}}.line() +
           serving_row{{"hardware", "H200-SXM-141GB"}, {"metric", "ttft_mean"}, {"value", "80"}}.line() +
           serving_row{{"hardware", "Abacus"}}.line();
}
}  // namespace

TEST_CASE("scores by hand: median, mean, bias, coverage, quantiles, width") {
    score s;
    s.add(110, 90, 130, 100);   // +10 %, inside
    s.add(70, 60, 80, 100);     // -30 %, outside
    s.add(104, 100, 108, 100);  // +4 %, on the edge
    CHECK(s.median() == approx(0.10));
    CHECK(s.mean() == approx(0.44 / 3));
    CHECK(s.bias() == approx(-0.16 / 3));
    CHECK(s.coverage() == approx(2.0 / 3));
    CHECK(s.quantile(0.0) == approx(-0.30));
    CHECK(s.quantile(0.5) == approx(0.04));
    CHECK(s.quantile(0.75) == approx(0.07));
    // half widths: sqrt(130/90) - 1, sqrt(80/60) - 1, sqrt(1.08) - 1; the middle one
    CHECK(s.half_width() == approx(std::sqrt(80.0 / 60.0) - 1.0));
    // ln(130/90), ln(80/60) and ten times ln(100/80) for what was missed above, ln(108/100) of one just held
    CHECK(s.interval_score() ==
          approx((std::log(130.0 / 90) + std::log(80.0 / 60) + 10 * std::log(1.25) + std::log(1.08)) / 3));
    score over;
    over.add(150, 125, 180, 100);  // missed below: ten times ln(125/100)
    CHECK(over.interval_score() == approx(std::log(1.44) + 10 * std::log(1.25)));
    s.add(80, 70, 90, 100);
    CHECK(s.median() == approx(0.15));
    CHECK(score{}.median() == 0.0);
    CHECK(score{}.quantile(0.9) == 0.0);
}

TEST_CASE("groups by the keys asked for; nothing is dropped silently") {
    const auto v = scored(some_rows());
    CHECK(v.read == 4);
    CHECK(v.scored() == 3);
    CHECK(v.refused.at("device not in the catalog: Abacus") == 1);
    CHECK(v.groups.at("TPOT  dense  h100-sxm  vllm").size() == 2);
    CHECK(v.groups.at("TTFT  dense  h200-sxm  vllm").size() == 1);
    CHECK(v.totals.at("TPOT  dense").size() == 2);

    validation_filter by;
    by.by = group_keys_in("source,model,precision");
    CHECK(scored(some_rows(), by).groups.at("x  Llama-3.1-8B  fp8").size() == 3);
    CHECK(group_keys_in("device,runtime,metric") ==
          std::vector{group_key::device, group_key::runtime, group_key::metric});
    CHECK(group_keys_in("").empty());
    CHECK_THROWS_WITH_AS(group_keys_in("device,shoe"), doctest::Contains("shoe"), error);
    CHECK_THROWS_AS(group_keys_in("device,,metric"), error);
}

TEST_CASE("filters look at catalog names and at printed ones; what they leave out is counted") {
    const auto with = [](const auto& set) {
        validation_filter f;
        set(f);
        const auto v = scored(some_rows(), f);
        CHECK(v.left_out + v.rows.size() == v.read);
        return v.rows.size();
    };
    CHECK(with([](auto& f) { f.device = "h100"; }) == 2);
    CHECK(with([](auto& f) { f.device = "abacus"; }) == 1);
    CHECK(with([](auto& f) { f.metric = "TTFT"; }) == 1);
    CHECK(with([](auto& f) { f.model = "llama-3.1"; }) == 4);
    CHECK(with([](auto& f) { f.runtime = "sglang"; }) == 0);
    CHECK(with([](auto& f) { f.dense_only = true; }) == 3);  // of an unread model it is not known
    validation_filter f;
    f.metric = "joy";
    CHECK_THROWS_WITH_AS(scored(some_rows(), f), doctest::Contains("TPOT"), error);
}

TEST_CASE("text, JSON and lines say the same") {
    const auto v = scored(some_rows());
    const std::string text = report::validation_text(v);
    CHECK(text.find("3 of 4 measured figures predicted") != std::string::npos);
    CHECK(text.find("device not in the catalog: Abacus") != std::string::npos);
    const auto json = report::validation_json(v);
    CHECK(json["predicted"] == 3);
    CHECK(json["rows"] == 4);
    CHECK(json["groups"].size() == 2);
    CHECK(json["totals"][0]["median_error"] == approx(v.totals.at("TPOT  dense").median()));
    CHECK(json["not_predicted"]["device not in the catalog: Abacus"] == 1);

    std::stringstream lines;
    report::write_validation_csv(lines, v);
    csv_reader row(lines);
    std::vector<scored_row> read;
    for (const auto& expected : v.rows) {
        REQUIRE(row.next());
        CHECK(row["line"] == std::to_string(expected.row.line));
        CHECK(row["reason"] == expected.predicted.refused);
        if (!expected.predicted.ok()) continue;
        CHECK(std::stod(row["predicted"]) == expected.predicted.value);
        CHECK(std::stod(row["measured"]) == expected.row.value);
        CHECK(std::stod(row["error"]) == approx(expected.predicted.value / expected.row.value - 1.0));
    }
    CHECK_FALSE(row.next());
}

TEST_CASE("rows of unknown recipes are counted, and told") {
    const auto known = scored(some_rows());
    CHECK(known.assumed == 0);
    CHECK(report::validation_text(known).find("recipe") == std::string::npos);
    std::istringstream table(measured_rows::serving_header +
                             measured_rows::serving_row{{"source_id", "inferencex-x"}, {"date", "2024-01-01"}}.line());
    const validation v = validate(table, measured_rows::shipped());
    REQUIRE(v.scored() == 1);
    CHECK(v.assumed == 1);
    CHECK(report::validation_text(v).find("1 of them of a recipe that is not known") != std::string::npos);
    CHECK(report::validation_json(v)["assumed"] == 1);
}

TEST_CASE("a row's words with commas and quotes survive the CSV") {
    CHECK(report::csv_field("plain") == "plain");
    CHECK(report::csv_field("a,b") == "\"a,b\"");
    CHECK(report::csv_field("say \"x\"") == "\"say \"\"x\"\"\"");
}

TEST_CASE("published measurements: how much is predicted, and dense TPOT") {
    const auto path = measured_rows::data_folder() / "serving_measured.csv";
    if (!std::filesystem::exists(path)) {
        MESSAGE("skipped: no measurements at ", path.string(), "; set GAMBREL_DATA");
        return;
    }
    const auto v = validate(read_measurements(path.string(), measured_rows::shipped()));
    std::size_t refused = 0;
    for (const auto& [reason, rows] : v.refused) refused += rows;
    CHECK(refused + v.scored() == v.read);  // nothing is dropped silently
    // Of 5,574; the rest miss a precision, a length, a cut or a device. Of the cut table likewise four in five.
    CHECK(v.scored() > shared_data::of_whole<std::size_t>(4200, 4 * v.read / 5));
    const score& dense = v.totals.at("TPOT  dense");
    CHECK(dense.size() > shared_data::of_whole<std::size_t>(700, 15));
    CHECK(dense.median() <= 0.12);
}
