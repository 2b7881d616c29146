// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What a server's launch line says: the model, the runtime, keywords of ask/keywords.hpp with their values as typed,
/// and of every flag of the line what became of it. Evidence: tests/ask/launch_test.cpp.

#include <gambrel/ask/keywords.hpp>
#include <gambrel/ask/launch/flag.hpp>

namespace gambrel::ask {

enum class launch_server : unsigned char { vllm, sglang, tensorrt_llm, llama_cpp };
}  // namespace gambrel::ask

namespace gambrel {
template <>
inline constexpr std::array<enum_row<ask::launch_server>, 4> enum_table<ask::launch_server>{{
    {ask::launch_server::vllm, "vllm", "vLLM"},
    {ask::launch_server::sglang, "sglang", "SGLang"},
    {ask::launch_server::tensorrt_llm, "tensorrt-llm", "TensorRT-LLM"},
    {ask::launch_server::llama_cpp, "llama.cpp", "llama.cpp"},
}};
}  // namespace gambrel

namespace gambrel::ask {

struct launch_entry {
    std::string flag, value;
    flag_effect effect = flag_effect::none;
    std::string what{};  ///< the keywords it sets, or why it is not counted or refused
};

struct launch {
    launch_server server = launch_server::vllm;
    std::string runtime;                                          ///< a catalog name
    std::string model;                                            ///< a catalog name where there is one, else as given
    std::vector<std::pair<std::string, std::string>> keywords{};  ///< name and text, each name once
    std::vector<launch_entry> entries{};                          ///< in the order of the line

    std::vector<launch_entry> of(flag_effect effect) const {
        std::vector<launch_entry> found;
        for (const launch_entry& e : entries)
            if (e.effect == effect) found.push_back(e);
        return found;
    }
    bool understood() const { return of(flag_effect::refused).empty(); }
    /// What keyword `name` is set to; null where it is not.
    const std::string* of(std::string_view name) const {
        for (const auto& [keyword, text] : keywords)
            if (keyword == name) return &text;
        return nullptr;
    }
};

/// The keyword of a question that Python calls `name`; null where there is none.
inline const keyword<prediction_options>* prediction_keyword(std::string_view name) {
    for (const keyword<prediction_options>& k : prediction_keywords)
        if (k.name == name) return &k;
    return nullptr;
}

/// Throws `error` that names every refused flag and why.
inline void check_understood(const launch& l) {
    std::string all;
    for (const launch_entry& e : l.of(flag_effect::refused))
        all +=
            (all.empty() ? "" : "; ") + e.flag + (e.value.empty() ? "" : " " + e.value.substr(0, 40)) + ": " + e.what;
    if (!all.empty()) fail("the launch line is not understood: " + all);
}

/// Sets in `o` what `l` says. Throws `error` where it is not understood.
inline void set_from(const launch& l, prediction_options& o) {
    check_understood(l);
    for (const auto& [name, text] : l.keywords) set_from_text(*prediction_keyword(name), o, text);
}
}  // namespace gambrel::ask
