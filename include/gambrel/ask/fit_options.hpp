// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Everything that may be asked of what runs on a machine, as plain values. Evidence: tests/ask/fit_test.cpp.

#include <gambrel/units.hpp>
#include <optional>
#include <string>

namespace gambrel::ask {

struct fit_options {
    std::optional<bytes<>> ram{};  ///< of the host, or of a processor that is the device
    std::string cpu{};             ///< the host's processor
    std::string runtime{};         ///< a llama.cpp of the catalog; empty: the device's
    std::string types{};           ///< file types, with commas; empty: twelve usual ones
    std::string part{};            ///< only models whose name holds this
    std::optional<double> context{};
    std::string kv = "f16";
    double prompt = 512, output = 128;
    std::optional<token_rate<>> speed{};  ///< the least
    std::optional<byte_rate<>> disk{};
    int gpu_layers = -1, cpu_experts = -1;  ///< -1: as llama.cpp finds them
    std::string shares{};                   ///< of the devices, with commas (-ts)
    std::string draft{};
    int drafts = 5;
    double acceptance = 0.7;
    bool all = false;  ///< every file type of every model
};
}  // namespace gambrel::ask
