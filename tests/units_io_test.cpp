// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <cmath>
#include <gambrel/units_io.hpp>
#include <limits>
#include <random>
#include <sstream>
#include <string>

using namespace gambrel;
using namespace gambrel::literals;

namespace {
template <class Q> std::string message_of(std::string_view text) {
    try {
        parse<Q>(text);
    } catch (const error& e) {
        return e.what();
    }
    return "accepted";
}
template <class Q> bool rejected(std::string_view text) { return message_of<Q>(text) != "accepted"; }

bool mentions(const std::string& message, std::string_view part) { return message.find(part) != std::string::npos; }
}  // namespace

TEST_CASE("each kind of quantity prints in the unit people use for it") {
    CHECK(to_string(80_GB) == "80 GB");
    CHECK(to_string(3.35_TB_per_s) == "3.35 TB/s");
    CHECK(to_string(989_TFLOP_per_s) == "989 TFLOP/s");
    CHECK(to_string(12.3_ms) == "12.3 ms");
    CHECK(to_string(4.1_us) == "4.1 us");
    CHECK(to_string(2.5_usd_per_h) == "2.50 $/h");
    CHECK(to_string(0.18_usd_per_Mtok) == "0.18 $/Mtok");
    CHECK(to_string(1234_tok_per_s) == "1,234 tok/s");
    CHECK(to_string(312_FLOP_per_B) == "312 FLOP/B");
    CHECK(to_string(0.42_J_per_tok) == "0.42 J/tok");
    CHECK(to_string(700_W) == "700 W");
    CHECK(to_string(1.2_kW) == "1.2 kW");
    CHECK(to_string(5_req_per_s) == "5 req/s");
    CHECK(to_string(0.12_usd_per_kWh) == "0.12 $/kWh");
    CHECK(to_string(140_GFLOP) == "140 GFLOP");
    CHECK(to_string(12.5_usd) == "12.50 $");
    CHECK(to_string(3_Mtok) == "3 Mtok");
    CHECK(to_string(7_req) == "7 req");
    CHECK(to_string(2_kWh) == "7.2 MJ");
    CHECK(to_string(100_h) == "100 h");
}

TEST_CASE("digits are significant digits, whole digits are kept, a rounded-up figure takes the next prefix") {
    CHECK(to_string(make<bytes<>>(80.123456e9)) == "80.1 GB");
    CHECK(to_string(make<bytes<>>(80.123456e9), 6) == "80.1235 GB");
    CHECK(to_string(make<bytes<>>(999.96e9)) == "1 TB");
    CHECK(to_string(make<bytes<>>(999.4e9)) == "999 GB");
    CHECK(to_string(make<token_rate<>>(123456.7)) == "123,457 tok/s");
    CHECK(to_string(make<token_price<>>(0.0123e-6)) == "0.0123 $/Mtok");
    CHECK(to_string(1234.5_usd) == "1,234.50 $");
    CHECK(to_string(0_s) == "0 s");
    CHECK(to_string(0_usd_per_h) == "0.00 $/h");
    CHECK(to_string(make<seconds<>>(-0.0041)) == "-4.1 ms");
    CHECK(to_string(make<seconds<>>(2e-12)) == "0.002 ns");
    CHECK(to_string(make<seconds<>>(std::numeric_limits<double>::infinity())) == "inf s");
    CHECK_THROWS_AS(to_string(1_s, 0), error);
    CHECK_THROWS_AS(to_string(1_s, 18), error);
}

TEST_CASE("memory prints in binary units on request") {
    CHECK(to_string_binary(1_GiB) == "1 GiB");
    CHECK(to_string_binary(80_GB) == "74.5 GiB");  // 80e9 / 2^30 = 74.5058
    CHECK(to_string_binary(1536_KiB) == "1.5 MiB");
    CHECK(to_string_binary(bytes_of(1023)) == "1,023 B");
}

TEST_CASE("quantities and figures go to a stream, so that a failed check shows units") {
    std::ostringstream out;
    out << 80_GB << "; " << 12.3_ms << "; " << figure<seconds<>>{12.3_ms, 11_ms, 13.8_ms};
    CHECK(out.str() == "80 GB; 12.3 ms; 12.3 ms (11.0 to 13.8)");
    CHECK(to_string(figure<rental<>>{2.5_usd_per_h, 2_usd_per_h, 3_usd_per_h}) == "2.50 $/h (2.00 to 3.00)");
    CHECK(to_string(figure<token_rate<>>{1234_tok_per_s, 987_tok_per_s, 1500_tok_per_s}) ==
          "1,234 tok/s (987 to 1,500)");
    CHECK(mentions(std::string(doctest::toString(3.35_TB_per_s).c_str()), "3.35 TB/s"));
}

TEST_CASE("parse reads what datasheets and price lists write") {
    CHECK(parse<byte_rate<>>("3.35 TB/s") == 3.35_TB_per_s);
    CHECK(parse<bytes<>>("80GiB") == 80_GiB);
    CHECK(parse<bytes<>>("80 GB") == 80_GB);
    CHECK(parse<byte_rate<>>("400 Gb/s") == 50_GB_per_s);
    CHECK(parse<byte_rate<>>("400Gbps") == 400_Gb_per_s);
    CHECK(parse<flop_rate<>>("989 TFLOP/s") == 989_TFLOP_per_s);
    CHECK(parse<flop_rate<>>("989 TFLOPS") == 989_TFLOP_per_s);
    CHECK(parse<seconds<>>("25ms") == 25_ms);
    CHECK(parse<seconds<>>("1.5 us") == 1.5_us);
    CHECK(parse<seconds<>>("1.5 \u00b5s") == 1.5_us);
    CHECK(parse<seconds<>>("2 min") == 120_s);
    CHECK(parse<rental<>>("2.5 $/h") == 2.5_usd_per_h);
    CHECK(parse<token_price<>>("0.18 $/Mtok") == 0.18_usd_per_Mtok);
    CHECK(parse<energy_price<>>("0.12 $/kWh") == 0.12_usd_per_kWh);
    CHECK(parse<watts<>>("700 W") == 700_W);
    CHECK(parse<joules<>>("1 kWh") == 1_kWh);
    CHECK(parse<intensity<>>("312 FLOP/B") == 312_FLOP_per_B);
    CHECK(parse<token_rate<>>("1,234,567 tok/s") == 1234567_tok_per_s);
    CHECK(parse<flop<>>("1.5e3 GFLOP") == 1.5_TFLOP);
    CHECK(parse<bytes<>>("5EB") == make<bytes<>>(5e18));
    CHECK(parse<seconds<>>("-1 s") == -1_s);
}

TEST_CASE("a wrong text is an error that names it and what would be right") {
    const std::string wrong_dimension = message_of<byte_rate<>>("80 GB");
    CHECK(mentions(wrong_dimension, "\"80 GB\" is an amount of memory"));
    CHECK(mentions(wrong_dimension, "a bandwidth"));
    CHECK(mentions(wrong_dimension, "TB/s"));
    CHECK(mentions(message_of<bytes<>>("80 Gigs"), "unknown unit \"Gigs\""));
    CHECK(mentions(message_of<bytes<>>("80"), "has no unit"));
    CHECK(mentions(message_of<bytes<>>(""), "does not start with a number"));
    CHECK(mentions(message_of<flop<>>("989 TFLOPS"), "is a rate of work"));
    for (const char* text : {"nan s",  "inf s", "-inf s", "1e999 s",  "1e-999 s",   "s",          " 1 s",      "1 s ",
                             "1 s x",  "+1 s",  "1,5 s",  "1,2345 s", "1234,567 s", "1,234,56 s", "0.1,234 s", "1 S",
                             "0x10 s", "--1 s", "1 1 s",  ".",        "-",          "1e308 day"})
        CHECK_MESSAGE(rejected<seconds<>>(text), text);
    CHECK(rejected<bytes<>>("80 KB"));  // 1000 or 1024? The writer must say kB or KiB
    CHECK(message_of<bytes<>>(std::string(100000, 'x')).size() < 400);
}

TEST_CASE_TEMPLATE("what is printed is read back within the printed digits", Q, seconds<>, bytes<>, flop<>, tokens<>,
                   requests<>, dollars<>, joules<>, watts<>, byte_rate<>, flop_rate<>, intensity<>, token_rate<>,
                   request_rate<>, rental<>, token_price<>, energy_price<>, token_energy<>) {
    std::mt19937_64 random(7);
    std::uniform_real_distribution<double> exponent(-15.0, 27.0);
    for (int i = 0; i < 500; ++i) {
        const auto q = make<Q>(std::pow(10.0, exponent(random)));
        for (const int digits : {2, 3, 6, 17}) {
            const double ratio = parse<Q>(to_string(q, digits)) / q;
            CHECK_MESSAGE(std::fabs(ratio - 1.0) <= 0.5000001 * std::pow(10.0, 1 - digits) + 4e-16,
                          to_string(q, digits), " ", q.value());
        }
    }
}
