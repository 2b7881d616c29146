// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What the caller says of runs whose files do not: hardware, ranks, formats, versions; and whether a file agrees. A
/// file that contradicts it is an `error` that names both. Evidence: tests/measurement/io/benchmark_results_test.cpp.

#include <gambrel/measurement/conventions.hpp>
#include <gambrel/measurement/io/result_fields.hpp>
#include <gambrel/measurement/read_file.hpp>

namespace gambrel {

/// The names by which callers state things: keywords in Python, --state NAME=VALUE in the command.
inline constexpr std::array<std::string_view, 18> stated_names{
    "device", "model",  "runtime", "runtime_version", "weights", "kv",          "tp",   "pp",     "dp",
    "ep",     "prompt", "output",  "concurrency",     "backend", "num_devices", "date", "source", "notes"};

class stated {
public:
    stated() = default;
    /// The members of an object, null standing for not stated. Throws `error` for a value that is none.
    stated(const result_json& given, const conventions& c) {
        for (const auto& [name, v] : given.items()) {
            if (v.is_null()) continue;
            if (std::find(stated_names.begin(), stated_names.end(), name) == stated_names.end())
                fail_unknown("name of what is stated", name, stated_names);
            texts_[name] = checked(name, v, c);
        }
    }
    bool has(std::string_view name) const { return texts_.find(name) != texts_.end(); }
    /// "" where it is not stated.
    std::string text(std::string_view name) const { return has(name) ? texts_.find(name)->second : ""; }
    std::optional<double> number(std::string_view name) const {
        return has(name) ? detail::number_in(text(name)) : std::nullopt;
    }
    /// The names stated, in order.
    std::vector<std::string> names() const {
        std::vector<std::string> all;
        for (const auto& [name, value] : texts_) all.push_back(name);
        return all;
    }
    /// What is stated or else what the file says; an error where both do and `differ`.
    template <class Differ>
    std::string agreed(const std::string& name, const std::string& file_says, const std::string& where,
                       const Differ& differ) const {
        if (!has(name)) return file_says;
        if (!file_says.empty() && differ(text(name), file_says))
            fail(name + " is stated as '" + text(name) + "', but " + where + " says '" + file_says + "'");
        return text(name);
    }
    std::string agreed(const std::string& name, const std::string& file_says, const std::string& where) const {
        return agreed(name, file_says, where, [](const std::string& a, const std::string& b) {
            return detail::lower(detail::text_of(a)) != detail::lower(detail::text_of(b));
        });
    }
    /// The measured mean length, which must be near the stated one; the stated one where none was measured.
    std::optional<double> length(const std::string& name, std::optional<double> measured,
                                 const std::string& where) const {
        const auto said = number(name);
        if (!said || !measured) return measured ? measured : said;
        if (std::max(*said / *measured, *measured / *said) > contradiction)
            fail(name + " is stated as " + detail::general(*said) + " tokens, but the requests of " + where + " have " +
                 detail::general(*measured) + " on average");
        return measured;
    }

private:
    static std::string known(const std::string& what, const std::string& name, const alias_table& names, bool stored) {
        const std::string found = stored && detail::lower(name) == "stored" ? "unstated" : detail::lower(name);
        std::string all = stored ? "unstated" : "";
        for (const auto& e : names.entries()) {
            if (e.printed == found) return found;
            all += (all.empty() ? "" : ", ") + e.printed;
        }
        if (stored && found == "unstated") return found;
        fail(what + " '" + name.substr(0, 40) + "' is not known in measured tables; known: " + all);
    }
    static std::string checked(const std::string& name, const result_json& v, const conventions& c) {
        const auto among = [&](std::initializer_list<std::string_view> all) {
            return std::find(all.begin(), all.end(), name) != all.end();
        };
        const auto shown = [&] { return v.dump(-1, ' ', false, result_json::error_handler_t::replace).substr(0, 60); };
        if (among({"tp", "pp", "dp", "ep", "num_devices", "concurrency"})) {
            const auto ranks = v.is_number() ? detail::whole_in(v) : std::nullopt;
            if (!ranks || *ranks > 65536) fail(name + " must be a whole number from 1 to 65536, not " + shown());
            return detail::shortest_text(*ranks);
        }
        if (among({"prompt", "output"})) {
            const auto tokens = v.is_number() ? detail::number_of(v) : std::nullopt;
            if (!tokens || *tokens < 1.0 || *tokens > 1e7) fail(name + " must be a number of tokens, not " + shown());
            return detail::shortest_text(*tokens);
        }
        if (!v.is_string()) fail(name + " must be text, not " + shown());
        const std::string text = detail::text_of(v);
        if (name == "weights") return known(name, text, c.weights, true);
        if (name == "kv") return known(name, text, c.kv, false);
        return name == "backend" ? detail::lower(text) : text;
    }
    std::map<std::string, std::string, std::less<>> texts_{};
};

/// One stated thing as it is typed: "tp=2".
inline void read_stated(const std::string& typed, result_json& given) {
    const std::size_t at = typed.find('=');
    if (at == std::string::npos || at == 0 || at + 1 == typed.size())
        fail("\"" + typed.substr(0, 60) + "\" states nothing; it must be NAME=VALUE, such as device=h100-sxm or tp=2");
    const std::string name = typed.substr(0, at), value = typed.substr(at + 1);
    constexpr std::array<std::string_view, 8> numbers{"tp",          "pp",     "dp",     "ep",
                                                      "num_devices", "prompt", "output", "concurrency"};
    const auto number = detail::number_in(value);
    if (number && std::find(numbers.begin(), numbers.end(), name) != numbers.end()) given[name] = *number;
    else given[name] = value;
}

namespace detail {
/// Whether two names of a model state different sizes ("8B", "70b"); names that state none cannot differ.
inline bool models_differ(const std::string& one, const std::string& other) {
    static const std::regex size(R"(\d+(?:\.\d+)?b(?![a-z0-9]))");
    const auto size_of = [](const std::string& name) {
        const std::string own = lower(name.substr(name.rfind('/') + 1)).substr(0, 200);
        std::smatch found;
        return std::regex_search(own, found, size) ? found.str() : std::string();
    };
    const std::string a = size_of(one), b = size_of(other);
    return !a.empty() && !b.empty() && a != b;
}

/// "4070ti" is "4070" or "rtx4070ti"; "l4" is not "l40s".
inline bool same_model_number(const std::string& one, const std::string& other) {
    if (one == other) return true;
    const std::string &brief = one.size() < other.size() ? one : other,
                      &longer = one.size() < other.size() ? other : one;
    if (brief.size() < 4) return false;
    return longer.ends_with(brief) ||
           (longer.starts_with(brief) && std::all_of(longer.begin() + static_cast<std::ptrdiff_t>(brief.size()),
                                                     longer.end(), [](char c) { return c >= 'a' && c <= 'z'; }));
}
/// Whether two names of a device state different model numbers ("h100-sxm", "NVIDIA A100-SXM4-80GB").
inline bool devices_differ(const std::string& one, const std::string& other) {
    static const std::regex word("[a-z0-9]+"), size(R"(\d{1,3}|\d+(gb|gib|g|w|c)|sxm\d*|gfx\w+|\d*core|\d+[gm]hz)");
    const auto numbers_of = [](const std::string& name) {
        const std::string small = lower(name).substr(0, 200);
        std::vector<std::string> all;
        for (std::sregex_iterator at(small.begin(), small.end(), word), end; at != end; ++at)
            if (const std::string w = at->str();
                w.find_first_of("0123456789") != std::string::npos && !std::regex_match(w, size))
                all.push_back(w);
        return all;
    };
    const auto a = numbers_of(one), b = numbers_of(other);
    for (const auto& x : a)
        for (const auto& y : b)
            if (same_model_number(x, y)) return false;
    return !a.empty() && !b.empty();
}
}  // namespace detail
}  // namespace gambrel
