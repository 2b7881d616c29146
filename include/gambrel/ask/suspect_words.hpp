// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A suspect in words, and the command of the measurement that comes next. Evidence: tests/ask/diagnosis_question_test.cpp.

#include <gambrel/ask/bound_diagnosis.hpp>
#include <gambrel/ask/heading.hpp>

namespace gambrel::ask {

/// What a suspect being x times worse means, in words.
inline std::string suspect_text(const weighed_suspect& s) {
    const std::string x = number(s.x, 2), range = " (" + number(s.low, 2) + " to " + number(s.high, 2) + ")";
    const std::string name(name_of(s.which));
    switch (s.which) {
        case suspect::eager: return name;
        case suspect::clocks:
        case suspect::bandwidth: return name + ", 1/" + x + " of what was taken" + range;
        case suspect::dequantisation: return name + ", GEMM with that " + x + " times as long" + range;
        case suspect::frontend: return name + ", TTFT of a lone prompt " + x + " times as long" + range;
        case suspect::cache_room: return name + ", for 1/" + x + " of the requests" + range;
        case suspect::slots: return name + ", for 1/" + x + " of the requests" + range;
        case suspect::clients: return name + ", 1/" + x + " of it" + range;
        case suspect::cached_prompts: return name + ", " + percent(1.0 - 1.0 / s.x) + " of their tokens";
        case suspect::token_budget:
            return name + (s.x > 1.0 ? ", 1/" + x : ", " + number(1.0 / s.x, 2) + " times") + " of what was taken";
        default: return name + ", " + x + " times as slow" + range;
    }
}
/// The command that makes `n` of the server of `q`.
inline std::string command_of(const next_measurement& n, const question& q) {
    const workload& w = n.load;
    const auto tokens = [](const length& l) { return symbols::fixed(std::round(l.mean()), 0); };
    const std::string clients = symbols::fixed(std::round(w.concurrency), 0);
    switch (n.what) {
        case measurement::kernel_profile:
            return "nsys profile --trace=cuda --cuda-graph-trace=node --delay 60 --duration 20 -o slow SERVER_COMMAND\n"
                   "nsys stats -r cuda_gpu_kern_sum --format csv slow.nsys-rep > slow.csv";
        case measurement::server_metrics:
            return "curl -s SERVER/metrics > first.txt; sleep 60; curl -s SERVER/metrics > second.txt";
        case measurement::board_clock:
            return "nvidia-smi --query-gpu=timestamp,power.draw,clocks.sm,clocks.max.sm,utilization.gpu,memory.used "
                   "--format=csv -l 1 > board.csv";
        default: break;
    }
    return "vllm bench serve --model " + clipped(q.what.model.name.view(), 80) +
           " --dataset-name random --random-input-len " + tokens(w.prompt) + " --random-output-len " +
           tokens(w.output) + " --ignore-eos" +
           (w.open_loop() ? " --request-rate " + number(w.rate.value())
                          : " --max-concurrency " + clients + " --num-prompts " +
                                symbols::fixed(std::round(10.0 * w.concurrency), 0)) +
           " --percentile-metrics ttft,tpot,itl,e2el --save-result";
}
}  // namespace gambrel::ask
