// SPDX-License-Identifier: Apache-2.0
// fit: keywords mean what they say, rows are what the placement says of them, the screen and JSON show one answer in 80
// columns, lines of commands place what the row says, and what does not run says what it lacks.

#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/ask/verdict.hpp>
#include <gambrel/report/json/fit_json.hpp>
#include <gambrel/report/text/fit_text.hpp>

using namespace gambrel;
using namespace gambrel::literals;
namespace pl = gambrel::placement;

namespace {
ask::fit_options typed(std::initializer_list<std::pair<const char*, const char*>> options) {
    ask::fit_options o;
    for (const auto& [option, text] : options) {
        bool found = false;
        for (const auto& k : ask::fit_keywords)
            if (k.option == option) ask::set_from_text(k, o, text), found = true;
        REQUIRE(found);
    }
    return o;
}
bool says(const std::string& text, std::string_view what) { return text.find(what) != std::string::npos; }
std::size_t widest(const std::string& text) {
    std::size_t most = 0;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        most = std::max(most, ask::width(std::string_view(text).substr(at, end - at)));
        at = end + 1;
    }
    return most;
}
const ask::fit_row* row_of(const ask::fit_answer& a, std::string_view type) {
    for (const ask::fit_row& r : a.rows)
        if (r.type_name.view() == type) return &r;
    return nullptr;
}
}  // namespace

TEST_CASE("keywords set what they name, each with a name of its own; bad ones are refused in a sentence") {
    for (std::size_t i = 0; i < ask::fit_keywords.size(); ++i)
        for (std::size_t k = 0; k < i; ++k) CHECK(ask::fit_keywords[i].name != ask::fit_keywords[k].name);
    const ask::bound_fit q("llama-3.1-8b", "2x rtx-3090",
                           typed({{"--ram", "32 GiB"},
                                  {"--cpu", "i9-13900k"},
                                  {"--types", "q8_0, q4_k_m"},
                                  {"--context", "8192"},
                                  {"--kv", "q8_0"},
                                  {"--speed", "20 tok/s"},
                                  {"--disk", "3 GB/s"}}));
    CHECK(q.machines.size() == 1);
    CHECK(q.machines[0].boards.size() == 2);
    CHECK(q.machines[0].name == "2x rtx-3090");
    CHECK(q.cpu.name == "i9-13900k");
    CHECK(q.ram == 32_GiB);
    CHECK_FALSE(q.assumed_host);
    CHECK(q.types == std::vector{gguf_file_type::q8_0, gguf_file_type::q4_k_m});
    CHECK(q.settings_of(catalog::llama_cpp).context == 8192);
    CHECK(q.settings_of(catalog::llama_cpp).kv.bytes_per_element() == approx(34.0 / 32));
    CHECK_FALSE(q.rules().any_context);
    CHECK(q.rules().disk == approx(3e9));
    CHECK(q.options.speed->value() == 20);
    CHECK(ask::bound_fit("llama-3.1-8b", "apple-m2", {}).machines[0].software.name == "llama.cpp-metal");
    CHECK(ask::bound_fit("Qwen3-8B-Q5_K_M.gguf", "rtx-4090", {}).types == std::vector{gguf_file_type::q5_k_m});
    // a processor as the device has the memory that is said of the host
    CHECK(ask::bound_fit("", "ryzen-7950x", typed({{"--ram", "96 GiB"}})).machines[0].boards[0].memory.capacity.value ==
          96_GiB);
    const auto refused = [](const char* model, const char* device, const ask::fit_options& o) {
        try {
            ask::bound_fit(model, device, o);
        } catch (const error& e) {
            return std::string(e.what());
        }
        return std::string();
    };
    CHECK(says(refused("", "", {}), "neither a model nor a device is named"));
    CHECK(says(refused("llama-3.1-8b", "rtx-4090", typed({{"--types", "q4_k_x"}})), "q4_k_m"));
    CHECK(says(refused("llama-3.1-8b", "rtx-4090", typed({{"--kv", "fp8"}})), "type of keys and values"));
    CHECK(says(refused("llama-3.1-8b", "rtx-4090", typed({{"--cpu", "rtx-3090"}})), "no processor"));
    CHECK(says(refused("llama-3.1-8b", "rtx-4090", typed({{"--runtime", "vllm"}})), "vllm is no llama.cpp"));
    CHECK(says(refused("llama-3.1-8b", "tpu-v6e", {}), "does not run on"));
    CHECK(says(refused("deepseek-v3", "rtx-4090", {}), "are not known"));
    CHECK(says(refused("llama-3.1-8b", "rtx-4090", typed({{"--context", "1"}})), "the context in tokens"));
    CHECK(says(refused("llama-3.1-8b", "rtx-4090", typed({{"--context", "512"}})),
               "does not hold a prompt of 512 and 128 after it; take 640"));
    // longer than 4,096: the context goes down no further than the request; a model made for less does not run
    const ask::bound_fit deep("llama-3.3-70b", "rtx-4090", typed({{"--prompt", "20000"}, {"--types", "q4_k_m"}}));
    CHECK(ask::answered(deep).rows.at(0).placed.with.context == std::ceil(20128 / 256.0) * 256);
    const ask::bound_fit beyond("llama-2-7b", "rtx-4090", typed({{"--prompt", "20000"}}));
    const ask::fit_answer none = ask::answered(beyond);
    CHECK_FALSE(none.ok());
    CHECK(says(report::screen(beyond, none), "takes 4,096 tokens"));
    CHECK_THROWS_AS(ask::answered(ask::bound_fit("llama-3.1-8b", "apple-m2", typed({{"--gpu-layers", "3"}}))), error);
}

TEST_CASE(
    "shares of devices are taken by themselves, one for each device, and a part of the catalog is no part of a model") {
    const auto split = [](const char* shares) {
        const ask::bound_fit q("llama-3.1-8b", "2x rtx-4090", typed({{"--types", "q8_0"}, {"--tensor-split", shares}}));
        const ask::fit_answer a = ask::answered(q);
        REQUIRE(a.rows.size() == 1);
        int on_first = 0;
        for (const pl::layer_place& p : a.rows[0].placed.at.layers) on_first += p.device == 0 ? 1 : 0;
        return on_first;
    };
    CHECK(split("3,1") == 25);  // of 33 with the output: those below 0.75
    CHECK(split("1,3") == 9);
    CHECK(split("0,1") == 0);
    const auto refused = [](const char* device, const char* option, const char* value, const char* why) {
        CAPTURE(value);
        try {
            ask::answered(ask::bound_fit("llama-3.1-8b", device, typed({{option, value}})));
            FAIL("not refused");
        } catch (const error& e) {
            CHECK(says(e.what(), why));
        }
    };
    refused("2x rtx-4090", "--tensor-split", "1,2,3",
            "has 3 shares and 2x rtx-4090 2 devices; give one share for each");
    refused("2x rtx-4090", "--tensor-split", "1", "has 1 shares");
    refused("2x rtx-4090", "--tensor-split", "0,0", "all shares of the layers are 0");
    refused("2x rtx-4090", "--tensor-split", "1,,2", "a part of it is empty");
    refused("2x rtx-4090", "--tensor-split", "1,-2", "it must be 0 or more");
    refused("rtx-4090", "--part", "qwen", "chooses among models of the catalog");
    refused("rtx-4090", "--types", ",", "a part of it is empty");
}

TEST_CASE("rows of one model: more bits, fewer layers there, slower; a speed asked for leaves the slow ones out") {
    const ask::bound_fit q("llama-3.3-70b", "rtx-4090", {});
    const ask::fit_answer a = ask::answered(q);
    REQUIRE(a.rows.size() == 11);  // all but f16, which 60 GiB of the host do not hold
    CHECK(a.files == 12);
    for (std::size_t i = 1; i < a.rows.size(); ++i) {
        CHECK(a.rows[i].file > a.rows[i - 1].file);
        CHECK(a.rows[i].placed.at.gpu_layers() <= a.rows[i - 1].placed.at.gpu_layers());
        CHECK(a.rows[i].speed.value < a.rows[i - 1].speed.value);
        CHECK(a.rows[i].first_token.value > a.rows[i - 1].first_token.value);
    }
    const ask::fit_row& r = *row_of(a, "q4_k_m");
    CHECK(r.file == approx(gguf_size(model_named("llama-3.3-70b"), gguf_file_type::q4_k_m).value()));
    CHECK(r.bits == approx(4.82).epsilon(0.001));
    CHECK(r.speed.contains(r.speed.value));
    CHECK(says(ask::server_line(q, r), "-c 4096 -ngl " + std::to_string(r.placed.at.gpu_layers())));
    // 84 GB/s of the host read what is there 1.4 times a second at 0.445: the upper bound of the speed
    CHECK(r.speed.value.value() < 83.2e9 * 0.445 / (r.placed.memory.host.weights - 0.6e9));
    CHECK(r.speed.value.value() > 0.8 * 83.2e9 * 0.445 / r.placed.memory.host.weights);
    const ask::fit_answer fast =
        ask::answered(ask::bound_fit("llama-3.3-70b", "rtx-4090", typed({{"--speed", "5 tok/s"}})));
    CHECK(fast.rows.size() == 3);
    for (const ask::fit_row& each : fast.rows) CHECK(each.speed.value.value() >= 5.0);
    // a draft takes room of the device and is a gain where the model is there as a whole
    const auto small = [](std::initializer_list<std::pair<const char*, const char*>> o) {
        return ask::answered(ask::bound_fit("llama-3.1-8b", "rtx-3060-12", typed(o))).rows.front();
    };
    const ask::fit_row plain = small({{"--types", "q8_0"}, {"--context", "4096"}});
    const ask::fit_row drafted =
        small({{"--types", "q8_0"}, {"--context", "4096"}, {"--draft", "llama-3.2-1b"}, {"--acceptance", "0.89"}});
    CHECK(drafted.speed.value > plain.speed.value);
    CHECK(drafted.greatest_context < plain.greatest_context);
    CHECK(drafted.first_token.value == plain.first_token.value);
    // layers as the user has them
    const ask::fit_row given = small({{"--types", "q8_0"}, {"--gpu-layers", "9"}});
    CHECK(given.placed.at.gpu_layers() == 9);
    CHECK(given.speed.value < plain.speed.value);
}

TEST_CASE("the screen: 80 columns, published figures with their source, both lines; JSON is the same answer") {
    const ask::bound_fit q("qwen3-30b-a3b", "rtx-3060-12", typed({{"--ram", "32 GiB"}, {"--cpu", "ryzen-7950x"}}));
    const ask::fit_answer a = ask::answered(q);
    const std::string s = report::screen(q, a);
    CHECK(says(s, "tools/perplexity"));
    CHECK(says(s, "+0.175"));
    CHECK(says(s, "/48 experts"));
    CHECK(says(s, "llama-bench -m Qwen3-30B-A3B"));
    CHECK_FALSE(says(s, "assumed"));
    const nlohmann::ordered_json j = report::as_json(q, a);
    REQUIRE(j["rows"].size() == a.rows.size());
    const ask::fit_row& r = *row_of(a, "q4_k_m");
    for (const auto& row : j["rows"]) {
        if (row["type"] != "q4_k_m") continue;
        CHECK(row["speed"]["value"].get<double>() == approx(r.speed.value.value()));
        CHECK(row["experts_on_host"] == r.experts_on_host());
        CHECK(row["published"]["divergence"].get<double>() == approx(0.031273));
        CHECK(row["devices"][0]["total_gib"].get<double>() * 1073741824 == approx(r.placed.memory.devices[0].total()));
        // what the line says fits as well: experts of the first layers away instead of the last
        const std::string line = row["server_line"];
        const int n = std::stoi(line.substr(line.find("--n-cpu-moe ") + 12));
        CHECK(n >= r.experts_on_host());
        CHECK(n <= r.experts_on_host() + 2);
    }
    const ask::bound_fit all("", "rtx-4090", typed({{"--part", "llama"}}));
    const ask::fit_answer of_catalog = ask::answered(all);
    const std::string table = report::screen(all, of_catalog);
    CHECK(widest(table) <= 80);
    CHECK(says(table, "Llama-3.1-8B"));
    CHECK(says(table, "assumed"));
    const ask::bound_fit over("llama-3.1-8b", "", {});
    const std::string devices = report::screen(over, ask::answered(over));
    CHECK(widest(devices) <= 80);
    CHECK(says(devices, "apple-m2"));
    CHECK(says(devices, "rtx-3060-12"));
    // layers as the user has them, where there is something to place
    CHECK(ask::answered(ask::bound_fit("llama-3.1-8b", "", typed({{"--gpu-layers", "9"}}))).rows.size() > 50);
}

TEST_CASE("a file is taken as it is stored: one row, at the average bits of its tensors") {
    ask::asked_model file{model_named("llama-3.3-70b")};
    file.model.stored = gguf_formats(file.model, gguf_file_type::q4_k_m);
    const ask::bound_fit q(std::optional<ask::asked_model>(file), {ask::asked_device_of("rtx-4090")}, {});
    CHECK(q.file);
    const ask::fit_answer a = ask::answered(q);
    REQUIRE(a.rows.size() == 1);
    CHECK(a.rows[0].type_name.view() == "q4_k_m");
    CHECK(a.rows[0].file == approx(gguf_size(file.model, gguf_file_type::q4_k_m).value()).epsilon(1e-3));
    const ask::fit_row by_rules =
        ask::answered(ask::bound_fit("llama-3.3-70b", "rtx-4090", typed({{"--types", "q4_k_m"}}))).rows[0];
    CHECK(std::abs(a.rows[0].placed.at.gpu_layers() - by_rules.placed.at.gpu_layers()) <= 1);
    CHECK(says(report::screen(q, a), "llama-server -m FILE.gguf"));
    // types asked for stand over those of the file
    CHECK(ask::answered(ask::bound_fit(std::optional<ask::asked_model>(file), {ask::asked_device_of("rtx-4090")},
                                       typed({{"--types", "q8_0"}})))
              .rows[0]
              .type_name.view() == "q8_0");
}

TEST_CASE("nothing runs: the closest, what it lacks, and what would") {
    const ask::bound_fit q("llama-3.1-405b", "rtx-3060-12", typed({{"--types", "f16,q8_0"}}));
    const ask::fit_answer a = ask::answered(q);
    CHECK_FALSE(a.ok());
    REQUIRE(a.near.size() == 1);
    CHECK(a.near[0].type_name.view() == "q8_0");
    const std::string s = report::screen(q, a);
    CHECK(says(s, "Nothing runs. The closest:"));
    CHECK(says(s, "as q8_0 needs"));
    CHECK(says(s, "of host memory (--ram)"));
    CHECK(report::as_json(q, a)["feasible"] == false);
    const ask::bound_fit slow("llama-3.3-70b", "rtx-4090", typed({{"--types", "q8_0"}, {"--speed", "50 tok/s"}}));
    CHECK(says(report::screen(slow, ask::answered(slow)), "less than asked for"));
}

TEST_CASE("a model that one device does not hold: the sentence names the split that works, and its speed") {
    const architecture& m = model_named("llama-3.3-70b");
    const device<>& d = device_named("rtx-4090");
    const deployment<> what{m, d, catalog::llama_cpp, {}, {.weights = gguf_formats(m, gguf_file_type::q4_k_m)}};
    const memory_fit memory = fit_memory(m, d, catalog::llama_cpp, {}, what.formats, 1280);
    REQUIRE(memory.start.what == starts::does_not);
    const std::string s =
        ask::explained({.what = obstacle::does_not_fit, .shortfall = memory.shortfall}, what, memory, {.tokens = 1280})
            .suggestion;
    CHECK(s.starts_with("44 of 81 layers there and the rest in the host's memory (64 GiB and a ryzen-7950x assumed)"));
    CHECK(says(s, "tok/s (1.5 to 2.2): gambrel fit"));
    CHECK(says(s, "; as a whole, tp 2"));
    // another server, where nothing else works: a file under llama.cpp
    const deployment<> other{m, d, catalog::vllm};
    const memory_fit too_little = fit_memory(m, d, catalog::vllm, {}, other.formats, 1280);
    const std::string file =
        ask::explained({.what = obstacle::does_not_fit}, other, too_little, {.tokens = 1280}, all_runtimes).suggestion;
    CHECK(file.starts_with("llama.cpp with q4_k_m, 44 of 81 layers there"));
    const deployment<> mac{m, device_named("apple-m2"), catalog::llama_cpp_metal, {}, what.formats};
    CHECK(ask::with_host(mac, 1280).empty());
    const deployment<> fits{model_named("llama-3.1-8b"),
                            d,
                            catalog::llama_cpp,
                            {},
                            {.weights = gguf_formats(model_named("llama-3.1-8b"), gguf_file_type::q4_k_m)}};
    CHECK(ask::with_host(fits, 1280).empty());
}

TEST_CASE("published figures: one of each type, fewer bits change more among files made alike") {
    for (std::size_t i = 0; i < gguf_qualities.size(); ++i)
        for (std::size_t k = 0; k < i; ++k) CHECK(gguf_qualities[i].type != gguf_qualities[k].type);
    for (const gguf_quality& a : gguf_qualities)
        for (const gguf_quality& b : gguf_qualities)
            if (a.importance_matrix == b.importance_matrix && a.divergence < 0.9 * b.divergence)
                CHECK(a.perplexity < b.perplexity);
    CHECK(quality_of(gguf_file_type::q4_k_m)->perplexity == approx(0.175482));
    CHECK(quality_of(gguf_file_type::mxfp4_moe) == nullptr);
}
