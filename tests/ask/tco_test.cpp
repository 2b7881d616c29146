// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/ask/bound_tco.hpp>
#include <gambrel/model/catalog.hpp>
#include <gambrel/report/json/tco_json.hpp>
#include <gambrel/report/svg/tco_svg.hpp>
#include <gambrel/runtime/catalog.hpp>
#include <limits>

using namespace gambrel;
using namespace gambrel::literals;

namespace {
const auto shared = [](const auto& x) {
    return std::shared_ptr<const std::remove_cvref_t<decltype(x)>>(&x, [](auto*) {});
};
struct asked {
    ask::bound_tco bound;
    ask::tco_answer answer;

    explicit asked(const ask::tco_options& t, const device<>& d = catalog::h100_sxm)
        : bound(shared(catalog::llama_3_1_8b), shared(d), shared(catalog::vllm), t),
          answer(ask::answered(bound.question)) {}
    const ask::tco_column& column(std::string_view name) const {
        for (const ask::tco_column& c : answer.columns)
            if (c.name == name) return c;
        FAIL("no such column");
        return answer.columns.front();
    }
};
/// The worked example of economics/price_test.cpp, and a load.
ask::tco_options worked() {
    ask::tco_options t;
    t.deployed.prompt = 2048.0;
    t.deployed.output = 256.0;
    t.deployed.rate = 2.0;
    t.planned = 40.0;
    t.deployed.price = 3.0;
    t.deployed.pue = 1.25;
    t.deployed.price_kwh = 0.087;
    t.capital = 40000;
    t.availability = 0.98;
    t.it_power = 1275;
    t.start = "2026-12";
    return t;
}
double per_hour(const rental<>& r) { return r / 1_usd_per_h; }
std::string refused(const ask::tco_options& t) {
    try {
        const asked a(t);
    } catch (const error& e) {
        return e.what();
    }
    return "";
}
}  // namespace

TEST_CASE("an owned hour is the worked example's: 1.8727 $") {
    const asked a(worked());
    REQUIRE(a.answer.ok());
    REQUIRE(a.answer.own.has_value());
    CHECK(per_hour(a.answer.own->total()) == approx(1.8727).epsilon(0.00005 / 1.8727));
}

TEST_CASE("bills are devices times rent or ownership, of whole servers") {
    const asked a(worked());
    for (const ask::tco_column& c : a.answer.columns) {
        CAPTURE(c.name);
        CHECK(per_hour(*c.rented) == approx(3.0 * c.devices.devices));
        CHECK(per_hour(*c.owned) == approx(per_hour(a.answer.own->total()) * c.devices.devices));
        CHECK(c.devices.use > 0.0);
        CHECK(c.devices.use <= 1.0);
        CHECK(*c.prompt_share > 0.0);  // near the limit too
        CHECK(*c.prompt_share < 1.0);
        // each convention pays for the bill
        for (const auto& row : enum_table<charge_convention>) {
            const token_charge p = c.prices(row.value, *c.rented, 0.0);
            const rental<> paid = c.flows.missed * p.input.value_or(token_price<>{}) + c.flows.output * *p.output;
            CHECK(paid / *c.rented == approx(1.0));
        }
    }
    const auto& present = a.column("present");
    CHECK(present.devices.servers == 1);
    CHECK(present.devices.devices == 8);
    const double capacity = a.answer.capacity.value.value();
    CHECK(present.devices.use == approx(2.0 / (8 * capacity)));
    const auto& planned = a.column("planned");
    CHECK(planned.devices.replicas == static_cast<int>(std::ceil(40.0 / (0.8 * capacity))));
    CHECK(planned.devices.devices % 8 == 0);
    CHECK(a.column("full").devices.devices == 1);
    // tokens are dearer where more of the machine is idle
    CHECK(*present.prices(charge_convention::output_only, *present.rented, 0).output >
          *planned.prices(charge_convention::output_only, *planned.rented, 0).output);
}

TEST_CASE("own or rent, API or own, and the month of break-even, by hand") {
    ask::tco_options t = worked();
    t.api_input = 0.88;
    t.api_output = 0.88;
    const asked a(t);
    // 40,000 / (3 - 0.104 - 0.262 - 0.1) = 15,786 hours = 21.6 months: 22 months after 2026-12
    const double hours_needed = 40000 / (3.0 - 1.275 * 1.25 * 0.75 * 0.087 - 1.275 * 150 / 730 - 0.10);
    CHECK(*a.column("present").paid_back / 1_h == approx(hours_needed).epsilon(1e-9));
    const auto j = report::as_json(a.bound.question, a.answer);
    CHECK(j["paid_back"]["break_even"] == "2028-10");
    CHECK(j["paid_back"]["within_life"] == true);
    CHECK(j["paid_back"]["months"]["value"].get<double>() == approx(hours_needed / 730));
    CHECK(report::screen(a.bound.question, a.answer).find("break-even in 2028-10") != std::string::npos);
    // the rent of a full replica over what the API bills for it
    const auto& full = a.column("full");
    const double billed = full.rate.value() * (2048 + 256) * 0.88e-6 * 3600;
    CHECK(per_hour(*full.api) == approx(billed));
    CHECK(*a.answer.api_from == approx(3.0 / billed));
    CHECK(*a.answer.api_from_owned == approx(per_hour(a.answer.own->total()) / billed));
    for (const ask::tco_contract& c : a.answer.contracts)
        if (c.name == "on demand")
            CHECK(*c.own_from == approx((per_hour(a.answer.own->capital) + 1.275 * 150 / 730 + 0.1) /
                                        (3.0 - 1.275 * 1.25 * 0.75 * 0.087)));
}

TEST_CASE("an objective is the capacity's, and all of it may be used") {
    ask::tco_options t = worked();
    t.limits.tpot = 12_ms;
    t.limits.ttft = 400_ms;
    const asked a(t), loose(worked());
    REQUIRE(a.answer.ok());
    CHECK(a.answer.by_objective);
    CHECK(a.answer.capacity.value < loose.answer.capacity.value);
    CHECK(*a.bound.question.terms.most_use.value == 1.0);
    t.limits.tpot = 10_us;
    const asked never(t);
    CHECK_FALSE(never.answer.ok());
    CHECK(never.answer.not_known.find("no rate meets the objective") == 0);
}

TEST_CASE("what is not known is absent, never zero") {
    ask::tco_options t;
    t.deployed.rate = 1.0;
    const asked orin(t, catalog::mi300a);  // nobody was found to offer it, and no price of it is known
    REQUIRE(orin.answer.load.possible());
    if (orin.answer.ok()) {
        CHECK_FALSE(orin.answer.own.has_value());
        CHECK(orin.answer.contracts.empty());
        const auto j = report::as_json(orin.bound.question, orin.answer);
        CHECK(j["loads"][0]["rented"].is_null());
        CHECK(j["loads"][0]["owned"].is_null());
        CHECK(j["loads"][0]["api"].is_null());
        CHECK(j["owned_device_hour"].is_null());
        CHECK(j["paid_back"].is_null());
        CHECK(j["constants"]["capital_usd"].is_null());
        CHECK(j["constants"]["price_usd_per_hour"].is_null());
        CHECK_THROWS_WITH(report::tco_svg(orin.bound.question, orin.answer), doctest::Contains("--price"));
        const std::string s = report::screen(orin.bound.question, orin.answer);
        CHECK(s.find("No price is known") != std::string::npos);
        CHECK(s.find("--capital.") != std::string::npos);
    }
    const asked plain(ask::tco_options{});  // no load: one replica, full
    CHECK(plain.answer.columns.size() == 1);
    CHECK(plain.answer.columns.front().name == "full");
    const auto j = report::as_json(plain.bound.question, plain.answer);
    CHECK(j["loads"][0]["api"].is_null());
    CHECK(j["spot_devices_for_a_server"].is_null());  // nobody said how often it is interrupted
}

TEST_CASE("every constant says whether it is given, and else where it is from") {
    const asked a(worked());
    const auto j = report::as_json(a.bound.question, a.answer)["constants"];
    CHECK(j["capital_usd"]["evidence"] == "given");
    CHECK(j["capital_usd"]["value"] == 40000.0);
    CHECK(j["interest"]["evidence"] == "recalled");
    CHECK(j["availability"]["evidence"] == "given");
    for (auto at = j.begin(); at != j.end(); ++at) {  // no structured binding: clang 14 captures none
        const std::string key = at.key();
        CAPTURE(key);
        if (at->is_null() || key == "residual_usd" || key == "upfront_usd") continue;
        CHECK_FALSE(at.value()["source"].get<std::string>().empty());
    }
    const std::string s = report::screen(a.bound.question, a.answer);
    CHECK(s.find("! cost of capital 0.08 a year") != std::string::npos);
    CHECK(s.find("capital 40,000 $ a device: given") != std::string::npos);
    std::size_t begin = 0;
    while (begin < s.size()) {  // 80 columns
        const std::size_t end = s.find('\n', begin);
        CHECK(ask::width(s.substr(begin, end - begin)) <= 80);
        begin = end + 1;
    }
}

TEST_CASE("quoted contracts: reserved and spot by their own quotes, an upfront payment financed") {
    ask::tco_options t = worked();
    t.interruptions = 1.0 / 24;
    t.recovery = 0.15;
    t.spot = 1.20;
    t.reserved = 1.0;
    t.upfront = 8760;
    t.term = 1;
    t.interest = 0.0;
    const asked a(t);
    REQUIRE(a.answer.contracts.size() == 3);
    CHECK(per_hour(a.answer.contracts[1].per_device) == approx(2.0));     // 1 $ and 8760 $ a year
    CHECK(per_hour(a.answer.contracts[2].per_device) == approx(1.2075));  // economics/rent_test.cpp
    CHECK(*a.answer.spot_each == spot_devices(8, 1 / 1.00625, 0.999));
}

TEST_CASE("the picture has each line's name, the break-even, and escapes nothing wrongly") {
    ask::tco_options t = worked();
    t.api_input = t.api_output = 0.88;
    const asked a(t);
    const std::string svg = report::tco_svg(a.bound.question, a.answer);
    for (const char* words :
         {"<svg", "rented on demand", "owned", "at the API", "2028-10", "planned load of 40 req/s", "</svg>"}) {
        CAPTURE(words);
        CHECK(svg.find(words) != std::string::npos);
    }
    CHECK(svg.find("nan") == std::string::npos);
    CHECK(svg.find("inf") == std::string::npos);
}

TEST_CASE("bad values are one error that names them") {
    using T = ask::tco_options;
    struct bad {
        void (*set)(T&, double);
        const char* names;
        std::vector<double> values;
    };
    const double nan = std::numeric_limits<double>::quiet_NaN(), inf = std::numeric_limits<double>::infinity();
    const std::vector<double> negative{-1.0, nan, inf};
    const std::vector<bad> all{
        {[](T& t, double x) { t.deployed.price = x; }, "price", negative},
        {[](T& t, double x) { t.planned = x; }, "planned load", negative},
        {[](T& t, double x) { t.most_use = x; }, "may use", {0.0, 1.01, -0.5, nan}},
        {[](T& t, double x) { t.capital = x; }, "capital", negative},
        {[](T& t, double x) { t.residual = x; }, "residual", negative},
        {[](T& t, double x) { t.interest = x; }, "interest", negative},
        {[](T& t, double x) { t.years = x; }, "years", {0.0, -4.0, nan, inf}},
        {[](T& t, double x) { t.availability = x; }, "availability", {0.0, 1.1, nan}},
        {[](T& t, double x) { t.it_power = x; }, "IT power", negative},
        {[](T& t, double x) { t.draw = x; }, "draw", {-0.1, 1.1, nan}},
        {[](T& t, double x) { t.colocation = x; }, "colocation", negative},
        {[](T& t, double x) { t.operations = x; }, "operations", negative},
        {[](T& t, double x) { t.per_server = x; }, "server", {0.0, -8.0, nan}},
        {[](T& t, double x) { t.reserved = x; }, "reserved", negative},
        {[](T& t, double x) { t.upfront = x; }, "upfront", negative},
        {[](T& t, double x) { t.term = x; }, "contract", {0.0, nan}},
        {[](T& t, double x) { t.spot = x; }, "spot", negative},
        {[](T& t, double x) { t.interruptions = x; }, "interruptions", negative},
        {[](T& t, double x) { t.recovery = x; }, "replaced", negative},
        {[](T& t, double x) { t.api_input = x; }, "input", negative},
        {[](T& t, double x) { t.api_output = x; }, "output", negative},
        {[](T& t, double x) { t.grid = x; }, "carbon", negative},
        {[](T& t, double x) { t.embodied = x; }, "embodied", negative},
        {[](T& t, double x) { t.water = x; }, "water", negative},
        {[](T& t, double x) { t.cached_weight = x; }, "cached", {-0.1, 1.1, nan}},
    };
    for (const bad& b : all)
        for (const double value : b.values) {
            CAPTURE(b.names);
            CAPTURE(value);
            T t = worked();
            b.set(t, value);
            CHECK(refused(t).find(b.names) != std::string::npos);
        }
    const auto said = [](void (*set)(T&)) {
        T t = worked();
        set(t);
        return refused(t);
    };
    CHECK(said([](T& t) { t.start = "soon"; }).find("soon") != std::string::npos);
    CHECK(said([](T& t) { t.start = "2026-13"; }).find("2026-13") != std::string::npos);
    CHECK(said([](T& t) { t.deployed.rate.reset(), t.deployed.concurrency = 8; }).find("clients") != std::string::npos);
    CHECK(said([](T& t) { t.deployed.replicas = 2; }).find("--replicas") != std::string::npos);
    CHECK(said([](T& t) { t.api_cached = 0.1; }).find("--api-input") != std::string::npos);
    CHECK(said([](T& t) { t.api_output = 0.1; }).find("--api-input") != std::string::npos);
    CHECK(said([](T& t) { t.residual = 50000; }).find("50,000") != std::string::npos);
}

TEST_CASE("every keyword sets its field from text, in its unit and in another") {
    ask::tco_options t;
    for (const auto& k : ask::tco_keywords) {
        CAPTURE(k.name);
        CHECK_FALSE(k.help.empty());
        CHECK(k.option.starts_with("--"));
        if (k.name == "start") continue;
        const bool limit = k.name.ends_with("p99_ms");
        ask::set_from_text(k, t, limit ? "500 ms" : "1");
    }
    ask::check_ranges(t);
    CHECK(t.limits.ttft == 500_ms);
    CHECK(*t.capital == 1.0);
    const auto typed = [](std::string_view name, std::string_view text) {
        ask::tco_options o;
        for (const auto& k : ask::tco_keywords)
            if (k.name == name) ask::set_from_text(k, o, text);
        return o;
    };
    CHECK(*typed("reserved_usd_per_hour", "48 $/day").reserved == approx(2.0));
    CHECK(*typed("api_input_usd_per_mtok", "0.001 $/ktok").api_input == approx(1.0));
    CHECK(*typed("it_power_w", "1.3 kW").it_power == approx(1300));
    CHECK(*typed("planned_per_s", "120 req/min").planned == approx(2.0));
}
