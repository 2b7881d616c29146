// SPDX-License-Identifier: Apache-2.0
// fit_memory DATA_DIR SOURCE_DIR: what vLLM keeps besides weights, activations and KV, and how far off the room for KV
// is, from the start-up logs of SOURCE_DIR/data/memory; written into the tree SOURCE_DIR (DATA_DIR is not read)
//
//   the constants                          include/gambrel/runtime/catalog/fitted_memory.hpp
//   what they leave of each log            docs/calibration/memory.md
//
// Each constant is the median of what the constants before it leave on the logs that have it: the reserve on one NVIDIA
// board, then communication, AMD, recurrent layers. The three shares of the deviation keep their ratio; their scale
// puts 85 % of the logs it is fitted on inside their range, which is about 80 % of those left out. Scores leave out one
// class of boards at a time.
#include "generated.hpp"
#include "start_log.hpp"
#include <algorithm>
#include <cmath>
#include <fstream>
#include <gambrel/runtime/memory_constants.hpp>
#include <map>
#include <set>

using namespace memory_logs;

namespace {
constexpr double gib = 1073741824.0;
double in_gib(const bytes<>& b) { return b.value() / gib; }

double quantile(std::vector<double> x, double p) {
    if (x.empty()) return std::nan("");
    std::sort(x.begin(), x.end());
    const double at = p * static_cast<double>(x.size() - 1);
    const auto below = static_cast<std::size_t>(at);
    return x[below] + (at - static_cast<double>(below)) * (x[std::min(below + 1, x.size() - 1)] - x[below]);
}

struct fitted {
    memory_constants constants{};
    room_deviation_shares shares{};
};

start_log with(start_log l, const memory_constants& c) {
    if (l.server.memory.basis != memory_basis::total) return l;
    memory_policy& p = l.server.memory;
    p.reserve.value = c.reserve;
    p.communication.value = c.communication;
    p.amd_reserve.value = c.amd_reserve;
    p.state_workspace.value = c.state_workspace;
    return l;
}
memory_budget budget_of(const start_log& l) { return {l.model, l.board, l.server, l.cut, l.formats}; }
/// Of one token: the part that lengths do not change.
memory_fit fit_of(const start_log& l) { return budget_of(l).fit(1.0); }

/// Whether the log says what the room was, and of what.
bool scored(const start_log& l) {
    return l.fraction_known && l.kv && *l.kv > 0.0 && !l.others_resident && !l.room_doubtful;
}
/// On unified memory the host's use, its file cache among it, is in what a server measures.
bool of_law(const start_log& l) {
    return scored(l) && l.starts.value_or(true) && l.server.memory.basis == memory_basis::total &&
           version_of(l.version) >= 0.08 && l.board_class != unified_memory;
}
bool recurrent(const start_log& l) { return sequence_memory(l.model, {}, {}, 1, true).state() > bytes<>{}; }
bool on_amd(const start_log& l) { return l.board.vendor == vendor::amd; }

/// What the log leaves after its own weights, its KV and its graphs.
double besides_logged(const start_log& l) {
    const memory_fit m = fit_of(l);
    return in_gib(m.visible) * l.server.memory.fraction - l.weights.value_or(in_gib(m.weights)) - *l.kv -
           in_gib(m.graphs);
}

memory_constants constants_of(const std::vector<start_log>& logs) {
    memory_constants c;
    const auto median_left = [&](auto&& which, auto&& left, double otherwise) {
        std::vector<double> x;
        for (const start_log& l : logs)
            if (of_law(l) && which(l)) x.push_back(left(l));
        return x.empty() ? otherwise : quantile(x, 0.5);
    };
    const auto left = [&](const start_log& l) {
        const memory_fit m = fit_of(with(l, c));
        return besides_logged(l) - in_gib(m.besides() - m.graphs);
    };
    const auto plain = [&](const start_log& l) { return l.cut.tensor == 1 && !on_amd(l) && !recurrent(l); };
    c.reserve = gibibytes(std::max(0.0, median_left(plain, left, 0.0)));
    c.communication = gibibytes(std::max(
        0.0,
        median_left([&](const start_log& l) { return l.cut.tensor > 1 && !on_amd(l) && !recurrent(l); }, left, 0.0)));
    c.amd_reserve = gibibytes(
        std::max(0.0, median_left([&](const start_log& l) { return on_amd(l) && !recurrent(l); }, left, 0.0)));
    c.state_workspace = gibibytes(std::max(
        0.0,
        median_left([&](const start_log& l) { return recurrent(l) && fit_of(with(l, c)).logits.value() < 0.3 * gib; },
                    left, 0.0)));
    return c;
}

double deviation_of(const memory_fit& m, bool host_shared, const room_deviation_shares& shares) {
    return in_gib(room_deviation(m.weights, m.besides(), board_deviation(m.visible, host_shared, shares), shares));
}
/// Room by the law in GiB, negative where there is none.
double room_of(const start_log& l) { return in_gib(budget_of(l).room()); }

/// What a loader changes of weights, how far runs of one law differ, what a desktop or a driver takes: 1, 12, 0.3 %.
/// Only their ratio counts.
constexpr room_deviation_shares shares_before_fit{0.01, 0.12, 0.003, 0.003};

/// On unified memory, whose class leaves none to fit on: 80 % of its five logs are within 10 GiB of 121.7 (GB10).
constexpr double of_unified_memory = 10.0 / 121.7 / normal_80;

fitted fit(const std::vector<start_log>& logs) {
    fitted f{constants_of(logs)};
    struct seen {
        memory_fit memory;
        double error;
    };
    std::vector<seen> all;
    for (const start_log& each : logs) {
        if (!scored(each) || !each.starts.value_or(true) || each.board_class == unified_memory) continue;
        const start_log l = with(each, f.constants);
        const memory_fit m = fit_of(l);
        all.push_back({m, std::abs(room_of(l) - *l.kv)});
    }
    std::vector<double> z;
    for (const seen& s : all) z.push_back(s.error / deviation_of(s.memory, false, shares_before_fit));
    const double scale = quantile(z, 0.85) / normal_80;
    f.shares = {shares_before_fit.of_weights * scale, shares_before_fit.of_besides * scale,
                shares_before_fit.of_visible * scale, of_unified_memory};
    return f;
}

struct judged {
    const start_log* log;
    memory_fit memory;
    double room, error, half_width;
    bool inside;
    start_verdict start;
};

judged judge(const start_log& each, const fitted& f) {
    const start_log l = with(each, f.constants);
    judged j{};
    j.log = &each;
    j.memory = fit_of(l);
    j.room = room_of(l);
    const double deviation = deviation_of(j.memory, shares_memory_with_host(l.board), f.shares),
                 half = normal_80 * deviation;
    j.error = each.kv ? j.room / *each.kv - 1.0 : std::nan("");
    j.half_width = half / std::max(j.room, 1e-9);
    j.inside = each.kv && std::abs(j.room - *each.kv) <= half;
    const sequence_memory s(l.model, l.cut, l.formats, l.server.memory.block_tokens, l.server.memory.rolling_windows);
    bytes<> needed = s.allocated(std::max(1.0, l.context));
    if (l.server.memory.state_block_each_slot)
        needed = larger(needed, s.state_block() * l.server.scheduling.most_sequences);
    j.start = start_verdict_of(gibibytes(j.room), needed, gibibytes(deviation), room_doubt::besides);
    return j;
}

std::string percent(double x) { return std::isnan(x) ? "" : fmt::format("{:.1f} %", 100.0 * x); }

std::string summary_row(const std::string& name, const std::vector<judged>& rows) {
    std::vector<double> errors, widths;
    double inside = 0.0;
    for (const judged& j : rows) {
        errors.push_back(std::abs(j.error));
        widths.push_back(j.half_width);
        inside += j.inside ? 1.0 : 0.0;
    }
    return fmt::format("| {} | {} | {} | {} | {:.0f} of {} | {} |\n", name, rows.size(), percent(quantile(errors, 0.5)),
                       percent(quantile(errors, 0.9)), inside, rows.size(), percent(quantile(widths, 0.5)));
}
}  // namespace

int main(int argc, char** argv) try {
    if (argc != 3) fail("usage: fit_memory DATA_DIR SOURCE_DIR");
    const std::string tree = argv[2];
    std::ifstream in(tree + "/data/memory/start_logs.csv", std::ios::binary);
    if (!in) fail("cannot open " + tree + "/data/memory/start_logs.csv");
    const std::vector<start_log> logs = read_logs(in);
    const fitted whole = fit(logs);

    std::set<std::string> classes;
    for (const start_log& l : logs) classes.insert(l.board_class);
    std::map<std::string, fitted> without;
    for (const std::string& c : classes) {
        std::vector<start_log> others;
        for (const start_log& l : logs)
            if (l.board_class != c) others.push_back(l);
        without[c] = fit(others);
    }
    std::vector<judged> rooms;     // servers that started, with a printed room
    std::vector<judged> verdicts;  // whether they start
    for (const start_log& l : logs) {
        const judged j = judge(l, without[l.board_class]);
        if (scored(l) && l.starts.value_or(true)) rooms.push_back(j);
        if (l.starts && l.fraction_known && l.context > 0.0 && !l.others_resident) verdicts.push_back(j);
    }
    const auto those = [&](auto&& which) {
        std::vector<judged> r;
        for (const judged& j : rooms)
            if (which(*j.log)) r.push_back(j);
        return r;
    };
    const auto ours = [](const start_log& l, std::string_view name) {
        return runtime_of_era(l.server.name.view()) == name;
    };
    const auto recent = [](const start_log& l) {
        return l.server.memory.basis != memory_basis::total || version_of(l.version) >= 0.08;
    };
    std::string page =
        "# Memory: start-up logs against the law\n\nWritten by `tools/fit_memory` from `data/memory/start_logs.csv`, "
        "public "
        "start-up logs of servers\n([data/README.md](../../data/README.md) has the schema). The law: "
        "[memory.md](../models/memory.md). Constants are fitted on logs of vLLM\nfrom 0.8 on; every score leaves out "
        "the "
        "logs of one class of boards. The error is of the room for keys and values.\n\n## Rooms\n\n| logs | n | median "
        "error | 90 % | inside the 80 % range | its half width |\n|---|---|---|---|---|---|\n";
    page += summary_row("share, budget and slots stated", those([&](const start_log& l) { return l.stated; }));
    page += summary_row("the same, without vLLM before 0.8",
                        those([&](const start_log& l) { return l.stated && recent(l); }));
    page += summary_row("share stated, budget or slots by the board", those([](const start_log&) { return true; }));
    page += summary_row("the same, without vLLM before 0.8", those(recent));
    for (const char* name : {"vllm", "sglang", "tensorrt-llm", "tensorrt-llm-engine"})
        page += summary_row(name, those([&](const start_log& l) { return ours(l, name); }));
    for (const std::string& c : classes)
        page += summary_row(c, those([&](const start_log& l) { return l.board_class == c; }));

    std::map<starts, std::array<int, 4>> count;
    for (const judged& j : verdicts) {
        ++count[j.start.what][*j.log->starts ? 0 : 1];
        if (recent(*j.log)) ++count[j.start.what][*j.log->starts ? 2 : 3];
    }
    page +=
        "\n## Verdicts\n\nOf logs that state share and context, on boards that nothing else was on.\n\n| | started | "
        "did not "
        "| without vLLM before 0.8: started | did not |\n|---|---|---|---|---|\n";
    for (const starts s : {starts::fits, starts::may_not, starts::does_not})
        page +=
            fmt::format("| {} | {} | {} | {} | {} |\n", name_of(s), count[s][0], count[s][1], count[s][2], count[s][3]);

    page += fmt::format(
        "\n## Constants\n\n| | |\n|---|---|\n| reserve | {:.2f} GiB |\n| communication | {:.2f} "
        "GiB |\n| beside it on AMD | {:.2f} GiB |\n| recurrent layers, and the vision tower that all logged models of "
        "the kind have | {:.2f} GiB |\n| deviation: of "
        "weights, of what is besides, of the board | {:.2f}, {:.1f}, {:.2f} % |\n",
        in_gib(whole.constants.reserve), in_gib(whole.constants.communication), in_gib(whole.constants.amd_reserve),
        in_gib(whole.constants.state_workspace), 100 * whole.shares.of_weights, 100 * whole.shares.of_besides,
        100 * whole.shares.of_visible);

    page +=
        "\n## Every log\n\nGiB on one rank; `printed` is the server's. Rooms without a stated share are not scored. "
        "The "
        "probability is that of a start at the context of the log.\n\n| log | model | board | server | ranks | weights "
        "| "
        "printed | room | printed | error | starts | probability "
        "|\n|---|---|---|---|---|---|---|---|---|---|---|---|\n";
    for (const start_log& l : logs) {
        const judged j = judge(l, without[l.board_class]);
        const auto printed = [](const std::optional<double>& x) {
            return x ? fmt::format("{:.2f}", *x) : std::string();
        };
        page += fmt::format("| {} | {} | {} | {} {} | {} | {:.2f} | {} | {:.2f} | {} | {} | {} | {} |\n", l.id,
                            l.logged_model, l.board.name.view(), l.server.name.view(), l.version, l.cut.tensor,
                            in_gib(j.memory.weights), printed(l.weights), j.room, printed(l.kv),
                            scored(l) ? percent(j.error) : "", l.starts ? (*l.starts ? "yes" : "no") : "",
                            l.fraction_known && l.context > 0 ? fmt::format("{:.2f}", j.start.probability) : "");
    }
    generated::write(tree + "/docs/calibration/memory.md", page);
    generated::write(tree + "/include/gambrel/runtime/catalog/fitted_memory.hpp",
                     fmt::format("// SPDX-License-Identifier: Apache-2.0\n#pragma once\n/// Memory that vLLM keeps "
                                 "besides weights, activations and KV. "
                                 "Written by tools/fit_memory from data/memory; what it\n/// leaves of each log: "
                                 "docs/calibration/memory.md.\n\n"
                                 "#include <gambrel/runtime/memory_constants.hpp>\n\nnamespace gambrel::catalog "
                                 "{{\n\ninline constexpr memory_constants "
                                 "vllm_memory{{\n    .reserve = gibibytes({:.3f}),\n    .communication = "
                                 "gibibytes({:.3f}),\n    .amd_reserve = "
                                 "gibibytes({:.3f}),\n    .state_workspace = gibibytes({:.3f}),\n}};\n}}  // namespace "
                                 "gambrel::catalog\n",
                                 in_gib(whole.constants.reserve), in_gib(whole.constants.communication),
                                 in_gib(whole.constants.amd_reserve), in_gib(whole.constants.state_workspace)));
    generated::write(
        tree + "/include/gambrel/step/fitted_room.hpp",
        fmt::format(
            "// SPDX-License-Identifier: Apache-2.0\n#pragma once\n/// Shares of the deviation of the room for KV "
            "(step/start.hpp). Written by tools/fit_memory from data/memory.\n/// "
            "Evidence: tests/step/start_test.cpp; docs/calibration/memory.md.\n\nnamespace "
            "gambrel {{\n\nstruct room_deviation_shares {{\n    double of_weights = {:.4f};\n    double of_besides = "
            "{:.3f};\n    "
            "double of_visible = {:.4f};\n    double of_unified = {:.4f};\n}};\n}}  // namespace gambrel\n",
            whole.shares.of_weights, whole.shares.of_besides, whole.shares.of_visible, whole.shares.of_unified));
    return 0;
} catch (const std::exception& e) {
    fmt::print(stderr, "fit_memory: {}\n", e.what());
    return 2;
}
