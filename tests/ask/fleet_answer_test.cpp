// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/model/catalog.hpp>
#include <gambrel/report/json/fleet_json.hpp>
#include <gambrel/report/text/fleet_text.hpp>

using namespace gambrel;

namespace {
ask::fleet_options chats() {
    ask::fleet_options t;
    t.devices = "h100-sxm,l40s";
    t.tensor = "1,2";
    t.weights = "stored,fp8";
    t.load.deployed.prompt = 1024;
    t.load.deployed.output = 256;
    t.load.deployed.rate = 20.0;
    t.load.limits = {.ttft = seconds_of(1.0), .tpot = seconds_of(0.05)};
    return t;
}
const architecture& llama() { return model_named("llama-3.1-8b"); }
std::string refusal(const ask::fleet_options& t) {
    try {
        ask::bound_fleet{llama(), t};
    } catch (const error& e) {
        return e.what();
    }
    return {};
}
bool says(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }
}  // namespace

TEST_CASE("lists of devices, cuts and formats are the candidates") {
    const ask::bound_fleet b(llama(), chats());
    CHECK(b.question.supplies.size() == 2);
    CHECK(b.question.supplies[0].device->name.view() == "h100-sxm");
    CHECK(b.question.supplies[0].rent.has_value());
    CHECK(b.question.supplies[0].per_server == 8);
    CHECK(b.question.cuts.size() == 2);
    CHECK(b.question.cuts[1].tensor == 2);
    REQUIRE(b.format_names == std::vector<std::string>{"stored", "fp8"});
    CHECK(b.question.formats[1].weights.feed_forward.name.view() == "fp8");
    CHECK(b.question.decides == range_end::high);

    ask::fleet_options t = chats();
    t.devices = "priced";
    const ask::bound_fleet priced(llama(), t);
    for (const device_supply& s : priced.question.supplies) CHECK(s.rent.has_value());
    t.devices = "all";
    CHECK(ask::bound_fleet(llama(), t).question.supplies.size() == all_devices.size());
    t = chats();
    t.have = "rtx-4090=2";
    t.rents = "l40s=0.5,rtx-4090=0";
    const ask::bound_fleet own(llama(), t);
    REQUIRE(own.question.supplies.size() == 3);
    CHECK(own.question.supplies[2].most == 2.0);
    CHECK(own.question.supplies[2].per_server == 1);
    CHECK(*own.question.supplies[2].rent == rental<>{});
    CHECK(*own.question.supplies[1].rent / dollars_per_hour(1) == approx(0.5));
    t = chats();
    t.tensor = "2, 4";
    t.data = "1,2";
    t.expert = "1,tp";
    const ask::bound_fleet wide(llama(), t);
    CHECK(wide.question.cuts.size() == 8);
    CHECK(wide.question.cuts[3].expert == 4);  // tp 2, dp 2
}

TEST_CASE("wrong lists and contradictions are refused by name, with a remedy") {
    const auto with = [](auto&& change) {
        ask::fleet_options t = chats();
        change(t);
        return refusal(t);
    };
    CHECK(refusal(chats()).empty());
    CHECK(says(with([](auto& t) { t.devices = "h100-sxm,,l40s"; }), "a part of it is empty"));
    CHECK(says(with([](auto& t) { t.devices = "h100-smx"; }), "h100-sxm"));
    CHECK(says(with([](auto& t) { t.tensor = "two"; }), "\"two\""));
    CHECK(says(with([](auto& t) { t.tensor = "0"; }), "0"));
    CHECK(says(with([](auto& t) { t.rents = "h100-sxm"; }), "NAME=NUMBER"));
    CHECK(says(with([](auto& t) { t.rents = "h100-sxm=-2"; }), "-2"));
    CHECK(says(with([](auto& t) { t.have = "h100-sxm=0"; }), "0"));
    CHECK(says(with([](auto& t) { t.weights = "fp7"; }), "fp7"));
    CHECK(says(with([](auto& t) { t.tensor = "1,2.5"; }), "2.5; it must be a whole number"));
    CHECK(says(with([](auto& t) { t.have = "h100-sxm=2.5"; }), "whole number"));
    CHECK(says(with([](auto& t) { t.per_server = 7.5; }), "whole number"));
    CHECK(says(with([](auto& t) { t.alternatives = 1.5; }), "whole number"));
    CHECK(says(with([](auto& t) { t.objective = "carbon"; }), "carbon"));
    CHECK(says(with([](auto& t) { t.decides = "low"; }), "good end"));
    CHECK(says(with([](auto& t) { t.load.deployed.rate.reset(); }), "rate"));
    CHECK(says(with([](auto& t) { t.load.deployed.concurrency = 4; }), "not for 4 clients"));
    CHECK(says(with([](auto& t) { t.budget = -3.0; }), "-3"));
}

TEST_CASE("text and JSON print the same answer") {
    const ask::fleet_options t = chats();
    const ask::bound_fleet b(llama(), t);
    const ask::fleet_answer a = ask::answered(b, t);
    REQUIRE(a.ok());
    const fleet_candidate& best = a.plan.best();
    const std::string text = report::screen(b, a);
    const report::json j = report::as_json(b, a);
    CHECK(says(text, ask::number(best.size.devices, 7) + " device"));
    CHECK(j["plan"]["size"]["devices"] == best.size.devices);
    CHECK(j["plan"]["rent"]["value"].get<double>() == approx(best.cost));
    CHECK(j["plan"]["device"] == b.question.supplies[best.place.supply].device->name.view());
    CHECK(j["alternatives"].size() == std::min<std::size_t>(a.plan.counted - 1, 5));
    CHECK(j["candidates"] == 8);
    CHECK(a.check.has_value());
    CHECK(j["simulated"]["holds"] == a.check->holds);
    REQUIRE(a.launch);
    CHECK(a.launch->line().starts_with("vllm serve"));
    CHECK(says(a.launch->line(), "quantization fp8") == (best.place.format == 1));
    CHECK(j["launch"] == a.launch->line());
    // the planned load keeps the limits at the end that decides, and one replica fewer does not
    CHECK(meets_at(*a.load, b.question.limits.level, range_end::high));
    CHECK(a.headroom.more > 0.0);
    fleet_planner planner(b.question);
    fleet_candidate fewer = best;
    fewer.size.replicas -= 1;
    if (fewer.size.replicas >= 1)
        CHECK_FALSE(
            meets_at(loaded_fleet(planner, fewer).at(b.question.load.rate), b.question.limits.level, range_end::high));
    std::size_t left = 0;
    for (const ask::dropped_candidates& d : a.dropped) left += d.count;
    CHECK(left + a.plan.counted == a.plan.candidates.size());
    for (const std::string& line : {text}) {
        std::size_t column = 0;
        for (const char c : line) {
            column = c == '\n' ? 0 : column + ((static_cast<unsigned char>(c) & 0xC0) != 0x80);
            CHECK(column <= ask::screen_columns);
        }
    }
}

TEST_CASE("where nothing keeps the limits the answer says which, and by how much") {
    ask::fleet_options t = chats();
    t.load.limits.tpot = seconds_of(0.001);
    const ask::bound_fleet b(llama(), t);
    const ask::fleet_answer a = ask::answered(b, t);
    CHECK_FALSE(a.ok());
    const report::json j = report::as_json(b, a);
    CHECK(j["plan"].is_null());
    CHECK(j["closest"]["over"]["limit"] == "tpot");
    CHECK(j["closest"]["over"]["times"].get<double>() > 1.0);
    CHECK(says(report::screen(b, a), "no plan"));
    REQUIRE(a.relaxed.size() == 2);
    CHECK(a.relaxed[0].cost == no_bound);

    t = chats();
    t.budget = 1.0;
    const ask::bound_fleet poor(llama(), t);
    CHECK_FALSE(ask::answered(poor, t).ok());
}

TEST_CASE("relaxing a limit is the plan under the relaxed limit") {
    ask::fleet_options t = chats();
    t.load.limits.tpot = seconds_of(0.02);
    const ask::bound_fleet b(llama(), t);
    const ask::fleet_answer a = ask::answered(b, t);
    REQUIRE(a.ok());
    for (const relaxed_limit& r : a.relaxed) {
        ask::fleet_options other = t;
        if (r.which == fleet_limit::ttft) other.load.limits.ttft = t.load.limits.ttft * 1.1;
        else other.load.limits.tpot = t.load.limits.tpot * 1.1;
        const ask::bound_fleet again(llama(), other);
        CHECK(r.cost == approx(plan_fleet(again.question).best().cost));
    }
}

TEST_CASE("users of a use case are its peak rate and lengths") {
    ask::fleet_options t = chats();
    t.use_case = "chat";
    t.users = 1000;
    ask::add_use_case(t);
    CHECK(*t.load.deployed.rate == approx(1000 * 0.20 * 0.4 / 60.0 * 2.0));
    CHECK(t.load.deployed.prompt.mean() == 512.0);
    t.use_case = "chats";
    CHECK_THROWS_AS(ask::add_use_case(t), error);
    t.use_case.clear();
    CHECK_THROWS_AS(ask::add_use_case(t), error);  // users of nothing
    t.users.reset();
    CHECK_NOTHROW(ask::add_use_case(t));
}

TEST_CASE("an availability adds spares, which are paid for") {
    ask::fleet_options t = chats();
    t.not_simulated = true;
    const ask::bound_fleet plain(llama(), t);
    t.availability = 0.9999;
    const ask::bound_fleet spared(llama(), t);
    const ask::fleet_answer a = ask::answered(plain, t), b = ask::answered(spared, t);
    REQUIRE(b.ok());
    CHECK(b.plan.best().size.spares > 0.0);
    CHECK(b.plan.best().cost > a.plan.best().cost);
    CHECK(says(report::screen(spared, b), "spare"));
}
