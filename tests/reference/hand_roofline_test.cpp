// SPDX-License-Identifier: Apache-2.0
// An ideal roofline worked out by hand for three Llama models, and the library's own counts put through it.
//
// Definition (fp16, SI units, efficiency 1, no fixed times, no activation traffic; prompt or context of 2048):
//     prefill  flop  = 2 linear S b + 1/2 4 L b S^2 heads d + 2 head b
//              bytes = 2 (linear + head) + 4 L b S kv_heads d
//              t     = max(flop / tp / peak, bytes / tp / bandwidth)
//     decode   t     = max(2 (linear + head) b / tp / peak, 2 (linear + head) / tp / bandwidth)
//                      + max(4 L b C heads d / tp / peak, 4 L b C kv_heads d / tp / bandwidth)
//     tp > 1 adds 2 L ring all-reduces of 2 b T hidden bytes, 2 (tp - 1) / tp x bytes / link each.
// The full prefill counts S^2 pairs and the head on every token. A100: 312 TFLOP/s, 2039 GB/s, link 300 GB/s;
// H100: 989.4 TFLOP/s, 3350 GB/s, link 450 GB/s.
// Source of the numbers: the project's study of analytical peers, 2026-11-20, columns HAND and HANDf (milliseconds).
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/model/catalog/llama.hpp>
#include <operators/collected.hpp>

using namespace gambrel;

namespace {
struct roofs {
    const char* name;
    double peak, bandwidth, link;
};
constexpr roofs a100{"A100", 312e12, 2039e9, 300e9}, h100{"H100", 989.4e12, 3350e9, 450e9};
constexpr const architecture *llama_7b = &catalog::llama_2_7b, *llama_8b = &catalog::llama_3_8b,
                             *llama_70b = &catalog::llama_3_70b;

struct prefill_row {
    const architecture* model;
    roofs device;
    int tp;
    double causal_ms, full_ms;
};
constexpr prefill_row prefill_rows[] = {
    {llama_7b, a100, 1, 88.54, 93.79},  {llama_7b, h100, 1, 27.92, 29.58},    {llama_8b, a100, 1, 95.15, 105.57},
    {llama_8b, h100, 1, 30.01, 33.29},  {llama_70b, a100, 4, 255.91, 263.76}, {llama_70b, a100, 8, 145.85, 149.78},
    {llama_70b, h100, 4, 90.13, 92.61}, {llama_70b, h100, 8, 57.00, 58.23},
};

struct decode_row {
    const architecture* model;
    roofs device;
    int tp;
    double ms_1, ms_16, ms_64;
};
constexpr decode_row decode_rows[] = {
    {llama_7b, a100, 1, 7.01, 14.91, 40.18},   {llama_7b, h100, 1, 4.27, 9.07, 24.46},
    {llama_8b, a100, 1, 7.49, 9.47, 15.79},    {llama_8b, h100, 1, 4.56, 5.76, 9.61},
    {llama_70b, a100, 4, 17.14, 18.57, 23.15}, {llama_70b, a100, 8, 8.58, 9.42, 12.13},
    {llama_70b, h100, 4, 10.43, 11.31, 14.14}, {llama_70b, h100, 8, 5.22, 5.75, 7.44},
};

constexpr double length = 2048, tolerance = 0.005;
const precision fp16{.weights = linear_layers_in(formats::fp16), .kv = formats::fp16};

bool attends(const operation& op) {
    return op.kind == operator_class::prefill_attention || op.kind == operator_class::decode_attention;
}
double all_reduces(const std::vector<operation>& pass, const roofs& d, int tp) {
    return 2.0 * (tp - 1) / tp * sum_of(pass, named("all-reduce")).payload / d.link;
}

double prefill_ms(const prefill_row& row, bool full) {
    const parallelism cut{.tensor = row.tp};
    const auto causal = collected(*row.model, cut, fp16, step_shape::prefill(1, length));
    // As many decodes as tokens, each at the whole length: every pair, and a logit row for every token.
    const auto counted = full ? collected(*row.model, cut, fp16, step_shape::decode(length, length)) : causal;
    const double flop = sum_of(counted, multiplies_weights).work + sum_of(counted, attends).work;
    const double bytes = sum_of(causal, multiplies_weights).weights + sum_of(causal, attends).cache;
    return 1e3 *
           (larger(flop / row.device.peak, bytes / row.device.bandwidth) + all_reduces(causal, row.device, row.tp));
}

double decode_ms(const decode_row& row, double sequences) {
    const auto pass = collected(*row.model, {.tensor = row.tp}, fp16, step_shape::decode(sequences, length));
    const sums products = sum_of(pass, multiplies_weights), attention = sum_of(pass, attends);
    return 1e3 * (larger(products.work / row.device.peak, products.weights / row.device.bandwidth) +
                  larger(attention.work / row.device.peak, attention.cache / row.device.bandwidth) +
                  all_reduces(pass, row.device, row.tp));
}
}  // namespace

TEST_CASE("prefill of 2048 tokens takes the hand-derived time") {
    for (const prefill_row& row : prefill_rows) {
        INFO(row.model->name.view(), " on ", row.device.name, ", tp ", row.tp);
        CHECK(prefill_ms(row, false) == approx(row.causal_ms).epsilon(tolerance));
        CHECK(prefill_ms(row, true) == approx(row.full_ms).epsilon(tolerance));
    }
}

TEST_CASE("a decode step at 2048 tokens takes the hand-derived time") {
    for (const decode_row& row : decode_rows) {
        INFO(row.model->name.view(), " on ", row.device.name, ", tp ", row.tp);
        CHECK(decode_ms(row, 1) == approx(row.ms_1).epsilon(tolerance));
        CHECK(decode_ms(row, 16) == approx(row.ms_16).epsilon(tolerance));
        CHECK(decode_ms(row, 64) == approx(row.ms_64).epsilon(tolerance));
    }
}
