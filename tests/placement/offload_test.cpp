// SPDX-License-Identifier: Apache-2.0
// Models partly in the host's memory against llama.cpp: the sweep of llama-bench's README (the host's share was fitted on
// it), a box that took no part, prompts whose weights travel; the sum of a pass by hand; rounds with a local draft.
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/hardware/catalog.hpp>
#include <gambrel/model/catalog.hpp>
#include <gambrel/placement/by_rows.hpp>
#include <gambrel/placement/local_draft.hpp>
#include <gambrel/runtime/catalog.hpp>

using namespace gambrel;
using namespace gambrel::literals;
namespace pl = gambrel::placement;

namespace {
/// Intel Core i9-10900X: 10 cores at 3.7 GHz with two AVX-512 units, 4 channels of DDR4-3200.
device<> i9_10900x() {
    device<> d = *find_device("i9-13900k");
    d.name = "i9-10900x";
    d.memory.bandwidth.value = gigabytes_per_second(102.4);
    d.peak.fp32.value = flop_rate<>::from_value(10 * 3.7e9 * 64);
    return d;
}
const architecture& llama = model_named("llama-2-7b");
pl::machine of_3090_ti() {
    return pl::machine({*find_device("rtx-3090-ti")}, catalog::llama_cpp_cuda_2023, *find_device("i9-13900k"), 64_GiB);
}
}  // namespace

TEST_CASE("llama-bench's README, 7B Q4_0 on an RTX 3090 Ti beside a 13900K, build 1275: tokens/s by -ngl within 15 %") {
    const pl::stored_model m = pl::stored_as(llama, gguf_file_type::q4_0);
    const pl::machine pc = of_3090_ti();
    pl::pass_clock clock(pc, llama, m, {.context = 512, .flash_attention = false});
    struct row {
        int ngl;
        double measured;
    };
    double sum = 0.0;
    // that build counted the output as layer 33 and kept keys and values on the host up to 34
    for (const row& r :
         {row{10, 13.45}, {20, 21.36}, {30, 40.04}, {31, 48.19}, {32, 54.78}, {33, 60.62}, {99, 131.66}}) {
        CAPTURE(r.ngl);
        pl::layer_split at = pl::split_of(m, std::min(r.ngl, 33), 0, {}, pl::output_order::last);
        at.kv_on_host = r.ngl < 99;
        const double off = 1.0 / clock.decode(at, 64).seconds / r.measured - 1.0;
        CHECK(std::abs(off) < 0.15);
        sum += off;
    }
    CHECK(std::abs(sum / 7.0) < 0.05);
    // The line through the sweep: 2.48 ms a layer on the host (notes of the fit), within 15 %
    const auto at = [&](int ngl) {
        pl::layer_split s = pl::split_of(m, ngl, 0, {}, pl::output_order::last);
        s.kv_on_host = true;
        return clock.decode(s, 64).seconds;
    };
    CHECK((at(10) - at(32)) / 22.0 == doctest::Approx(2.48e-3).epsilon(0.15).scale(0));
    // keys and values on the host alone (pull request 4812, 2024-01): 127.43 and 59.99 tokens/s
    pl::layer_split away = pl::split_of(m, 99);
    const double here = clock.decode(away, 64).seconds;
    away.kv_on_host = true;
    CHECK(clock.decode(away, 64).seconds - here == doctest::Approx(1 / 59.99 - 1 / 127.43).epsilon(0.05).scale(0));
}

TEST_CASE(
    "a box that took no part: RTX 2080 beside an i9-10900X, Q4_K_M (AlexsJones/llmfit 755, 774, 775, 778; 2026-07)") {
    const pl::machine pc({*find_device("rtx-2080")}, catalog::llama_cpp, i9_10900x(), 62_GiB);
    struct row {
        const char* model;
        gguf_file_type file;
        int ngl, experts;
        double measured, within;
    };
    int covered = 0, rows = 0;
    double squares = 0.0;
    for (const row& r : {row{"qwen3-14b", gguf_file_type::q4_k_m, 32, 0, 16.9, 0.15},
                         {"phi-4", gguf_file_type::q4_k_m, 32, 0, 16.7, 0.15},
                         {"gemma-3-12b", gguf_file_type::q4_k_m, 44, 0, 26.1, 0.15},
                         {"gemma-2-9b", gguf_file_type::q4_k_m, 36, 0, 23.7, 0.30},
                         {"qwen2.5-14b", gguf_file_type::q4_k_m, 42, 0, 20.8, 0.15},
                         {"mistral-small-24b", gguf_file_type::q4_k_m, 16, 0, 5.2, 0.15},
                         {"gpt-oss-20b", gguf_file_type::mxfp4_moe, 99, 12, 36.4, 0.20},
                         {"qwen3-30b-a3b", gguf_file_type::q4_k_m, 99, 36, 36.7, 0.20}}) {
        CAPTURE(r.model);
        const architecture& m = model_named(r.model);
        const pl::stored_model s = pl::stored_as(m, r.file);
        pl::pass_clock clock(pc, m, s, {});
        const figure<seconds<>> t = pl::with_spread(clock.decode(pl::split_of(s, r.ngl, r.experts), 200));
        const double off = 1.0 / t.value.value() / r.measured - 1.0;
        CHECK(std::abs(off) < r.within);
        squares += off * off;
        ++rows;
        covered += t.contains(seconds_of(1.0 / r.measured)) ? 1 : 0;
    }
    CHECK(rows == 8);
    CHECK(std::sqrt(squares / rows) < 0.15);
    CHECK(covered >= 6);  // of ranges called 80 %
}

TEST_CASE("weights travel to the device for prompts: pull request 6083 (2024-03), 1,024 tokens by -ngl within 15 %") {
    const pl::stored_model m = pl::stored_as(llama, gguf_file_type::q4_0);
    const pl::machine pc = of_3090_ti();
    pl::pass_clock clock(pc, llama, m, {.context = 1024, .flash_attention = false});
    for (const auto& [ngl, measured] : {std::pair{18, 784.66}, {19, 828.81}, {20, 884.96}, {21, 948.7}})
        CHECK(1024 / clock.prompt(pl::split_of(m, ngl), 1024).seconds ==
              doctest::Approx(measured).epsilon(0.15).scale(0));
    // 15 layers of 7B Q4_0 away: their bytes over the link, for both batches of 512; what is computed is the same
    const double all = clock.prompt(pl::split_of(m, 99), 1024).seconds,
                 some = clock.prompt(pl::split_of(m, 18), 1024).seconds;
    double bytes = 0.0;
    for (std::size_t i = 0; i < 15; ++i) bytes += m.layers[i].all();
    CHECK(some - all == approx(2 * bytes / (32e9 * pc.law().streamed_share)));
    // 31 tokens do not travel, 32 do
    const auto extra = [&](double n) {
        return clock.prompt(pl::split_of(m, 18), n).seconds - clock.prompt(pl::split_of(m, 99), n).seconds;
    };
    CHECK(extra(32) == approx(bytes / (32e9 * pc.law().streamed_share)));
    CHECK(extra(31) != doctest::Approx(extra(32)).epsilon(0.01));
}

TEST_CASE("a pass is the sum of its layers where they are, and a law of the host's bandwidth and of crossings") {
    const architecture& m = model_named("qwen3-30b-a3b");
    const pl::stored_model s = pl::stored_as(m, gguf_file_type::q8_0);
    const pl::machine pc({*find_device("rtx-4090")}, catalog::llama_cpp, *find_device("ryzen-7950x"), 64_GiB);
    pl::pass_clock clock(pc, m, s, {});
    const auto t = [&](int experts) { return clock.decode(pl::split_of(s, 99, experts), 1000).seconds; };
    // each layer of experts that moves costs the same; 8 of 128 of its experts are read at the host's share
    CHECK(t(20) - t(10) == approx(10 * (t(1) - t(0))));
    const double read = s.layers[0].movable() * 8 / 128 / (83.2e9 * pc.law().host_share);
    const double moved = t(1) - t(0) - 2 * pc.law().crossing;
    CHECK(moved < read);  // it took the device some time too
    CHECK(moved > 0.6 * read);
    // two equal devices take as long as one for a token; four batches of a prompt overlap on them, (4 + 1) / (2 x 4)
    const pl::machine two({*find_device("rtx-4090"), *find_device("rtx-4090")}, catalog::llama_cpp);
    pl::pass_clock both(two, m, s, {});
    const double halves[] = {1.0, 1.0};
    const pl::layer_split shared = pl::split_of(s, 99, 0, halves), whole = pl::split_of(s, 99);
    CHECK(both.decode(shared, 1000).seconds == approx(both.decode(whole, 1000).seconds));
    CHECK(both.prompt(shared, 2048).seconds == approx(5.0 / 8.0 * both.prompt(whole, 2048).seconds));
    // what the host cannot hold is read from disk again
    const pl::machine small({*find_device("rtx-3060-12")}, catalog::llama_cpp, *find_device("ryzen-7950x"), 16_GiB);
    const pl::fitted f = pl::fit(small, m, s, {.context = 4096}, {.disk = 5e9});
    REQUIRE(f.from_disk > 0.0);
    pl::pass_clock slow(small, m, s, f.with);
    const double held = slow.decode(f.at, 1000).seconds, read_again = slow.decode(f, 1000, 5e9).seconds;
    // the share of the host's weights that has no room, of what a token reads: 8 of 128 experts and the rest
    double bytes = 0.0;
    for (std::size_t i = 0; i < s.layers.size(); ++i)
        if (f.at.layers[i].keeps == pl::kept::attention) bytes += s.layers[i].movable() * 8 / 128;
        else if (f.at.layers[i].keeps != pl::kept::all)
            bytes += (s.layers[i].all() - pl::kept_bytes(s.layers[i], f.at.layers[i].keeps)) * 8 / 128;
    CHECK(f.at.gpu_layers() == 49);
    CHECK(read_again - held == approx(bytes * f.from_disk / f.memory.host.weights / 5e9));
    CHECK(slow.prompt(f, 600, 5e9).seconds > slow.prompt(f.at, 600).seconds + 2 * (read_again - held));
}

TEST_CASE("a round with a local draft: guesses on the device, a check under the split; RTX 3060, 8B with 1B in Q8_0") {
    const architecture &large = model_named("llama-3.1-8b"), &small = model_named("llama-3.2-1b");
    const pl::stored_model l = pl::stored_as(large, gguf_file_type::q8_0),
                           d = pl::stored_as(small, gguf_file_type::q8_0);
    const pl::machine pc({*find_device("rtx-3060-12")}, catalog::llama_cpp, *find_device("ryzen-7950x"), 64_GiB);
    pl::pass_clock clock(pc, large, l, {});
    const speculation guesses{5, 0.89, drafting::draft_model};
    const pl::layer_split all = pl::split_of(l, 99);
    const pl::draft_round r = pl::round_of(pc, clock, all, small, d, {}, guesses, 300);
    // 32.5 tokens/s without; 147 rounds of 82 ms, 55.5 tokens/s with (llama.cpp issue 5877 and pull request 10455)
    CHECK(1.0 / clock.decode(all, 300).seconds == doctest::Approx(32.5).epsilon(0.2).scale(0));  // 18 % over
    CHECK(r.draft.seconds + r.check.seconds + r.sampling == doctest::Approx(0.082).epsilon(0.15).scale(0));
    CHECK(1.0 / r.each().seconds == doctest::Approx(55.5).epsilon(0.15).scale(0));
    CHECK(r.tokens == approx((1 - std::pow(0.89, 6)) / (1 - 0.89)));
    CHECK(r.sampling == approx(5 * 39e-9 * 128256));
    // with half of the large model on the host the check takes longer, by more than one token does
    const pl::layer_split half = pl::split_of(l, 17);
    const pl::draft_round slower = pl::round_of(pc, clock, half, small, d, {}, guesses, 300);
    CHECK(slower.draft.seconds == approx(r.draft.seconds));
    CHECK(slower.check.seconds - r.check.seconds > clock.decode(half, 300).seconds - clock.decode(all, 300).seconds);
    CHECK(pl::memory_of_draft(small, d, {}) > d.file() - d.embedding);
}

TEST_CASE("matrices cut by rows over devices, builds of 2023-12: tokens/s within the scatter of the machines") {
    struct row {
        const char *device, *model;
        std::size_t devices;
        gguf_file_type file;
        double measured;
    };
    int covered = 0, rows = 0;
    double logs = 0.0;
    for (const row& r : {row{"rtx-3090", "llama-2-7b", 2, gguf_file_type::q4_0, 53.25},
                         {"rtx-3090", "llama-2-13b", 3, gguf_file_type::f16, 25.19},
                         {"rtx-3090", "llama-2-70b", 6, gguf_file_type::q4_0, 10.15},
                         {"rtx-4090", "llama-2-7b", 2, gguf_file_type::f16, 49.3},
                         {"rtx-4090", "llama-2-70b", 3, gguf_file_type::q4_0, 14.9},
                         {"rtx-4090", "llama-2-13b", 6, gguf_file_type::q4_0, 30.2},
                         {"rtx-a6000", "llama-2-70b", 2, gguf_file_type::q4_0, 17.3},
                         {"rtx-4000-ada", "llama-2-13b", 4, gguf_file_type::q4_0, 41.3}}) {
        CAPTURE(r.device);
        CAPTURE(r.devices);
        const architecture& m = model_named(r.model);
        const pl::stored_model s = pl::stored_as(m, r.file);
        const pl::machine pc(std::vector<device<>>(r.devices, device_named(r.device)), catalog::llama_cpp_cuda_2023);
        const pl::timed t = pl::decode_by_rows(pc, m, s, {.context = 512, .flash_attention = false}, 400);
        const double off = std::log(1.0 / t.seconds / r.measured);
        CHECK(std::abs(off) < 0.40);
        logs += off;
        ++rows;
        covered += pl::with_spread(t).contains(seconds_of(1.0 / r.measured)) ? 1 : 0;
    }
    CHECK(std::abs(logs / rows) < 0.15);
    CHECK(covered >= 6);
    const architecture& m = model_named("llama-2-70b");
    const pl::stored_model s = pl::stored_as(m, gguf_file_type::q4_0);
    const pl::memory_use use = pl::memory_by_rows(m, s, {.context = 512}, 4);
    double sum = 0.0;
    for (const pl::held& d : use.devices) sum += d.weights;
    CHECK(sum == approx(s.file() - s.embedding));
    CHECK(use.devices[3].kv == 0);
    CHECK(use.devices[0].kv == approx(160.0 * 1048576));  // as logged for 512 tokens
}
