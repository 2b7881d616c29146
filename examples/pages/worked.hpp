// SPDX-License-Identifier: Apache-2.0
#pragma once
// A worked example that shows its arithmetic: a `number` keeps the text of what it was computed from, so that what is
// printed is what was computed.
//
//     const number n = w.given("n", 4, "", "ranks"), S = w.given("S", 1.0486, "MB", "payload");
//     const number sent = w.step("sent", 2 * (n - 1) / n * S, "MB");    sent = 2 x (4 - 1) / 4 x 1.0486 = 1.5729 MB
//     w.library("time", t, duration / 1_ms, "ms");                          fails unless both are the same
//
// Six digits are shown, all are kept. Units of one example fit each other: MB / (GB/s) and GFLOP / (TFLOP/s) are ms.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <gambrel/error.hpp>
#include <map>
#include <string>
#include <string_view>

namespace pages {

/// Six significant digits; whole numbers in full, with commas from five digits on; the powers of units as powers.
inline std::string shown(double x) {
    for (const int power : {6, 9, 12})
        if (x == std::pow(10.0, power)) return fmt::format("10^{}", power);
    const bool whole = std::abs(x - std::round(x)) <= 1e-12 * std::abs(x);
    if (!whole || std::abs(x) >= 1e15) return fmt::format("{:.6g}", x);
    std::string digits = fmt::format("{:.0f}", x);
    const std::size_t first = x < 0 ? 1 : 0;
    if (digits.size() < first + 5) return digits;
    for (std::size_t at = digits.size(); at > first + 3;) digits.insert(at -= 3, ",");
    return digits;
}

/// A value and the arithmetic that made it. `strength`: what binds in `text`; 1 sums, 2 products, 3 one name or call.
struct number {
    double value;
    std::string text;
    int strength = 3;

    number(double x) : value(x), text(shown(x)) {}  // NOLINT(google-explicit-constructor): 2 * n is arithmetic
    number(double x, std::string how, int binds) : value(x), text(std::move(how)), strength(binds) {}

    std::string at_least(int binds) const { return strength < binds ? "(" + text + ")" : text; }
};

inline number operator+(const number& a, const number& b) { return {a.value + b.value, a.text + " + " + b.text, 1}; }
inline number operator-(const number& a, const number& b) {
    return {a.value - b.value, a.text + " - " + b.at_least(2), 1};
}
inline number operator-(const number& a) { return {-a.value, "-" + a.at_least(2), 2}; }
inline number operator*(const number& a, const number& b) {
    return {a.value * b.value, a.at_least(2) + " x " + b.at_least(2), 2};
}
inline number operator/(const number& a, const number& b) {
    return {a.value / b.value, a.at_least(2) + " / " + b.at_least(3), 2};
}
inline number called(std::string_view name, double value, const number& x) {
    return {value, fmt::format("{}({})", name, x.text), 3};
}
inline number sqrt(const number& x) { return called("sqrt", std::sqrt(x.value), x); }
inline number exp(const number& x) { return called("exp", std::exp(x.value), x); }
inline number ln(const number& x) { return called("ln", std::log(x.value), x); }
inline number ceil(const number& x) { return called("ceil", std::ceil(x.value), x); }
inline number floor(const number& x) { return called("floor", std::floor(x.value), x); }
inline number pow(const number& x, const number& y) {
    return {std::pow(x.value, y.value), x.at_least(3) + "^" + y.at_least(3), 3};
}
inline number min(const number& a, const number& b) {
    return {std::min(a.value, b.value), fmt::format("min({}, {})", a.text, b.text), 3};
}
inline number max(const number& a, const number& b) {
    return {std::max(a.value, b.value), fmt::format("max({}, {})", a.text, b.text), 3};
}

/// Prints one worked example, line by line.
class worked {
public:
    void text(std::string_view line) const { fmt::print("{}\n", line); }

    /// What the example starts from: a published figure, or a constant of the catalog.
    number given(std::string_view name, double value, std::string_view unit, std::string_view what = {}) const {
        const std::string figure = with(shown(value), unit);
        if (what.empty()) fmt::print("{:<{}} = {}\n", name, width, figure);
        else fmt::print("{:<{}} = {:<18} {}\n", name, width, figure, what);
        return value;
    }
    /// A line of the calculation; what follows refers to its result.
    number step(std::string_view name, const number& by, std::string_view unit, std::string_view what = {}) const {
        const std::string how = fmt::format("{:<{}} = {}", name, width, by.text);
        const std::string remark = what.empty() ? "" : fmt::format("   ({})", what);
        const std::string result = fmt::format("= {}{}", with(shown(by.value), unit), remark);
        if (how.size() + result.size() < line_length) fmt::print("{} {}\n", how, result);
        else fmt::print("{}\n{:<{}} {}\n", how, "", width, result);
        return by.value;
    }
    /// The library's figure; throws unless it is the one worked out, to `tolerance` of it (rounding, unless said).
    void library(std::string_view what, const number& by_hand, double figure, std::string_view unit,
                 double tolerance = 1e-12) const {
        if (!(std::abs(by_hand.value - figure) <= tolerance * std::abs(figure)))
            gambrel::fail(fmt::format("{}: by hand {:.12g}, the library {:.12g}", what, by_hand.value, figure));
        fmt::print("library: {} {}\n", what, with(shown(figure), unit));
    }

private:
    static constexpr std::size_t width = 17, line_length = 112;
    static std::string with(const std::string& digits, std::string_view unit) {
        return unit.empty() ? digits : fmt::format("{} {}", digits, unit);
    }
};

/// The examples by page of docs/models/; each file of this folder adds its own.
inline std::map<std::string, void (*)(worked&), std::less<>>& all_pages() {
    static std::map<std::string, void (*)(worked&), std::less<>> pages;
    return pages;
}
struct page {
    page(const char* name, void (*example)(worked&)) { all_pages()[name] = example; }
};
}  // namespace pages
