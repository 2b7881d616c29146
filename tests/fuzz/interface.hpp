// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Questions of the C interface as JSON: every one is answered, by an answer or an error that is JSON, and none throws.

#include <bindings/c/gambrel.h>

#include <array>
#include <fuzz/readers.hpp>
#include <nlohmann/json.hpp>

namespace fuzz {

/// Which question by the first character; the rest is its JSON.
inline void question(const std::string& text) {
    constexpr std::array asks{gambrel_predict, gambrel_explain, gambrel_serve,  gambrel_simulate,
                              gambrel_launch,  gambrel_model,   gambrel_device, gambrel_runtime};
    if (text.empty() || text[0] < 'a' || text[0] >= static_cast<char>('a' + asks.size())) return;
    std::string rest = text.substr(1);
    if (text[0] == 'd') {  // what is asked of the simulator may be a day's work
        nlohmann::json q = nlohmann::json::parse(rest, nullptr, false);
        if (q.is_object()) {
            q["requests"] = 20;
            rest = q.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
        }
    }
    char* const answer = asks[static_cast<std::size_t>(text[0] - 'a')](rest.c_str());
    require(answer != nullptr, "a question has an answer");
    require(!nlohmann::json::parse(answer, nullptr, false).is_discarded(), "an answer is JSON");
    gambrel_free(answer);
}
inline constexpr std::array interface_readers{reader{"question", question}};
}  // namespace fuzz
