// SPDX-License-Identifier: Apache-2.0
// GGUF sizes against published files. Every literal is from llama.cpp's block structures, its README or llama-bench's
// size column, or computed from the rules by hand; none from the library.
#include <approx.hpp>
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <gambrel/hardware/catalog.hpp>
#include <gambrel/model/catalog.hpp>
#include <gambrel/model/gguf.hpp>
#include <gambrel/runtime/catalog.hpp>
#include <gambrel/step/feasibility.hpp>
#include <string>

using namespace gambrel;

namespace {
constexpr double gibi = 1024.0 * 1024.0 * 1024.0;

gguf_file_type file(const char* name) {
    const auto found = find_gguf_file_type(name);
    REQUIRE_MESSAGE(found.has_value(), name);
    return *found;
}
}  // namespace

TEST_CASE("bits per weight of every block") {
    // Bits per weight x 10000, from the block structures of ggml-common.h.
    struct known {
        const char* name;
        int bits;
    };
    constexpr known all[] = {
        {"f32", 320000},    {"f16", 160000},   {"bf16", 160000}, {"q4_0", 45000},    {"q4_1", 50000},
        {"q5_0", 55000},    {"q5_1", 60000},   {"q8_0", 85000},  {"q2_k", 26250},    {"q3_k", 34375},
        {"q4_k", 45000},    {"q5_k", 55000},   {"q6_k", 65625},  {"iq1_s", 15625},   {"iq1_m", 17500},
        {"iq2_xxs", 20625}, {"iq2_xs", 23125}, {"iq2_s", 25625}, {"iq3_xxs", 30625}, {"iq3_s", 34375},
        {"iq4_nl", 45000},  {"iq4_xs", 42500}, {"tq1_0", 16875}, {"tq2_0", 20625},   {"mxfp4", 42500},
        {"nvfp4", 45000},   {"q1_0", 11250},   {"q2_0", 22500},
    };
    REQUIRE(std::size(all) == gguf_blocks.size());
    for (std::size_t i = 0; i < std::size(all); ++i) {
        CAPTURE(all[i].name);
        CHECK(gguf_blocks[i].name == all[i].name);
        const storage_format f = gguf_blocks[i].format();
        CHECK(8.0 * f.bytes_per_element() * 10000.0 == approx(all[i].bits).epsilon(1e-12));
        CHECK(f.size(3, 512).value() == 3.0 * 512 / gguf_blocks[i].elements * gguf_blocks[i].bytes);
        CHECK(f.issue == multiply::as_16_bit);
    }
    constexpr storage_format q4_k = block_of(gguf_type::q4_k).format();  // 144 bytes hold 256
    static_assert(q4_k.bits == 4.0 && q4_k.scale_bits == 128.0 && q4_k.block_columns == 256.0);
}

TEST_CASE("file types are found in any case") {
    static_assert(find_gguf_file_type("Q4_K_M") == gguf_file_type::q4_k_m);
    static_assert(find_gguf_file_type("iq3_xxs") == gguf_file_type::iq3_xxs);
    static_assert(!find_gguf_file_type("q4_k_xl") && !find_gguf_file_type(""));
    for (const auto& row : gguf_file_types) CHECK(name_of(file(std::string(row.name).c_str())) == row.name);
}

TEST_CASE("layers that get more bits: 16 of 32") {
    std::string favoured;
    for (int i = 0; i < 32; ++i) favoured += gguf_place{.layers = 32, .layer = i}.favoured() ? 'x' : '.';
    CHECK(favoured == "xxxx..x..x..x..x..x..x..x..xxxxx");
}

TEST_CASE("Llama-3-8B to the byte") {
    struct known {
        const char* type;
        double bytes;
    };
    constexpr known all[] = {
        {"Q8_0", 8'532'934'656.0},   {"Q6_K", 6'588'170'240.0},   {"Q5_K_M", 5'725'151'232.0},
        {"Q4_K_M", 4'912'898'048.0}, {"IQ4_XS", 4'476'526'592.0}, {"Q4_0", 4'653'375'488.0},
        {"Q3_K_M", 4'011'081'728.0}, {"Q2_K", 3'171'295'232.0},   {"F16", 16'061'054'976.0},
    };
    for (const known& k : all) {
        CAPTURE(k.type);
        CHECK(gguf_size(catalog::llama_3_8b, file(k.type)).value() == k.bytes);
    }
    static_assert(gguf_size(catalog::llama_3_8b, gguf_file_type::q4_k_m).value() == 4'912'898'048.0);
}

TEST_CASE("sizes of the models of the catalog, in GiB to the digits printed") {
    constexpr const char* types[] = {"Q2_K",   "Q3_K_M", "Q4_0", "IQ4_XS", "Q4_K_S",
                                     "Q4_K_M", "Q5_K_M", "Q6_K", "Q8_0",   "F16"};
    struct known {
        const architecture* model;
        double gib[10];
    };
    constexpr known all[] = {
        {&catalog::llama_2_7b, {2.36, 3.07, 3.56, 3.40, 3.59, 3.80, 4.45, 5.15, 6.67, 12.55}},
        {&catalog::llama_2_13b, {4.52, 5.90, 6.86, 6.54, 6.91, 7.33, 8.60, 9.95, 12.88, 24.24}},
        {&catalog::llama_2_70b, {23.71, 30.99, 36.20, 34.64, 36.55, 38.58, 45.40, 52.70, 68.26, 128.48}},
        {&catalog::llama_3_8b, {2.95, 3.74, 4.33, 4.17, 4.36, 4.58, 5.33, 6.14, 7.95, 14.96}},
        {&catalog::llama_3_1_8b, {2.95, 3.74, 4.33, 4.17, 4.36, 4.58, 5.33, 6.14, 7.95, 14.96}},
        {&catalog::llama_3_70b, {24.56, 31.91, 37.22, 35.63, 37.57, 39.59, 46.51, 53.91, 69.82, 131.42}},
        {&catalog::llama_3_1_70b, {24.56, 31.91, 37.22, 35.63, 37.57, 39.59, 46.51, 53.91, 69.82, 131.42}},
        {&catalog::llama_3_3_70b, {24.56, 31.91, 37.22, 35.63, 37.57, 39.59, 46.51, 53.91, 69.82, 131.42}},
        {&catalog::llama_3_1_405b, {139.06, 181.95, 213.13, 203.59, 214.66, 226.37, 266.95, 310.07, 401.62, 755.97}},
        {&catalog::llama_3_2_1b, {0.53, 0.64, 0.71, 0.69, 0.72, 0.74, 0.84, 0.94, 1.22, 2.30}},
        {&catalog::llama_3_2_3b, {1.26, 1.56, 1.78, 1.71, 1.79, 1.87, 2.16, 2.45, 3.18, 5.98}},
        {&catalog::mistral_7b_v0_3, {2.54, 3.28, 3.83, 3.68, 3.86, 4.07, 4.78, 5.54, 7.17, 13.50}},
        {&catalog::mixtral_8x7b, {16.12, 21.00, 24.63, 23.63, 24.91, 26.49, 30.95, 35.74, 46.22, 86.99}},
        {&catalog::mistral_nemo, {4.45, 5.66, 6.58, 6.33, 6.62, 6.96, 8.12, 9.36, 12.12, 22.81}},
        {&catalog::qwen2_5_0_5b, {0.31, 0.33, 0.32, 0.32, 0.35, 0.36, 0.39, 0.47, 0.49, 0.92}},
        {&catalog::qwen2_5_1_5b, {0.62, 0.76, 0.87, 0.83, 0.87, 0.91, 1.04, 1.18, 1.53, 2.88}},
        {&catalog::qwen2_5_3b, {1.18, 1.48, 1.69, 1.63, 1.70, 1.79, 2.07, 2.36, 3.05, 5.75}},
        {&catalog::qwen2_5_7b, {2.80, 3.54, 4.12, 3.95, 4.15, 4.36, 5.07, 5.82, 7.54, 14.19}},
        {&catalog::qwen2_5_14b, {5.37, 6.83, 7.93, 7.62, 7.98, 8.37, 9.78, 11.29, 14.62, 27.51}},
        {&catalog::qwen2_5_32b, {11.46, 14.84, 17.35, 16.64, 17.49, 18.48, 21.66, 25.03, 32.42, 61.03}},
        {&catalog::qwen2_5_72b, {27.76, 35.10, 38.39, 37.40, 40.87, 44.15, 50.70, 59.92, 71.95, 135.43}},
        {&catalog::qwen3_30b_a3b, {10.48, 13.70, 16.11, 15.41, 16.25, 17.28, 20.23, 23.36, 30.25, 56.89}},
    };
    for (const known& k : all)
        for (std::size_t i = 0; i < std::size(types); ++i) {
            CAPTURE(k.model->name.str());
            CAPTURE(types[i]);
            CHECK(std::abs(gguf_size(*k.model, file(types[i])).value() / gibi - k.gib[i]) <= 0.005);
        }
}

TEST_CASE("published llama-bench sizes of other mixes") {
    CHECK(std::abs(gguf_size(catalog::tinyllama_1_1b, file("Q4_K_M")).value() / (1024.0 * 1024.0) - 636.18) <= 0.005);
    CHECK(std::abs(gguf_size(catalog::gpt_oss_20b, file("MXFP4_MOE")).value() / gibi - 11.27) <= 0.005);
    CHECK(std::abs(gguf_size(catalog::gpt_oss_120b, file("MXFP4_MOE")).value() / gibi - 59.02) <= 0.005);
}

TEST_CASE("published files of Llama-3-70B are the tensors and one metadata block") {
    // Quantised with an importance matrix; sizes are of whole files, so all share the bytes of the vocabulary.
    struct known {
        const char* type;
        double gib;
    };
    constexpr known all[] = {
        {"IQ1_S", 14.29},  {"IQ1_M", 15.60},  {"IQ2_XXS", 17.79}, {"IQ2_XS", 19.69},
        {"IQ2_S", 20.71},  {"IQ2_M", 22.46},  {"Q2_K_S", 22.79},  {"IQ3_XXS", 25.58},
        {"IQ3_XS", 27.29}, {"Q3_K_S", 28.79}, {"IQ3_S", 28.79},   {"IQ3_M", 29.74},
        {"Q3_K_L", 34.59}, {"IQ4_XS", 35.30}, {"IQ4_NL", 37.30},  {"Q5_K_S", 45.32},
    };
    double least = 0.0, most = 1e9;  // metadata that rounds every file to its printed size
    for (const known& k : all) {
        const double tensors = gguf_size(catalog::llama_3_70b, file(k.type), true).value() / gibi;
        CAPTURE(k.type);
        CHECK(std::abs(tensors + 7.5e6 / gibi - k.gib) <= 0.005);
        least = std::max(least, k.gib - 0.005 - tensors);
        most = std::min(most, k.gib + 0.005 - tensors);
    }
    CHECK(least < most);
    CHECK(most * gibi < 8e6);
}

TEST_CASE("an importance matrix changes only the types it is asked for") {
    const architecture& m = catalog::llama_3_8b;
    for (const auto& row : gguf_file_types) {
        const gguf_file_type f = file(std::string(row.name).c_str());
        const double without = gguf_size(m, f).value(), with = gguf_size(m, f, true).value();
        CAPTURE(row.name);
        if (f == gguf_file_type::q4_0 || f == gguf_file_type::q5_0)
            CHECK(with - without == 4.0 * 4096 * 14336 * 2 / 32);  // four layers, two more bytes a block
        else if (f == gguf_file_type::iq4_xs || f == gguf_file_type::iq4_nl || f == gguf_file_type::iq3_xxs)
            CHECK(with < without);
        else CHECK(with == without);
    }
}

TEST_CASE("a matrix that holds query, key and value has a rule of its own") {
    // Phi-4: 40 layers, hidden 5120, q+k+v 7680 rows, 17920 wide, 100352 rows; Q4_K_M: qkv Q5_K, 20 of 40 downs Q6_K.
    const double qkv = 7680.0 * 5120 / 256 * 176, out = 5120.0 * 5120 / 256 * 144,
                 gate_up = 2.0 * 17920 * 5120 / 256 * 144, down = 5120.0 * 17920 / 256;
    const double tables = 100352.0 * 5120 / 256 * (144 + 210), norms = 4.0 * (2 * 40 + 1) * 5120;
    // Favoured: 0-4, then 7, 10, ... 34, then 35-39.
    const double sum = 40 * (qkv + out + gate_up) + down * (20 * 210 + 20 * 144) + tables + norms;
    CHECK(gguf_size(catalog::phi_4, file("Q4_K_M")).value() == sum);
}

TEST_CASE("formats of a prediction carry the bytes of the file") {
    for (const architecture* m : all_models) {
        if (!has_gguf_rules(*m)) continue;
        CAPTURE(m->name.str());
        for (const char* type : {"Q2_K", "Q4_K_M", "IQ3_XS", "Q8_0", "MXFP4_MOE", "F16"}) {
            const weight_formats f = gguf_formats(*m, file(type));
            CHECK(weight_bytes(*m, f).value() == approx(gguf_size(*m, file(type)).value()).epsilon(1e-12));
        }
    }
    const weight_formats f = gguf_formats(catalog::llama_3_8b, gguf_file_type::q4_k_m);
    CHECK(f.head.bits == 6.5625);
    CHECK(f.embedding.bits == 4.5);
    CHECK(f.other.bits == 32.0);
    CHECK(f.attention.name == "q4_k_m");
    // Half of the value matrices (1024 of 10240 rows) and half of the downs (a third) are in Q6_K.
    CHECK(f.attention.bits == approx(4.5 + 2.0625 * 0.5 * 1024 / 10240));
    CHECK(f.feed_forward.bits == approx(4.5 + 2.0625 * 0.5 / 3));
}

TEST_CASE("models whose tensors are not known are refused by name") {
    CHECK_THROWS_WITH_AS(gguf_size(catalog::deepseek_r1, gguf_file_type::q8_0),
                         doctest::Contains("deepseek-ai/DeepSeek-R1"), error);
    CHECK_THROWS_AS(gguf_formats(catalog::mamba2_2_7b, gguf_file_type::q8_0), error);
    CHECK_THROWS_AS(gguf_formats(catalog::falcon_7b, gguf_file_type::q8_0), error);
}

TEST_CASE("GGUF weights run where the runtime reads GGUF") {
    const precision p{.weights = gguf_formats(catalog::llama_3_8b, gguf_file_type::q4_k_m)};
    const device<>& d = device_named("rtx-4090");
    CHECK(check_formats(p, d, catalog::llama_cpp).ok());
    const feasibility f = check_formats(p, d, catalog::tensorrt_llm);
    CHECK(f.what == obstacle::format_not_in_runtime);
    CHECK(f.format == "q4_k_m");
    const precision f16{.weights = gguf_formats(catalog::llama_3_8b, gguf_file_type::f16)};
    CHECK(check_formats(f16, d, catalog::tensorrt_llm).what == obstacle::format_not_in_runtime);
}
