// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The files of one server put together: counters, profiles and boards to the run with a load, start-up logs to all runs beside
/// them; and what a log says, set where nobody says otherwise.
/// Evidence: tests/ask/start_findings_test.cpp.

#include <gambrel/ask/keywords.hpp>
#include <gambrel/ask/names.hpp>
#include <gambrel/measurement/observation.hpp>

namespace gambrel::ask::detail {

inline bool has_load(const observation& o) {
    return o.clients || o.offered_rate || o.all_at_once || (o.server && o.server->running);
}
/// Whether `o` says how a server started and nothing of what it did.
inline bool is_start_alone(const observation& o) {
    return o.start && !has_load(o) && o.figures.empty() && !o.server && !o.kernels && !o.board;
}

/// A model that a log names, where the catalog knows it: as it stands, or the last part of a path.
inline std::string model_in(const start_log& l) {
    const std::size_t slash = l.model.find_last_of('/');
    for (const std::string& name : {l.model, slash == std::string::npos ? std::string() : l.model.substr(slash + 1)})
        if (!name.empty() && find_model(name) != nullptr) return name;
    return "";
}

inline void put_start(observation& o, const observation& log) {
    o.where += " with " + log.where;
    o.start = log.start;
    if (o.runtime.empty()) o.runtime = log.runtime;
    if (o.runtime_version.empty()) o.runtime_version = log.runtime_version;
    if (o.model.empty()) o.model = log.model;
    for (const auto& [name, n] : log.ranks) o.ranks.emplace(name, n);
    for (const auto& [name, value] : log.settings) o.settings.emplace(name, value);
    for (const std::string& note : log.notes) o.notes.push_back(note);
}

/// `all` without start-up logs, which are put to each of the others; a log alone stays.
inline std::vector<observation> with_start(std::vector<observation> all) {
    std::vector<observation> logs, others;
    for (observation& o : all) {
        if (is_start_alone(o)) o.model = model_in(*o.start);
        (is_start_alone(o) ? logs : others).push_back(std::move(o));
    }
    if (logs.size() > 1)
        fail(logs[0].where + " and " + logs[1].where +
             " are each the log of a start: give that of the server that was " + "measured");
    if (others.empty()) return logs;
    if (!logs.empty())
        for (observation& o : others) put_start(o, logs.front());
    return others;
}

/// Parts without a load joined to the one run that has one.
inline std::vector<observation> joined_parts(std::vector<observation> all) {
    all = with_start(std::move(all));
    const auto loaded = std::count_if(all.begin(), all.end(), has_load);
    if (loaded != 1 || all.size() == 1) return all;
    observation whole = *std::find_if(all.begin(), all.end(), has_load);
    for (observation& o : all) {
        if (has_load(o)) continue;
        whole.where += " with " + o.where;
        if (o.server) whole.server = std::move(o.server);
        if (o.kernels) whole.kernels = std::move(o.kernels);
        if (o.board) whole.board = std::move(o.board);
        for (const auto& [name, value] : o.settings) whole.settings.emplace(name, value);
        for (const auto& [name, value] : o.figures) whole.figures.emplace(name, value);
        for (std::string& note : o.notes) whole.notes.push_back(std::move(note));
    }
    return {std::move(whole)};
}

/// The format that a log says weights are made into, where the checkpoint is wider.
inline void set_from_start(const observation& o, const architecture& m, prediction_options& options) {
    if (!o.start || o.start->quantization.empty() || m.stored.feed_forward.bits < 16.0) return;
    if (const storage_format* format = find_format(o.start->quantization)) options.weights = format->name.str();
}
}  // namespace gambrel::ask::detail
