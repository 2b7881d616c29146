// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Typed, checked access to the keys of one JSON object. Every error names the key with its path, the value found
/// and what would be right. A key with an explicit null counts as absent, as in Python's configuration classes.
///
/// Where several spellings mean one thing, they are given together and the first one present is read:
/// `c.whole({"hidden_size", "n_embd"}, widths)`.
///
/// A reader that is given a list writes into it each key that was absent and what was taken instead (`assumption`); its
/// children write into the same.

#include <array>
#include <gambrel/model/architecture.hpp>
#include <gambrel/model/io/bounded_json.hpp>
#include <initializer_list>
#include <vector>

namespace gambrel::hugging_face {

/// The spellings of one key.
struct key {
    std::array<const char*, 6> names{};
    std::size_t size = 0;

    constexpr key(const char* name) : names{name}, size(1) {}
    constexpr key(std::initializer_list<const char*> spellings) {
        for (const char* each : spellings)
            if (size < names.size()) names[size++] = each;
    }
};

struct whole_range {
    count low = 0;
    count high = 0;
};
inline constexpr whole_range widths{1, 1 << 22};
inline constexpr whole_range widths_or_none{0, 1 << 22};
inline constexpr whole_range head_counts{1, 1 << 16};
inline constexpr whole_range layer_counts{1, 1000};
inline constexpr whole_range vocabularies{1, 1 << 27};
inline constexpr whole_range contexts{1, 1'000'000'000};
inline constexpr whole_range expert_counts{0, 1 << 14};

/// A value as an error message shows it.
inline std::string described(const json& v) {
    if (v.is_string()) return shown(v.get_ref<const std::string&>());
    if (v.is_array()) return "a list";
    if (v.is_object()) return "an object";
    return v.dump();
}

/// A key that a file leaves out, the value taken for it, and why that one.
struct assumption {
    std::string key, value, why;
};
inline constexpr std::string_view by_family = "the family's default";

class config_reader {
public:
    /// `object` and `assumed` must outlive the reader; none reads as an empty object. `parent`: the file it is the
    /// language part of.
    config_reader(const json* object, std::string path, const config_reader* parent = nullptr,
                  std::vector<assumption>* assumed = nullptr)
        : object_(object), path_(std::move(path)), parent_(parent), assumed_(assumed) {}

    bool nested() const { return parent_ != nullptr; }
    const config_reader& outermost() const { return parent_ ? parent_->outermost() : *this; }
    std::string path(const char* name) const { return path_.empty() ? name : path_ + "." + name; }
    bool empty() const { return !object_ || object_->empty(); }
    /// The keys of the object; an error when there are more than `most_list_entries`.
    std::vector<std::string> members() const {
        std::vector<std::string> all;
        if (empty()) return all;
        if (object_->size() > most_list_entries) fail(path_ + " has more than 16384 entries");
        for (const auto& each : object_->items()) all.push_back(each.key());
        return all;
    }

    /// The value under the first spelling that is present and not null; nothing when there is none.
    const json* find(const key& k) const {
        const char* name = present(k);
        return name ? &(*object_)[name] : nullptr;
    }
    bool has(const key& k) const { return present(k) != nullptr; }

    count whole(const key& k, whole_range r) const {
        const char* name = present(k);
        if (!name) fail(path(k.names[0]) + " is missing; it must be " + sentence(r));
        return whole_value((*object_)[name], path(name), r);
    }
    count whole(const key& k, whole_range r, count otherwise, std::string_view why = by_family) const {
        if (has(k)) return whole(k, r);
        assume(k, std::to_string(otherwise), why);
        return otherwise;
    }

    double number(const key& k, double low, double high, double otherwise, std::string_view why = by_family) const {
        const char* name = present(k);
        if (!name) {
            assume(k, json(otherwise).dump(), why);
            return otherwise;
        }
        const json& v = (*object_)[name];
        if (!v.is_number() || !(v.get<double>() >= low && v.get<double>() <= high))
            fail(path(name) + " is " + described(v) + "; it must be a number from " + std::to_string(low) + " to " +
                 std::to_string(high));
        return v.get<double>();
    }

    bool flag(const key& k, bool otherwise, std::string_view why = by_family) const {
        const char* name = present(k);
        if (!name) {
            assume(k, otherwise ? "true" : "false", why);
            return otherwise;
        }
        const json& v = (*object_)[name];
        if (!v.is_boolean()) fail(path(name) + " is " + described(v) + "; it must be true or false");
        return v.get<bool>();
    }

    std::string text(const key& k, std::string_view otherwise, std::string_view why = by_family) const {
        const char* name = present(k);
        if (!name) {
            assume(k, std::string(otherwise), why);
            return std::string(otherwise);
        }
        const json& v = (*object_)[name];
        if (!v.is_string()) fail(path(name) + " is " + described(v) + "; it must be a text");
        return v.get<std::string>();
    }

    /// The object under `name`; an empty one when absent.
    config_reader child(const char* name) const {
        const json* v = find(name);
        if (v && !v->is_object()) fail(path(name) + " is " + described(*v) + "; it must be an object");
        return {v, path(name), nullptr, v ? assumed_ : nullptr};
    }
    /// Writes down that `k`, which is absent, was taken as `value`. The first to say so is believed.
    void assume(const key& k, const std::string& value, std::string_view why) const {
        if (!assumed_ || value.empty()) return;
        const std::string where = path(k.names[0]);
        for (const assumption& a : *assumed_)
            if (a.key == where) return;
        assumed_->push_back({where, value, std::string(why)});
    }
    std::vector<assumption>* assumed() const { return assumed_; }

    std::vector<std::string> texts(const key& k) const {
        std::vector<std::string> all;
        if (const char* name = present(k))
            for (const json& v : list(name)) {
                if (!v.is_string()) fail(path(name) + " holds " + described(v) + "; it must be a list of texts");
                all.push_back(v.get<std::string>());
            }
        return all;
    }
    std::vector<count> wholes(const key& k, whole_range r) const {
        std::vector<count> all;
        if (const char* name = present(k))
            for (const json& v : list(name)) all.push_back(whole_value(v, path(name) + "[]", r));
        return all;
    }
    /// A list with one entry per layer, or nothing.
    std::vector<std::string> texts_per_layer(const key& k, count layers) const {
        auto all = texts(k);
        if (has(k)) check_length(all.size(), k, layers);
        else assume(k, "none", "the family's own pattern of layers");
        return all;
    }
    std::vector<count> wholes_per_layer(const key& k, whole_range r, count layers) const {
        auto all = wholes(k, r);
        if (!all.empty()) check_length(all.size(), k, layers);
        return all;
    }

private:
    const char* present(const key& k) const {
        if (!object_) return nullptr;
        for (std::size_t i = 0; i < k.size; ++i)
            if (const auto found = object_->find(k.names[i]); found != object_->end() && !found->is_null())
                return k.names[i];
        return nullptr;
    }
    const json& list(const char* name) const {
        const json& v = (*object_)[name];
        if (!v.is_array()) fail(path(name) + " is " + described(v) + "; it must be a list");
        if (v.size() > most_list_entries)
            fail(path(name) + " has " + std::to_string(v.size()) + " entries; at most 16384 are read");
        return v;
    }
    void check_length(std::size_t entries, const key& k, count layers) const {
        if (static_cast<count>(entries) != layers)
            fail(path(present(k)) + " has " + std::to_string(entries) + " entries; it must have one for each of the " +
                 std::to_string(layers) + " layers");
    }
    static std::string sentence(whole_range r) {
        return "a whole number from " + std::to_string(r.low) + " to " + std::to_string(r.high);
    }
    static count whole_value(const json& v, const std::string& where, whole_range r) {
        // A double is exact far beyond every range here, and takes huge integers and 4096.0 alike.
        const double x = v.is_number() ? v.get<double>() : -1.0;
        const bool fits = v.is_number() && x >= static_cast<double>(r.low) && x <= static_cast<double>(r.high) &&
                          x == static_cast<double>(static_cast<count>(x));
        if (!fits) fail(where + " is " + described(v) + "; it must be " + sentence(r));
        return static_cast<count>(x);
    }

    const json* object_;
    std::string path_;
    const config_reader* parent_;
    std::vector<assumption>* assumed_;
};
}  // namespace gambrel::hugging_face
