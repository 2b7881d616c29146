// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <gambrel/ask/runtime_file.hpp>
#include <gambrel/report/json/runtime_json.hpp>

using namespace gambrel;
using nlohmann::json;

namespace {
void refused(const json& value, const char* sentence) {
    CHECK_THROWS_WITH_AS(ask::runtime_from_json(value), doctest::Contains(sentence), error);
}
}  // namespace

TEST_CASE("a runtime of one's own is one of the catalog with what is different") {
    const runtime<> r = ask::runtime_from_json({{"name", "ours"},
                                                {"like", "vllm"},
                                                {"scheduling", {{"token_budget", 4096}, {"admission", "reserve_all"}}},
                                                {"host", {{"per_step", "700 us"}, {"per_message", nullptr}}},
                                                {"memory", {{"reserve", "2 GiB"}, {"fraction", 0.8}}},
                                                {"devices", {"nvidia", "amd"}}});
    CHECK(r.name == "ours");
    CHECK(r.scheduling.token_budget == 4096);
    CHECK(r.scheduling.admission == admission::reserve_all);
    CHECK(r.scheduling.most_sequences == catalog::vllm.scheduling.most_sequences);
    CHECK(r.host.per_step.value.value() == doctest::Approx(700e-6));
    CHECK(r.host.per_step.kind == evidence::user);
    CHECK_FALSE(r.host.per_message.known());
    CHECK(r.host.per_kernel.value == catalog::vllm.host.per_kernel.value);
    CHECK(r.memory.reserve.value == gibibytes(2));
    CHECK((r.devices.nvidia && r.devices.amd && !r.devices.cpu));
    CHECK_FALSE(r.by_board.token_budget);
    CHECK_FALSE(r.by_board.fraction);
    CHECK(r.by_board.most_sequences);
}

TEST_CASE("what --json prints of a runtime of the catalog is a file of it") {
    for (const runtime<>* r : all_runtimes) {
        CAPTURE(r->name.view());
        const runtime<> back = ask::runtime_from_json(json::parse(report::runtime_json(*r).dump()));
        json a = json::parse(report::runtime_json(*r).dump()), b = json::parse(report::runtime_json(back).dump());
        for (json* each : {&a, &b})
            for (const char* part : {"host", "memory"})
                for (json& figure : (*each)[part])
                    if (figure.is_object()) figure.erase("source"), figure.erase("date"), figure.erase("evidence");
        CHECK(a == b);
    }
}

TEST_CASE("a wrong file is refused by the key that is wrong") {
    refused(json::array(), "a runtime is a JSON object");
    refused({{"name", "ours"}}, "the runtime \"ours\" needs \"like\"");
    refused({{"like", "vlm"}}, "unknown runtime \"vlm\"");
    refused({{"like", "vllm"}, {"schedulin", 1}}, "unknown key of a runtime \"schedulin\"; the nearest are scheduling");
    refused({{"like", "vllm"}, {"scheduling", {{"token_budgt", 1}}}}, "unknown key of a runtime \"token_budgt\"");
    refused({{"like", "vllm"}, {"scheduling", {{"token_budget", "many"}}}}, "scheduling.token_budget must be a number");
    refused({{"like", "vllm"}, {"scheduling", {{"token_budget", 0}}}}, "the token budget");
    refused({{"like", "vllm"}, {"scheduling", {{"batching", "sometimes"}}}}, "sometimes");
    refused({{"like", "vllm"}, {"scheduling", 3}}, "the runtime's scheduling must be an object");
    refused({{"like", "vllm"}, {"host", {{"per_step", "3 GiB"}}}}, "3 GiB");
    refused({{"like", "vllm"}, {"memory", {{"reserve", {{"value", 3}, {"unit", "s"}}}}}},
            "memory.reserve must be in a unit");
    refused({{"like", "vllm"}, {"devices", {"toaster"}}}, "devices must be of nvidia");
    CHECK_THROWS_WITH_AS(ask::read_runtime("no-such-file.json"),
                         doctest::Contains("no-such-file.json cannot be opened"), error);
}
