// SPDX-License-Identifier: Apache-2.0
#pragma once
/// One thing that may be asked, as every face calls it: the name typed on a command line and in Python, other names of
/// it, its unit, default, help, group, checked range, and the field of the options that it sets.
///
/// A command line and Python read values of their own kinds into the same fields: `set_from_text` here,
/// `set_from_python` in the binding. Evidence: tests/ask/keywords_test.cpp.

#include <array>
#include <fmt/core.h>
#include <gambrel/ask/names.hpp>
#include <gambrel/numeric/enum_table.hpp>
#include <gambrel/numeric/read_number.hpp>
#include <gambrel/units_io.hpp>
#include <gambrel/workload/length.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace gambrel::ask {

/// Under which heading the help lists a keyword.
enum class keyword_group : unsigned char { deployed, load, level, run, money, owning, settings };
}  // namespace gambrel::ask

namespace gambrel {
template <>
inline constexpr std::array<enum_row<ask::keyword_group>, 7> enum_table<ask::keyword_group>{{
    {ask::keyword_group::deployed, "deployed", "What is deployed"},
    {ask::keyword_group::load, "load", "What is asked of it"},
    {ask::keyword_group::level, "level", "What is good enough"},
    {ask::keyword_group::run, "run", "The run"},
    {ask::keyword_group::money, "money", "What it costs"},
    {ask::keyword_group::owning, "owning", "What owning it costs"},
    {ask::keyword_group::settings, "settings", "Settings of the runtime"},
}};
}  // namespace gambrel

namespace gambrel::ask {

/// A number in a unit, as it was given; `unit` is that unit's size in base units.
struct amount {
    double value = 0.0;
    double unit = 1.0;

    double base() const { return value * unit; }
    double in(double other) const { return unit == other ? value : base() / other; }
};

/// How a keyword with a unit is read: in `symbol` of `table` where no other is named.
template <class Options> struct quantity_field {
    const symbols::table* table;
    std::string_view symbol;
    std::string_view pint;  ///< the same for Python's pint
    bool bare;              ///< a command line may leave the unit out: the help says which it is
    void (*set)(Options&, const std::optional<amount>&);
    std::optional<double> (*get)(const Options&);  ///< in `symbol`

    double unit() const { return symbols::find(*table, symbol)->factor; }
};

/// The field of `Options` that a keyword sets.
template <class Options>
using keyword_field =
    std::variant<int Options::*, std::optional<int> Options::*, std::uint32_t Options::*, std::uint64_t Options::*,
                 bool Options::*, std::optional<bool> Options::*, double Options::*, std::optional<double> Options::*,
                 std::string Options::*, length Options::*, std::optional<length> Options::*, quantity_field<Options>>;

struct keyword_range {
    double low = 0.0, high = 0.0;
    const char* noun = nullptr;  ///< what the refusal calls it; none: checked where it is used
};

template <class Options> struct keyword {
    std::string_view name;       ///< in Python: "max_sequences"
    std::string_view option;     ///< as typed: "--max-sequences"
    std::string_view aliases;    ///< other names as typed, with commas: servers' own
    std::string_view otherwise;  ///< the default as text; empty: none, or what the help says
    std::string_view help;
    keyword_group group;
    keyword_field<Options> field;
    keyword_range range{};
    std::string_view axis{};  ///< of a sweep; empty: the same for all its rows, or no keyword of it
    std::string_view off{};   ///< names that say no, of a flag that is on, off or left to the runtime
};

/// Calls `f` with each name of the comma-separated `names`.
template <class F> constexpr void for_each_name(std::string_view names, const F& f) {
    while (!names.empty()) {
        const std::size_t end = std::min(names.find(','), names.size());
        f(names.substr(0, end));
        names.remove_prefix(std::min(end + 1, names.size()));
    }
}
/// "--max-num-seqs" as Python spells it: "max_num_seqs".
inline std::string in_python(std::string_view option) {
    std::string s(option.substr(std::min(option.find_first_not_of('-'), option.size())));
    std::replace(s.begin(), s.end(), '-', '_');
    return s;
}
/// Whether `option` is one of the comma-separated `names`, as typed or as Python spells it.
inline bool is_one_of(std::string_view names, std::string_view option) {
    bool found = false;
    for_each_name(names, [&](std::string_view each) { found = found || each == option || in_python(each) == option; });
    return found;
}
/// Whether `name` says no to `k`, as Python calls it or as it is typed.
template <class Options> bool says_no(const keyword<Options>& k, std::string_view name) {
    return is_one_of(k.off, name);
}
/// Whether Python calls `k` by `name`: its own, or one of its aliases.
template <class Options> bool is_called(const keyword<Options>& k, std::string_view name) {
    return k.name == name || is_one_of(k.aliases, name) || says_no(k, name);
}

namespace detail {
template <class... Fs> struct overloaded : Fs... { using Fs::operator()...; };
template <class... Fs> overloaded(Fs...) -> overloaded<Fs...>;

[[noreturn]] inline void fail_typed(std::string_view option, std::string_view typed, const std::string& wanted) {
    fail(std::string(option) + " is \"" + std::string(typed.substr(0, 40)) + "\"; it must be " + wanted);
}
inline double typed_number(std::string_view option, std::string_view typed, const std::string& wanted) {
    double x = 0.0;
    const auto [end, wrong] = read_number(typed.data(), typed.data() + typed.size(), x);
    if (wrong != std::errc{} || end != typed.data() + typed.size() || !std::isfinite(x))
        fail_typed(option, typed, wanted);
    return x;
}
template <class Whole> Whole typed_whole(std::string_view option, std::string_view typed) {
    const double x = typed_number(option, typed, "a whole number");
    if (std::floor(x) != x || x < (std::is_unsigned_v<Whole> ? 0.0 : -1e9) || x > 1e9)
        fail_typed(option, typed,
                   std::is_unsigned_v<Whole> ? "a whole number up to 1,000,000,000"
                                             : "a whole number of at most 1,000,000,000");
    return static_cast<Whole>(x);
}
/// A flag that may stand alone: "" is yes.
inline bool typed_flag(std::string_view option, std::string_view typed) {
    constexpr std::array<std::string_view, 6> yes{"", "true", "True", "on", "1", "enable"};
    constexpr std::array<std::string_view, 5> no{"false", "False", "off", "0", "disable"};
    if (std::find(yes.begin(), yes.end(), typed) != yes.end()) return true;
    if (std::find(no.begin(), no.end(), typed) != no.end()) return false;
    fail_typed(option, typed, "true or false");
}
inline amount typed_amount(std::string_view option, std::string_view typed, const symbols::table& table, double unit,
                           std::string_view symbol, bool bare) {
    double x = 0.0;
    const auto [end, wrong] = read_number(typed.data(), typed.data() + typed.size(), x);
    if (bare && wrong == std::errc{} && end == typed.data() + typed.size() && std::isfinite(x)) return {x, unit};
    try {
        return {symbols::read(table, typed), 1.0};
    } catch (const error& e) {
        fail(std::string(option) + ": " + e.what() +
             (bare ? "; without a unit it must be a number of " + std::string(symbol) : ""));
    }
}
}  // namespace detail

/// Sets what `k` is of in `o` to what was typed. Flags need no text.
template <class Options> void set_from_text(const keyword<Options>& k, Options& o, std::string_view typed) {
    std::visit(detail::overloaded{
                   [&](bool Options::*field) { o.*field = detail::typed_flag(k.option, typed); },
                   [&](std::optional<bool> Options::*field) { o.*field = detail::typed_flag(k.option, typed); },
                   [&](double Options::*field) { o.*field = detail::typed_number(k.option, typed, "a number"); },
                   [&](std::optional<double> Options::*field) {
                       o.*field = detail::typed_number(k.option, typed, "a number");
                   },
                   [&](std::optional<int> Options::*field) { o.*field = detail::typed_whole<int>(k.option, typed); },
                   [&](std::string Options::*field) { o.*field = typed; },
                   [&](length Options::*field) { o.*field = length_of(typed, std::string(k.option)); },
                   [&](std::optional<length> Options::*field) { o.*field = length_of(typed, std::string(k.option)); },
                   [&](const quantity_field<Options>& q) {
                       q.set(o, detail::typed_amount(k.option, typed, *q.table, q.unit(), q.symbol, q.bare));
                   },
                   [&]<class Whole>(Whole Options::*field) { o.*field = detail::typed_whole<Whole>(k.option, typed); }},
               k.field);
}

/// What `k` is of in `o`, as a command line would say it; nothing where it cannot be told from the default.
template <class Options> std::optional<std::string> as_typed(const keyword<Options>& k, const Options& o) {
    const Options usual{};
    const auto number = [](double x) { return fmt::format("{}", x); };
    using text = std::optional<std::string>;
    return std::visit(
        detail::overloaded{
            [&](bool Options::*field) { return o.*field ? text("") : text(); },
            [&](std::optional<bool> Options::*field) { return o.*field ? text("") : text(); },
            [&](std::string Options::*field) { return o.*field != usual.*field ? text(o.*field) : text(); },
            [&](std::optional<double> Options::*field) { return o.*field ? text(number(*(o.*field))) : text(); },
            [&](std::optional<int> Options::*field) { return o.*field ? text(number(*(o.*field))) : text(); },
            [&](length Options::*) { return text(); }, [&](std::optional<length> Options::*) { return text(); },
            [&](const quantity_field<Options>& q) {
                const std::optional<double> x = q.get(o);
                return q.bare && x ? text(number(*x)) : text();
            },
            [&](auto field) {
                return o.*field != usual.*field ? text(number(static_cast<double>(o.*field))) : text();
            }},
        k.field);
}

/// The option that says what `o` has: `k`'s own, or the one that says no.
template <class Options> std::string_view option_of(const keyword<Options>& k, const Options& o) {
    const auto* field = std::get_if<std::optional<bool> Options::*>(&k.field);
    const bool no = field != nullptr && o.*(*field) && !*(o.*(*field));
    return no ? k.off.substr(0, k.off.find(',')) : k.option;
}

/// Throws `error` naming the first keyword of `all` whose number in `o` is out of its range.
template <class Options, std::size_t N>
void check_ranges(const std::array<keyword<Options>, N>& all, const Options& o) {
    for (const keyword<Options>& k : all) {
        if (k.range.noun == nullptr) continue;
        const auto check = [&](double x) { checked(x, k.range.low, k.range.high, k.range.noun); };
        std::visit(detail::overloaded{[&](std::optional<double> Options::*field) {
                                          if (o.*field) check(*(o.*field));
                                      },
                                      [&](std::optional<int> Options::*field) {
                                          if (o.*field) check(static_cast<double>(*(o.*field)));
                                      },
                                      [](std::string Options::*) {}, [](length Options::*) {},
                                      [](std::optional<length> Options::*) {}, [](bool Options::*) {},
                                      [](std::optional<bool> Options::*) {},
                                      [&](const quantity_field<Options>& q) {
                                          if (const std::optional<double> x = q.get(o)) check(*x);
                                      },
                                      [&](auto field) { check(static_cast<double>(o.*field)); }},
                   k.field);
    }
}
}  // namespace gambrel::ask
