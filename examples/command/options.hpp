// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What is typed, and the descriptors it names. Wrong names and values are one `ridgepoint::error` each.

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <ridgepoint/report/answer.hpp>
#include <ridgepoint/roofline/calibration/adjustment.hpp>
#include <string>

namespace command {

/// A catalog name, a config.json, or a directory that holds one.
ridgepoint::architecture model_of(const std::string& text);
/// A catalog name, or a .json file (docs/catalog-hardware.md).
ridgepoint::device<> device_of(const std::string& text);
/// "fp8", "int4" ...: the storage formats of model/weight_format.hpp, and fp16.
const ridgepoint::storage_format& format_of(const std::string& text);
/// The linear layers of `m` in such a format, or all of it in a GGUF file type: "q4_k_m". A name of both is the format.
ridgepoint::weight_formats weights_of(const std::string& text, const ridgepoint::architecture& m);
const std::vector<const ridgepoint::storage_format*>& all_formats();
/// "2048", "uniform:1600:2048", "lognormal:2048:0.5" (mean and coefficient of variation).
ridgepoint::length length_of(const std::string& text, const std::string& option);

/// The options that `predict` and `explain` share, as typed.
struct deployment_options {
    std::string model, device, memory, runtime, calibration, weights = "stored", kv = "stored";
    std::string prompt = "1024", output = "256", protocol = "steady";
    int tensor = 1, pipeline = 1, expert = 1, data = 1, replicas = 1;
    bool sequence = false, burst = false, json = false;
    int adapter_rank = 0, adapters = 1;
    double images = 0.0, prefix_hit = 0.0, server = 1.0, pue = 1.0;
    std::optional<double> concurrency, rate, batch, price, price_kwh, token_budget, most_sequences, memory_fraction;

    void add_to(CLI::App& app);
};

/// Owns the descriptors that its question refers to, so it stays where it is made.
class asked {
public:
    explicit asked(const deployment_options& o);
    asked(const asked&) = delete;
    asked& operator=(const asked&) = delete;

private:
    ridgepoint::architecture model_;
    ridgepoint::device<> device_;
    ridgepoint::runtime<> runtime_;
    ridgepoint::adjustment adjustment_;

public:
    ridgepoint::report::question question;
};
}  // namespace command
