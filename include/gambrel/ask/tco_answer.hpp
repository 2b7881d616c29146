// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What a deployment costs, rented, owned or bought as an API, at the present load, at the planned one, and full.
///
///     capacity  = the greatest rate of one replica: that meets the objective, else that is stable     (ask/load_answer.hpp)
///     fleet     = whole replicas and servers for a load (economics/fleet.hpp)
///     rented    = devices x rent                    owned = devices x cost of owning one
///     $/Mtok    = rented or owned / tokens delivered, by each convention (economics/charge.hpp)
///
/// At full load one replica's own devices are counted, without the rest of its server. What is not known is absent.
/// Energy is that of the replicas' boards at that load; servers beyond the replicas are off. Evidence: tests/ask/tco_test.cpp.

#include <gambrel/ask/load_answer.hpp>
#include <gambrel/ask/tco_terms.hpp>
#include <gambrel/economics/break_even.hpp>
#include <gambrel/economics/fleet.hpp>
#include <gambrel/model/is_dense.hpp>

namespace gambrel::ask {

struct tco_question {
    load_question load;  ///< its rate is the present load, if any
    std::optional<request_rate<>> planned{};
    tco_terms terms{};
    int year = 0, month = 0;  ///< of the purchase; 0: not known
};

/// A contract and what an hour of it costs.
struct tco_contract {
    std::string_view name{};
    rental<> per_device{};
    std::optional<double> own_from{};  ///< share of hours in use from which owning is cheaper; above 1: never
};

/// The bill at one load.
struct tco_column {
    std::string_view name{};
    request_rate<> rate{};
    fleet devices{};
    token_flows flows{};
    std::optional<double> prompt_share{};  ///< of machine time
    std::optional<rental<>> rented{}, owned{}, api{};
    std::optional<figure<token_energy<>>> board{};  ///< per output token
    std::optional<footprint> print{};
    std::optional<seconds<>> paid_back{};  ///< what is bought, by the rent saved

    /// The price of tokens by convention `how` when the bill is `paid`; none by machine time where its split is not known.
    token_charge prices(charge_convention how, const rental<>& paid, double weight) const {
        if (how == charge_convention::machine_time && !prompt_share) return {};
        return charge(how, paid, 1.0, flows, prompt_share.value_or(0.0), weight);
    }
};

struct tco_answer {
    load_answer load{};
    figure<request_rate<>> capacity{};  ///< of one replica
    bool by_objective = false;
    std::optional<ownership_cost> own{};                 ///< of one device, per second
    std::vector<tco_contract> contracts{};               ///< what is known of renting one device
    std::optional<int> spot_each{};                      ///< spot devices rented for one server's at 99.9 %
    std::vector<tco_column> columns{};                   ///< present, planned, full
    std::optional<double> api_from{}, api_from_owned{};  ///< share of full load from which the machine is cheaper
    std::string not_known{};                             ///< why there are no columns

    bool ok() const { return load.possible() && !columns.empty(); }
};

namespace detail {
inline std::optional<ownership_cost> ownership_of(const tco_terms& t) {
    if (!t.capital.value.known() || !t.it_power.value.known()) return std::nullopt;
    return cost_of(ownership{.capital = dollars_of(*t.capital.value),
                             .residual = dollars_of(*t.residual.value),
                             .yearly_rate = *t.interest.value,
                             .years = *t.years.value,
                             .availability = *t.availability.value,
                             .it_power = watts_of(*t.it_power.value),
                             .pue = *t.pue.value,
                             .draw = *t.draw.value,
                             .electricity = dollars_per_kilowatt_hour(*t.electricity.value),
                             .colocation = dollars_per_kilowatt_month(*t.colocation.value),
                             .operations = dollars_per_hour(*t.operations.value)});
}

/// The ways to rent a device, and from which use on owning beats each.
inline void add_contracts(tco_answer& a, const tco_terms& t) {
    const auto add = [&](std::string_view name, const rental<>& rent) {
        tco_contract c{name, rent, {}};
        if (a.own)
            c.own_from = break_even({.capital = a.own->capital * hours(*t.years.value * hours_per_year),
                                     .years = *t.years.value,
                                     .fixed = a.own->colocation + a.own->operations,
                                     .energy = a.own->electricity,
                                     .rent = rent});
        a.contracts.push_back(c);
    };
    if (t.on_demand.value.known()) add("on demand", dollars_per_hour(*t.on_demand.value));
    if (t.reserved.value.known())
        add("reserved", cost_of(reservation{.hourly = dollars_per_hour(*t.reserved.value),
                                            .upfront = dollars_of(*t.upfront.value),
                                            .years = *t.term.value,
                                            .yearly_rate = *t.interest.value}));
    if (!t.spot.value.known() || !t.interruptions.value.known()) return;
    const spot_market market{.rent = dollars_per_hour(*t.spot.value),
                             .interruptions = *t.interruptions.value,
                             .recovery = hours(*t.recovery.value)};
    add("spot, with what is lost", cost_of(market));
    a.spot_each = spot_devices(static_cast<int>(*t.per_server.value), availability_of(market), 0.999);
}

/// Requests that a replica has running at that rate, between the points of its curve; none where that has none.
inline double running_at(const load_answer& a, double rate) {
    double rate_before = 0.0, running_before = 0.0;
    for (const curve_point& c : a.curve) {
        const double here = c.load.value.rate.value(), running = c.load.value.running;
        if (here >= rate && here > rate_before)
            return running_before + (running - running_before) * (rate - rate_before) / (here - rate_before);
        rate_before = here;
        running_before = running;
    }
    return running_before;
}

/// The prediction for the load of `c`: its shares and its power. Near the limit of the load model `predict` may see no steady
/// state of its own: then as many clients are asked about as are running there.
inline void add_energy(tco_column& c, const tco_question& q, const load_answer& of_one) {
    question one = q.load.what;
    one.what.cut.replicas = c.devices.replicas;
    one.load.rate = c.rate;
    one.load.protocol = {};
    one.static_batch.reset();
    one.around = {};
    answer at = answered(one);
    if (!at.ok()) {
        one.load.rate = {};
        one.load.concurrency =
            std::fmax(1.0, running_at(of_one, c.rate.value() / c.devices.replicas)) * c.devices.replicas;
        at = answered(one);
    }
    if (!at.ok()) return;
    c.prompt_share = at.predicted.prompt_share;
    c.board = at.energy;
    if (!at.energy) return;
    const tco_terms& t = q.terms;
    footprint_terms f{.grid = grams_per_kilowatt_hour(*t.grid.value),
                      .on_site = litres_per_kilowatt_hour(*t.water.value)};
    if (t.embodied.value.known()) {
        f.embodied = kilograms(*t.embodied.value);
        f.life_tokens =
            c.flows.output * hours(*t.years.value * hours_per_year) / static_cast<double>(c.devices.devices);
    }
    c.print = footprint_of(at.energy->value, {*t.server.value, *t.pue.value}, f);
}

inline void add_column(tco_answer& a, const tco_question& q, std::string_view name, request_rate<> rate, bool full) {
    const workload& w = q.load.what.load;
    const tco_terms& t = q.terms;
    const int each = devices_of(q.load.what, 1);
    tco_column c{.name = name, .rate = rate};
    const double capacity = a.capacity.value.value();
    if (full) c.devices = {.replicas = 1, .servers = 0, .devices = each, .use = rate.value() / capacity};
    else c.devices = fleet_for(rate.value(), capacity, each, static_cast<int>(*t.per_server.value), *t.most_use.value);
    const double prompt = w.prompt.mean(), output = w.output.mean();
    c.flows = {tokens_per_second(rate.value() * prompt * (1.0 - w.prefix_hit)),
               tokens_per_second(rate.value() * prompt * w.prefix_hit), tokens_per_second(rate.value() * output)};
    const double devices = c.devices.devices;
    if (t.on_demand.value.known()) c.rented = dollars_per_hour(*t.on_demand.value) * devices;
    if (a.own) c.owned = a.own->total() * devices;
    if (t.api_output.value.known()) {
        const token_price<> input = dollars_per_million_tokens(*t.api_input.value);
        const token_price<> cached =
            t.api_cached.value.known() ? dollars_per_million_tokens(*t.api_cached.value) : input;
        const api_prices p{input, cached, dollars_per_million_tokens(*t.api_output.value)};
        c.api = billed(c.flows, p);
    }
    if (a.own && c.rented && t.capital.value.known())
        c.paid_back = paid_back({.capital = dollars_of(*t.capital.value) * devices,
                                 .years = *t.years.value,
                                 .fixed = (a.own->colocation + a.own->operations) * devices,
                                 .energy = a.own->electricity * devices,
                                 .rent = *c.rented},
                                1.0);
    add_energy(c, q, a.load);
    a.columns.push_back(std::move(c));
}
}  // namespace detail

/// The whole answer to `q`. Throws `error` naming the first value out of range.
inline tco_answer answered(const tco_question& q) {
    tco_answer a;
    load_question one = q.load;
    one.what.what.cut.replicas = 1;
    one.rate = request_rate<>{};  // a lone request: the capacity of one replica
    one.clients.reset();
    one.size_for.reset();
    a.load = answered(one);
    if (!a.load.possible()) return a;
    if (!a.load.distributions) {
        a.not_known = "the greatest rate of a replica is not known where " + std::string(a.load.why_means);
        return a;
    }
    a.by_objective = has_limits(q.load.level.limits);
    a.capacity = a.by_objective && a.load.most ? *a.load.most : a.load.limit;
    if (!(a.capacity.value.value() > 0.0)) {
        a.not_known = "no rate meets the objective: a lone request already misses it";
        return a;
    }
    a.own = detail::ownership_of(q.terms);
    detail::add_contracts(a, q.terms);
    if (q.load.rate) detail::add_column(a, q, "present", *q.load.rate, false);
    if (q.planned) detail::add_column(a, q, "planned", *q.planned, false);
    detail::add_column(a, q, "full", a.capacity.value * 0.999, true);
    const tco_column& full = a.columns.back();
    if (full.api && full.rented) a.api_from = api_break_even(*full.rented, *full.api);
    if (full.api && full.owned) a.api_from_owned = api_break_even(*full.owned, *full.api);
    return a;
}
}  // namespace gambrel::ask
