// SPDX-License-Identifier: Apache-2.0
// A table of timed kernels as a calibration: its device is held against the one asked for, and the answer names it.
#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>
#include <gambrel/ask/answer.hpp>
#include <gambrel/ask/bound_question.hpp>
#include <gambrel/ask/timed_kernels.hpp>
#include <gambrel/report/json/laws_json.hpp>
#include <gambrel/report/text/laws_text.hpp>

using namespace gambrel;

namespace {
/// 32 kernels of an RTX PRO 6000 under SGLang (AIConfigurator's tables, 2026-08; tests/data/kernels/README.md).
const char* const table = "tests/data/kernels/rtx-pro-6000-sglang.csv";
std::shared_ptr<const architecture> llama() {
    return std::make_shared<const architecture>(model_named("llama-3.1-8b"));
}
}  // namespace

TEST_CASE("a board that no table has: fitted, written, read back, predicted with and named") {
    device<> mine = device_named("rtx-pro-6000-bse");
    mine.name = "mine";
    const ask::timed_kernels k = ask::kernels_timed(table, mine);
    CHECK(k.timed == "30 kernels of NVIDIA RTX PRO 6000 Blackwell Server Edition by SGLang 0.5.14");
    REQUIRE(k.outcome.refused.size() == 1);  // two small mixtures lay in the 128 MB of cache
    CHECK(k.outcome.refused.begin()->second == 2);
    calibration_file f;
    ask::add_laws(f, k, mine);
    ask::prediction_options o;
    o.calibration = calibration_from_json(nlohmann::json::parse(to_json(f).dump()));
    const auto board = std::make_shared<const device<>>(mine);
    const auto server = std::make_shared<const runtime<>>(runtime_named("sglang"));
    const ask::bound_question with(llama(), board, server, o),
        without(llama(), board, server, ask::prediction_options{});
    REQUIRE(with.question.notes.size() == without.question.notes.size() + 1);
    CHECK(with.question.notes.back().find(
              "30 kernels of NVIDIA RTX PRO 6000 Blackwell Server Edition by SGLang 0.5.14") != std::string::npos);
    // An RTX PRO 6000 by its shipped laws is what the rows were timed on: they bring a nameless one nearer to it on the whole.
    const auto itself = std::make_shared<const device<>>(device_named("rtx-pro-6000-bse"));
    const auto distance = [&](const std::optional<calibration_file>& own) {
        double sum = 0;
        for (const double clients : {1.0, 16.0, 128.0})
            for (const double prompt : {512.0, 8192.0})
                for (const char* weights : {"bf16", "fp8"}) {
                    ask::prediction_options load;
                    load.concurrency = clients;
                    load.prompt = prompt;
                    load.weights = weights;
                    const ask::bound_question truth(llama(), itself, server, load);
                    load.calibration = own;
                    const ask::bound_question asked(llama(), board, server, load);
                    const auto t = predict(truth.question.what, truth.question.load),
                               p = predict(asked.question.what, asked.question.load);
                    sum += std::abs(std::log(p.tpot.value / t.tpot.value)) +
                           std::abs(std::log(p.ttft.value / t.ttft.value));
                }
        return sum / 24;
    };
    INFO("mean distance: " << distance(std::nullopt) << " by the family, " << distance(o.calibration)
                           << " by 30 kernels");
    CHECK(distance(o.calibration) < distance(std::nullopt));

    // llama.cpp's constants are fitted end to end: the same answer, and a note that says so.
    const auto local = std::make_shared<const runtime<>>(runtime_named("llama.cpp"));
    const ask::bound_question kept(llama(), board, local, o), shipped(llama(), board, local, ask::prediction_options{});
    CHECK(kept.question.notes.back().find("the shipped constants stay") != std::string::npos);
    CHECK(predict(kept.question.what, kept.question.load).tpot.value.value() ==
          predict(shipped.question.what, shipped.question.load).tpot.value.value());

    const std::string text = report::laws_text(k);
    CHECK(text.find("product              bf16         SGLang") != std::string::npos);
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) CHECK(line.size() <= 80);
    const auto j = report::laws_json(k);
    CHECK(j["laws"].size() == k.outcome.fits.size());
    CHECK(j["laws"][0]["rows"] == 8);
}

TEST_CASE("kernels of another device of the catalog are refused, and a calibration of another device too") {
    CHECK_THROWS_WITH_AS(ask::kernels_timed(table, device_named("h100-sxm")),
                         doctest::Contains("which is rtx-pro-6000-bse, not of h100-sxm"), error);
    calibration_file f;
    ask::add_laws(f, ask::kernels_timed(table, device_named("rtx-pro-6000-bse")), device_named("rtx-pro-6000-bse"));
    ask::prediction_options o;
    o.calibration = f;
    const auto ask_for = [&](const char* device) {
        ask::bound_question(llama(), std::make_shared<const gambrel::device<>>(device_named(device)),
                            std::make_shared<const runtime<>>(runtime_named("sglang")), o);
    };
    CHECK_NOTHROW(ask_for("rtx-pro-6000-bse"));
    CHECK_THROWS_WITH_AS(ask_for("h100-sxm"), doctest::Contains("the calibration is of rtx-pro-6000-bse"), error);
    CHECK_THROWS_WITH_AS(ask::kernels_timed("tests/data/kernels/none.csv", device_named("h200-sxm")),
                         doctest::Contains("cannot be opened"), error);
}
