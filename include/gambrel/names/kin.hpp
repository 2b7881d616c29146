// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The nearest names by kind: a board of the same family and number before one that is spelled alike, a model of the same
/// family and size before one of another.
///
/// A name is read as words and numbers; a number is of the word before it ("RTX 5070", "Qwen3"), a size where a "b"
/// follows ("32B"), a memory where "GB" does. With c = smaller / larger of two numbers,
///
///     kinship = 4 family + sum of w c^3 over the numbers + 1/2 for each other word shared - 1/20 for each that is not
///               + 3 where the candidate contains what was typed
///
/// family: 1 where the first word that names no maker is the candidate's first too, 3/4 where it is another of its words,
/// and 0.8 of that where one letter is wrong. w: 3 for a
/// size, 1/2 for a memory and for a number of another word, else 2. Kin of equal rank are in the order of their spelling's
/// distance. Where neither family nor maker is shared, spelling alone decides (names.hpp). The weights are chosen, not
/// fitted; the tests are names that people typed. Evidence: tests/numeric/kin_test.cpp.

#include <cmath>
#include <gambrel/names.hpp>
#include <vector>

namespace gambrel {

namespace detail {
/// Words that say who made a thing, which do not tell one from another.
inline constexpr std::array<std::string_view, 20> maker_words{
    "nvidia", "amd",         "intel",    "apple", "google",   "aws",  "geforce", "radeon", "instinct", "tesla",
    "quadro", "corporation", "graphics", "gpu",   "instruct", "chat", "it",      "hf",     "base",     "meta"};

struct name_number {
    std::string word;  ///< before it; "b" for a size, "gb" for a memory
    double value = 0.0;
};
struct name_parts {
    std::vector<std::string> words{};  ///< that tell, in their order
    std::vector<std::string> makers{};
    std::vector<name_number> numbers{};
};

inline bool digit(char c) { return c >= '0' && c <= '9'; }
inline bool letter(char c) { return plain_character(c) >= 'a' && plain_character(c) <= 'z'; }

inline name_parts parts_of(std::string_view name) {
    name_parts p;
    std::string last;
    std::size_t i = 0;
    const auto word_at = [&](std::size_t at) {
        std::string w;
        for (; at < name.size() && letter(name[at]); ++at) w += plain_character(name[at]);
        return w;
    };
    while (i < name.size()) {
        if (letter(name[i])) {
            last = word_at(i);
            i += last.size();
            const bool maker = std::find(maker_words.begin(), maker_words.end(), last) != maker_words.end();
            (maker ? p.makers : p.words).push_back(last);
        } else if (digit(name[i])) {
            double value = 0.0, place = 0.0;
            for (; i < name.size() && (digit(name[i]) || (name[i] == '.' && place == 0.0)); ++i) {
                if (name[i] == '.') place = 1.0;
                else if (place > 0.0) value += (name[i] - '0') * (place /= 10.0);
                else value = value * 10.0 + (name[i] - '0');
            }
            const std::string unit = word_at(i < name.size() && name[i] == ' ' ? i + 1 : i);
            const bool memory = unit == "gb" || unit == "gib", size = unit == "b" && last != "a";
            p.numbers.push_back({memory ? "gb" : size ? "b" : last, value});
            if (memory || unit == "b") i += unit.size() + (i < name.size() && name[i] == ' ' ? 1 : 0);
        } else {
            ++i;
        }
    }
    return p;
}

/// 1 for the same word, 0.8 for a long one with a letter wrong, else 0.
inline double likeness(std::string_view a, std::string_view b) {
    if (a == b) return 1.0;
    return a.size() >= 4 && b.size() >= 4 && edit_distance(a, b) <= 1 ? 0.8 : 0.0;
}
inline double best_likeness(std::string_view word, const std::vector<std::string>& words) {
    double best = 0.0;
    for (const std::string& w : words) best = std::max(best, likeness(word, w));
    return best;
}

struct kinship {
    double rank = 0.0;
    bool related = false;  ///< of a family, or of a maker
};
inline kinship kinship_of(const name_parts& typed, const name_parts& other) {
    kinship k;
    for (std::size_t i = 0; i < typed.words.size(); ++i) {
        const double alike = best_likeness(typed.words[i], other.words);
        const bool first = i == 0 && likeness(typed.words[i], other.words.empty() ? "" : other.words.front()) > 0.0;
        k.rank += (first ? 4.0 : i == 0 ? 3.0 : 0.5) * alike;
        k.related = k.related || (i == 0 && alike > 0.0);
    }
    for (const std::string& w : other.words) k.rank -= best_likeness(w, typed.words) > 0.0 ? 0.0 : 0.05;
    for (const std::string& w : typed.makers)
        if (best_likeness(w, other.makers) > 0.0) {
            k.rank += 0.5;
            k.related = true;
        }
    for (const name_number& n : typed.numbers) {
        double best = 0.0;
        for (const name_number& m : other.numbers) {
            const bool unit = n.word == "b" || n.word == "gb" || m.word == "b" || m.word == "gb";
            if (unit && n.word != m.word) continue;
            const bool same = unit || n.word.empty() || likeness(n.word, m.word) > 0.0;
            const double weight = n.word == "b" ? 3.0 : n.word == "gb" || !same ? 0.5 : 2.0;
            const double larger = std::max(n.value, m.value);
            best = std::max(best, larger > 0.0 ? weight * std::pow(std::min(n.value, m.value) / larger, 3.0) : weight);
        }
        k.rank += best;
        k.related = k.related || (typed.words.empty() && best > 1.0);
    }
    return k;
}
}  // namespace detail

/// Whether two names are the same but for hyphens, underscores and spaces: "llama3.1-8b" and "Llama-3.1-8B".
constexpr bool same_letters(std::string_view a, std::string_view b) {
    std::size_t i = 0, j = 0;
    for (bool any = false;; any = true) {
        while (i < a.size() && detail::plain_character(a[i]) == '-') ++i;
        while (j < b.size() && detail::plain_character(b[j]) == '-') ++j;
        if (i == a.size() || j == b.size()) return any && i == a.size() && j == b.size();
        if (!detail::same_character(a[i++], b[j++])) return false;
    }
}

/// Up to three of `names`, the nearest kin of `name` first; `texts` say of each, in the same order, what it is called
/// (its name and its title). Unused places are empty.
template <class Names, class Texts>
std::array<std::string_view, 3> nearest_kin(std::string_view name, const Names& names, const Texts& texts) {
    name = name.substr(0, longest_compared_name);
    struct candidate {
        std::string_view name;
        double rank;
        std::size_t distance;
    };
    const detail::name_parts typed = detail::parts_of(name.substr(name.rfind('/') + 1));
    std::vector<candidate> kin;
    for (std::size_t i = 0; i < std::size(names); ++i) {
        const std::string_view each = names[i];
        detail::kinship k = detail::kinship_of(typed, detail::parts_of(texts[i]));
        const bool contained = !name.empty() && contains_name(each, name);
        if (k.related || contained) kin.push_back({each, k.rank + (contained ? 3.0 : 0.0), edit_distance(name, each)});
    }
    if (kin.empty()) return nearest_names(name, names);
    std::stable_sort(kin.begin(), kin.end(), [](const candidate& a, const candidate& b) {
        return a.rank != b.rank ? a.rank > b.rank : a.distance < b.distance;
    });
    std::array<std::string_view, 3> nearest{};
    for (std::size_t i = 0; i < std::min(kin.size(), nearest.size()); ++i) nearest[i] = kin[i].name;
    return nearest;
}
}  // namespace gambrel
