// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Dollars per token, from what a deployment rents for and what it delivers.
///
///     machine  = devices x rental                         dollars per second, whether busy or not
///     input    = machine x prompt_share / input rate      the machine's time is split as the step model splits it
///     output   = machine x (1 - prompt_share) / output rate
///     blended  = machine / (input rate + output rate)     the mean over all tokens: input and output, weighted
///     output_only = machine / output rate                 nothing charged for prompts: the figure most tables print
///
/// Assumptions: the rates are what is really sustained over the paid hours; scale them with `paid_share` when the
/// load does not fill the machine. A token-count split would charge prompts several times what they cost, since a
/// prompt token takes a fraction of the time of an output token. Source: docs/models/cost-and-energy.md.
/// Evidence: tests/economics/cost_test.cpp.

#include <gambrel/error.hpp>
#include <gambrel/numeric/range.hpp>
#include <gambrel/units.hpp>

namespace gambrel {

/// What is paid for and what is produced, over the whole deployment.
struct production {
    double devices = 1.0;
    rental<> per_device{};
    figure<token_rate<>> input{};   ///< prompt tokens per second
    figure<token_rate<>> output{};  ///< generated tokens per second
    double prompt_share = 0.0;      ///< share of busy machine time that prompts take
    double paid_share = 1.0;        ///< share of the paid hours in which these rates are sustained
};

struct token_cost {
    figure<token_price<>> input{};
    figure<token_price<>> output{};
    figure<token_price<>> blended{};
    figure<token_price<>> output_only{};
};

/// Throws `error` unless the rate is positive and finite and inside its own range.
constexpr const figure<token_rate<>>& checked(const figure<token_rate<>>& rate, const char* what) {
    checked(rate.value.value(), 1e-9, 1e15, what);
    checked(rate.low.value(), 1e-12, rate.value.value(), what);
    checked(rate.high.value(), rate.value.value(), 1e18, what);
    return rate;
}

/// Dollars per input, output and mean token with their ranges; throws `error` naming the first value out of range.
constexpr token_cost cost_per_token(const production& p) {
    checked(p.devices, 1.0, 1e7, "the number of devices");
    checked(p.per_device / dollars_per_hour(1), 0.0, 1e6, "the rental in dollars per device-hour");
    checked(p.prompt_share, 0.0, 1.0, "the share of machine time that prompts take");
    checked(p.paid_share, 1e-6, 1.0, "the share of the paid hours in use");
    checked(p.input, "the input tokens per second");
    checked(p.output, "the output tokens per second");
    const rental<> machine = p.devices * p.per_device / p.paid_share;
    const figure<token_rate<>> all{p.input.value + p.output.value, p.input.low + p.output.low,
                                   p.input.high + p.output.high};
    return {inverse(machine * p.prompt_share, p.input), inverse(machine * (1.0 - p.prompt_share), p.output),
            inverse(machine, all), inverse(machine, p.output)};
}
}  // namespace gambrel
