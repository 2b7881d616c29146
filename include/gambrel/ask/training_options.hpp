// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Everything that may be asked of a training run, as plain values: what `train` and `finetune` share. What is not given,
/// or an empty text, is left to the search (layout), to the software (recipe) or to the default. Evidence: tests/ask/training_test.cpp.

#include <optional>
#include <string>

namespace gambrel::ask {

struct training_options {
    std::string stack{};           ///< training software
    std::string method = "full";   ///< full, lora or qlora
    std::optional<int> devices{};  ///< else those of the device's name, else 8 (fine-tuning: 1)
    std::optional<int> tensor{}, pipeline{}, virtual_stages{}, context{}, expert{}, expert_tensor{};
    std::optional<int> shard{};
    std::string zero{};  ///< 0 to 3; empty: the software's
    std::string schedule = "1f1b";
    std::optional<bool> sequence_parallel{};
    std::string format = "bf16";  ///< that products multiply in
    std::string optimizer{};      ///< adam, adam_bf16, adam_8bit, sgd; empty: the software's
    std::string recompute{};      ///< empty: none (fine-tuning: full)
    bool chunked_loss = false, optimizer_in_backward = false, offload_activations = false;
    std::string offload = "none";
    int rank = 16;
    double sequence = 4096;                  ///< tokens
    std::optional<double> batch{}, micro{};  ///< sequences
    double padding = 0;
    std::optional<double> tokens{};
    double epochs = 1;
    std::optional<double> loader_tokens{};
    std::optional<double> rent{};  ///< $ a device-hour
    double server = 1.0, pue = 1.2;
    std::optional<double> grid{};           ///< g/kWh
    std::optional<double> failure_hours{};  ///< between failures of a device; 0: none
    double checkpoint = 30, restart = 600;
    std::optional<double> interval{};
    int layouts = 3;      ///< others shown beside
    bool search = false;  ///< ten of them
};
}  // namespace gambrel::ask
