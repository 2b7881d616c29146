// SPDX-License-Identifier: Apache-2.0
// Descriptors from files: a model from the config.json of a Hugging Face repository, a device from a JSON file.
// Whatever the files hold, the answer is a whole descriptor or an error that names what is wrong.
#include <fmt/format.h>
#include <gambrel/gambrel.hpp>
#include <gambrel/hardware/io/device_json.hpp>
#include <gambrel/model/io/hugging_face.hpp>
#include <gambrel/runtime/catalog/vllm.hpp>

using namespace gambrel;

int main(int count, char** words) try {
    const std::filesystem::path folder = count > 1 ? words[1] : "examples";
    const device<> accelerator = read_device(folder / "devices/my-accelerator.json");

    fmt::print("{:<34}{:>18}{:>16}{:>10}{:>12}{:>14}\n", "", "parameters", "active", "weights", "KV/token", "output");
    for (const char* file : {"llama-3.1-70b.json", "qwen3-30b-a3b.json", "deepseek-v3.json"}) {
        const architecture model = read_config(folder / "models" / file);
        // Formats as the file says the weights are stored.
        const deployment setup{model, accelerator, catalog::vllm, {.tensor = 8}};
        const prediction<> p = predict(setup, {.prompt = 2048, .output = 256, .concurrency = 64});
        fmt::print("{:<34}{:>18}{:>16}{:>10}{:>12}{:>14}\n", model.name.view(), parameter_count(model),
                   active_parameters(model), to_string(weight_bytes(model, model.stored)),
                   to_string(kv_bytes_per_token(model)), to_string(p.output_throughput.value));
    }
    fmt::print("output: 64 clients, 8 x {}\n\n", accelerator.name.view());

    parse_config(R"({"model_type": "llama", "hidden_size": "wide"})");
} catch (const error& e) {
    fmt::print("error: {}\n", e.what());
}
