// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Whether the figures of a prediction can be: what every answer is checked for before anybody sees it.
///
///     finite, not negative, low <= value <= high          every figure
///     bytes of a step <= bandwidth x its time             weights and keys are read, whatever the kernels
///     running <= places                                   slots or KV memory, over all rank groups
///     output throughput = request throughput x output     and the total likewise
///
/// A prediction that breaks one has the verdict `not_known` and is not shown. Where GAMBREL_CHECK_RESULTS is defined,
/// as in this library's tests, the check throws instead; a user's program never stops.
/// Evidence: tests/serving/possible_test.cpp.

#include <gambrel/error.hpp>
#include <gambrel/serving/prediction.hpp>
#include <initializer_list>
#include <limits>

namespace gambrel {

/// Figures that must be equal or ordered are so to this much: rounding.
inline constexpr double least_ratio = 1.0 - 1e-6;

/// A finite number that is not negative.
constexpr bool possible_number(double x) { return x >= 0.0 && x <= std::numeric_limits<double>::max(); }

struct named_input {
    std::string_view name;
    double value;
};

/// In this library's tests: throws `error` naming the inputs. Else: nothing.
inline void on_impossible([[maybe_unused]] std::string_view what,
                          [[maybe_unused]] std::initializer_list<named_input> inputs) {
#ifdef GAMBREL_CHECK_RESULTS
    std::string s = "an impossible result, " + std::string(what) + ":";
    for (const named_input& i : inputs) s += " " + std::string(i.name) + " " + shortest(i.value);
    fail(s);
#endif
}

namespace detail {
template <class Q> constexpr bool possible_figure(const figure<Q>& f) {
    const double value = math::plain(f.value.value()), low = math::plain(f.low.value()),
                 high = math::plain(f.high.value());
    return possible_number(value) && possible_number(low) && low * least_ratio <= value && value * least_ratio <= high;
}
}  // namespace detail

/// What cannot be about `p`, for which there are `places` at once; empty where everything can.
template <class Y> constexpr std::string_view impossible(const prediction<Y>& p, double places) {
    using detail::possible_figure;
    if (!possible_figure(p.ttft) || !possible_figure(p.tpot) || !possible_figure(p.latency))
        return "a time is no number, negative or outside its range";
    if (!possible_figure(p.request_throughput) || !possible_figure(p.output_throughput) ||
        !possible_figure(p.total_throughput))
        return "a throughput is no number, negative or outside its range";
    if (math::plain(p.latency.value.value()) < math::plain(p.ttft.value.value()) * least_ratio)
        return "a request ends before its first token";
    if (!possible_number(p.running) || !possible_number(p.waiting) || p.running > places / least_ratio)
        return "more requests run than there is room for";
    const double mbu = math::plain(p.mbu);
    if (!possible_number(mbu) || mbu > 1.0 / least_ratio) return "a step is shorter than its bytes over the bandwidth";
    const double parts =
                     math::plain(p.output_throughput.value.value()) + math::plain(p.prompt_throughput.value.value()),
                 total = math::plain(p.total_throughput.value.value());
    if (parts < total * least_ratio || total < parts * least_ratio) return "throughputs do not add up";
    return {};
}

/// Sets the verdict of `p` where its figures cannot be.
template <class Y> constexpr void guard(prediction<Y>& p, double places) {
    const std::string_view what = impossible(p, places);
    if (what.empty()) return;
    p.not_known = what;
    p.verdict = {.what = obstacle::not_known};
    on_impossible(what, {{"running", p.running},
                         {"places", places},
                         {"batch", p.batch},
                         {"TTFT", math::plain(p.ttft.value.value())},
                         {"TPOT", math::plain(p.tpot.value.value())}});
}
}  // namespace gambrel
