// SPDX-License-Identifier: Apache-2.0
#include "terms.hpp"

#include <gambrel/workload/catalog.hpp>
#include <gambrel/workload/io/trace_csv.hpp>

#include "arrays.hpp"
#include "values.hpp"

namespace binding {

using namespace gambrel;

namespace {
double rate_from(py::handle v, const std::string& name) {
    return quantity_from<request_rate<>>(v, name, requests_per_second(1.0), "1/s").value();
}

template <class Terms> struct keyword {
    std::string_view name;
    void (*set)(Terms&, py::handle, const std::string&);
};
template <auto Member, auto Read, class Terms> void set(Terms& t, py::handle v, const std::string& name) {
    t.*Member = Read(v, name);
}

constexpr std::array<keyword<ask::terms>, 26> deployment_keywords{{
    {"tp", set<&ask::terms::tensor, whole_from>},
    {"pp", set<&ask::terms::pipeline, whole_from>},
    {"dp", set<&ask::terms::data, whole_from>},
    {"ep", set<&ask::terms::expert, whole_from>},
    {"replicas", set<&ask::terms::replicas, whole_from>},
    {"sp", set<&ask::terms::sequence, flag_from>},
    {"weights", set<&ask::terms::weights, text_from>},
    {"kv", set<&ask::terms::kv, text_from>},
    {"prompt", set<&ask::terms::prompt, length_from>},
    {"output", set<&ask::terms::output, length_from>},
    {"concurrency", set<&ask::terms::concurrency, optional_number>},
    {"rate_per_s",
     [](ask::terms& t, py::handle v, const std::string& n) {
         if (v.is_none()) t.rate.reset();
         else t.rate = rate_from(v, n);
     }},
    {"batch", set<&ask::terms::batch, optional_number>},
    {"images", set<&ask::terms::images, number_from>},
    {"prefix_hit", set<&ask::terms::prefix_hit, number_from>},
    {"protocol", set<&ask::terms::protocol, text_from>},
    {"lora_rank", set<&ask::terms::adapter_rank, whole_from>},
    {"lora_adapters", set<&ask::terms::adapters, whole_from>},
    {"pue", set<&ask::terms::pue, number_from>},
    {"server_power", set<&ask::terms::server, number_from>},
    {"token_budget", set<&ask::terms::token_budget, optional_number>},
    {"max_sequences", set<&ask::terms::most_sequences, optional_number>},
    {"memory_fraction", set<&ask::terms::memory_fraction, optional_number>},
    {"memory_gib",
     [](ask::terms& t, py::handle v, const std::string& n) {
         if (v.is_none()) t.memory.reset();
         else t.memory = quantity_from<bytes<>>(v, n, gibibytes(1.0), "GiB");
     }},
    {"price_usd_per_hour",
     [](ask::terms& t, py::handle v, const std::string& n) {
         if (v.is_none()) t.price.reset();
         else t.price = quantity_from<rental<>>(v, n, dollars_per_hour(1.0), "USD/hour") / dollars_per_hour(1.0);
     }},
    {"electricity_usd_per_kwh",
     [](ask::terms& t, py::handle v, const std::string& n) {
         if (v.is_none()) t.price_kwh.reset();
         else
             t.price_kwh = quantity_from<energy_price<>>(v, n, dollars_per_kilowatt_hour(1.0), "USD/kWh") /
                           dollars_per_kilowatt_hour(1.0);
     }},
}};

seconds<> limit_from(py::handle v, const std::string& name) {
    if (v.is_none()) return seconds<>::from_value(std::numeric_limits<double>::infinity());
    return quantity_from<seconds<>>(v, name, seconds<>::from_value(1e-3), "ms");
}

constexpr std::array<keyword<ask::load_terms>, 6> load_keywords{{
    {"arrival_variation", set<&ask::load_terms::variation, number_from>},
    {"routing", set<&ask::load_terms::routing, text_from>},
    {"ttft_p99_ms", [](ask::load_terms& t, py::handle v, const std::string& n) { t.limits.ttft = limit_from(v, n); }},
    {"tpot_p99_ms", [](ask::load_terms& t, py::handle v, const std::string& n) { t.limits.tpot = limit_from(v, n); }},
    {"latency_p99_ms",
     [](ask::load_terms& t, py::handle v, const std::string& n) { t.limits.latency = limit_from(v, n); }},
    {"replicas_for_per_s",
     [](ask::load_terms& t, py::handle v, const std::string& n) {
         if (v.is_none()) t.size_for.reset();
         else t.size_for = rate_from(v, n);
     }},
}};

/// (sent in seconds, prompts, outputs), or the name of a file.
void set_trace(ask::simulation_terms& t, py::handle v, const std::string& name) {
    if (v.is_none()) return;
    if (PyUnicode_Check(v.ptr()) || py::hasattr(v, "__fspath__")) {
        t.trace_name = text_from(
            PyUnicode_Check(v.ptr()) ? py::reinterpret_borrow<py::object>(v) : py::object(v.attr("__fspath__")()),
            name);
        t.trace = read_trace(t.trace_name);
        return;
    }
    using numbers = py::array_t<double, py::array::c_style | py::array::forcecast>;
    if (!py::isinstance<py::tuple>(v) || py::len(v) != 3)
        fail_kind(name, v, "a file, or the times in seconds, prompts and outputs of requests");
    check_numpy();
    std::array<numbers, 3> columns;
    for (std::size_t i = 0; i < 3; ++i) {
        columns[i] = numbers::ensure(py::reinterpret_borrow<py::object>(v)[py::int_(i)]);
        if (!columns[i]) {
            PyErr_Clear();
            fail("a column of the trace does not hold numbers");
        }
        if (columns[i].ndim() != 1 || columns[i].size() != columns[0].size())
            fail("the columns of a trace have one dimension and one length");
    }
    const auto tokens = [](double x) {
        return static_cast<std::uint32_t>(checked(x, 1.0, longest_length, "the tokens of a request of the trace"));
    };
    for (py::ssize_t i = 0; i < columns[0].size(); ++i)
        t.trace.records.push_back({.sent = columns[0].data()[i],
                                   .prompt = tokens(columns[1].data()[i]),
                                   .output = tokens(columns[2].data()[i])});
    checked(t.trace);
    t.trace_name = "the columns given";
}

std::uint32_t count_from(py::handle v, const std::string& name) {
    return static_cast<std::uint32_t>(checked(whole_from(v, name), 0.0, 1e6, name.c_str()));
}
constexpr std::array<keyword<ask::simulation_terms>, 21> simulation_keywords{{
    {"arrivals", set<&ask::simulation_terms::arrivals, text_from>},
    {"routing", set<&ask::simulation_terms::routing, text_from>},
    {"trace", set_trace},
    {"trace_scale", set<&ask::simulation_terms::trace_scale, number_from>},
    {"trace_tick_s", set<&ask::simulation_terms::trace_tick, number_from>},
    {"turns",
     [](ask::simulation_terms& t, py::handle v, const std::string& n) {
         if (v.is_none()) t.turns.reset();
         else t.turns = length_from(v, n);
     }},
    {"think_s", set<&ask::simulation_terms::think, number_from>},
    {"shared_tokens", set<&ask::simulation_terms::shared, number_from>},
    {"benchmark_lengths", set<&ask::simulation_terms::benchmark_lengths, flag_from>},
    {"requests", set<&ask::simulation_terms::requests, optional_number>},
    {"warm_up", set<&ask::simulation_terms::warm_up, optional_number>},
    {"kv_blocks", set<&ask::simulation_terms::blocks, optional_number>},
    {"batch_wait_steps", set<&ask::simulation_terms::batch_wait, optional_number>},
    {"batch_wait_share", set<&ask::simulation_terms::wait_share, number_from>},
    {"balance_wait_steps", set<&ask::simulation_terms::balance, number_from>},
    {"poll_interval_steps", set<&ask::simulation_terms::poll_interval, optional_number>},
    {"prefix_cache", set<&ask::simulation_terms::prefix_cache, flag_from>},
    {"prefill_replicas", set<&ask::simulation_terms::prefill_replicas, count_from>},
    {"decode_replicas", set<&ask::simulation_terms::decode_replicas, count_from>},
    {"transfer_gb_per_s",
     [](ask::simulation_terms& t, py::handle v, const std::string& n) {
         t.link = quantity_from<byte_rate<>>(v, n, byte_rate<>::from_value(1e9), "GB/s").value() / 1e9;
     }},
    {"seed",
     [](ask::simulation_terms& t, py::handle v, const std::string& n) {
         t.seed = static_cast<std::uint64_t>(checked(whole_from(v, n), 0.0, 1e9, "the seed"));
     }},
}};

template <class Terms, std::size_t N>
const keyword<Terms>* find(const std::array<keyword<Terms>, N>& all, std::string_view name) {
    for (const keyword<Terms>& k : all)
        if (k.name == name) return &k;
    return nullptr;
}
template <class Terms, std::size_t N>
void add_names(std::vector<std::string_view>& names, const std::array<keyword<Terms>, N>& all) {
    for (const keyword<Terms>& k : all) names.push_back(k.name);
}

/// Gives every keyword to `own` terms or, where they have none of its name, to the deployment's.
template <class Terms, std::size_t N>
py::object read(const py::dict& keywords, const std::array<keyword<Terms>, N>& own, Terms& terms,
                ask::terms& deployed) {
    py::object runtime = py::none();
    const named_workload* lengths = nullptr;
    if (keywords.contains("workload")) lengths = &workload_named(text_from(keywords["workload"], "workload"));
    if (lengths != nullptr) deployed = ask::under(std::move(deployed), *lengths);
    for (const auto& [key, value] : keywords) {
        const std::string name = text_from(key, "a keyword");
        if (const auto* k = find(own, name)) {
            k->set(terms, value, name);
        } else if (const auto* d = find(deployment_keywords, name)) {
            d->set(deployed, value, name);
        } else if (name == "runtime") {
            runtime = py::reinterpret_borrow<py::object>(value);
        } else if (name == "workload") {  // read before all others
        } else if (name == "calibration") {
            if (!value.is_none()) deployed.calibration = calibration_from(value);
        } else {
            std::vector<std::string_view> names{"runtime", "calibration", "workload"};
            add_names(names, own);
            add_names(names, deployment_keywords);
            fail_unknown("keyword", name, names);
        }
    }
    if (lengths != nullptr && !keywords.contains("protocol"))
        deployed.protocol = ask::under(deployed, *lengths).protocol;  // now that the load is known
    return runtime;
}
constexpr std::array<keyword<ask::terms>, 0> no_keywords{};
}  // namespace

void check_terms(const py::dict& keywords) { ask::detail::workload_of(terms_of(keywords).terms); }

deployed_terms terms_of(const py::dict& keywords) {
    deployed_terms t;
    t.runtime = read(keywords, no_keywords, t.terms, t.terms);
    return t;
}
serve_terms load_terms_of(const py::dict& keywords) {
    serve_terms t;
    t.runtime = read(keywords, load_keywords, t.terms, t.terms.deployed);
    if (!keywords.contains("protocol")) t.terms.deployed.protocol = "steady";  // of a workload: its lengths alone
    return t;
}
simulate_terms simulation_terms_of(const py::dict& keywords) {
    simulate_terms t;
    t.runtime = read(keywords, simulation_keywords, t.terms, t.terms.deployed);
    return t;
}
}  // namespace binding
