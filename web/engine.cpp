// SPDX-License-Identifier: Apache-2.0
// What the page asks beside the C interface (bindings/c, which is compiled with it): the catalogs in brief, serve with
// every point of its curve, plan and advise. The same manners: JSON in, JSON out, keys as in Python, answers those of the
// command's --json, what is wrong as an error object.
#include <gambrel/ask/advice/advised.hpp>
#include <gambrel/ask/bound_load_question.hpp>
#include <gambrel/ask/fleet_answer.hpp>
#include <gambrel/ask/fleet_keywords.hpp>
#include <gambrel/ask/matches.hpp>
#include <gambrel/economics/price_catalog.hpp>
#include <gambrel/report/json/advice_json.hpp>
#include <gambrel/report/json/fleet_json.hpp>
#include <gambrel/report/json/load_json.hpp>

#include "reply.hpp"

namespace {
using namespace c_interface;

/// Names for the lists of the page, and what is said beside them.
answer_json listed() {
    answer_json all{{"gambrel", gambrel::version}, {"interface", GAMBREL_INTERFACE}};
    for (const architecture* m : ask::models_with("")) all["models"].push_back(std::string(m->name.view()));
    for (const device<>* d : ask::devices_with("")) {
        const auto rent = typical_price(*d, shipped_prices);
        answer_json entry{
            {"name", std::string(d->name.view())}, {"title", std::string(d->title.view())}, {"price", nullptr}};
        if (rent) entry["price"] = rent->value.value() * symbols::hour;
        all["devices"].push_back(std::move(entry));
    }
    for (const runtime<>* r : ask::runtimes_with(""))
        all["runtimes"].push_back({{"name", std::string(r->name.view())}, {"title", std::string(r->title.view())}});
    for (const named_workload* w : ask::workloads_with(""))
        all["workloads"].push_back({{"name", std::string(w->name.view())}, {"title", std::string(w->title.view())}});
    return all;
}

/// {"answer": that of serve, "curve": the points between those of the answer too, in brief, for a picture}.
answer_json served(const json& question) {
    ask::load_options o;
    const auto line = launch_in(question, o.deployed);
    read_keywords(question, ask::load_keywords, o, o.deployed);
    if (!question.contains("protocol")) o.deployed.protocol = "steady";
    const auto a = c_interface::bound<ask::bound_load_question>(question, o, line, o.deployed.weights);
    const ask::load_answer answer = ask::answered(a.question);
    answer_json curve = answer_json::array();
    for (const ask::curve_point& c : answer.curve) {
        answer_json point = report::detail::load_json(c.load, has_gaps(a.question));
        answer_json brief{{"clients", a.question.clients ? answer_json(c.clients) : answer_json(nullptr)},
                          {"request_throughput", point["request_throughput"]}};
        for (const char* time : {"ttft", "tpot"})
            brief[time] = point[time].is_null() ? answer_json(nullptr)
                                                : answer_json{{"p50", point[time]["p50"]}, {"p99", point[time]["p99"]}};
        curve.push_back(std::move(brief));
    }
    return {{"answer", report::as_json(a.question, answer)}, {"curve", std::move(curve)}};
}

/// As the command's `plan`: what the use case says, under what is said of the fleet, the deployment and the load.
answer_json planned(const json& question) {
    ask::fleet_options o;
    o.load.deployed.protocol = "steady";
    json others = json::object();
    for (const auto& [name, value] : question.items()) {
        if (const auto* k = find(ask::fleet_keywords, name)) set_from_json(*k, o, value, name);
        else others[name] = value;
    }
    ask::add_use_case(o);
    read_keywords(others, ask::load_keywords, o.load, o.load.deployed);
    const ask::bound_fleet fleet(model_in(required(question, "model", "a name of the catalog or a configuration")), o);
    return report::as_json(fleet, ask::answered(fleet, o));
}

/// What `advise` is of, in the order in which `bound` makes it.
struct advised_deployment {
    advised_deployment(std::shared_ptr<const architecture> model, std::shared_ptr<const device<>> board,
                       std::shared_ptr<const runtime<>> software, const ask::prediction_options& options)
        : asked{std::move(model), std::move(board), std::move(software), options} {}
    ask::advised_case asked;
};

answer_json advised(json question) {
    const auto taken = [&](const char* key) {
        json value;
        if (const auto at = question.find(key); at != question.end()) {
            value = *at;
            question.erase(at);
        }
        return value;
    };
    const json goal = taken("goal");
    const auto limit = [&](const char* key) {
        const json given = taken(key);
        return given.is_null() ? objective{}.ttft
                               : seconds<>::from_value(
                                     1e-3 * checked(number_in(given, key), 1e-6, 1e12, "a limit in milliseconds"));
    };
    const objective limits{
        .ttft = limit("limit_ttft_ms"), .tpot = limit("limit_tpot_ms"), .latency = limit("limit_latency_ms")};
    ask::prediction_options o;
    const auto line = launch_in(question, o);
    read_keywords(question, no_keywords, o, o);
    const auto deployment = c_interface::bound<advised_deployment>(question, o, line, o.weights);
    return report::as_json(ask::advised(
        deployment.asked, {.goal = goal.is_null() ? ask::usual_goal(o) : ask::advice_goal_named(text_in(goal, "goal")),
                           .limits = limits}));
}
}  // namespace

extern "C" {
char* page_catalog(const char* question) {
    return reply(question, [](const json&) { return listed(); });
}
char* page_serve(const char* question) { return reply(question, served); }
char* page_plan(const char* question) { return reply(question, planned); }
char* page_advise(const char* question) { return reply(question, advised); }
}
