// SPDX-License-Identifier: Apache-2.0
// A program without exceptions: answers as ever, and a wrong value in a handler of its own.
#include <cstdio>
#include <cstdlib>

[[noreturn]] inline void in_own_handler(const char* sentence) {
    std::printf("consumer: %s\n", sentence);
    std::exit(0);
}
#define GAMBREL_FAIL in_own_handler

#include <gambrel/gambrel.hpp>
#include <gambrel/hardware/catalog.hpp>
#include <gambrel/model/catalog.hpp>
#include <gambrel/runtime/catalog.hpp>
#include <gambrel/units_io.hpp>

using namespace gambrel;

int main() {
    const deployment setup{model_named("llama-3.1-8b"), device_named("h100-sxm"), runtime_named("vllm")};
    if (!predict(setup, workload{.prompt = 1024, .output = 256, .concurrency = 8}).ok()) return 1;
    predict(setup, workload{.prompt = 1024, .output = 256, .concurrency = -3});
    return 1;  // not reached
}
