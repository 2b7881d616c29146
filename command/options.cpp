// SPDX-License-Identifier: Apache-2.0
#include "options.hpp"

#include <gambrel/units_io.hpp>
#include <gambrel/workload/catalog.hpp>

namespace command {

using namespace gambrel;

void deployment_options::add_to(CLI::App& app) {
    const std::string what = "What is deployed", load = "What is asked of it", money = "What it costs",
                      settings = "Settings of the runtime";
    app.add_option("--model,--config", model, "catalog name, config.json or model directory")->required()->group(what);
    app.add_option("--device", device, "catalog name or device .json")->required()->group(what);
    app.add_option("--memory", memory, "of one device where the catalog has none or another, \"384 GiB\"")->group(what);
    app.add_option("--runtime", runtime, "serving software; vllm where it runs")->group(what);
    app.add_option("--calibration", calibration, "file of `gambrel calibrate`")->group(what);
    app.add_option("--weights", terms.weights, "storage format of the linear layers, or a GGUF file type: q4_k_m")
        ->capture_default_str()
        ->group(what);
    app.add_option("--kv", terms.kv, "storage format of the KV cache")->capture_default_str()->group(what);
    app.add_option("--tp", terms.tensor, "tensor parallel ranks")->capture_default_str()->group(what);
    app.add_option("--pp", terms.pipeline, "pipeline stages")->capture_default_str()->group(what);
    app.add_option("--dp", terms.data, "attention copies that share the experts")->capture_default_str()->group(what);
    app.add_option("--ep", terms.expert, "expert parallel ranks")->capture_default_str()->group(what);
    app.add_option("--replicas", terms.replicas, "independent copies of all this")->capture_default_str()->group(what);
    app.add_option("--lora-rank", terms.adapter_rank, "rank of unmerged adapters on every linear layer")->group(what);
    app.add_option("--lora-adapters", terms.adapters, "different adapters in a batch")
        ->capture_default_str()
        ->group(what);
    app.add_flag("--sp", terms.sequence, "cut activations over the tensor ranks too")->group(what);
    app.add_option("--prompt", prompt, "tokens, uniform:LOW:HIGH or lognormal:MEAN:VARIATION")
        ->default_str("1024")
        ->group(load);
    app.add_option("--output", output, "likewise")->default_str("256")->group(load);
    app.add_option("--workload", workload, "lengths and protocol by name: `gambrel workloads`")->group(load);
    app.add_option("--concurrency", terms.concurrency, "clients that each wait for their answer [1]")->group(load);
    app.add_option("--rate", terms.rate, "requests per second instead")->group(load);
    app.add_option("--batch", terms.batch, "one static batch instead")->group(load);
    app.add_option("--images", terms.images, "per request, before the text")->capture_default_str()->group(load);
    app.add_option("--prefix-hit", terms.prefix_hit, "share of prompt tokens found in the prefix cache")
        ->capture_default_str()
        ->group(load);
    app.add_option("--protocol", protocol, "steady, or benchmark: all clients at once, ten prompts each")
        ->default_str("steady")
        ->group(load);
    app.add_flag("--burst", burst, "the same as --protocol benchmark")->group(load);
    app.add_option("--price", terms.price, "$ per device-hour; else the median of known quotes")->group(money);
    app.add_option("--price-kwh", terms.price_kwh, "$ per kWh [0.12]")->group(money);
    app.add_option("--pue", terms.pue, "building power / IT power")->capture_default_str()->group(money);
    app.add_option("--server-power", terms.server, "IT power / board power")->capture_default_str()->group(money);
    app.add_option("--token-budget", terms.token_budget, "most tokens of one step")->group(settings);
    app.add_option("--max-sequences", terms.most_sequences, "slots")->group(settings);
    app.add_option("--memory-fraction", terms.memory_fraction, "share of the memory it may take")->group(settings);
    app.add_flag("--json", json, "print JSON (docs/json.md)");
}

ask::terms deployment_options::read() const {
    ask::terms t = terms;
    if (burst && protocol.value_or("steady") == "steady" && t.rate)
        fail("--burst needs clients: use --concurrency, not --rate");
    if (!workload.empty()) t = ask::under(std::move(t), workload_named(workload));
    if (protocol) t.protocol = *protocol;
    if (burst) t.protocol = "benchmark";
    if (!memory.empty()) t.memory = parse<bytes<>>(memory);
    if (prompt) t.prompt = ask::length_of(*prompt, "--prompt");
    if (output) t.output = ask::length_of(*output, "--output");
    if (!calibration.empty()) t.calibration = read_calibration(calibration);
    return t;
}
}  // namespace command
