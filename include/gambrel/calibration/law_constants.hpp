// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Which constants of each law a device's own rows may move, and how surely they are known before: the standard deviation
/// of their logarithm from chip to chip. `known`: the family was measured in that format.
///
/// A constant that the shipped law does not have (zero) stays absent. Source: chosen once, for all chips together, on the
/// kernel tables of seven NVIDIA chips with one left out in turn; those of copies and of messages are wide guesses, for
/// which nothing was left out. What they give: docs/calibration/few-kernels.md. Evidence: tests/calibration/fit_laws_test.cpp.

#include <gambrel/roofline/calibration/measured_laws.hpp>
#include <vector>

namespace gambrel::detail {

/// A constant that rows may move: what the law has of it, how surely, and where it goes.
template <class Law> struct free_constant {
    double mean, deviation;
    void (*put)(Law&, double);
};
template <class Law> using free_constants = std::vector<free_constant<Law>>;

/// A time of `t` seconds.
inline seconds<> of_seconds(double t) { return seconds<>::from_value(t); }

/// `known`: the family, or another library on the chip, was measured in the format.
inline free_constants<gemm_law<>> constants_of(const gemm_law<>& l, bool known) {
    using law = gemm_law<>;
    const auto either = [&](double a, double b) { return known ? a : b; };
    return {
        {l.product.compute, either(0.20, 0.40), [](law& g, double x) { g.product.compute = x; }},
        {l.product.memory, either(0.12, 0.20), [](law& g, double x) { g.product.memory = x; }},
        {l.product.overlap - 1.0, either(0.5, 0.6), [](law& g, double x) { g.product.overlap = 1.0 + x; }},
        {(l.product.fixed + l.conversion.fixed).value(), either(0.25, 0.5),
         [](law& g, double x) {
             const double before = (g.product.fixed + g.conversion.fixed).value();
             g.product.fixed = g.product.fixed * (x / before);
             g.conversion.fixed = g.conversion.fixed * (x / before);
         }},
        {l.product.per_input.value(), either(0.8, 1.0), [](law& g, double x) { g.product.per_input = of_seconds(x); }},
        {l.conversion.share, either(0.6, 0.8), [](law& g, double x) { g.conversion.share = x; }}};
}
inline free_constants<experts_law<>> constants_of(const experts_law<>& l, bool) {
    using law = experts_law<>;
    return {{l.compute, 0.5, [](law& e, double x) { e.compute = x; }},
            {l.memory, 0.3, [](law& e, double x) { e.memory = x; }},
            {l.overlap - 1.0, 0.5, [](law& e, double x) { e.overlap = 1.0 + x; }},
            {l.fixed.value(), 0.5, [](law& e, double x) { e.fixed = of_seconds(x); }},
            {l.activation_passes, 0.5, [](law& e, double x) { e.activation_passes = x; }},
            {l.routing_passes, 0.8, [](law& e, double x) { e.routing_passes = x; }}};
}
inline free_constants<attention_law<>> constants_of(const attention_law<>& l, bool decode) {
    using law = attention_law<>;
    free_constants<law> c{{l.product.memory, decode ? 0.6 : 0.5, [](law& a, double x) { a.product.memory = x; }},
                          {l.product.fixed.value(), 0.35, [](law& a, double x) { a.product.fixed = of_seconds(x); }}};
    if (decode) {
        c.push_back({l.product.overlap - 1.0, 0.8, [](law& a, double x) { a.product.overlap = 1.0 + x; }});
        c.push_back({l.per_stream.value(), 0.5, [](law& a, double x) { a.per_stream = of_seconds(x); }});
        c.push_back({l.ramp.value(), 0.7, [](law& a, double x) { a.ramp = of_seconds(x); }});
    } else {
        c.push_back({l.product.compute, 0.4, [](law& a, double x) { a.product.compute = x; }});
        c.push_back({l.softmax, 0.5, [](law& a, double x) { a.softmax = x; }});
        c.push_back({l.per_key.value(), 0.6, [](law& a, double x) { a.per_key = of_seconds(x); }});
    }
    return c;
}
inline free_constants<product_law<>> constants_of(const product_law<>& l, bool) {  // of element-wise operators
    return {{l.memory, 0.3, [](product_law<>& p, double x) { p.memory = x; }},
            {l.fixed.value(), 0.5, [](product_law<>& p, double x) { p.fixed = of_seconds(x); }}};
}
inline free_constants<message_factors> constants_of(const message_factors& f, bool) {
    return {{f.start, 0.5, [](message_factors& m, double x) { m.start = x; }},
            {f.share, 0.35, [](message_factors& m, double x) { m.share = x; }}};
}
}  // namespace gambrel::detail
