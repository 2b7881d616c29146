// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <gambrel/hardware/catalog.hpp>
#include <gambrel/model/catalog.hpp>
#include <gambrel/report/json/simulation_json.hpp>
#include <gambrel/report/text/simulation_text.hpp>
#include <gambrel/runtime/catalog.hpp>
#include <sstream>

using namespace gambrel;

namespace {
template <class T> std::shared_ptr<const T> shared(const T& t) { return {std::shared_ptr<const T>(), &t}; }

struct answered {
    ask::bound_simulation asked;
    ask::simulated s;

    explicit answered(const ask::simulation_options& t)
        : asked(shared(model_named("llama-3.1-8b")), shared(device_named("h100-sxm")), shared(runtime_named("vllm")),
                t),
          s(asked.run({})) {}
    report::json json() const { return report::as_json(asked, s); }
};
ask::simulation_options at(double rate, double requests = 3000) {
    ask::simulation_options t;
    t.deployed.rate = rate;
    t.requests = requests;
    return t;
}
std::size_t widest(const std::string& text) {
    std::istringstream lines(text);
    std::size_t most = 0;
    for (std::string line; std::getline(lines, line);) most = std::max(most, ask::width(line));
    return most;
}
}  // namespace

TEST_CASE("text and JSON of a run say the same, in figures with ranges") {
    const answered run(at(5));
    const simulation::summary& a = run.s.result;
    const report::json j = run.json();
    CHECK(j["gambrel"] == version);
    CHECK(j["inputs"]["model"] == "meta-llama/Llama-3.1-8B-Instruct");
    CHECK(j["inputs"]["workload"]["rate"]["value"] == 5.0);
    CHECK(j["inputs"]["workload"]["arrivals"] == "poisson");
    CHECK(j["inputs"]["seed"] == 1);
    CHECK(j["feasible"] == true);
    CHECK(j["stable"] == true);
    CHECK(j["requests"]["answered"] == 3000);
    CHECK(j["ttft"]["count"] == 2700);
    CHECK(j["ttft"]["mean"]["value"] == a.ttft.mean().value());
    CHECK(j["ttft"]["mean"]["high"] == run.s.ttft(ask::load_statistics[0]).high.value());
    CHECK(j["ttft"]["p99"]["unit"] == "s");
    CHECK(j["ttft"]["half_width"]["value"] == a.ttft.mean_error().value());
    CHECK(j["ttft"]["p99_half_width"]["value"] == a.ttft.quantile_error(3).value());
    CHECK(j["itl"]["half_width"].is_null());
    CHECK(j["latency"]["most"]["value"] == a.latency.largest().value());
    CHECK(j["queued"]["mean"]["value"] == a.queued.mean().value());
    CHECK(j["request_throughput"]["value"] == a.request_throughput.value());
    CHECK(j["output_throughput"]["unit"] == "tok/s");
    CHECK(j["batch"]["value"] == a.batch);
    CHECK(j["duration"]["unit"] == "s");
    CHECK(j["kv_blocks"]["available"]["value"] == run.s.blocks);
    CHECK(j["range"]["requests"] == 3000);
    CHECK(j["range"]["factor"] == run.s.range->factor());

    const std::string text = report::screen(run.s);
    CHECK(text.find(run.s.heading) == 0);
    CHECK(text.find("3,000 sent, 3,000 answered, 0 rejected") != std::string::npos);
    const auto row = [&](std::string_view name) {  // a time's two lines
        const std::size_t from = text.find("\n" + std::string(name)) + 1;
        return text.substr(from, text.find('\n', text.find('\n', from) + 1) - from);
    };
    using report::detail::digits;
    const auto tpot = run.s.tpot(ask::p99);
    CHECK(row("TPOT ms").find(digits(tpot.value.value() * 1e3, 3) + " +- ") != std::string::npos);
    CHECK(row("TPOT ms").find(digits(tpot.low.value() * 1e3, 2) + " to " + digits(tpot.high.value() * 1e3, 2)) !=
          std::string::npos);
    CHECK(row("ITL ms").find("+-") == std::string::npos);
    CHECK(text.find("Not stable") == std::string::npos);
    CHECK(text.find("nan") == std::string::npos);
}

TEST_CASE("one screen of 80 columns") {
    for (const double rate : {0.01, 5.0, 20.0, 23.5, 60.0, 500.0}) {
        CAPTURE(rate);
        const std::string text = report::screen(answered(at(rate)).s);
        CAPTURE(text);
        CHECK(widest(text) <= 80);
        CHECK(text.find("inf") == std::string::npos);
    }
    ask::simulation_options many = at(5.0, 200'000);
    many.deployed.prompt = 20.0;
    many.deployed.output = 4.0;
    CHECK(report::screen(answered(many).s).find("by the first 100,000 requests") != std::string::npos);
}

TEST_CASE("a half-width is shown to one decimal more than its value") {
    using report::detail::sure_text;
    const report::detail::shown_unit ms{1e-3, "ms"};
    CHECK(sure_text(seconds_of(0.30e-3), seconds_of(45.2e-3), ms) == " +- 0.30");
    CHECK(sure_text(seconds_of(0.0891e-3), seconds_of(9.49e-3), ms) == " +- 0.089");
    CHECK(sure_text(seconds_of(2e-7), seconds_of(118e-3), ms) == " +- 0");
    CHECK(sure_text(seconds_of(0.0), seconds_of(10.6e-3), ms) == " +- 0");
    CHECK(sure_text(seconds_of(std::numeric_limits<double>::infinity()), seconds_of(1.0), ms).empty());
    CHECK(report::detail::low_text(seconds_of(0.17), {60.0, "min"}) == "170 ms");
    CHECK(report::detail::low_text(seconds_of(30.0), {60.0, "min"}) == "0.50");
}

TEST_CASE("an unstable run says so, in both; its times have no upper end") {
    const answered run(at(60));
    const report::json j = run.json();
    CHECK(j["stable"] == false);
    CHECK(j["ttft"]["p99"]["high"].is_null());
    CHECK(j["ttft"]["p99"]["low"].is_number());
    CHECK(j["tpot"]["p99"]["high"].is_number());
    CHECK(j["range"]["surely_stable"] == false);
    CHECK(report::screen(run.s).find("Not stable: the line grew by") != std::string::npos);
}

TEST_CASE("a slow machine that does not keep up is said in a word, and null") {
    const answered run(at(21.2, 60'000));
    REQUIRE(run.s.result.stable);
    REQUIRE_FALSE(run.s.surely_stable());
    CHECK(run.json()["latency"]["mean"]["high"].is_null());
    const std::string text = report::screen(run.s);
    CHECK(text.find("from ") != std::string::npos);
    CHECK(text.find("at the slow end of its range the machine does not keep up") != std::string::npos);
    CHECK(text.find("Not stable") == std::string::npos);
}

TEST_CASE("a run of nothing has no figures, and no numbers that are none") {
    answered run(at(5, 10));
    run.s = {.heading = "", .result = {}, .blocks = simulation::unlimited};
    const std::string text = report::screen(run.s), data = run.json().dump();
    for (const std::string& said : {text, data}) {
        CHECK(said.find("nan") == std::string::npos);
        CHECK(said.find("inf") == std::string::npos);
    }
    CHECK(run.json()["ttft"].is_null());
    CHECK(run.json()["range"].is_null());
    CHECK(run.json()["kv_blocks"]["available"].is_null());
}

TEST_CASE("figures that cannot be are not shown") {
    answered run(at(5, 100));
    run.s.not_known = "a request ends before its first token";
    const report::json j = run.json();
    CHECK(j["feasible"] == false);
    CHECK(j["not_known"] == "a request ends before its first token");
    CHECK_FALSE(j.contains("ttft"));
    const std::string text = report::screen(run.s);
    CHECK(text.find("Not known here") != std::string::npos);
    CHECK(text.find("TTFT") == std::string::npos);
    CHECK(widest(text) <= 80);
}
