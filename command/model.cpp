// SPDX-License-Identifier: Apache-2.0
// gambrel model: parameters, weight bytes in every format, cache and state of a sequence.
#include <gambrel/ask/heading.hpp>
#include <gambrel/report/json/model_json.hpp>

#include "commands.hpp"
#include "output.hpp"

namespace command {

using namespace gambrel;

namespace {
std::string counted(count n) { return symbols::fixed(static_cast<double>(n), 0); }

void print(const ask::asked_model& asked, const storage_format& kv, const std::vector<double>& contexts) {
    const architecture& m = asked.model;
    using enum ask::align;
    const parameter_parts n = parameters_by_part(m);
    out("{} ({})\n", ask::clipped(m.name.view(), 56), ask::clipped(m.family.view(), 20));
    if (!asked.remark.empty()) out("{}", ask::notes_text({asked.remark}));
    out("{} layers, hidden {}, vocabulary {}, context {}\n", m.layers(), counted(m.hidden), counted(m.vocabulary),
        m.most_context > 0 ? counted(m.most_context) : "not stated");
    out("{} parameters, {} active per token ({} without the embedding's table)\n\n", counted(n.language_model()),
        counted(active_parameters(m)), counted(active_parameters_without_embedding(m)));

    ask::table parts({left, right, right, right});
    parts.row({"part", "parameters", "share", "as published"});
    const auto row = [&](const char* name, count parameters, const bytes<>& stored, bool share) {
        if (parameters == 0 && stored.value() == 0.0) return;
        parts.row(
            {name, counted(parameters),
             share ? ask::percent(static_cast<double>(parameters) / static_cast<double>(n.language_model())) : "beside",
             to_string(stored)});
    };
    for (const report::model_part& p : report::parts_of(m)) row(p.name, p.parameters, p.stored, true);
    const weight_byte_parts b = weight_bytes_by_part(m, m.stored);
    row("MTP modules", n.mtp, b.mtp, false);
    row("vision tower", n.vision, b.vision, false);
    out("{}\n", parts.text());

    ask::table sizes({left, right, right, left, right, right});
    sizes.row({"weights in", "", "", "weights in", "", ""});
    std::vector<std::pair<std::string, bytes<>>> all{{"as published", weight_bytes(m, m.stored)}};
    for (const storage_format* f : gambrel::storage_formats)
        all.emplace_back(f->name.str(), weight_bytes(m, linear_layers_in(*f)));
    for (const auto& each : report::gguf_sizes(m)) all.push_back(each);
    const std::size_t half = (all.size() + 1) / 2;
    for (std::size_t i = 0; i < half; ++i) {
        std::vector<std::string> cells;
        for (const std::size_t j : {i, i + half})
            if (j < all.size()) {
                cells.push_back(all[j].first);
                cells.push_back(to_string(all[j].second));
                cells.push_back(to_string_binary(all[j].second));
            }
        sizes.row(cells);
    }
    out("{}\n", sizes.text());

    const bytes<> window_free = kv_bytes_per_token_unbounded(m, kv), every = kv_bytes_per_token(m, kv);
    out("KV cache in {}: {} bytes per token", kv.name.view(), symbols::fixed(every.value(), 0));
    if (window_free < every) out(" ({} once every window is full)", symbols::fixed(window_free.value(), 0));
    if (indexer_bytes_per_token(m).value() > 0.0)
        out(", indexer {}", symbols::fixed(indexer_bytes_per_token(m).value(), 0));
    out("\n");
    if (state_bytes(m).value() > 0.0) out("state of a sequence, in fp32: {}\n", to_string(state_bytes(m)));
    ask::table sequences({right, right});
    sequences.row({"sequence of", "keeps"});
    for (const double length : contexts)
        sequences.row({counted(static_cast<count>(length)) + " tokens", to_string(sequence_bytes(m, length, kv))});
    out("{}", sequences.text());
    if (asked.assumed.empty()) return;
    ask::table assumed({left, left, left});
    assumed.row({"not in the file", "taken as", "why"});
    for (const auto& a : asked.assumed)
        assumed.row({ask::clipped(a.key, 40), ask::clipped(a.value, 20), ask::clipped(a.why, 36)});
    out("\n{}", assumed.text());
}

struct model_options {
    std::string model, kv = "fp16";
    std::optional<double> context;
    bool json = false;
};
}  // namespace

void add_model(CLI::App& app) {
    CLI::App& sub = *app.add_subcommand("model", "parameters, weight bytes and cache of a model");
    const auto o = std::make_shared<model_options>();
    sub.add_option("model,--model,--config", o->model, "name (docs/names.md), config.json or model directory")
        ->required();
    sub.add_option("--kv", o->kv, "storage format of the KV cache (fp8, q8_0 of llama.cpp ...), or stored")
        ->capture_default_str();
    sub.add_option("--context", o->context, "tokens of a sequence");
    sub.add_flag("--json", o->json, "print JSON (docs/json.md)");
    sub.callback([o] {
        const ask::asked_model asked = ask::asked_model_of(o->model);
        const architecture& m = asked.model;
        const storage_format kv = o->kv == "stored" ? m.kv_cache : ask::kv_format_of(o->kv);
        const std::vector<double> contexts = report::contexts_of(m, o->context);
        auto j = report::model_json(m, kv, contexts);
        if (!asked.assumed.empty()) j["assumed"] = report::assumed_json(asked.assumed);
        if (o->json) out_json(j);
        else print(asked, kv, contexts);
    });
}
}  // namespace command
