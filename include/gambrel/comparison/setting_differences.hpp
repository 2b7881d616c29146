// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What two sets of runs say of their servers that is not the same. Evidence: tests/comparison/compare_test.cpp.

#include <algorithm>
#include <gambrel/measurement/observation.hpp>
#include <gambrel/numeric/text.hpp>

namespace gambrel::detail {

/// The words of a setting on a side, several where its runs differ.
template <class Get> std::string said_on(const std::vector<observation>& side, const Get& get) {
    std::vector<std::string> all;
    for (const observation& o : side) {
        const std::string word = get(o);
        if (!word.empty() && std::find(all.begin(), all.end(), word) == all.end()) all.push_back(word);
    }
    std::string text;
    for (std::size_t i = 0; i < std::min<std::size_t>(all.size(), 4); ++i) text += (i == 0 ? "" : ", ") + all[i];
    return text;
}

/// What of the settings differs between the sides: "runtime version: 0.10 and 0.11". The number of a run is none.
inline std::vector<std::string> differences_of(const std::vector<observation>& a, const std::vector<observation>& b) {
    std::vector<std::string> differs;
    const auto differ = [&](const std::string& name, const auto& get) {
        const std::string of_a = said_on(a, get), of_b = said_on(b, get);
        if (of_a != of_b)
            differs.push_back(name + ": " + (of_a.empty() ? "not stated" : of_a) + " and " +
                              (of_b.empty() ? "not stated" : of_b));
    };
    differ("tool", [](const observation& o) { return o.tool; });
    differ("model", [](const observation& o) { return o.model; });
    differ("device", [](const observation& o) { return o.device; });
    differ("runtime", [](const observation& o) { return o.runtime; });
    differ("runtime version", [](const observation& o) { return o.runtime_version; });
    differ("weights", [](const observation& o) { return o.weights; });
    differ("KV cache", [](const observation& o) { return o.kv; });
    std::map<std::string, int> names;
    for (const auto* side : {&a, &b})
        for (const observation& o : *side) {
            for (const auto& [name, value] : o.ranks) names[name] |= 1;
            for (const auto& [name, value] : o.settings)
                if (name != "run_number" && name != "n_depth") names[name] |= 2;  // n_depth: of the load
        }
    for (const auto& [name, kinds] : names) {
        if (kinds & 1)
            differ(name, [&n = name](const observation& o) {
                const auto found = o.ranks.find(n);
                return found == o.ranks.end() ? std::string() : shortest(found->second);
            });
        if (kinds & 2)
            differ(name, [&n = name](const observation& o) {
                const auto found = o.settings.find(n);
                return found == o.settings.end() ? std::string() : found->second;
            });
    }
    return differs;
}

/// What the runs of one side differ in, which are then not runs of one server.
inline std::vector<std::string> mixtures_of(const std::vector<observation>& side, const std::string& name) {
    std::vector<std::string> mixed;
    const auto tell = [&](const char* what, const auto& get) {
        const std::string first = get(side.front());
        if (std::any_of(side.begin(), side.end(), [&](const observation& o) { return get(o) != first; }))
            mixed.push_back("runs of side " + name + " are not of one server: " + what + " " + said_on(side, get));
    };
    tell("model", [](const observation& o) { return o.model; });
    tell("device", [](const observation& o) { return o.device; });
    tell("runtime", [](const observation& o) { return o.runtime; });
    tell("runtime version", [](const observation& o) { return o.runtime_version; });
    tell("weights", [](const observation& o) { return o.weights; });
    return mixed;
}
}  // namespace gambrel::detail
