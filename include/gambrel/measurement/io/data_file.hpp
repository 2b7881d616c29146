// SPDX-License-Identifier: Apache-2.0
#pragma once
/// JSON files of data/, read strictly: a wrong file is one `error` naming the file, the place in it and what is wrong.
/// Evidence: tests/measurement/conventions_test.cpp.

#include <filesystem>
#include <fstream>
#include <gambrel/error.hpp>
#include <gambrel/measurement/io/json_place.hpp>
#include <gambrel/names.hpp>
#include <gambrel/numeric/io/json_problem.hpp>
#include <nlohmann/json.hpp>
#include <sstream>
#include <vector>

namespace gambrel::detail {

/// A value of a data file, and where it stands ("sources.json:/as_run/3/set (line 40)").
class data_value {
public:
    using json = nlohmann::ordered_json;
    /// `text` is what `value` was read from.
    data_value(json value, std::string file, std::string text)
        : whole_(std::make_shared<const read_file>(read_file{std::move(value), std::move(text)})),
          at_(&whole_->value),
          place_(std::move(file)) {}

    [[noreturn]] void wrong(const std::string& what) const { wrong_at("", what); }
    /// Of `key`, a member of this object.
    [[noreturn]] void wrong_at(const std::string& key, const std::string& what) const {
        const std::string path = place_.substr(place_.find(':') + 1) + "/" + key;
        fail(place_ + " (line " + std::to_string(json_places(whole_->text).line_of(path)) + ") " + what);
    }
    bool is_object() const { return at_->is_object(); }
    bool is_array() const { return at_->is_array(); }
    bool is_string() const { return at_->is_string(); }
    bool is_number() const { return at_->is_number(); }
    bool is_boolean() const { return at_->is_boolean(); }
    const std::string& text() const {
        if (!is_string()) wrong("must be text");
        return at_->get_ref<const std::string&>();
    }
    double number() const {
        const double x = is_number() ? at_->get<double>() : -1.0;
        if (!(x >= 0.0 && x <= 1e15)) wrong("must be a number from 0 up");
        return x;
    }
    bool flag() const {
        if (!is_boolean()) wrong("must be true or false");
        return at_->get<bool>();
    }
    /// The entries of a list.
    std::vector<data_value> entries() const {
        if (!is_array()) wrong("must be a list");
        std::vector<data_value> all;
        for (std::size_t i = 0; i < at_->size(); ++i)
            all.push_back({whole_, &(*at_)[i], place_ + "/" + std::to_string(i)});
        return all;
    }
    /// The members of an object, whose keys must be among `known`.
    template <class Names> std::vector<std::pair<std::string, data_value>> members(const Names& known) const {
        if (!is_object()) wrong("must be an object");
        std::vector<std::pair<std::string, data_value>> all;
        for (const auto& [key, v] : at_->items()) {
            if (std::find(known.begin(), known.end(), key) == known.end()) {
                std::string names;
                for (const auto& n : known) names += (names.empty() ? "" : ", ") + std::string(n);
                wrong_at(key, "has the unknown key \"" + key.substr(0, 40) + "\"; known: " + names);
            }
            all.emplace_back(key, data_value{whole_, &v, place_ + "/" + key});
        }
        return all;
    }

private:
    struct read_file {
        json value;
        std::string text;
    };
    data_value(std::shared_ptr<const read_file> whole, const json* at, std::string place)
        : whole_(std::move(whole)), at_(at), place_(std::move(place)) {}
    std::shared_ptr<const read_file> whole_;
    const json* at_;
    std::string place_;
};

/// The JSON value in `file`.
inline data_value read_data_file(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) fail("cannot open the data file " + file.string());
    std::ostringstream text;
    text << in.rdbuf();
    const std::string name = file.filename().string() + ":";
    try {
        data_value value(data_value::json::parse(text.str()), name, text.str());
        const auto [key, line] = json_places(text.str()).repeated_key();
        if (!key.empty())
            fail(name + " (line " + std::to_string(line) + ") has the key \"" + key.substr(0, 40) +
                 "\" twice in one object");
        return value;
    } catch (const nlohmann::json::exception& e) {
        fail(file.string() + " is not JSON: " + json_problem(e));
    }
}
}  // namespace gambrel::detail
