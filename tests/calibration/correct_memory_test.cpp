// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>
#include <sstream>

#include <gambrel/calibration/correct_memory.hpp>
#include <gambrel/hardware/catalog.hpp>
#include <gambrel/model/catalog.hpp>
#include <gambrel/runtime/catalog.hpp>
#include <start_logs.hpp>

using namespace gambrel;
using namespace start_logs;

TEST_CASE("a correction gives the printed room back") {
    const architecture& m = catalog::llama_3_1_8b;
    const precision stored{.weights = as_served(m.stored)};
    start_log l = read(vllm_0_6);
    l.token_budget = 20000;
    l.slots = 256;
    const memory_correction c = correction_of(l, m, catalog::rtx_3090, catalog::vllm, {}, stored);
    CHECK(*c.visible == 23.58);
    CHECK(c.weights == approx(14.9888 / 14.957).epsilon(0.001));
    CHECK(c.deviation == one_log);
    device<> board = catalog::rtx_3090;
    board.memory.visible = gibibytes(*c.visible);
    const runtime<> server = corrected(with_stated(catalog::vllm, stated_in(l)), c);
    const memory_budget law(m, board, server, {}, stored);
    CHECK(law.room() / gibibytes(1.0) == approx(3.81));
    CHECK(law.fit(1).weights / gibibytes(1.0) == approx(14.9888));
    const memory_budget before(m, board, with_stated(catalog::vllm, stated_in(l)), {}, stored);
    const auto width = [](const memory_fit& f) { return (f.for_kv_high - f.for_kv_low).value(); };
    CHECK(width(law.fit(1)) < 0.6 * width(before.fit(1)));

    // SGLang's share is of what is free before loading.
    const architecture& q = catalog::qwen3_14b;
    const start_log s = read(sglang);
    const precision bf16{.weights = as_served(q.stored)};
    const memory_correction d = correction_of(s, q, catalog::rtx_4090, catalog::sglang, {.tensor = 4}, bf16);
    CHECK(memory_budget(q, catalog::rtx_4090, corrected(with_stated(catalog::sglang, stated_in(s)), d), {.tensor = 4},
                        bf16)
                  .room() /
              gibibytes(1.0) ==
          approx(11.38));
    // A log without figures corrects nothing.
    const memory_correction none = correction_of({}, m, catalog::rtx_3090, catalog::vllm, {}, stored);
    CHECK(none.weights == 1.0);
    CHECK(none.besides == 0.0);
    CHECK(none.deviation == 1.0);
}
