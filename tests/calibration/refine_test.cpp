// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <cmath>
#include <gambrel/calibration/refine.hpp>
#include <gambrel/hardware/catalog.hpp>
#include <gambrel/model/catalog.hpp>
#include <gambrel/runtime/catalog.hpp>

using namespace gambrel;

namespace {
/// A run of Llama-3.1-8B on a mi325x under vLLM.
measured_row run(double clients, metric what, double prompt = 1024) {
    measured_row m;
    m.device = &device_named("mi325x");
    m.model = &catalog::llama_3_1_8b;
    m.runtime = catalog::vllm_0_11;
    m.formats = {.weights = linear_layers_in(formats::bf16), .kv = formats::bf16};
    m.workload = {.prompt = prompt, .output = 256.0, .concurrency = clients};
    m.metric = what;
    m.value = 1e6;  // seconds: nothing is faster than it can be
    return m;
}
/// Runs whose measured values are what the prediction says once `truth` holds, times `noise` (by row).
std::vector<measured_row> planted(const adjustment& truth, const std::vector<double>& noise) {
    std::vector<measured_row> rows;
    for (const double clients : {1.0, 4.0, 16.0, 64.0, 256.0})
        for (const double prompt : {256.0, 1024.0, 4096.0})
            for (const metric what : {metric::tpot, metric::ttft}) {
                measured_row m = run(clients, what, prompt);
                m.adjustment = truth;
                m.value = predict_measured(m).value * noise[rows.size() % noise.size()];
                m.adjustment = {};
                rows.push_back(m);
            }
    return rows;
}
double mean_error(const std::vector<row_residual>& rows, double row_residual::*which) {
    double sum = 0;
    for (const auto& r : rows) sum += std::abs(r.*which);
    return sum / static_cast<double>(rows.size());
}
}  // namespace

TEST_CASE("planted factors are found again") {
    adjustment truth;
    truth.factor[0] = 0.7;  // compute
    truth.factor[1] = 0.8;  // memory
    truth.factor[7] = 2.5;  // per request
    // The shipped host times are known to a tenth: 2.5 times is for a machine of which nothing is known.
    const auto c = calibrate(planted(truth, {1.0}), {.host_deviation = 0.5});
    REQUIRE(c.converged());
    CHECK(c.adjustment.compute() == approx(0.7).epsilon(0.05));
    CHECK(c.adjustment.memory() == approx(0.8).epsilon(0.05));
    CHECK(c.adjustment.factor[7] == approx(2.5).epsilon(0.1));
    CHECK(mean_error(c.rows, &row_residual::after) < 0.02);
    CHECK(mean_error(c.rows, &row_residual::before) > 0.1);
    CHECK(c.adjustment.sigma < 0.5);  // rows met this well narrow the ranges
}

TEST_CASE("noise goes into the ranges, not into the factors") {
    adjustment truth;
    truth.factor[1] = 0.8;
    const auto c = calibrate(planted(truth, {1.2, 0.85, 1.0, 0.8, 1.15}));
    REQUIRE(c.converged());
    CHECK(std::abs(std::log(c.adjustment.memory() / 0.8)) < 3 * c.deviation[1]);
    const auto exact = calibrate(planted(truth, {1.0}));
    CHECK(c.adjustment.sigma > exact.adjustment.sigma);
    CHECK(c.fit.robust_sigma > 0.08);
}

TEST_CASE("three rows move what they speak of, and the rest stays as shipped") {
    std::vector<measured_row> rows;
    double memory_share = 1.0;  // of TPOT
    for (const double clients : {1.0, 2.0, 4.0}) {
        measured_row m = run(clients, metric::tpot, 128);
        const prediction<> p = predict(deployment<>{*m.model, *m.device, m.runtime, {}, m.formats}, m.workload);
        memory_share = smaller(memory_share, p.mean_step.by_bound(bound::memory) / p.mean_step.total());
        m.value = predict_measured(m).value * 1.25;  // decode of few: memory is slower than shipped
        rows.push_back(m);
    }
    const auto c = calibrate(rows);
    REQUIRE(c.converged());
    CHECK(c.held_by_prior());
    CHECK(memory_share > 0.3);
    CHECK(c.adjustment.memory() < 1 / 1.25);  // more, for the rest of TPOT is not memory's
    CHECK(c.adjustment.memory() > 1 / (1 + 0.25 / memory_share));
    CHECK(c.adjustment.compute() == approx(1.0).epsilon(0.02));
    CHECK(c.adjustment.network() == approx(1.0));
    CHECK(mean_error(c.rows, &row_residual::after) < 0.5 * mean_error(c.rows, &row_residual::before));
}

TEST_CASE("a roof moves as far as some row lies under it") {
    const double sigma =
        default_calibration(*run(1, metric::tpot, 128).device, run(1, metric::tpot, 128).runtime.kernels)
            .law(multiply_law::bits_16)
            .sigma;
    const auto prior = [&](const measured_row& given) {
        measured_row m = given;
        m.value = predict_measured(m).value;
        return calibrate({m}).prior;
    };
    const auto elasticity = [](const measured_row& m, std::size_t i) {  // by a step of another size than the code's
        measured_row up = m, down = m;
        up.adjustment.factor[i] = 1.001;
        down.adjustment.factor[i] = 0.999;
        return std::abs(std::log(predict_measured(up).value / predict_measured(down).value) / std::log(1.001 / 0.999));
    };
    const measured_row decode = run(1, metric::tpot, 128);
    REQUIRE(elasticity(decode, 0) < 0.25);
    CHECK(prior(decode)[0] == approx(sigma * larger(0.01, 2.0 * elasticity(decode, 0))).epsilon(0.02));
    CHECK(prior(decode)[1] == approx(sigma * smaller(1.0, 2.0 * elasticity(decode, 1))).epsilon(0.02));
    const measured_row prompt = run(1, metric::ttft, 16384);
    REQUIRE(elasticity(prompt, 0) > 0.5);
    CHECK(prior(prompt)[0] == sigma);
    CHECK(prior(prompt)[1] < prior(decode)[1]);  // prompts tell little of the memory
}

TEST_CASE("one mistaken row of thirty does not lead the fit") {
    adjustment truth;
    truth.factor[1] = 0.8;
    std::vector<measured_row> rows = planted(truth, {1.0});
    rows[8].value *= 10;
    const auto c = calibrate(rows);
    REQUIRE(c.converged());
    CHECK(c.adjustment.memory() == approx(0.8).epsilon(0.08));
}

TEST_CASE("what may not move stays") {
    adjustment truth;
    truth.factor[1] = 0.8;
    const auto host = calibrate(planted(truth, {1.0}), {.device = false});
    for (std::size_t i = 0; i < adjustment::device_factors; ++i) CHECK(host.adjustment.factor[i] == 1.0);
    const auto device = calibrate(planted(truth, {1.0}), {.host = false});
    for (std::size_t i = adjustment::device_factors; i < adjustment::factors; ++i)
        CHECK(device.adjustment.factor[i] == 1.0);
}

TEST_CASE("rows that cannot be used are counted with their reason; none at all is an error") {
    std::vector<measured_row> rows = planted({}, {1.0});
    rows[0].unpredictable = "a reason";
    const auto c = calibrate(rows);
    CHECK(c.refused.at("a reason") == 1);
    CHECK(c.rows.size() == rows.size() - 1);
    CHECK_THROWS_AS(calibrate({rows[0]}), error);
    rows[1].device = &device_named("h100-sxm");
    CHECK_THROWS_WITH(calibrate(rows), doctest::Contains("several devices"));
    CHECK_THROWS_AS(calibrate(planted({}, {1.0}), {.device = false, .host = false}), error);
}

TEST_CASE("rows whose settings or drafts nobody stated move no constants") {
    std::vector<measured_row> rows = planted({}, {1.0});
    const std::size_t all = rows.size();
    rows[0].assumed = true;
    rows[1].drafted = true;
    rows[1].drafts = 1;
    rows[1].acceptance = {0.5, 0.7, 0.9};
    const auto c = calibrate(rows);
    CHECK(c.rows.size() == all - 2);
    REQUIRE(c.refused.size() == 1);
    CHECK(c.refused.begin()->first.find("not calibrated on") == 0);
    CHECK(c.refused.begin()->second == 2);
}

TEST_CASE("a calibration file comes back as it was, and a wrong one is refused by name") {
    calibration_file f{"my-gpu", "vllm", {}, 12, 0.03};
    f.adjustment.factor[1] = 0.87654321;
    f.adjustment.factor[4] = 1.25;  // per_step
    f.adjustment.sigma = 0.5;
    f.memory = memory_correction{.weights = 1.01, .besides = -0.2, .visible = 79.2, .deviation = 0.5};
    const nlohmann::json j = to_json(f);
    const calibration_file g = calibration_from_json(j);
    CHECK(g.device == "my-gpu");
    CHECK(g.runtime == "vllm");
    CHECK(g.adjustment.factor == f.adjustment.factor);
    CHECK(g.adjustment.sigma == 0.5);
    CHECK(g.rows == 12);
    REQUIRE(g.memory);
    CHECK(g.memory->weights == 1.01);
    CHECK(g.memory->besides == -0.2);
    CHECK(*g.memory->visible == 79.2);
    CHECK(g.memory->deviation == 0.5);
    CHECK(j["sections"]["device"].size() == 1);
    CHECK(j["sections"]["host"]["per_step"] == 1.25);
    // The first version had the factors of device and host together.
    nlohmann::json old = j;
    old["gambrel_calibration"] = 1;
    old.erase("sections");
    old["factors"] = {{"memory", 0.87654321}, {"per_step", 1.25}};
    CHECK(calibration_from_json(old).adjustment.factor == f.adjustment.factor);
    CHECK_FALSE(calibration_from_json(old).memory);
    const auto refused = [&](const char* key, const nlohmann::json& value, const char* why) {
        nlohmann::json bad = j;
        bad[key] = value;
        INFO(bad.dump());
        CHECK_THROWS_WITH_AS(calibration_from_json(bad), doctest::Contains(why), error);
    };
    refused("gambrel_calibration", 3, "another version");
    refused("constants", "2020-01", "make it again");
    refused("sigma", -1, "deviations");
    refused("sigma", "wide", "must be a number");
    const auto device = [](const nlohmann::json& factors) { return nlohmann::json{{"device", factors}}; };
    refused("sections", device({{"memory", -0.5}}), "a factor of a calibration");
    refused("sections", device({{"memory", 1e9}}), "a factor of a calibration");
    refused("sections", device({{"speed", 2}}), "no factor");
    refused("sections", device({{"per_step", 2}}), "no factor");  // of the host
    refused("sections", {{"switches", nlohmann::json::object()}}, "no section");
    refused("sections", {{"memory", {{"weights", 50}}}}, "the weights factor");
    refused("sections", {{"memory", {{"speed", 1}}}}, "no correction of memory");
    refused("sections", {{"memory", 7}}, "must be an object");
    refused("rows", -1, "rows");
    refused("surprise", 1, "means nothing");
    for (const char* key : {"constants", "device", "sections", "rows"}) {
        nlohmann::json lacks = j;
        lacks.erase(key);
        CHECK_THROWS_AS(calibration_from_json(lacks), error);
    }
    CHECK_THROWS_AS(calibration_from_json(nlohmann::json::array()), error);
}

TEST_CASE("the new sigma by hand: four imagined rows hold the old one, every measured row weighs as one") {
    // 30 rows alternately 20 % above and 20 % below the prediction; the fit cannot meet both halves.
    const std::vector<measured_row> rows = planted({}, {1.2, 1.0 / 1.2});
    REQUIRE(rows.size() == 30);
    const auto c = calibrate(rows);
    REQUIRE(c.converged());
    double variance = 0.0;  // mean square of the deviations that the ranges before the fit stand for
    for (const measured_row& m : rows) {
        const predicted_figure f = predict_measured(m);
        variance += std::pow(std::log(f.high / f.value) / 1.2815515655446004, 2) / 30.0;
    }
    const double seen = c.fit.robust_sigma * c.fit.robust_sigma / variance;
    CHECK(c.adjustment.sigma == approx(std::sqrt((4.0 + 30.0 * seen) / 34.0)).epsilon(1e-6));
}

// Two llama-bench rows are what everybody has: a board that streams and multiplies at four fifths of what was expected.
TEST_CASE("rows of passes alone move the constants too") {
    std::vector<measured_row> rows;
    for (const bool decode : {true, false}) {
        measured_row m;
        m.device = &device_named("rtx-4090");
        m.model = &catalog::llama_3_1_8b;
        m.runtime = catalog::llama_cpp;
        m.formats = {.weights = linear_layers_in(formats::bf16), .kv = formats::bf16};
        m.load_kind = decode ? load_kind::decode : load_kind::prefill;
        m.metric = decode ? metric::decode_throughput : metric::prompt_throughput;
        m.workload = {.prompt = 512.0, .output = 128.0, .concurrency = 1.0};
        m.past = decode ? 64.0 : 0.0;
        m.value = predict_measured(m).value * 0.8;
        rows.push_back(m);
    }
    const calibration_outcome c = calibrate(rows, {.device = true, .host = false});
    REQUIRE(c.converged());
    CHECK(c.adjustment.compute() < 0.97);
    CHECK(c.adjustment.memory() < 0.97);
    for (const row_residual& r : c.rows) CHECK(std::abs(r.after) < std::abs(r.before));
}
