// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Changes to the model: how it is stored, who drafts for it, what is left out of it. Evidence: tests/ask/advice_test.cpp.

#include <gambrel/ask/advice/what_if.hpp>
#include <gambrel/model/catalog.hpp>
#include <regex>

namespace gambrel::ask::changes {

/// The bits of the widest linear layers.
inline double linear_bits(const advice_baseline& now) { return detail::weight_bits(now.asked.what); }

inline std::string narrow_weights(advised_case& c, const advice_baseline& now, const char* name, double bits,
                                  multiply issue, const char* unit) {
    if (linear_bits(now) <= bits) return "weights are as narrow already";
    const device<>& d = now.board();
    const bool has = issue == multiply::as_8_bit_float     ? d.peak.fp8.known()
                     : issue == multiply::as_4_bit_float   ? d.peak.fp4.known()
                     : issue == multiply::as_8_bit_integer ? d.peak.int8.known()
                                                           : true;
    if (!has) return d.name.str() + " has no " + unit;
    c.options.weights = name;
    return {};
}
inline std::string fp8_weights(advised_case& c, const advice_baseline& now) {
    return narrow_weights(c, now, "fp8", 8.0, multiply::as_8_bit_float, "fp8 multiply");
}
inline std::string int8_weights(advised_case& c, const advice_baseline& now) {
    return narrow_weights(c, now, "int8", 8.0, multiply::as_8_bit_integer, "int8 multiply");
}
inline std::string int4_weights(advised_case& c, const advice_baseline& now) {
    return narrow_weights(c, now, "int4", 4.5, multiply::as_16_bit, "");
}
inline std::string fp4_weights(advised_case& c, const advice_baseline& now) {
    return narrow_weights(c, now, now.board().vendor == vendor::nvidia ? "nvfp4" : "mxfp4", 4.5,
                          multiply::as_4_bit_float, "fp4 multiply");
}
inline std::string fp8_cache(advised_case& c, const advice_baseline& now) {
    if (now.asked.what.formats.kv.bits <= 8.5) return "the cache is as narrow already";
    if (!now.software().formats.fp8_kv) return now.software().name.str() + " keeps no cache in fp8";
    c.options.kv = "fp8";
    return {};
}

inline std::string guesses_by(advised_case& c, const advice_baseline& now, const char* method) {
    if (now.asked.what.speculation.on()) return "something drafts already";
    if (now.software().scheduling.batching == batching::fixed_batch) return "batches are static";
    c.options.draft_method = method;
    return {};
}
inline std::string eagle3(advised_case& c, const advice_baseline& now) { return guesses_by(c, now, "eagle3"); }
inline std::string n_grams(advised_case& c, const advice_baseline& now) { return guesses_by(c, now, "ngram"); }
inline std::string prediction_module(advised_case& c, const advice_baseline& now) {
    if (now.asked.what.model.mtp.modules == 0) return "the model has no prediction module";
    return guesses_by(c, now, "mtp");
}

/// The next smaller model of the catalog whose name differs by its size alone; null: none.
inline const architecture* smaller_sibling(const architecture& m) {
    static const std::regex size(R"((\d+(?:\.\d+)?)[bB](?![a-zA-Z0-9]))");
    const auto split = [](const std::string& name) -> std::optional<std::pair<double, std::string>> {
        std::smatch found;
        if (!std::regex_search(name, found, size)) return {};
        return std::pair{std::stod(found[1].str()), found.prefix().str() + "#" + found.suffix().str()};
    };
    const auto own = split(m.name.str());
    if (!own) return nullptr;
    const architecture* best = nullptr;
    double largest = 0.0;
    for (const architecture* other : all_models)
        if (other->name.view().substr(0, 4) == m.name.view().substr(0, 4))
            if (const auto theirs = split(other->name.str());
                theirs && theirs->second == own->second && theirs->first < own->first && theirs->first > largest) {
                best = other;
                largest = theirs->first;
            }
    return best;
}
inline std::string smaller_model(advised_case& c, const advice_baseline&) {
    const architecture* small = smaller_sibling(*c.model);
    if (small == nullptr) return "the catalog has no smaller model of that name";
    c.model = std::make_shared<const architecture>(*small);
    return {};
}
inline std::string draft_model(advised_case& c, const advice_baseline& now) {
    const architecture* small = smaller_sibling(now.asked.what.model);
    if (small == nullptr) return "the catalog has no smaller model of that name";
    if (now.asked.what.speculation.on()) return "something drafts already";
    if (now.software().scheduling.batching == batching::fixed_batch) return "batches are static";
    c.options.draft_model = small->name.str();
    return {};
}

/// Every fifth layer left out.
inline std::string pruned(advised_case& c, const advice_baseline&) {
    if (c.model->layers() < 10) return "the model has few layers";
    architecture m = *c.model;
    for (std::size_t i = 0; i < m.group_count; ++i)
        m.groups[i].layers = std::max<count>(1, (m.groups[i].layers * 4 + 4) / 5);
    c.model = std::make_shared<const architecture>(m);
    return {};
}
/// Two of four elements with two bits of place each: bits / 2 + 1 for an element.
inline std::string sparse(advised_case& c, const advice_baseline& now) {
    if (now.board().vendor != vendor::nvidia || now.board().year < 2020) return "the device has no 2:4 multiply";
    if (linear_bits(now) < 8.0) return "kernels for 2:4 are of 8 and 16 bits";
    if (!is_dense(*c.model)) return "kernels for 2:4 are of dense layers";
    c.sparse = true;
    return {};
}
inline std::string merged_adapter(advised_case& c, const advice_baseline&) {
    if (c.options.adapter_rank == 0) return "there is no adapter";
    if (c.options.adapters > 1) return "requests of a batch use different adapters";
    c.options.adapter_rank = 0;
    return {};
}

/// Linear layers of `w` in 2:4.
inline weight_formats two_of_four(weight_formats w) {
    for (storage_format* f : {&w.attention, &w.feed_forward, &w.shared_experts}) f->bits = 0.5 * f->bits + 1.0;
    return w;
}
}  // namespace gambrel::ask::changes
