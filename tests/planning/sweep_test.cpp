// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <Eigen/Core>
#include <bit>
#include <cmath>
#include <cstring>
#include <gambrel/ask/bound_question.hpp>
#include <gambrel/hardware/catalog.hpp>
#include <gambrel/model/catalog.hpp>
#include <gambrel/planning/sweep.hpp>
#include <gambrel/runtime/catalog.hpp>
#include <gambrel/step/on_board.hpp>

using namespace gambrel;

namespace {
template <class T> std::shared_ptr<const T> borrowed(const T& entry) { return {std::shared_ptr<void>{}, &entry}; }

precision fp8(const architecture&) { return {.weights = linear_layers_in(formats::fp8), .kv = formats::fp8}; }

/// Every axis has more than one place, and rows meet most obstacles: 55,296 rows.
sweep_axes wide() {
    sweep_axes a;
    for (const char* name : {"Llama-3.1-8B", "DeepSeek-V3", "gemma-2-9b"})
        a.models.push_back(borrowed(model_named(name)));
    for (const char* name : {"h100-sxm", "mi300x", "rtx-4090"}) a.devices.push_back(borrowed(device_named(name)));
    for (const char* name : {"vllm", "llama.cpp"}) a.runtimes.push_back(borrowed(runtime_named(name)));
    a.calibrations = {no_own_constants, [](const device<>&, const runtime<>&) -> own_constants {
                          adjustment slower;
                          slower.factor[1] = 0.9;
                          slower.factor[4] = 1.5;
                          return {slower, {}};
                      }};
    a.cuts = {{}, {.tensor = 8}, {.tensor = 4, .pipeline = 2, .replicas = 2}};
    a.precisions = {stored_precision, fp8};
    a.adapters = {{}, {.rank = 16, .on_feed_forward = true, .distinct_in_batch = 4}};
    a.protocols = {protocol::steady_state(), protocol::serving_benchmark()};
    a.images = {0.0, 1.0};
    a.prefix_hits = {0.0, 0.5};
    a.prompts = {length::uniform(100, 3000), 9000.0};
    a.outputs = {256.0, length::log_normal(700, 1.2)};
    a.loads = {load_level::closed(1), load_level::closed(100), load_level::closed(3000), load_level::open(0.5)};
    return a;
}

struct table {
    std::vector<sweep_column> names;
    std::vector<sweep_code> code_names;
    Eigen::ArrayXXd figures;
    Eigen::Array<std::int32_t, Eigen::Dynamic, Eigen::Dynamic> codes;

    explicit table(row_number rows) {
        for (std::size_t i = 0; i < sweep_column_count; ++i) names.push_back(static_cast<sweep_column>(i));
        for (std::size_t i = 0; i < sweep_code_count; ++i) code_names.push_back(static_cast<sweep_code>(i));
        figures.resize(static_cast<Eigen::Index>(rows), static_cast<Eigen::Index>(names.size()));
        codes.resize(static_cast<Eigen::Index>(rows), static_cast<Eigen::Index>(code_names.size()));
        figures.fill(-7.0);
        codes.fill(-7);
    }
    /// Room for the rows from `first` on.
    sweep_output from(row_number first, row_number rows) {
        const auto n = static_cast<Eigen::Index>(rows), all = figures.rows(), at = static_cast<Eigen::Index>(first);
        return {names,
                {figures.data() + at, n, figures.cols(), Eigen::OuterStride<>(all)},
                code_names,
                {codes.data() + at, n, codes.cols(), Eigen::OuterStride<>(all)}};
    }
    double at(row_number row, sweep_column c) const {
        return figures(static_cast<Eigen::Index>(row), static_cast<Eigen::Index>(c));
    }
    std::int32_t at(row_number row, sweep_code c) const {
        return codes(static_cast<Eigen::Index>(row), static_cast<Eigen::Index>(c));
    }
    bool same_as(const table& other) const {
        const auto bytes_of_figures = sizeof(double) * static_cast<std::size_t>(figures.size());
        return std::memcmp(figures.data(), other.figures.data(), bytes_of_figures) == 0 && (codes == other.codes).all();
    }
};

/// Eight seconds of work: 200,000 rows that each solve for a number in flight, so that a stop comes long before the
/// end.
constexpr row_number long_rows = 200'000;
sweep_plan long_plan() {
    sweep_axes a = wide();
    a.loads.clear();
    for (int i = 1; i <= 2000; ++i) a.loads.push_back(load_level::open(0.001 * i));
    return sweep_plan(a);
}

table filled(const sweep_plan& plan, const sweep_control& how = {.threads = 1}) {
    table t(plan.rows());
    REQUIRE(fill_columns(plan, 0, plan.rows(), t.from(0, plan.rows()), how));
    return t;
}

bool same_bits(double a, double b) { return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b); }

/// The question of a row, put together by hand from its place.
ask::question question_of(const sweep_plan& plan, row_number row, runtime<>& software) {
    const sweep_axes& a = plan.axes();
    const sweep_place p = plan.place(row);
    const architecture& m = *a.models[p[0]];
    const device<>& d = *a.devices[p[1]];
    const adjustment correction = a.calibrations[p[3]](d, *a.runtimes[p[2]]).factors;
    software = on_board(adjusted(*a.runtimes[p[2]], correction), d, a.cuts[p[4]]);
    workload w{.prompt = a.prompts[p[12]],
               .output = a.outputs[p[13]],
               .concurrency = a.loads[p[14]].clients,
               .rate = a.loads[p[14]].rate,
               .images = a.images[p[10]],
               .prefix_hit = a.prefix_hits[p[11]],
               .protocol = a.protocols[p[9]]};
    return {.what = {m, d, software, a.cuts[p[4]], a.precisions[p[5]](m),
                     adjusted(default_calibration(d, a.runtimes[p[2]]->kernels), correction), a.adapters[p[6]]},
            .load = w};
}
}  // namespace

TEST_CASE("each row is what predict, cost_per_token and energy_per_token say, bit for bit") {
    sweep_terms terms;
    terms.limits.ttft = seconds_of(1.0);
    terms.around = {1.3, 1.2};
    const sweep_plan plan(wide(), terms);
    REQUIRE(plan.rows() == 3 * 3 * 2 * 2 * 3 * 2 * 2 * 2 * 2 * 2 * 2 * 2 * 4);
    const table t = filled(plan);
    std::size_t feasible = 0, wrong = 0, met = 0;
    for (row_number row = 0; row < plan.rows(); row += 7) {  // 7 and every extent are coprime: all places are met
        runtime<> software;
        ask::question q = question_of(plan, row, software);
        q.around = terms.around;
        const prediction<> p = predict(q.what, q.load);
        const auto differs = [&](sweep_column c, double expected) {
            if (!same_bits(t.at(row, c), expected)) ++wrong;
        };
        CHECK(t.at(row, sweep_code::status) == static_cast<int>(p.verdict.what));
        CHECK(t.at(row, sweep_code::devices) == q.what.cut.devices());
        CHECK(t.at(row, sweep_code::meets_objective) == int(meets(p, terms.limits)));
        if (!p.ok()) continue;
        ++feasible;
        met += meets(p, terms.limits) ? 1 : 0;
        q.others = all_runtimes;
        const ask::answer a = ask::answered(q);
        using c = sweep_column;
        const auto range = [&](c value, c low, c high, const auto& f) {
            differs(value, f.value.value());
            differs(low, f.low.value());
            differs(high, f.high.value());
        };
        range(c::ttft, c::ttft_low, c::ttft_high, p.ttft);
        range(c::tpot, c::tpot_low, c::tpot_high, p.tpot);
        range(c::latency, c::latency_low, c::latency_high, p.latency);
        range(c::requests, c::requests_low, c::requests_high, p.request_throughput);
        range(c::output, c::output_low, c::output_high, p.output_throughput);
        differs(c::output_per_device, p.output_per_device.value.value());
        differs(c::output_per_user, p.output_per_user.value.value());
        differs(c::prompt, p.prompt_throughput.value.value());
        differs(c::total, p.total_throughput.value.value());
        differs(c::memory_weights, p.memory.weights.value());
        differs(c::memory_for_kv, p.memory.for_kv.value());
        differs(c::kv_per_token, p.memory.kv_per_token.value());
        differs(c::shortfall, 0.0);
        differs(c::most_sequences, std::floor(p.memory.most_sequences));
        differs(c::running, p.running);
        differs(c::waiting, p.waiting);
        differs(c::batch, p.batch);
        differs(c::mfu, p.mfu);
        differs(c::mbu, p.mbu);
        differs(c::utilisation, p.utilisation);
        differs(c::prompt_share, p.prompt_share);
        REQUIRE(a.cost);
        differs(c::usd_output, a.cost->output.value / dollars_per_million_tokens(1));
        differs(c::usd_input, a.cost->input.value / dollars_per_million_tokens(1));
        differs(c::usd_blended, a.cost->blended.value / dollars_per_million_tokens(1));
        REQUIRE(a.power);
        differs(c::board_power, a.power->value.value());
        differs(c::joules, a.energy->value.value());
        CHECK(t.at(row, sweep_code::tpot_bound) == static_cast<int>(p.tpot_bound().first));
        CHECK(t.at(row, sweep_code::ttft_bound) == static_cast<int>(p.ttft_bound().first));
    }
    CHECK(wrong == 0);
    CHECK(feasible > 500);
    CHECK(met > 50);
    CHECK(met < feasible);
}

TEST_CASE("a row is the question that the command asks") {
    ask::prediction_options t;
    t.prompt = 2000.0;
    t.output = 300.0;
    t.tensor = 2;
    t.weights = "fp8";
    t.concurrency = 24.0;
    const ask::bound_question a(borrowed(model_named("Llama-3.1-8B")), borrowed(device_named("h100-sxm")),
                                borrowed(runtime_named("sglang")), t);
    const ask::answer expected = ask::answered(a.question);
    const auto in_fp8 = [](const architecture& m) {
        return precision{.weights = ask::weights_of("fp8", m), .kv = m.kv_cache};
    };
    const table row = filled(sweep_plan({.models = {borrowed(model_named("Llama-3.1-8B"))},
                                         .devices = {borrowed(device_named("h100-sxm"))},
                                         .runtimes = {borrowed(runtime_named("sglang"))},
                                         .cuts = {{.tensor = 2}},
                                         .precisions = {in_fp8},
                                         .prompts = {2000.0},
                                         .outputs = {300.0},
                                         .loads = {load_level::closed(24)}}));
    CHECK(same_bits(row.at(0, sweep_column::ttft), expected.predicted.ttft.value.value()));
    CHECK(same_bits(row.at(0, sweep_column::joules), expected.energy->value.value()));
    const double usd = expected.cost->blended.value / dollars_per_million_tokens(1);
    CHECK(same_bits(row.at(0, sweep_column::usd_blended), usd));
}

TEST_CASE("ranges concatenate to the whole, and threads do not matter") {
    sweep_axes axes = wide();
    axes.models.erase(axes.models.begin() + 1, axes.models.end());
    axes.adapters.resize(1);
    axes.images.resize(1);
    const sweep_plan plan(axes);
    const table whole = filled(plan);
    table parts(plan.rows());
    const std::array<row_number, 6> cuts{0, 1, 65, 1000, 1001, plan.rows()};
    for (std::size_t i = 0; i + 1 < cuts.size(); ++i)
        CHECK(fill_columns(plan, cuts[i], cuts[i + 1], parts.from(cuts[i], cuts[i + 1] - cuts[i]), {.threads = 1}));
    CHECK(parts.same_as(whole));
    for (const unsigned threads : {0u, 2u, 3u, 8u}) {
        std::atomic<row_number> done{0};
        CHECK(filled(plan, {.threads = threads, .done = &done}).same_as(whole));
        CHECK(done == plan.rows());
    }
    table none(0);
    CHECK(fill_columns(plan, 5, 5, none.from(0, 0)));
}

TEST_CASE("the columns asked for are the only ones written, wherever they lie") {
    const sweep_plan plan({.models = {borrowed(model_named("Llama-3.1-8B"))},
                           .devices = {borrowed(device_named("h100-sxm"))},
                           .runtimes = {borrowed(runtime_named("vllm"))},
                           .loads = {load_level::closed(1), load_level::closed(8), load_level::closed(64)}});
    const table all = filled(plan);
    std::array<double, 3 * 5> memory{};  // columns of three rows, five apart
    memory.fill(-1.0);
    CHECK(fill_columns(plan, 0, 3,
                       {.figures = {sweep_column::tpot, sweep_column::ttft, sweep_column::tpot},
                        .figure_values = {memory.data(), 3, 3, Eigen::OuterStride<>(5)}}));
    for (std::size_t row = 0; row < 3; ++row) {
        CHECK(memory[row] == all.at(row, sweep_column::tpot));
        CHECK(memory[5 + row] == all.at(row, sweep_column::ttft));
        CHECK(memory[10 + row] == all.at(row, sweep_column::tpot));
    }
    for (const std::size_t between : {3u, 4u, 8u, 9u, 13u, 14u}) CHECK(memory[between] == -1.0);
    CHECK(name_of(sweep_column::tpot) == "tpot_s");
    CHECK(name_of(sweep_column::usd_output) == "usd_per_million_output_tokens");
    CHECK(name_of(sweep_column::prompt_share) == "prompt_share");
    CHECK(name_of(sweep_code::meets_objective) == "meets_objective");
}

TEST_CASE("rows count with the last axis first") {
    sweep_place extents;
    extents.fill(1);
    extents[0] = 3;
    extents[13] = 4;
    extents[14] = 5;
    CHECK(rows_of(extents) == 60);
    sweep_place p = place_of(0, extents);
    CHECK(p == sweep_place{});
    p = place_of(1, extents);
    CHECK(on(p, sweep_axis::load) == 1);
    p = place_of(5 + 3, extents);
    CHECK((on(p, sweep_axis::output) == 1 && on(p, sweep_axis::load) == 3));
    p = place_of(2 * 20 + 3 * 5 + 4, extents);
    CHECK((on(p, sweep_axis::model) == 2 && on(p, sweep_axis::output) == 3 && on(p, sweep_axis::load) == 4));
}

TEST_CASE("a row that cannot run says why, and has no figures") {
    const sweep_plan plan({.models = {borrowed(model_named("Llama-3.1-70B"))},
                           .devices = {borrowed(device_named("h100-sxm"))},
                           .runtimes = {borrowed(runtime_named("vllm"))},
                           .cuts = {{}, {.tensor = 7}, {.tensor = 8}},
                           .loads = {load_level::closed(1), load_level::open(1e6)}});
    const table t = filled(plan);
    const auto status = [&](row_number row) { return static_cast<obstacle>(t.at(row, sweep_code::status)); };
    CHECK(status(0) == obstacle::does_not_fit);
    CHECK(std::isnan(t.at(0, sweep_column::ttft)));
    CHECK(std::isnan(t.at(0, sweep_column::usd_output)));
    CHECK(t.at(0, sweep_column::memory_weights) > 1e11);  // 70.6e9 parameters of two bytes on one device
    CHECK(t.at(0, sweep_column::shortfall) > 5e10);
    CHECK(t.at(0, sweep_column::start_probability) == 0.0);
    CHECK(t.at(0, sweep_code::tpot_bound) == -1);
    CHECK(status(2) == obstacle::heads_not_divisible);
    CHECK(std::isnan(t.at(2, sweep_column::memory_weights)));
    CHECK(t.at(2, sweep_code::devices) == 7);
    CHECK(status(4) == obstacle::none);
    CHECK(t.at(4, sweep_column::ttft) > 0.0);
    CHECK(status(5) == obstacle::unstable);
    CHECK(std::isnan(t.at(5, sweep_column::output)));
    CHECK(t.at(5, sweep_column::most_sequences) > 1.0);
}

TEST_CASE("where no rent or power limit is known there is no cost and no energy") {
    device<> own = device_named("h100-sxm");
    own.name = "my-board";
    own.power = {};
    sweep_axes axes{.models = {borrowed(model_named("Llama-3.1-8B"))},
                    .devices = {borrowed(own)},
                    .runtimes = {borrowed(runtime_named("vllm"))}};
    const table t = filled(sweep_plan(axes));
    CHECK(t.at(0, sweep_code::status) == 0);
    CHECK(std::isnan(t.at(0, sweep_column::usd_output)));
    CHECK(std::isnan(t.at(0, sweep_column::board_power)));
    CHECK(std::isnan(t.at(0, sweep_column::joules)));
    const table paid = filled(sweep_plan(axes, {.rent = [](const device<>&) { return dollars_per_hour(3.6); }}));
    const double per_second = paid.at(0, sweep_column::total);  // 0.001 $/s over the tokens of a second
    CHECK(paid.at(0, sweep_column::usd_blended) == approx(1e6 * 0.001 / per_second).epsilon(1e-12));
}

TEST_CASE("a stop ends a sweep between rows") {
    const sweep_plan plan(wide());
    table t(plan.rows());
    const std::atomic<bool> stop{true};
    CHECK_FALSE(fill_columns(plan, 0, plan.rows(), t.from(0, plan.rows()), {.threads = 2, .stop = &stop}));
    CHECK((t.codes == -7).all());
    const sweep_plan lasting = long_plan();
    table part(long_rows);
    std::atomic<row_number> done{0};
    std::atomic<bool> later{false};
    std::thread watcher([&] {
        while (done == 0) std::this_thread::yield();
        later = true;
    });
    const sweep_control how{.threads = 2, .stop = &later, .done = &done};
    CHECK_FALSE(fill_columns(lasting, 0, long_rows, part.from(0, long_rows), how));
    watcher.join();
    CHECK(done > 0);
    CHECK(done < long_rows);
    const sweep_control asked{.threads = 1, .interrupted = [] { return true; }};
    CHECK_FALSE(fill_columns(lasting, 0, long_rows, part.from(0, long_rows), asked));
}

TEST_CASE("an exception in one thread ends the sweep and is the caller's") {
    const sweep_control thrower{.threads = 3, .interrupted = []() -> bool { throw std::runtime_error("Ctrl-C"); }};
    const sweep_plan lasting = long_plan();
    table part(long_rows);
    CHECK_THROWS_WITH_AS(fill_columns(lasting, 0, long_rows, part.from(0, long_rows), thrower), "Ctrl-C",
                         std::runtime_error);
}

TEST_CASE("an error in a row names the row") {
    device<> dim = device_named("h100-sxm");
    dim.power.limit = {watts_of(0.01), given_by_user};
    const sweep_plan plan({.models = {borrowed(model_named("Llama-3.1-8B"))},
                           .devices = {borrowed(device_named("h100-sxm")), borrowed(dim)},
                           .runtimes = {borrowed(runtime_named("vllm"))},
                           .prompts = {1e6, 1000.0}});
    table t(4);
    CHECK_THROWS_WITH_AS(
        fill_columns(plan, 0, 4, t.from(0, 4), {.threads = 1}),  // row 2 does not run: its context is too long
        "row 3 of the sweep: the board's power limit in watts is 0.01; it must be from 0.1 to 1000000", error);
    CHECK(t.at(0, sweep_code::status) == -7);  // the block was not finished
    CHECK(fill_columns(plan, 0, 3, t.from(0, 3), {.threads = 1}));
    sweep_axes many = plan.axes();
    many.loads.assign(1000, load_level::closed(7));
    table all(4000);
    CHECK_THROWS_AS(fill_columns(sweep_plan(many), 0, 4000, all.from(0, 4000), {.threads = 4}), error);
}

TEST_CASE("errors name the wrong value") {
    const auto refused = [](auto&& change, const char* sentence) {
        sweep_axes axes = wide();
        change(axes);
        CHECK_THROWS_WITH_AS(sweep_plan{axes}, sentence, error);
    };
    refused([](sweep_axes& a) { a.models.clear(); }, "the sweep has nothing on its axis \"model\"");
    refused([](sweep_axes& a) { a.loads.clear(); }, "the sweep has nothing on its axis \"load\"");
    refused([](sweep_axes& a) { a.devices.push_back(nullptr); }, "the axis \"device\" of the sweep has an empty place");
    refused([](sweep_axes& a) { a.prefix_hits.push_back(1.5); }, "the prefix hit share is 1.5; it must be from 0 to 1");
    refused([](sweep_axes& a) { a.loads.push_back(load_level::closed(0)); },
            "the concurrency is 0; it must be from 1 to 10000000");
    refused([](sweep_axes& a) { a.cuts.push_back({.tensor = 0}); },
            "a degree of parallelism is 0; it must be from 1 to 65536");
    refused([](sweep_axes& a) { a.adapters.push_back({.rank = -1}); },
            "the rank of adapters is -1; it must be from 0 to 4096");
    CHECK_THROWS_WITH_AS(sweep_plan(wide(), {.around = {0.5, 1.0}}),
                         "the server factor is 0.5; it must be from 1 to 10", error);
    const sweep_plan plan(wide());
    table t(10);
    CHECK_THROWS_AS(fill_columns(plan, 5, 4, t.from(0, 0)), error);
    CHECK_THROWS_AS(fill_columns(plan, plan.rows(), plan.rows() + 1, t.from(0, 1)), error);
    CHECK_THROWS_WITH_AS(fill_columns(plan, 0, 9, t.from(0, 10)),
                         "the figures of a sweep of 9 rows and 37 columns have room for 10 by 37", error);
    CHECK_THROWS_WITH_AS(fill_columns(plan, 0, 10, t.from(0, 10), {.threads = 5000}),
                         "the number of threads is 5000; it must be from 0 to 1024", error);
}

TEST_CASE("gigantic sweeps are refused or asked for in ranges") {
    sweep_axes axes = wide();
    axes.loads.assign(1'000'000, load_level::closed(64));
    const sweep_plan plan(axes);  // 4e10 rows: a plan of them is fine, and so is any part
    CHECK(plan.rows() == row_number{3 * 3 * 2 * 2 * 3 * 2 * 2 * 2 * 2 * 2 * 2 * 2} * 1'000'000);
    table t(10);
    CHECK(fill_columns(plan, plan.rows() - 10, plan.rows(), t.from(0, 10)));
    CHECK_THROWS_WITH_AS(
        fill_columns(plan, 0, 100'000'001, t.from(0, 10)),
        "100000001 rows are more than the 100000000 that a sweep computes at once; ask for them in ranges", error);
    axes.prompts.assign(1'000'000, 100.0);
    CHECK_THROWS_WITH_AS(sweep_plan{axes}, "the sweep has more than 1000000000000000 rows: shorten its axes", error);
}
