// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Whatever a benchmark tool, a server, a profiler or a board's driver wrote, as observations: of a file, of a folder,
/// of several paths, or of JSON values that were read already. Told by content; which kinds: result_readers.hpp.
///
/// Two single scrapes of `/metrics` among the files are one observation of what lies between them, the earlier first:
/// by the times they state, else by their counters, which only grow. A file that is there twice is read once, and its
/// observations say so in their notes. What a file does not say is what the caller states, and
/// else stays empty (`unsaid`). Streams are read in bounded memory; other JSON up to `most_result_bytes`.
/// Evidence: tests/measurement/io/observations_test.cpp, tests/measurement/io/profiles_test.cpp.

#include <gambrel/measurement/io/benchmark_results.hpp>
#include <gambrel/measurement/io/file_copies.hpp>

namespace gambrel {
namespace detail {

/// What a file held: observations, or one scrape that may be half of a pair.
struct observed_file {
    std::vector<observation> runs{};
    std::optional<prometheus_scrape> scrape{};
    std::string where{};
};

inline observed_file observe_file(const std::filesystem::path& file) {
    const file_head head = kind_of_head(file);
    observed_file found{.where = file.filename().string()};
    if (head.reader && head.reader->observe_stream) {
        std::ifstream in(file, std::ios::binary);
        if (head.reader->key != "metrics") {
            head.reader->observe_stream(in, found.where, found.runs);
            return found;
        }
        scrapes all = read_scrapes(in, found.where, is_server_series);
        if (!all.last || all.last->samples.empty())
            fail(file.string() + " has no series of vLLM or SGLang in its last scrape");
        found.runs.push_back(server_observation(*all.first, *all.last, all.count < 2, found.where));
        if (all.count == 1) found.scrape = std::move(all.last);
        return found;
    }
    if (!is_result(head)) {
        check_table_columns(file);
        std::ifstream in(file, std::ios::binary);
        observe_own_table(in, found.where, found.runs);
        return found;
    }
    const auto [values, reader] = values_of(file, head);
    for (std::size_t i = 0; i < values.size(); ++i)
        if (reader->is_value && reader->is_value(values[i]))
            reader->observe(values[i], place_of(*reader, found.where, i, values.size()), found.runs);
    if (found.runs.empty()) fail_none_found(file.string(), *reader);
    return found;
}

/// Whether `a` was made before `b`.
inline bool is_earlier(const prometheus_scrape& a, const prometheus_scrape& b) {
    if (a.seconds && b.seconds) return *a.seconds < *b.seconds;
    const auto tokens = [](const prometheus_scrape& s) {
        double sum = 0.0;
        for (const auto& [key, sample] : s.samples)
            if (sample.name.ends_with("_tokens_total")) sum += sample.value;
        return sum;
    };
    return tokens(a) <= tokens(b);
}

/// The observations of files, in order, two single scrapes of one server joined.
inline std::vector<observation> joined_files(std::vector<observed_file> files) {
    std::vector<std::size_t> single;
    for (std::size_t i = 0; i < files.size(); ++i)
        if (files[i].scrape) single.push_back(i);
    if (single.size() == 2) {
        observed_file &a = files[single[0]], &b = files[single[1]];
        const bool forward = is_earlier(*a.scrape, *b.scrape);
        const observed_file &first = forward ? a : b, &last = forward ? b : a;
        b.runs = {server_observation(*first.scrape, *last.scrape, false, first.where + " to " + last.where)};
        a.runs.clear();
    }
    std::vector<observation> all;
    for (observed_file& f : files)
        for (observation& o : f.runs) all.push_back(std::move(o));
    return all;
}

/// The start-up logs of a folder, by name. Other .log files are left: what a benchmark printed is as often there in JSON too.
inline std::vector<std::filesystem::path> start_logs_in(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> logs;
    std::error_code problem;
    for (const auto& entry : std::filesystem::directory_iterator(folder, problem)) {
        if (lower(entry.path().extension().string()) != ".log" || !entry.is_regular_file(problem)) continue;
        std::ifstream in(entry.path(), std::ios::binary);
        std::string head(100'000, '\0');
        in.read(head.data(), static_cast<std::streamsize>(head.size()));
        head.resize(static_cast<std::size_t>(in.gcount()));
        if (is_start_log(head)) logs.push_back(entry.path());
    }
    std::sort(logs.begin(), logs.end());
    return logs;
}
}  // namespace detail

/// The observations of several files or folders; files of a folder that no reader knows are left out, of .log files all but
/// start-up logs.
inline std::vector<observation> read_observations(const std::vector<std::filesystem::path>& paths, const stated& said) {
    std::vector<detail::observed_file> files;
    std::vector<std::filesystem::path> read;
    const auto add = [&](const std::filesystem::path& file) {
        if (const auto* first = copied_by(read, file)) {
            for (observation& o : files[static_cast<std::size_t>(first - read.data())].runs)
                o.notes.push_back(printable(file.filename().string()) + " " + std::string(counts_once));
            return;
        }
        files.push_back(detail::observe_file(file));
        read.push_back(file);
    };
    for (const auto& path : paths) {
        std::error_code none;
        if (!std::filesystem::is_directory(path, none)) {
            add(path);
            continue;
        }
        const auto logs = detail::start_logs_in(path);
        std::vector<std::filesystem::path> results;
        try {
            results = result_files(path);
        } catch (const error&) {
            if (logs.empty()) throw;
        }
        bool found = !logs.empty();
        for (const auto& file : results) {
            try {
                add(file);
                found = true;
            } catch (const unknown_result&) {
            }
        }
        for (const auto& log : logs) add(log);
        if (!found) fail("no file in " + path.string() + " is " + detail::what_is_read());
    }
    std::vector<observation> all = detail::joined_files(std::move(files));
    for (observation& o : all) detail::add_stated(o, said);
    return all;
}
inline std::vector<observation> read_observations(const std::filesystem::path& path, const stated& said) {
    return read_observations(std::vector<std::filesystem::path>{path}, said);
}

/// The observations of JSON values that were read already.
inline std::vector<observation> read_observations(const std::vector<result_json>& values, const stated& said) {
    const result_reader& reader = detail::reader_of(values, "the value");
    std::vector<observation> all;
    for (std::size_t i = 0; i < values.size(); ++i)
        if (reader.is_value(values[i]))
            reader.observe(values[i], detail::place_of(reader, "the result", i, values.size()), all);
    for (observation& o : all) detail::add_stated(o, said);
    return all;
}

/// The observations of a text, which may be longer than memory where its kind is a stream; `where` is what messages
/// call it.
inline std::vector<observation> read_observations(const std::string& text, const std::string& where,
                                                  const stated& said) {
    const detail::file_head head = detail::kind_of_head(text.substr(0, 100'000), where);
    std::vector<observation> all;
    std::istringstream in(text);
    if (head.reader && head.reader->observe_stream) {
        head.reader->observe_stream(in, where, all);
    } else if (!detail::is_result(head)) {
        detail::observe_own_table(in, where, all);
    } else {
        const auto values = head.json ? results_in(text, where) : head.reader->values_in(text, where);
        const result_reader& reader = head.json ? detail::reader_of(values, where) : *head.reader;
        for (std::size_t i = 0; i < values.size(); ++i)
            if (reader.is_value(values[i]))
                reader.observe(values[i], detail::place_of(reader, where, i, values.size()), all);
        if (all.empty()) detail::fail_none_found(where, reader);
    }
    for (observation& o : all) detail::add_stated(o, said);
    return all;
}
}  // namespace gambrel
