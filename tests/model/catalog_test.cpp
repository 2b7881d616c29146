// SPDX-License-Identifier: Apache-2.0
// The catalog against published counts. Every literal below is from the source named above its table, none from the
// library.
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/model/catalog.hpp>
#include <gambrel/model/kv_cache.hpp>
#include <gambrel/model/parameters.hpp>
#include <string>

using namespace gambrel;

namespace {
// Elements of the language model, and bytes of its keys and values per token at 16 bits.
// published: the total of the Hugging Face API, of the checkpoint's index, of keras-hub's presets, of a model card or
//   of a paper's table (2026-10), less what the repository stores beside the language model (`stored_beside`).
// recalled: the published total as remembered, not seen again.
// computed: no total is published; an independent computation from config.json.
constexpr const char *published = "published", *recalled = "recalled", *computed = "computed";
struct known_model {
    const architecture* model;
    count elements;
    count kv_bytes;
    const char* basis;
};
// clang-format off
constexpr known_model known_models[] = {
    {&catalog::llama_2_7b,            6'738'415'616, 524'288, published},
    {&catalog::llama_2_13b,           13'015'864'320, 819'200, published},
    {&catalog::llama_2_70b,           68'976'648'192, 327'680, published},
    {&catalog::llama_30b,             32'528'943'616, 1'597'440, recalled},
    {&catalog::llama_65b,             65'285'660'672, 2'621'440, recalled},
    {&catalog::ministral_3_8b,        8'489'553'920, 139'264, recalled},
    {&catalog::ministral_3_14b,       13'506'073'600, 163'840, recalled},
    {&catalog::glm_4_7_flash,         29'943'393'920, 54'144, recalled},
    {&catalog::dots_llm1,             142'774'381'696, 1'015'808, recalled},
    {&catalog::hunyuan_a13b,          80'393'183'232, 131'072, recalled},
    {&catalog::code_llama_34b,        33'743'970'304, 196'608, recalled},
    {&catalog::llama_3_8b,            8'030'261'248, 131'072, published},
    {&catalog::llama_3_70b,           70'553'706'496, 327'680, published},
    {&catalog::llama_3_1_8b,          8'030'261'248, 131'072, published},
    {&catalog::llama_3_1_70b,         70'553'706'496, 327'680, published},
    {&catalog::llama_3_1_405b,        405'853'388'800, 516'096, published},
    {&catalog::llama_3_2_1b,          1'235'814'400, 32'768, recalled},
    {&catalog::llama_3_2_3b,          3'212'749'824, 114'688, published},
    {&catalog::yi_34b,                34'388'917'248, 245'760, published},
    {&catalog::tinyllama_1_1b,        1'100'048'384, 22'528, published},
    {&catalog::granite_3_1_8b,        8'170'848'256, 163'840, recalled},
    {&catalog::smollm3_3b,            3'075'098'624, 73'728, published},
    {&catalog::llama_4_scout,         107'769'861'120, 196'608, published},
    {&catalog::llama_4_maverick,      400'711'848'960, 196'608, published},
    {&catalog::mistral_7b,            7'241'732'096, 131'072, published},
    {&catalog::mistral_7b_v0_3,       7'248'023'552, 131'072, published},
    {&catalog::mistral_nemo,          12'247'782'400, 163'840, published},
    {&catalog::mistral_small_24b,     23'572'403'200, 163'840, published},
    {&catalog::mistral_large,         122'610'069'504, 360'448, published},
    {&catalog::devstral_2,            125'025'988'608, 360'448, computed},
    {&catalog::mixtral_8x7b,          46'702'792'704, 131'072, published},
    {&catalog::mixtral_8x22b,         140'620'634'112, 229'376, published},
    {&catalog::qwen2_7b,              7'615'616'512, 57'344, published},
    {&catalog::qwen2_5_0_5b,          494'032'768, 12'288, published},
    {&catalog::qwen2_5_1_5b,          1'543'714'304, 28'672, published},
    {&catalog::qwen2_5_3b,            3'085'938'688, 36'864, published},
    {&catalog::qwen2_5_7b,            7'615'616'512, 57'344, published},
    {&catalog::qwen2_5_14b,           14'770'033'664, 196'608, recalled},
    {&catalog::qwen2_5_32b,           32'763'876'352, 262'144, recalled},
    {&catalog::qwen2_5_72b,           72'706'203'648, 327'680, published},
    {&catalog::qwen3_0_6b,            596'049'920, 114'688, published},
    {&catalog::qwen3_1_7b,            1'720'574'976, 114'688, published},
    {&catalog::qwen3_4b,              4'022'468'096, 147'456, published},
    {&catalog::qwen3_8b,              8'190'735'360, 147'456, published},
    {&catalog::qwen3_14b,             14'768'307'200, 163'840, published},
    {&catalog::qwen3_32b,             32'762'123'264, 262'144, published},
    {&catalog::qwen3_30b_a3b,         30'532'122'624, 98'304, published},
    {&catalog::qwen3_235b_a22b,       235'093'634'560, 192'512, published},
    {&catalog::qwen3_coder_480b_a35b, 480'154'875'392, 253'952, published},
    {&catalog::qwen3_next_80b_a3b,    79'674'391'296, 24'576, published},
    {&catalog::qwen3_5_27b,           26'895'998'464, 65'536, published},
    {&catalog::qwen3_5_35b_a3b,       34'660'610'688, 20'480, published},
    {&catalog::qwen3_5_122b_a10b,     122'111'526'912, 24'576, computed},
    {&catalog::qwen3_5_397b_a17b,     396'346'350'336, 30'720, computed},
    {&catalog::gemma_2b,              2'506'172'416, 18'432, published},
    {&catalog::gemma_7b,              8'537'680'896, 458'752, published},
    {&catalog::gemma_2_2b,            2'614'341'888, 106'496, published},
    {&catalog::gemma_2_9b,            9'241'705'984, 344'064, published},
    {&catalog::gemma_2_27b,           27'227'128'320, 376'832, published},
    {&catalog::gemma_3_1b,            999'885'952, 26'624, published},
    {&catalog::gemma_3_4b,            3'880'099'328, 139'264, published},
    {&catalog::gemma_3_12b,           11'765'788'416, 393'216, published},
    {&catalog::gemma_3_27b,           27'009'002'240, 507'904, published},
    {&catalog::phi_1_5,               1'418'270'720, 196'608, recalled},
    {&catalog::phi_2,                 2'779'683'840, 327'680, published},
    {&catalog::phi_3_mini_4k,         3'821'079'552, 393'216, published},
    {&catalog::phi_3_medium_4k,       13'960'238'080, 204'800, published},
    {&catalog::phi_4,                 14'659'507'200, 204'800, published},
    {&catalog::phi_4_mini,            3'836'021'760, 131'072, published},
    {&catalog::phi_3_5_moe,           41'873'153'344, 131'072, recalled},
    {&catalog::deepseek_v2_lite,      15'706'484'224, 31'104, published},
    {&catalog::deepseek_v2,           235'741'434'880, 69'120, published},
    {&catalog::deepseek_v3,           671'026'419'200, 70'272, published},
    {&catalog::deepseek_r1,           671'026'419'200, 70'272, published},
    {&catalog::deepseek_v3_2,         671'877'944'064, 70'272, published},
    {&catalog::deepseek_moe_16b,      16'375'728'128, 229'376, published},
    {&catalog::kimi_k2,               1'026'408'232'448, 70'272, published},
    {&catalog::glm_4_5,               352'797'829'024, 376'832, published},
    {&catalog::glm_4_5_air,           106'852'251'264, 188'416, published},
    {&catalog::glm_5,                 743'911'218'432, 89'856, published},
    {&catalog::glm_5_1,               743'911'218'432, 89'856, published},
    {&catalog::gpt_oss_20b,           20'914'757'184, 49'152, published},
    {&catalog::gpt_oss_120b,          116'829'156'672, 73'728, published},
    {&catalog::minimax_m2_5,          228'689'764'864, 253'952, published},
    {&catalog::nemotron_h_8b,         8'100'852'736, 16'384, computed},
    {&catalog::nemotron_h_56b,        56'324'350'464, 40'960, computed},
    {&catalog::nemotron_3_nano,       31'577'937'344, 6'144, published},
    {&catalog::nemotron_3_super,      120'668'687'360, 8'192, published},
    {&catalog::command_r,             34'980'831'232, 1'310'720, recalled},
    {&catalog::command_r_plus,        103'810'674'688, 262'144, recalled},
    {&catalog::aya_23_8b,             8'028'033'024, 131'072, recalled},
    {&catalog::falcon_7b,             6'921'720'704, 8'192, published},
    {&catalog::falcon_40b,            41'303'293'952, 122'880, published},
    {&catalog::falcon_180b,           178'557'088'768, 163'840, published},
    {&catalog::gpt2,                  124'439'808, 36'864, published},
    {&catalog::gpt2_medium,           354'823'168, 98'304, published},
    {&catalog::gpt2_xl,               1'557'611'200, 307'200, published},
    {&catalog::gpt_j_6b,              6'050'882'784, 458'752, published},
    {&catalog::gpt_neox_20b,          20'554'567'680, 1'081'344, published},
    {&catalog::pythia_1b,             1'011'781'632, 131'072, published},
    {&catalog::pythia_1_4b,           1'414'647'808, 196'608, published},
    {&catalog::pythia_2_8b,           2'775'208'960, 327'680, published},
    {&catalog::pythia_6_9b,           6'857'302'016, 524'288, published},
    {&catalog::pythia_12b,            11'846'072'320, 737'280, published},
    {&catalog::bloom_7b1,             7'069'016'064, 491'520, recalled},
    {&catalog::bloom,                 176'247'271'424, 4'014'080, published},
    {&catalog::mpt_7b,                6'649'286'656, 524'288, recalled},
    {&catalog::mpt_30b,               29'957'200'896, 1'376'256, computed},
    {&catalog::opt_1_3b,              1'315'758'080, 196'608, recalled},
    {&catalog::opt_6_7b,              6'658'473'984, 524'288, recalled},
    {&catalog::opt_13b,               12'853'473'280, 819'200, recalled},
    {&catalog::opt_30b,               29'974'540'288, 1'376'256, recalled},
    {&catalog::opt_66b,               65'719'701'504, 2'359'296, recalled},
    {&catalog::olmo_2_7b,             7'298'617'344, 524'288, published},
    {&catalog::olmo_2_13b,            13'716'198'400, 819'200, published},
    {&catalog::olmo_2_32b,            32'234'279'936, 262'144, recalled},
    {&catalog::olmo_3_7b,             7'298'011'136, 524'288, recalled},
    {&catalog::olmoe_7b,              6'919'161'856, 131'072, recalled},
    {&catalog::starcoder2_7b,         7'173'923'840, 65'536, recalled},
    {&catalog::starcoder2_15b,        15'957'889'024, 81'920, recalled},
    {&catalog::dbrx,                  131'596'523'520, 163'840, recalled},
    {&catalog::mamba_2_8b,            2'768'345'600, 0, published},
    {&catalog::mamba2_2_7b,           2'702'599'680, 0, recalled},
    {&catalog::codestral_mamba_7b,    7'285'403'648, 0, recalled},
    {&catalog::falcon_mamba_7b,       7'272'665'088, 0, recalled},
    {&catalog::jamba_1_5_mini,        51'570'323'328, 16'384, recalled},
    {&catalog::granite_4_h_tiny,      6'939'037'248, 8'192, recalled},
    {&catalog::falcon_h1_7b,          7'585'513'568, 45'056, computed},
    {&catalog::lfm2_2_6b,             2'569'272'320, 16'384, recalled},
    {&catalog::rwkv_6_7b,             7'635'746'816, 0, recalled},
    {&catalog::rwkv_7_1_5b,           1'527'404'544, 0, recalled},
    {&catalog::rwkv_7_2_9b,           2'947'735'040, 0, recalled},
};
// clang-format on

// Published totals that hold more than the language model, and what the rest is. Sources as above; scales, copies and
// buffers from the headers of the checkpoints.
struct stored_beside {
    const architecture* model;
    count published;
    bool prediction;  // holds the prediction module
    bool vision;      // holds the vision tower
    count others;
    const char* what;
};
constexpr stored_beside larger_totals[] = {
    {&catalog::llama_2_7b, 6'738'417'664, false, false, 32 * 64, "rotary frequencies"},
    {&catalog::llama_2_70b, 68'976'653'312, false, false, 80 * 64, "rotary frequencies"},
    {&catalog::llama_4_scout, 108'641'793'536, false, true, 0, ""},
    {&catalog::llama_4_maverick, 401'583'781'376, false, true, 0, ""},
    {&catalog::qwen3_0_6b, 751'632'384, false, false, 151936 * 1024, "copy of the tied head"},
    {&catalog::qwen3_1_7b, 2'031'739'904, false, false, 151936 * 2048, "copy of the tied head"},
    {&catalog::qwen3_next_80b_a3b, 81'324'862'720, true, false, 0, ""},
    {&catalog::qwen3_5_27b, 27'356'728'560, false, true, 0, ""},
    {&catalog::qwen3_5_35b_a3b, 35'107'181'936, false, true, 0, ""},
    {&catalog::gemma_3_4b, 4'300'079'472, false, true, 64 * 2560, "64 more rows of embedding"},
    {&catalog::gemma_3_12b, 12'187'325'040, false, true, 64 * 3840, "64 more rows of embedding"},
    {&catalog::gemma_3_27b, 27'432'062'576, false, true, 0, ""},
    {&catalog::deepseek_v3, 684'531'386'000, true, false, 2 * 129280 * 7168 + 41'540'496, "embedding, head, scales"},
    {&catalog::deepseek_r1, 684'489'845'504, true, false, 2 * 129280 * 7168, "copies of embedding and head"},
    {&catalog::deepseek_v3_2, 685'355'329'792, true, false, 2 * 129280 * 7168, "copies of embedding and head"},
    {&catalog::kimi_k2, 1'026'408'235'864, false, false, 61 * 56, "unexplained"},
    {&catalog::glm_4_5, 358'337'791'296, true, false, 2 * 151552 * 5120, "copies of embedding and head"},
    {&catalog::glm_4_5_air, 110'468'824'832, true, false, 2 * 151552 * 4096, "copies of embedding and head"},
    {&catalog::glm_5, 753'864'139'008, true, false, 0, ""},
    {&catalog::glm_5_2, 753'329'940'480, true, false, 0, ""},
    {&catalog::minimax_m2_5, 228'703'644'928, false, false, 13'880'064, "scales"},
    {&catalog::nemotron_3_super, 123'611'012'096, true, false, 0, ""},
    {&catalog::falcon_7b, 7'217'189'760, false, false, 65024 * 4544, "copy of the tied head"},
    {&catalog::falcon_40b, 41'835'970'560, false, false, 65024 * 8192, "copy of the tied head"},
    {&catalog::falcon_180b, 179'522'565'120, false, false, 65024 * 14848, "copy of the tied head"},
};

// Elements of recurrent state per sequence, computed independently from config.json.
struct known_state {
    const architecture* model;
    count elements;
};
constexpr known_state known_states[] = {
    {&catalog::qwen3_next_80b_a3b, 19'759'104}, {&catalog::qwen3_5_27b, 39'223'296},
    {&catalog::qwen3_5_397b_a17b, 48'844'800},  {&catalog::jamba_1_5_mini, 4'358'144},
    {&catalog::mamba_2_8b, 6'225'920},          {&catalog::mamba2_2_7b, 42'975'232},
    {&catalog::codestral_mamba_7b, 69'074'944}, {&catalog::falcon_mamba_7b, 9'961'472},
    {&catalog::rwkv_6_7b, 8'650'752},           {&catalog::rwkv_7_2_9b, 5'406'720},
    {&catalog::nemotron_h_8b, 25'903'104},      {&catalog::nemotron_h_56b, 229'810'176},
    {&catalog::nemotron_3_nano, 12'482'560},    {&catalog::nemotron_3_super, 43'171'840},
    {&catalog::granite_4_h_tiny, 14'515'200},   {&catalog::lfm2_2_6b, 90'112},
    {&catalog::falcon_h1_7b, 35'076'096},
};

static_assert(all_models.size() >= 60);
static_assert(find_model("llama-3.1-70b") == &catalog::llama_3_1_70b);
static_assert(catalog::llama_3_1_70b.layers() == 80);
static_assert(parameter_count(catalog::llama_3_1_70b) == 70'553'706'496);
static_assert(parameter_count(catalog::mixtral_8x7b) == 46'702'792'704);
static_assert(parameter_count(catalog::deepseek_v3) == 671'026'419'200);
static_assert(catalog::deepseek_v3.groups[1].layer.experts.experts == 256);
}  // namespace

TEST_CASE("elements and cache of every model with a known count") {
    for (const auto& known : known_models) {
        CAPTURE(known.model->name.str());
        CAPTURE(std::string(known.basis));
        CHECK(parameter_count(*known.model) == known.elements);
        CHECK(kv_bytes_per_token(*known.model).value() == static_cast<double>(known.kv_bytes));
    }
}

TEST_CASE("prediction modules and vision towers make up the rest of published totals") {
    for (const auto& known : larger_totals) {
        CAPTURE(known.model->name.str());
        CAPTURE(std::string(known.what));
        const parameter_parts parts = parameters_by_part(*known.model);
        CHECK(parts.language_model() + (known.prediction ? parts.mtp : 0) + (known.vision ? parts.vision : 0) +
                  known.others ==
              known.published);
    }
}

TEST_CASE("recurrent state of hybrids") {
    for (const auto& known : known_states) {
        CAPTURE(known.model->name.str());
        CHECK(state_elements(*known.model) == known.elements);
    }
}

// GPT-3: 175 and 6.7 billion (arXiv 2005.14165); Megatron-Turing: 530 billion (2201.11990); RetNet: 6.7 billion
// (2307.08621).
TEST_CASE("models without a repository come to their nominal size") {
    const auto billions = [](const architecture& m) { return static_cast<double>(parameter_count(m)) / 1e9; };
    CHECK(billions(catalog::gpt_3_175b) == approx(175.0).epsilon(0.005));
    CHECK(billions(catalog::mt_530b) == approx(530.0).epsilon(0.005));
    CHECK(billions(catalog::gpt_3_6_7b) == approx(6.7).epsilon(0.01));
    CHECK(billions(catalog::retnet_6_7b) == approx(6.7).epsilon(0.01));
}

// Sizes of the checkpoints, model card of gpt-oss (arXiv 2508.10925): 60.8 GiB and 12.8 GiB.
TEST_CASE("formats as published") {
    const double gibi = 1024.0 * 1024.0 * 1024.0;
    const auto stored = [&](const architecture& m) { return weight_bytes(m, m.stored).value() / gibi; };
    CHECK(stored(catalog::gpt_oss_120b) == approx(60.8).epsilon(0.001));
    CHECK(stored(catalog::gpt_oss_20b) == approx(12.8).epsilon(0.002));
    CHECK(catalog::deepseek_r1.stored.experts.name == "fp8_block");
    CHECK(catalog::deepseek_r1.stored.head.name == "bf16");
    CHECK(catalog::kimi_k2_5.stored.experts.name == "int4_g32");
    CHECK(catalog::kimi_k2_6.stored.experts.name == "int4_g32");
    CHECK(parameter_count(catalog::kimi_k2_6) == parameter_count(catalog::kimi_k2_5));
    CHECK(catalog::kimi_k2_5.stored.shared_experts.name == "bf16");
    CHECK(catalog::mamba_2_8b.stored.head.name == "fp32");
    CHECK(catalog::llama_2_7b.stored.attention.name == "fp16");
}

TEST_CASE("layers of interleaved models") {
    CHECK(catalog::llama_4_maverick.layers() == 48);
    CHECK(catalog::gemma_3_27b.layers() == 62);
    CHECK(catalog::gemma_3_27b.groups[0].layers == 52);
    CHECK(catalog::gpt_oss_120b.groups[0].layer.attention.window == 128);
    CHECK(catalog::jamba_1_5_mini.layers() == 32);
    CHECK(catalog::glm_5_2.layers() == 78);
    CHECK(catalog::nemotron_3_nano.layers() == 52);
    CHECK(catalog::nemotron_3_ultra.layers() == 108);
}

TEST_CASE("every entry is complete") {
    for (const architecture* m : all_models) {
        CAPTURE(m->name.str());
        CHECK(!m->family.empty());
        CHECK(m->layers() > 0);
        CHECK(m->vocabulary > 0);
        CHECK(m->most_context > 0);
        CHECK(m->final_norm_parameters > 0);
        for (const layer_group& g : *m) {
            const layer& l = g.layer;
            CHECK(g.layers > 0);
            CHECK(l.norm_parameters > 0);
            if (l.attention.present()) {
                CHECK(l.attention.query_heads % l.attention.kv_heads == 0);
                CHECK(l.attention.head_dim > 0);
                CHECK(l.attention.rotary_dim <= l.attention.head_dim);
            }
            CHECK(l.experts.top_k <= l.experts.experts);
            CHECK(l.experts.present() == (l.experts.width > 0));
        }
    }
}

TEST_CASE("a model is found by its id, its name and a short name") {
    for (const architecture* m : all_models) {
        const std::string id = m->name.str();
        CAPTURE(id);
        CHECK(find_model(id) == m);
        CHECK(find_model(id.substr(id.rfind('/') + 1)) == m);
    }
    struct {
        const char* name;
        const architecture* model;
    } const short_names[] = {
        {"llama-3.1-70b", &catalog::llama_3_1_70b},
        {"LLAMA_3.1_70B", &catalog::llama_3_1_70b},
        {"meta-llama/Llama-3.1-70B", &catalog::llama_3_1_70b},
        {"Meta-Llama-3.1-70B-Instruct", &catalog::llama_3_1_70b},
        {"Llama-3.1-405B-Instruct", &catalog::llama_3_1_405b},
        {"llama-3-8b", &catalog::llama_3_8b},
        {"Llama-2-7b-chat-hf", &catalog::llama_2_7b},
        {"llama-4-scout", &catalog::llama_4_scout},
        {"mistral-7b", &catalog::mistral_7b},
        {"mistral-large", &catalog::mistral_large},
        {"Mixtral-8x7B-Instruct-v0.1", &catalog::mixtral_8x7b},
        {"qwen2.5-72b-instruct", &catalog::qwen2_5_72b},
        {"qwen3-235b", &catalog::qwen3_235b_a22b},
        {"deepseek-r1", &catalog::deepseek_r1},
        {"deepseek-v2", &catalog::deepseek_v2},
        {"kimi-k2", &catalog::kimi_k2},
        {"glm-4.5", &catalog::glm_4_5},
        {"gemma-3-27b", &catalog::gemma_3_27b},
        {"phi-3-mini", &catalog::phi_3_mini_4k},
        {"nemotron-3-super", &catalog::nemotron_3_super},
        {"command-r", &catalog::command_r},
        {"jamba-1.5-mini", &catalog::jamba_1_5_mini},
        {"gpt-3-175b", &catalog::gpt_3_175b},
    };
    for (const auto& each : short_names) {
        CAPTURE(std::string(each.name));
        CHECK(find_model(each.name) == each.model);
        CHECK(&model_named(each.name) == each.model);
    }
}

TEST_CASE("a name that fits none or several is no model, and the error names the nearest") {
    for (const char* name : {"", "-", "/", "meta-", "-instruct", "llama", "llama-3.1", "qwen3", "bert-base"})
        CHECK_MESSAGE(find_model(name) == nullptr, name);
    CHECK(find_model(std::string(100'000, 'a')) == nullptr);
    CHECK_THROWS_WITH_AS(model_named("deepsek-r1"), doctest::Contains("DeepSeek-R1"), error);
    CHECK_THROWS_WITH_AS(model_named("llama-3.1-71b"), doctest::Contains("\"llama-3.1-71b\""), error);
    CHECK_THROWS_WITH_AS(model_named("llama-3.1-71b"), doctest::Contains("Llama-3.1-70B"), error);
    CHECK_THROWS_WITH_AS(model_named("Qwen/Qwen3-33B"), doctest::Contains("Qwen/Qwen3-32B"), error);
}
