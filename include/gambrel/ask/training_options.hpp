// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Everything that may be asked of a training run, as plain values: what `train` and `finetune` share. Empty texts and
/// zeros leave a choice to the search (layout) or to the software (recipe). Evidence: tests/ask/training_test.cpp.

#include <optional>
#include <string>

namespace gambrel::ask {

struct training_options {
    std::string stack{};          ///< training software
    std::string method = "full";  ///< full, lora or qlora
    int devices = 0;              ///< 0: those of the device's name, else 8 (fine-tuning: 1)
    int tensor = 0, pipeline = 0, virtual_stages = 0, context = 0, expert = 0, expert_tensor = 0;
    int shard = 0;
    std::string zero{};  ///< 0 to 3; empty: the software's
    std::string schedule = "1f1b";
    std::optional<bool> sequence_parallel{};
    std::string format = "bf16";  ///< that products multiply in
    std::string optimizer{};      ///< adam, adam_bf16, adam_8bit, sgd; empty: the software's
    std::string recompute{};      ///< empty: none (fine-tuning: full)
    bool chunked_loss = false, optimizer_in_backward = false, offload_activations = false;
    std::string offload = "none";
    int rank = 16;
    double sequence = 4096, batch = 0, micro = 0;  ///< tokens; sequences
    double padding = 0;
    double tokens = 0, epochs = 1;
    double loader_tokens = 0;
    std::optional<double> rent{};  ///< $ a device-hour
    double server = 1.0, pue = 1.2;
    std::optional<double> grid{};           ///< g/kWh
    std::optional<double> failure_hours{};  ///< between failures of a device; 0: none
    double checkpoint = 30, restart = 600, interval = 0;
    int layouts = 3;      ///< others shown beside
    bool search = false;  ///< ten of them
};
}  // namespace gambrel::ask
