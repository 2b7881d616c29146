// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <ask/questions.hpp>

#include <doctest/doctest.h>

#include <gambrel/report/json/load_json.hpp>
#include <gambrel/report/svg/load_curve_svg.hpp>
#include <sstream>

using namespace gambrel;

namespace {
ask::load_question chat(std::optional<double> rate, std::string_view under = "vllm") {
    ask::load_question q{.what = ask::asked("llama-3.1-8b", "h100-sxm", {}, formats::bf16, under)};
    q.what.load = {.prompt = length::uniform(512, 1536), .output = length::uniform(128, 384)};
    if (rate) q.rate = requests_per_second(*rate);
    return q;
}
double p99(const latency_distribution& t) { return t.quantile(0.99).value(); }
std::size_t count_of(const std::string& s, std::string_view part) {
    std::size_t n = 0;
    for (std::size_t at = s.find(part); at != std::string::npos; at = s.find(part, at + 1)) ++n;
    return n;
}
}  // namespace

TEST_CASE("a step law slower by f is the same machine by a slower clock: the ranges rest on it") {
    const double slower = 1.3;
    const linear_step law{6.7e-3, 2.08e-5, 4.9e-8}, slow{slower * 6.7e-3, slower * 2.08e-5, slower * 4.9e-8};
    const length prompt = length::uniform(512, 1536), output = length::uniform(128, 384);
    const load_model<linear_step> m(law, prompt, output), n(slow, prompt, output);
    CHECK(n.limit().value() == approx(m.limit().value() / slower).epsilon(1e-12));
    const load_prediction x = m.at(requests_per_second(slower * 10.0)), y = n.at(requests_per_second(10.0));
    for (const double share : {0.5, 0.9, 0.99}) {
        CHECK(y.ttft.quantile(share).value() == approx(slower * x.ttft.quantile(share).value()).epsilon(1e-6));
        CHECK(y.tpot.quantile(share).value() == approx(slower * x.tpot.quantile(share).value()).epsilon(1e-6));
        CHECK(y.latency.quantile(share).value() == approx(slower * x.latency.quantile(share).value()).epsilon(1e-6));
    }
    const auto q = chat(12.0);
    const ask::load_answer a = ask::answered(q);
    REQUIRE(a.ok());
    const double f = a.load.factor;
    CHECK(f == approx(std::exp(1.2815515655446004 * a.sigma)).epsilon(1e-12));
    CHECK(a.load.slow.rate.value() == approx(12.0 * f));
    const auto tpot = a.load.tpot(report::p99);
    CHECK(tpot.high.value() == approx(f * p99(a.load.slow.tpot)).epsilon(1e-12));
    CHECK(tpot.low.value() == approx(p99(a.load.fast.tpot) / f).epsilon(1e-12));
}

TEST_CASE("ranges hold their value and widen towards the limit; past it the high end of TTFT is open") {
    double last = 1.0;
    for (const double rate : {0.0, 5.0, 12.0, 18.0}) {
        const ask::load_answer a = ask::answered(chat(rate));
        REQUIRE(a.ok());
        const auto f = a.load.tpot(report::p99);
        CHECK(f.contains(f.value));
        const double wide = f.high / f.low;
        CHECK(wide > last);
        last = wide;
        CHECK(std::isfinite(a.load.ttft(report::p99).high.value()));
    }
    const auto q = chat(0.98 * ask::answered(chat(1.0)).limit.value.value());
    const ask::load_answer near = ask::answered(q);
    REQUIRE(near.ok());
    CHECK(std::isinf(near.load.ttft(report::p99).high.value()));
    CHECK(report::as_json(q, near)["ttft"]["p99"]["high"].is_null());
    CHECK(report::screen(q, near).find("from: at the slow end") != std::string::npos);
    CHECK(std::isfinite(near.load.tpot(report::p99).high.value()));
}

TEST_CASE("one slot is M/G/1: Pollaczek and Khinchine's wait comes before a lone request's TTFT") {
    const auto usual = chat(0.3);
    const auto& d = usual.what.what;
    runtime<> one = d.runtime;
    one.scheduling.most_sequences = 1;
    ask::load_question q{.what = {.what = {d.model, d.device, one, d.cut, d.formats}, .load = usual.what.load},
                         .rate = usual.rate};
    const ask::load_answer a = ask::answered(q);
    q.rate = requests_per_second(0.0);
    const ask::load_answer lone = ask::answered(q);
    const double service = 1.0 / a.limit.value.value(), rho = 0.3 * service;
    const double scv = q.what.load.output.variance() / (256.0 * 256.0);
    const double wait = rho / (1.0 - rho) * 0.5 * (1.0 + scv) * service;
    CHECK(a.load.value.ttft.mean().value() - lone.load.value.ttft.mean().value() == approx(wait).epsilon(0.02));
    CHECK(lone.load.value.running < 1e-3);
    CHECK_FALSE(lone.cost);
}

TEST_CASE("an unstable rate is an answer: the limit, the growth of the line, the replicas that keep up") {
    const auto q = chat(100.0);
    const ask::load_answer a = ask::answered(q);
    CHECK_FALSE(a.ok());
    CHECK(a.load.value.backlog.value() == approx(100.0 - a.limit.value.value()));
    REQUIRE(a.replicas);
    CHECK(a.replicas->value == static_cast<int>(std::ceil(100.0 / a.limit.value.value())));
    const std::string s = report::screen(q, a);
    CHECK(s.find("Not stable: from ") != std::string::npos);
    const report::json j = report::as_json(q, a);
    CHECK(j["stable"] == false);
    CHECK(j["ttft"].is_null());
    CHECK(j["backlog_growth"]["value"].get<double>() == approx(a.load.value.backlog.value()));
    for (const std::string& text : {s, j.dump(), report::load_curve_svg(q, a)})
        for (const char* none : {"nan", "inf"}) CHECK(text.find(none) == std::string::npos);
}

TEST_CASE(
    "the replicas counted are the fewest, and the greatest rate is the greatest, by the model of the deployment "
    "itself") {
    auto q = chat({});
    q.size_for = requests_per_second(100.0);
    q.level.limits = {.ttft = milliseconds(400), .tpot = milliseconds(25)};
    const ask::load_answer a = ask::answered(q);
    REQUIRE(a.ok());
    const int n = a.replicas->value;
    CHECK(a.cut.replicas == n);
    CHECK(a.replicas->low <= n);
    CHECK(a.replicas->high >= n);
    const auto& d = q.what.what;
    const auto met = [&](int replicas, double rate) {
        workload w = q.what.load;
        w.rate = requests_per_second(rate);
        return meets(
            predict_load({d.model, d.device, d.runtime, {.replicas = replicas}, d.formats, d.constants}, w).load,
            q.level);
    };
    CHECK(met(n, 100.0));
    CHECK_FALSE(met(n - 1, 100.0));
    REQUIRE(a.most);
    CHECK(met(n, 0.98 * a.most->value.value()));
    CHECK_FALSE(met(n, 1.02 * a.most->value.value()));
    CHECK(a.most->low < a.most->value);
    CHECK(a.most->value < a.most->high);
}

TEST_CASE("an objective that a lone request misses: no rate and no number of replicas") {
    auto q = chat({});
    q.size_for = requests_per_second(10.0);
    q.level.limits.tpot = milliseconds(1);
    const ask::load_answer a = ask::answered(q);
    CHECK_FALSE(a.ok());
    CHECK(a.replicas->value == 0);
    CHECK(a.most->value.value() == 0.0);
    CHECK(report::screen(q, a).find("no number for 10 req/s") != std::string::npos);
    CHECK(report::as_json(q, a)["replicas"]["replicas"]["value"].is_null());
}

TEST_CASE("cost is the rent over what is delivered") {
    auto q = chat(10.0);
    q.what.rent = dollars_per_hour(3.6);
    const ask::load_answer a = ask::answered(q);
    REQUIRE(a.cost);  // 0.001 $/s over 2560 tok/s of output, and 12800 tok/s in all
    CHECK(a.cost->output_only.value / dollars_per_million_tokens(1) == approx(1e3 / 2560.0));
    CHECK(a.cost->blended.value / dollars_per_million_tokens(1) == approx(1e3 / 12800.0));
}

TEST_CASE("clients: throughput within the limit, Little's law, and means alone where there is no closed form") {
    auto q = chat({});
    for (const double clients : {1.0, 16.0, 4000.0}) {
        q.clients = clients;
        const ask::load_answer a = ask::answered(q);
        REQUIRE(a.ok());
        const load_prediction& p = a.load.value;
        CHECK(p.rate.value() <= a.limit.value.value() * 1.001);
        CHECK(p.rate.value() * p.latency.mean().value() == approx(clients).epsilon(0.02));
    }
    auto apart = chat({}, "sglang");
    apart.clients = 16.0;
    const ask::load_answer a = ask::answered(apart);
    CHECK(a.ok());
    CHECK_FALSE(a.distributions);
    CHECK(report::screen(apart, a).find("Means only") != std::string::npos);
    CHECK(report::as_json(apart, a)["means_only"].is_string());
    CHECK_THROWS_AS(report::load_curve_svg(apart, a), error);
    apart.clients.reset();
    apart.rate = requests_per_second(5.0);
    CHECK(ask::answered(apart).distributions);
}

TEST_CASE("what is not a load is refused") {
    CHECK_THROWS_AS(ask::answered(chat({})), error);
    auto both = chat(1.0);
    both.clients = 2.0;
    CHECK_THROWS_AS(ask::answered(both), error);
    CHECK_THROWS_AS(ask::answered(chat(-1.0)), error);
}

TEST_CASE("one screen of 80 columns, and the JSON says the same") {
    for (const double rate : {0.0, 1.0, 12.0, 21.5, 100.0, 1e6}) {
        auto q = chat(rate);
        q.level.limits = {.ttft = milliseconds(500), .tpot = milliseconds(25)};
        const ask::load_answer a = ask::answered(q);
        std::istringstream in(report::screen(q, a));
        int lines = 0;
        for (std::string line; std::getline(in, line); ++lines) {
            CAPTURE(line);
            CHECK(ask::width(line) <= 80);
            CHECK((line.empty() || line.back() != ' '));
        }
        CHECK(lines <= 40);
    }
    const auto q = chat(12.0);
    const ask::load_answer a = ask::answered(q);
    const report::json j = report::as_json(q, a, "gambrel simulate");
    CHECK(j["ttft"]["p99"]["value"].get<double>() == approx(p99(a.load.value.ttft)));
    CHECK(j["latency"]["mean"]["unit"] == "s");
    CHECK(j["limit"]["value"].get<double>() == approx(a.limit.value.value()));
    CHECK(j["simulate"] == "gambrel simulate");
    CHECK(j["curve"].size() >= 4);
    CHECK(j["objective"].is_null());
}

TEST_CASE("the picture is closed, labelled with units, and has both panels' lines") {
    auto q = chat(12.0);
    q.level.limits.ttft = milliseconds(500);
    const std::string svg = report::load_curve_svg(q, ask::answered(q));
    CHECK(svg.rfind("<svg ", 0) == 0);
    CHECK(svg.substr(svg.size() - 7) == "</svg>\n");
    CHECK(count_of(svg, "<polyline") == 4);
    CHECK(count_of(svg, "80 % range shaded") == 2);
    CHECK(count_of(svg, "<text") == count_of(svg, "</text>"));
    for (const char* part : {"request rate (requests/s)", "output (tok/s)", "unstable from ", "asked: 12 req/s",
                             "objective: p99 at most 500 ms", ">100 ms<"}) {
        CAPTURE(part);
        CHECK(svg.find(part) != std::string::npos);
    }
    q.rate.reset();
    q.clients = 32.0;
    CHECK(report::load_curve_svg(q, ask::answered(q)).find("32 clients: ") != std::string::npos);
}
