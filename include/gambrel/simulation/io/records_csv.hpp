// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Writes what became of each request, or of each pass, one line each, as it happens. Times in seconds; empty where a
/// request was rejected.
///
///     request_csv out(stream);  options.on_request = out.writer();
///
/// Opt-in. Evidence: tests/simulation/records_test.cpp.

#include <fmt/format.h>

#include <functional>
#include <gambrel/simulation/request.hpp>
#include <ostream>

namespace gambrel::simulation {

class request_csv {
public:
    /// Writes the header line. The stream must outlive the writer.
    explicit request_csv(std::ostream& out) : out_(out) {
        out_
            << "request,client,replica,priority,sent_s,scheduled_s,first_token_s,finished_s,input_tokens,output_tokens,"
               "cached_tokens,preemptions,rejected,ttft_s,tpot_s,latency_s\n";
    }
    void write(const request_record& r) {
        out_ << fmt::format("{},{},{},{},{:.6f},", r.id, r.client, r.replica, r.priority, r.sent.value());
        if (r.rejected) out_ << fmt::format(",,,{},{},,,1,,,\n", r.prompt, r.output);
        else
            out_ << fmt::format("{:.6f},{:.6f},{:.6f},{},{},{},{},0,{:.6f},{:.6f},{:.6f}\n", r.scheduled.value(),
                                r.first_token.value(), r.finished.value(), r.prompt, r.output, r.cached, r.preemptions,
                                r.ttft().value(), r.tpot().value(), r.latency().value());
    }
    std::function<void(const request_record&)> writer() {
        return [this](const request_record& r) { write(r); };
    }

private:
    std::ostream& out_;
};

class step_csv {
public:
    explicit step_csv(std::ostream& out) : out_(out) {
        out_ << "replica,start_s,end_s,decodes,context_tokens,prompts,prompt_tokens,waiting,kv_blocks\n";
    }
    void write(const step_record& s) {
        out_ << fmt::format("{},{:.6f},{:.6f},{},{},{},{},{},{}\n", s.replica, s.start.value(), s.end.value(),
                            s.decodes, s.context, s.prompts, s.prompt_tokens, s.waiting, s.blocks_used);
    }
    std::function<void(const step_record&)> writer() {
        return [this](const step_record& s) { write(s); };
    }

private:
    std::ostream& out_;
};
}  // namespace gambrel::simulation
