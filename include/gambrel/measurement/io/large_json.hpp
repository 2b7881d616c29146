// SPDX-License-Identifier: Apache-2.0
#pragma once
/// JSON values of files that are longer than one wants to hold: results with every request saved. The values are built as
/// they are read, without what readers have no use for and what grows with each token: lists of inter-token latencies,
/// generated texts, errors, GuideLLM's requests. What remains grows with the requests, by a few numbers each.
///
/// Bare words of Python (NaN, Infinity) are replaced on the way, as in result_file.hpp. A file that breaks off is an
/// `error` naming the byte. Evidence: tests/measurement/io/observations_test.cpp.

#include <gambrel/measurement/io/result_file.hpp>
#include <gambrel/numeric/io/json_problem.hpp>
#include <streambuf>

namespace gambrel::detail {

/// Files from this size on are read so.
inline constexpr std::uintmax_t large_json_bytes = std::uintmax_t{64} << 20;
inline constexpr std::array<std::string_view, 6> dropped_keys{"itls",    "generated_texts", "errors",
                                                              "outputs", "requests",        "timings"};

/// The text of `from` with Python's bare words replaced by what JSON has.
class python_json_buffer : public std::streambuf {
public:
    explicit python_json_buffer(std::streambuf& from) : from_(from) {}

protected:
    int_type underflow() override {
        out_.clear();
        while (out_.size() < std::size_t{1} << 15) {
            const int_type c = from_.sbumpc();
            if (traits_type::eq_int_type(c, traits_type::eof())) break;
            put(traits_type::to_char_type(c));
        }
        if (out_.empty()) return traits_type::eof();
        setg(out_.data(), out_.data(), out_.data() + out_.size());
        return traits_type::to_int_type(out_.front());
    }

private:
    /// The rest of a bare word, as far as it is one.
    bool take(std::string_view rest) {
        for (const char c : rest) {
            if (!traits_type::eq_int_type(from_.sgetc(), traits_type::to_int_type(c))) return false;
            from_.sbumpc();
        }
        return true;
    }
    void put(char c) {
        if (quoted_) {
            if (escaped_) escaped_ = false;
            else if (c == '\\') escaped_ = true;
            else if (c == '"') quoted_ = false;
            out_ += c;
        } else if (c == 'N') {
            out_ += take("aN") ? "null" : "?";  // what else begins so is no JSON
        } else if (c == 'I') {
            out_ += take("nfinity") ? "\"inf\"" : "?";
        } else if (c == '-' && traits_type::eq_int_type(from_.sgetc(), traits_type::to_int_type('I'))) {
            from_.sbumpc();
            out_ += take("nfinity") ? "\"-inf\"" : "?";
        } else {
            quoted_ = c == '"';
            out_ += c == '\x1e' ? ' ' : c;
        }
    }
    std::streambuf& from_;
    std::string out_{};
    bool quoted_ = false, escaped_ = false;
};

/// One value from the parser's events, without the members called as `dropped_keys` says.
class value_builder {
public:
    bool null() { return add(nullptr); }
    bool boolean(bool v) { return add(v); }
    bool number_integer(std::int64_t v) { return add(v); }
    bool number_unsigned(std::uint64_t v) { return add(v); }
    bool number_float(double v, const std::string&) { return add(v); }
    bool string(std::string& v) { return add(v); }
    bool binary(result_json::binary_t&) { return true; }
    bool start_object(std::size_t) { return open(result_json::object()); }
    bool start_array(std::size_t) { return open(result_json::array()); }
    bool end_object() { return close(); }
    bool end_array() { return close(); }
    bool key(std::string& name) {
        if (skipped_ > 0) return true;
        drop_ = std::find(dropped_keys.begin(), dropped_keys.end(), name) != dropped_keys.end();
        key_ = name;
        return true;
    }
    bool parse_error(std::size_t at, const std::string&, const nlohmann::json::exception& e) {
        why_ = "at byte " + std::to_string(at) + ": " + json_problem(e);
        return false;
    }
    result_json value() { return std::move(whole_); }
    const std::string& why() const { return why_; }

private:
    bool add(result_json v) {
        if (skipped_ > 0) return true;
        if (drop_) drop_ = false;
        else place(std::move(v));
        return true;
    }
    result_json* place(result_json v) {
        if (open_.empty()) {
            whole_ = std::move(v);
            return &whole_;
        }
        result_json& in = *open_.back();
        if (in.is_object()) return &(in[key_] = std::move(v));
        in.push_back(std::move(v));
        return &in.back();
    }
    bool open(result_json v) {
        if (skipped_ > 0 || drop_) {
            drop_ = false;
            ++skipped_;
            return true;
        }
        open_.push_back(place(std::move(v)));
        if (open_.size() > most_result_nesting) why_ = "it is nested too deeply";
        return open_.size() <= most_result_nesting;
    }
    bool close() {
        if (skipped_ > 0) --skipped_;
        else open_.pop_back();
        return true;
    }
    result_json whole_{};
    std::vector<result_json*> open_{};
    std::string key_{}, why_{};
    bool drop_ = false;
    std::size_t skipped_ = 0;
};

/// The values of a stream, results standing in lists among them.
inline std::vector<result_json> large_results_in(std::istream& file, const std::string& where) {
    python_json_buffer replaced(*file.rdbuf());
    std::istream in(&replaced);
    std::vector<result_json> found;
    for (in >> std::ws; in.peek() != std::istream::traits_type::eof(); in >> std::ws) {
        value_builder builder;
        if (!nlohmann::json::sax_parse(in, &builder, nlohmann::json::input_format_t::json, false))
            fail(where + " is not JSON, or breaks off" +
                 (found.empty() ? "" : " after " + std::to_string(found.size()) + " whole results") + ": " +
                 builder.why());
        result_json v = builder.value();
        if (!v.is_array()) found.push_back(std::move(v));
        else
            for (auto& each : v) found.push_back(std::move(each));
        in.clear();
    }
    if (found.empty()) fail(where + " is empty");
    return found;
}
}  // namespace gambrel::detail
