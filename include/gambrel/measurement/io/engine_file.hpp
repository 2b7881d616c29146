// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Engines that published tables measured and that are no products to plan with: research and vendor harnesses, mostly
/// of one static batch. Each is a runtime of the catalog that works most alike, with what it does otherwise
/// (data/engines.json; schema in data/README.md). Evidence: tests/measurement/conventions_test.cpp.

#include <gambrel/measurement/io/data_file.hpp>
#include <gambrel/runtime/catalog.hpp>

namespace gambrel::detail {

inline std::vector<std::string> words_in(const data_value& v) {
    std::vector<std::string> all;
    if (v.is_string()) return {v.text()};
    for (const data_value& each : v.entries()) all.push_back(each.text());
    return all;
}

/// A flag for each of `words`: whether `v` lists it.
template <std::size_t N> std::array<bool, N> listed(const data_value& v, const std::array<const char*, N>& words) {
    std::array<bool, N> has{};
    for (const std::string& word : words_in(v)) {
        const auto at = std::find(words.begin(), words.end(), word);
        if (at == words.end()) v.wrong("has \"" + word.substr(0, 40) + "\", which is none of its values");
        has[static_cast<std::size_t>(at - words.begin())] = true;
    }
    return has;
}

inline const runtime<>& engine_like(const data_value& v) {
    const runtime<>* base = find_runtime(v.text());
    if (!base) v.wrong("is \"" + v.text().substr(0, 40) + "\", which is no runtime of the catalog");
    return *base;
}
template <class Enum> Enum only_value(const data_value& v, std::string_view name, Enum value) {
    if (v.text() != name) v.wrong("can only be " + std::string(name));
    return value;
}

inline runtime<> read_engine(const data_value& v) {
    constexpr std::array<std::string_view, 16> keys{"name",
                                                    "about",
                                                    "like",
                                                    "title",
                                                    "version",
                                                    "batching",
                                                    "admission",
                                                    "chunked_prefill",
                                                    "max_num_seqs",
                                                    "kernels",
                                                    "formats",
                                                    "vendors",
                                                    "memory_like",
                                                    "prompts_per_step",
                                                    "host_ms_per_step",
                                                    "frontend"};
    constexpr source guess{"a-priori guess, of an engine in the data files", "2026-11", evidence::recalled};
    const auto members = v.members(keys);
    const auto like = std::find_if(members.begin(), members.end(), [](const auto& m) { return m.first == "like"; });
    if (like == members.end()) v.wrong("needs \"like\": the runtime of the catalog that works most alike");
    runtime<> r = engine_like(like->second);
    r.name = {};
    for (const auto& [key, part] : members) {
        if (key == "name") r.name = name_text(part.text());
        if (key == "title") r.title = name_text(part.text());
        if (key == "version") r.version = name_text(part.text());
        if (key == "batching") r.scheduling.batching = only_value(part, "fixed_batch", batching::fixed_batch);
        if (key == "admission") r.scheduling.admission = only_value(part, "reserve_all", admission::reserve_all);
        if (key == "chunked_prefill") r.scheduling.chunked_prefill = part.flag();
        if (key == "max_num_seqs") r.scheduling.most_sequences = part.number();
        if (key == "prompts_per_step") r.scheduling.prompts_per_step = part.number();
        if (key == "kernels") r.kernels = only_value(part, "other", kernel_library::other);
        if (key == "memory_like") r.memory = engine_like(part).memory;
        if (key == "host_ms_per_step") r.host = {.per_step = {milliseconds(part.number()), guess}};  // and no other
        if (key == "frontend" && !part.flag()) r.host.per_request = r.host.per_prompt_token = r.host.per_message = {};
        if (key == "formats") {
            const auto has = listed<6>(part, {"fp8", "int8", "int4", "fp4", "gguf", "fp8_kv"});
            r.formats = {has[0], has[1], has[2], has[3], has[4], has[5]};
        }
        if (key == "vendors") {
            const auto has = listed<8>(part, {"nvidia", "amd", "intel", "google", "aws", "apple", "cpu", "huawei"});
            r.devices = {has[0], has[1], has[2], has[3], has[4], has[5], has[6], has[7]};
        }
    }
    if (r.name.empty()) v.wrong("needs \"name\"");
    return checked(r);
}

inline std::vector<runtime<>> read_engines(const data_value& list) {
    std::vector<runtime<>> all;
    for (const data_value& each : list.entries()) all.push_back(read_engine(each));
    return all;
}
}  // namespace gambrel::detail
