// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A row of data/memory/start_logs.csv (schema: data/README.md) as a deployment: what a server was started with, and
/// what it printed.

#include <cstdlib>
#include <gambrel/ask/names.hpp>
#include <gambrel/numeric/io/csv.hpp>
#include <gambrel/step/memory_fit.hpp>
#include <gambrel/step/on_board.hpp>
#include <optional>

namespace memory_logs {
using namespace gambrel;

struct start_log {
    std::string id, logged_model, version;
    architecture model;
    device<> board;
    runtime<> server;
    parallelism cut;
    precision formats;
    double context = 0;   ///< tokens that one sequence must be able to have
    bool stated = false;  ///< share, budget and slots, or boards whose defaults its era is known by
    bool fraction_known = false;
    bool others_resident = false;       ///< other programs held memory of the board
    bool room_doubtful = false;         ///< the note says that the room is not to be scored
    std::optional<double> weights, kv;  ///< GiB, as printed; KV from tokens where only these are
    std::optional<bool> starts;
    std::string board_class;
};

/// "0.11 (2025)" is 0.11; "2026-05" is no version but a date.
inline double version_of(const std::string& text) {
    const double v = std::strtod(text.c_str(), nullptr);
    if (v >= 2000.0) return v >= 2026.0 ? 1.0 : 0.8;  // vLLM by year: 2026 is past 0.12
    const std::size_t dot = text.find('.');
    const double minor = dot == std::string::npos ? 0.0 : std::strtod(text.c_str() + dot + 1, nullptr);
    return std::floor(v) + std::floor(minor) / 100.0;
}

inline constexpr std::string_view unified_memory = "unified memory";

inline std::string class_of(double visible, const device<>& d) {
    if (d.kind == device_class::embedded || d.name.view() == "strix-halo") return std::string(unified_memory);
    return visible < 9     ? "6 to 8 GB"
           : visible < 17  ? "12 to 16 GB"
           : visible < 33  ? "20 to 32 GB"
           : visible < 50  ? "40 to 48 GB"
           : visible < 100 ? "64 to 96 GB"
                           : "141 GB and more";
}

/// The device of a row: that of the catalog, or one of its size of which nothing else is known.
inline device<> board_of(const std::string& name, double nominal, std::optional<double> visible) {
    device<> d;
    if (const device<>* known = find_device(name)) {
        d = *known;
    } else {
        d.name = std::string_view(name);
        d.kind = device_class::consumer_gpu;
        d.vendor = name.find("AMD") != std::string::npos || name.starts_with("mi") ? vendor::amd : vendor::nvidia;
        d.memory = {.capacity = gibibytes(nominal), .bandwidth = terabytes_per_second(1), .kind = memory_kind::gddr};
        d.peak.fp16 = teraflop_per_second(100);
    }
    if (visible) d.memory.visible = gibibytes(*visible);
    return d;
}

/// "nvfp4", or "nvfp4 state=bf16" where the checkpoint keeps a part in another format.
inline weight_formats weights_in(const std::string& text, const architecture& m) {
    const std::size_t gap = text.find(' ');
    weight_formats f = ask::weights_of(text.substr(0, gap), m);
    if (gap != std::string::npos) f.state = ask::format_of(text.substr(text.find('=', gap) + 1));
    return f;
}

/// The era of a runtime at a version or a month, "0.11 (2025)", "2026-05"; a year alone is its middle.
inline const runtime<>& era_of(const std::string& name, const std::string& version) {
    std::string when = version.substr(0, version.find(' '));
    if (when.size() == 4 && when.starts_with("20")) when += "-07";
    if (when.find('-') != std::string::npos && when.find('.') != std::string::npos)
        when.resize(when.find('-'));  // "0.8-0.9"
    const runtime<>* era = name == "vllm" || name == "sglang" ? find_era(name, when) : nullptr;
    return era != nullptr ? *era : runtime_named(name);
}

/// The rows that name a model of the catalog and a board.
inline std::vector<start_log> read_logs(std::istream& in) {
    csv_reader r(in);
    std::vector<start_log> logs;
    const auto number = [&](const char* column) -> std::optional<double> {
        if (r[column].empty()) return {};
        return std::strtod(r[column].c_str(), nullptr);
    };
    while (r.next()) {
        if (r["model"].empty() || r["device"].empty() || r["nominal_GiB"] == "0") continue;
        start_log l{};
        l.id = r["id"];
        l.logged_model = r["logged_model"];
        l.version = r["version"];
        l.model = model_named(r["model"]);
        l.board = board_of(r["device"], number("nominal_GiB").value_or(0), number("visible_GiB"));
        l.cut = {.tensor = static_cast<int>(number("tp").value_or(1)),
                 .pipeline = static_cast<int>(number("pp").value_or(1))};
        l.formats = {.weights = as_served(l.model.stored), .kv = l.model.kv_cache};
        if (!r["weights"].empty()) l.formats.weights = weights_in(r["weights"], l.model);
        if (!r["kv"].empty()) l.formats.kv = ask::format_of(r["kv"]);
        const runtime<>& known = era_of(r["runtime"], l.version);
        l.server = on_board(known, l.board, l.cut);
        l.context = number("max_context").value_or(0);
        const bool is_vllm = r["runtime"] == "vllm";
        const double era = version_of(l.version);
        if (is_vllm && era < 0.08) l.server.scheduling.token_budget = std::max(2048.0, l.context);  // a whole prompt
        if (r["eager"] == "yes") l.server.memory.graphs = {};
        if (const auto g = number("graphs_GiB")) l.server.memory.graphs = {gibibytes(*g), given_by_user};
        l.server.memory.loads_prediction_head = r["mtp"] == "yes";
        l.server.memory.state_block_each_slot = is_vllm && era >= 0.26;
        if (const auto f = number("fraction")) l.server.memory.fraction = *f;
        l.fraction_known = number("fraction").has_value();
        if (const auto b = number("token_budget")) l.server.scheduling.token_budget = *b;
        if (const auto s = number("slots")) l.server.scheduling.most_sequences = *s;
        l.stated = l.fraction_known && number("token_budget") && number("slots");
        l.others_resident = r["note"].find("resident") != std::string::npos;
        l.room_doubtful = r["note"].find("not scored") != std::string::npos;
        l.weights = number("weights_GiB");
        l.kv = number("kv_GiB");
        const sequence_memory s(l.model, l.cut, l.formats, 1, false);
        if (const auto t = number("kv_tokens"); t && !l.kv) l.kv = *t * s.per_token() / gibibytes(1.0);
        if (r["starts"] == "yes" || r["starts"] == "no") l.starts = r["starts"] == "yes";
        l.board_class = class_of(visible_memory(l.board) / gibibytes(1.0), l.board);
        logs.push_back(std::move(l));
    }
    return logs;
}
}  // namespace memory_logs
