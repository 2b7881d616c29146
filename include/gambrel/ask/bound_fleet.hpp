// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A question about a fleet in the words of a command line or a notebook. Lists are written with commas:
///
///     devices    "h100-sxm,l40s"; "priced": all of the catalog with a known price; "all"
///     cuts       every product of the tensor, pipeline, attention and expert degrees; "tp" among the expert degrees
///                is the tensor degree of the cut times its attention copies
///     price      "h100-sxm=2.10,l40s=0.8", $ per device-hour, over the quotes of the catalog or of a file
///     have       "rtx-4090=2": devices there are of a kind, which is then tried too
///
/// Evidence: tests/ask/fleet_answer_test.cpp.

#include <gambrel/ask/bound_load_question.hpp>
#include <gambrel/ask/fleet_keywords.hpp>
#include <gambrel/ask/runtime_file.hpp>
#include <gambrel/ask/typed_list.hpp>
#include <gambrel/economics/price_catalog.hpp>
#include <gambrel/planning/fleet_planner.hpp>
#include <gambrel/planning/use_case.hpp>

namespace gambrel::ask {

namespace detail {
inline double whole(double x, const std::string& what) {
    if (x != std::floor(x)) fail(what + " is " + shortest(x) + "; it must be a whole number");
    return x;
}
inline double number_in(const std::string& part, const std::string& what, double low, double high) {
    double x = 0.0;
    const auto [end, wrong] = read_number(part.data(), part.data() + part.size(), x);
    if (wrong != std::errc{} || end != part.data() + part.size())
        fail(what + " is \"" + part.substr(0, 40) + "\"; it must be a number");
    return checked(x, low, high, what.c_str());
}
/// "NAME=NUMBER,NAME=NUMBER".
inline std::vector<std::pair<std::string, double>> numbers_by_name(const std::string& list, const std::string& what,
                                                                   double low, double high) {
    std::vector<std::pair<std::string, double>> found;
    if (list.empty()) return found;
    for (const std::string& part : typed_list(list, what)) {
        const std::size_t at = part.rfind('=');
        if (at == std::string::npos || at == 0)
            fail(what + " is \"" + part.substr(0, 40) + "\"; write NAME=NUMBER, with commas between");
        found.emplace_back(part.substr(0, at),
                           number_in(part.substr(at + 1), what + " of " + part.substr(0, at), low, high));
    }
    return found;
}
inline std::vector<int> degrees_of(const std::string& list, const std::string& what, int tensor_copies = 1) {
    std::vector<int> found;
    for (const std::string& part : typed_list(list, what)) {
        const int n = same_name(part, "tp")
                          ? tensor_copies
                          : static_cast<int>(
                                whole(number_in(part, "a degree among " + what, 1, 65536), "a degree among " + what));
        if (std::find(found.begin(), found.end(), n) == found.end()) found.push_back(n);
    }
    return found;
}

/// Devices of one server, as they are commonly built: what the link joins where that is at most 16, trays of four where
/// it joins a rack, eight boards without a link; one of everything that is no data-centre or workstation board.
inline int usual_server(const device<>& d) {
    if (d.kind == device_class::consumer_gpu || d.kind == device_class::cpu || d.kind == device_class::embedded)
        return 1;
    if (!d.scale_up.present()) return 8;
    return d.scale_up.devices <= 16 ? std::max(1, d.scale_up.devices) : 4;
}
template <class T> std::shared_ptr<const T> of_catalog(const T* entry) { return {std::shared_ptr<void>{}, entry}; }

inline std::vector<device_supply> supplies_of(const fleet_options& t, price_book prices) {
    std::vector<device_supply> found;
    const auto add = [&](std::shared_ptr<const device<>> d) {
        for (const device_supply& s : found)
            if (s.device->name == d->name) return;
        const auto typical = typical_price(*d, prices);
        found.push_back({.device = d,
                         .rent = typical ? std::optional(typical->value) : std::nullopt,
                         .per_server = t.per_server ? static_cast<int>(*t.per_server) : usual_server(*d),
                         .design_limit = design_limit_of(*d)});
    };
    for (const std::string& name : typed_list(t.devices, "devices")) {
        const bool priced = same_name(name, "priced");
        if (priced || same_name(name, "all")) {
            for (const device<>* d : all_devices)
                if (!priced || typical_price(*d, prices)) add(of_catalog(d));
        } else {
            add(std::make_shared<const device<>>(asked_device_of(name).device));
        }
    }
    const auto of = [&](const std::string& name) -> device_supply& {
        const device<> d = asked_device_of(name).device;
        add(std::make_shared<const device<>>(d));
        for (device_supply& s : found)
            if (s.device->name == d.name) return s;
        return found.back();
    };
    for (const auto& [name, count] : numbers_by_name(t.have, "the number of devices there are", 1, 1e7))
        of(name).most = whole(count, "the number of devices there are of " + name);
    for (const auto& [name, price] : numbers_by_name(t.rents, "the price", 0, 1e6))
        of(name).rent = dollars_per_hour(price);
    return found;
}

inline std::vector<parallelism> cuts_of(const fleet_options& t) {
    std::vector<parallelism> found;
    for (const int tensor : degrees_of(t.tensor, "tensor degrees"))
        for (const int pipeline : degrees_of(t.pipeline, "pipeline stages"))
            for (const int data : degrees_of(t.data, "attention copies"))
                for (const int expert : degrees_of(t.expert, "expert degrees", tensor * data)) {
                    parallelism cut = cut_of(t.load.deployed);
                    cut.replicas = 1;
                    cut.tensor = tensor;
                    cut.pipeline = pipeline;
                    cut.data = data;
                    cut.expert = expert;
                    found.push_back(cut);
                }
    return found;
}
}  // namespace detail

/// Puts the lengths of the use case, and the peak rate of its users, in place of what nobody said. To be called before
/// what is said of lengths and rate. Throws `error` for an unknown use case, and for users of none.
inline void add_use_case(fleet_options& t) {
    if (t.use_case.empty()) {
        if (t.users)
            fail("users are " + shortest(*t.users) +
                 " and no use case says how often they ask: give use_case, chat or another");
        return;
    }
    const use_case& u = use_case_named(t.use_case);
    t.load.deployed.prompt = u.prompt;
    t.load.deployed.output = u.output;
    if (t.users) t.load.deployed.rate = u.peak_rate(*t.users).value();
}

/// Owns, or shares, the descriptors of its question. Throws `error` naming the first option that is wrong.
class bound_fleet {
public:
    bound_fleet(const architecture& model, const fleet_options& t) {
        check_ranges(t);
        if (t.per_server) detail::whole(*t.per_server, "the number of devices of a server");
        detail::whole(t.alternatives, "the number of alternatives");
        check_ranges(t.load);
        check_ranges(t.load.deployed);
        const prediction_options& deployed = t.load.deployed;
        if (const auto other = deployed.concurrency ? deployed.concurrency : deployed.batch)
            fail("a fleet is planned for a rate, not for " + shortest(*other) +
                 " clients or sequences: give the requests per second");
        if (!deployed.rate) fail("a fleet is planned for a rate: give the requests per second");
        if (deployed.images > 0.0)
            fail("images are " + shortest(deployed.images) +
                 ", and fleets are not planned for images: add their tokens to the prompt");
        question.model = std::make_shared<const architecture>(model);
        const auto quotes = deployed.prices.empty() ? nullptr : read_price_file(deployed.prices);
        question.supplies = detail::supplies_of(t, quotes ? price_book(quotes->quotes) : shipped_prices);
        for (const std::string& name : typed_list(t.runtimes.empty() ? "vllm" : t.runtimes, "runtimes"))
            question.runtimes.push_back(
                detail::with_settings(std::make_shared<const runtime<>>(runtime_of(name)), deployed));
        question.cuts = detail::cuts_of(t);
        for (const std::string& weights : typed_list(t.weights, "weight formats"))
            for (const std::string& kv : typed_list(t.kv, "cache formats")) {
                prediction_options formats = deployed;
                formats.weights = weights;
                formats.kv = kv;
                typed_formats.emplace_back(weights, kv);
                question.formats.push_back(detail::precision_of(formats, model));
                format_names.push_back(weights == "stored" && kv == "stored" ? "stored"
                                       : kv == "stored"                      ? weights
                                                                             : weights + "/" + kv);
            }
        question.load = detail::workload_of(deployed);
        question.load.arrival_variation = t.load.variation;
        question.limits.level.limits = t.load.limits;
        question.limits.devices = t.most_devices.value_or(no_bound);
        question.limits.dollars_per_hour = t.budget.value_or(no_bound);
        question.limits.watts = t.power.value_or(no_bound);
        question.objective = enum_named<fleet_objective>("objective", t.objective);
        question.decides = enum_named<range_end>("end of the range", t.decides);
        question.split = enum_named<arrival_split>("routing", t.load.routing);
        question.whole_servers = t.whole_servers;
        question.around = {deployed.server.value_or(1.0), deployed.pue.value_or(1.0)};
        question.failures.availability = t.availability;
        question.failures.per_device_hour = t.failures.value_or(h100_failures_per_device_hour);
        question.failures.repair = hours(t.repair_hours);
        alternatives = static_cast<std::size_t>(t.alternatives);
        simulated = !t.not_simulated && !(question.load.prefix_hit > 0.0);
        checked(question);
    }

    fleet_question question{};
    std::vector<std::string> format_names{};                           ///< as typed: weights, or weights/cache
    std::vector<std::pair<std::string, std::string>> typed_formats{};  ///< weights and cache
    std::size_t alternatives = 5;                                      ///< listed beside the best
    bool simulated = true;                                             ///< the best is checked by the simulator
};
}  // namespace gambrel::ask
