// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <cstdio>
#include <fstream>
#include <gambrel/ask/bound_question.hpp>
#include <gambrel/model/catalog.hpp>
#include <gambrel/runtime/catalog.hpp>

using namespace gambrel;
using namespace gambrel::literals;

namespace {
const std::string path = "price_file_test.csv";
struct written {
    explicit written(const std::string& text) { std::ofstream(path, std::ios::binary) << text; }
    ~written() { std::remove(path.c_str()); }
};
constexpr const char* header = "device,provider,commitment,region,date,usd_per_device_hour\n";
std::string refusal(const std::string& text) {
    const written file(text);
    try {
        ask::read_price_file(path);
    } catch (const error& e) {
        return e.what();
    }
    return "";
}
const auto shared = [](const auto& x) {
    return std::shared_ptr<const std::remove_cvref_t<decltype(x)>>(&x, [](auto*) {});
};
ask::answer answer_with(const ask::prediction_options& t) {
    const ask::bound_question b(shared(catalog::llama_3_1_8b), shared(catalog::h100_sxm), shared(catalog::vllm), t);
    return ask::answered(b.question);
}
}  // namespace

TEST_CASE("quotes of a file stand in the place of those shipped") {
    const written file(std::string(header) +
                       "H100 SXM,ours,,eu,2026-11-02,2.10\n"
                       "h100,ours,on-demand,eu,2026-10-02,2.90\n"
                       "h100-sxm,theirs,on-demand,us,2026-09,4.10\n"
                       "h100-sxm,theirs,spot,us,2026-09,1.10\n");
    const auto f = ask::read_price_file(path);
    CHECK(f->quotes.size() == 4);
    CHECK(std::is_sorted(f->quotes.begin(), f->quotes.end(), stands_before));
    CHECK(typical_price("h100-sxm", f->quotes)->value / 1_usd_per_h == approx(3.10));
    ask::prediction_options t;
    t.prices = path;
    const ask::answer a = answer_with(t);
    CHECK(*a.rent / 1_usd_per_h == approx(3.10));
    CHECK(a.rent_source.find("median of 2 providers") == 0);
    CHECK(a.rent_source.find(path) != std::string::npos);
    t.price = 5.0;  // what is given holds over quotes
    CHECK(*answer_with(t).rent / 1_usd_per_h == approx(5.0));
}

TEST_CASE("a device that the file does not quote has no price: those shipped are not asked") {
    const written file(std::string(header) + "l4,ours,,eu,2026-11-02,0.5\n");
    ask::prediction_options t;
    t.prices = path;
    const ask::answer a = answer_with(t);
    CHECK_FALSE(a.rent.has_value());
    CHECK_FALSE(a.cost.has_value());
    CHECK(answer_with({}).rent.has_value());
}

TEST_CASE("what a stranger wrote is shown, not obeyed, and JSON can hold it") {
    const written file(std::string(header) +
                       "h100,\x1b[2Jours \xff and very much longer than any name of a provider is,,eu,2026-11,2\n");
    ask::prediction_options t;
    t.prices = path;
    const ask::answer a = answer_with(t);
    CHECK(a.rent_source.find('\x1b') == std::string::npos);
    CHECK(a.rent_source.find("\\x1b") != std::string::npos);
    CHECK_NOTHROW(nlohmann::json(a.rent_source).dump());
}

TEST_CASE("a wrong file is one error that names the line and the value") {
    const std::string row = "h100-sxm,ours,on-demand,eu,2026-11-02,";
    for (const char* price : {"-1", "0", "", "nan", "inf", "2.1 $/h", "1e9", "cheap"}) {
        CAPTURE(price);
        const std::string said = refusal(header + row + price + "\n");
        CHECK(said.find("line 2 of the price file") == 0);
        CHECK(said.find(std::string("the price is \"") + price) != std::string::npos);
    }
    CHECK(refusal(std::string(header) + "h1000,ours,,eu,2026-11-02,2\n").find("h1000") != std::string::npos);
    CHECK(refusal(std::string(header) + "h100,,,eu,2026-11-02,2\n").find("provider") != std::string::npos);
    CHECK(refusal(std::string(header) + "h100,ours,maybe,eu,2026-11-02,2\n").find("maybe") != std::string::npos);
    for (const char* date : {"", "yesterday", "2026-13", "2026-1-1", "2026-11-40", "26-11-01"}) {
        CAPTURE(date);
        CHECK(refusal(std::string(header) + "h100,ours,,eu," + date + ",2\n").find("the date is") != std::string::npos);
    }
    CHECK(refusal("device,provider,date\nh100,ours,2026\n").find("usd_per_device_hour") != std::string::npos);
    CHECK(refusal(header).find("no quotes") != std::string::npos);
    CHECK(refusal("").find("empty") != std::string::npos);
    CHECK_THROWS_WITH(ask::read_price_file("not-there.csv"), doctest::Contains("not-there.csv"));
}

TEST_CASE("the table that ships is such a file, and says what the library says") {
    const auto f = ask::read_price_file("data/prices/quotes.csv");
    REQUIRE(f->quotes.size() == shipped_prices.size());
    for (std::size_t i = 0; i < f->quotes.size(); ++i) {
        CAPTURE(f->quotes[i].device);
        CHECK(f->quotes[i].device == shipped_prices[i].device);
        CHECK(f->quotes[i].date == shipped_prices[i].date);
        CHECK(f->quotes[i].rent == shipped_prices[i].rent);
    }
    for (const device<>* d : all_devices) {
        const auto a = typical_price(*d, f->quotes), b = typical_price(*d);
        REQUIRE(a.has_value() == b.has_value());
        if (a) CHECK(a->value == b->value);
    }
}
