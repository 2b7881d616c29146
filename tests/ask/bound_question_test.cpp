// SPDX-License-Identifier: Apache-2.0
// Questions in words: what the words mean, what a wrong one says, and that descriptors are copied only where they
// change.
#include <approx.hpp>
#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <functional>
#include <gambrel/ask/bound_load_question.hpp>
#include <gambrel/ask/bound_simulation.hpp>
#include <gambrel/ask/matches.hpp>
#include <gambrel/report/json/prediction_json.hpp>
#include <gambrel/report/json/runtime_json.hpp>
#include <limits>

using namespace gambrel;
using ask::bound_load_question;
using ask::bound_question;
using ask::bound_simulation;
using ask::prediction_options;
using ask::simulation_options;

namespace {
constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

/// The catalog's own, not copied and not destroyed.
template <class T> std::shared_ptr<const T> shared(const T& t) { return {std::shared_ptr<const T>(), &t}; }

const architecture& llama() { return model_named("llama-3.1-8b"); }
const device<>& h100() { return catalog::h100_sxm; }

template <class Asked = bound_question, class Terms = prediction_options>
Asked of(const Terms& t, const runtime<>& software = catalog::vllm, const device<>& on = h100()) {
    return Asked(shared(llama()), shared(on), shared(software), t);
}
prediction_options but(const std::function<void(prediction_options&)>& change) {
    prediction_options t;
    change(t);
    return t;
}
/// Exactly one error, whose one line contains `part`.
template <class Asked = bound_question, class Terms> void refused(const Terms& t, const std::string& part) {
    CAPTURE(part);
    std::string said;
    try {
        of<Asked>(t);
    } catch (const error& e) {
        said = e.what();
    }
    CAPTURE(said);
    CHECK(said.find(part) != std::string::npos);
    CHECK(said.find('\n') == std::string::npos);
}
std::string settings(const runtime<>& r) { return report::runtime_json(r).dump(); }

struct folder {
    std::filesystem::path path;
    folder() {
        std::string name = (std::filesystem::temp_directory_path() / "gambrel-ask-XXXXXX").string();
        REQUIRE(mkdtemp(name.data()) != nullptr);
        path = name;
    }
    ~folder() { std::filesystem::remove_all(path); }
};
const char* tiny_config = R"({"model_type": "llama", "architectures": ["LlamaForCausalLM"], "hidden_size": 64,
 "intermediate_size": 128, "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 16,
 "vocab_size": 256, "max_position_embeddings": 512, "tie_word_embeddings": false, "rms_norm_eps": 1e-5,
 "torch_dtype": "bfloat16"})";
}  // namespace

TEST_CASE("names: catalog, file, directory") {
    CHECK(ask::model_of("llama-3.1-8b").name == llama().name);
    CHECK(ask::device_of("H100_SXM").name == h100().name);
    const folder here;
    std::filesystem::create_directory(here.path / "tiny-model");
    std::ofstream(here.path / "tiny-model" / "config.json") << tiny_config;
    std::ofstream(here.path / "other.json") << tiny_config;
    CHECK(ask::model_of((here.path / "tiny-model").string()).name.view() == "tiny-model");
    CHECK(ask::model_of((here.path / "tiny-model" / "config.json").string()).name.view() == "tiny-model");
    CHECK(ask::model_of((here.path / "other.json").string()).name.view() == "other");
    std::ofstream(here.path / "mine.json") << R"({"name": "mine", "class": "datacenter_gpu",
        "memory": {"capacity": "96 GB", "bandwidth": "4 TB/s"}, "peak": {"bf16": "1000 TFLOP/s"}})";
    CHECK(ask::device_of((here.path / "mine.json").string()).name.view() == "mine");
}

TEST_CASE("names that are none: one error that lists the nearest") {
    CHECK_THROWS_WITH_AS(ask::model_of("lama-3.1-8b"), doctest::Contains("the nearest are "), error);
    CHECK_THROWS_WITH_AS(ask::device_of("h10-sxm"), doctest::Contains("h100-sxm"), error);
    CHECK_THROWS_WITH_AS(ask::model_of("./nowhere"), doctest::Contains("nowhere"), error);
    CHECK_THROWS_WITH_AS(ask::device_of("nowhere.json"), doctest::Contains("nowhere.json"), error);
    CHECK_THROWS_WITH_AS(ask::format_of("fp9"), doctest::Contains("fp8"), error);
    CHECK_THROWS_WITH_AS(ask::weights_of("q4_k_x", llama()), doctest::Contains("q4_k_"), error);
    CHECK_THROWS_WITH_AS(ask::models_with("no-such"), doctest::Contains("unknown part of a model name \"no-such\""),
                         error);
    CHECK_THROWS_WITH_AS(ask::devices_with("no-such"), doctest::Contains("part of a device name"), error);
    CHECK_THROWS_WITH_AS(ask::runtimes_with("no-such"), doctest::Contains("part of a runtime name"), error);
    CHECK_THROWS_WITH_AS(ask::workloads_with("no-such"), doctest::Contains("part of a workload name"), error);
}

TEST_CASE("formats: storage formats first, then GGUF file types") {
    for (const storage_format* f : gambrel::storage_formats) {
        CHECK(ask::find_format(f->name.view()) == f);
        CHECK(ask::weights_of(f->name.view(), llama()).feed_forward.name == f->name);
    }
    CHECK(ask::find_format("FP8") == &formats::fp8);
    CHECK(ask::find_format("q4_k_m") == nullptr);
    CHECK(ask::weights_of("q8_0", llama()).feed_forward.gguf);
}

TEST_CASE("lengths: tokens, uniform, log-normal") {
    CHECK(ask::length_of("2048", "it").mean() == 2048.0);
    CHECK(ask::length_of("2048", "it").variance() == 0.0);
    CHECK(ask::length_of("uniform:100:300", "it").mean() == 200.0);
    CHECK(ask::length_of("uniform:100:300", "it").largest() == 300.0);
    CHECK(ask::length_of("lognormal:500:0.5", "it").mean() == 500.0);
    CHECK(ask::length_of("lognormal:500:0.5", "it").variance() == approx(250.0 * 250.0));
    for (const char* wrong : {"", "many", "12 tokens", "nan", "-1", "1e300", "uniform:10", "uniform:20:10",
                              "uniform:1:2:3", "lognormal:100", "lognormal:100:-1", "triangular:1:2", ":", "::"}) {
        CAPTURE(wrong);
        CHECK_THROWS_AS(ask::length_of(wrong, "it"), error);
    }
    CHECK_THROWS_WITH_AS(ask::length_of("triangular:1:2", "the prompt"), doctest::Contains("uniform"), error);
    CHECK_THROWS_WITH_AS(ask::length_of("many", "the prompt"), doctest::Contains("the prompt is \"many\""), error);
}

TEST_CASE("the usual runtime is one that runs there") {
    CHECK(&ask::usual_runtime(h100()) == &catalog::vllm);
    CHECK(&ask::usual_runtime(device_named("apple-m3-max")) == &catalog::llama_cpp_metal);
    for (const device<>* d : all_devices) {
        CAPTURE(d->name.view());
        CHECK(runs_on(ask::usual_runtime(*d), *d));
        if (!runs_on(ask::usual_runtime(*d, true), *d)) FAIL_CHECK("no runtime for GGUF files");
    }
    CHECK(&ask::usual_runtime(device_named("rtx-4090")) == &catalog::vllm);
    CHECK(&ask::usual_runtime(device_named("rtx-4090"), true) == &catalog::llama_cpp);
    CHECK(&ask::usual_runtime(device_named("rx-7900xtx"), true) == &catalog::llama_cpp_vulkan);
    CHECK(&ask::usual_runtime(device_named("strix-halo")) == &catalog::llama_cpp_vulkan);
    CHECK(&ask::usual_runtime(device_named("epyc-9654")) == &catalog::llama_cpp_cpu);
    CHECK(&ask::usual_runtime(device_named("orin-nano-8")) == &catalog::llama_cpp);
    CHECK(&ask::usual_runtime(device_named("gb10")) == &catalog::vllm);
    CHECK(ask::names_gguf("q4_k_m"));
    CHECK_FALSE(ask::names_gguf("bf16"));  // a GGUF type too, but servers' own word
    CHECK_FALSE(ask::names_gguf("int4"));
}

TEST_CASE("settings that nobody states are the board's") {
    const auto on = [](const char* board, const prediction_options& t) {
        return bound_question(std::make_shared<const architecture>(llama()),
                              std::make_shared<const device<>>(device_named(board)),
                              std::make_shared<const runtime<>>(catalog::vllm), t)
            .question.what.runtime.scheduling;
    };
    CHECK(on("l4", {}).token_budget == 2048);
    CHECK(on("l4", {}).most_sequences == 256);
    prediction_options said;
    said.token_budget = 512;
    CHECK(on("l4", said).token_budget == 512);
    CHECK(on("l4", said).most_sequences == 256);
}

TEST_CASE("parts of names: catalog order, nothing typed is all") {
    CHECK(ask::models_with("").size() == all_models.size());
    CHECK(ask::devices_with("").size() == all_devices.size());
    CHECK(ask::runtimes_with("").size() == all_runtimes.size());
    CHECK(ask::workloads_with("").size() == all_workloads.size());
    CHECK(ask::runtimes_with("SGLANG") == std::vector<const runtime<>*>{&catalog::sglang, &catalog::sglang_0_5,
                                                                        &catalog::sglang_interval_30,
                                                                        &catalog::sglang_0_4});
    CHECK(ask::workloads_with("1k8k") == std::vector<const named_workload*>{&catalog::inferencex_1k8k});
    for (const device<>* d : ask::devices_with("h100")) CHECK(d->name.str().find("h100") != std::string::npos);
}

TEST_CASE("plain prediction_options: the documented defaults, and the descriptors themselves") {
    const bound_question a = of(prediction_options{});
    const ask::question& q = a.question;
    CHECK(&q.what.model == &llama());
    CHECK(&q.what.device == &h100());
    CHECK(&q.what.runtime == &catalog::vllm);
    CHECK(q.load.prompt.mean() == 1024.0);
    CHECK(q.load.output.mean() == 256.0);
    CHECK(q.load.concurrency == 1.0);
    CHECK_FALSE(q.load.open_loop());
    CHECK_FALSE(q.load.protocol.burst_start);
    CHECK(q.what.cut.devices() == 1);
    CHECK_FALSE(q.static_batch);
    CHECK_FALSE(q.rent);
    CHECK(q.what.formats.kv.name == llama().kv_cache.name);
    CHECK(q.others.size() == all_runtimes.size());
    CHECK(ask::answered(q).ok());
}

TEST_CASE("a term changes its descriptor and no other, on a copy") {
    const std::string before = settings(catalog::vllm);
    const auto only_runtime = [&](const std::function<void(prediction_options&)>& change,
                                  const std::function<void(runtime<>&)>& same) {
        const bound_question a = of(but(change));
        CHECK(&a.question.what.runtime != &catalog::vllm);
        CHECK(&a.question.what.device == &h100());
        CHECK(&a.question.what.model == &llama());
        runtime<> expected = catalog::vllm;
        same(expected);
        CHECK(settings(a.question.what.runtime) == settings(expected));
    };
    only_runtime([](prediction_options& t) { t.token_budget = 512; },
                 [](runtime<>& r) { r.scheduling.token_budget = 512, r.by_board.token_budget = false; });
    only_runtime([](prediction_options& t) { t.max_sequences = 7; },
                 [](runtime<>& r) { r.scheduling.most_sequences = 7, r.by_board.most_sequences = false; });
    only_runtime([](prediction_options& t) { t.enforce_eager = true; },
                 [](runtime<>& r) { r.graphs = {.decode = graph_use::none}; });
    only_runtime([](prediction_options& t) { t.memory_fraction = 0.5; },
                 [](runtime<>& r) { r.memory.fraction = 0.5, r.by_board.fraction = false; });

    refused(but([](prediction_options& t) { t.memory = gibibytes(79.2); }), "no board has 79.2 GiB of memory");
    CHECK_NOTHROW(of(but([](prediction_options& t) { t.memory = gigabytes(96); })));
    const bound_question big = of(but([](prediction_options& t) { t.memory = gibibytes(384); }));
    CHECK(&big.question.what.runtime == &catalog::vllm);
    CHECK(&big.question.what.device != &h100());
    CHECK(big.question.what.device.memory.capacity.value.value() == approx(384.0 * 1024 * 1024 * 1024));
    CHECK(big.question.what.device.memory.bandwidth.value == h100().memory.bandwidth.value);
    CHECK(big.question.what.device.name == h100().name);
    CHECK(settings(catalog::vllm) == before);
}

TEST_CASE("the question owns what it copied") {
    auto model = std::make_shared<const architecture>(llama());
    auto on = std::make_shared<const device<>>(h100());
    auto under = std::make_shared<const runtime<>>(catalog::vllm);
    const bound_question a(model, on, under, prediction_options{});
    const std::weak_ptr<const architecture> watched = model;
    model.reset();
    on.reset();
    under.reset();
    CHECK_FALSE(watched.expired());
    CHECK(a.question.what.model.name == llama().name);
}

TEST_CASE("a calibration moves what its factors say, of its own device and runtime only") {
    calibration_file f{.device = "h100-sxm", .runtime = "vllm"};
    f.adjustment.factor[4] = 2.0;  // per_step
    const bound_question a = of(but([&](prediction_options& t) { t.calibration = f; }));
    CHECK(a.question.what.runtime.host.per_step.value.value() ==
          approx(2.0 * catalog::vllm.host.per_step.value.value()));
    CHECK(a.question.what.runtime.host.per_kernel.value == catalog::vllm.host.per_kernel.value);
    CHECK(a.question.what.runtime.scheduling.token_budget == catalog::vllm.scheduling.token_budget);
    CHECK(&a.question.what.device == &h100());
    const auto step = [](const bound_question& of) { return ask::answered(of.question).predicted.tpot.value.value(); };
    CHECK(step(a) > step(of(prediction_options{})));

    // A start-up log of it: another size shown, and working memory as it was.
    calibration_file logged{.device = "h100-sxm", .runtime = "vllm"};
    logged.memory = memory_correction{.besides = 1.5, .visible = 78.0, .deviation = 0.5};
    const auto room = [](const bound_question& q) { return ask::answered(q.question).predicted.memory.for_kv; };
    const bound_question corrected = of(but([&](prediction_options& t) { t.calibration = logged; }));
    CHECK((room(of(prediction_options{})) - room(corrected)) / gibibytes(1.0) ==
          approx(catalog::vllm.memory.fraction * (79.2 - 78.0) + 1.5));

    calibration_file slow{.device = "h100-sxm"};
    slow.adjustment.factor[1] = 0.5;  // memory: decode is bound by it
    CHECK(step(of(but([&](prediction_options& t) { t.calibration = slow; }))) > 1.2 * step(of(prediction_options{})));

    calibration_file other = f;
    other.device = "a100-sxm-80";
    refused(but([&](prediction_options& t) { t.calibration = other; }),
            "the calibration is of a100-sxm-80, not of h100-sxm");
    other = f;
    other.runtime = "sglang";
    refused(but([&](prediction_options& t) { t.calibration = other; }), "the calibration is of sglang, not of vllm");
}

TEST_CASE("every wrong term is one error that names it") {
    using change = void (*)(prediction_options&, double);
    struct {
        change set;
        const char* what;
    } const rows[]{
        {[](prediction_options& t, double x) { t.token_budget = x; }, "the token budget"},
        {[](prediction_options& t, double x) { t.max_sequences = x; }, "the most sequences"},
        {[](prediction_options& t, double x) { t.memory_fraction = x; }, "the memory fraction"},
        {[](prediction_options& t, double x) { t.concurrency = x; }, "the concurrency"},
        {[](prediction_options& t, double x) { t.rate = x; }, "the request rate per second"},
        {[](prediction_options& t, double x) { t.batch = x; }, "the batch"},
        {[](prediction_options& t, double x) { t.server = x; }, "the server factor"},
        {[](prediction_options& t, double x) { t.pue = x; }, "the power usage effectiveness"},
        {[](prediction_options& t, double x) { t.price = x; }, "the price in dollars per device-hour"},
        {[](prediction_options& t, double x) { t.price_kwh = x; }, "the electricity price"},
        {[](prediction_options& t, double x) { t.images = x; }, "the number of images"},
        {[](prediction_options& t, double x) { t.prefix_hit = x; }, "the prefix hit share"},
    };
    for (const auto& row : rows)
        for (const double wrong : {nothing, -1.0, 1e300, std::numeric_limits<double>::infinity()})
            refused(but([&](prediction_options& t) { row.set(t, wrong); }), row.what);
    refused(but([](prediction_options& t) { t.memory = gibibytes(0); }), "the memory of a device in GiB");
    refused(but([](prediction_options& t) { t.weights = "fp9"; }), "fp8");
    refused(but([](prediction_options& t) { t.kv = "q4_k_m"; }), "unknown format \"q4_k_m\"");
    refused(but([](prediction_options& t) { t.protocol = "burst"; }), "it must be steady or benchmark");
    refused(but([](prediction_options& t) { t.adapter_rank = -1; }), "the rank of adapters");
    refused(but([](prediction_options& t) { t.adapter_rank = 8, t.adapters = 0; }), "the number of adapters");
    refused(but([](prediction_options& t) { t.concurrency = 2.0, t.rate = 1.0; }), "exclude each other");
    refused(but([](prediction_options& t) { t.concurrency = 2.0, t.batch = 1.0; }), "exclude each other");
    refused(but([](prediction_options& t) { t.output = 0.0; }), "the mean output length");
}

TEST_CASE("cuts that cannot be are answers or errors, never silence") {
    for (const auto& set :
         {+[](prediction_options& t) { t.tensor = 3; }, +[](prediction_options& t) { t.pipeline = 33; }}) {
        const bound_question a = of(but(set));
        CHECK_FALSE(ask::answered(a.question).ok());
    }
    for (const auto& set :
         {+[](prediction_options& t) { t.tensor = 0; }, +[](prediction_options& t) { t.replicas = -1; }})
        CHECK_THROWS_AS(ask::answered(of(but(set)).question), error);
}

TEST_CASE("a sweep of prediction_options is the deployments made by hand") {
    for (const int tensor : {1, 2, 4})
        for (const double clients : {1.0, 8.0, 64.0})
            for (const char* weights : {"bf16", "fp8"}) {
                CAPTURE(tensor);
                CAPTURE(clients);
                const bound_question a = of(but([&](prediction_options& t) {
                    t.tensor = tensor;
                    t.concurrency = clients;
                    t.weights = weights;
                    t.kv = "fp8";
                    t.prompt = 2048.0;
                    t.output = length::uniform(100.0, 300.0);
                    t.price = 2.5;
                }));
                ask::question q{
                    .what = {llama(),
                             h100(),
                             catalog::vllm,
                             {.tensor = tensor},
                             {.weights = linear_layers_in(ask::format_of(weights)), .kv = formats::fp8}},
                    .load = {.prompt = 2048, .output = length::uniform(100.0, 300.0), .concurrency = clients},
                    .rent = dollars_per_hour(2.5),
                    .others = all_runtimes};
                CHECK(report::as_json(a.question, ask::answered(a.question)).dump() ==
                      report::as_json(q, ask::answered(q)).dump());
            }
}

TEST_CASE("a workload by name: its lengths, and its protocol where clients ask") {
    const named_workload& w = catalog::inferencex_1k8k;
    const prediction_options clients =
        ask::under(but([](prediction_options& t) { t.concurrency = 4.0, t.tensor = 2; }), w);
    CHECK(clients.prompt.largest() == 1024.0);
    CHECK(clients.output.largest() == 8192.0);
    CHECK(clients.protocol == "benchmark");
    CHECK(clients.tensor == 2);
    CHECK(clients.concurrency == 4.0);
    CHECK(of(clients).question.load.protocol.burst_start);
    CHECK(ask::under(but([](prediction_options& t) { t.rate = 4.0; }), w).protocol == "steady");
    CHECK(ask::under(but([](prediction_options& t) { t.batch = 4.0; }), w).protocol == "steady");
    CHECK(ask::under(but([](prediction_options& t) { t.protocol = "benchmark"; }), catalog::azure_code).protocol ==
          "steady");
}

TEST_CASE("a load: rates, clients, limits") {
    const auto load = [](const std::function<void(ask::load_options&)>& change) {
        ask::load_options t;
        change(t);
        return t;
    };
    const auto rate = load([](ask::load_options& t) {
        t.deployed.rate = 5.0;
        t.variation = 2.0;
        t.limits.ttft = milliseconds(500);
        t.routing = "in-turn";
    });
    const bound_load_question a = of<bound_load_question>(rate);
    CHECK(a.question.rate->value() == 5.0);
    CHECK_FALSE(a.question.clients);
    CHECK(a.question.what.load.arrival_variation == 2.0);
    CHECK(a.question.level.limits.ttft.value() == approx(0.5));
    CHECK(std::isinf(a.question.level.limits.tpot.value()));
    CHECK(a.question.split == arrival_split::in_turn);
    CHECK(&a.question.what.what.model == &llama());
    CHECK(of<bound_load_question>(load([](ask::load_options& t) { t.deployed.rate = 0.0; })).question.rate->value() ==
          0.0);  // a lone one
    CHECK(*of<bound_load_question>(load([](ask::load_options& t) { t.deployed.concurrency = 8.0; })).question.clients ==
          8.0);
    CHECK(of<bound_load_question>(load([](ask::load_options& t) { t.size_for = 8.0; })).question.size_for->value() ==
          8.0);

    const auto wrong = [&](const std::function<void(ask::load_options&)>& change, const char* part) {
        refused<bound_load_question>(load([&](ask::load_options& t) {
                                         t.deployed.rate = 5.0;
                                         change(t);
                                     }),
                                     part);
    };
    refused<bound_load_question>(ask::load_options{}, "give a rate, a concurrency, or the rate to count replicas for");
    wrong([](ask::load_options& t) { t.deployed.concurrency = 2.0; }, "exclude each other");
    wrong([](ask::load_options& t) { t.deployed.batch = 2.0; }, "a static batch has no load");
    wrong([](ask::load_options& t) { t.deployed.protocol = "benchmark"; }, "not a steady state");
    wrong([](ask::load_options& t) { t.limits.ttft = milliseconds(nothing); }, "the TTFT limit");
    wrong([](ask::load_options& t) { t.limits.tpot = milliseconds(0); }, "the TPOT limit");
    wrong([](ask::load_options& t) { t.limits.latency = milliseconds(-1000); }, "the latency limit");
    wrong([](ask::load_options& t) { t.routing = "best"; }, "in-turn");
    for (const double x : {nothing, -1.0, 1e300}) {
        wrong([&](ask::load_options& t) { t.deployed.rate = x; }, "the request rate");
        wrong([&](ask::load_options& t) { t.size_for = x; }, "the request rate");
        wrong([&](ask::load_options& t) { t.variation = x; }, "the variation of arrival gaps");
    }
}

TEST_CASE("a simulation: arrivals, routing, traces") {
    const auto run = [](const std::function<void(simulation_options&)>& change) {
        simulation_options t;
        t.requests = 200;
        t.deployed.output = 16.0;
        change(t);
        const bound_simulation a = of<bound_simulation>(t);
        CHECK(a.feasible().ok());
        return a.run({}).result;
    };
    for (const char* arrivals : {"poisson", "even", "gamma:2", "weibull:0.5", "mmpp:1:10:20:1"}) {
        CAPTURE(arrivals);
        const auto result = run([&](simulation_options& t) {
            t.deployed.rate = 5.0;
            t.arrivals = arrivals;
        });
        CHECK(result.sent == 200);
        CHECK(result.ended == 200);
    }
    CHECK(run([](simulation_options& t) { t.deployed.concurrency = 4.0; }).ended == 200);
    // Ten prompts a client; the lengths of the client itself are the same of a length and of its range.
    const auto benchmark = [&](const length& prompt) {
        return run([&](simulation_options& t) {
            t.requests.reset();
            t.deployed.concurrency = 4.0;
            t.deployed.protocol = "benchmark";
            t.deployed.prompt = prompt;
            t.benchmark_lengths = true;
        });
    };
    CHECK(benchmark(1000.0).ended == 40);
    CHECK(benchmark(1000.0).ttft.mean() == benchmark(length::uniform(800.0, 1000.0)).ttft.mean());
    simulation_options two;
    two.trace.records = {{.sent = 0.0, .prompt = 100, .output = 10}, {.sent = 0.25, .prompt = 300, .output = 20}};
    two.trace_name = "two";
    const ask::simulated replayed = of<bound_simulation>(two).run({});
    CHECK(replayed.heading.find(ask::number(two.trace.rate(), 4) + " requests/s") != std::string::npos);
    const simulation::summary& traced = replayed.result;
    CHECK(traced.ended == 2);
    CHECK(traced.prompt_tokens == 400);
    CHECK(traced.output_tokens == 30);

    const auto wrong = [&](const std::function<void(simulation_options&)>& change, const char* part) {
        CAPTURE(part);
        CHECK_THROWS_WITH_AS(run([&](simulation_options& t) {
                                 t.deployed.rate = 5.0;
                                 change(t);
                             }),
                             doctest::Contains(part), error);
    };
    for (const char* arrivals : {"burst", "gamma", "gamma:x", "poisson:1", "mmpp:1", "mmpp:1:2:3"})
        wrong([&](simulation_options& t) { t.arrivals = arrivals; }, "they must be poisson, even");
    wrong([](simulation_options& t) { t.routing = "best"; }, "unknown routing \"best\"");
    wrong([](simulation_options& t) { t.deployed.rate.reset(), t.deployed.batch = 4.0; },
          "a static batch is not simulated");
    wrong([](simulation_options& t) { t.deployed.images = 1.0; }, "images are not simulated");
    wrong([](simulation_options& t) { t.deployed.prefix_hit = 0.5; }, "a prefix hit share is found");
    wrong([](simulation_options& t) { t.trace_name = "empty.csv"; }, "the trace empty.csv holds no requests");
    wrong([](simulation_options& t) { t.requests = nothing; }, "the number of requests");
    wrong([](simulation_options& t) { t.warm_up = -1.0; }, "the warm-up");
    wrong([](simulation_options& t) { t.deployed.prefill_replicas = 1; }, "two pools need one replica each");
}
