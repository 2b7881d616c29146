// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <doctest/doctest.h>
#include <gambrel/numeric/read_number.hpp>
#include <random>
#include <string_view>

using namespace gambrel;

namespace {
struct reading {
    long long read;  ///< characters
    std::errc wrong;
    double value;

    bool operator==(const reading& o) const {
        return read == o.read && wrong == o.wrong && (value == o.value || (std::isnan(value) && std::isnan(o.value)));
    }
};
template <class Read> reading by(const Read& read, std::string_view text) {
    double x = -77.0;
    const auto [end, wrong] = read(text.data(), text.data() + text.size(), x);
    return {end - text.data(), wrong, x};
}
reading ours(std::string_view text) { return by(detail::read_by_strtod, text); }
}  // namespace

TEST_CASE("a number, where it ends, and what is none") {
    CHECK(ours("2048") == reading{4, {}, 2048.0});
    CHECK(ours("-3.5e2 ms") == reading{6, {}, -350.0});
    CHECK(ours("1e") == reading{1, {}, 1.0});
    CHECK(ours("+1") == reading{0, std::errc::invalid_argument, -77.0});
    CHECK(ours(" 1") == reading{0, std::errc::invalid_argument, -77.0});
    CHECK(ours("0x10") == reading{1, {}, 0.0});
    CHECK(ours("1e999") == reading{5, std::errc::result_out_of_range, -77.0});
}

#ifdef __cpp_lib_to_chars  // a library that has std::from_chars of a double
TEST_CASE("the two readers agree on whatever is made of a number's characters") {
    constexpr std::string_view characters = "0123456789..--++eeinfaNx ,";
    std::mt19937 draw(1);
    for (int i = 0; i < 20'000; ++i) {
        std::string text;
        for (auto n = draw() % 9; n > 0; --n) text += characters[draw() % characters.size()];
        const reading wanted =
            by([](const char* a, const char* b, double& x) { return std::from_chars(a, b, x); }, text);
        CAPTURE(text);
        if (!(ours(text) == wanted) && text.find("nan(") == std::string::npos) FAIL_CHECK("differs");
    }
}
#endif
