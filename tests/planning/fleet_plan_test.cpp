// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/economics/price_catalog.hpp>
#include <gambrel/hardware/catalog.hpp>
#include <gambrel/model/catalog.hpp>
#include <gambrel/planning/fleet_check.hpp>
#include <gambrel/planning/fleet_headroom.hpp>
#include <gambrel/planning/fleet_planner.hpp>
#include <gambrel/planning/load_search.hpp>
#include <gambrel/runtime/catalog.hpp>
#include <random>

using namespace gambrel;

namespace {
template <class T> std::shared_ptr<const T> borrowed(const T& entry) { return {std::shared_ptr<void>{}, &entry}; }

device_supply supply(const char* name, std::optional<double> rent) {
    return {.device = borrowed(device_named(name)),
            .rent = rent ? std::optional(dollars_per_hour(*rent)) : std::nullopt,
            .per_server = 8};
}

/// Llama 3.1 8B for chats on four kinds of device.
fleet_question chats() {
    fleet_question q;
    q.model = borrowed(model_named("llama-3.1-8b"));
    q.supplies = {supply("h100-sxm", 2.5), supply("a100-sxm-80", 1.4), supply("l4", 0.6), supply("l40s", 0.9)};
    q.runtimes = {borrowed(runtime_named("vllm"))};
    q.cuts = {{}, {.tensor = 2}};
    precision stored{.weights = as_served(q.model->stored), .kv = q.model->kv_cache}, fp8 = stored;
    fp8.weights = linear_layers_in(formats::fp8);
    q.formats = {stored, fp8};
    q.load = {.prompt = 1024, .output = 256, .rate = requests_per_second(20)};
    q.limits.level.limits = {.ttft = seconds_of(1.0), .tpot = seconds_of(0.05)};
    return q;
}

/// A question with other lengths, limits, rents and rate, the same for the same seed.
fleet_question random_question(unsigned seed) {
    std::mt19937 random(seed);
    const auto between = [&](double low, double high) {  // even in its logarithm
        return low * std::pow(high / low, std::uniform_real_distribution<>(0.0, 1.0)(random));
    };
    fleet_question q = chats();
    q.load.prompt = std::floor(between(64, 8192));
    q.load.output = std::floor(between(32, 1024));
    q.load.rate = requests_per_second(between(0.5, 200));
    q.load.arrival_variation = std::vector{0.5, 1.0, 2.0}[seed % 3];
    q.limits.level.limits = {.ttft = seconds_of(between(0.15, 4.0)), .tpot = seconds_of(between(0.012, 0.1))};
    q.decides = seed % 2 ? range_end::high : range_end::value;
    q.objective = std::vector{fleet_objective::rent, fleet_objective::devices, fleet_objective::rent}[seed % 3];
    for (device_supply& s : q.supplies) s.rent = dollars_per_hour(between(0.3, 5.0));
    return q;
}

/// The least of the objective when every candidate is counted, without any bound; infinite where none meets.
double least_by_counting_all(const fleet_question& q) {
    double least = no_bound;
    for (fleet_place at; at.supply < q.supplies.size(); ++at.supply)
        for (at.cut = 0; at.cut < q.cuts.size(); ++at.cut)
            for (at.format = 0; at.format < q.formats.size(); ++at.format) {
                const fleet_deployment d(q, at);
                workload alone = q.load;
                alone.rate = {};
                if (!predict(d.what, alone).ok()) continue;
                const loaded_deployment l = loaded(d.what, q.load, {}, q.split, q.load.rate);
                const int n = replicas_at(l, l.groups, q.load.rate, q.limits.level, q.decides);
                if (n == 0) continue;
                const double devices = n * q.cuts[at.cut].devices_per_replica();
                const double rent = *q.supplies[at.supply].rent / dollars_per_hour(1);
                least = std::fmin(least, q.objective == fleet_objective::rent ? devices * rent : devices);
            }
    return least;
}
}  // namespace

TEST_CASE("servers of replicas, by hand") {
    const device_supply s{.rent = dollars_per_hour(2.0), .per_server = 8};
    fleet_question q = chats();
    const auto servers = [&](double replicas, int each) { return size_of(replicas, {.tensor = each}, s, q).servers; };
    CHECK(servers(3, 2) == 1.0);  // four fit in one
    CHECK(servers(5, 2) == 2.0);
    CHECK(servers(3, 3) == 2.0);   // two fit in one, two devices stay idle
    CHECK(servers(3, 16) == 6.0);  // each over two
    CHECK(servers(3, 12) == 6.0);  // each takes two whole ones
    const fleet_size by_device = size_of(3, {.tensor = 3}, s, q);
    q.whole_servers = true;
    const fleet_size by_server = size_of(3, {.tensor = 3}, s, q);
    CHECK(by_device.paid == 9.0);
    CHECK(by_server.paid == 16.0);
    CHECK(by_server.devices == 9.0);
    CHECK(by_server.dollars_per_hour(s).value() == approx(32.0));
    CHECK_FALSE(by_server.dollars_per_hour({.per_server = 8}).has_value());
}

TEST_CASE("spares are whole servers, and as many as keep the availability") {
    const device_supply s{.rent = dollars_per_hour(2.0), .per_server = 8};
    fleet_question q = chats();
    // eight devices: MTBF 6,335 h, with 24 h of repair 0.9962 up; of four servers two spare ones for 99.99 % of time
    q.failures.availability = 0.9999;
    double enough = 0.0;
    const double up = 6335.0 / 6359.0;
    int n = 4;
    for (; n < 10; ++n) {
        enough = 0.0;
        double choose = 1.0;
        for (int k = n; k >= 4; --k) {
            enough += choose * std::pow(up, k) * std::pow(1.0 - up, n - k);
            choose = choose * k / (n - k + 1);
        }
        if (enough >= 0.9999) break;
    }
    const fleet_size two_each = size_of(16, {.tensor = 2}, s, q);
    CHECK(two_each.servers == n);
    CHECK(two_each.spares == 4.0 * (n - 4));
    CHECK(two_each.devices == 32.0);
    CHECK(two_each.paid == 8.0 * n);
    // a replica over two servers stops where one of the two does: at least as many spare ones
    const fleet_size over_two = size_of(4, {.tensor = 16}, s, q);
    CHECK(over_two.spares >= n - 4);
    CHECK(over_two.servers == 2.0 * (4 + over_two.spares));
    q.failures.availability = 0.0;
    CHECK(size_of(16, {.tensor = 2}, s, q).spares == 0.0);
    q.failures.availability = 1.5;
    CHECK_THROWS_AS(plan_fleet(q), error);
}

TEST_CASE("no rate by percentiles is above its bound by means") {
    for (unsigned seed = 1; seed <= 12; ++seed) {
        const fleet_question q = random_question(seed);
        for (fleet_place at; at.supply < q.supplies.size(); ++at.supply) {
            at.cut = seed % 2;
            const fleet_deployment d(q, at);
            for (const range_end end : {range_end::value, range_end::high}) {
                const rate_by_means bound =
                    bound_by_means(d.what, q.load, q.limits.level, slower_at(d.what.runtime, end));
                if (!bound.verdict.ok()) continue;
                const loaded_deployment l = loaded(d.what, q.load, {}, q.split, q.load.rate);
                const double rate = most_at(l, q.limits.level, end, false).value();
                CAPTURE(seed);
                CAPTURE(at.supply);
                CHECK(rate <= bound_margin * bound.most.value());  // of the whole replica, as the rate is
                if (bound.lone.times > 1.0) CHECK(rate == 0.0);
            }
        }
    }
}

TEST_CASE("the best of a plan is the best of counting every candidate") {
    int found = 0;
    for (unsigned seed = 1; seed <= 20; ++seed) {
        const fleet_question q = random_question(seed);
        const fleet_plan p = plan_fleet(q);
        const double least = least_by_counting_all(q);
        CAPTURE(seed);
        REQUIRE(p.ok() == std::isfinite(least));
        if (!p.ok()) continue;
        ++found;
        CHECK(p.best().cost == approx(least).epsilon(1e-12));
        CHECK(p.counted < p.candidates.size());  // and not all were counted
    }
    CHECK(found >= 12);
}

TEST_CASE("a plan keeps its candidates, in order, with what became of each") {
    const fleet_question q = chats();
    const fleet_plan p = plan_fleet(q);
    REQUIRE(p.ok());
    CHECK(p.candidates.size() == 16);
    for (std::size_t i = 0; i < p.candidates.size(); ++i) {
        const fleet_candidate& c = p.candidates[i];
        CHECK((c.fate == candidate_fate::counted) == (i < p.counted));
        if (i + 1 < p.counted) CHECK(c.cost <= p.candidates[i + 1].cost);
        if (c.fate == candidate_fate::dearer) CHECK(c.least >= p.best().cost);
        if (c.fate != candidate_fate::counted) continue;
        CHECK(c.replicas.high == c.size.replicas);
        CHECK(c.size.devices == c.size.replicas * q.cuts[c.place.cut].devices_per_replica());
        CHECK(c.least <= c.cost);
        CHECK(*c.dollars_per_hour == approx(c.size.paid * (*q.supplies[c.place.supply].rent / dollars_per_hour(1))));
        CHECK(*c.watts <= c.size.devices * q.supplies[c.place.supply].device->power.limit.value.value());
        CHECK(c.replicas.low <= c.replicas.value);
        CHECK(c.replicas.value <= c.replicas.high);
    }
}

TEST_CASE("where nothing meets a limit, the limit that binds and the closest candidate are named") {
    fleet_question q = chats();
    q.limits.level.limits.tpot = seconds_of(0.0005);  // below the weights over any bandwidth
    fleet_plan p = plan_fleet(q);
    CHECK_FALSE(p.ok());
    REQUIRE(p.closest() != nullptr);
    CHECK(p.closest()->over.which == fleet_limit::tpot);
    CHECK(p.closest()->over.times > 1.0);
    CHECK(q.supplies[p.closest()->place.supply].device->name.view() == "h100-sxm");  // the greatest bandwidth
    CHECK_THROWS_AS(p.best(), error);

    const auto dear = [](const fleet_plan& plan) {  // what those that keep the times are kept out by
        fleet_limit which = fleet_limit::none;
        for (const fleet_candidate& c : plan.candidates)
            if (c.fate == candidate_fate::above_limit) which = c.over.which;
        return which;
    };
    q = chats();
    q.limits.dollars_per_hour = 0.1;
    p = plan_fleet(q);
    CHECK_FALSE(p.ok());
    CHECK(dear(p) == fleet_limit::rent);

    q = chats();
    for (device_supply& s : q.supplies) s.most = 1;
    q.load.rate = requests_per_second(500);
    p = plan_fleet(q);
    CHECK_FALSE(p.ok());
    CHECK(dear(p) == fleet_limit::supply);

    q = chats();
    q.limits.watts = 100;
    CHECK(dear(plan_fleet(q)) == fleet_limit::power);
}

TEST_CASE("a kind without a price is no candidate for the least rent, and one for the fewest devices") {
    fleet_question q = chats();
    for (device_supply& s : q.supplies) s.rent.reset();
    CHECK_FALSE(plan_fleet(q).ok());
    for (const fleet_candidate& c : plan_fleet(q).candidates)
        CHECK((c.fate == candidate_fate::no_price || c.fate == candidate_fate::too_slow));
    q.objective = fleet_objective::devices;
    const fleet_plan p = plan_fleet(q);
    REQUIRE(p.ok());
    CHECK_FALSE(p.best().dollars_per_hour.has_value());
    q.objective = fleet_objective::power;
    REQUIRE(plan_fleet(q).ok());
    CHECK(*plan_fleet(q).best().watts <= *p.best().watts * (1.0 + 1e-9));
}

TEST_CASE("relaxing a limit, more supply and cheaper devices never make a plan dearer") {
    for (unsigned seed = 2; seed <= 8; seed += 2) {
        const fleet_question q = random_question(seed);
        const fleet_plan p = plan_fleet(q);
        if (!p.ok()) continue;
        fleet_question easier = q;
        easier.limits.level.limits.ttft = q.limits.level.limits.ttft * 1.5;
        easier.limits.level.limits.tpot = q.limits.level.limits.tpot * 1.5;
        CAPTURE(seed);
        REQUIRE(plan_fleet(easier).ok());
        CHECK(plan_fleet(easier).best().cost <= p.best().cost);
        fleet_question cheaper = q;
        for (device_supply& s : cheaper.supplies) s.rent = *s.rent * 0.5;
        const double factor = q.objective == fleet_objective::rent ? 0.5 : 1.0;
        CHECK(plan_fleet(cheaper).best().cost == approx(factor * p.best().cost));
    }
}

TEST_CASE("a plan is deterministic, tells how far it is, and can be stopped") {
    const fleet_question q = chats();
    std::size_t last = 0;
    const fleet_plan p = plan_fleet(q, {.progress = [&](std::size_t done, std::size_t all) {
                                        CHECK(done == last + 1);
                                        CHECK(all == 16);
                                        last = done;
                                    }});
    CHECK(last == 16);
    const fleet_plan again = plan_fleet(q);
    REQUIRE(again.counted == p.counted);
    for (std::size_t i = 0; i < p.counted; ++i) CHECK(again.candidates[i].cost == p.candidates[i].cost);
    const std::atomic<bool> stop{true};
    const fleet_plan none = plan_fleet(q, {.stop = &stop});
    CHECK_FALSE(none.complete);
    CHECK(none.candidates.empty());
}

TEST_CASE("a candidate that cannot be predicted does not end a plan") {
    fleet_question q = chats();  // its load model once did not reach its own greatest rate
    q.supplies = {supply("mi300x", 2.0)};
    q.cuts = {{.tensor = 4}};
    q.load = {.prompt = 2048, .output = 256, .rate = requests_per_second(1)};
    CHECK(plan_fleet(q).ok());
    q.cuts.push_back({.tensor = 3});  // 32 heads do not divide
    const fleet_plan p = plan_fleet(q);
    CHECK(p.ok());
    CHECK(p.candidates.back().fate == candidate_fate::impossible);
    CHECK(p.candidates.back().verdict.what == obstacle::heads_not_divisible);
}

TEST_CASE("wrong questions are refused by name") {
    const auto refused = [](auto&& change) {
        fleet_question q = chats();
        change(q);
        try {
            plan_fleet(q);
        } catch (const error& e) {
            return std::string(e.what());
        }
        return std::string();
    };
    CHECK(refused([](fleet_question& q) { q.supplies.clear(); }).find("kind of device") != std::string::npos);
    CHECK(refused([](fleet_question& q) { q.decides = range_end::low; }).find("good end") != std::string::npos);
    CHECK(refused([](fleet_question& q) { q.load.rate = {}; }).find("rate") != std::string::npos);
    CHECK(refused([](fleet_question& q) { q.cuts = {{.replicas = 2}}; }).find("one replica") != std::string::npos);
    CHECK(refused([](fleet_question& q) { q.supplies[0].rent = dollars_per_hour(-1); }).find("-1") !=
          std::string::npos);
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    for (const double bad : {nan, -0.5, 0.0}) {
        CHECK(refused([&](fleet_question& q) { q.limits.level.limits.ttft = seconds_of(bad); }).find("TTFT limit") !=
              std::string::npos);
        CHECK(refused([&](fleet_question& q) { q.limits.level.limits.tpot = seconds_of(bad); }).find("TPOT limit") !=
              std::string::npos);
        CHECK(refused([&](fleet_question& q) {
                  q.limits.level.limits.latency = seconds_of(bad);
              }).find("latency limit") != std::string::npos);
        CHECK(refused([&](fleet_question& q) { q.around.pue = bad; }).find("power usage") != std::string::npos);
        CHECK(refused([&](fleet_question& q) { q.supplies[0].most = bad; }).find("devices there are") !=
              std::string::npos);
    }
    CHECK(refused([](fleet_question& q) { q.limits.dollars_per_hour = -5; }).find("-5") != std::string::npos);
}

TEST_CASE("with the simulator as the judge, it finds the planned replicas enough, and fewer plans are no dearer") {
    int judged = 0, raised = 0;
    for (unsigned seed = 1; seed <= 12; ++seed) {
        const fleet_question q = random_question(seed);
        simulation_judge judge(q, 10'000);
        const fleet_plan p = plan_fleet(q, {.judge = std::ref(judge)}), plain = plan_fleet(q);
        CAPTURE(seed);
        if (!p.ok()) continue;
        ++judged;
        const fleet_candidate& best = p.best();
        CHECK(best.simulated);
        CHECK(checked_run(simulate_fleet(q, best, static_cast<int>(best.size.replicas), 10'000),
                          static_cast<int>(best.size.replicas), q.limits.level)
                  .holds);
        CHECK(best.size.replicas >= best.replicas.at(q.decides));
        CHECK(best.cost >= plain.best().cost);
        raised += best.size.replicas > best.replicas.at(q.decides);
        for (std::size_t i = 1; i < p.counted; ++i) CHECK(p.candidates[i].cost >= best.cost);
    }
    CHECK(judged >= 8);
    CHECK(raised <= judged / 2);  // as a rule the closed form counts enough
}

TEST_CASE("a judge that finds none enough leaves none") {
    const fleet_question q = chats();
    const fleet_plan none = plan_fleet(q, {.judge = [](const fleet_candidate&, const service_level&) {
                                           return judgement{0, {fleet_limit::tpot, 2.0}};
                                       }});
    CHECK_FALSE(none.ok());
    int not_held = 0;
    for (const fleet_candidate& c : none.candidates) not_held += c.fate == candidate_fate::not_held;
    CHECK(not_held > 0);
    CHECK(none.closest()->over.which == fleet_limit::tpot);
    const fleet_plan twice = plan_fleet(q, {.judge = [](const fleet_candidate& c, const service_level&) {
                                            return judgement{2 * static_cast<int>(c.size.replicas)};
                                        }});
    REQUIRE(twice.ok());
    CHECK(twice.best().size.replicas == 2.0 * twice.best().replicas.high);
}

TEST_CASE("headroom: the fleet keeps its limits up to that rate, and breaks the named one above") {
    const fleet_question q = chats();
    fleet_planner planner(q);
    const fleet_plan p = planner.plan();
    REQUIRE(p.ok());
    const loaded_deployment fleet = loaded_fleet(planner, p.best());
    const fleet_headroom h = headroom_of(q, fleet);
    CHECK(h.more == approx(h.most / q.load.rate - 1.0));
    CHECK(h.more >= 0.0);
    CHECK(meets_at(fleet.at(h.most * 0.99), q.limits.level, range_end::value));
    const ranged_load above = fleet.at(h.most * 1.02);
    CHECK_FALSE(meets_at(above, q.limits.level, range_end::value));
    const broken_limits broken = broken_at(above, q.limits.level, range_end::value);
    if (h.ends == fleet_limit::tpot) CHECK(broken.tpot);
    if (h.ends == fleet_limit::ttft) CHECK(broken.ttft);
    if (h.ends == fleet_limit::throughput) CHECK_FALSE(above.value.stable);

    for (const relaxed_limit& r : relaxed(planner)) CHECK(r.cost <= p.best().cost);
}

TEST_CASE("boards that stand by are paid for and draw what idle ones draw, capped ones at most their cap") {
    fleet_question q = chats();
    q.supplies = {supply("h100-sxm", 2.5)};
    q.objective = fleet_objective::devices;
    const fleet_plan plain = plan_fleet(q);
    q.failures.availability = 0.9999;
    const fleet_plan spared = plan_fleet(q);
    REQUIRE(plain.ok());
    REQUIRE(spared.ok());
    const fleet_candidate &a = plain.best(), &b = spared.best();
    REQUIRE(b.size.spares > 0.0);
    REQUIRE(a.size.devices == b.size.devices);
    const device<>& h100 = *q.supplies[0].device;
    const double idle =
        board_power(*h100.power.limit, power_law_of(h100.architecture.view()), {.busy = 0.0}, h100.power.idle)
            .value.value();
    CHECK(*b.watts - *a.watts == approx((b.size.paid - b.size.devices) * idle).epsilon(1e-9));

    device<> capped = h100;
    capped.power.limit.value = watts<>::from_value(300.0);
    q.failures.availability = 0.0;
    q.supplies[0].device = std::make_shared<const device<>>(capped);
    q.supplies[0].design_limit = *h100.power.limit;
    const fleet_plan held = plan_fleet(q);
    REQUIRE(held.ok());
    CHECK(*held.best().watts <= 300.0 * held.best().size.devices);
}

TEST_CASE("where all that is left has failed, its problem is what is closest") {
    fleet_plan p;
    p.candidates.push_back({.fate = candidate_fate::impossible});
    CHECK(p.closest() == nullptr);
    p.candidates.push_back({.fate = candidate_fate::failed, .problem = "why"});
    REQUIRE(p.closest() != nullptr);
    CHECK(p.closest()->problem == "why");
    fleet_candidate slow{.fate = candidate_fate::too_slow};
    slow.over.add(fleet_limit::ttft, 3.0);
    p.candidates.push_back(slow);
    CHECK(p.closest()->over.which == fleet_limit::ttft);
}
