// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The device of a name as tools print it and clouds rent it, and how many of it the name says:
///
///     NVIDIA GeForce RTX 4090, AMD Instinct MI300X, Radeon 8060S Graphics (RADV GFX1151)    what drivers print
///     p5.48xlarge, a3-highgpu-8g, Standard_ND96isr_H100_v5                                  machines of clouds
///     8x H100, H100:8                                                                       a count and a name
///
/// Makers and what stands in brackets are left out where the whole is unknown; then names are compared without regard to
/// '-'. Measured rows are not read so: they take `find_device`. Evidence: tests/ask/rented_device_test.cpp.

#include <charconv>
#include <gambrel/hardware/catalog.hpp>

namespace gambrel::ask {

struct rented_device {
    const gambrel::device<>* device = nullptr;  ///< null where the name is none
    int count = 0;                              ///< of a machine; 0 where the name says none
};

namespace detail {
/// "AMD Radeon RX 7900 XTX" is "rx-7900-xtx": without makers and brackets.
inline std::string without_makers(std::string_view text) {
    std::string plain, word;
    int depth = 0;
    const auto end_word = [&] {
        const bool maker = std::find(gambrel::detail::maker_words.begin(), gambrel::detail::maker_words.end(), word) !=
                           gambrel::detail::maker_words.end();
        if (!word.empty() && !maker) plain += (plain.empty() ? "" : "-") + word;
        word.clear();
    };
    for (const char c : text) {
        depth += c == '(' ? 1 : 0;
        if (depth == 0 && gambrel::detail::plain_character(c) != '-') word += gambrel::detail::plain_character(c);
        else end_word();
        depth -= c == ')' && depth > 0 ? 1 : 0;
    }
    end_word();
    return plain;
}

inline const device<>* device_spelled(std::string_view name) {
    if (const device<>* d = find_device(name)) return d;
    const std::string plain = without_makers(name);
    if (const device<>* d = find_device(plain)) return d;
    for (const device<>* d : all_devices)
        if (same_letters(plain, d->name.view())) return d;
    for (const name_alias& a : device_aliases)
        if (same_letters(plain, without_makers(a.alias))) return find_device(a.name);
    return nullptr;
}

/// The machine of a cloud, "ml." of SageMaker and "Standard_" of Azure apart.
inline const name_count* find_machine(std::string_view name) {
    for (const std::string_view before : {"ml.", "standard-"})
        if (name.size() > before.size() && same_name(name.substr(0, before.size()), before))
            name.remove_prefix(before.size());
    return find_alias(cloud_instances, name);
}

/// The count of "8x H100", "8 x h100" and "H100:8", which it takes off; 0 where there is none.
inline int take_count(std::string_view& name) {
    int n = 0;
    const auto number = [&](std::string_view part) {
        const auto [end, wrong] = std::from_chars(part.data(), part.data() + part.size(), n);
        return wrong == std::errc{} && end == part.data() + part.size() && n >= 1 && n <= 100000;
    };
    if (const std::size_t at = name.rfind(':'); at != std::string_view::npos && number(name.substr(at + 1))) {
        name = name.substr(0, at);
        return n;
    }
    const std::size_t x = name.find_first_of("xX");
    if (x == std::string_view::npos || x == 0 || x + 1 >= name.size() || name[x + 1] == '-') return 0;
    if (!number(name.substr(0, name[x - 1] == ' ' ? x - 1 : x))) return 0;
    name.remove_prefix(x + 1);
    while (!name.empty() && name.front() == ' ') name.remove_prefix(1);
    return n;
}
}  // namespace detail

inline rented_device device_rented(std::string_view typed) {
    if (const device<>* d = find_device(typed)) return {d};
    if (const name_count* machine = detail::find_machine(typed)) return {find_device(machine->name), machine->count};
    std::string_view name = typed;
    const int count = detail::take_count(name);
    return {detail::device_spelled(name), count};
}
}  // namespace gambrel::ask
