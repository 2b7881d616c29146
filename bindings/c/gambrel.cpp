// SPDX-License-Identifier: Apache-2.0
// The entries of gambrel.h, but for the sweep: each binds its question as the command and Python do, and answers in the JSON of
// report/json.
#include <cstdlib>
#include <cstring>
#include <gambrel/ask/bound_load_question.hpp>
#include <gambrel/ask/bound_simulation.hpp>
#include <gambrel/ask/matches.hpp>
#include <gambrel/report/json/device_json.hpp>
#include <gambrel/report/json/explanation_json.hpp>
#include <gambrel/report/json/launch_json.hpp>
#include <gambrel/report/json/load_json.hpp>
#include <gambrel/report/json/model_json.hpp>
#include <gambrel/report/json/prediction_json.hpp>
#include <gambrel/report/json/runtime_json.hpp>
#include <gambrel/report/json/simulation_json.hpp>
#include <gambrel/report/json/workload_json.hpp>
#include <gambrel/workload/io/trace_csv.hpp>

#include "reply.hpp"

namespace c_interface {

char* out_of_memory() noexcept {
    static char text[] = R"({"error":{"kind":"out_of_memory","message":"there is no memory for an answer"}})";
    return text;
}
char* for_caller(const answer_json& answer) {
    const std::string text = answer.dump(-1, ' ', false, json::error_handler_t::replace);
    char* copy = static_cast<char*>(std::malloc(text.size() + 1));
    if (copy == nullptr) return out_of_memory();
    std::memcpy(copy, text.c_str(), text.size() + 1);
    return copy;
}
char* error_for_caller(const char* kind, const std::string& message) noexcept {
    try {
        return for_caller({{"gambrel", gambrel::version}, {"error", {{"kind", kind}, {"message", message}}}});
    } catch (...) {
        return out_of_memory();
    }
}

namespace {
ask::bound_question deployment_in(const json& question) {
    ask::prediction_options o;
    const auto line = launch_in(question, o);
    read_keywords(question, no_keywords, o, o);
    return bound<ask::bound_question>(question, o, line, o.weights);
}

answer_json predicted(const json& question) {
    const ask::bound_question a = deployment_in(question);
    return report::as_json(a.question, ask::answered(a.question));
}

answer_json explained(const json& question) {
    const ask::bound_question a = deployment_in(question);
    const ask::answer answer = ask::answered(a.question);
    if (!answer.ok()) return report::as_json(a.question, answer);
    return report::explanation_json(a.question, ask::examined(a.question, answer));
}

answer_json served(const json& question) {
    ask::load_options o;
    const auto line = launch_in(question, o.deployed);
    read_keywords(question, ask::load_keywords, o, o.deployed);
    if (!question.contains("protocol")) o.deployed.protocol = "steady";  // of a workload: its lengths alone
    const auto a = bound<ask::bound_load_question>(question, o, line, o.deployed.weights);
    return report::as_json(a.question, ask::answered(a.question));
}

answer_json simulated(const json& question) {
    ask::simulation_options o;
    const auto line = launch_in(question, o.deployed);
    read_keywords(question, ask::simulation_keywords, o, o.deployed, {"trace"});
    if (const auto trace = question.find("trace"); trace != question.end() && !trace->is_null()) {
        o.trace_name = text_in(*trace, "trace");
        o.trace = read_trace(o.trace_name);
    }
    const auto run = bound<ask::bound_simulation>(question, o, line, o.deployed.weights);
    const ask::answer possible = run.feasible();
    if (!possible.ok()) return report::as_json(run.question(), possible);
    return report::as_json(run, run.run({}));
}

/// Throws for a key of `question` that is none of `known`.
void check_keys(const json& question, std::vector<std::string_view> known) {
    known.push_back("interface");
    for (const auto& [name, value] : question.items())
        if (std::find(known.begin(), known.end(), name) == known.end()) fail_unknown("key", name, known);
}

/// The entries of a catalog whose names contain what is asked for.
template <class Find, class Write> answer_json listed(const json& question, const Find& find, const Write& write) {
    check_keys(question, {"part"});
    const auto part = question.find("part");
    return write(find(part == question.end() ? std::string() : text_in(*part, "part")));
}
}  // namespace
}  // namespace c_interface

using namespace c_interface;

const char* gambrel_version(void) { return gambrel::version; }
int gambrel_interface(void) { return GAMBREL_INTERFACE; }
void gambrel_free(char* answer) {
    if (answer != out_of_memory()) std::free(answer);
}

char* gambrel_predict(const char* question) { return reply(question, predicted); }
char* gambrel_explain(const char* question) { return reply(question, explained); }
char* gambrel_serve(const char* question) { return reply(question, served); }
char* gambrel_simulate(const char* question) { return reply(question, simulated); }

char* gambrel_launch(const char* question) {
    return reply(question, [](const json& q) {
        check_keys(q, {"line"});
        return report::launch_json(ask::read_launch(text_in(required(q, "line", "a server's launch line"), "line")));
    });
}
char* gambrel_model(const char* question) {
    return reply(question, [](const json& q) {
        check_keys(q, {"model", "kv", "context"});
        const architecture m = model_in(required(q, "model", "a name of the catalog, a file or a configuration"));
        const std::string kv = q.contains("kv") ? text_in(q["kv"], "kv") : "fp16";
        std::optional<double> context;
        if (q.contains("context")) context = number_in(q["context"], "context");
        return report::model_json(m, kv == "stored" ? m.kv_cache : ask::format_of(kv), report::contexts_of(m, context));
    });
}
char* gambrel_device(const char* question) {
    return reply(question, [](const json& q) {
        check_keys(q, {"device"});
        return report::device_sheet_json(device_in(required(q, "device", "a name of the catalog or a file")));
    });
}
char* gambrel_runtime(const char* question) {
    return reply(question, [](const json& q) {
        check_keys(q, {"runtime"});
        return report::runtime_json(runtime_in(required(q, "runtime", "a name of the catalog or a file")));
    });
}
char* gambrel_models(const char* question) {
    return reply(question, [](const json& q) {
        return listed(q, ask::models_with, [](const auto& found) { return report::models_json(found); });
    });
}
char* gambrel_devices(const char* question) {
    return reply(question, [](const json& q) {
        return listed(q, ask::devices_with, [](const auto& found) { return report::devices_json(found); });
    });
}
char* gambrel_runtimes(const char* question) {
    return reply(question, [](const json& q) {
        return listed(q, ask::runtimes_with, [](const auto& found) { return report::runtimes_json(found); });
    });
}
char* gambrel_workloads(const char* question) {
    return reply(question, [](const json& q) {
        return listed(q, ask::workloads_with, [](const auto& found) { return report::workloads_json(found); });
    });
}
