// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A launch line as JSON (docs/json.md): the model, the runtime, the keywords it sets as they are typed, and what became
/// of each of its flags. Evidence: tests/report/launch_test.cpp.

#include <gambrel/ask/launch/read.hpp>
#include <gambrel/report/json/prediction_json.hpp>

namespace gambrel::report {

inline json launch_json(const ask::launch& l) {
    json keywords = json::object(), flags = json::array();
    for (const auto& [name, text] : l.keywords) keywords[name] = text;
    for (const ask::launch_entry& e : l.entries)
        flags.push_back({{"flag", e.flag}, {"value", e.value}, {"effect", key_of(e.effect)}, {"what", e.what}});
    return {{"gambrel", version},       {"server", key_of(l.server)},   {"runtime", l.runtime},
            {"model", l.model},         {"understood", l.understood()}, {"keywords", std::move(keywords)},
            {"flags", std::move(flags)}};
}
}  // namespace gambrel::report
