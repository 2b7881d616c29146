// SPDX-License-Identifier: Apache-2.0
#pragma once
/// One object of a device file, whose keys are asked for one by one and whose figures carry their unit. How a figure is
/// written: device_json.hpp. Opt-in: needs nlohmann-json. Evidence: tests/hardware/io/device_json_test.cpp.

#include <gambrel/hardware/device.hpp>
#include <gambrel/names.hpp>
#include <gambrel/names/printable.hpp>
#include <gambrel/units_io.hpp>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace gambrel::detail::device_json {

using json = nlohmann::json;

/// How a figure of one dimension is keyed and written, and what of it is credible, in that unit.
struct figure_unit {
    std::string_view key_ending;
    std::string_view symbol;
    double factor;
    double low;
    double high;
};
template <class Unit> inline constexpr figure_unit unit_of{};
template <> inline constexpr figure_unit unit_of<unit::byte>{"_gb", "GB", 1e9, 1e-3, 1e6};
template <> inline constexpr figure_unit unit_of<unit::byte_per_second>{"_gb_per_s", "GB/s", 1e9, 1e-2, 1e6};
template <> inline constexpr figure_unit unit_of<unit::flop_per_second>{"_tflop_per_s", "TFLOP/s", 1e12, 1e-4, 1e6};
template <> inline constexpr figure_unit unit_of<unit::watt>{"_w", "W", 1.0, 1e-2, 1e5};
template <> inline constexpr figure_unit unit_of<unit::dollar>{"_usd", "$", 1.0, 1e-2, 1e8};

/// One JSON object whose keys are asked for one by one; `finish` refuses those that nobody asked for.
class object {
public:
    object(const json& value, std::string path) : value_(value), path_(std::move(path)) {
        if (!value_.is_object()) fail(named() + " must be an object, not " + value_.type_name());
    }
    bool has(std::string_view key) {
        known_.emplace_back(key);
        return value_.contains(key);
    }
    const json& at(std::string_view key) const { return *value_.find(key); }
    std::string name_of(std::string_view key) const { return (path_.empty() ? "" : path_ + ".") + std::string(key); }

    name_text text(std::string_view key) {
        if (!has(key)) return {};
        if (!at(key).is_string()) fail(name_of(key) + " must be text, not " + at(key).type_name());
        const auto& s = at(key).get_ref<const std::string&>();
        if (!is_printable(s))
            fail(name_of(key) + " is \"" + printable(s.substr(0, 80)) +
                 "\": it holds a character that steers a screen or is no UTF-8; leave it out");
        return std::string_view(s);
    }
    int whole(std::string_view key, int low, int high, int otherwise) {
        if (!has(key)) return otherwise;
        if (!at(key).is_number_integer()) fail(name_of(key) + " must be a whole number, not " + at(key).dump());
        return static_cast<int>(checked(at(key).get<double>(), low, high, name_of(key).c_str()));
    }
    bool flag(std::string_view key) {
        if (!has(key)) return false;
        if (!at(key).is_boolean()) fail(name_of(key) + " must be true or false, not " + at(key).dump());
        return at(key).get<bool>();
    }
    template <tabled E> E choice(std::string_view key, E otherwise) {
        if (!has(key)) return otherwise;
        if (!at(key).is_string()) fail(name_of(key) + " must be text, not " + at(key).type_name());
        const auto& s = at(key).get_ref<const std::string&>();
        for (const E e : all_of<E>())
            if (key_of(e) == s) return e;
        fail_unknown(name_of(key), s, keys_of_all<E>());
    }
    /// The figure under `key` or `key` + its unit's ending; absent when neither is there, an error when both are.
    template <class Q> sourced<Q> figure(std::string_view key) {
        constexpr figure_unit u = unit_of<typename Q::unit_type>;
        const std::string keyed_by_unit = std::string(key) + std::string(u.key_ending);
        const bool plain = has(key), by_unit = has(keyed_by_unit);
        if (plain && by_unit) fail(named() + " has both \"" + std::string(key) + "\" and \"" + keyed_by_unit + "\"");
        if (!plain && !by_unit) return {};
        const std::string where = name_of(plain ? key : std::string_view(keyed_by_unit));
        double in_unit = 0.0;
        if (by_unit) in_unit = number(at(keyed_by_unit), where);
        else if (at(key).is_string()) in_unit = parse<Q>(at(key).get_ref<const std::string&>()).value() / u.factor;
        else if (at(key).is_object()) in_unit = written<Q>(object(at(key), where)).value() / u.factor;
        else
            fail(where + " must be text with its unit, such as \"4 " + std::string(u.symbol) + "\", or be named \"" +
                 keyed_by_unit + "\"");
        return make<Q>(checked(in_unit, u.low, u.high, (where + " in " + std::string(u.symbol)).c_str()) * u.factor);
    }
    /// An error naming the first key that was not asked for and the nearest that was.
    void finish() const {
        for (const auto& [key, unused] : value_.items())
            if (std::find(known_.begin(), known_.end(), key) == known_.end())
                fail_unknown("key of " + named(), key, known_);
    }

private:
    static double number(const json& n, const std::string& where) {
        if (!n.is_number()) fail(where + " must be a number, not " + n.type_name());
        return n.get<double>();
    }
    template <class Q> static Q written(object o) {
        if (!o.has("value") || !o.has("unit")) fail(o.path_ + " must have \"value\" and \"unit\"");
        const double value = number(o.at("value"), o.name_of("value"));
        const auto unit = o.text("unit");
        for (const char* remark : {"source", "date", "evidence"})  // kept by nobody: the figure is the caller's
            if (o.has(remark) && !o.at(remark).is_string()) fail(o.name_of(remark) + " must be text");
        o.finish();
        return value * parse<Q>("1 " + unit.str());
    }
    std::string named() const { return path_.empty() ? "the device" : path_; }

    const json& value_;
    std::string path_;
    std::vector<std::string> known_;
};
}  // namespace gambrel::detail::device_json
