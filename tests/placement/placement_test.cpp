// SPDX-License-Identifier: Apache-2.0
// Layers placed: bytes of each against the file's, splits as llama.cpp's options make them, memory against its printed
// buffers, and the split that it finds itself against the worked run of tools/fit-params/README.md (build 6895, 2025-10).
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/hardware/catalog.hpp>
#include <gambrel/model/catalog.hpp>
#include <gambrel/placement/greatest_context.hpp>
#include <gambrel/runtime/catalog.hpp>

using namespace gambrel;
using namespace gambrel::literals;
namespace pl = gambrel::placement;

namespace {
constexpr double mib = 1048576.0;
device<> board_of(const char* name, double free_mib) {
    device<> d = *find_device(name);
    d.memory.visible = bytes_of(free_mib * mib) + catalog::llama_cpp.memory.reserve.value;
    return d;
}
int count_of(const pl::layer_split& at, pl::kept k) {
    int n = 0;
    for (const pl::layer_place& p : at.layers) n += p.device != pl::on_host && p.keeps == k ? 1 : 0;
    return n;
}
}  // namespace

TEST_CASE("the layers, tables and vectors of a file are the file, and a mixture's movable part is its experts") {
    for (const char* name : {"llama-3-8b", "llama-2-70b", "qwen3-30b-a3b", "mixtral-8x7b", "gemma-2-9b", "gpt-oss-20b"})
        for (const auto f : {gguf_file_type::q4_k_m, gguf_file_type::q8_0, gguf_file_type::iq2_xs}) {
            CAPTURE(name);
            const architecture& m = model_named(name);
            const pl::stored_model s = pl::stored_as(m, f);
            CHECK(s.layers.size() == static_cast<std::size_t>(m.layers()));
            // a tied head has the bytes of the embedding and the norms at the end beside it
            const double extra = s.tied ? s.head - s.embedding : 0.0;
            CHECK(s.file() + extra == approx(gguf_size(m, f).value()));
            const pl::stored_model averaged = pl::stored_in(m, s.formats);
            double movable = 0.0, other = 0.0;
            for (std::size_t i = 0; i < s.layers.size(); ++i)
                movable += s.layers[i].movable(), other += averaged.layers[i].movable();
            CHECK(movable == approx(other));  // averages of the parts have the same sum
        }
    // Qwen3-30B-A3B in F16: 128 experts of 3 x 768 x 2048 in a layer are 1,152 MiB
    const pl::stored_model f16 = pl::stored_as(model_named("qwen3-30b-a3b"), gguf_file_type::f16);
    CHECK(f16.layers[7].movable() == approx(1152 * mib));
    CHECK(f16.layers[7].up == approx(384 * mib));
    CHECK(f16.layers[7].largest() == approx(384 * mib));
    // Q4_K_M: down in Q6_K in the first layer, not in the fifth
    const pl::stored_model q4 = pl::stored_as(model_named("llama-3-8b"), gguf_file_type::q4_k_m);
    CHECK(q4.layers[0].down == approx(14336.0 * 4096 * 6.5625 / 8));
    CHECK(q4.layers[4].down == approx(14336.0 * 4096 * 4.5 / 8));
}

TEST_CASE("-ngl k is the output and the last k - 1 layers, to 2025 the last k; devices share them out in a row") {
    const pl::stored_model m = pl::stored_as(model_named("llama-3-8b"), gguf_file_type::q4_k_m);
    const pl::layer_split at = pl::split_of(m, 11);
    CHECK(at.output == 0);
    CHECK(at.on_devices() == 10);
    CHECK(at.layers[21].device == pl::on_host);
    CHECK(at.layers[22].device == 0);
    CHECK(at.gpu_layers() == 11);
    const pl::layer_split earlier = pl::split_of(m, 32, 0, {}, pl::output_order::last);
    CHECK(earlier.output == pl::on_host);
    CHECK(earlier.on_devices() == 32);
    CHECK(pl::split_of(m, 33, 0, {}, pl::output_order::last).all_on_devices());
    CHECK(pl::split_of(m, 0).gpu_layers() == 0);
    CHECK(pl::split_of(m, 99).all_on_devices());
    // 8B on two equal boards, as logged: 17 layers and 15 with the output (docs/models/placement.md)
    const double equal[] = {1.0, 1.0};
    const pl::layer_split two = pl::split_of(m, 33, 0, equal);
    int first = 0;
    for (const pl::layer_place& p : two.layers) first += p.device == 0 ? 1 : 0;
    CHECK(first == 17);
    CHECK(two.output == 1);
    const architecture& llama = model_named("llama-3-8b");
    const pl::memory_use use = pl::memory_of(llama, m, two, {.context = 8192}, 2);
    CHECK(use.devices[0].kv / mib == approx(544));
    CHECK(use.devices[1].kv / mib == approx(480));
    CHECK(use.devices[0].weights / mib == approx(2113.28).epsilon(1e-4));
    CHECK(use.devices[1].weights / mib == approx(2290.21).epsilon(1e-4));
    // --n-cpu-moe moves experts of mixtures alone
    CHECK(pl::split_of(m, 99, 5).all_on_devices());
    const pl::stored_model moe = pl::stored_as(model_named("qwen3-30b-a3b"), gguf_file_type::q4_k_m);
    const pl::layer_split some = pl::split_of(moe, 99, 5);
    CHECK(count_of(some, pl::kept::attention) == 5);
    CHECK(some.layers[4].keeps == pl::kept::attention);
    CHECK(some.partly_on_host() == 5);
    CHECK_THROWS_WITH(pl::split_of(m, -1), "-ngl is -1; it must be 0 at least");
}

TEST_CASE("memory: a large batch of a model partly on the host takes a copy of the largest tensor there") {
    // Qwen2.5-3B under CUDA: 304.75 MiB with half of it on the device, 548.18 with nothing, its Q6_K output then on the host
    const architecture& m = model_named("qwen2.5-3b");
    const pl::stored_model s = pl::stored_as(m, gguf_file_type::q4_k_m);
    const pl::settings with{.context = 4096, .outputs = ggml_outputs::every_2025};
    CHECK(pl::memory_of(m, s, pl::split_of(s, 0), with, 1).devices[0].compute / mib == approx(548.18).epsilon(1e-3));
    CHECK(pl::memory_of(m, s, pl::split_of(s, 99), with, 1).devices[0].compute / mib == approx(304.75).epsilon(1e-3));
    // a layer with a window keeps no more than it and a batch: gpt-oss, 12 of 24 layers, 128 + 512 tokens in steps of 256
    const architecture& g = model_named("gpt-oss-20b");
    const pl::stored_model gs = pl::stored_as(g, gguf_file_type::mxfp4_moe);
    const double token = 8 * 64 * 2 * 2;
    CHECK(pl::memory_of(g, gs, pl::split_of(gs, 99), {.context = 8192}, 1).devices[0].kv ==
          approx(12 * token * 8192 + 12 * token * 768));
    pl::layer_split away = pl::split_of(s, 99);
    away.kv_on_host = true;
    CHECK(pl::memory_of(m, s, away, with, 1).devices[0].kv == 0);
}

TEST_CASE("the run of llama.cpp's README: Qwen3-30B-A3B in F16 on an RTX 4090, 4,096 tokens") {
    const architecture& m = model_named("qwen3-30b-a3b");
    const pl::stored_model s = pl::stored_as(m, gguf_file_type::f16);
    const pl::settings with{.context = 4096, .outputs = ggml_outputs::every_2025};
    // as that build placed it: all 48 layers there, experts of the last 34 and the output not
    pl::layer_split at = pl::split_of(s, 48, 0, {}, pl::output_order::last);
    for (std::size_t i = 14; i < 48; ++i) at.layers[i].keeps = pl::kept::attention;
    const pl::memory_use use = pl::memory_of(m, s, at, with, 1);
    CHECK(use.devices[0].weights / mib == approx(17904).epsilon(1e-4));
    CHECK(use.devices[0].kv / mib == approx(384));
    CHECK(use.devices[0].compute / mib == approx(898).epsilon(1e-3));
    CHECK(use.devices[0].total() / mib == approx(19187).epsilon(1e-4));
    // it left 1,199 MiB, so 20,386 were free; one layer more would not have left 1,024
    const pl::machine pc({board_of("rtx-4090", 19187 + 1199)}, catalog::llama_cpp, *find_device("ryzen-7950x"), 96_GiB);
    const pl::fitted found = pl::fit(pc, m, s, with);
    REQUIRE(found.runs());
    CHECK(found.at.gpu_layers() == 49);
    // today the output goes first and takes the room of half a layer: 13 whole ones and all but down of the next
    CHECK(count_of(found.at, pl::kept::all) == 13);
    CHECK(count_of(found.at, pl::kept::up_gate) == 1);
    CHECK(found.at.layers[13].keeps == pl::kept::up_gate);
    CHECK(count_of(found.at, pl::kept::attention) == 34);
    CHECK(found.memory.devices[0].total() <= (20386 - 1024) * mib);
    CHECK(found.memory.host.total() > 34 * 1152 * mib);
    // without anything asked the context goes down to 4,096 before layers go
    const pl::fitted any = pl::fit(pc, m, s, with, {.any_context = true});
    CHECK(any.with.context == 4096);
    CHECK(any.at == found.at);
}

TEST_CASE("the split that is found leaves the margin and one layer more would not") {
    const architecture& m = model_named("llama-3.3-70b");
    const pl::stored_model s = pl::stored_as(m, gguf_file_type::q4_k_m);
    const pl::machine pc({*find_device("rtx-4090")}, catalog::llama_cpp, *find_device("ryzen-7950x"), 64_GiB);
    const pl::fitted f = pl::fit(pc, m, s, {.context = 4096});
    REQUIRE(f.runs());
    const int k = f.at.gpu_layers();
    CHECK(k > 30);
    CHECK(k < 50);
    CHECK(f.at == pl::split_of(s, k));
    const double target = pc.free(0) - 1024 * mib;
    CHECK(f.memory.devices[0].total() <= target);
    CHECK(pl::memory_of(m, s, pl::split_of(s, k + 1), f.with, 1).devices[0].total() > target);
    // longer contexts hold fewer layers; the greatest context of this split fills what is left
    const double longest = pl::greatest_context(pc, m, s, f);
    CHECK(longest >= 4096);
    CHECK(pl::fit(pc, m, s, {.context = longest}).at.gpu_layers() == k);
    CHECK(pl::fit(pc, m, s, {.context = longest + 256}).at.gpu_layers() < k);
    // half of the host's memory is too little: by as much as is missing there; a disk reads it again
    const pl::machine small({*find_device("rtx-4090")}, catalog::llama_cpp, *find_device("ryzen-7950x"), 16_GiB);
    const pl::fitted none = pl::fit(small, m, s, {.context = 4096});
    CHECK(none.lacks == pl::lack::host_memory);
    CHECK(none.missing == approx(none.memory.host.total() - (12_GiB).value()));
    const pl::fitted read = pl::fit(small, m, s, {.context = 4096}, {.disk = 5e9});
    CHECK(read.runs());
    CHECK(read.from_disk == approx(none.missing));
    // no host: what the devices lack
    const pl::machine alone({*find_device("rtx-4090")}, catalog::llama_cpp);
    CHECK(pl::fit(alone, m, s, {.context = 4096}).lacks == pl::lack::device_memory);
}

TEST_CASE("one memory has nothing to place: the context gives way, or the model does not run") {
    const architecture& m = model_named("llama-3.1-8b");
    const pl::stored_model s = pl::stored_as(m, gguf_file_type::q4_k_m);
    const pl::machine mac({with_capacity(*find_device("apple-m2"), bytes<>(16_GiB))}, catalog::llama_cpp_metal);
    CHECK(mac.unified());
    const pl::fitted f = pl::fit(mac, m, s, {.context = 4096}, {.any_context = true});
    CHECK(f.runs());
    CHECK(f.at.all_on_devices());
    CHECK(f.with.context < 131072);
    CHECK(f.with.context >= 4096);
    CHECK(std::fmod(f.with.context, 256.0) == 0.0);
    const architecture& large = model_named("llama-3.3-70b");
    CHECK(pl::fit(mac, large, pl::stored_as(large, gguf_file_type::q4_k_m), {.context = 4096}).lacks ==
          pl::lack::device_memory);
}

TEST_CASE("two devices: a mixture's experts fill the first from the front, dense layers the last from the back") {
    const architecture& m = model_named("qwen3-30b-a3b");
    const pl::stored_model s = pl::stored_as(m, gguf_file_type::f16);
    const pl::machine pc({board_of("rtx-4090", 24000), board_of("rtx-3090", 24000)}, catalog::llama_cpp,
                         *find_device("ryzen-7950x"), 96_GiB);
    const pl::fitted f = pl::fit(pc, m, s, {.context = 4096});
    REQUIRE(f.runs());
    CHECK(f.at.gpu_layers() == 49);
    for (std::size_t d = 0; d < 2; ++d) CHECK(f.memory.devices[d].total() <= (24000 - 1024) * mib);
    int whole[2] = {0, 0};
    for (const pl::layer_place& p : f.at.layers)
        if (p.keeps == pl::kept::all) ++whole[p.device];
    CHECK(whole[0] >= 17);
    CHECK(whole[1] >= 15);
    int before = 0;
    for (const pl::layer_place& p : f.at.layers) {
        CHECK(p.device >= before);
        before = p.device;
    }
    CHECK(f.at.output == 1);
    const architecture& d70 = model_named("llama-3.3-70b");
    const pl::stored_model s70 = pl::stored_as(d70, gguf_file_type::q4_k_m);
    CHECK(pl::fit(pc, d70, s70, {.context = 4096}).at.all_on_devices());
}
