// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Reads traces of requests as they are published, by the names of their columns:
///
///     sent     arrival_s (seconds), timestamp_ms, TIMESTAMP ("2023-11-16 18:15:46.68", Azure),
///              Timestamp (seconds, BurstGPT)
///     prompt   input_tokens, prompt_tokens, ContextTokens, input_length, Request tokens
///     output   output_tokens, GeneratedTokens, output_length, Response tokens
///     pieces   block512_hash_ids: whole numbers with spaces between, one for each 512 tokens (Mooncake)
///
/// Times are counted from the first. Other columns are passed over. What cannot be a request is an `error` naming file,
/// line and column, as far as the trace is asked for: a missing column, a time that is negative or earlier than the one before it, a length that is not
/// a whole number from 1 to 1e8.
/// Opt-in. Evidence: tests/workload/trace_test.cpp (all of the project's trace files; bad input line by line).

#include <charconv>
#include <fstream>
#include <gambrel/numeric/io/csv.hpp>
#include <gambrel/numeric/read_number.hpp>
#include <gambrel/workload/trace.hpp>
#include <initializer_list>

namespace gambrel {

namespace detail {

class trace_reader {
public:
    trace_reader(std::istream& in, std::string name) : name_(std::move(name)), rows_(opened(in)) {
        sent_ = one_of("sent", {"arrival_s", "timestamp_ms", "TIMESTAMP", "Timestamp"});
        prompt_ =
            one_of("prompt", {"input_tokens", "prompt_tokens", "ContextTokens", "input_length", "Request tokens"});
        output_ = one_of("output", {"output_tokens", "GeneratedTokens", "output_length", "Response tokens"});
        if (rows_.has("block512_hash_ids")) pieces_ = "block512_hash_ids";
    }

    trace read(const trace_part& part) {
        trace t;
        t.piece_tokens = pieces_.empty() ? 0.0 : 512.0;
        double start = 0.0, last = 0.0;
        while (next()) {
            const double sent = time();
            if (t.empty()) start = sent;
            else if (sent < last) wrong(sent_, "is earlier than the line before it");
            last = sent;
            if (t.records.size() >= part.requests &&
                sent - start > t.records[static_cast<std::size_t>(part.requests) - 1].sent + part.within)
                break;
            t.records.push_back({.sent = sent - start, .prompt = tokens(prompt_), .output = tokens(output_)});
            if (!pieces_.empty()) read_pieces(t.records.back());
        }
        return t;
    }

private:
    csv_reader opened(std::istream& in) const {
        try {
            return csv_reader(in);
        } catch (const error& e) {
            fail(name_ + ": " + e.what());
        }
    }
    bool next() {
        try {
            return rows_.next();
        } catch (const error& e) {
            fail(name_ + ": " + e.what());
        }
    }
    std::string one_of(const char* what, std::initializer_list<const char*> names) const {
        std::string all;
        for (const char* each : names) {
            if (rows_.has(each)) return each;
            all += (all.empty() ? "" : ", ") + std::string(each);
        }
        fail(name_ + " has no column for the " + what + " of a request; it is called one of " + all);
    }
    [[noreturn]] void wrong(const std::string& column, const std::string& why) const {
        fail(name_ + " line " + std::to_string(rows_.line()) + ", column " + column + ": \"" +
             rows_[column].substr(0, 40) + "\" " + why);
    }
    double number(const std::string& column) const {
        const std::string& field = rows_[column];
        double x = 0.0;
        const auto [end, problem] = read_number(field.data(), field.data() + field.size(), x);
        if (problem != std::errc{} || end != field.data() + field.size() || !math::is_finite(x))
            wrong(column, "is not a number");
        return x;
    }
    std::uint32_t tokens(const std::string& column) const {
        const double x = number(column);
        if (!(x >= 1.0 && x <= longest_length) || x != math::floor(x))
            wrong(column, "is not a whole number of tokens from 1 to 1e8");
        return static_cast<std::uint32_t>(x);
    }
    double time() const {
        const double t = sent_ == "TIMESTAMP" ? date_time() : number(sent_) * (sent_ == "timestamp_ms" ? 1e-3 : 1.0);
        if (!(t >= 0.0 && t <= 1e12)) wrong(sent_, "is not a time from 0 to 1e12 s");
        return t;
    }
    /// Seconds since 1970 of "YYYY-MM-DD hh:mm:ss.fraction", whatever the time zone.
    double date_time() const {
        const std::string& f = rows_[sent_];
        const auto part = [&](std::size_t at, std::size_t n) {
            int x = 0;
            const bool there = f.size() >= at + n;
            const auto [end, problem] =
                std::from_chars(f.data() + (there ? at : 0), f.data() + (there ? at + n : 0), x);
            if (!there || problem != std::errc{} || end != f.data() + at + n) wrong(sent_, "is not a date and time");
            return x;
        };
        const int year = part(0, 4), month = part(5, 2), day = part(8, 2), hour = part(11, 2), minute = part(14, 2);
        double second = 0.0;
        const auto [end, problem] = read_number(f.data() + 17, f.data() + f.size(), second);
        const bool zone = problem == std::errc{} && (end == f.data() + f.size() || *end == '+' || *end == 'Z');
        if (!zone || month < 1 || month > 12 || day < 1 || day > 31 || hour > 24 || minute > 59)
            wrong(sent_, "is not a date and time");
        // Days since 1970-01-01 of the proleptic Gregorian calendar, counted from March so that leap days come last.
        const int y = month <= 2 ? year - 1 : year, shifted = (month + 9) % 12;
        const long days = 365L * y + y / 4 - y / 100 + y / 400 + (153 * shifted + 2) / 5 + day - 1 - 719468L;
        return static_cast<double>(days) * 86400.0 + hour * 3600.0 + minute * 60.0 + second;
    }
    void read_pieces(trace_record& r) const {
        const std::string& field = rows_[pieces_];
        const char *at = field.data(), *const end = at + field.size();
        while (at < end) {
            std::uint64_t id = 0;
            const auto [past, problem] = std::from_chars(at, end, id);
            if (problem != std::errc{} || (past < end && *past != ' '))
                wrong(pieces_, "is not whole numbers and spaces");
            r.pieces.push_back(id);
            at = past < end ? past + 1 : past;
        }
        if (r.pieces.size() > (r.prompt + 511) / 512) wrong(pieces_, "has more pieces than the prompt");
        r.pieces.resize(std::min<std::size_t>(r.pieces.size(), r.prompt / 512));  // whole ones
    }

    std::string name_;
    csv_reader rows_;
    std::string sent_, prompt_, output_, pieces_;
};
}  // namespace detail

/// The trace in `in`; `name` is what errors call it.
inline trace read_trace(std::istream& in, const std::string& name = "the trace", const trace_part& part = {}) {
    if (part.requests == 0) fail("none of the requests of " + name + " are asked for; ask for one at least");
    return detail::trace_reader(in, name).read(part);
}
/// The trace in a file. Throws `error` when it cannot be read.
inline trace read_trace(const std::string& file, const trace_part& part = {}) {
    std::ifstream in(file, std::ios::binary);
    if (!in) fail("cannot read the trace " + file);
    return read_trace(in, file, part);
}
}  // namespace gambrel
