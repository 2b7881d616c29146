// SPDX-License-Identifier: Apache-2.0
// Rows that only the rest of their table shows not to be what they say.
#include <approx.hpp>
#include <doctest/doctest.h>

#include <measurement/measured_rows.hpp>

using namespace gambrel;
using measured_rows::serving_header;
using measured_rows::serving_row;

namespace {
std::vector<measured_row> read(std::initializer_list<serving_row> rows) {
    std::string text = serving_header;
    for (const serving_row& r : rows) text += r.line();
    std::istringstream table(text);
    return read_measurements(table, measured_rows::shipped());
}
bool says(const measured_row& m, const char* part) { return m.unpredictable.find(part) != std::string::npos; }

/// Two figures of a run of that day and version.
std::vector<serving_row> run(const char* date, const char* version, const char* tpot, const char* ttft) {
    return {{{"date", date}, {"framework_version", version}, {"metric", "tpot_mean"}, {"value", tpot}},
            {{"date", date}, {"framework_version", version}, {"metric", "ttft_mean"}, {"value", ttft}}};
}
std::vector<measured_row> two_runs(const std::vector<serving_row>& a, const std::vector<serving_row>& b) {
    return read({a[0], a[1], b[0], b[1]});
}
}  // namespace

TEST_CASE("a repeated row is left out once; the same figure under another name is a copy") {
    const auto rows = read({{{"value", "12.345"}}, {{"value", "12.345"}}, {{"value", "12.346"}}});
    CHECK(rows[0].ok());
    CHECK(says(rows[1], "repeated"));
    CHECK(rows[2].ok());
    // Three digits may repeat by chance, and four of another model.
    CHECK(read({{{"value", "12.3"}}, {{"value", "12.3"}}})[1].ok());
    CHECK(read({{{"value", "12.345"}}, {{"value", "12.345"}, {"model", "mistralai/Mistral-7B-v0.1"}}})[1].ok());
    const auto copied = read({{{"value", "12.3456789"}},
                              {{"value", "12.3456789"}, {"model", "Llama-3-8B"}},
                              {{"value", "12.3456789"}, {"source_id", "y"}}});
    CHECK(copied[0].ok());
    CHECK(says(copied[1], "copied"));
    CHECK(says(copied[2], "copied"));
    // Another setting is another run.
    CHECK(read({{{"value", "12.3456789"}}, {{"value", "12.3456789"}, {"concurrency", "32"}}})[1].ok());
}

TEST_CASE("unlabelled drafts: faster per token than a like run near in time, and no sooner to the first") {
    const auto plain = run("2026-02-01", "1.2.0rc6.post2", "10", "100");
    const auto drafted = two_runs(plain, run("2026-02-05", "1.2.0rc6.post3", "6", "101"));
    CHECK(drafted[0].ok());
    CHECK(drafted[1].ok());
    CHECK(says(drafted[2], "unlabelled drafts"));
    CHECK(says(drafted[3], "unlabelled drafts"));
    // Better engines are sooner to the first token too; noise is smaller; other releases and other seasons are no pair.
    CHECK(two_runs(plain, run("2026-02-05", "1.2.0rc6.post3", "6", "60"))[2].ok());
    CHECK(two_runs(plain, run("2026-02-05", "1.2.0rc6.post3", "8.5", "101"))[2].ok());
    CHECK(two_runs(plain, run("2026-02-05", "1.3.0", "6", "101"))[2].ok());
    CHECK(two_runs(plain, run("2026-06-05", "1.2.0rc6.post3", "6", "101"))[2].ok());
    // Without TTFT, without a day or a release nothing is said.
    CHECK(read({plain[0], run("2026-02-05", "1.2.0rc6.post3", "6", "101")[0]})[1].ok());
    CHECK(two_runs(plain, run("", "1.2.0rc6.post3", "6", "101"))[2].ok());
    CHECK(two_runs(plain, run("2026-02-05", "", "6", "101"))[2].ok());
    // Two runs of one day: the faster one, by the order in which they stand.
    const auto same_day = read({plain[0], plain[1], run("2026-02-01", "1.2.0rc6.post2", "7", "104")[0],
                                run("2026-02-01", "1.2.0rc6.post2", "7", "104")[1]});
    CHECK(same_day[0].ok());
    CHECK(says(same_day[2], "unlabelled drafts"));
}

TEST_CASE("a mean TTFT that falls threefold as the clients double was not load's") {
    const auto at = [](const char* clients, const char* ttft, const char* metric = "ttft_mean") {
        return serving_row{{"concurrency", clients}, {"metric", metric}, {"value", ttft}};
    };
    const auto rows = read({at("4", "2100"), at("8", "700.1"), at("16", "690")});
    CHECK(says(rows[0], "cold start"));
    CHECK(rows[1].ok());
    CHECK(rows[2].ok());
    CHECK(read({at("4", "2000"), at("8", "690")})[0].ok());  // less than threefold
    CHECK(read({at("4", "2100"), at("6", "690")})[0].ok());  // fewer than twice the clients
    CHECK(read({at("4", "690"), at("8", "2100")})[1].ok());  // load
    CHECK(read({at("4", "2100", "ttft_median"), at("8", "690", "ttft_median")})[0].ok());  // medians hold no burst
    CHECK(read({at("4", "2100", "tpot_mean"), at("8", "690", "tpot_mean")})[0].ok());
}

TEST_CASE("digits of a printed number") {
    using gambrel::detail::significant_digits;
    CHECK(significant_digits("630.3159052797128") == 16);
    CHECK(significant_digits("0.00120") == 2);
    CHECK(significant_digits("1000") == 1);
    CHECK(significant_digits("1.25e-3") == 3);
    CHECK(significant_digits("") == 0);
}
