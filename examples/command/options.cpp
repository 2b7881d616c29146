// SPDX-License-Identifier: Apache-2.0
#include "options.hpp"

#include <charconv>
#include <filesystem>
#include <ridgepoint/hardware/catalog.hpp>
#include <ridgepoint/hardware/io/device_json.hpp>
#include <ridgepoint/model/catalog.hpp>
#include <ridgepoint/model/gguf.hpp>
#include <ridgepoint/model/io/hugging_face.hpp>
#include <ridgepoint/report/calibration_file.hpp>
#include <ridgepoint/runtime/catalog.hpp>
#include <ridgepoint/units_io.hpp>

namespace command {

using namespace ridgepoint;
namespace fs = std::filesystem;

namespace {
bool ends_with(std::string_view s, std::string_view end) {
    return s.size() >= end.size() && s.substr(s.size() - end.size()) == end;
}

/// What to call a model whose configuration names only its family: its directory, or its file.
std::string name_from(const fs::path& path) {
    const fs::path full = fs::absolute(path).lexically_normal();
    if (full.filename() == "config.json") return full.parent_path().filename().string();
    return (full.has_filename() ? full.stem() : full.parent_path().filename()).string();
}

/// The number that `part` of what was typed for `option` is.
double number_of(std::string_view part, std::string_view typed, const std::string& option) {
    double x = 0.0;
    const auto [end, wrong] = std::from_chars(part.data(), part.data() + part.size(), x);
    if (wrong != std::errc{} || end != part.data() + part.size())
        fail(option + " is \"" + std::string(typed.substr(0, 40)) +
             "\"; it must be tokens (2048), uniform:LOW:HIGH or lognormal:MEAN:VARIATION");
    return x;
}

/// Where no runtime is asked for: vLLM, or the one most used where vLLM does not run.
const runtime<>& usual_runtime(const device<>& d) {
    if (runs_on(catalog::vllm, d)) return catalog::vllm;
    if (d.vendor == vendor::apple) return catalog::llama_cpp_metal;
    for (const runtime<>* each : all_runtimes)
        if (runs_on(*each, d)) return *each;
    return catalog::vllm;
}

runtime<> runtime_of(const deployment_options& o, const device<>& d) {
    runtime<> r = o.runtime.empty() ? usual_runtime(d) : runtime_named(o.runtime);
    if (o.token_budget) r.scheduling.token_budget = checked(*o.token_budget, 1.0, 1e7, "the token budget");
    if (o.most_sequences) r.scheduling.most_sequences = checked(*o.most_sequences, 1.0, 1e6, "the most sequences");
    if (o.memory_fraction) r.memory.fraction = checked(*o.memory_fraction, 0.01, 1.0, "the memory fraction");
    return r;
}

precision precision_of(const deployment_options& o, const architecture& m) {
    precision p{.weights = as_served(m.stored), .kv = m.kv_cache};
    if (o.weights != "stored") p.weights = weights_of(o.weights, m);
    if (o.kv != "stored") p.kv = format_of(o.kv);
    return p;
}

device<> with_memory(device<> d, const std::string& text) {
    if (text.empty()) return d;
    const bytes<> capacity = parse<bytes<>>(text);
    checked(capacity / gibibytes(1), 1e-3, 1e6, "the memory of a device in GiB");
    d.memory.capacity = capacity;
    return d;
}

adapter adapter_of(const deployment_options& o) {
    if (o.adapter_rank == 0) return {};
    checked(o.adapter_rank, 1, 4096, "the rank of adapters");
    checked(o.adapters, 1, 1e6, "the number of adapters");
    return {.rank = o.adapter_rank, .on_feed_forward = true, .distinct_in_batch = o.adapters};
}

workload workload_of(const deployment_options& o) {
    if (int(o.concurrency.has_value()) + int(o.rate.has_value()) + int(o.batch.has_value()) > 1)
        fail("--concurrency, --rate and --batch exclude each other: clients, requests per second, or one static batch");
    if (o.protocol != "steady" && o.protocol != "benchmark")
        fail("--protocol is \"" + o.protocol + "\"; it must be steady or benchmark");
    if (o.burst && o.protocol == "steady" && o.rate) fail("--burst needs clients: use --concurrency, not --rate");
    workload w{.prompt = length_of(o.prompt, "--prompt"), .output = length_of(o.output, "--output")};
    w.concurrency = o.concurrency.value_or(1.0);
    if (o.rate) w.rate = requests_per_second(checked(*o.rate, 1e-9, 1e9, "the request rate per second"));
    w.images = o.images;
    w.prefix_hit = o.prefix_hit;
    if (o.burst || o.protocol == "benchmark") w.protocol = protocol::serving_benchmark();
    return checked(w);
}
}  // namespace

architecture model_of(const std::string& text) {
    std::error_code ignored;
    const bool file = fs::is_regular_file(text, ignored),
               directory = fs::is_regular_file(fs::path(text) / "config.json", ignored);
    const bool path =
        text.rfind('/', 0) == 0 || text.rfind("./", 0) == 0 || text.rfind("../", 0) == 0 || ends_with(text, ".json");
    if (!file && !directory && !path) return model_named(text);
    architecture m = read_config(fs::path(text));
    if (m.name == m.family) m.name = std::string_view(name_from(text)).substr(0, name_text{}.characters.size());
    return m;
}

device<> device_of(const std::string& text) {
    return ends_with(text, ".json") ? read_device(fs::path(text)) : device_named(text);
}

const std::vector<const storage_format*>& all_formats() {
    static const std::vector<const storage_format*> all{
        &formats::bf16,  &formats::fp16,  &formats::fp32,      &formats::fp8,      &formats::fp8_block,
        &formats::int8,  &formats::w8a16, &formats::int4_g128, &formats::int4_g32, &formats::nvfp4,
        &formats::mxfp4, &formats::mxfp8, &formats::nf4};
    return all;
}

namespace {
const storage_format* find_format(const std::string& text) {
    for (const storage_format* f : all_formats())
        if (ridgepoint::detail::same_name(f->name.view(), text)) return f;
    return nullptr;
}

std::vector<std::string_view> format_names() {
    std::vector<std::string_view> names;
    for (const storage_format* f : all_formats()) names.push_back(f->name.view());
    return names;
}
}  // namespace

const storage_format& format_of(const std::string& text) {
    if (const storage_format* f = find_format(text)) return *f;
    ridgepoint::detail::fail_unknown("format", text, format_names());
}

weight_formats weights_of(const std::string& text, const architecture& m) {
    if (const storage_format* f = find_format(text)) return linear_layers_in(*f);
    if (const auto type = find_gguf_file_type(text)) return gguf_formats(m, *type);
    std::vector<std::string_view> names = format_names();
    for (const auto& row : gguf_file_types) names.push_back(row.name);
    ridgepoint::detail::fail_unknown("format", text, names);
}

length length_of(const std::string& text, const std::string& option) {
    const std::string_view all = text;
    const std::size_t first = all.find(':');
    if (first == std::string_view::npos) return length(number_of(all, all, option));
    const std::string_view kind = all.substr(0, first), rest = all.substr(first + 1);
    const std::size_t second = rest.find(':');
    const double a = number_of(rest.substr(0, second), all, option);
    const double b = number_of(second == std::string_view::npos ? "" : rest.substr(second + 1), all, option);
    if (kind == "uniform") return length::uniform(a, b);
    if (kind == "lognormal") return length::log_normal(a, b);
    ridgepoint::detail::fail_unknown("distribution of " + option, kind,
                                     std::array<std::string_view, 2>{"uniform", "lognormal"});
}

void deployment_options::add_to(CLI::App& app) {
    const std::string what = "What is deployed", load = "What is asked of it", money = "What it costs",
                      settings = "Settings of the runtime";
    app.add_option("--model,--config", model, "catalog name, config.json or model directory")->required()->group(what);
    app.add_option("--device", device, "catalog name or device .json")->required()->group(what);
    app.add_option("--memory", memory, "of one device where the catalog has none or another, \"384 GiB\"")->group(what);
    app.add_option("--runtime", runtime, "serving software; vllm where it runs")->group(what);
    app.add_option("--calibration", calibration, "file of `ridgepoint calibrate`")->group(what);
    app.add_option("--weights", weights, "storage format of the linear layers, or a GGUF file type: q4_k_m")
        ->capture_default_str()
        ->group(what);
    app.add_option("--kv", kv, "storage format of the KV cache")->capture_default_str()->group(what);
    app.add_option("--tp", tensor, "tensor parallel ranks")->capture_default_str()->group(what);
    app.add_option("--pp", pipeline, "pipeline stages")->capture_default_str()->group(what);
    app.add_option("--dp", data, "attention copies that share the experts")->capture_default_str()->group(what);
    app.add_option("--ep", expert, "expert parallel ranks")->capture_default_str()->group(what);
    app.add_option("--replicas", replicas, "independent copies of all this")->capture_default_str()->group(what);
    app.add_option("--lora-rank", adapter_rank, "rank of unmerged adapters on every linear layer")->group(what);
    app.add_option("--lora-adapters", adapters, "different adapters in a batch")->capture_default_str()->group(what);
    app.add_flag("--sp", sequence, "cut activations over the tensor ranks too")->group(what);
    app.add_option("--prompt", prompt, "tokens, uniform:LOW:HIGH or lognormal:MEAN:VARIATION")
        ->capture_default_str()
        ->group(load);
    app.add_option("--output", output, "likewise")->capture_default_str()->group(load);
    app.add_option("--concurrency", concurrency, "clients that each wait for their answer [1]")->group(load);
    app.add_option("--rate", rate, "requests per second instead")->group(load);
    app.add_option("--batch", batch, "one static batch instead")->group(load);
    app.add_option("--images", images, "per request, before the text")->capture_default_str()->group(load);
    app.add_option("--prefix-hit", prefix_hit, "share of prompt tokens found in the prefix cache")
        ->capture_default_str()
        ->group(load);
    app.add_option("--protocol", protocol, "steady, or benchmark: all clients at once, ten prompts each")
        ->capture_default_str()
        ->group(load);
    app.add_flag("--burst", burst, "the same as --protocol benchmark")->group(load);
    app.add_option("--price", price, "$ per device-hour; else the median of known quotes")->group(money);
    app.add_option("--price-kwh", price_kwh, "$ per kWh [0.12]")->group(money);
    app.add_option("--pue", pue, "building power / IT power")->capture_default_str()->group(money);
    app.add_option("--server-power", server, "IT power / board power")->capture_default_str()->group(money);
    app.add_option("--token-budget", token_budget, "most tokens of one step")->group(settings);
    app.add_option("--max-sequences", most_sequences, "slots")->group(settings);
    app.add_option("--memory-fraction", memory_fraction, "share of the memory it may take")->group(settings);
    app.add_flag("--json", json, "print JSON (docs/json.md)");
}

namespace {
/// The factors of the user's own calibration, which must be of this device and this runtime.
adjustment adjustment_of(const deployment_options& o, const device<>& d, const runtime<>& r) {
    if (o.calibration.empty()) return {};
    const report::calibration_file f = report::read_calibration(o.calibration);
    if (!f.device.empty() && d.name.view() != f.device)
        fail("the calibration " + o.calibration + " is of " + f.device + ", not of " + d.name.str());
    if (!f.runtime.empty() && r.name.view() != f.runtime)
        fail("the calibration " + o.calibration + " is of " + f.runtime + ", not of " + r.name.str());
    return f.adjustment;
}
}  // namespace

asked::asked(const deployment_options& o)
    : model_(model_of(o.model)),
      device_(with_memory(device_of(o.device), o.memory)),
      runtime_(runtime_of(o, device_)),
      adjustment_(adjustment_of(o, device_, runtime_)),
      question{.what = {model_,
                        device_,
                        runtime_,
                        {.tensor = o.tensor,
                         .pipeline = o.pipeline,
                         .data = o.data,
                         .expert = o.expert,
                         .replicas = o.replicas,
                         .sequence = o.sequence},
                        precision_of(o, model_),
                        adjusted(default_calibration(device_, runtime_.kernels), adjustment_),
                        adapter_of(o)},
               .load = workload_of(o),
               .static_batch = o.batch} {
    runtime_ = adjusted(runtime_, adjustment_);
    question.others = all_runtimes;
    if (o.batch) checked(*o.batch, 1.0, most_clients, "the batch");
    if (o.price) question.rent = dollars_per_hour(checked(*o.price, 0.0, 1e6, "the price in dollars per device-hour"));
    if (o.price_kwh)
        question.electricity =
            dollars_per_kilowatt_hour(checked(*o.price_kwh, 0.0, 100.0, "the electricity price in dollars per kWh"));
    question.around = {checked(o.server, 1.0, 10.0, "the server factor"),
                       checked(o.pue, 1.0, 5.0, "the power usage effectiveness")};
}
}  // namespace command
