// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What a server said of itself while it started: what its weights take, what room it found for keys and values, how it was
/// set. Read by measurement/io/start_log.hpp. A member without a value is something that the log does not say.
/// Evidence: tests/measurement/io/start_log_test.cpp.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gambrel {

struct start_log {
    std::string where{};    ///< the file
    std::string server{};   ///< catalog name: "vllm", "sglang", "tensorrt-llm", "llama.cpp"; empty: none of them
    std::string version{};  ///< as printed
    std::string model{};    ///< as printed, a path as often as a name
    std::string dtype{}, quantization{}, kv_dtype{};  ///< as printed: "bfloat16", "fp8", "auto"
    std::optional<double> visible{}, weights{}, activations{}, outside{}, graphs{}, kv{};  ///< GiB of one rank
    std::optional<double> free_before{};                                                   ///< GiB, before loading
    std::optional<double> kv_tokens{}, fraction{}, max_context{}, token_budget{}, slots{};
    std::optional<double> tensor{}, pipeline{}, data{};
    bool eager = false;             ///< it says that no graphs are captured
    bool captured = false;          ///< it says that graphs were captured
    std::optional<bool> started{};  ///< empty: the log ends before either
    std::size_t starts = 1;         ///< in the file; this is the last of them

    /// What a correction of the memory law needs and the log does not say, in words.
    std::vector<std::string_view> missing() const {
        std::vector<std::string_view> names;
        if (server.empty()) names.push_back("which server it is");
        if (!weights) names.push_back("what the weights take");
        if (!kv && !kv_tokens) names.push_back("the room for keys and values");
        if (!fraction && server != "llama.cpp") names.push_back("the memory fraction");
        if (!visible && !free_before) names.push_back("the memory that the driver shows");
        if (!token_budget) names.push_back("the token budget");
        if (!slots) names.push_back("the slots");
        if (!started) names.push_back("whether it started");
        return names;
    }
};
}  // namespace gambrel
