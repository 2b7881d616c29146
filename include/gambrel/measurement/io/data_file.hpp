// SPDX-License-Identifier: Apache-2.0
#pragma once
/// JSON files of data/, read strictly: a wrong file is one `error` naming the file, the place in it and what is wrong.
/// Evidence: tests/measurement/conventions_test.cpp.

#include <filesystem>
#include <fstream>
#include <gambrel/error.hpp>
#include <gambrel/names.hpp>
#include <nlohmann/json.hpp>
#include <sstream>
#include <vector>

namespace gambrel::detail {

/// A value of a data file, and where it stands ("rules/cold_starts.json: rules/3/set").
class data_value {
public:
    using json = nlohmann::ordered_json;
    data_value(json value, std::string place)
        : value_(std::make_shared<json>(std::move(value))), at_(value_.get()), place_(std::move(place)) {}

    [[noreturn]] void wrong(const std::string& what) const { fail(place_ + " " + what); }
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
            all.push_back({value_, &(*at_)[i], place_ + "/" + std::to_string(i)});
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
                wrong("has the unknown key \"" + key.substr(0, 40) + "\"; known: " + names);
            }
            all.emplace_back(key, data_value{value_, &v, place_ + "/" + key});
        }
        return all;
    }

private:
    data_value(std::shared_ptr<json> whole, const json* at, std::string place)
        : value_(std::move(whole)), at_(at), place_(std::move(place)) {}
    std::shared_ptr<json> value_;
    const json* at_;
    std::string place_;
};

/// The JSON value in `file`.
inline data_value read_data_file(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) fail("cannot open the data file " + file.string());
    std::ostringstream text;
    text << in.rdbuf();
    try {
        return {data_value::json::parse(text.str()), file.filename().string() + ":"};
    } catch (const nlohmann::json::exception& e) {
        fail(file.string() + " is not JSON: " + std::string(e.what()).substr(0, 160));
    }
}
}  // namespace gambrel::detail
