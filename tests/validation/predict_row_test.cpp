// SPDX-License-Identifier: Apache-2.0
// Which rows are set aside as impossible, and rates of passes alone, by hand.
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/step/resolved_formats.hpp>
#include <gambrel/validation/validation.hpp>

#include <measurement/measured_rows.hpp>

using namespace gambrel;
using measured_rows::serving_row;

namespace {
/// Time that datasheet bandwidth takes for the bytes of the pass behind `m`, in seconds.
double bandwidth_time(const measured_row& m) {
    return (predict_run(m).decode.traffic() / m.device->memory.bandwidth.value).value();
}
bool impossible(measured_row m, double share) {
    m.value = share * bandwidth_time(m);
    const predicted_figure f = predict_measured(m);
    CHECK(f.impossible == !f.ok());
    return f.impossible;
}
measured_row llama_row(const std::string& devices, const std::string& test, const std::string& notes) {
    std::istringstream table(
        "date,hardware,num_devices,backend,model,params_b,quant,file_size_gib,test,batch,threads,ngl,"
        "value_tok_s,notes\n2025-08,RTX 3090 24GB," +
        devices + ",cuda,llama 8B,,Q4_K_M,4.58," + test + ",1,,99,50," + notes + "\n");
    return read_measurements(table, measured_rows::shipped()).at(0);
}
}  // namespace

TEST_CASE("dense models: faster than 110 % of datasheet bandwidth is impossible; with experts, than 167 %") {
    const measured_row dense = serving_row{{"concurrency", "1"}}.read();
    REQUIRE(dense.ok());
    CHECK(impossible(dense, 0.89));
    CHECK_FALSE(impossible(dense, 0.91));
    const measured_row experts = serving_row{{"model", "Qwen3-30B-A3B"}, {"concurrency", "8"}}.read();
    REQUIRE(experts.ok());
    CHECK(impossible(experts, 0.59));
    CHECK_FALSE(impossible(experts, 0.61));
}

TEST_CASE("only times per token can be impossible, and they are counted and listed") {
    const serving_row fast{{"value", "1.5"}}, other{{"metric", "ttft_mean"}, {"value", "0.001"}};
    const std::vector<measured_row> rows{serving_row{}.read(), fast.read(), other.read()};
    const validation v = validate(rows);
    REQUIRE(v.impossible.size() == 1);
    CHECK(v.impossible[0].line == rows[1].line);
    CHECK(v.impossible[0].hardware == rows[1].hardware);
    CHECK(v.scored() == 2);
    CHECK(v.refused.size() == 1);
}

TEST_CASE("a prefill over two devices that split the layers fills its pipeline once") {
    const measured_row m = llama_row("2", "pp2048", "");
    REQUIRE(m.ok());
    CHECK(m.runtime.scheduling.token_budget == 512);  // llama.cpp's own where a row states none
    CHECK(llama_row("2", "pp2048", "ub=256").runtime.scheduling.token_budget == 256);
    // Four passes of 512 tokens, 768 before them on average; each device takes half of a pass: 4 + 1 halves.
    const precision formats = resolved(m.formats, *m.device);
    const deployment<> d{*m.model, *m.device, m.runtime, m.cut, m.formats};
    const auto pass =
        time_pass({*m.model, m.cut, formats},
                  {.prompts = 1, .prompt_tokens = 512, .prompt_past = 768, .finishing = 0.25}, d.roof(), m.runtime);
    CHECK(predict_measured(m).value == approx(2048 / (2.5 * pass.total().value())));
}

// llama-bench -pg: one speed of both, (P + N) / (P / prefill + N / decode), decodes beginning after P tokens.
TEST_CASE("a prompt and the tokens after it in one speed") {
    const measured_row both = llama_row("1", "pp512+tg128", ""), prompt = llama_row("1", "pp512", ""),
                       decode = llama_row("1", "tg128@d512", "");
    REQUIRE(both.ok());
    CHECK(both.metric == metric::total_throughput);
    const double seconds = 512 / predict_measured(prompt).value + 128 / predict_measured(decode).value;
    CHECK(predict_measured(both).value == approx(640 / seconds));
    const measured_row deep = llama_row("1", "pp512+tg128@d4096", "");
    CHECK(deep.past == 4096 + 512 + 64);
    CHECK(predict_measured(deep).value < predict_measured(both).value);
    for (const char* test : {"pp512+tg", "pp512+tg0", "pp512+pp512"}) CHECK_FALSE(llama_row("1", test, "").ok());
}
