// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Changes to how the model is cut, to the server, to the machine and to its price. Evidence:
/// tests/ask/advice_test.cpp.

#include <gambrel/ask/advice/what_if.hpp>
#include <gambrel/hardware/catalog.hpp>
#include <gambrel/runtime/catalog.hpp>

namespace gambrel::ask::changes {

inline std::string more_ranks(advised_case& c, const advice_baseline& now) {
    if (2 * now.asked.what.cut.tensor > detail::most_ranks_tried(now.board())) return "no link joins as many devices";
    if (now.asked.pools.on()) return "there are two pools";
    c.options.tensor *= 2;
    return {};
}
/// Half the ranks and twice the copies: the same devices.
inline std::string fewer_ranks(advised_case& c, const advice_baseline& now) {
    if (c.options.tensor < 2 || c.options.tensor % 2 != 0) return "one rank holds a layer";
    if (c.options.expert > 1 || c.options.data > 1) return "experts are spread over the ranks";
    if (now.asked.pools.on()) return "there are two pools";
    c.options.tensor /= 2;
    c.options.replicas *= 2;
    return {};
}
inline std::string stages(advised_case& c, const advice_baseline& now) {
    if (c.options.tensor < 2 || c.options.tensor % 2 != 0) return "there is one tensor rank: stages would add devices";
    if (now.asked.pools.on() || c.options.expert > 1) return "experts or pools are cut otherwise";
    c.options.tensor /= 2;
    c.options.pipeline *= 2;
    return {};
}
inline std::string expert_ranks(advised_case& c, const advice_baseline& now) {
    if (is_dense(now.asked.what.model)) return "the model has no experts";
    if (c.options.expert > 1) return "experts are spread already";
    if (c.options.tensor * c.options.data < 2) return "there is one rank";
    c.options.expert = c.options.tensor * c.options.data;
    return {};
}
inline std::string attention_copies(advised_case& c, const advice_baseline& now) {
    if (is_dense(now.asked.what.model)) return "the model has no experts: copies of attention alone need them";
    if (c.options.tensor < 2 || c.options.data > 1) return "attention is not cut over ranks";
    c.options.data = c.options.tensor;
    c.options.tensor = 1;
    c.options.expert = c.options.data;
    return {};
}
inline std::string balanced_experts(advised_case& c, const advice_baseline& now) {
    if (is_dense(now.asked.what.model) || c.options.expert < 2) return "no experts are spread";
    if (c.options.balanced_experts) return "it is on";
    c.options.balanced_experts = true;
    return {};
}
inline std::string two_batches(advised_case& c, const advice_baseline& now) {
    if (is_dense(now.asked.what.model) || c.options.data < 2)
        return "no tokens are exchanged between copies of attention";
    if (c.options.two_batches) return "it is on";
    if (same_name(c.options.exchange, "gather")) c.options.exchange = "by_pass";
    c.options.two_batches = true;
    return {};
}
inline std::string two_pools(advised_case& c, const advice_baseline& now) {
    if (now.asked.pools.on()) return "there are two pools";
    if (!now.closed_loop() || c.options.batch)
        return "two pools are predicted for clients here; plan sizes them for a rate";
    if (c.options.replicas < 2 || c.options.replicas % 2 != 0)
        return "two replicas or more are needed, an even number, for as many devices in both pools";
    c.options.prefill_replicas = c.options.decode_replicas = c.options.replicas / 2;
    c.options.replicas = 1;
    return {};
}

/// The newest other server that has kernels for the formats and is built for such devices.
inline std::string other_server(advised_case& c, const advice_baseline& now, const char* name) {
    const runtime<>& other = runtime_named(name);
    if (runtime_of_era(now.software().name.view()) == runtime_of_era(other.name.view())) return "it is the server";
    if (now.asked.what.formats.weights.feed_forward.gguf) return "it reads no GGUF";
    c.software = std::make_shared<const runtime<>>(other);
    return {};
}
inline std::string sglang(advised_case& c, const advice_baseline& now) { return other_server(c, now, "sglang"); }
inline std::string tensorrt_llm(advised_case& c, const advice_baseline& now) {
    return other_server(c, now, "tensorrt-llm");
}
inline std::string vllm(advised_case& c, const advice_baseline& now) { return other_server(c, now, "vllm"); }
inline std::string newer_server(advised_case& c, const advice_baseline& now) {
    const std::string name = now.software().name.str(), family = name.substr(0, name.find('@'));
    if (family == name) return "it is the newest that is known";
    c.software = std::make_shared<const runtime<>>(runtime_named(family));
    return {};
}

/// Another device, whoever made it, at the same number; a server or a format that it does not run is refused by the
/// prediction. Which ones: those that clouds rent most, by the quotes shipped.
inline std::string other_device(advised_case& c, const advice_baseline& now, const char* name) {
    const device<>* other = find_device(name);
    if (other == nullptr || other->name == now.board().name) return "it is the device";
    if (c.options.memory) return "the memory is stated";
    if (c.options.calibration) return "the calibration is of this device";
    c.board = std::make_shared<const device<>>(*other);
    c.options.price.reset();
    return {};
}
inline std::string h100(advised_case& c, const advice_baseline& now) { return other_device(c, now, "h100-sxm"); }
inline std::string h200(advised_case& c, const advice_baseline& now) { return other_device(c, now, "h200-sxm"); }
inline std::string b200(advised_case& c, const advice_baseline& now) { return other_device(c, now, "b200"); }
inline std::string l40s(advised_case& c, const advice_baseline& now) { return other_device(c, now, "l40s"); }
inline std::string mi300x(advised_case& c, const advice_baseline& now) { return other_device(c, now, "mi300x"); }

/// Less power, so lower clocks: what memory bounds hardly slows, and every token takes fewer joules.
inline std::string power_cap(advised_case& c, const advice_baseline& now) {
    const device<>& d = now.board();
    if (!d.power.limit.known()) return "no power limit of it is known";
    if (d.vendor != vendor::nvidia && d.vendor != vendor::amd) return "its limit cannot be set";
    device<> capped = d;
    capped.power.limit.value = capped.power.limit.value * 0.7;
    c.board = std::make_shared<const device<>>(capped);
    return {};
}

inline std::string contract(advised_case& c, const advice_baseline& now, commitment terms) {
    const auto quoted = typical_price(now.board().name.view(), now.asked.prices, terms);
    if (!quoted) return "no such quote of it is known";
    if (!now.now.rent) return "no rent on demand of it is known";
    c.options.price = quoted->value / dollars_per_hour(1.0);
    return {};
}
inline std::string spot(advised_case& c, const advice_baseline& now) { return contract(c, now, commitment::spot); }
inline std::string reserved(advised_case& c, const advice_baseline& now) {
    return contract(c, now, commitment::reserved);
}
}  // namespace gambrel::ask::changes
