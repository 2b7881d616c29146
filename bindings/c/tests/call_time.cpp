// SPDX-License-Identifier: Apache-2.0
// What a call through the C interface costs beside the same JSON answer made in C++: mean of the best of 20 rounds.
// cmake --build build --target c_call_time && build/bindings/c/tests/c_call_time
#include <gambrel.h>

#include <chrono>
#include <cstdio>
#include <gambrel/ask/bound_question.hpp>
#include <gambrel/report/json/prediction_json.hpp>

using namespace gambrel;

namespace {
template <class F> double best_us(const F& f) {
    double best = 1e9;
    for (int round = 0; round < 20; ++round) {
        const auto start = std::chrono::steady_clock::now();
        for (int i = 0; i < 100; ++i) f();
        const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - start;
        best = std::min(best, took.count() / 100);
    }
    return best;
}
}  // namespace

int main() {
    const double in_cpp = best_us([] {
        ask::prediction_options o;
        o.concurrency = 64;
        const ask::bound_question q(std::make_shared<const architecture>(ask::model_of("llama-3.1-8b")),
                                    std::make_shared<const device<>>(ask::device_of("h100-sxm")),
                                    std::make_shared<const runtime<>>(runtime_named("vllm")), o);
        const std::string text = report::as_json(q.question, ask::answered(q.question)).dump();
        if (text.empty()) std::puts("");
    });
    const double in_c = best_us([] {
        gambrel_free(gambrel_predict(
            R"({"model": "llama-3.1-8b", "device": "h100-sxm", "runtime": "vllm", "concurrency": 64})"));
    });
    std::printf("the JSON answer in C++ %.1f us, through the C interface %.1f us: %.1f us over\n", in_cpp, in_c,
                in_c - in_cpp);
}
