// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Every keyword of `fit`: the command's options and Python's arguments follow from this table.
/// Evidence: tests/ask/fit_test.cpp.

#include <gambrel/ask/fit_options.hpp>
#include <gambrel/ask/keyword.hpp>

namespace gambrel::ask {

namespace detail {
using W = fit_options;
}

// clang-format off
inline constexpr std::array<keyword<fit_options>, 18> fit_keywords{{
    {"ram_gib", "--ram", "--host-memory", "", "memory of the host, or of a processor that is the device: \"64 GiB\"; 64 GiB assumed",
     keyword_group::deployed,
     quantity_field<detail::W>{&symbols::of<unit::byte>, "GiB", "GiB", false,
         [](detail::W& o, const std::optional<amount>& a) {
             o.ram = a ? std::optional(bytes<>::from_value(a->base())) : std::nullopt; },
         [](const detail::W& o) { return o.ram ? std::optional(o.ram->value() / symbols::gibi) : std::nullopt; }},
     {0, 1e5, "the memory of the host in GiB"}},
    {"cpu", "--cpu", "", "", "the host's processor; ryzen-7950x assumed", keyword_group::deployed, &detail::W::cpu},
    {"runtime", "--runtime", "", "", "a llama.cpp of the catalog; the device's usual one", keyword_group::deployed, &detail::W::runtime},
    {"types", "--types", "--type,--weights", "", "GGUF file types, with commas; twelve usual ones", keyword_group::deployed, &detail::W::types},
    {"part", "--part", "--models", "", "only models whose name holds this", keyword_group::deployed, &detail::W::part},
    {"gpu_layers", "--gpu-layers", "--n-gpu-layers,--ngl", "", "layers on the devices, the output among them; as llama.cpp finds it",
     keyword_group::deployed, &detail::W::gpu_layers, {-1, 1e6, "the layers on the devices"}},
    {"cpu_experts", "--n-cpu-moe", "", "", "first layers whose experts lie on the host; as llama.cpp finds it",
     keyword_group::deployed, &detail::W::cpu_experts, {-1, 1e6, "the layers whose experts lie on the host"}},
    {"shares", "--tensor-split", "", "", "layers of several devices, as shares with commas", keyword_group::deployed, &detail::W::shares},
    {"kv", "--kv", "--cache-type-k", "f16", "type of keys and values: f16, q8_0, q4_0", keyword_group::deployed, &detail::W::kv},
    {"draft", "--draft", "--model-draft", "", "a small model that guesses on the first device", keyword_group::deployed, &detail::W::draft},
    {"drafts", "--drafts", "--draft-max", "5", "its guesses of a round", keyword_group::deployed, &detail::W::drafts,
     {1, 1024, "the guesses of a round"}},
    {"acceptance", "--acceptance", "", "0.7", "probability that a guess is right if those before it were", keyword_group::deployed,
     &detail::W::acceptance, {0, 1, "the acceptance of a guess"}},
    {"disk_gb_per_s", "--disk", "", "", "GB/s of a disk that holds what the host cannot; else such models do not run", keyword_group::deployed,
     quantity_field<detail::W>{&symbols::of<unit::byte_per_second>, "GB/s", "GB/s", true,
         [](detail::W& o, const std::optional<amount>& a) {
             o.disk = a ? std::optional(byte_rate<>::from_value(a->base())) : std::nullopt; },
         [](const detail::W& o) { return o.disk ? std::optional(o.disk->value() / 1e9) : std::nullopt; }},
     {1e-6, 1e6, "the rate of the disk in GB/s"}},
    {"context", "--context", "--ctx-size", "", "tokens to hold; the model's, down to 4,096 where that does not fit", keyword_group::load,
     &detail::W::context, {256, 1e8, "the context in tokens"}},
    {"prompt", "--prompt", "", "512", "tokens, whose time the time to first token is", keyword_group::load, &detail::W::prompt,
     {1, 1e8, "the prompt in tokens"}},
    {"output", "--output", "", "128", "tokens after it, whose mean speed is given", keyword_group::load, &detail::W::output,
     {1, 1e8, "the output in tokens"}},
    {"tokens_per_s", "--speed", "", "", "only what makes at least this: \"20 tok/s\"", keyword_group::level,
     quantity_field<detail::W>{&symbols::of<unit::token_per_second>, "tok/s", "1/s", true,
         [](detail::W& o, const std::optional<amount>& a) {
             o.speed = a ? std::optional(token_rate<>::from_value(a->base())) : std::nullopt; },
         [](const detail::W& o) { return o.speed ? std::optional(o.speed->value()) : std::nullopt; }},
     {0, 1e9, "the least speed in tokens per second"}},
    {"all", "--all", "", "", "every file type of every model", keyword_group::settings, &detail::W::all},
}};
// clang-format on

inline void check_ranges(const fit_options& o) { check_ranges(fit_keywords, o); }
}  // namespace gambrel::ask
