// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Who of input, cached input and output pays for the machine: three conventions, each of which charges for exactly it.
///
///     machine      = devices x rent / use                                 dollars per second of tokens delivered
///     machine time   input  = machine prompt_share / (missed + cached cached_weight)
///                    cached = input cached_weight,   output = machine (1 - prompt_share) / output
///     all tokens     input = cached = output = machine / (missed + cached + output)
///     output only    output = machine / output; input is charged nothing and has no price
///
/// `missed`, `cached` and `output` are tokens per second; `prompt_share` the share of machine time that prompts take;
/// `cached_weight` what a cached prompt token costs beside one that is computed (0: its time is counted in the tokens
/// that read it; published prices put it at 0.1 to 0.26); `use` the share of the paid hours in which these rates hold.
/// By machine time one token of output may cost hundreds of times one of input: a prompt is multiplied thousands of
/// tokens at once, while a decode of few sequences reads all weights for each token of them. The ratio of the prices is
/// (1 - prompt_share) / prompt_share x input rate / output rate, and falls as more sequences decode together.
/// Evidence: tests/economics/charge_test.cpp.

#include <array>
#include <gambrel/economics/rent.hpp>
#include <gambrel/numeric/enum_table.hpp>
#include <optional>

namespace gambrel {

enum class charge_convention : unsigned char { machine_time, all_tokens, output_only };

// clang-format off
template <> inline constexpr std::array<enum_row<charge_convention>, 3> enum_table<charge_convention>{{
    {charge_convention::machine_time, "machine_time", "by machine time"},
    {charge_convention::all_tokens, "all_tokens", "all tokens alike"},
    {charge_convention::output_only, "output_only", "output only"},
}};
// clang-format on

/// Tokens per second of a whole deployment.
struct token_flows {
    token_rate<> missed{};  ///< prompt tokens that are computed
    token_rate<> cached{};  ///< prompt tokens found in the cache
    token_rate<> output{};
};

/// What a token of each kind costs; absent where the convention charges it nothing, or there are none.
struct token_charge {
    std::optional<token_price<>> input{}, cached{}, output{};
};

/// Throws `error` unless `use` is above 0 and at most 1.
constexpr double checked_use(double use, const char* what = "the share of the paid hours in use") {
    return checked(use, 1e-6, 1.0, what), use;
}

/// What tokens of `flows` cost on a machine of `machine` dollars per second of which `use` is in use.
constexpr token_charge charge(charge_convention how, const rental<>& machine, double use, const token_flows& flows,
                              double prompt_share = 0.0, double cached_weight = 0.0) {
    checked(machine / dollars_per_hour(1), 0.0, 1e9, "the rent of all devices in dollars per hour");
    checked_use(use);
    checked(flows.missed.value(), 0.0, 1e15, "the input tokens per second");
    checked(flows.cached.value(), 0.0, 1e15, "the cached input tokens per second");
    checked(flows.output.value(), 1e-9, 1e15, "the output tokens per second");
    checked(prompt_share, 0.0, 1.0, "the share of machine time that prompts take");
    checked(cached_weight, 0.0, 1.0, "the weight of a cached token");
    const rental<> paid = machine / use;
    const token_rate<> none{};
    token_charge c;
    if (how == charge_convention::output_only) {
        c.output = paid / flows.output;
        return c;
    }
    if (how == charge_convention::all_tokens) {
        const token_price<> each = paid / (flows.missed + flows.cached + flows.output);
        if (flows.missed > none) c.input = each;
        if (flows.cached > none) c.cached = each;
        c.output = each;
        return c;
    }
    const token_rate<> weighed = flows.missed + flows.cached * cached_weight;
    if (weighed > none) {
        const token_price<> input = paid * prompt_share / weighed;
        if (flows.missed > none) c.input = input;
        if (flows.cached > none) c.cached = input * cached_weight;
    }
    c.output = paid * (1.0 - (weighed > none ? prompt_share : 0.0)) / flows.output;
    return c;
}

/// What `flows` earn a second at prices of a million tokens each kind: an API's bill, or one's own revenue.
struct api_prices {
    std::optional<token_price<>> input{}, cached{}, output{};  ///< cached: as input where it is absent
};
constexpr rental<> billed(const token_flows& flows, const api_prices& p) {
    const auto in_range = [](const token_price<>& each, const char* what) {
        checked(each / dollars_per_million_tokens(1), 0.0, 1e6, what);
        return each;
    };
    const token_price<> none{};
    const token_price<> input = in_range(p.input.value_or(none), "the price of input in dollars per million tokens");
    return flows.missed * input +
           flows.cached *
               in_range(p.cached.value_or(input), "the price of cached input in dollars per million tokens") +
           flows.output * in_range(p.output.value_or(none), "the price of output in dollars per million tokens");
}
}  // namespace gambrel
