// SPDX-License-Identifier: Apache-2.0
// fit_traffic DATA_DIR SOURCE_DIR: the lengths of recorded traffic in DATA_DIR/traces as tables of quantiles, written
// into the tree SOURCE_DIR
//
//   the tables                                  include/gambrel/workload/catalog/traffic.hpp
//   what they leave out, and a log-normal would docs/calibration/traffic.md
#include "generated.hpp"
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fmt/format.h>
#include <gambrel/ask/words.hpp>
#include <gambrel/workload/io/trace_csv.hpp>

using namespace gambrel;

namespace {
struct recording {
    const char *file, *identifier, *name, *title, *source, *date, *who;
};
constexpr recording recordings[]{
    {"azure2023_code.csv", "azure_code", "azure-code", "Azure 2023, code completion",
     "Azure/AzurePublicDataset, AzureLLMInferenceTrace_code (CC-BY 4.0)", "2023-11-16",
     "Microsoft Azure, an hour of one service"},
    {"azure2023_conv.csv", "azure_conversation", "azure-conversation", "Azure 2023, conversation",
     "Azure/AzurePublicDataset, AzureLLMInferenceTrace_conv (CC-BY 4.0)", "2023-11-16",
     "Microsoft Azure, an hour of one service"},
    {"mooncake_fast25_conversation.csv", "mooncake_conversation", "mooncake-conversation", "Mooncake, conversation",
     "kvcache-ai/Mooncake, FAST25 conversation trace (Apache-2.0)", "2025", "Moonshot AI, an hour"},
    {"mooncake_fast25_synthetic.csv", "mooncake_synthetic", "mooncake-synthetic",
     "Mooncake, long documents (synthetic)", "kvcache-ai/Mooncake, FAST25 synthetic trace (Apache-2.0)", "2025",
     "Moonshot AI, composed"},
};

std::vector<double> sorted(const trace& t, std::uint32_t trace_record::*part) {
    std::vector<double> all;
    for (const trace_record& r : t.records) all.push_back(static_cast<double>(r.*part));
    std::sort(all.begin(), all.end());
    return all;
}
double mean(const std::vector<double>& x) {
    double sum = 0.0;
    for (const double each : x) sum += each;
    return sum / static_cast<double>(x.size());
}
double variation(const std::vector<double>& x) {
    double sum = 0.0;
    for (const double each : x) sum += (each - mean(x)) * (each - mean(x)) / static_cast<double>(x.size());
    return std::sqrt(sum) / mean(x);
}
double quantile(const std::vector<double>& x, double p) {
    const double at = p * static_cast<double>(x.size() - 1);
    const auto below = static_cast<std::size_t>(at);
    const double above = x[std::min(below + 1, x.size() - 1)];
    return x[below] + (at - static_cast<double>(below)) * (above - x[below]);
}
double correlation(const trace& t) {
    double xy = 0.0, xx = 0.0, yy = 0.0;
    const double x = mean(sorted(t, &trace_record::prompt)), y = mean(sorted(t, &trace_record::output));
    for (const trace_record& r : t.records) {
        xy += (r.prompt - x) * (r.output - y);
        xx += (r.prompt - x) * (r.prompt - x);
        yy += (r.output - y) * (r.output - y);
    }
    return xy / std::sqrt(xx * yy);
}

/// As the table keeps it: to a tenth of a token.
std::string written(double tokens) { return fmt::format("{}", std::round(tokens * 10.0) / 10.0); }

/// The table of a sample, as it is written.
length table_of(const std::vector<double>& sample) {
    const length exact = length::empirical(sample);
    std::array<double, length::table_size> table{};
    for (std::size_t i = 0; i < table.size(); ++i)
        table[i] = std::stod(written(exact.quantile(length::probability(i))));
    return length::of_quantiles(table);
}

std::string quantiles(const std::vector<double>& sample) {
    const length exact = length::empirical(sample);
    std::string s;
    for (std::size_t i = 0; i < length::table_size; ++i)
        s += (i > 0 ? ", " : "") + written(exact.quantile(length::probability(i)));
    return "        " + ask::wrapped("length::of_quantiles({" + s + "})", 110, 30);
}

std::string signed_percent(double is, double should) { return fmt::format("{:+.0f} %", 100.0 * (is / should - 1.0)); }

std::string row(const char* what, const recording& r, const std::vector<double>& x) {
    const length table = table_of(x), curve = length::log_normal(mean(x), variation(x));
    std::string s =
        fmt::format("| `{}` | {} | {:.1f} | {:.3f} | {:.0f} |", r.name, what, mean(x), variation(x), x.front());
    for (const double p : {0.5, 0.9, 0.99}) s += fmt::format(" {:.0f} |", quantile(x, p));
    s += fmt::format(" {:.0f} |", x.back());
    for (const length* l : {&curve, &table}) {
        s += fmt::format(" {} |", signed_percent(l->mean(), mean(x)));
        for (const double p : {0.5, 0.9, 0.99}) s += " " + signed_percent(l->quantile(p), quantile(x, p));
        s += " |";
    }
    return s + "\n";
}
}  // namespace

int main(int argc, char** argv) try {
    if (argc != 3) fail("usage: fit_traffic DATA_DIR SOURCE_DIR");
    const std::string data = argv[1], tree = argv[2];
    std::string header =
        "// SPDX-License-Identifier: Apache-2.0\n#pragma once\n"
        "/// Lengths of recorded traffic, as quantiles (length::of_quantiles). Written by tools/fit_traffic from "
        "the traces\n"
        "/// named; what the tables leave out is in docs/calibration/traffic.md.\n\n"
        "#include <gambrel/workload/named_workload.hpp>\n\nnamespace gambrel::catalog {\n";
    std::string arrivals, lengths;
    for (const recording& r : recordings) {
        const trace t = read_trace(data + "/traces/" + r.file);
        const auto prompts = sorted(t, &trace_record::prompt), outputs = sorted(t, &trace_record::output);
        header += fmt::format(
            "\n/// {} requests.\ninline constexpr named_workload {}{{\n    .name = \"{}\",\n"
            "    .title = \"{}\",\n    .from = {{\"{}\",\n             \"{}\", evidence::measured}},\n",
            t.records.size(), r.identifier, r.name, r.title, r.source, r.date);
        header += "    .prompt =\n" + quantiles(prompts);
        header.insert(header.size() - 1, ",");
        header += "    .output =\n" + quantiles(outputs);
        header.insert(header.size() - 1, ",");
        header += "};\n";
        arrivals += fmt::format("| `{}` | {} | {} | {} | {:.0f} s | {:.2f} | {:.2f} | {:+.2f} |\n", r.name, r.source,
                                r.who, t.records.size(), t.duration(), t.rate(), t.variation(), correlation(t));
        lengths += row("prompt", r, prompts) + row("output", r, outputs);
    }
    generated::write(tree + "/include/gambrel/workload/catalog/traffic.hpp",
                     header + "}  // namespace gambrel::catalog\n");
    generated::write(
        tree + "/docs/calibration/traffic.md",
        "# Recorded traffic: lengths as tables\n\n"
        "Written by `tools/fit_traffic` from the traces named. A table has 33 quantiles "
        "([workload.md](../models/workload.md)); the traces themselves are not in the tree.\n\n"
        "## The recordings\n\n"
        "| workload | source | recorded by | requests | over | per s | variation of gaps | prompt-output correlation "
        "|\n"
        "|---|---|---|---|---|---|---|---|\n" +
            arrivals +
            "\nThe catalog draws prompt and output independently, and says nothing of prefixes that repeat. "
            "Mooncake's times are kept in ticks of 3 s, which makes its "
            "gaps look more varied than they were.\n\n"
            "## Lengths, in tokens\n\n"
            "Last columns: how far a log-normal with the same mean and variation, and the table, are from the "
            "recording: the "
            "mean, then p50, p90 and p99. The errors of the log-normal are why tables are kept; where a recording "
            "jumps "
            "between two of the table's quantiles (requests of two kinds), the table cuts the corner.\n\n"
            "| workload | of | mean | variation | least | p50 | p90 | p99 | most | log-normal: mean | p50 p90 p99 | "
            "table: mean | p50 p90 p99 |\n"
            "|---|---|---|---|---|---|---|---|---|---|---|---|---|\n" +
            lengths);
    return 0;
} catch (const std::exception& e) {
    fmt::print(stderr, "fit_traffic: {}\n", e.what());
    return 2;
}
