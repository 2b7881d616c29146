// SPDX-License-Identifier: Apache-2.0
// Advice: preconditions, ranges of ratios, order, and gains that were published.
#include <doctest/doctest.h>

#include <chrono>
#include <fstream>
#include <gambrel/comparison/detectable_change.hpp>
#include <gambrel/report/json/advice_json.hpp>
#include <gambrel/report/text/advice_text.hpp>
#include <set>
#include <sstream>

using namespace gambrel;
using namespace gambrel::ask;

namespace {
advised_case a_case(const char* model, const char* board, const char* runtime, double clients, double prompt,
                    double output, int tp = 1) {
    advised_case c{std::make_shared<const architecture>(model_named(model)),
                   std::make_shared<const device<>>(device_named(board)),
                   std::make_shared<const gambrel::runtime<>>(runtime_named(runtime))};
    c.options.concurrency = clients;
    c.options.prompt = prompt;
    c.options.output = output;
    c.options.tensor = tp;
    return c;
}
advised_case small(double clients = 64) { return a_case("llama-3.1-8b", "h100-sxm", "vllm", clients, 1024, 256); }
double gain(const advice& a, const char* key, advice_goal g) { return item_named(a, key).gains.of(g).value; }
prediction<> predicted(const advised_case& c) {
    const auto b = bind_case(c);
    return answered(b->question).predicted;
}
}  // namespace

TEST_CASE("every change of the catalogue: applied, it is another question; else it says why not") {
    CHECK(what_ifs.size() >= 25);
    std::set<std::string_view> keys, applied;
    for (const what_if& w : what_ifs) {
        CAPTURE(w.key);
        CHECK(keys.insert(w.key).second);
        for (const std::string_view word : {w.title, w.risk, w.portability, w.rollback}) CHECK_FALSE(word.empty());
    }
    std::vector<advised_case> cases{small(1), small(512), a_case("deepseek-v3", "h200-sxm", "sglang", 64, 2048, 512, 8),
                                    a_case("llama-3.1-70b", "b200", "vllm@0.8", 64, 2048, 256, 2)};
    cases.push_back(small());
    cases.back().options.enforce_eager = true;
    cases.back().options.adapter_rank = 16;
    cases.back().options.max_sequences = 16;
    cases.back().options.chunked_prefill = false;
    cases.back().options.async_scheduling = false;
    cases.push_back(a_case("llama-3.1-8b", "a100-sxm-80", "vllm", 256, 4096, 512));
    cases.back().options.memory_fraction = 0.4;
    cases.push_back(cases[2]);
    cases.back().options.tensor = 1;
    cases.back().options.data = cases.back().options.expert = 8;
    cases.push_back(small());
    cases.back().options.replicas = 2;
    for (const advised_case& c : cases) {
        const advice a = advised(c);
        REQUIRE(a.ok());
        REQUIRE(a.items.size() == what_ifs.size());
        for (const advice_item& i : a.items) {
            CAPTURE(i.change->key);
            CAPTURE(i.reason);
            const bool refused = i.verdict == advice_verdict::not_applicable || i.verdict == advice_verdict::impossible;
            CHECK(refused == !i.after.has_value());
            CHECK((!refused || !i.reason.empty()));
            if (!i.after) continue;
            applied.insert(i.change->key);
            const figure<double>& g = i.gains.of(advice_goal::cost);
            CHECK(g.low <= g.value);
            CHECK(g.value <= g.high);
            // A pair of predictions: the ratio is that of the two.
            CHECK(i.gains.of(advice_goal::ttft).value ==
                  doctest::Approx(a.now.predicted.ttft.value / i.after->ttft.value).epsilon(1e-12));
        }
    }
    for (const what_if& w : what_ifs) {
        CAPTURE(w.key);
        CHECK(applied.count(w.key) == 1);  // each is tried at least once above
    }
}

TEST_CASE("what both sides share cancels: the range of a ratio") {
    const advice a = advised(small());
    const auto width = [&](const char* key, advice_goal g) {
        const figure<double>& f = item_named(a, key).gains.of(g);
        return std::log(f.high / f.value) / normal_quantile_90;
    };
    const auto single = std::log(a.now.predicted.tpot.high / a.now.predicted.tpot.value) / normal_quantile_90;
    CHECK(width("more_clients", advice_goal::tpot) < single);                                   // one law on both sides
    CHECK(width("more_clients", advice_goal::tpot) >= pair_step_sigma);                         // and yet not nothing
    CHECK(width("fp8_weights", advice_goal::tpot) > width("more_clients", advice_goal::tpot));  // two laws
    CHECK(width("sglang", advice_goal::tpot) > std::hypot(runtime_named("vllm").step_sigma, 0.05));
    CHECK(width("spot", advice_goal::latency) == 0.0);  // the same prediction
    CHECK(item_named(a, "spot").gains.of(advice_goal::latency).value == 1.0);
    // By hand, of two times under two laws each: 0.5 / 0.5 and 0.8 / 0.2 of one, sigma 0.1 and 0.2 of the others.
    time_errors x, y;
    x.laws[0] = 0.05, x.laws[1] = 0.10;
    y.laws[0] = 0.08, y.laws[1] = 0.04;
    const auto b = bind_case(small());
    const auto& d = b->question.what;
    CHECK(ratio_deviation(x, y, d, d) ==
          doctest::Approx(std::sqrt(0.03 * 0.03 + 0.06 * 0.06 + pair_step_sigma * pair_step_sigma)).epsilon(1e-12));
    deployment<> fp8 = d;
    fp8.formats.weights = linear_layers_in(formats::fp8);
    CHECK(ratio_deviation(x, y, d, fp8) == doctest::Approx(std::sqrt(0.05 * 0.05 + 0.08 * 0.08 + 0.10 * 0.10 +
                                                                     0.04 * 0.04 + pair_step_sigma * pair_step_sigma))
                                               .epsilon(1e-12));
    x.first = y.first = 1.0;
    CHECK(ratio_deviation(x, x, d, d) == doctest::Approx(pair_ttft_sigma).epsilon(1e-12));
}

TEST_CASE("ranked by sure gain for the work; limits, assumptions, and what is measured first") {
    const advice a = advised(small());
    double last = 1e9;
    bool less = true;
    for (const advice_item& i : a.items) {
        const figure<double>& g = i.gains.of(advice_goal::cost);
        if (i.verdict == advice_verdict::gain) {
            CHECK(g.low > 1.0);
            const bool asks_less = i.change->term == advice_term::workload || i.change->term == advice_term::batch;
            if (asks_less != less) CHECK_FALSE(asks_less);  // workload first
            else CHECK(i.rank <= last);
            less = asks_less;
            CHECK(i.rank == doctest::Approx(std::log(g.low) / effort_weight(i.change->effort)).epsilon(1e-12));
            last = i.rank;
        }
        if (i.verdict == advice_verdict::no_gain) CHECK(g.value < least_gain);
        if (i.verdict == advice_verdict::measure_first) CHECK((g.low <= 1.0 || !i.reason.empty()));
    }
    CHECK(item_named(a, "prefix_cache").verdict == advice_verdict::measure_first);
    CHECK(item_named(a, "prefix_cache").reason.find("half of the prompt tokens") == 0);
    advised_case hits = small();
    hits.options.prefix_cache = false;
    hits.options.prefix_hit = 0.6;
    CHECK(item_named(advised(hits), "prefix_cache").verdict == advice_verdict::gain);

    advice_options limits;
    limits.limits.tpot = a.now.predicted.tpot.value * 1.05;
    const advice kept = advised(small(), limits);
    CHECK(item_named(kept, "more_clients").verdict == advice_verdict::breaks_limit);
    CHECK(item_named(kept, "more_clients").reason == "TPOT");
    CHECK(item_named(a, "more_clients").verdict == advice_verdict::gain);
    // A limit that is broken already: said, with what keeps it; what makes it worse is no gain.
    advice_options tight;
    tight.limits.ttft = a.now.predicted.ttft.value * 0.95;
    const advice broken = advised(small(), tight);
    CHECK(broken.broken == std::vector<std::string>{"TTFT"});
    CHECK(a.broken.empty());
    CHECK(item_named(broken, "more_clients").verdict == advice_verdict::breaks_limit);
    CHECK(item_named(broken, "more_clients").reason == "TTFT, further than now");
    CHECK(item_named(broken, "shorter_prompts").mended == std::vector<std::string>{"TTFT"});
    CHECK(item_named(broken, "spot").verdict == item_named(a, "spot").verdict);  // neither better nor worse of TTFT
    const auto keepers = kept_by(broken, "TTFT");
    CHECK(std::find(keepers.begin(), keepers.end(), item_named(broken, "shorter_prompts").change) != keepers.end());
    for (const what_if* w : keepers) CHECK(item_named(broken, w->key).after->ttft.value <= tight.limits.ttft);
    CHECK(report::screen(broken).find("TTFT is above its limit as it is") != std::string::npos);
    CHECK(report::as_json(broken)["broken"][0] == "TTFT");

    CHECK(advised(small(), {.goal = advice_goal::latency}).items.front().gains.of(advice_goal::latency).low > 1.0);
    CHECK_THROWS_WITH(item_named(a, "fp8_cach"), doctest::Contains("fp8_cache"));
    CHECK_THROWS_WITH(advice_goal_named("speed"), doctest::Contains("goal"));
    const advice none = advised(a_case("llama-3.1-405b", "h100-sxm", "vllm", 1, 1024, 256));
    CHECK_FALSE(none.ok());
    CHECK(none.items.empty());
}

TEST_CASE("two changes together are predicted together") {
    const advice a = advised(small());
    REQUIRE(a.together);
    std::set<advice_term> terms;
    advised_case both = a.asked;
    const auto before = bind_case(a.asked);
    for (const what_if* w : a.together->changes) {
        CHECK(terms.insert(w->term).second);
        CHECK(w->change(both, {before->question, a.now}).empty());
    }
    const auto after = bind_case(both);
    const answer then = answered(after->question);
    CHECK_FALSE((terms.count(advice_term::price) && terms.count(advice_term::machine)));
    CHECK(a.together->gains.of(advice_goal::tpot).value ==
          doctest::Approx(a.now.predicted.tpot.value / then.predicted.tpot.value).epsilon(1e-12));
}

TEST_CASE("signs of gains that were published") {
    const advice lone = advised(small(1)), many = advised(small(256));
    const auto better = [&](const advice& a, const char* key, advice_goal g) {
        CAPTURE(std::string_view(key));
        CHECK(gain(a, key, g) > 1.0);
    };
    better(lone, "fp8_weights", advice_goal::tpot);
    better(many, "fp8_weights", advice_goal::cost);
    better(lone, "int4_weights", advice_goal::tpot);
    // INT4 is best for one request at a time and not in large batches (arXiv 2411.02355).
    CHECK(gain(lone, "int4_weights", advice_goal::tpot) > gain(lone, "fp8_weights", advice_goal::tpot));
    CHECK(gain(many, "int4_weights", advice_goal::cost) < gain(many, "fp8_weights", advice_goal::cost));
    better(lone, "eagle3", advice_goal::tpot);
    CHECK(gain(lone, "eagle3", advice_goal::tpot) < 2.5);  // "up to"
    better(many, "prefix_cache", advice_goal::ttft);
    better(lone, "sparse", advice_goal::latency);
    better(many, "power_cap", advice_goal::energy);
    better(many, "fp8_cache", advice_goal::tpot);
    better(advised(a_case("llama-3.1-8b", "a100-sxm-80", "vllm", 16, 1024, 256)), "int8_weights", advice_goal::tpot);
    const advised_case moe = a_case("deepseek-v3", "h200-sxm", "sglang", 64, 2048, 512, 8);
    better(advised(moe), "mtp", advice_goal::tpot);
    advised_case spread = moe;
    spread.options.tensor = 1;
    spread.options.data = spread.options.expert = 8;
    spread.options.exchange = "by_pass";
    spread.options.concurrency = 1024;
    better(advised(spread), "two_batches", advice_goal::ttft);  // 1.11; SGLang: prompts 1.27 to 1.35 times as fast
    advised_case pools = a_case("llama-3.1-70b", "h200-sxm", "vllm", 64, 4096, 512, 4);
    pools.options.replicas = 4;
    better(advised(pools), "two_pools", advice_goal::cost);  // 1.23; AIConfigurator predicts 1.34 to 1.67
    advised_case eager = small(1);
    eager.options.enforce_eager = true;
    better(advised(eager), "graphs", advice_goal::tpot);
}

TEST_CASE("sizes of gains that were published with their setting") {
    // FP8 KV: the slope of ITL over clients is 54 % of bf16's, Llama-3.1-8B on an H100 under vLLM (vLLM blog, 2026-04;
    // lengths are not known to us: 8k in and 1k out were chosen among seven, which gave 0.55 to 0.71, so that this pins
    // a sign and a neighbourhood, no size). Most gaps between tokens are steps of decodes alone.
    const auto slope = [](const char* kv) {
        advised_case few = a_case("llama-3.1-8b", "h100-sxm", "vllm", 4, 8192, 1024), more = few;
        more.options.concurrency = 16;
        few.options.kv = more.options.kv = kv;
        return predicted(more).decode.total() - predicted(few).decode.total();
    };
    const double kv = slope("fp8") / slope("stored");
    // Graphs: 8.4 to 5.1 ms a token, an 8B model on an H100.
    advised_case eager = small(1);
    eager.options.enforce_eager = true;
    const double graphs = gain(advised(eager), "graphs", advice_goal::tpot);
    // 2:4: latency -30 %, throughput +20 %, an 8B model on an H100; at how many clients is not known (at 64: + 2 %).
    const double sparse_latency = gain(advised(small(1)), "sparse", advice_goal::latency),
                 sparse_cost = gain(advised(small(16)), "sparse", advice_goal::cost);
    MESSAGE("slope of ITL with an fp8 cache " << kv << " (published 0.54); graphs x " << graphs << " (1.647), tpot "
                                              << 1e3 * predicted(small(1)).tpot.value.value()
                                              << " ms (5.1); 2:4 latency x " << sparse_latency
                                              << " (1.43), throughput x " << sparse_cost << " (1.2)");
    CHECK(std::fabs(kv / 0.54 - 1.0) < 0.25);
    CHECK(graphs > 1.647);  // 27 % more than published: launches are counted at 37 to 49 us here; with a graph 7.0 ms
    CHECK(std::fabs(sparse_latency / (1.0 / 0.7) - 1.0) < 0.25);
    CHECK(std::fabs(sparse_cost / 1.2 - 1.0) < 0.25);
}

TEST_CASE("the advice on one deployment in 50 ms, its experiments among it") {
    const auto start = std::chrono::steady_clock::now();
    const advice a = advised(small());
    const report::json j = report::as_json(a);
    const double taken = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    MESSAGE("advice in " << 1e3 * taken << " ms");
    CHECK(taken < 0.5);  // of 0.05 on a quiet core with optimisation; a mistake of kind is ten times that
    CHECK(j["items"].size() == what_ifs.size());
    const std::string text = report::screen(a, 8, true);
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        CAPTURE(line);
        CHECK(width(line) <= 80);
    }
    CHECK(text.find("Change first") != std::string::npos);
    CHECK(text.find("\n    weights in fp8; risk: little\n") != std::string::npos);
    CHECK(text.find("the device has no fp4") == std::string::npos);
    CHECK(text.find("h100-sxm has no fp4 multiply") != std::string::npos);
}

TEST_CASE("the experiment: both servers, both loads, the comparison, the way back") {
    const advice a = advised(small());
    const auto lines = experiment_of(a, item_named(a, "fp8_cache"));
    std::string all;
    for (const std::string& l : lines) all += l + "\n";
    CHECK(all.find("vllm serve meta-llama/Llama-3.1-8B") != std::string::npos);
    CHECK(all.find("--kv-cache-dtype fp8") != std::string::npos);
    CHECK(all.find(
              "--random-input-len 1024 --random-output-len 256 --ignore-eos --max-concurrency 64 --num-prompts 640") !=
          std::string::npos);
    CHECK(all.find("gambrel compare runs/before runs/after --paired --margin 0\n") != std::string::npos);
    const experiment pairs{.variation = std::sqrt(std::expm1(2.0 * std::log1p(0.02 * 0.02))), .sides = sides::paired};
    CHECK(least_detectable_change(pairs, runs_a_side, 0.05) == doctest::Approx(shown_beyond_margin).epsilon(1e-3));
    CHECK(least_detectable_change(pairs, runs_a_side, 0.0) == doctest::Approx(shown_beyond_none).epsilon(1e-3));
    advice_item hardly = item_named(a, "fp8_cache");
    for (const auto& [gain, line] : {std::pair{1.10, "gambrel compare runs/before runs/after --paired --margin 0"},
                                     {1.11, "gambrel compare runs/before runs/after --paired"},
                                     {0.89, "gambrel compare runs/before runs/after --paired"}}) {
        for (figure<double>& g : hardly.gains.by_goal) g = exactly(gain);
        CHECK(comparing_lines(a, hardly).front() == line);
    }
    for (const char* bill : {"spot", "reserved"})  // two equal servers have nothing to show
        for (const std::string& l : experiment_of(a, item_named(a, bill))) CHECK(l.starts_with("# "));
    std::string other;
    for (const std::string& l : experiment_of(a, item_named(a, "h200"))) other += l + "\n";
    CHECK(other.find("on one machine") == std::string::npos);
    CHECK(all.find("lm_eval") != std::string::npos);
    CHECK(all.find("# back: drop the flag") != std::string::npos);
    all.clear();
    for (const std::string& l : experiment_of(a, item_named(a, "more_clients"))) all += l + "\n";
    CHECK(all.find("--max-concurrency 128 --num-prompts 1280") != std::string::npos);
    CHECK(all.find("gambrel compare") == std::string::npos);  // other loads are not comparable
    CHECK(all.find("lm_eval") == std::string::npos);
}

TEST_CASE("docs/advice.md is the catalogue") {
    std::ifstream page("docs/advice.md");
    REQUIRE(page);
    std::ostringstream text;
    text << page.rdbuf();
    // Out of date: replace its table by what report::catalogue_markdown() gives.
    CHECK(text.str().find(report::catalogue_markdown()) != std::string::npos);
}
